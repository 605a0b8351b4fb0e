/* publish.c - standard input becomes a file, whole or not at all.
   SPDX-License-Identifier: 0BSD

   usage: publish [-r] FILE     -r replaces an existing FILE  */

#include <stdio.h>
#include <string.h>
#include <portalocker.h>

static int
copy (FILE *from, FILE *to)
{
  int c;
  while ((c = getc (from)) != EOF)
    if (putc (c, to) == EOF)
      return 0;
  return ! ferror (from);
}

/* Write FILE.  Until commit, others see the old file or none.  */
static int
publish (const char *file, int replace, portalocker_error *error)
{
  portalocker_atomic *atomic;
  int rc = portalocker_atomic_begin (&atomic, file, replace, error);
  if (rc != PORTALOCKER_OK)
    return rc;
  if (! copy (stdin, portalocker_atomic_stream (atomic)))
    {
      perror (file);
      portalocker_atomic_abort (atomic);
      return PORTALOCKER_CANNOT_WRITE;
    }
  return portalocker_atomic_commit (atomic, error);
}

int
main (int argc, char **argv)
{
  int replace = argc == 3 && strcmp (argv[1], "-r") == 0;
  portalocker_error *error;
  int rc;
  if (argc != 2 + replace || portalocker_error_new (&error) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: publish [-r] FILE\n");
      return 2;
    }
  rc = publish (argv[argc - 1], replace, error);
  if (portalocker_error_code (error) != PORTALOCKER_OK)
    fprintf (stderr, "publish: %s\n", portalocker_error_message (error));
  portalocker_error_free (error);
  return rc != PORTALOCKER_OK;
}
