/* paid.c - add a line to a file that other programs change too.
   SPDX-License-Identifier: 0BSD  */

#include <portalocker.h>

int
main (void)
{
  portalocker_lock *lock;
  int rc = portalocker_new (&lock, "ledger.csv");
  if (rc != PORTALOCKER_OK)
    return 1;
  portalocker_set_timeout (lock, 2000);     /* wait up to 2 seconds */
  rc = portalocker_acquire (lock);          /* open and locked */
  if (rc == PORTALOCKER_OK)
    {
      fputs ("paid\n", portalocker_stream (lock));
      rc = portalocker_release (lock);      /* written and unlocked */
    }
  if (rc != PORTALOCKER_OK)
    fprintf (stderr, "%s\n", portalocker_message (lock));
  portalocker_free (lock);
  return rc != PORTALOCKER_OK;
}
