/* os-posix.h - the types of os.h on POSIX systems.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_OS_POSIX_H
#define PORTALOCKER_OS_POSIX_H

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* ---- Files.  */

typedef int os_file;
typedef struct stat os_stat;
typedef dev_t os_device;
typedef ino_t os_inode;

static inline os_inode
os_inode_rest (const os_stat *status)
{
  (void) status;
  return 0;
}

/* An open file is what the program calls a descriptor, so that the functions
   of os.h that change one into the other have nothing to do.  */
enum { OS_FILES_ARE_DESCRIPTORS = 1 };

/* Whether a lock call that waits can be taken to its end.  */
static inline bool
os_can_block (void)
{
  return true;
}

/* A new name is on the disk when its directory was synchronized.  */
enum { OS_SYNCS_DIRECTORIES = 1 };

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

#define os_close_descriptor portalocker__close_descriptor
void os_close_descriptor (int descriptor);

static inline int
os_lend (os_file file, int flags, int *lent, const char **call)
{
  (void) flags;
  (void) lent;
  (void) call;
  return file;
}

static inline void
os_close_lent (int lent)
{
  (void) lent;
}

/* The command of fcntl that makes a disk write what it keeps in memory of its
   own, where fsync does not (macOS).  A test gives another number.  */
#if defined F_FULLFSYNC && ! defined OS_FULL_SYNC
# define OS_FULL_SYNC F_FULLFSYNC
#endif

/* Flags of open that a system may lack, as configure says.  What they would do
   is then done in other ways, see open.c.  */
#if ! HAVE_DECL_O_CLOEXEC
# undef O_CLOEXEC
# define O_CLOEXEC 0
#endif
#if ! HAVE_DECL_O_NOFOLLOW
# undef O_NOFOLLOW
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

#if HAVE_THREADS
# include "os-pthread.h"
#else
# include "os-single.h"
#endif

#endif /* PORTALOCKER_OS_POSIX_H */
