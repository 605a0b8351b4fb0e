/* each-call.c - whatever call fails, the outcome is a clear code, a message
   that names the file, and nothing left behind.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Each scenario is run again and again; in the n-th run its n-th call of
   the system fails, once with each error that makes sense for that call,
   until runs end before their n-th call.  After every run the same is
   checked: see check_run.  */

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"
#include "scenario.h"

enum { LIMIT = 10000 };         /* of calls of a scenario */

static uintptr_t
this_thread (void)
{
  return (uintptr_t) pthread_self ();
}

/* The helper holds the file.  */
static bool held_elsewhere;

bool
is_free_in (const struct run *run)
{
  return unit_free ("f", run->backend, true);
}

static bool
make (struct run *run, portalocker_lock **lock)
{
  return went (run, portalocker_new (lock, "f"))
         && went_with (run, *lock,
                       portalocker_set_backend (*lock, run->backend));
}


/* Whether the call that failed was one of those on which it depends that
   what was written arrives.  EINTR and what says that a directory cannot be
   synchronized leave no doubt.  */
static bool
data_is_in_doubt (void)
{
  return faults_error () != EINTR && faults_error () != EINVAL
         && (faults_hit ("fflush") || faults_hit ("fclose")
             || faults_hit ("rename") || faults_hit ("fsync"));
}


/* ---- The scenarios.  */

static void
write_one_line (struct run *run)
{
  FILE *stream;
  int code;
  if (! make (run, &run->a) || ! acquire (run, run->a))
    return;
  stream = take_stream (run);
  if (stream != NULL)
    fputs ("paid\n", stream);
  code = portalocker_release (run->a);
  went_with (run, run->a, code);
  must (run, is_free_in (run), "free after release");
  if (stream == NULL || faults_hit ("fflush"))
    must (run, unit_file_is ("f", "old\n"), "the line is not written");
  else
    must (run, unit_file_is ("f", "old\npaid\n"), "the line is written");
  must (run, code != PORTALOCKER_OK || ! data_is_in_doubt (),
        "doubt about the data is told");
  portalocker_free (run->a);
  run->a = run->failed = NULL;
}

static void
create_file (struct run *run)
{
  unlink (unit_path ("f"));
  if (make (run, &run->a) && acquire (run, run->a))
    release (run, run->a);
}

static void
truncate_file (struct run *run)
{
  int code;
  if (! make (run, &run->a))
    return;
  code = portalocker_acquire_with (run->a, "w", 1, -2, -2, -2, -2);
  went_with (run, run->a, code);
  must (run, code != PORTALOCKER_OK || ! faults_hit ("ftruncate")
             || faults_error () == EINTR,
        "a failed truncation is told");
  must (run, unit_file_is ("f", code == PORTALOCKER_OK ? "" : "old\n"),
        "emptied when it was acquired and only then");
}

static void
be_refused (struct run *run)
{
  unit_hold ("f", run->backend, true);
  held_elsewhere = true;
  if (! make (run, &run->a))
    return;
  must (run, ! went_with (run, run->a, portalocker_acquire (run->a)),
        "refused while another process holds the file");
  must (run, portalocker_message (run->a)[0] != '\0', "there is a message");
}

static void
ask_for_details (struct run *run)
{
  unit_hold ("f", run->backend, true);
  held_elsewhere = true;
  faults.armed = false;
  make (run, &run->a);
  run->code = portalocker_acquire (run->a);
  run->failed = run->a;
  must (run, run->code == PORTALOCKER_BUSY, "busy");
  faults.armed = true;
  if (portalocker_error_new (&run->error) != PORTALOCKER_OK)
    return;
  portalocker_get_error (run->a, run->error);
  must (run, portalocker_error_code (run->error) == PORTALOCKER_BUSY,
        "the copy has the code");
  must (run, portalocker_error_holder (run->error) == 0
             || portalocker_error_holder (run->error) == unit_helper (),
        "the holder is the right one or unknown");
  must (run, portalocker_error_message (run->error)[0] != '\0',
        "there is a message");
  portalocker_error_free (run->error);
  run->error = NULL;
}

