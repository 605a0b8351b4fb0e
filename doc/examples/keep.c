/* keep.c - become a command that holds a lock as long as it lives.
   SPDX-License-Identifier: 0BSD

   usage: keep LOCKFILE COMMAND [ARGUMENT]...

   The command inherits the locked descriptor, and so does what it starts:
   the lock is free when the last of them has ended or closed it.  */

#include <stdio.h>
#include <unistd.h>
#include <portalocker.h>

int
main (int argc, char **argv)
{
  portalocker_lock *lock;
  if (argc < 3 || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: keep LOCKFILE COMMAND [ARGUMENT]...\n");
      return 2;
    }
  portalocker_set_inherit (lock, 1);
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  if (portalocker_acquire (lock) == PORTALOCKER_OK)
    {
      execvp (argv[2], argv + 2);
      perror (argv[2]);
    }
  else
    fprintf (stderr, "keep: %s\n", portalocker_message (lock));
  portalocker_free (lock);
  return 1;
}
