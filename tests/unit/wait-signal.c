/* wait-signal.c - the signal that a program lends to waits.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#if HAVE_THREAD_TIMERS

static const char *backend;     /* of the round */

static void
own_handler (int signo)
{
  (void) signo;
}

static void
own_action (int signo, siginfo_t *info, void *context)
{
  (void) signo;
  (void) info;
  (void) context;
}

/* What SIGNO does now: SIG_DFL, SIG_IGN or another function.  */
static void
(*handler_of (int signo)) (int)
{
  struct sigaction action;
  if (sigaction (signo, NULL, &action) != 0)
    check_fatal ("no such signal");
  return action.sa_handler;
}

static bool
is_ours (int signo)
{
  return handler_of (signo) != SIG_DFL && handler_of (signo) != SIG_IGN
         && handler_of (signo) != own_handler;
}

static bool
waits_by_signal (void)
{
  return strcmp (portalocker_wait_method (), "signal") == 0;
}


/* ---- Setting it.  */

static void
test_taking (void)
{
  CHECK (CHECK_QUIET (handler_of (SIGUSR1) == SIG_DFL)
         && CHECK_QUIET (! waits_by_signal ()),
         "no signal is used that was not lent");
  CHECK (CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR1),
                           PORTALOCKER_OK)
         && CHECK_QUIET (is_ours (SIGUSR1)), "a signal that is lent is taken");
  CHECK (waits_by_signal (), "and waits are made by it");
  CHECK_CODE (portalocker_set_wait_signal (SIGUSR1), PORTALOCKER_OK,
              "to lend it twice does nothing");
  CHECK (CHECK_QUIET_CODE (portalocker_set_wait_signal (0), PORTALOCKER_OK)
         && CHECK_QUIET (handler_of (SIGUSR1) == SIG_DFL)
         && CHECK_QUIET (! waits_by_signal ()), "it is given back");
  signal (SIGUSR1, SIG_IGN);
  CHECK (CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR1),
                           PORTALOCKER_OK)
         && CHECK_QUIET (waits_by_signal ())
         && CHECK_QUIET_CODE (portalocker_set_wait_signal (0), PORTALOCKER_OK)
         && CHECK_QUIET (handler_of (SIGUSR1) == SIG_IGN),
         "a signal that was ignored is ignored again");
  signal (SIGUSR1, SIG_DFL);
}

static void
test_change (void)
{
  portalocker_set_wait_signal (SIGUSR1);
  CHECK (CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR2),
                           PORTALOCKER_OK)
         && CHECK_QUIET (handler_of (SIGUSR1) == SIG_DFL)
         && CHECK_QUIET (is_ours (SIGUSR2))
         && CHECK_QUIET (waits_by_signal ()), "another signal replaces it");
  portalocker_set_wait_signal (SIGRTMIN + 5);
  CHECK (CHECK_QUIET (waits_by_signal ())
         && CHECK_QUIET (handler_of (SIGUSR2) == SIG_DFL),
         "so does a real-time signal");
  portalocker_set_wait_signal (0);
}

static void
test_refused (void)
{
  static const int bad[] = { -1, 65, 1000, SIGKILL, SIGSTOP, SIGSEGV, SIGBUS,
                             SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS,
                             SIGCHLD };
  struct sigaction action = { .sa_flags = SA_SIGINFO,
                              .sa_sigaction = own_action };
  size_t i;
  int good = 1;
  portalocker_set_wait_signal (SIGUSR1);
  for (i = 0; i < sizeof bad / sizeof *bad; i++)
    good &= CHECK_QUIET_CODE (portalocker_set_wait_signal (bad[i]),
                              PORTALOCKER_BAD_ARGUMENT);
  CHECK (good, "what is no signal, or is needed, is a bad argument");
  signal (SIGUSR2, own_handler);
  CHECK (CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR2),
                           PORTALOCKER_EXISTS)
         && CHECK_QUIET (handler_of (SIGUSR2) == own_handler),
         "a signal that the program handles is left to it");
  sigaction (SIGUSR2, &action, NULL);
  CHECK (CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR2),
                           PORTALOCKER_EXISTS),
         "also one that it handles with details");
  CHECK (CHECK_QUIET (is_ours (SIGUSR1)) && CHECK_QUIET (waits_by_signal ()),
         "the signal before stays when another is refused");
  signal (SIGUSR2, SIG_DFL);
  portalocker_set_wait_signal (0);
}


