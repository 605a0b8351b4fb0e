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

const struct portalocker__backend portalocker__backend_fcntl =
{
  .name = "fcntl",
  .call = "fcntl",
  .features = PORTALOCKER_FEATURE_SHARED | PORTALOCKER_FEATURE_RANGES
              | PORTALOCKER_FEATURE_UPGRADE,
  .for_shared = ACCESS_READ,
  .for_exclusive = ACCESS_WRITE,
  .lock = portalocker__process_lock,
  .unlock = portalocker__process_unlock,
  .lock_part = portalocker__process_lock_part,
  .held_part = portalocker__process_held_part,
  .holder = portalocker__process_holder
};
