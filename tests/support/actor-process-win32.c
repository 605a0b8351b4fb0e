/* actor-process-win32.c - the actor's commands for processes on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor-win32.h"

/* No handler, no exit function, no flush: as kill -9 does.  */
static void
do_kill_self (struct call *call)
{
  TerminateProcess (GetCurrentProcess (), 9);
  actor_answer_last_error (call);
}

/* Whether the process PID has not ended yet: what is known of it outside of
   Windows is no answer under an emulator.  */
static void
do_lives (struct call *call)
{
  HANDLE process = OpenProcess (SYNCHRONIZE, FALSE,
                                (DWORD) actor_number (call, 1));
  int lives = process != NULL
              && WaitForSingleObject (process, 0) == WAIT_TIMEOUT;

  if (process != NULL)
    CloseHandle (process);
  actor_answer (call, lives ? "yes" : "no");
}

static void
do_kill (struct call *call)
{
  HANDLE process = OpenProcess (PROCESS_TERMINATE, FALSE,
                                (DWORD) actor_number (call, 1));

  if (process == NULL || ! TerminateProcess (process, 9))
    actor_answer_last_error (call);
  else
    actor_answer (call, "ok");
  if (process != NULL)
    CloseHandle (process);
}

const struct command actor_own_process_commands[] = {
  { "kill-self", 0, 1, do_kill_self },  /* no answer, if it works */
  { "kill", 1, 1, do_kill },            /* PID */
  { "lives", 1, 1, do_lives },          /* PID */
  { NULL, 0, 0, NULL }
};
