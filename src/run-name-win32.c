/* run-name-win32.c - locks that have a name instead of a path.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "run-name.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shlobj.h>

#include "exit-status.h"
#include "message.h"
#include "utf16-win32.h"

/* In %LOCALAPPDATA%, which is a directory of the user on this computer.  */
#define SUBDIRECTORY L"\\portalocker"
#define INSTEAD "give the path of a lock file instead of --name"

/* Names that mean a device in every directory, whatever follows a dot.  */
static bool
is_device (const char *name)
{
  static const char *const devices[] = { "aux", "con", "nul", "prn" };
  size_t length = strcspn (name, ".");
  size_t i;
  while (length > 0 && name[length - 1] == ' ')
    length--;
  for (i = 0; i < sizeof devices / sizeof devices[0]; i++)
    if (length == 3 && _strnicmp (name, devices[i], length) == 0)
      return true;
  return length == 4 && name[3] >= '0' && name[3] <= '9'
         && (_strnicmp (name, "com", 3) == 0
             || _strnicmp (name, "lpt", 3) == 0);
}

const char *
run_name_rule (const char *name)
{
  const char *c;
  if (name[0] == '\0' || name[0] == '.' || strpbrk (name, "/\\") != NULL)
    return "is not empty, has no slash or backslash and does not begin with"
           " a dot";
  for (c = name; *c != '\0'; c++)
    if ((unsigned char) *c < ' ' || strchr ("<>:\"|?*", *c) != NULL)
      return "has only what Windows allows in the name of a file";
  return is_device (name) ? "is none of Windows' devices" : NULL;
}

/* Ask Windows' shell for that directory.  It is not loaded before: a console
   program that has it is not told of a logoff or shutdown any more
   (documentation of SetConsoleCtrlHandler).  */
static bool
ask_shell (wchar_t found[MAX_PATH])
{
  typedef HRESULT (WINAPI *get_folder_path) (HWND, int, HANDLE, DWORD, LPWSTR);
  HMODULE shell = LoadLibraryW (L"shell32.dll");
  /* By way of a type that any function may be called as.  */
  get_folder_path get = shell != NULL
    ? (get_folder_path) (void (*) (void)) GetProcAddress (shell,
                                                          "SHGetFolderPathW")
    : NULL;
  bool good = get != NULL
              && get (NULL, CSIDL_LOCAL_APPDATA, NULL, SHGFP_TYPE_CURRENT,
                      found) == S_OK;
  if (shell != NULL)
    FreeLibrary (shell);
  return good;
}

/* The directory of the user, which the caller frees: LOCALAPPDATA, and where
   that is not set, as in some services, what it is set to in a session.  */
static wchar_t *
directory_of_user (void)
{
  wchar_t *set = utf16_environment (L"LOCALAPPDATA");
  wchar_t found[MAX_PATH];
  if (set != NULL)
    return set;
  if (! ask_shell (found))
    {
      SetLastError (ERROR_PATH_NOT_FOUND);
      return NULL;
    }
  return _wcsdup (found);
}

/* Make the directory for locks, and return its name, which the caller frees;
   or NULL, and the reason is the last error of Windows.  */
static char *
make_directory (void)
{
  wchar_t *above = directory_of_user ();
  wchar_t *path;
  char *text = NULL;
  if (above == NULL)
    return NULL;
  path = malloc (wcslen (above) * sizeof *path + sizeof SUBDIRECTORY);
  if (path != NULL)
    {
      wcscat (wcscpy (path, above), SUBDIRECTORY);
      if (CreateDirectoryW (path, NULL)
          || GetLastError () == ERROR_ALREADY_EXISTS)
        text = utf16_to_utf8 (path);
    }
  free (path);
  free (above);
  return text;
}

int
run_name_path (const char *name, char **path)
{
  char *directory = make_directory ();
  *path = NULL;
  if (directory == NULL)
    {
      complain ("--name: cannot use %%LOCALAPPDATA%%\\portalocker: %s; "
                INSTEAD, system_error_text (GetLastError ()));
      return STATUS_CANNOT_CREATE;
    }
  *path = malloc (strlen (directory) + strlen (name) + sizeof "\\.lock");
  if (*path != NULL)
    strcat (strcat (strcat (strcpy (*path, directory), "\\"), name), ".lock");
  free (directory);
  if (*path != NULL)
    return STATUS_DONE;
  complain ("%s", strerror (ENOMEM));
  return STATUS_OS_ERROR;
}
