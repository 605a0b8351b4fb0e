/* waits.c - deadlines and intervals by a clock that only sleeping moves, and
   paths that stop naming the locked file.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

#define MS INT64_C (1000000)

/* ---- The lock calls: refused until FREE_AT.  */

static int64_t free_at;         /* -1: the system decides */
static int tries, kernel_waits;
static bool locked;             /* since the last look at the path */

/* Whether to refuse.  A wait in the kernel ends at once, when it is
   free.  */
static bool
refuses (bool waits)
{
  if (waits)
    kernel_waits++;
  else
    tries++;
  if (waits && free_at > unit_clock.now)
    unit_clock.now = free_at;
  errno = EAGAIN;
  locked = true;
  return ! waits && free_at >= 0 && unit_clock.now < free_at;
}

static void
start (int64_t free_after)
{
  unit_use_clock ();
  unit_ask_before_locks (&portalocker__calls, refuses);
  free_at = free_after < 0 ? -1 : unit_clock.now + free_after;
  tries = kernel_waits = 0;
  locked = false;
}

#define LONG_TIME (INT64_MAX / 2)


/* ---- Timeouts.  */

static const struct
{
  int64_t timeout, interval, free_after; /* ms */
  int64_t limit, extra;         /* of the sleeps, ns */
  int code;
  int64_t least, most;          /* what it takes, ns */
  const char *statement;
} timeouts[] =
{
  { 1000, 250, 1000000, 0, 0, PORTALOCKER_TIMED_OUT, 1000 * MS, 1000 * MS,
    "a timeout is met exactly" },
  { 1000, 300, 1000000, 0, 0, PORTALOCKER_TIMED_OUT, 1000 * MS, 1000 * MS,
    "the last sleep is cut to what is left" },
  { 500, 1000, 1000000, 0, 0, PORTALOCKER_TIMED_OUT, 500 * MS, 500 * MS,
    "an interval longer than the timeout is cut" },
  { 500, INT64_MAX, 1000000, 0, 0, PORTALOCKER_TIMED_OUT, 500 * MS, 500 * MS,
    "the longest interval is cut" },
  { 1, 1, 1000000, 0, 0, PORTALOCKER_TIMED_OUT, 1 * MS, 1 * MS,
    "the shortest timeout and interval" },
  { 40, 1, 1000000, 0, 0, PORTALOCKER_TIMED_OUT, 40 * MS, 40 * MS,
    "the shortest interval never grows" },
  { 1000, 250, 700, 0, 0, PORTALOCKER_OK, 700 * MS, 950 * MS,
    "a lock that gets free is tried for every interval" },
  { 1000, 250, 3, 0, 0, PORTALOCKER_OK, 3 * MS, 7 * MS,
    "a lock that is soon free is soon tried for" },
  { 1000, 250, 1000, 0, 0, PORTALOCKER_OK, 1000 * MS, 1000 * MS,
    "the last try is at the deadline" },
  { 1000, 250, 1000000, 0, 10000 * MS, PORTALOCKER_TIMED_OUT, 10000 * MS,
    10001 * MS, "a sleep that is far too long is the last" },
  { 1000, 250, 5000, 0, 10000 * MS, PORTALOCKER_OK, 10000 * MS, 10001 * MS,
    "one more try follows it" },
  { 40, 250, 1000000, 1 * MS, 0, PORTALOCKER_TIMED_OUT, 40 * MS, 40 * MS,
    "signals that end sleeps do not end the wait early" },
  { 1000, 250, 0, 0, 0, PORTALOCKER_OK, 0, 0,
    "what is free is got without a sleep" },
  { INT64_C (9223372036854), 250, 3600000, 0, 0, PORTALOCKER_OK,
    INT64_C (3600000) * MS, INT64_C (3600000) * MS,
    "a timeout of 292 years" }
};

/* Between two tries there is one pause, and a wait that fails slept to its
   end.  */
static int
check_tries (size_t i, int64_t deadline)
{
  int pauses;
  int good = unit_check_pauses (deadline, timeouts[i].interval < INT64_MAX / MS
                                          ? timeouts[i].interval * MS
                                          : INT64_MAX, &pauses);
  return good && (kernel_waits > 0 || CHECK_QUIET_INT (tries, pauses + 1));
}

