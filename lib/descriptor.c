/* descriptor.c - locks on descriptors and streams of the caller.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "object.h"

#include <errno.h>

#include "calls.h"

/* The longest time between two tries, where nothing but trying again is left,
   in milliseconds.  */
enum { CHECK_INTERVAL = 250 };

static inline void
begin_failure (struct failure *failure, os_file fd, int descriptor)
{
  portalocker__clear (failure);
  failure->fd = fd;
  failure->descriptor = descriptor;
}

/* Make the tables of the library ready, which a wait or a lock of the process
   may need.  */
static inline int
prepare (struct failure *failure)
{
  int error = portalocker__fork_prepare ();
  return error == 0 ? PORTALOCKER_OK
         : portalocker__fail (failure, PORTALOCKER_NO_MEMORY, "pthread_atfork",
                              error);
}

/* The backend NAME, or NULL and FAILURE.  */
static inline const struct portalocker__backend *
choose_backend (const char *name, struct failure *failure)
{
  const struct portalocker__backend *backend;
  if (name == NULL)
    return &PORTALOCKER_DEFAULT_BACKEND;
  backend = portalocker__find_backend (name);
  if (backend == NULL)
    portalocker__explain (failure, PORTALOCKER_BAD_ARGUMENT,
                          "the backend \"%.40s\" is not built in", name);
  return backend;
}

static inline int
lock_file (os_file fd, int flags, const char *backend_name, int64_t deadline,
           struct failure *failure)
{
  struct lock_wait wait;
  const struct portalocker__backend *backend
    = choose_backend (backend_name, failure);
  int code;
  if (backend == NULL || ! portalocker__check_flags (flags, failure))
    return PORTALOCKER_BAD_ARGUMENT;
  code = prepare (failure);
  if (code != PORTALOCKER_OK)
    return code;
  if (deadline < 0 && deadline != PORTALOCKER_FOREVER)
    return portalocker__explain (failure, PORTALOCKER_BAD_ARGUMENT,
                                 "the deadline %lld makes no sense",
                                 (long long) deadline);
  portalocker__wait_init (&wait, backend, (flags & PORTALOCKER_LOCK_EX) != 0);
  wait.foreign = true;
  wait.detects_deadlock = true;
  wait.deadline = (flags & PORTALOCKER_LOCK_NB) != 0
                  ? PORTALOCKER__AT_ONCE : portalocker__wait_until (deadline);
  wait.check_interval = CHECK_INTERVAL * PORTALOCKER__NS_PER_MS;
  if (backend_has (backend, PORTALOCKER_FEATURE_PER_OBJECT))
    return portalocker__wait_lock (&wait, fd, failure);
  return portalocker__owners_lock_foreign (fd, &wait, failure);
}

