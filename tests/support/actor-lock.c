/* actor-lock.c - the actor's commands for lock objects.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor.h"

#include <stdlib.h>
#include <string.h>

struct names actor_locks = { .kind = "lock" };

/* Set LOCK from the word that every command has as its first, or return
   from the command.  */
#define GET_LOCK(lock)                                          \
  int found;                                                    \
  portalocker_lock *lock = actor_find (&actor_locks, call, 1, &found); \
                                                                \
  if (! found)                                                  \
    return

/* NULL for the words "-" and "null".  */
static const char *
text_or_null (const struct call *call, int word)
{
  const char *text = call->word[word];

  return strcmp (text, "-") == 0 || strcmp (text, "null") == 0 ? NULL : text;
}

static void
answer_text (struct call *call, const char *text)
{
  actor_answer (call, "%s", text != NULL ? text : "NULL");
}

/* ---- The library itself -------------------------------------------- */

static void
do_version (struct call *call)
{
  answer_text (call, portalocker_version ());
}

static void
do_header_version (struct call *call)
{
  actor_answer (call, "%s %#lx", PORTALOCKER_VERSION,
                (unsigned long) PORTALOCKER_VERSION_NUMBER);
}

static void
do_check_version (struct call *call)
{
  answer_text (call, portalocker_check_version (text_or_null (call, 1)));
}

static void
do_code_name (struct call *call)
{
  answer_text (call, portalocker_code_name ((int) actor_number (call, 1)));
}

static void
do_code_text (struct call *call)
{
  answer_text (call, portalocker_code_text ((int) actor_number (call, 1)));
}

static void
do_code_advice (struct call *call)
{
  answer_text (call, portalocker_code_advice ((int) actor_number (call, 1)));
}

static void
do_default_backend (struct call *call)
{
  answer_text (call, portalocker_default_backend ());
}

static void
do_backends (struct call *call)
{
  const char *name;
  size_t i;
  size_t length = 0;

  for (i = 0; (name = portalocker_backend_at (i)) != NULL; i++)
    length += (size_t) snprintf (call->answer + length,
                                 sizeof call->answer - length,
                                 i == 0 ? "%s" : " %s", name);
}

static void
do_features (struct call *call)
{
  actor_answer (call, "%d",
                portalocker_backend_features (text_or_null (call, 1)));
}

static void
do_now (struct call *call)
{
  actor_answer (call, "%lld", (long long) portalocker_now ());
}

/* ---- Objects ------------------------------------------------------- */

static void
do_new (struct call *call)
{
  portalocker_lock *lock = (portalocker_lock *) &lock;
  int rc = portalocker_new (&lock, text_or_null (call, 2));

  actor_answer_code (call, rc);
  if (rc == PORTALOCKER_OK)
    actor_put (&actor_locks, call, call->word[1], lock);
  else if (lock != NULL)
    actor_answer (call, "actor: failed, and the pointer is not NULL");
}

static void
do_new_null (struct call *call)
{
  actor_answer_code (call, portalocker_new (NULL, call->word[1]));
}

static void
do_free (struct call *call)
{
  GET_LOCK (lock);
  portalocker_free (lock);
  actor_drop (&actor_locks, call->word[1]);
  actor_answer (call, "ok");
}

/* Settings whose value is a number.  */
static int
set_number (portalocker_lock *lock, const char *what, long long value,
            int *code)
{
  int number = (int) value;

  if (strcmp (what, "truncate") == 0)
    *code = portalocker_set_truncate (lock, number);
  else if (strcmp (what, "timeout") == 0)
    *code = portalocker_set_timeout (lock, value);
  else if (strcmp (what, "check-interval") == 0)
    *code = portalocker_set_check_interval (lock, value);
  else if (strcmp (what, "fail-when-locked") == 0)
    *code = portalocker_set_fail_when_locked (lock, number);
  else if (strcmp (what, "flags") == 0)
    *code = portalocker_set_flags (lock, number);
  else if (strcmp (what, "creation-mode") == 0)
    *code = portalocker_set_creation_mode (lock, (unsigned int) number);
  else if (strcmp (what, "create") == 0)
    *code = portalocker_set_create (lock, number);
  else if (strcmp (what, "no-follow") == 0)
    *code = portalocker_set_no_follow (lock, number);
  else if (strcmp (what, "inherit") == 0)
    *code = portalocker_set_inherit (lock, number);
  else if (strcmp (what, "pass-over-fork") == 0)
    *code = portalocker_set_pass_over_fork (lock, number);
  else if (strcmp (what, "cancellable") == 0)
    *code = portalocker_set_cancellable (lock, number);
  else if (strcmp (what, "movable") == 0)
    *code = portalocker_set_movable (lock, number);
  else if (strcmp (what, "fair") == 0)
    *code = portalocker_set_fair (lock, number);
  else
    return 0;
  return 1;
}

