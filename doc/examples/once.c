/* once.c - run a command, unless it is running already.
   SPDX-License-Identifier: 0BSD

   usage: once LOCKFILE COMMAND

   The lock lives as long as this process, however that ends.  The lock
   file stays: what counts is the lock, not the file.  */

#include <stdio.h>
#include <stdlib.h>
#include <portalocker.h>

enum { EXIT_BUSY = 75 };        /* EX_TEMPFAIL of sysexits.h */

int
main (int argc, char **argv)
{
  portalocker_lock *lock;
  int rc, status = EXIT_FAILURE;
  if (argc != 3 || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: once LOCKFILE COMMAND\n");
      return 2;
    }
  rc = portalocker_acquire (lock);      /* as set: one attempt */
  if (rc == PORTALOCKER_OK)
    status = system (argv[2]) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  else
    {
      fprintf (stderr, "once: %s\n", portalocker_message (lock));
      if (rc == PORTALOCKER_BUSY)
        status = EXIT_BUSY;
    }
  portalocker_free (lock);
  return status;
}
