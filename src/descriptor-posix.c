/* descriptor-posix.c - descriptors that the tool was started with.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "descriptor.h"

#include <fcntl.h>

bool
descriptor_is_open (int descriptor)
{
  return fcntl (descriptor, F_GETFD) >= 0;
}
