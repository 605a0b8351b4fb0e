/* overlapped.c - waiting as Windows documents it, without Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Wine's lock calls cannot wait and be ended, so here stands a LockFileEx that
   can.  It knows one file, and the locks of bytes of it.  */

/* Before the headers of the system: it tells which system that is.  */
#include <config.h>

#include "check.h"

#include <windows.h>

#include "../../lib/calls.h"
#include "../../lib/os.h"
#include "portalocker-win32.h"

/* ---- A lock call that waits.  */

enum { BYTES = 2, WAITERS = 8 };

struct byte
{
  uint64_t offset;
  os_file holder;               /* -1: free */
  struct
  {
    os_file file;
    OVERLAPPED *call;           /* NULL: the place is free */
  } waiters[WAITERS];           /* the first one is the next */
};

static struct byte bytes[BYTES];
static SRWLOCK mutex = SRWLOCK_INIT;

/* Set when a call begins to wait.  */
static HANDLE waiting;

/* What happens when the next call is to be taken back: it ends first.  */
static bool grant_at_cancel;

static struct byte *
byte_at (uint64_t offset)
{
  int i;
  for (i = 0; i < BYTES; i++)
    if (bytes[i].offset == offset || bytes[i].offset == 0)
      {
        if (bytes[i].offset == 0)
          bytes[i].holder = -1;
        bytes[i].offset = offset;
        return &bytes[i];
      }
  check_fatal ("more bytes are locked than there are");
  return NULL;
}

/* The end of a call is noted where Windows notes it.  */
static void
end_call (OVERLAPPED *call, unsigned long error)
{
  call->Internal = error;
  SetEvent (call->hEvent);
}

static void
remove_waiter (struct byte *byte, int n)
{
  for (; n + 1 < WAITERS; n++)
    byte->waiters[n] = byte->waiters[n + 1];
  byte->waiters[WAITERS - 1].call = NULL;
}

static void
grant (struct byte *byte)
{
  OVERLAPPED *call = byte->waiters[0].call;
  byte->holder = -1;
  if (call == NULL)
    return;
  byte->holder = byte->waiters[0].file;
  remove_waiter (byte, 0);
  end_call (call, ERROR_SUCCESS);
}

static unsigned long
fake_lock (os_file file, unsigned long flags, uint64_t offset, void *event,
           void *overlapped)
{
  OVERLAPPED *call = overlapped;
  struct byte *byte;
  unsigned long error = ERROR_SUCCESS;
  int n = 0;
  AcquireSRWLockExclusive (&mutex);
  byte = byte_at (offset);
  memset (call, 0, sizeof *call);
  call->hEvent = event;
  if (byte->holder == -1)
    byte->holder = file;
  else if ((flags & LOCKFILE_FAIL_IMMEDIATELY) != 0)
    error = ERROR_LOCK_VIOLATION;
  else
    {
      while (byte->waiters[n].call != NULL)
        n++;
      byte->waiters[n].file = file;
      byte->waiters[n].call = call;
      call->Internal = ERROR_IO_PENDING;
      error = ERROR_IO_PENDING;
      SetEvent (waiting);
    }
  ReleaseSRWLockExclusive (&mutex);
  return error;
}

static unsigned long
fake_unlock (os_file file, uint64_t offset)
{
  unsigned long error = ERROR_NOT_LOCKED;
  struct byte *byte;
  AcquireSRWLockExclusive (&mutex);
  byte = byte_at (offset);
  if (byte->holder == file)
    {
      grant (byte);
      error = ERROR_SUCCESS;
    }
  ReleaseSRWLockExclusive (&mutex);
  return error;
}

static int
fake_close (os_file file)
{
  int i;
  for (i = 0; i < BYTES; i++)
    if (bytes[i].offset != 0)
      fake_unlock (file, bytes[i].offset);
  return CloseHandle ((HANDLE) file) ? 0 : -1;
}

