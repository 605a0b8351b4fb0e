/* odd-fs.c - a file system whose lock calls are answered as it is told.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   usage: odd-fs DIRECTORY [local]

   It mounts itself on DIRECTORY by FUSE, says "actor PID", and then answers
   commands from standard input with one line each, as an actor does.  At the
   end of the input it is gone, and whoever waits for it is let go with an
   error.  With "local" it says nothing of locks, so that the kernel does them
   alone.

   Lock requests are of four kinds: "try" and "wait" for a lock, "unlock" and
   "look" (who has it).

     answer KIND honest   as a good file system does; so it begins
     answer KIND ERROR    by this error (EIO, ENOLCK...)
     answer KIND late     when told by "go", whatever comes before
     answer KIND never    not at all, but by EINTR when it is interrupted
     go                   answer honestly all that was kept back
     asked KIND           how many requests of this kind there were
     kept                 how many requests wait for an answer now
     interrupts           how many of them were ever interrupted
     locks                how many locks there are

   One thread does it all, so that what it answers is true.  */

#include "odd-fs.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct fuse_lowlevel_ops without_locks = {
  .lookup = odd_lookup,
  .getattr = odd_getattr,
  .setattr = odd_setattr,
  .open = odd_open,
  .create = odd_create,
  .read = odd_read,
  .write = odd_write,
  .unlink = odd_unlink,
  .rename = odd_rename,
  .fsync = odd_fsync
};

static struct fuse_lowlevel_ops
with_locks (void)
{
  struct fuse_lowlevel_ops ops = without_locks;

  ops.getlk = odd_getlk;
  ops.setlk = odd_setlk;
  ops.flock = odd_flock;
  ops.flush = odd_flush;
  ops.release = odd_release;
  return ops;
}

/* Read what has come, and carry out the lines that are whole.  Return false
   at the end of the input.  */
static bool
take_commands (void)
{
  static char text[1024];
  static size_t length;
  ssize_t got = read (STDIN_FILENO, text + length, sizeof text - length - 1);
  char *end;

  if (got <= 0)
    return false;
  length += (size_t) got;
  text[length] = '\0';
  while ((end = strchr (text, '\n')) != NULL)
    {
      *end = '\0';
      odd_command (text);
      length -= (size_t) (end + 1 - text);
      memmove (text, end + 1, length + 1);
    }
  return length < sizeof text - 1;
}

/* Return false when the file system is not mounted any more.  */
static bool
take_request (struct fuse_session *session)
{
  static struct fuse_buf buffer;
  int got = fuse_session_receive_buf (session, &buffer);

  if (got == -EINTR || got == -EAGAIN)
    return true;
  if (got <= 0)
    return false;
  fuse_session_process_buf (session, &buffer);
  odd_answer_interrupted ();
  return true;
}

static void
serve (struct fuse_session *session)
{
  struct pollfd files[] = {
    { .fd = STDIN_FILENO, .events = POLLIN },
    { .fd = fuse_session_fd (session), .events = POLLIN }
  };

  for (;;)
    {
      if (poll (files, 2, -1) < 0 && errno != EINTR)
        return;
      if (files[0].revents != 0 && ! take_commands ())
        return;
      if (files[1].revents != 0 && ! take_request (session))
        return;
    }
}

int
main (int argc, char **argv)
{
  char *words[] = { argv[0], NULL };
  struct fuse_args arguments = FUSE_ARGS_INIT (1, words);
  struct fuse_lowlevel_ops ops
    = argc > 2 && strcmp (argv[2], "local") == 0 ? without_locks
                                                 : with_locks ();
  struct fuse_session *session;

  if (argc < 2)
    return 64;
  session = fuse_session_new (&arguments, &ops, sizeof ops, NULL);
  if (session == NULL || fuse_session_mount (session, argv[1]) != 0)
    return 69;
  printf ("actor %ld\n", (long) getpid ());
  fflush (stdout);
  serve (session);
  /* By the kernel, when the process ends: to ask it now could mean to wait
     for answers of one's own.  */
  _exit (0);
}
