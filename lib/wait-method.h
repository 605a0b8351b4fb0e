/* wait-method.h - the ways to wait in the kernel and yet stop in time.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_WAIT_METHOD_H
#define PORTALOCKER_WAIT_METHOD_H

#include "wait.h"

/* One way.  A method is one file with one constant table of this type.  */
struct wait_method
{
  const char *name;

  /* Whether the calling thread can wait so now.  What the system can do is
     tried at the first call, and remembered.  */
  bool (*works) (void);

  /* Wait for the lock of the file that is open as FD, and return how that
     ended.

     WAIT_ANSWERED: *ERROR is the answer of the kernel, 0 for a lock that is
     held, and never EINTR.  WAIT_TRIED: the same, of a call that only tried,
     and never that the lock is busy.
     WAIT_TIMED_OUT, WAIT_CANCELLED: no call of the kernel is going on any
     more; one of the last may have taken the lock, and the caller finds out.
     WAIT_IMPOSSIBLE: nothing has happened; another method may help.  */
  enum wait_end (*wait) (struct lock_wait *wait, os_file fd, int *error);
};

extern const struct wait_method portalocker__wait_signal;
extern const struct wait_method portalocker__wait_thread;
extern const struct wait_method portalocker__wait_poll;
extern const struct wait_method portalocker__wait_lane;
extern const struct wait_method portalocker__wait_overlapped;

/* Whether a wait signal is set and usable by the calling thread.  */
#if HAVE_THREAD_TIMERS
bool portalocker__has_wait_signal (void);

/* In the child of a fork: no other thread uses it.  */
void portalocker__wait_in_child (void);
#else
static inline bool
portalocker__has_wait_signal (void)
{
  return false;
}

static inline void
portalocker__wait_in_child (void)
{
}
#endif

/* Block in the lock call of WAIT, in a thread of the library's own that may be
   cancelled there; return 0 or the error number, never EINTR.  */
int portalocker__wait_cancellably (const struct lock_wait *wait, os_file fd);

/* The lock call of WAIT, which blocks if BLOCKS; return 0 or the error
   number: EINTR only if BLOCKS.  */
int portalocker__wait_call (const struct lock_wait *wait, os_file fd,
                            bool blocks);

#endif /* PORTALOCKER_WAIT_METHOD_H */
