/* win32.c - files, handles and errors on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* Before the headers of the system: it tells which system that is.  */
#include <config.h>

#include "check.h"
#include "child-win32.h"

#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include "../../lib/calls.h"
#include "../../lib/fork.h"
#include "../../lib/os.h"
#include "portalocker-win32.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static struct portalocker__calls real;

static portalocker_lock *
new_lock (const char *path)
{
  portalocker_lock *lock;
  if (portalocker_new (&lock, path) != PORTALOCKER_OK)
    check_fatal ("no lock object");
  return lock;
}

/* A lock object for PATH that holds it.  */
static portalocker_lock *
held_lock (const char *path)
{
  portalocker_lock *lock = new_lock (path);
  if (portalocker_acquire (lock) != PORTALOCKER_OK)
    check_fatal ("the file cannot be locked: %s", portalocker_message (lock));
  return lock;
}


/* ---- What other programs may do meanwhile.  */

static HANDLE
open_as (const wchar_t *path, DWORD access)
{
  return CreateFileW (path, access, SHARE_ALL, NULL, OPEN_EXISTING, 0, NULL);
}

static void
test_others (void)
{
  portalocker_lock *lock = held_lock ("win32.lock");
  HANDLE other = open_as (L"win32.lock", GENERIC_READ | GENERIC_WRITE);
  char text[6] = "";
  DWORD count;
  CHECK (other != INVALID_HANDLE_VALUE,
         "another program opens a file that is locked");
  CHECK (WriteFile (other, "hello", 5, &count, NULL) && count == 5
         && SetFilePointer (other, 0, NULL, FILE_BEGIN) == 0
         && ReadFile (other, text, 5, &count, NULL)
         && strcmp (text, "hello") == 0, "it writes and reads all its bytes");
  CloseHandle (other);
  CHECK (MoveFileW (L"win32.lock", L"win32.moved"), "it renames the file");
  CHECK_CODE (portalocker_verify (lock), PORTALOCKER_PATH_LOST,
              "which the holder can find out");
  CHECK (DeleteFileW (L"win32.moved"), "and removes it");
  portalocker_free (lock);
}

static void
test_not_inherited (void)
{
  portalocker_lock *lock = held_lock ("win32.lock");
  DWORD flags = HANDLE_FLAG_INHERIT, lent = HANDLE_FLAG_INHERIT;
  void *handle;
  GetHandleInformation (portalocker_handle (lock), &lent);
  portalocker_detach_handle (lock, &handle);
  GetHandleInformation (handle, &flags);
  CHECK ((flags & HANDLE_FLAG_INHERIT) == 0
         && (lent & HANDLE_FLAG_INHERIT) == 0, "no child gets a handle");
  CloseHandle (handle);
  portalocker_set_inherit (lock, 1);
  CHECK_CODE (portalocker_acquire (lock), PORTALOCKER_UNSUPPORTED,
              "to whom a lock cannot be passed on");
  portalocker_free (lock);
}


/* ---- Names.  */

static void
test_utf8 (void)
{
  /* An e with an acute accent, and a euro sign.  */
  portalocker_lock *lock = held_lock ("win32-\303\251\342\202\254.lock");
  CHECK (GetFileAttributesW (L"win32-\u00e9\u20ac.lock")
         != INVALID_FILE_ATTRIBUTES, "names are in UTF-8");
  portalocker_free (lock);
  DeleteFileW (L"win32-\u00e9\u20ac.lock");
  CHECK_CODE (portalocker_new (&lock, "win32-\377.lock"),
              PORTALOCKER_CANNOT_OPEN, "and nothing else");
}

/* A path of about 400 characters, which the calls take with a mark only.  */
static void
test_long_path (void)
{
  enum { PARTS = 4, PART = 100 };
  char path[PARTS * (PART + 1) + 8] = "";
  int i, good = 1;
  portalocker_lock *lock, *other;
  for (i = 0; i < PARTS; i++)
    {
      wchar_t *wide;
      char *end = path + strlen (path);
      memset (end, 'a' + i, PART);
      end[PART] = '\0';
      wide = portalocker__wide_path (path);
      good = good && CreateDirectoryW (wide, NULL);
      free (wide);
      strcat (path, "/");
    }
  strcat (path, "f");
  lock = new_lock (path);
  CHECK (good && CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_CODE (portalocker_verify (lock), PORTALOCKER_OK),
         "a path may be long");
  other = new_lock (path);
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (other), PORTALOCKER_BUSY)
         && strstr (portalocker_message (other), "\\?\\") == NULL,
         "and people see it without a mark");
  portalocker_free (other);
  strcpy (path + strlen (path) - 1, "./x/..//f");
  CHECK_CODE (portalocker_verify_handle (portalocker_handle (lock), path,
                                         NULL),
              PORTALOCKER_OK, "also one with dots and slashes in it");
  portalocker_free (lock);
}

