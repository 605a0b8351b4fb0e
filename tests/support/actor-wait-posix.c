/* actor-wait-posix.c - the actor's commands for waits by signals and in event
   loops, and for what the process looks like before and after.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* For syscall.  */
#define _GNU_SOURCE 1

#include "actor-posix.h"

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

static void
do_wait_signal (struct call *call)
{
  actor_answer_code (call, portalocker_set_wait_signal (actor_signal (call,
                                                                      1)));
}

/* ---- Waits in an event loop ---------------------------------------- */

int
actor_watch (portalocker_lock *lock, long long timeout, long long *event)
{
  int descriptor = -2;
  int code = portalocker_watch (lock, timeout,
                                event == NULL ? NULL : &descriptor);

  if (event != NULL)
    *event = descriptor;
  return code;
}

int
actor_await (long long event, int milliseconds)
{
  struct pollfd end = { .fd = (int) event, .events = POLLIN };

  return poll (&end, 1, milliseconds) < 0 ? -1 : (end.revents & POLLIN) != 0;
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

/* Whether there is a child, also one that is not waited for by default.  One
   that has ended is gone afterwards: waitid would leave it, but dietlibc
   declares that and does not have it.  */
static int
has_children (void)
{
  int options = WNOHANG;

#ifdef __WALL
  options |= __WALL;
#endif
  return waitpid (-1, NULL, options) >= 0;
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

const struct command actor_own_wait_commands[] = {
  { "wait-signal", 1, 1, do_wait_signal },      /* SIGNAL, or 0 for none */
  { "snapshot", 0, 0, do_snapshot },
  { "block-signal", 2, 2, do_block_signal },    /* SIGNAL 1 or 0 */
  { "alarm", 1, 1, do_alarm },          /* SECONDS */
  { "alarm-left", 1, 1, do_alarm_left },        /* whether: at most SECONDS */
  { "nproc", 1, 1, do_nproc },
  { "refuse", 1, ACTOR_WORDS, do_refuse },      /* SYSTEM-CALL... */
  { NULL, 0, 0, NULL }
};