#if PORTALOCKER_BACKEND_OFD
/* /proc with the helper alone in it: there are too many calls in the whole
   of it to make each of them fail.  */
static DIR *
open_small_proc (const char *path)
{
  return opendir (strcmp (path, "/proc") == 0 ? "proc" : path);
}

static void
ask_who_among_all (struct run *run)
{
  char name[40];
  snprintf (name, sizeof name, "proc/%ld", (long) unit_helper ());
  mkdir ("proc", 0777);
  mkdir (name, 0777);
  unit_hold ("f", "open file", true);
  held_elsewhere = true;
  if (make (run, &run->a))
    {
      portalocker_error *error = NULL;
      int64_t holder;
      went_with (run, run->a, portalocker_acquire (run->a));
      portalocker_error_new (&error);
      portalocker_get_error (run->a, error);
      holder = portalocker_error_holder (error);
      must (run, holder == 0 || holder == unit_helper (),
            "the holder is the right one or unknown");
      portalocker_error_free (error);
    }
  rmdir (name);
  rmdir ("proc");
}
#endif

static int
wait_for_it (void *argument)
{
  struct run *run = argument;
  run->waiter = this_thread ();
  if (acquire (run, run->a))
    release (run, run->a);
  return 0;
}

/* Hold WHAT, a backend of unit_hold, until FUNCTION, in a thread of its own,
   goes to sleep: what belongs to a thread goes with it.  */
static void
wait_for (struct run *run, const char *what, bool exclusive,
          int (*function) (void *run))
{
  struct task task;
  unit_hold ("f", what, exclusive);
  held_elsewhere = true;
  task_start (&task, function, run);
  task_end (&task);
  /* Without a clock the time is up at once, and the gate alone refuses
     nobody then.  */
  must (run, ! held_elsewhere || run->code != PORTALOCKER_OK
             || faults_hit ("clock_gettime"),
        "it waits before it has the lock");
}

static void
wait_by (struct run *run, const char *method, int64_t timeout)
{
  if (! make (run, &run->a))
    return;
  portalocker__force_wait_method (method);
  if (strcmp (method, "signal") == 0)
    went (run, portalocker_set_wait_signal (SIGUSR1));
  portalocker_set_timeout (run->a, timeout);
  wait_for (run, run->backend, true, wait_for_it);
}

static void
wait_by_poll (struct run *run)
{
  wait_by (run, "poll", 3600000);
}

static void
wait_by_thread (struct run *run)
{
  wait_by (run, "thread", 3600000);
}

static void
wait_by_signal (struct run *run)
{
  wait_by (run, "signal", 3600000);
}

static void
be_cancelled (struct run *run)
{
  run->surprise = CANCEL;
  wait_by (run, "poll", 3600000);
  must (run, run->code != PORTALOCKER_OK, "a cancelled wait says so");
}

static void
wait_by_blocking (struct run *run)
{
  wait_by (run, "poll", PORTALOCKER_FOREVER);
}


/* ---- Waits in an event loop.  */

enum { LONG = 3600000 };

/* Whether the descriptor of the watch of RUN becomes readable in time.  */
static bool
becomes_readable (int fd)
{
  struct pollfd end = { .fd = fd, .events = POLLIN };
  int count;
  do
    count = poll (&end, 1, 60000);
  while (count < 0 && errno == EINTR);
  return count == 1 && (end.revents & POLLIN) != 0;
}

/* Begin a watch; return its descriptor, or -1.  */
static int
begin_watch (struct run *run, int64_t timeout)
{
  int fd = -2, code;
  if (! make (run, &run->a))
    return -1;
  code = portalocker_watch (run->a, timeout, &fd);
  must (run, (fd >= 3) == (code == PORTALOCKER_OK),
        "there is a descriptor when watch says so");
  must (run, code == PORTALOCKER_OK || fd == -1, "else it is -1");
  went_with (run, run->a, code);
  return fd;
}

