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
   files), actor-system.c (the process: files, limits, signals, foreign
   locks), actor-process.c (threads, fork, exec) and actor-wait.c (waits and
   their traces).

   With PORTALOCKER_ACTOR_WAIT_SIGNAL=1 in the environment the library has
   SIGRTMIN + 5 as its wait signal from the start.  */

#include "actor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *actor_program;

static int in_fd, out_fd;
static char input[ACTOR_LINE];
static size_t input_length;

static const struct command *const tables[] = {
  actor_lock_commands, actor_stream_commands, actor_system_commands,
  actor_process_commands, actor_wait_commands
};

static void
die (const char *what)
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
    die ("actor: memory");
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

  snprintf (call->text, sizeof call->text, "%s", line);
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

/* Move FD to a high number that exec closes.  */
static int
move_up (int fd)
{
  int moved = fcntl (fd, F_DUPFD, 100);

  if (moved < 0 || fcntl (moved, F_SETFD, FD_CLOEXEC) != 0)
    die ("actor: channel");
  return moved;
}

void
actor_use_channel (int in, int out)
{
  in_fd = move_up (in);
  out_fd = move_up (out);
  input_length = 0;
}

static void
say (const char *line)
{
  char text[ACTOR_LINE + 1];
  int length = snprintf (text, sizeof text, "%s\n", line);
  ssize_t done;

  for (const char *next = text; length > 0; next += done, length -= (int) done)
    {
      done = write (out_fd, next, (size_t) length);
      if (done < 0 && errno != EINTR)
        _exit (98);
      if (done < 0)
        done = 0;
    }
}

static void
say_hello (void)
{
  char text[64];

  snprintf (text, sizeof text, "actor %ld", (long) getpid ());
  say (text);
}

void
actor_use_fifos (const char *in, const char *out)
{
  int new_in = open (in, O_RDONLY);
  int new_out = open (out, O_WRONLY);

  if (new_in < 0 || new_out < 0)
    die ("actor: FIFO");
  close (in_fd);
  close (out_fd);
  actor_use_channel (new_in, new_out);
  close (new_in);
  close (new_out);
  say_hello ();
}

/* Read a line into LINE.  Return 0 at the end.  */
static int
read_line (char *line)
{
  for (;;)
    {
      char *end = memchr (input, '\n', input_length);
      ssize_t done;

      if (end != NULL)
        {
          size_t length = (size_t) (end - input);

          memcpy (line, input, length);
          line[length] = '\0';
          input_length -= length + 1;
          memmove (input, end + 1, input_length);
          return 1;
        }
      done = read (in_fd, input + input_length,
                   sizeof input - input_length);
      if (done == 0 || (done < 0 && errno != EINTR))
        return 0;
      if (done > 0)
        input_length += (size_t) done;
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

  if (command == NULL)
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
use_standard_channel (void)
{
  int null;

  actor_use_channel (0, 1);
  null = open ("/dev/null", O_RDWR);
  if (null < 0 || dup2 (null, 0) < 0 || dup2 (null, 1) < 0)
    die ("actor: /dev/null");
  if (null > 2)
    close (null);
  say_hello ();
}

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

static void *
be_a_thread (void *unused)
{
  return unused;
}

/* ThreadSanitizer adds a thread of its own when the program makes its first
   one.  Let that be now, before a test counts threads.  */
static void
make_first_thread (void)
{
  pthread_t thread;

  if (pthread_create (&thread, NULL, be_a_thread, NULL) == 0)
    pthread_join (thread, NULL);
}

int
main (int argc, char **argv)
{
  static char line[ACTOR_LINE];
  struct call *call = actor_new_call ();

  actor_program = argv[0];
  make_first_thread ();
  actor_set_wait_signal ();
  if (argc == 3)
    {
      /* The numbers of the channel before, if it was handed on, are taken
         by nothing else.  */
      in_fd = out_fd = -1;
      actor_use_fifos (argv[1], argv[2]);
    }
  else
    use_standard_channel ();
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
