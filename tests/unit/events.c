/* events.c - the events by which a thread is woken: futexes or pipes.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   There are two programs of this file, one for each kind.  */

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#define LONG_TIME (INT64_C (3600) * 1000 * UNIT_MS)

static os_event event;

static void
make_event (void)
{
  if (portalocker__event_init (&event) != 0)
    check_fatal ("no event");
}

/* Whether EVENT is set now, which takes that back.  */
static bool
is_set (void)
{
  return portalocker__event_wait (&event, 0);
}


/* ---- One thread.  */

static void
test_set (void)
{
  make_event ();
  CHECK (! is_set (), "a new event is not set");
  portalocker__event_set (&event);
  CHECK (portalocker__event_wait (&event, PORTALOCKER__NEVER),
         "a set event ends a wait at once");
  CHECK (! is_set (), "that takes it back");
  portalocker__event_set (&event);
  portalocker__event_set (&event);
  CHECK (is_set () && ! is_set (), "to set it twice is to set it once");
  errno = 99;
  portalocker__event_set (&event);
  CHECK_INT (errno, 99, "to set it leaves errno alone");
  CHECK (is_set (), "and a deadline that has passed does not hide it");
  portalocker__event_destroy (&event);
}

/* A waiter that nobody wakes, by a clock that only sleeping moves.  */
static void
test_deadline (void)
{
  int64_t deadline;
  make_event ();
  unit_use_clock ();
  deadline = unit_clock.now + 600 * UNIT_MS + 1;
  CHECK (! portalocker__event_wait (&event, deadline)
         && CHECK_QUIET (unit_clock.now >= deadline)
         && CHECK_QUIET (unit_clock.now <= deadline + UNIT_GRAIN),
         "a wait ends at its deadline, not before");
  CHECK_INT (unit_clock.sleeps, 1, "after one sleep");
  unit_use_clock ();
  unit_clock.limit = UNIT_MS;
  deadline = unit_clock.now + 20 * UNIT_MS;
  CHECK (! portalocker__event_wait (&event, deadline)
         && CHECK_QUIET_INT (unit_clock.now, deadline)
         && CHECK_QUIET_INT (unit_clock.sleeps, 20),
         "signals do not end it");
  unit_restore ();
  portalocker__event_destroy (&event);
}


/* ---- Calls that fail.  */

static int failures;            /* to come */
static int failed_with;
static int calls_made;

static bool
fails (void)
{
  calls_made++;
  if (failures == 0)
    return false;
  failures--;
  errno = failed_with;
  return true;
}

#if HAVE_FUTEX

static int
failing_sleep (int *word, int value, const struct timespec *deadline)
{
  return fails () ? -1 : unit_real.futex_wait (word, value, deadline);
}

static int
failing_wake (int *word)
{
  unit_real.futex_wake (word);
  return fails () ? -1 : 0;
}

static void
use_failing_sleep (void)
{
  portalocker__calls.futex_wait = failing_sleep;
}

#else

static int
failing_sleep (struct pollfd *ends, nfds_t count, int timeout)
{
  return fails () ? -1 : unit_real.poll (ends, count, timeout);
}

static void
use_failing_sleep (void)
{
  portalocker__calls.poll = failing_sleep;
}

#endif

/* The system refuses to let us sleep, as a sandbox may: the wait goes by
   steps, and does not burn time.  */
static void
test_no_sleep (int error, int steps, const char *statement)
{
  int64_t deadline;
  make_event ();
  unit_use_clock ();
  use_failing_sleep ();
  failures = 1000;
  failed_with = error;
  calls_made = 0;
  deadline = unit_clock.now + steps * UNIT_MS;
  CHECK (CHECK_QUIET (! portalocker__event_wait (&event, deadline))
         && CHECK_QUIET (unit_clock.now >= deadline)
         && CHECK_QUIET_INT (calls_made, steps)
         && CHECK_QUIET_INT (unit_clock.sleeps, steps), statement);
  portalocker__event_set (&event);
  CHECK_QUIET (portalocker__event_wait (&event, PORTALOCKER__NEVER));
  unit_restore ();
  portalocker__event_destroy (&event);
}

