/* os-win32.c - clock, threads, events, and what people see, on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Files are in calls-win32.c.  */

#include <config.h>
#include "os.h"

#include <errno.h>
#include <io.h>
#include <process.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "calls.h"
#include "portalocker.h"

/* ---- Time.  */

enum { NS_PER_S = 1000000000 };

int64_t
portalocker__now (void)
{
  LARGE_INTEGER count, frequency;
  QueryPerformanceCounter (&count);
  QueryPerformanceFrequency (&frequency);
  return count.QuadPart / frequency.QuadPart * NS_PER_S
         + count.QuadPart % frequency.QuadPart * NS_PER_S
           / frequency.QuadPart;
}

unsigned long
portalocker__milliseconds_until (int64_t deadline)
{
  int64_t left;
  if (deadline == PORTALOCKER__NEVER)
    return INFINITE;
  left = deadline - portalocker__now ();
  if (left <= 0)
    return 0;
  left = (left + PORTALOCKER__NS_PER_MS - 1) / PORTALOCKER__NS_PER_MS;
  /* A wait may end early: the caller looks at the clock.  */
  return left < INT_MAX ? (unsigned long) left : INT_MAX;
}

void
portalocker__pause (int64_t interval)
{
  Sleep (portalocker__milliseconds_until (portalocker__time_in (interval)));
}


/* ---- Functions of the system that are looked up.  */

void
portalocker__find_in_ntdll (const char *name, void *function)
{
  HMODULE ntdll = GetModuleHandleW (L"ntdll.dll");
  FARPROC found = ntdll != NULL ? GetProcAddress (ntdll, name) : NULL;
  memcpy (function, &found, sizeof found);
}


/* ---- Threads.  */

int
portalocker__mutex_init (os_mutex *mutex)
{
  InitializeSRWLock ((SRWLOCK *) mutex);
  return 0;
}

void
os_mutex_lock (os_mutex *mutex)
{
  AcquireSRWLockExclusive ((SRWLOCK *) mutex);
}

void
os_mutex_unlock (os_mutex *mutex)
{
  ReleaseSRWLockExclusive ((SRWLOCK *) mutex);
}

int
portalocker__cond_init (os_cond *cond)
{
  InitializeConditionVariable ((CONDITION_VARIABLE *) cond);
  return 0;
}

void
os_cond_broadcast (os_cond *cond)
{
  WakeAllConditionVariable ((CONDITION_VARIABLE *) cond);
}

bool
portalocker__cond_wait (os_cond *cond, os_mutex *mutex, int64_t deadline)
{
  SleepConditionVariableSRW ((CONDITION_VARIABLE *) cond, (SRWLOCK *) mutex,
                             portalocker__milliseconds_until (deadline), 0);
  return ! portalocker__has_passed (deadline);
}

void
os_thread_join (os_thread thread)
{
  WaitForSingleObject (thread, INFINITE);
  CloseHandle (thread);
}

void
os_thread_detach (os_thread thread)
{
  CloseHandle (thread);
}

const char portalocker__thread_call[] = "_beginthreadex";

/* From now on the library's code stays where it is, even if the program calls
   FreeLibrary: threads run it, and Windows calls it when a thread ends.  */
static void
stay_loaded (void)
{
  static int done;              /* atomic */
  HMODULE module;
  if (! os_atomic_load (&done)
      && GetModuleHandleExW (GET_MODULE_HANDLE_EX_FLAG_PIN
                             | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                             (const wchar_t *) &done, &module))
    os_atomic_store (&done, true);
}

struct start
{
  void *(*run) (void *argument);
  void *argument;
};

static unsigned int __stdcall
run_thread (void *argument)
{
  struct start start = *(struct start *) argument;
  free (argument);
  start.run (start.argument);
  return 0;
}

int
portalocker__thread_start (os_thread *thread, void *(*run) (void *argument),
                           void *argument)
{
  struct start *start = calls.calloc (1, sizeof *start);
  uintptr_t handle;
  if (start == NULL)
    return ENOMEM;
  start->run = run;
  start->argument = argument;
  stay_loaded ();
  handle = calls.begin_thread (run_thread, start);
  if (handle == 0)
    {
      int error = errno;
      free (start);
      return error;
    }
  *thread = (os_thread) handle;
  return 0;
}

/* Windows calls DESTROY in its own way, which on 32-bit processors is not that
   of C.  */
struct cell
{
  void (*destroy) (void *value);
  void *value;
};

/* Whether the process ends: Windows has ended all threads but this one, which
   left locks and memory as they were at that moment.  NULL where that cannot be
   asked.  Found beforehand, since the loader is in no better state.  Source:
   "RtlDllShutdownInProgress function", Microsoft's developer notes.  */
static BOOLEAN (WINAPI *process_ends) (void);

static void CALLBACK
destroy_cell (void *content)
{
  struct cell *cell = content;
  BOOLEAN (WINAPI *ends) (void) = process_ends;
  if (cell == NULL || (ends != NULL && ends ()))
    return;
  if (cell->value != NULL && cell->destroy != NULL)
    cell->destroy (cell->value);
  free (cell);
}

