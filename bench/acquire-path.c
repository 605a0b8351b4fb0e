/* acquire-path.c - acquire and release by path, uncontended.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "bench.h"
#include "raw.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <portalocker.h>

#define ROUNDS 1000

struct file
{
  char path[256];
  const struct raw_primitive *raw;
  portalocker_lock *lock;
};

/* What acquire does, by hand: open, lock, see that the path still names
   the locked file.  Return the descriptor, or -1.  */
static int
raw_acquire (const struct file *file)
{
  int fd = open (file->path, O_WRONLY | O_APPEND | O_CLOEXEC);
  struct stat opened;
  struct stat named;

  if (fd < 0)
    return -1;
  if (file->raw->try_lock (fd) == 0 && fstat (fd, &opened) == 0
      && stat (file->path, &named) == 0 && opened.st_dev == named.st_dev
      && opened.st_ino == named.st_ino)
    return fd;
  close (fd);
  return -1;
}

static int
run_raw (void *state, unsigned int rounds, double *values)
{
  const struct file *file = state;
  int64_t start = bench_now ();
  unsigned int i;

  for (i = 0; i < rounds; i++)
    {
      int fd = raw_acquire (file);

      if (fd < 0 || file->raw->unlock (fd) != 0 || close (fd) != 0)
        return bench_fail (file->raw->name);
    }
  values[0] = (double) (bench_now () - start) / rounds;
  return 0;
}

/* TIMEOUT as in portalocker_acquire_with.  */
static int
acquire_and_release (portalocker_lock *lock, int64_t timeout)
{
  if (portalocker_acquire_with (lock, NULL, PORTALOCKER_AS_SET, timeout,
                                PORTALOCKER_AS_SET, PORTALOCKER_AS_SET,
                                PORTALOCKER_AS_SET) == PORTALOCKER_OK
      && portalocker_descriptor (lock) >= 0
      && portalocker_release (lock) == PORTALOCKER_OK)
    return 0;
  fprintf (stderr, "bench: %s\n", portalocker_message (lock));
  return -1;
}

static int
run_object (void *state, unsigned int rounds, double *values)
{
  const struct file *file = state;
  int64_t start = bench_now ();
  unsigned int i;

  for (i = 0; i < rounds; i++)
    if (acquire_and_release (file->lock, PORTALOCKER_AS_SET) != 0)
      return -1;
  values[0] = (double) (bench_now () - start) / rounds;
  return 0;
}

static int
run_timed (void *state, unsigned int rounds, double *values)
{
  const struct file *file = state;
  int64_t start = bench_now ();
  unsigned int i;

  for (i = 0; i < rounds; i++)
    if (acquire_and_release (file->lock, 2000) != 0)
      return -1;
  values[0] = (double) (bench_now () - start) / rounds;
  return 0;
}

static int
compare (struct bench_report *report, struct file *file, const char *backend)
{
  struct bench_peer peers[3];
  struct bench_goal goal = { BENCH_RATIO_AT_MOST, 1.15 };
  char title[64];
  struct bench_comparison comparison =
  {
    backend, title, &bench_time_per_round, 1, peers, 3, ROUNDS,
    BENCH_REPETITIONS
  };

  memset (peers, 0, sizeof peers);
  peers[0].name = "raw open, lock, fstat, stat, ...";
  peers[0].run = run_raw;
  peers[1].name = "portalocker_acquire, release";
  peers[1].run = run_object;
  peers[2].name = "the same with a timeout";
  peers[2].run = run_timed;
  if (strcmp (backend, "flock") == 0)
    peers[1].goals[0] = peers[2].goals[0] = goal;
  peers[0].state = peers[1].state = peers[2].state = file;
  snprintf (title, sizeof title, "%s: acquire and release by path", backend);
  return bench_compare (report, &comparison);
}

static int
measure_backend (struct bench_report *report, struct file *file,
                 const char *backend)
{
  int rc;

  if (portalocker_new (&file->lock, file->path) != PORTALOCKER_OK)
    return -1;
  rc = portalocker_set_backend (file->lock, backend);
  if (rc == 0)
    rc = compare (report, file, backend);
  portalocker_free (file->lock);
  return rc;
}

static int
measure (struct bench_report *report)
{
  struct file file;
  size_t i;
  int rc = 0;

  if (bench_make_file (file.path, sizeof file.path) != 0)
    return bench_fail ("mkdtemp");
  for (i = 0; rc == 0 && portalocker_backend_at (i) != NULL; i++)
    {
      const char *backend = portalocker_backend_at (i);

      file.raw = raw_of_backend (backend);
      if (file.raw != NULL)
        rc = measure_backend (report, &file, backend);
    }
  bench_remove_file (file.path);
  return rc;
}

const struct bench_measurement bench_acquire_path =
{
  "acquire-path", measure
};
