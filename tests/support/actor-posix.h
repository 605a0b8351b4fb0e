/* actor-posix.h - what the actor's files for POSIX share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef ACTOR_POSIX_H
#define ACTOR_POSIX_H

#include "actor.h"

struct actor_thread;

/* Send a signal to a thread, or return an errno value.  */
int actor_thread_signal (struct actor_thread *thread, int signo);

/* The signal that the word NUMBER names, "USR1", or has as a number; -1 if
   there is no such name.  */
int actor_signal (const struct call *call, int number);

/* Take commands from one FIFO and answer into another, from now on, and say
   hello.  */
void actor_use_fifos (const char *in, const char *out);

/* Set where the leak checker of AddressSanitizer cannot work: in the child
   of a process with threads, and without descriptors.  */
extern int actor_no_leak_check;

#endif /* ACTOR_POSIX_H */