static void
test_timeouts (const char *backend)
{
  size_t i;
  for (i = 0; i < sizeof timeouts / sizeof *timeouts; i++)
    {
      portalocker_lock *lock = unit_new ("f", backend);
      int64_t began, took, deadline;
      int good;
      portalocker_set_timeout (lock, timeouts[i].timeout);
      portalocker_set_check_interval (lock, timeouts[i].interval);
      start (timeouts[i].free_after * MS);
      unit_clock.limit = timeouts[i].limit;
      unit_clock.extra = timeouts[i].extra;
      began = unit_clock.now;
      deadline = portalocker__deadline_in (timeouts[i].timeout);
      good = CHECK_QUIET_CODE (portalocker_acquire (lock), timeouts[i].code);
      took = unit_clock.now - began;
      good = good && CHECK_QUIET (took >= timeouts[i].least)
             && CHECK_QUIET (took <= timeouts[i].most + UNIT_GRAIN)
             && check_tries (i, deadline);
      CHECK (good, timeouts[i].statement);
      portalocker_free (lock);
      unit_restore ();
    }
}

/* The pause that would be the first of 32 ms, in a wait that begins AFTER
   nanoseconds.  */
static int64_t
sixth_pause (const char *backend, int64_t after)
{
  portalocker_lock *lock = unit_new ("f", backend);
  portalocker_set_timeout (lock, 300);
  portalocker_set_check_interval (lock, 32);
  start (LONG_TIME);
  unit_clock.now += after;
  portalocker_acquire (lock);
  unit_restore ();
  portalocker_free (lock);
  return unit_clock.slept[5].length;
}

/* Those who begin to wait together do not come back together.  */
static void
test_scatter (const char *backend)
{
  int64_t least = INT64_MAX, most = 0, same = 0, before = 0;
  int i;
  for (i = 0; i < 100; i++)
    {
      int64_t length = sixth_pause (backend, i);
      least = length < least ? length : least;
      most = length > most ? length : most;
      same += length == before;
      before = length;
    }
  if (UNIT_GRAIN > 0)
    check_unsupported ("pauses are scattered over a quarter",
                       "sleeps are whole milliseconds");
  else
    CHECK (CHECK_QUIET (least >= 24 * MS) && CHECK_QUIET (least < 25 * MS)
           && CHECK_QUIET (most <= 32 * MS) && CHECK_QUIET (most > 31 * MS)
           && CHECK_QUIET (same < 5), "pauses are scattered over a quarter");
}

/* Waits without an end are the kernel's: no sleep, no second try.  */
static void
test_infinite (const char *backend)
{
  static const int64_t endless[]
    = { PORTALOCKER_FOREVER, INT64_MAX, INT64_MAX / MS + 1 };
  size_t i;
  int good = 1;
  for (i = 0; i < sizeof endless / sizeof *endless; i++)
    {
      portalocker_lock *lock = unit_new ("f", backend);
      start (5000 * MS);
      portalocker_set_timeout (lock, endless[i]);
      good &= CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
              && CHECK_QUIET_INT (kernel_waits, 1)
              && CHECK_QUIET_INT (tries, 1)
              && CHECK_QUIET_INT (unit_clock.sleeps, 0);
      portalocker_release (lock);
      start (5000 * MS);
      good &= CHECK_QUIET_CODE (portalocker_acquire_until (lock, endless[i]),
                                PORTALOCKER_OK)
              && CHECK_QUIET_INT (kernel_waits, 1)
              && CHECK_QUIET_INT (tries, 1)
              && CHECK_QUIET_INT (unit_clock.sleeps, 0);
      portalocker_free (lock);
      unit_restore ();
    }
  CHECK (good, "a wait without an end is the kernel's, after one try");
}

static void
test_deadlines (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int64_t deadline;
  start (LONG_TIME);
  unit_clock.now += 1;
  deadline = portalocker_now () + 600;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire_until (lock, deadline),
                           PORTALOCKER_TIMED_OUT)
         && CHECK_QUIET (unit_clock.now >= deadline * MS)
         && CHECK_QUIET (unit_clock.now <= deadline * MS + UNIT_GRAIN),
         "a deadline is met exactly");
  start (LONG_TIME);
  CHECK (CHECK_QUIET_CODE (portalocker_acquire_until (lock, 0),
                           PORTALOCKER_BUSY)
         && CHECK_QUIET_INT (tries, 1)
         && CHECK_QUIET_INT (unit_clock.sleeps, 0),
         "a deadline that has passed is one attempt");
  start (LONG_TIME);
  portalocker_set_fail_when_locked (lock, 1);
  CHECK (CHECK_QUIET_CODE (portalocker_acquire_until (lock, deadline),
                           PORTALOCKER_BUSY)
         && CHECK_QUIET_INT (tries, 1)
         && CHECK_QUIET_INT (unit_clock.sleeps, 0),
         "fail when locked beats a deadline");
  start (LONG_TIME);
  CHECK (CHECK_QUIET_CODE (portalocker_acquire_with (lock, NULL, -2, 0, -2,
                                                     0, -2),
                           PORTALOCKER_BUSY)
         && CHECK_QUIET_INT (tries, 1)
         && CHECK_QUIET_INT (unit_clock.sleeps, 0)
         && CHECK_QUIET_INT (kernel_waits, 0), "the timeout 0 is one attempt");
  portalocker_free (lock);
  unit_restore ();
}

