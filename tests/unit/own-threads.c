/* own-threads.c - the library's own threads, and the end of them.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STATEMENT "a cancellation that comes late does not come at all"

#if HAVE_CANCEL && defined SYS_rt_sigprocmask

/* All numbers are atomic.  */
struct target
{
  int ready;                    /* to be cancelled */
  int cancelled;
  int survived;
};

/* Hold the signals of the C library back, or let them through, which it does
   not do itself.  */
static void
hold_back (bool hold)
{
  unsigned long long signals = 7ULL << 31;
  syscall (SYS_rt_sigprocmask, hold ? SIG_BLOCK : SIG_UNBLOCK, &signals, NULL,
           sizeof signals);
}

static void
await (const int *flag)
{
  while (os_atomic_load (flag) == 0)
    sched_yield ();
}

/* Come to the end of what may be cancelled with a cancellation on its way.  */
static void
wait_for_it (void *argument)
{
  struct target *target = argument;
  hold_back (true);
  os_atomic_store (&target->ready, 1);
  await (&target->cancelled);
}

static void *
be_cancelled (void *argument)
{
  struct target *target = argument;
  portalocker__run_cancellable (wait_for_it, target);
  hold_back (false);
  os_atomic_store (&target->survived, 1);
  return NULL;
}

/* glibc cancels by a signal, and up to 2.36 at least its handler does not ask
   whether the thread has disabled cancellation meanwhile.  What the thread
   holds then, such as a mutex, it would hold for ever.  */
static void
test_late (void)
{
  struct target target = { 0, 0, 0 };
  pthread_t thread;
  if (portalocker__thread_start (&thread, be_cancelled, &target) != 0)
    check_fatal ("no thread");
  await (&target.ready);
  pthread_cancel (thread);
  os_atomic_store (&target.cancelled, 1);
  pthread_join (thread, NULL);
  CHECK_INT (target.survived, 1, STATEMENT);
}

#else

static void
test_late (void)
{
  check_unsupported (STATEMENT, "threads cannot be cancelled so here");
}

#endif

int
main (void)
{
  unit_start ();
  check_area ("own-threads");
  test_late ();
  return check_done ();
}
