/* acquire.c - the one way in which every lock object is acquired.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "object.h"

#include <errno.h>
#include <stdlib.h>

#include "calls.h"

/* How often an acquire looks again at once, when it has locked a file that
   the path names no more; and the pause between later looks, which only an
   acquire with time to wait makes.  */
enum { LOOKS_AT_ONCE = 16 };
#define PAUSE_OF_LOOKS PORTALOCKER__NS_PER_MS

/* One call of an acquire function.  */
struct request
{
  portalocker_lock *lock;
  struct settings settings;
  struct lock_wait wait;
  struct failure failure;
};


/* ---- What is asked for.  */

static int
refuse_argument (struct request *request, const char *name, int64_t number)
{
  return portalocker__explain (&request->failure, PORTALOCKER_BAD_ARGUMENT,
                               "%s %lld makes no sense", name,
                               (long long) number);
}

static int
take_mode (struct request *request, const char *mode)
{
  if (mode == NULL || portalocker__parse_mode (mode, &request->settings.mode))
    return PORTALOCKER_OK;
  return portalocker__fail_mode (&request->failure, mode);
}

static int
take_times (struct request *request, int64_t timeout, int64_t check_interval)
{
  struct settings *settings = &request->settings;
  if (timeout < 0 && timeout != PORTALOCKER_FOREVER
      && timeout != PORTALOCKER_AS_SET)
    return refuse_argument (request, "the timeout", timeout);
  if (check_interval < 1 && check_interval != PORTALOCKER_AS_SET)
    return refuse_argument (request, "the check interval", check_interval);
  if (timeout != PORTALOCKER_AS_SET)
    {
      settings->timeout = timeout;
      settings->timeout_given = true;
    }
  if (check_interval != PORTALOCKER_AS_SET)
    settings->check_interval = check_interval;
  return PORTALOCKER_OK;
}

static int
take_switches (struct request *request, int truncate, int fail_when_locked,
               int flags)
{
  struct settings *settings = &request->settings;
  if (truncate != PORTALOCKER_AS_SET)
    settings->truncate = truncate != 0;
  if (fail_when_locked != PORTALOCKER_AS_SET)
    settings->fail_when_locked = fail_when_locked != 0;
  if (flags == PORTALOCKER_AS_SET)
    return PORTALOCKER_OK;
  settings->flags = flags;
  return portalocker__check_flags (flags, &request->failure)
         ? PORTALOCKER_OK : PORTALOCKER_BAD_ARGUMENT;
}

/* Whether the settings go with the mode.  */
static int
check_mode (struct request *request)
{
  const struct settings *settings = &request->settings;
  if (settings->truncate && ! mode_can_write (&settings->mode))
    return portalocker__explain (&request->failure, PORTALOCKER_BAD_ARGUMENT,
                                 "to truncate needs a mode that writes, and"
                                 " the mode is \"%s\"", settings->mode.text);
  if (settings->mode.must_create && settings->create == 0)
    return portalocker__explain (&request->failure, PORTALOCKER_BAD_ARGUMENT,
                                 "the mode \"%s\" creates the file, and not"
                                 " to create it was asked for",
                                 settings->mode.text);
  return PORTALOCKER_OK;
}

/* Whether the settings go together.  */
static int
check_together (struct request *request)
{
  const struct settings *settings = &request->settings;
  int code = check_mode (request);
  if (code != PORTALOCKER_OK)
    return code;
  if (is_passed_on (settings)
      && ! backend_has (settings->backend, PORTALOCKER_FEATURE_PASS_ON))
    return portalocker__explain (&request->failure, PORTALOCKER_UNSUPPORTED,
                                 "a lock of %s cannot be passed to a child",
                                 settings->backend->name);
  return PORTALOCKER_OK;
}

/* Whether the first refusal is final.  To give a timeout means to wait.  */
static bool
fails_when_locked (const struct settings *settings)
{
  if (settings->fail_when_locked != PORTALOCKER_AS_SET)
    return settings->fail_when_locked != 0;
  return (settings->flags & PORTALOCKER_LOCK_NB) != 0
         && ! settings->timeout_given;
}

