/* trace.c - which system calls a function makes, by ptrace(2).
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "trace.h"

#include <string.h>

int
trace_equal (const struct trace *left, const struct trace *right)
{
  return left->n == right->n
         && memcmp (left->calls, right->calls,
                    left->n * sizeof left->calls[0]) == 0;
}

void
trace_remove (struct trace *trace, const struct trace *pattern)
{
  size_t i = 0;

  while (i < trace->n && trace->calls[i] != pattern->calls[0])
    i++;
  if (i == trace->n)
    return;
  trace->n--;
  memmove (&trace->calls[i], &trace->calls[i + 1],
           (trace->n - i) * sizeof trace->calls[0]);
}

#if HAVE_DECL_PTRACE_GET_SYSCALL_INFO

# include <signal.h>
# include <stdint.h>
# include <sys/ptrace.h>
# include <sys/wait.h>
# include <unistd.h>

/* The tracer sees this call, which nothing else makes, as the beginning
   and the end of what it is to count.  */
static void
mark (void)
{
  getppid ();
}

static void
traced_child (int (*work) (void *state), void *state)
{
  int failed;

  if (ptrace (PTRACE_TRACEME, 0, NULL, NULL) != 0)
    _exit (2);
  raise (SIGSTOP);
  mark ();
  mark ();
  failed = work (state);
  mark ();
  failed |= work (state);
  mark ();
  _exit (failed != 0);
}

/* Let the child PID run to the next entry into a system call.  Return its
   number, -1 when the child has ended (*STATUS says how), or -2 when the
   system does not tell.  *STATUS is that of the stop before.  */
static long int
next_call (pid_t pid, int *status)
{
  struct __ptrace_syscall_info info;

  do
    {
      int signo = WSTOPSIG (*status);
      int is_signal = signo != SIGSTOP && signo != (SIGTRAP | 0x80);

      if (ptrace (PTRACE_SYSCALL, pid, NULL,
                  (void *) (intptr_t) (is_signal ? signo : 0)) != 0
          || waitpid (pid, status, 0) != pid)
        return -2;
      if (! WIFSTOPPED (*status))
        return -1;
      if (ptrace (PTRACE_GET_SYSCALL_INFO, pid, (void *) sizeof info, &info)
          <= 0)
        return -2;
    }
  while (info.op != PTRACE_SYSCALL_INFO_ENTRY);
  return (long int) info.entry.nr;
}

/* Fill TRACE with what the stopped child PID calls between its last two
   marks, and see it end.  Its first two marks tell which number a mark has:
   no other call is made twice with nothing in between before them.  */
static const char *
follow (struct trace *trace, pid_t pid, int status)
{
  long int marker = -1;
  long int previous = -1;
  long int call;
  int marks = 0;

  trace->n = 0;
  while ((call = next_call (pid, &status)) >= 0)
    {
      if (marker < 0 && call == previous)
        marker = call;
      else if (call == marker)
        marks++;
      else if (marks == 1 && trace->n < TRACE_MAX)
        trace->calls[trace->n++] = call;
      previous = call;
    }
  if (call == -1)
    return status == 0 && marks == 2 ? NULL : "the traced work failed";
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  return "the system does not tell which system calls a process makes";
}

const char *
trace_calls (struct trace *trace, int (*work) (void *state), void *state)
{
  int status;
  pid_t pid = fork ();

  if (pid < 0)
    return "no process to be had";
  if (pid == 0)
    traced_child (work, state);
  if (waitpid (pid, &status, 0) != pid || ! WIFSTOPPED (status))
    return "ptrace is not allowed";
  ptrace (PTRACE_SETOPTIONS, pid, NULL, (void *) PTRACE_O_TRACESYSGOOD);
  return follow (trace, pid, status);
}

#else /* ! HAVE_DECL_PTRACE_GET_SYSCALL_INFO */

const char *
trace_calls (struct trace *trace, int (*work) (void *state), void *state)
{
  (void) trace;
  (void) work;
  (void) state;
  return "no ptrace that names system calls";
}

#endif
