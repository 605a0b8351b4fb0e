/* lock-faults.c - what is made of each error of each lock call.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <fcntl.h>
#include <unistd.h>
#if PORTALOCKER_BACKEND_FLOCK
# include <sys/file.h>
#endif

/* ---- The lock calls of the system, with answers as a test wants them.  */

enum question
{
  ASK_TRY,
  ASK_WAIT,
  ASK_UNLOCK,
  QUESTIONS
};

/* What the next calls of each kind answer: error numbers, up to a 0, from
   where on they are the system's.  Whether who is in the way is answered.  */
static int answers[QUESTIONS][8];
static int next_answer[QUESTIONS];
static int asked[QUESTIONS];
static bool tells_nothing;

/* Added to the number of each device: the library remembers file systems that
   do not wait, and each test is to begin on another one.  */
static dev_t file_system;

static void
forget_answers (void)
{
  memset (answers, 0, sizeof answers);
  memset (next_answer, 0, sizeof next_answer);
  memset (asked, 0, sizeof asked);
  tells_nothing = false;
  file_system++;
  unit_clock.sleeps = 0;
}

/* Whether the call shall fail now; errno is set then.  */
static bool
fails (enum question question)
{
  int error = answers[question][next_answer[question]];
  asked[question]++;
  if (error == 0)
    return false;
  next_answer[question]++;
  errno = error;
  return true;
}

#if PORTALOCKER_BACKEND_FLOCK
static int
fake_flock (int fd, int operation)
{
  enum question question
    = operation == LOCK_UN ? ASK_UNLOCK
      : (operation & LOCK_NB) != 0 ? ASK_TRY : ASK_WAIT;
  return fails (question) ? -1 : unit_real.flock (fd, operation);
}
#endif

static bool
is_question (int command)
{
#if PORTALOCKER_BACKEND_OFD
  if (command == F_OFD_GETLK)
    return true;
#endif
  return command == F_GETLK;
}

static bool
is_wait (int command)
{
#if PORTALOCKER_BACKEND_OFD
  if (command == F_OFD_SETLKW)
    return true;
#endif
  return command == F_SETLKW;
}

static int
fake_fcntl_lock (int fd, int command, struct flock *lock)
{
  enum question question
    = lock->l_type == F_UNLCK ? ASK_UNLOCK
      : is_wait (command) ? ASK_WAIT : ASK_TRY;
  if (is_question (command) && tells_nothing)
    {
      errno = EACCES;
      return -1;
    }
  if (! is_question (command) && fails (question))
    return -1;
  return unit_real.fcntl_lock (fd, command, lock);
}

static int
fake_lockf (int fd, int command, off_t size)
{
  enum question question
    = command == F_ULOCK ? ASK_UNLOCK
      : command == F_LOCK ? ASK_WAIT : ASK_TRY;
  if (command != F_TEST && fails (question))
    return -1;
  return unit_real.lockf (fd, command, size);
}

static int
fake_fstat (int fd, struct stat *status)
{
  int result = unit_real.fstat (fd, status);
  status->st_dev += file_system;
  return result;
}

static int
fake_stat (const char *path, struct stat *status)
{
  int result = unit_real.stat (path, status);
  status->st_dev += file_system;
  return result;
}

static void
use_fakes (void)
{
#if PORTALOCKER_BACKEND_FLOCK
  portalocker__calls.flock = fake_flock;
#endif
  portalocker__calls.fcntl_lock = fake_fcntl_lock;
  portalocker__calls.lockf = fake_lockf;
  portalocker__calls.fstat = fake_fstat;
  portalocker__calls.stat = fake_stat;
  unit_use_clock ();
}

