/* owners.c - the races of objects whose locks belong to the process, brought
   about one by one.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A replaced call stops one thread at a gate while another does what would
   spoil it.  Whether a lock is still there only another process can tell:
   the helper.  */

#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Where threads stop, and what was seen.  One thread arms the table
   for another before that one runs.  */

enum stop
{
  STOP_NOWHERE,
  STOP_BEFORE_WAIT,             /* of the kernel */
  STOP_AFTER_WAIT,
  STOP_BEFORE_TRY,
  STOP_AFTER_TRY,
  STOP_BEFORE_CLOSE
};

static struct gate gates[2] = { GATE_INITIALIZER, GATE_INITIALIZER };
static struct gate *gate = &gates[0];

/* Guards what follows it, and GATE.  */
static pthread_mutex_t watch = PTHREAD_MUTEX_INITIALIZER;
static enum stop stop;          /* the next thread that comes there stops ... */
static int let_pass;            /* ... but for so many before */
static int closings;            /* closes that are going on */
static int claims_while_closing; /* lock calls at such a time */
static int lock_calls;

/* Let the next thread that comes to WHERE, when SKIP were there, stop at
   GATE, which is another one than before.  */
static void
arm_later (enum stop where, int skip)
{
  pthread_mutex_lock (&watch);
  gate = gate == &gates[0] ? &gates[1] : &gates[0];
  gate_reset (gate);
  stop = where;
  let_pass = skip;
  claims_while_closing = lock_calls = 0;
  pthread_mutex_unlock (&watch);
}

static void
arm (enum stop where)
{
  arm_later (where, 0);
}

/* Stop if this is the place.  */
static void
come_to (enum stop where)
{
  struct gate *here = NULL;
  pthread_mutex_lock (&watch);
  if (stop == where && let_pass-- == 0)
    {
      here = gate;
      stop = STOP_NOWHERE;
    }
  pthread_mutex_unlock (&watch);
  if (here != NULL)
    gate_pass (here);
}

static int
seen (const int *count)
{
  int result;
  pthread_mutex_lock (&watch);
  result = *count;
  pthread_mutex_unlock (&watch);
  return result;
}

static void
see_claim (void)
{
  pthread_mutex_lock (&watch);
  lock_calls++;
  if (closings > 0)
    claims_while_closing++;
  pthread_mutex_unlock (&watch);
}

/* Calls of the system that were made with portalocker__tables held, while
   LOOKS_AT_MUTEX, when there is one thread.  */
static bool looks_at_mutex;
static int calls_under_mutex;

static void
look_at_mutex (void)
{
  if (! looks_at_mutex)
    return;
  if (pthread_mutex_trylock (&portalocker__tables) != 0)
    calls_under_mutex++;
  else
    pthread_mutex_unlock (&portalocker__tables);
}

static int
watched_fstat (int fd, struct stat *status)
{
  look_at_mutex ();
  return unit_real.fstat (fd, status);
}

static int
watched_stat (const char *path, struct stat *status)
{
  look_at_mutex ();
  return unit_real.stat (path, status);
}

static int
watched_open (const char *path, int flags, mode_t mode)
{
  look_at_mutex ();
  return unit_real.open (path, flags, mode);
}

static int
watched_fcntl_lock (int fd, int command, struct flock *lock)
{
  bool sets = lock->l_type != F_UNLCK
              && (command == F_SETLK || command == F_SETLKW);
  int result, error;
  look_at_mutex ();
  if (sets)
    {
      see_claim ();
      come_to (command == F_SETLKW ? STOP_BEFORE_WAIT : STOP_BEFORE_TRY);
    }
  result = unit_real.fcntl_lock (fd, command, lock);
  error = errno;
  if (sets)
    come_to (command == F_SETLKW ? STOP_AFTER_WAIT : STOP_AFTER_TRY);
  errno = error;
  return result;
}

static int
watched_lockf (int fd, int command, off_t size)
{
  bool sets = command == F_LOCK || command == F_TLOCK;
  int result, error;
  look_at_mutex ();
  if (sets)
    {
      see_claim ();
      come_to (command == F_LOCK ? STOP_BEFORE_WAIT : STOP_BEFORE_TRY);
    }
  result = unit_real.lockf (fd, command, size);
  error = errno;
  if (sets)
    come_to (command == F_LOCK ? STOP_AFTER_WAIT : STOP_AFTER_TRY);
  errno = error;
  return result;
}

static void
begin_closing (void)
{
  look_at_mutex ();
  pthread_mutex_lock (&watch);
  closings++;
  pthread_mutex_unlock (&watch);
  come_to (STOP_BEFORE_CLOSE);
}

static void
end_closing (void)
{
  pthread_mutex_lock (&watch);
  closings--;
  pthread_mutex_unlock (&watch);
}

static int
watched_close (int fd)
{
  int result;
  begin_closing ();
  result = unit_real.close (fd);
  end_closing ();
  return result;
}

static int
watched_fclose (FILE *stream)
{
  int result;
  begin_closing ();
  result = unit_real.fclose (stream);
  end_closing ();
  return result;
}

static void
watch_calls (void)
{
  portalocker__calls.fcntl_lock = watched_fcntl_lock;
  portalocker__calls.lockf = watched_lockf;
  portalocker__calls.close = watched_close;
  portalocker__calls.fclose = watched_fclose;
  portalocker__calls.fstat = watched_fstat;
  portalocker__calls.stat = watched_stat;
  portalocker__calls.open = watched_open;
}

static const char *backend;     /* of the round */
static int descriptors;         /* at its start */

static portalocker_lock *
new_lock (int flags, int64_t timeout)
{
  portalocker_lock *lock = unit_new ("f", backend);
  portalocker_set_flags (lock, flags);
  if (timeout != PORTALOCKER_AS_SET)
    portalocker_set_timeout (lock, timeout);
  return lock;
}

static bool
is_free (void)
{
  return unit_free ("f", backend, true);
}

/* Nothing is left of what a test did.  */
static int
nothing_left (void)
{
  return CHECK_QUIET (is_free ())
         && CHECK_QUIET_INT (unit_descriptors (), descriptors);
}