/* ---- A program that uses it itself.  */

static int blocked;             /* atomic: a lock call is to wait */
static bool by_trying;          /* or none will */

static bool
note_wait (bool waits)
{
  if (waits || by_trying)
    os_atomic_store (&blocked, 1);
  return false;
}

/* Wait until the time is up: in the kernel, where that can be done at all.  The
   lock calls are others from then on, until unit_restore.  */
static int
time_out (void)
{
  by_trying = strcmp (portalocker_wait_method (), "poll") == 0;
  unit_ask_before_locks (&portalocker__calls, note_wait);
  os_atomic_store (&blocked, 0);
  return unit_time_out ("f", backend, &blocked);
}

static void
test_blocked (void)
{
  sigset_t set, pending;
  portalocker_set_wait_signal (SIGUSR1);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  CHECK (CHECK_QUIET (! waits_by_signal ()) && time_out ()
         && CHECK_QUIET (sigpending (&pending) == 0)
         && CHECK_QUIET (sigismember (&pending, SIGUSR1) == 0),
         "a thread that blocks it waits in another way");
  pthread_sigmask (SIG_UNBLOCK, &set, NULL);
  CHECK (waits_by_signal () && time_out (), "and by it when it does not");
  portalocker_set_wait_signal (0);
}

static void
test_taken_back (void)
{
  portalocker_set_wait_signal (SIGUSR1);
  signal (SIGUSR1, SIG_IGN);
  CHECK (CHECK_QUIET (! waits_by_signal ()) && time_out (),
         "a signal that the program takes back is not used");
  CHECK (CHECK_QUIET_CODE (portalocker_set_wait_signal (0), PORTALOCKER_OK)
         && CHECK_QUIET (handler_of (SIGUSR1) == SIG_IGN),
         "nor is its action put back then");
  signal (SIGUSR1, SIG_DFL);
}


/* ---- While a thread waits by it.  */

/* What a child of this process, in which nobody waits, may do.  */
static int
set_in_child (void)
{
  pid_t child = fork ();
  if (child == 0)
    _exit (portalocker_set_wait_signal (0) != PORTALOCKER_OK
           || handler_of (SIGUSR1) != SIG_DFL);
  return CHECK_QUIET_INT (unit_reap (child), 0);
}

/* Let TASK wait for LOCK by the signal SIGUSR1, for TIMEOUT.  */
static void
start_wait (struct task *task, portalocker_lock *lock, int64_t timeout)
{
  portalocker_set_wait_signal (SIGUSR1);
  unit_ask_before_locks (&portalocker__calls, note_wait);
  os_atomic_store (&blocked, 0);
  portalocker_set_timeout (lock, timeout);
  unit_hold ("f", backend, true);
  task_start (task, task_acquire, lock);
  unit_await (&blocked);
}

static void
test_busy (void)
{
  static const char *const no_such_thread
    = "the child of a fork has no such thread";
  portalocker_lock *lock = unit_new ("f", backend);
  struct task task;
  int good;
  start_wait (&task, lock, 3600000);
  good = CHECK_QUIET_CODE (portalocker_set_wait_signal (0), PORTALOCKER_BUSY)
         && CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR2),
                              PORTALOCKER_BUSY)
         && CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR1),
                              PORTALOCKER_OK)
         && CHECK_QUIET (is_ours (SIGUSR1))
         && CHECK_QUIET (handler_of (SIGUSR2) == SIG_DFL);
  CHECK (good, "a signal by which a thread waits stays");
  if (unit_forks_beside_threads (no_such_thread))
    CHECK (set_in_child (), no_such_thread);
  unit_let_go ();
  good = CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK);
  CHECK (good && CHECK_QUIET_CODE (portalocker_set_wait_signal (0),
                                   PORTALOCKER_OK),
         "and can be taken away when it has the lock");
  unit_restore ();
  portalocker_free (lock);
}

static int refuses_timers;      /* atomic */

static int
refusing_settime (timer_t timer, int flags, const struct itimerspec *times,
                  struct itimerspec *before)
{
  if (os_atomic_load (&refuses_timers))
    {
      errno = EPERM;
      return -1;
    }
  return unit_real.timer_settime (timer, flags, times, before);
}

