/* each-call-win32.c - whatever call fails on Windows, the outcome is a clear
   code, a message that names the file, and nothing left behind.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   As each-call.c: in the n-th run of a scenario its n-th call of the system
   fails, once with each error that makes sense for that call.  It is done with
   the lock calls of this system, and with some that wait as Windows documents
   it.  Who else holds the lock is another handle of this process: to Windows
   that is the same as another process.  */

/* Before the headers of the system: it tells which system that is.  */
#include <config.h>

#include "check.h"
#include "child-win32.h"

#include <direct.h>
#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <windows.h>

#include "../../lib/calls.h"
#include "../../lib/wait.h"
#include "count-win32.h"
#include "fake-lock-win32.h"
#include "faults-win32.h"
#include "faults.h"
#include "portalocker-win32.h"
#include "scenario.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define LOCK_OFFSET UINT64_C (0x7fffffff00000000)
#define DIRECTORY "each-call.directory"

enum { LONG_TIME = 3600000, SHORT_TIME = 10 };
enum { LIMIT = 1000 };          /* of calls of a scenario */


/* ---- Somebody else: another handle, by the calls beneath the faults.  */

static uintptr_t
this_thread (void)
{
  return GetCurrentThreadId ();
}

static struct portalocker__calls windows;
static os_file held_elsewhere = -1;

static os_file
open_for_lock (void)
{
  HANDLE file = CreateFileA ("f", GENERIC_READ | GENERIC_WRITE, SHARE_ALL,
                             NULL, OPEN_ALWAYS, FILE_FLAG_OVERLAPPED, NULL);
  if (file == INVALID_HANDLE_VALUE)
    check_fatal ("cannot open the file");
  return (os_file) file;
}

static bool
try_lock (os_file file)
{
  OVERLAPPED overlapped;
  return faults_real.lock_file (file, LOCKFILE_EXCLUSIVE_LOCK
                                      | LOCKFILE_FAIL_IMMEDIATELY,
                                LOCK_OFFSET, NULL, &overlapped)
         == ERROR_SUCCESS;
}

/* Whether somebody else could lock the file "f".  */
static bool
is_free (void)
{
  os_file file = open_for_lock ();
  bool locked = try_lock (file);
  faults_real.close (file);
  return locked;
}

bool
is_free_in (const struct run *run)
{
  (void) run;
  return is_free ();
}

static void
hold (void)
{
  held_elsewhere = open_for_lock ();
  if (! try_lock (held_elsewhere))
    check_fatal ("the file cannot be locked");
}

static void
let_go (void)
{
  if (held_elsewhere >= 0)
    faults_real.close (held_elsewhere);
  held_elsewhere = -1;
}


/* ---- The calls in which a thread sleeps.  */

static struct run *current;

static void
come_to_sleep (void)
{
  if (held_elsewhere < 0
      || current->waiter != this_thread ())
    return;
  if (current->surprise == LET_GO)
    let_go ();
  else if (current->surprise == CANCEL)
    portalocker_cancel (current->a);
}

static unsigned long
sleeping_wait (unsigned long count, void *const *objects,
               unsigned long milliseconds)
{
  come_to_sleep ();
  return windows.wait (count, objects, milliseconds);
}

static unsigned long (*quick_result) (os_file file, void *overlapped,
                                      bool wait);

static unsigned long
sleeping_result (os_file file, void *overlapped, bool wait)
{
  if (wait)
    come_to_sleep ();
  return quick_result (file, overlapped, wait);
}


/* ---- The device on which the files are: another one in each run, since the
   library remembers where lock calls do not wait.  */

static os_device device;

static int
on_device (int result, os_stat *status)
{
  if (result == 0)
    status->st_dev = device;
  return result;
}

static int
own_fstat (os_file file, os_stat *status)
{
  return on_device (windows.fstat (file, status), status);
}

static int
own_stat (const char *path, os_stat *status)
{
  return on_device (windows.stat (path, status), status);
}

static int
own_lstat (const char *path, os_stat *status)
{
  return on_device (windows.lstat (path, status), status);
}

/* Prepare the table beneath the faults: that of the system, or with lock calls
   that wait.  */
