/* backend-ofd.c - fcntl locks of open file descriptions.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The same ranges as with fcntl, but the lock belongs to the open file as
   with flock, so that closing another descriptor of the file does not drop
   it.  */

#include <config.h>
#include "backend.h"

#include <fcntl.h>

#include "backend-range.h"
#include "portalocker.h"

static const struct range_commands open_file_range
  = { F_OFD_SETLK, F_OFD_SETLKW, F_OFD_GETLK };

static int
ofd_lock (int fd, bool exclusive, bool wait, bool foreign)
{
  (void) foreign;
  return portalocker__range_lock (fd, &open_file_range, PART_LOCK,
                                  range_kind (exclusive), wait);
}

static int
ofd_unlock (int fd, bool foreign)
{
  (void) foreign;
  return portalocker__range_lock (fd, &open_file_range, PART_LOCK,
                                  KIND_NONE, false);
}

static int
ofd_lock_part (int fd, enum lock_part part, enum lock_kind kind, bool wait)
{
  return portalocker__range_lock (fd, &open_file_range, part, kind,
                                  wait);
}

static enum lock_kind
ofd_held_part (int fd, enum lock_part part)
{
  return portalocker__range_held (fd, &open_file_range, part);
}

static int64_t
ofd_holder (int fd, bool exclusive)
{
  return portalocker__range_holder (fd, &open_file_range, exclusive);
}

const struct portalocker__backend portalocker__backend_ofd =
{
  .name = "ofd",
  .call = "fcntl",
  .features = PORTALOCKER_FEATURE_SHARED | PORTALOCKER_FEATURE_PER_OBJECT
              | PORTALOCKER_FEATURE_PASS_ON | PORTALOCKER_FEATURE_RANGES
              | PORTALOCKER_FEATURE_UPGRADE,
  .for_shared = ACCESS_READ,
  .for_exclusive = ACCESS_WRITE,
  .lock = ofd_lock,
  .unlock = ofd_unlock,
  .lock_part = ofd_lock_part,
  .held_part = ofd_held_part,
  .holder = ofd_holder
};
