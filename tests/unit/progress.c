/* progress.c - who is told that a wait goes on, and when.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

static const char *backend;     /* of the round */
static portalocker_lock *lock;

/* What the callback was told.  */
static int64_t told[64];        /* milliseconds */
static int calls_so_far;
static int wrong;               /* things it saw that must not be */
static void (*act) (void);      /* what it does then, or NULL */
static int act_at;              /* at which call */
static bool sleeps;             /* it sleeps, which no signal is to end */

/* Whether PID may be the holder.  When the helper has let go, a thread of the
   library may have the lock already, and not have said so.  */
static bool
may_hold (int64_t pid)
{
  return pid == 0 || pid == unit_helper ()
         || (pid == getpid () && act_at > 0 && calls_so_far >= act_at);
}

static void
note (void *closure, int64_t waited, portalocker_error *holder)
{
  if (calls_so_far < 64)
    told[calls_so_far] = waited;
  wrong += closure != &told
           || portalocker_error_code (holder) != PORTALOCKER_BUSY
           || ! may_hold (portalocker_error_holder (holder))
           || portalocker_error_message (holder)[0] == '\0'
           || portalocker_is_held (lock)
           || portalocker_path (lock) == NULL
           || portalocker_descriptor (lock) != -1
           || portalocker_message (lock) == NULL;
  if (sleeps)
    wrong += poll (NULL, 0, 3) != 0;
  if (++calls_so_far == act_at && act != NULL)
    act ();
}

static void
prepare (int64_t timeout, int64_t interval)
{
  lock = unit_new ("f", backend);
  portalocker_set_timeout (lock, timeout);
  portalocker_set_wait_callback (lock, note, &told, interval);
  calls_so_far = wrong = act_at = 0;
  act = NULL;
  sleeps = false;
}

static void
cancel (void)
{
  wrong += portalocker_cancel (lock) != PORTALOCKER_OK;
}


/* ---- By a clock that only sleeping moves.  */

/* Each call comes when INTERVAL has passed since the one before, not earlier,
   and as little later as a sleep can be.  */
static int
check_intervals (int64_t interval)
{
  int i, good = 1;
  for (i = 0; i < calls_so_far && i < 64; i++)
    good = good && CHECK_QUIET (told[i] >= i * interval)
           && CHECK_QUIET (told[i] <= i * interval + (UNIT_GRAIN != 0 ? i : 0));
  return good;
}

static int
wait_by_clock (int64_t timeout, int64_t interval, int code)
{
  int good;
  unit_hold ("f", backend, true);
  prepare (timeout, interval);
  unit_use_clock ();
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), code)
         && CHECK_QUIET_INT (wrong, 0);
  unit_restore ();
  unit_let_go ();
  portalocker_free (lock);
  return good;
}

static void
test_clock (void)
{
  int good = wait_by_clock (1050, 100, PORTALOCKER_TIMED_OUT);
  CHECK (good && CHECK_QUIET_INT (calls_so_far, 11) && check_intervals (100),
         "a wait is told when it begins and at each interval");
  good = wait_by_clock (1000, 0, PORTALOCKER_TIMED_OUT);
  CHECK (good && CHECK_QUIET_INT (calls_so_far, 1)
         && CHECK_QUIET_INT (told[0], 0), "the interval 0 is told once");
  good = wait_by_clock (1000, INT64_MAX, PORTALOCKER_TIMED_OUT);
  CHECK (good && CHECK_QUIET_INT (calls_so_far, 1),
         "an interval without an end is told once");
  good = wait_by_clock (20, 7, PORTALOCKER_TIMED_OUT);
  CHECK (good && CHECK_QUIET_INT (calls_so_far, 3) && check_intervals (7),
         "an interval that is shorter than most pauses");
  good = wait_by_clock (0, 100, PORTALOCKER_BUSY);
  CHECK (good && CHECK_QUIET_INT (calls_so_far, 0),
         "one attempt is no wait");
}

static void
test_free (void)
{
  prepare (1000, 1);
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_INT (calls_so_far, 0), "nor is a lock that is free");
  portalocker_free (lock);
}