static void
prepare (bool fake)
{
  faults_real = windows;
  if (fake)
    fake_lock_install (&faults_real);
  faults_real.wait = sleeping_wait;
  quick_result = faults_real.lock_result;
  faults_real.lock_result = sleeping_result;
  faults_real.fstat = own_fstat;
  faults_real.stat = own_stat;
  faults_real.lstat = own_lstat;
  portalocker__calls = faults_real;
}


/* ---- Files.  */

static void
write_file (const char *name, const char *text)
{
  FILE *stream = fopen (name, "wb");
  if (stream == NULL || fputs (text, stream) < 0 || fclose (stream) != 0)
    check_fatal ("cannot write a file");
}

static bool
file_is (const char *name, const char *text)
{
  char content[100];
  FILE *stream = fopen (name, "rb");
  size_t size;
  if (stream == NULL)
    return false;
  size = fread (content, 1, sizeof content - 1, stream);
  fclose (stream);
  content[size] = '\0';
  return strcmp (content, text) == 0;
}

static bool
exists (const char *name)
{
  return GetFileAttributesA (name) != INVALID_FILE_ATTRIBUTES;
}

/* How many files there are, "." and ".." included; those that are
   temporary are removed if REMOVES.  */
static int
count_files (bool removes)
{
  WIN32_FIND_DATAA entry;
  HANDLE search = FindFirstFileA ("*", &entry);
  int count = 0;
  do
    if (removes && strstr (entry.cFileName, ".tmp") != NULL)
      DeleteFileA (entry.cFileName);
    else
      count++;
  while (FindNextFileA (search, &entry));
  FindClose (search);
  return count;
}

/* The first number that the C run-time has free: more than before when one was
   left open.  */
static int
free_descriptor (void)
{
  int descriptor = _open ("NUL", _O_RDONLY);
  _close (descriptor);
  return descriptor;
}


/* ---- The simple scenarios.  */

static bool
make (struct run *run, portalocker_lock **lock)
{
  return went (run, portalocker_new (lock, "f"));
}

/* Whether the call that failed was one of those on which it depends that what
   was written arrives.  */
static bool
data_is_in_doubt (void)
{
  return faults_hit ("fflush") || faults_hit ("fclose")
         || faults_hit ("rename") || faults_hit ("fsync");
}

static bool
is_failure_of (portalocker_lock *lock, const char *call)
{
  portalocker_error *error = NULL;
  const char *told;
  bool is;
  portalocker_error_new (&error);
  portalocker_get_error (lock, error);
  told = portalocker_error_call (error);
  is = told != NULL && strcmp (told, call) == 0;
  portalocker_error_free (error);
  return is;
}

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
  else
    must (run, is_failure_of (run->a, faults_hit ("reopen") ? "ReOpenFile"
                                      : faults_hit ("fdopen") ? "fdopen"
                                      : "_open_osfhandle"),
          "the call that failed is told");
  code = portalocker_release (run->a);
  went_with (run, run->a, code);
  must (run, is_free (), "free after release");
  if (stream == NULL || faults_hit ("fflush"))
    must (run, file_is ("f", "old\n"), "the line is not written");
  else
    must (run, file_is ("f", "old\npaid\n"), "the line is written");
  must (run, code != PORTALOCKER_OK || ! data_is_in_doubt (),
        "doubt about the data is told");
}

static int
cannot_flush (FILE *stream)
{
  (void) stream;
  errno = ENOSPC;
  return EOF;
}

/* What cannot be written while the lock is held is not written later.  */
static void
lose_a_line (struct run *run)
{
  int (*flush) (FILE *stream) = faults_real.fflush;
  FILE *stream;
  int code;
  if (! make (run, &run->a) || ! acquire (run, run->a))
    return;
  stream = take_stream (run);
  if (stream == NULL)
    return;
  fputs ("lost\n", stream);
  faults_real.fflush = cannot_flush;
  code = portalocker_release (run->a);
  faults_real.fflush = flush;
  went_with (run, run->a, code);
  must (run, code == PORTALOCKER_CANNOT_WRITE, "a lost line is told");
  must (run, is_free (), "free after release");
  must (run, file_is ("f", "old\n") || faults_hit ("redirect_to_null"),
        "the line is not written");
}

