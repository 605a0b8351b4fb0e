/* forks.c - forks at the worst moments.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#if PORTALOCKER_BACKEND_FLOCK
# include <sys/file.h>
#endif

/* ---- Children that live until they are told to end.  */

enum { CHILD_LIMIT = 8 };

static struct
{
  pid_t pid;
  int tell;                     /* closed to end it */
} children[CHILD_LIMIT];
static int child_count;

/* Fork a child that does nothing but live.  */
static void
fork_idler (void)
{
  int ends[2];
  char byte;
  if (pipe (ends) != 0)
    check_fatal ("no pipe");
  fflush (stdout);
  children[child_count].pid = fork ();
  if (children[child_count].pid == 0)
    {
      close (ends[1]);
      while (child_count-- > 0)
        close (children[child_count].tell);
      _exit (read (ends[0], &byte, 1) != 0);
    }
  close (ends[0]);
  fcntl (ends[1], F_SETFD, FD_CLOEXEC);
  children[child_count++].tell = ends[1];
}

static void
end_idlers (void)
{
  while (child_count > 0)
    {
      child_count--;
      close (children[child_count].tell);
      unit_reap (children[child_count].pid);
    }
}

/* Run FUNCTION in a child, and return what it returns: 0 when all is
   well.  */
static int
in_child (int (*function) (void *argument), void *argument)
{
  int status;
  pid_t child;
  fflush (stdout);
  child = fork ();
  if (child == 0)
    {
      status = function (argument);
      fflush (stdout);
      _exit (status);
    }
  status = unit_reap (child);
  return WIFEXITED (status) ? WEXITSTATUS (status) : 1000 + status;
}


/* ---- Forks inside of an acquire or release: a replaced call forks, as long
   as FORKS is not used up.  */

static int forks;
static int opens;

static void
maybe_fork (void)
{
  if (forks > 0)
    {
      forks--;
      fork_idler ();
    }
}

static int
forking_open (const char *path, int flags, mode_t mode)
{
  int fd = unit_real.open (path, flags, mode);
  opens++;
  maybe_fork ();
  return fd;
}

static int
forking_fstat (int fd, struct stat *status)
{
  maybe_fork ();
  return unit_real.fstat (fd, status);
}

static int
forking_flock (int fd, int operation)
{
  int result;
  maybe_fork ();
  result = unit_real.flock (fd, operation);
  maybe_fork ();
  return result;
}

static int
forking_fcntl_lock (int fd, int command, struct flock *lock)
{
  int result;
  maybe_fork ();
  result = unit_real.fcntl_lock (fd, command, lock);
  maybe_fork ();
  return result;
}

static int
forking_lockf (int fd, int command, off_t size)
{
  int result;
  maybe_fork ();
  result = unit_real.lockf (fd, command, size);
  maybe_fork ();
  return result;
}

static int
forking_stat (const char *path, struct stat *status)
{
  maybe_fork ();
  return unit_real.stat (path, status);
}

static FILE *
forking_fdopen (int fd, const char *mode)
{
  FILE *stream = unit_real.fdopen (fd, mode);
  maybe_fork ();
  return stream;
}

static int
forking_close (int fd)
{
  maybe_fork ();
  return unit_real.close (fd);
}

/* Whether LOCK, which is held, is the only thing that keeps the file: after
   its release the file is free, while the children live.  */
static int
check_alone (portalocker_lock *lock, const char *backend)
{
  int good = CHECK_QUIET (! unit_free ("f", backend, true))
             && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK)
             && CHECK_QUIET (unit_free ("f", backend, true))
             && CHECK_QUIET_INT (forks, 0);
  unit_restore ();
  end_idlers ();
  return good;
}

static void
test_fork_in_open (const char *backend)
{
  bool per_object = unit_has (backend, PORTALOCKER_FEATURE_PER_OBJECT);
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors ();
  unit_write ("f", "");
  portalocker__calls.open = forking_open;
  opens = 0;
  forks = 1;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_INT (opens, per_object ? 2 : 1)
         && check_alone (lock, backend),
         "a child made during open does not keep the lock");
  portalocker__calls.open = forking_open;
  opens = 0;
  forks = 3;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && (! per_object || CHECK_QUIET_INT (opens, 4))
         && (per_object || (forks = 0, true))
         && check_alone (lock, backend),
         "nor do three children, made one during each open");
  portalocker__calls.fstat = forking_fstat;
  forks = 1;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && check_alone (lock, backend),
         "nor does one made between open and lock");
  unlink ("f");
  portalocker_set_mode (lock, "x");
  portalocker__calls.open = forking_open;
  forks = 1;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && check_alone (lock, backend),
         "nor is a file that mode x created then in its own way");
  CHECK_INT (unit_descriptors (), descriptors,
             "each descriptor that was opened in vain is closed");
  portalocker_free (lock);
}

