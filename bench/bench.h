/* bench.h - what the measurements share: clock, repetitions, report.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A measurement lets several peers do the same work in turn, many times
   in one run, and reports what each peer's runs yield, and as a ratio to
   the first peer's.  Ratios of neighbouring slices of time hardly depend
   on what else the machine does; absolute times do.  No test looks at any
   of them.  */

#ifndef PORTALOCKER_BENCH_H
#define PORTALOCKER_BENCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* So many numbers can one run of a peer yield.  */
#define BENCH_QUANTITIES 4

/* One of these numbers.  Reports, plots and the manual know it by NAME.  */
struct bench_quantity
{
  const char *name;             /* "median" */
  const char *unit;             /* "ns"; "" for a plain number */
};

/* What is to be reached, and in which number.  */
enum bench_bound
{
  BENCH_NO_GOAL,
  BENCH_RATIO_AT_MOST,          /* the ratio to the first peer */
  BENCH_RATIO_AT_LEAST,
  BENCH_VALUE_AT_MOST,          /* the number itself */
  BENCH_VALUE_AT_LEAST
};

struct bench_goal
{
  enum bench_bound bound;
  double limit;
};

/* One way to do the work that is measured.  */
struct bench_peer
{
  const char *name;

  /* Do the work ROUNDS times and put into VALUES what it yielded, a number
     for each quantity of the comparison.  Return 0, or -1 when it failed
     and standard error has the reason.  */
  int (*run) (void *state, unsigned int rounds, double *values);
  void *state;

  struct bench_goal goals[BENCH_QUANTITIES];

  /* Run in each EVERYth repetition only; 0 is 1.  For those that need a
     hundred times as long as the others.  */
  unsigned int every;
};

/* The repetitions of the shortest measurements.  Longer ones have fewer.  */
#define BENCH_REPETITIONS 61

/* What several peers do in turn.  */
struct bench_comparison
{
  const char *subject;          /* its name below that of the measurement;
                                   without spaces, for programs */
  const char *title;            /* for people */
  const struct bench_quantity *quantities;
  size_t n_quantities;
  const struct bench_peer *peers;
  size_t n_peers;
  unsigned int rounds;          /* of a run */
  unsigned int repetitions;     /* BENCH_REPETITIONS at most */
};

/* The result of one peer in one quantity, as the report keeps it.  */
struct bench_row
{
  const char *measurement;
  char subject[48];
  char title[80];
  const char *peer;
  struct bench_quantity quantity;
  int is_first;                 /* whether this peer is the measure */
  int has_ratio;
  struct bench_goal goal;
  double value;                 /* the median of all runs */
  double ratio;                 /* to the first: the median of all runs */
  double low, high;             /* the quartiles of the ratio */
};

/* A peer that is somebody else's program: its version, or NULL when it is
   not installed.  */
struct bench_program
{
  const char *name;
  char version[32];
};

struct bench_report
{
  unsigned int repetitions;     /* instead of BENCH_REPETITIONS, or 0 */
  int is_quick;                 /* whether a glance is enough */
  const char *only;             /* a pattern for subjects, or NULL */
  const char *measurement;      /* the one that runs now */
  struct bench_row *rows;
  size_t n_rows;
  const struct bench_program *programs;
  size_t n_programs;
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
extern const struct bench_measurement bench_hand_over_tool;
extern const struct bench_measurement bench_lateness;
extern const struct bench_measurement bench_early;
extern const struct bench_measurement bench_wake_ups;
extern const struct bench_measurement bench_contenders;
extern const struct bench_measurement bench_fairness;
extern const struct bench_measurement bench_memory;

/* The quantities of a measurement that yields nothing but a time.  */
extern const struct bench_quantity bench_time_per_round;

/* The monotonic clock in nanoseconds, and a sleep.  */
int64_t bench_now (void);
void bench_sleep (int64_t nanoseconds);

/* Sort the N numbers of VALUES and return the one at FRACTION of them.  */
double bench_quantile (double *values, size_t n, double fraction);

/* Say on standard error that CALL failed, with errno, and return -1.  */
int bench_fail (const char *call);

/* Let the peers do what COMPARISON says, if its subject is wanted, in an
   order that rotates, and add a row for each peer and quantity to REPORT.
   A peer that fails is left out of what follows.  Return 0, or -1 when one
   of them failed.  */
int bench_compare (struct bench_report *report,
                   const struct bench_comparison *comparison);

/* Add the rows alone.  SAMPLES holds REPETITIONS numbers for each quantity
   of each peer, those of a peer together; NAN where there is none.  */
int bench_add (struct bench_report *report,
               const struct bench_comparison *comparison,
               const double *samples, size_t repetitions);

/* Print REPORT as a table for people, as JSON, or as the lines that
   doc/results keeps.  */
void bench_print_table (const struct bench_report *report, FILE *out);
void bench_print_json (const struct bench_report *report, FILE *out);
void bench_print_record (const struct bench_report *report, FILE *out);

/* Make an empty file in a new directory; PATH gets its absolute name.
   Return 0, or -1 with errno set.  bench_remove_file removes both.  */
int bench_make_file (char path[], size_t size);
void bench_remove_file (char path[]);

#endif /* PORTALOCKER_BENCH_H */