static void
do_set (struct call *call)
{
  const char *what = call->word[2];
  int code;
  GET_LOCK (lock);

  if (strcmp (what, "mode") == 0)
    code = portalocker_set_mode (lock, text_or_null (call, 3));
  else if (strcmp (what, "backend") == 0)
    code = portalocker_set_backend (lock, text_or_null (call, 3));
  else if (! set_number (lock, what, actor_number (call, 3), &code))
    {
      actor_answer (call, "actor: no setting %s", what);
      return;
    }
  actor_answer_code (call, code);
}

static void
do_acquire (struct call *call)
{
  GET_LOCK (lock);
  actor_answer_code (call, portalocker_acquire (lock));
}

static void
do_acquire_with (struct call *call)
{
  GET_LOCK (lock);
  actor_answer_code (call,
                     portalocker_acquire_with (lock, text_or_null (call, 2),
                                               (int) actor_number (call, 3),
                                               actor_number (call, 4),
                                               actor_number (call, 5),
                                               (int) actor_number (call, 6),
                                               (int) actor_number (call, 7)));
}

/* The deadline is a time, or +N: N milliseconds from now.  */
static void
do_acquire_until (struct call *call)
{
  int64_t deadline = actor_number (call, 2);
  GET_LOCK (lock);

  if (call->word[2][0] == '+')
    deadline += portalocker_now ();
  actor_answer_code (call, portalocker_acquire_until (lock, deadline));
}

static void
do_release (struct call *call)
{
  GET_LOCK (lock);
  actor_answer_code (call, portalocker_release (lock));
}

static void
do_upgrade (struct call *call)
{
  GET_LOCK (lock);
  actor_answer_code (call, portalocker_upgrade (lock, actor_number (call, 2)));
}

static void
do_downgrade (struct call *call)
{
  GET_LOCK (lock);
  actor_answer_code (call, portalocker_downgrade (lock));
}

static void
do_verify (struct call *call)
{
  GET_LOCK (lock);
  actor_answer_code (call, portalocker_verify (lock));
}

static void
do_held (struct call *call)
{
  GET_LOCK (lock);
  actor_answer (call, "%d", portalocker_is_held (lock));
}

static void
do_path (struct call *call)
{
  GET_LOCK (lock);
  answer_text (call, portalocker_path (lock));
}

static void
do_backend (struct call *call)
{
  GET_LOCK (lock);
  answer_text (call, portalocker_backend (lock));
}

static void
do_descriptor (struct call *call)
{
  GET_LOCK (lock);
  actor_answer (call, "%d", portalocker_descriptor (lock));
}

static void
do_stream (struct call *call)
{
  FILE *stream;
  GET_LOCK (lock);

  stream = portalocker_stream (lock);
  if (stream != NULL)
    actor_answer (call, "%p", (void *) stream);
  else
    answer_text (call, NULL);
}

static void
do_message (struct call *call)
{
  GET_LOCK (lock);
  answer_text (call, portalocker_message (lock));
}

static void
do_open (struct call *call)
{
  int descriptor = -1;
  int rc;
  GET_LOCK (lock);

  rc = portalocker_open (lock, &descriptor);
  if (rc == PORTALOCKER_OK)
    actor_answer (call, "%d", descriptor);
  else
    actor_answer_code (call, rc);
}

static void
do_detach (struct call *call)
{
  int descriptor = -1;
  int rc;
  GET_LOCK (lock);

  rc = actor_detach (lock, &descriptor);
  if (rc == PORTALOCKER_OK)
    actor_answer (call, "%d", descriptor);
  else
    actor_answer_code (call, rc);
}

/* ---- Failures ------------------------------------------------------ */

