/* watches.c - what is between the threads of a watch, in each order.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A replaced lock call says what the thread of a lane does when the controller
   is about to end it.  */

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#if PORTALOCKER_BACKEND_FLOCK
# include <sys/file.h>
#endif

static const char *backend;     /* of the round */


/* ---- What the thread of a lane does in its lock call.  */

enum act
{
  ACT_NOTHING,                  /* wait as ever */
  ACT_HANG,                     /* get nothing, and not return */
  ACT_TAKE_AND_HANG,            /* have the lock, and not return */
  ACT_ANSWER                    /* be in the middle of the call when the thread
                                   is to be ended, and return with the lock */
};

/* All are atomic.  */
static int act;                 /* of the next one */
static int refusals;            /* of tries, to come */
static int hanging;             /* it is at its act */
static int cancel_asked;
static int refused_cancels;     /* so many are to be refused */
static int no_more_threads;

/* The clock of the library: it can be put forward past each deadline.  For a
   try that comes too late it is put back when the controller has looked at it.
   All but the threads are atomic.  */
enum { HOUR = 3600000 };        /* in milliseconds */
static pthread_t main_thread;
static pthread_t controller;    /* the first thread of the library's own */
static int has_controller;
static int late_try;            /* the next one of a lane is it */
static int clock_is_fast;
static int controller_looked;   /* at the fast clock */
static int clock_is_lost;

static int
lane_clock (clockid_t clock, struct timespec *now)
{
  int result;
  if (os_atomic_load (&clock_is_lost))
    {
      errno = EINVAL;
      return -1;
    }
  result = unit_real.clock_gettime (clock, now);
  if (os_atomic_load (&clock_is_fast))
    {
      now->tv_sec += 2 * HOUR / 1000;
      if (pthread_equal (pthread_self (), controller))
        os_atomic_store (&controller_looked, 1);
    }
  return result;
}

static void
come_too_late (void)
{
  os_atomic_store (&hanging, 1);
  unit_await (&controller_looked);
  os_atomic_store (&clock_is_fast, 0);
}

/* A lock call: the same with and without waiting.  */
struct lock_call
{
  int (*make) (const struct lock_call *call, bool waits);
  int fd;
  int command;
  struct flock *range;
  off_t size;
};

static int
lock_in_lane (const struct lock_call *call)
{
  int what = os_atomic_exchange (&act, ACT_NOTHING);
  int state;
  if (what == ACT_NOTHING)
    return call->make (call, true);
  if (what == ACT_ANSWER)
    pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &state);
  else if (what == ACT_TAKE_AND_HANG && call->make (call, false) != 0)
    check_fatal ("the lock is not free");
  os_atomic_store (&hanging, 1);
  while (what != ACT_ANSWER)
    pause ();
  while (! os_atomic_load (&cancel_asked))
    poll (NULL, 0, 1);
  return call->make (call, false);
}

static int
lock_or_try (const struct lock_call *call, bool waits)
{
  if (waits)
    return lock_in_lane (call);
  if (! pthread_equal (pthread_self (), main_thread)
      && os_atomic_exchange (&late_try, 0))
    come_too_late ();
  /* What it refuses once the lane hangs is for the next watch, and not for
     the last try of the first one, by a thread of the library.  */
  if (os_atomic_load (&refusals) == 0
      || (os_atomic_load (&hanging)
          && ! pthread_equal (pthread_self (), main_thread)))
    return call->make (call, false);
  atomic_add (&refusals, -1);
  errno = EAGAIN;
  return -1;
}

static int
make_fcntl (const struct lock_call *call, bool waits)
{
  int command = call->command;
  (void) waits;
#if PORTALOCKER_BACKEND_OFD
  if (! waits && command == F_OFD_SETLKW)
    command = F_OFD_SETLK;
#endif
  if (! waits && command == F_SETLKW)
    command = F_SETLK;
  return unit_real.fcntl_lock (call->fd, command, call->range);
}

