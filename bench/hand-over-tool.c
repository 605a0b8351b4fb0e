/* hand-over-tool.c - from a release to the start of the command that a tool
   runs under the lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   What a tool does between the end of its wait and its command is in it:
   most of all, to start a process.  */

#include <config.h>
#include "contest.h"

#include <string.h>
#include <unistd.h>

/* Time for the tool to start and fall asleep.  That it had fallen asleep
   is not seen: a tool that was slower still makes the result worse.  */
#define SETTLE_NS 60000000
#define ROUNDS_MAX 64

struct command
{
  char *argv[8];
};

/* Start the tool, let it wait, release, and hear when its command began.  */
static int
play_round (const struct contest *contest, const struct group_job *job,
            double *latency)
{
  struct group group;
  int64_t released;
  int64_t begun = 0;
  int fd = contest_hold (contest);
  int rc;

  if (fd < 0)
    return -1;
  rc = group_start (&group, 1, job);
  bench_sleep (SETTLE_NS);
  released = bench_now ();
  contest->raw->unlock (fd);
  if (rc == 0)
    rc = group_collect (&group, &begun, sizeof begun);
  *latency = (double) (begun - released);
  close (fd);
  return group_end (&group) | rc;
}

/* The state is a contest whose path is locked by flock(2); the command
   stands behind it.  */
struct tool
{
  struct contest contest;
  struct command command;
};

static int
run (void *state, unsigned int rounds, double *values)
{
  const struct tool *tool = state;
  struct group_job job = { NULL, NULL, tool->command.argv };
  double latencies[ROUNDS_MAX];
  unsigned int i;
  int rc = 0;

  for (i = 0; rc == 0 && i < rounds; i++)
    rc = play_round (&tool->contest, &job, &latencies[i]);
  if (rc == 0)
    values[0] = bench_quantile (latencies, rounds, 0.5);
  return rc;
}

static const struct bench_quantity quantities[1] = { { "median", "ns" } };

/* The tool as it was built; libtool keeps the program behind a script.  */
static const char *
built_tool (void)
{
  return access (BENCH_TOOL_LIBS, X_OK) == 0 ? BENCH_TOOL_LIBS : BENCH_TOOL;
}

static void
add (struct bench_peer *peer, struct tool *tool, const char *name,
     const char *const *words, const char *path)
{
  size_t i;

  memset (peer, 0, sizeof *peer);
  peer->name = name;
  peer->run = run;
  peer->state = tool;
  tool->contest.path = path;
  tool->contest.raw = raw_of_backend ("flock");
  for (i = 0; words[i] != NULL; i++)
    tool->command.argv[i] = (char *) words[i];
  tool->command.argv[i++] = (char *) path;
  tool->command.argv[i++] = (char *) BENCH_STAMP;
  tool->command.argv[i] = NULL;
}

static int
compare (struct bench_report *report, const char *path)
{
  const char *const plain[] = { "flock", NULL };
  const char *const timed[] = { "flock", "-w", "60", NULL };
  const char *const ours[] = { built_tool (), "run", "--backend=flock",
                               NULL };
  const char *const ours_timed[] = { built_tool (), "run", "--backend=flock",
                                     "--timeout=60", NULL };
  struct tool tools[4];
  struct bench_peer peers[4];
  struct bench_comparison comparison =
  {
    "flock/waiters=1", "flock: hand-over to a command, waiters: 1",
    quantities, 1, peers, 4, report->is_quick ? 2 : 6, 9
  };

  add (&peers[0], &tools[0], "flock(1)", plain, path);
  add (&peers[1], &tools[1], "flock(1) -w", timed, path);
  add (&peers[2], &tools[2], "portalocker run", ours, path);
  add (&peers[3], &tools[3], "portalocker run --timeout", ours_timed, path);
  field_goal (&peers[3], 0, BENCH_RATIO_AT_MOST, 1.2);
  return bench_compare (report, &comparison);
}

static int
measure (struct bench_report *report)
{
  char path[256];
  int rc;

  if (! programs_has (PROGRAMS_LIBRARIES) || raw_of_backend ("flock") == NULL)
    return 0;
  if (bench_make_file (path, sizeof path) != 0)
    return bench_fail ("mkdtemp");
  rc = compare (report, path);
  bench_remove_file (path);
  return rc;
}

const struct bench_measurement bench_hand_over_tool =
{
  "hand-over-tool", measure
};
