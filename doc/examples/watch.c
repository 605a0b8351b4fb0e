/* watch.c - wait for a lock and for input at the same time.
   SPDX-License-Identifier: 0BSD

   usage: watch LOCKFILE        lines on standard input are answered until the
                                lock is held; "quit" gives up  */

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <portalocker.h>

enum { LOCK, INPUT, COUNT };

/* Answer what can be read.  Return 0 when the user gives up.  */
static int
answer (struct pollfd *input)
{
  char text[80];
  const char *line;
  ssize_t length = read (input->fd, text, sizeof text - 1);
  if (length <= 0)
    {
      input->fd = -1;           /* poll passes over it */
      return 1;
    }
  text[length] = '\0';
  for (line = strtok (text, "\n"); line != NULL; line = strtok (NULL, "\n"))
    {
      if (strcmp (line, "quit") == 0)
        return 0;
      printf ("%s: not yet\n", line);
      fflush (stdout);
    }
  return 1;
}

/* Wait until the lock is held, or its wait has failed, or the user gives
   up.  */
static int
serve (portalocker_lock *lock)
{
  struct pollfd polled[COUNT];
  int rc = portalocker_watch (lock, PORTALOCKER_FOREVER, &polled[LOCK].fd);
  if (rc != PORTALOCKER_OK)
    return rc;
  polled[INPUT].fd = STDIN_FILENO;
  polled[LOCK].events = polled[INPUT].events = POLLIN;
  for (;;)
    {
      polled[LOCK].revents = polled[INPUT].revents = 0;
      poll (polled, COUNT, -1);
      if (polled[LOCK].revents != 0)
        {
          rc = portalocker_watch_finish (lock);
          if (rc != PORTALOCKER_PENDING)
            return rc;
        }
      else if (polled[INPUT].revents != 0 && ! answer (&polled[INPUT]))
        {
          portalocker_watch_abandon (lock);
          return PORTALOCKER_CANCELLED;
        }
    }
}

int
main (int argc, char **argv)
{
  portalocker_lock *lock;
  int rc;
  if (argc != 2 || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: watch LOCKFILE\n");
      return 2;
    }
  rc = serve (lock);
  printf ("%s\n", rc == PORTALOCKER_OK ? "the lock is held"
                                       : portalocker_code_text (rc));
  portalocker_free (lock);
  return rc != PORTALOCKER_OK;
}
