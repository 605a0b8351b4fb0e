/* os-futex.c - events as futexes, on Linux.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   An event costs nothing to make.  The one who sets it touches it once, and
   then gives no more than its address to the kernel: that may be done when
   the event is gone already, and at worst wakes a thread that uses the same
   address for something else, which every user of futexes has to expect.  */

#include <config.h>
#include "os.h"

#include <errno.h>

#include "calls.h"

const char portalocker__event_call[] = "futex";

int
portalocker__event_init (os_event *event)
{
  event->set = 0;
  return 0;
}

void
portalocker__event_destroy (os_event *event)
{
  (void) event;
}

void
portalocker__event_set (os_event *event)
{
  int error = errno;
  if (os_atomic_exchange (&event->set, 1) == 0)
    calls.futex_wake (&event->set);
  errno = error;
}

/* Sleep while EVENT is not set; may return early.  Return false once DEADLINE
   has passed.  */
static bool
sleep_once (os_event *event, int64_t deadline)
{
  struct timespec until = portalocker__to_timespec (deadline);
  if (calls.futex_wait (&event->set, 0, deadline == PORTALOCKER__NEVER
                                        ? NULL : &until) == 0
      || errno == EINTR || errno == EAGAIN)
    return true;
  if (errno == ETIMEDOUT)
    return false;
  /* A system that refuses futexes to us, such as a sandbox.  */
  portalocker__sleep (PORTALOCKER__NS_PER_MS, deadline);
  return ! portalocker__has_passed (deadline);
}

bool
portalocker__event_wait (os_event *event, int64_t deadline)
{
  while (os_atomic_exchange (&event->set, 0) == 0)
    if (! sleep_once (event, deadline))
      return os_atomic_exchange (&event->set, 0) != 0;
  return true;
}
