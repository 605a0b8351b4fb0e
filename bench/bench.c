/* bench.c - clock, quantiles, and the comparison of peers.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int64_t
bench_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

static int
compare_doubles (const void *left, const void *right)
{
  double l = *(const double *) left;
  double r = *(const double *) right;

  return (l > r) - (l < r);
}

double
bench_quantile (double *values, size_t n, double fraction)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[(size_t) ((double) (n - 1) * fraction + 0.5)];
}

double
bench_fail (const char *call)
{
  fprintf (stderr, "bench: %s: %s\n", call, strerror (errno));
  return -1;
}

/* Run each peer once.  SAMPLES holds a run of numbers for each peer, as
   long as there are repetitions.  FIRST begins, so that over the
   repetitions each place in the order is everybody's.  */
static int
run_once (const struct bench_peer *peers, size_t n_peers, size_t first,
          unsigned int rounds, double *samples, size_t repetition,
          size_t repetitions)
{
  size_t i;

  for (i = 0; i < n_peers; i++)
    {
      size_t p = (first + i) % n_peers;
      double time = peers[p].run (peers[p].state, rounds);

      if (time < 0)
        {
          fprintf (stderr, "bench: %s: not measured\n", peers[p].name);
          return -1;
        }
      samples[p * repetitions + repetition] = time;
    }
  return 0;
}

/* Fill ROW from the N SAMPLES of a peer and those of the first peer, BASE;
   RATIOS has room for N numbers.  SAMPLES and BASE keep their order.  */
static void
fill_row (struct bench_row *row, const double *samples, const double *base,
          double *ratios, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    ratios[i] = samples[i] / base[i];
  row->ratio = bench_quantile (ratios, n, 0.5);
  row->low = bench_quantile (ratios, n, 0.25);
  row->high = bench_quantile (ratios, n, 0.75);
  memcpy (ratios, samples, n * sizeof *ratios);
  row->nanoseconds = bench_quantile (ratios, n, 0.5);
}

static int
add_rows (struct bench_report *report, const char *title,
          const struct bench_peer *peers, size_t n_peers,
          const double *samples, double *scratch)
{
  size_t n = report->repetitions;
  struct bench_row *rows = realloc (report->rows, (report->n_rows + n_peers)
                                                  * sizeof *rows);
  size_t p;

  if (rows == NULL)
    return -1;
  report->rows = rows;
  for (p = 0; p < n_peers; p++)
    {
      struct bench_row *row = &rows[report->n_rows++];

      row->measurement = report->measurement;
      snprintf (row->title, sizeof row->title, "%s", title);
      row->peer = peers[p].name;
      row->is_first = p == 0;
      row->goal = peers[p].goal;
      fill_row (row, samples + p * n, samples, scratch, n);
    }
  return 0;
}

int
bench_compare (struct bench_report *report, const char *title,
               const struct bench_peer *peers, size_t n_peers,
               unsigned int rounds)
{
  size_t n = report->repetitions;
  double *samples = malloc ((n_peers + 1) * n * sizeof *samples);
  size_t repetition;
  int rc = samples != NULL ? 0 : -1;

  /* The first round is for the caches; the next one overwrites it.  */
  if (rc == 0)
    rc = run_once (peers, n_peers, 0, rounds, samples, 0, n);
  for (repetition = 0; rc == 0 && repetition < n; repetition++)
    rc = run_once (peers, n_peers, repetition, rounds, samples, repetition,
                   n);
  if (rc == 0)
    rc = add_rows (report, title, peers, n_peers, samples,
                   samples + n_peers * n);
  free (samples);
  return rc;
}

int
bench_make_file (char path[], size_t size)
{
  const char *directory = getenv ("TMPDIR");
  size_t length;
  int fd;

  length = (size_t) snprintf (path, size, "%s/portalocker-bench-XXXXXX",
                              directory != NULL ? directory : "/tmp");
  if (length + sizeof "/file" > size)
    {
      errno = ENAMETOOLONG;
      return -1;
    }
  if (mkdtemp (path) == NULL)
    return -1;
  strcat (path, "/file");
  fd = open (path, O_RDWR | O_CREAT | O_EXCL, 0666);
  return fd < 0 ? -1 : close (fd);
}

void
bench_remove_file (char path[])
{
  char *slash = strrchr (path, '/');

  unlink (path);
  *slash = '\0';
  rmdir (path);
}
