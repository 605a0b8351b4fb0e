/* actor-wait.c - the actor's commands for waits: how they are done, how they
   end, and what the process looks like before and after.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* For syscall.  */
#define _GNU_SOURCE 1

#include "actor.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined __has_include
# if __has_include (<linux/seccomp.h>)
#  include <linux/filter.h>
#  include <linux/seccomp.h>
#  include <stddef.h>
#  include <sys/prctl.h>
#  include <sys/syscall.h>
# endif
#endif

/* ---- How waits are done -------------------------------------------- */

static void
do_wait_signal (struct call *call)
{
  actor_answer_code (call, portalocker_set_wait_signal (actor_signal (call,
                                                                      1)));
}

static void
do_wait_method (struct call *call)
{
  actor_answer (call, "%s", portalocker_wait_method ());
}

/* Waits by a signal need one.  */
void
actor_set_wait_signal (void)
{
#ifdef SIGRTMIN
  const char *wanted = getenv ("PORTALOCKER_ACTOR_WAIT_SIGNAL");

  if (wanted != NULL && strcmp (wanted, "1") == 0)
    portalocker_set_wait_signal (SIGRTMIN + 5);
#endif
}

/* ---- Cancelling ---------------------------------------------------- */

static void
do_cancel (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (found)
    actor_answer_code (call, portalocker_cancel (lock));
}

/* What a signal handler cancels, and what came of the last time.  */
static portalocker_lock *volatile cancel_target;
static volatile sig_atomic_t cancel_code = -1;

void
actor_cancel_target (void)
{
  if (cancel_target != NULL)
    cancel_code = portalocker_cancel (cancel_target);
}

void
actor_set_cancel_target (struct call *call, int word)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, word, &found);

  cancel_code = -1;
  cancel_target = found ? lock : NULL;
}

static void
do_cancel_code (struct call *call)
{
  if (cancel_code < 0)
    actor_answer (call, "none");
  else
    actor_answer_code (call, (int) cancel_code);
}

/* ---- The callback of a wait ---------------------------------------- */

/* What the callback of one object was told.  The mutex guards all.  */
struct record
{
  pthread_mutex_t mutex;
  portalocker_lock *lock;
  long long interval;
  int cancels_at;               /* the call that cancels; 0: none */
  int calls;
  int early;                    /* calls too soon after the one before */
  long long first, last;        /* waited, in milliseconds */
  long long holder;             /* as the last call told */
  char name[256];
  char code[64];
  char summary[1024];
  int cancelled;                /* what portalocker_cancel answered */
  pthread_t thread;
};

static struct names records = { .kind = "wait callback" };

static void
copy (char *to, size_t size, const char *text)
{
  snprintf (to, size, "%s", text != NULL ? text : "NULL");
}

static void
note_wait (void *closure, int64_t waited, portalocker_error *holder)
{
  struct record *record = closure;

  pthread_mutex_lock (&record->mutex);
  record->calls++;
  if (record->calls == 1)
    record->first = waited;
  else if (waited - record->last < record->interval - 1)
    record->early++;
  record->last = waited;
  record->holder = portalocker_error_holder (holder);
  copy (record->name, sizeof record->name,
        portalocker_error_holder_name (holder));
  copy (record->code, sizeof record->code,
        portalocker_code_name (portalocker_error_code (holder)));
  copy (record->summary, sizeof record->summary,
        portalocker_error_summary (holder));
  record->thread = pthread_self ();
  if (record->calls == record->cancels_at)
    record->cancelled = portalocker_cancel (record->lock);
  pthread_mutex_unlock (&record->mutex);
}

/* The record of the object that the first word names, empty.  It lives as long
   as the actor, since a wait may have it.  */
static struct record *
fresh_record (struct call *call)
{
  int found;
  struct record *record = actor_find (&records, call, 1, &found);

  if (record == NULL)
    record = calloc (1, sizeof *record);
  if (record == NULL)
    return NULL;
  memset (record, 0, sizeof *record);
  pthread_mutex_init (&record->mutex, NULL);
  record->cancelled = -1;
  actor_put (&records, call, call->word[1], record);
  return record;
}

