/* cost.c - what the library costs, as far as it can be counted.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   System calls and allocations do not depend on the speed of a machine, so
   these are tests: flock/cost and so on.  */

#include <config.h>
#include "bench.h"
#include "check.h"
#include "count-malloc.h"
#include "raw.h"
#include "trace.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <portalocker.h>

#define FLAGS (PORTALOCKER_LOCK_EX | PORTALOCKER_LOCK_NB)

/* What the functions below work on.  */
struct subject
{
  const char *backend;
  const struct raw_primitive *raw;
  int fd;
  portalocker_lock *lock;
};

static int
is_per_object (const struct subject *subject)
{
  return (portalocker_backend_features (subject->backend)
          & PORTALOCKER_FEATURE_PER_OBJECT) != 0;
}

static int
raw_pair (void *state)
{
  const struct subject *subject = state;

  return subject->raw->pairs (subject->fd, 1);
}

static int
library_pair (void *state)
{
  const struct subject *subject = state;

  return portalocker_lock_fd_with (subject->fd, FLAGS, subject->backend,
                                   PORTALOCKER_FOREVER, NULL)
         || portalocker_unlock_fd_with (subject->fd, subject->backend, NULL);
}

static int
one_fstat (void *state)
{
  const struct subject *subject = state;
  struct stat status;

  return fstat (subject->fd, &status);
}

static int
acquire_release (void *state)
{
  const struct subject *subject = state;

  return portalocker_acquire (subject->lock)
         || portalocker_descriptor (subject->lock) < 0
         || portalocker_release (subject->lock);
}

static int
acquire_release_timed (void *state)
{
  const struct subject *subject = state;

  return portalocker_acquire_with (subject->lock, NULL, PORTALOCKER_AS_SET,
                                   2000, PORTALOCKER_AS_SET,
                                   PORTALOCKER_AS_SET, PORTALOCKER_AS_SET)
         || portalocker_descriptor (subject->lock) < 0
         || portalocker_release (subject->lock);
}

/* Where the kernel's lock belongs to the process, a look at the file may
   be needed, to see whether an object of this process holds it.  */
static void
check_pair (struct subject *subject)
{
  int per_object = is_per_object (subject);
  const char *name = per_object
                     ? "lock and unlock make the calls of the raw pair"
                     : "lock and unlock make one fstat more than the raw pair"
                       " at most";
  struct trace raw;
  struct trace library;
  struct trace extra;
  const char *problem = portalocker_backend_features (subject->backend) == 0
                        ? "a lockf that is not fcntl has to ask for the offset"
                        : trace_calls (&raw, raw_pair, subject);

  if (problem == NULL)
    problem = trace_calls (&extra, one_fstat, subject);
  if (problem != NULL)
    {
      check_unsupported (name, problem);
      return;
    }
  if (trace_calls (&library, library_pair, subject) != NULL)
    library.n = 0;
  if (! per_object && library.n == raw.n + 1)
    trace_remove (&library, &extra);
  CHECK (raw.n == 2 && trace_equal (&raw, &library), name);
}

static void
check_timed_acquire (struct subject *subject, const char *name)
{
  struct trace plain;
  struct trace timed;
  const char *problem = trace_calls (&plain, acquire_release, subject);

  if (problem != NULL)
    {
      check_unsupported (name, problem);
      return;
    }
  if (trace_calls (&timed, acquire_release_timed, subject) != NULL)
    timed.n = 0;
  CHECK (trace_equal (&plain, &timed), name);
}

static void
check_wait_signal (struct subject *subject)
{
  const char *name
    = "a free lock costs the same calls with a timeout and the wait signal";

  if (portalocker_set_wait_signal (SIGUSR2) != PORTALOCKER_OK)
    check_unsupported (name, "no wait signal");
  else
    check_timed_acquire (subject, name);
  portalocker_set_wait_signal (0);
}

/* Where the kernel's lock belongs to the process, the table of owners may
   allocate.  */
static void
check_allocations (struct subject *subject)
{
  const char *name = "no allocation after the first acquire";
  long int before;
  int failed;

  if (count_malloc () < 0)
    {
      check_unsupported (name, "a sanitizer owns the allocator");
      return;
    }
  failed = acquire_release (subject);
  before = count_malloc ();
  failed |= acquire_release (subject) | acquire_release (subject);
  CHECK (! failed && count_malloc () == before, name);
}

static void
check_backend (struct subject *subject, const char *path)
{
  char area[32];

  snprintf (area, sizeof area, "%s/cost", subject->backend);
  check_area (area);
  if (portalocker_new (&subject->lock, path) != PORTALOCKER_OK
      || portalocker_set_backend (subject->lock, subject->backend) != 0)
    check_fatal ("no object for %s", path);
  check_pair (subject);
  check_timed_acquire (subject,
                       "a free lock costs the same calls with a timeout");
  check_wait_signal (subject);
  if (is_per_object (subject))
    check_allocations (subject);
  portalocker_free (subject->lock);
}

int
main (void)
{
  struct subject subject;
  char path[256];
  size_t i;

  if (bench_make_file (path, sizeof path) != 0)
    check_fatal ("no file to work on");
  subject.fd = open (path, O_RDWR | O_CLOEXEC);
  for (i = 0; portalocker_backend_at (i) != NULL; i++)
    {
      subject.backend = portalocker_backend_at (i);
      subject.raw = raw_of_backend (subject.backend);
      if (subject.raw == NULL)
        check_fatal ("nothing to compare %s with", subject.backend);
      check_backend (&subject, path);
    }
  close (subject.fd);
  bench_remove_file (path);
  return check_done ();
}