static int
lane_fcntl_lock (int fd, int command, struct flock *range)
{
  struct lock_call call = { make_fcntl, fd, command, range, 0 };
  bool waits = command == F_SETLKW;
  bool gets = command == F_GETLK;
#if PORTALOCKER_BACKEND_OFD
  waits |= command == F_OFD_SETLKW;
  gets |= command == F_OFD_GETLK;
#endif
  return gets || range->l_type == F_UNLCK ? make_fcntl (&call, true)
                                          : lock_or_try (&call, waits);
}

#if PORTALOCKER_BACKEND_FLOCK
static int
make_flock (const struct lock_call *call, bool waits)
{
  return unit_real.flock (call->fd, waits ? call->command
                                          : call->command | LOCK_NB);
}

static int
lane_flock (int fd, int operation)
{
  struct lock_call call = { make_flock, fd, operation, NULL, 0 };
  return operation == LOCK_UN ? unit_real.flock (fd, operation)
         : lock_or_try (&call, (operation & LOCK_NB) == 0);
}
#endif

static int
make_lockf (const struct lock_call *call, bool waits)
{
  return unit_real.lockf (call->fd, waits ? F_LOCK : F_TLOCK, call->size);
}

static int
lane_lockf (int fd, int command, off_t size)
{
  struct lock_call call = { make_lockf, fd, command, NULL, size };
  return command == F_ULOCK ? unit_real.lockf (fd, command, size)
         : lock_or_try (&call, command == F_LOCK);
}

#if HAVE_CANCEL
static int
lane_thread_cancel (pthread_t thread)
{
  if (os_atomic_load (&refused_cancels) > 0)
    {
      atomic_add (&refused_cancels, -1);
      return EAGAIN;
    }
  os_atomic_store (&cancel_asked, 1);
  return unit_real.thread_cancel (thread);
}
#endif

static int
lane_thread_create (pthread_t *thread, const pthread_attr_t *attributes,
                    void *(*run) (void *argument), void *argument)
{
  int error;
  if (os_atomic_load (&no_more_threads))
    return EAGAIN;
  error = unit_real.thread_create (thread, attributes, run, argument);
  if (error == 0 && os_atomic_exchange (&has_controller, 1) == 0)
    controller = *thread;
  return error;
}

/* The calls change while no thread of the library is there.  */
static void
replace_calls (void)
{
  portalocker__calls.fcntl_lock = lane_fcntl_lock;
#if PORTALOCKER_BACKEND_FLOCK
  portalocker__calls.flock = lane_flock;
#endif
  portalocker__calls.lockf = lane_lockf;
#if HAVE_CANCEL
  portalocker__calls.thread_cancel = lane_thread_cancel;
#endif
  portalocker__calls.thread_create = lane_thread_create;
  portalocker__calls.clock_gettime = lane_clock;
  os_atomic_store (&act, ACT_NOTHING);
  os_atomic_store (&refusals, 0);
  os_atomic_store (&hanging, 0);
  os_atomic_store (&cancel_asked, 0);
  os_atomic_store (&no_more_threads, 0);
  os_atomic_store (&clock_is_fast, 0);
  os_atomic_store (&clock_is_lost, 0);
  os_atomic_store (&controller_looked, 0);
  os_atomic_store (&has_controller, 0);
}


/* ---- Watches.  */

static int
watch (portalocker_lock *lock, int64_t timeout)
{
  int fd = -1;
  if (! CHECK_QUIET_CODE (portalocker_watch (lock, timeout, &fd),
                          PORTALOCKER_OK))
    check_fatal ("no watch");
  return fd;
}

static bool
is_readable (int fd, int timeout)
{
  struct pollfd end = { .fd = fd, .events = POLLIN };
  int count;
  do
    count = poll (&end, 1, timeout);
  while (count < 0 && errno == EINTR);
  return count == 1;
}

/* The end of the watch of LOCK, which comes in time.  */
static int
end_of (portalocker_lock *lock, int fd)
{
  return is_readable (fd, 60000) ? portalocker_watch_finish (lock)
                                 : PORTALOCKER_PENDING;
}

