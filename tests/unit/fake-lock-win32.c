/* fake-lock-win32.c - a LockFileEx that waits and can be ended.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* Before the headers of the system: it tells which system that is.  */
#include <config.h>

#include "check.h"

#include "fake-lock-win32.h"

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

HANDLE fake_lock_waiting, fake_lock_refused;
enum fake_lock_cancel fake_lock_at_cancel;
const OVERLAPPED *fake_lock_left;
bool fake_lock_pend_tries;

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
  DWORD ignored;
  int n = 0;
  if (! GetHandleInformation ((HANDLE) file, &ignored))
    return GetLastError ();
  AcquireSRWLockExclusive (&mutex);
  byte = byte_at (offset);
  memset (call, 0, sizeof *call);
  call->Offset = (DWORD) offset;
  call->OffsetHigh = (DWORD) (offset >> 32);
  call->hEvent = event;
  if (byte->holder == -1)
    byte->holder = file;
  else if ((flags & LOCKFILE_FAIL_IMMEDIATELY) != 0)
    {
      error = ERROR_LOCK_VIOLATION;
      SetEvent (fake_lock_refused);
    }
  else
    {
      while (byte->waiters[n].call != NULL)
        n++;
      byte->waiters[n].file = file;
      byte->waiters[n].call = call;
      call->Internal = ERROR_IO_PENDING;
      error = ERROR_IO_PENDING;
      SetEvent (fake_lock_waiting);
    }
  if (fake_lock_pend_tries && (flags & LOCKFILE_FAIL_IMMEDIATELY) != 0)
    {
      call->InternalHigh = error;
      call->Internal = error = ERROR_IO_PENDING;
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
  if (fake_lock_at_cancel == CANCEL_IS_REFUSED
      || fake_lock_at_cancel == CANCEL_IS_IGNORED)
    {
      fake_lock_left = overlapped;
      return fake_lock_at_cancel == CANCEL_IS_REFUSED ? ERROR_NOT_FOUND
                                                      : ERROR_SUCCESS;
    }
  AcquireSRWLockExclusive (&mutex);
  for (i = 0; i < BYTES; i++)
    {
      if (fake_lock_at_cancel == CANCEL_IS_LATE)
        grant (&bytes[i]);
      for (n = 0; n < WAITERS; n++)
        if (bytes[i].waiters[n].call == overlapped)
          {
            remove_waiter (&bytes[i], n);
            end_call (overlapped, ERROR_OPERATION_ABORTED);
            error = ERROR_SUCCESS;
          }
    }
  fake_lock_at_cancel = CANCEL_COMES;
  ReleaseSRWLockExclusive (&mutex);
  return error;
}

static unsigned long
fake_result (os_file file, void *overlapped, bool wait)
{
  OVERLAPPED *call = overlapped;
  (void) file;
  if (wait && call->hEvent == NULL)
    call->Internal = call->InternalHigh;
  else if (wait)
    WaitForSingleObject (call->hEvent, INFINITE);
  return call->Internal == ERROR_IO_PENDING ? ERROR_IO_INCOMPLETE
                                            : (unsigned long) call->Internal;
}

int
fake_lock_waiters (void)
{
  int i, n, count = 0;
  for (i = 0; i < BYTES; i++)
    for (n = 0; n < WAITERS; n++)
      count += bytes[i].waiters[n].call != NULL;
  return count;
}

void
fake_lock_install (struct portalocker__calls *table)
{
  fake_lock_waiting = CreateEventW (NULL, TRUE, FALSE, NULL);
  fake_lock_refused = CreateEventW (NULL, TRUE, FALSE, NULL);
  table->lock_file = fake_lock;
  table->unlock_file = fake_unlock;
  table->cancel_lock = fake_cancel;
  table->lock_result = fake_result;
  table->close = fake_close;
}
