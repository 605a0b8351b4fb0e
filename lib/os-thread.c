/* os-thread.c - threads of the library's own, which can be cancelled.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A thread that blocks in a lock call has to be taken out of it.  flock(2) is
   no cancellation point, and fcntl is one on some systems only: so just around
   that call the thread may be cancelled anywhere.  */

#include <config.h>
#include "os.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#if CANCEL_NEEDS_LIBGCC
# include <dlfcn.h>
#endif

#include "calls.h"
#include "fork.h"

/* The stack of a helper: it only makes a system call, but the C library keeps
   the thread-local variables of the whole program there too.  */
enum { STACK_SIZE = 128 * 1024 };

/* Make ATTRIBUTES those of a thread with its own SIZE of stack, or that of the
   system for 0, in which no signal handler runs.  */
static int
set_attributes (pthread_attr_t *attributes, size_t size)
{
#if HAVE_PTHREAD_ATTR_SETSIGMASK_NP
  sigset_t all;
  sigfillset (&all);
  pthread_attr_setsigmask_np (attributes, &all);
#endif
#ifdef PTHREAD_STACK_MIN
  if (size != 0 && size < (size_t) PTHREAD_STACK_MIN)
    size = (size_t) PTHREAD_STACK_MIN;
#endif
  return size == 0 ? 0 : pthread_attr_setstacksize (attributes, size);
}

static int
create (pthread_t *thread, size_t stack, void *(*run) (void *argument),
        void *argument)
{
  pthread_attr_t attributes;
  int error = pthread_attr_init (&attributes);
  if (error != 0)
    return error;
  error = set_attributes (&attributes, stack);
  if (error == 0)
    error = calls.thread_create (thread, &attributes, run, argument);
  pthread_attr_destroy (&attributes);
  return error;
}

int
portalocker__thread_start (pthread_t *thread, void *(*run) (void *argument),
                           void *argument)
{
  int error;
#if ! HAVE_PTHREAD_ATTR_SETSIGMASK_NP
  sigset_t all, before;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
#endif
  error = create (thread, STACK_SIZE, run, argument);
  /* Too small for the thread-local variables of this program.  */
  if (error == EINVAL)
    error = create (thread, 0, run, argument);
#if ! HAVE_PTHREAD_ATTR_SETSIGMASK_NP
  pthread_sigmask (SIG_SETMASK, &before, NULL);
#endif
  return error;
}

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
enum { BELOW = STACK_SIZE / 2, ABOVE = 512 };

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

void
portalocker__thread_end (pthread_t thread)
{
  calls.thread_cancel (thread);
  pthread_join (thread, NULL);
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
  int begun;                    /* atomic */
  bool survived;
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
  trial->survived = true;
  return NULL;
}

/* What trials have shown, once and for all; atomic.  Threads that come together
   make one each, rather than wait for one that a fork may have left behind.  */
enum { UNTRIED, WORKS, FAILS };
static int trial_result = UNTRIED;

/* What the trial shows: WORKS or FAILS.  */
static int
try_it (void)
{
  struct trial trial = { false, false };
  pthread_t thread;
  if (! can_unwind ()
      || portalocker__thread_start (&thread, run_trial, &trial) != 0)
    return FAILS;
  while (! os_atomic_load (&trial.begun))
    sched_yield ();
  /* With the mutex, so that no fork falls into it: the first of all
     cancellations sets the action of a signal and notes that it did, and a
     child may get a copy of the note alone.  The signal would kill it.  */
  os_mutex_lock (&portalocker__tables);
  calls.thread_cancel (thread);
  os_mutex_unlock (&portalocker__tables);
  pthread_join (thread, NULL);
  return trial.survived ? FAILS : WORKS;
}

bool
portalocker__threads_work (void)
{
  int result = os_atomic_load (&trial_result);
  if (result == UNTRIED)
    {
      result = try_it ();
      os_atomic_store (&trial_result, result);
    }
  return result == WORKS;
}
