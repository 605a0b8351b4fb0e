/* actor.c - a program that calls the library as it is told, line by line.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   usage: actor [IN-FIFO OUT-FIFO]

   It reads commands from standard input and gives one line as the answer to
   each, the first line being "actor PID".  The driver (lib/portalocker.exp)
   talks to several at once.  Words are separated by one blank; "%20" in a
   word is a blank, and "%" alone an empty word.

   The channel is moved above 100 at once and is close-on-exec, and standard
   input and output are /dev/null afterwards, so that tests can close all of
   them.  Answers go out by write, never by stdio, which a fork would copy.

   An answer of the library is the name of the code without its prefix, "OK"
   or "BUSY"; other commands answer "ok", a value, or the name of an errno.
   What the actor itself does not understand is answered "actor: ...".

   The commands are in the tables at the end of actor-lock.c (the library's
   objects), actor-stream.c (streams, descriptors of the caller, atomic
   files), actor-files.c (files), actor-process.c (threads) and actor-wait.c
   (waits), and of three files for each family of systems:
   actor-system-posix.c (the process: limits, signals, foreign locks),
   actor-process-posix.c (fork, exec), actor-wait-posix.c (what a wait leaves
   behind), and the same with -win32.  A command that a system cannot have is
   answered "actor: unsupported: WHY".

   With PORTALOCKER_ACTOR_WAIT_SIGNAL=1 in the environment the library has
   SIGRTMIN + 5 as its wait signal from the start.  */

#include "actor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actor-threads.h"
#include "sanitizer.h"

const char *actor_program;

static char input[ACTOR_LINE];
static size_t input_length;

static const struct command *const tables[] = {
  actor_lock_commands, actor_stream_commands, actor_file_commands,
  actor_process_commands, actor_wait_commands, actor_system_commands,
  actor_own_process_commands, actor_own_wait_commands
};

void
actor_die (const char *what)
{
  perror (what);
  _exit (99);
}

/* ---- Words and answers --------------------------------------------- */

struct call *
actor_new_call (void)
{
  struct call *call = calloc (1, sizeof *call);

  if (call == NULL || portalocker_error_new (&call->error) != PORTALOCKER_OK)
    actor_die ("actor: memory");
  return call;
}

void
actor_free_call (struct call *call)
{
  portalocker_error_free (call->error);
  free (call);
}

static int
hex_digit (char c)
{
  const char *digits = "0123456789abcdef";
  const char *found = c != '\0' ? strchr (digits, c) : NULL;

  return found != NULL ? (int) (found - digits) : -1;
}

/* Decode WORD in place.  */
static void
decode (char *word)
{
  char *to = word;

  for (; *word != '\0'; word++)
    if (*word != '%')
      *to++ = *word;
    else if (hex_digit (word[1]) >= 0 && hex_digit (word[2]) >= 0)
      {
        *to++ = (char) (hex_digit (word[1]) * 16 + hex_digit (word[2]));
        word += 2;
      }
  *to = '\0';
}

void
actor_read_words (struct call *call, const char *line)
{
  char *next = call->text;
  size_t length = strnlen (line, sizeof call->text - 1);

  memcpy (call->text, line, length);
  call->text[length] = '\0';
  call->answer[0] = '\0';
  call->count = 0;
  call->silent = 0;
  call->after = NULL;
  while (next != NULL && call->count < ACTOR_WORDS)
    {
      char *word = next;

      next = strchr (word, ' ');
      if (next != NULL)
        *next++ = '\0';
      decode (word);
      call->word[call->count++] = word;
    }
}

void
actor_answer (struct call *call, const char *format, ...)
{
  va_list arguments;
  char *c;

  va_start (arguments, format);
  vsnprintf (call->answer, sizeof call->answer, format, arguments);
  va_end (arguments);
  for (c = call->answer; *c != '\0'; c++)
    if (*c == '\n')
      *c = '|';
}

void
actor_answer_code (struct call *call, int code)
{
  const char *name = portalocker_code_name (code);
  const char *prefix = "PORTALOCKER_";

  if (name == NULL)
    actor_answer (call, "code %d", code);
  else if (strncmp (name, prefix, strlen (prefix)) == 0)
    actor_answer (call, "%s", name + strlen (prefix));
  else
    actor_answer (call, "%s", name);
}

const char *
actor_errno_name (int error)
{
  static const struct { int error; const char *name; } names[] = {
    { 0, "ok" }, { EACCES, "EACCES" }, { EAGAIN, "EAGAIN" },
    { EBADF, "EBADF" }, { EDEADLK, "EDEADLK" }, { EEXIST, "EEXIST" },
    { EFBIG, "EFBIG" },
    { EINTR, "EINTR" }, { EINVAL, "EINVAL" }, { EIO, "EIO" },
    { EISDIR, "EISDIR" }, { ELOOP, "ELOOP" }, { EMFILE, "EMFILE" },
    { ENAMETOOLONG, "ENAMETOOLONG" }, { ENFILE, "ENFILE" },
    { ENODEV, "ENODEV" }, { ENOENT, "ENOENT" }, { ENOLCK, "ENOLCK" },
    { ENOMEM, "ENOMEM" }, { ENOSPC, "ENOSPC" }, { ENOSYS, "ENOSYS" },
    { ENOTCONN, "ENOTCONN" }, { ENOTDIR, "ENOTDIR" }, { ENXIO, "ENXIO" },
    { EOPNOTSUPP, "EOPNOTSUPP" }, { EPERM, "EPERM" }, { EPIPE, "EPIPE" },
    { EROFS, "EROFS" }, { ESPIPE, "ESPIPE" }, { ETXTBSY, "ETXTBSY" }
  };
  size_t i;

  for (i = 0; i < sizeof names / sizeof names[0]; i++)
    if (names[i].error == error)
      return names[i].name;
  return NULL;
}

