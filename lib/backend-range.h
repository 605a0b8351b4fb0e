/* backend-range.h - the bytes that the library locks, and the fcntl call
   that locks them.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_BACKEND_RANGE_H
#define PORTALOCKER_BACKEND_RANGE_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include "calls.h"

/* The lock itself is [0, LOCK_SIZE) from the start of the file, for ever:
   that excludes those who lock the whole file, and leaves 64 bytes at the
   end of the offsets for other purposes.  2^63-1-64 with a 64-bit off_t.  */
#define OFF_T_LARGEST \
  (((((off_t) 1 << (sizeof (off_t) * CHAR_BIT - 2)) - 1) * 2) + 1)
#define LOCK_SIZE (OFF_T_LARGEST - 64)

/* Apply COMMAND of fcntl with a lock of TYPE to those bytes.  Return 0 or
   the error number.  */
static inline int
range_call (int fd, int command, int type)
{
  struct flock lock = { .l_type = (short) type, .l_whence = SEEK_SET,
                        .l_start = 0, .l_len = LOCK_SIZE, .l_pid = 0 };
  return calls.fcntl_lock (fd, command, &lock) == 0 ? 0 : errno;
}

/* Ask by COMMAND who refuses the lock: a process number, or 0.  The number
   of a lock that belongs to an open file is -1.  */
static inline int64_t
range_holder (int fd, int command, int type)
{
  struct flock lock = { .l_type = (short) type, .l_whence = SEEK_SET,
                        .l_start = 0, .l_len = LOCK_SIZE, .l_pid = 0 };
  if (calls.fcntl_lock (fd, command, &lock) != 0 || lock.l_type == F_UNLCK
      || lock.l_pid < 0)
    return 0;
  return lock.l_pid;
}

#endif /* PORTALOCKER_BACKEND_RANGE_H */
