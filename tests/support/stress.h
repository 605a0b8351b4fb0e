/* stress.h - what the parts of the program stress share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef STRESS_H
#define STRESS_H

#include <stdint.h>
#include <stdio.h>

#include "portalocker.h"

struct actor_thread;

enum { PROCESSES = 3, THREADS = 3 };

/* How long a process may take after the others' time is up: seconds.  It
   waits no longer than a few milliseconds for anything.  */
enum { PATIENCE = 60 };

/* What all processes share.  */
struct shared
{
  int64_t end_of_time;
  int left;                     /* waits to begin; atomic like the rest but
                                   for COUNT, which the lock guards */
  int count;
  int writers, readers;         /* inside */
  int waits, got, exclusive, timed_out, cancelled;
  int overlaps, early, errors, leaks;
};

/* ---- What stress.c has ---------------------------------------------- */

void stress_complain (const char *what, const char *why);

/* What a process does, from its beginning to its end.  */
void stress_work (unsigned int chance);

/* Cancel the wait of WAITER; in a signal handler.  */
void stress_cancel (void *waiter);

/* Try METHOD; the exit status.  */
int stress (char **argv, const char *method, long waits, long seconds);

/* ---- What each system has in its own way ----------------------------- */

/* The memory of all processes, with zeros at first.  ARGV are the arguments of
   the program; *IS_FIRST tells whether this process is the one that starts the
   others.  */
struct shared *stress_share (char **argv, int *is_first);

/* Run stress_work in PROCESSES processes, and return how many had to be
   killed.  On a system without fork this does not return in the others.  */
long stress_run_processes (char **argv);

/* Run stress in a process of its own, and return its exit status.  */
int stress_in_child (char **argv, const char *backend, const char *method,
                     long waits, long seconds);

/* What TEST returns, in a process that may have threads afterwards.  */
int stress_can (int (*test) (void));

/* Let all waits of this process be done by METHOD.  */
void stress_set_method (const char *method);

/* At the beginning of stress_work.  */
void stress_begin_process (void);
void stress_limit_time (unsigned int seconds);

/* In the thread of WAITER, before its first wait.  */
void stress_begin_thread (void *waiter);

/* Call stress_cancel in THREAD for its waiter; return 0 if that cannot be
   done.  */
int stress_signal (struct actor_thread *thread);

/* Threads and open files of this process, or -1.  */
int stress_count_threads (void);
int stress_count_descriptors (void);

/* How many more descriptors the C run-time may have opened meanwhile for its
   own threads, once and for all.  */
int stress_spare_descriptors (void);

/* portalocker_watch, and a wait of PATIENCE at most for what it gives.  */
int stress_watch (portalocker_lock *lock, int64_t ms, intptr_t *end);
void stress_await_watch (intptr_t end);

/* Sleep for so many microseconds, or what is possible.  */
void stress_pause (unsigned int us);

#endif /* STRESS_H */
