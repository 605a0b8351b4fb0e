/* group.c - processes that work at once and tell this one how it went.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "group.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define TICK_NS 2000000
#define LONGEST_NS 120000000000

/* The pipes, each with its end for reading and its end for writing.  */
struct pipes
{
  int go[2];
  int reports[2];
};

static int
make_pipes (struct pipes *pipes)
{
  if (pipe (pipes->go) != 0)
    return bench_fail ("pipe");
  if (pipe (pipes->reports) == 0)
    return 0;
  close (pipes->go[0]);
  close (pipes->go[1]);
  return bench_fail ("pipe");
}

static int
be_member (const struct pipes *pipes, const struct group_job *job,
           size_t index)
{
  close (pipes->go[1]);
  close (pipes->reports[0]);
  if (job->work != NULL)
    return job->work (job->state, index, pipes->go[0], pipes->reports[1])
           != 0;
  if (dup2 (pipes->go[0], 0) == 0 && dup2 (pipes->reports[1], 1) == 1
      && close (pipes->go[0]) == 0 && close (pipes->reports[1]) == 0)
    execvp (job->argv[0], job->argv);
  return 127;
}

/* Fork the members.  Return 0, or -1 when not all of them are there.  */
static int
fork_members (struct group *group, size_t n, const struct pipes *pipes,
              const struct group_job *job)
{
  for (; group->n < n; group->n++)
    {
      pid_t pid = fork ();

      if (pid < 0)
        return bench_fail ("fork");
      if (pid == 0)
        _exit (be_member (pipes, job, group->n));
      group->pids[group->n] = pid;
    }
  return 0;
}

int
group_start (struct group *group, size_t n, const struct group_job *job)
{
  struct pipes pipes;
  int rc;

  group->n = 0;
  group->go = group->reports = -1;
  group->pids = calloc (n, sizeof *group->pids);
  if (group->pids == NULL || make_pipes (&pipes) != 0)
    return -1;
  rc = fork_members (group, n, &pipes, job);
  close (pipes.go[0]);
  close (pipes.reports[1]);
  group->go = pipes.go[1];
  group->reports = pipes.reports[0];
  return rc;
}

int
group_go (const struct group *group, size_t n)
{
  for (; n > 0; n--)
    if (write (group->go, "", 1) != 1)
      return bench_fail ("write");
  return 0;
}

/* Whether a member has ended, which none should do before group_end.  It
   stays a zombie, for group_end to see.  */
static int
has_ended (const struct group *group)
{
  siginfo_t info;
  size_t i;

  for (i = 0; i < group->n; i++)
    {
      info.si_pid = 0;
      if (waitid (P_PID, (id_t) group->pids[i], &info,
                  WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0)
        return 1;
    }
  return 0;
}

static int
are_there (const struct group *group, size_t size)
{
  int available = 0;

  return ioctl (group->reports, FIONREAD, &available) == 0
         && (size_t) available >= size;
}

/* Nobody may go on waiting for a lock that this process will not give.  */
static int
give_up (const struct group *group)
{
  size_t i;

  for (i = 0; i < group->n; i++)
    kill (group->pids[i], SIGKILL);
  return -1;
}

int
group_collect (const struct group *group, void *buffer, size_t size)
{
  int64_t limit = bench_now () + LONGEST_NS;
  unsigned int ticks = 0;
  int failed = 0;

  while (! are_there (group, size) && ! failed)
    {
      bench_sleep (TICK_NS);
      failed = ++ticks % 64 == 0
               && (has_ended (group) || bench_now () > limit);
    }
  if (failed && ! are_there (group, size))
    return give_up (group);
  return read (group->reports, buffer, size) == (ssize_t) size
         ? 0 : bench_fail ("read");
}

/* Whether the member PID ended badly.  */
static int
member_failed (pid_t pid)
{
  int status;

  return waitpid (pid, &status, 0) != pid || status != 0;
}

int
group_end (struct group *group)
{
  int failed = 0;
  size_t i;

  if (group->go >= 0)
    {
      close (group->go);
      close (group->reports);
    }
  for (i = 0; i < group->n; i++)
    failed |= member_failed (group->pids[i]);
  free (group->pids);
  return failed ? -1 : 0;
}

int
group_await (int go)
{
  char byte;

  return read (go, &byte, 1) != 1;
}

int
group_report (int reports, const void *data, size_t size)
{
  return write (reports, data, size) == (ssize_t) size ? 0 : -1;
}
