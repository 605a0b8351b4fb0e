/* command-win32.c - the command that runs under the lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "command.h"

#include <errno.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "command-line.h"
#include "exit-status.h"
#include "message.h"
#include "program-win32.h"
#include "utf16-win32.h"

enum { FIRST_FREE_FD = 3 };

static struct outcome
outcome_of (int status)
{
  struct outcome outcome = { STATUS_DONE, false };
  outcome.status = status;
  return outcome;
}

static struct outcome
fail (const char *what)
{
  complain ("%s: %s", what, system_error_text (GetLastError ()));
  return outcome_of (STATUS_OS_ERROR);
}


/* ---- The console.  */

/* An event that is set when the command has ended.  Never closed: the handler
   has a thread of its own.  */
static HANDLE ended;

/* Ctrl-C and Ctrl-Break reach all processes on the console, and the command
   decides what they mean.  When the console is closed or the user logs off,
   the command is told so too, and has the lock until it has ended; Windows
   ends a process that takes too long, or as soon as this returns.  The command
   is gone then, and the lock is freed with the tool.  */
static BOOL WINAPI
handle_event (DWORD event)
{
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
    WaitForSingleObject (ended, INFINITE);
  return TRUE;
}

/* Without an event the handler returns at once, the tool ends, and the job
   ends the command with it.  */
static void
take_events (void)
{
  ended = CreateEventW (NULL, TRUE, FALSE, NULL);
  SetConsoleCtrlHandler (handle_event, TRUE);
}


/* ---- The job: the command, and what it starts, do not outlive a tool that
   is killed.  */

static void
limit_job (HANDLE job, DWORD flags)
{
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
  memset (&limits, 0, sizeof limits);
  /* What a command starts outside of jobs on purpose stays there.  */
  limits.BasicLimitInformation.LimitFlags
    = flags | JOB_OBJECT_LIMIT_BREAKAWAY_OK;
  SetInformationJobObject (job, JobObjectExtendedLimitInformation, &limits,
                           sizeof limits);
}

/* Before Windows 8 a process can be in one job only, and the tool may be in
   one.  As on other systems this is no reason not to run the command.  */
static HANDLE
put_into_job (HANDLE process)
{
  HANDLE job = CreateJobObjectW (NULL, NULL);
  if (job != NULL)
    {
      limit_job (job, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE);
      AssignProcessToJobObject (job, process);
    }
  return job;
}

/* The command has ended.  What it has left running lives on.  */
static void
leave_job (HANDLE job)
{
  if (job != NULL)
    {
      limit_job (job, 0);
      CloseHandle (job);
    }
}


/* ---- The process.  */

/* Give the command the standard handles, and the C run-time's table of
   descriptors, as the tool got them.  */
static void
fill_startup (STARTUPINFOW *startup)
{
  STARTUPINFOW own;
  GetStartupInfoW (&own);
  memset (startup, 0, sizeof *startup);
  startup->cb = sizeof *startup;
  startup->dwFlags = STARTF_USESTDHANDLES;
  startup->hStdInput = GetStdHandle (STD_INPUT_HANDLE);
  startup->hStdOutput = GetStdHandle (STD_OUTPUT_HANDLE);
  startup->hStdError = GetStdHandle (STD_ERROR_HANDLE);
  startup->cbReserved2 = own.cbReserved2;
  startup->lpReserved2 = own.lpReserved2;
}

/* Keep DESCRIPTOR from the command: the handle, and its place in the table of
   descriptors, which is their number, a byte of flags for each, and a handle
   for each.  A handle that is not passed on may have the number of another one
   there.  */
static void
withhold (int descriptor, STARTUPINFOW *startup)
{
  const HANDLE none = INVALID_HANDLE_VALUE;
  BYTE *table = startup->lpReserved2;
  int count = 0;
  SetHandleInformation ((HANDLE) _get_osfhandle (descriptor),
                        HANDLE_FLAG_INHERIT, 0);
  if (startup->cbReserved2 >= sizeof count)
    memcpy (&count, table, sizeof count);
  if (descriptor >= count
      || startup->cbReserved2 < sizeof count + (size_t) count
                                               * (1 + sizeof none))
    return;
  table += sizeof count;
  table[descriptor] = 0;
  memcpy (table + count + (size_t) descriptor * sizeof none, &none,
          sizeof none);
}

/* Start FILE by LINE, and leave it suspended.  */
static bool
create_process (const wchar_t *file, wchar_t *line, int withheld,
                PROCESS_INFORMATION *process)
{
  STARTUPINFOW startup;
  fill_startup (&startup);
  if (withheld >= FIRST_FREE_FD)
    withhold (withheld, &startup);
  fflush (stdout);
  take_events ();
  return CreateProcessW (file, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL,
                         NULL, &startup, process);
}

