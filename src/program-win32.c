/* program-win32.c - the file of a command.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "program-win32.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "utf16-win32.h"

static const wchar_t *const extensions[] =
{
  L".com", L".exe", L".bat", L".cmd",
};

enum { EXTENSION_COUNT = sizeof extensions / sizeof extensions[0],
       EXTENSION_SIZE = 5 };

bool
program_has_directory (const char *name)
{
  return strpbrk (name, "/\\:") != NULL;
}

bool
program_is_batch (const wchar_t *file)
{
  const wchar_t *dot = wcsrchr (file, L'.');
  return dot != NULL
         && (_wcsicmp (dot, L".bat") == 0 || _wcsicmp (dot, L".cmd") == 0);
}

static bool
is_file (const wchar_t *path)
{
  DWORD attributes = GetFileAttributesW (path);
  return attributes != INVALID_FILE_ATTRIBUTES
         && ! (attributes & FILE_ATTRIBUTE_DIRECTORY);
}

/* Try all extensions behind the LENGTH characters of PATH.  */
static bool
add_extension (wchar_t *path, size_t length)
{
  int i;
  for (i = 0; i < EXTENSION_COUNT; i++)
    {
      wcscpy (path + length, extensions[i]);
      if (is_file (path))
        return true;
    }
  path[length] = L'\0';
  return false;
}

/* Complete PATH, which has room for an extension.  A name that has one is
   taken as it is first: "setup.exe" is not "setup.exe.exe".  */
static bool
complete (wchar_t *path)
{
  size_t length = wcslen (path);
  const wchar_t *name = path + length;
  while (name > path && wcschr (L"/\\:", name[-1]) == NULL)
    name--;
  if (wcschr (name, L'.') != NULL)
    return is_file (path) || add_extension (path, length);
  return add_extension (path, length) || is_file (path);
}

static wchar_t *
absolute (const wchar_t *path)
{
  DWORD size = GetFullPathNameW (path, 0, NULL, NULL);
  wchar_t *full = malloc ((size_t) size * sizeof *full + sizeof *full);
  if (full != NULL)
    GetFullPathNameW (path, size, full, NULL);
  return full;
}

/* The file NAME in the LENGTH characters of DIRECTORY, or NULL.  There may be
   quotes around a directory in PATH.  No characters are no directory.  */
static wchar_t *
find_in (const wchar_t *directory, size_t length, const wchar_t *name)
{
  wchar_t *path = malloc ((length + wcslen (name) + 1 + EXTENSION_SIZE)
                          * sizeof *path);
  wchar_t *found = NULL;
  wchar_t *to = path;
  if (path == NULL)
    return NULL;
  for (; length > 0; directory++, length--)
    if (*directory != L'"')
      *to++ = *directory;
  if (to > path)
    *to++ = L'\\';
  wcscpy (to, name);
  if (complete (path))
    found = absolute (path);
  free (path);
  return found;
}

static wchar_t *
find_in_path (const wchar_t *name)
{
  wchar_t *path = utf16_environment (L"PATH");
  const wchar_t *rest = path;
  wchar_t *found = NULL;
  while (rest != NULL && found == NULL)
    {
      size_t length = wcscspn (rest, L";");
      if (length > 0)
        found = find_in (rest, length, name);
      rest = rest[length] == L';' ? rest + length + 1 : NULL;
    }
  free (path);
  return found;
}

wchar_t *
program_find (const char *name)
{
  wchar_t *wide = utf16_from_utf8 (name);
  wchar_t *found = NULL;
  if (wide != NULL && name[0] != '\0')
    found = program_has_directory (name) ? find_in (L"", 0, wide)
                                         : find_in_path (wide);
  free (wide);
  return found;
}