/* One that is not long, but is with the current directory before it.  */
static void
test_relative_path (void)
{
  char name[247];
  wchar_t *wide;
  memset (name, 'r', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  wide = portalocker__wide_path (name);
  CHECK (wide != NULL && wcsncmp (wide, L"\\\\?\\", 4) == 0,
         "of a relative path the whole counts");
  free (wide);
}


/* ---- What a file is.  */

/* A file whose number differs in what is beyond 64 bits alone.  */
static int
stat_another (const char *path, os_stat *status)
{
  int result = real.stat (path, status);
  status->st_ino_high++;
  return result;
}

static void
test_long_number (void)
{
  portalocker_lock *lock = held_lock ("win32.lock");
  CHECK_CODE (portalocker_verify (lock), PORTALOCKER_OK,
              "a file has the same number by its handle and by its name");
  portalocker__calls.stat = stat_another;
  CHECK_CODE (portalocker_verify (lock), PORTALOCKER_PATH_LOST,
              "all bits of the number count");
  portalocker__calls = real;
  portalocker_free (lock);
}


/* ---- Handles of the caller.  */

static void
test_handles (void)
{
  portalocker_lock *lock = new_lock ("win32.lock");
  portalocker_error *error;
  void *handle, *other;
  int64_t began;
  char byte;
  DWORD count;
  portalocker_error_new (&error);
  CHECK (portalocker_handle (lock) == NULL, "nothing held, no handle");
  CHECK_CODE (portalocker_open_handle (lock, &handle), PORTALOCKER_OK,
              "a handle is opened");
  CHECK (ReadFile (handle, &byte, 0, &count, NULL),
         "which may read, as LockFileEx wants it");
  portalocker_open_handle (lock, &other);
  CHECK_CODE (portalocker_lock_handle (handle, PORTALOCKER_LOCK_EX, error),
              PORTALOCKER_OK, "it is locked");
  CHECK_CODE (portalocker_lock_handle (other, PORTALOCKER_LOCK_EX
                                              | PORTALOCKER_LOCK_NB, error),
              PORTALOCKER_BUSY, "another handle is refused");
  CHECK_INT (portalocker_error_system_error (error), ERROR_LOCK_VIOLATION,
             "by the code of Windows");
  began = portalocker_now ();
  CHECK (CHECK_QUIET_CODE (portalocker_lock_handle_with
                           (other, PORTALOCKER_LOCK_SH, "win32", began + 200,
                            error), PORTALOCKER_TIMED_OUT)
         && CHECK_QUIET (portalocker_now () - began >= 200),
         "or waits until the deadline");
  CHECK_CODE (portalocker_verify_handle (handle, "win32.lock", error),
              PORTALOCKER_OK, "its path can be verified");
  CHECK_CODE (portalocker_unlock_handle (handle, error), PORTALOCKER_OK,
              "it is unlocked");
  CHECK_CODE (portalocker_lock_handle (other, PORTALOCKER_LOCK_EX, error),
              PORTALOCKER_OK, "then the other one is locked");
  CHECK_CODE (portalocker_unlock_handle_with (other, NULL, error),
              PORTALOCKER_OK, "and unlocked");
  CHECK_CODE (portalocker_unlock_handle (other, error), PORTALOCKER_OK,
              "and once more, which is no error");
  CloseHandle (other);
  CloseHandle (handle);
  CHECK_CODE (portalocker_lock_handle (NULL, PORTALOCKER_LOCK_EX, error),
              PORTALOCKER_BAD_ARGUMENT, "no handle is none");
  portalocker_error_free (error);
  portalocker_free (lock);
}

/* A server may be told the end of its calls by a port: by those of the library
   it is not disturbed.  */
static void
test_completion_port (void)
{
  HANDLE handle = CreateFileW (L"win32.lock", GENERIC_READ | GENERIC_WRITE,
                               SHARE_ALL, NULL, OPEN_ALWAYS,
                               FILE_FLAG_OVERLAPPED, NULL);
  HANDLE port = CreateIoCompletionPort (handle, NULL, 1, 1);
  OVERLAPPED *call = NULL;
  ULONG_PTR key;
  DWORD count;
  CHECK_CODE (portalocker_lock_handle (handle, PORTALOCKER_LOCK_EX, NULL),
              PORTALOCKER_OK, "a handle with a completion port is locked");
  CHECK (port != NULL
         && ! GetQueuedCompletionStatus (port, &count, &key, &call, 0)
         && call == NULL, "which the port is not told");
  CloseHandle (handle);
  CloseHandle (port);
}

static void
test_detach (void)
{
  portalocker_lock *lock = held_lock ("win32.lock");
  portalocker_lock *other = new_lock ("win32.lock");
  void *handle;
  int descriptor;
  CHECK_CODE (portalocker_detach (lock, &descriptor),
              PORTALOCKER_UNSUPPORTED, "a lock is in no descriptor");
  CHECK (portalocker_is_held (lock), "so it stays");
  fputs ("text", portalocker_stream (lock));
  CHECK (CHECK_QUIET_CODE (portalocker_detach_handle (lock, &handle),
                           PORTALOCKER_OK)
         && CHECK_QUIET (! portalocker_is_held (lock))
         && CHECK_QUIET_CODE (portalocker_acquire (other), PORTALOCKER_BUSY),
         "a handle takes the lock along");
  CloseHandle (handle);
  CHECK_CODE (portalocker_acquire (other), PORTALOCKER_OK,
              "until it is closed");
  CHECK (_filelength (portalocker_descriptor (other)) == 4,
         "and what the stream had is written");
  portalocker_free (other);
  portalocker_free (lock);
  DeleteFileW (L"win32.lock");
}

static void
test_append (void)
{
  portalocker_lock *lock = held_lock ("win32.append");
  FILE *stream = portalocker_stream (lock);
  HANDLE other = open_as (L"win32.append", GENERIC_WRITE);
  DWORD count;
  fputs ("one", stream);
  fflush (stream);
  SetFilePointer (other, 0, NULL, FILE_END);
  WriteFile (other, "two", 3, &count, NULL);
  fputs ("three", stream);
  fflush (stream);
  CHECK_INT (GetFileSize (other, NULL), 11, "the mode \"a\" appends");
  CloseHandle (other);
  portalocker_release (lock);
  portalocker_set_mode (lock, "w");
  portalocker_acquire (lock);
  CHECK_INT (_filelength (portalocker_descriptor (lock)), 0,
             "the mode \"w\" empties");
  portalocker_release (lock);
  DeleteFileW (L"win32.append");
  portalocker_set_creation_mode (lock, 0444);
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && portalocker_stream (lock) != NULL,
         "the holder writes also what nobody else may write");
  portalocker_free (lock);
  DeleteFileW (L"win32.append");
}

