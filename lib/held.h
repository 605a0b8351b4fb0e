/* held.h - which thread of this process holds which lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A thread that waits without limit for a lock which it holds itself, through
   another object, would wait for ever.  Only this table can tell: the kernel
   knows open files and processes.  Everything here needs
   portalocker__tables.  */

#ifndef PORTALOCKER_HELD_H
#define PORTALOCKER_HELD_H

#include "backend.h"
#include "os.h"

/* A lock that an object of this process holds.  */
struct held
{
  struct held *next, **link;    /* LINK is NULL while it is not held */
  struct file_id id;
  const struct portalocker__backend *backend;
  bool exclusive;
  bool movable;                 /* another thread may release it */
  uintptr_t thread;             /* which acquired it; 0 if that is unknown */
};

/* The number of the calling thread, which no other one of this process or of
   its children ever has, as pthread_self may; or 0 if memory is short: then it
   may wait for itself and is not told.  In the child of a fork the thread has
   it still.  portalocker__tables is not held.  */
uintptr_t portalocker__held_thread (void);

void portalocker__held_add (struct held *held);
void portalocker__held_remove (struct held *held);

/* Whether the locks of A and B exclude each other.  */
bool portalocker__same_locks (const struct portalocker__backend *a,
                              const struct portalocker__backend *b);

/* Whether the calling thread, in other objects than OWN's, holds a lock of
   the file ID that keeps a lock by BACKEND away, and that no other thread
   releases.  OWN may be NULL.  */
bool portalocker__held_conflicts (struct file_id id,
                                  const struct portalocker__backend *backend,
                                  bool exclusive, const struct held *own);

/* Whether the calling thread has a shared lock of the file ID, so that whoever
   waits for an exclusive one by BACKEND waits for this thread.  */
bool portalocker__held_shared (struct file_id id,
                               const struct portalocker__backend *backend);

/* Whether the calling thread holds a lock that belongs to the process.  */
bool portalocker__held_process_owned (void);

#endif /* PORTALOCKER_HELD_H */
