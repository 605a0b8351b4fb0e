/* arguments-win32.c - the arguments of the tool, in UTF-8.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "arguments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shellapi.h>

#include "message.h"
#include "utf16-win32.h"

static char **
convert (wchar_t **wide, int count)
{
  char **arguments = calloc ((size_t) count + 1, sizeof *arguments);
  int i;
  if (arguments == NULL)
    return NULL;
  for (i = 0; i < count; i++)
    {
      arguments[i] = utf16_to_utf8 (wide[i]);
      if (arguments[i] == NULL)
        return NULL;
    }
  return arguments;
}

/* What main gets is in the code page of the system, which has not all
   characters, and in it * and ? may have been replaced by the names of
   files.  */
bool
arguments_read (int *argc, char ***argv)
{
  int count;
  wchar_t **wide = CommandLineToArgvW (GetCommandLineW (), &count);
  char **arguments = wide != NULL ? convert (wide, count) : NULL;
  if (wide != NULL)
    LocalFree (wide);
  if (arguments == NULL)
    {
      complain ("%s", strerror (ENOMEM));
      return false;
    }
  *argc = count;
  *argv = arguments;
  return true;
}
