/* wait-faults.c - what is made of each call that fails while a wait goes on.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Time passes only while the thread that waits sleeps, and a lock is free from
   a certain time on.  Each statement is tried in a process of its own: what
   did not work once in a process is not tried again.  */

#include "unit.h"

#include "../../lib/wait-poll.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#define MS INT64_C (1000000)

static const char *backend;     /* of the round */


/* ---- The lock calls.  */

static int64_t free_at;         /* when the lock is free */
static int tries, blocks;       /* calls that did not wait, and that did */
static int block_error;         /* which the latter answer at once; or 0 */
static int try_error;           /* which the former answer when it is free */
static int64_t timer_at;        /* when a signal comes, or NEVER */

/* What a lock call answers: an error number, or 0 for the system's answer.  */
static int
answer (bool waits)
{
  if (! waits)
    {
      tries++;
      return unit_clock.now < free_at ? EAGAIN : try_error;
    }
  blocks++;
  if (block_error != 0)
    return block_error;
  if (timer_at < free_at)
    {
      if (unit_clock.now < timer_at)
        unit_clock.now = timer_at;
      timer_at += MS;
      return EINTR;
    }
  if (free_at == PORTALOCKER__NEVER)
    check_fatal ("a wait that nothing ends");
  if (unit_clock.now < free_at)
    unit_clock.now = free_at;
  return 0;
}

static bool
refuses (bool waits)
{
  errno = answer (waits);
  return errno != 0;
}

CHECK_MAYBE_UNUSED static void
use_lock_calls (int64_t free_after)
{
  unit_use_clock ();
  free_at = free_after == PORTALOCKER__NEVER
            ? free_after : unit_clock.now + free_after;
  timer_at = PORTALOCKER__NEVER;
  tries = blocks = block_error = try_error = 0;
  unit_ask_before_locks (&portalocker__calls, refuses);
}


/* ---- One statement after the other.  */

/* Wait for SECONDS; return whether that ended with CODE, when it should have:
   at the deadline, or at the first try or wake-up after the lock was free.  */
static int
wait_for (int64_t timeout, int code)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int64_t began = unit_clock.now, due;
  int good;
  portalocker_set_timeout (lock, timeout);
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), code)
         && CHECK_QUIET_INT (portalocker_is_held (lock),
                             code == PORTALOCKER_OK)
         && CHECK_QUIET_INT (unit_free ("f", backend, true),
                             code != PORTALOCKER_OK);
  due = code == PORTALOCKER_OK || timeout == PORTALOCKER_FOREVER
        ? free_at : began + timeout * MS;
  if (code == PORTALOCKER_OK || code == PORTALOCKER_TIMED_OUT)
    good = good && CHECK_QUIET (unit_clock.now >= due)
           && CHECK_QUIET (unit_clock.now <= due + 250 * MS);
  if (code == PORTALOCKER_TIMED_OUT)
    good = good && CHECK_QUIET (unit_clock.now <= due + UNIT_GRAIN);
  good = good && CHECK_QUIET_CODE (portalocker_release (lock),
                                   PORTALOCKER_OK);
  portalocker_free (lock);
  return good;
}

/* Both ends of a wait: the lock, and the deadline.  */
CHECK_MAYBE_UNUSED static int
wait_twice (void)
{
  int good;
  free_at = unit_clock.now + 700 * MS;
  good = wait_for (1000, PORTALOCKER_OK);
  free_at = PORTALOCKER__NEVER;
  good &= wait_for (1000, PORTALOCKER_TIMED_OUT);
  return good;
}

static void
in_child (int (*function) (void), const char *statement)
{
  pid_t child;
  fflush (stdout);
  child = fork ();
  if (child == 0)
    {
      int good = function ();
      fflush (stdout);
      _exit (! good);
    }
  CHECK_INT (unit_reap (child), 0, statement);
}


/* ---- Helper threads.  */

static int create_errors[4], created;

CHECK_MAYBE_UNUSED static int
fake_create (pthread_t *thread, const pthread_attr_t *attributes,
             void *(*run) (void *argument), void *argument)
{
  int error = created < 4 ? create_errors[created] : 0;
  created++;
  return error != 0 ? error
         : unit_real.thread_create (thread, attributes, run, argument);
}

