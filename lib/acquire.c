/* acquire.c - the one way in which every lock object is acquired.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "request.h"

#include <errno.h>
#include <string.h>
#include <stdlib.h>

#include "calls.h"
#include "fair.h"

/* How often an acquire looks again at once, when it has locked a file that
   the path names no more; and the pause between later looks, which only an
   acquire with time to wait makes.  */
enum { LOOKS_AT_ONCE = 16 };
#define PAUSE_OF_LOOKS PORTALOCKER__NS_PER_MS

/* ---- The work, done by one thread.  */

static int
truncate_file (const struct request *request, const struct lock_file *file,
               struct failure *failure)
{
  if (! request->settings.truncate && ! request->settings.mode.truncates)
    return PORTALOCKER_OK;
  while (file->regular && calls.ftruncate (file->fd, 0) != 0)
    if (errno != EINTR)
      return portalocker__fail (failure, PORTALOCKER_CANNOT_WRITE, "ftruncate",
                                errno);
  return PORTALOCKER_OK;
}

static int
lock_file (struct request *request, struct lock_file *file)
{
  struct lock_wait *wait = &request->wait;
  struct failure *failure = &request->failure;
  if (! portalocker__can_carry (wait->backend, wait->exclusive, file->flags,
                                failure))
    return PORTALOCKER_UNSUPPORTED;
  if (! backend_has (wait->backend, PORTALOCKER_FEATURE_PER_OBJECT))
    return portalocker__owners_lock (file, wait, failure);
  return wait->fair && ! wait->exclusive
         ? portalocker__fair_lock_shared (wait, file->fd, failure)
         : portalocker__wait_lock (wait, file->fd, failure);
}

/* Enter the lock into the table of what the threads of this process hold.  */
static void
note_held (portalocker_lock *lock, const struct request *request)
{
  struct held *held = &lock->file.held;
  held->id = lock->file.id;
  held->backend = request->wait.backend;
  held->exclusive = request->wait.exclusive;
  held->movable = request->settings.movable;
  held->thread = request->thread;
  os_mutex_lock (&portalocker__tables);
  portalocker__held_add (held);
  os_mutex_unlock (&portalocker__tables);
}

/* The file is locked: is it the right one, and can it be made ready?  */
static int
check_locked (portalocker_lock *lock, struct request *request)
{
  struct failure *failure = &request->failure;
  int code = portalocker__confirm_path (lock->path,
                                        ! request->settings.no_follow,
                                        lock->file.id, failure);
  if (code == PORTALOCKER_OK)
    code = truncate_file (request, &lock->file, failure);
  if (code == PORTALOCKER_OK)
    note_held (lock, request);
  else
    {
      struct failure lost;
      portalocker__clear (&lost);
      portalocker__let_go (lock, &request->settings, &lost, &lost);
    }
  return code;
}

/* Open, lock, check, once.  Nothing is open after a failure.  */
static int
look_once (portalocker_lock *lock, struct request *request)
{
  struct open_how how = portalocker__how_to_open (&request->settings);
  int code = portalocker__open_file (lock->path, &how, &request->creation,
                                     &lock->file, &request->failure);
  if (code != PORTALOCKER_OK)
    return code;
  request->failure.id = lock->file.id;
  if (request->only != NULL && ! file_id_equal (lock->file.id, *request->only))
    code = ANOTHER_FILE;
  /* To open can take long, and a cancellation was promised to be one.  */
  else if (is_cancelled (request->wait.cancellation))
    code = portalocker__fail (&request->failure, PORTALOCKER_CANCELLED, NULL,
                              0);
  else
    code = lock_file (request, &lock->file);
  if (code == PORTALOCKER_OK)
    return check_locked (lock, request);
  portalocker__owners_close (&lock->file, NULL);
  return code;
}

/* Whether to look again after LOOKS looks, each at a file that the path did
   not name any more.  */
static bool
looks_again (const struct lock_wait *wait, int looks)
{
  if (is_cancelled (wait->cancellation))
    return false;
  if (looks < LOOKS_AT_ONCE)
    return true;
  if (! portalocker__may_wait (wait))
    return false;
  portalocker__sleep (PAUSE_OF_LOOKS, wait->deadline);
  return true;
}

