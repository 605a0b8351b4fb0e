/* details.c - everything that is known about a failure.
   SPDX-License-Identifier: 0BSD

   usage: details FILE          tries to lock FILE, which must exist  */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <portalocker.h>

static void
print (portalocker_error *error)
{
  int code = portalocker_error_code (error);
  int system_error = portalocker_error_system_error (error);
  const char *call = portalocker_error_call (error);
  printf ("code:         %d, %s\n", code, portalocker_code_name (code));
  printf ("system error: %s\n",
          system_error == 0 ? "none" : strerror (system_error));
  printf ("call:         %s\n", call == NULL ? "none" : call);
  printf ("path:         %s\n", portalocker_error_path (error));
  printf ("holder:       %" PRId64 "\n", portalocker_error_holder (error));
  printf ("summary:      %s\n", portalocker_error_summary (error));
  printf ("advice:       %s\n", portalocker_code_advice (code));
}

int
main (int argc, char **argv)
{
  portalocker_error *error = NULL;
  portalocker_lock *lock = NULL;
  int rc;
  if (argc != 2 || portalocker_error_new (&error) != PORTALOCKER_OK
      || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: details FILE\n");
      return 2;
    }
  portalocker_set_create (lock, 0);
  rc = portalocker_acquire (lock);
  if (rc != PORTALOCKER_OK
      && portalocker_get_error (lock, error) == PORTALOCKER_OK)
    print (error);
  portalocker_free (lock);
  portalocker_error_free (error);
  return rc != PORTALOCKER_OK;
}
