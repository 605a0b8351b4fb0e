/* os-posix.h - the types of os.h on POSIX systems.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_OS_POSIX_H
#define PORTALOCKER_OS_POSIX_H

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* ---- Files.  */

typedef int os_file;
typedef struct stat os_stat;
typedef dev_t os_device;
typedef ino_t os_inode;

/* An open file is what the program calls a descriptor, so that the functions
   of os.h that change one into the other have nothing to do.  */
enum { OS_FILES_ARE_DESCRIPTORS = 1 };

static inline os_file
os_file_of (int descriptor)
{
  return descriptor;
}

static inline int
os_to_descriptor (os_file file, int flags)
{
  (void) flags;
  return file;
}

static inline int
os_lend (os_file file, int flags, int *lent)
{
  (void) flags;
  (void) lent;
  return file;
}

static inline void
os_close_lent (int lent)
{
  (void) lent;
}

/* Flags of open that a system may lack.  What they would do is then done
   in other ways, see open.c.  */
#ifndef O_CLOEXEC
# define O_CLOEXEC 0
#endif
#ifndef O_NOFOLLOW
# define O_NOFOLLOW 0
#endif

/* The file is opened for its lock alone.  */
#define OS_FOR_LOCK 0

/* Whether ERROR says that the file PATH is being removed, and will be gone
   soon.  Here a name is gone at once.  */
static inline bool
error_is_vanishing (int error)
{
  (void) error;
  return false;
}


/* ---- Time.  */

/* The clock that all deadlines belong to: the monotonic one, where a
   condition can wait by it.  */
#if defined CLOCK_MONOTONIC && HAVE_PTHREAD_CONDATTR_SETCLOCK
# define OS_CLOCK CLOCK_MONOTONIC
#else
# define OS_CLOCK CLOCK_REALTIME
#endif

/* A time, or a length of time, as the system's calls take it.  */
struct timespec portalocker__to_timespec (int64_t time);


/* ---- Events.  */

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


/* ---- Threads.  */

typedef pthread_mutex_t os_mutex;
typedef pthread_cond_t os_cond;
typedef pthread_t os_thread;
typedef pthread_t os_thread_id;
typedef pthread_once_t os_once;

#define OS_MUTEX_INITIALIZER PTHREAD_MUTEX_INITIALIZER
#define OS_ONCE_INITIALIZER PTHREAD_ONCE_INIT

/* The stack of a thread of ours: it only makes system calls, but the C library
   keeps the thread-local variables of the whole program there too.  */
enum { OS_STACK_SIZE = 128 * 1024 };

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

static inline void
os_mutex_destroy (os_mutex *mutex)
{
  pthread_mutex_destroy (mutex);
}

static inline void
os_cond_broadcast (os_cond *cond)
{
  pthread_cond_broadcast (cond);
}

static inline void
os_cond_destroy (os_cond *cond)
{
  pthread_cond_destroy (cond);
}

static inline os_thread_id
os_this_thread (void)
{
  return pthread_self ();
}

static inline bool
os_thread_equal (os_thread_id a, os_thread_id b)
{
  return pthread_equal (a, b) != 0;
}

static inline void
os_run_once (os_once *once, void (*function) (void))
{
  pthread_once (once, function);
}

static inline void
os_thread_join (os_thread thread)
{
  pthread_join (thread, NULL);
}

static inline void
os_thread_detach (os_thread thread)
{
  pthread_detach (thread);
}

#endif /* PORTALOCKER_OS_POSIX_H */
