/* faults-win32.c - the calls of portalocker__calls that can fail on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* Before the headers of the system: it tells which system that is.  */
#include <config.h>

#include "check.h"

#include <stdbool.h>
#include <windows.h>

#include "../../lib/calls.h"
#include "atomic.h"
#include "faults.h"
#include "faults-table.h"
#include "faults-win32.h"

struct portalocker__calls faults_real;

/* X (NAME, TYPE, VALUE ON FAILURE, PARAMETERS, ARGUMENTS), in three families:
   those that set errno and what GetLastError says, those that return a code of
   Windows, those that end something even when they fail.  */
#define EACH_ERRNO_CALL(X) \
  X (calloc, void *, NULL, (size_t a, size_t b), (a, b)) \
  X (begin_thread, uintptr_t, 0, (unsigned int (__stdcall *a) (void *), \
                                  void *b), (a, b)) \
  X (key_create, unsigned long, FLS_OUT_OF_INDEXES, \
     (void (__stdcall *a) (void *)), (a)) \
  X (key_set, int, 0, (unsigned long a, void *b), (a, b)) \
  X (wait, unsigned long, WAIT_FAILED, \
     (unsigned long a, void *const *b, unsigned long c), (a, b, c)) \
  X (full_path, unsigned long, 0, \
     (const wchar_t *a, unsigned long b, wchar_t *c), (a, b, c)) \
  X (move_file, int, 0, \
     (const wchar_t *a, const wchar_t *b, unsigned long c), (a, b, c)) \
  X (open, os_file, -1, (const char *a, int b, mode_t c), (a, b, c)) \
  X (open_program, os_file, -1, (void), ()) \
  X (redirect_to_null, int, -1, (int a), (a)) \
  X (duplicate, os_file, -1, (os_file a, bool b), (a, b)) \
  X (reopen, os_file, -1, (os_file a, int b), (a, b)) \
  X (to_descriptor, int, -1, (os_file a, int b), (a, b)) \
  X (dup, int, -1, (int a), (a)) \
  X (lseek, off_t, -1, (os_file a, off_t b, int c), (a, b, c)) \
  X (ftruncate, int, -1, (os_file a, off_t b), (a, b)) \
  X (fsync, int, -1, (os_file a), (a)) \
  X (fstat, int, -1, (os_file a, os_stat *b), (a, b)) \
  X (stat, int, -1, (const char *a, os_stat *b), (a, b)) \
  X (lstat, int, -1, (const char *a, os_stat *b), (a, b)) \
  X (link, int, -1, (const char *a, const char *b), (a, b)) \
  X (unlink, int, -1, (const char *a), (a)) \
  X (rename, int, -1, (const char *a, const char *b), (a, b)) \
  X (rename_noreplace, int, -1, (const char *a, const char *b), (a, b)) \
  X (dup2, int, -1, (os_file a, os_file b), (a, b)) \
  X (fcntl_int, int, -1, (os_file a, int b, int c), (a, b, c)) \
  X (fdopen, FILE *, NULL, (int a, const char *b), (a, b)) \
  X (fflush, int, EOF, (FILE *a), (a)) \
  X (fseeko, int, -1, (FILE *a, off_t b, int c), (a, b, c)) \
  X (create_event, void *, NULL, (bool a), (a))

#define EACH_CODE_CALL(X) \
  X (lock_file, (os_file a, unsigned long b, uint64_t c, void *d, void *e), \
     (a, b, c, d, e)) \
  X (unlock_file, (os_file a, uint64_t b), (a, b))

#define EACH_FREEING_CALL(X) \
  X (close, int, -1, (os_file a), (a)) \
  X (fclose, int, EOF, (FILE *a), (a)) \
  X (cancel_lock, unsigned long, faults_error (), (os_file a, void *b), (a, b))

/* Their failures need no system: there is none on Windows, or see below.  */
#define EACH_OTHER_CALL(X) \
  X (atfork) X (lock_result)

