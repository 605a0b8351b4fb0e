/* actor-process-posix.c - the actor's commands for fork and exec.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor-posix.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void
do_signal_thread (struct call *call)
{
  struct actor_thread *thread = actor_find_thread (call);

  if (thread != NULL)
    actor_answer_errno (call, actor_thread_signal (thread,
                                                   actor_signal (call, 2)));
}

static void
do_fork (struct call *call)
{
  pid_t child = fork ();

  if (child == 0)
    {
      actor_no_leak_check = 1;
      call->silent = 1;
      actor_forget_threads ();
      actor_use_fifos (call->word[1], call->word[2]);
    }
  else if (child > 0)
    actor_answer (call, "%ld", (long) child);
  else
    actor_answer_errno (call, errno);
}

static void
become_fresh_actor (struct call *call)
{
  execl (actor_program, actor_program, call->word[1], call->word[2],
         (char *) NULL);
  _exit (127);
}

static void
do_spawn (struct call *call)
{
  pid_t child = fork ();

  if (child == 0)
    become_fresh_actor (call);
  else if (child > 0)
    actor_answer (call, "%ld", (long) child);
  else
    actor_answer_errno (call, errno);
}

static void
do_exec (struct call *call)
{
  actor_answer (call, "%ld", (long) getpid ());
  call->after = become_fresh_actor;
}

static void
do_wait (struct call *call)
{
  int status;
  pid_t child = waitpid ((pid_t) actor_number (call, 1), &status, 0);

  if (child < 0)
    actor_answer_errno (call, errno);
  else if (WIFEXITED (status))
    actor_answer (call, "exited %d", WEXITSTATUS (status));
  else
    actor_answer (call, "killed %d", WTERMSIG (status));
}

static void
do_kill_self (struct call *call)
{
  raise (actor_signal (call, 1));
  actor_answer (call, "ok");
}

const struct command actor_own_process_commands[] = {
  { "signal-thread", 2, 2, do_signal_thread },  /* THREAD SIGNAL */
  { "fork", 2, 2, do_fork },            /* IN-FIFO OUT-FIFO */
  { "spawn", 2, 2, do_spawn },
  { "exec", 2, 2, do_exec },
  { "wait", 1, 1, do_wait },            /* PID */
  { "kill-self", 1, 1, do_kill_self },  /* no answer, if it works */
  { NULL, 0, 0, NULL }
};