#if HAVE_CANCEL

/* The trial is passed, by the real clock; then threads fail by the errors A
   and B, in turn.  */
static int
prepare_threads (int a, int b)
{
  int good;
  portalocker__force_wait_method ("thread");
  good = CHECK_QUIET_STRING (portalocker_wait_method (), "thread");
  use_lock_calls (PORTALOCKER__NEVER);
  portalocker__force_wait_method (NULL);
  portalocker__calls.thread_create = fake_create;
  created = 0;
  create_errors[0] = create_errors[2] = a;
  create_errors[1] = create_errors[3] = b;
  return good;
}

static int
no_thread_left (void)
{
  return prepare_threads (EAGAIN, EAGAIN) && wait_twice ()
         && CHECK_QUIET_INT (created, 2) && CHECK_QUIET_INT (blocks, 0);
}

static int
no_thread_with_any_stack (void)
{
  return prepare_threads (EINVAL, EAGAIN) && wait_twice ()
         && CHECK_QUIET_INT (created, 4) && CHECK_QUIET_INT (blocks, 0);
}

/* The thread that is made at the second attempt waits.  */
static int
small_stack_refused (void)
{
  int good = prepare_threads (EINVAL, 0);
  unit_restore ();
  portalocker__force_wait_method ("thread");
  portalocker__calls.thread_create = fake_create;
  return good && unit_time_out ("f", backend, &created)
         && CHECK_QUIET_INT (created, 2);
}

static int refused_cancels;     /* so many were */

static int
refuse_cancel_thrice (pthread_t thread)
{
  return refused_cancels++ < 3 ? EAGAIN : unit_real.thread_cancel (thread);
}

/* The user has too many signals pending for that by which the C library
   cancels.  */
static int
no_room_for_cancel (void)
{
  portalocker__force_wait_method ("thread");
  if (! CHECK_QUIET_STRING (portalocker_wait_method (), "thread"))
    return 0;
  portalocker__calls.thread_cancel = refuse_cancel_thrice;
  return unit_time_out ("f", backend, &refused_cancels)
         && CHECK_QUIET_INT (refused_cancels, 4);
}

static int trial_slept;         /* atomic */
static int trial_cancels;

static int
sleep_of_the_second_trial (const struct timespec *time, struct timespec *rest)
{
  return os_atomic_exchange (&trial_slept, 1) == 0 ? 0
         : unit_real.nanosleep (time, rest);
}

static int
cancel_too_late (pthread_t thread)
{
  if (trial_cancels++ == 0)
    unit_await_threads ();
  return unit_real.thread_cancel (thread);
}

/* As on a machine that is suspended meanwhile.  */
static int
trial_over_before_cancel (void)
{
  portalocker__calls.nanosleep = sleep_of_the_second_trial;
  portalocker__calls.thread_cancel = cancel_too_late;
  return CHECK_QUIET (portalocker__threads_work ())
         && CHECK_QUIET_INT (trial_cancels, 2);
}

static int
no_thread_at_the_trial (void)
{
  created = 0;
  create_errors[0] = EAGAIN;
  portalocker__calls.thread_create = fake_create;
  return CHECK_QUIET_STRING (portalocker_wait_method (), "poll")
         && CHECK_QUIET_INT (created, 1);
}

/* A clock that goes forward by so many seconds each time it is read.  One that
   stands does so in an hour, so that who waits until then does not spin.  */
static int clock_step;

static int
stepping_clock (clockid_t clock, struct timespec *now)
{
  static struct timespec last;
  if (last.tv_sec == 0)
    {
      if (unit_real.clock_gettime (clock, &last) != 0)
        return -1;
      if (clock_step == 0)
        last.tv_sec += 3600;
    }
  last.tv_sec += clock_step;
  *now = last;
  return 0;
}

static int forked_status;

/* A fork in the middle of the trial, whose patience is over soon, and the child
   makes one in its turn.  */
