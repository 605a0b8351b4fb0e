/* backend-range.h - the bytes that the library locks, and the fcntl calls
   that lock them: what ofd, fcntl and lockf share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_BACKEND_RANGE_H
#define PORTALOCKER_BACKEND_RANGE_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend.h"

/* The lock itself is [0, LOCK_SIZE) from the start of the file, for ever:
   that excludes those who lock the whole file.  Of the 64 bytes behind it the
   first is the gate and the second is for upgrades; the others are in
   reserve.  LOCK_SIZE is 2^63-1-64 with a 64-bit off_t.  */
#define OFF_T_LARGEST \
  (((((off_t) 1 << (sizeof (off_t) * CHAR_BIT - 2)) - 1) * 2) + 1)
#define LOCK_SIZE (OFF_T_LARGEST - 64)

/* POSIX lets a conflict be EACCES, which can also be a policy, of SELinux for
   example.  It is a conflict if somebody is in the way, who may have gone
   before the question: then a second call decides.  */
enum { RANGE_CALLS = 2 };

/* The commands of fcntl for locks of one kind of owner.  */
struct range_commands
{
  int set, set_wait, get;
};

/* Make the lock of PART one of KIND.  Return 0 or the error number, of a
   conflict as in backend.h.  */
int portalocker__range_lock (int fd, const struct range_commands *commands,
                             enum lock_part part, enum lock_kind kind,
                             bool wait);

/* Which kind of lock refuses an exclusive one of PART.  */
enum lock_kind portalocker__range_held (int fd,
                                        const struct range_commands *commands,
                                        enum lock_part part);

/* Who refuses the lock: a process number, or 0, also for who is not a
   process.  */
int64_t portalocker__range_holder (int fd,
                                   const struct range_commands *commands,
                                   bool exclusive);

static inline enum lock_kind
range_kind (bool exclusive)
{
  return exclusive ? KIND_EXCLUSIVE : KIND_SHARED;
}

/* Those of F_SETLK and its sisters, which belong to the process, as functions
   of a backend: what fcntl is, and lockf where it takes the same locks.  */
int portalocker__process_lock (int fd, bool exclusive, bool wait,
                               bool foreign);
int portalocker__process_unlock (int fd, bool foreign);
int portalocker__process_lock_part (int fd, enum lock_part part,
                                    enum lock_kind kind, bool wait);
enum lock_kind portalocker__process_held_part (int fd, enum lock_part part);
int64_t portalocker__process_holder (int fd, bool exclusive);

#endif /* PORTALOCKER_BACKEND_RANGE_H */
