/* actor-files.c - the actor's commands for files that it opens itself.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#define _FILE_OFFSET_BITS 64

/* A C library in which it is always so does not look, and compilers warn.  */
#if _FILE_OFFSET_BITS != 64
# error
#endif

#include "actor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What writes and reads bytes without it, elsewhere.  */
#ifndef O_BINARY
# define O_BINARY 0
#endif

static void
answer_result (struct call *call, int result)
{
  actor_answer_errno (call, result >= 0 ? 0 : errno);
}

static void
answer_descriptor (struct call *call, int fd)
{
  if (fd >= 0)
    actor_answer (call, "%d", fd);
  else
    actor_answer_errno (call, errno);
}

static int
fd_word (const struct call *call, int word)
{
  return (int) actor_number (call, word);
}

/* "r", "w" or "rw", then "c" to create, "x" to create a new one, "t" to
   truncate.  */
static int
open_flags (const char *how)
{
  int flags = O_RDONLY | O_BINARY;

  if (strchr (how, 'w') != NULL)
    flags = (strchr (how, 'r') != NULL ? O_RDWR : O_WRONLY) | O_BINARY;
  if (strchr (how, 'c') != NULL)
    flags |= O_CREAT;
  if (strchr (how, 'x') != NULL)
    flags |= O_CREAT | O_EXCL;
  if (strchr (how, 't') != NULL)
    flags |= O_TRUNC;
  return flags;
}

static void
do_open_fd (struct call *call)
{
  answer_descriptor (call, open (call->word[1], open_flags (call->word[2]),
                                 0666));
}

static void
do_close_fd (struct call *call)
{
  answer_result (call, close (fd_word (call, 1)));
}

static void
do_dup_fd (struct call *call)
{
  answer_descriptor (call, dup (fd_word (call, 1)));
}

static void
do_write_fd (struct call *call)
{
  ssize_t done = write (fd_word (call, 1), call->word[2],
                        strlen (call->word[2]));

  answer_result (call, (int) done);
}

static void
do_read_fd (struct call *call)
{
  char text[4096];
  ssize_t done = read (fd_word (call, 1), text, sizeof text);

  if (done >= 0)
    actor_answer (call, "%.*s", (int) done, text);
  else
    actor_answer_errno (call, errno);
}

static void
do_seek_fd (struct call *call)
{
  off_t offset = lseek (fd_word (call, 1), (off_t) actor_number (call, 2),
                        SEEK_SET);

  answer_result (call, offset >= 0 ? 0 : -1);
}

static void
do_offset_fd (struct call *call)
{
  actor_answer (call, "%lld",
                (long long) lseek (fd_word (call, 1), 0, SEEK_CUR));
}

static void
do_chdir (struct call *call)
{
  answer_result (call, chdir (call->word[1]));
}

const struct command actor_file_commands[] = {
  { "open-fd", 2, 2, do_open_fd },      /* PATH HOW: see open_flags */
  { "close-fd", 1, 1, do_close_fd },
  { "dup-fd", 1, 1, do_dup_fd },
  { "write-fd", 2, 2, do_write_fd },    /* DESCRIPTOR TEXT */
  { "read-fd", 1, 1, do_read_fd },
  { "seek-fd", 2, 2, do_seek_fd },      /* DESCRIPTOR OFFSET */
  { "offset-fd", 1, 1, do_offset_fd },
  { "chdir", 1, 1, do_chdir },
  { NULL, 0, 0, NULL }
};
