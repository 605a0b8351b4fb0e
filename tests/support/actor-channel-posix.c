/* actor-channel-posix.c - where the actor's commands come from.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor-posix.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The numbers of a channel that was handed on are taken by nothing else.  */
static int in_fd = -1, out_fd = -1;

int actor_no_leak_check;

#if defined __SANITIZE_ADDRESS__
/* What the leak checker asks before it begins.  */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return actor_no_leak_check;
}
#endif

/* Move FD to a high number that exec closes.  */
static int
move_up (int fd)
{
  int moved = fcntl (fd, F_DUPFD, 100);

  if (moved < 0 || fcntl (moved, F_SETFD, FD_CLOEXEC) != 0)
    actor_die ("actor: channel");
  return moved;
}

static void
use_channel (int in, int out)
{
  in_fd = move_up (in);
  out_fd = move_up (out);
}

void
actor_use_fifos (const char *in, const char *out)
{
  int new_in = open (in, O_RDONLY);
  int new_out = open (out, O_WRONLY);

  if (new_in < 0 || new_out < 0)
    actor_die ("actor: FIFO");
  close (in_fd);
  close (out_fd);
  use_channel (new_in, new_out);
  close (new_in);
  close (new_out);
  actor_begin_dialogue ();
}

static void
use_standard_channel (void)
{
  int null;

  use_channel (0, 1);
  null = open ("/dev/null", O_RDWR);
  if (null < 0 || dup2 (null, 0) < 0 || dup2 (null, 1) < 0)
    actor_die ("actor: /dev/null");
  if (null > 2)
    close (null);
  actor_begin_dialogue ();
}

void
actor_open_channel (int argc, char **argv)
{
  if (argc == 3)
    actor_use_fifos (argv[1], argv[2]);
  else
    use_standard_channel ();
}

size_t
actor_read (char *buffer, size_t size)
{
  ssize_t done;

  do
    done = read (in_fd, buffer, size);
  while (done < 0 && errno == EINTR);
  return done > 0 ? (size_t) done : 0;
}

void
actor_write (const char *text, size_t length)
{
  while (length > 0)
    {
      ssize_t done = write (out_fd, text, length);

      if (done < 0 && errno != EINTR)
        _exit (98);
      if (done > 0)
        {
          text += done;
          length -= (size_t) done;
        }
    }
}

long
actor_process_number (void)
{
  return (long) getpid ();
}

/* Nothing is missing here.  */
const char *
actor_why_missing (const char *command)
{
  (void) command;
  return NULL;
}

int
actor_detach (portalocker_lock *lock, int *descriptor)
{
  return portalocker_detach (lock, descriptor);
}

void
actor_answer_system_error (struct call *call, int error)
{
  actor_answer_errno (call, error);
}