static const struct
{
  int error;
  const char *name;
  int code;                     /* when it answers a try */
  int code_of_wait;             /* ... a wait in the kernel; OK: goes on */
} errors[] =
{
  { EAGAIN, "EAGAIN", PORTALOCKER_BUSY, PORTALOCKER_OK },
  { EWOULDBLOCK, "EWOULDBLOCK", PORTALOCKER_BUSY, PORTALOCKER_OK },
  { EINTR, "EINTR", PORTALOCKER_OK, PORTALOCKER_OK },
  { ENOLCK, "ENOLCK", PORTALOCKER_LOCK_FAILED, PORTALOCKER_LOCK_FAILED },
  { EIO, "EIO", PORTALOCKER_LOCK_FAILED, PORTALOCKER_LOCK_FAILED },
  { EDEADLK, "EDEADLK", PORTALOCKER_LOCK_FAILED, PORTALOCKER_OK },
  { EPERM, "EPERM", PORTALOCKER_LOCK_FAILED, PORTALOCKER_LOCK_FAILED },
  { EOPNOTSUPP, "EOPNOTSUPP", PORTALOCKER_UNSUPPORTED, PORTALOCKER_OK },
  { ENOTSUP, "ENOTSUP", PORTALOCKER_UNSUPPORTED, PORTALOCKER_OK },
  { EINVAL, "EINVAL", PORTALOCKER_UNSUPPORTED, PORTALOCKER_OK },
  { ENOSYS, "ENOSYS", PORTALOCKER_UNSUPPORTED, PORTALOCKER_OK },
  { EBADF, "EBADF", PORTALOCKER_LOCK_FAILED, PORTALOCKER_LOCK_FAILED }
};

enum { ERRORS = sizeof errors / sizeof *errors };

/* What the error number I comes to as the answer of a wait for a descriptor of
   the caller, of which the library does not know what it is to others.  */
static int
code_of_foreign_wait (int i)
{
  return errors[i].error == EDEADLK ? PORTALOCKER_DEADLOCK
                                    : errors[i].code_of_wait;
}

static const char *
code_word (int code)
{
  return portalocker_code_name (code) + strlen ("PORTALOCKER_");
}

/* "ENOLCK from the lock call is LOCK_FAILED".  */
static const char *
statement_of (int i, int code, const char *where)
{
  static char statement[200];
  snprintf (statement, sizeof statement, "%s from %s is %s", errors[i].name,
            where, code_word (code));
  return statement;
}


/* ---- Lock objects.  */

/* What must hold after an acquire of LOCK gave CODE because of ERROR.  */
static int
check_after (portalocker_lock *lock, const char *backend, int code, int error,
             int descriptors)
{
  portalocker_error *details;
  int good = 1;
  if (code == PORTALOCKER_OK)
    {
      good &= CHECK_QUIET (portalocker_is_held (lock))
              && CHECK_QUIET (! unit_free ("f", backend, true))
              && CHECK_QUIET_CODE (portalocker_release (lock),
                                   PORTALOCKER_OK);
    }
  else
    {
      portalocker_error_new (&details);
      portalocker_get_error (lock, details);
      good &= CHECK_QUIET_CODE (portalocker_error_code (details), code)
              && CHECK_QUIET_INT (portalocker_error_system_error (details),
                                  error)
              && CHECK_QUIET_STRING (portalocker_error_call (details),
                                     unit_lock_call (backend))
              && CHECK_QUIET_STRING (portalocker_error_path (details),
                                     unit_path ("f"))
              && CHECK_QUIET (! portalocker_is_held (lock));
      portalocker_error_free (details);
    }
  return good && CHECK_QUIET_INT (unit_descriptors (), descriptors)
         && CHECK_QUIET (unit_free ("f", backend, true));
}

static int
try_object (const char *backend, int flags, int i)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors (), code, good;
  forget_answers ();
  answers[ASK_TRY][0] = errors[i].error;
  portalocker_set_mode (lock, "a+");
  portalocker_set_flags (lock, flags | PORTALOCKER_LOCK_NB);
  code = portalocker_acquire (lock);
  good = CHECK_QUIET_CODE (code, errors[i].code)
         && CHECK_QUIET_INT (asked[ASK_WAIT], 0)
         && CHECK_QUIET_INT (unit_clock.sleeps, 0)
         && check_after (lock, backend, code, errors[i].error, descriptors);
  good &= CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
  portalocker_free (lock);
  return good;
}

/* An infinite wait: the try is refused, the wait in the kernel fails.  */
static int
wait_object (const char *backend, int flags, int i)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors (), code, good;
  forget_answers ();
  answers[ASK_TRY][0] = EAGAIN;
  answers[ASK_WAIT][0] = errors[i].error;
  portalocker_set_mode (lock, "a+");
  portalocker_set_flags (lock, flags);
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  code = portalocker_acquire (lock);
  good = CHECK_QUIET_CODE (code, errors[i].code_of_wait)
         && CHECK_QUIET (asked[ASK_WAIT] > 0)
         && CHECK_QUIET ((code != PORTALOCKER_OK
                          || errors[i].error == EINTR)
                         == (unit_clock.sleeps == 0))
         && check_after (lock, backend, code, errors[i].error, descriptors);
  portalocker_free (lock);
  return good;
}

