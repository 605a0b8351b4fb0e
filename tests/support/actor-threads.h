/* actor-threads.h - threads and a clock, for the actor.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef ACTOR_THREADS_H
#define ACTOR_THREADS_H

/* A mutex, and an event that those who have it can wait for.  NULL: no
   memory.  */
struct actor_monitor *actor_monitor_new (void);
void actor_monitor_free (struct actor_monitor *monitor);
void actor_monitor_enter (struct actor_monitor *monitor);
void actor_monitor_leave (struct actor_monitor *monitor);
/* Leave, sleep until somebody calls wake (or for nothing), and enter.  */
void actor_monitor_sleep (struct actor_monitor *monitor);
void actor_monitor_wake (struct actor_monitor *monitor);

/* Run FUNCTION (ARGUMENT) in a new thread.  NULL: there is none.  */
struct actor_thread *actor_thread_start (void (*function) (void *),
                                         void *argument);
/* Wait for its end, and free it.  */
void actor_thread_join (struct actor_thread *thread);

/* The kernel's number of this thread, or what else tells it from others.  */
long actor_thread_number (void);

/* Nanoseconds of a clock that is never set.  */
long long actor_clock (void);

/* Sleep for a millisecond or so.  */
void actor_nap (void);

#endif /* ACTOR_THREADS_H */