static void
test_watch (void)
{
  portalocker_lock *lock = held_lock ("win32.lock");
  portalocker_lock *other = new_lock ("win32.lock");
  void *event;
  int descriptor;
  CHECK_CODE (portalocker_watch (other, 1000, &descriptor),
              PORTALOCKER_UNSUPPORTED, "a watch gives no descriptor");
  CHECK (CHECK_QUIET_CODE (portalocker_watch_handle (other, 3600000, &event),
                           PORTALOCKER_OK)
         && CHECK_QUIET_INT (WaitForSingleObject (event, 0), WAIT_TIMEOUT)
         && CHECK_QUIET_CODE (portalocker_release (lock), PORTALOCKER_OK)
         && CHECK_QUIET_INT (WaitForSingleObject (event, 60000),
                             WAIT_OBJECT_0)
         && CHECK_QUIET_CODE (portalocker_watch_finish (other),
                              PORTALOCKER_OK),
         "but an event, which tells the end");
  portalocker_free (other);
  portalocker_free (lock);
}


/* ---- Calls that fail.  */

static unsigned long lock_error;

static unsigned long
failing_lock (os_file file, unsigned long flags, uint64_t offset, void *event,
              void *overlapped)
{
  (void) file;
  (void) flags;
  (void) offset;
  (void) event;
  (void) overlapped;
  return lock_error;
}

