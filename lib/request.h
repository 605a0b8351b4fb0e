/* request.h - what one call of an acquire function asks for.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_REQUEST_H
#define PORTALOCKER_REQUEST_H

#include "object.h"

struct request
{
  portalocker_lock *lock;
  uintptr_t thread;             /* that made the call */
  struct settings settings;     /* with which LOCK is acquired this time */
  struct lock_wait wait;
  struct failure failure;       /* what came of it */
  struct creation creation;     /* of the file that the path names */
  const struct file_id *only;   /* the file that it is about, or NULL: any */
};

/* Begin REQUEST from what is set on LOCK, whose mutex is held afterwards.  */
void portalocker__begin_request (struct request *request,
                                 portalocker_lock *lock);

/* Put an argument of the caller over what is set.  MODE may be NULL, and
   numbers PORTALOCKER_AS_SET.  Return PORTALOCKER_OK or
   PORTALOCKER_BAD_ARGUMENT.  */
int portalocker__take_mode (struct request *request, const char *mode);
int portalocker__take_times (struct request *request, int64_t timeout,
                             int64_t check_interval);
int portalocker__take_switches (struct request *request, int truncate,
                                int fail_when_locked, int flags);

/* Record that NUMBER makes no sense for the argument NAME.  */
int portalocker__refuse_argument (struct request *request, const char *name,
                                  int64_t number);

/* Whether the settings go with the mode, and together: PORTALOCKER_OK,
   PORTALOCKER_BAD_ARGUMENT, or PORTALOCKER_UNSUPPORTED.  */
int portalocker__check_mode (struct request *request);
int portalocker__check_together (struct request *request);

/* Prepare the wait, until DEADLINE if the settings have no timeout.  */
void portalocker__set_wait (struct request *request, int64_t deadline);


/* ---- The steps of an acquire, in acquire.c.  */

/* Wait for the thread that acquires LOCK or changes its lock to come to its
   end, or to be refused: after that as long as REQUEST may wait.  Return
   PORTALOCKER_OK to look at LOCK again, or PORTALOCKER_BUSY or
   PORTALOCKER_TIMED_OUT.  LOCK's mutex is held.  */
int portalocker__await_other (portalocker_lock *lock, struct request *request);

/* Make the caller the one who acquires the object of REQUEST, which is free.
   Its mutex is held.  */
void portalocker__acquire_begin (struct request *request);

/* Do the work.  Return the code; or ANOTHER_FILE, when the path names another
   file than *ONLY: failure.id says which.  Nothing is open then.  */
int portalocker__acquire_run (struct request *request);
enum { ANOTHER_FILE = -1 };

/* Take the work back when the thread that did it ended in a lock call.  */
void portalocker__acquire_withdraw (struct request *request);

/* What came of it is CODE: tell all who wait for the object.  */
void portalocker__acquire_end (const struct request *request, int code);

#endif /* PORTALOCKER_REQUEST_H */