int
portalocker__acquire_run (struct request *request)
{
  int looks = 0;
  int code;
  portalocker__close_blank (request->lock);
  do
    {
      code = look_once (request->lock, request);
      if (code != PORTALOCKER_PATH_LOST)
        return code;
      request->creation.done = false;
    }
  while (looks_again (&request->wait, ++looks));
  if (is_cancelled (request->wait.cancellation))
    code = portalocker__fail (&request->failure, PORTALOCKER_CANCELLED, NULL,
                              0);
  return code;
}

void
portalocker__acquire_withdraw (struct request *request)
{
  struct lock_file *file = &request->lock->file;
  struct lock_wait *wait = &request->wait;
  portalocker__wait_withdraw (wait, file->fd);
  if (wait->owner != NULL)
    portalocker__owners_withdraw (wait, file->fd);
  portalocker__owners_close (file, NULL);
}


/* ---- Threads that share an object.  */

int
portalocker__await_other (portalocker_lock *lock, struct request *request)
{
  struct lock_wait *wait = &request->wait;
  if (! lock->refused)
    {
      portalocker__cond_wait (&lock->changed, &lock->mutex,
                              PORTALOCKER__NEVER);
      return PORTALOCKER_OK;
    }
  if (! portalocker__may_wait (wait))
    {
      portalocker__fail (&request->failure, PORTALOCKER_BUSY, NULL, 0);
      return portalocker__give_up (wait, &request->failure);
    }
  if (wait->began == 0)
    wait->began = portalocker__now ();
  portalocker__cond_wait (&lock->changed, &lock->mutex, wait->deadline);
  return PORTALOCKER_OK;
}

/* Another thread is at it: wait for its result, at most as long as this
   request may.  Return its code, or PORTALOCKER_OK to look at the state again.
   LOCK's mutex is held.  */
static int
join (portalocker_lock *lock, struct request *request)
{
  unsigned long mine = lock->attempts;
  while (lock->state == LOCK_ACQUIRING && lock->attempts == mine)
    {
      int code = portalocker__await_other (lock, request);
      if (code != PORTALOCKER_OK)
        return code;
    }
  if (lock->attempts != mine || lock->result == PORTALOCKER_OK)
    return PORTALOCKER_OK;
  /* Another call may have left its own failure meanwhile.  */
  if (lock->failure.code == lock->result)
    request->failure = lock->failure;
  else
    portalocker__fail (&request->failure, lock->result, NULL, 0);
  return lock->result;
}

void
portalocker__acquire_begin (struct request *request)
{
  portalocker_lock *lock = request->lock;
  /* Now, since a fork that sees the lock held looks at it, and does not have
     the mutex.  */
  lock->held = request->settings;
  lock->state = LOCK_ACQUIRING;
  lock->attempts++;
  lock->refused = false;
  portalocker__cancel_begin (&lock->cancellation);
}

/* LOCK's mutex is held.  Return PORTALOCKER_OK if LOCK is held already, or
   with *MINE if the caller is to acquire it; else the result of the thread
   that tried.  */
static int
enter (portalocker_lock *lock, struct request *request, bool *mine)
{
  int code = PORTALOCKER_OK;
  while (code == PORTALOCKER_OK && lock->state != LOCK_FREE
         && ! is_held (lock))
    if (lock->state == LOCK_ACQUIRING)
      code = join (lock, request);
    else
      portalocker__cond_wait (&lock->changed, &lock->mutex,
                              PORTALOCKER__NEVER);
  if (code != PORTALOCKER_OK || is_held (lock))
    return code;
  portalocker__acquire_begin (request);
  *mine = true;
  return PORTALOCKER_OK;
}

