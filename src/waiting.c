/* waiting.c - what the tool does while it waits for a lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "waiting.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "message.h"

/* ---- The wait signal.  */

/* macOS and OpenBSD have no real-time signals, nor timers for a thread.  */
#ifdef SIGRTMIN

/* Whether the tool was started with nothing special about SIGNO: what is
   ignored or blocked is so for a reason, and for the command too.  */
static bool
is_free (int signo)
{
  struct sigaction action;
  sigset_t blocked;
  return sigaction (signo, NULL, &action) == 0
         && (action.sa_flags & SA_SIGINFO) == 0
         && action.sa_handler == SIG_DFL
         && sigprocmask (SIG_BLOCK, NULL, &blocked) == 0
         && sigismember (&blocked, signo) == 0;
}

void
waiting_begin (void)
{
  int signo = SIGRTMIN + 5;
  if (signo <= SIGRTMAX && is_free (signo))
    portalocker_set_wait_signal (signo);
}

#else

void
waiting_begin (void)
{
}

#endif

void
waiting_end (void)
{
  portalocker_set_wait_signal (0);
}


/* ---- The person at the terminal.  */

enum { HOLDER_SIZE = 128 };

/* ", held by pid 4711 (rsync)", as far as HOLDER knows it.  */
static const char *
describe (char *buffer, size_t size, portalocker_error *holder)
{
  int64_t pid = portalocker_error_holder (holder);
  const char *name = portalocker_error_holder_name (holder);
  buffer[0] = '\0';
  if (pid == 0)
    return buffer;
  if (name == NULL)
    snprintf (buffer, size, ", held by pid %" PRId64, pid);
  else
    snprintf (buffer, size, ", held by pid %" PRId64 " (%s)", pid, name);
  return buffer;
}

void
waiting_tell (const char *target, portalocker_error *holder)
{
  char who[HOLDER_SIZE];
  complain ("waiting for %s%s", target, describe (who, sizeof who, holder));
}

void
waiting_give_up (const char *target, int64_t waited,
                 portalocker_error *holder)
{
  char who[HOLDER_SIZE];
  double seconds = (double) waited / 1000;
  describe (who, sizeof who, holder);
  /* In whole seconds from 100 on, as in the library's messages.  */
  complain (seconds < 100 ? "%s: still locked after %.3g s%s"
                          : "%s: still locked after %.0f s%s",
            target, seconds, who);
}
