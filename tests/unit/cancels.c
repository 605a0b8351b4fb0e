/* cancels.c - a wait that is cancelled between any two of its steps.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   An acquire is run again and again; in the n-th run a cancellation comes just
   before its n-th call of the system, as from a signal handler, until a run
   ends before its n-th call.  After every run the same is checked: it says that
   it was cancelled and nothing is held, or it has the lock.  */

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "faults.h"

/* What happens when the thread goes to sleep.  */
enum at_sleep
{
  SLEEP_CANCELS,                /* one more cancellation comes */
  SLEEP_ENDS                    /* the holder lets go */
};

static struct round
{
  const char *backend;
  const char *method;
  int64_t timeout;
  enum at_sleep at_sleep;
  bool inside;                  /* another object of the thread holds the
                                   file, not another process */
} round_;

static portalocker_lock *waiter, *holder;
static pthread_t thread;        /* that waits */
static bool held_elsewhere;
static int answers;             /* of cancellations that were not OK */
static int sleeps;

static void
cancel (void)
{
  answers += portalocker_cancel (waiter) != PORTALOCKER_OK;
}

static void
let_go (void)
{
  if (! held_elsewhere)
    return;
  held_elsewhere = false;
  if (round_.inside)
    portalocker_release (holder);
  else
    unit_let_go ();
}

static void
come_to_sleep (void)
{
  if (! pthread_equal (thread, pthread_self ()))
    return;
  sleeps++;
  if (round_.at_sleep == SLEEP_CANCELS)
    cancel ();
  else
    let_go ();
}


/* ---- One run.  */

static void
hold (void)
{
  held_elsewhere = true;
  if (! round_.inside)
    unit_hold ("f", round_.backend, true);
  else if (portalocker_acquire (holder) != PORTALOCKER_OK)
    check_fatal ("the file cannot be held");
}

/* Nothing is left of the wait, and the next one works.  */
static int
check_over (int descriptors)
{
  int good;
  good = unit_await_threads ()
         && CHECK_QUIET_CODE (portalocker_release (waiter), PORTALOCKER_OK)
         && CHECK_QUIET (unit_free ("f", round_.backend, true))
         && CHECK_QUIET_INT (unit_descriptors (), descriptors);
  return good
         && CHECK_QUIET_CODE (portalocker_acquire (waiter), PORTALOCKER_OK)
         && CHECK_QUIET (! unit_free ("f", round_.backend, true))
         && CHECK_QUIET_CODE (portalocker_release (waiter), PORTALOCKER_OK);
}

static int
run_once (int n)
{
  int descriptors = unit_descriptors ();
  int code, good;
  hold ();
  answers = sleeps = 0;
  portalocker__force_wait_method (round_.method);
  faults_arm_hook (n, cancel);
  code = portalocker_acquire (waiter);
  unit_await_threads ();
  faults_disarm ();
  good = CHECK_QUIET_INT (answers, 0)
         && CHECK_QUIET (code == PORTALOCKER_CANCELLED
                         || code == PORTALOCKER_OK)
         && CHECK_QUIET (code == PORTALOCKER_CANCELLED
                         || round_.at_sleep == SLEEP_ENDS)
         && CHECK_QUIET_INT (portalocker_is_held (waiter),
                             code == PORTALOCKER_OK);
  let_go ();
  good = good && CHECK_QUIET_INT (unit_free ("f", round_.backend, true),
                                  code == PORTALOCKER_CANCELLED);
  return good && check_over (descriptors);
}

static int
run_all (void)
{
  int n, good = 1;
  for (n = 1; good && n < 1000; n++)
    {
      good = run_once (n);
      if (! good)
        check_note ("this was call %d of %s, %s", n, round_.method,
                    faults.kind < 0 ? "none" : faults_name ());
      if (faults.kind < 0)
        break;
    }
  return CHECK_QUIET (n > 5) && CHECK_QUIET (n < 1000) && good;
}