/* The watch whose descriptor is FD comes to an end, and only once.  */
static void
finish_watch (struct run *run, int fd)
{
  int code;
  must (run, becomes_readable (fd), "the descriptor becomes readable");
  code = portalocker_watch_finish (run->a);
  went_with (run, run->a, code);
  must (run, code != PORTALOCKER_PENDING, "what is readable has ended");
  must (run, portalocker_is_held (run->a) == (code == PORTALOCKER_OK),
        "held after success and only then");
  if (! held_elsewhere)
    must (run, is_free_in (run) == (code != PORTALOCKER_OK),
          "the lock is real after success and only then");
  if (code == PORTALOCKER_OK)
    release (run, run->a);
  must (run, portalocker_watch_finish (run->a) == PORTALOCKER_NOT_HELD,
        "there is no watch afterwards");
}

static void
hold_elsewhere (struct run *run)
{
  unit_hold ("f", run->backend, true);
  held_elsewhere = true;
}

static void
let_go_elsewhere (void)
{
  unit_let_go ();
  held_elsewhere = false;
}

static void
watch_free (struct run *run)
{
  int fd = begin_watch (run, LONG);
  if (fd >= 0)
    finish_watch (run, fd);
}

static void
watch_held (struct run *run)
{
  int fd;
  hold_elsewhere (run);
  fd = begin_watch (run, LONG);
  let_go_elsewhere ();
  if (fd >= 0)
    finish_watch (run, fd);
}

static void
watch_too_long (struct run *run)
{
  int fd;
  hold_elsewhere (run);
  fd = begin_watch (run, 10);
  if (fd >= 0)
    finish_watch (run, fd);
  must (run, run->code != PORTALOCKER_OK, "it did not get the lock");
}

static void
watch_cancelled (struct run *run)
{
  int fd;
  hold_elsewhere (run);
  fd = begin_watch (run, PORTALOCKER_FOREVER);
  if (fd < 0)
    return;
  must (run, portalocker_cancel (run->a) == PORTALOCKER_OK,
        "it can be cancelled");
  finish_watch (run, fd);
  must (run, run->code != PORTALOCKER_OK, "it did not get the lock");
}

/* Two watches, of which the first is abandoned.  */
static void
watch_abandoned (struct run *run)
{
  int fd = -1;
  hold_elsewhere (run);
  if (begin_watch (run, PORTALOCKER_FOREVER) < 0)
    return;
  if (make (run, &run->b)
      && went_with (run, run->b, portalocker_watch (run->b, LONG, &fd)))
    must (run, fd >= 3, "there is a descriptor");
  must (run, portalocker_watch_abandon (run->a) == PORTALOCKER_OK,
        "a watch can be abandoned");
  must (run, ! portalocker_is_held (run->a), "nothing is held afterwards");
  let_go_elsewhere ();
  if (fd >= 0)
    {
      must (run, becomes_readable (fd), "the other one goes on");
      went_with (run, run->b, portalocker_watch_finish (run->b));
    }
}


/* ---- Upgrades, and locks that take turns.  */

/* The lock of RUN->a is held and shared, whatever happened.  */
static void
must_share (struct run *run)
{
  must (run, portalocker_is_held (run->a), "held all the time");
  must (run, ! is_free_in (run), "the lock is there");
  /* What could not be unlocked stays until the release.  */
  if (! faults_hit ("fcntl_lock"))
    must (run, unit_free ("f", "part", false), "and shared");
}

static int
upgrade_it (void *argument)
{
  struct run *run = argument;
  run->waiter = this_thread ();
  if (went_with (run, run->a, portalocker_upgrade (run->a, LONG)))
    must (run, ! unit_free ("f", "part", false), "exclusive after success");
  else
    must_share (run);
  return 0;
}

static bool
acquire_shared (struct run *run)
{
  if (! make (run, &run->a))
    return false;
  portalocker_set_flags (run->a, PORTALOCKER_LOCK_SH | PORTALOCKER_LOCK_NB);
  portalocker_set_mode (run->a, "a+");
  return acquire (run, run->a);
}

