/* wait.h - waiting for a lock until a deadline or a cancellation.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The first attempt does not wait.  If it is refused, and there is time to
   wait in, one of the methods of wait-method.h waits until the kernel gives
   the lock; a wait that nothing can end simply blocks in the kernel.  */

#ifndef PORTALOCKER_WAIT_H
#define PORTALOCKER_WAIT_H

#include "backend.h"
#include "cancel.h"
#include "failure.h"

struct held;
struct lane;
struct owner;

/* A deadline that has always passed: one attempt.  */
#define PORTALOCKER__AT_ONCE INT64_C (0)

/* What is waited for, how long, and who wants to know.  The thread that fills
   it is the one that waits.  */
struct lock_wait
{
  const struct portalocker__backend *backend;
  enum lock_part part;          /* PART_LOCK but for the functions below */
  bool exclusive;
  bool foreign;                 /* a descriptor of the library's caller */
  bool upgrades;                /* a shared lock is held and stays so if
                                   the exclusive one is not to be had */
  bool fair;                    /* takes turns: fair.h */
  int64_t deadline;
  int64_t check_interval;       /* nanoseconds between two tries, where
                                   nothing else is left: at most */

  /* The object's, or NULL when the wait cannot be cancelled.  A wait without
     a deadline can be only if it is BREAKABLE, or has the wait signal.  */
  struct cancellation *cancellation;
  bool breakable;

  /* Whether to look for a lock of this thread that is in the way, other than
     that of OWN: to wait for it without a limit would be a deadlock.  */
  bool detects_deadlock;
  const struct held *own;

  /* Called when the first attempt was refused and there will be waiting,
     with 0, and then whenever PROGRESS_INTERVAL has passed, with the
     nanoseconds since then; no mutex of the library is held.  May be
     NULL.  */
  void (*progress) (void *closure, int64_t waited);
  void *closure;
  int64_t progress_interval;    /* or PORTALOCKER__NEVER */

  /* What follows belongs to the functions below.  When the waiting began, 0
     before: the clock is not read for a lock that is free.  A thread that
     waited for another one's attempt begins in earnest later.  */
  int64_t began;
  bool has_begun;
  int64_t next_progress;        /* or PORTALOCKER__NEVER */
  bool has_gate;                /* fair.h */
  os_event event;               /* between wait_enter and wait_leave */
  bool (*interrupt) (struct lock_wait *wait);
  void *method_data;            /* of the method that waits now */

  /* The thread is one of watch.c's, in this lane, and may end in its lock
     call; or NULL.  Then somebody else does what remains, by what stands
     here.  */
  struct lane *lane;
  struct owner *owner;          /* owners.c: of which it is a user ... */
  bool claims;                  /* ... for which it asks the kernel ... */
  bool is_at_gate;              /* ... and through whose gate it goes */
};

/* How a wait ended.  */
enum wait_end
{
  WAIT_BEGUN,                   /* not yet: it goes on */
  WAIT_ANSWERED,                /* what was waited for has happened */
  WAIT_TRIED,                   /* ... at a try that did not wait */
  WAIT_TIMED_OUT,
  WAIT_CANCELLED,
  WAIT_IMPOSSIBLE               /* it could not begin */
};

/* Fill WAIT with what most waits have: the lock itself, one attempt, nobody
   wants to know.  */
static inline void
portalocker__wait_init (struct lock_wait *wait,
                        const struct portalocker__backend *backend,
                        bool exclusive)
{
  wait->backend = backend;
  wait->part = PART_LOCK;
  wait->exclusive = exclusive;
  wait->foreign = false;
  wait->upgrades = false;
  wait->fair = false;
  wait->deadline = PORTALOCKER__AT_ONCE;
  wait->cancellation = NULL;
  wait->breakable = false;
  wait->detects_deadlock = false;
  wait->own = NULL;
  wait->progress = NULL;
  wait->began = 0;
  wait->has_begun = false;
  wait->has_gate = false;
  wait->lane = NULL;
  wait->owner = NULL;
  wait->claims = wait->is_at_gate = false;
}

/* Whether the offset of the descriptor is in use, and not ours to move.  */
static inline bool
keeps_offset (const struct lock_wait *wait)
{
  return wait->foreign || wait->upgrades;
}

