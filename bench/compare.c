/* compare.c - let peers do the same work in turn.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "bench.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct bench_quantity bench_time_per_round = { "time", "ns" };

/* The samples of a comparison: REPETITIONS numbers for each quantity of
   each peer.  */
struct samples
{
  const struct bench_comparison *comparison;
  size_t repetitions;
  double *values;
};

static double *
sample_of (const struct samples *samples, size_t peer, size_t quantity,
           size_t repetition)
{
  size_t run = peer * samples->comparison->n_quantities + quantity;

  return &samples->values[run * samples->repetitions + repetition];
}

static int
is_due (const struct bench_peer *peer, size_t repetition)
{
  return peer->every == 0 || repetition % peer->every == 0;
}

/* Run the peer number P, for REPETITION.  */
static int
run_peer (const struct samples *samples, size_t p, size_t repetition)
{
  const struct bench_comparison *comparison = samples->comparison;
  const struct bench_peer *peer = &comparison->peers[p];
  double values[BENCH_QUANTITIES];
  size_t q;

  if (peer->run (peer->state, comparison->rounds, values) != 0)
    {
      fprintf (stderr, "bench: %s: %s: not measured\n", comparison->title,
               peer->name);
      return -1;
    }
  for (q = 0; q < comparison->n_quantities; q++)
    *sample_of (samples, p, q, repetition) = values[q];
  return 0;
}

/* Run each peer once that is due and has not failed, as HAS_FAILED knows.
   The peer whose number is REPETITION begins, so that over the repetitions
   each place in the order is everybody's.  */
static int
run_once (const struct samples *samples, size_t repetition, char *has_failed)
{
  const struct bench_comparison *comparison = samples->comparison;
  int rc = 0;
  size_t i;

  for (i = 0; i < comparison->n_peers; i++)
    {
      size_t p = (repetition + i) % comparison->n_peers;

      if (! has_failed[p] && is_due (&comparison->peers[p], repetition)
          && run_peer (samples, p, repetition) != 0)
        rc = has_failed[p] = -1;
    }
  return rc;
}

/* Put into TO the numbers among the N of FROM, and return how many.  */
static size_t
drop_missing (double *to, const double *from, size_t n)
{
  size_t count = 0;
  size_t i;

  for (i = 0; i < n; i++)
    if (! isnan (from[i]))
      to[count++] = from[i];
  return count;
}

/* Fill the ratio of ROW from the N SAMPLES of a peer and those of the
   first peer, BASE.  SCRATCH has room for N numbers.  */
static void
fill_ratio (struct bench_row *row, const double *samples, const double *base,
            double *scratch, size_t n)
{
  size_t count = 0;
  size_t i;

  for (i = 0; i < n; i++)
    if (! isnan (samples[i]) && base[i] > 0)
      scratch[count++] = samples[i] / base[i];
  row->has_ratio = ! row->is_first && count > 0;
  if (count == 0)
    return;
  row->ratio = bench_quantile (scratch, count, 0.5);
  row->low = bench_quantile (scratch, count, 0.25);
  row->high = bench_quantile (scratch, count, 0.75);
}

/* Add the row of the peer P and the quantity Q, unless it has no number.
   SCRATCH has room for one for each repetition.  */
static void
add_row (struct bench_report *report, const struct samples *samples,
         size_t p, size_t q, double *scratch)
{
  const struct bench_comparison *comparison = samples->comparison;
  const double *values = sample_of (samples, p, q, 0);
  size_t count = drop_missing (scratch, values, samples->repetitions);
  struct bench_row *row = &report->rows[report->n_rows];

  if (count == 0)
    return;
  report->n_rows++;
  memset (row, 0, sizeof *row);
  row->measurement = report->measurement;
  snprintf (row->subject, sizeof row->subject, "%s", comparison->subject);
  snprintf (row->title, sizeof row->title, "%s", comparison->title);
  row->peer = comparison->peers[p].name;
  row->quantity = comparison->quantities[q];
  row->is_first = p == 0;
  row->goal = comparison->peers[p].goals[q];
  row->value = bench_quantile (scratch, count, 0.5);
  fill_ratio (row, values, sample_of (samples, 0, q, 0), scratch,
              samples->repetitions);
}

static int
add_rows (struct bench_report *report, const struct samples *samples,
          double *scratch)
{
  const struct bench_comparison *comparison = samples->comparison;
  size_t more = comparison->n_peers * comparison->n_quantities;
  struct bench_row *rows = realloc (report->rows, (report->n_rows + more)
                                                  * sizeof *rows);
  size_t p;
  size_t q;

  if (rows == NULL)
    return -1;
  report->rows = rows;
  for (q = 0; q < comparison->n_quantities; q++)
    for (p = 0; p < comparison->n_peers; p++)
      add_row (report, samples, p, q, scratch);
  return 0;
}

int
bench_add (struct bench_report *report,
           const struct bench_comparison *comparison,
           const double *values, size_t repetitions)
{
  struct samples samples = { comparison, repetitions, (double *) values };
  double *scratch = calloc (repetitions, sizeof *scratch);
  int rc = scratch != NULL ? add_rows (report, &samples, scratch) : -1;

  free (scratch);
  return rc;
}

/* How often the peers run.  The number that the user asks for is that of
   the shortest measurements; the others have fewer in proportion.  */
static size_t
repetitions_of (const struct bench_report *report,
                const struct bench_comparison *comparison)
{
  size_t n = comparison->repetitions;

  if (report->repetitions != 0)
    n = n * report->repetitions / BENCH_REPETITIONS;
  else if (report->is_quick)
    n = 2;
  return n > 0 ? n : 1;
}

/* Measurements of short rounds run once for the caches alone; the next
   repetition overwrites that.  */
static int
needs_warm_up (const struct bench_comparison *comparison)
{
  return comparison->repetitions >= BENCH_REPETITIONS;
}

static int
run_all (const struct samples *samples, char *has_failed)
{
  size_t repetition;
  int rc = 0;

  if (needs_warm_up (samples->comparison))
    rc = run_once (samples, 0, has_failed);
  for (repetition = 0; repetition < samples->repetitions; repetition++)
    rc |= run_once (samples, repetition, has_failed);
  return rc;
}

static int
is_wanted (const struct bench_report *report,
           const struct bench_comparison *comparison)
{
  return report->only == NULL
         || fnmatch (report->only, comparison->subject, 0) == 0;
}

int
bench_compare (struct bench_report *report,
               const struct bench_comparison *comparison)
{
  size_t n = repetitions_of (report, comparison);
  size_t size = comparison->n_peers * comparison->n_quantities * n;
  struct samples samples = { comparison, n, NULL };
  char *has_failed;
  size_t i;
  int rc;

  if (! is_wanted (report, comparison))
    return 0;
  has_failed = calloc (comparison->n_peers, 1);
  samples.values = malloc (size * sizeof *samples.values);
  if (samples.values == NULL || has_failed == NULL)
    return bench_fail ("malloc");
  for (i = 0; i < size; i++)
    samples.values[i] = (double) NAN;
  rc = run_all (&samples, has_failed);
  rc |= bench_add (report, comparison, samples.values, n);
  free (samples.values);
  free (has_failed);
  return rc;
}