static void
create_file (struct run *run)
{
  DeleteFileA ("f");
  if (make (run, &run->a) && acquire (run, run->a))
    release (run, run->a);
}

static void
truncate_file (struct run *run)
{
  int code;
  if (! make (run, &run->a))
    return;
  portalocker_set_mode (run->a, "w");
  code = portalocker_acquire (run->a);
  went_with (run, run->a, code);
  must (run, code != PORTALOCKER_OK || ! faults_hit ("ftruncate"),
        "a failed truncation is told");
  must (run, file_is ("f", code == PORTALOCKER_OK ? "" : "old\n"),
        "emptied when it was acquired and only then");
}

static void
be_refused (struct run *run)
{
  hold ();
  if (! make (run, &run->a))
    return;
  portalocker_set_flags (run->a, PORTALOCKER_LOCK_EX | PORTALOCKER_LOCK_NB);
  must (run, ! went_with (run, run->a, portalocker_acquire (run->a)),
        "refused while somebody else holds the file");
  must (run, portalocker_message (run->a)[0] != '\0', "there is a message");
}

static void
refuse_within (struct run *run)
{
  if (! make (run, &run->a) || ! make (run, &run->b)
      || ! acquire (run, run->a))
    return;
  portalocker_set_timeout (run->b, 0);
  must (run, ! went_with (run, run->b, portalocker_acquire (run->b)),
        "the second object is refused");
  must (run, ! is_free (), "the first still has the lock");
}

static void
use_handles (struct run *run)
{
  void *handle = NULL;
  int code;
  if (! make (run, &run->a))
    return;
  code = portalocker_open_handle (run->a, &handle);
  must (run, (handle != NULL) == (code == PORTALOCKER_OK),
        "there is a handle when open says so");
  if (! went_with (run, run->a, code)
      || portalocker_error_new (&run->error) != PORTALOCKER_OK)
    {
      if (handle != NULL)
        faults_real.close ((os_file) handle);
      return;
    }
  went (run, portalocker_verify_handle (handle, "f", run->error));
  code = portalocker_lock_handle (handle, PORTALOCKER_LOCK_EX, run->error);
  must (run, is_free () == (code != PORTALOCKER_OK), "locked when it says so");
  if (went (run, code))
    {
      code = portalocker_unlock_handle (handle, run->error);
      must (run, is_free () == (code == PORTALOCKER_OK),
            "unlocked when it says so");
      went (run, code);
    }
  faults_real.close ((os_file) handle);
}

static void
lock_no_handle (struct run *run)
{
  os_file file = open_for_lock ();
  CloseHandle ((HANDLE) file);
  if (portalocker_error_new (&run->error) == PORTALOCKER_OK)
    must (run, ! went (run, portalocker_lock_handle ((void *) file,
                                                     PORTALOCKER_LOCK_EX,
                                                     run->error)),
          "what is closed cannot be locked");
}

static void
open_descriptor (struct run *run)
{
  int fd = -1, code;
  if (! make (run, &run->a))
    return;
  code = portalocker_open (run->a, &fd);
  must (run, (fd >= 0) == (code == PORTALOCKER_OK),
        "there is a descriptor when open says so");
  if (went_with (run, run->a, code))
    {
      must (run, fd > 2, "it is no standard descriptor");
      _close (fd);
    }
}

static void
detach (struct run *run)
{
  void *handle = NULL;
  int code;
  if (! make (run, &run->a) || ! acquire (run, run->a))
    return;
  went_with (run, run->a, portalocker_verify (run->a));
  if (portalocker_stream (run->a) == NULL)
    went_with (run, run->a, PORTALOCKER_CANNOT_OPEN);
  code = portalocker_detach_handle (run->a, &handle);
  must (run, (handle != NULL) == (code == PORTALOCKER_OK),
        "there is a handle when detach says so");
  must (run, portalocker_is_held (run->a) == (code != PORTALOCKER_OK),
        "held when detach failed and only then");
  must (run, ! is_free (), "the lock is there in any case");
  went_with (run, run->a, code);
  if (handle != NULL)
    faults_real.close ((os_file) handle);
}

