/* calls-win32.h - the calls to Windows that tests can replace.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   See calls.h.  The functions that bear names of POSIX have the contract of
   these, errno included, for an os_file; GetLastError tells more.  */

#ifndef PORTALOCKER_CALLS_WIN32_H
#define PORTALOCKER_CALLS_WIN32_H

#include <stdio.h>

#include "os.h"

struct portalocker__calls
{
  void *(*calloc) (size_t count, size_t size);

  /* There is no fork: the handlers are never called.  */
  int (*atfork) (void (*prepare) (void), void (*parent) (void),
                 void (*child) (void));

  /* As _beginthreadex: 0 and errno.  */
  uintptr_t (*begin_thread) (unsigned int (__stdcall *run) (void *argument),
                             void *argument);

  /* FlsAlloc and FlsSetValue.  */
  unsigned long (*key_create) (void (__stdcall *destroy) (void *value));
  int (*key_set) (unsigned long index, void *value);

  /* WaitForMultipleObjects for one of the COUNT handles OBJECTS.  */
  unsigned long (*wait) (unsigned long count, void *const *objects,
                         unsigned long milliseconds);

  /* GetFullPathNameW.  */
  unsigned long (*full_path) (const wchar_t *path, unsigned long size,
                              wchar_t *whole);

  /* MoveFileExW.  */
  int (*move_file) (const wchar_t *from, const wchar_t *to,
                    unsigned long flags);

  os_file (*open) (const char *path, int flags, mode_t mode);

  /* The file of this program, for overlapped calls; -1 if that cannot be.  */
  os_file (*open_program) (void);

  /* Let what is written to DESCRIPTOR go nowhere; -1 if that cannot be.  */
  int (*redirect_to_null) (int descriptor);

  /* Another handle of what is open as FILE, with the same access; and _dup.  */
  os_file (*duplicate) (os_file file, bool inherit);
  int (*dup) (int descriptor);

  int (*close) (os_file file);
  off_t (*lseek) (os_file file, off_t offset, int whence);
  int (*ftruncate) (os_file file, off_t size);
  int (*fsync) (os_file file);
  int (*fstat) (os_file file, os_stat *status);
  int (*stat) (const char *path, os_stat *status);
  int (*lstat) (const char *path, os_stat *status);
  int (*link) (const char *path, const char *other);
  int (*unlink) (const char *path);
  int (*rename) (const char *path, const char *other);
  int (*rename_noreplace) (const char *path, const char *other);
  int (*dup2) (os_file file, os_file other);
  int (*fcntl_int) (os_file file, int command, int argument);

  /* A descriptor of C for FILE, whose close is its close then; and FILE opened
     once more, for what FLAGS say.  */
  int (*to_descriptor) (os_file file, int flags);
  os_file (*reopen) (os_file file, int flags);

  FILE *(*fdopen) (int descriptor, const char *mode);
  int (*fflush) (FILE *stream);
  int (*fseeko) (FILE *stream, off_t offset, int whence);
  int (*fclose) (FILE *stream);

  /* LockFileEx for the bytes from OFFSET on, of which there are COUNT, with
     the event EVENT, which may be NULL; and what belongs to it.  OVERLAPPED is
     of the type of that name, and stays where it is until the call is over.
     They return 0 or the code of Windows, which the first may answer by
     ERROR_IO_PENDING.  */
  unsigned long (*lock_file) (os_file file, unsigned long flags,
                              uint64_t offset, void *event, void *overlapped);
  unsigned long (*unlock_file) (os_file file, uint64_t offset);
  unsigned long (*cancel_lock) (os_file file, void *overlapped);
  unsigned long (*lock_result) (os_file file, void *overlapped, bool wait);

  /* A new event; NULL and GetLastError.  */
  void *(*create_event) (bool manual);
};

#endif /* PORTALOCKER_CALLS_WIN32_H */
