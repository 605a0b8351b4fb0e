/* actor-system-win32.c - the actor's commands for what surrounds the library
   in a process: handles, and locks taken without it.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor-win32.h"

#include <io.h>
#include <locale.h>
#include <string.h>

/* Descriptors that tests look at are below this.  */
enum { FEW = 100 };

/* The handle of a descriptor; or of an event, which has none, by its own
   number.  */
static HANDLE
handle_word (const struct call *call, int word)
{
  intptr_t number = (intptr_t) actor_number (call, word);
  intptr_t handle = _get_osfhandle ((int) number);

  return (HANDLE) (handle == -1 && number > 2 ? number : handle);
}

static void
answer_success (struct call *call, BOOL good)
{
  if (good)
    actor_answer (call, "ok");
  else
    actor_answer_last_error (call);
}

/* ---- Descriptors --------------------------------------------------- */

/* Whether a process that this one starts does not get it.  */
static void
do_cloexec (struct call *call)
{
  HANDLE handle = handle_word (call, 1);
  DWORD flags;

  /* That of a closed descriptor is, to Windows, the process.  */
  if (handle == INVALID_HANDLE_VALUE)
    SetLastError (ERROR_INVALID_HANDLE);
  if (handle != INVALID_HANDLE_VALUE && GetHandleInformation (handle, &flags))
    actor_answer (call, "%d", (flags & HANDLE_FLAG_INHERIT) == 0);
  else
    actor_answer_last_error (call);
}

static HANDLE
open_to_look (const char *path)
{
  return CreateFileA (path, 0,
                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                      NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
}

/* Whether the descriptor is open on the file PATH.  */
static void
do_is_file (struct call *call)
{
  BY_HANDLE_FILE_INFORMATION open_file, named;
  HANDLE handle = open_to_look (call->word[2]);

  if (handle == INVALID_HANDLE_VALUE
      || ! GetFileInformationByHandle (handle, &named)
      || ! GetFileInformationByHandle (handle_word (call, 1), &open_file))
    actor_answer_last_error (call);
  else
    actor_answer (call, "%d",
                  open_file.dwVolumeSerialNumber == named.dwVolumeSerialNumber
                  && open_file.nFileIndexHigh == named.nFileIndexHigh
                  && open_file.nFileIndexLow == named.nFileIndexLow);
  if (handle != INVALID_HANDLE_VALUE)
    CloseHandle (handle);
}

/* The open descriptors.  */
static void
do_fds (struct call *call)
{
  size_t length = 0;
  int fd;

  for (fd = 0; fd < FEW; fd++)
    if (_get_osfhandle (fd) != -1)
      length += (size_t) snprintf (call->answer + length,
                                   sizeof call->answer - length,
                                   length > 0 ? " %d" : "%d", fd);
}

/* ---- The process --------------------------------------------------- */

/* What the library must never touch, in one line to compare.  */
static void
do_surroundings (struct call *call)
{
  char directory[MAX_PATH] = "?";

  GetCurrentDirectoryA (sizeof directory, directory);
  actor_answer (call, "directory %s locale %s error mode %x", directory,
                setlocale (LC_ALL, NULL), (unsigned int) GetErrorMode ());
}

/* ---- Locks without the library, none of which waits ---------------- */

/* What Python's portalocker does by pywin32:

     LockFileEx (handle, flags, 0, -0x10000, OVERLAPPED ())

   from the start of the file 0xffff0000 * 2**32 bytes, of which the one that
   this library locks is one.  KIND is sh, ex or un.  */
static void
do_raw_python (struct call *call)
{
  const char *kind = call->word[2];
  const DWORD low = 0, high = (DWORD) -0x10000;
  HANDLE handle = handle_word (call, 1);
  OVERLAPPED start;

  memset (&start, 0, sizeof start);
  if (strcmp (kind, "un") == 0)
    answer_success (call, UnlockFileEx (handle, 0, low, high, &start));
  else
    answer_success (call,
                    LockFileEx (handle,
                                LOCKFILE_FAIL_IMMEDIATELY
                                | (strcmp (kind, "ex") == 0
                                   ? LOCKFILE_EXCLUSIVE_LOCK : 0),
                                0, low, high, &start));
}

const struct command actor_system_commands[] = {
  { "cloexec", 1, 1, do_cloexec },
  { "is-file", 2, 2, do_is_file },      /* DESCRIPTOR PATH */
  { "fds", 0, 0, do_fds },
  { "surroundings", 0, 0, do_surroundings },
  { "raw-python", 2, 2, do_raw_python },        /* DESCRIPTOR sh|ex|un */
  { NULL, 0, 0, NULL }
};
