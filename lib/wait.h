/* wait.h - waiting for a lock until a deadline.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_WAIT_H
#define PORTALOCKER_WAIT_H

#include "backend.h"
#include "failure.h"

/* A deadline that has always passed: one attempt.  */
#define PORTALOCKER__AT_ONCE INT64_C (0)

/* What is waited for, how long, and who wants to know.  */
struct lock_wait
{
  const struct portalocker__backend *backend;
  bool exclusive;
  bool foreign;                 /* a descriptor of the library's caller */
  int64_t deadline;
  int64_t check_interval;       /* nanoseconds between two tries, where
                                   nothing else is left */

  /* Called once at most, after the first refusal when there will be
     waiting, with no mutex of the library held; then, or when nobody wants
     to know, NULL.  */
  void (*refused) (void *closure);
  void *closure;

  /* When the waiting began, 0 before: the clock is not read for a lock that
     is free.  Belongs to the functions below.  */
  int64_t began;
};

/* The same when the first attempt was refused and portalocker__begin_wait
   was called: at least one more attempt is made, none before the kernel or
   the clock says so.  */
int portalocker__wait_on (struct lock_wait *wait, int fd,
                          struct failure *failure);

/* One attempt, whatever the deadline: PORTALOCKER_BUSY if it is refused.  */
static inline int
portalocker__wait_try (const struct lock_wait *wait, int fd,
                       struct failure *failure)
{
  return portalocker__try_lock (wait->backend, fd, wait->exclusive,
                                wait->foreign, failure);
}

/* What remains of portalocker__wait_lock when the first attempt answered
   CODE.  */
int portalocker__wait_after (struct lock_wait *wait, int fd, int code,
                             struct failure *failure);

/* Lock the file that is open as FD.  Return PORTALOCKER_OK; PORTALOCKER_BUSY
   if the one attempt was refused; PORTALOCKER_TIMED_OUT; or the code of an
   error.  FAILURE has the details.  Inline: each return behind a call of the
   system is one that the processor did not foresee.  */
static inline int
portalocker__wait_lock (struct lock_wait *wait, int fd,
                        struct failure *failure)
{
  int code = portalocker__wait_try (wait, fd, failure);
  return code == PORTALOCKER_OK
         ? code : portalocker__wait_after (wait, fd, code, failure);
}

/* The deadline of a wait until TIME, a time of portalocker_now or
   PORTALOCKER_FOREVER: PORTALOCKER__AT_ONCE if it has passed already.  */
int64_t portalocker__wait_until (int64_t time);

/* Whether there is time left to wait in.  */
bool portalocker__may_wait (const struct lock_wait *wait);

/* WAIT was refused and begins to wait, unless it has begun already: tell the
   one who wants to know, unless he knows.  */
void portalocker__begin_wait (struct lock_wait *wait);

/* Record that the lock was refused to the end: return PORTALOCKER_TIMED_OUT,
   or PORTALOCKER_BUSY when only one attempt was asked for.  What is recorded
   of the last attempt stays.  portalocker__refuse also asks the primitive who
   holds the lock of FD, where that costs one call.  */
int portalocker__give_up (const struct lock_wait *wait,
                          struct failure *failure);
int portalocker__refuse (const struct lock_wait *wait, int fd,
                         struct failure *failure);

#endif /* PORTALOCKER_WAIT_H */
