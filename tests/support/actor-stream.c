/* actor-stream.c - the actor's commands for streams, for descriptors that
   the caller opened, and for atomic files.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct names streams = { .kind = "stream" };
struct names actor_atomics = { .kind = "atomic file" };

FILE *
actor_stream (struct call *call, int word)
{
  int found;
  void *value = actor_find (&streams, call, word, &found);

  if (found)
    return value;
  value = actor_find (&actor_locks, call, word, &found);
  if (found)
    return portalocker_stream (value);
  value = actor_find (&actor_atomics, call, word, &found);
  return found ? portalocker_atomic_stream (value) : NULL;
}

/* Set STREAM from the first word, or complain and return.  */
#define GET_STREAM(stream)                              \
  FILE *stream = actor_stream (call, 1);                \
                                                        \
  if (stream == NULL)                                   \
    {                                                   \
      actor_answer (call, "NULL");                      \
      return;                                           \
    }

/* In bytes also where a C library would change the ends of lines.  */
static void
do_fopen (struct call *call)
{
  char mode[16];
  FILE *stream;

  snprintf (mode, sizeof mode, "%.14sb", call->word[3]);
  stream = fopen (call->word[2], mode);

  actor_answer_errno (call, stream != NULL ? 0 : errno);
  if (stream != NULL)
    actor_put (&streams, call, call->word[1], stream);
}

static void
do_fclose (struct call *call)
{
  GET_STREAM (stream);
  actor_drop (&streams, call->word[1]);
  actor_answer_errno (call, fclose (stream) == 0 ? 0 : errno);
}

static void
do_fputs (struct call *call)
{
  GET_STREAM (stream);
  actor_answer_errno (call, fputs (call->word[2], stream) >= 0 ? 0 : errno);
}

static void
do_fgets (struct call *call)
{
  char line[4096];
  GET_STREAM (stream);

  if (fgets (line, sizeof line, stream) != NULL)
    actor_answer (call, "%.*s", (int) strcspn (line, "\n"), line);
  else
    actor_answer (call, ferror (stream) ? "error" : "end");
}

static void
do_fflush (struct call *call)
{
  GET_STREAM (stream);
  actor_answer_errno (call, fflush (stream) == 0 ? 0 : errno);
}

static void
do_ftell (struct call *call)
{
  GET_STREAM (stream);
  actor_answer (call, "%ld", ftell (stream));
}

static void
do_fseek (struct call *call)
{
  GET_STREAM (stream);
  actor_answer_errno (call, fseek (stream, (long) actor_number (call, 2),
                                   SEEK_SET) == 0 ? 0 : errno);
}

static void
do_ungetc (struct call *call)
{
  GET_STREAM (stream);
  actor_answer (call, "%d", ungetc (call->word[2][0], stream));
}

static void
do_fileno (struct call *call)
{
  GET_STREAM (stream);
  actor_answer (call, "%d", fileno (stream));
}

static void
do_lock_stream (struct call *call)
{
  actor_answer_code (call,
                     portalocker_lock_stream (actor_stream (call, 1),
                                              (int) actor_number (call, 2),
                                              call->error));
}

static void
do_unlock_stream (struct call *call)
{
  actor_answer_code (call, portalocker_unlock_stream (actor_stream (call, 1),
                                                      call->error));
}

/* ---- Descriptors --------------------------------------------------- */

static void
do_lock_fd (struct call *call)
{
  actor_answer_code (call, portalocker_lock_fd ((int) actor_number (call, 1),
                                                (int) actor_number (call, 2),
                                                call->error));
}

static void
do_unlock_fd (struct call *call)
{
  actor_answer_code (call,
                     portalocker_unlock_fd ((int) actor_number (call, 1),
                                            call->error));
}

static const char *
backend_word (const struct call *call, int word)
{
  return strcmp (call->word[word], "-") == 0 ? NULL : call->word[word];
}

static void
do_lock_fd_with (struct call *call)
{
  int64_t deadline = actor_number (call, 4);

  if (call->word[4][0] == '+')
    deadline += portalocker_now ();
  actor_answer_code (call,
                     portalocker_lock_fd_with ((int) actor_number (call, 1),
                                               (int) actor_number (call, 2),
                                               backend_word (call, 3),
                                               deadline, call->error));
}

