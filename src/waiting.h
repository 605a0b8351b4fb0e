/* waiting.h - what the tool does while it waits for a lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef WAITING_H
#define WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include <portalocker.h>

/* Before a wait, and after it.  Between the two the library has a signal to
   wait by, which is the fastest way; the command, which comes after it, gets
   the signal actions that the tool was started with.  */
void waiting_begin (void);
void waiting_end (void);

/* How many milliseconds a person waits without being told why.  */
enum { WAITING_PATIENCE = 1000 };

/* Tell that the tool waits for TARGET, and for whom, as HOLDER knows it.  */
void waiting_tell (const char *target, portalocker_error *holder);

/* Tell that it has waited WAITED milliseconds in vain: for a wait in several
   parts, of which an error object knows the last one only.  */
void waiting_give_up (const char *target, int64_t waited,
                      portalocker_error *holder);

#endif /* WAITING_H */
