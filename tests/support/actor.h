/* actor.h - what the parts of the actor share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef ACTOR_H
#define ACTOR_H

#include <stdio.h>

#include "portalocker.h"

enum { ACTOR_LINE = 32768, ACTOR_WORDS = 32, ACTOR_NAMES = 64 };

/* One command on its way.  */
struct call
{
  int count;                    /* of words, the command's name included */
  char *word[ACTOR_WORDS];
  char text[ACTOR_LINE];        /* where the words are */
  char answer[ACTOR_LINE];      /* one line, without the newline */
  portalocker_error *error;     /* of the last call without an object */
  int silent;                   /* do not answer */
  void (*after) (struct call *call);    /* what to do after the answer */
};

/* A command: NAME takes between LEAST and MOST words after it.  */
struct command
{
  const char *name;
  int least, most;
  void (*run) (struct call *call);
};

/* The commands of each part, up to a NULL name.  */
extern const struct command actor_lock_commands[];
extern const struct command actor_stream_commands[];
extern const struct command actor_file_commands[];
extern const struct command actor_process_commands[];
extern const struct command actor_wait_commands[];

/* Those that each system has in its own way.  */
extern const struct command actor_system_commands[];
extern const struct command actor_own_process_commands[];
extern const struct command actor_own_wait_commands[];

/* Why this system has no COMMAND; NULL if it may have one.  */
const char *actor_why_missing (const char *command);

/* What commands may call.  */
struct call *actor_new_call (void);
void actor_free_call (struct call *call);
void actor_read_words (struct call *call, const char *line);
void actor_run (struct call *call);
void actor_run_tail (struct call *call, int first);

/* Mingw's stdio has two dialects, and tells which one it speaks.  */
#if defined __MINGW_PRINTF_FORMAT
# define ACTOR_DIALECT __MINGW_PRINTF_FORMAT
#else
# define ACTOR_DIALECT __printf__
#endif

#if defined __GNUC__
__attribute__ ((__format__ (ACTOR_DIALECT, 2, 3)))
#endif
void actor_answer (struct call *call, const char *format, ...);

/* Answer "OK", "BUSY", ...: the name of CODE without its prefix.  */
void actor_answer_code (struct call *call, int code);

/* Answer the name of ERROR, "EACCES", or "ok" for 0.  */
void actor_answer_errno (struct call *call, int error);
const char *actor_errno_name (int error);

/* The same for an error of the library, which is in the system's numbers.
   What means the same as an errno value has the name of that one.  */
void actor_answer_system_error (struct call *call, int error);

/* The word NUMBER as an integer; "-" is PORTALOCKER_AS_SET.  */
long long actor_number (const struct call *call, int number);

/* Names of objects.  A table keeps what the caller put there; "null" is
   always NULL.  find answers NULL, and a complaint, for an unknown name.  */
struct names
{
  const char *kind;
  struct
  {
    char name[64];
    void *value;
  } entry[ACTOR_NAMES];
};

void *actor_find (struct names *names, struct call *call, int word,
                  int *found);
void actor_put (struct names *names, struct call *call, const char *name,
                void *value);
void actor_drop (struct names *names, const char *name);

/* The stream of the word NUMBER: one that fopen made, or that of a lock or
   of an atomic file.  */
FILE *actor_stream (struct call *call, int word);

extern struct names actor_locks, actor_atomics;

/* Give the library a wait signal if the environment asks for it.  */
void actor_set_wait_signal (void);

/* Let the signal handler that runs actor_cancel_target cancel the lock that
   the word NUMBER names.  */
void actor_set_cancel_target (struct call *call, int number);
void actor_cancel_target (void);

/* As portalocker_detach, where the system has another form of it.  */
int actor_detach (portalocker_lock *lock, int *descriptor);

/* As portalocker_watch; the event is what an event loop of this system waits
   for, as a number: -1 is none, -2 that the library left it alone.  */
int actor_watch (portalocker_lock *lock, long long timeout, long long *event);

/* Whether EVENT comes within so many milliseconds, without end if they are
   negative; -1 if nothing can be said.  */
int actor_await (long long event, int milliseconds);

/* The thread that the first word names, or NULL after a complaint.  */
struct actor_thread *actor_find_thread (struct call *call);

/* Forget the threads, which the child of a fork does not have.  */
void actor_forget_threads (void);

/* The channel: two FIFOs that are the arguments of the actor, or its standard
   input and output.  Reading returns 0 at the end.  */
void actor_open_channel (int argc, char **argv);
size_t actor_read (char *buffer, size_t size);
void actor_write (const char *text, size_t length);
long actor_process_number (void);

/* Say hello on a new channel.  */
void actor_begin_dialogue (void);

/* End after a message: the actor cannot work.  */
void actor_die (const char *what);

/* The file name of the running actor.  */
extern const char *actor_program;

#endif /* ACTOR_H */