static void
do_wait_callback (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);
  struct record *record;

  if (! found)
    return;
  if (strcmp (call->word[2], "null") == 0)
    {
      actor_answer_code (call, portalocker_set_wait_callback (lock, NULL, NULL,
                                                              0));
      return;
    }
  record = fresh_record (call);
  if (record == NULL)
    return;
  record->lock = lock;
  record->interval = actor_number (call, 2);
  record->cancels_at = (int) actor_number (call, 3);
  actor_answer_code (call, portalocker_set_wait_callback (lock, note_wait,
                                                          record,
                                                          record->interval));
}

static void
answer_record (struct call *call, const struct record *record)
{
  const char *field = call->word[2];

  if (strcmp (field, "calls") == 0)
    actor_answer (call, "%d", record->calls);
  else if (strcmp (field, "early") == 0)
    actor_answer (call, "%d", record->early);
  else if (strcmp (field, "first") == 0)
    actor_answer (call, "%lld", record->first);
  else if (strcmp (field, "last") == 0)
    actor_answer (call, "%lld", record->last);
  else if (strcmp (field, "holder") == 0)
    actor_answer (call, "%lld", record->holder);
  else if (strcmp (field, "holder-name") == 0)
    actor_answer (call, "%s", record->name);
  else if (strcmp (field, "code") == 0)
    actor_answer (call, "%s", record->code);
  else if (strcmp (field, "summary") == 0)
    actor_answer (call, "%s", record->summary);
  else if (strcmp (field, "cancelled") == 0)
    actor_answer_code (call, record->cancelled);
  else if (strcmp (field, "own-thread") == 0)
    actor_answer (call, "%d", pthread_equal (record->thread, pthread_self ())
                  != 0);
  else
    actor_answer (call, "actor: no field %s", field);
}

static void
do_callback (struct call *call)
{
  int found;
  struct record *record = actor_find (&records, call, 1, &found);

  if (record == NULL)
    return;
  pthread_mutex_lock (&record->mutex);
  answer_record (call, record);
  pthread_mutex_unlock (&record->mutex);
}

/* Release the second object once the callback of the first one was called:
   that thread waits then.  */
static void
do_release_when_told (struct call *call)
{
  const struct timespec moment = { .tv_nsec = 1000000 };
  int found;
  struct record *record = actor_find (&records, call, 1, &found);
  portalocker_lock *lock = actor_find (&actor_locks, call, 2, &found);
  int calls = 0;

  if (record == NULL || lock == NULL)
    return;
  while (calls == 0)
    {
      pthread_mutex_lock (&record->mutex);
      calls = record->calls;
      pthread_mutex_unlock (&record->mutex);
      nanosleep (&moment, NULL);
    }
  actor_answer_code (call, portalocker_release (lock));
}

/* ---- Waits in an event loop ---------------------------------------- */

/* Answer the descriptor, or the code if there is none.  */
static void
do_watch (struct call *call)
{
  int found, code;
  int descriptor = -2;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (! found)
    return;
  code = portalocker_watch (lock, actor_number (call, 2), &descriptor);
  if (code == PORTALOCKER_OK)
    actor_answer (call, "%d", descriptor);
  else if (descriptor != -1 && lock != NULL)
    actor_answer (call, "actor: failed, and the descriptor is not -1");
  else
    actor_answer_code (call, code);
}

static void
do_watch_nowhere (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (found)
    actor_answer_code (call, portalocker_watch (lock, -1, NULL));
}

/* Whether the descriptor is readable, within so many milliseconds.  */
static void
do_readable (struct call *call)
{
  struct pollfd end = { .fd = (int) actor_number (call, 1),
                        .events = POLLIN };
  int count = poll (&end, 1, (int) actor_number (call, 2));

  if (count < 0)
    actor_answer_errno (call, errno);
  else
    actor_answer (call, "%d", (end.revents & POLLIN) != 0);
}

