/* tether-posix.h - a child that does not outlive its parent.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef TETHER_POSIX_H
#define TETHER_POSIX_H

#include <stdbool.h>
#include <sys/types.h>

/* In a child: let the system kill this process when PARENT ends, where the
   system can do that; the order holds across exec, but not for a program
   that changes its user.  Return false if PARENT has ended already.  */
bool tether_to_parent (pid_t parent);

#endif /* TETHER_POSIX_H */
