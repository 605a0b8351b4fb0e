/* wait-poll.c - waits: in the kernel without a deadline, by trying again
   with one.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "wait.h"

#include <stddef.h>

#include "portalocker.h"

int64_t
portalocker__wait_until (int64_t time)
{
  int64_t deadline = portalocker__deadline_at (time);
  if (deadline != PORTALOCKER__NEVER && deadline <= portalocker__now ())
    return PORTALOCKER__AT_ONCE;
  return deadline;
}

bool
portalocker__may_wait (const struct lock_wait *wait)
{
  return wait->deadline == PORTALOCKER__NEVER
         || (wait->deadline != PORTALOCKER__AT_ONCE
             && portalocker__now () < wait->deadline);
}

void
portalocker__begin_wait (struct lock_wait *wait)
{
  void (*refused) (void *closure) = wait->refused;
  if (wait->began == 0)
    wait->began = portalocker__now ();
  wait->refused = NULL;
  if (refused != NULL)
    refused (wait->closure);
}

int
portalocker__give_up (const struct lock_wait *wait, struct failure *failure)
{
  int code = wait->deadline == PORTALOCKER__AT_ONCE
             ? PORTALOCKER_BUSY : PORTALOCKER_TIMED_OUT;
  if (failure == NULL)
    return code;
  failure->code = code;
  failure->backend = wait->backend;
  failure->exclusive = wait->exclusive;
  failure->waited = wait->began != 0 ? portalocker__now () - wait->began : 0;
  return code;
}

/* Ask the primitive who holds the lock, where that costs one call.  */
static void
note_holder (const struct lock_wait *wait, int fd, struct failure *failure)
{
  if (failure == NULL || wait->backend->holder == NULL)
    return;
  failure->holder = wait->backend->holder (fd, wait->exclusive);
  failure->holder_known = failure->holder > 0;
}

int
portalocker__refuse (const struct lock_wait *wait, int fd,
                     struct failure *failure)
{
  note_holder (wait, fd, failure);
  return portalocker__give_up (wait, failure);
}

static int
poll_lock (const struct lock_wait *wait, int fd, struct failure *failure)
{
  int code;
  do
    {
      portalocker__sleep (wait->check_interval, wait->deadline);
      code = portalocker__wait_try (wait, fd, failure);
    }
  while (code == PORTALOCKER_BUSY && portalocker__may_wait (wait));
  return code == PORTALOCKER_BUSY
         ? portalocker__refuse (wait, fd, failure) : code;
}

int
portalocker__wait_on (struct lock_wait *wait, int fd, struct failure *failure)
{
  if (wait->deadline == PORTALOCKER__NEVER)
    {
      int code = portalocker__block_lock (wait->backend, fd, wait->exclusive,
                                          wait->foreign, failure);
      if (code != PORTALOCKER_BUSY)
        return code;
    }
  return poll_lock (wait, fd, failure);
}

int
portalocker__wait_after (struct lock_wait *wait, int fd, int code,
                         struct failure *failure)
{
  if (code != PORTALOCKER_BUSY)
    return code;
  if (! portalocker__may_wait (wait))
    return portalocker__refuse (wait, fd, failure);
  portalocker__begin_wait (wait);
  return portalocker__wait_on (wait, fd, failure);
}
