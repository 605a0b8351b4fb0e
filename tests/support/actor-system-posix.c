/* actor-system-posix.c - the actor's commands for what surrounds the library
   in a process: descriptors, limits, signals, and locks taken without it.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* For F_OFD_SETLK.  */
#define _GNU_SOURCE 1
#define _FILE_OFFSET_BITS 64
/* A C library in which it is always so does not look, and compilers warn.  */
#if _FILE_OFFSET_BITS != 64
# error
#endif

#include "actor-posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Descriptors above this are the actor's own.  */
enum { FEW = 100 };

static void
answer_result (struct call *call, int result)
{
  actor_answer_errno (call, result >= 0 ? 0 : errno);
}

static int
fd_word (const struct call *call, int word)
{
  return (int) actor_number (call, word);
}

/* ---- Descriptors --------------------------------------------------- */

static void
do_cloexec (struct call *call)
{
  int flags = fcntl (fd_word (call, 1), F_GETFD);

  if (flags >= 0)
    actor_answer (call, "%d", (flags & FD_CLOEXEC) != 0);
  else
    actor_answer_errno (call, errno);
}

/* Whether the descriptor is open on the file PATH.  */
static void
do_is_file (struct call *call)
{
  struct stat open_file, named;

  if (fstat (fd_word (call, 1), &open_file) != 0
      || stat (call->word[2], &named) != 0)
    actor_answer_errno (call, errno);
  else
    actor_answer (call, "%d", open_file.st_dev == named.st_dev
                  && open_file.st_ino == named.st_ino);
}

/* The open descriptors.  */
static void
do_fds (struct call *call)
{
  size_t length = 0;
  int fd;

  for (fd = 0; fd < FEW; fd++)
    if (fcntl (fd, F_GETFD) >= 0)
      length += (size_t) snprintf (call->answer + length,
                                   sizeof call->answer - length,
                                   length > 0 ? " %d" : "%d", fd);
}

/* ---- The process --------------------------------------------------- */

static void
do_umask (struct call *call)
{
  actor_answer (call, "%03o",
                (unsigned int) umask ((mode_t) strtol (call->word[1], NULL,
                                                       8)));
}

/* Allow no descriptor numbers from N on.  */
static void
do_nofile (struct call *call)
{
  struct rlimit limit;

  actor_no_leak_check = 1;
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = (rlim_t) actor_number (call, 1);
  answer_result (call, setrlimit (RLIMIT_NOFILE, &limit));
}

/* Let no file grow beyond N bytes: EFBIG, not a signal.  */
static void
do_fsize (struct call *call)
{
  struct rlimit limit;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &limit);
  limit.rlim_cur = (rlim_t) actor_number (call, 1);
  answer_result (call, setrlimit (RLIMIT_FSIZE, &limit));
}

/* Become the user UID with no other groups than GID.  */
static void
do_become (struct call *call)
{
  gid_t gid = (gid_t) actor_number (call, 2);

  if (setgroups (1, &gid) != 0 || setgid (gid) != 0
      || setuid ((uid_t) actor_number (call, 1)) != 0)
    actor_answer_errno (call, errno);
  else
    actor_answer (call, "ok");
}

static void
do_threads (struct call *call)
{
  DIR *tasks = opendir ("/proc/self/task");
  int count = 0;
  struct dirent *entry;

  if (tasks == NULL)
    {
      actor_answer_errno (call, errno);
      return;
    }
  while ((entry = readdir (tasks)) != NULL)
    count += entry->d_name[0] != '.';
  closedir (tasks);
  actor_answer (call, "%d", count);
}

/* What the library must never touch, in one line to compare.  */
static void
do_surroundings (struct call *call)
{
  sigset_t mask;
  struct sigaction action;
  char directory[4096];
  char blocked[65] = "", handled[65] = "";
  mode_t old = umask (0);
  int i;

  umask (old);
  sigprocmask (SIG_BLOCK, NULL, &mask);
  for (i = 1; i <= 64; i++)
    {
      int handles = sigaction (i, NULL, &action) == 0
                    && action.sa_handler != SIG_DFL;

      blocked[i - 1] = sigismember (&mask, i) > 0 ? '1' : '0';
      handled[i - 1] = handles ? '1' : '0';
    }
  actor_answer (call, "umask %03o directory %s locale %s blocked %s handled %s",
                (unsigned int) old,
                getcwd (directory, sizeof directory) != NULL ? directory : "?",
                setlocale (LC_ALL, NULL), blocked, handled);
}

/* ---- Signals ------------------------------------------------------- */

/* Each signal that was handled is a byte in this pipe.  */
static int signal_pipe[2] = { -1, -1 };

static void
note_signal (int signal_number)
{
  int saved = errno;
  ssize_t done = write (signal_pipe[1], "", 1);

  (void) done;
  (void) signal_number;
  errno = saved;
}

/* A handler that ends a wait of the library, whichever thread it runs in.  */
static void
cancel_by_signal (int signal_number)
{
  int saved = errno;

  actor_cancel_target ();
  note_signal (signal_number);
  errno = saved;
}

