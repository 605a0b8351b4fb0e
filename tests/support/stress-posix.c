/* stress-posix.c - stress in processes that are forked, and with signals.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* For MAP_ANONYMOUS.  */
#define _GNU_SOURCE 1

#include "stress.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "actor-posix.h"

void
stress_pause (unsigned int us)
{
  struct timespec length = { .tv_nsec = (long) us * 1000 };

  if (us > 0)
    nanosleep (&length, NULL);
}

/* ---- Watches --------------------------------------------------------- */

int
stress_watch (portalocker_lock *lock, int64_t ms, intptr_t *end)
{
  int descriptor = -1;
  int code = portalocker_watch (lock, ms, &descriptor);

  *end = descriptor;
  return code;
}

void
stress_await_watch (intptr_t descriptor)
{
  struct pollfd end = { .fd = (int) descriptor, .events = POLLIN };

  while (poll (&end, 1, PATIENCE * 1000) < 0 && errno == EINTR)
    continue;
}

/* ---- Signals --------------------------------------------------------- */

static pthread_key_t own;       /* the waiter of this thread, or NULL */

void
stress_begin_thread (void *waiter)
{
  pthread_setspecific (own, waiter);
}

/* Runs in the thread that waits, wherever that is.  */
static void
handle (int signo)
{
  void *waiter = pthread_getspecific (own);

  (void) signo;
  if (waiter != NULL)
    stress_cancel (waiter);
}

void
stress_begin_process (void)
{
  struct sigaction action;

  if (pthread_key_create (&own, NULL) != 0)
    exit (99);
  memset (&action, 0, sizeof action);
  action.sa_handler = handle;
  sigaction (SIGUSR1, &action, NULL);
}

int
stress_signal (struct actor_thread *thread)
{
  actor_thread_signal (thread, SIGUSR1);
  return 1;
}

void
stress_limit_time (unsigned int seconds)
{
  alarm (seconds);
}

void
stress_set_method (const char *method)
{
  setenv ("PORTALOCKER_WAIT_METHOD", method, 1);
#ifdef SIGRTMIN
  if (strcmp (method, "signal") == 0)
    portalocker_set_wait_signal (SIGRTMIN + 5);
#endif
}

/* ---- What a process has ---------------------------------------------- */

/* The entries of DIRECTORY, or -1 if the system has no such thing.  */
static int
count_entries (const char *directory)
{
  DIR *stream = opendir (directory);
  int count = 0;

  if (stream == NULL)
    return -1;
  while (readdir (stream) != NULL)
    count++;
  closedir (stream);
  return count;
}

int
stress_count_threads (void)
{
  return count_entries ("/proc/self/task");
}

int
stress_count_descriptors (void)
{
  return count_entries ("/proc/self/fd");
}

int
stress_spare_descriptors (void)
{
  return 0;
}

/* ---- Processes ------------------------------------------------------- */

static struct shared *shared;

struct shared *
stress_share (char **argv, int *is_first)
{
  (void) argv;
  shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED)
    exit (99);
  *is_first = 1;
  return shared;
}

/* Wait for the processes; return how many had to be killed.  */
static long
await_processes (const pid_t *pids)
{
  int64_t limit = shared->end_of_time + PATIENCE * 1000;
  long stuck = 0;
  int i, status;

  for (i = 0; i < PROCESSES; i++)
    {
      pid_t ended;

      while ((ended = waitpid (pids[i], &status, WNOHANG)) == 0
             && portalocker_now () < limit)
        stress_pause (2000);
      if (ended == 0)
        {
          stuck++;
          kill (pids[i], SIGKILL);
          waitpid (pids[i], &status, 0);
        }
      else if (status != 0)
        stress_complain ("process", "ended badly");
    }
  return stuck;
}

long
stress_run_processes (char **argv)
{
  pid_t pids[PROCESSES];
  unsigned int i;

  (void) argv;
  for (i = 0; i < PROCESSES; i++)
    {
      pids[i] = fork ();
      if (pids[i] == 0)
        {
          stress_work ((unsigned int) getpid () * 31u + i);
          exit (0);
        }
      if (pids[i] < 0)
        exit (99);
    }
  return await_processes (pids);
}

/* In a child, since a process that forks later is to have no threads.  */
int
stress_can (int (*test) (void))
{
  int status;
  pid_t child = fork ();

  if (child == 0)
    _exit (! test ());
  return child > 0 && waitpid (child, &status, 0) == child && status == 0;
}

int
stress_in_child (char **argv, const char *backend, const char *method,
                 long waits, long seconds)
{
  pid_t child;
  int status;

  (void) backend;
  fflush (NULL);
  child = fork ();
  if (child == 0)
    exit (stress (argv, method, waits, seconds));
  if (child < 0 || waitpid (child, &status, 0) != child)
    return 99;
  return WIFEXITED (status) ? WEXITSTATUS (status) : 99;
}
