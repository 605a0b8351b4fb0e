/* turns.c - a writer among readers who overlap without a gap.
   SPDX-License-Identifier: 0BSD

   usage: turns LOCKFILE  */

#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <portalocker.h>

enum { READERS = 4 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int finished;

static int
is_finished (void)
{
  int result;
  pthread_mutex_lock (&mutex);
  result = finished;
  pthread_mutex_unlock (&mutex);
  return result;
}

static void
finish (void)
{
  pthread_mutex_lock (&mutex);
  finished = 1;
  pthread_mutex_unlock (&mutex);
}

/* A lock that takes turns, or NULL.  flock cannot do that: ask for a backend
   that can.  */
static portalocker_lock *
new_fair (const char *path, int flags)
{
  portalocker_lock *lock;
  const char *name;
  size_t i;
  if (portalocker_new (&lock, path) != PORTALOCKER_OK)
    return NULL;
  for (i = 0; (name = portalocker_backend_at (i)) != NULL; i++)
    if (portalocker_backend_features (name) & PORTALOCKER_FEATURE_RANGES)
      break;
  portalocker_set_backend (lock, name);
  portalocker_set_fair (lock, 1);
  portalocker_set_flags (lock, flags);
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  return lock;
}

/* Read again and again, a millisecond each time, until the writer has had its
   turn.  */
static void *
read_on (void *path)
{
  struct timespec millisecond = { 0, 1000000 };
  portalocker_lock *lock = new_fair (path, PORTALOCKER_LOCK_SH);
  while (lock != NULL && ! is_finished ()
         && portalocker_acquire (lock) == PORTALOCKER_OK)
    {
      nanosleep (&millisecond, NULL);
      portalocker_release (lock);
    }
  portalocker_free (lock);
  return NULL;
}

int
main (int argc, char **argv)
{
  pthread_t readers[READERS];
  portalocker_lock *lock = NULL;
  int i, started, rc = PORTALOCKER_NO_MEMORY;
  if (argc != 2)
    {
      fprintf (stderr, "usage: turns LOCKFILE\n");
      return 2;
    }
  for (started = 0; started < READERS; started++)
    if (pthread_create (&readers[started], NULL, read_on, argv[1]) != 0)
      break;
  lock = new_fair (argv[1], PORTALOCKER_LOCK_EX);
  if (lock != NULL)
    rc = portalocker_acquire (lock);
  if (rc == PORTALOCKER_OK)
    printf ("the writer has had its turn\n");
  else if (lock != NULL)
    fprintf (stderr, "turns: %s\n", portalocker_message (lock));
  portalocker_free (lock);
  finish ();
  for (i = 0; i < started; i++)
    pthread_join (readers[i], NULL);
  return rc != PORTALOCKER_OK;
}
