/* wait-races.c - the lock, the deadline and a cancellation that come at the
   same moment, in each order.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Replaced calls say what happens first.  Time passes only where they let
   it.  */

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#if PORTALOCKER_BACKEND_FLOCK
# include <sys/file.h>
#endif

#define MS INT64_C (1000000)

static const char *backend;     /* of the round */


/* ---- What is to happen.  */

/* In the lock call that waits.  */
enum act
{
  ACT_TAKE,                     /* it gets the lock */
  ACT_TAKE_AND_HANG,            /* it has the lock, and does not return */
  ACT_HANG,                     /* it does nothing more */
  ACT_FAIL,                     /* it fails */
  ACT_START_LATE,               /* the thread that makes it is not there yet */
  ACT_BE_INTERRUPTED            /* signals come, then it goes on */
};

/* Then, to the thread that waits.  */
enum end
{
  END_NOTHING,
  END_DEADLINE,
  END_CANCEL,
  END_SPURIOUS                  /* woken for nothing, then it goes on */
};

struct plot
{
  const char *statement;
  enum act act;
  enum end end;
  bool held;                    /* another process holds the file */
  int code;
};

static const struct plot *plot;
static portalocker_lock *lock;
static pthread_t thread;        /* that waits */
static int refusals;            /* of tries, to come */
static int wake_ups;            /* for nothing, so far */
static int acted;               /* atomic: the lock call has done its act */
static int interruptions;       /* atomic: of the helper, so far */

/* Wait for a fact that another thread brings about.  */
static void
reach_end (void)
{
  if (plot->end == END_DEADLINE)
    unit_clock.now += 2000 * MS;
  if (plot->end == END_CANCEL
      && portalocker_cancel (lock) != PORTALOCKER_OK)
    check_fatal ("the wait cannot be cancelled");
}

/* The rest of a helper's life.  It is cancelled here.  */
static void
hang (void)
{
  for (;;)
    pause ();
}


/* ---- The lock calls.  TRY is the call of the system that does not wait.  */

static int
act_in_helper (int (*try) (void *), void *data)
{
  switch (plot->act)
    {
    case ACT_TAKE:
    case ACT_TAKE_AND_HANG:
      if (try (data) != 0)
        check_fatal ("the lock is not free");
      break;
    case ACT_FAIL:
      errno = EIO;
      return -1;
    case ACT_BE_INTERRUPTED:
      if (atomic_add (&interruptions, 1) > 5)
        return try (data);
      errno = EINTR;
      return -1;
    default:
      break;
    }
  os_atomic_store (&acted, 1);
  if (plot->act != ACT_TAKE)
    hang ();
  return 0;
}

/* In the thread that waits itself, by a signal.  */
static int
act_in_waiter (int (*try) (void *), void *data)
{
  int result = -1;
  if (plot->act == ACT_BE_INTERRUPTED && ++wake_ups < 5)
    {
      errno = EINTR;
      return -1;
    }
  reach_end ();
  if (plot->act == ACT_TAKE || plot->act == ACT_BE_INTERRUPTED)
    result = try (data);
  else
    errno = plot->act == ACT_FAIL ? EIO : EINTR;
  return result;
}

static int
act (int (*try) (void *), void *data)
{
  return pthread_equal (thread, pthread_self ())
         ? act_in_waiter (try, data) : act_in_helper (try, data);
}

/* The first tries are refused.  */
static bool
refuses (void)
{
  if (refusals == 0)
    return false;
  refusals--;
  errno = EAGAIN;
  return true;
}

struct range_call
{
  int fd, command;
  struct flock *lock;
};

static int
try_range (void *data)
{
  const struct range_call *call = data;
  return unit_real.fcntl_lock (call->fd, call->command, call->lock);
}

static int
fake_fcntl_lock (int fd, int command, struct flock *range)
{
  struct range_call call = { fd, F_SETLK, range };
  bool tries = command == F_SETLK;
  bool waits = command == F_SETLKW;
#if PORTALOCKER_BACKEND_OFD
  tries |= command == F_OFD_SETLK;
  waits |= command == F_OFD_SETLKW;
  if (command == F_OFD_SETLKW)
    call.command = F_OFD_SETLK;
#endif
  if (waits)
    return act (try_range, &call);
  if (tries && range->l_type != F_UNLCK && refuses ())
    return -1;
  return unit_real.fcntl_lock (fd, command, range);
}

#if PORTALOCKER_BACKEND_FLOCK
static int
try_flock (void *data)
{
  const int *fd = data;
  return unit_real.flock (*fd, LOCK_EX | LOCK_NB);
}

static int
fake_flock (int fd, int operation)
{
  if (operation == LOCK_EX)
    return act (try_flock, &fd);
  if (operation != LOCK_UN && refuses ())
    return -1;
  return unit_real.flock (fd, operation);
}
#endif

