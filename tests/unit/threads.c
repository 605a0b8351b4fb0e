/* threads.c - many threads, and another process, at one file.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   What is counted decides, not how long it takes.  The counter is read and
   written in two steps, so that two holders at once lose a count.  It is
   atomic only in that a lock of the kernel's orders nothing for a checker
   of threads.  */

#include "unit.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 150 };

/* Shared with the other process.  */
static struct
{
  int counter;
  int inside;                   /* holders at this moment */
  int overlaps;
} *shared;

static const char *backend;

/* What a holder does.  */
static void
count (void)
{
  int before = atomic_get (&shared->counter);
  if (atomic_add (&shared->inside, 1) != 1)
    atomic_add (&shared->overlaps, 1);
  sched_yield ();
  atomic_add (&shared->inside, -1);
  atomic_set (&shared->counter, before + 1);
}

/* Lock and count with an object of its own, every third time with a stream.
   Return how often it did not work.  */
static int
contend (void *name)
{
  portalocker_lock *lock = unit_new ("f", name);
  int i, failed = 0;
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  for (i = 0; i < ROUNDS; i++)
    {
      if (portalocker_acquire (lock) != PORTALOCKER_OK)
        {
          failed++;
          continue;
        }
      count ();
      if (i % 3 == 0 && portalocker_stream (lock) == NULL)
        failed++;
      if (portalocker_release (lock) != PORTALOCKER_OK)
        failed++;
    }
  portalocker_free (lock);
  return failed;
}

/* Open and close the file with another kind of lock all the time, and fail
   to get one: none of this may end another's lock.  */
static int
disturb (void *name)
{
  portalocker_lock *other = unit_new ("f", portalocker_backend_at (0));
  portalocker_lock *tried = unit_new ("f", name);
  int i, failed = 0;
  for (i = 0; i < ROUNDS; i++)
    {
      int code;
      if (strcmp (name, portalocker_backend_at (0)) != 0)
        {
          /* Where it meets the same locks it can be refused.  */
          code = portalocker_acquire (other);
          failed += code != PORTALOCKER_OK && code != PORTALOCKER_BUSY;
          failed += portalocker_release (other) != PORTALOCKER_OK;
        }
      code = portalocker_acquire (tried);
      if (code == PORTALOCKER_OK)
        {
          count ();
          atomic_add (&shared->counter, -1);
          portalocker_release (tried);
        }
      else if (code != PORTALOCKER_BUSY)
        failed++;
    }
  portalocker_free (other);
  portalocker_free (tried);
  return failed;
}

static int
contend_in_child (void)
{
  pid_t child;
  fflush (stdout);
  child = fork ();
  if (child == 0)
    _exit (contend ((void *) backend) != 0);
  return child;
}

static void
test_exclusion (void)
{
  struct task tasks[THREADS + 1];
  int i, failed = 0, descriptors = unit_descriptors ();
  pid_t child;
  memset (shared, 0, sizeof *shared);
  child = contend_in_child ();
  for (i = 0; i < THREADS; i++)
    task_start (&tasks[i], contend, (void *) backend);
  task_start (&tasks[THREADS], disturb, (void *) backend);
  for (i = 0; i <= THREADS; i++)
    failed += task_end (&tasks[i]);
  failed += unit_reap (child) != 0;
  CHECK_INT (shared->counter, (THREADS + 1) * ROUNDS,
             "no count of four threads and a process is lost");
  CHECK_INT (shared->overlaps, 0, "no two of them are inside at once");
  CHECK (CHECK_QUIET_INT (failed, 0),
         "all that they did worked");
  CHECK (CHECK_QUIET_INT (unit_descriptors (), descriptors)
         && CHECK_QUIET (unit_free ("f", backend, true)),
         "nothing is left of them");
}

/* Readers share; a writer finds none of them inside.  */
static int
read_often (void *name)
{
  portalocker_lock *lock = unit_new ("f", name);
  int i, failed = 0;
  portalocker_set_flags (lock, PORTALOCKER_LOCK_SH);
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  for (i = 0; i < ROUNDS; i++)
    {
      failed += portalocker_acquire (lock) != PORTALOCKER_OK;
      atomic_add (&shared->inside, 1);
      sched_yield ();
      atomic_add (&shared->inside, -1);
      failed += portalocker_release (lock) != PORTALOCKER_OK;
    }
  portalocker_free (lock);
  return failed;
}