static void
upgrade_and_back (struct run *run)
{
  if (! acquire_shared (run))
    return;
  upgrade_it (run);
  if (went_with (run, run->a, portalocker_downgrade (run->a)))
    must_share (run);
  release (run, run->a);
}

static void
upgrade_by_waiting (struct run *run)
{
  portalocker__force_wait_method (NULL);
  if (! acquire_shared (run))
    return;
  wait_for (run, "part", false, upgrade_it);
  must (run, portalocker_is_held (run->a), "held all the time");
}

static int
wait_fairly (void *argument)
{
  struct run *run = argument;
  run->waiter = this_thread ();
  if (! went_with (run, run->a, portalocker_acquire (run->a)))
    must (run, ! portalocker_is_held (run->a), "not held after a failure");
  else
    must (run, ! is_free_in (run),
          "the lock is real after success");
  return 0;
}

static bool
make_fair (struct run *run, int flags, int64_t timeout)
{
  if (! make (run, &run->a))
    return false;
  portalocker_set_fair (run->a, 1);
  portalocker_set_flags (run->a, flags);
  portalocker_set_mode (run->a, "a+");
  portalocker_set_timeout (run->a, timeout);
  return true;
}

static void
read_in_turn (struct run *run)
{
  portalocker__force_wait_method (NULL);
  if (make_fair (run, PORTALOCKER_LOCK_SH, LONG))
    wait_for (run, "gate", true, wait_fairly);
}

static void
write_in_turn (struct run *run)
{
  portalocker__force_wait_method (NULL);
  if (make_fair (run, PORTALOCKER_LOCK_EX, LONG))
    wait_for (run, "part", false, wait_fairly);
}

/* The gate alone refuses nobody who tries.  */
static void
read_out_of_turn (struct run *run)
{
  if (! make_fair (run, PORTALOCKER_LOCK_SH, 0))
    return;
  unit_hold ("f", "gate", true);
  held_elsewhere = true;
  wait_fairly (run);
}


/* ---- More of the simple ones.  */

static void
refuse_within (struct run *run)
{
  if (! make (run, &run->a) || ! make (run, &run->b)
      || ! acquire (run, run->a))
    return;
  must (run, ! went_with (run, run->b, portalocker_acquire (run->b)),
        "the second object is refused");
  must (run, ! is_free_in (run),
        "the first still has the lock");
  run->code = PORTALOCKER_OK;
  if (release (run, run->a) && acquire (run, run->b))
    release (run, run->b);
}

static void
share (struct run *run)
{
  if (! make (run, &run->a) || ! make (run, &run->b))
    return;
  portalocker_set_flags (run->a, 5);
  portalocker_set_flags (run->b, 5);
  if (! acquire (run, run->a) || ! acquire (run, run->b))
    return;
  portalocker_stream (run->a);
  release (run, run->a);
  must (run, ! is_free_in (run),
        "the other one still shares the lock");
  if (! acquire (run, run->a))
    must (run, ! is_free_in (run),
          "a failed acquire leaves the lock to the other");
  release (run, run->b);
}

static void
take_apart (struct run *run)
{
  int fd = -1, code;
  if (! make (run, &run->a))
    return;
  if (went_with (run, run->a, portalocker_open (run->a, &fd)))
    {
      portalocker_error_new (&run->error);
      went (run, portalocker_verify_fd (fd, "f", run->error));
      close (fd);
      portalocker_error_free (run->error);
      run->error = NULL;
    }
  if (! acquire (run, run->a))
    return;
  went_with (run, run->a, portalocker_verify (run->a));
  if (unit_has (run->backend, PORTALOCKER_FEATURE_PER_OBJECT))
    portalocker_stream (run->a);
  code = portalocker_detach (run->a, &fd);
  must (run, (fd >= 0) == (code == PORTALOCKER_OK),
        "there is a descriptor when detach says so");
  must (run, portalocker_is_held (run->a) == (code != PORTALOCKER_OK),
        "held when detach failed and only then");
  must (run, ! is_free_in (run),
        "the lock is there in any case");
  if (went_with (run, run->a, code))
    close (fd);
}

