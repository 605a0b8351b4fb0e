/* stamp.c - a command that tells when it has begun.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   It writes the monotonic clock, in nanoseconds as an int64_t, to standard
   output.  */

#include <stdint.h>
#include <time.h>
#include <unistd.h>

int
main (void)
{
  struct timespec now;
  int64_t stamp;

  clock_gettime (CLOCK_MONOTONIC, &now);
  stamp = (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
  return write (1, &stamp, sizeof stamp) != (ssize_t) sizeof stamp;
}