static int
forking_create (pthread_t *thread, const pthread_attr_t *attributes,
                void *(*run) (void *argument), void *argument)
{
  pid_t child;
  portalocker__calls.thread_create = unit_real.thread_create;
  child = fork ();
  if (child == 0)
    {
      /* Before the patience with this process is at its end.  */
      alarm (30);
      _exit (! portalocker__threads_work ());
    }
  forked_status = unit_reap (child);
  return unit_real.thread_create (thread, attributes, run, argument);
}

static int
fork_at_the_trial (void)
{
  clock_step = 1;
  portalocker__calls.clock_gettime = stepping_clock;
  portalocker__calls.thread_create = forking_create;
  forked_status = -1;
  return CHECK_QUIET_INT (portalocker__fork_prepare (), 0)
         && CHECK_QUIET (portalocker__threads_work ())
         && CHECK_QUIET_INT (forked_status, 0);
}

static struct task forking;
static int forks;               /* atomic: so many are over */
static int forks_inside;        /* ... before what none may fall into */

static int
fork_once (void *unused)
{
  pid_t child = fork ();
  (void) unused;
  if (child == 0)
    _exit (0);
  os_atomic_store (&forks, 1);
  return unit_reap (child);
}

/* Let another thread fork now.  */
static void
begin_fork (void)
{
  task_start (&forking, fork_once, NULL);
  task_let_sleep (&forking);
  forks_inside = os_atomic_load (&forks);
}

/* The trial, in which one of its calls begins a fork: that comes after it, and
   its patience has no end while the clock stands.  */
static int
fork_after_trial (void)
{
  clock_step = 0;
  portalocker__calls.clock_gettime = stepping_clock;
  return CHECK_QUIET_INT (portalocker__fork_prepare (), 0)
         && CHECK_QUIET (portalocker__threads_work ())
         && CHECK_QUIET_INT (task_end (&forking), 0)
         && CHECK_QUIET_INT (forks_inside, 0);
}

static int
cancel_beside_fork (pthread_t thread)
{
  begin_fork ();
  return unit_real.thread_cancel (thread);
}

static int
no_fork_in_first_cancel (void)
{
  portalocker__calls.thread_cancel = cancel_beside_fork;
  return fork_after_trial ();
}

#if CANCEL_NEEDS_LIBGCC

static void *
load_beside_fork (const char *name, int flags)
{
  begin_fork ();
  return unit_real.dlopen (name, flags);
}

static int
no_fork_in_loading (void)
{
  portalocker__calls.dlopen = load_beside_fork;
  return fork_after_trial ();
}

static int loads;

static void *
fake_dlopen (const char *name, int flags)
{
  (void) name;
  (void) flags;
  loads++;
  return NULL;
}

static int
no_unwinder (void)
{
  int good;
  use_lock_calls (PORTALOCKER__NEVER);
  portalocker__calls.dlopen = fake_dlopen;
  portalocker__calls.thread_create = fake_create;
  portalocker__force_wait_method (NULL);
  created = 0;
  good = CHECK_QUIET_STRING (portalocker_wait_method (), "poll");
  return good && wait_twice () && CHECK_QUIET_INT (created, 0)
         && CHECK_QUIET_INT (loads, 1) && CHECK_QUIET_INT (blocks, 0);
}

#endif
#endif

static void
test_threads (void)
{
#if HAVE_CANCEL
  static const char *const fork_at_first
    = "the child of a fork at the first wait can use threads as well";
  static const char *const after_cancel
    = "no fork falls into the first cancellation";
# if CANCEL_NEEDS_LIBGCC
  static const char *const after_loading
    = "nor into the loading of what it needs";
# endif
  in_child (no_thread_left, "no thread is left: the wait goes by trying");
  in_child (no_thread_with_any_stack, "nor with a larger stack");
  in_child (small_stack_refused,
            "a stack that is too small is replaced by a larger one");
  in_child (no_thread_at_the_trial,
            "no thread is left at the first wait: all go by trying");
  in_child (no_room_for_cancel,
            "a helper that cannot be cancelled at once is a bit later");
  in_child (trial_over_before_cancel,
            "a trial that is over before it is cancelled is made again");
  if (unit_forks_beside_threads (fork_at_first))
    in_child (fork_at_the_trial, fork_at_first);
  if (unit_forks_beside_threads (after_cancel))
    in_child (no_fork_in_first_cancel, after_cancel);
# if CANCEL_NEEDS_LIBGCC
  if (unit_forks_beside_threads (after_loading))
    in_child (no_fork_in_loading, after_loading);
  in_child (no_unwinder, "what a cancellation needs cannot be loaded");
# endif
#else
  check_unsupported ("no thread is left: the wait goes by trying",
                     "threads cannot be cancelled");
#endif
}


