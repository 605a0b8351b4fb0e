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

/* An event that is set when a call begins to wait.  */
extern HANDLE fake_lock_waiting;

/* What happens when the next call is to be taken back: it ends first.  */
extern bool fake_lock_grant_at_cancel;

/* How many calls wait.  */
int fake_lock_waiters (void);

#endif /* FAKE_LOCK_WIN32_H */