static void
do_watch_finish (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (found)
    actor_answer_code (call, portalocker_watch_finish (lock));
}

static void
do_watch_abandon (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (found)
    actor_answer_code (call, portalocker_watch_abandon (lock));
}

/* Watch the first object for so many milliseconds, and answer how it ended and
   how long that took.  */
static void
do_watch_timed (struct call *call)
{
  struct pollfd end = { .fd = -1, .events = POLLIN };
  int found, code;
  int64_t begun = portalocker_now ();
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (! found)
    return;
  code = portalocker_watch (lock, actor_number (call, 2), &end.fd);
  if (code == PORTALOCKER_OK)
    {
      poll (&end, 1, -1);
      code = portalocker_watch_finish (lock);
    }
  actor_answer_code (call, code);
  snprintf (call->answer + strlen (call->answer), 32, " %lld",
            (long long) (portalocker_now () - begun));
}

/* ---- What the process looks like ----------------------------------- */

/* The C library's own signals: to cancel a thread, and the like.  */
static const unsigned long long library_signals = 7ULL << 31;

/* The signal set behind NAME in /proc/self/status, without those.  */
static unsigned long long
signal_set (const char *name)
{
  char line[256];
  unsigned long long set = 0;
  size_t length = strlen (name);
  FILE *stream = fopen ("/proc/self/status", "r");

  while (stream != NULL && fgets (line, sizeof line, stream) != NULL)
    if (strncmp (line, name, length) == 0 && line[length] == ':')
      set = strtoull (line + length + 1, NULL, 16);
  if (stream != NULL)
    fclose (stream);
  return set & ~library_signals;
}

static int
count_entries (const char *directory)
{
  DIR *stream = opendir (directory);
  const struct dirent *entry;
  int count = 0;

  while (stream != NULL && (entry = readdir (stream)) != NULL)
    count += entry->d_name[0] != '.';
  if (stream != NULL)
    closedir (stream);
  return count;
}

/* The lines of the file NAME that begin with PREFIX.  */
static int
count_lines (const char *name, const char *prefix)
{
  char line[4096];
  int count = 0;
  FILE *stream = fopen (name, "r");

  while (stream != NULL && fgets (line, sizeof line, stream) != NULL)
    count += strncmp (line, prefix, strlen (prefix)) == 0;
  if (stream != NULL)
    fclose (stream);
  return count;
}

static int
has_alarm (void)
{
  struct itimerval left;

  return getitimer (ITIMER_REAL, &left) == 0
         && (left.it_value.tv_sec != 0 || left.it_value.tv_usec != 0);
}

/* Whether there is a child, also one that is not waited for by default.  */
static int
has_children (void)
{
  siginfo_t info;
  int options = WEXITED | WNOHANG | WNOWAIT;

#ifdef __WALL
  options |= __WALL;
#endif
  return waitid (P_ALL, 0, &info, options) == 0;
}

/* All that a program could see of a wait, in one line to compare.  */
static void
do_snapshot (struct call *call)
{
  actor_answer (call, "threads %d descriptors %d timers %d alarm %d"
                " children %d blocked %llx ignored %llx caught %llx"
                " pending %llx",
                count_entries ("/proc/self/task"),
                count_entries ("/proc/self/fd"),
                count_lines ("/proc/self/timers", "ID:"), has_alarm (),
                has_children (),
                signal_set ("SigBlk"), signal_set ("SigIgn"),
                signal_set ("SigCgt"), signal_set ("ShdPnd"));
}

/* ---- What a program does with signals and timers ------------------- */

static void
do_block_signal (struct call *call)
{
  int signo = actor_signal (call, 1);
  int error;
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, signo);
  error = pthread_sigmask (strcmp (call->word[2], "1") == 0
                           ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
  actor_answer_errno (call, error);
}

/* Let SIGALRM come in so many seconds.  */
static void
do_alarm (struct call *call)
{
  alarm ((unsigned int) actor_number (call, 1));
  actor_answer (call, "ok");
}

