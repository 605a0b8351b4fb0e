/* wait-thread.c - waiting by a helper thread that blocks in the kernel.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The default method, since nothing of it is seen by the program: no signal,
   no timer, and nothing is left of the thread when the wait is over.  It costs
   a second wake-up per lock, from the helper to the thread that waits.

   A helper that is no longer needed is cancelled, see os-thread.c.  What it
   has locked until then belongs to the open file or to the process, not to the
   helper, and the one who cancels it finds out.  */

#include <config.h>
#include "wait-method.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>

#include "os.h"

/* A lock call that may end with its thread.  */
struct lock_call
{
  const struct lock_wait *wait;
  os_file fd;
  int error;
};

static void
make_call (void *argument)
{
  struct lock_call *call = argument;
  do
    call->error = portalocker__wait_call (call->wait, call->fd, true);
  while (call->error == EINTR);
}

int
portalocker__wait_cancellably (const struct lock_wait *wait, os_file fd)
{
  struct lock_call call = { wait, fd, 0 };
  portalocker__run_cancellable (make_call, &call);
  return call.error;
}

/* What the two threads share, on the stack of the one that waits.  That one
   looks at ERROR and DONE when the helper has set the event, or has been
   joined; there is no other way to know that the helper will not set the
   event later.  */
struct helper
{
  struct lock_wait *wait;
  os_file fd;
  int error;                    /* the answer, once it is DONE */
  int done;                     /* atomic */
  os_thread thread;
};

static void *
run_helper (void *argument)
{
  struct helper *helper = argument;
  os_event *event = &helper->wait->event;
  helper->error = portalocker__wait_cancellably (helper->wait, helper->fd);
  os_atomic_store (&helper->done, true);
  /* The waiting thread, and with it all of the above, may be gone when this
     returns.  */
  portalocker__event_set (event);
  /* To end takes longer than to let the other one go on first.  */
  sched_yield ();
  return NULL;
}

/* The helper has answered: nothing is left of it, or will soon be.  */
static void
let_go (os_thread thread)
{
  if (OS_EVENT_MAY_VANISH)
    os_thread_detach (thread);
  else
    os_thread_join (thread);
}

/* Wait until HELPER answers, or WAIT is over.  */
static enum wait_end
await_helper (struct lock_wait *wait, struct helper *helper)
{
  enum wait_end reason;
  if (portalocker__thread_start (&helper->thread, run_helper, helper) != 0)
    return WAIT_IMPOSSIBLE;
  reason = portalocker__wait_sleep (wait, PORTALOCKER__NEVER);
  if (reason == WAIT_ANSWERED)
    let_go (helper->thread);
  else
    {
      portalocker__thread_end (helper->thread, &helper->done);
      if (helper->done)
        reason = WAIT_ANSWERED;
    }
  return reason;
}

static enum wait_end
thread_wait (struct lock_wait *wait, os_file fd, int *error)
{
  struct helper helper = { .wait = wait, .fd = fd };
  enum wait_end reason = portalocker__wait_enter (wait, NULL);
  if (reason != WAIT_BEGUN)
    return reason;
  reason = await_helper (wait, &helper);
  portalocker__wait_leave (wait);
  *error = helper.error;
  return reason;
}

const struct wait_method portalocker__wait_thread =
{
  .name = "thread",
  .works = portalocker__threads_work,
  .wait = thread_wait
};
