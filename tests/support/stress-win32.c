/* stress-win32.c - stress in processes that run the program again.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "stress.h"

#include <process.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "count-win32.h"
#include "portalocker-win32.h"

/* A process that was started has as its last argument the number of the first
   one, after which the shared memory is called.  */
static const char prefix[] = "first=";

enum { MOST_ARGUMENTS = 16 };

void
stress_pause (unsigned int us)
{
  if (us > 0)
    Sleep ((us + 999) / 1000);
}

/* ---- Watches --------------------------------------------------------- */

int
stress_watch (portalocker_lock *lock, int64_t ms, intptr_t *end)
{
  void *event = NULL;
  int code = portalocker_watch_handle (lock, ms, &event);

  *end = (intptr_t) event;
  return code;
}

void
stress_await_watch (intptr_t event)
{
  WaitForSingleObject ((HANDLE) event, PATIENCE * 1000);
}

/* ---- Signals, which there are not ------------------------------------ */

void
stress_begin_process (void)
{
}

void
stress_begin_thread (void *waiter)
{
  (void) waiter;
}

int
stress_signal (struct actor_thread *thread)
{
  (void) thread;
  return 0;
}

static unsigned int time_limit;

static DWORD WINAPI
end_process (void *unused)
{
  (void) unused;
  Sleep (time_limit * 1000);
  ExitProcess (98);
}

void
stress_limit_time (unsigned int seconds)
{
  time_limit = seconds;
  CloseHandle (CreateThread (NULL, 0, end_process, NULL, 0, NULL));
}

void
stress_set_method (const char *method)
{
  static char variable[64];

  snprintf (variable, sizeof variable, "PORTALOCKER_WAIT_METHOD=%s", method);
  _putenv (variable);
}

/* ---- What a process has ---------------------------------------------- */

int
stress_count_threads (void)
{
  return count_threads ();
}

int
stress_count_descriptors (void)
{
  return count_handles ();
}

/* A critical section gets a handle when threads first meet at it.  */
int
stress_spare_descriptors (void)
{
  return 2;
}

/* ---- Processes ------------------------------------------------------- */

static struct shared *shared;
static int is_child;

static const char *
last_of (char **argv)
{
  while (argv[1] != NULL)
    argv++;
  return *argv;
}

struct shared *
stress_share (char **argv, int *is_first)
{
  const char *last = last_of (argv);
  unsigned long number = GetCurrentProcessId ();
  char name[64];
  HANDLE memory;

  is_child = strncmp (last, prefix, sizeof prefix - 1) == 0;
  if (is_child)
    number = strtoul (last + sizeof prefix - 1, NULL, 10);
  snprintf (name, sizeof name, "Local\\portalocker-stress-%lu", number);
  memory = CreateFileMappingA (INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                               sizeof *shared, name);
  shared = memory != NULL ? MapViewOfFile (memory, FILE_MAP_ALL_ACCESS, 0, 0,
                                           sizeof *shared) : NULL;
  if (shared == NULL)
    exit (99);
  *is_first = ! is_child;
  return shared;
}

static intptr_t
start_process (char **argv)
{
  char first[64];
  const char *words[MOST_ARGUMENTS];
  int count = 0;

  for (; argv[count] != NULL && count + 2 < MOST_ARGUMENTS; count++)
    words[count] = argv[count];
  snprintf (first, sizeof first, "%s%lu", prefix, GetCurrentProcessId ());
  words[count++] = first;
  words[count] = NULL;
  return _spawnv (_P_NOWAIT, argv[0], words);
}

/* Whether PROCESS had to be ended.  */
static int
await_process (HANDLE process)
{
  int64_t left = shared->end_of_time + PATIENCE * 1000 - portalocker_now ();
  DWORD status = 0;
  int stuck = WaitForSingleObject (process, left > 0 ? (DWORD) left : 0)
              != WAIT_OBJECT_0;

  if (stuck)
    TerminateProcess (process, 9);
  else if (! GetExitCodeProcess (process, &status) || status != 0)
    stress_complain ("process", "ended badly");
  CloseHandle (process);
  return stuck;
}

long
stress_run_processes (char **argv)
{
  intptr_t processes[PROCESSES];
  long stuck = 0;
  int i;

  if (is_child)
    {
      stress_work (GetCurrentProcessId () * 31u);
      exit (0);
    }
  for (i = 0; i < PROCESSES; i++)
    {
      processes[i] = start_process (argv);
      if (processes[i] == -1)
        exit (99);
    }
  for (i = 0; i < PROCESSES; i++)
    stuck += await_process ((HANDLE) processes[i]);
  return stuck;
}

/* The first process has tried.  */
int
stress_can (int (*test) (void))
{
  return is_child || test ();
}

int
stress_in_child (char **argv, const char *backend, const char *method,
                 long waits, long seconds)
{
  char number[32], limit[32];
  const char *words[7];

  snprintf (number, sizeof number, "%ld", waits);
  snprintf (limit, sizeof limit, "%ld", seconds);
  words[0] = argv[0];
  words[1] = argv[1];
  words[2] = number;
  words[3] = limit;
  words[4] = backend;
  words[5] = method;
  words[6] = NULL;
  fflush (NULL);
  return (int) _spawnv (_P_WAIT, argv[0], words);
}
