/* stream.c - lock a FILE * that the program opened itself.
   SPDX-License-Identifier: 0BSD

   usage: stream FILE

   Prints the next number of a series that is kept in FILE, which must
   exist.  */

#include <stdio.h>
#include <portalocker.h>

int
main (int argc, char **argv)
{
  FILE *stream;
  long number = 0;
  int rc;
  if (argc != 2)
    {
      fprintf (stderr, "usage: stream FILE\n");
      return 2;
    }
  stream = fopen (argv[1], "r+");
  if (stream == NULL)
    {
      perror (argv[1]);
      return 1;
    }
  rc = portalocker_lock_stream (stream, PORTALOCKER_LOCK_EX, NULL);
  if (rc == PORTALOCKER_OK)
    {
      if (fscanf (stream, "%ld", &number) != 1)
        number = 0;
      rewind (stream);
      fprintf (stream, "%ld\n", number + 1);
      rc = portalocker_unlock_stream (stream, NULL);    /* flushes first */
    }
  if (rc == PORTALOCKER_OK)
    printf ("%ld\n", number + 1);
  else
    fprintf (stderr, "%s: %s\n", argv[1], portalocker_code_text (rc));
  fclose (stream);
  return rc != PORTALOCKER_OK;
}
