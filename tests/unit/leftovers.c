/* leftovers.c - nothing of a wait is left when it is over.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <poll.h>
#include <signal.h>

/* ---- What a program can see of itself.  */

struct traces
{
  int threads, descriptors, timers;
  sigset_t mask;
  char actions[3][80];          /* of signals, as the system writes them */
};

/* Copy the line of the file NAME that begins with KEY.  */
static void
copy_line (const char *name, const char *key, char line[80])
{
  FILE *stream = fopen (name, "r");
  char text[300];
  line[0] = '\0';
  while (stream != NULL && fgets (text, sizeof text, stream) != NULL)
    if (strncmp (text, key, strlen (key)) == 0)
      snprintf (line, 80, "%.79s", text);
  if (stream != NULL)
    fclose (stream);
}

/* The signals of a line "SigCgt: 0000000180000000", without those by which the
   C library cancels threads.  */
static void
copy_signals (const char *key, char line[80])
{
  unsigned long long bits;
  copy_line ("/proc/self/status", key, line);
  if (sscanf (line, "%*s %llx", &bits) == 1)
    snprintf (line, 80, "%s %llx", key, bits & ~(7ULL << 31));
}

static int
count_timers (void)
{
  FILE *stream = fopen ("/proc/self/timers", "r");
  char text[300];
  int count = 0;
  while (stream != NULL && fgets (text, sizeof text, stream) != NULL)
    count += strncmp (text, "ID:", 3) == 0;
  if (stream != NULL)
    fclose (stream);
  return count;
}

static struct traces
look (void)
{
  struct traces traces;
  memset (&traces, 0, sizeof traces);
  traces.threads = unit_threads ();
  traces.descriptors = unit_descriptors ();
  traces.timers = count_timers ();
  pthread_sigmask (SIG_BLOCK, NULL, &traces.mask);
  copy_signals ("SigBlk:", traces.actions[0]);
  copy_signals ("SigIgn:", traces.actions[1]);
  copy_signals ("SigCgt:", traces.actions[2]);
  return traces;
}

static bool
same_masks (const sigset_t *a, const sigset_t *b)
{
  int signo;
  for (signo = 1; signo < 65; signo++)
    if (sigismember (a, signo) != sigismember (b, signo))
      return CHECK_QUIET_INT (signo, 0);
  return true;
}

/* Whether all is as BEFORE, once the threads that have no more to do are
   gone.  */
static int
check_same (const struct traces *before)
{
  struct traces now;
  int i, good;
  unit_await_threads ();
  for (i = 0; i < 10000 && unit_threads () > before->threads; i++)
    poll (NULL, 0, 1);
  now = look ();
  /* Fewer, when BEFORE still had one that was about to vanish.  */
  good = CHECK_QUIET (now.threads <= before->threads)
         & CHECK_QUIET_INT (now.descriptors, before->descriptors)
         & CHECK_QUIET_INT (now.timers, before->timers)
         & same_masks (&now.mask, &before->mask);
  for (i = 0; i < 3; i++)
    good &= CHECK_QUIET_STRING (now.actions[i], before->actions[i]);
  return good;
}


/* ---- Waits, each with an end.  */

static const char *backend;     /* of the round */
static portalocker_lock *lock;

static int
let_go_when_refused (void *unused)
{
  (void) unused;
  unit_await_refusal (lock);
  unit_let_go ();
  return 0;
}

static int
cancel_when_refused (void *unused)
{
  (void) unused;
  unit_await_refusal (lock);
  return portalocker_cancel (lock);
}

/* Wait while the helper holds the file and FUNCTION, or the deadline, ends
   that with CODE.  */
static int
wait_once (int64_t timeout, int (*function) (void *), int code)
{
  struct task task;
  int good;
  portalocker_set_timeout (lock, timeout);
  unit_hold ("f", backend, true);
  if (function != NULL)
    task_start (&task, function, NULL);
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), code);
  if (function != NULL)
    good &= CHECK_QUIET_CODE (task_end (&task), PORTALOCKER_OK);
  if (code != PORTALOCKER_OK)
    unit_let_go ();
  portalocker_release (lock);
  return good;
}

