/* actor-process.c - the actor's commands for threads, fork and exec.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* For syscall.  */
#define _GNU_SOURCE 1

#include "actor.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A command that runs in a thread of its own.  The mutex guards done and
   id.  */
struct job
{
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int done;
  long id;                      /* the kernel's number of the thread */
  struct call *call;
};

static struct names jobs = { .kind = "thread" };

static long
thread_number (void)
{
#if defined SYS_gettid
  return syscall (SYS_gettid);
#elif defined __NR_gettid
  return syscall (__NR_gettid);
#else
  return 0;
#endif
}

static void
publish (struct job *job, int done, long id)
{
  pthread_mutex_lock (&job->mutex);
  job->done = done;
  job->id = id;
  pthread_cond_broadcast (&job->changed);
  pthread_mutex_unlock (&job->mutex);
}

static void *
run_job (void *argument)
{
  struct job *job = argument;
  long id = thread_number ();

  publish (job, 0, id);
  actor_run (job->call);
  publish (job, 1, id);
  return NULL;
}

static void
do_thread (struct call *call)
{
  struct job *job = calloc (1, sizeof *job);
  int i;

  if (job == NULL)
    return;
  pthread_mutex_init (&job->mutex, NULL);
  pthread_cond_init (&job->changed, NULL);
  job->id = -1;
  job->call = actor_new_call ();
  memcpy (job->call->text, call->text, sizeof call->text);
  job->call->count = call->count - 2;
  for (i = 0; i < job->call->count; i++)
    job->call->word[i] = job->call->text + (call->word[i + 2] - call->text);
  if (pthread_create (&job->thread, NULL, run_job, job) != 0)
    {
      actor_answer (call, "actor: no thread");
      return;
    }
  pthread_mutex_lock (&job->mutex);
  while (job->id == -1)
    pthread_cond_wait (&job->changed, &job->mutex);
  pthread_mutex_unlock (&job->mutex);
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

  pthread_mutex_lock (&job->mutex);
  done = job->done;
  pthread_mutex_unlock (&job->mutex);
  actor_answer (call, done ? "yes" : "no");
}

static void
do_join (struct call *call)
{
  GET_JOB (job);
  pthread_join (job->thread, NULL);
  actor_answer (call, "%s", job->call->answer);
  actor_drop (&jobs, call->word[1]);
  pthread_mutex_destroy (&job->mutex);
  pthread_cond_destroy (&job->changed);
  actor_free_call (job->call);
  free (job);
}

static void
do_signal_thread (struct call *call)
{
  GET_JOB (job);
  actor_answer_errno (call, pthread_kill (job->thread,
                                          actor_signal (call, 2)));
}

/* ---- Processes ----------------------------------------------------- */

static void
do_fork (struct call *call)
{
  pid_t child = fork ();

  if (child == 0)
    {
      actor_no_leak_check = 1;
      call->silent = 1;
      memset (jobs.entry, 0, sizeof jobs.entry);
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
do_exit (struct call *call)
{
  exit ((int) actor_number (call, 1));
}

static void
do_quick_exit (struct call *call)
{
  _exit ((int) actor_number (call, 1));
}

static void
do_kill_self (struct call *call)
{
  raise (actor_signal (call, 1));
  actor_answer (call, "ok");
}

/* Run COMMAND and answer how many milliseconds it took and its answer.  */
static void
do_timed (struct call *call)
{
  char answer[sizeof call->answer];
  struct timespec before, after;
  long long ms;

  clock_gettime (CLOCK_MONOTONIC, &before);
  actor_run_tail (call, 1);
  clock_gettime (CLOCK_MONOTONIC, &after);
  ms = ((after.tv_sec - before.tv_sec) * 1000000000LL
        + after.tv_nsec - before.tv_nsec) / 1000000;
  memcpy (answer, call->answer, sizeof answer);
  actor_answer (call, "%lld %.1000s", ms, answer);
}

const struct command actor_process_commands[] = {
  { "thread", 2, ACTOR_WORDS, do_thread },      /* THREAD COMMAND... */
  { "thread-id", 1, 1, do_thread_id },
  { "done", 1, 1, do_done },
  { "join", 1, 1, do_join },            /* answers the command's answer */
  { "signal-thread", 2, 2, do_signal_thread },  /* THREAD SIGNAL */
  { "fork", 2, 2, do_fork },            /* IN-FIFO OUT-FIFO */
  { "spawn", 2, 2, do_spawn },
  { "exec", 2, 2, do_exec },
  { "wait", 1, 1, do_wait },            /* PID */
  { "exit", 1, 1, do_exit },            /* no answer */
  { "quick-exit", 1, 1, do_quick_exit },        /* no answer */
  { "kill-self", 1, 1, do_kill_self },  /* no answer, if it works */
  { "timed", 1, ACTOR_WORDS, do_timed },        /* COMMAND... */
  { NULL, 0, 0, NULL }
};