static void
lock_descriptor (struct run *run)
{
  int fd = open ("f", O_RDWR), code;
  if (portalocker_error_new (&run->error) == PORTALOCKER_OK)
    {
      code = portalocker_lock_fd_with (fd, PORTALOCKER_LOCK_EX, run->backend,
                                       PORTALOCKER_FOREVER, run->error);
      must (run, is_free_in (run)
                 == (code != PORTALOCKER_OK), "locked when it says so");
      if (code == PORTALOCKER_OK)
        code = portalocker_unlock_fd_with (fd, run->backend, run->error);
      if (code == PORTALOCKER_OK)
        must (run, is_free_in (run),
              "unlocked when it says so");
      else
        must (run, portalocker_error_code (run->error) == code,
              "the details have the code");
      portalocker_error_free (run->error);
      run->error = NULL;
    }
  close (fd);
}

static void
lock_stream (struct run *run)
{
  FILE *stream = fopen ("f", "a+");
  if (strcmp (run->backend, portalocker_default_backend ()) != 0)
    {
      fclose (stream);
      return;
    }
  if (went (run, portalocker_lock_stream (stream, PORTALOCKER_LOCK_EX, NULL)))
    {
      must (run, ! is_free_in (run), "it is locked");
      fputs ("more\n", stream);
      if (went (run, portalocker_unlock_stream (stream, NULL)))
        must (run, unit_file_is ("f", "old\nmore\n"),
              "what was written is there after the unlock");
    }
  must (run, is_free_in (run)
             || strcmp (run->backend, portalocker_default_backend ()) == 0,
        "free in the end");
  fclose (stream);
}

/* Whether CODE says that only the directory could not be synchronized.  */
static bool
only_directory (const portalocker_error *error)
{
  const char *path = portalocker_error_path (error);
  const char *call = portalocker_error_call (error);
  return call != NULL
         && (strcmp (call, "fsync") == 0 || strcmp (call, "open") == 0)
         && path != NULL && path[strlen (path) - 1] == '/';
}

static void
write_atomically (struct run *run, const char *target, int replace,
                  const char *before)
{
  portalocker_atomic *atomic;
  int code;
  if (portalocker_error_new (&run->error) != PORTALOCKER_OK)
    {
      run->error = NULL;
      return;
    }
  code = portalocker_atomic_begin (&atomic, target, replace, run->error);
  must (run, (atomic != NULL) == (code == PORTALOCKER_OK),
        "there is an object when begin says so");
  if (code == PORTALOCKER_OK)
    {
      fputs ("whole\n", portalocker_atomic_stream (atomic));
      code = portalocker_atomic_commit (atomic, run->error);
    }
  went (run, code);
  must (run, code != PORTALOCKER_OK || ! data_is_in_doubt (),
        "doubt about the data is told");
  if (code == PORTALOCKER_OK || only_directory (run->error))
    must (run, unit_file_is (target, "whole\n"), "the target is new");
  else if (before != NULL)
    must (run, unit_file_is (target, before), "the target is as it was");
  else
    must (run, access (target, F_OK) != 0, "there is no target");
}

static void
replace_atomically (struct run *run)
{
  write_atomically (run, "f", 1, "old\n");
}

static void
create_atomically (struct run *run)
{
  unlink ("g");
  write_atomically (run, "g", 0, NULL);
  unlink ("g");
}

static void
abort_atomically (struct run *run)
{
  portalocker_atomic *atomic;
  int code = portalocker_atomic_begin (&atomic, "f", 1, NULL);
  if (! went (run, code))
    return;
  fputs ("whole\n", portalocker_atomic_stream (atomic));
  portalocker_atomic_abort (atomic);
  must (run, unit_file_is ("f", "old\n"), "the target is as it was");
}