/* A timed wait: two refusals, then the error; only busy is waited for.  */
static int
poll_object (const char *backend, int i)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors (), code, good;
  int wanted = errors[i].code == PORTALOCKER_BUSY ? PORTALOCKER_OK
                                                  : errors[i].code;
  forget_answers ();
  answers[ASK_TRY][0] = EAGAIN;
  answers[ASK_TRY][1] = EAGAIN;
  answers[ASK_TRY][2] = errors[i].error;
  portalocker_set_timeout (lock, 3600000);
  code = portalocker_acquire (lock);
  good = CHECK_QUIET_CODE (code, wanted)
         && CHECK_QUIET_INT (asked[ASK_WAIT], 0)
         && CHECK_QUIET_INT (unit_clock.sleeps,
                             errors[i].code == PORTALOCKER_BUSY ? 3 : 2)
         && check_after (lock, backend, code, errors[i].error, descriptors);
  portalocker_free (lock);
  return good;
}

static void
test_objects (const char *backend)
{
  bool shared = unit_has (backend, PORTALOCKER_FEATURE_SHARED);
  int i;
  for (i = 0; i < ERRORS; i++)
    {
      int good = try_object (backend, PORTALOCKER_LOCK_EX, i)
                 && (! shared || try_object (backend, PORTALOCKER_LOCK_SH, i));
      CHECK (good, statement_of (i, errors[i].code, "the lock call"));
      good = wait_object (backend, PORTALOCKER_LOCK_EX, i)
             && (! shared || wait_object (backend, PORTALOCKER_LOCK_SH, i));
      CHECK (good, statement_of (i, errors[i].code_of_wait,
                                 "a wait in the kernel"));
      CHECK (poll_object (backend, i),
             statement_of (i, errors[i].code == PORTALOCKER_BUSY
                              ? PORTALOCKER_OK : errors[i].code,
                           "the third try of a timed wait"));
    }
}

/* EACCES, which can be a conflict of byte ranges and a policy everywhere.  */
static const struct
{
  const char *statement;
  enum question question;       /* what is answered so */
  int times;
  bool held;                    /* by somebody else */
  int code;
  int asked;
} refusals[] =
{
  { "EACCES once to a try of a free lock", ASK_TRY, 1, false,
    PORTALOCKER_OK, 2 },
  { "EACCES twice to a try of a free lock", ASK_TRY, 2, false,
    PORTALOCKER_LOCK_FAILED, 2 },
  { "EACCES to a try of a lock that is held", ASK_TRY, 2, true,
    PORTALOCKER_BUSY, 1 },
  { "EACCES once to a wait for a lock that is free", ASK_WAIT, 1, false,
    PORTALOCKER_OK, 2 },
  { "EACCES twice to a wait for a lock that is free", ASK_WAIT, 2, false,
    PORTALOCKER_LOCK_FAILED, 2 }
};

static int
refuse_object (const char *backend, int flags, size_t i, int code)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors, good, result, asks;
  /* flock is asked about ranges, of which network file systems make it.  */
  if (refusals[i].held)
    unit_hold ("f", unit_has (backend, PORTALOCKER_FEATURE_ANY_ACCESS)
                    ? "fcntl" : backend, true);
  descriptors = unit_descriptors ();
  forget_answers ();
  tells_nothing = code == PORTALOCKER_LOCK_FAILED;
  answers[ASK_TRY][0] = EAGAIN;
  answers[refusals[i].question][0] = EACCES;
  answers[refusals[i].question][1] = refusals[i].times > 1 ? EACCES : 0;
  portalocker_set_mode (lock, "a+");
  portalocker_set_flags (lock, flags);
  portalocker_set_timeout (lock, refusals[i].held ? 0 : PORTALOCKER_FOREVER);
  result = portalocker_acquire (lock);
  asks = asked[refusals[i].question];
  if (refusals[i].held)
    unit_let_go ();
  good = CHECK_QUIET_CODE (result, code)
         && CHECK_QUIET_INT (asks, refusals[i].asked)
         && CHECK_QUIET_INT (unit_clock.sleeps, 0)
         && check_after (lock, backend, code,
                         code == PORTALOCKER_BUSY ? EAGAIN : EACCES,
                         descriptors);
  portalocker_free (lock);
  return good;
}

