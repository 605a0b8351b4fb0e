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
#include <signal.h>
#include <stddef.h>
#if CANCEL_NEEDS_LIBGCC
# include <dlfcn.h>
#endif

#include "calls.h"

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

void
portalocker__forbid_cancel (void)
{
  int before;
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &before);
}

/* AddressSanitizer marks the variables on the stack, and keeps the marks of
   functions that a cancelled thread has never returned from: what runs at the
   end of the thread would stumble over them.  What may be cancelled stands
   between these two, in a function that is UNMARKED itself.  */
#if defined __SANITIZE_ADDRESS__
# define SANITIZES_ADDRESSES 1
#elif defined __has_feature
# if __has_feature (address_sanitizer)
#  define SANITIZES_ADDRESSES 1
# endif
#endif
#if SANITIZES_ADDRESSES
void __asan_unpoison_memory_region (void const volatile *start, size_t size);

/* More than the functions below a frame take until the lock call.  */
enum { DEPTH = 8192 };

/* Take back the marks from FRAME on downwards.  */
static void
leave_stack (void *frame)
{
  __asan_unpoison_memory_region ((char *) frame - DEPTH, DEPTH);
}

# define BEGIN_CANCELLABLE \
  pthread_cleanup_push (leave_stack, __builtin_frame_address (0))
# define END_CANCELLABLE pthread_cleanup_pop (0)
# define UNMARKED __attribute__ ((__no_sanitize_address__))
#else
# define BEGIN_CANCELLABLE do {
# define END_CANCELLABLE } while (0)
# define UNMARKED
#endif

UNMARKED void
portalocker__run_cancellable (void (*run) (void *argument), void *argument)
{
  int before;
  BEGIN_CANCELLABLE;
  pthread_setcanceltype (PTHREAD_CANCEL_ASYNCHRONOUS, &before);
  pthread_setcancelstate (PTHREAD_CANCEL_ENABLE, &before);
  run (argument);
  /* The type too: when the signal of pthread_cancel comes late, glibc looks at
     nothing else, and would end the thread wherever it is.  */
  pthread_setcanceltype (PTHREAD_CANCEL_DEFERRED, &before);
  portalocker__forbid_cancel ();
  END_CANCELLABLE;
}

void
portalocker__thread_end (pthread_t thread)
{
  calls.thread_cancel (thread);
  pthread_join (thread, NULL);
}


/* ---- Does it work here?  */

/* Whether what pthread_cancel needs can be loaded: glibc ends the process
   when it cannot.  A program that is linked statically has no dlopen, and no
   need of it.  */
#if CANCEL_NEEDS_LIBGCC
static bool
can_unwind (void)
{
  return calls.dlopen == NULL
         || calls.dlopen ("libgcc_s.so.1", RTLD_NOW) != NULL;
}
#else
static bool
can_unwind (void)
{
  return true;
}
#endif

/* Sleep for much longer than it takes to cancel a thread.  */
static void
sleep_a_second (void *ignored)
{
  struct timespec second = { .tv_sec = 1 };
  (void) ignored;
  calls.nanosleep (&second, NULL);
}

static void *
run_trial (void *cancelled)
{
  portalocker__run_cancellable (sleep_a_second, NULL);
  *(bool *) cancelled = false;
  return NULL;
}

static pthread_once_t trial_once = PTHREAD_ONCE_INIT;
static bool trial_passed;

static void
try_it (void)
{
  pthread_t thread;
  bool cancelled = true;
  if (! can_unwind ()
      || portalocker__thread_start (&thread, run_trial, &cancelled) != 0)
    return;
  portalocker__thread_end (thread);
  trial_passed = cancelled;
}

bool
portalocker__threads_work (void)
{
  pthread_once (&trial_once, try_it);
  return trial_passed;
}
