/* wait-signal.c - waiting in the calling thread, which a timer interrupts.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The fastest method: the thread that waits is the one that the kernel wakes.
   It needs a signal that the program does without, since only a signal with a
   handler takes a thread out of a lock call.  The timer signals just the
   thread that waits, and from its first time on again and again: a signal that
   comes before the call blocks is followed by one that does not.  */

#include <config.h>
#include "wait-method.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "fork.h"
#include "os.h"
#include "portalocker.h"

/* The time between two signals of one timer.  */
#define REPEAT PORTALOCKER__NS_PER_MS


/* ---- The signal.  */

/* Guarded by portalocker__tables: the wait signal, or 0; the action that the
   program had for it before, to be put back; and how many threads may be hit
   by it now, since their timers run.  */
static int wait_signal;
static struct sigaction action_before;
static unsigned int users;

static void
do_nothing (int signo)
{
  (void) signo;
}

static bool
is_our_action (const struct sigaction *action)
{
  return (action->sa_flags & SA_SIGINFO) == 0
         && action->sa_handler == do_nothing;
}

/* Whether a program can do without SIGNO.  */
static bool
is_usable (int signo)
{
  switch (signo)
    {
    case SIGABRT: case SIGBUS: case SIGFPE: case SIGILL: case SIGSEGV:
    case SIGSYS: case SIGTRAP: case SIGKILL: case SIGSTOP: case SIGCHLD:
      return false;
    default:
      return signo > 0;
    }
}

/* Give the wait signal that is set, if there is one, the action that it had
   before.  Needs portalocker__tables.  */
static void
put_back (void)
{
  struct sigaction now;
  if (wait_signal != 0 && calls.sigaction (wait_signal, NULL, &now) == 0
      && is_our_action (&now))
    calls.sigaction (wait_signal, &action_before, NULL);
  wait_signal = 0;
}

/* Take over SIGNO, in place of the one that is set, unless the program handles
   it.  Needs portalocker__tables.  */
static int
take_over (int signo)
{
  struct sigaction before, action;
  if (calls.sigaction (signo, NULL, &before) != 0)
    return PORTALOCKER_BAD_ARGUMENT;
  if ((before.sa_flags & SA_SIGINFO) != 0
      || (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN))
    return PORTALOCKER_EXISTS;
  memset (&action, 0, sizeof action);
  sigemptyset (&action.sa_mask);
  action.sa_handler = do_nothing;
  if (calls.sigaction (signo, &action, NULL) != 0)
    return PORTALOCKER_BAD_ARGUMENT;
  put_back ();
  action_before = before;
  wait_signal = signo;
  return PORTALOCKER_OK;
}

int
portalocker_set_wait_signal (int signo)
{
  int code = PORTALOCKER_OK;
  if (signo != 0 && ! is_usable (signo))
    return PORTALOCKER_BAD_ARGUMENT;
  if (portalocker__fork_prepare () != 0)
    return PORTALOCKER_NO_MEMORY;
  os_mutex_lock (&portalocker__tables);
  if (signo != wait_signal)
    {
      if (users > 0)
        code = PORTALOCKER_BUSY;
      else if (signo != 0)
        code = take_over (signo);
      else
        put_back ();
    }
  os_mutex_unlock (&portalocker__tables);
  return code;
}

/* Begin to use the wait signal: return it, which stays the same until
   end_use, or 0 if there is none.  */
static int
begin_use (void)
{
  int signo;
  os_mutex_lock (&portalocker__tables);
  signo = wait_signal;
  if (signo != 0)
    users++;
  os_mutex_unlock (&portalocker__tables);
  return signo;
}

static void
end_use (void)
{
  os_mutex_lock (&portalocker__tables);
  users--;
  os_mutex_unlock (&portalocker__tables);
}

void
portalocker__wait_in_child (void)
{
  users = 0;
}

/* Whether the program has left SIGNO to us, and the calling thread lets it
   through.  */
static bool
is_ready (int signo)
{
  struct sigaction action;
  sigset_t blocked;
  return calls.sigaction (signo, NULL, &action) == 0
         && is_our_action (&action)
         && pthread_sigmask (SIG_BLOCK, NULL, &blocked) == 0
         && sigismember (&blocked, signo) == 0;
}


/* ---- The timer of the calling thread.  */

/* Made at the first wait and kept until the thread ends, since a lock that
   was waited for should not have to wait for the end of a timer.  It runs only
   during a wait.  */
struct thread_timer
{
  timer_t timer;
  int signo;                    /* which it sends; 0: there is no timer */
  pid_t process;                /* that made it: a child has no timers */
};

static void
delete_timer (struct thread_timer *own)
{
  if (own->signo != 0 && own->process == getpid ())
    calls.timer_delete (own->timer);
  own->signo = 0;
}

static void
free_timer (void *own)
{
  delete_timer (own);
  free (own);
}

static os_slot timer_slot = { .destroy = free_timer };

