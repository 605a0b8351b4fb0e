/* program-win32.h - the file of a command.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PROGRAM_WIN32_H
#define PROGRAM_WIN32_H

#include <stdbool.h>
#include <wchar.h>

/* Whether NAME says where the file is, so that PATH does not count.  */
bool program_has_directory (const char *name);

/* Return the absolute name of the file that NAME means, which the caller
   frees, or NULL if there is none.  A name without a directory is looked for
   in PATH, and nowhere else: the current directory may be anybody's.  Behind
   a name may be left out what Windows can start: .com, .exe, .bat, .cmd.  */
wchar_t *program_find (const char *name);

/* Whether FILE is one for cmd.exe.  */
bool program_is_batch (const wchar_t *file);

#endif /* PROGRAM_WIN32_H */