/* What the answer ERROR to a lock call comes to.  */
static int
answer (unsigned long error, int code)
{
  portalocker_lock *lock = new_lock ("win32.lock");
  portalocker_error *details;
  int good;
  portalocker_error_new (&details);
  lock_error = error;
  portalocker__calls.lock_file = failing_lock;
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), code);
  portalocker__calls = real;
  portalocker_get_error (lock, details);
  good = good
         && CHECK_QUIET_INT (portalocker_error_system_error (details), error)
         && CHECK_QUIET_STRING (portalocker_error_call (details),
                                "LockFileEx");
  portalocker_error_free (details);
  portalocker_free (lock);
  return good;
}

static void
test_lock_errors (void)
{
  CHECK (answer (ERROR_LOCK_VIOLATION, PORTALOCKER_BUSY)
         && answer (ERROR_NOT_SUPPORTED, PORTALOCKER_UNSUPPORTED)
         && answer (ERROR_INVALID_FUNCTION, PORTALOCKER_UNSUPPORTED)
         && answer (ERROR_GEN_FAILURE, PORTALOCKER_LOCK_FAILED)
         && answer (ERROR_NETNAME_DELETED, PORTALOCKER_LOCK_FAILED)
         && answer (ERROR_ACCESS_DENIED, PORTALOCKER_UNSUPPORTED),
         "each answer of LockFileEx has its code");
}

/* The name is there as long as somebody has the file open.  */
static int removals;

static os_file
vanishing_open (const char *path, int flags, mode_t mode)
{
  if (removals-- > 0)
    {
      portalocker__set_errno (ERROR_DELETE_PENDING);
      return -1;
    }
  return real.open (path, flags, mode);
}

static void
test_vanishing (void)
{
  portalocker_lock *lock = new_lock ("win32.lock");
  portalocker_set_timeout (lock, 60000);
  portalocker__calls.open = vanishing_open;
  removals = 100;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET (removals < 0),
         "a file that is being removed is opened when it is gone");
  portalocker_release (lock);
  portalocker_set_timeout (lock, 20);
  removals = 1000000;
  CHECK_CODE (portalocker_acquire (lock), PORTALOCKER_PATH_LOST,
              "or not in time");
  portalocker__calls = real;
  portalocker_free (lock);
}

static int failures_left;

static int
failing_fstat (os_file file, os_stat *status)
{
  return failures_left-- > 0 ? portalocker__set_errno (ERROR_GEN_FAILURE)
                             : real.fstat (file, status);
}

static int
failing_truncate (os_file file, off_t size)
{
  (void) file;
  (void) size;
  return portalocker__set_errno (ERROR_DISK_FULL);
}

static FILE *
failing_fdopen (int descriptor, const char *mode)
{
  (void) descriptor;
  (void) mode;
  errno = EMFILE;
  return NULL;
}

static unsigned long
handle_count (void)
{
  DWORD count = 0;
  GetProcessHandleCount (GetCurrentProcess (), &count);
  return count;
}

static int
no_descriptor (os_file file, int flags)
{
  (void) file;
  (void) flags;
  return -1;
}

static os_file
no_reopen (os_file file, int flags)
{
  (void) file;
  (void) flags;
  return portalocker__set_errno (ERROR_TOO_MANY_OPEN_FILES);
}

/* The C run-time has a limit of its own.  */
static void
test_no_descriptors (void)
{
  portalocker_lock *lock = held_lock ("win32.lock");
  portalocker_atomic *atomic;
  unsigned long handles = handle_count ();
  int descriptor = 0;
  portalocker__calls.to_descriptor = no_descriptor;
  CHECK (portalocker_descriptor (lock) == -1
         && portalocker_stream (lock) == NULL,
         "without a descriptor the program is lent none");
  CHECK (CHECK_QUIET_CODE (portalocker_open (lock, &descriptor),
                           PORTALOCKER_CANNOT_OPEN)
         && descriptor == -1, "and can open none");
  CHECK (CHECK_QUIET_CODE (portalocker_atomic_begin (&atomic, "win32.atomic",
                                                     0, NULL),
                           PORTALOCKER_CANNOT_OPEN)
         && GetFileAttributesW (L"win32.atomic") == INVALID_FILE_ATTRIBUTES,
         "nor begin an atomic file");
  portalocker__calls = real;
  portalocker__calls.reopen = no_reopen;
  CHECK (portalocker_descriptor (lock) == -1,
         "nor is it when the file cannot be opened once more");
  portalocker__calls = real;
  CHECK_INT (handle_count (), handles, "and no handle is left of all that");
  CHECK (portalocker_descriptor (lock) >= 0, "later it is");
  portalocker_free (lock);
}