static void
test_fork_in_other_calls (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  portalocker__calls.flock = forking_flock;
  portalocker__calls.fcntl_lock = forking_fcntl_lock;
  portalocker__calls.lockf = forking_lockf;
  forks = 2;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && check_alone (lock, backend),
         "children made before and after the lock call do not keep it");
  portalocker__calls.stat = forking_stat;
  forks = 1;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && check_alone (lock, backend),
         "nor does one made when the path is looked at");
  portalocker__calls.fdopen = forking_fdopen;
  forks = 1;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET (portalocker_stream (lock) != NULL)
         && check_alone (lock, backend),
         "nor does one made together with the stream");
  portalocker_acquire (lock);
  portalocker__calls.close = forking_close;
  forks = 1;
  CHECK (check_alone (lock, backend),
         "nor does one made during the close of a release");
  portalocker_free (lock);
}

/* A child that was made before the lock was there has no part in it.  */
static void
test_passed_on (const char *backend)
{
  portalocker_lock *lock;
  int good;
  if (! unit_has (backend, PORTALOCKER_FEATURE_PASS_ON))
    {
      check_unsupported ("what is passed on lives in the child",
                         "locks belong to the process");
      return;
    }
  lock = unit_new ("f", backend);
  portalocker_set_pass_over_fork (lock, 1);
  portalocker__calls.open = forking_open;
  opens = 0;
  forks = 1;
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_INT (opens, 2)
         && check_alone (lock, backend);
  CHECK (good, "a child made during open gets no part of what is passed on");
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
  fork_idler ();
  good = good && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK)
         && CHECK_QUIET (! unit_free ("f", backend, true));
  end_idlers ();
  CHECK (good && CHECK_QUIET (unit_free ("f", backend, true)),
         "what is passed on lives in the child");
  portalocker_free (lock);
}

/* A thread that forks, while another one is about to close what was passed
   on.  */
static struct task forking;
static bool fork_at_close;

static int
fork_in_thread (void *unused)
{
  (void) unused;
  fork_idler ();
  return 0;
}

static int
close_beside_fork (int fd)
{
  if (fork_at_close)
    {
      fork_at_close = false;
      task_start (&forking, fork_in_thread, NULL);
      task_let_sleep (&forking);
    }
  return unit_real.close (fd);
}

static void
test_release_of_passed_on (const char *backend)
{
  static const char *const statement
    = "a child made during its release does not keep it";
  portalocker_lock *lock;
  int good;
  if (! unit_has (backend, PORTALOCKER_FEATURE_PASS_ON)
      || ! unit_forks_beside_threads (statement))
    return;
  lock = unit_new ("f", backend);
  portalocker_set_pass_over_fork (lock, 1);
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
  portalocker__calls.close = close_beside_fork;
  fork_at_close = true;
  good = good && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK);
  task_end (&forking);
  good = good && CHECK_QUIET (unit_free ("f", backend, true));
  unit_restore ();
  end_idlers ();
  CHECK (good, statement);
  portalocker_free (lock);
}


/* ---- Before there is any object.  */

static int atforks;             /* calls so far */
static bool atfork_fails;

static int
counting_atfork (void (*prepare) (void), void (*parent) (void),
                 void (*child) (void))
{
  atforks++;
  return atfork_fails ? ENOMEM
                      : unit_real.atfork (prepare, parent, child);
}

/* In a child that has not used the library yet.  */
static int
lock_descriptor_first (void *unused)
{
  int fd = open ("f", O_RDWR), good;
  (void) unused;
  portalocker__calls.atfork = counting_atfork;
  atfork_fails = true;
  good = CHECK_QUIET_CODE (portalocker_lock_fd (fd, 6, NULL),
                           PORTALOCKER_NO_MEMORY)
         && CHECK_QUIET_CODE (portalocker_unlock_fd (fd, NULL),
                              PORTALOCKER_NO_MEMORY)
         && CHECK_QUIET (unit_free ("f", portalocker_default_backend (),
                                    true));
  atfork_fails = false;
  good = good && CHECK_QUIET_CODE (portalocker_lock_fd (fd, 6, NULL),
                                   PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_unlock_fd (fd, NULL),
                              PORTALOCKER_OK)
         && CHECK_QUIET_INT (atforks, 3);
  return ! good;
}

