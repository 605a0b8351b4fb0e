/* programs.c - peers that are somebody else's programs.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "programs.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT "peer.py"

static struct bench_program programs[PROGRAMS_LIBRARIES + 1] =
{
  { "python3-portalocker", "" },
  { "python3-filelock", "" },
  { "python3-fasteners", "" },
  { "flock(1)", "" }
};

/* The interpreter for which the system's packages are installed; else any
   other.  */
static const char *
python (void)
{
  const char *usual = "/usr/bin/python3";

  return access (usual, X_OK) == 0 ? usual : "python3";
}

/* Put the VERSION of the program NAME where it belongs.  */
static void
note_version (const char *name, const char *version)
{
  size_t i;

  for (i = 0; i < PROGRAMS_LIBRARIES + 1; i++)
    if (strcmp (programs[i].name, name) == 0)
      snprintf (programs[i].version, sizeof programs[i].version, "%s",
                version);
}

static void
find_libraries (void)
{
  char command[600];
  char name[64];
  char version[32];
  FILE *answer;

  snprintf (command, sizeof command, "%s '%s/%s' versions 2>/dev/null",
            python (), BENCH_PEERS, SCRIPT);
  answer = popen (command, "r");
  if (answer == NULL)
    return;
  while (fscanf (answer, "%63s %31s", name, version) == 2)
    note_version (name, version);
  pclose (answer);
}

static void
find_flock (void)
{
  char version[32];
  FILE *answer = popen ("flock --version 2>/dev/null", "r");

  if (answer == NULL)
    return;
  if (fscanf (answer, "flock from util-linux %31s", version) == 1)
    note_version ("flock(1)", version);
  pclose (answer);
}

const struct bench_program *
programs_find (size_t *n)
{
  find_libraries ();
  find_flock ();
  *n = PROGRAMS_LIBRARIES + 1;
  return programs;
}

int
programs_has (size_t i)
{
  return programs[i].version[0] != '\0';
}

const char *
programs_name (size_t i)
{
  return programs[i].name;
}

const char *
programs_backend (size_t i)
{
  return strcmp (programs[i].name, "python3-fasteners") == 0
         ? "fcntl" : "flock";
}

void
programs_command (struct programs_command *command, size_t i,
                  const char *measurement, const char *path,
                  const int64_t *numbers, size_t n_numbers)
{
  const char *words[5] = { python (), command->script, measurement,
                           programs[i].name, path };
  size_t w;

  snprintf (command->script, sizeof command->script, "%s/%s", BENCH_PEERS,
            SCRIPT);
  for (w = 0; w < 5; w++)
    command->argv[w] = (char *) words[w];
  for (w = 0; w < n_numbers; w++)
    {
      snprintf (command->numbers[w], sizeof command->numbers[w], "%" PRId64,
                numbers[w]);
      command->argv[5 + w] = command->numbers[w];
    }
  command->argv[5 + n_numbers] = NULL;
}
