/* held.c - which locks of a thread keep another one away from itself, and what
   a wait says to that.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include "../../lib/held.h"
#include "sanitizer.h"

/* ---- The table.  */

static uintptr_t other_thread;

static const struct
{
  bool holds_exclusive, wants_exclusive, same_file, same_thread, movable;
  bool conflict;
  const char *statement;
} rules[] =
{
  { true, true, true, true, false, true, "exclusive against exclusive" },
  { true, false, true, true, false, true, "exclusive against shared" },
  { false, true, true, true, false, true, "shared against exclusive" },
  { false, false, true, true, false, false, "two shared locks go together" },
  { true, true, false, true, false, false, "another file is not in the way" },
  { true, true, true, false, false, false,
    "what another thread holds it will release" },
  { true, true, true, true, true, false,
    "what another thread may release is no deadlock" }
};

static struct held
make_held (const struct portalocker__backend *backend, size_t rule)
{
  struct held held = { .id = { .device = 1,
                               .inode = rules[rule].same_file ? 1 : 2 },
                       .backend = backend,
                       .exclusive = rules[rule].holds_exclusive,
                       .movable = rules[rule].movable,
                       .thread = rules[rule].same_thread
                                 ? portalocker__held_thread ()
                                 : other_thread };
  return held;
}

static bool
conflicts (const struct portalocker__backend *backend, bool exclusive,
           const struct held *own)
{
  struct file_id id = { .device = 1, .inode = 1 };
  return portalocker__held_conflicts (id, backend, exclusive, own);
}

static void
test_rules (const char *name)
{
  const struct portalocker__backend *backend
    = portalocker__find_backend (name);
  size_t i;
  unit_area (name, "held");
  for (i = 0; i < sizeof rules / sizeof *rules; i++)
    {
      struct held held = make_held (backend, i);
      bool before, found, own;
      os_mutex_lock (&portalocker__tables);
      before = conflicts (backend, rules[i].wants_exclusive, NULL);
      portalocker__held_add (&held);
      found = conflicts (backend, rules[i].wants_exclusive, NULL);
      own = conflicts (backend, rules[i].wants_exclusive, &held);
      portalocker__held_remove (&held);
      portalocker__held_remove (&held);
      os_mutex_unlock (&portalocker__tables);
      CHECK (CHECK_QUIET (! before)
             && CHECK_QUIET_INT (found, rules[i].conflict)
             && CHECK_QUIET (! own)
             && CHECK_QUIET (! conflicts (backend, true, NULL)),
             rules[i].statement);
    }
}

/* Whether locks by A and B exclude each other in the kernel.  */
static bool
is_one_kind (const char *a, const char *b)
{
  portalocker_lock *lock = unit_new ("kinds", a);
  bool excludes;
  portalocker_acquire (lock);
  excludes = ! unit_free ("kinds", b, true);
  portalocker_release (lock);
  portalocker_free (lock);
  return excludes;
}

static void
test_kinds (const char *name)
{
  const struct portalocker__backend *backend
    = portalocker__find_backend (name);
  struct held held = make_held (backend, 0);
  size_t i;
  int good = 1;
  unit_area (name, "held");
  portalocker__held_add (&held);
  for (i = 0; portalocker__backends[i] != NULL; i++)
    {
      const char *other = portalocker__backends[i]->name;
      good &= CHECK_QUIET_INT (conflicts (portalocker__backends[i], true,
                                          NULL),
                               is_one_kind (name, other));
    }
  portalocker__held_remove (&held);
  CHECK (good, "it is in the way of just those that the kernel keeps away");
  portalocker__held_add (&held);
  CHECK_INT (portalocker__held_process_owned (),
             ! unit_has (name, PORTALOCKER_FEATURE_PER_OBJECT),
             "whether a lock belongs to the process is known");
  held.thread = other_thread;
  CHECK (! portalocker__held_process_owned (),
         "one of another thread is not counted");
  portalocker__held_remove (&held);
}