/* A child takes no part in the lock, and the calls in it may fail: the
   parent's lock is free once the parent released it, while the child
   lives.  */
static void
fork_while_held (struct run *run)
{
  int up[2], down[2];
  struct faults childs;
  char byte = 0;
  pid_t child;
  if (! make (run, &run->a) || ! acquire (run, run->a))
    return;
  if (pipe (up) != 0 || pipe (down) != 0)
    check_fatal ("no pipe");
  if (run->b == NULL)
    portalocker_stream (run->a);
  child = fork ();
  if (child == 0)
    {
      faults.armed = false;
      if (portalocker_is_held (run->a))
        faults.target = -1;
      if (write (up[1], &faults, sizeof faults) != sizeof faults
          || read (down[0], &byte, 1) != 1)
        _exit (1);
      _exit (0);
    }
  if (read (up[0], &childs, sizeof childs) != sizeof childs)
    check_fatal ("the child is gone");
  must (run, childs.target != -1, "the child does not hold the lock");
  must (run, ! is_free_in (run), "the parent holds it");
  if (childs.kind >= 0)
    faults_note (childs.kind);
  if (childs.count > faults.count)
    faults.count = childs.count;
  faults.exhausted = childs.exhausted;
  faults.armed = false;
  release (run, run->a);
  must (run, is_free_in (run),
        "free after release, whatever the child has");
  if (write (down[1], &byte, 1) != 1 || waitpid (child, NULL, 0) != child)
    check_fatal ("the child is gone");
  close (up[0]);
  close (up[1]);
  close (down[0]);
  close (down[1]);
}

static const struct scenario scenarios[] =
{
  { "acquire, write, release", write_one_line, 0 },
  { "acquire and create", create_file, 0 },
  { "acquire and truncate", truncate_file, 0 },
  { "acquire what another process holds", be_refused, 0 },
  { "ask why and who", ask_for_details, 0 },
  { "acquire what another object holds", refuse_within, 0 },
  { "share with another object", share, PORTALOCKER_FEATURE_SHARED },
  { "open, verify, detach", take_apart, 0 },
  { "lock and unlock a descriptor", lock_descriptor, 0 },
  { "lock and unlock a stream", lock_stream, 0 },
  { "fork while it is held", fork_while_held, 0 },
  { "replace a file atomically", replace_atomically, 0 },
  { "create a file atomically", create_atomically, 0 },
  { "begin and abort an atomic file", abort_atomically, 0 },
  { "upgrade and downgrade", upgrade_and_back, PORTALOCKER_FEATURE_UPGRADE },
  { "try to read at a closed gate", read_out_of_turn,
    PORTALOCKER_FEATURE_RANGES }
};

/* In processes of their own: what does not work once is not tried again.  */
static const struct scenario waits[] =
{
  { "wait for another process by trying", wait_by_poll, 0 },
  { "wait for another process by a helper thread", wait_by_thread, 0 },
  { "wait for another process by a signal", wait_by_signal, 0 },
  { "wait for another process without an end", wait_by_blocking, 0 },
  { "wait for another process and be cancelled", be_cancelled, 0 },
  { "watch a lock that is free", watch_free, 0 },
  { "watch a lock that becomes free", watch_held, 0 },
  { "watch a lock for too short a time", watch_too_long, 0 },
  { "watch a lock and cancel that", watch_cancelled, 0 },
  { "watch a lock and abandon that", watch_abandoned, 0 },
  { "upgrade when others have gone", upgrade_by_waiting,
    PORTALOCKER_FEATURE_UPGRADE },
  { "read in turn", read_in_turn, PORTALOCKER_FEATURE_RANGES },
  { "write in turn", write_in_turn, PORTALOCKER_FEATURE_RANGES }
};


/* ---- One run.  */

static struct run *current;

