/* target.c - what is locked.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "descriptor.h"
#include "exit-status.h"
#include "message.h"
#include "number.h"
#include "waiting.h"

static const char prefix[] = "fd:";

int
target_parse (const char *verb, const char *text, struct request *request)
{
  request->path = text;
  request->descriptor = -1;
  if (text[0] == '\0')
    return usage_error (verb, "TARGET is empty; give the path of a file or"
                        " directory, or fd:N");
  if (strncmp (text, prefix, sizeof prefix - 1) != 0)
    return STATUS_DONE;
  request->path = NULL;
  request->descriptor = parse_number (text + sizeof prefix - 1);
  if (request->descriptor < 0)
    return usage_error (verb, "%s: not the number of a descriptor; for a file"
                        " of this name say ./%s", text, text);
  if (! descriptor_is_open (request->descriptor))
    return usage_error (verb, "%s: this descriptor is not open; for a file"
                        " of this name say ./%s", text, text);
  return STATUS_DONE;
}


/* Whether a person is told of the wait while it lasts.  */
static bool
is_wait_told (const struct request *request)
{
  return ! request->quiet && message_is_watched ();
}

/* Whether to tell of a failure, which is CODE.  */
static bool
is_failure_told (const struct request *request, int code)
{
  return ! request->quiet
         || (code != PORTALOCKER_BUSY && code != PORTALOCKER_TIMED_OUT);
}


/* ---- A file by its path.  */

/* The library tells how long the wait has lasted.  */
static void
tell_once (void *closure, int64_t waited, portalocker_error *holder)
{
  struct hold *hold = closure;
  if (waited < WAITING_PATIENCE || hold->told)
    return;
  hold->told = true;
  waiting_tell (hold->request->path, holder);
}

/* Make the lock object as REQUEST says.  */
static int
make_object (portalocker_lock **lock, const struct request *request)
{
  int code = portalocker_new (lock, request->path);
  if (code != PORTALOCKER_OK)
    return code;
  /* A mode that only reads: directories and read-only files can be locked,
     and the library asks for more where the backend needs it.  */
  code = portalocker_set_mode (*lock, "r");
  if (code == PORTALOCKER_OK)
    code = portalocker_set_create (*lock, ! request->must_exist);
  if (code == PORTALOCKER_OK)
    code = portalocker_set_backend (*lock, request->backend);
  if (code == PORTALOCKER_OK)
    code = portalocker_set_inherit (*lock, request->inherit);
  if (code == PORTALOCKER_OK && request->is_private)
    {
      code = portalocker_set_no_follow (*lock, 1);
      if (code == PORTALOCKER_OK)
        code = portalocker_set_creation_mode (*lock, 0600);
    }
  return code;
}

static int
acquire (portalocker_lock *lock, const struct request *request)
{
  int flags = request->shared ? PORTALOCKER_LOCK_SH : PORTALOCKER_LOCK_EX;
  bool one_attempt = request->timeout == 0;
  return portalocker_acquire_with (lock, NULL, PORTALOCKER_AS_SET,
                                   request->timeout, PORTALOCKER_AS_SET,
                                   one_attempt, flags);
}

/* Like acquire.  A mode that only reads does for an exclusive lock where locks
   of flock are what they should be; NFS makes ranges of them, which need a file
   that is open for writing.  */
static int
acquire_for_writing (portalocker_lock *lock, const struct request *request,
                     portalocker_error *error)
{
  int code = acquire (lock, request);
  if (code != PORTALOCKER_LOCK_FAILED
      || portalocker_get_error (lock, error) != PORTALOCKER_OK
      || portalocker_error_system_error (error) != EBADF
      || portalocker_set_mode (lock, "r+") != PORTALOCKER_OK)
    return code;
  return acquire (lock, request);
}

/* Tell that the lock could not be made or acquired, which is CODE, and return
   the exit status.  */
static int
fail_by_path (struct hold *hold, int code)
{
  const struct request *request = hold->request;
  bool known = hold->lock != NULL
               && portalocker_get_error (hold->lock, hold->error)
                  == PORTALOCKER_OK
               && portalocker_error_code (hold->error) != PORTALOCKER_OK;
  if (known && is_failure_told (request, code))
    complain_about (hold->error);
  else if (! known)
    complain ("%s: %s", request->path, portalocker_code_text (code));
  return status_for (code, portalocker_error_system_error (hold->error),
                     request->must_exist);
}

