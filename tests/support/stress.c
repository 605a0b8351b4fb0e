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

#define _DEFAULT_SOURCE 1

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "atomic.h"
#include "portalocker.h"

enum { PROCESSES = 3, THREADS = 3 };

/* How long a process may take after the others' time is up: seconds.  It
   waits no longer than a few milliseconds for anything.  */
enum { PATIENCE = 60 };

/* What all processes share.  */
struct shared
{
  int left;                     /* waits to begin; atomic like the rest but
                                   for COUNT, which the lock guards */
  int count;
  int writers, readers;         /* inside */
  int waits, got, exclusive, timed_out, cancelled;
  int overlaps, early, errors, leaks;
};

static const char *file, *backend;
static char other_file[4096];   /* which only watches are about */
static int watches;             /* whether they are what is tried */
static struct shared *shared;
static int64_t end_of_time;

/* One of the threads that wait.  */
struct waiter
{
  pthread_t thread;
  portalocker_lock *lock;
  portalocker_lock *other;      /* for the other file */
  unsigned int chance;
  int begun, ended;             /* cancels so far; atomic */
};

static struct waiter waiters[THREADS];
static pthread_key_t own;       /* that of this thread, or NULL */

/* Atomic: how many of them have done with waiting, and whether all are to
   end, so that no signal goes to a thread that has ended.  */
static int done, may_end;

static void
add (int *number, int more)
{
  atomic_add (number, more);
}

static void
complain (const char *what, const char *why)
{
  add (&shared->errors, 1);
  fprintf (stderr, "%s: %s\n", what, why);
}

/* ---- Time and chance ----------------------------------------------- */

static int64_t
microseconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
pause_for (unsigned int us)
{
  struct timespec length = { .tv_nsec = (long) us * 1000 };

  if (us > 0)
    nanosleep (&length, NULL);
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
  pause_for (pick (&self->chance, 4) * 100);
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
  pause_for (pick (&self->chance, 4) * 100);
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
    complain ("release", portalocker_message (self->lock));
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
        complain ("acquire", "cancelled by nobody");
      break;
    default:
      complain ("acquire", portalocker_message (self->lock));
    }
  if (portalocker_is_held (self->lock))
    complain ("acquire", "held after all");
}

/* Begin a watch of LOCK; return its descriptor.  */
static int
begin_watch (portalocker_lock *lock, int64_t ms)
{
  int descriptor = -1;

  if (portalocker_watch (lock, ms, &descriptor) != PORTALOCKER_OK)
    complain ("watch", portalocker_message (lock));
  return descriptor;
}

/* The end of the watch of LOCK, which is waited for or, by chance, not.  */
static int
end_watch (struct waiter *self, portalocker_lock *lock, int descriptor)
{
  struct pollfd end = { .fd = descriptor, .events = POLLIN };

  if (pick (&self->chance, 8) != 0)
    {
      while (poll (&end, 1, PATIENCE * 1000) < 0 && errno == EINTR)
        continue;
      return portalocker_watch_finish (lock);
    }
  if (portalocker_watch_abandon (lock) != PORTALOCKER_OK)
    complain ("abandon", portalocker_message (lock));
  /* By this thread itself.  */
  atomic_add (&self->begun, 1);
  atomic_add (&self->ended, 1);
  return PORTALOCKER_CANCELLED;
}

/* What portalocker_acquire_with is for others.  */
static int
watch_both (struct waiter *self, int64_t ms, int flags)
{
  int descriptor, other, code;

  portalocker_set_mode (self->lock, "a+");
  portalocker_set_fail_when_locked (self->lock, 0);
  portalocker_set_check_interval (self->lock, 1);
  portalocker_set_flags (self->lock, flags);
  descriptor = begin_watch (self->lock, ms);
  other = begin_watch (self->other, 1 + pick (&self->chance, 3));
  code = end_watch (self, self->other, other);
  if (code == PORTALOCKER_OK)
    portalocker_release (self->other);
  else if (code != PORTALOCKER_TIMED_OUT && code != PORTALOCKER_CANCELLED)
    complain ("watch", portalocker_message (self->other));
  return end_watch (self, self->lock, descriptor);
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
      && pick (&self->chance, 4) == 0)
    flags = PORTALOCKER_LOCK_SH;
  if (pick (&self->chance, 16) == 0)
    ms = PORTALOCKER_FOREVER;
  add (&shared->waits, 1);
  begun = microseconds ();
  code = watches ? watch_both (self, ms, flags)
         : portalocker_acquire_with (self->lock, "a+", 0, ms, 1, 0, flags);
  judge (self, code, flags, begun, ms, cancels);
}