/* Ask the loader while no mutex is held: at the end of a thread, for example,
   it calls functions of DLLs with a lock of its own, and these may call the
   library.  Threads that come together find the same.  */
void
os_key_prepare (void)
{
  stay_loaded ();
  portalocker__find_in_ntdll ("RtlDllShutdownInProgress", &process_ends);
}

int
portalocker__key_create (os_key *key, void (*destroy) (void *value))
{
  key->destroy = destroy;
  key->index = calls.key_create (destroy_cell);
  return key->index != FLS_OUT_OF_INDEXES ? 0 : EAGAIN;
}

void *
os_key_get (const os_key *key)
{
  const struct cell *cell = FlsGetValue (key->index);
  return cell != NULL ? cell->value : NULL;
}

int
portalocker__key_set (os_key *key, void *value)
{
  struct cell *cell = FlsGetValue (key->index);
  if (cell == NULL)
    {
      cell = calls.calloc (1, sizeof *cell);
      if (cell == NULL || ! calls.key_set (key->index, cell))
        {
          free (cell);
          return ENOMEM;
        }
      cell->destroy = key->destroy;
    }
  cell->value = value;
  return 0;
}


/* ---- Events and notifiers.  */

const char portalocker__event_call[] = "CreateEventW";
const char portalocker__notifier_call[] = "CreateEventW";

int
portalocker__event_init (os_event *event)
{
  event->handle = calls.create_event (false);
  return event->handle != NULL ? 0 : portalocker__to_errno (GetLastError ());
}

void
portalocker__event_destroy (os_event *event)
{
  CloseHandle (event->handle);
}

void
portalocker__event_set (os_event *event)
{
  SetEvent (event->handle);
}

bool
portalocker__event_wait (os_event *event, int64_t deadline)
{
  do
    {
      DWORD length = portalocker__milliseconds_until (deadline);
      DWORD which = calls.wait (1, &event->handle, length);
      if (which == WAIT_OBJECT_0)
        return true;
      /* The event may be set all the same, when the system has recovered.  */
      if (which == WAIT_FAILED)
        portalocker__sleep (PORTALOCKER__NS_PER_MS, deadline);
    }
  while (! portalocker__has_passed (deadline));
  return false;
}

int
portalocker__notifier_init (os_notifier *notifier)
{
  void *event = calls.create_event (true);
  notifier->reader = notifier->writer = event != NULL ? (os_file) event : -1;
  return event != NULL ? 0 : portalocker__to_errno (GetLastError ());
}

void
portalocker__notifier_destroy (os_notifier *notifier)
{
  CloseHandle ((HANDLE) notifier->reader);
}

void
portalocker__notify (const os_notifier *notifier)
{
  SetEvent ((HANDLE) notifier->writer);
}


/* ---- What people see.  */

/* The codes of Windows and the error numbers of C that mean the same; of
   several for one code or one number, the first.  */
static const struct
{
  unsigned long code;
  int error;
} meanings[] =
{
  { ERROR_FILE_NOT_FOUND, ENOENT },
  { ERROR_PATH_NOT_FOUND, ENOENT },
  { ERROR_BAD_NETPATH, ENOENT },
  { ERROR_BAD_NET_NAME, ENOENT },
  { ERROR_ACCESS_DENIED, EACCES },
  { ERROR_ACCESS_DENIED, ENOTSUP }, /* by a lock call */
  { ERROR_SHARING_VIOLATION, EACCES },
  { ERROR_INVALID_HANDLE, EBADF },
  { ERROR_NOT_ENOUGH_MEMORY, ENOMEM },
  { ERROR_OUTOFMEMORY, ENOMEM },
  { ERROR_NO_SYSTEM_RESOURCES, ENOMEM },
  { ERROR_WRITE_PROTECT, EROFS },
  { ERROR_TOO_MANY_OPEN_FILES, EMFILE },
  { ERROR_DISK_FULL, ENOSPC },
  { ERROR_HANDLE_DISK_FULL, ENOSPC },
  { ERROR_FILE_EXISTS, EEXIST },
  { ERROR_ALREADY_EXISTS, EEXIST },
  { ERROR_LOCK_VIOLATION, EAGAIN },
  { ERROR_IO_PENDING, EAGAIN },
  { ERROR_DELETE_PENDING, EBUSY },
  { ERROR_DIRECTORY, ENOTDIR },
  { ERROR_DIRECTORY_NOT_SUPPORTED, EISDIR },
  { ERROR_DIR_NOT_EMPTY, ENOTEMPTY },
  { ERROR_NOT_SAME_DEVICE, EXDEV },
  { ERROR_FILENAME_EXCED_RANGE, ENAMETOOLONG },
  { ERROR_CANT_RESOLVE_FILENAME, ELOOP },
  { ERROR_NO_UNICODE_TRANSLATION, EILSEQ },
  { ERROR_NOT_SUPPORTED, ENOSYS },
  { ERROR_INVALID_FUNCTION, ENOSYS },
  { ERROR_CALL_NOT_IMPLEMENTED, ENOSYS },
  { ERROR_INVALID_PARAMETER, EINVAL },
  { ERROR_INVALID_NAME, EINVAL },
  { ERROR_BAD_PATHNAME, EINVAL },
  { ERROR_GEN_FAILURE, EIO }
};