/* Let the first watch of a lane come to its end in the way ACT_ and then by
   its deadline or, if CANCELS, by a cancellation; another one is behind it, and
   wakes the controller, whose clock has gone forward.  The first one must come
   to CODE, the other one get the lock.  */
static void
test_end (const char *statement, enum act act_, bool cancels, int code)
{
  portalocker_lock *first = unit_new ("f", backend);
  portalocker_lock *next = unit_new ("f", backend);
  int descriptors = unit_descriptors ();
  int first_fd, next_fd, good;
  replace_calls ();
  os_atomic_store (&refusals, 2);
  os_atomic_store (&act, act_);
  first_fd = watch (first, cancels ? PORTALOCKER_FOREVER : HOUR);
  unit_await (&hanging);
  os_atomic_store (&clock_is_fast, ! cancels);
  /* Where the process is the owner the first one is in the way itself.  */
  if (unit_has (backend, PORTALOCKER_FEATURE_PER_OBJECT))
    os_atomic_store (&refusals, 1);
  next_fd = watch (next, PORTALOCKER_FOREVER);
  if (cancels)
    portalocker_cancel (first);
  good = CHECK_QUIET_CODE (end_of (first, first_fd), code);
  good = good && CHECK_QUIET_INT (portalocker_is_held (first),
                                  code == PORTALOCKER_OK);
  if (code == PORTALOCKER_OK)
    good = good && CHECK_QUIET (! unit_free ("f", backend, true));
  portalocker_release (first);
  good = good && CHECK_QUIET_CODE (end_of (next, next_fd), PORTALOCKER_OK)
         && CHECK_QUIET (! unit_free ("f", backend, true));
  portalocker_free (first);
  portalocker_release (next);
  good = unit_await_threads () && good
         && CHECK_QUIET (unit_free ("f", backend, true))
         && CHECK_QUIET_INT (unit_descriptors (), descriptors);
  portalocker_free (next);
  CHECK (good, statement);
  unit_restore ();
}

static void
test_ends (void)
{
  test_end ("a call that hangs is ended at the deadline, and tried again",
            ACT_HANG, false, PORTALOCKER_OK);
  test_end ("a call that hangs is ended by a cancellation",
            ACT_HANG, true, PORTALOCKER_CANCELLED);
  os_atomic_store (&refused_cancels, 3);
  test_end ("also when the system has no room for the signal at first",
            ACT_HANG, true, PORTALOCKER_CANCELLED);
  CHECK_INT (os_atomic_load (&refused_cancels), 0, "which was asked for again");
  test_end ("a lock that came with the deadline is not lost",
            ACT_TAKE_AND_HANG, false, PORTALOCKER_OK);
  test_end ("a lock that came with a cancellation is given back",
            ACT_TAKE_AND_HANG, true, PORTALOCKER_CANCELLED);
  test_end ("an answer that came with the deadline counts",
            ACT_ANSWER, false, PORTALOCKER_OK);
  test_end ("an answer that came with a cancellation counts",
            ACT_ANSWER, true, PORTALOCKER_OK);
}

/* A watch is over by its deadline, as the controller finds when a watch of
   another file wakes it.  If COMES_LATE, by a clock that went forward; the
   thread of the lane comes to its lock call only then, and the controller does
   not look again.  Else since the clock is lost.  */
static void
test_over (const char *statement, bool comes_late)
{
  portalocker_lock *first = unit_new ("f", backend);
  portalocker_lock *holder = unit_new ("g", backend);
  portalocker_lock *other = unit_new ("g", backend);
  int first_fd, other_fd, good;
  unit_hold ("f", backend, true);
  good = CHECK_QUIET_CODE (portalocker_acquire (holder), PORTALOCKER_OK);
  replace_calls ();
  os_atomic_store (&late_try, comes_late);
  first_fd = watch (first, HOUR);
  if (comes_late)
    unit_await (&hanging);
  os_atomic_store (comes_late ? &clock_is_fast : &clock_is_lost, 1);
  other_fd = watch (other, PORTALOCKER_FOREVER);
  good = CHECK_QUIET_CODE (end_of (first, first_fd), PORTALOCKER_TIMED_OUT)
         && good;
  portalocker_release (holder);
  good = CHECK_QUIET_CODE (end_of (other, other_fd), PORTALOCKER_OK) && good;
  unit_let_go ();
  portalocker_free (first);
  portalocker_free (other);
  portalocker_free (holder);
  good = unit_await_threads () && good;
  CHECK (good, statement);
  unit_restore ();
}

