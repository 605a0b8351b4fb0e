/* tally.c - a number in a file: many read it, one at a time changes it.
   SPDX-License-Identifier: 0BSD

   usage: tally FILE            print the number
          tally FILE AMOUNT     add AMOUNT to it  */

#include <stdio.h>
#include <stdlib.h>
#include <portalocker.h>

/* Readers share the lock with each other.  */
static int
show (portalocker_lock *lock)
{
  long number = 0;
  int rc;
  portalocker_set_mode (lock, "r");
  portalocker_set_flags (lock, PORTALOCKER_LOCK_SH);
  rc = portalocker_acquire (lock);
  if (rc != PORTALOCKER_OK)
    return rc;
  if (portalocker_stream (lock) != NULL
      && fscanf (portalocker_stream (lock), "%ld", &number) == 1)
    printf ("%ld\n", number);
  return portalocker_release (lock);
}

/* A writer is alone.  Mode "r+" neither creates nor empties the file; here
   it is to be created.  The number has a fixed width, so that a shorter one
   covers a longer one.  */
static int
add (portalocker_lock *lock, long amount)
{
  long number = 0;
  FILE *stream;
  int rc;
  portalocker_set_mode (lock, "r+");
  portalocker_set_create (lock, 1);
  portalocker_set_flags (lock, PORTALOCKER_LOCK_EX);
  rc = portalocker_acquire (lock);
  if (rc != PORTALOCKER_OK)
    return rc;
  stream = portalocker_stream (lock);
  if (stream == NULL)
    return PORTALOCKER_NO_MEMORY;
  if (fscanf (stream, "%ld", &number) != 1)
    number = 0;                 /* the file is new */
  rewind (stream);
  fprintf (stream, "%-20ld\n", number + amount);
  return portalocker_release (lock);
}

int
main (int argc, char **argv)
{
  portalocker_lock *lock;
  int rc;
  if (argc < 2 || argc > 3
      || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: tally FILE [AMOUNT]\n");
      return 2;
    }
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  rc = argc == 2 ? show (lock) : add (lock, strtol (argv[2], NULL, 10));
  if (rc != PORTALOCKER_OK)
    fprintf (stderr, "tally: %s\n", portalocker_message (lock));
  portalocker_free (lock);
  return rc != PORTALOCKER_OK;
}