void
portalocker__acquire_end (const struct request *request, int code)
{
  portalocker_lock *lock = request->lock;
  os_mutex_lock (&lock->mutex);
  portalocker__cancel_end (&lock->cancellation);
  lock->result = code;
  if (code == PORTALOCKER_OK)
    lock->state = LOCK_HELD;
  else
    {
      lock->state = LOCK_FREE;
      lock->failure = request->failure;
    }
  os_cond_broadcast (&lock->changed);
  os_mutex_unlock (&lock->mutex);
}

/* Carry REQUEST out, unless CODE says that it makes no sense.  LOCK's mutex
   is held, and not afterwards.  */
static int
carry_out (portalocker_lock *lock, struct request *request, int code)
{
  bool mine = false;
  if (code == PORTALOCKER_OK)
    code = portalocker__check_together (request);
  if (code == PORTALOCKER_OK)
    code = enter (lock, request, &mine);
  if (code != PORTALOCKER_OK)
    lock->failure = request->failure;
  os_mutex_unlock (&lock->mutex);
  if (! mine)
    return code;
  code = portalocker__acquire_run (request);
  portalocker__acquire_end (request, code);
  return code;
}


/* ---- The public functions.  */

int
portalocker_acquire_with (portalocker_lock *lock, const char *mode,
                          int truncate, int64_t timeout,
                          int64_t check_interval, int fail_when_locked,
                          int flags)
{
  struct request request;
  int code;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  portalocker__begin_request (&request, lock);
  code = portalocker__take_mode (&request, mode);
  if (code == PORTALOCKER_OK)
    code = portalocker__take_times (&request, timeout, check_interval);
  if (code == PORTALOCKER_OK)
    code = portalocker__take_switches (&request, truncate, fail_when_locked,
                                       flags);
  portalocker__set_wait (&request, PORTALOCKER__NEVER);
  return carry_out (lock, &request, code);
}

int
portalocker_acquire (portalocker_lock *lock)
{
  return portalocker_acquire_with (lock, NULL, PORTALOCKER_AS_SET,
                                   PORTALOCKER_AS_SET, PORTALOCKER_AS_SET,
                                   PORTALOCKER_AS_SET, PORTALOCKER_AS_SET);
}

int
portalocker_acquire_until (portalocker_lock *lock, int64_t deadline)
{
  struct request request;
  int code = PORTALOCKER_OK;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  portalocker__begin_request (&request, lock);
  if (deadline < 0 && deadline != PORTALOCKER_FOREVER)
    {
      code = portalocker__refuse_argument (&request, "the deadline", deadline);
      deadline = PORTALOCKER_FOREVER;
    }
  request.settings.timeout = PORTALOCKER_FOREVER;
  request.settings.timeout_given = true;
  portalocker__set_wait (&request, portalocker__wait_until (deadline));
  return carry_out (lock, &request, code);
}


/* ---- A step of it, for bindings.  */

int
portalocker__open_step (portalocker_lock *lock, struct lock_file *file)
{
  struct request request;
  struct open_how how;
  int code;
  memset (file, 0, sizeof *file);
  file->fd = file->lent = -1;
  portalocker__begin_request (&request, lock);
  os_mutex_unlock (&lock->mutex);
  how = portalocker__how_to_open (&request.settings);
  how.give_away = true;
  code = portalocker__check_mode (&request);
  if (code == PORTALOCKER_OK)
    code = portalocker__open_file (lock->path, &how, &request.creation, file,
                                   &request.failure);
  if (code != PORTALOCKER_OK)
    return portalocker__keep_failure (lock, &request.failure);
  return PORTALOCKER_OK;
}

int
portalocker_open (portalocker_lock *lock, int *descriptor)
{
  struct lock_file file;
  struct failure failure;
  int code;
  if (lock == NULL || descriptor == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  *descriptor = -1;
  code = portalocker__open_step (lock, &file);
  if (code != PORTALOCKER_OK)
    return code;
  *descriptor = os_to_descriptor (file.fd, file.flags);
  if (*descriptor >= 0)
    return PORTALOCKER_OK;
  portalocker__begin_failure (&failure, lock);
  portalocker__fail (&failure, PORTALOCKER_CANNOT_OPEN, "open", errno);
  return portalocker__keep_failure (lock, &failure);
}
