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
  os_thread_id thread;          /* which acquired it ... */
  bool ended;                   /* ... and has ended: the number may be that of
                                   another one */
};

/* Take note of the end of the calling thread, which is about to acquire: what
   it holds then is held by no thread.  portalocker__tables is not held.  */
void portalocker__held_know_thread (void);

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