/* ---- One waits in the kernel.  */

static bool
names_another_process (portalocker_lock *lock)
{
  portalocker_error *error;
  int64_t holder = -1;
  if (portalocker_error_new (&error) == PORTALOCKER_OK)
    {
      portalocker_get_error (lock, error);
      holder = portalocker_error_holder (error);
      portalocker_error_free (error);
    }
  return CHECK_QUIET (holder == 0 || holder == unit_helper ());
}

/* Meanwhile a try of another object is refused, and its close must not take
   the waiter's lock away, whether the waiter gets it before or after.  */
static void
test_refused_beside_waiter (void)
{
  portalocker_lock *waiter = new_lock (6, PORTALOCKER_FOREVER);
  portalocker_lock *tried = new_lock (6, PORTALOCKER_AS_SET);
  struct task task;
  int good;
  unit_hold ("f", backend, true);
  arm (STOP_AFTER_WAIT);
  task_start (&task, task_acquire, waiter);
  unit_await_refusal (waiter);
  good = CHECK_QUIET_CODE (portalocker_acquire (tried), PORTALOCKER_BUSY)
         && names_another_process (tried);
  unit_let_go ();
  gate_await (gate);
  /* The kernel has given the lock; the waiter does not know it yet.  */
  good &= CHECK_QUIET_CODE (portalocker_acquire (tried), PORTALOCKER_BUSY);
  good &= CHECK_QUIET (! is_free ());
  gate_open (gate);
  good &= CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK)
          && CHECK_QUIET (! is_free ())
          && CHECK_QUIET_CODE (portalocker_release (waiter), PORTALOCKER_OK)
          && nothing_left ();
  CHECK (good, "a refused try beside one who waits in the kernel");
  portalocker_free (waiter);
  portalocker_free (tried);
}

/* Another object gives up a file that it opened: with a failure after the
   open, or as one that another kind of lock is for.  */
static void
test_closes_beside_claim (void)
{
  portalocker_lock *claimer = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_lock *other = unit_new ("f", portalocker_backend_at (0));
  struct task task;
  int fd, good;
  arm (STOP_AFTER_TRY);
  task_start (&task, task_acquire, claimer);
  gate_await (gate);
  good = CHECK_QUIET (! is_free ());
  if (unit_has (portalocker_backend (other), PORTALOCKER_FEATURE_ANY_ACCESS))
    good &= CHECK_QUIET_CODE (portalocker_acquire (other), PORTALOCKER_OK)
            && CHECK_QUIET_CODE (portalocker_release (other), PORTALOCKER_OK);
  good &= CHECK_QUIET (! is_free ());
  if (CHECK_QUIET_CODE (portalocker_open (other, &fd), PORTALOCKER_OK))
    {
      /* The caller's own close may lose a lock: put it off.  */
      gate_open (gate);
      good &= CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK)
              && CHECK_QUIET (! is_free ());
      portalocker_release (claimer);
      close (fd);
    }
  CHECK (good && nothing_left (),
         "an object of another backend closes the file beside a claim");
  portalocker_free (claimer);
  portalocker_free (other);
}

/* A try comes while another object's claim is on its way: it is not refused
   for that, but waits for what becomes of it.  */
static void
test_try_beside_claim (void)
{
  portalocker_lock *claimer = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_lock *tried = new_lock (6, PORTALOCKER_AS_SET);
  struct task first, second;
  int good;
  unit_hold ("f", backend, true);
  arm (STOP_AFTER_TRY);
  task_start (&first, task_acquire, claimer);
  gate_await (gate);
  task_start (&second, task_acquire, tried);
  task_let_sleep (&second);
  unit_let_go ();
  gate_open (gate);
  good = CHECK_QUIET_CODE (task_end (&first), PORTALOCKER_BUSY)
         && CHECK_QUIET_CODE (task_end (&second), PORTALOCKER_OK)
         && CHECK_QUIET (! is_free ());
  portalocker_release (tried);
  CHECK (good && nothing_left (),
         "a try waits for a claim that is on its way");
  portalocker_free (claimer);
  portalocker_free (tried);
}


/* ---- One closes.  */

/* CLOSER gives the file up and stops before the close; NEXT acquires
   meanwhile, but not in the kernel before that close is done.  */
