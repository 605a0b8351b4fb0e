/* os-pipe.c - events as pipes, on every POSIX system.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   write is a function that a signal handler may call, and poll waits with a
   limit; no other pair in POSIX does both.  */

#include <config.h>
#include "os.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "calls.h"

const char portalocker__event_call[] = "pipe";

int
portalocker__event_init (os_event *event)
{
  return portalocker__make_pipe (event->ends);
}

void
portalocker__event_destroy (os_event *event)
{
  calls.close (event->ends[0]);
  calls.close (event->ends[1]);
}

void
portalocker__event_set (os_event *event)
{
  int error = errno;
  while (calls.write (event->ends[1], "", 1) < 0 && errno == EINTR)
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
      got = calls.read (event->ends[0], bytes, sizeof bytes);
      any = any || got > 0;
    }
  while (got > 0 || (got < 0 && errno == EINTR));
  return any;
}

/* The milliseconds until DEADLINE, as poll takes them, rounded up.  */
static int
milliseconds_until (int64_t deadline)
{
  int64_t now, left;
  if (deadline == PORTALOCKER__NEVER)
    return -1;
  now = portalocker__now ();
  /* A clock that cannot be read must not become a sleep of hours.  */
  if (now == 0)
    return 0;
  left = deadline - now;
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
      struct pollfd end = { .fd = event->ends[0], .events = POLLIN };
      int timeout = milliseconds_until (deadline);
      if (timeout == 0)
        return false;
      /* A poll that fails must not become a loop that burns time.  */
      if (calls.poll (&end, 1, timeout) < 0 && errno != EINTR)
        portalocker__sleep (PORTALOCKER__NS_PER_MS, deadline);
    }
  return true;
}
