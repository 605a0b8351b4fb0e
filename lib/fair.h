/* fair.h - taking turns: writers are not passed by readers.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Readers who overlap keep a writer out for ever, since the kernel gives the
   lock to whoever fits.  So there is a gate, a byte of its own.  A writer who
   has to wait closes it, by an exclusive lock, until he has got the lock
   itself.  A reader goes through it, by a shared lock that he keeps just until
   he has got the lock: readers do not hinder each other, and behind a closed
   gate they wait until the writer had his turn.

   The gate decides only who is next.  What excludes is the lock alone, so that
   those who know nothing of the gate are excluded too, and not held back.  Nor
   is a thread that shares the lock already, through another object: the writer
   waits for that thread itself.  */

#ifndef PORTALOCKER_FAIR_H
#define PORTALOCKER_FAIR_H

#include "wait.h"

/* Go through the gate of the file that is open as FD, as a reader, and keep it
   open: WAIT->has_gate.  One attempt does not keep it, if it is closed for
   longer than a millisecond, and is let through all the same.  */
int portalocker__fair_pass_gate (struct lock_wait *wait, os_file fd,
                                 struct failure *failure);

/* Leave the gate, if WAIT has it.  */
void portalocker__fair_leave_gate (struct lock_wait *wait, os_file fd);

/* Lock the file as a reader, in turn.  */
int portalocker__fair_lock_shared (struct lock_wait *wait, os_file fd,
                                   struct failure *failure);

/* Wait as a writer: what portalocker__wait_on does, in turn.  */
int portalocker__fair_wait_on (struct lock_wait *wait, os_file fd,
                               struct failure *failure);

#endif /* PORTALOCKER_FAIR_H */
