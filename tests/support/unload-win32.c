/* unload-win32.c - what comes after the shared library was unloaded.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   usage: unload DLL LOCK-FILE

   A thread uses the library, which is unloaded, and ends then: Windows calls
   what the library has asked for at the end of a thread.  Ends with status 0
   if that went well.  */

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "portalocker.h"

static HMODULE library;
static const char *path;
static HANDLE used, unloaded;

static void
die (const char *what)
{
  fprintf (stderr, "unload: %s: error %lu\n", what, GetLastError ());
  exit (1);
}

typedef void (*any_function) (void);

static any_function
find (const char *name)
{
  any_function found = (any_function) GetProcAddress (library, name);
  if (found == NULL)
    die (name);
  return found;
}

/* A message stands in memory that is freed when its thread ends.  */
static void
leave_message (void)
{
  int (*new) (portalocker_lock **, const char *)
    = (int (*) (portalocker_lock **, const char *)) find ("portalocker_new");
  const char *(*message) (portalocker_lock *)
    = (const char *(*) (portalocker_lock *)) find ("portalocker_message");
  portalocker_lock *lock;
  if (new (&lock, path) != PORTALOCKER_OK)
    die ("portalocker_new");
  message (lock);
}

static DWORD WINAPI
use (void *unused)
{
  (void) unused;
  leave_message ();
  SetEvent (used);
  WaitForSingleObject (unloaded, INFINITE);
  return 0;
}

int
main (int argc, char **argv)
{
  HANDLE thread;
  used = CreateEventW (NULL, TRUE, FALSE, NULL);
  unloaded = CreateEventW (NULL, TRUE, FALSE, NULL);
  library = argc == 3 ? LoadLibraryA (argv[1]) : NULL;
  if (library == NULL)
    die ("no library");
  path = argv[2];
  thread = CreateThread (NULL, 0, use, NULL, 0, NULL);
  if (thread == NULL)
    die ("no thread");
  WaitForSingleObject (used, INFINITE);
  if (! FreeLibrary (library))
    die ("FreeLibrary");
  SetEvent (unloaded);
  WaitForSingleObject (thread, INFINITE);
  return 0;
}
