/* fair.c - taking turns: writers are not passed by readers.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "fair.h"

#include <errno.h>

#include "fork.h"
#include "held.h"

/* How long one attempt looks whether the gate opens, and how often.  */
#define GATE_PATIENCE PORTALOCKER__NS_PER_MS
#define GATE_PAUSE (PORTALOCKER__NS_PER_MS / 16)

void
portalocker__fair_leave_gate (struct lock_wait *wait, os_file fd)
{
  if (wait->has_gate)
    portalocker__try_part (wait->backend, fd, PART_GATE, KIND_NONE);
  wait->has_gate = false;
}

/* Wait at the gate until it is ours, shared or exclusive as the lock that is
   wanted.  */
static int
wait_at_gate (struct lock_wait *wait, os_file fd, struct failure *failure)
{
  int code;
  wait->part = PART_GATE;
  code = portalocker__wait_on (wait, fd, failure);
  wait->part = PART_LOCK;
  wait->has_gate = code == PORTALOCKER_OK;
  return code;
}

/* One attempt of a reader: see whether the gate opens soon, unless a writer
   has the lock, so that there is no hope anyway.  Return the last answer.  */
static int
peek_at_gate (const struct lock_wait *wait, os_file fd)
{
  int64_t end = portalocker__time_in (GATE_PATIENCE);
  int error;
  do
    {
      if (wait->backend->held_part (fd, PART_LOCK) == KIND_EXCLUSIVE)
        return EAGAIN;
      portalocker__sleep (GATE_PAUSE, end);
      error = portalocker__try_part (wait->backend, fd, PART_GATE,
                                     KIND_SHARED);
    }
  while (error_would_block (error) && ! portalocker__has_passed (end));
  return error;
}

/* The gate is closed, and there is time to wait; not if the writer behind it
   waits for this thread.  */
static int
wait_for_gate (struct lock_wait *wait, os_file fd, struct failure *failure)
{
  struct file_id id;
  bool shares = false, is_hopeless = false;
  if (portalocker__id_of_fd (fd, &id) == 0)
    {
      os_mutex_lock (&portalocker__tables);
      shares = portalocker__held_shared (id, wait->backend);
      is_hopeless = portalocker__is_hopeless (wait, id);
      os_mutex_unlock (&portalocker__tables);
    }
  if (shares)
    return PORTALOCKER_OK;
  if (is_hopeless)
    return portalocker__fail_deadlock (failure);
  portalocker__begin_wait (wait);
  return wait_at_gate (wait, fd, failure);
}

int
portalocker__fair_pass_gate (struct lock_wait *wait, os_file fd,
                             struct failure *failure)
{
  int error = portalocker__try_part (wait->backend, fd, PART_GATE,
                                     KIND_SHARED);
  if (error_would_block (error) && portalocker__may_wait (wait))
    return wait_for_gate (wait, fd, failure);
  if (error_would_block (error))
    {
      if (wait->deadline != PORTALOCKER__AT_ONCE)
        return portalocker__refuse (wait, fd, failure);
      error = peek_at_gate (wait, fd);
    }
  wait->has_gate = error == 0;
  /* The gate alone refuses nobody who only tries.  */
  if (error_would_block (error))
    return PORTALOCKER_OK;
  return portalocker__judge (wait->backend, fd, false, error, failure);
}

int
portalocker__fair_lock_shared (struct lock_wait *wait, os_file fd,
                               struct failure *failure)
{
  int code = portalocker__fair_pass_gate (wait, fd, failure);
  if (code != PORTALOCKER_OK)
    return code;
  code = portalocker__wait_lock (wait, fd, failure);
  portalocker__fair_leave_gate (wait, fd);
  return code;
}

int
portalocker__fair_wait_on (struct lock_wait *wait, os_file fd,
                           struct failure *failure)
{
  int code = wait_at_gate (wait, fd, failure);
  if (code != PORTALOCKER_OK)
    return code;
  code = portalocker__wait_on (wait, fd, failure);
  portalocker__fair_leave_gate (wait, fd);
  return code;
}
