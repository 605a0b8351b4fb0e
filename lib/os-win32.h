/* os-win32.h - the types of os.h on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Without windows.h, whose macros would be everywhere.  Its types have a
   stand-in of the same size here: HANDLE is void *, SRWLOCK and
   CONDITION_VARIABLE are one pointer.  */

#ifndef PORTALOCKER_OS_WIN32_H
#define PORTALOCKER_OS_WIN32_H

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Functions of os.h that are inline on POSIX systems: a program that is linked
   with the static library sees them by our names.  */
#define os_file_of portalocker__file_of
#define os_to_descriptor portalocker__to_descriptor
#define os_lend portalocker__lend
#define os_close_lent portalocker__close_lent
#define os_close_descriptor portalocker__close_descriptor
#define os_mutex_lock portalocker__mutex_lock
#define os_mutex_unlock portalocker__mutex_unlock
#define os_cond_broadcast portalocker__cond_broadcast
#define os_key_prepare portalocker__key_prepare
#define os_key_get portalocker__key_get
#define os_thread_join portalocker__thread_join
#define os_thread_detach portalocker__thread_detach


/* ---- Files.  */

/* A HANDLE.  The invalid one is -1.  */
typedef intptr_t os_file;

typedef uint32_t os_device;
typedef uint64_t os_inode;

/* What is asked of a file.  The members are called as in struct stat, whose
   st_ino is too small for the numbers of this system: they have 64 bits, on
   ReFS 128.  */
typedef struct
{
  os_device st_dev;
  os_inode st_ino, st_ino_high;
  unsigned int st_mode;
} os_stat;

static inline os_inode
os_inode_rest (const os_stat *status)
{
  return status->st_ino_high;
}

#ifndef S_IFLNK
# define S_IFLNK 0xa000
#endif
#ifndef S_ISLNK
# define S_ISLNK(mode) (((mode) & S_IFMT) == S_IFLNK)
#endif
#ifndef S_ISSOCK
# define S_ISSOCK(mode) ((void) (mode), 0)
#endif

/* Flags of open that the C library does not have, in bits that it does not
   use.  */
#define O_CLOEXEC _O_NOINHERIT
#define O_NOFOLLOW 0x01000000
#define O_NOCTTY 0
#define O_NONBLOCK 0
#ifndef O_ACCMODE
# define O_ACCMODE (O_RDONLY | O_WRONLY | O_RDWR)
#endif

/* The file is opened for its lock alone: for overlapped calls, which no
   function of C can use.  */
#define OS_FOR_LOCK 0x02000000

/* What fcntl is called for.  */
enum { F_GETFL, F_SETFL, F_SETFD };
enum { FD_CLOEXEC = 1 };

/* Whether ERROR says that the file PATH is being removed: its name stays until
   the last program has closed it.  */
static inline bool
error_is_vanishing (int error)
{
  return error == EBUSY;
}

enum { OS_FILES_ARE_DESCRIPTORS = 0 };

/* A rename writes the new name through; directories are not opened.  */
enum { OS_SYNCS_DIRECTORIES = 0 };

os_file os_file_of (int descriptor);
int os_to_descriptor (os_file file, int flags);
int os_lend (os_file file, int flags, int *lent, const char **call);
void os_close_lent (int lent);
void os_close_descriptor (int descriptor);


/* ---- Events.  */

typedef struct
{
  void *handle;                 /* of an event that is reset by a wait */
} os_event;

/* Whether a thread may still be in portalocker__event_set when the event
   that it set is gone.  */
enum { OS_EVENT_MAY_VANISH = 0 };


/* ---- Threads.  */

typedef struct { void *slim; } os_mutex;
typedef struct { void *variable; } os_cond;
typedef struct
{
  unsigned long index;
  void (*destroy) (void *value);
} os_key;
typedef void *os_thread;

#define OS_MUTEX_INITIALIZER { NULL }

void os_mutex_lock (os_mutex *mutex);
void os_mutex_unlock (os_mutex *mutex);
void os_cond_broadcast (os_cond *cond);
void os_key_prepare (void);
void *os_key_get (const os_key *key);
void os_thread_join (os_thread thread);
void os_thread_detach (os_thread thread);

/* Nothing is left of these.  */
static inline void
os_mutex_destroy (os_mutex *mutex)
{
  (void) mutex;
}

static inline void
os_cond_destroy (os_cond *cond)
{
  (void) cond;
}



/* ---- For the other files of this system.  */

/* The path PATH, in UTF-8, as the calls of Windows take it, in new memory, also
   when it is long; NULL and errno.  */
wchar_t *portalocker__wide_path (const char *path);

/* Of Windows 8 and its headers.  */
#ifndef ERROR_DIRECTORY_NOT_SUPPORTED
# define ERROR_DIRECTORY_NOT_SUPPORTED 336
#endif

/* Set errno to what ERROR, a code of Windows, means, and return -1.  */
int portalocker__set_errno (unsigned long error);

/* The same, but return errno; 0, and nothing is set, for ERROR_SUCCESS.  */
int portalocker__to_errno (unsigned long error);

/* Set what FUNCTION points to, a pointer to a function, to NAME of ntdll.dll,
   which headers do not declare; to NULL where there is none.  */
void portalocker__find_in_ntdll (const char *name, void *function);

/* The milliseconds until DEADLINE, as a wait takes them, rounded up.  */
unsigned long portalocker__milliseconds_until (int64_t deadline);

/* Begin the lock call of the backend win32, which waits if WAIT:
   calls.lock_file for the byte that is locked.  */
unsigned long portalocker__win32_begin (os_file file, bool exclusive,
                                        bool wait, void *event,
                                        void *overlapped);

/* What a lock call has come to that answered ERROR, once it is over.  One that
   does not wait is over at once (documentation of LockFileEx); should a file
   system go on with it all the same, OVERLAPPED is in use until then.  */
unsigned long portalocker__win32_finish (os_file file, unsigned long error,
                                         void *overlapped);

/* portalocker__to_errno for what a lock call answers: that access is denied
   means a handle which can neither read nor write data.  */
int portalocker__win32_errno (unsigned long error);

/* Whether a lock call can wait as Windows documents it, and can be cancelled.
   Tried until a trial could be made.  */
#define os_can_block portalocker__overlapped_works
bool portalocker__overlapped_works (void);

#endif /* PORTALOCKER_OS_WIN32_H */