static int
claim_beside_close (portalocker_lock *closer, portalocker_lock *next)
{
  struct task closing, claiming;
  int good;
  arm (STOP_BEFORE_CLOSE);
  task_start (&closing, task_release, closer);
  gate_await (gate);
  task_start (&claiming, task_acquire, next);
  task_let_sleep (&claiming);
  gate_open (gate);
  good = CHECK_QUIET_CODE (task_end (&closing), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (task_end (&claiming), PORTALOCKER_OK)
         && CHECK_QUIET_INT (seen (&claims_while_closing), 0)
         && CHECK_QUIET (! is_free ());
  return good && CHECK_QUIET_CODE (portalocker_release (next),
                                   PORTALOCKER_OK) && nothing_left ();
}

static void
test_claim_beside_close (void)
{
  portalocker_lock *closer = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_lock *next = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_lock *other = unit_new ("f", portalocker_backend_at (0));
  int good;
  good = CHECK_QUIET_CODE (portalocker_acquire (closer), PORTALOCKER_OK);
  CHECK (good && claim_beside_close (closer, next),
         "the next claim waits for the close of the last holder");
  good = CHECK_QUIET_CODE (portalocker_acquire (closer), PORTALOCKER_OK)
         && CHECK_QUIET (portalocker_stream (closer) != NULL);
  CHECK (good && claim_beside_close (closer, next),
         "also when it closes a stream");
  if (unit_has (portalocker_backend (other), PORTALOCKER_FEATURE_PER_OBJECT))
    CHECK (CHECK_QUIET_CODE (portalocker_acquire (other), PORTALOCKER_OK)
           && claim_beside_close (other, next),
           "a claim waits for the close of an object of another backend");
  else
    check_unsupported ("a claim waits for the close of an object of another"
                       " backend", "all locks belong to the process");
  portalocker_free (closer);
  portalocker_free (next);
  portalocker_free (other);
}

/* CLOSER, whose file was unlocked, closes it: the second step of a release.  */
static void
close_unlocked (portalocker_lock *closer)
{
  portalocker__owners_close (&closer->file, NULL);
  closer->state = LOCK_FREE;
}

/* NEXT acquires between the unlock and the close of LAST, and does not ask the
   kernel before that close.  */
static int
claim_before_close (portalocker_lock *last, portalocker_lock *next)
{
  struct task claiming;
  int good;
  task_start (&claiming, task_acquire, next);
  task_let_sleep (&claiming);
  good = CHECK_QUIET_INT (seen (&lock_calls), 0);
  close_unlocked (last);
  good &= CHECK_QUIET_CODE (task_end (&claiming), PORTALOCKER_OK)
          && CHECK_QUIET (! is_free ());
  portalocker_release (next);
  return good && nothing_left ();
}

/* Between its unlock and its close, which are two steps of a release, the
   last holder's file is nobody's.  */
static void
test_claim_between_unlock_and_close (void)
{
  portalocker_lock *closer = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_lock *next = new_lock (6, PORTALOCKER_AS_SET);
  int good;
  good = CHECK_QUIET_CODE (portalocker_acquire (closer), PORTALOCKER_OK);
  arm (STOP_NOWHERE);
  portalocker__owners_unlock (&closer->file, closer->held.backend, NULL);
  CHECK (claim_before_close (closer, next) && good,
         "the next claim waits for the close that follows an unlock");
  portalocker_free (closer);
  portalocker_free (next);
}

/* Two who share leave at once: the file is nobody's until the one who unlocks
   it is gone too, even when the other one closes last but one.  Else that
   unlock would be of the next one's lock.  */
static void
test_leaving_together (void)
{
  portalocker_lock *first = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *last = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *next = new_lock (6, PORTALOCKER_AS_SET);
  int good;
  good = CHECK_QUIET_CODE (portalocker_acquire (first), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (last), PORTALOCKER_OK);
  arm (STOP_NOWHERE);
  portalocker__owners_unlock (&first->file, first->held.backend, NULL);
  portalocker__owners_unlock (&last->file, last->held.backend, NULL);
  close_unlocked (first);
  CHECK (claim_before_close (last, next) && good,
         "the next claim waits for the one who unlocks, not for any leaver");
  portalocker_free (first);
  portalocker_free (last);
  portalocker_free (next);
}

/* The last holder leaves, and closes what the others had parked.  */
static void
test_claim_beside_parked_close (void)
{
  portalocker_lock *last = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *parked = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *next = new_lock (6, PORTALOCKER_AS_SET);
  struct task closing, claiming;
  int good;
  good = CHECK_QUIET_CODE (portalocker_acquire (last), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (parked), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_release (parked), PORTALOCKER_OK);
  /* The first close is that of its own file.  */
  arm_later (STOP_BEFORE_CLOSE, 1);
  task_start (&closing, task_release, last);
  gate_await (gate);
  task_start (&claiming, task_acquire, next);
  task_let_sleep (&claiming);
  gate_open (gate);
  good = CHECK_QUIET_CODE (task_end (&closing), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (task_end (&claiming), PORTALOCKER_OK)
         && good && CHECK_QUIET_INT (seen (&claims_while_closing), 0)
         && CHECK_QUIET (! is_free ());
  portalocker_release (next);
  CHECK (good && nothing_left (),
         "the next claim waits for the close of what was parked");
  portalocker_free (last);
  portalocker_free (parked);
  portalocker_free (next);
}


/* ---- Many share.  */

enum { SHARERS = 3 };

static int
leave_in_order (const int order[SHARERS], bool streams)
{
  portalocker_lock *locks[SHARERS];
  int i, good = 1;
  for (i = 0; i < SHARERS; i++)
    {
      locks[i] = new_lock (5, PORTALOCKER_AS_SET);
      good &= CHECK_QUIET_CODE (portalocker_acquire (locks[i]),
                                PORTALOCKER_OK);
      if (streams && i != 1)
        good &= CHECK_QUIET (portalocker_stream (locks[i]) != NULL);
    }
  for (i = 0; i < SHARERS; i++)
    {
      good &= CHECK_QUIET (! is_free ())
              && CHECK_QUIET (unit_free ("f", backend, false))
              && CHECK_QUIET_CODE (portalocker_release (locks[order[i]]),
                                   PORTALOCKER_OK);
    }
  good &= nothing_left ();
  for (i = 0; i < SHARERS; i++)
    portalocker_free (locks[i]);
  return good;
}

static void
test_any_order (void)
{
  static const int orders[][SHARERS]
    = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 },
        { 2, 1, 0 } };
  size_t i;
  int good = 1;
  for (i = 0; i < sizeof orders / sizeof *orders; i++)
    good &= leave_in_order (orders[i], false)
            && leave_in_order (orders[i], true);
  CHECK (good, "those who share leave in any order");
}

/* While one shares the file, another comes and goes: what is parked does
   not grow.  */
static void
test_coming_and_going (void)
{
  portalocker_lock *stays = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *goes = new_lock (5, PORTALOCKER_AS_SET);
  int i, good, before, most = 0;
  good = CHECK_QUIET_CODE (portalocker_acquire (stays), PORTALOCKER_OK);
  for (i = 0; i < 1000 && good; i++)
    {
      good = CHECK_QUIET_CODE (portalocker_acquire (goes), PORTALOCKER_OK)
             && (i % 3 != 0
                 || CHECK_QUIET (portalocker_stream (goes) != NULL))
             && CHECK_QUIET_CODE (portalocker_release (goes),
                                  PORTALOCKER_OK);
      if (unit_descriptors () > most)
        most = unit_descriptors ();
    }
  CHECK (good && CHECK_QUIET (most <= descriptors + 2),
         "to come and go 1000 times needs one descriptor for it");
  /* An exclusive lock is opened for in another way.  */
  portalocker_set_flags (goes, 6);
  most = 0;
  before = unit_descriptors ();
  for (i = 0; i < 1000 && good; i++)
    {
      good = CHECK_QUIET_CODE (portalocker_acquire (goes), PORTALOCKER_BUSY);
      if (unit_descriptors () > most)
        most = unit_descriptors ();
    }
  good = good && CHECK_QUIET (! is_free ());
  CHECK (good && CHECK_QUIET (most <= before + 1),
         "so does being refused 1000 times");
  portalocker_free (stays);
  portalocker_free (goes);
  CHECK (nothing_left (), "and it is closed in the end");
}