/* Let the command run to its end.  */
static struct outcome
run_to_end (const PROCESS_INFORMATION *process, bool survives)
{
  HANDLE job = survives ? NULL : put_into_job (process->hProcess);
  struct outcome outcome;
  DWORD status;
  ResumeThread (process->hThread);
  if (WaitForSingleObject (process->hProcess, INFINITE) == WAIT_OBJECT_0
      && GetExitCodeProcess (process->hProcess, &status))
    outcome = outcome_of ((int) status);
  else
    outcome = fail ("cannot wait for the command");
  leave_job (job);
  SetEvent (ended);
  return outcome;
}


/* ---- Its name and its arguments.  */

/* The file name of cmd.exe, whatever PATH and COMSPEC say; the caller frees
   it.  */
static wchar_t *
find_interpreter (void)
{
  static const wchar_t name[] = L"\\cmd.exe";
  UINT length = GetSystemDirectoryW (NULL, 0);
  wchar_t *file = malloc (length * sizeof *file + sizeof name);
  if (file != NULL)
    {
      GetSystemDirectoryW (file, length);
      wcscat (file, name);
    }
  return file;
}

/* Replace *FILE, a batch file, by cmd.exe, and return the line for it.  */
static char *
make_batch_line (wchar_t **file, char **arguments)
{
  wchar_t *interpreter = find_interpreter ();
  char *name = interpreter != NULL ? utf16_to_utf8 (interpreter) : NULL;
  char *script = utf16_to_utf8 (*file);
  char *line = NULL;
  if (name != NULL && script != NULL)
    line = command_line_batch (name, script, arguments);
  free (name);
  free (script);
  free (*file);
  *file = interpreter;
  return line;
}

static wchar_t *
make_line (wchar_t **file, char **arguments)
{
  char *line = program_is_batch (*file) ? make_batch_line (file, arguments)
                                        : command_line_quote (arguments);
  wchar_t *wide = line != NULL ? utf16_from_utf8 (line) : NULL;
  free (line);
  return wide;
}

/* Tell why NAME is no command, and return the tool's exit status.  */
static int
explain_missing (const char *name)
{
  wchar_t *path = utf16_from_utf8 (name);
  DWORD attributes = INVALID_FILE_ATTRIBUTES;
  bool has_directory = program_has_directory (name);
  if (path != NULL && has_directory)
    attributes = GetFileAttributesW (path);
  free (path);
  if (attributes != INVALID_FILE_ATTRIBUTES)
    {
      complain ("%s: cannot be executed: it is a directory", name);
      return STATUS_CANNOT_RUN;
    }
  complain ("%s: %s", name, has_directory ? "no such command"
                                          : "command not found");
  return STATUS_NOT_FOUND;
}

/* Whether the command in FILE can get its arguments; if not, tell why.  */
static bool
are_fit (const wchar_t *file, char **arguments)
{
  const char *word = NULL;
  char *name = program_is_batch (file) ? utf16_to_utf8 (file) : NULL;
  if (name != NULL)
    word = command_line_unfit (name, arguments);
  if (word != NULL)
    complain ("%s: cannot be executed: a batch file gets no argument with a"
              " quote, a percent sign or a newline: %s; pass it by the"
              " environment or a file", arguments[0], word);
  free (name);
  return word == NULL;
}

static struct outcome
run_file (wchar_t **file, const struct command *command)
{
  PROCESS_INFORMATION process;
  struct outcome outcome;
  wchar_t *line = make_line (file, command->arguments);
  if (line == NULL)
    {
      complain ("%s", strerror (ENOMEM));
      return outcome_of (STATUS_OS_ERROR);
    }
  if (! create_process (*file, line, command->withhold, &process))
    {
      complain ("%s: cannot be executed: %s", command->arguments[0],
                system_error_text (GetLastError ()));
      free (line);
      return outcome_of (STATUS_CANNOT_RUN);
    }
  free (line);
  outcome = run_to_end (&process, command->survives);
  CloseHandle (process.hThread);
  CloseHandle (process.hProcess);
  return outcome;
}

struct outcome
command_run (const struct command *command)
{
  struct outcome outcome;
  wchar_t *file = program_find (command->arguments[0]);
  if (file == NULL)
    return outcome_of (explain_missing (command->arguments[0]));
  if (are_fit (file, command->arguments))
    outcome = run_file (&file, command);
  else
    outcome = outcome_of (STATUS_CANNOT_RUN);
  free (file);
  return outcome;
}

/* A command that Ctrl-C has ended has a status that says so.  */
int
command_finish (struct outcome outcome)
{
  return outcome.status;
}
