/* fork.c - what the child of a fork has of a lock: nothing, or a share.
   SPDX-License-Identifier: 0BSD

   usage: fork LOCKFILE  */

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <portalocker.h>

/* In the child: look at the object, then try to acquire by it.  */
static void
report (const char *who, portalocker_lock *lock)
{
  printf ("%s: held is %d", who, portalocker_is_held (lock));
  printf (", acquire says: %s\n",
          portalocker_code_text (portalocker_acquire (lock)));
  portalocker_free (lock);
}

/* Acquire LOCK and let a child report.  */
static void
try_with_child (const char *who, portalocker_lock *lock)
{
  pid_t child;
  if (portalocker_acquire (lock) != PORTALOCKER_OK)
    {
      fprintf (stderr, "fork: %s\n", portalocker_message (lock));
      return;
    }
  fflush (stdout);
  child = fork ();
  if (child == 0)
    {
      report (who, lock);
      fflush (stdout);
      _exit (0);
    }
  if (child > 0)
    waitpid (child, NULL, 0);
  portalocker_release (lock);
}

int
main (int argc, char **argv)
{
  portalocker_lock *lock;
  if (argc != 2 || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: fork LOCKFILE\n");
      return 2;
    }
  try_with_child ("child", lock);
  portalocker_set_pass_over_fork (lock, 1);
  try_with_child ("child that shares", lock);
  portalocker_free (lock);
  return 0;
}