static void
test_other_failures (void)
{
  portalocker_lock *lock = held_lock ("win32.lock");
  unsigned long handles;
  int good;
  portalocker_release (lock);
  handles = handle_count ();
  portalocker__calls.fstat = failing_fstat;
  failures_left = 1;
  good = CHECK_QUIET_CODE (portalocker_acquire (lock),
                           PORTALOCKER_CANNOT_OPEN);
  portalocker__calls = real;
  portalocker__calls.ftruncate = failing_truncate;
  portalocker_set_mode (lock, "w");
  good &= CHECK_QUIET_CODE (portalocker_acquire (lock),
                            PORTALOCKER_CANNOT_WRITE);
  portalocker__calls = real;
  portalocker__calls.fdopen = failing_fdopen;
  good &= CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
          && CHECK_QUIET (portalocker_stream (lock) == NULL);
  portalocker__calls = real;
  portalocker_release (lock);
  CHECK (good, "other calls that fail have their codes");
  CHECK_INT (handle_count (), handles, "and no handle is left of them");
  portalocker_free (lock);
}


/* ---- Atomic files.  */

/* Whether a file can be replaced that somebody has open: Windows 10 is the
   first that can.  */
static bool
replaces_open_files (void)
{
  OSVERSIONINFOW version = { .dwOSVersionInfoSize = sizeof version };
  LONG (WINAPI *get_version) (OSVERSIONINFOW *version);
  const char *(*wine_version) (void);
  portalocker__find_in_ntdll ("RtlGetVersion", &get_version);
  portalocker__find_in_ntdll ("wine_get_version", &wine_version);
  return wine_version == NULL && get_version != NULL
         && get_version (&version) == 0
         && version.dwMajorVersion >= 10;
}

static HANDLE reader_for_a_moment;
static int (*real_move_file) (const wchar_t *, const wchar_t *,
                              unsigned long);

/* The first time the file is still being read.  */
static int
move_beside_reader (const wchar_t *from, const wchar_t *to,
                    unsigned long flags)
{
  int moved = real_move_file (from, to, flags);
  DWORD error = GetLastError ();
  if (reader_for_a_moment != NULL)
    CloseHandle (reader_for_a_moment);
  reader_for_a_moment = NULL;
  SetLastError (error);
  return moved;
}

static void
test_atomic_retry (void)
{
  portalocker_atomic *atomic;
  HANDLE file;
  portalocker_atomic_begin (&atomic, "win32.atomic", 1, NULL);
  portalocker_atomic_commit (atomic, NULL);
  portalocker_atomic_begin (&atomic, "win32.atomic", 1, NULL);
  fputs ("new", portalocker_atomic_stream (atomic));
  reader_for_a_moment = open_as (L"win32.atomic", GENERIC_READ);
  real_move_file = portalocker__calls.move_file;
  portalocker__calls.move_file = move_beside_reader;
  CHECK_CODE (portalocker_atomic_commit (atomic, NULL), PORTALOCKER_OK,
              "one that is read for a moment is replaced after it");
  portalocker__calls.move_file = real_move_file;
  file = open_as (L"win32.atomic", GENERIC_READ);
  CHECK_INT (GetFileSize (file, NULL), 3, "and is the new one");
  CloseHandle (file);
  DeleteFileW (L"win32.atomic");
}

