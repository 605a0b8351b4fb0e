/* hand-over.c - from a release to the return of a wait, by the number of
   waiters.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   In each round this process holds the lock, by the plain call, until all
   waiters sleep in the kernel; then it looks at the clock and releases.
   Each waiter looks at the clock when its wait has returned, sleeps while
   it holds the lock, looks again and releases.  Sorted by time, that is a
   chain of hand-overs.  Each waiter gets the lock once in a round, so that
   those who poll have their turn too.

   The first wait is a long one.  A processor of a virtual machine goes on
   looking for work for some 200 microseconds before it is given back; what
   is measured after a shorter sleep depends on which processor does so at
   the moment, and has two modes.  */

#include <config.h>
#include "contest.h"

#include <stdlib.h>
#include <string.h>

#define SETTLE_NS 10000000
#define SETTLE_PER_WAITER_NS 20000
#define HOLD_NS 200000

/* The numbers of a contest.  */
enum { HOLD, WAITERS };

/* What a waiter reports of a round.  */
struct turn
{
  int64_t got;
  int64_t released;
};

static int
take_turn (const struct way *way, struct party *party, struct turn *turn)
{
  if (way->wait (party, WAY_LONG_TIME) != 0)
    return 1;
  turn->got = bench_now ();
  bench_sleep (HOLD_NS);
  turn->released = bench_now ();
  return way->release (party);
}

/* The life of a waiter.  That it is about to wait is a report too.  */
static int
be_waiter (const void *state, size_t index, int go, int reports)
{
  const struct contest *contest = state;
  struct party party = { contest->path, contest->raw, contest->way, -1,
                         NULL };
  int64_t ready = (int64_t) index;
  struct turn turn;
  int failed = contest->way->prepare (&party);

  while (! failed && group_await (go) == 0)
    failed = group_report (reports, &ready, sizeof ready)
             || take_turn (contest->way, &party, &turn)
             || group_report (reports, &turn, sizeof turn);
  return failed || contest->way->finish (&party);
}

static int
compare_turns (const void *left, const void *right)
{
  int64_t l = ((const struct turn *) left)->got;
  int64_t r = ((const struct turn *) right)->got;

  return (l > r) - (l < r);
}

/* Turn the reports of a round that began with a release at RELEASED into
   the times of N hand-overs.  */
static void
link_chain (struct turn *turns, size_t n, int64_t released,
            double *latencies)
{
  size_t i;

  qsort (turns, n, sizeof *turns, compare_turns);
  for (i = 0; i < n; i++)
    {
      latencies[i] = (double) (turns[i].got - released);
      released = turns[i].released;
    }
}

/* BUFFER has room for the reports of all waiters.  */
static int
play_round (const struct group *group, const struct contest *contest,
            struct turn *buffer, double *latencies)
{
  size_t n = (size_t) contest->numbers[WAITERS];
  int fd = contest_hold (contest);
  int64_t released;

  if (fd < 0)
    return -1;
  if (group_go (group, n) != 0
      || group_collect (group, buffer, n * sizeof (int64_t)) != 0)
    return -1;
  bench_sleep (SETTLE_NS + (int64_t) n * SETTLE_PER_WAITER_NS);
  released = bench_now ();
  contest_drop (contest, fd);
  if (group_collect (group, buffer, n * sizeof *buffer) != 0)
    return -1;
  link_chain (buffer, n, released, latencies);
  return 0;
}

static int
play (const struct contest *contest, unsigned int rounds, double *latencies)
{
  size_t n = (size_t) contest->numbers[WAITERS];
  struct turn *buffer = calloc (n, sizeof *buffer);
  struct group group;
  unsigned int i;
  int rc;

  if (buffer == NULL)
    return bench_fail ("calloc");
  rc = contest_start (&group, n, contest, "hand-over", be_waiter);
  for (i = 0; rc == 0 && i < rounds; i++)
    rc = play_round (&group, contest, buffer, latencies + i * n);
  free (buffer);
  return group_end (&group) | rc;
}

static int
run (void *state, unsigned int rounds, double *values)
{
  const struct contest *contest = state;
  size_t n = rounds * (size_t) contest->numbers[WAITERS];
  double *latencies = calloc (n, sizeof *latencies);
  int rc = latencies != NULL
           ? play (contest, rounds, latencies) : bench_fail ("calloc");

  if (rc == 0)
    {
      values[0] = bench_quantile (latencies, n, 0.5);
      values[1] = bench_quantile (latencies, n, 0.95);
    }
  free (latencies);
  return rc;
}

static const struct bench_quantity quantities[2] =
{
  { "median", "ns" }, { "p95", "ns" }
};