/* The buffer that its user gave to a stream is not touched any more after
   the release, whoever uses the stream then.  */
static void
test_adopted_buffer (void)
{
  portalocker_lock *stays = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *goes = new_lock (5, PORTALOCKER_AS_SET);
  char buffer[BUFSIZ], blank[BUFSIZ] = "";
  FILE *first, *second;
  int good;
  unit_write ("f", "");
  portalocker_acquire (stays);
  portalocker_acquire (goes);
  first = portalocker_stream (goes);
  good = CHECK_QUIET (setvbuf (first, buffer, _IOFBF, sizeof buffer) == 0)
         && CHECK_QUIET (fputs ("one ", first) >= 0)
         && CHECK_QUIET_CODE (portalocker_release (goes), PORTALOCKER_OK);
  memset (buffer, 0, sizeof buffer);
  portalocker_acquire (goes);
  second = portalocker_stream (goes);
  good = good && CHECK_QUIET (second == first)
         && CHECK_QUIET (fputs ("two", second) >= 0)
         && CHECK_QUIET_CODE (portalocker_release (goes), PORTALOCKER_OK)
         && CHECK_QUIET (memcmp (buffer, blank, sizeof buffer) == 0)
         && CHECK_QUIET (unit_file_is ("f", "one two"));
  portalocker_free (stays);
  portalocker_free (goes);
  unit_write ("f", "");
  CHECK (good && nothing_left (),
         "a stream that is used again has left its user's buffer");
}

static int
open_for_reading_only (const char *path, int flags, mode_t mode)
{
  if ((flags & O_ACCMODE) != O_RDONLY)
    {
      errno = EACCES;
      return -1;
    }
  return unit_real.open (path, flags, mode);
}

/* The same with a file that can only be read, so that the other one's lock
   is not to be had at all.  */
static void
test_going_without_access (void)
{
  portalocker_lock *stays = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *goes = new_lock (6, PORTALOCKER_AS_SET);
  int i, good;
  portalocker_set_mode (stays, "r");
  portalocker_set_mode (goes, "r");
  portalocker__calls.open = open_for_reading_only;
  good = CHECK_QUIET_CODE (portalocker_acquire (stays), PORTALOCKER_OK);
  for (i = 0; i < 10 && good; i++)
    good = CHECK_QUIET_CODE (portalocker_acquire (goes),
                             PORTALOCKER_UNSUPPORTED)
           && CHECK_QUIET (unit_descriptors () <= descriptors + 2);
  /* What is kept of these does not hinder a lock that needs no more.  */
  portalocker_set_flags (goes, 5);
  good = good && CHECK_QUIET_CODE (portalocker_acquire (goes), PORTALOCKER_OK)
         && CHECK_QUIET (! is_free ());
  portalocker__calls.open = unit_real.open;
  portalocker_free (stays);
  portalocker_free (goes);
  CHECK (good && nothing_left (),
         "nor does it grow by what can only be opened with less access");
}

/* A descriptor that is used again is like one that was just opened.  */
static void
test_adopted_state (void)
{
  portalocker_lock *stays = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *goes = new_lock (5, PORTALOCKER_AS_SET);
  char text[20] = "";
  int fd, good;
  unit_write ("f", "abcdef");
  portalocker_set_mode (goes, "r+");
  good = CHECK_QUIET_CODE (portalocker_acquire (stays), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (goes), PORTALOCKER_OK);
  fd = portalocker_descriptor (goes);
  good &= CHECK_QUIET (read (fd, text, 3) == 3);
  portalocker_release (goes);
  portalocker_acquire (goes);
  good &= CHECK_QUIET_INT (portalocker_descriptor (goes), fd)
          && CHECK_QUIET (read (fd, text, 6) == 6)
          && CHECK_QUIET_STRING (text, "abcdef");
  CHECK (good, "a descriptor that is used again stands at the start");
  portalocker_release (goes);
  portalocker_acquire (goes);
  good = CHECK_QUIET (fgets (text, 4, portalocker_stream (goes)) != NULL)
         && CHECK_QUIET (fgetc (portalocker_stream (goes)) == 'd')
         && CHECK_QUIET_CODE (portalocker_release (goes), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (goes), PORTALOCKER_OK)
         && CHECK_QUIET (fgets (text, 20, portalocker_stream (goes)) != NULL)
         && CHECK_QUIET_STRING (text, "abcdef")
         && CHECK_QUIET (fgetc (portalocker_stream (goes)) == EOF)
         && CHECK_QUIET_CODE (portalocker_release (goes), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (goes), PORTALOCKER_OK)
         && CHECK_QUIET (! feof (portalocker_stream (goes)))
         && CHECK_QUIET (fputs ("X", portalocker_stream (goes)) >= 0)
         && CHECK_QUIET_CODE (portalocker_release (goes), PORTALOCKER_OK);
  CHECK (good && CHECK_QUIET (unit_file_is ("f", "Xbcdef")),
         "so does a stream that is used again");
  portalocker_free (stays);
  portalocker_free (goes);
}

/* Modes that need the same open flags for a shared lock, but not the same
   stream.  */