/* ---- Timers and the wait signal.  */

#if HAVE_THREAD_TIMERS

static int timers, deleted;     /* made and deleted */
static int create_error;
static int settings;            /* of timers, so far */
static int settings_that_work;  /* those behind fail, with EINVAL */

static int
fake_timer_create (int signo, timer_t *timer)
{
  (void) signo;
  if (create_error != 0)
    {
      errno = create_error;
      return -1;
    }
  memset (timer, 0, sizeof *timer);
  timers++;
  return 0;
}

static int
fake_settime (timer_t timer, int flags, const struct itimerspec *when,
              struct itimerspec *before)
{
  int64_t time = (int64_t) when->it_value.tv_sec * 1000 * MS
                 + when->it_value.tv_nsec;
  (void) timer;
  (void) flags;
  (void) before;
  if (settings++ >= settings_that_work)
    {
      errno = EINVAL;
      return -1;
    }
  timer_at = time != 0 ? time : PORTALOCKER__NEVER;
  return 0;
}

static int
fake_delete (timer_t timer)
{
  (void) timer;
  deleted++;
  return 0;
}

static pthread_t tried_thread;

/* The trial sleeps, and the timer that it set interrupts that.  The trial of
   helper threads sleeps too, in one of them.  */
static int
fake_nanosleep (const struct timespec *time, struct timespec *rest)
{
  if (! pthread_equal (pthread_self (), tried_thread))
    return unit_real.nanosleep (time, rest);
  if (timer_at != PORTALOCKER__NEVER)
    {
      errno = EINTR;
      return -1;
    }
  unit_clock.now += (int64_t) time->tv_sec * 1000 * MS + time->tv_nsec;
  unit_clock.sleeps++;
  return 0;
}

static void
use_timers (void)
{
  use_lock_calls (PORTALOCKER__NEVER);
  portalocker__force_wait_method (NULL);
  portalocker__calls.thread_timer_create = fake_timer_create;
  portalocker__calls.timer_settime = fake_settime;
  portalocker__calls.timer_delete = fake_delete;
  portalocker__calls.nanosleep = fake_nanosleep;
  tried_thread = pthread_self ();
  timers = deleted = create_error = settings = 0;
  settings_that_work = 1000;
}

static int
set_signal (void)
{
  return CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR1),
                           PORTALOCKER_OK);
}

/* How it is when nothing fails.  */
static int
timers_work (void)
{
  use_timers ();
  return set_signal ()
         && CHECK_QUIET_STRING (portalocker_wait_method (), "signal")
         && wait_twice () && CHECK_QUIET_INT (timers, 1)
         && CHECK_QUIET (blocks > 0) && CHECK_QUIET_INT (unit_clock.sleeps, 0);
}

/* Wait by anything but the signal: the real clock has to be used, since a
   helper thread may do it.  */
static int
wait_without_signal (void)
{
  portalocker_lock *lock;
  int good;
  unit_restore ();
  lock = unit_new ("f", backend);
  unit_hold ("f", backend, true);
  portalocker_set_timeout (lock, 20);
  good = CHECK_QUIET (strcmp (portalocker_wait_method (), "signal") != 0)
         && CHECK_QUIET_CODE (portalocker_acquire (lock),
                              PORTALOCKER_TIMED_OUT);
  unit_let_go ();
  portalocker_set_timeout (lock, 3600000);
  good = good && CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
  portalocker_free (lock);
  return good;
}

