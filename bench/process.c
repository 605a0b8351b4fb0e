/* process.c - what /proc tells of a process.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The sum of the numbers behind those labels in FILE that end in LABEL, or
   -1.  */
static long int
numbers_of (const char *file, const char *label)
{
  FILE *stream = fopen (file, "r");
  char line[256];
  long int sum = -1;

  if (stream == NULL)
    return -1;
  while (fgets (line, sizeof line, stream) != NULL)
    {
      const char *found = strstr (line, label);

      if (found != NULL)
        sum = (sum > 0 ? sum : 0)
              + strtol (found + strlen (label), NULL, 10);
    }
  fclose (stream);
  return sum;
}

long int
process_switches (pid_t pid)
{
  char name[64];
  char file[400];
  const struct dirent *entry;
  DIR *tasks;
  long int sum = -1;

  snprintf (name, sizeof name, "/proc/%ld/task", (long int) pid);
  tasks = opendir (name);
  if (tasks == NULL)
    return -1;
  while ((entry = readdir (tasks)) != NULL)
    if (entry->d_name[0] != '.')
      {
        long int number;

        snprintf (file, sizeof file, "%s/%s/status", name, entry->d_name);
        /* This is the end of both labels.  */
        number = numbers_of (file, "voluntary_ctxt_switches:");
        sum = number < 0 ? sum : (sum > 0 ? sum : 0) + number;
      }
  closedir (tasks);
  return sum;
}

int64_t
process_time (pid_t pid)
{
  clockid_t clock;
  struct timespec time;

  if (clock_getcpuclockid (pid, &clock) != 0
      || clock_gettime (clock, &time) != 0)
    return -1;
  return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

long int
process_threads (void)
{
  return numbers_of ("/proc/self/status", "Threads:");
}

long int
process_memory (void)
{
  return numbers_of ("/proc/self/smaps_rollup", "Pss:");
}
