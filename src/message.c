/* message.c - what the tool says, and how it ends for it.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit-status.h"

static char *
format_text (const char *format, va_list arguments) LIKE_PRINTF (1, 0);

/* What the caller frees, or NULL.  */
static char *
format_text (const char *format, va_list arguments)
{
  va_list copy;
  char *text = NULL;
  int length;
  va_copy (copy, arguments);
  length = vsnprintf (NULL, 0, format, copy);
  va_end (copy);
  if (length >= 0)
    text = malloc ((size_t) length + 1);
  if (text != NULL)
    vsnprintf (text, (size_t) length + 1, format, arguments);
  return text;
}

/* Paths and words may hold anything: make of TEXT one line with nothing in it
   that a terminal would obey; of two bytes that is U+0080 to U+009F in UTF-8.
   The library does the same to its messages.  */
static void
make_harmless (char *text)
{
  unsigned char *c;
  for (c = (unsigned char *) text; *c != '\0'; c++)
    if (*c < ' ' || *c == 0x7f)
      *c = '?';
    else if (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
      c[0] = c[1] = '?';
}

static void
print (const char *format, va_list arguments) LIKE_PRINTF (1, 0);

static void
print (const char *format, va_list arguments)
{
  char *text = format_text (format, arguments);
  if (text != NULL)
    make_harmless (text);
  message_print (text != NULL ? text : format);
  free (text);
}

void
complain (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  print (format, arguments);
  va_end (arguments);
}

int
refer_to_help (const char *verb)
{
  fprintf (stderr, "Try '%s%s%s --help'.\n", PROGRAM_NAME,
           verb != NULL ? " " : "", verb != NULL ? verb : "");
  fflush (stderr);
  return STATUS_USAGE;
}

int
usage_error (const char *verb, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  print (format, arguments);
  va_end (arguments);
  return refer_to_help (verb);
}

void
complain_about (portalocker_error *error)
{
  complain ("%s", portalocker_error_summary (error));
}

int
status_for (int code, int system_error, bool must_exist)
{
  switch (code)
    {
    case PORTALOCKER_OK:
      return STATUS_DONE;
    case PORTALOCKER_BUSY:
    case PORTALOCKER_TIMED_OUT:
    case PORTALOCKER_CANCELLED:
    case PORTALOCKER_DEADLOCK:
    case PORTALOCKER_PATH_LOST:
      return STATUS_LOCKED;
    case PORTALOCKER_BAD_ARGUMENT:
      return STATUS_USAGE;
    case PORTALOCKER_CANNOT_OPEN:
      return must_exist ? STATUS_NO_INPUT : STATUS_CANNOT_CREATE;
    case PORTALOCKER_UNSUPPORTED:
      return STATUS_UNSUPPORTED;
    case PORTALOCKER_CANNOT_WRITE:
      return STATUS_IO_ERROR;
    default:
      return is_io_error (system_error) ? STATUS_IO_ERROR : STATUS_OS_ERROR;
    }
}

int
finish_output (void)
{
  bool failed = ferror (stdout) != 0;
  errno = 0;
  if (fclose (stdout) == 0 && ! failed)
    return STATUS_DONE;
  complain ("cannot write to standard output%s%s", errno != 0 ? ": " : "",
            errno != 0 ? strerror (errno) : "");
  return STATUS_IO_ERROR;
}
