/* lateness.c - by how much a timeout is late.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   This process holds the lock.  Members of a group wait for it with a
   timeout, and report by how much longer that took; others just sleep as
   long.  Members of a run begin one after another, so that their timeouts
   do not end at the same moment.  */

#include <config.h>
#include "contest.h"

#include <stdlib.h>

#define MEMBERS 6
#define APART_NS 3700000

/* Milliseconds, in place of a second where a glance is enough.  */
#define QUICK_TIMEOUT 100

/* The numbers of a contest.  */
enum { TIMEOUT, ROUNDS };

static int
one_timeout (const struct contest *contest, struct party *party)
{
  int64_t timeout = contest->numbers[TIMEOUT];

  if (contest->way != NULL)
    return party->way->wait (party, timeout / 1000000) != 1;
  bench_sleep (timeout);
  return 0;
}

static int
time_out (const struct contest *contest, struct party *party, int reports)
{
  int64_t i;

  for (i = 0; i < contest->numbers[ROUNDS]; i++)
    {
      int64_t start = bench_now ();
      int64_t late;

      if (one_timeout (contest, party) != 0)
        return 1;
      late = bench_now () - start - contest->numbers[TIMEOUT];
      if (group_report (reports, &late, sizeof late) != 0)
        return 1;
    }
  return 0;
}

static int
be_late (const void *state, size_t index, int go, int reports)
{
  const struct contest *contest = state;
  struct party party = { contest->path, contest->raw, contest->way, -1,
                         NULL };
  int failed = contest->way != NULL && contest->way->prepare (&party);

  (void) index;
  while (! failed && group_await (go) == 0)
    failed = time_out (contest, &party, reports);
  return failed;
}

static int
collect_lateness (const struct group *group, const struct contest *contest,
                  double *values)
{
  size_t n = (size_t) contest->numbers[ROUNDS] * MEMBERS;
  int64_t *reports = calloc (n, sizeof *reports);
  double *late = calloc (n, sizeof *late);
  size_t i;
  int rc = reports != NULL && late != NULL
           ? group_collect (group, reports, n * sizeof *reports)
           : bench_fail ("calloc");

  for (i = 0; rc == 0 && i < n; i++)
    late[i] = (double) reports[i];
  if (rc == 0)
    {
      values[0] = bench_quantile (late, n, 0.5);
      values[1] = bench_quantile (late, n, 0.95);
    }
  free (reports);
  free (late);
  return rc;
}

static int
run (void *state, unsigned int rounds, double *values)
{
  struct contest *contest = state;
  int fd = contest_hold (contest);
  struct group group;
  size_t i;
  int rc;

  contest->numbers[ROUNDS] = rounds;
  rc = contest_start (&group, MEMBERS, contest, "lateness", be_late);
  for (i = 0; rc == 0 && i < MEMBERS; i++)
    {
      rc = group_go (&group, 1);
      bench_sleep (APART_NS);
    }
  if (rc == 0)
    rc = fd < 0 ? -1 : collect_lateness (&group, contest, values);
  rc |= group_end (&group);
  contest_drop (contest, fd);
  return rc;
}

static const struct bench_quantity quantities[2] =
{
  { "median", "ns" }, { "p95", "ns" }
};

static int
compare (struct bench_report *report, const struct contest *contest,
         unsigned int rounds)
{
  int milliseconds = (int) (contest->numbers[TIMEOUT] / 1000000);
  struct field field;
  char subject[48];
  char title[80];
  struct bench_comparison comparison =
  {
    subject, title, quantities, 2, field.peers, 0, rounds,
    milliseconds < 1000 ? 9 : 5
  };

  field.n = 0;
  field_add (&field, "sleep", run, contest);
  field_goal (field_add_way (&field, &way_object_timed, run, contest), 0,
              BENCH_RATIO_AT_MOST, 3);
  field_goal (field_add_way (&field, &way_object_signal, run, contest), 0,
              BENCH_RATIO_AT_MOST, 3);
  if (milliseconds != QUICK_TIMEOUT)
    field_add_libraries (&field, 3, run, contest);
  comparison.n_peers = field.n;
  snprintf (subject, sizeof subject, "%s/timeout=%d", contest->raw->backend,
            milliseconds);
  snprintf (title, sizeof title, "%s: lateness of a timeout of %d ms",
            contest->raw->backend, milliseconds);
  return bench_compare (report, &comparison);
}

static int
measure (struct bench_report *report)
{
  struct contest contest = { NULL, CONTEST_NO_LIBRARY, NULL, NULL,
                             { 0 }, 2 };
  char path[256];
  int rc;

  if (bench_make_file (path, sizeof path) != 0)
    return bench_fail ("mkdtemp");
  contest.path = path;
  contest.raw = raw_of_backend (portalocker_default_backend ());
  contest.numbers[TIMEOUT] = 10000000;
  rc = compare (report, &contest, report->is_quick ? 1 : 10);
  contest.numbers[TIMEOUT] = (report->is_quick ? QUICK_TIMEOUT : 1000)
                             * (int64_t) 1000000;
  rc |= compare (report, &contest, 1);
  bench_remove_file (path);
  return rc;
}

const struct bench_measurement bench_lateness = { "lateness", measure };