static int
no_timer (int error)
{
  use_timers ();
  create_error = error;
  return set_signal ()
         && CHECK_QUIET (strcmp (portalocker_wait_method (), "signal") != 0)
         && wait_without_signal ();
}

static int
no_timer_left (void)
{
  return no_timer (EAGAIN);
}

static int
no_timer_allowed (void)
{
  return no_timer (EPERM);
}

/* A timer that cannot be set interrupts nothing.  */
static int
no_setting_at_the_trial (void)
{
  use_timers ();
  settings_that_work = 0;
  return set_signal ()
         && CHECK_QUIET (strcmp (portalocker_wait_method (), "signal") != 0)
         && CHECK_QUIET_INT (unit_clock.sleeps, 0) && wait_without_signal ();
}

/* The trial was passed, and then one setting fails after the other: a deadline
   is kept all the same.  */
static int
wait_with_settings (int count, int64_t free_after, int code)
{
  settings = 0;
  settings_that_work = count;
  timer_at = PORTALOCKER__NEVER;
  free_at = free_after == PORTALOCKER__NEVER
            ? free_after : unit_clock.now + free_after;
  return wait_for (1000, code);
}

static int
no_setting_later (void)
{
  int i, good;
  use_timers ();
  good = set_signal ()
         && CHECK_QUIET_STRING (portalocker_wait_method (), "signal");
  /* Nor is there a helper thread.  */
#if HAVE_CANCEL
  portalocker__calls.thread_create = fake_create;
  create_errors[0] = create_errors[1] = create_errors[2] = create_errors[3]
    = EAGAIN;
#endif
  for (i = 0; i < 3 && good; i++)
    good = wait_with_settings (i, PORTALOCKER__NEVER, PORTALOCKER_TIMED_OUT)
           && wait_with_settings (i, 700 * MS, PORTALOCKER_OK);
  return good;
}

static int
no_key (pthread_key_t *key, void (*destroy) (void *value))
{
  (void) key;
  (void) destroy;
  return EAGAIN;
}

static int
no_setspecific (pthread_key_t key, const void *value)
{
  (void) key;
  (void) value;
  return ENOMEM;
}

static int
no_memory (void)
{
  int good;
  use_timers ();
  good = set_signal ();
  portalocker__calls.calloc = unit_no_calloc;
  good = good
         && CHECK_QUIET (strcmp (portalocker_wait_method (), "signal") != 0)
         && CHECK_QUIET_INT (timers, 0);
  return good && wait_without_signal ();
}

static int
no_key_left (void)
{
  int good;
  use_timers ();
  good = set_signal ();
  portalocker__calls.key_create = no_key;
  good = good
         && CHECK_QUIET (strcmp (portalocker_wait_method (), "signal") != 0)
         && CHECK_QUIET_INT (timers, 0);
  return good && wait_without_signal ();
}

static int
no_place_for_timer (void)
{
  int good;
  use_timers ();
  good = set_signal ();
  portalocker__calls.setspecific = no_setspecific;
  good = good
         && CHECK_QUIET (strcmp (portalocker_wait_method (), "signal") != 0)
         && CHECK_QUIET_INT (timers, 0);
  return good && wait_without_signal ();
}

/* The trial was passed by this thread, and another one cannot have a
   timer.  */
static int
task_wait_twice (void *unused)
{
  (void) unused;
  return wait_twice ();
}

static int
no_memory_later (void)
{
  struct task task;
  int good;
  use_timers ();
  good = set_signal ()
         && CHECK_QUIET_STRING (portalocker_wait_method (), "signal");
#if HAVE_CANCEL
  portalocker__calls.thread_create = fake_create;
  created = 0;
  create_errors[0] = create_errors[1] = EAGAIN;
#endif
  create_error = EAGAIN;
  task_start (&task, task_wait_twice, NULL);
  good = task_end (&task) && good && CHECK_QUIET_INT (timers, 1);
  return good;
}

static int sigaction_calls, sigaction_fails_at;

static int
fake_sigaction (int signo, const struct sigaction *action,
                struct sigaction *before)
{
  if (++sigaction_calls == sigaction_fails_at)
    {
      errno = EINVAL;
      return -1;
    }
  return unit_real.sigaction (signo, action, before);
}

