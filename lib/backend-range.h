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
   that excludes those who lock the whole file.  Of the 64 bytes behind it the
   first is the gate and the second is for upgrades; the others are in
   reserve.  LOCK_SIZE is 2^63-1-64 with a 64-bit off_t.  */
#define OFF_T_LARGEST \
  (((((off_t) 1 << (sizeof (off_t) * CHAR_BIT - 2)) - 1) * 2) + 1)
#define LOCK_SIZE (OFF_T_LARGEST - 64)

/* The bytes of PART with a lock of TYPE, as fcntl takes them.  */
static inline struct flock
range_of (enum lock_part part, int type)
{
  struct flock lock = { .l_type = (short) type, .l_whence = SEEK_SET,
                        .l_start = 0, .l_len = LOCK_SIZE, .l_pid = 0 };
  if (part != PART_LOCK)
    {
      lock.l_start = LOCK_SIZE + (part == PART_GATE ? 0 : 1);
      lock.l_len = 1;
    }
  return lock;
}

/* Ask by GETLK which lock refuses one of TYPE of PART: its type is F_UNLCK if
   there is none, or nothing is told.  */
static inline struct flock
range_refusal (int fd, int getlk, enum lock_part part, int type)
{
  struct flock lock = range_of (part, type);
  if (calls.fcntl_lock (fd, getlk, &lock) != 0)
    lock.l_type = F_UNLCK;
  return lock;
}

/* POSIX lets a conflict be EACCES, which can also be a policy, of SELinux for
   example.  It is a conflict if somebody is in the way, who may have gone
   before the question: then a second call decides.  */
enum { RANGE_CALLS = 2 };

/* Apply COMMAND of fcntl with a lock of TYPE to PART; GETLK asks for what it
   sets.  Return 0 or the error number, of a conflict as in backend.h.  */
static inline int
range_call (int fd, int command, int getlk, enum lock_part part, int type)
{
  int i;
  for (i = 0; i < RANGE_CALLS; i++)
    {
      struct flock lock = range_of (part, type);
      if (calls.fcntl_lock (fd, command, &lock) == 0)
        return 0;
      if (errno != EACCES || type == F_UNLCK)
        return errno;
      if (range_refusal (fd, getlk, part, type).l_type != F_UNLCK)
        return EAGAIN;
    }
  return EACCES;
}

static inline int
range_type (enum lock_kind kind)
{
  return kind == KIND_NONE ? F_UNLCK
         : kind == KIND_SHARED ? F_RDLCK : F_WRLCK;
}

/* Ask by GETLK which kind of lock refuses an exclusive one of PART.  */
static inline enum lock_kind
range_held (int fd, int getlk, enum lock_part part)
{
  int type = range_refusal (fd, getlk, part, F_WRLCK).l_type;
  return type == F_UNLCK ? KIND_NONE
         : type == F_RDLCK ? KIND_SHARED : KIND_EXCLUSIVE;
}

/* Ask by GETLK who refuses the lock: a process number, or 0.  The number
   of a lock that belongs to an open file is -1.  */
static inline int64_t
range_holder (int fd, int getlk, int type)
{
  struct flock lock = range_refusal (fd, getlk, PART_LOCK, type);
  return lock.l_type == F_UNLCK || lock.l_pid < 0 ? 0 : lock.l_pid;
}

#endif /* PORTALOCKER_BACKEND_RANGE_H */