static unsigned long
fake_cancel (os_file file, void *overlapped)
{
  unsigned long error = ERROR_NOT_FOUND;
  int i, n;
  (void) file;
  AcquireSRWLockExclusive (&mutex);
  for (i = 0; i < BYTES; i++)
    {
      if (grant_at_cancel)
        grant (&bytes[i]);
      for (n = 0; n < WAITERS; n++)
        if (bytes[i].waiters[n].call == overlapped)
          {
            remove_waiter (&bytes[i], n);
            end_call (overlapped, ERROR_OPERATION_ABORTED);
            error = ERROR_SUCCESS;
          }
    }
  grant_at_cancel = false;
  ReleaseSRWLockExclusive (&mutex);
  return error;
}

static unsigned long
fake_result (os_file file, void *overlapped, bool wait)
{
  OVERLAPPED *call = overlapped;
  (void) file;
  if (wait)
    WaitForSingleObject (call->hEvent, INFINITE);
  return call->Internal == ERROR_IO_PENDING ? ERROR_IO_INCOMPLETE
                                            : (unsigned long) call->Internal;
}

static int
count_waiters (void)
{
  int i, n, count = 0;
  for (i = 0; i < BYTES; i++)
    for (n = 0; n < WAITERS; n++)
      count += bytes[i].waiters[n].call != NULL;
  return count;
}


/* ---- Statements.  */

static portalocker_lock *
new_lock (int64_t timeout)
{
  portalocker_lock *lock;
  if (portalocker_new (&lock, "overlapped.lock") != PORTALOCKER_OK)
    check_fatal ("no lock object");
  portalocker_set_timeout (lock, timeout);
  return lock;
}

/* The acquire of LOCK in another thread.  */
struct acquire
{
  portalocker_lock *lock;
  int code;
  HANDLE thread;
};

static DWORD WINAPI
run_acquire (void *argument)
{
  struct acquire *acquire = argument;
  acquire->code = portalocker_acquire (acquire->lock);
  return 0;
}

/* Begin to wait, and return when that is so.  */
static void
begin (struct acquire *acquire, portalocker_lock *lock)
{
  ResetEvent (waiting);
  acquire->lock = lock;
  acquire->code = -1;
  acquire->thread = CreateThread (NULL, 0, run_acquire, acquire, 0, NULL);
  if (acquire->thread == NULL
      || WaitForSingleObject (waiting, 60000) != WAIT_OBJECT_0)
    check_fatal ("nobody waits");
}

static int
finish (struct acquire *acquire)
{
  if (WaitForSingleObject (acquire->thread, 60000) != WAIT_OBJECT_0)
    check_fatal ("the wait does not end");
  CloseHandle (acquire->thread);
  return acquire->code;
}

static void
test_release (int64_t timeout, const char *statement)
{
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (timeout);
  struct acquire acquire;
  int good = CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK);
  begin (&acquire, other);
  good = good && CHECK_QUIET_INT (count_waiters (), 1)
         && CHECK_QUIET_CODE (portalocker_release (holder), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (finish (&acquire), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_BUSY);
  portalocker_free (other);
  good = good && CHECK_QUIET_CODE (portalocker_acquire (holder),
                                   PORTALOCKER_OK);
  portalocker_free (holder);
  CHECK (good, statement);
}

static void
test_deadline (void)
{
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (40);
  int64_t began = portalocker_now ();
  int good = CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK)
             && CHECK_QUIET_CODE (portalocker_acquire (other),
                                  PORTALOCKER_TIMED_OUT)
             && CHECK_QUIET (portalocker_now () - began >= 40)
             && CHECK_QUIET_INT (count_waiters (), 0)
             && CHECK_QUIET (portalocker_is_held (holder));
  portalocker_free (other);
  portalocker_free (holder);
  CHECK (good, "a wait ends at its deadline, and nothing waits on");
}

static void
test_cancel (void)
{
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (3600000);
  struct acquire acquire;
  int good = CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK);
  begin (&acquire, other);
  good = good
         && CHECK_QUIET_CODE (portalocker_cancel (other), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (finish (&acquire), PORTALOCKER_CANCELLED)
         && CHECK_QUIET_INT (count_waiters (), 0)
         && CHECK_QUIET (! portalocker_is_held (other));
  portalocker_free (other);
  portalocker_free (holder);
  CHECK (good, "another thread cancels a wait");
}

