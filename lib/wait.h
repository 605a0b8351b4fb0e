/* wait.h - waiting for a lock until a deadline.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_WAIT_H
#define PORTALOCKER_WAIT_H

#include "backend.h"
#include "failure.h"

/* What is waited for, how long, and who wants to know.  */
struct lock_wait
{
  const struct portalocker__backend *backend;
  bool exclusive;
  bool foreign;                 /* a descriptor of the library's caller */
  int64_t started;
  int64_t deadline;             /* not after STARTED: one attempt */
  int64_t check_interval;       /* nanoseconds between two tries, where
                                   nothing else is left */

  /* Called once at most, after the first refusal when there will be
     waiting, with no mutex of the library held.  May be NULL.  */
  void (*refused) (void *closure);
  void *closure;
};

/* Lock the file that is open as FD.  Return PORTALOCKER_OK; PORTALOCKER_BUSY
   if the one attempt was refused; PORTALOCKER_TIMED_OUT; or the code of an
   error.  FAILURE has the details.  */
int portalocker__wait_lock (const struct lock_wait *wait, int fd,
                            struct failure *failure);

/* The same when the first attempt was refused and refused () was called: at
   least one more attempt is made, none before the kernel or the clock says
   so.  */
int portalocker__wait_on (const struct lock_wait *wait, int fd,
                          struct failure *failure);

/* Whether there is time left to wait in.  */
bool portalocker__may_wait (const struct lock_wait *wait);

/* Tell the one who wants to know that WAIT begins to wait.  */
void portalocker__say_refused (const struct lock_wait *wait);

/* Record that the lock was refused until the deadline of WAIT: return
   PORTALOCKER_BUSY or PORTALOCKER_TIMED_OUT.  What is recorded of the last
   attempt stays.  */
int portalocker__give_up (const struct lock_wait *wait,
                          struct failure *failure);

#endif /* PORTALOCKER_WAIT_H */
