/* message.h - what the tool says, and how it ends for it.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stdio.h>

#include <portalocker.h>

/* Mingw's stdio has two dialects, and tells which one it speaks.  */
#if defined __MINGW_PRINTF_FORMAT
# define PRINTF_DIALECT __MINGW_PRINTF_FORMAT
#else
# define PRINTF_DIALECT __printf__
#endif
#if defined __GNUC__
# define LIKE_PRINTF(format, first) \
    __attribute__ ((__format__ (PRINTF_DIALECT, format, first)))
#else
# define LIKE_PRINTF(format, first)
#endif

/* The name before each message, also where argv[0] is a path.  */
#define PROGRAM_NAME "portalocker"

/* Write "portalocker: ", the message and a newline to standard error.  What a
   terminal would obey in it, from the arguments, becomes question marks.  */
void complain (const char *format, ...) LIKE_PRINTF (1, 2);

/* Write "portalocker: ", TEXT and a newline there.  Each system has its own,
   since a console may want another encoding.  */
void message_print (const char *text);

/* Whether somebody looks at standard error: it is a terminal.  */
bool message_is_watched (void);

/* Whether SYSTEM_ERROR, a number of the system, says that data was not read or
   written.  */
bool is_io_error (int system_error);

/* Tell where help is: about VERB, or about the tool when that is NULL.
   Return STATUS_USAGE.  */
int refer_to_help (const char *verb);

/* Complain and refer to help.  Return STATUS_USAGE.  */
int usage_error (const char *verb, const char *format, ...)
  LIKE_PRINTF (2, 3);

/* Tell what ERROR holds.  */
void complain_about (portalocker_error *error);

/* The exit status for a failure of the library: CODE and SYSTEM_ERROR.
   MUST_EXIST tells that a missing file was not to be created.  */
int status_for (int code, int system_error, bool must_exist);

/* See that all that was printed on standard output got there: STATUS_DONE,
   or STATUS_IO_ERROR after a message.  */
int finish_output (void);

#endif /* MESSAGE_H */