/* Whether it is still to come, and not reset to more than that.  */
static void
do_alarm_left (struct call *call)
{
  struct itimerval left;

  getitimer (ITIMER_REAL, &left);
  actor_answer (call, "%d", left.it_value.tv_sec > 0
                && left.it_value.tv_sec <= actor_number (call, 1));
}

/* ---- A system that refuses ----------------------------------------- */

/* Allow this user no more than N processes and threads.  */
static void
do_nproc (struct call *call)
{
  struct rlimit limit;

  actor_no_leak_check = 1;
  getrlimit (RLIMIT_NPROC, &limit);
  limit.rlim_cur = (rlim_t) actor_number (call, 1);
  actor_answer_errno (call, setrlimit (RLIMIT_NPROC, &limit) == 0 ? 0 : errno);
}

#ifdef SECCOMP_MODE_FILTER

static long
call_number (const char *name)
{
  static const struct { const char *name; long number; } numbers[] = {
# ifdef SYS_clone
    { "clone", SYS_clone },
# endif
# ifdef SYS_clone3
    { "clone3", SYS_clone3 },
# endif
# ifdef SYS_timer_create
    { "timer_create", SYS_timer_create },
# endif
# ifdef SYS_timer_settime
    { "timer_settime", SYS_timer_settime },
# endif
    { NULL, -1 }
  };
  size_t i = 0;

  while (numbers[i].name != NULL && strcmp (numbers[i].name, name) != 0)
    i++;
  return numbers[i].number;
}

/* Refuse the system call NUMBER with EPERM, in this thread and those that it
   starts.  */
static int
refuse (long number)
{
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (unsigned int) number, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
  };
  struct sock_fprog program = { sizeof code / sizeof code[0], code };

  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
      || prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0)
    return errno;
  return 0;
}

/* A call that this system does not have is as good as refused.  */
static void
do_refuse (struct call *call)
{
  int error = 0;
  int i;

  actor_no_leak_check = 1;
  for (i = 1; i < call->count && error == 0; i++)
    if (call_number (call->word[i]) >= 0)
      error = refuse (call_number (call->word[i]));
  actor_answer_errno (call, error);
}

#else

static void
do_refuse (struct call *call)
{
  actor_answer_errno (call, ENOSYS);
}

#endif

const struct command actor_wait_commands[] = {
  { "wait-signal", 1, 1, do_wait_signal },      /* SIGNAL, or 0 for none */
  { "wait-method", 0, 0, do_wait_method },
  { "cancel", 1, 1, do_cancel },        /* OBJECT */
  { "cancel-code", 0, 0, do_cancel_code },      /* of the signal handler */
  /* OBJECT INTERVAL or null, and the number of the call that cancels */
  { "wait-callback", 2, 3, do_wait_callback },
  { "callback", 2, 2, do_callback },    /* OBJECT FIELD: see answer_record */
  { "release-when-told", 2, 2, do_release_when_told },  /* OBJECT OBJECT */
  { "watch", 2, 2, do_watch },          /* OBJECT TIMEOUT */
  { "watch-nowhere", 1, 1, do_watch_nowhere },
  { "readable", 1, 2, do_readable },    /* DESCRIPTOR [MILLISECONDS] */
  { "watch-finish", 1, 1, do_watch_finish },
  { "watch-abandon", 1, 1, do_watch_abandon },
  { "watch-timed", 2, 2, do_watch_timed },      /* OBJECT TIMEOUT */
  { "snapshot", 0, 0, do_snapshot },
  { "block-signal", 2, 2, do_block_signal },    /* SIGNAL 1 or 0 */
  { "alarm", 1, 1, do_alarm },          /* SECONDS */
  { "alarm-left", 1, 1, do_alarm_left },        /* whether: at most SECONDS */
  { "nproc", 1, 1, do_nproc },
  { "refuse", 1, ACTOR_WORDS, do_refuse },      /* SYSTEM-CALL... */
  { NULL, 0, 0, NULL }
};
