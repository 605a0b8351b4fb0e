/* backend-win32.c - LockFileEx: the lock belongs to the open file.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Locks of Windows are mandatory: nobody else reads or writes the bytes that
   are locked.  So the lock is one byte where no file has any, and which lies
   in what Python's portalocker locks.  It never waits on a handle for
   overlapped calls, so that the caller can wait for the end of the call; on
   any other handle it blocks.  */

#include <config.h>
#include "backend.h"

#include <stddef.h>
#include <windows.h>

#include "calls.h"
#include "portalocker.h"

#define LOCK_OFFSET UINT64_C (0x7fffffff00000000)

unsigned long
portalocker__win32_begin (os_file fd, bool exclusive, bool wait, void *event,
                          void *overlapped)
{
  return calls.lock_file (fd, (exclusive ? LOCKFILE_EXCLUSIVE_LOCK : 0)
                              | (wait ? 0 : LOCKFILE_FAIL_IMMEDIATELY),
                          LOCK_OFFSET, event, overlapped);
}

/* Wait for the end of a call that is going on.  Where it would never end only
   trying again is left.  */
static unsigned long
await (os_file fd, OVERLAPPED *overlapped)
{
  if (portalocker__overlapped_works ())
    return calls.lock_result (fd, overlapped, true);
  calls.cancel_lock (fd, overlapped);
  return ERROR_LOCK_VIOLATION;
}

static int
win32_lock (os_file fd, bool exclusive, bool wait, bool foreign)
{
  OVERLAPPED overlapped;
  void *event = NULL;
  unsigned long error;
  (void) foreign;
  if (wait)
    {
      event = calls.create_event (true);
      if (event == NULL)
        return portalocker__to_errno (GetLastError ());
    }
  error = portalocker__win32_begin (fd, exclusive, wait, event, &overlapped);
  if (error == ERROR_IO_PENDING)
    error = wait ? await (fd, &overlapped)
                 : calls.lock_result (fd, &overlapped, true);
  if (event != NULL)
    CloseHandle (event);
  return portalocker__to_errno (error);
}

static int
win32_unlock (os_file fd, bool foreign)
{
  unsigned long error = calls.unlock_file (fd, LOCK_OFFSET);
  (void) foreign;
  /* That nothing was locked: the latter is Wine's word for it.  */
  if (error == ERROR_NOT_LOCKED || error == ERROR_LOCK_VIOLATION)
    return 0;
  return portalocker__to_errno (error);
}

const struct portalocker__backend portalocker__backend_win32 =
{
  .name = "win32",
  .call = "LockFileEx",
  .features = PORTALOCKER_FEATURE_SHARED | PORTALOCKER_FEATURE_PER_OBJECT
              | PORTALOCKER_FEATURE_ANY_ACCESS,
  .for_shared = ACCESS_ANY,
  .for_exclusive = ACCESS_ANY,
  .lock = win32_lock,
  .unlock = win32_unlock,
  .lock_part = NULL,
  .held_part = NULL,
  .holder = NULL
};
