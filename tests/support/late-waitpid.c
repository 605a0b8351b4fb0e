/* late-waitpid.c - a waitpid that looks when the child has ended, not before.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   To be preloaded into the tool, as if that were slow: the signal that ended
   the child has then arrived for its parent too.  */

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t
waitpid (pid_t pid, int *status, int options)
{
  siginfo_t info;

  if ((options & WNOHANG) != 0)
    waitid (P_PID, (id_t) pid, &info, WEXITED | WNOWAIT);
  return (pid_t) syscall (SYS_wait4, pid, status, options, 0);
}