/* Three entries, taken out in each order.  */
static void
test_order (void)
{
  static const int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                   { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
  const struct portalocker__backend *backend = portalocker__backends[0];
  size_t i;
  int n, good = 1;
  for (i = 0; i < sizeof orders / sizeof *orders; i++)
    {
      struct held held[3];
      for (n = 0; n < 3; n++)
        {
          held[n] = make_held (backend, 0);
          portalocker__held_add (&held[n]);
        }
      for (n = 0; n < 3; n++)
        {
          good &= CHECK_QUIET (conflicts (backend, true, NULL));
          portalocker__held_remove (&held[orders[i][n]]);
        }
      good &= CHECK_QUIET (! conflicts (backend, true, NULL));
    }
  check_area ("unit/held");
  CHECK (good, "what is held is forgotten in any order");
}


/* ---- Objects.  */

/* What an endless wait for "f" comes to in this thread; -1 when its message
   does not fit.  */
static int
wait_beside (const char *backend, int flags)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int code;
  portalocker_set_flags (lock, flags);
  portalocker_set_timeout (lock, PORTALOCKER_FOREVER);
  code = portalocker_acquire (lock);
  if (code == PORTALOCKER_DEADLOCK
      && strstr (portalocker_message (lock), "this thread itself") == NULL)
    code = -1;
  portalocker_free (lock);
  return code;
}

static int
task_wait_beside (void *backend)
{
  return wait_beside (backend, PORTALOCKER_LOCK_EX);
}

/* Let another thread wait for "f", which HOLDER has, without end until that is
   released.  Return whether it got in then.  */
static int
another_waits (portalocker_lock *holder, const char *backend)
{
  struct task task;
  char name[20];
  int good;
  snprintf (name, sizeof name, "%s", backend);
  task_start (&task, task_wait_beside, name);
  task_let_sleep (&task);
  good = CHECK_QUIET_CODE (portalocker_release (holder), PORTALOCKER_OK);
  return CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK) && good;
}

/* A later thread often has the number of one that has ended.  */
static void
test_ended_thread (const char *backend)
{
  portalocker_lock *holder = unit_new ("f", backend);
  struct task task;
  int good;
  unit_area (backend, "deadlock");
  task_start (&task, task_acquire, holder);
  good = CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK);
  CHECK (another_waits (holder, backend) && good,
         "what a thread held that has ended is not another one's");
  portalocker_free (holder);
}

static void
test_objects (const char *backend)
{
  bool shared = unit_has (backend, PORTALOCKER_FEATURE_SHARED);
  portalocker_lock *holder = unit_new ("f", backend);
  portalocker_lock *timed = unit_new ("f", backend);
  int descriptors = unit_descriptors ();
  unit_area (backend, "deadlock");
  portalocker_acquire (holder);
  CHECK_CODE (wait_beside (backend, PORTALOCKER_LOCK_EX),
              PORTALOCKER_DEADLOCK, "a thread does not wait for itself");
  if (shared)
    CHECK_CODE (wait_beside (backend, PORTALOCKER_LOCK_SH),
                PORTALOCKER_DEADLOCK, "nor for a shared lock");
  CHECK (CHECK_QUIET (portalocker_is_held (holder))
         && CHECK_QUIET (! unit_free ("f", backend, true)),
         "it keeps what it holds");
  portalocker_set_timeout (timed, 20);
  CHECK_CODE (portalocker_acquire (timed), PORTALOCKER_TIMED_OUT,
              "a wait with a deadline is no deadlock");
  CHECK (another_waits (holder, backend), "another thread waits for it");
  portalocker_release (holder);
  CHECK_CODE (wait_beside (backend, PORTALOCKER_LOCK_EX), PORTALOCKER_OK,
              "what was released is forgotten");
  if (shared)
    {
      portalocker_set_flags (holder, 5);
      portalocker_acquire (holder);
      CHECK_CODE (wait_beside (backend, PORTALOCKER_LOCK_SH), PORTALOCKER_OK,
                  "who shares may share again");
      CHECK_CODE (wait_beside (backend, PORTALOCKER_LOCK_EX),
                  PORTALOCKER_DEADLOCK, "but not have it alone");
    }
  portalocker_free (timed);
  portalocker_free (holder);
  CHECK_INT (unit_descriptors (), descriptors, "no descriptor is left");
}

static int
release_when_refused (void *argument)
{
  portalocker_lock **locks = argument;
  unit_await_refusal (locks[1]);
  return portalocker_release (locks[0]);
}