static void
test_round (const char *backend, const char *method, int64_t timeout,
            bool inside, enum at_sleep at_sleep)
{
  char statement[200];
  struct round now = { backend, method, timeout, at_sleep, inside };
  round_ = now;
  waiter = unit_new ("f", backend);
  holder = unit_new ("f", backend);
  portalocker_set_timeout (waiter, timeout);
  portalocker_set_cancellable (waiter, 1);
  /* Else the thread is told that it waits for itself.  */
  portalocker_set_movable (holder, 1);
  snprintf (statement, sizeof statement,
            "%s by %s for %s is cancelled at each step, %s",
            timeout < 0 ? "an endless wait" : "a wait", method,
            inside ? "the same process" : "another process",
            at_sleep == SLEEP_CANCELS ? "at last asleep" : "or gets the lock");
  CHECK (run_all (), statement);
  portalocker_free (waiter);
  portalocker_free (holder);
}

static void
test_method (const char *backend, const char *method)
{
  static const int64_t timeouts[] = { 3600000, PORTALOCKER_FOREVER };
  size_t i;
  int inside;
  portalocker__force_wait_method (method);
  if (strcmp (portalocker_wait_method (), method) != 0)
    return;
  for (i = 0; i < 2; i++)
    for (inside = 0; inside < 2; inside++)
      {
        /* Nobody else can let go then.  */
        test_round (backend, method, timeouts[i], inside, SLEEP_CANCELS);
        if (! inside
            || ! unit_has (backend, PORTALOCKER_FEATURE_PER_OBJECT))
          test_round (backend, method, timeouts[i], inside, SLEEP_ENDS);
      }
}


/* ---- Waits that cannot be reached.  */

static int deaf_answer;

static void
cancel_deaf (void)
{
  int code = portalocker_cancel (waiter);
  if (code == PORTALOCKER_UNSUPPORTED)
    deaf_answer++;
  else if (code != PORTALOCKER_OK)
    answers++;
  if (code == PORTALOCKER_UNSUPPORTED)
    let_go ();
}

static int
run_deaf (int n)
{
  int code;
  hold ();
  deaf_answer = answers = 0;
  round_.at_sleep = SLEEP_ENDS;
  faults_arm_hook (n, cancel_deaf);
  code = portalocker_acquire (waiter);
  faults_disarm ();
  let_go ();
  return CHECK_QUIET_INT (answers, 0)
         && CHECK_QUIET (code == PORTALOCKER_CANCELLED
                         || code == PORTALOCKER_OK)
         && CHECK_QUIET (deaf_answer == 0 || code == PORTALOCKER_OK)
         && CHECK_QUIET_INT (unit_free ("f", round_.backend, true),
                             code != PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_release (waiter), PORTALOCKER_OK);
}

static void
test_deaf (const char *backend)
{
  int n, good = 1, deaf = 0;
  struct round now = { backend, "", PORTALOCKER_FOREVER, SLEEP_ENDS, false };
  round_ = now;
  waiter = unit_new ("f", backend);
  portalocker_set_timeout (waiter, PORTALOCKER_FOREVER);
  for (n = 1; good && n < 1000; n++)
    {
      good = run_deaf (n);
      deaf += deaf_answer;
      if (faults.kind < 0)
        break;
    }
  CHECK (good && CHECK_QUIET (deaf == 1),
         "a wait that just blocks says so to who cancels it");
  portalocker_free (waiter);
}

static void
test_backend (const char *backend)
{
  unit_area (backend, "cancels");
  test_method (backend, "poll");
  test_method (backend, "thread");
  test_deaf (backend);
#if HAVE_THREAD_TIMERS
  portalocker_set_wait_signal (SIGUSR1);
  test_method (backend, "signal");
  portalocker_set_wait_signal (0);
#endif
}

int
main (void)
{
  unit_start ();
  thread = pthread_self ();
  unit_tell_before_sleeps (come_to_sleep);
  unit_each_waiting_backend ("cancels", test_backend);
  return check_done ();
}