static void
test_adopted_stream_mode (void)
{
  portalocker_lock *stays = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *goes = new_lock (5, PORTALOCKER_AS_SET);
  char text[20] = "";
  int good;
  unit_write ("f", "abc");
  good = CHECK_QUIET_CODE (portalocker_acquire (stays), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (goes), PORTALOCKER_OK)
         && CHECK_QUIET (portalocker_stream (goes) != NULL)
         && CHECK_QUIET_CODE (portalocker_release (goes), PORTALOCKER_OK);
  portalocker_set_mode (goes, "a+");
  good = good
         && CHECK_QUIET_CODE (portalocker_acquire (goes), PORTALOCKER_OK)
         && CHECK_QUIET (fseek (portalocker_stream (goes), 0, SEEK_SET) == 0)
         && CHECK_QUIET (fgets (text, 20, portalocker_stream (goes)) != NULL)
         && CHECK_QUIET_STRING (text, "abc")
         && CHECK_QUIET_CODE (portalocker_release (goes), PORTALOCKER_OK);
  CHECK (good, "a stream is used again for its own mode only");
  portalocker_free (stays);
  portalocker_free (goes);
  CHECK (nothing_left (), "and both are closed in the end");
}


/* ---- Inside of the process.  */

static struct gate turn = GATE_INITIALIZER;

static int
acquire_and_stay (void *lock)
{
  int code = portalocker_acquire (lock);
  gate_pass (&turn);
  return code;
}

/* The next two wait for the first; each gets it alone.  */
static void
test_queue (void)
{
  portalocker_lock *first = new_lock (6, PORTALOCKER_FOREVER);
  portalocker_lock *locks[2];
  struct task tasks[2];
  int i, good, held;
  gate_reset (&turn);
  good = CHECK_QUIET_CODE (portalocker_acquire (first), PORTALOCKER_OK);
  for (i = 0; i < 2; i++)
    {
      locks[i] = new_lock (6, i == 0 ? PORTALOCKER_FOREVER : 3600000);
      task_start (&tasks[i], acquire_and_stay, locks[i]);
      unit_await_refusal (locks[i]);
    }
  good &= CHECK_QUIET_CODE (portalocker_release (first), PORTALOCKER_OK);
  /* Whoever comes first leaves, and then the other one comes.  */
  gate_await (&turn);
  held = portalocker_is_held (locks[1]);
  gate_open (&turn);
  good &= CHECK_QUIET (portalocker_is_held (locks[held]));
  good &= CHECK_QUIET (! portalocker_is_held (locks[! held]))
          && CHECK_QUIET (! is_free ())
          && CHECK_QUIET_CODE (portalocker_release (locks[held]),
                               PORTALOCKER_OK)
          && CHECK_QUIET_CODE (task_end (&tasks[0]), PORTALOCKER_OK)
          && CHECK_QUIET_CODE (task_end (&tasks[1]), PORTALOCKER_OK)
          && CHECK_QUIET (portalocker_is_held (locks[! held]))
          && CHECK_QUIET (! is_free ());
  portalocker_release (locks[! held]);
  CHECK (good && nothing_left (), "two wait for a third and come by turns");
  portalocker_free (first);
  portalocker_free (locks[0]);
  portalocker_free (locks[1]);
}

/* One shares; a writer waits; another one may share meanwhile; when both
   have left, the writer comes.  */
static void
test_writer_waits (void)
{
  portalocker_lock *readers[2], *writer = new_lock (6, PORTALOCKER_FOREVER);
  struct task task;
  int i, good = 1;
  for (i = 0; i < 2; i++)
    readers[i] = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_acquire (readers[0]);
  task_start (&task, task_acquire, writer);
  unit_await_refusal (writer);
  good &= CHECK_QUIET_CODE (portalocker_acquire (readers[1]),
                            PORTALOCKER_OK)
          && CHECK_QUIET_CODE (portalocker_release (readers[0]),
                               PORTALOCKER_OK)
          && CHECK_QUIET (! portalocker_is_held (writer))
          && CHECK_QUIET (unit_free ("f", backend, false))
          && CHECK_QUIET_CODE (portalocker_release (readers[1]),
                               PORTALOCKER_OK)
          && CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK)
          && CHECK_QUIET (! unit_free ("f", backend, false));
  portalocker_release (writer);
  CHECK (good && nothing_left (), "a writer comes when all readers have left");
  portalocker_free (writer);
  portalocker_free (readers[0]);
  portalocker_free (readers[1]);
}

static void
test_refused_inside (void)
{
  portalocker_lock *holder = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_lock *tried = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_error *error;
  int64_t began;
  portalocker_error_new (&error);
  portalocker_acquire (holder);
  arm (STOP_NOWHERE);
  CHECK_CODE (portalocker_acquire (tried), PORTALOCKER_BUSY,
              "an object of this process is in the way");
  CHECK_INT (seen (&lock_calls), 0, "the kernel is not asked then");
  portalocker_get_error (tried, error);
  CHECK_INT (portalocker_error_holder (error), getpid (),
             "the holder is this process");
  portalocker_set_timeout (tried, 30);
  began = portalocker__now ();
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (tried), PORTALOCKER_TIMED_OUT)
         && CHECK_QUIET (portalocker__now () - began >= INT64_C (30000000)),
         "a timeout inside of the process is never early");
  portalocker_release (holder);
  CHECK (nothing_left (), "nothing is left of the refused");
  portalocker_error_free (error);
  portalocker_free (holder);
  portalocker_free (tried);
}


/* ---- Detach.  */