static int
no_sigaction (void)
{
  int i, good = 1;
  for (i = 1; i <= 2; i++)
    {
      portalocker__calls.sigaction = fake_sigaction;
      sigaction_calls = 0;
      sigaction_fails_at = i;
      good &= CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR1),
                                PORTALOCKER_BAD_ARGUMENT)
              && CHECK_QUIET (strcmp (portalocker_wait_method (), "signal")
                              != 0)
              && wait_without_signal ();
    }
  use_timers ();
  good &= set_signal ();
  portalocker__calls.sigaction = fake_sigaction;
  sigaction_calls = 0;
  sigaction_fails_at = 1;
  good &= CHECK_QUIET (strcmp (portalocker_wait_method (), "signal") != 0);
  good &= CHECK_QUIET_STRING (portalocker_wait_method (), "signal");
  return good;
}

static void
test_timers (void)
{
  in_child (timers_work, "a timer ends a wait at its deadline");
  in_child (no_timer_left, "no timer is left: another method waits");
  in_child (no_timer_allowed, "timers are not allowed: another method waits");
  in_child (no_setting_at_the_trial,
            "a timer that cannot be set is found out at once");
  in_child (no_setting_later,
            "a timer that cannot be set later makes no wait endless");
  in_child (no_memory, "no memory for a timer: another method waits");
  in_child (no_key_left, "no key for timers: another method waits");
  in_child (no_place_for_timer, "no place for a timer: another method waits");
  in_child (no_memory_later, "no timer for a second thread");
  in_child (no_sigaction, "a signal that cannot be handled is not used");
}

#else

static void
test_timers (void)
{
  check_unsupported ("a timer ends a wait at its deadline",
                     "no timers for single threads");
}

#endif



/* ---- Lock calls that fail where they are to wait.  By the real clock, while
   the helper holds the file and lets go after some tries.  */

static const char *method;      /* of the round; "block": without an end */
static bool holds;              /* the helper does */

static void
count_try (void)
{
  enum { TRIES_BEFORE_FREE = 3 };
  if (++tries < TRIES_BEFORE_FREE || ! holds)
    return;
  unit_let_go ();
  holds = false;
}

static bool
is_deaf (bool waits)
{
  if (waits)
    {
      atomic_add (&blocks, 1);
      errno = block_error;
    }
  else
    count_try ();
  return waits;
}

/* Give the library the signal, if the method of the round takes one.  */
static void
allow_signal (void)
{
#if HAVE_THREAD_TIMERS
  if (strcmp (method, "signal") == 0)
    portalocker_set_wait_signal (SIGUSR1);
#endif
}

static void
use_deaf_calls (int error)
{
  block_error = error;
  unit_ask_before_locks (&portalocker__calls, is_deaf);
  portalocker__force_wait_method (NULL);
  allow_signal ();
}

/* Wait for the helper; the end is CODE, after so many calls that were to
   wait.  */
static int
wait_deaf (int code, int wanted)
{
  portalocker_lock *lock = unit_new ("f", backend);
  portalocker_error *error;
  int good;
  blocks = tries = 0;
  unit_hold ("f", backend, true);
  holds = true;
  portalocker_set_timeout (lock, strcmp (method, "block") == 0
                                 ? PORTALOCKER_FOREVER : 3600000);
  portalocker_error_new (&error);
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), code)
         && CHECK_QUIET_INT (blocks, wanted)
         && CHECK_QUIET_INT (portalocker_is_held (lock),
                             code == PORTALOCKER_OK);
  if (code == PORTALOCKER_OK)
    good = good && CHECK_QUIET (tries >= 3)
           && CHECK_QUIET (! unit_free ("f", backend, true));
  else
    {
      portalocker_get_error (lock, error);
      good = good && CHECK_QUIET_INT (tries, 1)
             && CHECK_QUIET_INT (portalocker_error_system_error (error),
                                 block_error)
             && CHECK_QUIET_STRING (portalocker_error_call (error),
                                    unit_lock_call (backend));
    }
  if (holds)
    unit_let_go ();
  holds = false;
  portalocker_free (lock);
  portalocker_error_free (error);
  return good && CHECK_QUIET (unit_free ("f", backend, true));
}