static int
lock_path (struct hold *hold)
{
  const struct request *request = hold->request;
  int code = make_object (&hold->lock, request);
  if (code == PORTALOCKER_OK && is_wait_told (request))
    code = portalocker_set_wait_callback (hold->lock, tell_once, hold,
                                          WAITING_PATIENCE);
  if (code == PORTALOCKER_OK)
    code = acquire_for_writing (hold->lock, request, hold->error);
  return code == PORTALOCKER_OK ? STATUS_DONE : fail_by_path (hold, code);
}


/* ---- A descriptor.  */

/* A lock that --inherit asks for and the backend cannot give.  */
static bool
cannot_inherit (const struct request *request)
{
  return request->inherit
         && ! (portalocker_backend_features (request->backend)
               & PORTALOCKER_FEATURE_PASS_ON);
}

static int
lock_until (struct hold *hold, int64_t deadline)
{
  const struct request *request = hold->request;
  int flags = request->shared ? PORTALOCKER_LOCK_SH : PORTALOCKER_LOCK_EX;
  return portalocker_lock_fd_with (request->descriptor, flags,
                                   request->backend, deadline, hold->error);
}

/* There is no object that could tell of the wait, so it is interrupted once
   after a while.  */
static int
lock_and_tell (struct hold *hold, const char *what, int64_t deadline)
{
  int64_t moment = portalocker_now () + WAITING_PATIENCE;
  int code;
  if (! is_wait_told (hold->request)
      || (deadline != PORTALOCKER_FOREVER && moment >= deadline))
    return lock_until (hold, deadline);
  code = lock_until (hold, moment);
  if (code != PORTALOCKER_TIMED_OUT)
    return code;
  hold->told = true;
  waiting_tell (what, hold->error);
  code = lock_until (hold, deadline);
  /* On a slow machine the deadline can pass while that is told.  */
  return code == PORTALOCKER_BUSY ? PORTALOCKER_TIMED_OUT : code;
}

static int
lock_descriptor (struct hold *hold)
{
  const struct request *request = hold->request;
  int64_t deadline = PORTALOCKER_FOREVER;
  char what[sizeof "descriptor " + 3 * sizeof (int)];
  int code;
  if (cannot_inherit (request))
    {
      complain ("fd:%d: a lock by %s cannot be passed on; leave out --inherit"
                " or choose another --backend", request->descriptor,
                request->backend != NULL ? request->backend
                                         : portalocker_default_backend ());
      return STATUS_UNSUPPORTED;
    }
  /* The time 0 has passed: one attempt.  */
  if (request->timeout != PORTALOCKER_FOREVER)
    deadline = request->timeout == 0
               ? 0 : portalocker_now () + request->timeout;
  snprintf (what, sizeof what, "descriptor %d", request->descriptor);
  code = lock_and_tell (hold, what, deadline);
  if (code == PORTALOCKER_TIMED_OUT && hold->told)
    waiting_give_up (what, request->timeout, hold->error);
  else if (code != PORTALOCKER_OK && is_failure_told (request, code))
    complain_about (hold->error);
  return status_for (code, portalocker_error_system_error (hold->error),
                     true);
}

/* Unlock explicitly: the caller of the tool has the descriptor too, and it
   is the open file that is locked.  */
static int
unlock_descriptor (struct hold *hold)
{
  const struct request *request = hold->request;
  if (request->inherit)
    return PORTALOCKER_OK;
  return portalocker_unlock_fd_with (request->descriptor, request->backend,
                                     hold->error);
}


/* ---- Either.  */

static void
free_hold (struct hold *hold)
{
  portalocker_free (hold->lock);
  portalocker_error_free (hold->error);
}

int
target_lock (struct hold *hold, const struct request *request)
{
  int status;
  hold->request = request;
  hold->lock = NULL;
  hold->told = false;
  if (portalocker_error_new (&hold->error) != PORTALOCKER_OK)
    {
      complain ("%s", portalocker_code_text (PORTALOCKER_NO_MEMORY));
      return STATUS_OS_ERROR;
    }
  if (request->timeout != 0)
    waiting_begin ();
  status = request->path != NULL ? lock_path (hold) : lock_descriptor (hold);
  waiting_end ();
  if (status != STATUS_DONE)
    free_hold (hold);
  return status;
}

void
target_unlock (struct hold *hold)
{
  int code;
  if (hold->lock == NULL)
    code = unlock_descriptor (hold);
  else
    {
      code = portalocker_release (hold->lock);
      if (code != PORTALOCKER_OK)
        portalocker_get_error (hold->lock, hold->error);
    }
  if (code != PORTALOCKER_OK)
    complain ("when releasing: %s", portalocker_error_summary (hold->error));
  free_hold (hold);
}
