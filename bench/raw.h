/* raw.h - the primitives behind the backends, called plainly.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   This is what a program writes that does not use the library, and what
   the library is measured against.  */

#ifndef PORTALOCKER_BENCH_RAW_H
#define PORTALOCKER_BENCH_RAW_H

/* All functions return 0, or -1 with errno set.  */
struct raw_primitive
{
  const char *backend;          /* the backend that uses it */
  const char *name;             /* its own name, with "raw" before it */

  /* Lock FD exclusively: try once, or wait without a limit.  */
  int (*try_lock) (int fd);
  int (*wait_lock) (int fd);
  int (*unlock) (int fd);

  /* Try and unlock ROUNDS times.  The loop is in here so that no call
     through a pointer is in what is measured.  */
  int (*pairs) (int fd, unsigned int rounds);
};

/* The primitive of BACKEND, or NULL when this file does not know it.  */
const struct raw_primitive *raw_of_backend (const char *backend);

#endif /* PORTALOCKER_BENCH_RAW_H */
