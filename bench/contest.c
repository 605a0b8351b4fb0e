/* contest.c - who takes part in a measurement with several processes.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "contest.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct bench_peer *
field_add (struct field *field, const char *name,
           int (*run) (void *state, unsigned int rounds, double *values),
           const struct contest *contest)
{
  struct bench_peer *peer = &field->peers[field->n];

  memset (peer, 0, sizeof *peer);
  field->contests[field->n] = *contest;
  peer->name = name;
  peer->run = run;
  peer->state = &field->contests[field->n];
  field->n++;
  return peer;
}

struct bench_peer *
field_add_way (struct field *field, const struct way *way,
               int (*run) (void *state, unsigned int rounds, double *values),
               const struct contest *contest)
{
  struct contest copy = *contest;
  const char *name = way == &way_raw ? contest->raw->name : way->name;
  struct bench_peer *peer;

  copy.way = way;
  peer = field_add (field, name, run, &copy);
  if (! way_is_open (way))
    field->n--;
  return peer;
}

void
field_add_libraries (struct field *field, unsigned int every,
                     int (*run) (void *state, unsigned int rounds,
                                 double *values),
                     const struct contest *contest)
{
  struct contest copy = *contest;
  size_t i;

  copy.way = NULL;
  for (i = 0; i < PROGRAMS_LIBRARIES; i++)
    {
      copy.library = i;
      copy.raw = raw_of_backend (programs_backend (i));
      if (programs_has (i) && copy.raw != NULL)
        field_add (field, programs_name (i), run, &copy)->every = every;
    }
}

void
field_goal (struct bench_peer *peer, size_t q, enum bench_bound bound,
            double limit)
{
  peer->goals[q].bound = limit >= 0 ? bound : BENCH_NO_GOAL;
  peer->goals[q].limit = limit;
}

int
contest_start (struct group *group, size_t n, const struct contest *contest,
               const char *measurement,
               int (*work) (const void *state, size_t index, int go,
                            int reports))
{
  struct programs_command command;
  struct group_job job = { work, contest, command.argv };

  if (contest->way == NULL && contest->library != CONTEST_NO_LIBRARY)
    {
      programs_command (&command, contest->library, measurement,
                        contest->path, contest->numbers, contest->n_numbers);
      job.work = NULL;
    }
  return group_start (group, n, &job);
}

int
contest_hold (const struct contest *contest)
{
  int fd = open (contest->path, O_RDWR | O_CLOEXEC);

  if (fd >= 0 && contest->raw->try_lock (fd) == 0)
    return fd;
  bench_fail (contest->raw->name);
  if (fd >= 0)
    close (fd);
  return -1;
}

void
contest_drop (const struct contest *contest, int fd)
{
  if (fd < 0)
    return;
  contest->raw->unlock (fd);
  close (fd);
}