static void
lock_stream (struct run *run)
{
  FILE *stream = fopen ("f", "ab");
  if (portalocker_error_new (&run->error) != PORTALOCKER_OK)
    {
      fclose (stream);
      return;
    }
  if (went (run, portalocker_lock_stream (stream, PORTALOCKER_LOCK_EX,
                                          run->error)))
    {
      must (run, ! is_free (), "it is locked");
      fputs ("more\n", stream);
      if (went (run, portalocker_unlock_stream (stream, run->error)))
        must (run, file_is ("f", "old\nmore\n"),
              "what was written is there after the unlock");
    }
  else
    must (run, is_free (), "free when it was not locked");
  /* What could not be unlocked is not known to the lock calls here.  */
  faults_real.unlock_file (_get_osfhandle (_fileno (stream)), LOCK_OFFSET);
  fclose (stream);
}


/* ---- Atomic files.  */

static void
write_atomically (struct run *run, const char *target, int replace,
                  const char *before)
{
  portalocker_atomic *atomic;
  int code;
  if (portalocker_error_new (&run->error) != PORTALOCKER_OK)
    return;
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
  if (code == PORTALOCKER_OK)
    must (run, file_is (target, "whole\n"), "the target is new");
  else if (before != NULL)
    must (run, file_is (target, before), "the target is as it was");
  else
    must (run, ! exists (target), "there is no target");
}

static void
replace_atomically (struct run *run)
{
  write_atomically (run, "f", 1, "old\n");
}

static void
create_atomically (struct run *run)
{
  DeleteFileA ("g");
  write_atomically (run, "g", 0, NULL);
  DeleteFileA ("g");
}

static void
abort_atomically (struct run *run)
{
  portalocker_atomic *atomic;
  if (! went (run, portalocker_atomic_begin (&atomic, "f", 1, NULL)))
    return;
  fputs ("whole\n", portalocker_atomic_stream (atomic));
  portalocker_atomic_abort (atomic);
  must (run, file_is ("f", "old\n"), "the target is as it was");
}


/* ---- Waits.  */

static void
wait_until (struct run *run, int64_t timeout, enum surprise surprise)
{
  if (! make (run, &run->a))
    return;
  hold ();
  run->surprise = surprise;
  fake_lock_at_cancel = surprise == LATE_GRANT ? CANCEL_IS_LATE : CANCEL_COMES;
  portalocker_set_timeout (run->a, timeout);
  if (acquire (run, run->a))
    {
      must (run, surprise == LET_GO || surprise == LATE_GRANT,
            "it does not get what another one has");
      release (run, run->a);
    }
}

static void
wait_long (struct run *run)
{
  wait_until (run, LONG_TIME, LET_GO);
}

static void
wait_for_ever (struct run *run)
{
  wait_until (run, PORTALOCKER_FOREVER, LET_GO);
}

static void
wait_too_long (struct run *run)
{
  wait_until (run, SHORT_TIME, NOTHING);
  must (run, run->code != PORTALOCKER_OK, "a wait that was too long says so");
}

static void
wait_cancelled (struct run *run)
{
  wait_until (run, LONG_TIME, CANCEL);
  must (run, run->code != PORTALOCKER_OK, "a cancelled wait says so");
}

static void
wait_granted_late (struct run *run)
{
  wait_until (run, SHORT_TIME, LATE_GRANT);
}

static void
wait_by_poll (struct run *run)
{
  portalocker__force_wait_method ("poll");
  wait_until (run, LONG_TIME, LET_GO);
  portalocker__force_wait_method (NULL);
}

static void
wait_with_handle (struct run *run)
{
  os_file file = open_for_lock ();
  int code;
  hold ();
  if (portalocker_error_new (&run->error) == PORTALOCKER_OK)
    {
      code = portalocker_lock_handle_with ((void *) file, PORTALOCKER_LOCK_EX,
                                           NULL, portalocker_now ()
                                                 + LONG_TIME, run->error);
      went (run, code);
      let_go ();
      must (run, is_free () == (code != PORTALOCKER_OK),
            "locked when it says so");
    }
  faults_real.close (file);
}