void
actor_answer_errno (struct call *call, int error)
{
  const char *name = actor_errno_name (error);

  if (name != NULL)
    actor_answer (call, "%s", name);
  else
    actor_answer (call, "errno %d", error);
}

long long
actor_number (const struct call *call, int number)
{
  const char *word = number < call->count ? call->word[number] : "0";

  return strcmp (word, "-") == 0 ? PORTALOCKER_AS_SET : strtoll (word, NULL, 0);
}

/* ---- Names --------------------------------------------------------- */

void *
actor_find (struct names *names, struct call *call, int word, int *found)
{
  const char *name = call->word[word];
  size_t i;

  *found = 1;
  if (strcmp (name, "null") == 0)
    return NULL;
  for (i = 0; i < ACTOR_NAMES; i++)
    if (names->entry[i].value != NULL
        && strcmp (names->entry[i].name, name) == 0)
      return names->entry[i].value;
  *found = 0;
  actor_answer (call, "actor: no %s %s", names->kind, name);
  return NULL;
}

void
actor_drop (struct names *names, const char *name)
{
  size_t i;

  for (i = 0; i < ACTOR_NAMES; i++)
    if (strcmp (names->entry[i].name, name) == 0)
      names->entry[i].value = NULL;
}

void
actor_put (struct names *names, struct call *call, const char *name,
           void *value)
{
  size_t i;

  actor_drop (names, name);
  for (i = 0; i < ACTOR_NAMES; i++)
    if (names->entry[i].value == NULL)
      {
        snprintf (names->entry[i].name, sizeof names->entry[i].name, "%s",
                  name);
        names->entry[i].value = value;
        return;
      }
  actor_answer (call, "actor: too many names");
}

/* ---- The channel --------------------------------------------------- */

static void
say (const char *line)
{
  char text[ACTOR_LINE + 1];
  int length = snprintf (text, sizeof text, "%s\n", line);

  actor_write (text, (size_t) length);
}

void
actor_begin_dialogue (void)
{
  char text[64];

  input_length = 0;
  snprintf (text, sizeof text, "actor %ld", actor_process_number ());
  say (text);
}

/* Read a line into LINE.  Return 0 at the end.  */
static int
read_line (char *line)
{
  for (;;)
    {
      char *end = memchr (input, '\n', input_length);
      size_t done;

      if (end != NULL)
        {
          size_t length = (size_t) (end - input);

          memcpy (line, input, length);
          line[length] = '\0';
          input_length -= length + 1;
          memmove (input, end + 1, input_length);
          return 1;
        }
      done = actor_read (input + input_length, sizeof input - input_length);
      if (done == 0)
        return 0;
      input_length += done;
    }
}

/* ---- Commands ------------------------------------------------------ */

static const struct command *
find_command (const char *name)
{
  size_t i;
  const struct command *command;

  for (i = 0; i < sizeof tables / sizeof tables[0]; i++)
    for (command = tables[i]; command->name != NULL; command++)
      if (strcmp (command->name, name) == 0)
        return command;
  return NULL;
}

void
actor_run (struct call *call)
{
  const struct command *command = find_command (call->word[0]);
  const char *reason = actor_why_missing (call->word[0]);

  if (reason != NULL)
    actor_answer (call, "actor: unsupported: %s", reason);
  else if (command == NULL)
    actor_answer (call, "actor: no command %s", call->word[0]);
  else if (call->count - 1 < command->least
           || call->count - 1 > command->most)
    actor_answer (call, "actor: wrong number of words for %s", command->name);
  else
    command->run (call);
}

/* Run what begins at the word FIRST as a command of its own.  */
void
actor_run_tail (struct call *call, int first)
{
  int i;

  call->count -= first;
  for (i = 0; i < call->count; i++)
    call->word[i] = call->word[i + first];
  actor_run (call);
}

static void
be_a_thread (void *unused)
{
  (void) unused;
}

/* ThreadSanitizer adds a thread of its own when the program makes its first
   one.  Let that be now, before a test counts threads.  Nothing else needs it,
   and dietlibc can die at the end of a program that ever had a thread.  */
static void
make_first_thread (void)
{
  struct actor_thread *thread = NULL;

  if (strcmp (SANITIZER, "thread") == 0)
    thread = actor_thread_start (be_a_thread, NULL);
  if (thread != NULL)
    actor_thread_join (thread);
}

int
main (int argc, char **argv)
{
  static char line[ACTOR_LINE];
  struct call *call = actor_new_call ();

  actor_program = argv[0];
  make_first_thread ();
  actor_set_wait_signal ();
  actor_open_channel (argc, argv);
  while (read_line (line))
    {
      actor_read_words (call, line);
      actor_run (call);
      if (! call->silent)
        say (call->answer);
      if (call->after != NULL)
        call->after (call);
    }
  actor_free_call (call);
  return 0;
}
