/* settings.c - the settings of a lock object.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "object.h"

#include <inttypes.h>

void
portalocker__default_settings (struct settings *settings)
{
  portalocker__parse_mode ("a", &settings->mode);
  settings->truncate = false;
  settings->timeout = 5000;
  settings->timeout_given = false;
  settings->check_interval = 250;
  settings->fail_when_locked = PORTALOCKER_AS_SET;
  settings->flags = PORTALOCKER_LOCK_EX | PORTALOCKER_LOCK_NB;
  settings->creation_mode = 0666;
  settings->create = PORTALOCKER_AS_SET;
  settings->no_follow = false;
  settings->inherit = false;
  settings->pass_over_fork = false;
  settings->cancellable = false;
  settings->movable = false;
  settings->fair = false;
  settings->callback = NULL;
  settings->closure = NULL;
  settings->callback_interval = PORTALOCKER__NEVER;
  settings->backend = portalocker__find_backend (NULL);
}

struct open_how
portalocker__how_to_open (const struct settings *settings)
{
  struct open_how how =
    {
      .mode = &settings->mode,
      .backend = settings->backend,
      .exclusive = is_exclusive (settings),
      .create = settings->create == PORTALOCKER_AS_SET
                ? settings->mode.creates : settings->create != 0,
      .no_follow = settings->no_follow,
      .inherit = settings->inherit,
      .pass_over_fork = is_passed_on (settings),
      .creation_mode = settings->creation_mode
    };
  return how;
}


/* ---- The setters.  Each stores a value that it has checked, between
   begin_change and end_change.  */

static struct settings *
begin_change (portalocker_lock *lock)
{
  os_mutex_lock (&lock->mutex);
  return &lock->settings;
}

static int
end_change (portalocker_lock *lock)
{
  os_mutex_unlock (&lock->mutex);
  return PORTALOCKER_OK;
}

/* Refuse NUMBER as the value of the setting NAME.  */
static int
refuse_number (portalocker_lock *lock, const char *name, int64_t number,
               const char *range)
{
  struct failure failure;
  portalocker__begin_failure (&failure, lock);
  portalocker__explain (&failure, PORTALOCKER_BAD_ARGUMENT,
                        "the %s %" PRId64 " is not %s", name, number, range);
  return portalocker__keep_failure (lock, &failure);
}

int
portalocker_set_mode (portalocker_lock *lock, const char *mode)
{
  struct open_mode parsed;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (mode == NULL || ! portalocker__parse_mode (mode, &parsed))
    {
      struct failure failure;
      portalocker__begin_failure (&failure, lock);
      portalocker__fail_mode (&failure, mode);
      return portalocker__keep_failure (lock, &failure);
    }
  begin_change (lock)->mode = parsed;
  return end_change (lock);
}

int
portalocker_set_truncate (portalocker_lock *lock, int truncate)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  begin_change (lock)->truncate = truncate != 0;
  return end_change (lock);
}

int
portalocker_set_timeout (portalocker_lock *lock, int64_t timeout)
{
  struct settings *settings;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (timeout < 0 && timeout != PORTALOCKER_FOREVER)
    return refuse_number (lock, "timeout", timeout,
                          "a number of milliseconds or -1");
  settings = begin_change (lock);
  settings->timeout = timeout;
  settings->timeout_given = true;
  return end_change (lock);
}

int
portalocker_set_check_interval (portalocker_lock *lock,
                                int64_t check_interval)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (check_interval < 1)
    return refuse_number (lock, "check interval", check_interval,
                          "at least 1 ms");
  begin_change (lock)->check_interval = check_interval;
  return end_change (lock);
}

int
portalocker_set_fail_when_locked (portalocker_lock *lock,
                                  int fail_when_locked)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  begin_change (lock)->fail_when_locked = fail_when_locked != 0;
  return end_change (lock);
}

int
portalocker_set_flags (portalocker_lock *lock, int flags)
{
  struct failure failure;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  portalocker__begin_failure (&failure, lock);
  if (! portalocker__check_flags (flags, &failure))
    return portalocker__keep_failure (lock, &failure);
  begin_change (lock)->flags = flags;
  return end_change (lock);
}

int
portalocker_set_creation_mode (portalocker_lock *lock, unsigned int mode)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (mode > 07777)
    return refuse_number (lock, "creation mode", mode,
                          "one of 0 to 4095 (octal 7777)");
  begin_change (lock)->creation_mode = (mode_t) mode;
  return end_change (lock);
}

int
portalocker_set_create (portalocker_lock *lock, int create)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (create != 0 && create != 1 && create != PORTALOCKER_AS_SET)
    return refuse_number (lock, "create setting", create, "0, 1 or -2");
  begin_change (lock)->create = create;
  return end_change (lock);
}

int
portalocker_set_no_follow (portalocker_lock *lock, int no_follow)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  begin_change (lock)->no_follow = no_follow != 0;
  return end_change (lock);
}

int
portalocker_set_inherit (portalocker_lock *lock, int inherit)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  begin_change (lock)->inherit = inherit != 0;
  return end_change (lock);
}

int
portalocker_set_pass_over_fork (portalocker_lock *lock, int pass)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  begin_change (lock)->pass_over_fork = pass != 0;
  return end_change (lock);
}

int
portalocker_set_cancellable (portalocker_lock *lock, int cancellable)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  begin_change (lock)->cancellable = cancellable != 0;
  return end_change (lock);
}

int
portalocker_set_movable (portalocker_lock *lock, int movable)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  begin_change (lock)->movable = movable != 0;
  return end_change (lock);
}

int
portalocker_set_fair (portalocker_lock *lock, int fair)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  begin_change (lock)->fair = fair != 0;
  return end_change (lock);
}

int
portalocker_set_wait_callback (portalocker_lock *lock,
                               portalocker_wait_callback *callback,
                               void *closure, int64_t interval)
{
  struct settings *settings;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (interval < 0)
    return refuse_number (lock, "interval", interval,
                          "a number of milliseconds");
  settings = begin_change (lock);
  settings->callback = callback;
  settings->closure = closure;
  settings->callback_interval = interval == 0
                                ? PORTALOCKER__NEVER
                                : portalocker__deadline_at (interval);
  return end_change (lock);
}

int
portalocker_set_backend (portalocker_lock *lock, const char *name)
{
  const struct portalocker__backend *backend = portalocker__find_backend (name);
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (backend == NULL)
    {
      struct failure failure;
      portalocker__begin_failure (&failure, lock);
      portalocker__explain (&failure, PORTALOCKER_BAD_ARGUMENT,
                            "the backend \"%s\" is not built in", name);
      return portalocker__keep_failure (lock, &failure);
    }
  begin_change (lock)->backend = backend;
  return end_change (lock);
}
