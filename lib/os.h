/* os.h - clock, threads and files by identity, for the rest of the library.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_OS_H
#define PORTALOCKER_OS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "os-atomic.h"
#if HAVE_LOCKFILEEX
# include "os-win32.h"
#else
# include "os-posix.h"
#endif

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

/* 0 when the clock cannot be read.  */
int64_t portalocker__now (void);

/* Whether DEADLINE is not in the future.  A clock that cannot be read has
   passed every deadline but PORTALOCKER__NEVER: a wait whose end nobody would
   notice must not begin.  */
bool portalocker__has_passed (int64_t deadline);

/* The deadline that lies TIMEOUT milliseconds (PORTALOCKER_FOREVER
   included) from now, or at the time TIME of portalocker_now.  Never
   early, and PORTALOCKER__NEVER rather than past the end of the clock.  */
int64_t portalocker__deadline_in (int64_t timeout);
int64_t portalocker__deadline_at (int64_t time);

/* The time that lies INTERVAL nanoseconds after TIME, or from now.  */
int64_t portalocker__time_after (int64_t time, int64_t interval);
int64_t portalocker__time_in (int64_t interval);

/* Sleep for INTERVAL, which may end early by a signal.  */
void portalocker__pause (int64_t interval);

/* Sleep for INTERVAL, or until DEADLINE if that comes first.  May end
   early, by a signal.  */
void portalocker__sleep (int64_t interval, int64_t deadline);


/* ---- Events.  One thread waits for an event, any thread or signal handler
   sets it.  An event that is set before the wait ends the wait at once.  */

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
  os_file reader;
  os_file writer;               /* the same as READER on some systems */
} os_notifier;

/* Return 0 or an error number.  Neither descriptor blocks, outlives an exec or
   has a standard number.  */
int portalocker__notifier_init (os_notifier *notifier);
void portalocker__notifier_destroy (os_notifier *notifier);
void portalocker__notify (const os_notifier *notifier);
extern const char portalocker__notifier_call[];


/* ---- Threads.  */

/* The types os_mutex, os_cond, os_thread (what is joined or detached),
   and os_key, and functions for what cannot fail, come with the
   system's header.

   Return 0 or an error number.  */
int portalocker__mutex_init (os_mutex *mutex);
int portalocker__cond_init (os_cond *cond);

/* Wait for COND with MUTEX held; return false once DEADLINE has passed.
   May return true for no reason.  */
bool portalocker__cond_wait (os_cond *cond, os_mutex *mutex,
                             int64_t deadline);

/* A value of each thread.  */
typedef struct
{
  void (*destroy) (void *value); /* called at the end of a thread that has
                                    one, or NULL: set this alone */
  int state;
  os_key key;
} os_slot;

/* The value of the calling thread; NULL if it has none, or the system no slots
   left.  And set it; return 0 or an error number.  portalocker__tables is not
   held.  */
void *portalocker__slot_get (os_slot *slot);
/* As portalocker__slot_get once a thread has set SLOT, else NULL.
   portalocker__tables may be held.  */
void *portalocker__slot_peek (os_slot *slot);
int portalocker__slot_set (os_slot *slot, void *value);

/* What these are made of: return 0 or an error number.
   os_key_prepare must be called before them, with no mutex held.  */
int portalocker__key_create (os_key *key, void (*destroy) (void *value));
int portalocker__key_set (os_key *key, void *value);

#if HAVE_THREADS
/* Start a thread of the library's own, which runs RUN (ARGUMENT) with all
   signals blocked.  Return 0 or an error number.  */
int portalocker__thread_start (os_thread *thread,
                               void *(*run) (void *argument), void *argument);
extern const char portalocker__thread_call[];
#endif

#if HAVE_CANCEL
/* Run RUN (ARGUMENT) in the calling thread, which is such a one and can be
   cancelled anywhere in it.  Afterwards it cannot be cancelled any more, nor
   before if it calls the second function first.  */
void portalocker__run_cancellable (void (*run) (void *argument),
                                   void *argument);
void portalocker__forbid_cancel (void);

/* Cancel THREAD.  Return false if the system has no room for that now: ask
   again.  */
bool portalocker__thread_stop (os_thread thread);

/* Cancel THREAD, unless it sets DONE, which is atomic, and return when it is
   gone.  */
void portalocker__thread_end (os_thread thread, const int *done);

/* Whether all that works here: tried at the first call.  */
bool portalocker__threads_work (void);
#endif

/* The calling thread's own error object, made at the first call; NULL when
   there is no memory for it.  It is freed when the thread ends.  */
struct portalocker_error *portalocker__thread_error (void);


