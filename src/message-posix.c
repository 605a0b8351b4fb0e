/* message-posix.c - messages go to standard error as they are.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "message.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

void
message_print (const char *text)
{
  fprintf (stderr, "%s: %s\n", PROGRAM_NAME, text);
}

bool
message_is_watched (void)
{
  return isatty (STDERR_FILENO) == 1;
}

bool
is_io_error (int system_error)
{
  return system_error == EIO;
}
