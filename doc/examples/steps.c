/* steps.c - acquire a lock by the single steps, as a binding would.
   SPDX-License-Identifier: 0BSD

   usage: steps FILE TEXT       adds TEXT to FILE, waiting up to 5 seconds

   This is portalocker_acquire in a binding's own words: the binding can run
   its language's signal handlers, or let other threads work, between two
   steps.  */

#include <stdio.h>
#include <unistd.h>
#include <portalocker.h>

/* Open the file of LOCK and lock it.  PORTALOCKER_PATH_LOST says that
   another file has taken its name meanwhile.  */
static int
open_locked (portalocker_lock *lock, int64_t deadline, int *fd,
             portalocker_error *error)
{
  int rc = portalocker_open (lock, fd);
  if (rc != PORTALOCKER_OK)
    {
      portalocker_get_error (lock, error);
      return rc;
    }
  rc = portalocker_lock_fd_with (*fd, PORTALOCKER_LOCK_EX, NULL, deadline,
                                 error);
  if (rc == PORTALOCKER_OK)
    rc = portalocker_verify_fd (*fd, portalocker_path (lock), error);
  if (rc != PORTALOCKER_OK)
    close (*fd);
  return rc;
}

int
main (int argc, char **argv)
{
  portalocker_error *error = NULL;
  portalocker_lock *lock = NULL;
  int64_t deadline = portalocker_now () + 5000;
  int rc, fd;
  if (argc != 3 || portalocker_error_new (&error) != PORTALOCKER_OK
      || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: steps FILE TEXT\n");
      return 2;
    }
  do
    rc = open_locked (lock, deadline, &fd, error);
  while (rc == PORTALOCKER_PATH_LOST && portalocker_now () < deadline);
  if (rc == PORTALOCKER_OK)
    {
      if (dprintf (fd, "%s\n", argv[2]) < 0)
        perror (argv[1]);
      portalocker_unlock_fd_with (fd, NULL, NULL);
      close (fd);
    }
  else
    fprintf (stderr, "steps: %s\n", portalocker_error_message (error));
  portalocker_free (lock);
  portalocker_error_free (error);
  return rc != PORTALOCKER_OK;
}
