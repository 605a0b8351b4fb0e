/* fairness.c - a writer among readers that overlap, plain and fair.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Four processes share the lock nearly all the time; a fifth wants it for
   itself twenty times a second.  */

#include <config.h>
#include "contest.h"

#define READERS 4
#define READER_HOLDS_NS 4000000
#define WRITER_HOLDS_NS 100000
#define WRITER_RESTS_NS 50000000
#define DURATION_NS 2000000000
#define BACKEND "ofd"
#define WAITS_MAX 1000

/* The numbers of a contest: booleans, and nanoseconds.  */
enum { FAIR, SIGNAL, DURATION };

/* What a member reports.  */
struct tally
{
  double is_writer;
  double count;
  double longest;               /* wait, in nanoseconds */
  double median;
};

static int
is_writer (size_t index)
{
  return index == READERS;
}

static int
make_lock (const struct contest *contest, size_t index,
           portalocker_lock **lock)
{
  int flags = is_writer (index) ? PORTALOCKER_LOCK_EX : PORTALOCKER_LOCK_SH;

  return (contest->numbers[SIGNAL] && way_use_signal () != 0)
         || portalocker_new (lock, contest->path) != 0
         || portalocker_set_mode (*lock, "r+") != 0
         || portalocker_set_backend (*lock, BACKEND) != 0
         || portalocker_set_flags (*lock, flags) != 0
         || (contest->numbers[FAIR]
             && portalocker_set_fair (*lock, 1) != 0);
}

/* Take the lock until the time END at the latest, and hold it.  The wait
   counts also when it was in vain.  Return 0, or another number when it
   failed.  */
static int
take_turn (portalocker_lock *lock, int64_t end, int64_t hold, double *wait,
           struct tally *tally)
{
  int64_t start = bench_now ();
  int64_t left = end > start ? (end - start) / 1000000 + 1 : 0;
  int code = portalocker_acquire_with (lock, NULL, PORTALOCKER_AS_SET, left,
                                       PORTALOCKER_AS_SET,
                                       PORTALOCKER_AS_SET,
                                       PORTALOCKER_AS_SET);

  *wait = (double) (bench_now () - start);
  if (code == PORTALOCKER_TIMED_OUT || code == PORTALOCKER_BUSY)
    return 0;
  if (code != PORTALOCKER_OK)
    return way_complain (lock);
  tally->count++;
  bench_sleep (hold);
  return portalocker_release (lock);
}

static int
take_turns (portalocker_lock *lock, size_t index, int64_t duration,
            struct tally *tally)
{
  int64_t hold = is_writer (index) ? WRITER_HOLDS_NS : READER_HOLDS_NS;
  int64_t end = bench_now () + duration;
  double waits[WAITS_MAX];
  size_t n = 0;

  tally->is_writer = is_writer (index);
  /* Readers begin one after another, so that they overlap.  */
  bench_sleep ((int64_t) index * READER_HOLDS_NS / READERS);
  do
    {
      if (take_turn (lock, end, hold, &waits[n], tally) != 0)
        return 1;
      n++;
      if (is_writer (index))
        bench_sleep (WRITER_RESTS_NS);
    }
  while (bench_now () < end && n < WAITS_MAX);
  tally->median = bench_quantile (waits, n, 0.5);
  tally->longest = bench_quantile (waits, n, 1);
  return 0;
}

static int
be_member (const void *state, size_t index, int go, int reports)
{
  const struct contest *contest = state;
  struct tally tally = { 0, 0, 0, 0 };
  portalocker_lock *lock;
  int failed = make_lock (contest, index, &lock);

  while (! failed && group_await (go) == 0)
    failed = take_turns (lock, index, contest->numbers[DURATION], &tally)
             || group_report (reports, &tally, sizeof tally);
  return failed;
}

static void
evaluate (const struct tally *tallies, double seconds, double *values)
{
  size_t i;

  values[3] = 0;
  for (i = 0; i < READERS + 1; i++)
    if (tallies[i].is_writer > 0)
      {
        values[0] = tallies[i].longest;
        values[1] = tallies[i].median;
        values[2] = tallies[i].count / seconds;
      }
    else
      values[3] += tallies[i].count / seconds;
}

static int
run (void *state, unsigned int rounds, double *values)
{
  const struct contest *contest = state;
  struct tally tallies[READERS + 1];
  struct group group;
  int rc = contest_start (&group, READERS + 1, contest, NULL, be_member);

  (void) rounds;
  if (rc == 0)
    rc = group_go (&group, READERS + 1)
         | group_collect (&group, tallies, sizeof tallies);
  if (rc == 0)
    evaluate (tallies, (double) contest->numbers[DURATION] / 1e9, values);
  return group_end (&group) | rc;
}

static const struct bench_quantity quantities[4] =
{
  { "writer-longest-wait", "ns" }, { "writer-median-wait", "ns" },
  { "writer-throughput", "/s" }, { "readers-throughput", "/s" }
};

static void
add_fair (struct field *field, const char *name, struct contest *contest)
{
  struct bench_peer *peer;

  contest->numbers[FAIR] = 1;
  peer = field_add (field, name, run, contest);
  field_goal (peer, 0, BENCH_VALUE_AT_MOST, 20e6);
  field_goal (peer, 3, BENCH_RATIO_AT_LEAST, 0.8);
}

static int
compare (struct bench_report *report, const char *path)
{
  int64_t duration = report->is_quick ? DURATION_NS / 8 : DURATION_NS;
  struct contest contest = { NULL, CONTEST_NO_LIBRARY, path, NULL,
                             { 0, 0, duration }, 3 };
  struct field field;
  struct bench_comparison comparison =
  {
    BACKEND, BACKEND ": one writer, four readers that overlap", quantities,
    4, field.peers, 0, 1, 5
  };

  field.n = 0;
  field_add (&field, "plain", run, &contest);
  add_fair (&field, "fair", &contest);
  contest.numbers[SIGNAL] = 1;
  if (way_is_open (&way_signal))
    add_fair (&field, "fair, wait signal", &contest);
  comparison.n_peers = field.n;
  return bench_compare (report, &comparison);
}

static int
measure (struct bench_report *report)
{
  char path[256];
  int rc;

  if (portalocker_backend_features (BACKEND) < 0)
    return 0;
  if (bench_make_file (path, sizeof path) != 0)
    return bench_fail ("mkdtemp");
  rc = compare (report, path);
  bench_remove_file (path);
  return rc;
}

const struct bench_measurement bench_fairness = { "fairness", measure };
