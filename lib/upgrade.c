/* upgrade.c - a shared lock becomes exclusive without being lost, and back.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "upgrade.h"

#include "request.h"

/* ---- One at a time.  */

int
portalocker__upgrade_refuse (const struct lock_wait *wait,
                             struct failure *failure)
{
  if (wait->deadline == PORTALOCKER__AT_ONCE)
    {
      portalocker__fail (failure, PORTALOCKER_BUSY, NULL, 0);
      return portalocker__give_up (wait, failure);
    }
  return portalocker__explain (failure, PORTALOCKER_DEADLOCK,
                               "another holder of the shared lock waits to be"
                               " alone");
}

int
portalocker__upgrade_enter (const struct lock_wait *wait, os_file fd,
                            struct failure *failure)
{
  int error = portalocker__try_part (wait->backend, fd, PART_UPGRADE,
                                     KIND_EXCLUSIVE);
  if (! error_would_block (error))
    return portalocker__judge (wait->backend, fd, true, error, failure);
  /* One who shares all bytes of the file does not wait to be alone, and need
     not know of the library.  */
  if (wait->backend->held_part (fd, PART_UPGRADE) != KIND_SHARED)
    return portalocker__upgrade_refuse (wait, failure);
  portalocker__give_up (wait, failure);
  return portalocker__explain (failure, PORTALOCKER_BUSY,
                               "another program shares a lock of all bytes of"
                               " the file");
}

void
portalocker__upgrade_leave (const struct lock_wait *wait, os_file fd)
{
  portalocker__try_part (wait->backend, fd, PART_UPGRADE, KIND_NONE);
}


/* ---- The lock object.  */

/* Take the object of REQUEST, which is held, for a change of its lock, which
   no other thread touches then.  Return PORTALOCKER_NOT_HELD if it is not
   held, or what becomes of a wait for another thread that changes it.  Its
   mutex is held before and afterwards.  */
static int
begin_change (struct request *request)
{
  portalocker_lock *lock = request->lock;
  while (lock->state == LOCK_CHANGING)
    {
      int code = portalocker__await_other (lock, request);
      if (code != PORTALOCKER_OK)
        return code;
    }
  if (lock->state != LOCK_HELD)
    return portalocker__fail (&request->failure, PORTALOCKER_NOT_HELD, NULL,
                              0);
  if (! backend_has (lock->held.backend, PORTALOCKER_FEATURE_UPGRADE))
    return portalocker__explain (&request->failure, PORTALOCKER_UNSUPPORTED,
                                 "a lock of %s cannot be changed while it is"
                                 " held", lock->held.backend->name);
  lock->state = LOCK_CHANGING;
  lock->refused = false;
  portalocker__cancel_begin (&lock->cancellation);
  return PORTALOCKER_OK;
}

/* The lock of the object is EXCLUSIVE now if CODE is PORTALOCKER_OK.  */
static void
end_change (struct request *request, bool exclusive, int code)
{
  portalocker_lock *lock = request->lock;
  os_mutex_lock (&lock->mutex);
  portalocker__cancel_end (&lock->cancellation);
  lock->state = LOCK_HELD;
  if (code == PORTALOCKER_OK)
    {
      lock->held.flags = exclusive ? PORTALOCKER_LOCK_EX
                                   : PORTALOCKER_LOCK_SH;
      os_mutex_lock (&portalocker__tables);
      lock->file.held.exclusive = exclusive;
      os_mutex_unlock (&portalocker__tables);
    }
  else
    lock->failure = request->failure;
  os_cond_broadcast (&lock->changed);
  os_mutex_unlock (&lock->mutex);
}

static int
upgrade_file (struct request *request)
{
  struct lock_file *file = &request->lock->file;
  struct lock_wait *wait = &request->wait;
  int code;
  if (file->owner != NULL)
    return portalocker__owners_upgrade (file, wait, &request->failure);
  code = portalocker__upgrade_enter (wait, file->fd, &request->failure);
  if (code != PORTALOCKER_OK)
    return code;
  code = portalocker__wait_lock (wait, file->fd, &request->failure);
  portalocker__upgrade_leave (wait, file->fd);
  return code;
}

static int
downgrade_file (struct request *request)
{
  struct lock_file *file = &request->lock->file;
  if (file->owner != NULL)
    return portalocker__owners_downgrade (file, &request->wait,
                                          &request->failure);
  return portalocker__wait_try (&request->wait, file->fd, &request->failure);
}

/* Make the lock of the object EXCLUSIVE or not, unless it is so or CODE says
   that the call makes no sense.  Its mutex is held, and not afterwards.  */
static int
change (struct request *request, bool exclusive, int code)
{
  portalocker_lock *lock = request->lock;
  struct lock_wait *wait = &request->wait;
  bool mine;
  if (code == PORTALOCKER_OK)
    code = begin_change (request);
  mine = code == PORTALOCKER_OK;
  if (! mine)
    lock->failure = request->failure;
  os_mutex_unlock (&lock->mutex);
  if (! mine)
    return code;
  wait->backend = lock->held.backend;
  wait->exclusive = exclusive;
  wait->upgrades = true;
  /* Who shares the lock must not stand in line behind those who wait for
     that.  */
  wait->fair = false;
  wait->own = &lock->file.held;
  request->failure.id = lock->file.id;
  if (is_exclusive (&lock->held) == exclusive)
    code = PORTALOCKER_OK;
  else if (! portalocker__can_carry (wait->backend, exclusive,
                                     lock->file.flags, &request->failure))
    code = PORTALOCKER_UNSUPPORTED;
  else
    code = exclusive ? upgrade_file (request) : downgrade_file (request);
  end_change (request, exclusive, code);
  return code;
}

int
portalocker_upgrade (portalocker_lock *lock, int64_t timeout)
{
  struct request request;
  int code;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  portalocker__begin_request (&request, lock);
  code = portalocker__take_times (&request, timeout, PORTALOCKER_AS_SET);
  portalocker__set_wait (&request, PORTALOCKER__NEVER);
  return change (&request, true, code);
}

int
portalocker_downgrade (portalocker_lock *lock)
{
  struct request request;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  portalocker__begin_request (&request, lock);
  request.settings.timeout = 0;
  portalocker__set_wait (&request, PORTALOCKER__NEVER);
  return change (&request, false, PORTALOCKER_OK);
}
