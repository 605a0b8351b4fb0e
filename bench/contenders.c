/* contenders.c - eight processes that all want one lock again and again.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Each takes the lock, spins as long as it is to hold it, releases, spins
   as long as it is to stay outside, and begins again.  */

#include <config.h>
#include "contest.h"

#include <string.h>

#define MEMBERS 8
#define DURATION_NS 400000000

/* The numbers of a contest: nanoseconds.  */
enum { HOLD, OUTSIDE, DURATION };

/* What a member reports.  */
struct tally
{
  int64_t count;
  int64_t longest;              /* wait, in nanoseconds */
};

static void
spin (int64_t nanoseconds)
{
  int64_t end;

  if (nanoseconds == 0)
    return;
  end = bench_now () + nanoseconds;
  while (bench_now () < end)
    continue;
}

static int
contend (const struct contest *contest, struct party *party,
         struct tally *tally)
{
  int64_t start = bench_now ();
  int64_t end = start + contest->numbers[DURATION];

  while (start < end)
    {
      int64_t waited;

      if (party->way->wait (party, WAY_LONG_TIME) != 0)
        return 1;
      waited = bench_now () - start;
      if (waited > tally->longest)
        tally->longest = waited;
      tally->count++;
      spin (contest->numbers[HOLD]);
      if (contest->way->release (party) != 0)
        return 1;
      spin (contest->numbers[OUTSIDE]);
      start = bench_now ();
    }
  return 0;
}

static int
be_contender (const void *state, size_t index, int go, int reports)
{
  const struct contest *contest = state;
  struct party party = { contest->path, contest->raw, contest->way, -1,
                         NULL };
  struct tally tally = { 0, 0 };
  int failed = contest->way->prepare (&party);

  (void) index;
  while (! failed && group_await (go) == 0)
    failed = contend (contest, &party, &tally)
             || group_report (reports, &tally, sizeof tally);
  return failed;
}

/* Jain's index is 1 when all have the same, and 1/n when one has all.  */
static void
evaluate (const struct tally *tallies, int64_t duration, double *values)
{
  double sum = 0;
  double squares = 0;
  double smallest = (double) tallies[0].count;
  double longest = 0;
  size_t i;

  for (i = 0; i < MEMBERS; i++)
    {
      double count = (double) tallies[i].count;
      double wait = (double) tallies[i].longest;

      sum += count;
      squares += count * count;
      smallest = count < smallest ? count : smallest;
      longest = wait > longest ? wait : longest;
    }
  values[0] = sum * 1e9 / (double) duration;
  values[1] = sum * sum / (MEMBERS * squares);
  values[2] = smallest * MEMBERS / sum;
  values[3] = longest;
}

static int
run (void *state, unsigned int rounds, double *values)
{
  const struct contest *contest = state;
  struct tally tallies[MEMBERS];
  struct group group;
  int rc = contest_start (&group, MEMBERS, contest, "contenders",
                          be_contender);

  (void) rounds;
  if (rc == 0)
    rc = group_go (&group, MEMBERS)
         | group_collect (&group, tallies, sizeof tallies);
  if (rc == 0)
    evaluate (tallies, contest->numbers[DURATION], values);
  return group_end (&group) | rc;
}

static const struct bench_quantity quantities[4] =
{
  { "throughput", "/s" }, { "jain", "" }, { "smallest-share", "" },
  { "longest-wait", "ns" }
};

/* Microseconds.  */
static const struct workload
{
  int hold;
  int outside;
  const char *title;
} workloads[] =
{
  { 0, 20, "eight contenders, hold 0 us, outside 20 us" },
  { 5, 20, "eight contenders, hold 5 us, outside 20 us" },
  { 100, 100, "eight contenders, hold 100 us, outside 100 us" },
  { 0, 0, "eight contenders, tight loop" }
};

static void
add_goals (struct bench_peer *peer, double throughput)
{
  field_goal (peer, 0, BENCH_RATIO_AT_LEAST, throughput);
  field_goal (peer, 2, BENCH_VALUE_AT_LEAST, 0.5);
}

static int
compare (struct bench_report *report, struct contest *contest,
         const struct workload *workload)
{
  struct field field;
  char subject[48];
  struct bench_comparison comparison =
  {
    subject, workload->title, quantities, 4, field.peers, 0, 1, 7
  };

  contest->numbers[HOLD] = workload->hold * 1000;
  contest->numbers[OUTSIDE] = workload->outside * 1000;
  field.n = 0;
  field_add_way (&field, &way_raw, run, contest);
  field_add_way (&field, &way_endless, run, contest);
  add_goals (field_add_way (&field, &way_timed, run, contest), 0.75);
  add_goals (field_add_way (&field, &way_signal, run, contest), 0.9);
  if (workload->hold == 100 && ! report->is_quick)
    field_add_libraries (&field, 4, run, contest);
  comparison.n_peers = field.n;
  snprintf (subject, sizeof subject, "%s/hold=%d,outside=%d",
            contest->raw->backend, workload->hold, workload->outside);
  return bench_compare (report, &comparison);
}

static int
measure (struct bench_report *report)
{
  struct contest contest = { NULL, 0, NULL, NULL, { 0, 0, 0 }, 3 };
  char path[256];
  size_t i;
  int rc = 0;

  if (bench_make_file (path, sizeof path) != 0)
    return bench_fail ("mkdtemp");
  contest.path = path;
  contest.raw = raw_of_backend (portalocker_default_backend ());
  contest.numbers[DURATION] = report->is_quick ? DURATION_NS / 4
                                               : DURATION_NS;
  for (i = 0; i < sizeof workloads / sizeof workloads[0]; i++)
    rc |= compare (report, &contest, &workloads[i]);
  bench_remove_file (path);
  return rc;
}

const struct bench_measurement bench_contenders = { "contenders", measure };
