/* faults-posix.c - the calls of portalocker__calls that can fail on POSIX
   systems.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include "faults.h"
#include "faults-table.h"

/* X (NAME, TYPE, VALUE ON FAILURE, PARAMETERS, ARGUMENTS), in three
   families: those that set errno, those that return an error number, those
   that end something even when they fail: without them a file would stay open,
   or a thread asleep.  */
#define EACH_ERRNO_CALL(X) \
  X (calloc, void *, NULL, (size_t a, size_t b), (a, b)) \
  X (clock_gettime, int, -1, (clockid_t a, struct timespec *b), (a, b)) \
  X (nanosleep, int, -1, (const struct timespec *a, struct timespec *b), \
     (a, b)) \
  X (open, int, -1, (const char *a, int b, mode_t c), (a, b, c)) \
  X (pipe, int, -1, (int *a), (a)) \
  X (poll, int, -1, (struct pollfd *a, nfds_t b, int c), (a, b, c)) \
  X (sigaction, int, -1, (int a, const struct sigaction *b, \
                          struct sigaction *c), (a, b, c)) \
  X (read, ssize_t, -1, (int a, void *b, size_t c), (a, b, c)) \
  X (write, ssize_t, -1, (int a, const void *b, size_t c), (a, b, c)) \
  X (lseek, off_t, -1, (int a, off_t b, int c), (a, b, c)) \
  X (ftruncate, int, -1, (int a, off_t b), (a, b)) \
  X (fsync, int, -1, (int a), (a)) \
  X (fstat, int, -1, (int a, struct stat *b), (a, b)) \
  X (stat, int, -1, (const char *a, struct stat *b), (a, b)) \
  X (lstat, int, -1, (const char *a, struct stat *b), (a, b)) \
  X (link, int, -1, (const char *a, const char *b), (a, b)) \
  X (unlink, int, -1, (const char *a), (a)) \
  X (rename, int, -1, (const char *a, const char *b), (a, b)) \
  X (rename_noreplace, int, -1, (const char *a, const char *b), (a, b)) \
  X (dup2, int, -1, (int a, int b), (a, b)) \
  X (getcwd, char *, NULL, (char *a, size_t b), (a, b)) \
  X (opendir, DIR *, NULL, (const char *a), (a)) \
  X (fcntl_int, int, -1, (int a, int b, int c), (a, b, c)) \
  X (fcntl_lock, int, -1, (int a, int b, struct flock *c), (a, b, c)) \
  X (flock, int, -1, (int a, int b), (a, b)) \
  X (lockf, int, -1, (int a, int b, off_t c), (a, b, c)) \
  X (fdopen, FILE *, NULL, (int a, const char *b), (a, b)) \
  X (fflush, int, EOF, (FILE *a), (a)) \
  X (fseeko, int, -1, (FILE *a, off_t b, int c), (a, b, c)) \
  EACH_FUTEX_CALL (X) EACH_TIMER_CALL (X) EACH_UNWINDER_CALL (X) \
  EACH_NOTIFIER_CALL (X)

#if HAVE_FUTEX
# define EACH_FUTEX_CALL(X) \
  X (futex_wait, int, -1, (int *a, int b, const struct timespec *c), (a, b, c))
#else
# define EACH_FUTEX_CALL(X)
#endif
#if HAVE_THREAD_TIMERS
# define EACH_TIMER_CALL(X) \
  X (thread_timer_create, int, -1, (int a, timer_t *b), (a, b)) \
  X (timer_settime, int, -1, (timer_t a, int b, const struct itimerspec *c, \
                              struct itimerspec *d), (a, b, c, d))
#else
# define EACH_TIMER_CALL(X)
#endif
#if CANCEL_NEEDS_LIBGCC
# define EACH_UNWINDER_CALL(X) \
  X (dlopen, void *, NULL, (const char *a, int b), (a, b))
#else
# define EACH_UNWINDER_CALL(X)
#endif

#if HAVE_EVENTFD
# define EACH_NOTIFIER_CALL(X) \
  X (eventfd, int, -1, (unsigned int a, int b), (a, b))
#else
# define EACH_NOTIFIER_CALL(X)
#endif

#define EACH_NUMBER_CALL(X) \
  X (mutex_init, (pthread_mutex_t *a, const pthread_mutexattr_t *b), (a, b)) \
  X (cond_init, (pthread_cond_t *a, const pthread_condattr_t *b), (a, b)) \
  X (key_create, (pthread_key_t *a, void (*b) (void *)), (a, b)) \
  X (setspecific, (pthread_key_t a, const void *b), (a, b)) \
  X (atfork, (void (*a) (void), void (*b) (void), void (*c) (void)), \
     (a, b, c)) \
  X (thread_create, (pthread_t *a, const pthread_attr_t *b, \
                     void *(*c) (void *), void *d), (a, b, c, d))

