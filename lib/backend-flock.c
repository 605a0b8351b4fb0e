/* backend-flock.c - flock(2): the lock belongs to the open file.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   flock needs no access mode, so that directories and read-only files can
   be locked exclusively, and excludes flock(1) and Python's portalocker.  */

#include <config.h>
#include "backend.h"

#include <errno.h>
#include <stddef.h>
#include <sys/file.h>

#include "calls.h"
#include "portalocker.h"

static int
flock_lock (int fd, bool exclusive, bool wait, bool foreign)
{
  int operation = (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB);
  (void) foreign;
  return calls.flock (fd, operation) == 0 ? 0 : errno;
}

static int
flock_unlock (int fd, bool foreign)
{
  (void) foreign;
  return calls.flock (fd, LOCK_UN) == 0 ? 0 : errno;
}

const struct portalocker__backend portalocker__backend_flock =
{
  .name = "flock",
  .call = "flock",
  .features = PORTALOCKER_FEATURE_SHARED | PORTALOCKER_FEATURE_PER_OBJECT
              | PORTALOCKER_FEATURE_PASS_ON | PORTALOCKER_FEATURE_ANY_ACCESS,
  .for_shared = ACCESS_ANY,
  .for_exclusive = ACCESS_ANY,
  .lock = flock_lock,
  .unlock = flock_unlock,
  .lock_part = NULL,
  .held_part = NULL,
  .holder = NULL
};
