/* contenders-posix.c - contenders in processes that are forked.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "contenders.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void
contenders_limit_time (void)
{
  alarm (TIME_LIMIT);
}

/* Children tell what they saw through a pipe.  */
void
contenders_run_processes (char **argv, int number, struct result *total)
{
  struct result result = { 0, 0, 0 };
  int ends[2];
  int i, status;

  (void) argv;
  if (pipe (ends) != 0)
    exit (99);
  for (i = 0; i < number; i++)
    if (fork () == 0)
      {
        contenders_child (&result);
        if (write (ends[1], &result, sizeof result)
            != (ssize_t) sizeof result)
          _exit (99);
        _exit (0);
      }
  close (ends[1]);
  while (read (ends[0], &result, sizeof result) == (ssize_t) sizeof result)
    contenders_add (total, &result);
  while (wait (&status) > 0)
    if (status != 0)
      contenders_complain (total, "child", "ended badly");
}
