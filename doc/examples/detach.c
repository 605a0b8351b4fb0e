/* detach.c - give a lock to a stream that closes like any other.
   SPDX-License-Identifier: 0BSD

   usage: detach FILE TEXT      adds TEXT to FILE

   Detached from its object, the lock belongs to the descriptor: whoever
   closes that gives the lock up.  */

#include <stdio.h>
#include <unistd.h>
#include <portalocker.h>

/* Like fopen in mode "a", but locked.  NULL with a message on failure.  */
static FILE *
fopen_locked (const char *path)
{
  portalocker_lock *lock;
  FILE *stream = NULL;
  int fd;
  if (portalocker_new (&lock, path) != PORTALOCKER_OK)
    return NULL;
  if (portalocker_acquire (lock) == PORTALOCKER_OK
      && portalocker_detach (lock, &fd) == PORTALOCKER_OK)
    {
      stream = fdopen (fd, "a");
      if (stream == NULL)
        close (fd);
    }
  else
    fprintf (stderr, "detach: %s\n", portalocker_message (lock));
  portalocker_free (lock);      /* holds nothing any more */
  return stream;
}

int
main (int argc, char **argv)
{
  FILE *stream;
  if (argc != 3)
    {
      fprintf (stderr, "usage: detach FILE TEXT\n");
      return 2;
    }
  stream = fopen_locked (argv[1]);
  if (stream == NULL)
    return 1;
  fprintf (stream, "%s\n", argv[2]);
  return fclose (stream) != 0;  /* writes, closes, and thereby unlocks */
}