static int silent_error;        /* of the round */

/* The file system is remembered, for all waits.  */
static int
silent_file_system (void)
{
  int good;
  use_deaf_calls (silent_error);
  good = wait_deaf (PORTALOCKER_OK, 1) && wait_deaf (PORTALOCKER_OK, 0);
  method = "block";
  return good && wait_deaf (PORTALOCKER_OK, 0);
}

static int
broken_file_system (void)
{
  static const int errors[] = { EIO, ENOLCK, EPERM };
  size_t i;
  int good = 1;
  for (i = 0; i < sizeof errors / sizeof *errors; i++)
    {
      use_deaf_calls (errors[i]);
      good = good && wait_deaf (PORTALOCKER_LOCK_FAILED, 1);
    }
  return good;
}

/* The helper holds the lock, which byte ranges can tell; flock is called
   again.  */
static int
refused_wait (void)
{
  use_deaf_calls (EACCES);
  return unit_has (backend, PORTALOCKER_FEATURE_ANY_ACCESS)
         ? wait_deaf (PORTALOCKER_LOCK_FAILED, 2)
         : wait_deaf (PORTALOCKER_OK, 1);
}

static int
false_alarm (void)
{
  use_deaf_calls (EDEADLK);
  return wait_deaf (PORTALOCKER_OK, 1) && wait_deaf (PORTALOCKER_OK, 1);
}

/* The thread holds "g" by the backend NAME.  */
static int
while_holding (const char *name, int code)
{
  portalocker_lock *other = unit_new ("g", name);
  int good = CHECK_QUIET_CODE (portalocker_acquire (other), PORTALOCKER_OK);
  use_deaf_calls (EDEADLK);
  good = good && wait_deaf (code, 1)
         && CHECK_QUIET_CODE (portalocker_release (other), PORTALOCKER_OK)
         && wait_deaf (PORTALOCKER_OK, 1);
  portalocker_free (other);
  return good;
}

/* The first backend whose locks belong to the process, or do not.  */
static const char *
backend_that (bool per_object)
{
  const char *name;
  size_t i;
  for (i = 0; (name = portalocker_backend_at (i)) != NULL; i++)
    if (unit_has (name, PORTALOCKER_FEATURE_PER_OBJECT) == per_object)
      break;
  return name;
}

static int
true_deadlock (void)
{
  return while_holding (backend_that (false), PORTALOCKER_DEADLOCK);
}

static int
harmless_holder (void)
{
  return while_holding (backend_that (true), PORTALOCKER_OK);
}

static int
other_thread_holds (void)
{
  portalocker_lock *other = unit_new ("g", backend_that (false));
  struct task task;
  int good;
  task_start (&task, task_acquire, other);
  good = CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK);
  use_deaf_calls (EDEADLK);
  good = good && wait_deaf (PORTALOCKER_OK, 1);
  portalocker_free (other);
  return good;
}

static void
in_child_by_method (int (*function) (void), const char *statement)
{
  char text[200];
  snprintf (text, sizeof text, "%s (%s)", statement, method);
  in_child (function, text);
}

static void
test_deaf (const char *name)
{
  static const int errors[] = { EAGAIN, ENOSYS, EOPNOTSUPP, ENOTSUP, EINVAL,
                                EWOULDBLOCK };
  static unsigned int which;
  method = name;
  silent_error = errors[which++ % 6];
  in_child_by_method (silent_file_system,
                      "where no wait is answered, tries are made from then on");
  in_child_by_method (broken_file_system, "another error ends the wait");
  in_child_by_method (refused_wait, "EACCES is busy only where it can be");
  in_child_by_method (false_alarm,
                      "EDEADLK is a false alarm to who holds nothing");
  if (backend_that (false) == NULL)
    return;
  in_child_by_method (true_deadlock,
                      "EDEADLK is told to who holds a lock of the process");
  in_child_by_method (other_thread_holds,
                      "EDEADLK is a false alarm if another thread holds it");
  if (backend_that (true) != NULL)
    in_child_by_method (harmless_holder,
                        "EDEADLK is a false alarm to who holds another kind");
}


