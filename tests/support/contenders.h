/* contenders.h - what the parts of the program contenders share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef CONTENDERS_H
#define CONTENDERS_H

#include <stdio.h>

/* Nobody is left behind when the test is broken off: seconds.  */
enum { TIME_LIMIT = 300, PROCESSES_IF_MIXED = 2 };

struct result
{
  long overlaps, errors, exclusive;
};

void contenders_complain (struct result *result, const char *what,
                          const char *why);
void contenders_add (struct result *total, const struct result *result);

/* What each of the processes does.  */
void contenders_child (struct result *result);

/* Run NUMBER of them, and add up what they saw.  ARGV are the arguments of
   the program.  On a system without fork this does not return in the
   children.  */
void contenders_run_processes (char **argv, int number, struct result *total);

/* End this process after TIME_LIMIT.  */
void contenders_limit_time (void);

#endif /* CONTENDERS_H */
