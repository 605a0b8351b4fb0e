/* way.h - ways to wait for a lock and to give it up again.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The measurements in which processes wait for each other let each of
   these do it.  */

#ifndef PORTALOCKER_BENCH_WAY_H
#define PORTALOCKER_BENCH_WAY_H

#include <stdint.h>

#include <portalocker.h>

#include "raw.h"

/* Longer than any wait that ends well, in milliseconds.  */
#define WAY_LONG_TIME 120000

struct way;

/* A process or thread that takes the lock and gives it up, and what
   with.  */
struct party
{
  const char *path;
  const struct raw_primitive *raw;
  const struct way *way;
  int fd;                       /* these two belong to the way */
  portalocker_lock *lock;
};

/* All functions return 0, or another number when they failed.  */
struct way
{
  const char *name;

  /* Once in each process, before and after the rest.  */
  int (*prepare) (struct party *party);
  int (*finish) (struct party *party);

  /* Wait for the exclusive lock, TIMEOUT milliseconds at most where the
     way knows a limit; 1 when that passed.  */
  int (*wait) (struct party *party, int64_t timeout);
  int (*release) (struct party *party);
};

/* An open descriptor: the primitive itself, and the library without a
   limit, with one, and with one and the wait signal.  */
extern const struct way way_raw;
extern const struct way way_endless;
extern const struct way way_timed;
extern const struct way way_signal;

/* A path: what an acquire does, by hand, and lock objects.  */
extern const struct way way_raw_path;
extern const struct way way_object;
extern const struct way way_object_timed;
extern const struct way way_object_signal;

/* Let the timed waits of this process use the wait signal.  */
int way_use_signal (void);

/* Whether WAY can be gone here: not all systems have what those with the
   wait signal need.  */
int way_is_open (const struct way *way);

/* Say on standard error what went wrong with LOCK.  */
int way_complain (portalocker_lock *lock);

#endif /* PORTALOCKER_BENCH_WAY_H */
