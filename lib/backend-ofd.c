/* backend-ofd.c - fcntl locks of open file descriptions.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The same ranges as with fcntl, but the lock belongs to the open file as
   with flock, so that closing another descriptor of the file does not drop
   it.  */

#include <config.h>
#include "backend.h"

#include "backend-range.h"
#include "portalocker.h"

static int
ofd_lock (int fd, bool exclusive, bool wait, bool foreign)
{
  (void) foreign;
  return range_call (fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, F_OFD_GETLK,
                     PART_LOCK, exclusive ? F_WRLCK : F_RDLCK);
}

static int
ofd_unlock (int fd, bool foreign)
{
  (void) foreign;
  return range_call (fd, F_OFD_SETLK, F_OFD_GETLK, PART_LOCK, F_UNLCK);
}

static int
ofd_lock_part (int fd, enum lock_part part, enum lock_kind kind, bool wait)
{
  return range_call (fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, F_OFD_GETLK, part,
                     range_type (kind));
}

static enum lock_kind
ofd_held_part (int fd, enum lock_part part)
{
  return range_held (fd, F_OFD_GETLK, part);
}

static int64_t
ofd_holder (int fd, bool exclusive)
{
  return range_holder (fd, F_OFD_GETLK, exclusive ? F_WRLCK : F_RDLCK);
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
