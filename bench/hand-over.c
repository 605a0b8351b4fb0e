/* hand-over.c - from a release to the return of a wait without limit.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Two processes.  In each round the parent holds the lock, the child
   begins to wait for it, the parent lets some time pass so that the child
   sleeps in the kernel, looks at the clock and releases; the child looks at
   the clock when its wait has returned.  What they tell each other goes
   through pipes: nobody spins.  */

#include <config.h>
#include "bench.h"
#include "raw.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <portalocker.h>

#define ROUNDS 100
#define SETTLE_NS 100000

/* A process that takes the lock and gives it up, and what with.  */
struct party
{
  const char *path;
  const struct raw_primitive *raw;
  int fd;
  portalocker_lock *lock;
};

/* One way to do it.  All functions return 0, or another number when they
   failed.  */
struct way
{
  const char *name;
  int (*prepare) (struct party *party);
  int (*wait) (struct party *party);
  int (*release) (struct party *party);
  int (*finish) (struct party *party);
};

/* What a run needs.  */
struct contest
{
  const struct way *way;
  const char *path;
  const struct raw_primitive *raw;
};

/* What both processes see, and how they talk.  */
struct arena
{
  int64_t *released_at;         /* in shared memory, as the latencies */
  double *latencies;
  int to_child[2];
  int to_parent[2];
};


/* An open descriptor, by the primitive and by the library.  */

static int
open_descriptor (struct party *party)
{
  party->fd = open (party->path, O_RDWR | O_CLOEXEC);
  return party->fd < 0;
}

static int
close_descriptor (struct party *party)
{
  return close (party->fd);
}

static int
wait_raw (struct party *party)
{
  return party->raw->wait_lock (party->fd);
}

static int
release_raw (struct party *party)
{
  return party->raw->unlock (party->fd);
}

static int
wait_descriptor (struct party *party)
{
  return portalocker_lock_fd_with (party->fd, PORTALOCKER_LOCK_EX,
                                   party->raw->backend, PORTALOCKER_FOREVER,
                                   NULL);
}

static int
release_descriptor (struct party *party)
{
  return portalocker_unlock_fd_with (party->fd, party->raw->backend, NULL);
}

static const struct way raw_descriptor =
{
  "raw call", open_descriptor, wait_raw, release_raw, close_descriptor
};

static const struct way library_descriptor =
{
  "portalocker_lock_fd_with, unlock", open_descriptor, wait_descriptor,
  release_descriptor, close_descriptor
};


/* A path: what acquire does by hand, and a lock object.  */

static int
nothing (struct party *party)
{
  (void) party;
  return 0;
}

static int
wait_raw_path (struct party *party)
{
  struct stat opened;
  struct stat named;

  party->fd = open (party->path, O_RDWR | O_APPEND | O_CLOEXEC);
  return party->fd < 0 || party->raw->wait_lock (party->fd) != 0
         || fstat (party->fd, &opened) != 0
         || stat (party->path, &named) != 0
         || opened.st_dev != named.st_dev || opened.st_ino != named.st_ino;
}

static int
release_raw_path (struct party *party)
{
  return party->raw->unlock (party->fd) != 0 || close (party->fd) != 0;
}

static int
make_object (struct party *party)
{
  return portalocker_new (&party->lock, party->path) != 0
         || portalocker_set_backend (party->lock, party->raw->backend) != 0
         || portalocker_set_timeout (party->lock, PORTALOCKER_FOREVER) != 0;
}

static int
wait_object (struct party *party)
{
  return portalocker_acquire (party->lock);
}

static int
release_object (struct party *party)
{
  return portalocker_release (party->lock);
}

static int
free_object (struct party *party)
{
  portalocker_free (party->lock);
  return 0;
}

static const struct way raw_path =
{
  "open, raw call, fstat, stat", nothing, wait_raw_path, release_raw_path,
  nothing
};

static const struct way library_path =
{
  "portalocker_acquire, release", make_object, wait_object, release_object,
  free_object
};


/* The contest.  */

/* Say and hear one byte.  */
static int
say (int fd)
{
  return write (fd, "", 1) != 1;
}

static int
hear (int fd)
{
  char byte;

  return read (fd, &byte, 1) != 1;
}

static int
child_round (struct arena *arena, const struct way *way,
             struct party *party, double *latency)
{
  if (hear (arena->to_child[0]) || say (arena->to_parent[1])
      || way->wait (party))
    return 1;
  *latency = (double) (bench_now () - *arena->released_at);
  return way->release (party) || say (arena->to_parent[1]);
}

