/* actor-process.c - the actor's commands for threads and its own end.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actor-threads.h"
#include "sanitizer.h"

/* A command that runs in a thread of its own.  The monitor guards done and
   id.  */
struct job
{
  struct actor_thread *thread;
  struct actor_monitor *monitor;
  int done;
  long id;                      /* the kernel's number of the thread */
  struct call *call;
};

static struct names jobs = { .kind = "thread" };

static void
publish (struct job *job, int done, long id)
{
  actor_monitor_enter (job->monitor);
  job->done = done;
  job->id = id;
  actor_monitor_wake (job->monitor);
  actor_monitor_leave (job->monitor);
}

static void
run_job (void *argument)
{
  struct job *job = argument;
  long id = actor_thread_number ();

  publish (job, 0, id);
  actor_run (job->call);
  publish (job, 1, id);
}

/* A job that runs what stands from the third word of CALL on.  */
static struct job *
new_job (const struct call *call)
{
  struct job *job = calloc (1, sizeof *job);
  int i;

  if (job == NULL || (job->monitor = actor_monitor_new ()) == NULL)
    actor_die ("actor: memory");
  job->id = -1;
  job->call = actor_new_call ();
  memcpy (job->call->text, call->text, sizeof call->text);
  job->call->count = call->count - 2;
  for (i = 0; i < job->call->count; i++)
    job->call->word[i] = job->call->text + (call->word[i + 2] - call->text);
  return job;
}

static void
free_job (struct job *job)
{
  actor_monitor_free (job->monitor);
  actor_free_call (job->call);
  free (job);
}

static void
do_thread (struct call *call)
{
  struct job *job = new_job (call);

  job->thread = actor_thread_start (run_job, job);
  if (job->thread == NULL)
    {
      actor_answer (call, "actor: no thread");
      free_job (job);
      return;
    }
  actor_monitor_enter (job->monitor);
  while (job->id == -1)
    actor_monitor_sleep (job->monitor);
  actor_monitor_leave (job->monitor);
  actor_answer (call, "started");
  actor_put (&jobs, call, call->word[1], job);
}

#define GET_JOB(job)                                            \
  int found;                                                    \
  struct job *job = actor_find (&jobs, call, 1, &found);        \
                                                                \
  if (job == NULL)                                              \
    return

static void
do_thread_id (struct call *call)
{
  GET_JOB (job);
  actor_answer (call, "%ld", job->id);
}

static void
do_done (struct call *call)
{
  int done;
  GET_JOB (job);

  actor_monitor_enter (job->monitor);
  done = job->done;
  actor_monitor_leave (job->monitor);
  actor_answer (call, done ? "yes" : "no");
}

static void
do_join (struct call *call)
{
  GET_JOB (job);
  actor_thread_join (job->thread);
  actor_answer (call, "%s", job->call->answer);
  actor_drop (&jobs, call->word[1]);
  free_job (job);
}

struct actor_thread *
actor_find_thread (struct call *call)
{
  int found;
  struct job *job = actor_find (&jobs, call, 1, &found);

  return job != NULL ? job->thread : NULL;
}

void
actor_forget_threads (void)
{
  memset (jobs.entry, 0, sizeof jobs.entry);
}

/* ---- The end of the process ---------------------------------------- */

static void
do_exit (struct call *call)
{
  exit ((int) actor_number (call, 1));
}

static void
do_quick_exit (struct call *call)
{
  _exit ((int) actor_number (call, 1));
}

/* Run COMMAND and answer how many milliseconds it took and its answer.  */
static void
do_timed (struct call *call)
{
  char answer[sizeof call->answer];
  long long before = actor_clock ();
  long long ms;

  actor_run_tail (call, 1);
  ms = (actor_clock () - before) / 1000000;
  memcpy (answer, call->answer, sizeof answer);
  actor_answer (call, "%lld %.1000s", ms, answer);
}

static void
do_sanitizer (struct call *call)
{
  actor_answer (call, "%s", SANITIZER);
}

const struct command actor_process_commands[] = {
  { "thread", 2, ACTOR_WORDS, do_thread },      /* THREAD COMMAND... */
  { "thread-id", 1, 1, do_thread_id },
  { "done", 1, 1, do_done },
  { "join", 1, 1, do_join },            /* answers the command's answer */
  { "exit", 1, 1, do_exit },            /* no answer */
  { "quick-exit", 1, 1, do_quick_exit },        /* no answer */
  { "sanitizer", 0, 0, do_sanitizer },
  { "timed", 1, ACTOR_WORDS, do_timed },        /* COMMAND... */
  { NULL, 0, 0, NULL }
};