static void
test_sharing (void)
{
  struct task tasks[THREADS];
  int i, failed = 0, descriptors = unit_descriptors ();
  if (! unit_has (backend, PORTALOCKER_FEATURE_SHARED))
    {
      check_unsupported ("writers meet no reader", "no shared locks");
      return;
    }
  memset (shared, 0, sizeof *shared);
  for (i = 0; i < THREADS; i++)
    task_start (&tasks[i], i < THREADS / 2 ? read_often : contend,
                (void *) backend);
  for (i = 0; i < THREADS; i++)
    failed += task_end (&tasks[i]);
  CHECK (CHECK_QUIET_INT (failed, 0)
         && CHECK_QUIET_INT (shared->overlaps, 0)
         && CHECK_QUIET_INT (shared->counter, THREADS / 2 * ROUNDS)
         && CHECK_QUIET_INT (unit_descriptors (), descriptors)
         && CHECK_QUIET (unit_free ("f", backend, true)),
         "writers meet no reader");
}

/* Threads that use one object: one holder, whatever they do.  */
static int
use_shared_object (void *argument)
{
  portalocker_lock *lock = argument;
  int i, failed = 0;
  for (i = 0; i < ROUNDS; i++)
    {
      failed += portalocker_acquire (lock) != PORTALOCKER_OK;
      portalocker_is_held (lock);
      portalocker_descriptor (lock);
      portalocker_message (lock);
      portalocker_set_check_interval (lock, 1 + i);
      portalocker_verify (lock);
      failed += portalocker_release (lock) != PORTALOCKER_OK;
    }
  return failed;
}

static void
test_one_object (void)
{
  portalocker_lock *lock = unit_new ("f", backend);
  struct task tasks[2];
  int i, failed = 0, descriptors = unit_descriptors ();
  for (i = 0; i < 2; i++)
    task_start (&tasks[i], use_shared_object, lock);
  for (i = 0; i < 2; i++)
    failed += task_end (&tasks[i]);
  CHECK (CHECK_QUIET_INT (failed, 0)
         && CHECK_QUIET (! portalocker_is_held (lock))
         && CHECK_QUIET_INT (unit_descriptors (), descriptors)
         && CHECK_QUIET (unit_free ("f", backend, true)),
         "two threads acquire and release one object");
  portalocker_free (lock);
}

/* Threads fork children that do nothing, while others lock.  */
static int
fork_often (void *argument)
{
  int i, failed = 0;
  (void) argument;
  for (i = 0; i < 20; i++)
    {
      pid_t child = fork ();
      if (child == 0)
        _exit (0);
      failed += unit_reap (child) != 0;
    }
  return failed;
}

static void
test_forking (void)
{
  static const char *const statement = "a thread forks while two others lock";
  struct task tasks[3];
  int i, failed = 0, descriptors = unit_descriptors ();
  if (! unit_forks_beside_threads (statement))
    return;
  memset (shared, 0, sizeof *shared);
  task_start (&tasks[0], contend, (void *) backend);
  task_start (&tasks[1], contend, (void *) backend);
  task_start (&tasks[2], fork_often, NULL);
  for (i = 0; i < 3; i++)
    failed += task_end (&tasks[i]);
  CHECK (CHECK_QUIET_INT (failed, 0)
         && CHECK_QUIET_INT (shared->counter, 2 * ROUNDS)
         && CHECK_QUIET_INT (unit_descriptors (), descriptors)
         && CHECK_QUIET (unit_free ("f", backend, true)), statement);
}

static void
test_backend (const char *name)
{
  backend = name;
  unit_area (backend, "threads");
  if (! unit_threads_go_on (backend))
    {
      check_unsupported ("threads at one file", "valgrind stops all threads");
      return;
    }
  unit_write ("f", "");
  test_exclusion ();
  test_sharing ();
  test_one_object ();
  test_forking ();
}

int
main (void)
{
  unit_start ();
  shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED)
    check_fatal ("no shared memory");
  unit_each_backend (test_backend);
  return check_done ();
}