/* Errors for no reason are not taken for the event.  */
static void
test_interrupted (void)
{
  make_event ();
  use_failing_sleep ();
  failures = 5;
  failed_with = EINTR;
  CHECK (CHECK_QUIET (! portalocker__event_wait (&event,
                                                 portalocker__time_in (10)))
         && CHECK_QUIET (! is_set ()), "an interrupted sleep is no event");
  unit_restore ();
  portalocker__event_destroy (&event);
}


/* ---- Two threads.  */

static int
wait_for_event (void *argument)
{
  const int64_t *deadline = argument;
  return portalocker__event_wait (&event, *deadline);
}

static void
test_threads (int64_t deadline, const char *statement)
{
  struct task task;
  make_event ();
  task_start (&task, wait_for_event, &deadline);
  task_let_sleep (&task);
  portalocker__event_set (&event);
  CHECK_INT (task_end (&task), 1, statement);
  portalocker__event_destroy (&event);
}

static int
wait_often (void *argument)
{
  os_event *both = argument;
  int i;
  for (i = 0; i < 1000; i++)
    {
      if (! portalocker__event_wait (&both[0], PORTALOCKER__NEVER))
        return i;
      portalocker__event_set (&both[1]);
    }
  return i;
}

/* No wake-up is lost, whoever is faster.  */
static void
test_ping_pong (void)
{
  os_event both[2];
  struct task task;
  int i, good = 1;
  for (i = 0; i < 2; i++)
    good &= portalocker__event_init (&both[i]) == 0;
  task_start (&task, wait_often, both);
  for (i = 0; i < 1000; i++)
    {
      portalocker__event_set (&both[0]);
      good &= portalocker__event_wait (&both[1], PORTALOCKER__NEVER);
    }
  CHECK (CHECK_QUIET_INT (task_end (&task), 1000) && good,
         "two threads wake each other 1000 times");
  for (i = 0; i < 2; i++)
    portalocker__event_destroy (&both[i]);
}


/* ---- Signal handlers.  */

static void
set_event (int signo)
{
  (void) signo;
  portalocker__event_set (&event);
}

#if HAVE_FUTEX
static int
signalled_sleep (int *word, int value, const struct timespec *deadline)
{
  (void) word;
  (void) value;
  (void) deadline;
  raise (SIGUSR1);
  errno = EINTR;
  return -1;
}
#else
static int
signalled_sleep (struct pollfd *ends, nfds_t count, int timeout)
{
  (void) ends;
  (void) count;
  (void) timeout;
  raise (SIGUSR1);
  errno = EINTR;
  return -1;
}
#endif

static void
test_handler (void)
{
  struct sigaction action = { .sa_handler = set_event };
  bool was_set;
  make_event ();
  sigaction (SIGUSR1, &action, NULL);
#if HAVE_FUTEX
  portalocker__calls.futex_wait = signalled_sleep;
#else
  portalocker__calls.poll = signalled_sleep;
#endif
  was_set = portalocker__event_wait (&event, PORTALOCKER__NEVER);
  unit_restore ();
  CHECK (was_set && ! is_set (),
         "a signal handler of the thread that waits sets it");
  signal (SIGUSR1, SIG_DFL);
  portalocker__event_destroy (&event);
}


/* ---- What is special about each kind.  */

#if HAVE_FUTEX

static void
test_kind (void)
{
  make_event ();
  portalocker__calls.futex_wake = failing_wake;
  failures = 1;
  failed_with = EPERM;
  errno = 99;
  portalocker__event_set (&event);
  CHECK (CHECK_QUIET_INT (errno, 99) && CHECK_QUIET (is_set ()),
         "a wake that says it failed does no harm");
  calls_made = 0;
  portalocker__event_set (&event);
  portalocker__event_set (&event);
  CHECK_INT (calls_made, 1, "who is woken already is not woken again");
  unit_restore ();
  portalocker__event_destroy (&event);
}