#define EACH_FREEING_CALL(X) \
  X (close, -1, (int a), (a)) \
  X (fclose, EOF, (FILE *a), (a)) \
  EACH_WAKING_CALL (X) EACH_CANCEL_CALL (X) EACH_TIMER_END_CALL (X)

#if HAVE_FUTEX
# define EACH_WAKING_CALL(X) X (futex_wake, -1, (int *a), (a))
#else
# define EACH_WAKING_CALL(X)
#endif
#if HAVE_CANCEL
# define EACH_CANCEL_CALL(X) X (thread_cancel, ESRCH, (pthread_t a), (a))
#else
# define EACH_CANCEL_CALL(X)
#endif
#if HAVE_THREAD_TIMERS
# define EACH_TIMER_END_CALL(X) X (timer_delete, -1, (timer_t a), (a))
#else
# define EACH_TIMER_END_CALL(X)
#endif

enum kind
{
#define ENUMERATOR(name, ...) KIND_##name,
  EACH_ERRNO_CALL (ENUMERATOR)
  EACH_NUMBER_CALL (ENUMERATOR)
  EACH_FREEING_CALL (ENUMERATOR)
#undef ENUMERATOR
  KINDS
};

static const char *const names[] =
{
#define NAME(name, ...) #name,
  EACH_ERRNO_CALL (NAME)
  EACH_NUMBER_CALL (NAME)
  EACH_FREEING_CALL (NAME)
#undef NAME
};

/* What each call can fail with, as far as it makes a difference.  */
static const int errors[KINDS][FAULTS_ERRORS] =
{
  [KIND_calloc] = { ENOMEM },
  [KIND_mutex_init] = { ENOMEM },
  [KIND_cond_init] = { ENOMEM },
  [KIND_key_create] = { EAGAIN },
  [KIND_setspecific] = { ENOMEM },
  [KIND_atfork] = { ENOMEM },
  [KIND_clock_gettime] = { EINVAL },
  [KIND_nanosleep] = { EINTR },
  [KIND_thread_create] = { EAGAIN, EINVAL },
#if HAVE_CANCEL
  [KIND_thread_cancel] = { ESRCH },
#endif
#if CANCEL_NEEDS_LIBGCC
  [KIND_dlopen] = { ENOENT },
#endif
#if HAVE_FUTEX
  [KIND_futex_wait] = { EINTR, EAGAIN, ETIMEDOUT, EPERM, ENOSYS },
  [KIND_futex_wake] = { EPERM },
#endif
#if HAVE_THREAD_TIMERS
  [KIND_thread_timer_create] = { EAGAIN, EPERM },
  [KIND_timer_settime] = { EINVAL },
  [KIND_timer_delete] = { EINVAL },
#endif
#if HAVE_EVENTFD
  [KIND_eventfd] = { EMFILE, ENFILE, ENOSYS },
#endif
  [KIND_pipe] = { EMFILE, ENFILE },
  [KIND_poll] = { EINTR, EINVAL, ENOMEM },
  [KIND_sigaction] = { EINVAL },
  [KIND_write] = { EINTR },
  [KIND_open] = { EINTR, EMFILE, EACCES, ENOENT, EEXIST, EIO, ENXIO, EAGAIN,
                  EROFS },
  [KIND_close] = { EIO, EINTR },
  [KIND_read] = { EIO, EINTR },
  [KIND_lseek] = { ESPIPE, EIO },
  [KIND_ftruncate] = { EIO, EINTR, EINVAL },
  [KIND_fsync] = { EIO, EINTR, EINVAL, ENOSPC },
  [KIND_fstat] = { EIO, EOVERFLOW },
  [KIND_stat] = { ENOENT, EACCES, EIO },
  [KIND_lstat] = { ENOENT, EACCES, EIO },
  [KIND_link] = { EPERM, EEXIST, EIO, ENOSYS, EMLINK },
  [KIND_unlink] = { EIO },
  [KIND_rename] = { EIO, ENOSPC },
  [KIND_rename_noreplace] = { EEXIST, EIO, ENOSYS, EINVAL },
  [KIND_dup2] = { EMFILE, EINTR },
  [KIND_getcwd] = { ERANGE, ENOENT, EACCES },
  [KIND_opendir] = { EMFILE, EACCES },
  [KIND_fcntl_int] = { EMFILE, EINVAL },
  [KIND_fcntl_lock] = { EAGAIN, EACCES, EINTR, ENOLCK, EBADF, EDEADLK,
                        EINVAL, EIO },
  [KIND_flock] = { EWOULDBLOCK, EACCES, EINTR, ENOLCK, EBADF, EINVAL, EIO },
  [KIND_lockf] = { EAGAIN, EACCES, EINTR, ENOLCK, EBADF, EDEADLK, EINVAL },
  [KIND_fdopen] = { ENOMEM, EMFILE },
  [KIND_fflush] = { EIO, ENOSPC },
  [KIND_fseeko] = { EIO, ESPIPE },
  [KIND_fclose] = { EIO, ENOSPC }
};

