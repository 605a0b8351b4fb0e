/* target.h - what is locked.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include <portalocker.h>

/* What to lock, and how.  */
struct request
{
  const char *path;             /* NULL: a descriptor */
  int descriptor;
  bool shared;
  bool must_exist;              /* do not create the file */
  bool inherit;                 /* the command gets the lock too */
  bool is_private;              /* nobody else may open the file, and a
                                   symbolic link is refused */
  bool quiet;                   /* do not tell that others have the lock */
  const char *backend;          /* NULL: the default */
  int64_t timeout;              /* milliseconds, or PORTALOCKER_FOREVER */
};

/* A lock that is held.  */
struct hold
{
  const struct request *request;
  portalocker_lock *lock;       /* NULL: a descriptor is locked */
  portalocker_error *error;
  bool told;                    /* that the tool waits */
};

/* Read TEXT, a path or fd:N, into REQUEST.  Return STATUS_DONE, or another
   status after a message that tells where VERB's help is.  */
int target_parse (const char *verb, const char *text,
                  struct request *request);

/* Take the lock that REQUEST, which must outlive HOLD, asks for.  Return
   STATUS_DONE, and then call target_unlock; or another status after a
   message.  */
int target_lock (struct hold *hold, const struct request *request);

/* Give the lock back.  A failure is only reported: what was done under the
   lock is done.  With request->inherit the lock lives on in processes that
   still have its descriptor.  */
void target_unlock (struct hold *hold);

#endif /* TARGET_H */
