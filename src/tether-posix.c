/* tether-posix.c - a child that does not outlive its parent.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "tether-posix.h"

#include <signal.h>
#include <unistd.h>

#if HAVE_SYS_PRCTL_H
# include <sys/prctl.h>
#endif
#if HAVE_SYS_PROCCTL_H
# include <sys/procctl.h>
#endif

/* A refusal, as by a sandbox, is no reason not to run the command.  */
static void
tether (void)
{
#if defined PR_SET_PDEATHSIG
  prctl (PR_SET_PDEATHSIG, SIGKILL);
#elif defined PROC_PDEATHSIG_CTL
  int signal = SIGKILL;
  procctl (P_PID, 0, PROC_PDEATHSIG_CTL, &signal);
#endif
}

bool
tether_to_parent (pid_t parent)
{
  pid_t now;
  tether ();
  now = getppid ();
  /* It is 0 when the parent is outside of a PID namespace that began with the
     child, which cannot see more than that.  */
  return now == parent || now == 0;
}
