/* os.h - clock, threads and files by identity, for the rest of the library.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_OS_H
#define PORTALOCKER_OS_H

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#include "os-atomic.h"

/* ---- Error numbers, of which some systems have two for one.  */

static inline bool
error_would_block (int error)
{
#if EWOULDBLOCK != EAGAIN
  if (error == EWOULDBLOCK)
    return true;
#endif
  return error == EAGAIN;
}

/* Whether ERROR, of a lock call, says that somebody else has the lock.  */
static inline bool
error_is_busy (int error)
{
  return error_would_block (error) || error == EACCES;
}

/* Whether ERROR says that the kernel or the file system has no such
   call or no such variant of it.  */
static inline bool
error_is_unsupported (int error)
{
#if EOPNOTSUPP != ENOTSUP
  if (error == EOPNOTSUPP)
    return true;
#endif
  return error == ENOTSUP || error == ENOSYS || error == EINVAL;
}


/* ---- Time.  Nanoseconds of the monotonic clock.  */

#define PORTALOCKER__NEVER INT64_MAX
#define PORTALOCKER__NS_PER_MS INT64_C (1000000)

int64_t portalocker__now (void);

/* The deadline that lies TIMEOUT milliseconds (PORTALOCKER_FOREVER
   included) from now, or at the time TIME of portalocker_now.  Never
   early, and PORTALOCKER__NEVER rather than past the end of the clock.  */
int64_t portalocker__deadline_in (int64_t timeout);
int64_t portalocker__deadline_at (int64_t time);

/* The time that lies INTERVAL nanoseconds after TIME, or from now.  */
int64_t portalocker__time_after (int64_t time, int64_t interval);
int64_t portalocker__time_in (int64_t interval);

/* Sleep for INTERVAL, or until DEADLINE if that comes first.  May end
   early, by a signal.  */
void portalocker__sleep (int64_t interval, int64_t deadline);


/* The clock that all deadlines belong to: the monotonic one, where a
   condition can wait by it.  */
#if defined CLOCK_MONOTONIC && HAVE_PTHREAD_CONDATTR_SETCLOCK
# define OS_CLOCK CLOCK_MONOTONIC
#else
# define OS_CLOCK CLOCK_REALTIME
#endif

/* A time, or a length of time, as the system's calls take it.  */
struct timespec portalocker__to_timespec (int64_t time);


/* ---- Events.  One thread waits for an event, any thread or signal handler
   sets it.  An event that is set before the wait ends the wait at once.  */

typedef struct
{
#if HAVE_FUTEX
  int set;
#else
  int ends[2];                  /* a pipe, with a byte in it when set */
#endif
} os_event;

/* Whether a thread may still be in portalocker__event_set when the event
   that it set is gone.  */
enum { OS_EVENT_MAY_VANISH = HAVE_FUTEX };

/* Return 0 or an error number.  The call that can fail is named by
   portalocker__event_call.  */
int portalocker__event_init (os_event *event);
void portalocker__event_destroy (os_event *event);
extern const char portalocker__event_call[];

/* Set EVENT.  Safe in signal handlers; errno stays.  */
void portalocker__event_set (os_event *event);

/* Wait until EVENT is set, and take that back: return true.  Return false
   if it is not set and DEADLINE has passed.  */
bool portalocker__event_wait (os_event *event, int64_t deadline);


/* ---- Notifiers.  Descriptors that become readable, and stay so, when
   somebody says so.  */

typedef struct
{
  int reader;
  int writer;                   /* the same as READER on some systems */
} os_notifier;

/* Return 0 or an error number.  Neither descriptor blocks, outlives an exec or
   has a standard number.  */
int portalocker__notifier_init (os_notifier *notifier);
void portalocker__notifier_destroy (os_notifier *notifier);
void portalocker__notify (const os_notifier *notifier);
extern const char portalocker__notifier_call[];


/* ---- Threads.  */

typedef pthread_mutex_t os_mutex;
typedef pthread_cond_t os_cond;

#define OS_MUTEX_INITIALIZER PTHREAD_MUTEX_INITIALIZER

