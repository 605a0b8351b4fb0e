/* os-thread.c - POSIX threads.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "os.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>

#include "calls.h"

int
portalocker__mutex_init (os_mutex *mutex)
{
  return calls.mutex_init (mutex, NULL);
}

int
portalocker__cond_init (os_cond *cond)
{
#if HAVE_PTHREAD_CONDATTR_SETCLOCK
  pthread_condattr_t attributes;
  int error = pthread_condattr_init (&attributes);
  if (error != 0)
    return error;
  pthread_condattr_setclock (&attributes, OS_CLOCK);
  error = calls.cond_init (cond, &attributes);
  pthread_condattr_destroy (&attributes);
  return error;
#else
  return calls.cond_init (cond, NULL);
#endif
}

bool
portalocker__cond_wait (os_cond *cond, os_mutex *mutex, int64_t deadline)
{
  struct timespec until;
  if (deadline == PORTALOCKER__NEVER)
    return pthread_cond_wait (cond, mutex) == 0;
  until = portalocker__to_timespec (deadline);
  return pthread_cond_timedwait (cond, mutex, &until) != ETIMEDOUT;
}

int
portalocker__key_create (os_key *key, void (*destroy) (void *value))
{
  return calls.key_create (key, destroy);
}

int
portalocker__key_set (os_key *key, void *value)
{
  return calls.setspecific (*key, value);
}


/* ---- Threads of our own.  */

const char portalocker__thread_call[] = "pthread_create";

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
create (os_thread *thread, size_t stack, void *(*run) (void *argument),
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
portalocker__thread_start (os_thread *thread,
                           void *(*run) (void *argument), void *argument)
{
  int error;
#if ! HAVE_PTHREAD_ATTR_SETSIGMASK_NP
  sigset_t all, before;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
#endif
  error = create (thread, OS_STACK_SIZE, run, argument);
  /* Too small for the thread-local variables of this program.  */
  if (error == EINVAL)
    error = create (thread, 0, run, argument);
#if ! HAVE_PTHREAD_ATTR_SETSIGMASK_NP
  pthread_sigmask (SIG_SETMASK, &before, NULL);
#endif
  return error;
}