/* How many waiters, how often, and the goals for the ratio to the plain
   call; -1 is none.  */
struct size
{
  size_t waiters;
  unsigned int rounds;
  unsigned int repetitions;
  double timed;
  double signal;
};

static const struct size sizes[] =
{
  { 1, 16, 25, 2.0, 1.2 },
  { 2, 16, 15, -1, -1 },
  { 8, 8, 11, -1, -1 },
  { 64, 3, 11, 3.2, 1.4 },
  { 256, 1, 7, -1, -1 },
  { 1000, 1, 5, -1, -1 }
};

/* How many of these a quick run looks at; and how often the backends that
   are not the default take part.  */
#define QUICK_SIZES 4
#define OTHERS_REPETITIONS 9

static int
is_default (const struct raw_primitive *raw)
{
  return strcmp (raw->backend, portalocker_default_backend ()) == 0;
}

/* Compare the peers of FIELD, which lock WHAT.  */
static int
compare (struct bench_report *report, const struct field *field,
         const char *what, const struct size *size)
{
  const struct contest *first = &field->contests[0];
  char subject[48];
  char title[80];
  struct bench_comparison comparison =
  {
    subject, title, quantities, 2, field->peers, field->n,
    report->is_quick ? (size->rounds + 3) / 4 : size->rounds,
    is_default (first->raw) ? size->repetitions : OTHERS_REPETITIONS
  };

  snprintf (subject, sizeof subject, "%s/%s/waiters=%zu",
            first->raw->backend, what, size->waiters);
  snprintf (title, sizeof title, "%s: hand-over of a %s, waiters: %zu",
            first->raw->backend, what, size->waiters);
  return bench_compare (report, &comparison);
}

/* Other libraries poll: a few of their hand-overs last as long as the whole
   rest.  */
static int
measure_descriptor (struct bench_report *report,
                    const struct contest *contest, const struct size *size)
{
  int is_wanted = strcmp (contest->raw->backend, "flock") == 0;
  struct field field;
  struct bench_peer *peer;

  field.n = 0;
  field_add_way (&field, &way_raw, run, contest);
  if (size->waiters == 1)
    {
      peer = field_add_way (&field, &way_endless, run, contest);
      field_goal (peer, 0, BENCH_RATIO_AT_MOST, is_wanted ? 1.1 : -1);
    }
  peer = field_add_way (&field, &way_timed, run, contest);
  field_goal (peer, 0, BENCH_RATIO_AT_MOST, is_wanted ? size->timed : -1);
  peer = field_add_way (&field, &way_signal, run, contest);
  field_goal (peer, 0, BENCH_RATIO_AT_MOST, is_wanted ? size->signal : -1);
  if (is_default (contest->raw)
      && (size->waiters == 1 || (size->waiters == 8 && ! report->is_quick)))
    field_add_libraries (&field, 11, run, contest);
  return compare (report, &field, "descriptor", size);
}

static int
measure_path (struct bench_report *report, const struct contest *contest)
{
  struct field field;

  field.n = 0;
  field_add_way (&field, &way_raw_path, run, contest);
  field_add_way (&field, &way_object, run, contest);
  field_add_way (&field, &way_object_timed, run, contest);
  field_add_way (&field, &way_object_signal, run, contest);
  return compare (report, &field, "path", &sizes[0]);
}

/* The default backend in full, the others with one waiter.  */
static int
measure_backend (struct bench_report *report, const char *path,
                 const struct raw_primitive *raw)
{
  struct contest contest = { NULL, 0, path, raw, { HOLD_NS, 1 }, 1 };
  size_t n = report->is_quick ? QUICK_SIZES : sizeof sizes / sizeof sizes[0];
  size_t i;
  int rc = 0;

  for (i = 0; i < (is_default (raw) ? n : 1); i++)
    {
      contest.numbers[WAITERS] = (int64_t) sizes[i].waiters;
      rc |= measure_descriptor (report, &contest, &sizes[i]);
    }
  contest.numbers[WAITERS] = 1;
  if (is_default (raw))
    rc |= measure_path (report, &contest);
  return rc;
}

static int
measure (struct bench_report *report)
{
  const struct raw_primitive *raw;
  char path[256];
  size_t i;
  int rc = 0;

  if (bench_make_file (path, sizeof path) != 0)
    return bench_fail ("mkdtemp");
  for (i = 0; portalocker_backend_at (i) != NULL; i++)
    {
      raw = raw_of_backend (portalocker_backend_at (i));
      if (raw != NULL)
        rc |= measure_backend (report, path, raw);
    }
  bench_remove_file (path);
  return rc;
}

const struct bench_measurement bench_hand_over = { "hand-over", measure };
