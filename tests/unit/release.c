/* release.c - releases of which one part or another fails.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

/* What shall fail at the next call, and with what.  A failed close has
   closed the file all the same.  */
static int flush_error, unlock_error, close_error;

static int
take (int *error)
{
  errno = *error;
  *error = 0;
  return errno;
}

static int
fake_fflush (FILE *stream)
{
  return take (&flush_error) != 0 ? EOF : unit_real.fflush (stream);
}

static int
fake_flock (int fd, int operation)
{
  return take (&unlock_error) != 0 ? -1 : unit_real.flock (fd, operation);
}

static int
fake_fcntl_lock (int fd, int command, struct flock *lock)
{
  return take (&unlock_error) != 0 ? -1
         : unit_real.fcntl_lock (fd, command, lock);
}

static int
fake_lockf (int fd, int command, off_t size)
{
  return take (&unlock_error) != 0 ? -1
         : unit_real.lockf (fd, command, size);
}

static int
fake_close (int fd)
{
  int result = unit_real.close (fd);
  return take (&close_error) != 0 ? -1 : result;
}

static int
fake_fclose (FILE *stream)
{
  int result = unit_real.fclose (stream);
  return take (&close_error) != 0 ? EOF : result;
}

/* Replace the calls that a release makes.  */
static void
use_fakes (void)
{
  portalocker__calls.fflush = fake_fflush;
  portalocker__calls.flock = fake_flock;
  portalocker__calls.fcntl_lock = fake_fcntl_lock;
  portalocker__calls.lockf = fake_lockf;
  portalocker__calls.close = fake_close;
  portalocker__calls.fclose = fake_fclose;
}

/* The details of the last release of LOCK, the SECOND or first of them.  */
static int
check_slot (portalocker_lock *lock, bool second, int code, int error,
            const char *call)
{
  portalocker_error *details;
  int good;
  portalocker_error_new (&details);
  if (second)
    portalocker_get_second_error (lock, details);
  else
    portalocker_get_error (lock, details);
  good = CHECK_QUIET_CODE (portalocker_error_code (details), code)
         && CHECK_QUIET_INT (portalocker_error_system_error (details), error)
         && CHECK_QUIET_STRING (portalocker_error_call (details), call)
         && (code == PORTALOCKER_OK
             || CHECK_QUIET_STRING (portalocker_error_path (details),
                                    unit_path ("f")));
  portalocker_error_free (details);
  return good;
}

static const struct
{
  bool stream;
  int flush, unlock, close;     /* error numbers */
  const char *first, *second;   /* 'f'lush, 'u'nlock, 'c'lose, or "" */
  const char *statement;
} cases[] =
{
  { true, ENOSPC, 0, 0, "f", "", "the flush fails" },
  { true, ENOSPC, ENOLCK, 0, "f", "u", "flush and unlock fail" },
  { true, ENOSPC, 0, EIO, "f", "c", "flush and close fail" },
  { true, ENOSPC, ENOLCK, EIO, "f", "u",
    "flush, unlock and close fail, and the third is lost" },
  { true, 0, ENOLCK, EIO, "u", "c", "unlock and fclose fail" },
  { true, 0, 0, EIO, "c", "", "fclose fails" },
  { false, 0, ENOLCK, 0, "u", "", "the unlock fails" },
  { false, 0, 0, EIO, "c", "", "the close fails" },
  { false, 0, ENOLCK, EIO, "u", "c", "unlock and close fail" },
  { false, 0, 0, EINTR, "", "", "a close that was interrupted is a close" },
  { true, 0, 0, 0, "", "", "nothing fails" }
};

static int
check_named_slot (portalocker_lock *lock, size_t i, bool second,
                  const char *backend)
{
  switch (*(second ? cases[i].second : cases[i].first))
    {
    case 'f':
      return check_slot (lock, second, PORTALOCKER_CANNOT_WRITE,
                         cases[i].flush, "fflush");
    case 'u':
      return check_slot (lock, second, PORTALOCKER_LOCK_FAILED,
                         cases[i].unlock,
                         unit_lock_call (backend));
    case 'c':
      return check_slot (lock, second, PORTALOCKER_CANNOT_WRITE,
                         cases[i].close, cases[i].stream ? "fclose" : "close");
    default:
      return ! second || check_slot (lock, true, PORTALOCKER_OK, 0, NULL);
    }
}

static void
test_case (const char *backend, size_t i)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors (), good, wanted;
  wanted = cases[i].first[0] == '\0' ? PORTALOCKER_OK
           : cases[i].first[0] == 'u' ? PORTALOCKER_LOCK_FAILED
           : PORTALOCKER_CANNOT_WRITE;
  unit_write ("f", "");
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
  if (cases[i].stream)
    fputs ("line\n", portalocker_stream (lock));
  use_fakes ();
  flush_error = cases[i].flush;
  unlock_error = cases[i].unlock;
  close_error = cases[i].close;
  good = good && CHECK_QUIET_CODE (portalocker_release (lock), wanted);
  unit_restore ();
  good = good && CHECK_QUIET (flush_error + unlock_error + close_error == 0)
         && check_named_slot (lock, i, false, backend)
         && check_named_slot (lock, i, true, backend)
         && CHECK_QUIET (! portalocker_is_held (lock))
         && CHECK_QUIET (unit_free ("f", backend, true))
         && CHECK_QUIET_INT (unit_descriptors (), descriptors)
         && CHECK_QUIET (unit_file_is ("f", cases[i].stream
                                            && cases[i].flush == 0
                                            ? "line\n" : ""))
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK)
         && check_slot (lock, true, PORTALOCKER_OK, 0, NULL);
  CHECK (good, cases[i].statement);
  portalocker_free (lock);
}