/* ---- Files.

   The system's header has the type os_file of what is locked and closed, -1
   for none; whether that is a descriptor, the number that the functions of C
   know; and

   os_file os_file_of (int descriptor): the file that is open as DESCRIPTOR,
   -1 for none;
   int os_to_descriptor (os_file file, int flags): a descriptor for FILE, which
   was opened with FLAGS, and not a standard one; or -1 and errno, and FILE is
   closed.  From then on FILE is what os_file_of says, and is closed by
   void os_close_descriptor (int descriptor);
   int os_lend (os_file file, int flags, int *lent, const char **call): the
   same for what was opened with OS_FOR_LOCK: its close is not that of FILE.
   After a failure *CALL is the name of what failed.  *LENT, -1 at first,
   keeps it, for
   void os_close_lent (int lent).  */

/* Return a copy of STRING, or the absolute path that the path GIVEN means
   now, in new memory; NULL and errno after a failure.  Where no absolute path
   leads to the current directory, it begins with "./" instead.  */
char *portalocker__copy_string (const char *string);
char *portalocker__absolute_path (const char *given);

/* The part of PATH, one of portalocker__absolute_path, that names the file in
   its directory.  */
char *portalocker__last_part (char *path);

/* Make a pipe whose ends neither block nor outlive an exec nor have standard
   numbers.  Return 0 or an error number.  */
int portalocker__make_pipe (int ends[2]);

/* Return a copy of the descriptor FD with a number that is no standard
   descriptor's, close-on-exec unless INHERIT; or -1 and errno.  */
os_file portalocker__dup_above_standard (os_file fd, bool inherit);
enum { FIRST_FREE_FD = 3 };

/* Like fsync, and down to the disk itself: where that takes another call than
   fsync, by that.  */
int portalocker__sync (os_file file);

/* Throw away what STREAM has buffered, read or written.  */
void portalocker__discard (FILE *stream);

/* What makes a file this file and no other, while it exists.  */
struct file_id
{
  os_device device;
  os_inode inode;
  os_inode rest;                /* of a number that is too long for INODE */
};

static inline struct file_id
file_id_of (const os_stat *status)
{
  struct file_id id = { .device = status->st_dev, .inode = status->st_ino,
                        .rest = os_inode_rest (status) };
  return id;
}

static inline bool
file_id_equal (struct file_id a, struct file_id b)
{
  return a.device == b.device && a.inode == b.inode && a.rest == b.rest;
}

/* Store the identity of the file that is open as FD, or that PATH names
   (the symbolic link itself if FOLLOW is false).  Return 0 or an error
   number.  */
int portalocker__id_of_fd (os_file fd, struct file_id *id);
int portalocker__id_of_path (const char *path, bool follow,
                             struct file_id *id);

/* Whether PATH, links in it followed, names the file ID, as far as that can be
   seen.  */
bool portalocker__is_named (struct file_id id, const char *path);


/* ---- What people see.  */

/* The system's own number of what the error number ERROR says about the call
   that failed last in this thread: on POSIX systems the same.  And the
   system's text for such a number.  */
int portalocker__system_error (int error);
void portalocker__describe_error (char *buffer, size_t size, int error);

/* A path or a name may hold anything: keep TEXT one line of the same length,
   with nothing in it that a terminal would obey.  */
void portalocker__replace_controls (char *text);

/* Store the local time of TIME; return whether there is one.  */
bool portalocker__local_time (time_t time, struct tm *parts);


/* ---- Processes.  */

/* The number of this one.  */
int64_t portalocker__process (void);

/* The value of the environment variable NAME; NULL if there is none, and in a
   program that runs with more rights than its caller's.  */
const char *portalocker__environment (const char *name);

/* The process that holds a lock on the file that is open as FD (which may
   have been opened by O_PATH) and conflicts with a lock of the kind
   EXCLUSIVE or not: a number above 0, or 0 when the system does not tell.
   ASKER is the open file, or -1, through which this process may have a lock
   already that it wants to change: that one does not conflict.  RANGES says
   whether to look at locks of byte ranges or at flock's.  Takes no lock.  */
int64_t portalocker__find_holder (os_file fd, os_file asker, bool ranges,
                                  bool exclusive);

/* Whether this process holds a lock on the file that is open as FD, as
   far as the system tells: 1, 0, or -1 for unknown.  */
int portalocker__holds_range (os_file fd);

/* The same as portalocker__find_holder for the file PATH, if that is still
   the file ID.  */
int64_t portalocker__find_holder_by_path (const char *path,
                                          struct file_id id, os_file asker,
                                          bool ranges, bool exclusive);

/* Store the name of the process PID, "" if unknown, and the time at which
   it started in seconds since 1970, 0 if unknown.  */
void portalocker__describe_process (int64_t pid, char *name, size_t size,
                                    int64_t *started);

#endif /* PORTALOCKER_OS_H */
