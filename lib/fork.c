/* fork.c - the child of a fork holds nothing of its parent's.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "fork.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>

#include "calls.h"
#include "object.h"
#include "owners.h"
#include "wait-method.h"

os_mutex portalocker__tables = OS_MUTEX_INITIALIZER;
os_mutex portalocker__slots = OS_MUTEX_INITIALIZER;
os_cond portalocker__tables_changed;
unsigned long portalocker__fork_count;

static struct fork_member *members;

/* Guards what follows it; never taken together with another mutex.  The last
   one is atomic.  */
static os_mutex installation = OS_MUTEX_INITIALIZER;
static bool cond_is_made;
static int is_installed;

/* Threads between portalocker__fork_defer and portalocker__fork_admit.  Guarded
   by portalocker__tables.  */
static unsigned int deferrals;

static void
await_change (int64_t deadline)
{
  portalocker__cond_wait (&portalocker__tables_changed, &portalocker__tables,
                          deadline);
}

static void
before_fork (void)
{
  int64_t limit = portalocker__time_in (FORK_PATIENCE);
  os_mutex_lock (&portalocker__tables);
  for (;;)
    if (portalocker__owners_hold_up_fork ())
      await_change (PORTALOCKER__NEVER);
    else if (deferrals > 0 && ! portalocker__has_passed (limit))
      await_change (limit);
    else
      break;
  portalocker__fork_count++;
  os_mutex_lock (&portalocker__slots);
}

void
portalocker__fork_defer (void)
{
  os_mutex_lock (&portalocker__tables);
  deferrals++;
  os_mutex_unlock (&portalocker__tables);
}

void
portalocker__fork_admit (void)
{
  os_mutex_lock (&portalocker__tables);
  deferrals--;
  os_cond_broadcast (&portalocker__tables_changed);
  os_mutex_unlock (&portalocker__tables);
}

static void
after_fork_in_parent (void)
{
  os_mutex_unlock (&portalocker__slots);
  os_mutex_unlock (&portalocker__tables);
}

/* The threads that waited, or held a mutex other than the one that
   before_fork took, are not in the child: those mutexes and the condition
   start anew.  To initialize them again is what the systems allow in
   practice; there is no standard way.  */
static void
after_fork_in_child (void)
{
  struct fork_member *member, *next;
  os_mutex_unlock (&portalocker__slots);
  portalocker__mutex_init (&installation);
  portalocker__cond_init (&portalocker__tables_changed);
  deferrals = 0;
  portalocker__owners_in_child ();
  portalocker__wait_in_child ();
  portalocker__watches_in_child ();
  for (member = members; member != NULL; member = next)
    {
      next = member->next;
      member->in_child (member->object);
    }
  os_mutex_unlock (&portalocker__tables);
}

static int
install (void)
{
  int error = 0;
  os_mutex_lock (&installation);
  if (! cond_is_made)
    {
      error = portalocker__cond_init (&portalocker__tables_changed);
      cond_is_made = error == 0;
    }
  if (error == 0 && ! is_installed)
    {
      error = calls.atfork (before_fork, after_fork_in_parent,
                            after_fork_in_child);
      os_atomic_store (&is_installed, error == 0);
    }
  os_mutex_unlock (&installation);
  return error;
}

int
portalocker__fork_prepare (void)
{
  return os_atomic_load (&is_installed) ? 0 : install ();
}

int
portalocker__fork_join (struct fork_member *member)
{
  int error = portalocker__fork_prepare ();
  if (error != 0)
    return error;
  os_mutex_lock (&portalocker__tables);
  member->next = members;
  member->link = &members;
  if (members != NULL)
    members->link = &member->next;
  members = member;
  os_mutex_unlock (&portalocker__tables);
  return 0;
}

void
portalocker__fork_leave (struct fork_member *member)
{
  os_mutex_lock (&portalocker__tables);
  *member->link = member->next;
  if (member->next != NULL)
    member->next->link = member->link;
  os_mutex_unlock (&portalocker__tables);
}

/* What nobody else gives who opens such a file.  */
#define BLANK_MARK (O_APPEND | O_NONBLOCK)

static int
open_blank (void)
{
  int others = O_CLOEXEC | BLANK_MARK;
  int blank = calls.open ("/dev/null", O_RDWR | others, 0);
  return blank >= 0 ? blank : calls.open ("/", O_RDONLY | others, 0);
}

bool
portalocker__fork_is_blank (os_file fd)
{
  struct file_id id;
  int flags = calls.fcntl_int (fd, F_GETFL, 0);
  return flags >= 0 && (flags & BLANK_MARK) == BLANK_MARK
         && portalocker__id_of_fd (fd, &id) == 0
         && (portalocker__is_named (id, "/dev/null")
             || portalocker__is_named (id, "/"));
}

void
portalocker__fork_blank (os_file fd)
{
  int blank = open_blank ();
  if (blank < 0 && (errno == EMFILE || errno == ENFILE))
    {
      /* Make room; the child has one thread, so the number stays free.  */
      calls.close (fd);
      blank = open_blank ();
      if (blank < 0)
        return;
    }
  if (blank < 0 || (blank != fd && calls.dup2 (blank, fd) < 0))
    calls.close (fd);
  else if (blank != fd || O_CLOEXEC == 0)
    calls.fcntl_int (fd, F_SETFD, FD_CLOEXEC);
  if (blank >= 0 && blank != fd)
    calls.close (blank);
}
