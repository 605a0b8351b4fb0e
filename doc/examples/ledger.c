/* ledger.c - add a numbered entry to a file, whoever else does so too.
   SPDX-License-Identifier: 0BSD

   usage: ledger FILE TEXT

   The number of the new entry depends on what the file holds, so reading
   and writing must happen under one lock.  */

#include <stdio.h>
#include <portalocker.h>

static int
count_lines (FILE *stream)
{
  int c, lines = 0;
  rewind (stream);
  while ((c = getc (stream)) != EOF)
    lines += c == '\n';
  return lines;
}

/* Add the entry while the lock is held, and release the lock.  */
static int
add_entry (portalocker_lock *lock, const char *text)
{
  FILE *stream = portalocker_stream (lock);
  int number;
  if (stream == NULL)
    return PORTALOCKER_NO_MEMORY;
  number = count_lines (stream) + 1;
  fseek (stream, 0, SEEK_END);          /* between reading and writing */
  fprintf (stream, "%d %s\n", number, text);
  return portalocker_release (lock);    /* tells whether it was written */
}

int
main (int argc, char **argv)
{
  portalocker_lock *lock;
  int rc;
  if (argc != 3 || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: ledger FILE TEXT\n");
      return 2;
    }
  portalocker_set_mode (lock, "a+");
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  rc = portalocker_acquire (lock);
  if (rc == PORTALOCKER_OK)
    rc = add_entry (lock, argv[2]);
  if (rc != PORTALOCKER_OK)
    fprintf (stderr, "ledger: %s\n", portalocker_message (lock));
  portalocker_free (lock);
  return rc != PORTALOCKER_OK;
}
