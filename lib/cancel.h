/* cancel.h - ending the wait of another thread.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A cancellation may come from any thread and from a signal handler, which
   may have interrupted the waiting thread itself, anywhere.  So there is no
   mutex, and neither side waits for the other, but for the few instructions
   in which a canceller in another thread reaches for the waiter.  */

#ifndef PORTALOCKER_CANCEL_H
#define PORTALOCKER_CANCEL_H

#include "os.h"

/* Where an acquire is.  Its own thread moves the state between the first
   four; a canceller moves it to the last three.  */
enum cancel_state
{
  CANCEL_IDLE,                  /* nobody acquires */
  CANCEL_RUNNING,               /* somebody does, without waiting now */
  CANCEL_WAITING,               /* ... waits, and is reached by INTERRUPT */
  CANCEL_DEAF,                  /* ... waits, and cannot be reached */
  CANCEL_TELLING,               /* a canceller is calling INTERRUPT */
  CANCEL_TOLD,                  /* cancelled, until the acquire ends */
  CANCEL_UNHEARD                /* ... and INTERRUPT could not tell */
};

/* Part of an object that can be cancelled.  */
struct cancellation
{
  int state;                    /* by the functions below alone */

  /* How to reach the waiter: constant while the state is CANCEL_WAITING or
     CANCEL_TELLING.  May do what a signal handler may.  Returns whether the
     waiter will notice now.  */
  bool (*interrupt) (void *waiter);
  void *waiter;
};

/* An acquire begins and ends: a cancellation before or after does
   nothing.  */
void portalocker__cancel_begin (struct cancellation *cancellation);
void portalocker__cancel_end (struct cancellation *cancellation);

/* A wait of the acquire begins, which INTERRUPT (WAITER) ends, or which
   nothing ends if INTERRUPT is NULL.  Return false, and begin nothing, if the
   acquire was cancelled.  CANCELLATION may be NULL here and below.  */
bool portalocker__cancel_enter (struct cancellation *cancellation,
                                bool (*interrupt) (void *waiter),
                                void *waiter);

/* That wait ends.  INTERRUPT is not running afterwards.  */
void portalocker__cancel_leave (struct cancellation *cancellation);

/* Whether the acquire was cancelled.  */
static inline bool
is_cancelled (const struct cancellation *cancellation)
{
  return cancellation != NULL
         && os_atomic_load (&cancellation->state) >= CANCEL_TELLING;
}

/* Cancel the acquire that is going on, if there is one.  Return false if it
   waits and cannot be reached: one that could have been then ends as cancelled
   when it wakes up, whyever.  Safe in signal handlers.  */
bool portalocker__cancel_tell (struct cancellation *cancellation);

#endif /* PORTALOCKER_CANCEL_H */