/* ---- Waits in an event loop.  */

/* Begin a watch; return its event, or NULL.  */
static void *
begin_watch (struct run *run, int64_t timeout)
{
  void *event = NULL;
  int code;
  if (! make (run, &run->a))
    return NULL;
  code = portalocker_watch_handle (run->a, timeout, &event);
  must (run, (event != NULL) == (code == PORTALOCKER_OK),
        "there is an event when watch says so");
  went_with (run, run->a, code);
  return event;
}

/* The watch with EVENT comes to an end, and only once.  */
static void
finish_watch (struct run *run, void *event)
{
  int code;
  must (run, WaitForSingleObject (event, 60000) == WAIT_OBJECT_0,
        "the event tells the end");
  code = portalocker_watch_finish (run->a);
  went_with (run, run->a, code);
  must (run, code != PORTALOCKER_PENDING, "what has told so has ended");
  must (run, portalocker_is_held (run->a) == (code == PORTALOCKER_OK),
        "held after success and only then");
  if (held_elsewhere < 0)
    must (run, is_free () == (code != PORTALOCKER_OK),
          "the lock is real after success and only then");
  if (code == PORTALOCKER_OK)
    release (run, run->a);
}

static void
watch_free (struct run *run)
{
  void *event = begin_watch (run, LONG_TIME);
  if (event != NULL)
    finish_watch (run, event);
}

static void
watch_held (struct run *run)
{
  void *event;
  hold ();
  event = begin_watch (run, LONG_TIME);
  let_go ();
  if (event != NULL)
    finish_watch (run, event);
}

static void
watch_too_long (struct run *run)
{
  void *event;
  hold ();
  event = begin_watch (run, SHORT_TIME);
  if (event != NULL)
    finish_watch (run, event);
  must (run, run->code != PORTALOCKER_OK, "it did not get the lock");
}

static void
watch_cancelled (struct run *run)
{
  void *event;
  hold ();
  event = begin_watch (run, PORTALOCKER_FOREVER);
  if (event == NULL)
    return;
  must (run, portalocker_cancel (run->a) == PORTALOCKER_OK,
        "it can be cancelled");
  finish_watch (run, event);
  must (run, run->code != PORTALOCKER_OK, "it did not get the lock");
}

/* Two watches, of which the first is abandoned.  */
static void
watch_abandoned (struct run *run)
{
  void *event = NULL;
  hold ();
  if (begin_watch (run, PORTALOCKER_FOREVER) == NULL)
    return;
  if (make (run, &run->b))
    went_with (run, run->b, portalocker_watch_handle (run->b, LONG_TIME,
                                                      &event));
  must (run, portalocker_watch_abandon (run->a) == PORTALOCKER_OK,
        "a watch can be abandoned");
  must (run, ! portalocker_is_held (run->a), "nothing is held afterwards");
  let_go ();
  if (event == NULL)
    return;
  must (run, WaitForSingleObject (event, 60000) == WAIT_OBJECT_0,
        "the other one goes on");
  went_with (run, run->b, portalocker_watch_finish (run->b));
}

static const struct scenario simple[] =
{
  { "acquire, write, release", write_one_line, 0 },
  { "release what cannot be written", lose_a_line, 0 },
  { "acquire and create", create_file, 0 },
  { "acquire and truncate", truncate_file, 0 },
  { "acquire what somebody else holds", be_refused, 0 },
  { "acquire what another object holds", refuse_within, 0 },
  { "open, verify, lock and unlock a handle", use_handles, 0 },
  { "lock a handle that is closed", lock_no_handle, 0 },
  { "open a descriptor", open_descriptor, 0 },
  { "verify and detach", detach, 0 },
  { "lock and unlock a stream", lock_stream, 0 },
  { "replace a file atomically", replace_atomically, 0 },
  { "create a file atomically", create_atomically, 0 },
  { "begin and abort an atomic file", abort_atomically, 0 }
};

