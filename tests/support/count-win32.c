/* count-win32.c - what a process has, on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "count-win32.h"

#include <stdint.h>
#include <windows.h>
#include <tlhelp32.h>

int
count_threads (void)
{
  HANDLE list = CreateToolhelp32Snapshot (TH32CS_SNAPTHREAD, 0);
  THREADENTRY32 entry = { .dwSize = sizeof entry };
  BOOL more = Thread32First (list, &entry);
  int count = 0;

  for (; more; more = Thread32Next (list, &entry))
    count += entry.th32OwnerProcessID == GetCurrentProcessId ();
  CloseHandle (list);
  return count;
}

/* By asking for each, as wine does not count them.  */
int
count_handles (void)
{
  enum { STEP = 4, LIMIT = 16384 };
  intptr_t number;
  int count = 0;
  DWORD flags;

  for (number = STEP; number < LIMIT; number += STEP)
    count += GetHandleInformation ((HANDLE) number, &flags) != 0;
  return count;
}
