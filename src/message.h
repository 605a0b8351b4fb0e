/* message.h - what the tool says, and how it ends for it.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>

#include <portalocker.h>

#if defined __GNUC__
# define LIKE_PRINTF(format, first) \
    __attribute__ ((__format__ (__printf__, format, first)))
#else
# define LIKE_PRINTF(format, first)
#endif

/* The name before each message, also where argv[0] is a path.  */
#define PROGRAM_NAME "portalocker"

/* Write "portalocker: ", the message and a newline to standard error.  */
void complain (const char *format, ...) LIKE_PRINTF (1, 2);

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
