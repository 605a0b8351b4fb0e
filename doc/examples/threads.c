/* threads.c - threads that exclude each other make a lock object each.
   SPDX-License-Identifier: 0BSD

   usage: threads FILE          adds 1 to the number in FILE, 400 times  */

#include <pthread.h>
#include <stdio.h>
#include <portalocker.h>

enum { THREADS = 4, ROUNDS = 100 };

static int
add_one (portalocker_lock *lock)
{
  FILE *stream = portalocker_stream (lock);
  int number = 0;
  if (stream == NULL)
    return PORTALOCKER_NO_MEMORY;
  if (fscanf (stream, "%d", &number) != 1)
    number = 0;
  rewind (stream);
  fprintf (stream, "%d\n", number + 1);
  return portalocker_release (lock);
}

static void *
work (void *path)
{
  portalocker_lock *lock;
  int i, rc = portalocker_new (&lock, path);
  if (rc != PORTALOCKER_OK)
    return NULL;
  portalocker_set_mode (lock, "r+");
  portalocker_set_create (lock, 1);
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  for (i = 0; i < ROUNDS && rc == PORTALOCKER_OK; i++)
    {
      rc = portalocker_acquire (lock);
      if (rc == PORTALOCKER_OK)
        rc = add_one (lock);
    }
  if (rc != PORTALOCKER_OK)
    fprintf (stderr, "threads: %s\n", portalocker_message (lock));
  portalocker_free (lock);
  return NULL;
}

int
main (int argc, char **argv)
{
  pthread_t threads[THREADS];
  int i, started;
  if (argc != 2)
    {
      fprintf (stderr, "usage: threads FILE\n");
      return 2;
    }
  for (started = 0; started < THREADS; started++)
    if (pthread_create (&threads[started], NULL, work, argv[1]) != 0)
      break;
  for (i = 0; i < started; i++)
    pthread_join (threads[i], NULL);
  return started < THREADS;
}
