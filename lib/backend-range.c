/* backend-range.c - the fcntl calls that ofd, fcntl and lockf share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "backend-range.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "calls.h"

/* The bytes of PART with a lock of KIND, as fcntl takes them.  */
static struct flock
range_of (enum lock_part part, enum lock_kind kind)
{
  struct flock lock = { .l_type = kind == KIND_NONE ? F_UNLCK
                                  : kind == KIND_SHARED ? F_RDLCK : F_WRLCK,
                        .l_whence = SEEK_SET,
                        .l_start = 0, .l_len = LOCK_SIZE, .l_pid = 0 };
  if (part != PART_LOCK)
    {
      lock.l_start = LOCK_SIZE + (part == PART_GATE ? 0 : 1);
      lock.l_len = 1;
    }
  return lock;
}

/* Which lock refuses one of KIND of PART: its type is F_UNLCK if there is none,
   or nothing is told.  */
static struct flock
refusal (int fd, const struct range_commands *commands, enum lock_part part,
         enum lock_kind kind)
{
  struct flock lock = range_of (part, kind);
  if (calls.fcntl_lock (fd, commands->get, &lock) != 0)
    lock.l_type = F_UNLCK;
  return lock;
}

int
portalocker__range_lock (int fd, const struct range_commands *commands,
                         enum lock_part part, enum lock_kind kind, bool wait)
{
  int command = wait ? commands->set_wait : commands->set;
  int i;
  for (i = 0; i < RANGE_CALLS; i++)
    {
      struct flock lock = range_of (part, kind);
      if (calls.fcntl_lock (fd, command, &lock) == 0)
        return 0;
      if (errno != EACCES || kind == KIND_NONE)
        return errno;
      if (refusal (fd, commands, part, kind).l_type != F_UNLCK)
        return EAGAIN;
    }
  return EACCES;
}

enum lock_kind
portalocker__range_held (int fd, const struct range_commands *commands,
                         enum lock_part part)
{
  int type = refusal (fd, commands, part, KIND_EXCLUSIVE).l_type;
  return type == F_UNLCK ? KIND_NONE
         : type == F_RDLCK ? KIND_SHARED : KIND_EXCLUSIVE;
}

int64_t
portalocker__range_holder (int fd, const struct range_commands *commands,
                           bool exclusive)
{
  struct flock lock = refusal (fd, commands, PART_LOCK,
                               range_kind (exclusive));
  /* The number of a lock that belongs to an open file is -1.  */
  return lock.l_type == F_UNLCK || lock.l_pid < 0 ? 0 : lock.l_pid;
}


/* ---- Locks that belong to the process.  */

static const struct range_commands process_range
  = { F_SETLK, F_SETLKW, F_GETLK };

int
portalocker__process_lock (int fd, bool exclusive, bool wait, bool foreign)
{
  (void) foreign;
  return portalocker__range_lock (fd, &process_range, PART_LOCK,
                                  range_kind (exclusive), wait);
}

int
portalocker__process_unlock (int fd, bool foreign)
{
  (void) foreign;
  return portalocker__range_lock (fd, &process_range, PART_LOCK, KIND_NONE,
                                  false);
}

int
portalocker__process_lock_part (int fd, enum lock_part part,
                                enum lock_kind kind, bool wait)
{
  return portalocker__range_lock (fd, &process_range, part, kind, wait);
}

enum lock_kind
portalocker__process_held_part (int fd, enum lock_part part)
{
  return portalocker__range_held (fd, &process_range, part);
}

int64_t
portalocker__process_holder (int fd, bool exclusive)
{
  return portalocker__range_holder (fd, &process_range, exclusive);
}