/* The holder lets go just when the call is taken back.  */
static void
test_late_grant (void)
{
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (40);
  portalocker_lock *third = new_lock (0);
  int good = CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK);
  grant_at_cancel = true;
  good = good && CHECK_QUIET_CODE (portalocker_acquire (other),
                                   PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (third), PORTALOCKER_BUSY)
         && CHECK_QUIET_CODE (portalocker_release (other), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (third), PORTALOCKER_OK);
  portalocker_free (third);
  portalocker_free (other);
  portalocker_free (holder);
  CHECK (good, "a lock that came with the deadline is held, and once");
}

/* Let HOLDER have the lock, and OTHER watch it until it waits.  */
static int
begin_watch (portalocker_lock *holder, portalocker_lock *other,
             int64_t timeout, void **event)
{
  ResetEvent (waiting);
  return CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_watch_handle (other, timeout, event),
                              PORTALOCKER_OK)
         && CHECK_QUIET_INT (WaitForSingleObject (waiting, 60000),
                             WAIT_OBJECT_0);
}

static void
test_watch (void)
{
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (0);
  void *event;
  int good;
  good = begin_watch (holder, other, PORTALOCKER_FOREVER, &event)
         && CHECK_QUIET_CODE (portalocker_watch_finish (other),
                              PORTALOCKER_PENDING)
         && CHECK_QUIET_CODE (portalocker_release (holder), PORTALOCKER_OK)
         && CHECK_QUIET_INT (WaitForSingleObject (event, 60000),
                             WAIT_OBJECT_0)
         && CHECK_QUIET_CODE (portalocker_watch_finish (other),
                              PORTALOCKER_OK)
         && CHECK_QUIET (portalocker_is_held (other));
  portalocker_free (other);
  portalocker_free (holder);
  CHECK (good, "a watch waits in the kernel");
}

static void
test_abandon (void)
{
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (0);
  void *event;
  int good;
  good = begin_watch (holder, other, 3600000, &event)
         && CHECK_QUIET_CODE (portalocker_watch_abandon (other),
                              PORTALOCKER_OK)
         && CHECK_QUIET_INT (count_waiters (), 0)
         && CHECK_QUIET (! portalocker_is_held (other));
  portalocker_free (other);
  portalocker_free (holder);
  CHECK (good, "a watch can be abandoned there");
}

/* An event for the lock call cannot be made: the second one of a wait.  */
static int events_left;

static void *
fake_event (bool manual)
{
  if (events_left > 0 && --events_left == 0)
    {
      SetLastError (ERROR_NO_SYSTEM_RESOURCES);
      return NULL;
    }
  return CreateEventW (NULL, manual, FALSE, NULL);
}

static void
test_no_event (void)
{
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (40);
  int good;
  portalocker__calls.create_event = fake_event;
  good = CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK);
  events_left = 1;
  good = good && CHECK_QUIET_CODE (portalocker_acquire (other),
                                   PORTALOCKER_TIMED_OUT)
         && CHECK_QUIET_INT (events_left, 0);
  portalocker_free (other);
  portalocker_free (holder);
  CHECK (good, "without an event for the call the wait goes by trying");
}

int
main (void)
{
  check_area ("unit/overlapped");
  waiting = CreateEventW (NULL, TRUE, FALSE, NULL);
  portalocker__calls.lock_file = fake_lock;
  portalocker__calls.unlock_file = fake_unlock;
  portalocker__calls.cancel_lock = fake_cancel;
  portalocker__calls.lock_result = fake_result;
  portalocker__calls.close = fake_close;
  CHECK_STRING (portalocker_wait_method (), "overlapped",
                "where a lock call can wait and be ended, waits use that");
  test_release (3600000, "a wait with a deadline gets a lock that is let go");
  test_release (PORTALOCKER_FOREVER, "and so does one without");
  test_deadline ();
  test_cancel ();
  test_late_grant ();
  test_watch ();
  test_abandon ();
  test_no_event ();
  return check_done ();
}