static inline int
unlock_file (os_file fd, const char *backend_name, struct failure *failure)
{
  const struct portalocker__backend *backend
    = choose_backend (backend_name, failure);
  int code;
  if (backend == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  code = prepare (failure);
  if (code != PORTALOCKER_OK)
    return code;
  if (backend_has (backend, PORTALOCKER_FEATURE_PER_OBJECT))
    return portalocker__unlock (backend, fd, true, failure);
  return portalocker__owners_unlock_foreign (fd, backend, failure);
}

/* Give FAILURE to the caller.  The file is looked at now, so that a later
   look for the holder can see whether the number still means it.  */
static int
answer (portalocker_error *error, struct failure *failure)
{
  if (error != NULL && failure->backend != NULL)
    portalocker__id_of_fd (failure->fd, &failure->id);
  return portalocker__error_fill (error, failure);
}

int
portalocker__lock_file_with (os_file file, int descriptor, int flags,
                             const char *backend, int64_t deadline,
                             portalocker_error *error)
{
  struct failure failure;
  begin_failure (&failure, file, descriptor);
  if (lock_file (file, flags, backend, deadline, &failure) == PORTALOCKER_OK)
    return PORTALOCKER_OK;
  return answer (error, &failure);
}

int
portalocker_lock_fd_with (int descriptor, int flags, const char *backend,
                          int64_t deadline, portalocker_error *error)
{
  return portalocker__lock_file_with (os_file_of (descriptor), descriptor,
                                      flags, backend, deadline, error);
}

int
portalocker_lock_fd (int descriptor, int flags, portalocker_error *error)
{
  return portalocker_lock_fd_with (descriptor, flags, NULL,
                                   PORTALOCKER_FOREVER, error);
}

int
portalocker__unlock_file_with (os_file file, int descriptor,
                               const char *backend, portalocker_error *error)
{
  struct failure failure;
  begin_failure (&failure, file, descriptor);
  if (unlock_file (file, backend, &failure) == PORTALOCKER_OK)
    return PORTALOCKER_OK;
  return answer (error, &failure);
}

int
portalocker_unlock_fd_with (int descriptor, const char *backend,
                            portalocker_error *error)
{
  return portalocker__unlock_file_with (os_file_of (descriptor), descriptor,
                                        backend, error);
}

int
portalocker_unlock_fd (int descriptor, portalocker_error *error)
{
  return portalocker_unlock_fd_with (descriptor, NULL, error);
}


/* ---- Streams.  */

static int
refuse_stream (portalocker_error *error)
{
  struct failure failure;
  begin_failure (&failure, -1, -1);
  portalocker__explain (&failure, PORTALOCKER_BAD_ARGUMENT,
                        "there is no stream");
  return portalocker__error_fill (error, &failure);
}

/* Drop what STREAM has read ahead, at the same position: flush sets the
   offset of the descriptor back to it, and seek forgets the end of file.
   What cannot seek has no position to keep.  */
static int
drop_read_ahead (FILE *stream, struct failure *failure)
{
  /* That of Windows forgets the position, and its seek needs no flush.  */
  if (OS_FILES_ARE_DESCRIPTORS && calls.fflush (stream) != 0)
    return portalocker__fail (failure, PORTALOCKER_CANNOT_WRITE, "fflush",
                              errno);
  if (calls.fseeko (stream, 0, SEEK_CUR) != 0 && errno != ESPIPE)
    return portalocker__fail (failure, PORTALOCKER_CANNOT_WRITE, "fseeko",
                              errno);
  return PORTALOCKER_OK;
}

int
portalocker_lock_stream (FILE *stream, int flags, portalocker_error *error)
{
  struct failure failure;
  int code;
  if (stream == NULL)
    return refuse_stream (error);
  begin_failure (&failure, os_file_of (fileno (stream)), fileno (stream));
  code = lock_file (failure.fd, flags, NULL, PORTALOCKER_FOREVER,
                          &failure);
  if (code == PORTALOCKER_OK)
    {
      code = drop_read_ahead (stream, &failure);
      if (code == PORTALOCKER_OK)
        return PORTALOCKER_OK;
      unlock_file (failure.fd, NULL, NULL);
    }
  return answer (error, &failure);
}

int
portalocker_unlock_stream (FILE *stream, portalocker_error *error)
{
  struct failure failure;
  bool flushed;
  if (stream == NULL)
    return refuse_stream (error);
  begin_failure (&failure, os_file_of (fileno (stream)), fileno (stream));
  flushed = calls.fflush (stream) == 0;
  if (! flushed)
    portalocker__fail (&failure, PORTALOCKER_CANNOT_WRITE, "fflush", errno);
  if (unlock_file (failure.fd, NULL, flushed ? &failure : NULL)
      == PORTALOCKER_OK && flushed)
    return PORTALOCKER_OK;
  return answer (error, &failure);
}


/* ---- Does the path still name it?  */

int
portalocker__verify_file (os_file file, int descriptor, const char *path,
                          portalocker_error *error)
{
  struct failure failure;
  struct file_id id;
  begin_failure (&failure, file, descriptor);
  if (path == NULL || path[0] == '\0')
    portalocker__explain (&failure, PORTALOCKER_BAD_ARGUMENT,
                          "the path is empty");
  else if (portalocker__id_of_fd (file, &id) != 0)
    portalocker__fail_not_open (&failure);
  else
    {
      failure.path = path;
      if (portalocker__confirm_path (path, true, id, &failure)
          == PORTALOCKER_OK)
        return PORTALOCKER_OK;
    }
  return portalocker__error_fill (error, &failure);
}

int
portalocker_verify_fd (int descriptor, const char *path,
                       portalocker_error *error)
{
  return portalocker__verify_file (os_file_of (descriptor), descriptor, path,
                                   error);
}
