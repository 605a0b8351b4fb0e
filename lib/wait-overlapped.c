/* wait-overlapped.c - waiting for a lock call that goes on in Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The thread waits for two events at once: the one that the kernel sets when
   the lock is there, and the one by which it is cancelled.  Such a call takes
   a handle that was opened for it, as those of lock objects are.  */

#include <config.h>
#include "wait-method.h"

#include <stddef.h>
#include <windows.h>

#include "calls.h"

/* Take the call back.  It may have come to its end meanwhile: then the lock is
   given up again, and the last try of the caller decides, since a second lock
   of the same handle would be one of its own.  */
static void
withdraw (os_file fd, const struct lock_wait *wait, OVERLAPPED *overlapped)
{
  calls.cancel_lock (fd, overlapped);
  if (calls.lock_result (fd, overlapped, true) == ERROR_SUCCESS)
    wait->backend->unlock (fd, false);
}

/* Wait until the call with OVERLAPPED has ended, or WAIT is over.  */
static enum wait_end
await_either (struct lock_wait *wait, const OVERLAPPED *overlapped)
{
  HANDLE events[] = { overlapped->hEvent, wait->event.handle };
  for (;;)
    {
      int64_t next = portalocker__wait_next (wait);
      DWORD length = portalocker__milliseconds_until (next);
      DWORD which = calls.wait (2, events, length);
      if (which == WAIT_OBJECT_0)
        return WAIT_ANSWERED;
      if (which == WAIT_FAILED)
        return WAIT_IMPOSSIBLE;
      if (is_cancelled (wait->cancellation))
        return WAIT_CANCELLED;
      if (! portalocker__may_wait (wait))
        return WAIT_TIMED_OUT;
      portalocker__wait_tell (wait);
    }
}

static enum wait_end
wait_with (struct lock_wait *wait, os_file fd, void *event, int *error)
{
  OVERLAPPED overlapped;
  enum wait_end end = WAIT_ANSWERED;
  unsigned long code = portalocker__win32_begin (fd, wait->exclusive, true,
                                                 event, &overlapped);
  if (code == ERROR_IO_PENDING)
    {
      end = await_either (wait, &overlapped);
      if (end == WAIT_ANSWERED)
        code = calls.lock_result (fd, &overlapped, true);
      else
        withdraw (fd, wait, &overlapped);
    }
  *error = portalocker__win32_errno (code);
  return end;
}

/* A handle of the library's caller may block: it is tried again.  */
static enum wait_end
overlapped_wait (struct lock_wait *wait, os_file fd, int *error)
{
  void *event = wait->foreign ? NULL : calls.create_event (true);
  enum wait_end end;
  if (event == NULL)
    return WAIT_IMPOSSIBLE;
  end = portalocker__wait_enter (wait, NULL);
  if (end == WAIT_BEGUN)
    {
      end = wait_with (wait, fd, event, error);
      portalocker__wait_leave (wait);
    }
  CloseHandle (event);
  return end;
}


/* ---- Does it work here?  */

/* Two files are the same file opened twice, namely this program; and the byte
   is one that no other process tries.  One trial is made at a time.  */
struct trial
{
  os_file holder, waiter;
  void *event;
  uint64_t offset;
};

/* What waits in a trial.  A call that is not cancelled ends some day, and that
   is written here then; after it there is no other trial.  */
static OVERLAPPED waiting;

/* Let the holder take the lock.  */
static unsigned long
hold (const struct trial *trial)
{
  OVERLAPPED overlapped;
  unsigned long error
    = calls.lock_file (trial->holder,
                       LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY,
                       trial->offset, NULL, &overlapped);
  return portalocker__win32_finish (trial->holder, error, &overlapped);
}

static bool
begin_trial (struct trial *trial)
{
  trial->holder = calls.open_program ();
  trial->waiter = calls.open_program ();
  trial->event = calls.create_event (true);
  trial->offset = (UINT64_C (0x7ffffffe) << 32) + GetCurrentProcessId ();
  return trial->holder >= 0 && trial->waiter >= 0 && trial->event != NULL
         && hold (trial) == ERROR_SUCCESS;
}

static void
end_trial (struct trial *trial)
{
  if (trial->holder >= 0)
    calls.close (trial->holder);
  if (trial->waiter >= 0)
    calls.close (trial->waiter);
  if (trial->event != NULL)
    CloseHandle (trial->event);
}

/* Let the waiter wait; return whether it does.  */
static bool
waits (const struct trial *trial)
{
  ResetEvent (trial->event);
  return calls.lock_file (trial->waiter, LOCKFILE_EXCLUSIVE_LOCK,
                          trial->offset, trial->event, &waiting)
         == ERROR_IO_PENDING;
}

/* Return how the call that waits has ended; ERROR_IO_PENDING if it goes on for
   much longer than an end takes.  */
static unsigned long
end_of_wait (const struct trial *trial)
{
  enum { LIMIT = 2000 };
  if (calls.wait (1, &trial->event, LIMIT) != WAIT_OBJECT_0)
    return ERROR_IO_PENDING;
  return calls.lock_result (trial->waiter, &waiting, false);
}

/* Wine 8 answers ERROR_NOT_FOUND, so that the other half need not be tried
   there, which would take its full time.  That the cancellation was asked for
   does not mean that it comes (documentation of CancelIoEx).  */
static bool
can_be_cancelled (const struct trial *trial)
{
  return waits (trial)
         && calls.cancel_lock (trial->waiter, &waiting) == ERROR_SUCCESS
         && end_of_wait (trial) == ERROR_OPERATION_ABORTED;
}

static bool
is_woken (const struct trial *trial)
{
  return waits (trial)
         && calls.unlock_file (trial->holder, trial->offset) == ERROR_SUCCESS
         && end_of_wait (trial) == ERROR_SUCCESS;
}

/* What a trial has shown, once and for all; atomic.  One that could not even
   begin, such as for want of memory, has shown nothing.  */
enum { UNTRIED, WORKS, FAILS };
static int trial_result = UNTRIED;

static int
try_it (void)
{
  struct trial trial = { -1, -1, NULL, 0 };
  int result = UNTRIED;
  if (begin_trial (&trial))
    result = can_be_cancelled (&trial) && is_woken (&trial) ? WORKS : FAILS;
  end_trial (&trial);
  return result;
}

/* Threads that come together make a trial one after the other, since it is
   about one byte.  */
bool
portalocker__overlapped_works (void)
{
  static os_mutex mutex = OS_MUTEX_INITIALIZER;
  int result = os_atomic_load (&trial_result);
  if (result == UNTRIED)
    {
      os_mutex_lock (&mutex);
      result = trial_result;
      if (result == UNTRIED)
        {
          result = try_it ();
          os_atomic_store (&trial_result, result);
        }
      os_mutex_unlock (&mutex);
    }
  return result == WORKS;
}

const struct wait_method portalocker__wait_overlapped =
{
  .name = "overlapped",
  .works = portalocker__overlapped_works,
  .wait = overlapped_wait
};
