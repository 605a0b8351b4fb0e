/* win32.c - the functions for handles.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "object.h"

#include "portalocker-win32.h"

/* The handle of FILE for the caller, who knows NULL for none.  */
static void *
to_handle (os_file file)
{
  return file == -1 ? NULL : (void *) file;
}

/* NULL is what a caller may have for none; it is no handle.  */
static os_file
from_handle (void *handle)
{
  return handle == NULL ? -1 : (os_file) handle;
}

void *
portalocker_handle (portalocker_lock *lock)
{
  return to_handle (os_file_of (portalocker_descriptor (lock)));
}

int
portalocker_open_handle (portalocker_lock *lock, void **handle)
{
  struct lock_file file;
  int code;
  if (lock == NULL || handle == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  code = portalocker__open_step (lock, &file);
  *handle = to_handle (file.fd);
  return code;
}

int
portalocker_detach_handle (portalocker_lock *lock, void **handle)
{
  os_file file;
  int code;
  if (lock == NULL || handle == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  code = portalocker__detach (lock, &file);
  *handle = to_handle (file);
  return code;
}

int
portalocker_lock_handle_with (void *handle, int flags, const char *backend,
                              int64_t deadline, portalocker_error *error)
{
  return portalocker__lock_file_with (from_handle (handle), -1, flags, backend,
                                      deadline, error);
}

int
portalocker_lock_handle (void *handle, int flags, portalocker_error *error)
{
  return portalocker_lock_handle_with (handle, flags, NULL,
                                       PORTALOCKER_FOREVER, error);
}

int
portalocker_unlock_handle_with (void *handle, const char *backend,
                                portalocker_error *error)
{
  return portalocker__unlock_file_with (from_handle (handle), -1, backend,
                                        error);
}

int
portalocker_unlock_handle (void *handle, portalocker_error *error)
{
  return portalocker_unlock_handle_with (handle, NULL, error);
}

int
portalocker_verify_handle (void *handle, const char *path,
                           portalocker_error *error)
{
  return portalocker__verify_file (from_handle (handle), -1, path, error);
}

int
portalocker_watch_handle (portalocker_lock *lock, int64_t timeout,
                          void **event)
{
  os_file file;
  int code;
  if (lock == NULL || event == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  code = portalocker__watch (lock, timeout, &file);
  *event = to_handle (file);
  return code;
}

void *
portalocker_atomic_handle (portalocker_atomic *atomic)
{
  return to_handle (os_file_of (portalocker_atomic_descriptor (atomic)));
}
