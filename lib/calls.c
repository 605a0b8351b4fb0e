/* calls.c - the calls to the system, as they are outside of tests.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "calls.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#if HAVE_FUTEX || HAVE_THREAD_TIMERS
# include <sys/syscall.h>
#endif
#if HAVE_EVENTFD
# include <sys/eventfd.h>
#endif
#if HAVE_FLOCK
# include <sys/file.h>
#endif
#if HAVE_PTHREAD_ATFORK
# include <pthread.h>
#endif
#if CANCEL_NEEDS_LIBGCC
# include <dlfcn.h>
#endif

#include "os.h"

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

#if HAVE_PTHREAD_ATFORK
# define call_atfork pthread_atfork
#else
static int
call_atfork (void (*prepare) (void), void (*parent) (void),
             void (*child) (void))
{
  (void) prepare;
  (void) parent;
  (void) child;
  return 0;
}
#endif

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

#if CANCEL_NEEDS_LIBGCC

/* A program that is linked statically has in it what it needs, and dlopen
   would bring a second C library.  It has no table to find dlopen in; naming
   it directly would make the linker warn of it.  */
static void *
call_dlopen (const char *name, int mode)
{
  void *(*function) (const char *name, int mode);
  void *found = dlsym (RTLD_DEFAULT, "dlopen");
  if (found == NULL)
    return &portalocker__calls;
  memcpy (&function, &found, sizeof function);
  return function (name, mode);
}

#endif

static int
call_rename_noreplace (const char *path, const char *other)
{
#if HAVE_RENAMEAT2 && HAVE_DECL_RENAME_NOREPLACE
  return renameat2 (AT_FDCWD, path, AT_FDCWD, other, RENAME_NOREPLACE);
#else
  (void) path;
  (void) other;
  errno = ENOSYS;
  return -1;
#endif
}

#if HAVE_FUTEX

/* The kernel's interface.  Its header, linux/futex.h, is not always there with
   another C library than glibc.  */
enum
{
  FUTEX_WAKE = 1,
  FUTEX_WAIT_BITSET = 9,
  FUTEX_PRIVATE_FLAG = 128,
  FUTEX_CLOCK_REALTIME = 256
};
# define FUTEX_BITSET_MATCH_ANY 0xffffffff

enum { WAIT_OPERATION = FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG
                        | (OS_CLOCK == CLOCK_REALTIME
                           ? FUTEX_CLOCK_REALTIME : 0) };

/* The system call of that name takes times of the kernel's own "long", which
   is shorter than time_t on some systems with 32 bits.  */
static int
old_futex_wait (int *word, int value, const struct timespec *deadline)
{
  long int old[2] = { 0, 0 };
  if (deadline != NULL)
    {
      old[0] = deadline->tv_sec > LONG_MAX ? LONG_MAX
                                           : (long int) deadline->tv_sec;
      old[1] = (long int) deadline->tv_nsec;
    }
# ifdef SYS_futex
  return (int) syscall (SYS_futex, word, WAIT_OPERATION, value,
                        deadline != NULL ? old : NULL, NULL,
                        FUTEX_BITSET_MATCH_ANY);
# else
  (void) word;
  (void) value;
  errno = ENOSYS;
  return -1;
# endif
}

static int
call_futex_wait (int *word, int value, const struct timespec *deadline)
{
# ifdef SYS_futex_time64
  if (sizeof (time_t) > sizeof (long int))
    {
      int result = (int) syscall (SYS_futex_time64, word, WAIT_OPERATION,
                                  value, deadline, NULL,
                                  FUTEX_BITSET_MATCH_ANY);
      if (result == 0 || errno != ENOSYS)
        return result;
    }
# endif
  return old_futex_wait (word, value, deadline);
}

static int
call_futex_wake (int *word)
{
# ifdef SYS_futex
  const long int number = SYS_futex;
# else
  const long int number = SYS_futex_time64;
# endif
  return (int) syscall (number, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1,
                        NULL, NULL, 0);
}

#endif

#if HAVE_THREAD_TIMERS

/* Some C libraries have the member without its name in POSIX style.  */
# ifndef sigev_notify_thread_id
#  define sigev_notify_thread_id _sigev_un._tid
# endif

static int
call_thread_timer_create (int signo, timer_t *timer)
{
  struct sigevent event;
  memset (&event, 0, sizeof event);
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = signo;
  event.sigev_notify_thread_id = (int) syscall (SYS_gettid);
  return timer_create (OS_CLOCK, &event, timer);
}

#endif

struct portalocker__calls portalocker__calls =
{
  .calloc = calloc,
#if HAVE_THREADS
  .mutex_init = pthread_mutex_init,
  .cond_init = pthread_cond_init,
  .key_create = pthread_key_create,
  .setspecific = pthread_setspecific,
  .thread_create = pthread_create,
#endif
  .atfork = call_atfork,
#if CANCEL_NEEDS_LIBGCC
  .dlopen = call_dlopen,
#endif
#if HAVE_CANCEL
  .thread_cancel = pthread_cancel,
#endif
  .clock_gettime = clock_gettime,
  .nanosleep = nanosleep,
#if HAVE_FUTEX
  .futex_wait = call_futex_wait,
  .futex_wake = call_futex_wake,
#endif
  .pipe = pipe,
#if HAVE_EVENTFD
  .eventfd = eventfd,
#endif
  .poll = poll,
  .sigaction = sigaction,
#if HAVE_THREAD_TIMERS
  .thread_timer_create = call_thread_timer_create,
  .timer_settime = timer_settime,
  .timer_delete = timer_delete,
#endif
  .open = call_open,
  .close = close,
  .read = read,
  .write = write,
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