static void
test_detach (void)
{
  portalocker_lock *alone = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *other = new_lock (5, PORTALOCKER_AS_SET);
  portalocker_lock *waiter = new_lock (6, PORTALOCKER_FOREVER);
  struct task task;
  int fd = -1, good;
  portalocker_acquire (alone);
  good = CHECK_QUIET_CODE (portalocker_detach (alone, &fd), PORTALOCKER_OK)
         && CHECK_QUIET (fd > 2) && CHECK_QUIET (! portalocker_is_held (alone))
         && CHECK_QUIET (! is_free ());
  close (fd);
  CHECK (good && nothing_left (), "a lone holder's descriptor is detached");
  portalocker_acquire (alone);
  portalocker_acquire (other);
  good = CHECK_QUIET_CODE (portalocker_detach (alone, &fd),
                           PORTALOCKER_UNSUPPORTED)
         && CHECK_QUIET_INT (fd, -1)
         && CHECK_QUIET (portalocker_is_held (alone))
         && CHECK_QUIET (strstr (portalocker_message (alone),
                                 "another object uses the file") != NULL);
  portalocker_release (other);
  CHECK (good && CHECK_QUIET (! is_free ()),
         "not while another object shares the file");
  portalocker_release (alone);
  portalocker_acquire (alone);
  task_start (&task, task_acquire, waiter);
  unit_await_refusal (waiter);
  good = CHECK_QUIET_CODE (portalocker_detach (alone, &fd),
                           PORTALOCKER_UNSUPPORTED)
         && CHECK_QUIET_CODE (portalocker_release (alone), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK)
         && CHECK_QUIET (! is_free ());
  portalocker_release (waiter);
  CHECK (good && nothing_left (), "nor while another object waits for it");
  portalocker_acquire (alone);
  portalocker_stream (alone);
  good = CHECK_QUIET_CODE (portalocker_detach (alone, &fd),
                           PORTALOCKER_UNSUPPORTED)
         && CHECK_QUIET (portalocker_is_held (alone))
         && CHECK_QUIET (! is_free ());
  portalocker_release (alone);
  CHECK (good && nothing_left (), "nor when there is a stream");
  portalocker_free (alone);
  portalocker_free (other);
  portalocker_free (waiter);
}


/* ---- Descriptors of the caller.  */

struct foreign_lock
{
  int fd;
  int flags;
};

static int
lock_foreign (void *argument)
{
  const struct foreign_lock *wanted = argument;
  return portalocker_lock_fd_with (wanted->fd, wanted->flags, backend,
                                   PORTALOCKER_FOREVER, NULL);
}

static void
test_foreign (void)
{
  portalocker_lock *lock = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_error *error;
  int fd, good;
  portalocker_error_new (&error);
  portalocker_acquire (lock);
  fd = open ("f", O_RDWR);
  good = CHECK_QUIET_CODE (portalocker_lock_fd_with (fd, 2, backend,
                                                     PORTALOCKER_FOREVER,
                                                     error),
                           PORTALOCKER_BUSY)
         && CHECK_QUIET_INT (portalocker_error_holder (error), getpid ());
  CHECK (good, "a descriptor is refused a file that an object holds");
  good = CHECK_QUIET_CODE (portalocker_unlock_fd_with (fd, backend, error),
                           PORTALOCKER_OK)
         && CHECK_QUIET (! is_free ());
  CHECK (good, "its unlock does not touch the object's lock");
  portalocker_release (lock);
  close (fd);
  CHECK (nothing_left (), "nothing is left of it");
  portalocker_error_free (error);
  portalocker_free (lock);
}

/* What a descriptor waits for in the kernel no object of the process can get
   meanwhile: for the kernel both are the same, and the answer would
   change the kind of the object's lock.  HELD_EX is what another process
   holds, and FOREIGN and OBJECT are the flags of the two here.  */
static void
test_foreign_waits (bool held_ex, int foreign, int object,
                    const char *statement)
{
  portalocker_lock *lock = new_lock (object, PORTALOCKER_AS_SET);
  struct foreign_lock wanted = { open ("f", O_RDWR), foreign };
  struct task task;
  struct gate *before;
  int good;
  unit_hold ("f", backend, held_ex);
  arm (STOP_BEFORE_WAIT);
  task_start (&task, lock_foreign, &wanted);
  gate_await (gate);
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_BUSY);
  before = gate;
  unit_let_go ();
  good &= CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_BUSY);
  arm (STOP_AFTER_WAIT);
  gate_open (before);
  gate_await (gate);
  /* The kernel has given the lock; the descriptor does not know it yet.  */
  good &= CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_BUSY);
  gate_open (gate);
  good &= CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK)
          && CHECK_QUIET (! is_free ())
          && CHECK_QUIET_INT (unit_free ("f", backend, false),
                              foreign == PORTALOCKER_LOCK_SH)
          && CHECK_QUIET_CODE (portalocker_unlock_fd_with (wanted.fd, backend,
                                                           NULL),
                               PORTALOCKER_OK);
  close (wanted.fd);
  CHECK (good && nothing_left (), statement);
  portalocker_free (lock);
}

