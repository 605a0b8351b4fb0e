/* calls.c - the calls to the system, as they are outside of tests.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "calls.h"

#include <errno.h>
#include <stdlib.h>
#if HAVE_FLOCK
# include <sys/file.h>
#endif

/* The functions that have a variable number of arguments, or that not
   every system has, get one of fixed form.  */

static int
call_open (const char *path, int flags, mode_t mode)
{
  return open (path, flags, mode);
}

static int
call_fcntl_int (int fd, int command, int argument)
{
  return fcntl (fd, command, argument);
}

static int
call_fcntl_lock (int fd, int command, struct flock *lock)
{
  return fcntl (fd, command, lock);
}

#if HAVE_FLOCK
# define call_flock flock
#else
static int
call_flock (int fd, int operation)
{
  (void) fd;
  (void) operation;
  errno = ENOSYS;
  return -1;
}
#endif

#if HAVE_LOCKF
# define call_lockf lockf
#else
static int
call_lockf (int fd, int command, off_t size)
{
  (void) fd;
  (void) command;
  (void) size;
  errno = ENOSYS;
  return -1;
}
#endif

static int
call_rename_noreplace (const char *path, const char *other)
{
#if HAVE_RENAMEAT2 && defined RENAME_NOREPLACE
  return renameat2 (AT_FDCWD, path, AT_FDCWD, other, RENAME_NOREPLACE);
#else
  (void) path;
  (void) other;
  errno = ENOSYS;
  return -1;
#endif
}

struct portalocker__calls portalocker__calls =
{
  .calloc = calloc,
  .mutex_init = pthread_mutex_init,
  .cond_init = pthread_cond_init,
  .key_create = pthread_key_create,
  .setspecific = pthread_setspecific,
  .atfork = pthread_atfork,
  .clock_gettime = clock_gettime,
  .nanosleep = nanosleep,
  .open = call_open,
  .close = close,
  .read = read,
  .lseek = lseek,
  .ftruncate = ftruncate,
  .fsync = fsync,
  .fstat = fstat,
  .stat = stat,
  .lstat = lstat,
  .link = link,
  .unlink = unlink,
  .rename = rename,
  .rename_noreplace = call_rename_noreplace,
  .dup2 = dup2,
  .getcwd = getcwd,
  .opendir = opendir,
  .fcntl_int = call_fcntl_int,
  .fcntl_lock = call_fcntl_lock,
  .flock = call_flock,
  .lockf = call_lockf,
  .fdopen = fdopen,
  .fflush = fflush,
  .fseeko = fseeko,
  .fclose = fclose
};
