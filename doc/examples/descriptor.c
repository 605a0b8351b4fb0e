/* descriptor.c - lock a descriptor that the program opened itself.
   SPDX-License-Identifier: 0BSD

   usage: descriptor FILE WORD...

   Writes the words to the end of FILE, one a line, with no line of another
   writer between them.  */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <portalocker.h>

static int
write_line (int fd, const char *word)
{
  size_t length = strlen (word);
  return write (fd, word, length) == (ssize_t) length
         && write (fd, "\n", 1) == 1;
}

int
main (int argc, char **argv)
{
  portalocker_error *error = NULL;
  int fd, i;
  if (argc < 3)
    {
      fprintf (stderr, "usage: descriptor FILE WORD...\n");
      return 2;
    }
  fd = open (argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0)
    {
      perror (argv[1]);
      return 1;
    }
  if (portalocker_error_new (&error) != PORTALOCKER_OK
      || portalocker_lock_fd (fd, PORTALOCKER_LOCK_EX, error)
         != PORTALOCKER_OK)
    {
      fprintf (stderr, "%s: %s\n", argv[1],
               error == NULL ? "out of memory"
               : portalocker_error_message (error));
      return 1;
    }
  for (i = 2; i < argc; i++)
    if (! write_line (fd, argv[i]))
      perror (argv[1]);
  portalocker_unlock_fd (fd, NULL);
  portalocker_error_free (error);
  return close (fd) != 0;
}