static const struct scenario waits[] =
{
  { "wait", wait_long, 0 },
  { "wait without an end", wait_for_ever, 0 },
  { "wait by trying", wait_by_poll, 0 },
  { "wait for too short a time", wait_too_long, 0 },
  { "wait and be cancelled", wait_cancelled, 0 },
  { "wait with a handle of the caller", wait_with_handle, 0 },
  { "watch a lock that is free", watch_free, 0 },
  { "watch a lock that becomes free", watch_held, 0 },
  { "watch a lock for too short a time", watch_too_long, 0 },
  { "watch a lock and cancel that", watch_cancelled, 0 },
  { "watch a lock and abandon that", watch_abandoned, 0 }
};

/* What only lock calls that can be ended do.  */
static const struct scenario late
  = { "wait, and get it when the time is over", wait_granted_late, 0 };


/* ---- One run.  */

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
  if (message == NULL)
    return;
  /* A handle has no name; with no memory for the path it cannot be told.  */
  must (run, strstr (message, "f: ") != NULL || strstr (message, "g: ") != NULL
             || (run->error != NULL && (faults_hit ("calloc")
                                        || strstr (message, "dle") != NULL
                                        || strstr (message, "ptor") != NULL)),
        "the message names the file");
  must (run, strlen (message) > 10, "the message says something");
}

/* A failure of the system is told with the call that failed.  */
static void
check_call (struct run *run)
{
  portalocker_error *error = run->error;
  portalocker_error *copy = NULL;
  if (run->code != PORTALOCKER_LOCK_FAILED
      && run->code != PORTALOCKER_CANNOT_OPEN
      && run->code != PORTALOCKER_CANNOT_WRITE)
    return;
  if (error == NULL && run->failed != NULL
      && portalocker_error_new (&copy) == PORTALOCKER_OK)
    {
      portalocker_get_error (run->failed, copy);
      error = copy;
    }
  must (run, error == NULL || portalocker_error_call (error) != NULL,
        "the call that failed is told");
  portalocker_error_free (copy);
}

/* Threads of watches end by themselves, soon.  */
static bool
threads_end (int count)
{
  int i;
  for (i = 0; i < 5000; i++)
    {
      if (count_threads () <= count)
        return true;
      Sleep (1);
    }
  return false;
}

/* What a process has, before and after.  */
static struct
{
  int handles, threads, descriptor;
} had;

static void
check_left (struct run *run)
{
  /* Only a file that could not be removed may be left; that needs memory.  */
  if (faults_hit ("unlink") || faults_hit ("calloc"))
    count_files (true);
  must (run, count_files (false) == 3, "nothing is left in the directory");
  count_files (true);
  if (had.handles == 0)
    return;
  must (run, threads_end (had.threads), "no thread is left");
  must (run, count_handles () == had.handles, "no handle is left");
  must (run, free_descriptor () == had.descriptor, "no descriptor is left");
}

static void
run_once (const struct scenario *scenario, struct run *run, int n, int index)
{
  write_file ("f", "old\n");
  device++;
  current = run;
  run->waiter = this_thread ();
  faults_arm (n, index);
  scenario->function (run);
  faults_disarm ();
  let_go ();
  fake_lock_at_cancel = CANCEL_COMES;
  check_details (run);
  check_call (run);
  if (! exists ("f"))
    write_file ("f", "");
  must (run, run->a == NULL || portalocker_release (run->a) == PORTALOCKER_OK,
        "what is held can be released");
  must (run, run->b == NULL || portalocker_release (run->b) == PORTALOCKER_OK,
        "what is held can be released");
  check_usable (run, run->a);
  check_usable (run, run->b);
  must (run, is_free (), "no lock is left");
  portalocker_error_free (run->error);
  portalocker_free (run->a);
  portalocker_free (run->b);
  check_left (run);
  if (run->wrong)
    check_note ("this was \"%s\", call %d, %s; code %d", scenario->name, n,
                faults_name (), run->code);
}

/* What a process has that did SCENARIO once.  */
static void
note_what_it_has (const struct scenario *scenario)
{
  struct run run = { .backend = NULL };
  had.handles = 0;
  had.threads = count_threads ();
  run_once (scenario, &run, 0, 0);
  threads_end (had.threads);
  had.handles = count_handles ();
  had.descriptor = free_descriptor ();
}

