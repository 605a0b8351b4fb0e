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
  return portalocker__range_lock (fd, &portalocker__process_range, PART_LOCK,
                                  range_kind (exclusive), wait);
}

static int
fcntl_unlock (int fd, bool foreign)
{
  (void) foreign;
  return portalocker__range_lock (fd, &portalocker__process_range, PART_LOCK,
                                  KIND_NONE, false);
}

static int
fcntl_lock_part (int fd, enum lock_part part, enum lock_kind kind, bool wait)
{
  return portalocker__range_lock (fd, &portalocker__process_range, part, kind,
                                  wait);
}

static enum lock_kind
fcntl_held_part (int fd, enum lock_part part)
{
  return portalocker__range_held (fd, &portalocker__process_range, part);
}

static int64_t
fcntl_holder (int fd, bool exclusive)
{
  return portalocker__range_holder (fd, &portalocker__process_range, exclusive);
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
