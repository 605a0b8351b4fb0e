/* relay-posix.c - signals and stops between the tool and its command.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "relay-posix.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"

/* Handlers and sigsuspend rather than sigwaitinfo, which macOS and OpenBSD
   lack; and handlers are reset by exec.  A handler runs only within
   sigsuspend, so that the code outside may use what it writes.  */

#ifndef NSIG
# define NSIG 65
#endif
#if ! defined WCONTINUED || ! defined WIFCONTINUED
# undef WCONTINUED
# undef WIFCONTINUED
# define WCONTINUED 0
# define WIFCONTINUED(status) 0
#endif

/* For each signal: how often it is to be passed on.  */
static volatile sig_atomic_t pending[NSIG];
static volatile sig_atomic_t interrupted;

static volatile pid_t command;
static bool is_session_leader;

static sigset_t caught;
static sigset_t mask_before;
static sigset_t mask_waiting;
static struct sigaction actions_before[NSIG];


/* ---- Who sent it?  */

/* The other codes are the system's.  Not asked is si_pid, which is 0 for a
   process outside of a container.  */
static bool
sent_by_process (const siginfo_t *info)
{
  if (info == NULL)
    return false;
  switch (info->si_code)
    {
    case SI_USER:
    case SI_QUEUE:
#ifdef SI_TKILL
    case SI_TKILL:
#endif
#ifdef SI_LWP
    case SI_LWP:
#endif
      return true;
    default:
      return false;
    }
}

/* Whether the terminal sends SIGNAL to its foreground process group.  Others
   that come from the system are for the tool alone, such as the SIGALRM of
   an alarm that was set before the tool was executed.  So is the SIGHUP to a
   session leader whose terminal goes away.  */
static bool
is_for_group (int signal)
{
  switch (signal)
    {
    case SIGINT:
    case SIGQUIT:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGCONT:
#ifdef SIGWINCH
    case SIGWINCH:
#endif
#ifdef SIGINFO
    case SIGINFO:
#endif
      return true;
    case SIGHUP:
      return ! is_session_leader;
    default:
      return false;
    }
}

static void
handle (int signal, siginfo_t *info, void *context)
{
  (void) context;
  if (signal == SIGCHLD)
    return;
  if (sent_by_process (info))
    {
      /* "kill 0" in a script that is the command; and a SIGPIPE for what the
         tool itself had to say.  */
      if (info->si_pid == command || info->si_pid == getpid ())
        return;
    }
  else if (is_for_group (signal))
    {
      if (signal == SIGINT)
        interrupted = 1;
      return;
    }
  pending[signal]++;
}


/* ---- Catching signals.  */

static bool
is_left_alone (int signal)
{
  switch (signal)
    {
    case SIGKILL:
    case SIGSTOP:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGSEGV:
    case SIGSYS:
    case SIGTRAP:
      return true;
    default:
      return false;
    }
}

/* SIGCHLD is caught even if it was ignored: else the system would throw the
   status of the command away.  */
static void
choose_signals (void)
{
  int signal;
  sigemptyset (&caught);
  for (signal = 1; signal < NSIG; signal++)
    if (! is_left_alone (signal)
        && sigaction (signal, NULL, &actions_before[signal]) == 0
        && (actions_before[signal].sa_handler != SIG_IGN
            || signal == SIGCHLD))
      sigaddset (&caught, signal);
}

static bool
is_caught (int signal)
{
  return sigismember (&caught, signal) == 1;
}