static void
test_message (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  start (LONG_TIME);
  portalocker_set_timeout (lock, 1500);
  portalocker_acquire (lock);
  unit_restore ();
  CHECK (CHECK_QUIET (strstr (portalocker_message (lock),
                              "f: still locked after 1.5 s") != NULL),
         "the message has the time that was waited");
  portalocker_free (lock);
}


/* ---- Paths that change.  Once the lock was taken, the next look at the
   path finds that another file got its name.  */

static int replacements;        /* to come */
static int replaced;            /* so far */
static bool only_remove;
static int stat_error;          /* of the next look */
static int64_t look_time;       /* that each look takes */
static portalocker_lock *cancelled; /* by looks at what is locked, or NULL */

static void
spoil_path (const char *path)
{
  if (! locked)
    return;
  locked = false;
  unit_clock.now += look_time;
  if (replacements == 0)
    return;
  replacements--;
  replaced++;
  unlink (path);
  if (! only_remove)
    {
      /* The old file is still open, so the inode is another.  */
      int fd = open (path, O_WRONLY | O_CREAT | O_EXCL, 0666);
      close (fd);
    }
}

static int
fake_stat (const char *path, struct stat *status)
{
  bool was_locked = locked;
  spoil_path (path);
  if (cancelled != NULL && was_locked)
    portalocker_cancel (cancelled);
  if (was_locked && stat_error != 0)
    {
      errno = stat_error;
      stat_error = 0;
      return -1;
    }
  return unit_real.stat (path, status);
}

static int
fake_lstat (const char *path, struct stat *status)
{
  spoil_path (path);
  return unit_real.lstat (path, status);
}

static void
start_replacing (int count)
{
  start (-1);
  portalocker__calls.stat = fake_stat;
  portalocker__calls.lstat = fake_lstat;
  replacements = count;
  replaced = 0;
  only_remove = false;
  stat_error = 0;
  look_time = 0;
}

/* Acquire LOCK while the path changes COUNT times: it holds the last
   file.  */
static int
acquire_while_replaced (portalocker_lock *lock, const char *backend,
                        int count)
{
  int good;
  start_replacing (count);
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_INT (replaced, count)
         && CHECK_QUIET (! unit_free ("f", backend, true));
  unit_restore ();
  return good
         && CHECK_QUIET_CODE (portalocker_verify (lock), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK);
}

static void
test_replaced (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors ();
  CHECK (acquire_while_replaced (lock, backend, 1)
         && acquire_while_replaced (lock, backend, 15),
         "a path that is replaced after the lock gets its new file locked");
  portalocker_set_no_follow (lock, 1);
  CHECK (acquire_while_replaced (lock, backend, 5),
         "also when links are not followed");
  portalocker_set_no_follow (lock, 0);
  start_replacing (3);
  only_remove = true;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_INT (replaced, 3)
         && CHECK_QUIET (! unit_free ("f", backend, true)),
         "a path that is removed after the lock is created again");
  unit_restore ();
  portalocker_release (lock);
  CHECK_INT (unit_descriptors (), descriptors,
             "no descriptor of the lost files is left");
  portalocker_free (lock);
}

static void
test_always_replaced (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors (), good;
  int64_t began;
  start_replacing (1000);
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_PATH_LOST)
         && CHECK_QUIET (replaced >= 10 && replaced <= 100)
         && CHECK_QUIET (! portalocker_is_held (lock)),
         "a try gives a path up that is replaced at every look");
  portalocker_set_timeout (lock, 1000);
  start_replacing (100000);
  look_time = 10 * MS;
  began = unit_clock.now;
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_PATH_LOST)
         && CHECK_QUIET (unit_clock.now - began >= 1000 * MS)
         && CHECK_QUIET (unit_clock.now - began <= 1010 * MS);
  CHECK (good, "a wait gives it up at its deadline, not before");
  unit_restore ();
  CHECK (unit_free ("f", backend, true)
         && CHECK_QUIET_INT (unit_descriptors (), descriptors),
         "nothing is left of it");
  portalocker_free (lock);
}

