/* stress.c - waits that end just when the lock is handed over.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   usage: stress FILE WAITS SECONDS [BACKEND METHOD]

   Several processes with several threads each acquire FILE, WAITS times in
   all or until SECONDS have passed, with deadlines by chance around the time
   for which others hold the lock; another thread of each process cancels them
   by chance, itself or by a signal to the thread that waits.  What must hold:

     overlaps  an exclusive holder sees another holder
     lost      a count that only exclusive holders change is too small
     early     a wait timed out before its deadline
     errors    a wait ended in another way, or a cancel nobody asked for
     stuck     a process did not end in time
     leaks     a thread or a descriptor was left in a process at its end

   Each is a number in the line that is printed, and the exit status is 1
   unless all are 0.  Without BACKEND and METHOD there is a line for each pair
   of them.  A METHOD that does not work here is not tried: status 77.  With
   the METHOD "watch" each thread watches two files at once, and abandons
   watches by chance.  */

#include "stress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "actor-threads.h"
#include "atomic.h"

static const char *file, *backend;
static char other_file[4096];   /* which only watches are about */
static int watches;             /* whether they are what is tried */
static struct shared *shared;

/* One of the threads that wait.  */
struct waiter
{
  struct actor_thread *thread;
  portalocker_lock *lock;
  portalocker_lock *other;      /* for the other file */
  unsigned int chance;
  int begun, ended;             /* cancels so far; atomic */
};

static struct waiter waiters[THREADS];

/* Atomic: how many of them have done with waiting, and whether all are to
   end, so that no signal goes to a thread that has ended.  */
static int done, may_end;

static void
add (int *number, int more)
{
  atomic_add (number, more);
}

void
stress_complain (const char *what, const char *why)
{
  add (&shared->errors, 1);
  fprintf (stderr, "%s: %s\n", what, why);
}

/* ---- Time and chance ----------------------------------------------- */

static int64_t
microseconds (void)
{
  return actor_clock () / 1000;
}

/* A number below LIMIT.  */
static unsigned int
pick (unsigned int *chance, unsigned int limit)
{
  *chance = *chance * 1103515245u + 12345u;
  return (*chance >> 16) % limit;
}

/* ---- Inside -------------------------------------------------------- */

static void
be_alone (struct waiter *self)
{
  int seen;

  if (atomic_swap (&shared->writers, 1) != 0
      || atomic_get (&shared->readers) != 0)
    add (&shared->overlaps, 1);
  seen = atomic_get (&shared->count);
  stress_pause (pick (&self->chance, 4) * 100);
  atomic_set (&shared->count, seen + 1);
  atomic_set (&shared->writers, 0);
  add (&shared->exclusive, 1);
}

static void
be_together (struct waiter *self)
{
  atomic_add (&shared->readers, 1);
  if (atomic_get (&shared->writers) != 0)
    add (&shared->overlaps, 1);
  stress_pause (pick (&self->chance, 4) * 100);
  atomic_add (&shared->readers, -1);
}

/* ---- Waits --------------------------------------------------------- */

static void
have_lock (struct waiter *self, int flags)
{
  add (&shared->got, 1);
  if (flags == PORTALOCKER_LOCK_EX)
    be_alone (self);
  else
    be_together (self);
  if (portalocker_release (self->lock) != PORTALOCKER_OK)
    stress_complain ("release", portalocker_message (self->lock));
}

/* The wait, which began at BEGUN and had MS milliseconds, ended with CODE;
   CANCELS had ended before it.  */
static void
judge (struct waiter *self, int code, int flags, int64_t begun, int64_t ms,
       int cancels)
{
  switch (code)
    {
    case PORTALOCKER_OK:
      have_lock (self, flags);
      break;
    case PORTALOCKER_TIMED_OUT:
      add (&shared->timed_out, 1);
      if (ms == PORTALOCKER_FOREVER || microseconds () - begun < ms * 1000)
        add (&shared->early, 1);
      break;
    case PORTALOCKER_CANCELLED:
      add (&shared->cancelled, 1);
      if (atomic_get (&self->begun) == cancels)
        stress_complain ("acquire", "cancelled by nobody");
      break;
    default:
      stress_complain ("acquire", portalocker_message (self->lock));
    }
  if (portalocker_is_held (self->lock))
    stress_complain ("acquire", "held after all");
}

/* Begin a watch of LOCK; return what tells of its end.  */
static intptr_t
begin_watch (portalocker_lock *lock, int64_t ms)
{
  intptr_t end = -1;

  if (stress_watch (lock, ms, &end) != PORTALOCKER_OK)
    stress_complain ("watch", portalocker_message (lock));
  return end;
}

