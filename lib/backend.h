/* backend.h - what a backend is, and the list of those built in.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_BACKEND_H
#define PORTALOCKER_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "os.h"
#include "portalocker.h"

struct failure;

/* The access that a descriptor needs for a lock.  */
enum access_need
{
  ACCESS_ANY,
  ACCESS_READ,
  ACCESS_WRITE
};

/* What of a file is locked.  The parts do not touch each other; those behind
   the lock itself exist where there are byte ranges.  */
enum lock_part
{
  PART_LOCK,                    /* the lock itself */
  PART_GATE,                    /* fair.c */
  PART_UPGRADE                  /* upgrade.c */
};

enum lock_kind
{
  KIND_NONE,                    /* unlock */
  KIND_SHARED,
  KIND_EXCLUSIVE
};

/* One primitive.  A backend is one file with one constant table of this
   type and nothing else that other files see.  Its functions keep no state,
   take no lock of the library, and may be called by any number of threads.
   They work on the one lock of the file that is open as FD, whatever part
   of the file the primitive locks for that.  */
struct portalocker__backend
{
  const char *name;
  const char *call;             /* the function of the system behind it */

  /* Bits of enum portalocker_feature.  Without FEATURE_SHARED, LOCK is
     never called for a shared lock; without FEATURE_PER_OBJECT, all calls
     for one file of this process go through the owners table.  */
  int features;

  enum access_need for_shared;
  enum access_need for_exclusive;

  /* Take the lock, EXCLUSIVE or shared; if WAIT, which is said only where
     os_can_block says so, wait in the kernel until it is to be had.
     FOREIGN is true for a descriptor that the caller of the library opened,
     and which is to keep its file offset.  Return 0 when the lock is held.
     Otherwise it is not held, and the result is the error number: if
     somebody else has the lock, EAGAIN or EWOULDBLOCK and no other; EINTR
     only if WAIT.  */
  int (*lock) (os_file fd, bool exclusive, bool wait, bool foreign);

  /* Give the lock up, return 0 or the error number.  No lock to give up is
     no error.  */
  int (*unlock) (os_file fd, bool foreign);

  /* Lock, or unlock by KIND_NONE, one of the other parts, in the same way.
     NULL without FEATURE_RANGES.  */
  int (*lock_part) (os_file fd, enum lock_part part, enum lock_kind kind,
                    bool wait);

  /* The kind of lock that keeps an exclusive one of PART away, as the
     primitive tells without locking anything; KIND_NONE if there is none, or
     it does not tell.  NULL without FEATURE_RANGES.  */
  enum lock_kind (*held_part) (os_file fd, enum lock_part part);

  /* The process that holds a lock which conflicts, as the primitive itself
     tells without locking anything: above 0, or 0 for unknown.  NULL when
     the primitive cannot tell.  */
  int64_t (*holder) (os_file fd, bool exclusive);
};

/* Those that are built, in the order in which configure prefers them, then
   NULL.  */
extern const struct portalocker__backend *const portalocker__backends[];

/* config.h lists them, as m4/portalocker-backends.m4 found them.  */
#define DECLARE(name) \
  extern const struct portalocker__backend portalocker__backend_##name;
PORTALOCKER_EACH_BACKEND (DECLARE)
#undef DECLARE

/* The backend NAME, the default one for NULL; NULL if there is none.  */
const struct portalocker__backend *portalocker__find_backend
  (const char *name);

/* Whether a descriptor that was opened with the open flags FLAGS can carry
   the lock.  If not, FAILURE says so.  */
bool portalocker__can_carry (const struct portalocker__backend *backend,
                             bool exclusive, int flags,
                             struct failure *failure);

static inline bool
backend_has (const struct portalocker__backend *backend, int feature)
{
  return (backend->features & feature) != 0;
}

static inline bool
portalocker__has_kind (const struct portalocker__backend *backend,
                       bool exclusive)
{
  return exclusive || backend_has (backend, PORTALOCKER_FEATURE_SHARED);
}

/* What remains of the next functions when the first call failed with ERROR,
   or was not made for lack of that kind of lock.  */
int portalocker__judge_try (const struct portalocker__backend *backend,
                            os_file fd, bool exclusive, bool foreign, int error,
                            struct failure *failure);
int portalocker__judge_unlock (const struct portalocker__backend *backend,
                               os_file fd, bool foreign, int error,
                               struct failure *failure);

/* Try once for the lock.  Return PORTALOCKER_OK, PORTALOCKER_BUSY, or the
   code that goes with the error, which is recorded in FAILURE.  Inline,
   since the time of a lock that is free is all overhead.  */
static inline int
portalocker__try_lock (const struct portalocker__backend *backend, os_file fd,
                       bool exclusive, bool foreign, struct failure *failure)
{
  int error = 0;
  if (portalocker__has_kind (backend, exclusive))
    {
      error = backend->lock (fd, exclusive, false, foreign);
      if (error == 0)
        return PORTALOCKER_OK;
    }
  return portalocker__judge_try (backend, fd, exclusive, foreign, error,
                                 failure);
}

/* The code for ERROR, the answer of a lock call, which is recorded in
   FAILURE.  */
int portalocker__judge (const struct portalocker__backend *backend, os_file fd,
                        bool exclusive, int error, struct failure *failure);

/* Try once for PART, or give it up by KIND_NONE.  Return 0 or the error
   number, never EINTR.  */
int portalocker__try_part (const struct portalocker__backend *backend,
                           os_file fd, enum lock_part part,
                           enum lock_kind kind);

/* Give the lock up.  Return PORTALOCKER_OK or the code of the failure.  */
static inline int
portalocker__unlock (const struct portalocker__backend *backend, os_file fd,
                     bool foreign, struct failure *failure)
{
  int error = backend->unlock (fd, foreign);
  if (error == 0)
    return PORTALOCKER_OK;
  return portalocker__judge_unlock (backend, fd, foreign, error, failure);
}

#endif /* PORTALOCKER_BACKEND_H */
