/* command.h - the command that runs under the lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>

struct command
{
  char **arguments;             /* the first is looked for in PATH */
  int withhold;                 /* a descriptor that it does not get, or -1 */
  bool survives;                /* it may outlive a tool that was killed */
};

/* How it ended.  */
struct outcome
{
  int status;                   /* the exit status for the tool */
  bool interrupted;             /* by a SIGINT from the terminal, which the
                                   tool got too */
};

/* Run COMMAND and wait for its end.  What hinders it is told on standard
   error.  */
struct outcome command_run (const struct command *command);

/* Return the exit status for the tool; or end it here, in the way of the
   command, where a caller has to see that.  */
int command_finish (struct outcome outcome);

#endif /* COMMAND_H */