static void
test_atomic (void)
{
  portalocker_error *error;
  portalocker_atomic *atomic;
  HANDLE reader;
  int code;
  portalocker_error_new (&error);
  CHECK (CHECK_QUIET_CODE (portalocker_atomic_begin (&atomic, "win32.atomic",
                                                     0, error),
                           PORTALOCKER_OK)
         && CHECK_QUIET (portalocker_atomic_handle (atomic) != NULL)
         && CHECK_QUIET (fputs ("whole", portalocker_atomic_stream (atomic))
                         >= 0)
         && CHECK_QUIET_CODE (portalocker_atomic_commit (atomic, error),
                              PORTALOCKER_OK),
         "a file appears whole");
  CHECK_CODE (portalocker_atomic_begin (&atomic, "win32.atomic", 0, error),
              PORTALOCKER_EXISTS, "an existing one is refused");
  reader = open_as (L"win32.atomic", GENERIC_READ);
  portalocker_atomic_begin (&atomic, "win32.atomic", 1, error);
  fputs ("another", portalocker_atomic_stream (atomic));
  code = portalocker_atomic_commit (atomic, error);
  CHECK (code == PORTALOCKER_OK
         ? GetFileSize (reader, NULL) == 5
         : CHECK_QUIET (! replaces_open_files ())
           && CHECK_QUIET_CODE (code, PORTALOCKER_CANNOT_WRITE)
           && CHECK_QUIET_INT (portalocker_error_system_error (error),
                               ERROR_ACCESS_DENIED),
         "one that somebody reads is replaced, or stays as it is");
  CloseHandle (reader);
  portalocker_atomic_begin (&atomic, "win32.atomic", 1, error);
  portalocker_atomic_abort (atomic);
  portalocker_atomic_begin (&atomic, "win32.atomic", 1, error);
  CHECK_CODE (portalocker_atomic_commit (atomic, error), PORTALOCKER_OK,
              "one that nobody reads is replaced");
  DeleteFileW (L"win32.atomic");
  portalocker_error_free (error);
}


/* ---- Values of threads.  */

static DWORD WINAPI
pass_tables (void *unused)
{
  (void) unused;
  os_mutex_lock (&portalocker__tables);
  os_mutex_unlock (&portalocker__tables);
  return 0;
}

static int passed;

/* Meanwhile another thread goes through the tables, as one at its end does,
   which may have the lock that Windows takes to make a key.  */
static unsigned long
pass_and_create (void (__stdcall *destroy) (void *value))
{
  HANDLE thread = CreateThread (NULL, 0, pass_tables, NULL, 0, NULL);
  passed = WaitForSingleObject (thread, 60000) == WAIT_OBJECT_0;
  CloseHandle (thread);
  return real.key_create (destroy);
}

static void
ignore (void *value)
{
  (void) value;
}

static void
test_slot (void)
{
  static os_slot slot = { .destroy = ignore };
  portalocker__calls.key_create = pass_and_create;
  CHECK (CHECK_QUIET_INT (portalocker__slot_set (&slot, &slot), 0)
         && CHECK_QUIET (passed)
         && CHECK_QUIET (portalocker__slot_get (&slot) == &slot),
         "a slot is made outside of the tables");
  portalocker__calls = real;
}


/* ---- The end of the process.  */

enum { ENDED = 7 };

static void *
stay_in_tables (void *event)
{
  os_mutex_lock (&portalocker__tables);
  SetEvent (event);
  Sleep (INFINITE);
  return NULL;
}

/* Windows ends the other threads first, wherever they are, and then runs what
   the last one has for its end.  */
static int
end_beside_thread (void)
{
  HANDLE event = CreateEventW (NULL, TRUE, FALSE, NULL);
  os_thread thread;
  held_lock ("win32-end.lock");
  if (portalocker__thread_start (&thread, stay_in_tables, event) != 0)
    return 1;
  WaitForSingleObject (event, INFINITE);
  return ENDED;
}

static void
test_end (void)
{
  CHECK_INT ((intmax_t) child_run (L"end"), ENDED,
             "a process ends whatever its other threads are doing");
  DeleteFileW (L"win32-end.lock");
}

int
main (int argc, char **argv)
{
  (void) argv;
  if (argc == 2)
    return end_beside_thread ();
  check_area ("unit/win32");
  real = portalocker__calls;
  test_others ();
  test_not_inherited ();
  test_utf8 ();
  test_long_path ();
  test_relative_path ();
  test_long_number ();
  test_handles ();
  test_completion_port ();
  test_detach ();
  test_append ();
  test_watch ();
  test_lock_errors ();
  test_vanishing ();
  test_no_descriptors ();
  test_other_failures ();
  test_atomic ();
  test_atomic_retry ();
  test_slot ();
  test_end ();
  DeleteFileW (L"win32.lock");
  return check_done ();
}
