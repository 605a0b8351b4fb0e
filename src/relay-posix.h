/* relay-posix.h - signals and stops between the tool and its command.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef RELAY_POSIX_H
#define RELAY_POSIX_H

#include <stdbool.h>
#include <sys/types.h>

/* The command is a child in the tool's own process group, so that a shell
   sees one job.  While it runs

   - a signal that the terminal sends reaches the whole group, and is not
     sent to the command a second time;
   - any other signal that reaches the tool is passed on, once, but for one
     that the command itself has sent;
   - when the command stops, the tool stops by the same signal, and when the
     tool is continued it continues the command.

   A signal that was ignored when the tool started stays ignored, in the tool
   and in the command.  Signals by which the system reports a fault of the
   tool itself (SIGSEGV and the like), SIGKILL and SIGSTOP are left alone.

   One weakness is known: a signal sent by kill(2) to the whole group looks
   like one to the tool alone, and reaches the command twice.

   The order of calls: relay_begin, fork, then relay_leave in the child and
   relay_wait in the parent.  All signals that are caught stay blocked in the
   tool from relay_begin on, but for the wait in relay_wait: they do not
   interrupt what comes after the command.  */
void relay_begin (void);

/* Give the child the signal mask and actions that the tool was started
   with.  */
void relay_leave (void);

/* Wait until the child COMMAND ends, and store how in *STATUS, as waitpid
   does.  Return 0 or an errno value.  */
int relay_wait (pid_t command, int *status);

/* Whether the terminal sent SIGINT while the command ran.  */
bool relay_interrupted (void);

/* End the tool by SIGNAL's default action.  */
void relay_die (int signal);

#endif /* RELAY_POSIX_H */