/* The first refusal tells those who share the attempt that it waits.  */
static void
set_refused (portalocker_lock *lock)
{
  os_mutex_lock (&lock->mutex);
  lock->refused = true;
  pthread_cond_broadcast (&lock->changed);
  os_mutex_unlock (&lock->mutex);
}

/* Tell the caller of the library who holds the lock, and how long the wait
   has taken.  Without memory he is not told.  */
static void
call_back (const struct request *request, int64_t waited)
{
  const portalocker_lock *lock = request->lock;
  struct failure failure;
  portalocker_error *error;
  if (portalocker_error_new (&error) != PORTALOCKER_OK)
    return;
  failure = request->failure;
  failure.code = PORTALOCKER_BUSY;
  failure.backend = request->wait.backend;
  failure.exclusive = request->wait.exclusive;
  portalocker__resolve_holder (&failure, lock->path);
  portalocker__error_fill (error, &failure);
  request->settings.callback (request->settings.closure,
                              waited / PORTALOCKER__NS_PER_MS, error);
  portalocker_error_free (error);
}

static void
tell_progress (void *closure, int64_t waited)
{
  struct request *request = closure;
  if (waited == 0)
    set_refused (request->lock);
  if (request->settings.callback != NULL)
    call_back (request, waited);
}

/* Begin REQUEST from what is set on LOCK, whose mutex is held from here until
   carry_out.  */
static void
begin_request (struct request *request, portalocker_lock *lock)
{
  os_mutex_lock (&lock->mutex);
  request->lock = lock;
  request->settings = lock->settings;
  portalocker__begin_failure (&request->failure, lock);
}

/* Prepare the wait, until DEADLINE if the settings have no timeout.  */
static void
set_wait (struct request *request, int64_t deadline)
{
  const struct settings *settings = &request->settings;
  struct lock_wait *wait = &request->wait;
  portalocker__wait_init (wait, settings->backend, is_exclusive (settings));
  if (fails_when_locked (settings) || settings->timeout == 0)
    wait->deadline = PORTALOCKER__AT_ONCE;
  else if (settings->timeout == PORTALOCKER_FOREVER)
    wait->deadline = deadline;
  else
    wait->deadline = portalocker__deadline_in (settings->timeout);
  wait->check_interval
    = portalocker__deadline_at (settings->check_interval);
  wait->cancellation = &request->lock->cancellation;
  wait->breakable = settings->cancellable;
  wait->detects_deadlock = true;
  wait->progress = tell_progress;
  wait->closure = request;
  wait->progress_interval = settings->callback != NULL
                            ? settings->callback_interval
                            : PORTALOCKER__NEVER;
}


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
  failure->id = file->id;
  if (! portalocker__can_carry (wait->backend, wait->exclusive, file->flags,
                                failure))
    return PORTALOCKER_UNSUPPORTED;
  if (backend_has (wait->backend, PORTALOCKER_FEATURE_PER_OBJECT))
    return portalocker__wait_lock (wait, file->fd, failure);
  return portalocker__owners_lock (file, wait, failure);
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
  held->thread = pthread_self ();
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
  int code = portalocker__open_file (lock->path, &how, &lock->file,
                                     &request->failure);
  if (code != PORTALOCKER_OK)
    return code;
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
  if (looks < LOOKS_AT_ONCE)
    return true;
  if (! portalocker__may_wait (wait) || is_cancelled (wait->cancellation))
    return false;
  portalocker__sleep (PAUSE_OF_LOOKS, wait->deadline);
  return true;
}

static int
do_acquire (portalocker_lock *lock, struct request *request)
{
  int looks = 0;
  int code;
  portalocker__close_blank (lock);
  do
    code = look_once (lock, request);
  while (code == PORTALOCKER_PATH_LOST
         && looks_again (&request->wait, ++looks));
  return code;
}


/* ---- Threads that share an object.  */

/* Another thread is at it: wait for its result, at most as long as this
   request may wait once that one was refused.  Return its code, or
   PORTALOCKER_OK to look at the state again.  LOCK's mutex is held.  */