/* Make the pipe, where tests do not look for descriptors.  */
static int
make_signal_pipe (void)
{
  int ends[2], i;

  if (signal_pipe[0] >= 0)
    return 0;
  if (pipe (ends) != 0)
    return -1;
  for (i = 0; i < 2; i++)
    {
      signal_pipe[i] = fcntl (ends[i], F_DUPFD, FEW);
      fcntl (signal_pipe[i], F_SETFD, FD_CLOEXEC);
      fcntl (signal_pipe[i], F_SETFL, O_NONBLOCK);
      close (ends[i]);
    }
  return signal_pipe[1] >= 0 ? 0 : -1;
}

int
actor_signal (const struct call *call, int number)
{
  static const struct { const char *name; int number; } signals[] = {
    { "ALRM", SIGALRM }, { "CHLD", SIGCHLD }, { "INT", SIGINT },
    { "KILL", SIGKILL }, { "SEGV", SIGSEGV }, { "STOP", SIGSTOP },
    { "TERM", SIGTERM }, { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }
  };
  const char *name = call->word[number];
  size_t i;

  for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
    if (strcmp (signals[i].name, name) == 0)
      return signals[i].number;
#ifdef SIGRTMIN
  if (strncmp (name, "RTMIN+", 6) == 0)
    return SIGRTMIN + atoi (name + 6);
#endif
  return name[0] == '-' || (name[0] >= '0' && name[0] <= '9') ? atoi (name)
                                                              : -1;
}

/* HOW is "restart", "interrupt" (without SA_RESTART), "default", "ignore", or
   "cancel" and a lock object.  */
static void
do_handler (struct call *call)
{
  const char *how = call->word[2];
  struct sigaction action;

  memset (&action, 0, sizeof action);
  action.sa_handler = note_signal;
  if (strcmp (how, "default") == 0)
    action.sa_handler = SIG_DFL;
  else if (strcmp (how, "ignore") == 0)
    action.sa_handler = SIG_IGN;
  else if (strcmp (how, "cancel") == 0)
    {
      action.sa_handler = cancel_by_signal;
      actor_set_cancel_target (call, 3);
    }
  action.sa_flags = strcmp (how, "restart") == 0 ? SA_RESTART : 0;
  if (make_signal_pipe () != 0)
    actor_answer_errno (call, errno);
  else
    answer_result (call, sigaction (actor_signal (call, 1), &action, NULL));
}

/* How many signals were handled so far.  */
static void
do_caught (struct call *call)
{
  static int caught;
  char byte;

  while (read (signal_pipe[0], &byte, 1) == 1)
    caught++;
  actor_answer (call, "%d", caught);
}

/* ---- Locks without the library, none of which waits ---------------- */

static void
do_raw_flock (struct call *call)
{
  const char *kind = call->word[2];
  int operation = strcmp (kind, "ex") == 0 ? LOCK_EX
                  : strcmp (kind, "sh") == 0 ? LOCK_SH : LOCK_UN;

  answer_result (call, flock (fd_word (call, 1), operation | LOCK_NB));
}

/* "r", "w", "u", then the range.  */
static struct flock
range_words (const struct call *call)
{
  struct flock range;
  char kind = call->word[2][0];

  memset (&range, 0, sizeof range);
  range.l_type = kind == 'r' ? F_RDLCK : kind == 'w' ? F_WRLCK : F_UNLCK;
  range.l_whence = SEEK_SET;
  range.l_start = (off_t) actor_number (call, 3);
  range.l_len = (off_t) actor_number (call, 4);
  return range;
}

static void
do_raw_fcntl (struct call *call)
{
  struct flock range = range_words (call);

  answer_result (call, fcntl (fd_word (call, 1), F_SETLK, &range));
}

static void
do_raw_ofd (struct call *call)
{
#ifdef F_OFD_SETLK
  struct flock range = range_words (call);

  answer_result (call, fcntl (fd_word (call, 1), F_OFD_SETLK, &range));
#else
  actor_answer_errno (call, ENOSYS);
#endif
}

static void
do_raw_lockf (struct call *call)
{
  answer_result (call, lockf (fd_word (call, 1),
                              call->word[2][0] == 'u' ? F_ULOCK : F_TLOCK,
                              0));
}

const struct command actor_system_commands[] = {
  { "cloexec", 1, 1, do_cloexec },
  { "is-file", 2, 2, do_is_file },      /* DESCRIPTOR PATH */
  { "fds", 0, 0, do_fds },
  { "umask", 1, 1, do_umask },          /* OCTAL, answers the old one */
  { "nofile", 1, 1, do_nofile },
  { "fsize", 1, 1, do_fsize },
  { "become", 2, 2, do_become },        /* UID GID */
  { "threads", 0, 0, do_threads },
  { "surroundings", 0, 0, do_surroundings },
  { "handler", 2, 3, do_handler },      /* SIGNAL HOW [OBJECT] */
  { "caught", 0, 0, do_caught },        /* signals so far */
  { "raw-flock", 2, 2, do_raw_flock },  /* DESCRIPTOR sh|ex|un */
  { "raw-fcntl", 4, 4, do_raw_fcntl },  /* DESCRIPTOR r|w|u START LENGTH */
  { "raw-ofd", 4, 4, do_raw_ofd },
  { "raw-lockf", 2, 2, do_raw_lockf },  /* DESCRIPTOR w|u */
  { NULL, 0, 0, NULL }
};
