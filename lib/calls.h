/* calls.h - the calls to the system that tests can replace.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Every call of the library that can fail goes through this table, so
   that a test can make each of them fail in turn.  A replacement has the
   contract of the function whose name it bears.  The table is written by
   tests only, and only while no other thread uses the library.  */

#ifndef PORTALOCKER_CALLS_H
#define PORTALOCKER_CALLS_H

#if HAVE_LOCKFILEEX
# include "calls-win32.h"
#else

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#if HAVE_THREADS
# include <pthread.h>
#endif
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

struct portalocker__calls
{
  void *(*calloc) (size_t count, size_t size);

#if HAVE_THREADS
  int (*mutex_init) (pthread_mutex_t *mutex,
                     const pthread_mutexattr_t *attributes);
  int (*cond_init) (pthread_cond_t *cond,
                    const pthread_condattr_t *attributes);
  int (*key_create) (pthread_key_t *key, void (*destroy) (void *value));
  int (*setspecific) (pthread_key_t key, const void *value);
#endif

  int (*atfork) (void (*prepare) (void), void (*parent) (void),
                 void (*child) (void));

#if HAVE_THREADS
  int (*thread_create) (pthread_t *thread, const pthread_attr_t *attributes,
                        void *(*run) (void *argument), void *argument);
#endif
#if HAVE_CANCEL
  int (*thread_cancel) (pthread_t thread);
#endif
#if CANCEL_NEEDS_LIBGCC
  /* In a program that is linked statically it loads nothing, and succeeds.  */
  void *(*dlopen) (const char *name, int flags);
#endif

  int (*clock_gettime) (clockid_t clock, struct timespec *now);
  int (*nanosleep) (const struct timespec *time, struct timespec *rest);

#if HAVE_FUTEX
  /* Sleep while *WORD is VALUE, at most until the time DEADLINE of OS_CLOCK
     unless it is NULL; wake one such sleeper.  */
  int (*futex_wait) (int *word, int value, const struct timespec *deadline);
  int (*futex_wake) (int *word);
#endif

  int (*pipe) (int ends[2]);
#if HAVE_EVENTFD
  int (*eventfd) (unsigned int value, int flags);
#endif
  int (*poll) (struct pollfd *ends, nfds_t count, int timeout);

  int (*sigaction) (int signo, const struct sigaction *action,
                    struct sigaction *before);
#if HAVE_THREAD_TIMERS
  /* Make a timer of OS_CLOCK that sends the signal SIGNO to the calling
     thread.  */
  int (*thread_timer_create) (int signo, timer_t *timer);
  int (*timer_settime) (timer_t timer, int flags,
                        const struct itimerspec *when,
                        struct itimerspec *before);
  int (*timer_delete) (timer_t timer);
#endif

  int (*open) (const char *path, int flags, mode_t mode);
  int (*close) (int fd);
  ssize_t (*read) (int fd, void *buffer, size_t size);
  ssize_t (*write) (int fd, const void *buffer, size_t size);
  off_t (*lseek) (int fd, off_t offset, int whence);
  int (*ftruncate) (int fd, off_t size);
  int (*fsync) (int fd);
  int (*fstat) (int fd, struct stat *status);
  int (*stat) (const char *path, struct stat *status);
  int (*lstat) (const char *path, struct stat *status);
  int (*link) (const char *path, const char *other);
  int (*unlink) (const char *path);
  int (*rename) (const char *path, const char *other);

  /* rename that refuses an existing target by EEXIST; ENOSYS where the
     system has no such call.  */
  int (*rename_noreplace) (const char *path, const char *other);

  int (*dup2) (int fd, int other);
  char *(*getcwd) (char *buffer, size_t size);
  DIR *(*opendir) (const char *path);

  /* fcntl, by the type of its third argument.  */
  int (*fcntl_int) (int fd, int command, int argument);
  int (*fcntl_lock) (int fd, int command, struct flock *lock);

  /* ENOSYS where the system has no such call.  */
  int (*flock) (int fd, int operation);
  int (*lockf) (int fd, int command, off_t size);

  FILE *(*fdopen) (int fd, const char *mode);
  int (*fflush) (FILE *stream);
  int (*fseeko) (FILE *stream, off_t offset, int whence);
  int (*fclose) (FILE *stream);
};

#endif

extern struct portalocker__calls portalocker__calls;

#define calls portalocker__calls

#endif /* PORTALOCKER_CALLS_H */