static int
parent_round (struct arena *arena, const struct way *way,
              struct party *party)
{
  struct timespec settle = { 0, SETTLE_NS };

  if (way->wait (party) || say (arena->to_child[1])
      || hear (arena->to_parent[0]))
    return 1;
  nanosleep (&settle, NULL);
  *arena->released_at = bench_now ();
  return way->release (party) || hear (arena->to_parent[0]);
}

static int
be_parent (struct arena *arena, const struct contest *contest,
           unsigned int rounds)
{
  struct party party = { contest->path, contest->raw, -1, NULL };
  int failed = contest->way->prepare (&party);

  for (; ! failed && rounds > 0; rounds--)
    failed = parent_round (arena, contest->way, &party);
  return failed || contest->way->finish (&party);
}

static int
be_child (struct arena *arena, const struct contest *contest,
          unsigned int rounds)
{
  struct party party = { contest->path, contest->raw, -1, NULL };
  int failed;
  unsigned int i;

  close (arena->to_child[1]);
  close (arena->to_parent[0]);
  failed = contest->way->prepare (&party);
  for (i = 0; ! failed && i < rounds; i++)
    failed = child_round (arena, contest->way, &party,
                          &arena->latencies[i]);
  return failed;
}

/* Play ROUNDS rounds in this process and a child.  Each sees the end of
   the other by the end of its pipe.  */
static int
play (struct arena *arena, const struct contest *contest,
      unsigned int rounds)
{
  pid_t pid;
  int status = 0;
  int failed;

  if (pipe (arena->to_child) != 0 || pipe (arena->to_parent) != 0)
    return 1;
  pid = fork ();
  if (pid == 0)
    _exit (be_child (arena, contest, rounds) != 0);
  close (arena->to_child[0]);
  close (arena->to_parent[1]);
  failed = pid < 0 || be_parent (arena, contest, rounds);
  close (arena->to_child[1]);
  close (arena->to_parent[0]);
  return pid < 0 || waitpid (pid, &status, 0) != pid || failed
         || status != 0;
}

static double
run (void *state, unsigned int rounds)
{
  size_t size = sizeof (int64_t) + rounds * sizeof (double);
  struct arena arena;
  void *shared = mmap (NULL, size, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  double median;

  if (shared == MAP_FAILED)
    return bench_fail ("mmap");
  arena.released_at = shared;
  arena.latencies = (double *) (arena.released_at + 1);
  if (play (&arena, state, rounds) == 0)
    median = bench_quantile (arena.latencies, rounds, 0.5);
  else
    median = bench_fail ("hand-over");
  munmap (shared, size);
  return median;
}

/* Compare the way LIBRARY with the way RAW.  */
static int
compare (struct bench_report *report, const char *what,
         const struct contest *raw, const struct contest *library)
{
  int has_goal = strcmp (raw->raw->backend, "flock") == 0;
  struct contest contests[2] = { *raw, *library };
  struct bench_peer peers[2] =
  {
    { raw->way->name, 0, run, &contests[0] },
    { library->way->name, has_goal ? 1.10 : 0, run, &contests[1] }
  };
  char title[64];

  snprintf (title, sizeof title, "%s: hand-over to a wait, %s",
            raw->raw->backend, what);
  return bench_compare (report, title, peers, 2, ROUNDS);
}

static int
measure_backend (struct bench_report *report, const char *path,
                 const struct raw_primitive *raw)
{
  struct contest contests[4] =
  {
    { &raw_descriptor, path, raw }, { &library_descriptor, path, raw },
    { &raw_path, path, raw }, { &library_path, path, raw }
  };

  return compare (report, "by descriptor", &contests[0], &contests[1]) != 0
         || compare (report, "by path", &contests[2], &contests[3]) != 0;
}

static int
measure (struct bench_report *report)
{
  const struct raw_primitive *raw;
  char path[256];
  size_t i;
  int rc = 0;

  if (bench_make_file (path, sizeof path) != 0)
    return (int) bench_fail ("mkdtemp");
  for (i = 0; rc == 0 && portalocker_backend_at (i) != NULL; i++)
    {
      raw = raw_of_backend (portalocker_backend_at (i));
      if (raw != NULL)
        rc = measure_backend (report, path, raw);
    }
  bench_remove_file (path);
  return rc;
}

const struct bench_measurement bench_hand_over = { "hand-over", measure };