static int
lend_signal_first (void *unused)
{
  int good;
  (void) unused;
  portalocker__calls.atfork = counting_atfork;
  atfork_fails = true;
  good = CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR1),
                           PORTALOCKER_NO_MEMORY);
  atfork_fails = false;
  return ! (good
            && CHECK_QUIET_CODE (portalocker_set_wait_signal (SIGUSR1),
                                 PORTALOCKER_OK)
            && CHECK_QUIET_INT (atforks, 2));
}

static int
ask_for_method_first (void *unused)
{
  (void) unused;
  portalocker__calls.atfork = counting_atfork;
  portalocker_wait_method ();
  return ! CHECK_QUIET_INT (atforks, 1);
}

/* Forks have to be known of from the first use of the tables on, whatever
   it is.  */
static void
test_first_use (void)
{
  unit_write ("f", "");
  CHECK_INT (in_child (lock_descriptor_first, NULL), 0,
             "a descriptor may be locked first of all");
  CHECK_INT (in_child (ask_for_method_first, NULL), 0,
             "the method be asked for");
#if HAVE_THREAD_TIMERS
  CHECK_INT (in_child (lend_signal_first, NULL), 0, "or a signal lent");
#else
  (void) lend_signal_first;
  check_unsupported ("or a signal lent", "no timers for single threads");
#endif
}


/* ---- The object in the child.  */

static bool
is_null_device (int fd)
{
  struct stat status, null;
  return fstat (fd, &status) == 0 && stat ("/dev/null", &null) == 0
         && S_ISCHR (status.st_mode) && status.st_rdev == null.st_rdev
         && fcntl (fd, F_GETFD) == FD_CLOEXEC;
}

static const char *the_backend;

/* In the child: every function of an object that the parent holds.  */
static int
use_in_child (void *argument)
{
  portalocker_lock *lock = argument;
  portalocker_error *error;
  int fd = lock->blank, descriptors = unit_descriptors (), good;
  portalocker_error_new (&error);
  good = CHECK_QUIET (! portalocker_is_held (lock))
         && CHECK_QUIET (is_null_device (fd))
         && CHECK_QUIET_INT (portalocker_descriptor (lock), -1)
         && CHECK_QUIET (portalocker_stream (lock) == NULL)
         && CHECK_QUIET_CODE (portalocker_verify (lock),
                              PORTALOCKER_NOT_HELD)
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_BUSY)
         && CHECK_QUIET_INT (unit_descriptors (), descriptors - 1)
         && CHECK_QUIET_CODE (portalocker_get_error (lock, error),
                              PORTALOCKER_OK)
         && CHECK_QUIET (portalocker_message (lock)[0] != '\0');
  portalocker_error_free (error);
  portalocker_free (lock);
  return ! good || ! CHECK_QUIET_INT (unit_descriptors (), descriptors - 1);
}

/* The same when the parent's object has a stream with unwritten data.  */
static int
use_stream_in_child (void *argument)
{
  portalocker_lock *lock = argument;
  int good = CHECK_QUIET (! portalocker_is_held (lock))
             && CHECK_QUIET (portalocker_stream (lock) == NULL)
             && CHECK_QUIET_CODE (portalocker_acquire (lock),
                                  PORTALOCKER_BUSY);
  portalocker_free (lock);
  fflush (NULL);
  return ! good;
}

/* In the child: the program closes all that it does not know, and has a file
   of its own by the number of what the library has put there.  */
static int
take_number_in_child (void *argument)
{
  portalocker_lock *lock = argument;
  int number = lock->blank, fd;
  close (number);
  fd = open ("own", O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK, 0600);
  if (fd != number && dup2 (fd, number) != number)
    return 1;
  portalocker_free (lock);
  return ! CHECK_QUIET (write (number, "x", 1) == 1);
}

static void
test_child (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int good;
  unit_write ("f", "");
  portalocker_acquire (lock);
  CHECK (CHECK_QUIET_INT (in_child (use_in_child, lock), 0)
         && CHECK_QUIET (portalocker_is_held (lock))
         && CHECK_QUIET (! unit_free ("f", backend, true)),
         "an object in the child holds nothing and frees nothing");
  CHECK_INT (in_child (take_number_in_child, lock), 0,
             "nor closes what the child has by the number");
  unlink ("own");
  fputs ("once\n", portalocker_stream (lock));
  good = CHECK_QUIET_INT (in_child (use_stream_in_child, lock), 0)
         && CHECK_QUIET (! unit_free ("f", backend, true))
         && CHECK_QUIET (unit_file_is ("f", ""))
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK);
  CHECK (good && CHECK_QUIET (unit_file_is ("f", "once\n")),
         "what the parent buffered is written once, by the parent");
  portalocker_free (lock);
}