static void
test_refusals (const char *backend)
{
  bool shared = unit_has (backend, PORTALOCKER_FEATURE_SHARED);
  size_t i;
  for (i = 0; i < sizeof refusals / sizeof *refusals; i++)
    {
      int code = refusals[i].code;
      int good = refuse_object (backend, PORTALOCKER_LOCK_EX, i, code)
                 && (! shared
                     || refuse_object (backend, PORTALOCKER_LOCK_SH, i, code));
      char statement[200];
      snprintf (statement, sizeof statement, "%s is %s",
                refusals[i].statement, code_word (code));
      CHECK (good, statement);
    }
}

static void
test_interrupted (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int i, good;
  forget_answers ();
  for (i = 0; i < 6; i++)
    answers[ASK_TRY][i] = answers[ASK_WAIT][i] = answers[ASK_UNLOCK][i]
      = EINTR;
  answers[ASK_TRY][6] = EAGAIN;
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
  CHECK (good && asked[ASK_TRY] == 7 && asked[ASK_WAIT] == 7
         && unit_clock.sleeps == 0,
         "EINTR six times in a try and in a wait is no error");
  good = CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK);
  CHECK (good && asked[ASK_UNLOCK] == 7 && unit_free ("f", backend, true),
         "EINTR six times in an unlock is no error");
  portalocker_free (lock);
}

/* An unlock that fails is reported, and the close frees the lock all the
   same.  */
static void
test_unlock (const char *backend)
{
  static const struct { int error, code; } cases[]
    = { { EIO, PORTALOCKER_LOCK_FAILED }, { ENOLCK, PORTALOCKER_LOCK_FAILED },
        { EINVAL, PORTALOCKER_LOCK_FAILED },
        { EBADF, PORTALOCKER_BAD_ARGUMENT } };
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors ();
  size_t i;
  int good = 1;
  for (i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      forget_answers ();
      good &= CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
      answers[ASK_UNLOCK][0] = cases[i].error;
      good &= CHECK_QUIET_CODE (portalocker_release (lock), cases[i].code)
              && CHECK_QUIET (! portalocker_is_held (lock))
              && CHECK_QUIET (unit_free ("f", backend, true))
              && CHECK_QUIET_CODE (portalocker_release (lock),
                                   PORTALOCKER_OK);
    }
  CHECK (good && CHECK_QUIET_INT (unit_descriptors (), descriptors),
         "a release whose unlock fails says so and frees the lock");
  portalocker_free (lock);
}

/* The only error that goes on is busy: another primitive is never tried.  */
static void
test_no_other_primitive (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  forget_answers ();
  answers[ASK_TRY][0] = ENOSYS;
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  CHECK (portalocker_acquire (lock) == PORTALOCKER_UNSUPPORTED
         && asked[ASK_TRY] == 1 && asked[ASK_WAIT] == 0,
         "an error never leads to another primitive");
  portalocker_free (lock);
}


/* ---- Descriptors of the caller.  */

static int
lock_descriptor (const char *backend, int flags, int64_t deadline, int i,
                 int code)
{
  portalocker_error *details;
  int fd = open (unit_path ("f"), O_RDWR | O_CREAT, 0666), good;
  int result;
  portalocker_error_new (&details);
  result = portalocker_lock_fd_with (fd, flags, backend, deadline, details);
  good = CHECK_QUIET_CODE (result, code);
  if (good && code == PORTALOCKER_OK)
    good = CHECK_QUIET (! unit_free ("f", backend, true))
           && CHECK_QUIET_CODE (portalocker_unlock_fd_with (fd, backend, NULL),
                                PORTALOCKER_OK);
  else if (good)
    good = CHECK_QUIET_CODE (portalocker_error_code (details), code)
           && CHECK_QUIET_INT (portalocker_error_system_error (details),
                               errors[i].error)
           && CHECK_QUIET_STRING (portalocker_error_call (details),
                                  unit_lock_call (backend));
  good = good && CHECK_QUIET (unit_free ("f", backend, true));
  portalocker_error_free (details);
  close (fd);
  return good;
}

