/* sync.c - data, and the directory, go down to the disk itself, also where
   fsync does not do that.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   As on macOS.  This library was built with a command of fcntl, OS_FULL_SYNC,
   which no system has.  */

#include "unit.h"

#include <errno.h>
#include <string.h>

static int syncs, full_syncs;   /* how often each was asked for */
static int full_error;          /* what the command fails with, or 0 */
static int open_error;          /* what the next open of a directory fails with,
                                   or 0 */

static int
fake_fcntl (int fd, int command, int argument)
{
  if (command != OS_FULL_SYNC)
    return unit_real.fcntl_int (fd, command, argument);
  full_syncs++;
  errno = full_error;
  return full_error == 0 ? 0 : -1;
}

static int
fake_open (const char *path, int flags, mode_t mode)
{
  if (open_error == 0 || path[strlen (path) - 1] != '/')
    return unit_real.open (path, flags, mode);
  errno = open_error;
  open_error = 0;
  return -1;
}

static int
fake_fsync (int fd)
{
  syncs++;
  return unit_real.fsync (fd);
}

/* Write the file "f" atomically while the command fails with ERROR, or not for
   0; return the code.  */
static int
commit (int error, portalocker_error *details)
{
  portalocker_atomic *atomic;
  int code;
  syncs = full_syncs = 0;
  full_error = error;
  portalocker__calls.fcntl_int = fake_fcntl;
  portalocker__calls.fsync = fake_fsync;
  portalocker__calls.open = fake_open;
  code = portalocker_atomic_begin (&atomic, "f", 1, details);
  if (code == PORTALOCKER_OK)
    {
      fputs ("whole\n", portalocker_atomic_stream (atomic));
      code = portalocker_atomic_commit (atomic, details);
    }
  unit_restore ();
  return code;
}

/* The data and the directory.  */
static void
test_success (void)
{
  CHECK (CHECK_QUIET (commit (0, NULL) == PORTALOCKER_OK)
         && CHECK_QUIET (full_syncs == 2) && CHECK_QUIET (syncs == 0),
         "a commit asks for all, and not by fsync");
}

static void
test_failure (portalocker_error *details)
{
  unit_write ("f", "old\n");
  CHECK (CHECK_QUIET (commit (EIO, details) != PORTALOCKER_OK)
         && CHECK_QUIET (syncs == 0)
         && CHECK_QUIET (portalocker_error_system_error (details) == EIO)
         && CHECK_QUIET (unit_file_is ("f", "old\n")),
         "its failure is that of the commit, and fsync does not hide it");
}

static void
test_unsupported (int error, const char *name)
{
  CHECK (CHECK_QUIET (commit (error, NULL) == PORTALOCKER_OK)
         && CHECK_QUIET (syncs == 2) && CHECK_QUIET (full_syncs == 2)
         && CHECK_QUIET (unit_file_is ("f", "whole\n")), name);
}

static void
test_directory (portalocker_error *details)
{
  static const int errors[] = { EMFILE, ENOMEM, EIO, ENOENT };
  size_t i;
  int good = 1;
  for (i = 0; i < sizeof errors / sizeof *errors; i++)
    {
      open_error = errors[i];
      good &= CHECK_QUIET_CODE (commit (0, details), PORTALOCKER_CANNOT_WRITE)
              && CHECK_QUIET_INT (portalocker_error_system_error (details),
                                  errors[i])
              && CHECK_QUIET_STRING (portalocker_error_call (details), "open")
              && CHECK_QUIET (unit_file_is ("f", "whole\n"));
    }
  CHECK (good, "a directory that cannot be opened now is told");
  open_error = EINTR;
  CHECK (CHECK_QUIET_CODE (commit (0, NULL), PORTALOCKER_OK)
         && CHECK_QUIET_INT (full_syncs, 2), "an interruption is none");
  open_error = EACCES;
  CHECK (CHECK_QUIET_CODE (commit (0, NULL), PORTALOCKER_OK)
         && CHECK_QUIET_INT (full_syncs, 1),
         "of one that may not be read nobody could do more");
}

int
main (void)
{
  portalocker_error *details;
  unit_start ();
  unit_area ("unit", "sync");
  if (portalocker_error_new (&details) != PORTALOCKER_OK)
    return 99;
  test_success ();
  test_failure (details);
  test_unsupported (ENOTSUP, "where it is not supported fsync does it");
  test_unsupported (ENOTTY, "where it is not known fsync does it");
  test_directory (details);
  portalocker_error_free (details);
  return check_done ();
}