/* However many looks are to come.  */
static void
test_cancelled_look (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int good, looks;
  start_replacing (100000);
  cancelled = lock;
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_CANCELLED);
  looks = replaced;
  portalocker_set_timeout (lock, 1000);
  start_replacing (100000);
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_CANCELLED)
         && good;
  cancelled = NULL;
  CHECK (good && CHECK_QUIET_INT (looks, 1) && CHECK_QUIET_INT (replaced, 1)
         && CHECK_QUIET (! portalocker_is_held (lock)),
         "a look at a path that was lost can be cancelled");
  unit_restore ();
  portalocker_free (lock);
}

static void
test_not_to_be_seen (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors ();
  start_replacing (0);
  stat_error = EACCES;
  portalocker_set_timeout (lock, 1000);
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock),
                           PORTALOCKER_CANNOT_OPEN)
         && CHECK_QUIET_INT (tries, 1)
         && CHECK_QUIET (unit_free ("f", backend, true))
         && CHECK_QUIET_INT (unit_descriptors (), descriptors),
         "a path that cannot be looked at is an error at once");
  unit_restore ();
  portalocker_free (lock);
}

/* What was lost is truncated by nobody.  */
static void
test_lost_is_not_truncated (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  unit_write ("f", "old");
  unlink ("kept");
  if (link ("f", "kept") != 0)
    check_fatal ("no link");
  portalocker_set_mode (lock, "w");
  start_replacing (1);
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET (unit_file_is ("kept", "old"))
         && CHECK_QUIET (unit_file_is ("f", "")),
         "only the file that the path names is truncated");
  unit_restore ();
  portalocker_free (lock);
  unlink ("kept");
}

static int interruptions;

static int
interrupted_ftruncate (int fd, off_t size)
{
  if (interruptions-- > 0)
    {
      errno = EINTR;
      return -1;
    }
  return unit_real.ftruncate (fd, size);
}

static void
test_truncate_interrupted (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  unit_write ("f", "old");
  portalocker_set_mode (lock, "w");
  portalocker__calls.ftruncate = interrupted_ftruncate;
  interruptions = 3;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET (unit_file_is ("f", "")),
         "a signal during the truncation is no failure");
  unit_restore ();
  portalocker_free (lock);
}

static void
test_verify (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  portalocker_error *error;
  int fd;
  portalocker_error_new (&error);
  CHECK_CODE (portalocker_verify (lock), PORTALOCKER_NOT_HELD,
              "verify without a lock is NOT_HELD");
  portalocker_acquire (lock);
  CHECK_CODE (portalocker_verify (lock), PORTALOCKER_OK, "verify is content");
  fd = open ("f", O_RDONLY);
  unlink ("f");
  CHECK_CODE (portalocker_verify (lock), PORTALOCKER_PATH_LOST,
              "verify sees a path that is gone");
  CHECK_CODE (portalocker_verify_fd (fd, "f", error), PORTALOCKER_PATH_LOST,
              "so does verify_fd");
  unit_write ("f", "");
  CHECK_CODE (portalocker_verify (lock), PORTALOCKER_PATH_LOST,
              "verify sees a path that names another file");
  CHECK_CODE (portalocker_verify_fd (fd, "f/g", error),
              PORTALOCKER_PATH_LOST, "a path through a file names nothing");
  if (symlink ("loop", "loop") != 0)
    check_fatal ("no symbolic link");
  CHECK_CODE (portalocker_verify_fd (fd, "loop", error),
              PORTALOCKER_CANNOT_OPEN, "a path that cannot be looked at");
  CHECK_STRING (portalocker_error_path (error), "loop", "and is told");
  unlink ("loop");
  portalocker_release (lock);
  close (fd);
  portalocker_error_free (error);
  portalocker_free (lock);
}

static void
test_backend (const char *backend)
{
  unit_area (backend, "wait");
  test_timeouts (backend);
  test_scatter (backend);
  test_infinite (backend);
  test_deadlines (backend);
  test_message (backend);
  unit_area (backend, "path");
  test_replaced (backend);
  test_always_replaced (backend);
  test_cancelled_look (backend);
  test_not_to_be_seen (backend);
  test_lost_is_not_truncated (backend);
  test_truncate_interrupted (backend);
  test_verify (backend);
}

int
main (void)
{
  unit_start ();
  unit_each_backend (test_backend);
  return check_done ();
}