static int
try_lockf (void *data)
{
  const struct range_call *call = data;
  return unit_real.lockf (call->fd, F_TLOCK, call->lock->l_len);
}

static int
fake_lockf (int fd, int command, off_t size)
{
  struct flock range = { .l_len = size };
  struct range_call call = { fd, 0, &range };
  if (command == F_LOCK)
    return act (try_lockf, &call);
  if (command == F_TLOCK && refuses ())
    return -1;
  return unit_real.lockf (fd, command, size);
}


/* ---- The sleep of the thread that waits for a helper.  */

/* Whether the event, as IS_SET tells, has come about or something else ends
   the sleep.  */
static bool
sleep_until (bool (*is_set) (void *data), void *data)
{
  int i;
  if (plot->end == END_SPURIOUS && ++wake_ups < 6)
    return true;
  if (plot->act == ACT_TAKE_AND_HANG || plot->act == ACT_HANG)
    unit_await (&acted);
  else if (plot->act != ACT_START_LATE)
    for (i = 0; i < 20000 && ! is_set (data); i++)
      poll (NULL, 0, 1);
  reach_end ();
  return plot->end != END_DEADLINE;
}

#if HAVE_FUTEX

static bool
word_is_set (void *word)
{
  return os_atomic_load (word) != 0;
}

static int
fake_futex_wait (int *word, int value, const struct timespec *deadline)
{
  (void) value;
  (void) deadline;
  if (sleep_until (word_is_set, word))
    return 0;
  errno = ETIMEDOUT;
  return -1;
}

#else

static bool
end_is_readable (void *ends)
{
  return unit_real.poll (ends, 1, 0) > 0;
}

static int
fake_poll (struct pollfd *ends, nfds_t count, int timeout)
{
  (void) count;
  (void) timeout;
  sleep_until (end_is_readable, ends);
  return unit_real.poll (ends, 1, 0);
}

#endif

/* A thread that is not scheduled until it is cancelled.  */
static void *
run_nothing (void *argument)
{
  hang ();
  return argument;
}

static int
fake_create (pthread_t *created, const pthread_attr_t *attributes,
             void *(*run) (void *argument), void *argument)
{
  return unit_real.thread_create (created, attributes,
                                  plot->act == ACT_START_LATE ? run_nothing
                                                              : run,
                                  argument);
}


/* ---- One plot.  */

static void
use_fakes (const char *method)
{
  unit_use_clock ();
  portalocker__force_wait_method (method);
#if PORTALOCKER_BACKEND_FLOCK
  portalocker__calls.flock = fake_flock;
#endif
  portalocker__calls.fcntl_lock = fake_fcntl_lock;
  portalocker__calls.lockf = fake_lockf;
#if HAVE_FUTEX
  portalocker__calls.futex_wait = fake_futex_wait;
#else
  portalocker__calls.poll = fake_poll;
#endif
  portalocker__calls.thread_create = fake_create;
}

/* It has the lock, or has nothing; there is no third.  */
static int
check_end (int code, int descriptors)
{
  int good = CHECK_QUIET_CODE (code, plot->code)
             && CHECK_QUIET_INT (portalocker_is_held (lock),
                                 code == PORTALOCKER_OK);
  if (plot->held)
    unit_let_go ();
  good = good && CHECK_QUIET_INT (unit_free ("f", backend, true),
                                  code != PORTALOCKER_OK)
         && unit_await_threads ()
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK)
         && CHECK_QUIET_INT (unit_descriptors (), descriptors);
  return good && CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET (! unit_free ("f", backend, true));
}

static void
test_plot (const struct plot *now, const char *method)
{
  int descriptors = unit_descriptors (), code;
  char statement[200];
  lock = unit_new ("f", backend);
  plot = now;
  refusals = 1;
  wake_ups = 0;
  os_atomic_store (&acted, 0);
  os_atomic_store (&interruptions, 0);
  if (plot->held)
    unit_hold ("f", backend, true);
  portalocker_set_timeout (lock, 1000);
  use_fakes (method);
  code = portalocker_acquire (lock);
  unit_await_threads ();
  unit_restore ();
  snprintf (statement, sizeof statement, "%s (%s)", plot->statement, method);
  CHECK (check_end (code, descriptors), statement);
  portalocker_free (lock);
}

