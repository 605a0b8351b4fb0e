dnl portalocker-probe.m4 - a question about behaviour, with three answers.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_PROBE(NAME, QUESTION, BODY)
# ---------------------------------------
# Answer QUESTION by a program and store the answer, yes, no or undecided,
# in the cache variable portalocker_cv_NAME.  Undecided means that the
# question could not be put: a cross build, a file system without locks, a
# sandbox that refuses the call.  Then portalocker_guess_NAME, which
# PORTALOCKER_HOST_TABLE sets, counts, so that the packages of one
# distribution do not differ by the machine that built them.
#
# portalocker_answer_NAME is yes or no afterwards, and portalocker_how_NAME
# tells where it comes from.
#
# BODY defines "static int probe (const char *name)", which puts the
# question to the file NAME, and returns YES, NO or UNDECIDED.  It is tried
# in one directory after another until the answer is YES: if a lock excludes
# on any file system, then it is the other one that swallows locks.
AC_DEFUN([PORTALOCKER_PROBE],
[AC_REQUIRE([PORTALOCKER_HOST_TABLE])
portalocker_how_$1=probed
AS_VAR_SET_IF([portalocker_cv_$1], [portalocker_how_$1='from the cache'])
AC_CACHE_CHECK([$2], [portalocker_cv_$1],
 [rm -f conftest.answer
  AC_RUN_IFELSE([AC_LANG_SOURCE([_PORTALOCKER_PROBE_PROGRAM([$3])])],
    [portalocker_cv_$1=`cat conftest.answer`],
    [portalocker_cv_$1=undecided],
    [portalocker_cv_$1=undecided])
  rm -f conftest.answer])
AS_CASE([$portalocker_cv_$1],
  [yes | no],
    [portalocker_answer_$1=$portalocker_cv_$1],
  [undecided],
    [portalocker_answer_$1=$portalocker_guess_$1
     portalocker_how_$1="guessed for $host_os"
     AC_MSG_NOTICE([guessing for $host_os $2... $portalocker_answer_$1])],
  [AC_MSG_ERROR([portalocker_cv_$1 is '$portalocker_cv_$1'; it must be yes, no or undecided])])
AS_IF([test "$portalocker_answer_$1" != "$portalocker_guess_$1"],
  [AC_MSG_WARN([$2: $portalocker_answer_$1, which is not what $host_os is known for])])
])

# The program around BODY.  A program that dies leaves no answer.
m4_define([_PORTALOCKER_PROBE_PROGRAM], [[
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { YES, NO, UNDECIDED };

/* Whether a refused lock was refused because of another holder.  */
static int
verdict (int result)
{
  if (result == 0)
    return NO;
  return errno == EACCES || errno == EAGAIN || errno == EWOULDBLOCK
         ? YES : UNDECIDED;
}

/* What TRY finds in a child process.  */
int
in_child (int (*try) (const char *name, int fd), const char *name, int fd)
{
  int status;
  pid_t child = fork ();
  if (child == 0)
    _exit (try (name, fd));
  if (child < 0 || waitpid (child, &status, 0) != child
      || ! WIFEXITED (status))
    return UNDECIDED;
  return WEXITSTATUS (status);
}

]$1[

static int
probe_in (const char *directory)
{
  char name[1024];
  int fd, answer;
  if (snprintf (name, sizeof name, "%s/conftest-lock-XXXXXX", directory)
      >= (int) sizeof name)
    return UNDECIDED;
  fd = mkstemp (name);
  if (fd < 0)
    return UNDECIDED;
  close (fd);
  answer = probe (name);
  unlink (name);
  return answer;
}

int
main (void)
{
  const char *directories[5];
  int i, answer = UNDECIDED;
  FILE *file;
  directories[0] = ".";
  directories[1] = getenv ("TMPDIR") ? getenv ("TMPDIR") : "/tmp";
  directories[2] = "/tmp";
  directories[3] = "/var/tmp";
  directories[4] = "/dev/shm";
  alarm (60);
  for (i = 0; i < 5 && answer != YES; i++)
    {
      int here = probe_in (directories[i]);
      if (here != UNDECIDED)
        answer = here;
    }
  file = fopen ("conftest.answer", "w");
  if (file == NULL)
    return 1;
  fprintf (file, "%s\n",
           answer == YES ? "yes" : answer == NO ? "no" : "undecided");
  return fclose (file) != 0;
}
]])
