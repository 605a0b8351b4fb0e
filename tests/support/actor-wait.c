/* actor-wait.c - the actor's commands for waits: how they are done, and how
   they end.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "actor-threads.h"

/* ---- How waits are done -------------------------------------------- */

static void
do_wait_method (struct call *call)
{
  actor_answer (call, "%s", portalocker_wait_method ());
}

/* Waits by a signal need one.  */
void
actor_set_wait_signal (void)
{
#ifdef SIGRTMIN
  const char *wanted = getenv ("PORTALOCKER_ACTOR_WAIT_SIGNAL");

  if (wanted != NULL && strcmp (wanted, "1") == 0)
    portalocker_set_wait_signal (SIGRTMIN + 5);
#endif
}

/* ---- Cancelling ---------------------------------------------------- */

static void
do_cancel (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (found)
    actor_answer_code (call, portalocker_cancel (lock));
}

/* What a signal handler cancels, and what came of the last time.  */
static portalocker_lock *volatile cancel_target;
static volatile sig_atomic_t cancel_code = -1;

void
actor_cancel_target (void)
{
  if (cancel_target != NULL)
    cancel_code = portalocker_cancel (cancel_target);
}

void
actor_set_cancel_target (struct call *call, int word)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, word, &found);

  cancel_code = -1;
  cancel_target = found ? lock : NULL;
}

static void
do_cancel_code (struct call *call)
{
  if (cancel_code < 0)
    actor_answer (call, "none");
  else
    actor_answer_code (call, (int) cancel_code);
}

/* ---- The callback of a wait ---------------------------------------- */

/* What the callback of one object was told.  The monitor guards all.  */
struct record
{
  struct actor_monitor *monitor;
  portalocker_lock *lock;
  long long interval;
  int cancels_at;               /* the call that cancels; 0: none */
  int calls;
  int early;                    /* calls too soon after the one before */
  long long first, last;        /* waited, in milliseconds */
  long long holder;             /* as the last call told */
  char name[256];
  char code[64];
  char summary[1024];
  int cancelled;                /* what portalocker_cancel answered */
  long thread;
};

static struct names records = { .kind = "wait callback" };

static void
copy (char *to, size_t size, const char *text)
{
  snprintf (to, size, "%s", text != NULL ? text : "NULL");
}

static void
note_wait (void *closure, int64_t waited, portalocker_error *holder)
{
  struct record *record = closure;

  actor_monitor_enter (record->monitor);
  record->calls++;
  if (record->calls == 1)
    record->first = waited;
  else if (waited - record->last < record->interval - 1)
    record->early++;
  record->last = waited;
  record->holder = portalocker_error_holder (holder);
  copy (record->name, sizeof record->name,
        portalocker_error_holder_name (holder));
  copy (record->code, sizeof record->code,
        portalocker_code_name (portalocker_error_code (holder)));
  copy (record->summary, sizeof record->summary,
        portalocker_error_summary (holder));
  record->thread = actor_thread_number ();
  if (record->calls == record->cancels_at)
    record->cancelled = portalocker_cancel (record->lock);
  actor_monitor_leave (record->monitor);
}

/* The record of the object that the first word names, empty.  It lives as long
   as the actor, since a wait may have it.  */
static struct record *
fresh_record (struct call *call)
{
  int found;
  struct record *record = actor_find (&records, call, 1, &found);
  struct actor_monitor *monitor = record != NULL ? record->monitor
                                                 : actor_monitor_new ();

  if (record == NULL)
    record = calloc (1, sizeof *record);
  if (record == NULL || monitor == NULL)
    return NULL;
  memset (record, 0, sizeof *record);
  record->monitor = monitor;
  record->cancelled = -1;
  actor_put (&records, call, call->word[1], record);
  return record;
}

static void
do_wait_callback (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);
  struct record *record;

  if (! found)
    return;
  if (strcmp (call->word[2], "null") == 0)
    {
      actor_answer_code (call, portalocker_set_wait_callback (lock, NULL, NULL,
                                                              0));
      return;
    }
  record = fresh_record (call);
  if (record == NULL)
    return;
  record->lock = lock;
  record->interval = actor_number (call, 2);
  record->cancels_at = (int) actor_number (call, 3);
  actor_answer_code (call, portalocker_set_wait_callback (lock, note_wait,
                                                          record,
                                                          record->interval));
}