static void
do_unlock_fd_with (struct call *call)
{
  actor_answer_code (call,
                     portalocker_unlock_fd_with ((int) actor_number (call, 1),
                                                 backend_word (call, 2),
                                                 call->error));
}

static void
do_verify_fd (struct call *call)
{
  const char *path = call->word[2];

  actor_answer_code (call,
                     portalocker_verify_fd ((int) actor_number (call, 1),
                                            strcmp (path, "null") == 0
                                            ? NULL : path,
                                            call->error));
}

/* ---- Atomic files -------------------------------------------------- */

#define GET_ATOMIC(atomic)                                              \
  int found;                                                            \
  portalocker_atomic *atomic                                            \
    = actor_find (&actor_atomics, call, 1, &found);                     \
                                                                        \
  if (! found)                                                          \
    return

static void
do_atomic_begin (struct call *call)
{
  portalocker_atomic *atomic = (portalocker_atomic *) &atomic;
  const char *path = call->word[2];
  int rc = portalocker_atomic_begin (&atomic,
                                     strcmp (path, "null") == 0 ? NULL : path,
                                     (int) actor_number (call, 3),
                                     call->error);

  actor_answer_code (call, rc);
  if (rc == PORTALOCKER_OK)
    actor_put (&actor_atomics, call, call->word[1], atomic);
  else if (atomic != NULL)
    actor_answer (call, "actor: failed, and the pointer is not NULL");
}

static void
do_atomic_begin_null (struct call *call)
{
  actor_answer_code (call, portalocker_atomic_begin (NULL, call->word[1], 0,
                                                     call->error));
}

static void
do_atomic_descriptor (struct call *call)
{
  GET_ATOMIC (atomic);
  actor_answer (call, "%d", portalocker_atomic_descriptor (atomic));
}

static void
do_atomic_stream (struct call *call)
{
  GET_ATOMIC (atomic);
  actor_answer (call, "%s", portalocker_atomic_stream (atomic) != NULL
                ? "stream" : "NULL");
}

static void
do_atomic_commit (struct call *call)
{
  GET_ATOMIC (atomic);
  actor_answer_code (call, portalocker_atomic_commit (atomic, call->error));
  actor_drop (&actor_atomics, call->word[1]);
}

static void
do_atomic_abort (struct call *call)
{
  GET_ATOMIC (atomic);
  portalocker_atomic_abort (atomic);
  actor_drop (&actor_atomics, call->word[1]);
  actor_answer (call, "ok");
}

/* STREAM below is the name of a stream, a lock or an atomic file.  */
const struct command actor_stream_commands[] = {
  { "fopen", 3, 3, do_fopen },          /* STREAM PATH MODE */
  { "fclose", 1, 1, do_fclose },
  { "fputs", 2, 2, do_fputs },          /* STREAM TEXT */
  { "fgets", 1, 1, do_fgets },
  { "fflush", 1, 1, do_fflush },
  { "ftell", 1, 1, do_ftell },
  { "fseek", 2, 2, do_fseek },          /* STREAM OFFSET */
  { "ungetc", 2, 2, do_ungetc },        /* STREAM CHARACTER */
  { "fileno", 1, 1, do_fileno },
  { "lock-stream", 2, 2, do_lock_stream },      /* STREAM FLAGS */
  { "unlock-stream", 1, 1, do_unlock_stream },
  { "lock-fd", 2, 2, do_lock_fd },      /* DESCRIPTOR FLAGS */
  { "unlock-fd", 1, 1, do_unlock_fd },
  /* DESCRIPTOR FLAGS BACKEND [+]DEADLINE */
  { "lock-fd-with", 4, 4, do_lock_fd_with },
  { "unlock-fd-with", 2, 2, do_unlock_fd_with },        /* DESCRIPTOR BACKEND */
  { "verify-fd", 2, 2, do_verify_fd },  /* DESCRIPTOR PATH */
  { "atomic-begin", 3, 3, do_atomic_begin },    /* ATOMIC PATH REPLACE */
  { "atomic-begin-null", 1, 1, do_atomic_begin_null },
  { "atomic-descriptor", 1, 1, do_atomic_descriptor },
  { "atomic-stream", 1, 1, do_atomic_stream },
  { "atomic-commit", 1, 1, do_atomic_commit },
  { "atomic-abort", 1, 1, do_atomic_abort },
  { NULL, 0, 0, NULL }
};
