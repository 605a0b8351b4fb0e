/* group.h - processes that work at once and tell this one how it went.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The members share two pipes.  From the one, standard input of a member
   that is a program, each takes a byte when it is to begin; into the
   other, standard output, it writes its reports, each in one piece.  A
   member ends when the first is at its end.  Nobody spins, and a report
   wakes nobody: this process looks from time to time whether all are
   there.  */

#ifndef PORTALOCKER_BENCH_GROUP_H
#define PORTALOCKER_BENCH_GROUP_H

#include <stddef.h>
#include <sys/types.h>

struct group
{
  size_t n;
  pid_t *pids;
  int go;
  int reports;
};

/* What a member does.  */
struct group_job
{
  /* In a child of this process; or NULL.  INDEX counts the members.
     Return 0, or another number when it failed.  */
  int (*work) (const void *state, size_t index, int go, int reports);
  const void *state;

  /* A program and its arguments, NULL at the end, if WORK is NULL.  */
  char *const *argv;
};

/* Start N members.  Return 0, or -1; group_end is called in both cases.  */
int group_start (struct group *group, size_t n, const struct group_job *job);

/* Let N members begin.  Return 0 or -1.  */
int group_go (const struct group *group, size_t n);

/* Wait for SIZE bytes of reports, no more than a pipe holds, and put them
   into BUFFER.  Return 0, or -1 when a member failed or they did not come
   in two minutes.  */
int group_collect (const struct group *group, void *buffer, size_t size);

/* Let all members end.  Return 0, or -1 when one of them failed.  */
int group_end (struct group *group);

/* The member's side: 0 when it is to begin, 1 when it is to end; and write
   one report of SIZE bytes, 0 or -1.  */
int group_await (int go);
int group_report (int reports, const void *data, size_t size);

#endif /* PORTALOCKER_BENCH_GROUP_H */
