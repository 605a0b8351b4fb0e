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
extern const struct command actor_system_commands[];
extern const struct command actor_process_commands[];
extern const struct command actor_wait_commands[];

/* What commands may call.  */
struct call *actor_new_call (void);
void actor_free_call (struct call *call);
void actor_read_words (struct call *call, const char *line);
void actor_run (struct call *call);
void actor_run_tail (struct call *call, int first);

#if defined __GNUC__
__attribute__ ((__format__ (__printf__, 2, 3)))
#endif
void actor_answer (struct call *call, const char *format, ...);

/* Answer "OK", "BUSY", ...: the name of CODE without its prefix.  */
void actor_answer_code (struct call *call, int code);

/* Answer the name of ERROR, "EACCES", or "ok" for 0.  */
void actor_answer_errno (struct call *call, int error);
const char *actor_errno_name (int error);

/* The word NUMBER as an integer; "-" is PORTALOCKER_AS_SET.  */
long long actor_number (const struct call *call, int number);

/* The signal that the word NUMBER names, "USR1", or has as a number; -1 if
   there is no such name.  */
int actor_signal (const struct call *call, int number);

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

/* Answer commands that come from IN to OUT, from now on.  */
void actor_use_channel (int in, int out);

/* The same with two FIFOs, and say hello.  */
void actor_use_fifos (const char *in, const char *out);

/* Set where the leak checker of AddressSanitizer cannot work: in the child
   of a process with threads, and without descriptors.  */
extern int actor_no_leak_check;

/* The file name of the running actor.  */
extern const char *actor_program;

#endif /* ACTOR_H */
