/* trace.h - which system calls a function makes.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_BENCH_TRACE_H
#define PORTALOCKER_BENCH_TRACE_H

#include <stddef.h>

#define TRACE_MAX 64

/* System calls by number, in their order.  */
struct trace
{
  size_t n;
  long int calls[TRACE_MAX];
};

/* Let a child of this process call WORK with STATE twice, and put the
   system calls of the second time into TRACE.  WORK returns 0, or another
   number when it failed.  Return NULL, or why there is no trace.  */
const char *trace_calls (struct trace *trace, int (*work) (void *state),
                         void *state);

/* Whether LEFT and RIGHT are the same calls in the same order.  */
int trace_equal (const struct trace *left, const struct trace *right);

/* Remove from TRACE its first call that is the first call of PATTERN.  */
void trace_remove (struct trace *trace, const struct trace *pattern);

#endif /* PORTALOCKER_BENCH_TRACE_H */
