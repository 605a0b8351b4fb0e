/* arguments-posix.c - the arguments of the tool, which are bytes.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "arguments.h"

/* A path is the bytes that it is, in whatever encoding.  */
bool
arguments_read (int *argc, char ***argv)
{
  (void) argc;
  (void) argv;
  return true;
}