static void
answer_record (struct call *call, const struct record *record)
{
  const char *field = call->word[2];

  if (strcmp (field, "calls") == 0)
    actor_answer (call, "%d", record->calls);
  else if (strcmp (field, "early") == 0)
    actor_answer (call, "%d", record->early);
  else if (strcmp (field, "first") == 0)
    actor_answer (call, "%lld", record->first);
  else if (strcmp (field, "last") == 0)
    actor_answer (call, "%lld", record->last);
  else if (strcmp (field, "holder") == 0)
    actor_answer (call, "%lld", record->holder);
  else if (strcmp (field, "holder-name") == 0)
    actor_answer (call, "%s", record->name);
  else if (strcmp (field, "code") == 0)
    actor_answer (call, "%s", record->code);
  else if (strcmp (field, "summary") == 0)
    actor_answer (call, "%s", record->summary);
  else if (strcmp (field, "cancelled") == 0)
    actor_answer_code (call, record->cancelled);
  else if (strcmp (field, "own-thread") == 0)
    actor_answer (call, "%d", record->thread == actor_thread_number ());
  else
    actor_answer (call, "actor: no field %s", field);
}

static void
do_callback (struct call *call)
{
  int found;
  struct record *record = actor_find (&records, call, 1, &found);

  if (record == NULL)
    return;
  actor_monitor_enter (record->monitor);
  answer_record (call, record);
  actor_monitor_leave (record->monitor);
}

/* Release the second object once the callback of the first one was called:
   that thread waits then.  */
static void
do_release_when_told (struct call *call)
{
  int found;
  struct record *record = actor_find (&records, call, 1, &found);
  portalocker_lock *lock = actor_find (&actor_locks, call, 2, &found);
  int calls = 0;

  if (record == NULL || lock == NULL)
    return;
  while (calls == 0)
    {
      actor_monitor_enter (record->monitor);
      calls = record->calls;
      actor_monitor_leave (record->monitor);
      actor_nap ();
    }
  actor_answer_code (call, portalocker_release (lock));
}

/* ---- Waits in an event loop ---------------------------------------- */

/* Answer the event, or the code if there is none.  */
static void
do_watch (struct call *call)
{
  int found, code;
  long long event;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (! found)
    return;
  code = actor_watch (lock, actor_number (call, 2), &event);
  if (code == PORTALOCKER_OK)
    actor_answer (call, "%lld", event);
  else if (event != -1 && lock != NULL)
    actor_answer (call, "actor: failed, and there is an event");
  else
    actor_answer_code (call, code);
}

static void
do_watch_nowhere (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (found)
    actor_answer_code (call, actor_watch (lock, -1, NULL));
}

/* Whether the event comes within so many milliseconds.  */
static void
do_readable (struct call *call)
{
  int ready = actor_await (actor_number (call, 1),
                           (int) actor_number (call, 2));

  if (ready < 0)
    actor_answer (call, "actor: cannot wait for it");
  else
    actor_answer (call, "%d", ready);
}

/* Watch the first object for so many milliseconds, and answer how it ended and
   how long that took.  */
static void
do_watch_timed (struct call *call)
{
  int found, code;
  long long event;
  int64_t begun = portalocker_now ();
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (! found)
    return;
  code = actor_watch (lock, actor_number (call, 2), &event);
  if (code == PORTALOCKER_OK)
    {
      actor_await (event, -1);
      code = portalocker_watch_finish (lock);
    }
  actor_answer_code (call, code);
  snprintf (call->answer + strlen (call->answer), 32, " %lld",
            (long long) (portalocker_now () - begun));
}

static void
do_watch_finish (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (found)
    actor_answer_code (call, portalocker_watch_finish (lock));
}

static void
do_watch_abandon (struct call *call)
{
  int found;
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found);

  if (found)
    actor_answer_code (call, portalocker_watch_abandon (lock));
}

const struct command actor_wait_commands[] = {
  { "wait-method", 0, 0, do_wait_method },
  { "cancel", 1, 1, do_cancel },        /* OBJECT */
  { "cancel-code", 0, 0, do_cancel_code },      /* of the signal handler */
  /* OBJECT INTERVAL or null, and the number of the call that cancels */
  { "wait-callback", 2, 3, do_wait_callback },
  { "callback", 2, 2, do_callback },    /* OBJECT FIELD: see answer_record */
  { "release-when-told", 2, 2, do_release_when_told },  /* OBJECT OBJECT */
  { "watch", 2, 2, do_watch },          /* OBJECT TIMEOUT */
  { "watch-nowhere", 1, 1, do_watch_nowhere },
  { "readable", 1, 2, do_readable },    /* EVENT [MILLISECONDS] */
  { "watch-timed", 2, 2, do_watch_timed },      /* OBJECT TIMEOUT */
  { "watch-finish", 1, 1, do_watch_finish },
  { "watch-abandon", 1, 1, do_watch_abandon },
  { NULL, 0, 0, NULL }
};
