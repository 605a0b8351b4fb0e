/* contenders-win32.c - contenders in processes that run the program again.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "contenders.h"

#include <process.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { MOST_ARGUMENTS = 16, MOST_PROCESSES = 64 };

static DWORD WINAPI
end_process (void *unused)
{
  (void) unused;
  Sleep (TIME_LIMIT * 1000);
  ExitProcess (98);
}

void
contenders_limit_time (void)
{
  CloseHandle (CreateThread (NULL, 0, end_process, NULL, 0, NULL));
}

/* A child has the name of a file for its result as the last argument.  */
static const char prefix[] = "result=";

static void
be_child (const char *file)
{
  struct result result = { 0, 0, 0 };
  FILE *stream;

  contenders_child (&result);
  stream = fopen (file, "wb");
  if (stream == NULL || fwrite (&result, sizeof result, 1, stream) != 1
      || fclose (stream) != 0)
    exit (99);
  exit (0);
}

static intptr_t
start_child (char **argv, int number)
{
  char argument[4096];
  const char *words[MOST_ARGUMENTS];
  int count = 0;

  for (; argv[count] != NULL && count + 2 < MOST_ARGUMENTS; count++)
    words[count] = argv[count];
  snprintf (argument, sizeof argument, "%s%s.result%d", prefix, argv[2],
            number);
  words[count++] = argument;
  words[count] = NULL;
  return _spawnv (_P_NOWAIT, argv[0], words);
}

static void
take_result (char **argv, int number, struct result *total)
{
  struct result result;
  char file[4096];
  FILE *stream;

  snprintf (file, sizeof file, "%s.result%d", argv[2], number);
  stream = fopen (file, "rb");
  if (stream == NULL || fread (&result, sizeof result, 1, stream) != 1)
    contenders_complain (total, "child", "has left no result");
  else
    contenders_add (total, &result);
  if (stream != NULL)
    fclose (stream);
}

void
contenders_run_processes (char **argv, int number, struct result *total)
{
  intptr_t children[MOST_PROCESSES];
  char **last = argv;
  int i, status;

  while (last[1] != NULL)
    last++;
  if (strncmp (*last, prefix, sizeof prefix - 1) == 0)
    be_child (*last + sizeof prefix - 1);
  for (i = 0; i < number; i++)
    children[i] = start_child (argv, i);
  for (i = 0; i < number; i++)
    {
      if (_cwait (&status, children[i], 0) == -1 || status != 0)
        contenders_complain (total, "child", "ended badly");
      take_result (argv, i, total);
    }
}