enum kind
{
#define ENUMERATOR(name, ...) KIND_##name,
  EACH_ERRNO_CALL (ENUMERATOR)
  EACH_CODE_CALL (ENUMERATOR)
  EACH_FREEING_CALL (ENUMERATOR)
  EACH_OTHER_CALL (ENUMERATOR)
#undef ENUMERATOR
  KINDS
};

static const char *const names[] =
{
#define NAME(name, ...) #name,
  EACH_ERRNO_CALL (NAME)
  EACH_CODE_CALL (NAME)
  EACH_FREEING_CALL (NAME)
  EACH_OTHER_CALL (NAME)
#undef NAME
};

/* What each call can fail with, as far as it makes a difference: codes of
   Windows.  */
static const int errors[KINDS][FAULTS_ERRORS] =
{
  [KIND_calloc] = { ERROR_NOT_ENOUGH_MEMORY },
  [KIND_atfork] = { ERROR_NOT_ENOUGH_MEMORY },
  [KIND_begin_thread] = { ERROR_NOT_ENOUGH_MEMORY, ERROR_ACCESS_DENIED },
  [KIND_key_create] = { ERROR_NO_SYSTEM_RESOURCES },
  [KIND_key_set] = { ERROR_NOT_ENOUGH_MEMORY },
  [KIND_wait] = { ERROR_INVALID_HANDLE, ERROR_NOT_ENOUGH_MEMORY },
  [KIND_full_path] = { ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_NAME },
  [KIND_move_file] = { ERROR_DISK_FULL, ERROR_SHARING_VIOLATION },
  [KIND_open] = { ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION,
                  ERROR_FILE_NOT_FOUND, ERROR_FILE_EXISTS,
                  ERROR_TOO_MANY_OPEN_FILES, ERROR_DELETE_PENDING,
                  ERROR_WRITE_PROTECT, ERROR_GEN_FAILURE },
  [KIND_open_program] = { ERROR_ACCESS_DENIED },
  [KIND_redirect_to_null] = { ERROR_TOO_MANY_OPEN_FILES },
  [KIND_duplicate] = { ERROR_NO_SYSTEM_RESOURCES, ERROR_INVALID_HANDLE },
  [KIND_reopen] = { ERROR_SHARING_VIOLATION, ERROR_NO_SYSTEM_RESOURCES },
  [KIND_to_descriptor] = { ERROR_TOO_MANY_OPEN_FILES },
  [KIND_dup] = { ERROR_TOO_MANY_OPEN_FILES },
  [KIND_lseek] = { ERROR_GEN_FAILURE },
  [KIND_ftruncate] = { ERROR_DISK_FULL, ERROR_LOCK_VIOLATION,
                       ERROR_INVALID_PARAMETER },
  [KIND_fsync] = { ERROR_GEN_FAILURE, ERROR_DISK_FULL, ERROR_ACCESS_DENIED },
  [KIND_fstat] = { ERROR_GEN_FAILURE, ERROR_INVALID_HANDLE },
  [KIND_stat] = { ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED,
                  ERROR_GEN_FAILURE },
  [KIND_lstat] = { ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED,
                   ERROR_GEN_FAILURE },
  [KIND_link] = { ERROR_ALREADY_EXISTS, ERROR_GEN_FAILURE },
  [KIND_unlink] = { ERROR_ACCESS_DENIED },
  [KIND_rename] = { ERROR_ACCESS_DENIED, ERROR_DISK_FULL },
  [KIND_rename_noreplace] = { ERROR_ALREADY_EXISTS, ERROR_ACCESS_DENIED,
                              ERROR_NOT_SUPPORTED },
  [KIND_dup2] = { ERROR_INVALID_HANDLE },
  [KIND_fcntl_int] = { ERROR_INVALID_HANDLE },
  [KIND_fdopen] = { ERROR_NOT_ENOUGH_MEMORY, ERROR_TOO_MANY_OPEN_FILES },
  [KIND_fflush] = { ERROR_GEN_FAILURE, ERROR_DISK_FULL },
  [KIND_fseeko] = { ERROR_GEN_FAILURE },
  [KIND_create_event] = { ERROR_NO_SYSTEM_RESOURCES,
                          ERROR_TOO_MANY_OPEN_FILES },
  [KIND_lock_file] = { ERROR_LOCK_VIOLATION, ERROR_ACCESS_DENIED,
                       ERROR_NOT_SUPPORTED, ERROR_NOT_ENOUGH_MEMORY,
                       ERROR_INVALID_HANDLE, ERROR_GEN_FAILURE,
                       ERROR_NETNAME_DELETED },
  [KIND_unlock_file] = { ERROR_INVALID_HANDLE, ERROR_GEN_FAILURE },
  [KIND_close] = { ERROR_GEN_FAILURE },
  [KIND_fclose] = { ERROR_DISK_FULL, ERROR_GEN_FAILURE },
  [KIND_cancel_lock] = { ERROR_NOT_FOUND, ERROR_INVALID_HANDLE },
  [KIND_lock_result] = { ERROR_OPERATION_ABORTED, ERROR_LOCK_VIOLATION,
                         ERROR_GEN_FAILURE }
};

