/* backend-win32.c - LockFileEx: the lock belongs to the open file.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Locks of Windows are mandatory: nobody else reads or writes the bytes that
   are locked.  So the lock is one byte where no file has any, and which lies
   in what Python's portalocker locks by LockFileEx.  It never waits on a
   handle for overlapped calls, so that the caller can wait for the end of the
   call; on any other handle it blocks.  */

#include <config.h>
#include "backend.h"

#include <errno.h>
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

unsigned long
portalocker__win32_finish (os_file fd, unsigned long error, void *overlapped)
{
  return error == ERROR_IO_PENDING ? calls.lock_result (fd, overlapped, true)
                                   : error;
}

int
portalocker__win32_errno (unsigned long error)
{
  int number = portalocker__to_errno (error);
  return error == ERROR_ACCESS_DENIED ? ENOTSUP : number;
}

/* On a handle of the caller, which may tell the end of calls to a completion
   port: by the lowest bit of its event the port is told nothing of ours
   (documentation of GetQueuedCompletionStatus).  */
static void *
mark_event (void *event)
{
  return (void *) ((uintptr_t) event | 1);
}

/* A call that does not wait needs no event on a handle of the library: should
   it go on, the handle itself tells its end.  */
static int
win32_lock (os_file fd, bool exclusive, bool wait, bool foreign)
{
  OVERLAPPED overlapped;
  void *event = NULL;
  unsigned long error;
  if (wait || foreign)
    {
      event = calls.create_event (true);
      if (event == NULL)
        return portalocker__to_errno (GetLastError ());
    }
  error = portalocker__win32_begin (fd, exclusive, wait,
                                    foreign ? mark_event (event) : event,
                                    &overlapped);
  error = portalocker__win32_finish (fd, error, &overlapped);
  if (event != NULL)
    CloseHandle (event);
  return portalocker__win32_errno (error);
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
