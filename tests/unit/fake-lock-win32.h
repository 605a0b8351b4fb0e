/* fake-lock-win32.h - a LockFileEx that waits and can be ended.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   It does as Microsoft documents, which Wine's does not.  It knows one file,
   and exclusive locks of bytes of it.  */

#ifndef FAKE_LOCK_WIN32_H
#define FAKE_LOCK_WIN32_H

#include <stdbool.h>
#include <windows.h>

#include "../../lib/calls.h"

/* Let TABLE lead to it.  */
void fake_lock_install (struct portalocker__calls *table);

/* Events that are set when a call begins to wait, and when one that does not
   wait is refused.  */
extern HANDLE fake_lock_waiting, fake_lock_refused;

/* What happens when a call is to be taken back.  */
enum fake_lock_cancel
{
  CANCEL_COMES,
  CANCEL_IS_LATE,               /* the call gets its lock first; once */
  CANCEL_IS_REFUSED,
  CANCEL_IS_IGNORED             /* although it is promised */
};
extern enum fake_lock_cancel fake_lock_at_cancel;

/* The call that was not taken back.  */
extern const OVERLAPPED *fake_lock_left;

/* Whether a call that does not wait goes on until its end is waited for.  */
extern bool fake_lock_pend_tries;

/* How many calls wait.  */
int fake_lock_waiters (void);

#endif /* FAKE_LOCK_WIN32_H */
