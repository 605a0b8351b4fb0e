/* overlapped.c - waiting as Windows documents it, without Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Wine's lock calls cannot wait and be ended: those of fake-lock-win32.c
   can.  */

/* Before the headers of the system: it tells which system that is.  */
#include <config.h>

#include "check.h"
#include "child-win32.h"

#include <windows.h>

#include "../../lib/calls.h"
#include "fake-lock-win32.h"
#include "portalocker-win32.h"

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

static void
await (HANDLE event)
{
  if (WaitForSingleObject (event, 60000) != WAIT_OBJECT_0)
    check_fatal ("nobody waits");
}

/* Begin to acquire, and return when EVENT is set.  */
static void
start (struct acquire *acquire, portalocker_lock *lock, HANDLE event)
{
  ResetEvent (event);
  acquire->lock = lock;
  acquire->code = -1;
  acquire->thread = CreateThread (NULL, 0, run_acquire, acquire, 0, NULL);
  if (acquire->thread == NULL)
    check_fatal ("no thread");
  await (event);
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
  start (&acquire, other, fake_lock_waiting);
  good = good && CHECK_QUIET_INT (fake_lock_waiters (), 1)
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
             && CHECK_QUIET_INT (fake_lock_waiters (), 0)
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
  start (&acquire, other, fake_lock_waiting);
  good = good
         && CHECK_QUIET_CODE (portalocker_cancel (other), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (finish (&acquire), PORTALOCKER_CANCELLED)
         && CHECK_QUIET_INT (fake_lock_waiters (), 0)
         && CHECK_QUIET (! portalocker_is_held (other));
  portalocker_free (other);
  portalocker_free (holder);
  CHECK (good, "another thread cancels a wait");
}

/* Acquire by LOCK, which PREPARE comes before, with more time until it is
   enough for the wait to begin, which HAS_BEGUN says afterwards.  */
static int
acquire_with_time (portalocker_lock *lock, void (*prepare) (void),
                   bool (*has_begun) (void))
{
  int code, timeout = 20;
  do
    {
      timeout *= 2;
      portalocker_set_timeout (lock, timeout);
      prepare ();
      code = portalocker_acquire (lock);
    }
  while (! has_begun () && timeout < 60000);
  return code;
}

static void
let_cancel_be_late (void)
{
  ResetEvent (fake_lock_waiting);
  fake_lock_at_cancel = CANCEL_IS_LATE;
}

static bool
somebody_waited (void)
{
  return WaitForSingleObject (fake_lock_waiting, 0) == WAIT_OBJECT_0;
}

/* The holder lets go just when the call is taken back.  */
static void
test_late_grant (void)
{
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (0);
  portalocker_lock *third = new_lock (0);
  int good = CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK);
  good = good && CHECK_QUIET_CODE (acquire_with_time
                                     (other, let_cancel_be_late,
                                      somebody_waited), PORTALOCKER_OK)
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
  ResetEvent (fake_lock_waiting);
  return CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_watch_handle (other, timeout, event),
                              PORTALOCKER_OK)
         && CHECK_QUIET_INT (WaitForSingleObject (fake_lock_waiting, 60000),
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
         && CHECK_QUIET_INT (fake_lock_waiters (), 0)
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
let_no_event_be_made (void)
{
  events_left = 1;
}

static bool
event_was_asked_for (void)
{
  return events_left == 0;
}

static void
test_no_event (void)
{
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (0);
  int good;
  portalocker__calls.create_event = fake_event;
  good = CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK);
  good = good && CHECK_QUIET_CODE (acquire_with_time
                                     (other, let_no_event_be_made,
                                      event_was_asked_for),
                                   PORTALOCKER_TIMED_OUT)
         && CHECK_QUIET_INT (events_left, 0);
  portalocker_free (other);
  portalocker_free (holder);
  CHECK (good, "without an event for the call the wait goes by trying");
}


/* ---- The trial, of which there is one in a process.  */

enum { DONE = 7, WRONG = 1 };

static bool
is_on_stack (const void *address)
{
  MEMORY_BASIC_INFORMATION here, there;
  int local = 0;
  return VirtualQuery (&local, &here, sizeof here) == 0
         || VirtualQuery (address, &there, sizeof there) == 0
         || here.AllocationBase == there.AllocationBase;
}

static int
try_without_cancel (enum fake_lock_cancel answer)
{
  fake_lock_at_cancel = answer;
  return strcmp (portalocker_wait_method (), "poll") == 0
         && fake_lock_left != NULL && ! is_on_stack (fake_lock_left)
         ? DONE : WRONG;
}

static int
try_late (void)
{
  fake_lock_pend_tries = true;
  return strcmp (portalocker_wait_method (), "overlapped") == 0 ? DONE : WRONG;
}

/* The program's file cannot be opened just now: an event tells of it.  */
static HANDLE trial_missed;

static os_file
open_nothing (void)
{
  ResetEvent (fake_lock_refused);
  SetEvent (trial_missed);
  return -1;
}

/* The first wait has no trial, and tries; the second one has one.  */
static int
wait_in_want (void)
{
  os_file (*open_program) (void) = portalocker__calls.open_program;
  portalocker_lock *holder = new_lock (0);
  portalocker_lock *other = new_lock (PORTALOCKER_FOREVER);
  struct acquire acquire;
  int good = portalocker_acquire (holder) == PORTALOCKER_OK;
  trial_missed = CreateEventW (NULL, TRUE, FALSE, NULL);
  portalocker__calls.open_program = open_nothing;
  start (&acquire, other, trial_missed);
  await (fake_lock_refused);
  good = good && portalocker_release (holder) == PORTALOCKER_OK
         && finish (&acquire) == PORTALOCKER_OK
         && portalocker_release (other) == PORTALOCKER_OK
         && portalocker_acquire (holder) == PORTALOCKER_OK;
  portalocker__calls.open_program = open_program;
  start (&acquire, other, fake_lock_waiting);
  return good && strcmp (portalocker_wait_method (), "overlapped") == 0
         && portalocker_release (holder) == PORTALOCKER_OK
         && finish (&acquire) == PORTALOCKER_OK ? DONE : WRONG;
}

static int
be_child (const char *what)
{
  if (strcmp (what, "want") == 0)
    return wait_in_want ();
  if (strcmp (what, "late") == 0)
    return try_late ();
  return try_without_cancel (strcmp (what, "refuse") == 0
                             ? CANCEL_IS_REFUSED : CANCEL_IS_IGNORED);
}

static void
test_trial (void)
{
  CHECK_INT ((intmax_t) child_run (L"refuse"), DONE,
             "what cannot be taken back may end at any time");
  CHECK_INT ((intmax_t) child_run (L"ignore"), DONE,
             "and so may what is not taken back although the system says so");
  CHECK_INT ((intmax_t) child_run (L"late"), DONE,
             "a try of which the system tells later is waited for");
  CHECK_INT ((intmax_t) child_run (L"want"), DONE,
             "a trial that could not be made is made by the next wait");
}

int
main (int argc, char **argv)
{
  fake_lock_install (&portalocker__calls);
  if (argc == 2)
    return be_child (argv[1]);
  check_area ("unit/overlapped");
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
  test_trial ();
  return check_done ();
}
