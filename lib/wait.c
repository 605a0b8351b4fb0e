/* wait.c - waiting: the choice of a method, and what its end means.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "wait.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fair.h"
#include "fork.h"
#include "held.h"
#include "os.h"
#include "portalocker.h"
#include "wait-method.h"
#include "wait-poll.h"

/* ---- Deadlines, and who wants to know.  */

int64_t
portalocker__wait_until (int64_t time)
{
  int64_t deadline = portalocker__deadline_at (time);
  return portalocker__has_passed (deadline) ? PORTALOCKER__AT_ONCE : deadline;
}

bool
portalocker__may_wait (const struct lock_wait *wait)
{
  return wait->deadline != PORTALOCKER__AT_ONCE
         && ! portalocker__has_passed (wait->deadline);
}

void
portalocker__begin_wait (struct lock_wait *wait)
{
  int64_t now;
  if (wait->has_begun)
    return;
  now = portalocker__now ();
  wait->has_begun = true;
  if (wait->began == 0)
    wait->began = now;
  wait->next_progress = PORTALOCKER__NEVER;
  if (wait->progress == NULL)
    return;
  wait->next_progress = portalocker__time_after (now, wait->progress_interval);
  wait->progress (wait->closure, 0);
}

void
portalocker__wait_tell (struct lock_wait *wait)
{
  int64_t now;
  if (wait->next_progress == PORTALOCKER__NEVER)
    return;
  now = portalocker__now ();
  if (now < wait->next_progress)
    return;
  wait->next_progress = portalocker__time_after (now, wait->progress_interval);
  wait->progress (wait->closure, now - wait->began);
}

int64_t
portalocker__wait_next (const struct lock_wait *wait)
{
  return wait->next_progress < wait->deadline ? wait->next_progress
                                              : wait->deadline;
}

int
portalocker__give_up (const struct lock_wait *wait, struct failure *failure)
{
  int code = wait->deadline == PORTALOCKER__AT_ONCE
             ? PORTALOCKER_BUSY : PORTALOCKER_TIMED_OUT;
  int64_t now;
  if (failure == NULL)
    return code;
  failure->code = code;
  failure->backend = wait->backend;
  failure->exclusive = wait->exclusive;
  now = portalocker__now ();
  failure->waited = wait->began != 0 && now > wait->began
                    ? now - wait->began : 0;
  return code;
}

/* Ask the primitive who holds the lock, where that costs one call.  */
static void
note_holder (const struct lock_wait *wait, os_file fd, struct failure *failure)
{
  if (failure == NULL || wait->backend->holder == NULL)
    return;
  failure->holder = wait->backend->holder (fd, wait->exclusive);
  failure->holder_known = failure->holder > 0;
}

int
portalocker__refuse (const struct lock_wait *wait, os_file fd,
                     struct failure *failure)
{
  note_holder (wait, fd, failure);
  return portalocker__give_up (wait, failure);
}


/* ---- Sleeping.  */

/* Called by a canceller, perhaps in a signal handler.  */
static bool
interrupt_wait (void *waiter)
{
  struct lock_wait *wait = waiter;
  if (wait->interrupt != NULL)
    return wait->interrupt (wait);
  portalocker__event_set (&wait->event);
  return true;
}

enum wait_end
portalocker__wait_enter (struct lock_wait *wait,
                         bool (*interrupt) (struct lock_wait *wait))
{
  if (portalocker__event_init (&wait->event) != 0)
    return WAIT_IMPOSSIBLE;
  wait->interrupt = interrupt;
  if (portalocker__cancel_enter (wait->cancellation, interrupt_wait, wait))
    return WAIT_BEGUN;
  portalocker__event_destroy (&wait->event);
  return WAIT_CANCELLED;
}

void
portalocker__wait_leave (struct lock_wait *wait)
{
  portalocker__cancel_leave (wait->cancellation);
  portalocker__event_destroy (&wait->event);
}

