/* count-win32.h - what a process has, on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef COUNT_WIN32_H
#define COUNT_WIN32_H

/* The threads and the handles of this process.  */
int count_threads (void);
int count_handles (void);

#endif /* COUNT_WIN32_H */