static void *
wait_often (void *argument)
{
  int features = portalocker_backend_features (backend);

  pthread_setspecific (own, argument);
  while (atomic_add (&shared->left, -1) >= 0
         && portalocker_now () < end_of_time)
    wait_once (argument, features);
  atomic_add (&done, 1);
  while (! atomic_get (&may_end))
    pause_for (1000);
  return NULL;
}

static void
cancel (struct waiter *waiter)
{
  if (portalocker_cancel (waiter->lock) != PORTALOCKER_OK)
    add (&shared->errors, 1);
  atomic_add (&waiter->ended, 1);
}

/* Runs in the thread that waits, wherever that is.  */
static void
cancel_own (int signo)
{
  int error = errno;

  (void) signo;
  if (pthread_getspecific (own) != NULL)
    cancel (pthread_getspecific (own));
  errno = error;
}

static void
handle_signal (void)
{
  struct sigaction action;

  memset (&action, 0, sizeof action);
  action.sa_handler = cancel_own;
  if (pthread_key_create (&own, NULL) != 0)
    exit (99);
  sigaction (SIGUSR1, &action, NULL);
}

/* End waits of this process until they are all done.  */
static void *
cancel_often (void *argument)
{
  unsigned int *chance = argument;

  while (atomic_get (&done) < THREADS)
    {
      struct waiter *waiter = &waiters[pick (chance, THREADS)];

      atomic_add (&waiter->begun, 1);
      if (pick (chance, 2) == 0)
        cancel (waiter);
      else
        pthread_kill (waiter->thread, SIGUSR1);
      pause_for (pick (chance, 3000));
    }
  return NULL;
}

/* ---- Processes ----------------------------------------------------- */

/* The entries of DIRECTORY, or -1 if the system has no such thing.  */
static int
count_entries (const char *directory)
{
  DIR *stream = opendir (directory);
  int count = 0;

  if (stream == NULL)
    return -1;
  while (readdir (stream) != NULL)
    count++;
  closedir (stream);
  return count;
}

