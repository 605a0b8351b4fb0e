/* backend-lockf.c - lockf: the lock belongs to the process.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   lockf knows exclusive locks only, and locks from the current offset.
   Where configure found that it takes the same lock as fcntl
   (LOCKF_IS_FCNTL), fcntl gives what lockf lacks: shared locks, and locks
   on a descriptor of the caller, whose offset is not ours to move.
   Elsewhere there are no shared locks, and a descriptor of the caller must
   stand at offset 0.  */

#include <config.h>
#include "backend.h"

#include <errno.h>
#include <unistd.h>

#include "backend-range.h"
#include "calls.h"
#include "portalocker.h"

#if LOCKF_IS_FCNTL
enum { LOCKF_FEATURES = PORTALOCKER_FEATURE_SHARED
                        | PORTALOCKER_FEATURE_RANGES
                        | PORTALOCKER_FEATURE_UPGRADE };
#else
enum { LOCKF_FEATURES = 0 };
#endif

#if LOCKF_IS_FCNTL
# define lockf_lock_part portalocker__process_lock_part
# define lockf_held_part portalocker__process_held_part
# define lockf_holder portalocker__process_holder
#else
# define lockf_lock_part NULL
# define lockf_held_part NULL
# define lockf_holder NULL
#endif

/* Whether somebody is in the way.  F_TEST cannot tell that from a policy.  */
static bool
lockf_conflicts (int fd)
{
#if LOCKF_IS_FCNTL
  return lockf_held_part (fd, PART_LOCK) != KIND_NONE;
#else
  return calls.lockf (fd, F_TEST, LOCK_SIZE) != 0
         && (errno == EACCES || error_would_block (errno));
#endif
}

/* Lock from the start of the file; return 0 or an error number.  ESPIPE
   says that the offset is not 0.  */
static int
lockf_at_start (int fd, bool wait, bool foreign)
{
  int i;
  if (foreign)
    {
      off_t offset = calls.lseek (fd, 0, SEEK_CUR);
      if (offset != 0)
        return offset < 0 ? errno : ESPIPE;
    }
  for (i = 0; i < RANGE_CALLS; i++)
    {
      if (calls.lockf (fd, wait ? F_LOCK : F_TLOCK, LOCK_SIZE) == 0)
        return 0;
      if (errno != EACCES)
        return errno;
      if (lockf_conflicts (fd))
        return EAGAIN;
    }
  return EACCES;
}

static int
lockf_lock (int fd, bool exclusive, bool wait, bool foreign)
{
#if LOCKF_IS_FCNTL
  if (foreign || ! exclusive)
    return portalocker__process_lock (fd, exclusive, wait, foreign);
#else
  (void) exclusive;
#endif
  return lockf_at_start (fd, wait, foreign);
}

/* Unlock the part behind the offset, then the part before it, so that the
   offset can stay where the caller has it.  */
static int
lockf_unlock (int fd, bool foreign)
{
#if LOCKF_IS_FCNTL
  return portalocker__process_unlock (fd, foreign);
#else
  off_t offset = calls.lseek (fd, 0, SEEK_CUR);
  (void) foreign;
  if (offset < 0 || calls.lockf (fd, F_ULOCK, 0) != 0
      || (offset > 0 && calls.lockf (fd, F_ULOCK, -offset) != 0))
    return errno;
  return 0;
#endif
}

const struct portalocker__backend portalocker__backend_lockf =
{
  .name = "lockf",
  .call = "lockf",
  .features = LOCKF_FEATURES,
  .for_shared = ACCESS_READ,
  .for_exclusive = ACCESS_WRITE,
  .lock = lockf_lock,
  .unlock = lockf_unlock,
  .lock_part = lockf_lock_part,
  .held_part = lockf_held_part,
  .holder = lockf_holder
};