static void
test_scenario (const struct scenario *scenario)
{
  int count;
  note_what_it_has (scenario);
  count = run_all (scenario, NULL, LIMIT, run_once);
  check_note ("%s: %d faults", scenario->name, count);
  CHECK (count > 0, scenario->name);
}

/* The library tries once in a process whether lock calls can wait.  */
static void
test_waits (void)
{
  size_t i;
  prepare (true);
  CHECK_STRING (portalocker_wait_method (), "overlapped", "lock calls wait");
  for (i = 0; i < sizeof waits / sizeof *waits; i++)
    test_scenario (&waits[i]);
  test_scenario (&late);
}

/* In a child: the same with those of this system.  Return how many scenarios
   went wrong.  */
static int
try_real_waits (void)
{
  size_t i;
  int bad = 0;
  prepare (false);
  portalocker_wait_method ();
  for (i = 0; i < sizeof waits / sizeof *waits; i++)
    {
      note_what_it_has (&waits[i]);
      bad += run_all (&waits[i], NULL, LIMIT, run_once) < 0;
    }
  fflush (stdout);
  return bad;
}

static void
test_simple (void)
{
  size_t i;
  prepare (false);
  for (i = 0; i < sizeof simple / sizeof *simple; i++)
    test_scenario (&simple[i]);
}


/* ---- The first use of the library in a process.  */

/* Find out how to wait, do so, and ask for the message of a failure.  */
static void
first_use (struct run *run)
{
  must (run, portalocker_wait_method ()[0] != '\0', "there is a method");
  wait_long (run);
  if (run->a != NULL)
    {
      portalocker_set_flags (run->a, 0);
      must (run, portalocker_message (run->a)[0] != '\0',
            "there is a message");
      /* Which is not about the code of the run any more.  */
      run->failed = NULL;
    }
}

static const struct scenario first
  = { "the first use of the library", first_use, 0 };

/* What a child says by its exit status.  */
enum { WRONG = 0x100, EXHAUSTED = 0x200 };

static int
be_child (const char *n, const char *index)
{
  struct run run = { .backend = NULL };
  if (atoi (n) < 0)
    return try_real_waits ();
  prepare (true);
  run_once (&first, &run, atoi (n), atoi (index));
  fflush (stdout);
  return (faults.kind + 1) | (run.wrong ? WRONG : 0)
         | (faults.exhausted ? EXHAUSTED : 0);
}

static DWORD
run_child (int n, int index)
{
  wchar_t arguments[40];
  _snwprintf (arguments, sizeof arguments / sizeof *arguments, L"%d %d", n,
              index);
  return child_run (arguments);
}

static void
run_in_child (const struct scenario *scenario, struct run *run, int n,
              int index)
{
  DWORD status = run_child (n, index);
  (void) scenario;
  run->wrong = (status & ~(DWORD) (0xff | EXHAUSTED)) != 0;
  faults_arm (0, index);
  faults_disarm ();
  if ((status & 0xff) != 0)
    faults_note ((int) (status & 0xff) - 1);
  faults.exhausted = (status & EXHAUSTED) != 0;
}

int
main (int argc, char **argv)
{
  windows = portalocker__calls;
  /* A descriptor of the library gets its number first, and is moved.  */
  _close (0);
  if (argc == 3)
    return be_child (argv[1], argv[2]);
  _mkdir (DIRECTORY);
  if (_chdir (DIRECTORY) != 0)
    check_fatal ("no directory");
  check_area ("unit/each-call-win32");
  CHECK (run_all (&first, NULL, LIMIT, run_in_child) > 20, first.name);
  CHECK_INT (run_child (-1, 0), 0, "waits by the lock calls of this system");
  test_waits ();
  test_simple ();
  CHECK_INT (faults_kinds (), (intmax_t) (sizeof (struct portalocker__calls)
                                          / sizeof (void (*) (void))),
             "the table has no call that is not tried");
  CHECK_STRING (faults_missing (), NULL, "every call of the table failed");
  DeleteFileA ("f");
  if (_chdir ("..") == 0)
    _rmdir (DIRECTORY);
  return check_done ();
}
