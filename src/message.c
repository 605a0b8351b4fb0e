/* message.c - what the tool says, and how it ends for it.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exit-status.h"

void
complain (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  message_print (format, arguments);
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
  message_print (format, arguments);
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