static void
test_descriptors (const char *backend)
{
  const int sh = PORTALOCKER_LOCK_SH, ex = PORTALOCKER_LOCK_EX;
  bool shared = unit_has (backend, PORTALOCKER_FEATURE_SHARED);
  int i, good;
  for (i = 0; i < ERRORS; i++)
    {
      forget_answers ();
      answers[ASK_TRY][0] = errors[i].error;
      good = lock_descriptor (backend, ex | PORTALOCKER_LOCK_NB,
                              PORTALOCKER_FOREVER, i, errors[i].code);
      if (shared)
        {
          forget_answers ();
          answers[ASK_TRY][0] = errors[i].error;
          good &= lock_descriptor (backend, sh, 0, i, errors[i].code);
        }
      CHECK (good, statement_of (i, errors[i].code,
                                 "the lock call of a descriptor"));
      forget_answers ();
      answers[ASK_TRY][0] = EAGAIN;
      answers[ASK_WAIT][0] = errors[i].error;
      good = lock_descriptor (backend, ex, PORTALOCKER_FOREVER, i,
                              code_of_foreign_wait (i));
      CHECK (good, statement_of (i, code_of_foreign_wait (i),
                                 "the wait of a descriptor"));
    }
}

/* A descriptor waits until its deadline, at most 250 ms between two tries, and
   no longer.  */
static void
test_descriptor_deadline (const char *backend)
{
  int fd = open (unit_path ("f"), O_RDWR | O_CREAT, 0666), good, pauses;
  int64_t deadline = (portalocker_now () + 600) * UNIT_MS;
  unit_hold ("f", backend, true);
  forget_answers ();
  good = CHECK_QUIET_CODE (portalocker_lock_fd_with
                             (fd, PORTALOCKER_LOCK_EX, backend,
                              portalocker_now () + 600, NULL),
                           PORTALOCKER_TIMED_OUT)
         && unit_check_pauses (deadline, 250 * INT64_C (1000000), &pauses)
         && CHECK_QUIET_INT (asked[ASK_TRY], pauses + 1);
  CHECK (good && CHECK_QUIET (unit_clock.now >= deadline)
         && CHECK_QUIET (unit_clock.now <= deadline + UNIT_GRAIN),
         "a descriptor's deadline is met exactly");
  unit_let_go ();
  close (fd);
}

static void
test_bad_descriptors (const char *backend)
{
  bool any = unit_has (backend, PORTALOCKER_FEATURE_ANY_ACCESS);
  int wanted = any ? PORTALOCKER_OK : PORTALOCKER_UNSUPPORTED, fd, good;
  forget_answers ();
  CHECK_CODE (portalocker_lock_fd_with (250, PORTALOCKER_LOCK_EX, backend,
                                        0, NULL),
              PORTALOCKER_BAD_ARGUMENT, "a closed descriptor is told");
  CHECK_CODE (portalocker_unlock_fd_with (250, backend, NULL),
              PORTALOCKER_BAD_ARGUMENT, "also to unlock");
  CHECK_CODE (portalocker_lock_fd_with (-1, PORTALOCKER_LOCK_EX, backend, 0,
                                        NULL),
              PORTALOCKER_BAD_ARGUMENT, "the descriptor -1 is told");
  fd = open (unit_path ("f"), O_RDONLY | O_CREAT, 0666);
  CHECK_CODE (portalocker_lock_fd_with (fd, PORTALOCKER_LOCK_EX, backend, 0,
                                        NULL), wanted,
              "an exclusive lock through a reading descriptor");
  close (fd);
  fd = open (unit_path ("f"), O_WRONLY);
  CHECK_CODE (portalocker_lock_fd_with (fd, PORTALOCKER_LOCK_SH, backend, 0,
                                        NULL), wanted,
              "a shared lock through a writing descriptor");
  close (fd);
  fd = open (unit_path ("f"), O_RDWR);
  answers[ASK_UNLOCK][0] = EIO;
  answers[ASK_UNLOCK][1] = EBADF;
  answers[ASK_UNLOCK][2] = EINTR;
  good = CHECK_QUIET_CODE (portalocker_unlock_fd_with (fd, backend, NULL),
                           PORTALOCKER_LOCK_FAILED);
  good &= CHECK_QUIET_CODE (portalocker_unlock_fd_with (fd, backend, NULL),
                            PORTALOCKER_BAD_ARGUMENT);
  good &= CHECK_QUIET_CODE (portalocker_unlock_fd_with (fd, backend, NULL),
                            PORTALOCKER_OK);
  CHECK (good, "EIO, EBADF and EINTR from the unlock of a descriptor");
  close (fd);
}

