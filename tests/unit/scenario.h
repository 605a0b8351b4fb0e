/* scenario.h - what is done while each call of the system fails in turn.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   In the n-th run of a scenario its n-th call fails, once with each error that
   makes sense for that call (faults.h), until runs end before their n-th
   call.  */

#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>
#include <stdio.h>

#include "../../lib/os.h"
#include "portalocker.h"

/* What a thread that waits finds when it goes to sleep.  */
enum surprise { LET_GO, CANCEL, NOTHING, LATE_GRANT };

/* One run of a scenario.  */
struct run
{
  const char *backend;          /* NULL: the only one */
  int code;                     /* the first that was not OK */
  portalocker_lock *a, *b;      /* the framework frees them */
  portalocker_error *error;     /* details that belong to CODE, or NULL */
  portalocker_lock *failed;     /* the object that has the details, or NULL */
  uintptr_t waiter;             /* the thread that waits for somebody else */
  enum surprise surprise;
  bool wrong;
};

struct scenario
{
  const char *name;
  void (*function) (struct run *run);
  int features;                 /* that the backend must have */
};

/* Whether somebody else could lock the file "f" as RUN does.  Defined by the
   program.  */
bool is_free_in (const struct run *run);

/* RUN is wrong unless GOOD.  */
void must (struct run *run, bool good, const char *what);

/* Whether all went well up to now; else CODE is kept, the first one.  The other
   is for a call whose details are on LOCK.  */
bool went (struct run *run, int code);
bool went_with (struct run *run, portalocker_lock *lock, int code);

bool acquire (struct run *run, portalocker_lock *lock);
bool release (struct run *run, portalocker_lock *lock);

/* The stream of the lock A of RUN, which is held; NULL after a failure, which
   is kept.  */
FILE *take_stream (struct run *run);

/* LOCK, if there is one, can be acquired now, and released.  */
void check_usable (struct run *run, portalocker_lock *lock);

/* Run SCENARIO by ONCE (..., N, INDEX) until no call is left that could fail:
   fewer than LIMIT.  Return the number of faults that there were, or -1 if
   something was wrong.  */
int run_all (const struct scenario *scenario, const char *backend, int limit,
             void (*once) (const struct scenario *, struct run *, int, int));

#endif /* SCENARIO_H */
