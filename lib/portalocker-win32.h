/* portalocker-win32.h - the functions of portalocker.h for HANDLEs.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   This file is part of libportalocker.  It is free software; see the
   file COPYING.LESSER of the distribution for the terms.

   On Windows a descriptor or a FILE * means something only to the C run-time
   library that made it.  The functions of portalocker.h that take or give one
   are for programs that use the same one as the library; those below are for
   all.  A HANDLE is a void *, so that windows.h is not needed.  Paths are in
   UTF-8.  Everything else is as portalocker.h says of the twin that is
   named.  */

#ifndef PORTALOCKER_WIN32_H
#define PORTALOCKER_WIN32_H

#include <portalocker.h>

#ifdef __cplusplus
extern "C" {
#endif


/* ---- Handles ----------------------------------------------------- */

/* As portalocker_descriptor: the handle by which to read and write the file
   that LOCK holds, lent until release or detach; NULL if it holds none, or the
   system has no handle left.  It is one for synchronous calls, and is not the
   one that carries the lock.
   Safety: threads yes; signal no.  Since 0.1.  */
PORTALOCKER_API void *portalocker_handle (portalocker_lock *lock);

/* As portalocker_open: *HANDLE is for synchronous calls; the caller closes
   it.  NULL after a failure.
   Safety: threads yes; signal no.  Since 0.1.  */
PORTALOCKER_API int portalocker_open_handle (portalocker_lock *lock,
                                             void **handle);

/* As portalocker_detach, which is PORTALOCKER_UNSUPPORTED here: *HANDLE is the
   handle that carries the lock, opened with FILE_FLAG_OVERLAPPED, so that
   ReadFile and WriteFile want an OVERLAPPED.  The caller closes it.
   Safety: threads yes; signal no.  Since 0.1.  */
PORTALOCKER_API int portalocker_detach_handle (portalocker_lock *lock,
                                               void **handle);

/* As portalocker_lock_fd, portalocker_unlock_fd, and the same with a BACKEND
   and a DEADLINE.  A wait with a deadline tries again, at most 250 ms
   after the last try: the lock call of a handle that was opened without
   FILE_FLAG_OVERLAPPED cannot be ended, and Windows does not tell which kind a
   handle is.  A wait without an end sleeps in the kernel.
   Safety: threads yes; signal no.  Since 0.1.  */
PORTALOCKER_API int portalocker_lock_handle (void *handle, int flags,
                                             portalocker_error *error);
PORTALOCKER_API int portalocker_unlock_handle (void *handle,
                                               portalocker_error *error);
PORTALOCKER_API int
portalocker_lock_handle_with (void *handle, int flags, const char *backend,
                              int64_t deadline, portalocker_error *error);
PORTALOCKER_API int
portalocker_unlock_handle_with (void *handle, const char *backend,
                                portalocker_error *error);

/* As portalocker_verify_fd.
   Safety: threads yes; signal no.  Since 0.1.  */
PORTALOCKER_API int portalocker_verify_handle (void *handle, const char *path,
                                               portalocker_error *error);

/* As portalocker_watch, which is PORTALOCKER_UNSUPPORTED here: *EVENT is a
   handle to wait for, in WaitForMultipleObjects or RegisterWaitForSingleObject
   for instance, which is signalled when the wait is over, and stays so.  It
   belongs to the library; portalocker_watch_finish or
   portalocker_watch_abandon ends it.
   Safety: threads yes; signal no.  Since 0.1.  */
PORTALOCKER_API int portalocker_watch_handle (portalocker_lock *lock,
                                              int64_t timeout, void **event);

/* As portalocker_atomic_descriptor; NULL if there is none.
   Safety: threads object; signal no.  Since 0.1.  */
PORTALOCKER_API void *
portalocker_atomic_handle (portalocker_atomic *atomic);

#ifdef __cplusplus
}
#endif

#endif /* PORTALOCKER_WIN32_H */