/* The callback cancels the wait at its call number N.  */
static void
test_cancelling (int n, const char *statement)
{
  int good;
  unit_hold ("f", backend, true);
  prepare (3600000, 100);
  act = cancel;
  act_at = n;
  unit_use_clock ();
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_CANCELLED)
         && CHECK_QUIET_INT (wrong, 0) && CHECK_QUIET_INT (calls_so_far, n)
         && CHECK_QUIET ((n == 1) == (unit_clock.sleeps == 0))
         && check_intervals (100);
  unit_restore ();
  unit_let_go ();
  CHECK (good && CHECK_QUIET (unit_free ("f", backend, true))
         && CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK),
         statement);
  portalocker_free (lock);
}

/* Memory is short from the moment on at which somebody is to be told.  */
static void *
calloc_until_told (size_t count, size_t size)
{
  bool told_now;
  os_mutex_lock (&lock->mutex);
  told_now = lock->refused;
  os_mutex_unlock (&lock->mutex);
  return told_now ? NULL : unit_real.calloc (count, size);
}

static void
test_no_memory (void)
{
  int good;
  unit_hold ("f", backend, true);
  prepare (1000, 100);
  unit_use_clock ();
  portalocker__calls.calloc = calloc_until_told;
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_TIMED_OUT)
         && CHECK_QUIET_INT (calls_so_far, 0);
  unit_restore ();
  unit_let_go ();
  CHECK (good, "without memory nobody is told, and the wait goes on");
  portalocker_free (lock);
}


/* ---- By each method, with the real clock.  */

/* Somebody else of this process holds the file.  */
static portalocker_lock *inside;

static void
let_go (void)
{
  if (inside != NULL)
    wrong += portalocker_release (inside) != PORTALOCKER_OK;
  else
    unit_let_go ();
}

/* The times are told in order, the first is 0.  */
static int
check_order (void)
{
  int i, good = CHECK_QUIET_INT (told[0], 0);
  for (i = 1; i < calls_so_far && i < 64; i++)
    good = good && CHECK_QUIET (told[i] >= told[i - 1] + 1);
  return good;
}

static int
wait_by (const char *method, int64_t timeout, void (*function) (void),
         int code)
{
  int good;
  prepare (timeout, 1);
  portalocker_set_cancellable (lock, 1);
  act = function;
  act_at = 5;
  sleeps = true;
  portalocker__force_wait_method (method);
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), code)
         && CHECK_QUIET_INT (portalocker_is_held (lock),
                             code == PORTALOCKER_OK)
         && CHECK_QUIET (calls_so_far >= 5) && check_order ();
  portalocker_free (lock);
  unit_await_threads ();
  unit_restore ();
  return good;
}

static void
test_method (const char *method)
{
  static const int64_t timeouts[] = { 3600000, PORTALOCKER_FOREVER };
  char statement[100];
  int i, good = 1;
  for (i = 0; i < 2; i++)
    {
      unit_hold ("f", backend, true);
      good = good && wait_by (method, timeouts[i], let_go, PORTALOCKER_OK)
             && CHECK_QUIET_INT (wrong, 0);
      unit_hold ("f", backend, true);
      good = good && wait_by (method, timeouts[i], cancel,
                              PORTALOCKER_CANCELLED)
             && CHECK_QUIET_INT (wrong, 0);
      unit_let_go ();
    }
  snprintf (statement, sizeof statement,
            "a wait by the method %s is told until it ends", method);
  CHECK (good, statement);
}

/* The callback lets the other object of this thread go.  */
static void
test_inside (void)
{
  int good;
  inside = unit_new ("f", backend);
  portalocker_set_movable (inside, 1);
  portalocker_acquire (inside);
  good = wait_by ("poll", PORTALOCKER_FOREVER, let_go, PORTALOCKER_OK);
  CHECK (good, "a wait for the same process is told until it ends");
  portalocker_free (inside);
  inside = NULL;
}

static void
test_backend (const char *name)
{
  backend = name;
  unit_area (backend, "progress");
  test_clock ();
  test_free ();
  test_cancelling (1, "who is told of the beginning cancels the wait");
  test_cancelling (4, "who is told later cancels the wait");
  test_no_memory ();
  test_method ("poll");
  test_method ("thread");
#if HAVE_THREAD_TIMERS
  portalocker_set_wait_signal (SIGUSR1);
  test_method ("signal");
  portalocker_set_wait_signal (0);
#endif
  test_inside ();
}

int
main (void)
{
  unit_start ();
  unit_each_waiting_backend ("progress", test_backend);
  return check_done ();
}
