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
static HANDLE
event_word (const struct call *call, int word)
{
  return (HANDLE) (intptr_t) actor_number (call, word);
}

/* Answer the event, or the code if there is none.  */
static void
do_watch (struct call *call)
{
  int found, code;
  void *event = call;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (! found)
    return;
  code = portalocker_watch_handle (lock, actor_number (call, 2), &event);
  if (code == PORTALOCKER_OK)
    actor_answer (call, "%lld", (long long) (intptr_t) event);
  else if (event != NULL && lock != NULL)
    actor_answer (call, "actor: failed, and the event is not NULL");
  else
    actor_answer_code (call, code);
}

static void
do_watch_nowhere (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (found)
    actor_answer_code (call, portalocker_watch_handle (lock, -1, NULL));
}

/* Whether the event is set, within so many milliseconds.  */
static void
do_readable (struct call *call)
{
  DWORD ended = WaitForSingleObject (event_word (call, 1),
                                     (DWORD) actor_number (call, 2));

  if (ended == WAIT_FAILED)
    actor_answer_last_error (call);
  else
    actor_answer (call, "%d", ended == WAIT_OBJECT_0);
}

/* Watch the first object for so many milliseconds, and answer how it ended and
   how long that took.  */
static void
do_watch_timed (struct call *call)
{
  void *event;
  int found, code;
  int64_t begun = portalocker_now ();
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (! found)
    return;
  code = portalocker_watch_handle (lock, actor_number (call, 2), &event);
  if (code == PORTALOCKER_OK)
    {
      WaitForSingleObject (event, INFINITE);
      code = portalocker_watch_finish (lock);
    }
  actor_answer_code (call, code);
  snprintf (call->answer + strlen (call->answer), 32, " %lld",
            (long long) (portalocker_now () - begun));
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
  { "watch", 2, 2, do_watch },          /* OBJECT TIMEOUT */
  { "watch-nowhere", 1, 1, do_watch_nowhere },
  { "readable", 1, 2, do_readable },    /* EVENT [MILLISECONDS] */
  { "watch-timed", 2, 2, do_watch_timed },      /* OBJECT TIMEOUT */
  { "snapshot", 0, 0, do_snapshot },
  { "threads", 0, 0, do_threads },
  { NULL, 0, 0, NULL }
};
