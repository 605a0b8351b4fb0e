/* arguments-win32.c - the arguments of the tool, in UTF-8.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "arguments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "message.h"
#include "utf16-win32.h"

/* What the C run-time calls before a wmain; the headers do not declare it for
   programs.  CommandLineToArgvW needs shell32.dll: see run-name-win32.c.  */
struct startup_info
{
  int newmode;
};
__declspec (dllimport) int __cdecl
__wgetmainargs (int *count, wchar_t ***arguments, wchar_t ***environment,
                int replaces_patterns, struct startup_info *info);

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
  struct startup_info info = { 0 };
  wchar_t **wide, **environment;
  int count;
  char **arguments = NULL;
  if (__wgetmainargs (&count, &wide, &environment, 0, &info) == 0)
    arguments = convert (wide, count);
  if (arguments == NULL)
    {
      complain ("%s", strerror (ENOMEM));
      return false;
    }
  *argc = count;
  *argv = arguments;
  return true;
}