/* In the child of a child, which acquired anew meanwhile.  */
static int
acquire_in_child (void *argument)
{
  portalocker_lock *lock = argument;
  return ! (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
            && CHECK_QUIET (! unit_free ("f", the_backend, true))
            && CHECK_QUIET_INT (in_child (use_in_child, lock), 0)
            && CHECK_QUIET (! unit_free ("f", the_backend, true))
            && CHECK_QUIET_CODE (portalocker_release (lock),
                                 PORTALOCKER_OK));
}

static void
test_grandchild (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  the_backend = backend;
  CHECK_INT (in_child (acquire_in_child, lock), 0,
             "a child acquires, and its child does not hold that");
  portalocker_free (lock);
}


/* ---- Parked descriptors.  */

static int parked_fd, parked_stream_fd;

static int
look_at_parked (void *argument)
{
  portalocker_lock *const *locks = argument;
  int good = CHECK_QUIET (fcntl (parked_fd, F_GETFD) < 0
                          || is_null_device (parked_fd))
             && CHECK_QUIET (is_null_device (parked_stream_fd))
             && CHECK_QUIET (! portalocker_is_held (locks[0]));
  portalocker_set_flags (locks[1], 5);
  good = good && CHECK_QUIET_CODE (portalocker_acquire (locks[1]),
                                   PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_release (locks[1]),
                              PORTALOCKER_OK);
  return ! good;
}

/* While one object shares the file, those of two others are parked: the
   child has them no more.  */
static void
test_parked (const char *backend)
{
  portalocker_lock *locks[3];
  int i, good = 1, descriptors = unit_descriptors ();
  if (! unit_has (backend, PORTALOCKER_FEATURE_SHARED))
    {
      check_unsupported ("the child has no parked descriptors",
                         "no shared locks");
      return;
    }
  for (i = 0; i < 3; i++)
    {
      locks[i] = unit_new ("f", backend);
      portalocker_set_flags (locks[i], 5);
      good &= CHECK_QUIET_CODE (portalocker_acquire (locks[i]),
                                PORTALOCKER_OK);
    }
  parked_fd = portalocker_descriptor (locks[1]);
  parked_stream_fd = portalocker_descriptor (locks[2]);
  fputs ("x", portalocker_stream (locks[2]));
  portalocker_release (locks[1]);
  portalocker_release (locks[2]);
  if (unit_has (backend, PORTALOCKER_FEATURE_PER_OBJECT))
    parked_fd = parked_stream_fd = portalocker_descriptor (locks[0]);
  good &= CHECK_QUIET_INT (in_child (look_at_parked, locks), 0)
          && CHECK_QUIET (! unit_free ("f", backend, true));
  for (i = 0; i < 3; i++)
    portalocker_free (locks[i]);
  CHECK (good && CHECK_QUIET_INT (unit_descriptors (), descriptors)
         && CHECK_QUIET (unit_free ("f", backend, true)),
         "the child has no parked descriptors");
}


/* ---- Other threads at the time of the fork.  */

static struct gate gate = GATE_INITIALIZER;
static bool stop_here;          /* at the gate, in the call below */

static FILE *
stopping_fdopen (int fd, const char *mode)
{
  if (stop_here)
    gate_pass (&gate);
  return unit_real.fdopen (fd, mode);
}

static int
make_stream (void *lock)
{
  return portalocker_stream (lock) != NULL;
}

/* Another thread has the object's own mutex: the child must not wait for
   it.  */
static void
test_fork_beside_mutex (const char *backend)
{
  static const char *const statement
    = "a fork while another thread has the object's mutex";
  portalocker_lock *lock;
  struct task task;
  int result;
  if (! unit_forks_beside_threads (statement))
    return;
  lock = unit_new ("f", backend);
  portalocker_acquire (lock);
  gate_reset (&gate);
  stop_here = true;
  portalocker__calls.fdopen = stopping_fdopen;
  task_start (&task, make_stream, lock);
  gate_await (&gate);
  result = in_child (use_in_child, lock);
  gate_open (&gate);
  CHECK (CHECK_QUIET_INT (task_end (&task), 1)
         && CHECK_QUIET_INT (result, 0)
         && CHECK_QUIET (! unit_free ("f", backend, true)), statement);
  unit_restore ();
  portalocker_free (lock);
}

