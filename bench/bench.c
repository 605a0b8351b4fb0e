/* bench.c - clock, quantiles, and files to work on.
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

void
bench_sleep (int64_t nanoseconds)
{
  struct timespec time = { (time_t) (nanoseconds / 1000000000),
                           (long int) (nanoseconds % 1000000000) };

  while (nanosleep (&time, &time) != 0 && errno == EINTR)
    continue;
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

int
bench_fail (const char *call)
{
  fprintf (stderr, "bench: %s: %s\n", call, strerror (errno));
  return -1;
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