/* Two descriptors of the process wait together, and both get the lock.  */
static void
test_foreign_together (void)
{
  struct task first, second;
  struct foreign_lock one = { open ("f", O_RDWR), PORTALOCKER_LOCK_EX };
  struct foreign_lock other = { open ("f", O_RDWR), PORTALOCKER_LOCK_EX };
  int good;
  unit_hold ("f", backend, true);
  arm (STOP_BEFORE_WAIT);
  task_start (&first, lock_foreign, &one);
  gate_await (gate);
  task_start (&second, lock_foreign, &other);
  task_let_sleep (&second);
  unit_let_go ();
  gate_open (gate);
  good = CHECK_QUIET_CODE (task_end (&first), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (task_end (&second), PORTALOCKER_OK)
         && CHECK_QUIET (! is_free ());
  close (one.fd);
  close (other.fd);
  CHECK (good && nothing_left (), "two descriptors wait at the same time");
}

/* An object gives the file up: its close must not take along what the
   descriptor locks meanwhile.  */
static void
test_foreign_beside_close (void)
{
  portalocker_lock *lock = new_lock (6, PORTALOCKER_AS_SET);
  struct task closing, claiming;
  struct foreign_lock wanted = { open ("f", O_RDWR), PORTALOCKER_LOCK_EX };
  int good;
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
  arm (STOP_BEFORE_CLOSE);
  task_start (&closing, task_release, lock);
  gate_await (gate);
  task_start (&claiming, lock_foreign, &wanted);
  task_let_sleep (&claiming);
  gate_open (gate);
  good = CHECK_QUIET_CODE (task_end (&closing), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (task_end (&claiming), PORTALOCKER_OK)
         && good && CHECK_QUIET_INT (seen (&claims_while_closing), 0)
         && CHECK_QUIET (! is_free ());
  close (wanted.fd);
  CHECK (good && nothing_left (),
         "a descriptor waits for the close of an object");
  portalocker_free (lock);
}

/* What an object only tries refuses no descriptor: it is waited for.  Another
   process has the file, and is to keep it meanwhile.  */
static void
test_foreign_beside_try (void)
{
  portalocker_lock *lock = new_lock (6, PORTALOCKER_AS_SET);
  struct foreign_lock wanted = { open ("f", O_RDWR), PORTALOCKER_LOCK_EX };
  struct task trying, waiting;
  int good;
  unit_hold ("f", backend, true);
  arm (STOP_BEFORE_TRY);
  task_start (&trying, task_acquire, lock);
  gate_await (gate);
  task_start (&waiting, lock_foreign, &wanted);
  task_let_sleep (&waiting);
  gate_open (gate);
  good = CHECK_QUIET_CODE (task_end (&trying), PORTALOCKER_BUSY);
  unit_let_go ();
  /* The unlock closes what the object may have left behind.  */
  good &= CHECK_QUIET_CODE (task_end (&waiting), PORTALOCKER_OK)
          && CHECK_QUIET (! is_free ())
          && CHECK_QUIET_CODE (portalocker_unlock_fd_with (wanted.fd, backend,
                                                           NULL),
                               PORTALOCKER_OK);
  close (wanted.fd);
  CHECK (good && nothing_left (), "a descriptor waits while an object tries");
  portalocker_free (lock);
}

/* A descriptor shares the file with another process, and an object waits to
   get it alone: the unlock could take the lock that the object gets.  */
static void
test_unlock_beside_wait (void)
{
  portalocker_lock *lock = new_lock (6, PORTALOCKER_FOREVER);
  struct foreign_lock held = { open ("f", O_RDWR), PORTALOCKER_LOCK_SH };
  struct task waiting;
  int good;
  unit_hold ("f", backend, false);
  good = CHECK_QUIET_CODE (lock_foreign (&held), PORTALOCKER_OK);
  arm (STOP_BEFORE_WAIT);
  task_start (&waiting, task_acquire, lock);
  gate_await (gate);
  good &= CHECK_QUIET_CODE (portalocker_unlock_fd_with (held.fd, backend, NULL),
                            PORTALOCKER_BUSY);
  unit_let_go ();
  gate_open (gate);
  good &= CHECK_QUIET_CODE (task_end (&waiting), PORTALOCKER_OK)
          && CHECK_QUIET (! is_free ());
  CHECK (good, "the unlock of a descriptor is refused while an object waits");
  portalocker_free (lock);
  close (held.fd);
  CHECK (nothing_left (), "and nothing is left of both");
}

/* The table keeps nothing of a descriptor: lock, close, open, lock.  */
static void
test_foreign_is_forgotten (void)
{
  portalocker_lock *lock = new_lock (6, PORTALOCKER_AS_SET);
  int i, good = 1;
  for (i = 0; i < 3; i++)
    {
      int fd = open ("f", O_RDWR);
      good &= CHECK_QUIET_CODE (portalocker_lock_fd_with (fd, 6, backend, 0,
                                                          NULL),
                                PORTALOCKER_OK)
              && CHECK_QUIET (! is_free ());
      close (fd);
      good &= CHECK_QUIET (is_free ());
    }
  good &= CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
  portalocker_free (lock);
  CHECK (good && nothing_left (), "lock a descriptor, just close it, again");
}


/* ---- A server that does not answer holds up nobody else: no call that can
   block is made with the mutex held that all threads and each fork need.  */

static int
use_descriptor (void)
{
  int fd = open ("f", O_RDWR), good;
  good = CHECK_QUIET_CODE (portalocker_lock_fd_with (fd, 6, backend, 0, NULL),
                           PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_unlock_fd_with (fd, backend, NULL),
                              PORTALOCKER_OK);
  close (fd);
  return good;
}

static int
share_and_change (portalocker_lock *lock, portalocker_lock *other)
{
  portalocker_set_flags (lock, 5);
  portalocker_set_flags (other, 5);
  portalocker_set_fair (lock, 1);
  return CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (other), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_release (other), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_upgrade (lock, 0), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_downgrade (lock), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK);
}

static void
test_mutex (void)
{
  portalocker_lock *lock = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_lock *other = new_lock (6, PORTALOCKER_AS_SET);
  int fd = open ("f", O_RDWR), good;
  looks_at_mutex = true;
  calls_under_mutex = 0;
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (other), PORTALOCKER_BUSY)
         && CHECK_QUIET_CODE (portalocker_lock_fd_with (fd, 6, backend, 0,
                                                        NULL),
                              PORTALOCKER_BUSY)
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK)
         && use_descriptor ();
  if (unit_has (backend, PORTALOCKER_FEATURE_UPGRADE))
    good = good && share_and_change (lock, other);
  looks_at_mutex = false;
  portalocker_free (lock);
  portalocker_free (other);
  close (fd);
  CHECK (good && CHECK_QUIET_INT (calls_under_mutex, 0) && nothing_left (),
         "no call of the system is made with the mutex held");
}

/* An object that comes while a descriptor asks the kernel waits for the answer:
   the kernel would give both the lock.  The descriptor came first, when there
   was no object of any file, if FIRST.  */