static int
refused_in_child (void *argument)
{
  portalocker_lock *lock = argument;
  int good = CHECK_QUIET (! portalocker_is_held (lock))
             && CHECK_QUIET_CODE (portalocker_acquire_with
                                    (lock, NULL, -2, 0, -2, -2, -2),
                                  PORTALOCKER_BUSY);
  unit_let_go ();
  good = good && CHECK_QUIET_CODE (portalocker_acquire (lock),
                                   PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK);
  unit_hold ("f", the_backend, true);
  portalocker_free (lock);
  return ! good;
}

static bool
is_set_wait (int command)
{
#if PORTALOCKER_BACKEND_OFD
  if (command == F_OFD_SETLKW)
    return true;
#endif
  return command == F_SETLKW;
}

static int
stopping_flock (int fd, int operation)
{
#if PORTALOCKER_BACKEND_FLOCK
  if (stop_here && operation == LOCK_EX)
    gate_pass (&gate);
#endif
  return unit_real.flock (fd, operation);
}

static int
stopping_fcntl_lock (int fd, int command, struct flock *lock)
{
  if (stop_here && is_set_wait (command))
    gate_pass (&gate);
  return unit_real.fcntl_lock (fd, command, lock);
}

static int
stopping_lockf (int fd, int command, off_t size)
{
  if (stop_here && command == F_LOCK)
    gate_pass (&gate);
  return unit_real.lockf (fd, command, size);
}

/* Another thread waits for the lock: in the child nobody does.  */
static void
test_fork_beside_waiter (const char *backend)
{
  static const char *const statement
    = "a fork while another thread waits with the object";
  portalocker_lock *lock;
  struct task task;
  int result;
  if (! unit_forks_beside_threads (statement))
    return;
  lock = unit_new ("f", backend);
  the_backend = backend;
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  unit_hold ("f", backend, true);
  gate_reset (&gate);
  stop_here = true;
  portalocker__calls.flock = stopping_flock;
  portalocker__calls.fcntl_lock = stopping_fcntl_lock;
  portalocker__calls.lockf = stopping_lockf;
  task_start (&task, task_acquire, lock);
  gate_await (&gate);
  stop_here = false;
  result = in_child (refused_in_child, lock);
  unit_let_go ();
  gate_open (&gate);
  CHECK (CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK)
         && CHECK_QUIET_INT (result, 0)
         && CHECK_QUIET (! unit_free ("f", backend, true)), statement);
  unit_restore ();
  portalocker_free (lock);
}


/* ---- Atomic files.  */

static int
use_atomic_in_child (void *argument)
{
  portalocker_atomic *atomic = argument;
  return ! (CHECK_QUIET (portalocker_atomic_stream (atomic) == NULL)
            && CHECK_QUIET_INT (portalocker_atomic_descriptor (atomic), -1)
            && CHECK_QUIET_CODE (portalocker_atomic_commit (atomic, NULL),
                                 PORTALOCKER_NOT_HELD));
}

static int
abort_atomic_in_child (void *argument)
{
  portalocker_atomic_abort (argument);
  return 0;
}

static void
test_atomic (void)
{
  portalocker_atomic *atomic;
  int good;
  unlink ("g");
  portalocker__calls.fdopen = forking_fdopen;
  forks = 1;
  good = CHECK_QUIET_CODE (portalocker_atomic_begin (&atomic, "g", 0, NULL),
                           PORTALOCKER_OK);
  unit_restore ();
  fputs ("whole\n", portalocker_atomic_stream (atomic));
  good = good && CHECK_QUIET_INT (in_child (use_atomic_in_child, atomic), 0)
         && CHECK_QUIET (access ("g", F_OK) != 0)
         && CHECK_QUIET_INT (in_child (abort_atomic_in_child, atomic), 0)
         && CHECK_QUIET_CODE (portalocker_atomic_commit (atomic, NULL),
                              PORTALOCKER_OK);
  end_idlers ();
  CHECK (good && CHECK_QUIET (unit_file_is ("g", "whole\n"))
         && CHECK_QUIET (unit_directory_is ("f g ")),
         "an atomic file is the parent's alone");
  unlink ("g");
}

static void
test_backend (const char *backend)
{
  unit_area (backend, "fork-race");
  unit_write ("f", "");
  test_fork_in_open (backend);
  test_fork_in_other_calls (backend);
  test_passed_on (backend);
  test_release_of_passed_on (backend);
  test_child (backend);
  test_grandchild (backend);
  test_parked (backend);
  test_fork_beside_mutex (backend);
  test_fork_beside_waiter (backend);
}

int
main (void)
{
  unit_start ();
  check_area ("unit/fork-race");
  test_first_use ();
  unit_each_backend (test_backend);
  check_area ("unit/fork-race");
  test_atomic ();
  return check_done ();
}