/* Atomic: how often the path is not there yet to be looked at.  */
static int losses;

static int
losing_stat (const char *path, struct stat *status)
{
  if (os_atomic_load (&losses) > 0)
    {
      atomic_add (&losses, -1);
      errno = ENOENT;
      return -1;
    }
  return unit_real.stat (path, status);
}

static void
test_lost (void)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int fd, good;
  os_atomic_store (&losses, 100);
  portalocker__calls.stat = losing_stat;
  fd = watch (lock, HOUR);
  good = CHECK_QUIET_CODE (end_of (lock, fd), PORTALOCKER_OK)
         && CHECK_QUIET_INT (os_atomic_load (&losses), 0)
         && CHECK_QUIET (! unit_free ("f", backend, true));
  portalocker_free (lock);
  good = unit_await_threads () && good;
  CHECK (good, "a watch with time looks again at a path that was lost");
  unit_restore ();
}

/* Another process locks what was created before that is locked here.  */
static int
overtaken_open (const char *path, int flags, mode_t mode)
{
  int fd = unit_real.open (path, flags, mode);
  if (fd >= 0 && (flags & O_EXCL) != 0)
    unit_hold ("new", backend, true);
  return fd;
}

static void
test_created (void)
{
  portalocker_lock *lock = unit_new ("new", backend);
  int fd, good;
  portalocker_set_mode (lock, "x");
  portalocker__calls.open = overtaken_open;
  fd = watch (lock, HOUR);
  good = CHECK_QUIET (! is_readable (fd, 0));
  unit_let_go ();
  good = CHECK_QUIET_CODE (end_of (lock, fd), PORTALOCKER_OK) && good
         && CHECK_QUIET (! unit_free ("new", backend, true));
  portalocker_free (lock);
  good = unit_await_threads () && good;
  CHECK (good, "a watch in mode x waits for the file that it created");
  unit_restore ();
  unlink ("new");
}

/* There is no thread for those who stood behind one that was ended.  */
static void
test_no_thread (void)
{
  portalocker_lock *locks[4];
  int fds[4], i, good = 1;
  replace_calls ();
  unit_hold ("f", backend, true);
  os_atomic_store (&act, ACT_HANG);
  for (i = 0; i < 4; i++)
    {
      locks[i] = unit_new ("f", backend);
      fds[i] = watch (locks[i], PORTALOCKER_FOREVER);
    }
  unit_await (&hanging);
  os_atomic_store (&no_more_threads, 1);
  portalocker_cancel (locks[0]);
  for (i = 0; i < 4; i++)
    good = CHECK_QUIET_CODE (end_of (locks[i], fds[i]),
                             i == 0 ? PORTALOCKER_CANCELLED
                                    : PORTALOCKER_LOCK_FAILED) && good;
  good = good && CHECK_QUIET (strstr (portalocker_message (locks[1]),
                                      "no thread left") != NULL);
  good = unit_await_threads () && good;
  os_atomic_store (&no_more_threads, 0);
  fds[1] = watch (locks[1], PORTALOCKER_FOREVER);
  unit_let_go ();
  good = good && CHECK_QUIET_CODE (end_of (locks[1], fds[1]), PORTALOCKER_OK);
  for (i = 0; i < 4; i++)
    portalocker_free (locks[i]);
  unit_await_threads ();
  CHECK (good, "without a thread those who stand behind fail, and none hangs");
  unit_restore ();
}