static void
test_object_beside_foreign (bool first)
{
  portalocker_lock *lock = new_lock (6, PORTALOCKER_AS_SET);
  portalocker_lock *another = unit_new ("g", backend);
  struct task asking, claiming;
  struct foreign_lock wanted = { open ("f", O_RDWR), PORTALOCKER_LOCK_EX };
  int good = 1;
  if (! first)
    good = CHECK_QUIET_CODE (portalocker_acquire (another), PORTALOCKER_OK);
  arm (STOP_BEFORE_TRY);
  task_start (&asking, lock_foreign, &wanted);
  gate_await (gate);
  task_start (&claiming, task_acquire, lock);
  task_let_sleep (&claiming);
  good = good && CHECK_QUIET_INT (seen (&lock_calls), 1);
  gate_open (gate);
  good = CHECK_QUIET_CODE (task_end (&asking), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (task_end (&claiming), PORTALOCKER_OK) && good;
  portalocker_free (lock);
  portalocker_free (another);
  close (wanted.fd);
  CHECK (good && nothing_left (),
         first ? "an object waits for the answer to a descriptor"
               : "also when the file of the descriptor is known");
}


/* ---- Threads that share an object.  */

static void
test_joining (const char *name)
{
  portalocker_lock *lock;
  struct task worker, joiner;
  int good;
  backend = name;
  unit_area (backend, "join");
  if (! unit_threads_go_on (backend))
    {
      check_unsupported ("two acquires of one object get one result",
                         "valgrind stops all threads");
      return;
    }
  unit_write ("f", "");
  lock = new_lock (6, PORTALOCKER_FOREVER);
  descriptors = unit_descriptors ();
  unit_hold ("f", backend, true);
  task_start (&worker, task_acquire, lock);
  unit_await_refusal (lock);
  CHECK_CODE (portalocker_acquire_with (lock, NULL, -2, 0, -2, -2, -2),
              PORTALOCKER_BUSY, "a try beside a wait of the same object");
  CHECK_CODE (portalocker_acquire_with (lock, NULL, -2, 20, -2, -2, -2),
              PORTALOCKER_TIMED_OUT, "a timeout beside it");
  task_start (&joiner, task_acquire, lock);
  task_let_sleep (&joiner);
  unit_let_go ();
  good = CHECK_QUIET_CODE (task_end (&worker), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (task_end (&joiner), PORTALOCKER_OK)
         && CHECK_QUIET_INT (unit_descriptors (), descriptors + 1);
  portalocker_release (lock);
  CHECK (good && nothing_left (), "two acquires of one object get one result");
  portalocker_free (lock);
}

/* A thread waits for another one's attempt, which is over, the lock given
   back, before it wakes: it does the work then, and those who come later are
   told that it waits.  */
static void
test_joiner_works (const char *name)
{
  portalocker_lock *lock;
  struct task joiner;
  int good;
  backend = name;
  unit_area (backend, "join");
  if (! unit_threads_go_on (backend))
    {
      check_unsupported ("a try beside one who waited for another's attempt"
                         " before", "valgrind stops all threads");
      return;
    }
  lock = new_lock (6, PORTALOCKER_FOREVER);
  unit_hold ("f", backend, true);
  os_mutex_lock (&lock->mutex);
  lock->state = LOCK_ACQUIRING;
  lock->refused = true;
  os_mutex_unlock (&lock->mutex);
  task_start (&joiner, task_acquire, lock);
  task_let_sleep (&joiner);
  os_mutex_lock (&lock->mutex);
  lock->state = LOCK_FREE;
  lock->result = PORTALOCKER_OK;
  pthread_cond_broadcast (&lock->changed);
  os_mutex_unlock (&lock->mutex);
  unit_await_refusal (lock);
  good = CHECK_QUIET_CODE (portalocker_acquire_with (lock, NULL, -2, 0, -2,
                                                     -2, -2),
                           PORTALOCKER_BUSY);
  unit_let_go ();
  good &= CHECK_QUIET_CODE (task_end (&joiner), PORTALOCKER_OK);
  portalocker_release (lock);
  CHECK (good && nothing_left (),
         "a try beside one who waited for another's attempt before");
  portalocker_free (lock);
}

/* While one thread releases the object, another acquires it.  */
static void
test_acquire_beside_release (const char *name)
{
  portalocker_lock *lock;
  struct task releasing, acquiring;
  int good;
  backend = name;
  unit_area (backend, "join");
  lock = new_lock (6, PORTALOCKER_AS_SET);
  watch_calls ();
  portalocker_acquire (lock);
  arm (STOP_BEFORE_CLOSE);
  task_start (&releasing, task_release, lock);
  gate_await (gate);
  task_start (&acquiring, task_acquire, lock);
  task_let_sleep (&acquiring);
  gate_open (gate);
  good = CHECK_QUIET_CODE (task_end (&releasing), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (task_end (&acquiring), PORTALOCKER_OK)
         && CHECK_QUIET (portalocker_is_held (lock))
         && CHECK_QUIET (! is_free ());
  portalocker_release (lock);
  unit_restore ();
  CHECK (good && nothing_left (), "an acquire waits for the release to end");
  portalocker_free (lock);
}

static void
test_process_owned (const char *name)
{
  if (unit_has (name, PORTALOCKER_FEATURE_PER_OBJECT))
    return;
  backend = name;
  unit_area (backend, "race");
  watch_calls ();
  test_refused_beside_waiter ();
  test_closes_beside_claim ();
  test_try_beside_claim ();
  test_claim_beside_close ();
  test_claim_between_unlock_and_close ();
  test_queue ();
  test_refused_inside ();
  test_foreign ();
  test_foreign_waits (true, PORTALOCKER_LOCK_EX, 6,
                      "no object gets what a descriptor waits for");
  test_foreign_together ();
  test_foreign_beside_close ();
  test_foreign_beside_try ();
  test_foreign_is_forgotten ();
  test_object_beside_foreign (true);
  test_object_beside_foreign (false);
  test_mutex ();
  if (unit_has (name, PORTALOCKER_FEATURE_SHARED))
    {
      test_foreign_waits (true, PORTALOCKER_LOCK_SH, 6,
                          "... also when it wants less than the object");
      test_foreign_waits (false, PORTALOCKER_LOCK_EX, 5,
                          "... or more");
      test_unlock_beside_wait ();
      test_leaving_together ();
      test_claim_beside_parked_close ();
      test_any_order ();
      test_coming_and_going ();
      test_going_without_access ();
      test_adopted_state ();
      test_adopted_stream_mode ();
      test_adopted_buffer ();
      test_writer_waits ();
      test_detach ();
    }
  else
    check_unsupported ("objects share a file", "no shared locks");
  unit_restore ();
}

int
main (void)
{
  unit_start ();
  unit_each_backend (test_joining);
  unit_each_backend (test_joiner_works);
  unit_each_backend (test_acquire_beside_release);
  descriptors = unit_descriptors ();
  unit_each_backend (test_process_owned);
  return check_done ();
}
