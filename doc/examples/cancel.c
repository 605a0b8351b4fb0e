/* cancel.c - wait for a lock as long as it takes, or as the user likes.
   SPDX-License-Identifier: 0BSD

   usage: cancel LOCKFILE       a line on standard input, or the interrupt of
                                the terminal, ends the wait  */

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <portalocker.h>

static portalocker_lock *lock;
static pthread_t reader;
static bool has_reader;

/* A signal handler may cancel; hardly any other function is safe here.  */
static void
cancel_by_signal (int signo)
{
  (void) signo;
  portalocker_cancel (lock);
}

/* So may another thread.  */
static void *
cancel_by_line (void *unused)
{
  char line[80];
  if (read (STDIN_FILENO, line, sizeof line) > 0)
    portalocker_cancel (lock);
  return unused;
}

/* Called when the lock was refused and the wait begins.  From now on there is
   something to cancel.  */
static void
begin_waiting (void *unused, int64_t waited, portalocker_error *holder)
{
  (void) unused;
  (void) waited;
  printf ("%s is locked; a line or Ctrl-C ends the wait\n",
          portalocker_error_path (holder));
  fflush (stdout);
  has_reader = pthread_create (&reader, NULL, cancel_by_line, NULL) == 0;
}

static void
set_handler (int signo)
{
  struct sigaction action;
  memset (&action, 0, sizeof action);
  action.sa_handler = cancel_by_signal;
  sigaction (signo, &action, NULL);
}

int
main (int argc, char **argv)
{
  int rc;
  if (argc != 2 || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: cancel LOCKFILE\n");
      return 2;
    }
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  portalocker_set_cancellable (lock, 1);
  portalocker_set_wait_callback (lock, begin_waiting, NULL, 0);
  set_handler (SIGINT);
  rc = portalocker_acquire (lock);
  signal (SIGINT, SIG_DFL);
  if (has_reader)
    {
      /* The object must live as long as somebody may cancel it.  */
      pthread_cancel (reader);
      pthread_join (reader, NULL);
    }
  if (rc != PORTALOCKER_OK)
    printf ("%s\n", portalocker_message (lock));
  else
    printf ("the lock is held\n");
  portalocker_free (lock);
  return rc != PORTALOCKER_OK;
}
