/* count-malloc.h - how often the process allocates.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_BENCH_COUNT_MALLOC_H
#define PORTALOCKER_BENCH_COUNT_MALLOC_H

/* How many calls of malloc, calloc and realloc this process has made, the
   C library's own included, or -1 when they cannot be counted here.  */
long int count_malloc (void);

#endif /* PORTALOCKER_BENCH_COUNT_MALLOC_H */