enum wait_end
portalocker__wait_sleep (struct lock_wait *wait, int64_t until)
{
  int64_t end = wait->deadline < until ? wait->deadline : until;
  for (;;)
    {
      int64_t next = portalocker__wait_next (wait);
      if (portalocker__event_wait (&wait->event, next < until ? next : until))
        return is_cancelled (wait->cancellation) ? WAIT_CANCELLED
                                                 : WAIT_ANSWERED;
      /* A time that was made without a clock is past, so that the event did
         not sleep.  */
      if (portalocker__now () == 0)
        portalocker__pause (PORTALOCKER__NS_PER_MS);
      portalocker__wait_tell (wait);
      if (portalocker__has_passed (end))
        return WAIT_TIMED_OUT;
    }
}


/* ---- The lock call.  */

static int
call_once (const struct lock_wait *wait, os_file fd, bool blocks)
{
  if (wait->part == PART_LOCK)
    return wait->backend->lock (fd, wait->exclusive, blocks,
                                keeps_offset (wait));
  return wait->backend->lock_part (fd, wait->part, wait->exclusive
                                   ? KIND_EXCLUSIVE : KIND_SHARED, blocks);
}

int
portalocker__wait_call (const struct lock_wait *wait, os_file fd, bool blocks)
{
  int error;
  do
    error = call_once (wait, fd, blocks);
  while (error == EINTR && ! blocks);
  return error;
}


/* ---- The choice of a method.  */

/* The fastest first; the last one always works.  */
static const struct wait_method *const fastest_first[] =
{
#if HAVE_LOCKFILEEX
  &portalocker__wait_overlapped,
#endif
#if HAVE_THREAD_TIMERS
  &portalocker__wait_signal,
#endif
#if HAVE_CANCEL
  &portalocker__wait_thread,
#endif
  &portalocker__wait_poll,
  NULL
};

/* For a wait that tells its progress: one that does not have to leave the
   kernel, and its queue, for that.  */
static const struct wait_method *const steadiest_first[] =
{
#if HAVE_LOCKFILEEX
  &portalocker__wait_overlapped,
#endif
#if HAVE_CANCEL
  &portalocker__wait_thread,
#endif
#if HAVE_THREAD_TIMERS
  &portalocker__wait_signal,
#endif
  &portalocker__wait_poll,
  NULL
};

/* For a thread that watches: it may end in its lock call.  */
static const struct wait_method *const for_lanes[] =
{
#if HAVE_LOCKFILEEX
  &portalocker__wait_overlapped,
#endif
#if HAVE_CANCEL
  &portalocker__wait_lane,
#endif
  &portalocker__wait_poll,
  NULL
};

/* The one that is preferred, or NULL, once the environment was read.  */
static const struct wait_method *forced;
static int was_read;

static void
force_method (const char *name)
{
  size_t i;
  forced = NULL;
  for (i = 0; name != NULL && fastest_first[i] != NULL; i++)
    if (strcmp (fastest_first[i]->name, name) == 0)
      forced = fastest_first[i];
}

static const struct wait_method *
forced_method (void)
{
  if (! os_atomic_load (&was_read))
    {
      os_mutex_lock (&portalocker__tables);
      if (! was_read)
        force_method (portalocker__environment ("PORTALOCKER_WAIT_METHOD"));
      os_atomic_store (&was_read, true);
      os_mutex_unlock (&portalocker__tables);
    }
  return forced;
}

/* Not before the environment was read, which would undo it.  */
void
portalocker__force_wait_method (const char *name)
{
  forced_method ();
  force_method (name);
}

const char *
portalocker_wait_method (void)
{
  const struct wait_method *method;
  size_t i = 0;
  /* Without memory there are no methods to try, nor locks.  */
  portalocker__fork_prepare ();
  method = forced_method ();
  if (method != NULL && method->works ())
    return method->name;
  while (fastest_first[i] != &portalocker__wait_poll
         && ! fastest_first[i]->works ())
    i++;
  return fastest_first[i]->name;
}

