/* wake-ups.c - what a process does while it waits.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   All peers wait at once, each for a file of its own that this process
   holds, with a timeout of ten seconds.  What their threads do is counted
   from half a second after the beginning until shortly before the
   deadline.  */

#include <config.h>
#include "contest.h"
#include "process.h"

#include <math.h>
#include <unistd.h>

#define WAIT_NS 10000000000
#define MARGIN_NS 500000000

/* The number of a contest: nanoseconds.  */
enum { TIMEOUT };

/* A peer as it waits.  */
struct waiter
{
  struct group group;
  char path[256];
  int fd;
  pid_t pid;
  long int switches;
  int64_t time;
};

static int
be_waiter (const void *state, size_t index, int go, int reports)
{
  const struct contest *contest = state;
  struct party party = { contest->path, contest->raw, contest->way, -1,
                         NULL };
  int64_t pid = getpid ();

  (void) index;
  if (contest->way->prepare (&party) != 0)
    return 1;
  while (group_await (go) == 0)
    if (group_report (reports, &pid, sizeof pid) != 0
        || contest->way->wait (&party,
                               contest->numbers[TIMEOUT] / 1000000) < 0)
      return 1;
  return 0;
}

/* Let WAITER begin to wait as CONTEST says.  */
static int
begin (struct waiter *waiter, struct contest *contest)
{
  int64_t pid;

  waiter->group.n = 0;
  if (bench_make_file (waiter->path, sizeof waiter->path) != 0)
    return bench_fail ("mkdtemp");
  contest->path = waiter->path;
  waiter->fd = contest_hold (contest);
  if (contest_start (&waiter->group, 1, contest, "wake-ups", be_waiter) != 0
      || waiter->fd < 0 || group_go (&waiter->group, 1) != 0
      || group_collect (&waiter->group, &pid, sizeof pid) != 0)
    return -1;
  waiter->pid = (pid_t) pid;
  return 0;
}

/* Free the lock, for one that waits without a limit, and see the end.  */
static int
finish (struct waiter *waiter, const struct contest *contest)
{
  int rc;

  contest_drop (contest, waiter->fd);
  rc = group_end (&waiter->group);
  bench_remove_file (waiter->path);
  return rc;
}

static void
take_stock (struct waiter *waiters, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    {
      waiters[i].switches = process_switches (waiters[i].pid);
      waiters[i].time = process_time (waiters[i].pid);
    }
}

static double
difference (double before, double now)
{
  return before < 0 || now < 0 ? (double) NAN : now - before;
}

/* Fill VALUES, two for each of the N WAITERS, which have just begun to wait
   for TIMEOUT nanoseconds.  */
static void
observe (struct waiter *waiters, size_t n, int64_t timeout, double *values)
{
  size_t i;

  bench_sleep (MARGIN_NS);
  take_stock (waiters, n);
  bench_sleep (timeout - 3 * MARGIN_NS);
  for (i = 0; i < n; i++)
    {
      pid_t pid = waiters[i].pid;

      values[2 * i] = difference ((double) waiters[i].switches,
                                  (double) process_switches (pid));
      values[2 * i + 1] = difference ((double) waiters[i].time,
                                      (double) process_time (pid));
    }
}

static int
wait_all (struct field *field, int64_t timeout, double *values)
{
  struct waiter waiters[8];
  size_t begun;
  size_t i;
  int rc = 0;

  for (begun = 0; rc == 0 && begun < field->n; begun++)
    rc = begin (&waiters[begun], &field->contests[begun]);
  if (rc == 0)
    observe (waiters, field->n, timeout, values);
  /* The last ones first: they have inherited the pipes of those before.  */
  for (i = begun; i > 0; i--)
    rc |= finish (&waiters[i - 1], &field->contests[i - 1]);
  return rc;
}

static const struct bench_quantity quantities[2] =
{
  { "switches", "" }, { "processor-time", "ns" }
};

static int
measure (struct bench_report *report)
{
  const struct way *const ways[4] = { &way_raw, &way_endless, &way_timed,
                                      &way_signal };
  int64_t timeout = report->is_quick ? WAIT_NS / 5 : WAIT_NS;
  struct contest contest = { NULL, 0, NULL, NULL, { timeout }, 1 };
  double values[16];
  struct field field;
  char title[80];
  struct bench_comparison comparison =
  {
    "wait", title, quantities, 2, field.peers, 0, 1, 1
  };
  size_t i;

  contest.raw = raw_of_backend (portalocker_default_backend ());
  field.n = 0;
  for (i = 0; i < 4; i++)
    field_goal (field_add_way (&field, ways[i], NULL, &contest), 0,
                BENCH_VALUE_AT_MOST, i == 0 ? -1 : 0);
  field_add_libraries (&field, 0, NULL, &contest);
  comparison.n_peers = field.n;
  snprintf (title, sizeof title, "%d ms in the middle of a wait",
            (int) ((timeout - 3 * MARGIN_NS) / 1000000));
  if (wait_all (&field, timeout, values) != 0)
    return -1;
  return bench_add (report, &comparison, values, 1);
}

const struct bench_measurement bench_wake_ups = { "wake-ups", measure };