/* A thread is in the list for a moment after it was joined.  */
static int
has_more (const char *directory, int before)
{
  int64_t limit = portalocker_now () + PATIENCE * 1000 / 2;

  while (count_entries (directory) > before)
    {
      if (portalocker_now () > limit)
        return 1;
      pause_for (1000);
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
start (pthread_t *thread, void *(*run) (void *), void *argument)
{
  if (pthread_create (thread, NULL, run, argument) != 0)
    exit (99);
}

static void
run_threads (unsigned int chance)
{
  pthread_t canceller;
  int i;

  handle_signal ();
  for (i = 0; i < THREADS; i++)
    make_waiter (&waiters[i], chance + (unsigned int) i * 7919);
  for (i = 0; i < THREADS; i++)
    start (&waiters[i].thread, wait_often, &waiters[i]);
  start (&canceller, cancel_often, &chance);
  pthread_join (canceller, NULL);
  atomic_set (&may_end, 1);
  for (i = 0; i < THREADS; i++)
    pthread_join (waiters[i].thread, NULL);
  for (i = 0; i < THREADS; i++)
    {
      portalocker_free (waiters[i].lock);
      portalocker_free (waiters[i].other);
    }
}

static void *
do_nothing (void *unused)
{
  return unused;
}

/* What a process does, from its beginning to its end.  */
static void
work (unsigned int chance)
{
  pthread_t first;
  int threads, descriptors;

  /* A process that hangs ends even when nobody is left to end it.  */
  alarm ((unsigned int) ((end_of_time - portalocker_now ()) / 1000)
         + 2 * PATIENCE);
  /* With the first of all threads a sanitizer starts its own.  */
  start (&first, do_nothing, NULL);
  pthread_join (first, NULL);
  threads = count_entries ("/proc/self/task");
  descriptors = count_entries ("/proc/self/fd");
  run_threads (chance);
  if (has_more ("/proc/self/task", threads)
      || has_more ("/proc/self/fd", descriptors))
    add (&shared->leaks, 1);
}

/* Wait for the processes; return how many had to be killed.  */
static long
await_processes (const pid_t *pids)
{
  int64_t limit = end_of_time + PATIENCE * 1000;
  long stuck = 0;
  int i, status;

  for (i = 0; i < PROCESSES; i++)
    {
      pid_t ended;

      while ((ended = waitpid (pids[i], &status, WNOHANG)) == 0
             && portalocker_now () < limit)
        pause_for (2000);
      if (ended == 0)
        {
          stuck++;
          kill (pids[i], SIGKILL);
          waitpid (pids[i], &status, 0);
        }
      else if (status != 0)
        complain ("process", "ended badly");
    }
  return stuck;
}

static long
run_processes (void)
{
  pid_t pids[PROCESSES];
  unsigned int i;

  for (i = 0; i < PROCESSES; i++)
    {
      pids[i] = fork ();
      if (pids[i] == 0)
        {
          work ((unsigned int) getpid () * 31u + i);
          exit (0);
        }
      if (pids[i] < 0)
        exit (99);
    }
  return await_processes (pids);
}

/* After all, the lock is free.  */
static void
check_free (void)
{
  portalocker_lock *lock;

  if (portalocker_new (&lock, file) != PORTALOCKER_OK
      || portalocker_set_backend (lock, backend) != PORTALOCKER_OK
      || portalocker_acquire (lock) != PORTALOCKER_OK)
    complain ("at the end", "the lock is not free");
  portalocker_free (lock);
}

/* ---- One backend, one method --------------------------------------- */

/* Whether what is held can be watched, tried in this process.  */
static int
try_watch (void)
{
  struct waiter holder, waiter;
  int descriptor;

  make_waiter (&holder, 1);
  make_waiter (&waiter, 1);
  if (portalocker_acquire (holder.lock) != PORTALOCKER_OK
      || portalocker_watch (waiter.lock, PORTALOCKER_FOREVER, &descriptor)
         != PORTALOCKER_OK)
    return 0;
  portalocker_cancel (waiter.lock);
  return end_watch (&waiter, waiter.lock, descriptor)
         == PORTALOCKER_CANCELLED;
}

/* The same in a child, since a process that forks later is to have no
   threads.  */
static int
can_watch (void)
{
  int status;
  pid_t child = fork ();

  if (child == 0)
    _exit (! try_watch ());
  return child > 0 && waitpid (child, &status, 0) == child && status == 0;
}

/* Choose METHOD for this process; return 0 if it does not work here.  */
static int
choose (const char *method)
{
  watches = strcmp (method, "watch") == 0;
  if (watches)
    return can_watch ();
  setenv ("PORTALOCKER_WAIT_METHOD", method, 1);
#ifdef SIGRTMIN
  if (strcmp (method, "signal") == 0)
    portalocker_set_wait_signal (SIGRTMIN + 5);
#endif
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

static int
stress (const char *method, long waits, long seconds)
{
  long stuck;

  shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED)
    return 99;
  shared->left = (int) waits;
  end_of_time = portalocker_now () + seconds * 1000;
  /* Before the fork: the parent has one thread, and stays so.  */
  if (! choose (method))
    {
      printf ("%s by %s: does not work here\n", backend, method);
      return 77;
    }
  stuck = run_processes ();
  check_free ();
  return report (method, stuck);
}

/* The method is chosen once in a process.  */
static int
stress_in_child (const char *method, long waits, long seconds)
{
  pid_t child;
  int status;

  fflush (NULL);
  child = fork ();
  if (child == 0)
    exit (stress (method, waits, seconds));
  if (child < 0 || waitpid (child, &status, 0) != child)
    return 99;
  return WIFEXITED (status) ? WEXITSTATUS (status) : 99;
}

static int
stress_all (long waits, long seconds)
{
  static const char *const methods[]
    = { "thread", "signal", "poll", "watch" };
  int worst = 0;
  size_t i, j;

  for (i = 0; (backend = portalocker_backend_at (i)) != NULL; i++)
    for (j = 0; j < sizeof methods / sizeof methods[0]; j++)
      {
        int status = stress_in_child (methods[j], waits, seconds);

        if (status != 0 && status != 77)
          worst = status;
      }
  return worst;
}

int
main (int argc, char **argv)
{
  if (argc != 4 && argc != 6)
    return 99;
  file = argv[1];
  snprintf (other_file, sizeof other_file, "%s.other", file);
  if (argc == 4)
    return stress_all (atol (argv[2]), atol (argv[3]));
  backend = argv[4];
  return stress (argv[5], atol (argv[2]), atol (argv[3]));
}
