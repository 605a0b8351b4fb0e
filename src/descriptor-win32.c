/* descriptor-win32.c - descriptors that the tool was started with.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "descriptor.h"

#include <io.h>
#include <stdint.h>
#include <stdlib.h>

static void
ignore (const wchar_t *expression, const wchar_t *function,
        const wchar_t *file, unsigned int line, uintptr_t reserved)
{
  (void) expression;
  (void) function;
  (void) file;
  (void) line;
  (void) reserved;
}

/* By default the C run-time ends a program that asks for a descriptor which
   is not there.  */
bool
descriptor_is_open (int descriptor)
{
  _invalid_parameter_handler before = _set_invalid_parameter_handler (ignore);
  intptr_t handle = _get_osfhandle (descriptor);
  _set_invalid_parameter_handler (before);
  /* -2: a standard descriptor without a file.  */
  return handle != -1 && handle != -2;
}