#if ! HAVE_THREAD_TIMERS
int
portalocker_set_wait_signal (int signo)
{
  return signo == 0 ? PORTALOCKER_OK : PORTALOCKER_UNSUPPORTED;
}
#endif

/* Wait by the first method that can; WAIT_IMPOSSIBLE if none can now.  */
static enum wait_end
wait_by_method (struct lock_wait *wait, os_file fd, int *error)
{
  const struct wait_method *const *method
    = wait->lane != NULL ? for_lanes
      : wait->next_progress == PORTALOCKER__NEVER ? fastest_first
      : steadiest_first;
  const struct wait_method *first = forced_method ();
  enum wait_end end = WAIT_IMPOSSIBLE;
  if (first != NULL && wait->lane == NULL && first->works ())
    end = first->wait (wait, fd, error);
  for (; end == WAIT_IMPOSSIBLE && *method != NULL; method++)
    if ((*method)->works ())
      end = (*method)->wait (wait, fd, error);
  return end;
}

/* Whether nothing can end WAIT but the kernel, so that it may simply block in
   the calling thread.  */
static bool
is_endless (const struct lock_wait *wait)
{
  return wait->deadline == PORTALOCKER__NEVER
         && wait->next_progress == PORTALOCKER__NEVER
         && wait->lane == NULL
         && ! (wait->cancellation != NULL
               && (wait->breakable || portalocker__has_wait_signal ()));
}


/* ---- What the end of a wait means.  */

/* Whether ERROR says that the kernel or the file system will not wait, though
   it can try.  */
static bool
is_no_answer (int error)
{
  return error_would_block (error) || error_is_unsupported (error);
}

/* The kernel's check for cycles takes the process for one waiter, so that
   EDEADLK is a false alarm when two threads of it wait.  Not so if this thread
   could itself be what another process waits for; of a descriptor of the
   caller nothing is known, and the kernel's word counts.  */
static bool
is_true_deadlock (const struct lock_wait *wait)
{
  bool holds;
  if (wait->foreign)
    return true;
  os_mutex_lock (&portalocker__tables);
  holds = portalocker__held_process_owned ();
  os_mutex_unlock (&portalocker__tables);
  return holds;
}

static int
fail_cancelled (struct failure *failure)
{
  return portalocker__fail (failure, PORTALOCKER_CANCELLED, NULL, 0);
}

/* Make sure that WAIT, which was cancelled, has not got the lock all the
   same.  */
static int
undo (const struct lock_wait *wait, os_file fd, struct failure *failure)
{
  if (wait->part != PART_LOCK)
    portalocker__try_part (wait->backend, fd, wait->part, KIND_NONE);
  else if (wait->upgrades)
    wait->backend->lock (fd, false, false, true);
  else
    portalocker__unlock (wait->backend, fd, wait->foreign, NULL);
  return fail_cancelled (failure);
}

/* What END, and the answer ERROR of the kernel, come to.  PORTALOCKER_BUSY
   says that only trying again is left.  */
static int
conclude (const struct lock_wait *wait, os_file fd, enum wait_end end,
          int error, struct failure *failure)
{
  if (end == WAIT_CANCELLED)
    return undo (wait, fd, failure);
  if (end == WAIT_IMPOSSIBLE)
    return portalocker__fail_event (failure);
  if (end == WAIT_TIMED_OUT)
    {
      /* The last call may have taken the lock, which belongs to the open
         file or to the process: then this attempt says so.  */
      int code = portalocker__judge (wait->backend, fd, wait->exclusive,
                                     portalocker__wait_call (wait, fd, false),
                                     failure);
      return code == PORTALOCKER_BUSY
             ? portalocker__refuse (wait, fd, failure) : code;
    }
  if (end == WAIT_ANSWERED && error == EDEADLK)
    return is_true_deadlock (wait)
           ? portalocker__fail (failure, PORTALOCKER_DEADLOCK,
                                wait->backend->call, error)
           : PORTALOCKER_BUSY;
  if (end == WAIT_ANSWERED && error != 0 && is_no_answer (error))
    {
      portalocker__remember_silent (fd, wait->backend);
      return PORTALOCKER_BUSY;
    }
  return portalocker__judge (wait->backend, fd, wait->exclusive, error,
                             failure);
}