/* The memory for the timer of this thread, or NULL.  */
static struct thread_timer *
timer_memory (void)
{
  struct thread_timer *own = portalocker__slot_get (&timer_slot);
  if (own != NULL)
    return own;
  own = calls.calloc (1, sizeof *own);
  if (own != NULL && portalocker__slot_set (&timer_slot, own) != 0)
    {
      free (own);
      return NULL;
    }
  return own;
}

/* The timer of this thread, which sends the signal SIGNO; NULL if there can
   be none.  */
static struct thread_timer *
timer_for (int signo)
{
  struct thread_timer *own = timer_memory ();
  if (own == NULL || (own->signo == signo && own->process == getpid ()))
    return own;
  delete_timer (own);
  if (calls.thread_timer_create (signo, &own->timer) != 0)
    return NULL;
  own->signo = signo;
  own->process = getpid ();
  return own;
}

/* Let OWN signal at the time WHEN and from then on; PORTALOCKER__NEVER: not at
   all.  Return whether it will.  May be called in a signal handler.  */
static bool
arm (const struct thread_timer *own, int64_t when)
{
  struct itimerspec times;
  memset (&times, 0, sizeof times);
  if (when != PORTALOCKER__NEVER)
    {
      /* A time of 0 would switch it off.  */
      times.it_value = portalocker__to_timespec (when > 0 ? when : 1);
      times.it_interval = portalocker__to_timespec (REPEAT);
    }
  return calls.timer_settime (own->timer, TIMER_ABSTIME, &times, NULL) == 0;
}


/* ---- Does it work here?  */

/* A signal by which such a timer did or did not work; 0: none so far.
   Atomic.  */
static int working_signal, failing_signal;

/* Does a timer interrupt the calling thread by SIGNO?  */
static bool
try_signal (int signo)
{
  const struct timespec second = { .tv_sec = 1 };
  const struct thread_timer *own = timer_for (signo);
  bool interrupted;
  if (own == NULL || ! arm (own, portalocker__now ()))
    return false;
  interrupted = calls.nanosleep (&second, NULL) != 0;
  arm (own, PORTALOCKER__NEVER);
  return interrupted;
}

/* Whether SIGNO, which is the wait signal, works, as tried once.  */
static bool
has_passed (int signo)
{
  if (os_atomic_load (&working_signal) == signo)
    return true;
  if (os_atomic_load (&failing_signal) == signo)
    return false;
  if (try_signal (signo))
    {
      os_atomic_store (&working_signal, signo);
      return true;
    }
  os_atomic_store (&failing_signal, signo);
  return false;
}

static bool
signal_works (void)
{
  int signo = begin_use ();
  bool works;
  if (signo == 0)
    return false;
  works = is_ready (signo) && has_passed (signo);
  end_use ();
  return works;
}

bool
portalocker__has_wait_signal (void)
{
  return signal_works ();
}


/* ---- The method.  */

/* Called by a canceller, perhaps in a signal handler.  */
static bool
signal_interrupt (struct lock_wait *wait)
{
  return arm (wait->method_data, portalocker__now ());
}

/* Block until the kernel answers, or WAIT is over.  */
static enum wait_end
block_until_over (struct lock_wait *wait, int fd,
                  const struct thread_timer *own, int *error)
{
  int64_t armed = PORTALOCKER__NEVER;
  for (;;)
    {
      int64_t next = portalocker__wait_next (wait);
      /* A sandbox that the program has entered since the trial.  */
      if (next != armed && ! arm (own, next))
        return WAIT_IMPOSSIBLE;
      armed = next;
      /* Whoever cancels from here on finds the timer.  */
      if (is_cancelled (wait->cancellation))
        return WAIT_CANCELLED;
      *error = portalocker__wait_call (wait, fd, true);
      if (*error != EINTR)
        return WAIT_ANSWERED;
      if (wait->next_progress != PORTALOCKER__NEVER)
        {
          /* Who is told may sleep or read, without being interrupted.  */
          arm (own, PORTALOCKER__NEVER);
          armed = PORTALOCKER__NEVER;
          portalocker__wait_tell (wait);
        }
      if (! portalocker__may_wait (wait))
        return WAIT_TIMED_OUT;
    }
}

static enum wait_end
wait_with (struct thread_timer *own, struct lock_wait *wait, int fd,
           int *error)
{
  enum wait_end end;
  wait->method_data = own;
  end = portalocker__wait_enter (wait, signal_interrupt);
  if (end != WAIT_BEGUN)
    return end;
  end = block_until_over (wait, fd, own, error);
  portalocker__wait_leave (wait);
  if (portalocker__wait_next (wait) != PORTALOCKER__NEVER
      || is_cancelled (wait->cancellation))
    arm (own, PORTALOCKER__NEVER);
  return end;
}

static enum wait_end
signal_wait (struct lock_wait *wait, int fd, int *error)
{
  int signo = begin_use ();
  struct thread_timer *own;
  enum wait_end end = WAIT_IMPOSSIBLE;
  if (signo == 0)
    return end;
  own = timer_for (signo);
  if (own != NULL)
    end = wait_with (own, wait, fd, error);
  end_use ();
  return end;
}

const struct wait_method portalocker__wait_signal =
{
  .name = "signal",
  .works = signal_works,
  .wait = signal_wait
};
