/* main.c - run the measurements and report them.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "bench.h"
#include "programs.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct bench_measurement *const measurements[] =
{
  &bench_lock_descriptor,
  &bench_acquire_path,
  &bench_hand_over,
  &bench_hand_over_tool,
  &bench_lateness,
  &bench_early,
  &bench_wake_ups,
  &bench_contenders,
  &bench_fairness,
  &bench_memory,
  NULL
};

static void
usage (FILE *out)
{
  const struct bench_measurement *const *entry;

  fputs ("Usage: measure [OPTION]... [MEASUREMENT]...\n"
         "Compare the library with the primitives that it stands on, and"
         " with others.\n"
         "A table goes to standard output.\n"
         "  -n NUMBER  repetitions, 61 unless given; long measurements have"
         " fewer in\n"
         "             proportion\n"
         "  -q         a glance: few repetitions, short and small ones\n"
         "  -s PATTERN only what matches, such as '*/waiters=1'\n"
         "  -o FILE    the results as JSON\n"
         "  -r FILE    the results as doc/results keeps them\n"
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

/* Write the report to the file NAME, unless that is NULL.  */
static int
write_report (const struct bench_report *report, const char *name,
              void (*print) (const struct bench_report *report, FILE *out))
{
  FILE *out;

  if (name == NULL)
    return 0;
  out = fopen (name, "w");
  if (out == NULL)
    return bench_fail (name);
  print (report, out);
  return fclose (out) == 0 ? 0 : bench_fail (name);
}

/* What the command line asks for.  */
struct request
{
  unsigned int repetitions;
  int is_quick;
  int is_wrong;
  const char *only;
  const char *json;
  const char *record;
};

static void
set_repetitions (struct request *request, const char *text)
{
  char *end;
  unsigned long int number = strtoul (text, &end, 10);

  if (*end == '\0' && number > 0 && number <= 100000)
    request->repetitions = (unsigned int) number;
  else
    request->is_wrong = 1;
}

static void
read_options (struct request *request, int argc, char **argv)
{
  int option;

  while ((option = getopt (argc, argv, "n:o:qr:s:")) != -1)
    if (option == 'n')
      set_repetitions (request, optarg);
    else if (option == 'q')
      request->is_quick = 1;
    else if (option == 'o')
      request->json = optarg;
    else if (option == 'r')
      request->record = optarg;
    else if (option == 's')
      request->only = optarg;
    else
      request->is_wrong = 1;
}

int
main (int argc, char **argv)
{
  struct request request = { 0, 0, 0, NULL, NULL, NULL };
  struct bench_report report;
  int rc;

  read_options (&request, argc, argv);
  argv += optind;
  if (request.is_wrong || ! all_are_known (argv))
    {
      usage (stderr);
      return 64;
    }

  /* A child of a measurement that failed must not end this process.  */
  signal (SIGPIPE, SIG_IGN);
  memset (&report, 0, sizeof report);
  report.repetitions = request.repetitions;
  report.is_quick = request.is_quick;
  report.only = request.only;
  report.programs = programs_find (&report.n_programs);
  rc = measure_all (&report, argv);
  bench_print_table (&report, stdout);
  rc |= write_report (&report, request.json, bench_print_json);
  rc |= write_report (&report, request.record, bench_print_record);
  free (report.rows);
  return rc == 0 ? 0 : 1;
}