/* Block in the calling thread, and nothing else.  */
static int
block (struct lock_wait *wait, os_file fd, struct failure *failure)
{
  int error;
  if (! portalocker__cancel_enter (wait->cancellation, NULL, NULL))
    return fail_cancelled (failure);
  do
    error = portalocker__wait_call (wait, fd, true);
  while (error == EINTR);
  portalocker__cancel_leave (wait->cancellation);
  return conclude (wait, fd, WAIT_ANSWERED, error, failure);
}

/* Wait in the kernel.  PORTALOCKER_BUSY says that only trying again is
   left.  */
static int
wait_in_kernel (struct lock_wait *wait, os_file fd, struct failure *failure)
{
  int error = 0;
  enum wait_end end;
  if (portalocker__is_silent (fd, wait->backend))
    return PORTALOCKER_BUSY;
  if (is_endless (wait))
    return os_can_block () ? block (wait, fd, failure) : PORTALOCKER_BUSY;
  end = wait_by_method (wait, fd, &error);
  return conclude (wait, fd, end, error, failure);
}

int
portalocker__wait_on (struct lock_wait *wait, os_file fd,
                      struct failure *failure)
{
  int error = 0;
  enum wait_end end;
  int code;
  if (wait->fair && wait->exclusive && wait->part == PART_LOCK
      && ! wait->has_gate)
    return portalocker__fair_wait_on (wait, fd, failure);
  code = wait_in_kernel (wait, fd, failure);
  if (code != PORTALOCKER_BUSY)
    return code;
  end = portalocker__wait_poll.wait (wait, fd, &error);
  return conclude (wait, fd, end, error, failure);
}

void
portalocker__wait_withdraw (struct lock_wait *wait, os_file fd)
{
  portalocker__wait_leave (wait);
  undo (wait, fd, NULL);
  wait->part = PART_LOCK;
  portalocker__fair_leave_gate (wait, fd);
}

bool
portalocker__is_hopeless (const struct lock_wait *wait, struct file_id id)
{
  return wait->deadline == PORTALOCKER__NEVER && wait->detects_deadlock
         && portalocker__held_conflicts (id, wait->backend, wait->exclusive,
                                         wait->own);
}

/* The same for the file that is open as FD, without the mutex.  */
static bool
is_hopeless_fd (const struct lock_wait *wait, os_file fd)
{
  struct file_id id;
  bool hopeless;
  if (wait->deadline != PORTALOCKER__NEVER
      || portalocker__id_of_fd (fd, &id) != 0)
    return false;
  os_mutex_lock (&portalocker__tables);
  hopeless = portalocker__is_hopeless (wait, id);
  os_mutex_unlock (&portalocker__tables);
  return hopeless;
}

int
portalocker__wait_after (struct lock_wait *wait, os_file fd, int code,
                         struct failure *failure)
{
  if (code != PORTALOCKER_BUSY)
    return code;
  if (! portalocker__may_wait (wait))
    return portalocker__refuse (wait, fd, failure);
  if (is_hopeless_fd (wait, fd))
    return portalocker__fail_deadlock (failure);
  portalocker__begin_wait (wait);
  return portalocker__wait_on (wait, fd, failure);
}

int
portalocker__fail_deadlock (struct failure *failure)
{
  return portalocker__explain (failure, PORTALOCKER_DEADLOCK,
                               "this thread itself holds the lock, through"
                               " another object");
}

int
portalocker__fail_event (struct failure *failure)
{
  return portalocker__fail (failure, PORTALOCKER_LOCK_FAILED,
                            portalocker__event_call, EMFILE);
}
