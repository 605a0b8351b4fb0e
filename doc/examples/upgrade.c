/* upgrade.c - a number in a file that is read often and raised sometimes.
   SPDX-License-Identifier: 0BSD

   usage: upgrade FILE MINIMUM  raise the number in FILE to MINIMUM  */

#include <stdio.h>
#include <stdlib.h>
#include <portalocker.h>

/* All who use the file choose so, in the same build of the library.  */
static int
choose_backend (portalocker_lock *lock)
{
  const char *name;
  size_t i;
  for (i = 0; (name = portalocker_backend_at (i)) != NULL; i++)
    if (portalocker_backend_features (name) & PORTALOCKER_FEATURE_UPGRADE)
      return portalocker_set_backend (lock, name);
  return PORTALOCKER_UNSUPPORTED;
}

static int
write_number (portalocker_lock *lock, long number)
{
  FILE *stream = portalocker_stream (lock);
  rewind (stream);
  fprintf (stream, "%-20ld\n", number);
  return portalocker_release (lock);
}

/* Read the number under a lock with FLAGS, and raise it only if need be.  */
static int
raise_number (portalocker_lock *lock, long minimum, int flags)
{
  long number = 0;
  int rc;
  portalocker_set_flags (lock, flags);
  rc = portalocker_acquire (lock);
  if (rc != PORTALOCKER_OK)
    return rc;
  if (portalocker_stream (lock) == NULL)
    return PORTALOCKER_NO_MEMORY;
  if (fscanf (portalocker_stream (lock), "%ld", &number) != 1)
    number = 0;                 /* the file is new */
  if (number >= minimum)
    {
      printf ("%ld is enough\n", number);
      return portalocker_release (lock);
    }
  /* What was read stays true: nobody writes before we do.  */
  rc = portalocker_upgrade (lock, PORTALOCKER_FOREVER);
  if (rc != PORTALOCKER_OK)
    return rc;
  printf ("%ld is raised to %ld\n", number, minimum);
  return write_number (lock, minimum);
}

int
main (int argc, char **argv)
{
  portalocker_lock *lock;
  long minimum;
  int rc;
  if (argc != 3 || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: upgrade FILE MINIMUM\n");
      return 2;
    }
  portalocker_set_mode (lock, "r+");    /* reads, and can write */
  portalocker_set_create (lock, 1);
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  minimum = strtol (argv[2], NULL, 10);
  rc = choose_backend (lock);
  if (rc == PORTALOCKER_OK)
    rc = raise_number (lock, minimum, PORTALOCKER_LOCK_SH);
  if (rc == PORTALOCKER_DEADLOCK || rc == PORTALOCKER_BUSY)
    {
      /* Another reader upgrades too, and waits for us.  Let it go first, then
         read anew.  */
      portalocker_release (lock);
      rc = raise_number (lock, minimum, PORTALOCKER_LOCK_EX);
    }
  if (rc != PORTALOCKER_OK)
    fprintf (stderr, "upgrade: %s\n", portalocker_message (lock));
  portalocker_free (lock);
  return rc != PORTALOCKER_OK;
}
