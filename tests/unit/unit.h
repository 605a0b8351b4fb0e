/* unit.h - what the plain C tests share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   These programs are linked with the library's own objects: they see the
   private names, and replace entries of portalocker__calls.  Each starts
   with unit_start, works in an empty directory of its own, and ends with
   "return check_done ();".

   Nothing here waits by the clock, but to give up on what hangs.  Threads are
   ordered by gates (below), other processes by pipes.  */

#ifndef UNIT_H
#define UNIT_H

#include <config.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "atomic.h"
#include "check.h"

#include "../../lib/backend.h"
#include "../../lib/calls.h"
#include "../../lib/failure.h"
#include "../../lib/fork.h"
#include "../../lib/object.h"
#include "../../lib/open.h"
#include "../../lib/os.h"
#include "../../lib/owners.h"
#include "../../lib/wait.h"

/* The table as it was at the start of the program.  */
extern struct portalocker__calls unit_real;

/* Go to a new empty directory, which is removed at exit, and start the
   helper process.  To be called before anything of the library.  */
void unit_start (void);

/* Bring portalocker__calls back to what it was, and the method by which waits
   are made.  */
void unit_restore (void);

/* The absolute path of NAME in the directory of the test, a string that
   the next call but one overwrites.  For one thread.  */
const char *unit_path (const char *name);

/* What tells the results of a program from those of another one of the same
   source.  */
#ifndef UNIT_SUFFIX
# define UNIT_SUFFIX ""
#endif

/* Name what the next results are about: "BACKEND/AREA".  */
CHECK_MAYBE_UNUSED static void
unit_area (const char *backend, const char *area)
{
  static char name[80];
  snprintf (name, sizeof name, "%s/%s%s", backend, area, UNIT_SUFFIX);
  check_area (name);
}

/* How many descriptors this process has open.  */
int unit_descriptors (void);

/* How many threads it has, 0 where that cannot be seen.  */
int unit_threads (void);

/* Return when all threads that the library started have ended, which then
   comes after all that they did, also in the eyes of checkers of programs; or
   say that they have not, after a while.  */
bool unit_await_threads (void);

/* Whether the directory of the test holds exactly the files NAMES, a list
   with one blank behind each name, in the order of strcmp.  */
bool unit_directory_is (const char *names);

/* Write TEXT into the file NAME; say whether it holds TEXT.  */
void unit_write (const char *name, const char *text);
bool unit_file_is (const char *name, const char *text);


/* The system's call that BACKEND locks with, as errors name it.  */
const char *unit_lock_call (const char *backend);


/* ---- The helper: a process that uses the system's own lock calls, and
   nothing of the library.  */

/* Whether another process can lock the file NAME as BACKEND does.  It lets
   go at once.  */
bool unit_free (const char *name, const char *backend, bool exclusive);

/* Let the helper hold the file NAME; let it close that file.  One file at a
   time.  The BACKEND "open file" is the kind of lock of which the system
   does not tell the process at once; "part" the lock of the library without
   the bytes behind it; "gate" the one through which fair locks go.  */
void unit_hold (const char *name, const char *backend, bool exclusive);
void unit_let_go (void);
pid_t unit_helper (void);


/* ---- Lock objects.  */

/* A lock object for NAME that uses BACKEND.  */
portalocker_lock *unit_new (const char *name, const char *backend);

/* Bits of enum portalocker_feature of BACKEND.  */
bool unit_has (const char *backend, int feature);

/* Whether other threads go on while one waits for a lock of BACKEND in the
   kernel.  Under valgrind they do not, for the locks of open files.  */
bool unit_threads_go_on (const char *backend);

/* Whether a process may fork beside its threads and wait for the child: in
   qemu-user such a child can hang, at its end at the latest.  If not, name
   STATEMENT as unsupported.  */
CHECK_MAYBE_UNUSED static bool
unit_forks_beside_threads (const char *statement)
{
  if (getenv ("PORTALOCKER_EMULATOR") == NULL)
    return true;
  check_unsupported (statement, "a child beside threads can hang in qemu-user");
  return false;
}

/* Wait for the end of CHILD; return its status as waitpid tells it.  One that
   does not end is killed, and that is its status.  */
int unit_reap (pid_t child);

/* Wait for a lock of NAME that another process holds until the time is up; with
   more time each time, until *FACT, which is atomic and has to come true
   meanwhile, is not 0.  Return whether it did, and all waits ended so.  */
