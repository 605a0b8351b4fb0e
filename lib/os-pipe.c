/* os-pipe.c - events as pipes, on every POSIX system.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   write is a function that a signal handler may call, and poll waits with a
   limit; no other pair in POSIX does both.  */

#include <config.h>
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>

#include "calls.h"

const char portalocker__event_call[] = "pipe";

/* Make the descriptor *FD one that neither blocks nor outlives an exec nor
   has a standard number.  */
static int
prepare_end (int *fd)
{
  int moved = portalocker__dup_above_standard (*fd, false);
  if (moved < 0)
    return errno;
  calls.close (*fd);
  *fd = moved;
  return calls.fcntl_int (moved, F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

int
portalocker__event_init (os_event *event)
{
  int ends[2];
  int error;
  if (calls.pipe (ends) != 0)
    return errno;
  error = prepare_end (&ends[0]);
  if (error == 0)
    error = prepare_end (&ends[1]);
  event->reader = ends[0];
  event->writer = ends[1];
  if (error != 0)
    portalocker__event_destroy (event);
  return error;
}

void
portalocker__event_destroy (os_event *event)
{
  calls.close (event->reader);
  calls.close (event->writer);
}

void
portalocker__event_set (os_event *event)
{
  int error = errno;
  while (calls.write (event->writer, "", 1) < 0 && errno == EINTR)
    continue;
  errno = error;
}

/* Empty the pipe; return whether there was anything in it.  */
static bool
take (os_event *event)
{
  char bytes[64];
  bool any = false;
  ssize_t got;
  do
    {
      got = calls.read (event->reader, bytes, sizeof bytes);
      any = any || got > 0;
    }
  while (got > 0 || (got < 0 && errno == EINTR));
  return any;
}

/* The milliseconds until DEADLINE, as poll takes them, rounded up.  */
static int
milliseconds_until (int64_t deadline)
{
  int64_t left;
  if (deadline == PORTALOCKER__NEVER)
    return -1;
  left = deadline - portalocker__now ();
  if (left <= 0)
    return 0;
  if (left / PORTALOCKER__NS_PER_MS >= INT_MAX)
    return INT_MAX;
  return (int) ((left + PORTALOCKER__NS_PER_MS - 1) / PORTALOCKER__NS_PER_MS);
}

bool
portalocker__event_wait (os_event *event, int64_t deadline)
{
  while (! take (event))
    {
      struct pollfd end = { .fd = event->reader, .events = POLLIN };
      int timeout = milliseconds_until (deadline);
      if (timeout == 0)
        return false;
      /* A poll that fails must not become a loop that burns time.  */
      if (calls.poll (&end, 1, timeout) < 0 && errno != EINTR)
        portalocker__sleep (PORTALOCKER__NS_PER_MS, deadline);
    }
  return true;
}