static bool struck[KINDS];

#define WRAP_ERRNO(name, type, value, parameters, arguments) \
  static type \
  fail_##name parameters \
  { \
    return faults_strike (KIND_##name) ? value : faults_real.name arguments; \
  }
EACH_ERRNO_CALL (WRAP_ERRNO)

#define WRAP_CODE(name, parameters, arguments) \
  static unsigned long \
  fail_##name parameters \
  { \
    return faults_strike (KIND_##name) ? GetLastError () \
                                : faults_real.name arguments; \
  }
EACH_CODE_CALL (WRAP_CODE)

#define WRAP_FREEING(name, type, value, parameters, arguments) \
  static type \
  fail_##name parameters \
  { \
    type result = faults_real.name arguments; \
    return faults_strike (KIND_##name) ? (type) value : result; \
  }
EACH_FREEING_CALL (WRAP_FREEING)

static int
fail_atfork (void (*a) (void), void (*b) (void), void (*c) (void))
{
  return faults_strike (KIND_atfork) ? errno : faults_real.atfork (a, b, c);
}

/* A call of which this says that it failed has not taken the lock.  */
static unsigned long
fail_lock_result (os_file file, void *overlapped, bool wait)
{
  OVERLAPPED *call = overlapped;
  unsigned long result = faults_real.lock_result (file, overlapped, wait);
  if (! faults_strike (KIND_lock_result))
    return result;
  if (result == ERROR_SUCCESS)
    faults_real.unlock_file (file, (uint64_t) call->OffsetHigh << 32
                                   | call->Offset);
  return (unsigned long) faults_error ();
}

static void
install (void)
{
#define INSTALL(name, ...) portalocker__calls.name = fail_##name;
  EACH_ERRNO_CALL (INSTALL)
  EACH_CODE_CALL (INSTALL)
  EACH_FREEING_CALL (INSTALL)
  EACH_OTHER_CALL (INSTALL)
#undef INSTALL
}

static void
fail (int error)
{
  portalocker__set_errno ((unsigned long) error);
}

static const char *
describe (int error)
{
  static char number[20];
  snprintf (number, sizeof number, "%d", error);
  return number;
}

/* Whether the library makes the call on Windows: the first is for locks that
   belong to the process, the other for the child of a fork.  */
static bool
is_used (int kind)
{
  return kind != KIND_lseek && kind != KIND_dup2;
}

const struct faults_table faults_table =
{
  .kinds = KINDS,
  .names = names,
  .errors = errors,
  .struck = struck,
  .install = install,
  .fail = fail,
  .describe = describe,
  .is_used = is_used
};
