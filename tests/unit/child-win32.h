/* child-win32.h - another process of the same program, on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef CHILD_WIN32_H
#define CHILD_WIN32_H

/* How a child that did not end in two minutes is told; it was ended then.  */
enum { CHILD_HANGS = 0xffff };

/* Run this program with ARGUMENTS, words with blanks between them.  Return its
   exit status.  */
unsigned long child_run (const wchar_t *arguments);

#endif