static void
test_backend (const char *backend)
{
  unit_area (backend, "fault");
  use_fakes ();
  test_objects (backend);
  test_refusals (backend);
  test_interrupted (backend);
  test_unlock (backend);
  test_no_other_primitive (backend);
  test_descriptors (backend);
  test_descriptor_deadline (backend);
  test_bad_descriptors (backend);
  unit_restore ();
}


/* ---- Streams of the caller, with the default backend.  */

static int flush_error, seek_error;

static int
fake_fflush (FILE *stream)
{
  if (flush_error == 0)
    return unit_real.fflush (stream);
  errno = flush_error;
  return EOF;
}

static int
fake_fseeko (FILE *stream, off_t offset, int whence)
{
  if (seek_error == 0)
    return unit_real.fseeko (stream, offset, whence);
  errno = seek_error;
  return -1;
}

static void
test_stream_fault (int flush, int seek, int code, const char *call,
                   const char *statement)
{
  const char *backend = portalocker_default_backend ();
  portalocker_error *details;
  FILE *stream = fopen (unit_path ("f"), "r+");
  int good;
  portalocker_error_new (&details);
  flush_error = flush;
  seek_error = seek;
  good = CHECK_QUIET_CODE (portalocker_lock_stream
                             (stream, PORTALOCKER_LOCK_EX, details), code)
         && CHECK_QUIET_STRING (portalocker_error_call (details), call)
         && CHECK_QUIET_INT (unit_free ("f", backend, false),
                             code != PORTALOCKER_OK);
  flush_error = seek_error = 0;
  CHECK (good, statement);
  fclose (stream);
  portalocker_error_free (details);
}

static void
test_streams (void)
{
  const char *backend = portalocker_default_backend ();
  portalocker_error *details;
  FILE *stream;
  int good;
  check_area ("unit/streams");
  unit_write ("f", "one\ntwo\n");
  portalocker__calls.fflush = fake_fflush;
  portalocker__calls.fseeko = fake_fseeko;
  test_stream_fault (EIO, 0, PORTALOCKER_CANNOT_WRITE, "fflush",
                     "a flush that fails after the lock gives it back");
  test_stream_fault (0, EIO, PORTALOCKER_CANNOT_WRITE, "fseeko",
                     "a seek that fails after the lock gives it back");
  test_stream_fault (0, ESPIPE, PORTALOCKER_OK, NULL,
                     "a stream that cannot seek is locked");
  portalocker_error_new (&details);
  stream = fopen (unit_path ("f"), "a");
  portalocker_lock_stream (stream, PORTALOCKER_LOCK_EX, NULL);
  flush_error = ENOSPC;
  good = CHECK_QUIET_CODE (portalocker_unlock_stream (stream, details),
                           PORTALOCKER_CANNOT_WRITE)
         && CHECK_QUIET_INT (portalocker_error_system_error (details), ENOSPC);
  CHECK (good && unit_free ("f", backend, true),
         "an unlock whose flush fails says so and unlocks");
  flush_error = 0;
  fclose (stream);
  stream = fopen (unit_path ("f"), "r+");
  close (fileno (stream));
  CHECK_CODE (portalocker_lock_stream (stream, PORTALOCKER_LOCK_EX, NULL),
              PORTALOCKER_BAD_ARGUMENT, "a stream whose descriptor is closed");
  CHECK (portalocker_unlock_stream (stream, NULL) != PORTALOCKER_OK,
         "nor can it be unlocked");
  fclose (stream);
  portalocker_error_free (details);
  unit_restore ();
}

int
main (void)
{
  unit_start ();
  unit_each_backend (test_backend);
  test_streams ();
  return check_done ();
}
