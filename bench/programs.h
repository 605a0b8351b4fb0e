/* programs.h - peers that are somebody else's programs.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_BENCH_PROGRAMS_H
#define PORTALOCKER_BENCH_PROGRAMS_H

#include <stddef.h>

#include "bench.h"
#include "group.h"

/* The libraries that peers/peer.py knows.  They lock whole files, all but
   the last by flock(2).  */
#define PROGRAMS_LIBRARIES 3

/* Find out what is installed: PROGRAMS_LIBRARIES libraries and flock(1),
   in this order.  *N becomes the length of the list.  */
const struct bench_program *programs_find (size_t *n);

/* Whether the program number I of that list is installed.  */
int programs_has (size_t i);

/* The name, and the backend whose locks it takes.  */
const char *programs_name (size_t i);
const char *programs_backend (size_t i);

/* The command that lets library number I do MEASUREMENT with the file
   PATH.  NUMBERS are N_NUMBERS more arguments, 3 at most.  */
struct programs_command
{
  char *argv[9];
  char script[512];
  char numbers[3][24];
};

void programs_command (struct programs_command *command, size_t i,
                       const char *measurement, const char *path,
                       const int64_t *numbers, size_t n_numbers);

#endif /* PORTALOCKER_BENCH_PROGRAMS_H */