#else

static int fcntl_to_fail;       /* the number of the call from now on */

static int
failing_pipe (int *ends)
{
  return fails () ? -1 : unit_real.pipe (ends);
}

static int
failing_fcntl (int fd, int command, int argument)
{
  if (--fcntl_to_fail != 0)
    return unit_real.fcntl_int (fd, command, argument);
  errno = EMFILE;
  return -1;
}

static ssize_t
failing_write (int fd, const void *bytes, size_t size)
{
  return fails () ? -1 : unit_real.write (fd, bytes, size);
}

static ssize_t
failing_read (int fd, void *bytes, size_t size)
{
  return fails () ? -1 : unit_real.read (fd, bytes, size);
}

static void
test_no_pipe (void)
{
  int descriptors = unit_descriptors (), i, good = 1;
  portalocker__calls.pipe = failing_pipe;
  failures = 1;
  failed_with = EMFILE;
  CHECK_INT (portalocker__event_init (&event), EMFILE,
             "no descriptor is left for a pipe");
  unit_restore ();
  portalocker__calls.fcntl_int = failing_fcntl;
  for (i = 1; i <= 4; i++)
    {
      fcntl_to_fail = i;
      good &= CHECK_QUIET_INT (portalocker__event_init (&event), EMFILE)
              && CHECK_QUIET_INT (unit_descriptors (), descriptors);
    }
  CHECK (good, "each step to make a pipe fails, and nothing is left");
  unit_restore ();
}

static bool
is_good_end (int fd)
{
  return CHECK_QUIET (fd > 2)
         && CHECK_QUIET ((fcntl (fd, F_GETFD) & FD_CLOEXEC) != 0)
         && CHECK_QUIET ((fcntl (fd, F_GETFL) & O_NONBLOCK) != 0);
}

/* A program that has closed its standard descriptors gets no pipe there.  */
static void
test_standard (void)
{
  int saved = fcntl (0, F_DUPFD, 100), descriptors;
  close (0);
  descriptors = unit_descriptors ();
  make_event ();
  CHECK (is_good_end (event.ends[0]) && is_good_end (event.ends[1]),
         "a pipe has no standard number and does not outlive an exec");
  portalocker__event_destroy (&event);
  CHECK_INT (unit_descriptors (), descriptors, "it is closed in the end");
  dup2 (saved, 0);
  close (saved);
}

static void
test_kind (void)
{
  int i;
  test_no_pipe ();
  test_standard ();
  make_event ();
  portalocker__calls.write = failing_write;
  portalocker__calls.read = failing_read;
  failures = 3;
  failed_with = EINTR;
  errno = 99;
  portalocker__event_set (&event);
  CHECK (CHECK_QUIET_INT (errno, 99) && CHECK_QUIET_INT (failures, 0)
         && CHECK_QUIET (is_set ()), "an interrupted write is made again");
  portalocker__event_set (&event);
  failures = 3;
  CHECK (is_set () && ! is_set (), "so is a read");
  unit_restore ();
  for (i = 0; i < 100000; i++)
    portalocker__event_set (&event);
  CHECK (is_set () && ! is_set (), "a pipe that is full is set, and no more");
  portalocker__event_destroy (&event);
}

#endif

int
main (void)
{
  int descriptors;
  unit_start ();
  unit_area ("unit", "events");
  descriptors = unit_descriptors ();
  test_set ();
  test_deadline ();
  test_no_sleep (EPERM, 7, "a system that refuses to wait is slept out");
  test_no_sleep (ENOSYS, 1, "also one that has no such call");
  test_interrupted ();
  test_threads (PORTALOCKER__NEVER, "another thread ends a wait");
  test_threads (portalocker__time_in (LONG_TIME),
                "also one that has a deadline");
  test_ping_pong ();
  test_handler ();
  test_kind ();
  CHECK_INT (unit_descriptors (), descriptors, "no descriptor is left");
  return check_done ();
}
