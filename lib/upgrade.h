/* upgrade.h - a shared lock becomes exclusive without being lost.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The kernel exchanges the lock of a range for one of another kind in one
   step.  But two holders of a shared lock who both want to be alone would wait
   for each other for ever.  So whoever wants to be alone first locks a byte of
   its own, exclusively and without waiting: only one at a time can.  */

#ifndef PORTALOCKER_UPGRADE_H
#define PORTALOCKER_UPGRADE_H

#include "wait.h"

/* Become the one that may wait to be alone on the file that is open as FD, and
   cease to be.  */
int portalocker__upgrade_enter (const struct lock_wait *wait, os_file fd,
                                struct failure *failure);
void portalocker__upgrade_leave (const struct lock_wait *wait, os_file fd);

/* Record that another one may: return PORTALOCKER_DEADLOCK, or
   PORTALOCKER_BUSY after one attempt.  */
int portalocker__upgrade_refuse (const struct lock_wait *wait,
                                 struct failure *failure);

#endif /* PORTALOCKER_UPGRADE_H */
