/* backend-fcntl.c - fcntl record locks: the lock belongs to the process.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The owners table makes these locks belong to lock objects.  A lock on a
   descriptor of the caller belongs to the whole process, and vanishes with
   any close of the file in it.  */

#include <config.h>
#include "backend.h"

#include "backend-range.h"
#include "portalocker.h"

static int
fcntl_lock (int fd, bool exclusive, bool wait, bool foreign)
{
  (void) foreign;
  return range_call (fd, wait ? F_SETLKW : F_SETLK, F_GETLK, PART_LOCK,
                     exclusive ? F_WRLCK : F_RDLCK);
}

static int
fcntl_unlock (int fd, bool foreign)
{
  (void) foreign;
  return range_call (fd, F_SETLK, F_GETLK, PART_LOCK, F_UNLCK);
}

static int
fcntl_lock_part (int fd, enum lock_part part, enum lock_kind kind, bool wait)
{
  return range_call (fd, wait ? F_SETLKW : F_SETLK, F_GETLK, part,
                     range_type (kind));
}

static enum lock_kind
fcntl_held_part (int fd, enum lock_part part)
{
  return range_held (fd, F_GETLK, part);
}

static int64_t
fcntl_holder (int fd, bool exclusive)
{
  return range_holder (fd, F_GETLK, exclusive ? F_WRLCK : F_RDLCK);
}

const struct portalocker__backend portalocker__backend_fcntl =
{
  .name = "fcntl",
  .call = "fcntl",
  .features = PORTALOCKER_FEATURE_SHARED | PORTALOCKER_FEATURE_RANGES
              | PORTALOCKER_FEATURE_UPGRADE,
  .for_shared = ACCESS_READ,
  .for_exclusive = ACCESS_WRITE,
  .lock = fcntl_lock,
  .unlock = fcntl_unlock,
  .lock_part = fcntl_lock_part,
  .held_part = fcntl_held_part,
  .holder = fcntl_holder
};