/* ---- A clock that cannot be read any more when the wait has begun.  */

enum { READINGS_BEFORE_FREE = 40 };
static int clock_is_lost, lost_readings;

static int
clock_until_lost (clockid_t clock, struct timespec *now)
{
  if (! os_atomic_load (&clock_is_lost))
    return unit_real.clock_gettime (clock, now);
  if (atomic_add (&lost_readings, 1) == READINGS_BEFORE_FREE)
    unit_let_go ();
  errno = EINVAL;
  return -1;
}

/* The first call comes when a wait begins.  */
static void
lose_clock (void *closure, int64_t waited, portalocker_error *holder)
{
  (void) closure;
  (void) waited;
  (void) holder;
  os_atomic_store (&clock_is_lost, 1);
}

static int
wait_without_clock (int64_t timeout, int code)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int good;
  allow_signal ();
  portalocker__force_wait_method (method);
  good = CHECK_QUIET_STRING (portalocker_wait_method (), method);
  unit_hold ("f", backend, true);
  portalocker__calls.clock_gettime = clock_until_lost;
  portalocker_set_timeout (lock, timeout);
  portalocker_set_wait_callback (lock, lose_clock, NULL, 1);
  good = good && CHECK_QUIET_CODE (portalocker_acquire (lock), code)
         && CHECK_QUIET (strstr (portalocker_message (lock), " -") == NULL);
  if (code != PORTALOCKER_OK)
    unit_let_go ();
  portalocker_free (lock);
  return good;
}

static int
timed_without_clock (void)
{
  return wait_without_clock (3600000, PORTALOCKER_TIMED_OUT);
}

static int
endless_without_clock (void)
{
  return wait_without_clock (PORTALOCKER_FOREVER, PORTALOCKER_OK);
}

static void
test_no_clock (const char *name)
{
  method = name;
  in_child_by_method (timed_without_clock,
                      "a wait with an end is over when it loses its clock");
  in_child_by_method (endless_without_clock,
                      "a wait without an end can lose its clock");
}


/* ---- How much is remembered of file systems.  */

static dev_t device;

static int
fake_fstat (int fd, struct stat *status)
{
  int result = unit_real.fstat (fd, status);
  status->st_dev = device;
  return result;
}

static bool
is_silent (dev_t number)
{
  device = number;
  return portalocker__is_silent (0, portalocker__backends[0]);
}

static int
remember_some (void)
{
  const struct portalocker__backend *other = portalocker__backends[1];
  int i, good = CHECK_QUIET (! is_silent (1));
  portalocker__calls.fstat = fake_fstat;
  for (device = 1; device <= 8; device++)
    {
      portalocker__remember_silent (0, portalocker__backends[0]);
      portalocker__remember_silent (0, portalocker__backends[0]);
    }
  for (i = 1; i <= 8; i++)
    good = good && CHECK_QUIET (is_silent ((dev_t) i))
           && CHECK_QUIET (other == NULL
                           || ! portalocker__is_silent (0, other));
  good = good && CHECK_QUIET (! is_silent (9));
  portalocker__remember_silent (0, portalocker__backends[0]);
  return good && CHECK_QUIET (is_silent (9)) && CHECK_QUIET (! is_silent (1))
         && CHECK_QUIET (is_silent (2));
}

static void
test_backend (const char *name)
{
  backend = name;
  unit_area (backend, "wait-fault");
  test_threads ();
  test_timers ();
#if HAVE_THREAD_TIMERS
  test_deaf ("signal");
  test_no_clock ("signal");
#endif
#if HAVE_CANCEL
  test_deaf ("thread");
  test_no_clock ("thread");
#endif
  test_deaf ("block");
  test_no_clock ("poll");
}

int
main (void)
{
  unit_start ();
  unit_each_waiting_backend ("wait-fault", test_backend);
  unit_area ("unit", "wait-fault");
  in_child (remember_some, "the last eight file systems are remembered");
  return check_done ();
}