enum { MEANINGS = sizeof meanings / sizeof meanings[0] };

static int
errno_of (unsigned long code)
{
  int i;
  for (i = 0; i < MEANINGS; i++)
    if (meanings[i].code == code)
      return meanings[i].error;
  return EIO;
}

int
portalocker__set_errno (unsigned long error)
{
  SetLastError (error);
  errno = errno_of (error);
  return -1;
}

int
portalocker__to_errno (unsigned long error)
{
  if (error == ERROR_SUCCESS)
    return 0;
  portalocker__set_errno (error);
  return errno;
}

/* The code of the last call is the one, unless it means something else than
   ERROR: then another function, or nobody, has failed.  */
int
portalocker__system_error (int error)
{
  unsigned long code = GetLastError ();
  int i;
  if (error == 0)
    return 0;
  if (code != ERROR_SUCCESS && errno_of (code) == error)
    return (int) code;
  for (i = 0; i < MEANINGS; i++)
    if (meanings[i].error == error)
      return (int) meanings[i].code;
  return ERROR_GEN_FAILURE;
}

/* The texts of Windows end in a full stop and a line break.  */
static void
trim (char *text)
{
  size_t length = strlen (text);
  while (length > 0 && strchr (".\r\n ", text[length - 1]) != NULL)
    text[--length] = '\0';
}

void
portalocker__describe_error (char *buffer, size_t size, int error)
{
  wchar_t wide[256];
  DWORD length
    = FormatMessageW (FORMAT_MESSAGE_FROM_SYSTEM
                      | FORMAT_MESSAGE_IGNORE_INSERTS
                      | FORMAT_MESSAGE_MAX_WIDTH_MASK,
                      NULL, (DWORD) error, 0, wide,
                      sizeof wide / sizeof wide[0], NULL);
  int written = length == 0 ? 0
                : WideCharToMultiByte (CP_UTF8, 0, wide, -1, buffer,
                                       (int) size, NULL, NULL);
  if (written > 0)
    trim (buffer);
  if (written <= 0 || buffer[0] == '\0')
    snprintf (buffer, size, "error %d", error);
}

bool
portalocker__local_time (time_t time, struct tm *parts)
{
  return localtime_s (parts, &time) == 0;
}


int
portalocker__sync (os_file file)
{
  return calls.fsync (file);
}


/* ---- Processes.  */

int64_t
portalocker__process (void)
{
  return GetCurrentProcessId ();
}

/* No program has more rights here than the one that starts it.  */
const char *
portalocker__environment (const char *name)
{
  return getenv (name);
}

/* Windows tells nobody who holds a lock.  */
int64_t
portalocker__find_holder (os_file fd, os_file asker, bool ranges,
                          bool exclusive)
{
  (void) fd;
  (void) asker;
  (void) ranges;
  (void) exclusive;
  return 0;
}

int64_t
portalocker__find_holder_by_path (const char *path, struct file_id id,
                                  os_file asker, bool ranges, bool exclusive)
{
  (void) path;
  (void) id;
  (void) asker;
  (void) ranges;
  (void) exclusive;
  return 0;
}

int
portalocker__holds_range (os_file fd)
{
  (void) fd;
  return -1;
}

/* Seconds since 1970 of a time that counts 100 ns since 1601.  */
static int64_t
to_seconds (FILETIME time)
{
  int64_t ticks = (int64_t) time.dwHighDateTime << 32 | time.dwLowDateTime;
  return ticks / 10000000 - INT64_C (11644473600);
}

/* The name of the program without its directory and ".exe".  */
static void
write_name (HANDLE process, char *name, size_t size)
{
  wchar_t path[512];
  const wchar_t *last;
  DWORD length = sizeof path / sizeof path[0];
  if (! QueryFullProcessImageNameW (process, 0, path, &length))
    return;
  if (length > 4 && _wcsicmp (path + length - 4, L".exe") == 0)
    path[length - 4] = L'\0';
  last = wcsrchr (path, L'\\');
  if (WideCharToMultiByte (CP_UTF8, 0, last != NULL ? last + 1 : path, -1,
                           name, (int) size, NULL, NULL) == 0)
    name[0] = '\0';
}

void
portalocker__describe_process (int64_t pid, char *name, size_t size,
                               int64_t *started)
{
  HANDLE process = OpenProcess (PROCESS_QUERY_LIMITED_INFORMATION, FALSE,
                                (DWORD) pid);
  FILETIME begun, ended, kernel, user;
  name[0] = '\0';
  *started = 0;
  if (process == NULL)
    return;
  write_name (process, name, size);
  if (GetProcessTimes (process, &begun, &ended, &kernel, &user))
    *started = to_seconds (begun);
  CloseHandle (process);
}