bool unit_time_out (const char *name, const char *backend, const int *fact);

/* Wait until the acquire of LOCK that another thread runs was refused.  */
void unit_await_refusal (portalocker_lock *lock);

/* Call FUNCTION with each backend that is built; with each one for which that
   is so, and name the others in AREA.  */
void unit_each_backend (void (*function) (const char *backend));
CHECK_MAYBE_UNUSED static void
unit_each_waiting_backend (const char *area,
                           void (*function) (const char *backend))
{
  const char *backend;
  size_t i;
  for (i = 0; (backend = portalocker_backend_at (i)) != NULL; i++)
    if (unit_threads_go_on (backend))
      function (backend);
    else
      {
        unit_area (backend, area);
        check_unsupported ("all of it", "valgrind stops all threads");
      }
}


/* ---- A clock that only sleeping moves, for waits that try again and again
   in a single thread.  */

enum
{
  UNIT_SLEEPS = 64,             /* how many are remembered */
  UNIT_MS = 1000000
};

/* How much longer a sleep may be than was asked for: without futexes a sleep
   is a whole number of milliseconds.  */
#define UNIT_GRAIN (HAVE_FUTEX ? INT64_C (0) : INT64_C (999999))

struct unit_clock
{
  int64_t now;                  /* nanoseconds */
  int64_t limit;                /* a signal ends each sleep after this, if it
                                   is not 0 */
  int64_t extra;                /* and this much too late it ends */
  int sleeps;                   /* so far */
  struct
  {
    int64_t began, length;      /* as it was asked for */
  } slept[UNIT_SLEEPS];
};

extern struct unit_clock unit_clock;

/* Put it, as new, in place of the system's until unit_restore, and let all
   waits be by the method "poll".  */
void unit_use_clock (void);

/* Whether the sleeps so far, all of one wait until DEADLINE, follow the law:
   the first pause is a millisecond, each one twice as long as the one before,
   but no longer than INTERVAL; up to a quarter of it is left out; and none
   goes beyond DEADLINE.  *PAUSES says how many there were: one may consist of
   several sleeps.  */
bool unit_check_pauses (int64_t deadline, int64_t interval, int *pauses);


/* ---- Calls that take a lock, by whatever primitive, and that sleep.  */

/* Before each call of TABLE that takes a lock or tries to, ask REFUSES whether
   it fails, with the errno that is left; WAITS says whether it is to wait.  The
   calls that do not fail are the system's.  One function at a time.  */
void unit_ask_before_locks (struct portalocker__calls *table,
                            bool (*refuses) (bool waits));

/* Call FUNCTION before each call of unit_real in which a thread may sleep:
   waits for a lock or for an event.  NULL: no more.  */
void unit_tell_before_sleeps (void (*function) (void));

/* Wait until another thread has made FACT, which is atomic, true.  */
void unit_await (const int *fact);

/* A calloc without memory.  */
void *unit_no_calloc (size_t count, size_t size);


/* ---- Gates.  A thread that comes to a gate says so and stops until it is
   opened.  */

struct gate
{
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int arrived;                  /* threads that came so far */
  bool open;
};

#define GATE_INITIALIZER \
  { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false }

void gate_reset (struct gate *gate);
void gate_pass (struct gate *gate);       /* come to it, wait, go on */
void gate_await (struct gate *gate);      /* wait until a thread came */
void gate_open (struct gate *gate);


/* ---- Threads.  */

struct task
{
  pthread_t thread;
  int (*function) (void *argument);
  void *argument;
  int result;                   /* valid after task_end */

  pthread_mutex_t mutex;        /* guards what follows */
  int id;                       /* the system's number of the thread, or 0 */
  bool done;
};

/* Run FUNCTION (ARGUMENT) in a thread; wait for its end and return what it
   returned.  */
void task_start (struct task *task, int (*function) (void *argument),
                 void *argument);
int task_end (struct task *task);

/* Functions for tasks, with a lock object as argument.  */
int task_acquire (void *lock);
int task_release (void *lock);

/* Let other threads run until TASK sleeps in the kernel or is done.  This
   only gives a wrong order the time to show: no verdict rests on it, and
   where the system does not show sleeping threads it returns at once.  */
void task_let_sleep (struct task *task);

#endif /* UNIT_H */