static const struct
{
  const char *statement;
  int64_t timeout;
  int (*function) (void *);
  int code;
} waits[] =
{
  { "gets the lock", 3600000, let_go_when_refused, PORTALOCKER_OK },
  { "comes to its deadline", 20, NULL, PORTALOCKER_TIMED_OUT },
  { "is cancelled", 3600000, cancel_when_refused, PORTALOCKER_CANCELLED },
  { "without an end gets the lock", PORTALOCKER_FOREVER, let_go_when_refused,
    PORTALOCKER_OK },
  { "without an end is cancelled", PORTALOCKER_FOREVER, cancel_when_refused,
    PORTALOCKER_CANCELLED }
};

static void
test_waits (const char *method)
{
  char statement[200];
  size_t i;
  portalocker__force_wait_method (method);
  for (i = 0; i < sizeof waits / sizeof *waits; i++)
    {
      struct traces before;
      int good;
      lock = unit_new ("f", backend);
      portalocker_set_cancellable (lock, 1);
      /* The first one of a process, and of a thread, makes what stays.  */
      wait_once (1, NULL, PORTALOCKER_TIMED_OUT);
      unit_await_threads ();
      before = look ();
      good = wait_once (waits[i].timeout, waits[i].function, waits[i].code);
      good &= check_same (&before);
      snprintf (statement, sizeof statement,
                "nothing is left of a wait that %s (%s)", waits[i].statement,
                method);
      CHECK (good, statement);
      portalocker_free (lock);
    }
  unit_restore ();
}

/* What the first wait of a process leaves for good: nothing, or one timer of
   the thread that waits by a signal.  */
static int
first_wait (void *unused)
{
  (void) unused;
  return wait_once (1, NULL, PORTALOCKER_TIMED_OUT);
}

static void
test_first (const char *method, int timers)
{
  struct traces before;
  struct task task;
  char statement[200];
  int good;
  portalocker__force_wait_method (method);
  lock = unit_new ("f", backend);
  /* This one is another thread's.  */
  wait_once (1, NULL, PORTALOCKER_TIMED_OUT);
  unit_await_threads ();
  before = look ();
  task_start (&task, first_wait, NULL);
  good = task_end (&task) && check_same (&before);
  snprintf (statement, sizeof statement,
            "nothing is left of a thread that waited (%s)", method);
  CHECK (good && CHECK_QUIET (before.timers == timers || before.timers == 0),
         statement);
  portalocker_free (lock);
  unit_restore ();
}

static void
test_method (const char *method, int timers)
{
  bool has;
  portalocker__force_wait_method (method);
  has = strcmp (portalocker_wait_method (), method) == 0;
  unit_restore ();
  if (! has)
    {
      check_unsupported ("nothing is left", method);
      return;
    }
  test_first (method, timers);
  test_waits (method);
}

static void
test_backend (const char *name)
{
  backend = name;
  unit_area (backend, "leftovers");
  test_method ("poll", 0);
  test_method ("thread", 0);
}

#if HAVE_THREAD_TIMERS
static void
test_signal (const char *name)
{
  backend = name;
  unit_area (backend, "leftovers-signal");
  portalocker_set_wait_signal (SIGUSR1);
  test_method ("signal", 1);
  portalocker_set_wait_signal (0);
}
#endif

static int
be_a_thread (void *unused)
{
  (void) unused;
  return 0;
}

int
main (void)
{
  struct traces before;
  struct task task;
  unit_start ();
  /* Some checkers of programs have a thread of their own from then on.  */
  task_start (&task, be_a_thread, NULL);
  task_end (&task);
  before = look ();
  unit_each_waiting_backend ("leftovers", test_backend);
  unit_area ("unit", "leftovers");
  CHECK (check_same (&before), "no signal is touched but the wait signal");
#if HAVE_THREAD_TIMERS
  unit_each_waiting_backend ("leftovers-signal", test_signal);
#endif
  return check_done ();
}