/* Another thread may release a movable lock, and does so here.  */
static void
test_movable (const char *backend)
{
  portalocker_lock *locks[2];
  struct task task;
  int good;
  unit_area (backend, "movable");
  locks[0] = unit_new ("f", backend);
  locks[1] = unit_new ("f", backend);
  portalocker_set_movable (locks[0], 1);
  portalocker_set_timeout (locks[1], PORTALOCKER_FOREVER);
  portalocker_acquire (locks[0]);
  task_start (&task, release_when_refused, locks);
  good = CHECK_QUIET_CODE (portalocker_acquire (locks[1]), PORTALOCKER_OK);
  good &= CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK);
  CHECK (good, "a movable lock is released by another thread");
  portalocker_free (locks[0]);
  portalocker_free (locks[1]);
}

static int
give_number (void *unused)
{
  (void) unused;
  other_thread = portalocker__held_thread ();
  return 0;
}

static int watched_fd;

static int
task_watch (void *lock)
{
  return portalocker_watch (lock, PORTALOCKER_FOREVER, &watched_fd);
}

/* The lock comes when the thread that watched for it is gone, and another one
   has its stack and its pthread_t.  */
static void
test_ended_watcher (const char *backend)
{
  portalocker_lock *holder = unit_new ("f", backend);
  struct task task;
  struct pollfd watched = { .events = POLLIN };
  int good;
  unit_hold ("f", backend, true);
  task_start (&task, task_watch, holder);
  good = CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK);
  unit_let_go ();
  watched.fd = watched_fd;
  good = good && CHECK_QUIET_INT (poll (&watched, 1, 60000), 1)
         && CHECK_QUIET_CODE (portalocker_watch_finish (holder),
                              PORTALOCKER_OK);
  CHECK (another_waits (holder, backend) && good,
         "nor what a watch got for it later");
  portalocker_free (holder);
}

/* Whether the lock of an object is the calling thread's.  */
static int
task_owns (void *object)
{
  portalocker_lock *lock = object;
  int owns;
  os_mutex_lock (&portalocker__tables);
  owns = portalocker__held_conflicts (lock->file.id, lock->held.backend, true,
                                      NULL);
  os_mutex_unlock (&portalocker__tables);
  return owns;
}

static int acquired;            /* atomic */
static pthread_mutex_t end_mutex = PTHREAD_MUTEX_INITIALIZER;

static int
task_acquire_and_stay (void *lock)
{
  int code = portalocker_acquire (lock);
  os_atomic_store (&acquired, 1);
  pthread_mutex_lock (&end_mutex);
  pthread_mutex_unlock (&end_mutex);
  return code;
}

/* In the child of a fork a new thread may have the stack, and the pthread_t, of
   one that the child does not have.  */
static void
test_thread_of_parent (const char *backend)
{
  static const char *const statement = "nor what another thread passed on";
  portalocker_lock *holder;
  struct task task, other;
  pid_t child;
  int good;
  if (! unit_has (backend, PORTALOCKER_FEATURE_PASS_ON)
      || ! unit_forks_beside_threads (statement))
    return;
  if (strcmp (SANITIZER, "thread") == 0)
    {
      check_unsupported (statement, "ThreadSanitizer lets a child of threads"
                         " start none");
      return;
    }
  holder = unit_new ("f", backend);
  portalocker_set_pass_over_fork (holder, 1);
  os_atomic_store (&acquired, 0);
  pthread_mutex_lock (&end_mutex);
  task_start (&task, task_acquire_and_stay, holder);
  unit_await (&acquired);
  child = fork ();
  if (child == 0)
    {
      alarm (30);
      task_start (&other, task_owns, holder);
      _exit (task_end (&other));
    }
  good = CHECK_QUIET_INT (unit_reap (child), 0);
  pthread_mutex_unlock (&end_mutex);
  CHECK (CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK) && good,
         statement);
  portalocker_free (holder);
}

static void
test_deadlock (const char *backend)
{
  test_objects (backend);
  test_ended_thread (backend);
  test_ended_watcher (backend);
  test_thread_of_parent (backend);
}

int
main (void)
{
  struct task task;
  unit_start ();
  task_start (&task, give_number, NULL);
  task_end (&task);
  unit_each_backend (test_rules);
  unit_each_backend (test_kinds);
  test_order ();
  unit_each_waiting_backend ("deadlock", test_deadlock);
  unit_each_waiting_backend ("movable", test_movable);
  return check_done ();
}
