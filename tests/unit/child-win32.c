/* child-win32.c - another process of the same program, on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>

#include <windows.h>

#include "child-win32.h"

#include "check.h"

/* Less than the driver gives the whole program.  */
enum { LIMIT = 120 * 1000 };

static HANDLE
start (const wchar_t *arguments)
{
  wchar_t path[MAX_PATH], line[MAX_PATH + 40];
  STARTUPINFOW startup = { .cb = sizeof startup };
  PROCESS_INFORMATION process;
  GetModuleFileNameW (NULL, path, MAX_PATH);
  _snwprintf (line, sizeof line / sizeof line[0], L"\"%ls\" %ls", path,
              arguments);
  if (! CreateProcessW (path, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup,
                        &process))
    check_fatal ("no process");
  CloseHandle (process.hThread);
  return process.hProcess;
}

unsigned long
child_run (const wchar_t *arguments)
{
  HANDLE process = start (arguments);
  DWORD status = CHILD_HANGS;
  if (WaitForSingleObject (process, LIMIT) == WAIT_OBJECT_0)
    GetExitCodeProcess (process, &status);
  else
    {
      TerminateProcess (process, CHILD_HANGS);
      WaitForSingleObject (process, LIMIT);
    }
  CloseHandle (process);
  return status;
}