/* The end of the watch of LOCK, which is waited for or, by chance, not.  */
static int
end_watch (struct waiter *self, portalocker_lock *lock, intptr_t end)
{
  if (pick (&self->chance, 8) != 0)
    {
      stress_await_watch (end);
      return portalocker_watch_finish (lock);
    }
  if (portalocker_watch_abandon (lock) != PORTALOCKER_OK)
    stress_complain ("abandon", portalocker_message (lock));
  /* By this thread itself.  */
  atomic_add (&self->begun, 1);
  atomic_add (&self->ended, 1);
  return PORTALOCKER_CANCELLED;
}

/* What portalocker_acquire_with is for others.  */
static int
watch_both (struct waiter *self, int64_t ms, int flags)
{
  intptr_t end, other;
  int code;

  portalocker_set_mode (self->lock, "a+");
  portalocker_set_fail_when_locked (self->lock, 0);
  portalocker_set_check_interval (self->lock, 1);
  portalocker_set_flags (self->lock, flags);
  end = begin_watch (self->lock, ms);
  other = begin_watch (self->other, 1 + pick (&self->chance, 3));
  code = end_watch (self, self->other, other);
  if (code == PORTALOCKER_OK)
    portalocker_release (self->other);
  else if (code != PORTALOCKER_TIMED_OUT && code != PORTALOCKER_CANCELLED)
    stress_complain ("watch", portalocker_message (self->other));
  return end_watch (self, self->lock, end);
}

static void
wait_once (struct waiter *self, int features)
{
  int64_t ms = 1 + pick (&self->chance, 3);
  int flags = PORTALOCKER_LOCK_EX;
  int cancels = atomic_get (&self->ended);
  int64_t begun;
  int code;

  if ((features & PORTALOCKER_FEATURE_SHARED) != 0
      && pick (&self->chance, 2) == 0)
    flags = PORTALOCKER_LOCK_SH;
  if (pick (&self->chance, 16) == 0)
    ms = PORTALOCKER_FOREVER;
  add (&shared->waits, 1);
  begun = microseconds ();
  code = watches ? watch_both (self, ms, flags)
         : portalocker_acquire_with (self->lock, "a+", 0, ms, 1, 0, flags);
  judge (self, code, flags, begun, ms, cancels);
}

static void
wait_often (void *argument)
{
  int features = portalocker_backend_features (backend);

  stress_begin_thread (argument);
  while (atomic_add (&shared->left, -1) >= 0
         && portalocker_now () < shared->end_of_time)
    wait_once (argument, features);
  atomic_add (&done, 1);
  while (! atomic_get (&may_end))
    stress_pause (1000);
}

static void
cancel (struct waiter *waiter)
{
  if (portalocker_cancel (waiter->lock) != PORTALOCKER_OK)
    add (&shared->errors, 1);
  atomic_add (&waiter->ended, 1);
}

void
stress_cancel (void *waiter)
{
  int error = errno;

  cancel (waiter);
  errno = error;
}

/* End waits of this process until they are all done.  */
static void
cancel_often (void *argument)
{
  unsigned int *chance = argument;

  while (atomic_get (&done) < THREADS)
    {
      struct waiter *waiter = &waiters[pick (chance, THREADS)];

      atomic_add (&waiter->begun, 1);
      if (pick (chance, 2) == 0 || ! stress_signal (waiter->thread))
        cancel (waiter);
      stress_pause (pick (chance, 3000));
    }
}

/* ---- Processes ----------------------------------------------------- */

/* A thread is in the list for a moment after it was joined.  */
static int
has_more (int (*count) (void), int before)
{
  int64_t limit = portalocker_now () + PATIENCE * 1000 / 2;

  while (count () > before)
    {
      if (portalocker_now () > limit)
        return 1;
      stress_pause (1000);
    }
  return 0;
}

static void
make_waiter (struct waiter *waiter, unsigned int chance)
{
  waiter->chance = chance;
  if (portalocker_new (&waiter->lock, file) != PORTALOCKER_OK
      || portalocker_set_backend (waiter->lock, backend) != PORTALOCKER_OK
      || portalocker_set_cancellable (waiter->lock, 1) != PORTALOCKER_OK
      || portalocker_new (&waiter->other, other_file) != PORTALOCKER_OK
      || portalocker_set_backend (waiter->other, backend) != PORTALOCKER_OK)
    exit (99);
}

static void
free_waiter (struct waiter *waiter)
{
  portalocker_free (waiter->lock);
  portalocker_free (waiter->other);
}

static struct actor_thread *
start (void (*function) (void *), void *argument)
{
  struct actor_thread *thread = actor_thread_start (function, argument);

  if (thread == NULL)
    exit (99);
  return thread;
}