void
relay_begin (void)
{
  struct sigaction action;
  int signal;
  choose_signals ();
  is_session_leader = getsid (0) == getpid ();
  sigprocmask (SIG_BLOCK, &caught, &mask_before);
  memset (&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO;
  action.sa_mask = caught;
  /* Also what was blocked is passed on: the command has that mask, and
     decides.  */
  mask_waiting = mask_before;
  for (signal = 1; signal < NSIG; signal++)
    if (is_caught (signal))
      {
        sigaction (signal, &action, NULL);
        sigdelset (&mask_waiting, signal);
      }
}

/* The actions first: with the mask of old a handler might run and swallow a
   signal that is for the command.  */
void
relay_leave (void)
{
  int signal;
  for (signal = 1; signal < NSIG; signal++)
    if (is_caught (signal))
      sigaction (signal, &actions_before[signal], NULL);
  sigprocmask (SIG_SETMASK, &mask_before, NULL);
}


/* ---- Passing on, stopping, continuing.  */

static void
send_on (int signal)
{
  if (kill (command, signal) != 0)
    complain ("cannot pass signal %d on to the command: %s", signal,
              strerror (errno));
}

static void
pass_on (void)
{
  int signal;
  for (signal = 1; signal < NSIG; signal++)
    for (; pending[signal] > 0; pending[signal]--)
      send_on (signal);
}

/* Drop the SIGCONT that has arrived: setting the action to "ignore" takes
   one away that is blocked.  Return whether there was one.  */
static bool
take_continue (void)
{
  struct sigaction ignore, action;
  bool arrived = pending[SIGCONT] > 0;
  sigset_t blocked;
  if (sigpending (&blocked) == 0 && sigismember (&blocked, SIGCONT) == 1)
    arrived = true;
  pending[SIGCONT] = 0;
  memset (&ignore, 0, sizeof ignore);
  ignore.sa_handler = SIG_IGN;
  if (sigaction (SIGCONT, &ignore, &action) == 0)
    sigaction (SIGCONT, &action, NULL);
  return arrived;
}

static void
unblock (int signal, sigset_t *before)
{
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, signal);
  sigprocmask (SIG_UNBLOCK, &set, before);
}

/* Stop by SIGNAL, and return when continued.  By the same signal as the
   command, as shells tell the user which one it was.  */
static void
stop_self (int signal)
{
  struct sigaction action, action_before;
  sigset_t before;
  memset (&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  if (sigaction (signal, &action, &action_before) != 0)
    {
      raise (SIGSTOP);
      return;
    }
  raise (signal);
  unblock (signal, &before);
  sigprocmask (SIG_SETMASK, &before, NULL);
  sigaction (signal, &action_before, NULL);
}

/* Whether there may be a shell that gets its terminal back when the tool stops,
   and lets it go on.  */
static bool
has_terminal (void)
{
  int terminal = open ("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (terminal < 0)
    return false;
  close (terminal);
  return true;
}

/* The command was stopped by SIGNAL.  Stop with it, unless somebody meanwhile
   wants both to go on.  Who stops the command alone, where no shell looks after
   the tool, continues it alone, and nobody would let the tool go on.  That is
   why it does not stop by SIGSTOP, which the system obeys in a group without a
   shell too.  Return whether the command is to be continued.  */
static bool
follow_stop (int signal)
{
  bool goes_on = take_continue ();
  if (! goes_on && has_terminal ())
    {
      stop_self (signal == SIGSTOP ? SIGTSTP : signal);
      goes_on = take_continue () || ! is_caught (SIGCONT);
    }
  return goes_on;
}

/* Let in what has arrived: the Ctrl-C that has ended the command was for the
   tool too.  */
static void
look_at_signals (void)
{
  sigset_t before;
  sigprocmask (SIG_SETMASK, &mask_waiting, &before);
  sigprocmask (SIG_SETMASK, &before, NULL);
}

int
relay_wait (pid_t pid, int *status)
{
  bool must_continue = false;
  command = pid;
  for (;;)
    {
      pid_t changed = waitpid (pid, status, WNOHANG | WUNTRACED | WCONTINUED);
      if (changed < 0)
        return errno;
      else if (changed == 0)
        {
          /* A shell continues the whole group, and then there is nothing
             left to do; kill(1) may have continued the tool alone.  */
          if (must_continue)
            send_on (SIGCONT);
          must_continue = false;
          pass_on ();
          sigsuspend (&mask_waiting);
        }
      else if (WIFSTOPPED (*status))
        {
          must_continue = follow_stop (WSTOPSIG (*status));
        }
      else if (WIFCONTINUED (*status))
        {
          take_continue ();
          must_continue = false;
        }
      else
        {
          look_at_signals ();
          return 0;
        }
    }
}


/* ---- Afterwards.  */

bool
relay_interrupted (void)
{
  return interrupted != 0;
}

void
relay_die (int signal)
{
  struct sigaction action;
  sigset_t before;
  memset (&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigaction (signal, &action, NULL);
  raise (signal);
  unblock (signal, &before);
}
