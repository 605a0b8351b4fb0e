/* forkers.c - fork while other threads acquire and release.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   usage: forkers BACKEND FILE CHILDREN

   Two threads acquire and release FILE without a pause, by an object each.
   Meanwhile the main thread forks CHILDREN times.  Each child looks whether
   the two objects are held by it, which they must not be, releases and frees
   them, and acquires FILE by an object of its own.  A mutex or a table that
   the fork caught half-way makes a child hang, which the caller's time limit
   sees; an object that the child still holds makes it say so.  The last line
   is "children N bad N".  */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "portalocker.h"

enum { THREADS = 2 };

/* Nobody is left behind when the test is broken off: seconds.  */
enum { TIME_LIMIT = 300 };

static const char *backend, *file;
static portalocker_lock *locks[THREADS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t settled = PTHREAD_COND_INITIALIZER;
static int busy, stopping, errors;

static portalocker_lock *
make_lock (void)
{
  portalocker_lock *lock;

  if (portalocker_new (&lock, file) != PORTALOCKER_OK
      || portalocker_set_backend (lock, backend) != PORTALOCKER_OK
      || portalocker_set_timeout (lock, PORTALOCKER_FOREVER)
         != PORTALOCKER_OK)
    exit (99);
  return lock;
}

static int
must_stop (int failed)
{
  int stop;

  pthread_mutex_lock (&mutex);
  errors += failed;
  stop = stopping;
  pthread_mutex_unlock (&mutex);
  return stop;
}

static int
acquire_and_release_once (portalocker_lock *lock)
{
  return portalocker_acquire (lock) != PORTALOCKER_OK
         || portalocker_release (lock) != PORTALOCKER_OK;
}

static void *
acquire_and_release (void *argument)
{
  portalocker_lock *lock = argument;
  int failed = acquire_and_release_once (lock);

  pthread_mutex_lock (&mutex);
  busy++;
  pthread_cond_signal (&settled);
  pthread_mutex_unlock (&mutex);
  while (! must_stop (failed))
    failed = acquire_and_release_once (lock);
  return NULL;
}

/* A thread that starts can have locked what AddressSanitizer allocates with,
   for ever in the child of a fork: wait until all have.  */
static void
await_threads (void)
{
  pthread_mutex_lock (&mutex);
  while (busy < THREADS)
    pthread_cond_wait (&settled, &mutex);
  pthread_mutex_unlock (&mutex);
}

/* What a child does.  Its exit status is what was wrong.  */
static int
child (void)
{
  portalocker_lock *own;
  int i;

  alarm (TIME_LIMIT);
  for (i = 0; i < THREADS; i++)
    {
      if (portalocker_is_held (locks[i])
          || portalocker_descriptor (locks[i]) != -1)
        return 1;
      if (portalocker_release (locks[i]) != PORTALOCKER_OK)
        return 2;
      portalocker_free (locks[i]);
    }
  own = make_lock ();
  if (portalocker_acquire (own) != PORTALOCKER_OK)
    return 3;
  if (portalocker_verify (own) != PORTALOCKER_OK)
    return 4;
  portalocker_free (own);
  return 0;
}

int
main (int argc, char **argv)
{
  pthread_t threads[THREADS];
  int i, status, children, bad = 0;

  if (argc != 4)
    return 99;
  backend = argv[1];
  file = argv[2];
  children = atoi (argv[3]);
  alarm (TIME_LIMIT);
  for (i = 0; i < THREADS; i++)
    {
      locks[i] = make_lock ();
      if (pthread_create (&threads[i], NULL, acquire_and_release, locks[i])
          != 0)
        return 99;
    }
  await_threads ();
  for (i = 0; i < children; i++)
    {
      pid_t pid = fork ();

      if (pid == 0)
        _exit (child ());
      if (pid < 0 || waitpid (pid, &status, 0) != pid)
        return 99;
      if (status != 0)
        {
          bad++;
          fprintf (stderr, "child %d ended with status %#x\n", i,
                   (unsigned int) status);
        }
    }
  pthread_mutex_lock (&mutex);
  stopping = 1;
  pthread_mutex_unlock (&mutex);
  for (i = 0; i < THREADS; i++)
    pthread_join (threads[i], NULL);
  for (i = 0; i < THREADS; i++)
    portalocker_free (locks[i]);
  printf ("children %d bad %d errors %d\n", children, bad, errors);
  return 0;
}
