/* memory.c - what a waiter costs while it waits: memory and threads.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A child of this process begins a number of waits, for one file or for
   one file each, and compares what /proc tells of it before and after.  Its
   end ends them.  */

#include <config.h>
#include "contest.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SETTLE_NS 100000000

/* The numbers of a contest: how many waits, for how many files, and whether
   they are watched, not waited for in a thread each.  */
enum { WAITERS, FILES, WATCHED };

/* What the child reports, for all waiters together.  */
struct cost
{
  long int memory;              /* KiB */
  long int threads;
};

/* The name of the file number I: PATH itself is number 0.  */
static void
name_file (char *name, size_t size, const char *path, int64_t i)
{
  snprintf (name, size, i == 0 ? "%s" : "%s.%d", path, (int) i);
}

/* Each waiter has a descriptor or two.  */
static void
raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void *
wait_in_thread (void *state)
{
  struct party *party = state;
  const struct way *way = party->way;

  if (way->prepare (party) != 0 || way->wait (party, WAY_LONG_TIME) < 0)
    bench_fail ("wait");
  return NULL;
}

static int
begin_thread (struct party *party)
{
  pthread_t thread;
  int error = pthread_create (&thread, NULL, wait_in_thread, party);

  errno = error;
  return error == 0 ? 0 : bench_fail ("pthread_create");
}

static int
begin_watch (struct party *party)
{
  int descriptor;
  int code;

  if (portalocker_new (&party->lock, party->path) != 0
      || portalocker_set_backend (party->lock, party->raw->backend) != 0)
    return bench_fail ("portalocker_new");
  code = portalocker_watch (party->lock, WAY_LONG_TIME, &descriptor);
  return code == PORTALOCKER_OK || code == PORTALOCKER_PENDING
         ? 0 : way_complain (party->lock);
}

static int
begin_waits (const struct contest *contest, struct party *parties,
             char (*names)[256])
{
  int rc = 0;
  int64_t i;

  for (i = 0; rc == 0 && i < contest->numbers[WAITERS]; i++)
    {
      name_file (names[i], sizeof names[i], contest->path,
                 i % contest->numbers[FILES]);
      parties[i].path = names[i];
      parties[i].raw = contest->raw;
      parties[i].way = contest->way;
      rc = contest->numbers[WATCHED] ? begin_watch (&parties[i])
                                     : begin_thread (&parties[i]);
    }
  return rc;
}

static int
be_waiter (const void *state, size_t index, int go, int reports)
{
  const struct contest *contest = state;
  size_t n = (size_t) contest->numbers[WAITERS];
  struct party *parties = calloc (n, sizeof *parties);
  char (*names)[256] = calloc (n, sizeof *names);
  struct cost before;
  struct cost cost;

  (void) index;
  if (parties == NULL || names == NULL)
    return bench_fail ("calloc");
  raise_limit ();
  memset (names, 1, n * sizeof *names);
  memset (parties, 0, n * sizeof *parties);
  before.memory = process_memory ();
  before.threads = process_threads ();
  if (begin_waits (contest, parties, names) != 0)
    return 1;
  bench_sleep (SETTLE_NS);
  cost.memory = process_memory () - before.memory;
  cost.threads = process_threads () - before.threads;
  return group_report (reports, &cost, sizeof cost) != 0
         || group_await (go) == 0;
}

/* Hold all files.  FDS gets N descriptors, -1 where one failed.  */
static int
hold_files (const struct contest *contest, int *fds)
{
  struct contest one = *contest;
  char name[256];
  int rc = 0;
  int64_t i;

  one.path = name;
  for (i = 0; i < contest->numbers[FILES]; i++)
    {
      name_file (name, sizeof name, contest->path, i);
      close (open (name, O_RDWR | O_CREAT | O_CLOEXEC, 0666));
      fds[i] = contest_hold (&one);
      if (fds[i] < 0)
        rc = -1;
    }
  return rc;
}

/* Release them, and remove all but the one that bench_make_file made.  */
static void
drop_files (const struct contest *contest, const int *fds)
{
  char name[256];
  int64_t i;

  for (i = 0; i < contest->numbers[FILES]; i++)
    {
      name_file (name, sizeof name, contest->path, i);
      contest_drop (contest, fds[i]);
      if (i > 0)
        unlink (name);
    }
}

static int
run (void *state, unsigned int rounds, double *values)
{
  const struct contest *contest = state;
  double n = (double) contest->numbers[WAITERS];
  int *fds = calloc ((size_t) contest->numbers[FILES], sizeof *fds);
  struct group group;
  struct cost cost;
  int rc;

  (void) rounds;
  if (fds == NULL)
    return bench_fail ("calloc");
  rc = hold_files (contest, fds);
  rc |= contest_start (&group, 1, contest, NULL, be_waiter);
  rc |= group_collect (&group, &cost, sizeof cost);
  values[0] = (double) cost.memory / n;
  values[1] = (double) cost.threads;
  rc |= group_end (&group);
  drop_files (contest, fds);
  free (fds);
  return rc;
}

static const struct bench_quantity quantities[2] =
{
  { "memory", "KiB" }, { "threads", "" }
};

static int
compare (struct bench_report *report, struct contest *contest, int waiters,
         int files)
{
  struct field field;
  char subject[48];
  char title[80];
  struct bench_comparison comparison =
  {
    subject, title, quantities, 2, field.peers, 0, 1, 3
  };

  contest->numbers[WAITERS] = waiters;
  contest->numbers[FILES] = files;
  contest->numbers[WATCHED] = 0;
  field.n = 0;
  field_add_way (&field, &way_raw, run, contest);
  field_add_way (&field, &way_object_timed, run, contest);
  field_add_way (&field, &way_object_signal, run, contest);
  contest->numbers[WATCHED] = 1;
  field_add (&field, "portalocker, watched", run, contest);
  comparison.n_peers = field.n;
  snprintf (subject, sizeof subject, "%s/waiters=%d,files=%d",
            contest->raw->backend, waiters, files);
  snprintf (title, sizeof title,
            "memory per waiter in one process, waiters: %d, files: %d",
            waiters, files);
  return bench_compare (report, &comparison);
}

static int
measure (struct bench_report *report)
{
  struct contest contest = { NULL, CONTEST_NO_LIBRARY, NULL, NULL,
                             { 0, 0, 0 }, 3 };
  char path[256];
  int rc;

  if (process_memory () < 0)
    return 0;
  if (bench_make_file (path, sizeof path) != 0)
    return bench_fail ("mkdtemp");
  contest.path = path;
  contest.raw = raw_of_backend (portalocker_default_backend ());
  rc = compare (report, &contest, 1, 1);
  rc |= compare (report, &contest, 100, 1);
  rc |= compare (report, &contest, 100, 100);
  if (! report->is_quick)
    rc |= compare (report, &contest, 1000, 1);
  bench_remove_file (path);
  return rc;
}

const struct bench_measurement bench_memory = { "memory", measure };
