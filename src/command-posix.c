/* command-posix.c - the command that runs under the lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exit-status.h"
#include "message.h"
#include "relay-posix.h"
#include "tether-posix.h"

enum { FIRST_FREE_FD = STDERR_FILENO + 1 };


/* ---- The channel: a pipe that exec closes.  The child writes an error
   number into it when the command cannot be executed.  */

/* Give *DESCRIPTOR a number that is no standard descriptor's, where the
   command would miss it, and let exec close it.  */
static int
make_safe (int *descriptor)
{
  if (*descriptor < FIRST_FREE_FD)
    {
      int copy = fcntl (*descriptor, F_DUPFD, FIRST_FREE_FD);
      if (copy < 0)
        return -1;
      close (*descriptor);
      *descriptor = copy;
    }
  return fcntl (*descriptor, F_SETFD, FD_CLOEXEC);
}

static int
open_channel (int channel[2])
{
  if (pipe (channel) != 0)
    return -1;
  if (make_safe (&channel[0]) == 0 && make_safe (&channel[1]) == 0)
    return 0;
  close (channel[0]);
  close (channel[1]);
  return -1;
}

/* The child has ended, so this does not block.  Return 0 when the command
   was executed.  */
static int
read_error (int descriptor)
{
  int error = 0;
  ssize_t length;
  do
    length = read (descriptor, &error, sizeof error);
  while (length < 0 && errno == EINTR);
  return length == (ssize_t) sizeof error ? error : 0;
}


/* ---- The child.  */

static int
status_of_exec (int error)
{
  return error == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}

static void
become (const struct command *command, pid_t parent, int channel)
{
  int error;
  /* The standard descriptors are the command's input and output.  */
  if (command->withhold >= FIRST_FREE_FD)
    fcntl (command->withhold, F_SETFD, FD_CLOEXEC);
  if (! command->survives && ! tether_to_parent (parent))
    _exit (STATUS_OS_ERROR);
  relay_leave ();
  execvp (command->arguments[0], command->arguments);
  error = errno;
  while (write (channel, &error, sizeof error) < 0 && errno == EINTR)
    continue;
  _exit (status_of_exec (error));
}


/* ---- The parent.  */

/* Whether the LENGTH bytes at DIRECTORY, part of PATH, name a directory
   with a file NAME.  No bytes are the current directory.  */
static bool
has_file (const char *directory, size_t length, const char *name)
{
  char *path = malloc (length + strlen (name) + sizeof "./");
  bool found;
  if (path == NULL)
    return false;
  memcpy (path, directory, length);
  strcpy (path + length, length > 0 ? "/" : "./");
  strcat (path, name);
  found = access (path, F_OK) == 0;
  free (path);
  return found;
}

/* Whether there is a file where execvp looks for NAME.  */
static bool
is_found (const char *name)
{
  const char *rest = getenv ("PATH");
  if (name[0] == '\0' || strchr (name, '/') != NULL)
    return access (name, F_OK) == 0;
  while (rest != NULL)
    {
      size_t length = strcspn (rest, ":");
      if (has_file (rest, length, name))
        return true;
      rest = rest[length] == ':' ? rest + length + 1 : NULL;
    }
  return false;
}

/* Tell why NAME was not executed, and return the tool's exit status.  Like a
   shell, and unlike execvp, this does not let a directory of PATH that may
   not be searched hide that there is no such command.  */
static int
explain (const char *name, int error)
{
  bool in_path = strchr (name, '/') == NULL;
  bool found = is_found (name);
  if (found && error == ENOENT)
    complain ("%s: cannot be executed: its interpreter is missing", name);
  else if (! found && (error == ENOENT || in_path))
    {
      complain ("%s: %s", name, in_path ? "command not found"
                                        : "no such command");
      return STATUS_NOT_FOUND;
    }
  else
    complain ("%s: cannot be executed: %s", name, strerror (error));
  return status_of_exec (error);
}

static struct outcome
judge (const struct command *command, int status, int error)
{
  struct outcome outcome = { STATUS_OS_ERROR, false };
  if (error != 0)
    outcome.status = explain (command->arguments[0], error);
  else if (WIFEXITED (status))
    outcome.status = WEXITSTATUS (status);
  else if (WIFSIGNALED (status))
    {
      outcome.status = STATUS_SIGNAL + WTERMSIG (status);
      outcome.interrupted = WTERMSIG (status) == SIGINT
                            && relay_interrupted ();
    }
  return outcome;
}

static struct outcome
fail (const char *what)
{
  struct outcome outcome = { STATUS_OS_ERROR, false };
  complain ("%s: %s", what, strerror (errno));
  return outcome;
}

/* Bash goes on with a script after Ctrl-C unless its child died of it.  */
int
command_finish (struct outcome outcome)
{
  if (outcome.interrupted)
    relay_die (SIGINT);
  return outcome.status;
}

/* By fork, not posix_spawn: the library's handler in the child is what takes
   the lock's descriptor away from it.  */
struct outcome
command_run (const struct command *command)
{
  struct outcome outcome;
  int channel[2], status, error;
  pid_t parent = getpid ();
  pid_t child;
  if (open_channel (channel) != 0)
    return fail ("cannot make a pipe");
  relay_begin ();
  child = fork ();
  if (child == 0)
    become (command, parent, channel[1]);
  if (child < 0)
    outcome = fail ("cannot start a process");
  close (channel[1]);
  if (child > 0)
    {
      error = relay_wait (child, &status);
      if (error != 0)
        {
          errno = error;
          outcome = fail ("cannot wait for the command");
        }
      else
        outcome = judge (command, status, read_error (channel[0]));
    }
  close (channel[0]);
  return outcome;
}