static void
answer_errno (struct call *call, int error)
{
  if (error == 0)
    actor_answer (call, "0");
  else
    actor_answer_system_error (call, error);
}

/* Answer the detail FIELD of ERROR.  */
static void
answer_field (struct call *call, portalocker_error *error, const char *field)
{
  if (strcmp (field, "code") == 0)
    actor_answer_code (call, portalocker_error_code (error));
  else if (strcmp (field, "errno") == 0)
    answer_errno (call, portalocker_error_system_error (error));
  else if (strcmp (field, "call") == 0)
    answer_text (call, portalocker_error_call (error));
  else if (strcmp (field, "path") == 0)
    answer_text (call, portalocker_error_path (error));
  else if (strcmp (field, "holder") == 0)
    actor_answer (call, "%lld", (long long) portalocker_error_holder (error));
  else if (strcmp (field, "holder-name") == 0)
    answer_text (call, portalocker_error_holder_name (error));
  else if (strcmp (field, "summary") == 0)
    answer_text (call, portalocker_error_summary (error));
  else if (strcmp (field, "message") == 0)
    answer_text (call, portalocker_error_message (error));
  else
    actor_answer (call, "actor: no field %s", field);
}

static void
answer_lock_field (struct call *call,
                   int (*get) (portalocker_lock *, portalocker_error *))
{
  portalocker_error *error;
  int rc = portalocker_error_new (&error);
  GET_LOCK (lock);

  if (rc == PORTALOCKER_OK)
    rc = get (lock, error);
  if (rc == PORTALOCKER_OK)
    answer_field (call, error, call->word[2]);
  else
    actor_answer_code (call, rc);
  portalocker_error_free (error);
}

static void
do_error (struct call *call)
{
  answer_lock_field (call, portalocker_get_error);
}

static void
do_second_error (struct call *call)
{
  answer_lock_field (call, portalocker_get_second_error);
}

static void
do_error_null (struct call *call)
{
  GET_LOCK (lock);
  actor_answer_code (call, portalocker_get_error (lock, NULL));
}

static void
do_last_error (struct call *call)
{
  answer_field (call, call->error, call->word[1]);
}

const struct command actor_lock_commands[] = {
  { "version", 0, 0, do_version },
  { "header-version", 0, 0, do_header_version },
  { "check-version", 1, 1, do_check_version },
  { "code-name", 1, 1, do_code_name },
  { "code-text", 1, 1, do_code_text },
  { "code-advice", 1, 1, do_code_advice },
  { "default-backend", 0, 0, do_default_backend },
  { "backends", 0, 0, do_backends },
  { "features", 1, 1, do_features },    /* NAME or - */
  { "now", 0, 0, do_now },
  { "new", 2, 2, do_new },              /* OBJECT PATH */
  { "new-null", 1, 1, do_new_null },
  { "free", 1, 1, do_free },
  { "set", 3, 3, do_set },              /* OBJECT SETTING VALUE */
  { "acquire", 1, 1, do_acquire },
  /* OBJECT MODE TRUNCATE TIMEOUT CHECK-INTERVAL FAIL-WHEN-LOCKED FLAGS */
  { "acquire-with", 7, 7, do_acquire_with },
  { "acquire-until", 2, 2, do_acquire_until },  /* OBJECT [+]DEADLINE */
  { "release", 1, 1, do_release },
  { "upgrade", 2, 2, do_upgrade },      /* OBJECT TIMEOUT */
  { "downgrade", 1, 1, do_downgrade },
  { "verify", 1, 1, do_verify },
  { "held", 1, 1, do_held },
  { "path", 1, 1, do_path },
  { "backend", 1, 1, do_backend },
  { "descriptor", 1, 1, do_descriptor },
  { "stream", 1, 1, do_stream },        /* its address */
  { "message", 1, 1, do_message },
  { "error", 2, 2, do_error },          /* OBJECT FIELD */
  { "second-error", 2, 2, do_second_error },
  { "error-null", 1, 1, do_error_null },
  { "last-error", 1, 1, do_last_error },        /* FIELD */
  { "open", 1, 1, do_open },            /* answers the descriptor */
  { "detach", 1, 1, do_detach },        /* answers the descriptor */
  { NULL, 0, 0, NULL }
};