/* Lanes, and the controller, end while the next watch begins.  */
static void
test_races (void)
{
  portalocker_lock *holder = unit_new ("f", backend);
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors ();
  int i, good = 1;
  for (i = 0; good && i < 400; i++)
    {
      int fd;
      portalocker_acquire (holder);
      fd = watch (lock, i % 3 == 0 ? 1 : PORTALOCKER_FOREVER);
      if (i % 3 == 1)
        portalocker_cancel (lock);
      else if (i % 3 == 2)
        portalocker_release (holder);
      good = CHECK_QUIET_CODE (end_of (lock, fd),
                               i % 3 == 0 ? PORTALOCKER_TIMED_OUT
                               : i % 3 == 1 ? PORTALOCKER_CANCELLED
                               : PORTALOCKER_OK);
      portalocker_release (lock);
      portalocker_release (holder);
    }
  portalocker_free (holder);
  portalocker_free (lock);
  good = unit_await_threads () && good
         && CHECK_QUIET_INT (unit_descriptors (), descriptors)
         && CHECK_QUIET (unit_free ("f", backend, true));
  CHECK (good, "a watch that begins when the threads of others end is served");
}

enum { MANY = 200 };

/* MANY watches, of FILES files.  The first half is cancelled.  */
static void
test_many (const char *statement, int files)
{
  static portalocker_lock *locks[MANY];
  static int fds[MANY];
  portalocker_lock *holders[MANY];
  int i, descriptors = unit_descriptors (), good = 1;
  char name[20];
  for (i = 0; i < MANY; i++)
    {
      snprintf (name, sizeof name, "f%d", i % files);
      if (i < files)
        {
          holders[i] = unit_new (name, backend);
          portalocker_acquire (holders[i]);
        }
      locks[i] = unit_new (name, backend);
      fds[i] = watch (locks[i], i % 2 == 0 ? PORTALOCKER_FOREVER : 3600000);
    }
  for (i = 0; i < MANY; i++)
    good = CHECK_QUIET_CODE (portalocker_watch_finish (locks[i]),
                             PORTALOCKER_PENDING) && good;
  for (i = 0; i < MANY; i++)
    if (i < MANY / 2)
      portalocker_cancel (locks[i]);
    else if (i < files)
      portalocker_free (holders[i]);
  for (i = 0; i < MANY / 2; i++)
    good = good && CHECK_QUIET_CODE (end_of (locks[i], fds[i]),
                                     PORTALOCKER_CANCELLED);
  for (i = 0; i < MANY / 2 && i < files; i++)
    portalocker_free (holders[i]);
  /* In whatever order they have the lock.  */
  for (int left = MANY / 2; good && left > 0; )
    {
      int before = left;
      for (i = MANY / 2; i < MANY; i++)
        if (locks[i] != NULL && is_readable (fds[i], 0))
          {
            good = good && CHECK_QUIET_CODE (end_of (locks[i], fds[i]),
                                             PORTALOCKER_OK);
            portalocker_free (locks[i]);
            locks[i] = NULL;
            left--;
          }
      if (before == left)
        poll (NULL, 0, 1);
    }
  for (i = 0; i < MANY; i++)
    portalocker_free (locks[i]);
  good = unit_await_threads () && good
         && CHECK_QUIET_INT (unit_descriptors (), descriptors);
  for (i = 0; i < files; i++)
    {
      snprintf (name, sizeof name, "f%d", i);
      unlink (unit_path (name));
    }
  CHECK (good, statement);
}

#if HAVE_CANCEL
static bool
can_watch (void)
{
  /* Tried once, and not when a test counts the calls.  */
  return portalocker__threads_work ();
}
#else
static bool
can_watch (void)
{
  return false;
}
#endif

static void
test_backend (const char *name)
{
  backend = name;
  unit_area (backend, "watches");
  test_ends ();
  test_over ("a thread that comes too late does not block", true);
  test_over ("a watch with an end is over when the clock is lost", false);
  test_lost ();
  test_created ();
  test_no_thread ();
  test_races ();
  test_many ("two hundred watches of one file", 1);
  test_many ("two hundred watches of as many files", MANY);
}

int
main (void)
{
  unit_start ();
  main_thread = pthread_self ();
  if (can_watch ())
    unit_each_backend (test_backend);
  else
    {
      unit_area ("unit", "watches");
      check_unsupported ("watches", "no threads that can be ended");
    }
  return check_done ();
}
