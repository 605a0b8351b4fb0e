/* descriptor.h - descriptors that the tool was started with.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

#include <stdbool.h>

/* Whether DESCRIPTOR, any number that is not negative, is open.  */
bool descriptor_is_open (int descriptor);

#endif /* DESCRIPTOR_H */
