/* scenario.c - what scenarios, and the checks after them, have in common.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* Before the headers of the system: it tells which system that is.  */
#include <config.h>

#include "check.h"
#include "faults.h"
#include "scenario.h"

void
must (struct run *run, bool good, const char *what)
{
  if (good)
    return;
  run->wrong = true;
  check_note ("not so: %s", what);
}

bool
went (struct run *run, int code)
{
  if (run->code == PORTALOCKER_OK)
    run->code = code;
  return code == PORTALOCKER_OK;
}

bool
went_with (struct run *run, portalocker_lock *lock, int code)
{
  if (run->code == PORTALOCKER_OK && code != PORTALOCKER_OK)
    run->failed = lock;
  return went (run, code);
}

bool
acquire (struct run *run, portalocker_lock *lock)
{
  if (! went_with (run, lock, portalocker_acquire (lock)))
    {
      must (run, ! portalocker_is_held (lock), "not held after a failure");
      return false;
    }
  must (run, portalocker_is_held (lock), "held after success");
  must (run, ! is_free_in (run), "the lock is real after success");
  return true;
}

bool
release (struct run *run, portalocker_lock *lock)
{
  bool good = went_with (run, lock, portalocker_release (lock));
  must (run, ! portalocker_is_held (lock), "not held after release");
  return good;
}

FILE *
take_stream (struct run *run)
{
  FILE *stream = portalocker_stream (run->a);
  if (stream == NULL)
    went_with (run, run->a, PORTALOCKER_CANNOT_OPEN);
  return stream;
}

void
check_usable (struct run *run, portalocker_lock *lock)
{
  if (lock == NULL)
    return;
  must (run, portalocker_acquire (lock) == PORTALOCKER_OK,
        "the object can be acquired afterwards");
  must (run, ! is_free_in (run), "and then it is locked");
  must (run, portalocker_release (lock) == PORTALOCKER_OK,
        "and it can be released");
}

/* A wait that a busy machine makes too short ends a run early: an end is an end
   when this many runs in turn have it.  */
enum { ENDS = 3 };

int
run_all (const struct scenario *scenario, const char *backend, int limit,
         void (*once) (const struct scenario *, struct run *, int, int))
{
  int n, index, count = 0, ended = 0;
  bool wrong = false;
  for (n = 1; n < limit; n++)
    for (index = 0; ; index++)
      {
        struct run run;
        memset (&run, 0, sizeof run);
        run.backend = backend;
        once (scenario, &run, n, index);
        wrong |= run.wrong;
        if (faults.kind < 0)
          {
            if (! faults.exhausted && ++ended == ENDS)
              return wrong ? -1 : count;
            break;
          }
        count++;
        ended = 0;
      }
  check_note ("the scenario has no end");
  return -1;
}
