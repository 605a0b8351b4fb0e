/* contest.h - who takes part in a measurement with several processes.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_BENCH_CONTEST_H
#define PORTALOCKER_BENCH_CONTEST_H

#include <stddef.h>
#include <stdint.h>

#include "bench.h"
#include "group.h"
#include "programs.h"
#include "way.h"

/* What the members of a group lock, and how: by WAY, or, where that is
   NULL, as the library of this number does it.  */
struct contest
{
  const struct way *way;
  size_t library;
  const char *path;
  const struct raw_primitive *raw;

  /* What else the measurement says, also to other libraries.  */
  int64_t numbers[3];
  size_t n_numbers;
};

/* No way and no library: what a measurement compares with.  */
#define CONTEST_NO_LIBRARY PROGRAMS_LIBRARIES

/* The peers of a comparison, as they are put together.  */
struct field
{
  struct bench_peer peers[8];
  struct contest contests[8];
  size_t n;
};

/* Add to FIELD, which begins with N = 0, a peer that runs by RUN with a copy
   of CONTEST as its state.  */
struct bench_peer *field_add (struct field *field, const char *name,
                              int (*run) (void *state, unsigned int rounds,
                                          double *values),
                              const struct contest *contest);

/* The same with a way, which names the peer.  One that cannot be gone here is
   not counted: the next peer takes its place.  */
struct bench_peer *field_add_way (struct field *field, const struct way *way,
                                  int (*run) (void *state,
                                              unsigned int rounds,
                                              double *values),
                                  const struct contest *contest);

/* The same with each other library that is installed, for each EVERYth
   repetition.  */
void field_add_libraries (struct field *field, unsigned int every,
                          int (*run) (void *state, unsigned int rounds,
                                      double *values),
                          const struct contest *contest);

/* Set the goal of PEER in its quantity number Q.  A LIMIT below 0 is
   none.  */
void field_goal (struct bench_peer *peer, size_t q, enum bench_bound bound,
                 double limit);

/* Start N members for CONTEST: children that do WORK, or programs that do
   MEASUREMENT.  Return what group_start returns.  */
int contest_start (struct group *group, size_t n,
                   const struct contest *contest, const char *measurement,
                   int (*work) (const void *state, size_t index, int go,
                                int reports));

/* Take the file of CONTEST, as the one whom the members wait for: the
   descriptor, or -1.  And release it, which must be done by a call of its
   own: members that were forked meanwhile have copies of the
   descriptor.  */
int contest_hold (const struct contest *contest);
void contest_drop (const struct contest *contest, int fd);

#endif /* PORTALOCKER_BENCH_CONTEST_H */
