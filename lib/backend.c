/* backend.c - the list of backends, and one meaning for their answers.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "backend.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "calls.h"
#include "failure.h"
#include "portalocker.h"

const struct portalocker__backend *const portalocker__backends[] =
{
#define ENTRY(name) &portalocker__backend_##name,
  PORTALOCKER_EACH_BACKEND (ENTRY)
#undef ENTRY
  NULL
};

const struct portalocker__backend *
portalocker__find_backend (const char *name)
{
  size_t i;
  if (name == NULL)
    return &PORTALOCKER_DEFAULT_BACKEND;
  for (i = 0; portalocker__backends[i] != NULL; i++)
    if (strcmp (portalocker__backends[i]->name, name) == 0)
      return portalocker__backends[i];
  return NULL;
}

const char *
portalocker_default_backend (void)
{
  return PORTALOCKER_DEFAULT_BACKEND.name;
}

const char *
portalocker_backend_at (size_t index)
{
  size_t i;
  for (i = 0; portalocker__backends[i] != NULL; i++)
    if (i == index)
      return portalocker__backends[i]->name;
  return NULL;
}

int
portalocker_backend_features (const char *name)
{
  const struct portalocker__backend *backend = portalocker__find_backend (name);
  return backend == NULL ? -1 : backend->features;
}


/* ---- One meaning for their answers.  */

/* EBADF has two meanings: the number is not open, or the access mode of
   the descriptor cannot carry the lock.  */
static int
fail_bad_descriptor (const struct portalocker__backend *backend, os_file fd,
                     bool exclusive, struct failure *failure)
{
  int flags = calls.fcntl_int (fd, F_GETFL, 0);
  if (flags < 0)
    return portalocker__fail_not_open (failure);
  if (! portalocker__can_carry (backend, exclusive, flags, failure))
    return PORTALOCKER_UNSUPPORTED;
  return portalocker__fail (failure, PORTALOCKER_LOCK_FAILED, backend->call,
                            EBADF);
}

int
portalocker__judge (const struct portalocker__backend *backend, os_file fd,
                    bool exclusive,
                    int error, struct failure *failure)
{
  if (error == 0)
    return PORTALOCKER_OK;
  if (error_would_block (error))
    return portalocker__fail (failure, PORTALOCKER_BUSY, backend->call,
                              error);
  if (error == EBADF)
    return fail_bad_descriptor (backend, fd, exclusive, failure);
  if (error == ESPIPE)
    {
      portalocker__explain (failure, PORTALOCKER_UNSUPPORTED,
                            "%s locks from the current position: rewind the"
                            " descriptor", backend->name);
      return PORTALOCKER_UNSUPPORTED;
    }
  return portalocker__fail (failure,
                            error_is_unsupported (error)
                            ? PORTALOCKER_UNSUPPORTED
                            : PORTALOCKER_LOCK_FAILED,
                            backend->call, error);
}

static int
fail_shared (const struct portalocker__backend *backend,
             struct failure *failure)
{
  return portalocker__explain (failure, PORTALOCKER_UNSUPPORTED,
                               "%s has no shared locks on this system",
                               backend->name);
}

int
portalocker__judge_try (const struct portalocker__backend *backend, os_file fd,
                        bool exclusive, bool foreign, int error,
                        struct failure *failure)
{
  if (! portalocker__has_kind (backend, exclusive))
    return fail_shared (backend, failure);
  while (error == EINTR)
    error = backend->lock (fd, exclusive, false, foreign);
  return portalocker__judge (backend, fd, exclusive, error, failure);
}

int
portalocker__try_part (const struct portalocker__backend *backend, os_file fd,
                       enum lock_part part, enum lock_kind kind)
{
  int error;
  do
    error = backend->lock_part (fd, part, kind, false);
  while (error == EINTR);
  return error;
}

int
portalocker__judge_unlock (const struct portalocker__backend *backend,
                           os_file fd, bool foreign, int error,
                           struct failure *failure)
{
  while (error == EINTR)
    error = backend->unlock (fd, foreign);
  if (error == 0)
    return PORTALOCKER_OK;
  if (error == EBADF)
    return portalocker__fail_not_open (failure);
  return portalocker__fail (failure, PORTALOCKER_LOCK_FAILED, backend->call,
                            error);
}

static bool
access_allows (enum access_need need, int flags)
{
  int access = flags & O_ACCMODE;
  return need == ACCESS_ANY || access == O_RDWR
         || access == (need == ACCESS_READ ? O_RDONLY : O_WRONLY);
}

bool
portalocker__can_carry (const struct portalocker__backend *backend,
                        bool exclusive, int flags, struct failure *failure)
{
  enum access_need need
    = exclusive ? backend->for_exclusive : backend->for_shared;
  if (access_allows (need, flags))
    return true;
  portalocker__explain (failure, PORTALOCKER_UNSUPPORTED,
                        "the %s lock of %s needs %s access to the file",
                        exclusive ? "exclusive" : "shared", backend->name,
                        need == ACCESS_READ ? "read" : "write");
  return false;
}
