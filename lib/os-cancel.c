/* os-cancel.c - threads of the library's own, which can be cancelled.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A thread that blocks in a lock call has to be taken out of it.  flock(2) is
   no cancellation point, and fcntl is one on some systems only: so just around
   that call the thread may be cancelled anywhere.  */

#include <config.h>
#include "os.h"

#include <sched.h>
#include <stddef.h>
#if CANCEL_NEEDS_LIBGCC
# include <dlfcn.h>
#endif

#include "calls.h"
#include "fork.h"

/* AddressSanitizer marks the variables on the stack, and keeps the marks of
   functions that a cancelled thread has never returned from: its own code at
   the end of the thread stumbles over them.  Its destructors are the last to
   run, so this one takes the marks back in time.  */
#if defined __SANITIZE_ADDRESS__
# define SANITIZES_ADDRESSES 1
#elif defined __has_feature
# if __has_feature (address_sanitizer)
#  define SANITIZES_ADDRESSES 1
# endif
#endif
#if SANITIZES_ADDRESSES
void __asan_unpoison_memory_region (void const volatile *start, size_t size);

/* Where those functions were, seen from the destructor.  */
enum { BELOW = OS_STACK_SIZE / 2, ABOVE = 512 };

static pthread_key_t marks_key;
static pthread_once_t marks_once = PTHREAD_ONCE_INIT;

static void __attribute__ ((__no_sanitize_address__))
take_marks_back (void *unused)
{
  char *here = __builtin_frame_address (0);
  (void) unused;
  __asan_unpoison_memory_region (here - BELOW, BELOW + ABOVE);
}

static void
make_marks_key (void)
{
  pthread_key_create (&marks_key, take_marks_back);
}

static void
expect_marks (void)
{
  pthread_once (&marks_once, make_marks_key);
  pthread_setspecific (marks_key, &marks_key);
}
#else
static void
expect_marks (void)
{
}
#endif

void
portalocker__forbid_cancel (void)
{
  int before;
  /* Not the state alone: the signal by which glibc cancels may be on its way,
     and its handler looks at nothing but the type.  */
  pthread_setcanceltype (PTHREAD_CANCEL_DEFERRED, &before);
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &before);
}

void
portalocker__run_cancellable (void (*run) (void *argument), void *argument)
{
  int before;
  expect_marks ();
  pthread_setcanceltype (PTHREAD_CANCEL_ASYNCHRONOUS, &before);
  pthread_setcancelstate (PTHREAD_CANCEL_ENABLE, &before);
  run (argument);
  portalocker__forbid_cancel ();
}

/* EAGAIN: each user may have so many signals pending that are queued, and that
   by which C libraries cancel is one of them.  Source: tgkill(2) of Linux.  */
bool
portalocker__thread_stop (os_thread thread)
{
  return calls.thread_cancel (thread) != EAGAIN;
}

void
portalocker__thread_end (os_thread thread, const int *done)
{
  while (! portalocker__thread_stop (thread) && ! os_atomic_load (done))
    portalocker__pause (PORTALOCKER__NS_PER_MS);
  os_thread_join (thread);
}


/* ---- Does it work here?  */

/* Whether what pthread_cancel needs can be loaded: glibc ends the process
   when it cannot.  */
#if CANCEL_NEEDS_LIBGCC
static bool
can_unwind (void)
{
  return calls.dlopen ("libgcc_s.so.1", RTLD_NOW) != NULL;
}
#else
static bool
can_unwind (void)
{
  return true;
}
#endif

struct trial
{
  int begun, survived;          /* atomic */
};

/* Sleep for much longer than it takes to cancel a thread.  */
static void
sleep_a_second (void *argument)
{
  struct timespec second = { .tv_sec = 1 };
  struct trial *trial = argument;
  os_atomic_store (&trial->begun, true);
  calls.nanosleep (&second, NULL);
}

static void *
run_trial (void *argument)
{
  struct trial *trial = argument;
  portalocker__run_cancellable (sleep_a_second, trial);
  os_atomic_store (&trial->survived, true);
  return NULL;
}

/* What trials have shown, once and for all; atomic.  Threads that come together
   make one each, rather than wait for one that a fork may have left behind.  */
enum { UNTRIED, WORKS, FAILS };
static int trial_result = UNTRIED;

/* What a trial shows: WORKS or FAILS, or UNTRIED if the second was over before
   the thread was cancelled, as on a machine that was suspended.  */
static int
try_once (void)
{
  struct trial trial = { false, false };
  os_thread thread;
  bool late;
  if (portalocker__thread_start (&thread, run_trial, &trial) != 0)
    return FAILS;
  while (! os_atomic_load (&trial.begun))
    sched_yield ();
  late = ! portalocker__thread_stop (thread)
         || os_atomic_load (&trial.survived);
  os_thread_join (thread);
  return late ? UNTRIED : trial.survived ? FAILS : WORKS;
}

/* What the trials show: WORKS or FAILS.  */
static int
try_it (void)
{
  enum { TRIES = 4 };
  int i, result = can_unwind () ? UNTRIED : FAILS;
  for (i = 0; i < TRIES && result == UNTRIED; i++)
    result = try_once ();
  return result == UNTRIED ? FAILS : result;
}

bool
portalocker__threads_work (void)
{
  int result = os_atomic_load (&trial_result);
  if (result == UNTRIED)
    {
      /* No fork falls into the first of all cancellations.  That loads the
         unwinder, of which the child could get the half; and it sets the action
         of a signal and notes that it did, of which the child could get the
         note alone, and would be killed.  */
      portalocker__fork_defer ();
      result = try_it ();
      portalocker__fork_admit ();
      os_atomic_store (&trial_result, result);
    }
  return result == WORKS;
}
