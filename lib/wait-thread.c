/* wait-thread.c - waiting by a helper thread that blocks in the kernel.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The default method, since nothing of it is seen by the program: no signal,
   no timer, and nothing is left of the thread when the wait is over.  It costs
   a second wake-up per lock, from the helper to the thread that waits.

   A helper that is no longer needed is cancelled.  flock(2) is no
   cancellation point, and fcntl is one on some systems only; so just around
   the lock call the helper may be cancelled anywhere.  What it has locked
   until then belongs to the open file or to the process, not to the helper,
   and the one who cancels it finds out.  */

#include <config.h>
#include "wait-method.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#if CANCEL_NEEDS_LIBGCC
# include <dlfcn.h>
#endif

#include "calls.h"
#include "os.h"

/* ---- Threads of the library's own.  */

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

/* Start a thread that runs RUN (ARGUMENT) with all signals blocked.  Return 0
   or an error number.  */
static int
start (pthread_t *thread, void *(*run) (void *argument), void *argument)
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

/* Let the calling thread be cancelled anywhere from here on, or nowhere.  */
static void
allow_cancel (bool allow)
{
  int before;
  if (allow)
    pthread_setcanceltype (PTHREAD_CANCEL_ASYNCHRONOUS, &before);
  else
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

/* Cancel THREAD, and return when it is gone.  */
static void
end (pthread_t thread)
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

/* A thread that sleeps for much longer than it takes to cancel it.  */
static UNMARKED void *
sleep_a_second (void *cancelled)
{
  struct timespec second = { .tv_sec = 1 };
  BEGIN_CANCELLABLE;
  allow_cancel (true);
  calls.nanosleep (&second, NULL);
  allow_cancel (false);
  END_CANCELLABLE;
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
  if (! can_unwind () || start (&thread, sleep_a_second, &cancelled) != 0)
    return;
  end (thread);
  trial_passed = cancelled;
}

static bool
thread_works (void)
{
  pthread_once (&trial_once, try_it);
  return trial_passed;
}


/* ---- The method.  */

/* What the two threads share, on the stack of the one that waits.  That one
   looks at ERROR and DONE when the helper has set the event, or has been
   joined; there is no other way to know that the helper will not set the
   event later.  */
struct helper
{
  struct lock_wait *wait;
  int fd;
  int error;                    /* the answer, once it is DONE */
  bool done;
  pthread_t thread;
};

static UNMARKED void *
run_helper (void *argument)
{
  struct helper *helper = argument;
  os_event *event = &helper->wait->event;
  int error;
  BEGIN_CANCELLABLE;
  allow_cancel (true);
  do
    error = portalocker__wait_call (helper->wait, helper->fd, true);
  while (error == EINTR);
  allow_cancel (false);
  END_CANCELLABLE;
  helper->error = error;
  helper->done = true;
  /* The waiting thread, and with it all of the above, may be gone when this
     returns.  */
  portalocker__event_set (event);
  /* To end takes longer than to let the other one go on first.  */
  sched_yield ();
  return NULL;
}

/* The helper has answered: nothing is left of it, or will soon be.  */
static void
let_go (pthread_t thread)
{
  if (OS_EVENT_MAY_VANISH)
    pthread_detach (thread);
  else
    pthread_join (thread, NULL);
}

/* Wait until HELPER answers, or WAIT is over.  */
static enum wait_end
await_helper (struct lock_wait *wait, struct helper *helper)
{
  enum wait_end reason;
  if (start (&helper->thread, run_helper, helper) != 0)
    return WAIT_IMPOSSIBLE;
  reason = portalocker__wait_sleep (wait, PORTALOCKER__NEVER);
  if (reason == WAIT_ANSWERED)
    let_go (helper->thread);
  else
    {
      end (helper->thread);
      if (helper->done)
        reason = WAIT_ANSWERED;
    }
  return reason;
}

static enum wait_end
thread_wait (struct lock_wait *wait, int fd, int *error)
{
  struct helper helper = { .wait = wait, .fd = fd };
  enum wait_end reason = portalocker__wait_enter (wait, NULL);
  if (reason != WAIT_BEGUN)
    return reason;
  reason = await_helper (wait, &helper);
  portalocker__wait_leave (wait);
  *error = helper.error;
  return reason;
}

const struct wait_method portalocker__wait_thread =
{
  .name = "thread",
  .works = thread_works,
  .wait = thread_wait
};