static bool struck[KINDS];

typedef void hook_function (void);

static hook_function *hook;     /* instead of a failure, or NULL; atomic */
static pthread_t hooked;        /* the thread, from the first hook on */

static hook_function *
get_hook (void)
{
  return atomic_get (&hook);
}

/* Whether this call, of the kind KIND, shall fail; errno is set then.  */
static bool
strike (enum kind kind)
{
  if (get_hook () == NULL)
    return faults_strike (kind);
  if (pthread_equal (hooked, pthread_self ()) && faults_is_it ())
    {
      faults_note (kind);
      get_hook () ();
    }
  return false;
}

#define WRAP_ERRNO(name, type, value, parameters, arguments) \
  static type \
  fail_##name parameters \
  { \
    return strike (KIND_##name) ? value : unit_real.name arguments; \
  }
EACH_ERRNO_CALL (WRAP_ERRNO)

#define WRAP_NUMBER(name, parameters, arguments) \
  static int \
  fail_##name parameters \
  { \
    return strike (KIND_##name) ? errno : unit_real.name arguments; \
  }
EACH_NUMBER_CALL (WRAP_NUMBER)

#define WRAP_FREEING(name, value, parameters, arguments) \
  static int \
  fail_##name parameters \
  { \
    int result = unit_real.name arguments; \
    return strike (KIND_##name) ? value : result; \
  }
EACH_FREEING_CALL (WRAP_FREEING)

/* Let the table lead here, unless it does.  */
static void
install (void)
{
  if (portalocker__calls.calloc == fail_calloc)
    return;
#define INSTALL(name, ...) portalocker__calls.name = fail_##name;
  EACH_ERRNO_CALL (INSTALL)
  EACH_NUMBER_CALL (INSTALL)
  EACH_FREEING_CALL (INSTALL)
#undef INSTALL
}

void
faults_arm_hook (int n, void (*function) (void))
{
  if (get_hook () == NULL)
    hooked = pthread_self ();
  atomic_set (&hook, function);
  faults_arm (n, 0);
}

static void
fail (int error)
{
  errno = error;
}

static const char *
describe (int error)
{
  return strerror (error);
}

/* What waits are built on, as numbers.  */
enum
{
#if HAVE_THREAD_TIMERS
  TIMERS = 1,
#else
  TIMERS = 0,
#endif
#if HAVE_CANCEL
  CANCEL = 1
#else
  CANCEL = 0
#endif
};

/* Whether something that is built makes the call.  */
static bool
is_used (int kind)
{
  bool flock_is_built = portalocker_backend_features ("flock") >= 0;
  bool ofd_is_built = portalocker_backend_features ("ofd") >= 0;
  bool fcntl_is_built = portalocker_backend_features ("fcntl") >= 0;
  int lockf_features = portalocker_backend_features ("lockf");
  switch (kind)
    {
    case KIND_flock:
      return flock_is_built;
    case KIND_lockf:
      return lockf_features >= 0;
    case KIND_opendir:          /* where the kernel names no process */
      return ofd_is_built;
    case KIND_fcntl_lock:
      return ofd_is_built || fcntl_is_built || lockf_features > 0;
    case KIND_lseek:
      return fcntl_is_built || lockf_features >= 0;
    case KIND_pipe:
    case KIND_poll:
    case KIND_write:
      return ! HAVE_FUTEX;
    case KIND_sigaction:
      return TIMERS;
#if CANCEL_NEEDS_LIBGCC
    case KIND_dlopen:
#endif
    case KIND_thread_create:
      return CANCEL;
    case KIND_nanosleep:        /* to try a method; else after a failure */
      return TIMERS || CANCEL;
    default:
      return true;
    }
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
