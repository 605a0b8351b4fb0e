/* fork.h - the child of a fork holds nothing of its parent's.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The child has a copy of each descriptor, which would keep the parent's
   lock alive, or free it.  To close the copy is not enough: its number
   would be given to another file, below a stream that still uses it.  So
   a handler that runs in the child before anything else puts /dev/null
   over each of them.  A child that was made without the handlers (vfork,
   posix_spawn, clone) loses the copies when it executes a program.  */

#ifndef PORTALOCKER_FORK_H
#define PORTALOCKER_FORK_H

#include "os.h"

/* The mutex of the tables of this process: the members below, the owners
   (owners.c), and the descriptor in every struct lock_file.

   Order: an object's own mutex comes before this one, and no other mutex is
   taken under it but portalocker__slots, by a fork.  No call that can block
   is made under it.  A fork holds it, so that the child finds the tables
   whole.  */
extern os_mutex portalocker__tables;

/* The mutex of the slots while they are made (os-common.c).  No other one is
   taken under it, and what is called at the end of a thread does not take it:
   Windows may call that with a lock which it takes to make a slot.  A fork
   holds it too.  */
extern os_mutex portalocker__slots;

/* Broadcast when something changed that a thread may wait for with
   portalocker__tables held.  */
extern os_cond portalocker__tables_changed;

/* Something that has to be told in the child.  */
struct fork_member
{
  struct fork_member *next, **link;

  /* Called in the child, which has one thread then, and with
     portalocker__tables held.  May call what a signal handler may.  */
  void (*in_child) (void *object);
  void *object;
};

/* Have the handlers installed.  For whoever takes that mutex without being a
   member; return 0 or an error number.  */
int portalocker__fork_prepare (void);

/* Add MEMBER to those that are told.  Return 0 or an error number: the
   handlers could not be installed.  */
int portalocker__fork_join (struct fork_member *member);
void portalocker__fork_leave (struct fork_member *member);

/* Let forks wait until portalocker__fork_admit: something of this process is
   made ready for use, and half ready it would be the child's for ever.  A fork
   waits for FORK_PATIENCE at most, since this thread may wait for the one that
   forks: in a constructor, for example, while that has the loader's mutex.  */
#define FORK_PATIENCE (1000 * PORTALOCKER__NS_PER_MS)
void portalocker__fork_defer (void);
void portalocker__fork_admit (void);

/* The number of forks so far.  Read it under portalocker__tables.  */
extern unsigned long portalocker__fork_count;

/* In the child: put /dev/null, close-on-exec, over FD, or close it if
   there is no other way.  */
void portalocker__fork_blank (os_file fd);

/* Whether FD is what that has put there: the program may have closed the
   number, and have another file by it.  */
bool portalocker__fork_is_blank (os_file fd);

#endif /* PORTALOCKER_FORK_H */
