/* main.c - run the measurements and report them.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "bench.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPETITIONS 61

static const struct bench_measurement *const measurements[] =
{
  &bench_lock_descriptor,
  &bench_acquire_path,
  &bench_hand_over,
  NULL
};

static void
usage (FILE *out)
{
  const struct bench_measurement *const *entry;

  fputs ("Usage: measure [-n REPETITIONS] [-o FILE] [MEASUREMENT]...\n"
         "Compare the library with the primitives that it stands on.\n"
         "A table goes to standard output, JSON to FILE.\n"
         "Measurements:\n", out);
  for (entry = measurements; *entry != NULL; entry++)
    fprintf (out, "  %s\n", (*entry)->name);
}

/* Whether the measurement NAME is to run: one of the NAMES, or all when
   there are none.  */
static int
is_wanted (const char *name, char *const *names)
{
  char *const *wanted = names;

  while (*wanted != NULL && strcmp (*wanted, name) != 0)
    wanted++;
  return *names == NULL || *wanted != NULL;
}

static int
all_are_known (char *const *names)
{
  for (; *names != NULL; names++)
    {
      const struct bench_measurement *const *entry = measurements;

      while (*entry != NULL && strcmp ((*entry)->name, *names) != 0)
        entry++;
      if (*entry == NULL)
        return 0;
    }
  return 1;
}

static int
measure_all (struct bench_report *report, char *const *names)
{
  const struct bench_measurement *const *entry;
  int rc = 0;

  for (entry = measurements; *entry != NULL; entry++)
    if (is_wanted ((*entry)->name, names))
      {
        report->measurement = (*entry)->name;
        if ((*entry)->measure (report) != 0)
          rc = -1;
      }
  return rc;
}

static int
write_json (const struct bench_report *report, const char *name)
{
  FILE *out = fopen (name, "w");

  if (out == NULL)
    return (int) bench_fail (name);
  bench_print_json (report, out);
  return fclose (out) == 0 ? 0 : (int) bench_fail (name);
}

static unsigned int
repetitions_from (const char *text)
{
  char *end;
  unsigned long int number = strtoul (text, &end, 10);

  return *end == '\0' && number <= 100000 ? (unsigned int) number : 0;
}

int
main (int argc, char **argv)
{
  struct bench_report report = { REPETITIONS, NULL, NULL, 0 };
  const char *json = NULL;
  int rc;
  int option;

  while ((option = getopt (argc, argv, "n:o:")) != -1)
    if (option == 'n')
      report.repetitions = repetitions_from (optarg);
    else if (option == 'o')
      json = optarg;
    else
      report.repetitions = 0;
  argv += optind;
  if (report.repetitions == 0 || ! all_are_known (argv))
    {
      usage (stderr);
      return 64;
    }

  /* A child of a measurement that failed must not end this process.  */
  signal (SIGPIPE, SIG_IGN);
  rc = measure_all (&report, argv);
  bench_print_table (&report, stdout);
  if (json != NULL && write_json (&report, json) != 0)
    rc = -1;
  free (report.rows);
  return rc == 0 ? 0 : 1;
}
