/* backend-flock.c - flock(2): the lock belongs to the open file.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   flock needs no access mode, so that directories and read-only files can
   be locked exclusively, and excludes flock(1) and Python's portalocker.  */

#include <config.h>
#include "backend.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "calls.h"
#include "portalocker.h"

/* Whether somebody has a lock of a range that refuses one of all bytes.  */
static bool
range_conflicts (int fd, bool exclusive)
{
  struct flock lock;
  memset (&lock, 0, sizeof lock);
  lock.l_type = exclusive ? F_WRLCK : F_RDLCK;
  lock.l_whence = SEEK_SET;
  return calls.fcntl_lock (fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* EACCES is a policy, of AppArmor for example, but where a network file system
   makes a range of the lock, as SMB does: there it may be a conflict.  Who was
   in the way may have gone before the question: then a second call decides.  */
static int
flock_lock (int fd, bool exclusive, bool wait, bool foreign)
{
  int operation = (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB);
  int i;
  (void) foreign;
  for (i = 0; i < 2; i++)
    {
      if (calls.flock (fd, operation) == 0)
        return 0;
      if (errno != EACCES)
        return errno;
      if (range_conflicts (fd, exclusive))
        return EAGAIN;
    }
  return EACCES;
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