/* One attempt, whatever the deadline: PORTALOCKER_BUSY if it is refused.  */
static inline int
portalocker__wait_try (const struct lock_wait *wait, os_file fd,
                       struct failure *failure)
{
  return portalocker__try_lock (wait->backend, fd, wait->exclusive,
                                keeps_offset (wait), failure);
}

/* What remains of portalocker__wait_lock when the first attempt answered
   CODE.  */
int portalocker__wait_after (struct lock_wait *wait, os_file fd, int code,
                             struct failure *failure);

/* Lock the file that is open as FD.  Return PORTALOCKER_OK; PORTALOCKER_BUSY
   if the one attempt was refused; PORTALOCKER_TIMED_OUT, PORTALOCKER_CANCELLED
   or PORTALOCKER_DEADLOCK; or the code of an error.  FAILURE has the details.
   Inline: each return behind a call of the system is one that the processor
   did not foresee.  */
static inline int
portalocker__wait_lock (struct lock_wait *wait, os_file fd,
                        struct failure *failure)
{
  int code = portalocker__wait_try (wait, fd, failure);
  return code == PORTALOCKER_OK
         ? code : portalocker__wait_after (wait, fd, code, failure);
}

/* The same when the first attempt was refused and portalocker__begin_wait
   was called.  */
int portalocker__wait_on (struct lock_wait *wait, os_file fd,
                          struct failure *failure);

/* The deadline of a wait until TIME, a time of portalocker_now or
   PORTALOCKER_FOREVER: PORTALOCKER__AT_ONCE if it has passed already.  */
int64_t portalocker__wait_until (int64_t time);

/* Whether there is time left to wait in.  */
bool portalocker__may_wait (const struct lock_wait *wait);

/* WAIT was refused and begins to wait, unless it has begun already: tell the
   one who wants to know, unless he knows.  */
void portalocker__begin_wait (struct lock_wait *wait);

/* Begin a part of WAIT in which the thread sleeps, and a canceller ends that
   by INTERRUPT (WAIT), which may do what a signal handler may and returns
   whether that is done; NULL: by setting the event of WAIT.  Return WAIT_BEGUN;
   WAIT_CANCELLED if that has happened already; or WAIT_IMPOSSIBLE when the
   system has no event left.  */
enum wait_end portalocker__wait_enter
  (struct lock_wait *wait, bool (*interrupt) (struct lock_wait *wait));
void portalocker__wait_leave (struct lock_wait *wait);

/* Between the two: sleep until the event of WAIT is set (WAIT_ANSWERED), or
   the time UNTIL or the deadline has passed (WAIT_TIMED_OUT), or the wait was
   cancelled.  Progress is told meanwhile.  */
enum wait_end portalocker__wait_sleep (struct lock_wait *wait, int64_t until);

/* Tell progress if it is time.  */
void portalocker__wait_tell (struct lock_wait *wait);

/* When a method must look up next at the latest: at the deadline or when
   progress is to be told.  */
int64_t portalocker__wait_next (const struct lock_wait *wait);

/* Whether WAIT would never end, since this thread itself holds the lock of
   the file ID.  Needs portalocker__tables.  */
bool portalocker__is_hopeless (const struct lock_wait *wait,
                               struct file_id id);

/* Record that, or that the system has no event left; return the code.  */
ON_FAILURE int portalocker__fail_deadlock (struct failure *failure);
ON_FAILURE int portalocker__fail_event (struct failure *failure);

/* Take WAIT back, whose thread ended in a lock call for FD between
   portalocker__wait_enter and portalocker__wait_leave.  */
void portalocker__wait_withdraw (struct lock_wait *wait, os_file fd);

/* Record that the lock was refused to the end: return PORTALOCKER_TIMED_OUT,
   or PORTALOCKER_BUSY when only one attempt was asked for.  What is recorded
   of the last attempt stays.  portalocker__refuse also asks the primitive who
   holds the lock of FD, where that costs one call.  */
int portalocker__give_up (const struct lock_wait *wait,
                          struct failure *failure);
int portalocker__refuse (const struct lock_wait *wait, os_file fd,
                         struct failure *failure);

/* Let tests choose the method NAME for all waits; NULL: the best again.  */
void portalocker__force_wait_method (const char *name);

#endif /* PORTALOCKER_WAIT_H */
