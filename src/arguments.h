/* arguments.h - the arguments of the tool, in UTF-8.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stdbool.h>

/* Replace what main was given where the system has the arguments in another
   form: the library wants paths as bytes, which are UTF-8 on Windows.
   Return false after a message.  */
bool arguments_read (int *argc, char ***argv);

#endif /* ARGUMENTS_H */
