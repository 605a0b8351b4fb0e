/* object.h - what a lock object consists of.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_OBJECT_H
#define PORTALOCKER_OBJECT_H

#include "fork.h"
#include "open.h"
#include "portalocker.h"

struct settings
{
  struct open_mode mode;
  bool truncate;
  int64_t timeout;              /* milliseconds, or PORTALOCKER_FOREVER */
  bool timeout_given;
  int64_t check_interval;       /* milliseconds */
  int fail_when_locked;         /* or PORTALOCKER_AS_SET: not set */
  int flags;
  mode_t creation_mode;
  int create;                   /* or PORTALOCKER_AS_SET: as the mode says */
  bool no_follow;
  bool inherit;
  bool pass_over_fork;
  bool cancellable;             /* also without a deadline */
  bool movable;                 /* between threads */
  bool fair;
  portalocker_wait_callback *callback; /* or NULL */
  void *closure;
  int64_t callback_interval;    /* nanoseconds, or PORTALOCKER__NEVER */
  const struct portalocker__backend *backend;
};

enum lock_state
{
  LOCK_FREE,
  LOCK_ACQUIRING,               /* one thread is at it */
  LOCK_HELD,
  LOCK_CHANGING,                /* held, and one thread is at it to make the
                                   lock exclusive or shared */
  LOCK_RELEASING                /* one thread is at it */
};

struct portalocker_lock
{
  /* Constant from portalocker_new to portalocker_free.  */
  char *given;                  /* the path as the caller gave it */
  char *path;                   /* the same, absolute if possible */

  struct fork_member fork;

  /* Guards all below but FILE.  See fork.h for the order.  */
  os_mutex mutex;
  os_cond changed;              /* the state, or REFUSED */

  struct settings settings;     /* of the next acquire */
  struct settings held;         /* of the one that holds, or is to */

  enum lock_state state;
  bool refused;                 /* the acquire or upgrade that runs has begun to
                                   wait */
  unsigned long attempts;       /* acquires that did the work, so far */
  int result;                   /* of the last of them */

  struct failure failure;       /* the last one */
  struct failure second;        /* the second one of the last release */

  struct cancellation cancellation; /* of the acquire that runs */
  struct watch *watch;          /* watch.c; or NULL */

  /* Belongs to the thread that acquires or releases; in the other states
     it does not change.  Its descriptor and stream are guarded as
     struct lock_file says.  */
  struct lock_file file;

  /* In the child of a fork: the number that shows /dev/null in place of
     FILE's descriptor, until it is closed; or -1.  */
  int blank;
};

/* Whether LOCK is held, in any way.  Needs its mutex.  */
static inline bool
is_held (const portalocker_lock *lock)
{
  return lock->state == LOCK_HELD || lock->state == LOCK_CHANGING;
}

/* Make *SETTINGS those that portalocker_new promises.  */
void portalocker__default_settings (struct settings *settings);

/* Make *FAILURE an empty failure that is about LOCK.  */
void portalocker__begin_failure (struct failure *failure,
                                 const portalocker_lock *lock);

/* The open file by which LOCK, whose mutex is not held, has its lock; -1 when
   it is not held.  */
os_file portalocker__held_file (portalocker_lock *lock);

/* Keep FAILURE on LOCK, whose mutex is not held, as the last one; return
   its code.  */
int portalocker__keep_failure (portalocker_lock *lock,
                               const struct failure *failure);

/* Record that a function for descriptors has a twin for handles, which is to
   be used on this system; return the code.  */
int portalocker__fail_no_descriptor (portalocker_lock *lock);

/* What portalocker_detach, portalocker_open and portalocker_watch do, in terms
   of the system's own files.  *RESULT is -1 after a failure.  */
int portalocker__detach (portalocker_lock *lock, os_file *result);
int portalocker__open_step (portalocker_lock *lock, struct lock_file *file);
int portalocker__watch (portalocker_lock *lock, int64_t timeout,
                        os_file *result);

/* The same for what descriptor.c has: DESCRIPTOR is what the caller calls FILE,
   or -1.  */
int portalocker__lock_file_with (os_file file, int descriptor, int flags,
                                 const char *backend, int64_t deadline,
                                 portalocker_error *error);
int portalocker__unlock_file_with (os_file file, int descriptor,
                                   const char *backend,
                                   portalocker_error *error);
int portalocker__verify_file (os_file file, int descriptor, const char *path,
                              portalocker_error *error);

/* Unlock and close the file of LOCK, which was acquired with SETTINGS.  The
   first failure goes to FIRST, the next to SECOND; both start as
   PORTALOCKER_OK.  */
void portalocker__let_go (portalocker_lock *lock,
                          const struct settings *settings,
                          struct failure *first, struct failure *second);

/* In the child of a fork: LOCK has no watch.  And for all objects.  */
void portalocker__watch_forget (portalocker_lock *lock);
void portalocker__watches_in_child (void);

/* Close what was left in place of the descriptor of the parent.  */
void portalocker__close_blank (portalocker_lock *lock);

static inline bool
is_passed_on (const struct settings *settings)
{
  return settings->inherit || settings->pass_over_fork;
}

static inline bool
is_exclusive (const struct settings *settings)
{
  return (settings->flags & PORTALOCKER_LOCK_EX) != 0;
}

/* Whether FLAGS are those of a lock: exactly one kind, with or without
   PORTALOCKER_LOCK_NB.  If not, FAILURE says so.  */
static inline bool
portalocker__check_flags (int flags, struct failure *failure)
{
  int kind = flags & ~PORTALOCKER_LOCK_NB;
  if (kind == PORTALOCKER_LOCK_SH || kind == PORTALOCKER_LOCK_EX)
    return true;
  portalocker__explain (failure, PORTALOCKER_BAD_ARGUMENT,
                        "the flags %d are none of 1 (shared), 2 (exclusive),"
                        " 5 and 6 (the same without waiting)", flags);
  return false;
}

/* How to open the file of a lock with SETTINGS.  */
struct open_how portalocker__how_to_open (const struct settings *settings);

#endif /* PORTALOCKER_OBJECT_H */