static int
join (portalocker_lock *lock, struct request *request)
{
  unsigned long mine = lock->attempts;
  while (lock->state == LOCK_ACQUIRING && lock->attempts == mine)
    if (! lock->refused)
      portalocker__cond_wait (&lock->changed, &lock->mutex,
                              PORTALOCKER__NEVER);
    else if (! portalocker__may_wait (&request->wait))
      {
        portalocker__fail (&request->failure, PORTALOCKER_BUSY, NULL, 0);
        return portalocker__give_up (&request->wait, &request->failure);
      }
    else
      {
        if (request->wait.began == 0)
          request->wait.began = portalocker__now ();
        portalocker__cond_wait (&lock->changed, &lock->mutex,
                                request->wait.deadline);
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

/* LOCK's mutex is held.  Return PORTALOCKER_OK if LOCK is held already, or
   with *MINE if the caller is to acquire it; else the result of the thread
   that tried.  */
static int
enter (portalocker_lock *lock, struct request *request, bool *mine)
{
  int code = PORTALOCKER_OK;
  while (code == PORTALOCKER_OK && lock->state != LOCK_FREE
         && lock->state != LOCK_HELD)
    if (lock->state == LOCK_ACQUIRING)
      code = join (lock, request);
    else
      portalocker__cond_wait (&lock->changed, &lock->mutex,
                              PORTALOCKER__NEVER);
  if (code != PORTALOCKER_OK || lock->state == LOCK_HELD)
    return code;
  /* Now, since a fork that sees the lock held looks at it, and does not have
     the mutex.  */
  lock->held = request->settings;
  lock->state = LOCK_ACQUIRING;
  lock->attempts++;
  lock->refused = false;
  portalocker__cancel_begin (&lock->cancellation);
  *mine = true;
  return PORTALOCKER_OK;
}

static void
leave (portalocker_lock *lock, const struct request *request, int code)
{
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
  pthread_cond_broadcast (&lock->changed);
  os_mutex_unlock (&lock->mutex);
}

/* Carry REQUEST out, unless CODE says that it makes no sense.  LOCK's mutex
   is held, and not afterwards.  */
static int
carry_out (portalocker_lock *lock, struct request *request, int code)
{
  bool mine = false;
  if (code == PORTALOCKER_OK)
    code = check_together (request);
  if (code == PORTALOCKER_OK)
    code = enter (lock, request, &mine);
  if (code != PORTALOCKER_OK)
    lock->failure = request->failure;
  os_mutex_unlock (&lock->mutex);
  if (! mine)
    return code;
  code = do_acquire (lock, request);
  leave (lock, request, code);
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
  begin_request (&request, lock);
  code = take_mode (&request, mode);
  if (code == PORTALOCKER_OK)
    code = take_times (&request, timeout, check_interval);
  if (code == PORTALOCKER_OK)
    code = take_switches (&request, truncate, fail_when_locked, flags);
  set_wait (&request, PORTALOCKER__NEVER);
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
  begin_request (&request, lock);
  if (deadline < 0 && deadline != PORTALOCKER_FOREVER)
    {
      code = refuse_argument (&request, "the deadline", deadline);
      deadline = PORTALOCKER_FOREVER;
    }
  request.settings.timeout = PORTALOCKER_FOREVER;
  request.settings.timeout_given = true;
  set_wait (&request, portalocker__wait_until (deadline));
  return carry_out (lock, &request, code);
}


/* ---- A step of it, for bindings.  */

int
portalocker_open (portalocker_lock *lock, int *descriptor)
{
  struct request request;
  struct open_how how;
  struct lock_file file = { .fd = -1 };
  int code;
  if (lock == NULL || descriptor == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  *descriptor = -1;
  begin_request (&request, lock);
  os_mutex_unlock (&lock->mutex);
  how = portalocker__how_to_open (&request.settings);
  how.give_away = true;
  code = check_mode (&request);
  if (code == PORTALOCKER_OK)
    code = portalocker__open_file (lock->path, &how, &file, &request.failure);
  if (code != PORTALOCKER_OK)
    return portalocker__keep_failure (lock, &request.failure);
  *descriptor = file.fd;
  return PORTALOCKER_OK;
}
