/* request.c - what one call of an acquire function asks for.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "request.h"

/* ---- What is asked for: the settings, and the arguments over them.  */

int
portalocker__refuse_argument (struct request *request, const char *name,
                              int64_t number)
{
  return portalocker__explain (&request->failure, PORTALOCKER_BAD_ARGUMENT,
                               "%s %lld makes no sense", name,
                               (long long) number);
}

int
portalocker__take_mode (struct request *request, const char *mode)
{
  if (mode == NULL || portalocker__parse_mode (mode, &request->settings.mode))
    return PORTALOCKER_OK;
  return portalocker__fail_mode (&request->failure, mode);
}

int
portalocker__take_times (struct request *request, int64_t timeout,
                         int64_t check_interval)
{
  struct settings *settings = &request->settings;
  if (timeout < 0 && timeout != PORTALOCKER_FOREVER
      && timeout != PORTALOCKER_AS_SET)
    return portalocker__refuse_argument (request, "the timeout", timeout);
  if (check_interval < 1 && check_interval != PORTALOCKER_AS_SET)
    return portalocker__refuse_argument (request, "the check interval",
                                         check_interval);
  if (timeout != PORTALOCKER_AS_SET)
    {
      settings->timeout = timeout;
      settings->timeout_given = true;
    }
  if (check_interval != PORTALOCKER_AS_SET)
    settings->check_interval = check_interval;
  return PORTALOCKER_OK;
}

int
portalocker__take_switches (struct request *request, int truncate,
                            int fail_when_locked, int flags)
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

int
portalocker__check_mode (struct request *request)
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

int
portalocker__check_together (struct request *request)
{
  const struct settings *settings = &request->settings;
  int code = portalocker__check_mode (request);
  if (code != PORTALOCKER_OK)
    return code;
  if (is_passed_on (settings)
      && ! backend_has (settings->backend, PORTALOCKER_FEATURE_PASS_ON))
    return portalocker__explain (&request->failure, PORTALOCKER_UNSUPPORTED,
                                 "a lock of %s cannot be passed to a child",
                                 settings->backend->name);
  if (settings->fair
      && ! backend_has (settings->backend, PORTALOCKER_FEATURE_RANGES))
    return portalocker__explain (&request->failure, PORTALOCKER_UNSUPPORTED,
                                 "a fair lock needs byte ranges, which %s"
                                 " lacks", settings->backend->name);
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
  os_cond_broadcast (&lock->changed);
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
  portalocker__resolve_holder (&failure, lock->path,
                               portalocker__held_file (request->lock));
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

void
portalocker__begin_request (struct request *request, portalocker_lock *lock)
{
  uintptr_t thread = portalocker__held_thread ();
  os_mutex_lock (&lock->mutex);
  request->lock = lock;
  request->thread = thread;
  request->only = NULL;
  request->creation.done = false;
  request->settings = lock->settings;
  portalocker__begin_failure (&request->failure, lock);
}

void
portalocker__set_wait (struct request *request, int64_t deadline)
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
  wait->fair = settings->fair;
  wait->progress = tell_progress;
  wait->closure = request;
  wait->progress_interval = settings->callback != NULL
                            ? settings->callback_interval
                            : PORTALOCKER__NEVER;
}
