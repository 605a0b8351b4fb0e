/* actor-wait-win32.c - the actor's commands for waits in an event loop of
   Windows, and for what the process looks like before and after.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor-win32.h"

#include <stdint.h>
#include <string.h>

#include "count-win32.h"
#include "portalocker-win32.h"

/* Events take the place of descriptors that become readable: the number of
   one is that of its handle.  */
int
actor_watch (portalocker_lock *lock, long long timeout, long long *event)
{
  void *handle = (void *) (intptr_t) -2;
  int code = portalocker_watch_handle (lock, timeout,
                                       event == NULL ? NULL : &handle);

  if (event != NULL)
    *event = handle == NULL ? -1 : (intptr_t) handle;
  return code;
}

int
actor_await (long long event, int milliseconds)
{
  DWORD ended = WaitForSingleObject ((HANDLE) (intptr_t) event,
                                     milliseconds < 0 ? INFINITE
                                     : (DWORD) milliseconds);

  return ended == WAIT_FAILED ? -1 : ended == WAIT_OBJECT_0;
}

/* All that a program could see of a wait, in one line to compare.  */
static void
do_snapshot (struct call *call)
{
  actor_answer (call, "threads %d handles %d", count_threads (),
                count_handles ());
}

static void
do_threads (struct call *call)
{
  actor_answer (call, "%d", count_threads ());
}

const struct command actor_own_wait_commands[] = {
  { "snapshot", 0, 0, do_snapshot },
  { "threads", 0, 0, do_threads },
  { NULL, 0, 0, NULL }
};