static void
run_threads (unsigned int chance)
{
  int i;

  for (i = 0; i < THREADS; i++)
    make_waiter (&waiters[i], chance + (unsigned int) i * 7919);
  for (i = 0; i < THREADS; i++)
    waiters[i].thread = start (wait_often, &waiters[i]);
  actor_thread_join (start (cancel_often, &chance));
  atomic_set (&may_end, 1);
  for (i = 0; i < THREADS; i++)
    actor_thread_join (waiters[i].thread);
  for (i = 0; i < THREADS; i++)
    free_waiter (&waiters[i]);
}

static void
do_nothing (void *unused)
{
  (void) unused;
}

void
stress_work (unsigned int chance)
{
  int threads, descriptors;

  /* A process that hangs ends even when nobody is left to end it.  */
  stress_limit_time ((unsigned int) ((shared->end_of_time
                                      - portalocker_now ()) / 1000)
                     + 2 * PATIENCE);
  /* With the first of all threads a sanitizer starts its own.  */
  actor_thread_join (start (do_nothing, NULL));
  stress_begin_process ();
  threads = stress_count_threads ();
  descriptors = stress_count_descriptors () + stress_spare_descriptors ();
  run_threads (chance);
  if (has_more (stress_count_threads, threads)
      || has_more (stress_count_descriptors, descriptors))
    add (&shared->leaks, 1);
}

/* After all, the lock is free.  */
static void
check_free (void)
{
  portalocker_lock *lock;

  if (portalocker_new (&lock, file) != PORTALOCKER_OK
      || portalocker_set_backend (lock, backend) != PORTALOCKER_OK
      || portalocker_acquire (lock) != PORTALOCKER_OK)
    stress_complain ("at the end", "the lock is not free");
  portalocker_free (lock);
}

/* ---- One backend, one method --------------------------------------- */

/* Whether what is held can be watched, tried in this process.  */
static int
try_watch (void)
{
  struct waiter holder, waiter;
  intptr_t end;
  int works;

  make_waiter (&holder, 1);
  make_waiter (&waiter, 1);
  works = portalocker_acquire (holder.lock) == PORTALOCKER_OK
          && stress_watch (waiter.lock, PORTALOCKER_FOREVER, &end)
             == PORTALOCKER_OK;
  if (works)
    {
      portalocker_cancel (waiter.lock);
      works = end_watch (&waiter, waiter.lock, end) == PORTALOCKER_CANCELLED;
    }
  free_waiter (&waiter);
  free_waiter (&holder);
  return works;
}

/* Choose METHOD for this process; return 0 if it does not work here.  */
static int
choose (const char *method)
{
  watches = strcmp (method, "watch") == 0;
  if (watches)
    return stress_can (try_watch);
  stress_set_method (method);
  return strcmp (portalocker_wait_method (), method) == 0;
}

static int
report (const char *method, long stuck)
{
  int lost = shared->exclusive - shared->count;

  printf ("%s by %s: waits %d got %d timed-out %d cancelled %d:"
          " overlaps %d lost %d early %d errors %d stuck %ld leaks %d\n",
          backend, method, shared->waits, shared->got, shared->timed_out,
          shared->cancelled, shared->overlaps, lost, shared->early,
          shared->errors, stuck, shared->leaks);
  return shared->overlaps != 0 || lost != 0 || shared->early != 0
         || shared->errors != 0 || stuck != 0 || shared->leaks != 0;
}

int
stress (char **argv, const char *method, long waits, long seconds)
{
  long stuck;
  int is_first;

  shared = stress_share (argv, &is_first);
  if (is_first)
    {
      shared->left = (int) waits;
      shared->end_of_time = portalocker_now () + seconds * 1000;
    }
  /* Before the fork: the parent has one thread, and stays so.  */
  if (! choose (method))
    {
      printf ("%s by %s: does not work here\n", backend, method);
      return 77;
    }
  stuck = stress_run_processes (argv);
  check_free ();
  return report (method, stuck);
}

/* The method is chosen once in a process.  */
static int
stress_all (char **argv, long waits, long seconds)
{
  static const char *const methods[]
    = { "thread", "signal", "poll", "watch" };
  int worst = 0;
  size_t i, j;

  for (i = 0; (backend = portalocker_backend_at (i)) != NULL; i++)
    for (j = 0; j < sizeof methods / sizeof methods[0]; j++)
      {
        int status = stress_in_child (argv, backend, methods[j], waits,
                                      seconds);

        if (status != 0 && status != 77)
          worst = status;
      }
  return worst;
}

int
main (int argc, char **argv)
{
  if (argc < 4 || argc == 5)
    return 99;
  file = argv[1];
  snprintf (other_file, sizeof other_file, "%s.other", file);
  if (argc == 4)
    return stress_all (argv, atol (argv[2]), atol (argv[3]));
  backend = argv[4];
  return stress (argv, argv[5], atol (argv[2]), atol (argv[3]));
}
