/* command-line.c - the arguments of a command as one line, for Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "command-line.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What cmd.exe is told: no commands of the user's registry, no "!NAME!", and
   to take the line between the outermost quotes as it is.  */
#define BATCH_OPTIONS " /d /v:off /s /c \""

static char *
append (char *to, const char *text)
{
  size_t length = strlen (text);
  memcpy (to, text, length);
  return to + length;
}

static char *
append_backslashes (char *to, size_t count)
{
  memset (to, '\\', count);
  return to + count;
}


/* ---- Programs.  */

static bool
needs_quotes (const char *argument)
{
  return argument[0] == '\0' || strpbrk (argument, " \t\n\v\"") != NULL;
}

/* Backslashes mean themselves but before a quote, where each is doubled.  */
static char *
append_quoted (char *to, const char *argument)
{
  size_t backslashes = 0;
  *to++ = '"';
  for (; *argument != '\0'; argument++)
    {
      if (*argument == '"')
        to = append_backslashes (to, backslashes + 1);
      backslashes = *argument == '\\' ? backslashes + 1 : 0;
      *to++ = *argument;
    }
  to = append_backslashes (to, backslashes);
  *to++ = '"';
  return to;
}

/* The name of the program ends at the next quote, whatever stands before it;
   a file name has none.  */
static char *
append_program (char *to, const char *name)
{
  *to++ = '"';
  to = append (to, name);
  *to++ = '"';
  return to;
}

/* Enough for all of ARGUMENTS, when each of their characters becomes two.  */
static size_t
size_for (char *const *arguments)
{
  size_t size = 1;
  for (; *arguments != NULL; arguments++)
    size += 2 * strlen (*arguments) + sizeof " \"\"";
  return size;
}

char *
command_line_quote (char *const *arguments)
{
  char *line = malloc (size_for (arguments));
  char *to = line;
  if (line == NULL)
    return NULL;
  to = append_program (to, *arguments);
  while (*++arguments != NULL)
    {
      *to++ = ' ';
      to = needs_quotes (*arguments) ? append_quoted (to, *arguments)
                                     : append (to, *arguments);
    }
  *to = '\0';
  return line;
}


/* ---- Batch files.  */

static bool
is_unfit (const char *word)
{
  return strpbrk (word, "\"%\r\n") != NULL;
}

const char *
command_line_unfit (const char *script, char *const *arguments)
{
  if (is_unfit (script))
    return script;
  while (*++arguments != NULL)
    if (is_unfit (*arguments))
      return *arguments;
  return NULL;
}

char *
command_line_batch (const char *interpreter, const char *script,
                    char *const *arguments)
{
  char *line = malloc (size_for (arguments) + strlen (interpreter)
                       + strlen (script) + sizeof BATCH_OPTIONS + 8);
  char *to = line;
  if (line == NULL)
    return NULL;
  to = append_program (to, interpreter);
  to = append (to, BATCH_OPTIONS);
  to = append_program (to, script);
  while (*++arguments != NULL)
    {
      *to++ = ' ';
      /* Programs that the file hands its arguments on to would take a single
         backslash and the quote after it for a quote.  */
      to = append_quoted (to, *arguments);
    }
  strcpy (to, "\"");
  return line;
}
