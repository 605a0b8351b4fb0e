/* actor-channel-win32.c - where the actor's commands come from, and what
   Windows does not have.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor-win32.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "portalocker-win32.h"

static HANDLE in_handle, out_handle;

/* The C run-time ends a program that names a descriptor which is not open;
   tests do that.  */
static void
ignore (const wchar_t *expression, const wchar_t *function,
        const wchar_t *file, unsigned int line, uintptr_t reserved)
{
  (void) expression;
  (void) function;
  (void) file;
  (void) line;
  (void) reserved;
}

/* A handle of its own for the channel, which no process inherits.  */
static HANDLE
take_handle (DWORD which)
{
  HANDLE self = GetCurrentProcess ();
  HANDLE copy;

  if (! DuplicateHandle (self, GetStdHandle (which), self, &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS))
    actor_die ("actor: channel");
  return copy;
}

void
actor_open_channel (int argc, char **argv)
{
  int null;

  (void) argc;
  (void) argv;
  _set_invalid_parameter_handler (ignore);
  in_handle = take_handle (STD_INPUT_HANDLE);
  out_handle = take_handle (STD_OUTPUT_HANDLE);
  null = _open ("NUL", _O_RDWR);
  if (null < 0 || _dup2 (null, 0) < 0 || _dup2 (null, 1) < 0)
    actor_die ("actor: NUL");
  if (null > 2)
    _close (null);
  actor_begin_dialogue ();
}

size_t
actor_read (char *buffer, size_t size)
{
  DWORD done = 0;

  return ReadFile (in_handle, buffer, (DWORD) size, &done, NULL) ? done : 0;
}

void
actor_write (const char *text, size_t length)
{
  while (length > 0)
    {
      DWORD done = 0;

      if (! WriteFile (out_handle, text, (DWORD) length, &done, NULL))
        _Exit (98);
      text += done;
      length -= done;
    }
}

long
actor_process_number (void)
{
  return (long) GetCurrentProcessId ();
}

/* ---- Errors -------------------------------------------------------- */

/* What means the same on a POSIX system, where the tests come from.  */
static const struct { DWORD error; int meaning; } meanings[] = {
  { ERROR_FILE_NOT_FOUND, ENOENT }, { ERROR_PATH_NOT_FOUND, ENOENT },
  { ERROR_BAD_NETPATH, ENOENT }, { ERROR_INVALID_NAME, ENOENT },
  { ERROR_ACCESS_DENIED, EACCES }, { ERROR_SHARING_VIOLATION, EACCES },
  { ERROR_INVALID_HANDLE, EBADF }, { ERROR_LOCK_VIOLATION, EAGAIN },
  { ERROR_FILE_EXISTS, EEXIST }, { ERROR_ALREADY_EXISTS, EEXIST },
  { ERROR_DISK_FULL, ENOSPC }, { ERROR_HANDLE_DISK_FULL, ENOSPC },
  { ERROR_NOT_ENOUGH_MEMORY, ENOMEM }, { ERROR_OUTOFMEMORY, ENOMEM },
  { ERROR_TOO_MANY_OPEN_FILES, EMFILE }, { ERROR_DIRECTORY, ENOTDIR },
  { ERROR_INVALID_PARAMETER, EINVAL }, { ERROR_NOT_SUPPORTED, EOPNOTSUPP },
  { ERROR_FILENAME_EXCED_RANGE, ENAMETOOLONG },
  { ERROR_WRITE_PROTECT, EROFS },
  { 336, EISDIR }              /* ERROR_DIRECTORY_NOT_SUPPORTED */
};

void
actor_answer_system_error (struct call *call, int error)
{
  size_t i;

  for (i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
    if (meanings[i].error == (DWORD) error)
      {
        actor_answer_errno (call, meanings[i].meaning);
        return;
      }
  actor_answer (call, "windows %d", error);
}

void
actor_answer_last_error (struct call *call)
{
  actor_answer_system_error (call, (int) GetLastError ());
}

/* ---- Descriptors from handles --------------------------------------- */

static intptr_t
duplicate (intptr_t handle)
{
  HANDLE self = GetCurrentProcess ();
  HANDLE copy;

  if (! DuplicateHandle (self, (HANDLE) handle, self, &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS))
    actor_die ("actor: handle");
  return (intptr_t) copy;
}

/* A descriptor for HANDLE that is none of 0, 1 and 2.  */
static int
high_descriptor (intptr_t handle)
{
  int low[3], count = 0;
  int descriptor;

  for (;;)
    {
      descriptor = _open_osfhandle (handle, _O_RDWR | _O_BINARY);
      if (descriptor < 0 || descriptor > 2)
        break;
      /* Take the number away from the next one.  */
      low[count++] = descriptor;
      handle = duplicate (handle);
    }
  while (count > 0)
    _close (low[--count]);
  return descriptor;
}

/* The descriptor that carries the handle is good for locks and to be closed;
   the C run-time cannot read by a handle for overlapped calls.  */
int
actor_detach (portalocker_lock *lock, int *descriptor)
{
  void *handle = NULL;
  int code = portalocker_detach_handle (lock, &handle);

  if (code == PORTALOCKER_OK)
    *descriptor = high_descriptor ((intptr_t) handle);
  return code;
}

/* ---- What there is not --------------------------------------------- */

static const struct { const char *command, *reason; } missing[] = {
  { "alarm", "Windows has no SIGALRM" },
  { "alarm-left", "Windows has no SIGALRM" },
  { "become", "Windows has no user numbers" },
  { "block-signal", "Windows has no signals" },
  { "caught", "Windows has no signals" },
  { "exec", "Windows has no exec" },
  { "fork", "Windows has no fork" },
  { "fsize", "Windows has no limits of resources" },
  { "handler", "Windows has no signals" },
  { "nofile", "Windows has no limits of resources" },
  { "nproc", "Windows has no limits of resources" },
  { "raw-fcntl", "Windows has no fcntl" },
  { "raw-flock", "Windows has no flock" },
  { "raw-lockf", "Windows has no lockf" },
  { "raw-ofd", "Windows has no OFD locks" },
  { "refuse", "Windows has no seccomp" },
  { "signal-thread", "Windows has no signals" },
  { "spawn", "Windows has no fork" },
  { "umask", "Windows has no umask" },
  { "wait-signal", "Windows has no signals" }
};

const char *
actor_why_missing (const char *command)
{
  size_t i;

  for (i = 0; i < sizeof missing / sizeof missing[0]; i++)
    if (strcmp (missing[i].command, command) == 0)
      return missing[i].reason;
  return NULL;
}