/* When the thread that waits goes to sleep, the helper lets go.  */
static void
come_to_sleep (void)
{
  if (current->waiter != this_thread ()
      || ! held_elsewhere)
    return;
  if (current->surprise == CANCEL)
    {
      portalocker_cancel (current->a);
      return;
    }
  unit_let_go ();
  held_elsewhere = false;
}

static void
check_details (struct run *run)
{
  const char *message = NULL;
  must (run, portalocker_code_name (run->code) != NULL, "the code is known");
  if (run->code == PORTALOCKER_OK)
    return;
  if (run->error != NULL)
    message = portalocker_error_message (run->error);
  else if (run->failed != NULL)
    message = portalocker_message (run->failed);
  if (message != NULL)
    {
      /* With no memory for the path it cannot be told.  */
      must (run, strstr (message, "f: ") != NULL
                 || strstr (message, "g: ") != NULL
                 || strstr (message, "/: ") != NULL
                 || (run->error != NULL && faults_hit ("calloc")),
            "the message names the file");
      must (run, strlen (message) > 10, "the message says something");
    }
}

static void
check_directory (struct run *run)
{
  /* Only a file that could not be unlinked may be left.  */
  if (faults_hit ("unlink"))
    {
      DIR *directory = opendir (".");
      const struct dirent *entry;
      while ((entry = readdir (directory)) != NULL)
        if (strstr (entry->d_name, ".tmp") != NULL)
          unlink (entry->d_name);
      closedir (directory);
    }
  must (run, unit_directory_is ("f "), "nothing is left in the directory");
}

static void
run_once (const struct scenario *scenario, struct run *run, int n, int index)
{
  int descriptors;
  unit_write ("f", "old\n");
  descriptors = unit_descriptors ();
  current = run;
  held_elsewhere = false;
  faults_arm (n, index);
  scenario->function (run);
  unit_await_threads ();
  faults_disarm ();
  check_details (run);
  if (held_elsewhere)
    unit_let_go ();
  portalocker_error_free (run->error);
  must (run, portalocker_release (run->a) == PORTALOCKER_OK
             || run->a == NULL, "what is held can be released");
  must (run, portalocker_release (run->b) == PORTALOCKER_OK
             || run->b == NULL, "what is held can be released");
  must (run, is_free_in (run), "no lock is left");
  must (run, unit_descriptors () == descriptors, "no descriptor is left");
  if (access ("f", F_OK) != 0)
    unit_write ("f", "");
  check_usable (run, run->a);
  check_usable (run, run->b);
  portalocker_free (run->a);
  portalocker_free (run->b);
  check_directory (run);
  must (run, unit_descriptors () == descriptors,
        "no descriptor is left in the end");
  if (run->wrong)
    check_note ("this was %s: \"%s\", call %d, %s; code %d", run->backend,
                scenario->name, n, faults_name (), run->code);
}

static void
test_scenario (const struct scenario *scenario, const char *backend,
               void (*once) (const struct scenario *, struct run *, int, int))
{
  int count;
  if ((portalocker_backend_features (backend) & scenario->features)
      != scenario->features)
    {
      check_unsupported (scenario->name, "no such locks");
      return;
    }
  count = run_all (scenario, backend, LIMIT, once);
  check_note ("%s: %d faults", scenario->name, count);
  CHECK (count > (scenario->function == lock_stream ? -1 : 0),
         scenario->name);
}

