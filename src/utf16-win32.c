/* utf16-win32.c - text between the tool, in UTF-8, and Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "utf16-win32.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

wchar_t *
utf16_from_utf8 (const char *text)
{
  int length = MultiByteToWideChar (CP_UTF8, 0, text, -1, NULL, 0);
  wchar_t *wide = malloc ((size_t) length * sizeof *wide + 1);
  if (wide != NULL)
    MultiByteToWideChar (CP_UTF8, 0, text, -1, wide, length);
  return wide;
}

char *
utf16_to_utf8 (const wchar_t *text)
{
  int length = WideCharToMultiByte (CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
  char *narrow = malloc ((size_t) length + 1);
  if (narrow != NULL)
    WideCharToMultiByte (CP_UTF8, 0, text, -1, narrow, length, NULL, NULL);
  return narrow;
}

wchar_t *
utf16_environment (const wchar_t *name)
{
  DWORD size = GetEnvironmentVariableW (name, NULL, 0);
  wchar_t *value = size > 1 ? malloc (size * sizeof *value) : NULL;
  DWORD length = value != NULL ? GetEnvironmentVariableW (name, value, size)
                               : 0;
  if (length > 0 && length < size)
    return value;
  free (value);
  return NULL;
}

const char *
system_error_text (unsigned long error)
{
  enum { SIZE = 512 };
  static char text[3 * SIZE];
  wchar_t wide[SIZE];
  DWORD length = FormatMessageW (FORMAT_MESSAGE_FROM_SYSTEM
                                 | FORMAT_MESSAGE_IGNORE_INSERTS,
                                 NULL, error, 0, wide, SIZE, NULL);
  while (length > 0 && (wide[length - 1] <= L' ' || wide[length - 1] == L'.'))
    length--;
  wide[length] = L'\0';
  if (length == 0
      || WideCharToMultiByte (CP_UTF8, 0, wide, -1, text, sizeof text, NULL,
                              NULL) == 0)
    snprintf (text, sizeof text, "Windows error %lu", error);
  return text;
}