static const struct plot thread_plots[] =
{
  { "the helper gets the lock", ACT_TAKE, END_NOTHING, false,
    PORTALOCKER_OK },
  { "it has the lock at the deadline and cannot say so", ACT_TAKE_AND_HANG,
    END_DEADLINE, false, PORTALOCKER_OK },
  { "it says so just at the deadline", ACT_TAKE, END_DEADLINE, false,
    PORTALOCKER_OK },
  { "the lock is free at the deadline, but it does not have it", ACT_HANG,
    END_DEADLINE, false, PORTALOCKER_OK },
  { "the lock is held at the deadline", ACT_HANG, END_DEADLINE, true,
    PORTALOCKER_TIMED_OUT },
  { "it has the lock when cancelled and cannot say so", ACT_TAKE_AND_HANG,
    END_CANCEL, false, PORTALOCKER_CANCELLED },
  { "it says so just when cancelled", ACT_TAKE, END_CANCEL, false,
    PORTALOCKER_OK },
  { "it does not have the lock when cancelled", ACT_HANG, END_CANCEL, true,
    PORTALOCKER_CANCELLED },
  { "it has not begun at the deadline", ACT_START_LATE, END_DEADLINE, true,
    PORTALOCKER_TIMED_OUT },
  { "it has not begun at the deadline, and the lock is free", ACT_START_LATE,
    END_DEADLINE, false, PORTALOCKER_OK },
  { "it has not begun when cancelled", ACT_START_LATE, END_CANCEL, false,
    PORTALOCKER_CANCELLED },
  { "it fails just at the deadline", ACT_FAIL, END_DEADLINE, false,
    PORTALOCKER_LOCK_FAILED },
  { "it fails just when cancelled", ACT_FAIL, END_CANCEL, false,
    PORTALOCKER_LOCK_FAILED },
  { "the waiter is woken for nothing", ACT_TAKE, END_SPURIOUS, false,
    PORTALOCKER_OK },
  { "the lock call is interrupted", ACT_BE_INTERRUPTED, END_DEADLINE, false,
    PORTALOCKER_OK }
};


/* ---- Signals, also one that comes too soon.  */

#if HAVE_THREAD_TIMERS

static const struct plot signal_plots[] =
{
  { "the waiter gets the lock", ACT_TAKE, END_NOTHING, false,
    PORTALOCKER_OK },
  { "it gets the lock when the deadline has passed", ACT_TAKE, END_DEADLINE,
    false, PORTALOCKER_OK },
  { "it is interrupted at the deadline, and the lock is free", ACT_HANG,
    END_DEADLINE, false, PORTALOCKER_OK },
  { "it is interrupted at the deadline, and the lock is held", ACT_HANG,
    END_DEADLINE, true, PORTALOCKER_TIMED_OUT },
  { "it gets the lock just when cancelled", ACT_TAKE, END_CANCEL, false,
    PORTALOCKER_OK },
  { "it is interrupted by the cancellation", ACT_HANG, END_CANCEL, false,
    PORTALOCKER_CANCELLED },
  { "it fails just at the deadline", ACT_FAIL, END_DEADLINE, false,
    PORTALOCKER_LOCK_FAILED },
  { "it fails just when cancelled", ACT_FAIL, END_CANCEL, false,
    PORTALOCKER_LOCK_FAILED },
  { "signals before the deadline only go on", ACT_BE_INTERRUPTED, END_NOTHING,
    false, PORTALOCKER_OK }
};

static int early;               /* the signal came before the call */

/* Let the timer's first signal come here, before the lock call.  */
static bool
wait_for_signal (bool waits)
{
  if (waits && early++ == 0)
    while (poll (NULL, 0, 1000) == 0)
      continue;
  return false;
}

/* The one that follows ends the call.  */
static void
test_early_signal (void)
{
  unit_ask_before_locks (&portalocker__calls, wait_for_signal);
  portalocker__force_wait_method ("signal");
  early = 0;
  CHECK (unit_time_out ("f", backend, &early),
         "a signal that comes before the call blocks is followed by another");
  unit_restore ();
}

static int
quiet_settime (timer_t timer, int flags, const struct itimerspec *when,
               struct itimerspec *before)
{
  (void) timer;
  (void) flags;
  (void) when;
  (void) before;
  return 0;
}

#endif

static bool
has_method (const char *method)
{
  bool has;
  portalocker__force_wait_method (method);
  has = strcmp (portalocker_wait_method (), method) == 0;
  unit_restore ();
  return has;
}

static void
test_backend (const char *name)
{
  size_t i;
  backend = name;
  unit_area (backend, "wait-race");
  if (has_method ("thread"))
    for (i = 0; i < sizeof thread_plots / sizeof *thread_plots; i++)
      test_plot (&thread_plots[i], "thread");
#if HAVE_THREAD_TIMERS
  portalocker_set_wait_signal (SIGUSR1);
  if (has_method ("signal"))
    {
      test_early_signal ();
      unit_real.timer_settime = quiet_settime;
      unit_restore ();
      for (i = 0; i < sizeof signal_plots / sizeof *signal_plots; i++)
        test_plot (&signal_plots[i], "signal");
      unit_real.timer_settime = timer_settime;
      unit_restore ();
    }
  portalocker_set_wait_signal (0);
#endif
}

int
main (void)
{
  unit_start ();
  thread = pthread_self ();
  unit_each_waiting_backend ("wait-race", test_backend);
  return check_done ();
}