static void
test_backend (const char *backend)
{
  size_t i;
  unit_area (backend, "each-call");
  for (i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
    test_scenario (&scenarios[i], backend, run_once);
}


/* ---- The first use of the library in a process.  */

/* In a child, which has not used the library yet: write a line, and ask for
   the message of a failure.  */
static void
first_use (struct run *run)
{
  write_one_line (run);
  if (make (run, &run->a))
    {
      portalocker_set_flags (run->a, 0);
      must (run, portalocker_message (run->a)[0] != '\0',
            "there is a message");
    }
}

static void
run_in_child (const struct scenario *scenario, struct run *run, int n,
              int index)
{
  int up[2];
  pid_t child;
  fflush (stdout);
  if (pipe (up) != 0)
    check_fatal ("no pipe");
  child = fork ();
  if (child == 0)
    {
      run_once (scenario, run, n, index);
      fflush (stdout);
      _exit (write (up[1], &faults, sizeof faults) != sizeof faults
             || run->wrong);
    }
  close (up[1]);
  if (read (up[0], &faults, sizeof faults) != sizeof faults)
    check_fatal ("the child said nothing");
  close (up[0]);
  if (faults.kind >= 0)
    faults_note (faults.kind);
  waitpid (child, &n, 0);
  run->wrong = ! WIFEXITED (n) || WEXITSTATUS (n) != 0;
}

static void
test_first_use (const char *backend)
{
  static const struct scenario scenario
    = { "the first use of the library", first_use, 0 };
  unit_area (backend, "each-call");
  CHECK (run_all (&scenario, backend, LIMIT, run_in_child) > 20, scenario.name);
}

static void
test_waits (const char *backend)
{
  size_t i;
  unit_area (backend, "each-wait");
  unit_tell_before_sleeps (come_to_sleep);
  for (i = 0; i < sizeof waits / sizeof *waits; i++)
    test_scenario (&waits[i], backend, run_in_child);
  unit_tell_before_sleeps (NULL);
  unit_restore ();
}

/* The holder of a lock that belongs to an open file.  */
static void
test_search (void)
{
#if PORTALOCKER_BACKEND_OFD
  static const struct scenario scenario
    = { "search all processes for the holder", ask_who_among_all, 0 };
  unit_area ("ofd", "each-call");
  unit_real.opendir = open_small_proc;
  CHECK (run_all (&scenario, "ofd", LIMIT, run_once) > 20, scenario.name);
  unit_real.opendir = opendir;
  unit_restore ();
#endif
}

/* A file system without hard links: the names are given by another
   call.  */
static int
no_link (const char *path, const char *other)
{
  (void) path;
  (void) other;
  errno = EPERM;
  return -1;
}

static void
test_target_appears (const char *statement)
{
  portalocker_atomic *atomic;
  int code = portalocker_atomic_begin (&atomic, "g", 0, NULL);
  unit_write ("g", "theirs\n");
  if (code == PORTALOCKER_OK)
    code = portalocker_atomic_commit (atomic, NULL);
  CHECK (CHECK_QUIET_CODE (code, PORTALOCKER_EXISTS)
         && CHECK_QUIET (unit_file_is ("g", "theirs\n"))
         && CHECK_QUIET (unit_directory_is ("f g ")), statement);
  unlink ("g");
}

static void
test_no_links (void)
{
  static const struct scenario scenario
    = { "create a file atomically without links", create_atomically, 0 };
  unit_area ("unit", "each-call");
  unit_real.link = no_link;
  CHECK (run_all (&scenario, portalocker_default_backend (), LIMIT,
                  run_once) > 20,
         scenario.name);
  portalocker__calls.link = no_link;
  if (unit_real.rename_noreplace ("missing", "missing") != 0
      && errno == ENOSYS)
    check_unsupported ("a target that appears is kept without links too",
                       "no rename that refuses a target");
  else
    test_target_appears ("a target that appears is kept without links too");
  unit_real.link = link;
  unit_restore ();
  test_target_appears ("a target that appears before the commit is kept");
}

int
main (void)
{
  unit_start ();
  unit_each_backend (test_first_use);
  unit_each_waiting_backend ("each-wait", test_waits);
  unit_each_backend (test_backend);
  test_search ();
  test_no_links ();
  CHECK_INT (faults_kinds (), (intmax_t) (sizeof (struct portalocker__calls)
                                          / sizeof (void (*) (void))),
             "the table has no call that is not tried");
  if (access ("/proc/self", F_OK) == 0)
    CHECK_STRING (faults_missing (), NULL, "every call of the table failed");
  else
    check_unsupported ("every call of the table failed",
                       "some are for /proc alone, which is empty");
  return check_done ();
}
