/* bench.h - what the measurements share: clock, repetitions, report.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A measurement lets several peers do the same work in turn, many times
   in one run, and reports each peer's time as a ratio to that of the
   first.  Ratios of neighbouring slices of time hardly depend on what else
   the machine does; absolute times do.  No test looks at any of them.  */

#ifndef PORTALOCKER_BENCH_H
#define PORTALOCKER_BENCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One way to do the work that is measured.  */
struct bench_peer
{
  const char *name;

  /* The ratio to the first peer that should not be exceeded, or 0.  */
  double goal;

  /* Do the work ROUNDS times; return the nanoseconds of one round, mean or
     median as the measurement says, or what bench_fail returns.  */
  double (*run) (void *state, unsigned int rounds);
  void *state;
};

/* The result of one peer, as the report keeps it.  */
struct bench_row
{
  const char *measurement;
  char title[64];               /* what the peers did */
  const char *peer;
  int is_first;                 /* whether this peer is the measure */
  double goal;
  double nanoseconds;           /* of a round: the median of all runs */
  double ratio;                 /* to the first: the median of all runs */
  double low, high;             /* the quartiles of the ratio */
};

struct bench_report
{
  unsigned int repetitions;
  const char *measurement;      /* the one that runs now */
  struct bench_row *rows;
  size_t n_rows;
};

/* One file of this directory.  MEASURE compares peers as often as it
   likes, and returns 0, or -1 when something could not be measured.  */
struct bench_measurement
{
  const char *name;
  int (*measure) (struct bench_report *report);
};

extern const struct bench_measurement bench_lock_descriptor;
extern const struct bench_measurement bench_acquire_path;
extern const struct bench_measurement bench_hand_over;

/* The monotonic clock in nanoseconds.  */
int64_t bench_now (void);

/* Sort the N numbers of VALUES and return the one at FRACTION of them.  */
double bench_quantile (double *values, size_t n, double fraction);

/* Say on standard error that CALL failed, with errno, and return the value
   by which a peer's run function reports it.  */
double bench_fail (const char *call);

/* Let the N_PEERS PEERS do ROUNDS rounds each, in an order that rotates,
   as many times as the report says, and add a row for each to REPORT.
   TITLE says what they do.  Return 0, or -1 when one of them failed.  */
int bench_compare (struct bench_report *report, const char *title,
                   const struct bench_peer *peers, size_t n_peers,
                   unsigned int rounds);

/* Print REPORT as a table for people, or as JSON.  */
void bench_print_table (const struct bench_report *report, FILE *out);
void bench_print_json (const struct bench_report *report, FILE *out);

/* Make an empty file in a new directory; PATH gets its absolute name.
   Return 0, or -1 with errno set.  bench_remove_file removes both.  */
int bench_make_file (char path[], size_t size);
void bench_remove_file (char path[]);

#endif /* PORTALOCKER_BENCH_H */
