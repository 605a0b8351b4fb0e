/* owners.h - locks that belong to the process made to belong to objects.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The locks of fcntl and lockf have one owner for all of a process: two
   objects would not exclude each other, and the close of any descriptor of
   a file drops every lock that the process has on it, whoever took it.

   So there is a record of each file on which this process has such a lock,
   or waits for one in the kernel, found by device and inode.  While one
   object holds the file, another one of this process is refused or waits
   here; shared holders share the one lock of the kernel; and a descriptor
   that should be closed is parked in the record, and closed when the last
   holder is gone and nobody waits in the kernel, before the next one of
   this process may lock.  Every close of a lock file goes this way, also
   that of a backend whose own locks do not mind: it may be the file of a
   neighbour whose locks do.

   What the table cannot mend is foreign code in the same process that
   closes a descriptor of the file; portalocker_verify tells.  */

#ifndef PORTALOCKER_OWNERS_H
#define PORTALOCKER_OWNERS_H

#include <stdio.h>

#include "held.h"
#include "os.h"
#include "wait.h"

struct owner;
struct parked;

/* An opened lock file.  Once it is published, the descriptor, the stream and
   PUBLISHED change only with portalocker__tables held.  */
struct lock_file
{
  os_file fd;                   /* -1: not open */
  int lent;                     /* the descriptor that the program was lent,
                                   where that is not FD; or -1 */
  bool published;               /* the child of a fork looks at it */
  int wanted;                   /* the open flags that it was to have ... */
  int flags;                    /* ... and has: perhaps with less access */
  FILE *stream;                 /* on fd, or NULL */
  const char *stream_mode;      /* with which it was made: a constant string */
  struct file_id id;
  bool regular;                 /* a regular file */
  bool passed_on;               /* children share its lock, so that it is
                                   closed and never unlocked */
  struct held held;             /* its entry there while it is locked */
  struct owner *owner;          /* of which this is a holder, or NULL */
  struct parked *spare;         /* memory for parking it, or NULL */
};

/* Whether there is any file whose descriptors are kept open.  Needs
   portalocker__tables.  */
bool portalocker__owners_exist (void);

/* Give *FILE a parked descriptor of the file ID that was to be opened with
   the flags WANTED, at offset 0, and whose stream, if it has one, was made
   with STREAM_MODE; if ALONE, one of an open file that no child has.  Forks see
   it.  Return false if there is none.  */
bool portalocker__owners_adopt (struct file_id id, int wanted,
                                const char *stream_mode, bool alone,
                                struct lock_file *file);

/* Whether descriptors of the file ID are to be kept open now, so that one
   that is opened must not have a number that would have to be closed.  */
bool portalocker__owners_use (struct file_id id);

/* Make room for parking FILE, so that its close cannot fail for lack of
   memory.  Return false if there is none.  */
bool portalocker__owners_reserve (struct lock_file *file);

/* Lock FILE as WAIT says; what portalocker__wait_lock is for locks that
   belong to the open file.  */
int portalocker__owners_lock (struct lock_file *file,
                              struct lock_wait *wait,
                              struct failure *failure);

/* Take back what portalocker__owners_lock was about for the file that is open
   as FD, when its thread ended in the lock call.  */
void portalocker__owners_withdraw (struct lock_wait *wait, os_file fd);

/* Make the lock of FILE, which it holds and which is shared, exclusive, as WAIT
   says; or one that is exclusive shared, at once.  */
int portalocker__owners_upgrade (struct lock_file *file,
                                 struct lock_wait *wait,
                                 struct failure *failure);
int portalocker__owners_downgrade (struct lock_file *file,
                                   struct lock_wait *wait,
                                   struct failure *failure);

/* Give up the lock of FILE, by BACKEND, which it holds.  The kernel's lock
   goes with the last holder.  The next one of this process is let in by the
   portalocker__owners_close that must follow.  */
int portalocker__owners_unlock (struct lock_file *file,
                                const struct portalocker__backend *backend,
                                struct failure *failure);

/* Close FILE now, or park it; it is not open afterwards in any case.  */
int portalocker__owners_close (struct lock_file *file,
                               struct failure *failure);

/* Take the descriptor out of FILE, which holds a lock and has no stream,
   without closing or unlocking; return it, or -1 when the lock belongs to
   the process and others here use the file.  */
os_file portalocker__owners_detach (struct lock_file *file);

/* Take a copy of the descriptor out of FILE, which is no holder here and has a
   stream, and close that.  Return the copy; or -1 and errno, and leave FILE as
   it is, also when *IS_IN_USE says that the close would drop a lock.  */
os_file portalocker__owners_separate (struct lock_file *file, bool inherit,
                                      bool *is_in_use);

/* Lock and unlock a descriptor of the caller by BACKEND, whose locks belong
   to the process.  The table keeps nothing of it.  A file that an object of
   this process holds is PORTALOCKER_BUSY, and unlocking it does nothing; one
   that an object waits for is so for both.  */
int portalocker__owners_lock_foreign (os_file fd, struct lock_wait *wait,
                                      struct failure *failure);
int portalocker__owners_unlock_foreign
  (os_file fd, const struct portalocker__backend *backend,
   struct failure *failure);

/* Whether a fork has to wait: a file that was passed on is being closed, and
   the child would keep its lock and not know of it.  Needs portalocker__tables,
   and portalocker__tables_changed tells of the end.  */
bool portalocker__owners_hold_up_fork (void);

/* In the child of a fork: forget all; these locks are not inherited.  */
void portalocker__owners_in_child (void);

#endif /* PORTALOCKER_OWNERS_H */
