/* message-win32.c - messages on a console or in a file.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "utf16-win32.h"

/* A console shows bytes by a code page of its own, which programs share: so
   it gets characters.  */
static bool
print_on_console (HANDLE console, const char *text)
{
  wchar_t *wide = utf16_from_utf8 (text);
  DWORD written;
  bool done = wide != NULL
              && WriteConsoleW (console, wide, (DWORD) wcslen (wide),
                                &written, NULL);
  free (wide);
  return done;
}

bool
message_is_watched (void)
{
  DWORD mode;
  return GetConsoleMode (GetStdHandle (STD_ERROR_HANDLE), &mode);
}

void
message_print (const char *text)
{
  HANDLE error = GetStdHandle (STD_ERROR_HANDLE);
  fputs (PROGRAM_NAME ": ", stderr);
  fflush (stderr);
  if (! message_is_watched () || ! print_on_console (error, text))
    fputs (text, stderr);
  fputc ('\n', stderr);
  fflush (stderr);
}

bool
is_io_error (int system_error)
{
  switch (system_error)
    {
    case ERROR_CRC:
    case ERROR_WRITE_FAULT:
    case ERROR_READ_FAULT:
    case ERROR_GEN_FAILURE:
    case ERROR_IO_DEVICE:
      return true;
    default:
      return false;
    }
}