/* Return 0 or an error number.  */
int portalocker__mutex_init (os_mutex *mutex);
int portalocker__cond_init (os_cond *cond);

/* Locking a mutex that was initialized cannot fail.  */
static inline void
os_mutex_lock (os_mutex *mutex)
{
  pthread_mutex_lock (mutex);
}

static inline void
os_mutex_unlock (os_mutex *mutex)
{
  pthread_mutex_unlock (mutex);
}

/* Wait for COND with MUTEX held; return false once DEADLINE has passed.
   May return true for no reason.  */
bool portalocker__cond_wait (os_cond *cond, os_mutex *mutex,
                             int64_t deadline);

#if HAVE_CANCEL
/* Start a thread of the library's own, which runs RUN (ARGUMENT) with all
   signals blocked.  Return 0 or an error number.  */
int portalocker__thread_start (pthread_t *thread,
                               void *(*run) (void *argument), void *argument);

/* Run RUN (ARGUMENT) in the calling thread, which is such a one and can be
   cancelled anywhere in it.  Afterwards it cannot be cancelled any more, nor
   before if it calls the second function first.  */
void portalocker__run_cancellable (void (*run) (void *argument),
                                   void *argument);
void portalocker__forbid_cancel (void);

/* Cancel THREAD, and return when it is gone.  */
void portalocker__thread_end (pthread_t thread);

/* Whether all that works here: tried at the first call.  */
bool portalocker__threads_work (void);
#endif

/* The calling thread's own error object, made at the first call; NULL when
   there is no memory for it.  It is freed when the thread ends.  */
struct portalocker_error *portalocker__thread_error (void);


/* ---- Files.  */

/* Return a copy of STRING, or the absolute path that the path GIVEN means
   now, in new memory; NULL and errno after a failure.  */
char *portalocker__copy_string (const char *string);
char *portalocker__absolute_path (const char *given);

/* Make a pipe whose ends neither block nor outlive an exec nor have standard
   numbers.  Return 0 or an error number.  */
int portalocker__make_pipe (int ends[2]);

/* Return a copy of the descriptor FD with a number that is no standard
   descriptor's, close-on-exec unless INHERIT; or -1 and errno.  */
int portalocker__dup_above_standard (int fd, bool inherit);
enum { FIRST_FREE_FD = 3 };

/* Throw away what STREAM has buffered, read or written.  */
void portalocker__discard (FILE *stream);

/* What makes a file this file and no other, while it exists.  */
struct file_id
{
  dev_t device;
  ino_t inode;
};

static inline bool
file_id_equal (struct file_id a, struct file_id b)
{
  return a.device == b.device && a.inode == b.inode;
}

/* Store the identity of the file that is open as FD, or that PATH names
   (the symbolic link itself if FOLLOW is false).  Return 0 or an error
   number.  */
int portalocker__id_of_fd (int fd, struct file_id *id);
int portalocker__id_of_path (const char *path, bool follow,
                             struct file_id *id);


/* ---- Processes.  */

/* The value of the environment variable NAME; NULL if there is none, and in a
   program that runs with more rights than its caller's.  */
const char *portalocker__environment (const char *name);

/* The process that holds a lock on the file that is open as FD (which may
   have been opened by O_PATH) and conflicts with a lock of the kind
   EXCLUSIVE or not: a number above 0, or 0 when the system does not tell.
   RANGES says whether to look at locks of byte ranges or at flock's.
   Takes no lock.  */
int64_t portalocker__find_holder (int fd, bool ranges, bool exclusive);

/* Whether this process holds a lock on the file that is open as FD, as
   far as the system tells: 1, 0, or -1 for unknown.  */
int portalocker__holds_range (int fd);

/* The same as portalocker__find_holder for the file PATH, if that is still
   the file ID.  */
int64_t portalocker__find_holder_by_path (const char *path,
                                          struct file_id id, bool ranges,
                                          bool exclusive);

/* Store the name of the process PID, "" if unknown, and the time at which
   it started in seconds since 1970, 0 if unknown.  */
void portalocker__describe_process (int64_t pid, char *name, size_t size,
                                    int64_t *started);

#endif /* PORTALOCKER_OS_H */