static void
test_refused_canceller (void)
{
  portalocker_lock *lock = unit_new ("f", backend);
  struct task task;
  int good;
  portalocker__calls.timer_settime = refusing_settime;
  start_wait (&task, lock, PORTALOCKER_FOREVER);
  os_atomic_store (&refuses_timers, 1);
  good = CHECK_QUIET_CODE (portalocker_cancel (lock), PORTALOCKER_UNSUPPORTED);
  os_atomic_store (&refuses_timers, 0);
  unit_let_go ();
  CHECK (CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK) && good,
         "a cancellation is unsupported that cannot send the signal");
  unit_restore ();
  portalocker_set_wait_signal (0);
  portalocker_free (lock);
}


/* ---- The timers.  Atomic.  */

static int made, deleted;

static int
counting_create (int signo, timer_t *timer)
{
  atomic_add (&made, 1);
  return unit_real.thread_timer_create (signo, timer);
}

static int
counting_delete (timer_t timer)
{
  atomic_add (&deleted, 1);
  return unit_real.timer_delete (timer);
}

static int
time_out_thrice (void *unused)
{
  (void) unused;
  return time_out () && time_out () && time_out ();
}

static int
change_and_time_out (void *unused)
{
  (void) unused;
  return time_out ()
         && portalocker_set_wait_signal (SIGUSR2) == PORTALOCKER_OK
         && time_out ();
}

/* The counts after FUNCTION has run in a thread of its own.  */
static int
count_timers (int (*function) (void *), int made_wanted, int deleted_wanted)
{
  struct task task;
  os_atomic_store (&made, 0);
  os_atomic_store (&deleted, 0);
  task_start (&task, function, NULL);
  return task_end (&task) && CHECK_QUIET_INT (made, made_wanted)
         && CHECK_QUIET_INT (deleted, deleted_wanted);
}

/* A child has no timers: its thread makes one, and leaves alone what may be
   another's by now.  */
static int
wait_in_child (void *unused)
{
  pid_t child;
  (void) unused;
  if (! time_out ())
    return 0;
  child = fork ();
  if (child == 0)
    {
      int good;
      made = deleted = 0;
      good = time_out () && time_out () && CHECK_QUIET_INT (made, 1)
             && CHECK_QUIET_INT (deleted, 0)
             && CHECK_QUIET (waits_by_signal ());
      fflush (stdout);
      _exit (! good);
    }
  return CHECK_QUIET_INT (unit_reap (child), 0);
}

static int
end_without_wait (void *unused)
{
  (void) unused;
  return ! waits_by_signal () || 1;
}

static void
test_timers (void)
{
  static const char *const in_child = "a child of a fork makes its own";
  portalocker_set_wait_signal (SIGUSR1);
  /* The trial makes one for this thread.  */
  waits_by_signal ();
  portalocker__calls.thread_timer_create = counting_create;
  portalocker__calls.timer_delete = counting_delete;
  CHECK (count_timers (end_without_wait, 0, 0),
         "a thread that does not wait has no timer");
  CHECK (count_timers (time_out_thrice, 1, 1),
         "a thread has one timer, which ends with it");
  if (unit_forks_beside_threads (in_child))
    CHECK (count_timers (wait_in_child, 1, 1), in_child);
  CHECK (count_timers (change_and_time_out, 2, 2),
         "another signal is another timer");
  portalocker_set_wait_signal (0);
  unit_restore ();
}

static void
test_backend (const char *name)
{
  backend = name;
  unit_area (backend, "wait-signal");
  test_blocked ();
  test_taken_back ();
  test_busy ();
  test_refused_canceller ();
  test_timers ();
}

int
main (void)
{
  unit_start ();
  unit_area ("unit", "wait-signal");
  test_taking ();
  test_change ();
  test_refused ();
  unit_each_waiting_backend ("wait-signal", test_backend);
  return check_done ();
}

#else

int
main (void)
{
  unit_start ();
  unit_area ("unit", "wait-signal");
  CHECK_CODE (portalocker_set_wait_signal (SIGUSR1), PORTALOCKER_UNSUPPORTED,
              "no signal can be lent without timers for single threads");
  CHECK_CODE (portalocker_set_wait_signal (0), PORTALOCKER_OK,
              "and none is used");
  return check_done ();
}

#endif
