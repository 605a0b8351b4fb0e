/* early.c - whether a timeout ends too early.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Many short waits, by several processes at once, for a lock that this
   process holds.  The clock of deadlines ticks in milliseconds and is
   rounded up: the present time as a deadline is up to a millisecond
   away.  */

#include <config.h>
#include "contest.h"

#define PROCESSES 16
#define MANY 100000

/* The number of a contest: how many of them are a member's.  */
enum { TIMEOUTS };

struct count
{
  int64_t early;
  int64_t earliest;             /* nanoseconds */
};

static int
one_deadline (struct party *party, const char *backend, struct count *count)
{
  int64_t deadline = portalocker_now ();
  int code = portalocker_lock_fd_with (party->fd, PORTALOCKER_LOCK_EX,
                                       backend, deadline, NULL);
  int64_t early = deadline * 1000000 - bench_now ();

  /* Busy: the deadline had passed, so that there was one attempt only.  */
  if (code != PORTALOCKER_TIMED_OUT && code != PORTALOCKER_BUSY)
    return 1;
  if (early > 0)
    count->early++;
  if (early > count->earliest)
    count->earliest = early;
  return 0;
}

static int
be_early (const void *state, size_t index, int go, int reports)
{
  const struct contest *contest = state;
  struct party party = { contest->path, contest->raw, contest->way, -1,
                         NULL };
  struct count count = { 0, 0 };
  int64_t i;

  (void) index;
  if (contest->way->prepare (&party) != 0)
    return 1;
  while (group_await (go) == 0)
    {
      for (i = 0; i < contest->numbers[TIMEOUTS]; i++)
        if (one_deadline (&party, contest->raw->backend, &count) != 0)
          return 1;
      if (group_report (reports, &count, sizeof count) != 0)
        return 1;
    }
  return 0;
}

static int
run (void *state, unsigned int rounds, double *values)
{
  struct contest *contest = state;
  struct count counts[PROCESSES];
  struct group group;
  int fd = contest_hold (contest);
  size_t i;
  int rc;

  contest->numbers[TIMEOUTS] = rounds / PROCESSES;
  rc = contest_start (&group, PROCESSES, contest, NULL, be_early);
  if (fd < 0)
    rc = -1;
  if (rc == 0)
    rc = group_go (&group, PROCESSES)
         | group_collect (&group, counts, sizeof counts);
  values[0] = values[1] = 0;
  for (i = 0; rc == 0 && i < PROCESSES; i++)
    {
      values[0] += (double) counts[i].early;
      if ((double) counts[i].earliest > values[1])
        values[1] = (double) counts[i].earliest;
    }
  rc |= group_end (&group);
  contest_drop (contest, fd);
  return rc;
}

static const struct bench_quantity quantities[2] =
{
  { "early", "" }, { "earliest", "ns" }
};

static int
measure (struct bench_report *report)
{
  static const struct way *const ways[2] = { &way_timed, &way_signal };
  unsigned int timeouts = report->is_quick ? MANY / 50 : MANY;
  struct contest contest = { NULL, CONTEST_NO_LIBRARY, NULL, NULL,
                             { 0 }, 1 };
  struct field field;
  char path[256];
  char title[80];
  struct bench_comparison comparison =
  {
    "timeouts", title, quantities, 2, field.peers, 0, timeouts, 1
  };
  size_t i;
  int rc;

  if (bench_make_file (path, sizeof path) != 0)
    return bench_fail ("mkdtemp");
  contest.path = path;
  contest.raw = raw_of_backend (portalocker_default_backend ());
  field.n = 0;
  for (i = 0; i < 2; i++)
    field_goal (field_add_way (&field, ways[i], run, &contest), 0,
                BENCH_VALUE_AT_MOST, 0);
  comparison.n_peers = field.n;
  snprintf (title, sizeof title, "timeouts that end early, of %u", timeouts);
  rc = bench_compare (report, &comparison);
  bench_remove_file (path);
  return rc;
}

const struct bench_measurement bench_early = { "early", measure };