/* What could not be flushed is not written by a later close either.  While
   a neighbour shares the file, that close is put off.  */
static void
test_parked_stream (const char *backend)
{
  portalocker_lock *a, *b;
  int descriptors = unit_descriptors (), good;
  if (! unit_has (backend, PORTALOCKER_FEATURE_SHARED))
    {
      check_unsupported ("what was not flushed is never written",
                         "no shared locks");
      return;
    }
  unit_write ("f", "");
  a = unit_new ("f", backend);
  b = unit_new ("f", backend);
  portalocker_set_flags (a, 5);
  portalocker_set_flags (b, 5);
  good = CHECK_QUIET_CODE (portalocker_acquire (a), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (b), PORTALOCKER_OK);
  fputs ("lost\n", portalocker_stream (a));
  use_fakes ();
  flush_error = EIO;
  good &= CHECK_QUIET_CODE (portalocker_release (a),
                            PORTALOCKER_CANNOT_WRITE);
  unit_restore ();
  /* The other one's lock is still there, and its write too.  */
  good &= CHECK_QUIET (! unit_free ("f", backend, true));
  fputs ("kept\n", portalocker_stream (b));
  good &= CHECK_QUIET_CODE (portalocker_release (b), PORTALOCKER_OK);
  good &= CHECK_QUIET (unit_file_is ("f", "kept\n"))
          && CHECK_QUIET_INT (unit_descriptors (), descriptors);
  CHECK (good, "what was not flushed is never written");
  portalocker_free (a);
  portalocker_free (b);
}

/* The device that is always full.  Others may use its lock: wait.  */
static void
test_full_device (const char *backend)
{
  portalocker_lock *full, *next;
  portalocker_error *details;
  FILE *stream;
  int descriptors = unit_descriptors (), good, code;
  if (access ("/dev/full", W_OK) != 0)
    {
      check_unsupported ("a full device is told by release, and its lock is"
                         " free",
                         "no /dev/full");
      return;
    }
  portalocker_error_new (&details);
  portalocker_new (&full, "/dev/full");
  portalocker_set_backend (full, backend);
  portalocker_set_timeout (full, PORTALOCKER_FOREVER);
  portalocker_new (&next, "/dev/full");
  portalocker_set_backend (next, backend);
  portalocker_set_timeout (next, PORTALOCKER_FOREVER);
  good = CHECK_QUIET_CODE (portalocker_acquire (full), PORTALOCKER_OK);
  stream = portalocker_stream (full);
  good &= CHECK_QUIET (stream != NULL && fputs ("line\n", stream) >= 0);
  code = portalocker_release (full);
  portalocker_get_error (full, details);
  good &= CHECK_QUIET_CODE (code, PORTALOCKER_CANNOT_WRITE)
          && CHECK_QUIET_INT (portalocker_error_system_error (details), ENOSPC)
          && CHECK_QUIET_STRING (portalocker_error_path (details),
                                 "/dev/full")
          && CHECK_QUIET (strstr (portalocker_message (full),
                                  "/dev/full: cannot write") != NULL)
          && CHECK_QUIET (! portalocker_is_held (full));
  portalocker_get_second_error (full, details);
  good &= CHECK_QUIET_CODE (portalocker_error_code (details), PORTALOCKER_OK);
  good &= CHECK_QUIET_CODE (portalocker_acquire (next), PORTALOCKER_OK);
  portalocker_release (next);
  good &= CHECK_QUIET_INT (unit_descriptors (), descriptors);
  CHECK (good, "a full device is told by release, and its lock is free");
  portalocker_error_free (details);
  portalocker_free (full);
  portalocker_free (next);
}

static void
test_free (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors ();
  portalocker_acquire (lock);
  use_fakes ();
  unlock_error = EIO;
  close_error = EIO;
  portalocker_free (lock);
  unit_restore ();
  CHECK (unit_free ("f", backend, true)
         && CHECK_QUIET_INT (unit_descriptors (), descriptors),
         "free releases even if unlock and close fail");
}

static void
test_backend (const char *backend)
{
  size_t i;
  unit_area (backend, "release");
  for (i = 0; i < sizeof cases / sizeof *cases; i++)
    test_case (backend, i);
  test_parked_stream (backend);
  test_full_device (backend);
  test_free (backend);
}

int
main (void)
{
  unit_start ();
  unit_each_backend (test_backend);
  return check_done ();
}
