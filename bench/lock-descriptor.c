/* lock-descriptor.c - lock and unlock of an open descriptor, uncontended.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "bench.h"
#include "raw.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <portalocker.h>

#define ROUNDS 2000
#define FLAGS (PORTALOCKER_LOCK_EX | PORTALOCKER_LOCK_NB)

struct descriptor
{
  int fd;
  const char *backend;
  const struct raw_primitive *raw;
};

static double
mean_since (int64_t start, unsigned int rounds)
{
  return (double) (bench_now () - start) / rounds;
}

static int
run_raw (void *state, unsigned int rounds, double *values)
{
  const struct descriptor *file = state;
  int64_t start = bench_now ();

  if (file->raw->pairs (file->fd, rounds) != 0)
    return bench_fail (file->raw->name);
  values[0] = mean_since (start, rounds);
  return 0;
}

/* The functions that take a backend's name.  */
static int
run_named (void *state, unsigned int rounds, double *values)
{
  const struct descriptor *file = state;
  int64_t start = bench_now ();
  unsigned int i;

  for (i = 0; i < rounds; i++)
    if (portalocker_lock_fd_with (file->fd, FLAGS, file->backend,
                                  PORTALOCKER_FOREVER, NULL) != 0
        || portalocker_unlock_fd_with (file->fd, file->backend, NULL) != 0)
      return bench_fail ("portalocker_lock_fd_with");
  values[0] = mean_since (start, rounds);
  return 0;
}

/* The functions that use the default backend.  */
static int
run_default (void *state, unsigned int rounds, double *values)
{
  const struct descriptor *file = state;
  int64_t start = bench_now ();
  unsigned int i;

  for (i = 0; i < rounds; i++)
    if (portalocker_lock_fd (file->fd, FLAGS, NULL) != 0
        || portalocker_unlock_fd (file->fd, NULL) != 0)
      return bench_fail ("portalocker_lock_fd");
  values[0] = mean_since (start, rounds);
  return 0;
}

static int
measure_backend (struct bench_report *report, struct descriptor *file)
{
  struct bench_peer peers[3];
  struct bench_goal goal = { BENCH_RATIO_AT_MOST, 1.10 };
  char title[64];
  struct bench_comparison comparison =
  {
    file->backend, title, &bench_time_per_round, 1, peers, 2, ROUNDS,
    BENCH_REPETITIONS
  };

  memset (peers, 0, sizeof peers);
  peers[0].name = file->raw->name;
  peers[0].run = run_raw;
  peers[1].name = "portalocker_lock_fd_with, unlock";
  peers[1].run = run_named;
  peers[2].name = "portalocker_lock_fd, unlock";
  peers[2].run = run_default;
  if (strcmp (file->backend, portalocker_default_backend ()) == 0)
    comparison.n_peers = 3;
  peers[0].state = peers[1].state = peers[2].state = file;
  if (strcmp (file->backend, "flock") == 0)
    peers[1].goals[0] = peers[2].goals[0] = goal;
  snprintf (title, sizeof title, "%s: lock and unlock a descriptor",
            file->backend);
  return bench_compare (report, &comparison);
}

static int
measure (struct bench_report *report)
{
  struct descriptor file;
  char path[256];
  size_t i;
  int rc = 0;

  if (bench_make_file (path, sizeof path) != 0)
    return bench_fail ("mkdtemp");
  file.fd = open (path, O_RDWR | O_CLOEXEC);
  for (i = 0; rc == 0 && portalocker_backend_at (i) != NULL; i++)
    {
      file.backend = portalocker_backend_at (i);
      file.raw = raw_of_backend (file.backend);
      if (file.raw != NULL)
        rc = measure_backend (report, &file);
    }
  close (file.fd);
  bench_remove_file (path);
  return rc;
}

const struct bench_measurement bench_lock_descriptor =
{
  "lock-descriptor", measure
};
