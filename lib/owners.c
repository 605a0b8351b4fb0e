/* owners.c - locks that belong to the process made to belong to objects.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "owners.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "fair.h"
#include "fork.h"
#include "portalocker.h"
#include "upgrade.h"

/* An open file that is to be closed.  */
struct handle
{
  os_file fd;
  int lent;
  int wanted;
  int flags;
  bool regular;
  bool passed_on;
  FILE *stream;
  const char *stream_mode;
};

/* A thread that waits for another object of this process to let go of the
   file, on the stack of that thread.  */
struct sleeper
{
  struct sleeper *next;
  os_event *event;              /* set when the record has changed */
};

struct parked
{
  struct parked *next;
  struct handle handle;
};

/* The record of one file.  All of it is guarded by portalocker__tables.  */
struct owner
{
  struct owner *next;
  struct file_id id;
  unsigned int users;           /* threads in portalocker__owners_lock, and
                                   holders: the record lives while there are
                                   any, or descriptors are parked */
  unsigned int holders;         /* objects that hold the lock; the kernel has
                                   it exactly when there are any */
  bool exclusive;               /* the kernel's lock, when there is one */
  unsigned int foreigners;      /* descriptors of the caller that wait in the
                                   kernel: for objects the lock is taken */
  bool claimed;                 /* one thread is asking the kernel */
  bool claim_waits;             /* ... and was refused */
  bool at_gate;                 /* one reader is on the way through the gate
                                   of fair.h */
  unsigned int writers;         /* that wait in turn, here or in the kernel:
                                   readers go to the gate when there are
                                   none */
  bool upgrading;               /* one of the holders wants to be alone */
  const struct lock_file *leaving; /* the last holder's, from its unlock to the
                                   end of its close; else NULL */
  struct parked *parked;
  struct sleeper *sleepers;
};

/* A close that is going on outside of the mutex, on the stack of the thread
   that does it.  Nobody may lock that file meanwhile.  */
struct closing
{
  struct closing *next;
  struct file_id id;
  bool passed_on;               /* one of those that are closed */
};

/* A lock call for a descriptor of the caller that is going on outside of the
   mutex, on the stack of the thread that makes it.  The kernel would give the
   same lock to an object, as the process is one owner: so no object may ask for
   that file meanwhile.  */
struct foreign_call
{
  struct foreign_call *next;
  bool anywhere;                /* ID is not known: no object was there */
  struct file_id id;
};

/* Guarded by portalocker__tables.  */
static struct owner *owners;
static struct owner *stale_owners; /* of the parent, to be freed */
static struct closing *closings;
static struct foreign_call *foreign_calls;


/* ---- The table.  All these need portalocker__tables.  */

static struct owner *
find_owner (struct file_id id)
{
  struct owner *owner = owners;
  while (owner != NULL && ! file_id_equal (owner->id, id))
    owner = owner->next;
  return owner;
}

static void
free_stale (void)
{
  while (stale_owners != NULL)
    {
      struct owner *owner = stale_owners;
      stale_owners = owner->next;
      while (owner->parked != NULL)
        {
          struct parked *parked = owner->parked;
          owner->parked = parked->next;
          free (parked);
        }
      free (owner);
    }
}

bool
portalocker__owners_exist (void)
{
  return owners != NULL;
}

/* The record of the file ID, made if there is none; NULL without memory.
   The caller is one of its users.  */
static struct owner *
join_owner (struct file_id id)
{
  struct owner *owner = find_owner (id);
  free_stale ();
  if (owner == NULL)
    {
      owner = calls.calloc (1, sizeof *owner);
      if (owner == NULL)
        return NULL;
      owner->id = id;
      owner->next = owners;
      owners = owner;
    }
  owner->users++;
  return owner;
}

/* Free OWNER if nobody needs it.  */
static void
forget_owner (struct owner *owner)
{
  struct owner **link = &owners;
  if (owner->users > 0 || owner->parked != NULL || owner->leaving != NULL)
    return;
  while (*link != owner)
    link = &(*link)->next;
  *link = owner->next;
  free (owner);
}

/* Something has changed for those who wait for OWNER.  */
static void
announce (struct owner *owner)
{
  struct sleeper *sleeper;
  os_cond_broadcast (&portalocker__tables_changed);
  for (sleeper = owner->sleepers; sleeper != NULL; sleeper = sleeper->next)
    portalocker__event_set (sleeper->event);
}

/* Whether an object holds the lock, or will as soon as the kernel gives it.  */
static bool
is_an_objects (const struct owner *owner)
{
  return owner->holders > 0 || owner->claimed;
}

/* Whether the lock is taken for an object that comes.  */
static bool
is_taken (const struct owner *owner)
{
  return is_an_objects (owner) || owner->foreigners > 0;
}

/* Whether a close of the file would drop a lock now, or could.  */
static bool
is_live (const struct owner *owner)
{
  return is_taken (owner) || owner->at_gate;
}

static bool
is_being_closed (struct file_id id)
{
  const struct closing *closing = closings;
  while (closing != NULL && ! file_id_equal (closing->id, id))
    closing = closing->next;
  return closing != NULL;
}

static void
end_closing (struct closing *closing)
{
  struct closing **link = &closings;
  struct owner *owner = find_owner (closing->id);
  while (*link != closing)
    link = &(*link)->next;
  *link = closing->next;
  if (owner != NULL)
    announce (owner);
  else
    os_cond_broadcast (&portalocker__tables_changed);
}


/* ---- Closing.  */

static int
close_handle (struct handle handle, struct failure *failure)
{
  int code = PORTALOCKER_OK;
  if (handle.stream == NULL)
    os_close_lent (handle.lent);
  else if (calls.fclose (handle.stream) != 0)
    code = portalocker__fail (failure, PORTALOCKER_CANNOT_WRITE, "fclose",
                              errno);
  if (handle.stream != NULL && OS_FILES_ARE_DESCRIPTORS)
    return code;
  if (calls.close (handle.fd) != 0 && errno != EINTR
      && code == PORTALOCKER_OK)
    code = portalocker__fail (failure, PORTALOCKER_CANNOT_WRITE, "close",
                              errno);
  return code;
}

static void
close_parked (struct parked *parked)
{
  while (parked != NULL)
    {
      struct parked *next = parked->next;
      close_handle (parked->handle, NULL);
      free (parked);
      parked = next;
    }
}

/* Put HANDLE into OWNER, in the memory SPARE or new one.  Without memory
   the descriptor stays open for good: to close it would lose a lock.  */
static void
park (struct owner *owner, struct handle handle, struct parked *spare)
{
  struct parked *parked
    = spare != NULL ? spare : calls.calloc (1, sizeof *parked);
  /* A buffer that the caller gave to the stream may go before it.  */
  if (handle.stream != NULL)
    setvbuf (handle.stream, NULL, _IONBF, 0);
  if (parked == NULL)
    return;
  parked->handle = handle;
  parked->next = owner->parked;
  owner->parked = parked;
}

/* Close HANDLE and PARKED, with portalocker__tables held now and afterwards
   but not meanwhile.  */
static int
close_outside (struct file_id id, const struct handle *handle,
               struct parked *parked, struct failure *failure)
{
  struct closing closing = { .next = closings, .id = id };
  const struct parked *each;
  int code = PORTALOCKER_OK;
  closing.passed_on = handle != NULL && handle->passed_on;
  for (each = parked; each != NULL; each = each->next)
    closing.passed_on |= each->handle.passed_on;
  closings = &closing;
  os_mutex_unlock (&portalocker__tables);
  if (handle != NULL)
    code = close_handle (*handle, failure);
  close_parked (parked);
  os_mutex_lock (&portalocker__tables);
  end_closing (&closing);
  return code;
}

/* Close what is parked in OWNER if no lock is in danger (KEEPS says that a
   descriptor of the caller has just got one), and forget OWNER if it is not
   needed any more.  */
static void
settle_beside (struct owner *owner, bool keeps)
{
  if (! keeps && ! is_live (owner))
    {
      struct parked *parked = owner->parked;
      owner->parked = NULL;
      owner->users++;
      if (parked != NULL)
        close_outside (owner->id, NULL, parked, NULL);
      owner->users--;
    }
  announce (owner);
  forget_owner (owner);
}

static void
settle (struct owner *owner)
{
  settle_beside (owner, false);
}

static struct handle
take_handle (struct lock_file *file)
{
  struct handle handle
    = { file->fd, file->lent, file->wanted, file->flags, file->regular,
        file->passed_on, file->stream, file->stream_mode };
  portalocker__held_remove (&file->held);
  file->fd = -1;
  file->lent = -1;
  file->published = false;
  file->stream = NULL;
  return handle;
}

int
portalocker__owners_close (struct lock_file *file, struct failure *failure)
{
  struct handle handle;
  struct parked *spare = file->spare;
  struct owner *owner;
  int code = PORTALOCKER_OK;
  os_mutex_lock (&portalocker__tables);
  handle = take_handle (file);
  file->spare = NULL;
  owner = find_owner (file->id);
  if (owner != NULL && is_live (owner))
    {
      park (owner, handle, spare);
      spare = NULL;
    }
  else
    code = close_outside (file->id, &handle, NULL, failure);
  if (file->owner != NULL)
    {
      owner = file->owner;
      file->owner = NULL;
      /* Another holder, who left before, may be closing its file still: the
         unlock of the last one is not over by that.  */
      if (owner->leaving == file)
        owner->leaving = NULL;
      owner->users--;
      settle (owner);
    }
  os_mutex_unlock (&portalocker__tables);
  free (spare);
  return code;
}

bool
portalocker__owners_reserve (struct lock_file *file)
{
  if (file->spare == NULL)
    file->spare = calls.calloc (1, sizeof *file->spare);
  return file->spare != NULL;
}


/* ---- Parked descriptors.  */

/* What was wanted counts: where less access was all that could be had, a
   descriptor opened anew would have no more, and be one more to park.  */
static bool
is_like (struct handle handle, int wanted, const char *stream_mode, bool alone)
{
  return handle.wanted == wanted && ! (alone && handle.passed_on)
         && (handle.stream == NULL
             || strcmp (handle.stream_mode, stream_mode) == 0);
}

/* Take a parked descriptor out of OWNER, see portalocker__owners_adopt.  */
static struct parked *
unpark (struct owner *owner, int wanted, const char *stream_mode, bool alone)
{
  struct parked **link, *parked;
  for (link = &owner->parked; *link != NULL; link = &(*link)->next)
    if (is_like ((*link)->handle, wanted, stream_mode, alone))
      {
        parked = *link;
        *link = parked->next;
        parked->next = NULL;
        return parked;
      }
  return NULL;
}

/* Bring HANDLE to the state of a file that was just opened.  */
static void
rewind_handle (struct handle handle)
{
  if (handle.stream != NULL)
    rewind (handle.stream);
  calls.lseek (handle.fd, 0, SEEK_SET);
}

bool
portalocker__owners_adopt (struct file_id id, int wanted,
                           const char *stream_mode, bool alone,
                           struct lock_file *file)
{
  struct parked *parked = NULL;
  struct owner *owner;
  os_mutex_lock (&portalocker__tables);
  owner = find_owner (id);
  if (owner != NULL)
    parked = unpark (owner, wanted, stream_mode, alone);
  if (parked != NULL)
    {
      file->fd = parked->handle.fd;
      file->lent = parked->handle.lent;
      file->wanted = wanted;
      file->flags = parked->handle.flags;
      file->regular = parked->handle.regular;
      file->stream = parked->handle.stream;
      file->stream_mode = parked->handle.stream_mode;
      file->id = id;
      file->published = true;
      free (file->spare);
      file->spare = parked;
      forget_owner (owner);
    }
  os_mutex_unlock (&portalocker__tables);
  if (parked != NULL)
    rewind_handle (parked->handle);
  return parked != NULL;
}

bool
portalocker__owners_use (struct file_id id)
{
  struct owner *owner;
  bool live;
  os_mutex_lock (&portalocker__tables);
  owner = find_owner (id);
  live = owner != NULL && is_live (owner);
  os_mutex_unlock (&portalocker__tables);
  return live;
}


/* ---- Locking.  */

/* An object of this process is in the way, which HOLDS the lock or waits for
   that of another one.  */
static int
refuse_inside (bool holds, const struct lock_wait *wait,
               struct failure *failure)
{
  portalocker__fail (failure, PORTALOCKER_BUSY, NULL, 0);
  if (failure != NULL && holds)
    {
      failure->holder = portalocker__process ();
      failure->holder_known = true;
    }
  return portalocker__give_up (wait, failure);
}

static bool
has_foreign_call (struct file_id id)
{
  const struct foreign_call *call = foreign_calls;
  while (call != NULL && ! call->anywhere && ! file_id_equal (call->id, id))
    call = call->next;
  return call != NULL;
}

/* Whether an object is about to leave OWNER, or only tries to get it.  */
static bool
is_brief (const struct owner *owner)
{
  return owner->leaving != NULL || is_being_closed (owner->id)
         || (owner->claimed && ! owner->claim_waits);
}

/* Whether to wait for something that goes by soon, whatever the
   deadline.  */
static bool
is_in_passing (const struct owner *owner)
{
  return is_brief (owner)
         || (! is_taken (owner) && has_foreign_call (owner->id));
}

/* Sleep until OWNER changes, or WAIT is over.  */
static enum wait_end
sleep_on (struct owner *owner, struct lock_wait *wait)
{
  struct sleeper sleeper = { .next = owner->sleepers, .event = &wait->event };
  struct sleeper **link = &owner->sleepers;
  enum wait_end end = portalocker__wait_enter (wait, NULL);
  if (end != WAIT_BEGUN)
    return end;
  owner->sleepers = &sleeper;
  os_mutex_unlock (&portalocker__tables);
  end = portalocker__wait_sleep (wait, PORTALOCKER__NEVER);
  os_mutex_lock (&portalocker__tables);
  while (*link != &sleeper)
    link = &(*link)->next;
  *link = sleeper.next;
  portalocker__wait_leave (wait);
  return end;
}

/* Wait for OWNER to change.  Return PORTALOCKER_OK to look at it again, else
   the code to fail with.  */
static int
wait_for_change (struct owner *owner, struct lock_wait *wait,
                 struct failure *failure)
{
  if (! portalocker__may_wait (wait))
    return refuse_inside (owner->holders > 0, wait, failure);
  if (portalocker__is_hopeless (wait, owner->id))
    return portalocker__fail_deadlock (failure);
  if (! wait->has_begun)
    {
      os_mutex_unlock (&portalocker__tables);
      portalocker__begin_wait (wait);
      os_mutex_lock (&portalocker__tables);
      return PORTALOCKER_OK;
    }
  switch (sleep_on (owner, wait))
    {
    case WAIT_CANCELLED:
      return portalocker__fail (failure, PORTALOCKER_CANCELLED, NULL, 0);
    case WAIT_IMPOSSIBLE:
      return portalocker__fail_event (failure);
    default:
      return PORTALOCKER_OK;
    }
}

/* Whether WAIT is that of a writer who takes turns.  */
static bool
is_writer_in_turn (const struct lock_wait *wait)
{
  return wait->fair && wait->exclusive
         && wait->deadline != PORTALOCKER__AT_ONCE;
}

/* Whether WAIT may join the holders of OWNER.  */
static bool
may_share (const struct owner *owner, const struct lock_wait *wait)
{
  return ! wait->exclusive && owner->holders > 0 && ! owner->exclusive
         && ! owner->claimed && ! owner->upgrading;
}

/* Wait until it is the turn of this thread: either it shares the lock then,
   which is held, or *CLAIMED says that it is the one to ask the kernel.  */
static int
wait_for_turn (struct owner *owner, struct lock_wait *wait, bool *claimed,
               struct failure *failure)
{
  int code = PORTALOCKER_OK;
  while (code == PORTALOCKER_OK)
    if (is_in_passing (owner))
      portalocker__cond_wait (&portalocker__tables_changed,
                              &portalocker__tables, PORTALOCKER__NEVER);
    /* The gate belongs to the process: a writer would take it from the reader
       who keeps it.  */
    else if (! is_taken (owner)
             && ! (owner->at_gate && is_writer_in_turn (wait)))
      {
        owner->claimed = *claimed = true;
        break;
      }
    else if (may_share (owner, wait))
      {
        owner->holders++;
        break;
      }
    else
      code = wait_for_change (owner, wait, failure);
  return code;
}

static void
set_claim_waits (struct owner *owner)
{
  os_mutex_lock (&portalocker__tables);
  owner->claim_waits = true;
  announce (owner);
  os_mutex_unlock (&portalocker__tables);
}

/* Ask the kernel, as the one thread that may.  */
static int
ask_kernel (struct owner *owner, os_file fd, struct lock_wait *wait,
            struct failure *failure)
{
  int code = portalocker__wait_try (wait, fd, failure);
  if (code != PORTALOCKER_BUSY)
    return code;
  if (! portalocker__may_wait (wait))
    return portalocker__refuse (wait, fd, failure);
  set_claim_waits (owner);
  portalocker__begin_wait (wait);
  return portalocker__wait_on (wait, fd, failure);
}

/* The kernel has answered CODE to the one who claimed OWNER.  */
static void
end_claim (struct owner *owner, struct lock_wait *wait, int code)
{
  owner->claimed = owner->claim_waits = wait->claims = false;
  if (code == PORTALOCKER_OK)
    {
      owner->holders = 1;
      owner->exclusive = wait->exclusive;
    }
}

/* The turn of WAIT, a writer's or not, is over.  */
static void
end_turn (struct owner *owner, const struct lock_wait *wait)
{
  owner->writers -= is_writer_in_turn (wait);
  announce (owner);
}

/* The two parts of a lock that this thread is to get, from here or from the
   kernel.  */
static int
lock_in_turn (struct owner *owner, os_file fd, struct lock_wait *wait,
              struct failure *failure)
{
  int code;
  owner->writers += is_writer_in_turn (wait);
  code = wait_for_turn (owner, wait, &wait->claims, failure);
  if (wait->claims)
    {
      os_mutex_unlock (&portalocker__tables);
      code = ask_kernel (owner, fd, wait, failure);
      os_mutex_lock (&portalocker__tables);
      end_claim (owner, wait, code);
    }
  end_turn (owner, wait);
  return code;
}

static bool
is_gate_busy (const struct owner *owner)
{
  return owner->at_gate || owner->writers > 0;
}

static void
leave_gate (struct owner *owner, os_file fd, struct lock_wait *wait)
{
  os_mutex_unlock (&portalocker__tables);
  portalocker__fair_leave_gate (wait, fd);
  os_mutex_lock (&portalocker__tables);
  owner->at_gate = wait->is_at_gate = false;
  announce (owner);
}

/* Go through the gate, one at a time, as it belongs to the process, and not
   while a writer of the process is on the way, who would lose it.  */
static int
enter_gate (struct owner *owner, os_file fd, struct lock_wait *wait,
            struct failure *failure)
{
  int code = PORTALOCKER_OK;
  while (code == PORTALOCKER_OK && is_gate_busy (owner))
    code = wait_for_change (owner, wait, failure);
  if (code != PORTALOCKER_OK)
    return code;
  owner->at_gate = wait->is_at_gate = true;
  os_mutex_unlock (&portalocker__tables);
  code = portalocker__fair_pass_gate (wait, fd, failure);
  os_mutex_lock (&portalocker__tables);
  if (code != PORTALOCKER_OK)
    leave_gate (owner, fd, wait);
  return code;
}

/* Lock the file of OWNER, which is open as FD.  */
static int
lock_as (struct owner *owner, os_file fd, struct lock_wait *wait,
         struct failure *failure)
{
  int code;
  /* The gate alone does not refuse who only tries, nor hold up a thread for
     which the writer behind it waits.  */
  if (! wait->fair || wait->exclusive
      || (is_gate_busy (owner)
          && (wait->deadline == PORTALOCKER__AT_ONCE
              || portalocker__held_shared (owner->id, wait->backend))))
    return lock_in_turn (owner, fd, wait, failure);
  code = enter_gate (owner, fd, wait, failure);
  if (code != PORTALOCKER_OK)
    return code;
  code = lock_in_turn (owner, fd, wait, failure);
  leave_gate (owner, fd, wait);
  return code;
}

int
portalocker__owners_lock (struct lock_file *file, struct lock_wait *wait,
                          struct failure *failure)
{
  struct owner *owner;
  int code;
  os_mutex_lock (&portalocker__tables);
  owner = join_owner (file->id);
  if (owner == NULL)
    {
      os_mutex_unlock (&portalocker__tables);
      return portalocker__fail (failure, PORTALOCKER_NO_MEMORY, NULL, ENOMEM);
    }
  wait->owner = owner;
  code = lock_as (owner, file->fd, wait, failure);
  wait->owner = NULL;
  if (code == PORTALOCKER_OK)
    file->owner = owner;
  else
    {
      owner->users--;
      settle (owner);
    }
  os_mutex_unlock (&portalocker__tables);
  return code;
}

void
portalocker__owners_withdraw (struct lock_wait *wait, os_file fd)
{
  struct owner *owner = wait->owner;
  os_mutex_lock (&portalocker__tables);
  if (wait->claims)
    {
      end_claim (owner, wait, PORTALOCKER_CANCELLED);
      end_turn (owner, wait);
    }
  if (wait->is_at_gate)
    leave_gate (owner, fd, wait);
  owner->users--;
  settle (owner);
  os_mutex_unlock (&portalocker__tables);
}

int
portalocker__owners_unlock (struct lock_file *file,
                            const struct portalocker__backend *backend,
                            struct failure *failure)
{
  struct owner *owner = file->owner;
  bool was_last;
  os_mutex_lock (&portalocker__tables);
  owner->holders--;
  was_last = owner->holders == 0;
  if (was_last)
    owner->leaving = file;
  os_mutex_unlock (&portalocker__tables);
  return was_last ? portalocker__unlock (backend, file->fd, false, failure)
                  : PORTALOCKER_OK;
}

/* Wait until OWNER has one holder, who is to be upgraded, and may ask the
   kernel.  */
static int
wait_to_be_alone (struct owner *owner, struct lock_wait *wait,
                  struct failure *failure)
{
  int code = PORTALOCKER_OK;
  while (code == PORTALOCKER_OK
         && (owner->holders > 1 || owner->claimed
             || is_being_closed (owner->id)))
    code = wait_for_change (owner, wait, failure);
  return code;
}

/* What the kernel says to the one holder of OWNER.  */
static int
upgrade_in_kernel (struct owner *owner, os_file fd, struct lock_wait *wait,
                   struct failure *failure)
{
  int code;
  owner->claimed = true;
  os_mutex_unlock (&portalocker__tables);
  code = portalocker__upgrade_enter (wait, fd, failure);
  if (code == PORTALOCKER_OK)
    {
      code = ask_kernel (owner, fd, wait, failure);
      portalocker__upgrade_leave (wait, fd);
    }
  os_mutex_lock (&portalocker__tables);
  owner->claimed = owner->claim_waits = false;
  return code;
}

int
portalocker__owners_upgrade (struct lock_file *file, struct lock_wait *wait,
                             struct failure *failure)
{
  struct owner *owner = file->owner;
  int code;
  os_mutex_lock (&portalocker__tables);
  if (owner->upgrading && wait->deadline == PORTALOCKER__AT_ONCE)
    code = refuse_inside (true, wait, failure);
  else if (owner->upgrading)
    code = portalocker__upgrade_refuse (wait, failure);
  else
    {
      owner->upgrading = true;
      code = wait_to_be_alone (owner, wait, failure);
      if (code == PORTALOCKER_OK)
        code = upgrade_in_kernel (owner, file->fd, wait, failure);
      if (code == PORTALOCKER_OK)
        owner->exclusive = true;
      owner->upgrading = false;
      announce (owner);
    }
  os_mutex_unlock (&portalocker__tables);
  return code;
}

int
portalocker__owners_downgrade (struct lock_file *file, struct lock_wait *wait,
                               struct failure *failure)
{
  struct owner *owner = file->owner;
  int code;
  os_mutex_lock (&portalocker__tables);
  owner->claimed = true;
  os_mutex_unlock (&portalocker__tables);
  code = portalocker__wait_try (wait, file->fd, failure);
  os_mutex_lock (&portalocker__tables);
  owner->claimed = false;
  if (code == PORTALOCKER_OK)
    owner->exclusive = false;
  announce (owner);
  os_mutex_unlock (&portalocker__tables);
  return code;
}

os_file
portalocker__owners_detach (struct lock_file *file)
{
  struct owner *owner = file->owner;
  struct handle handle = { .fd = -1, .lent = -1 };
  os_mutex_lock (&portalocker__tables);
  if (owner == NULL)
    handle = take_handle (file);
  else if (owner->users == 1 && owner->parked == NULL)
    {
      handle = take_handle (file);
      file->owner = NULL;
      owner->users = 0;
      forget_owner (owner);
    }
  os_mutex_unlock (&portalocker__tables);
  os_close_lent (handle.lent);
  return handle.fd;
}

/* Wait until no close of the file ID is going on, nor the try of an object,
   which may be refused.  Return the record of the file, or NULL.  Needs
   portalocker__tables, and releases it meanwhile.  */
static const struct owner *
await_brief (struct file_id id)
{
  for (;;)
    {
      const struct owner *owner = find_owner (id);
      if (owner != NULL ? ! is_brief (owner) : ! is_being_closed (id))
        return owner;
      portalocker__cond_wait (&portalocker__tables_changed,
                              &portalocker__tables, PORTALOCKER__NEVER);
    }
}

os_file
portalocker__owners_separate (struct lock_file *file, bool inherit,
                              bool *is_in_use)
{
  const struct owner *owner;
  struct handle handle;
  os_file fd = -1;
  os_mutex_lock (&portalocker__tables);
  owner = await_brief (file->id);
  *is_in_use = owner != NULL && is_live (owner);
  if (! *is_in_use)
    fd = portalocker__dup_above_standard (file->fd, inherit);
  if (fd >= 0)
    {
      handle = take_handle (file);
      close_outside (file->id, &handle, NULL, NULL);
    }
  os_mutex_unlock (&portalocker__tables);
  return fd;
}


/* ---- Descriptors of the caller.  */

/* Begin CALL, for a descriptor that is FD.  Return false, and begin nothing, if
   an object of this process holds the file, which *HELD tells, or waits for it
   in the kernel; not before those who leave it are gone.  Where no object uses
   such locks, as in most programs, that costs no call.  */
static bool
begin_foreign_call (struct foreign_call *call, os_file fd, bool *held)
{
  const struct owner *owner = NULL;
  bool known = false;
  os_mutex_lock (&portalocker__tables);
  if (owners != NULL || closings != NULL)
    {
      os_mutex_unlock (&portalocker__tables);
      known = portalocker__id_of_fd (fd, &call->id) == 0;
      os_mutex_lock (&portalocker__tables);
    }
  if (known)
    owner = await_brief (call->id);
  if (owner != NULL && is_an_objects (owner))
    {
      *held = owner->holders > 0;
      os_mutex_unlock (&portalocker__tables);
      return false;
    }
  call->anywhere = ! known;
  call->next = foreign_calls;
  foreign_calls = call;
  os_mutex_unlock (&portalocker__tables);
  return true;
}

/* End CALL.  If it UNLOCKED the descriptor, close what was parked while that
   had the lock.  */
static void
end_foreign_call (struct foreign_call *call, bool unlocked)
{
  struct foreign_call **link = &foreign_calls;
  struct owner *owner = NULL;
  os_mutex_lock (&portalocker__tables);
  while (*link != call)
    link = &(*link)->next;
  *link = call->next;
  os_cond_broadcast (&portalocker__tables_changed);
  if (unlocked && ! call->anywhere)
    owner = find_owner (call->id);
  if (owner != NULL)
    settle (owner);
  os_mutex_unlock (&portalocker__tables);
}

/* The same for a descriptor: waiting would not help, as for the kernel both are
   one owner.  */
static int
refuse_foreign (bool holds, struct lock_wait *wait, struct failure *failure)
{
  wait->deadline = PORTALOCKER__AT_ONCE;
  return refuse_inside (holds, wait, failure);
}

/* Wait in the kernel for the file of OWNER, unless an object has it.  None may
   come by its lock meanwhile: the kernel would give both one lock, of the kind
   that was asked for last.  */
static int
wait_as_foreigner (struct owner *owner, os_file fd, struct lock_wait *wait,
                   struct failure *failure)
{
  int code;
  await_brief (owner->id);
  if (is_an_objects (owner))
    return refuse_foreign (owner->holders > 0, wait, failure);
  owner->foreigners++;
  announce (owner);
  os_mutex_unlock (&portalocker__tables);
  portalocker__begin_wait (wait);
  code = portalocker__wait_on (wait, fd, failure);
  os_mutex_lock (&portalocker__tables);
  owner->foreigners--;
  return code;
}

/* Wait for the lock of FD, the file ID, which was refused.  */
static int
wait_foreign (os_file fd, struct file_id id, struct lock_wait *wait,
              struct failure *failure)
{
  struct owner *owner;
  int code = PORTALOCKER_NO_MEMORY;
  os_mutex_lock (&portalocker__tables);
  owner = join_owner (id);
  if (owner != NULL)
    {
      code = wait_as_foreigner (owner, fd, wait, failure);
      owner->users--;
      settle_beside (owner, code == PORTALOCKER_OK);
    }
  os_mutex_unlock (&portalocker__tables);
  return owner != NULL
         ? code : portalocker__fail (failure, code, NULL, ENOMEM);
}

int
portalocker__owners_lock_foreign (os_file fd, struct lock_wait *wait,
                                  struct failure *failure)
{
  struct foreign_call call;
  int error, code;
  bool held;
  if (! begin_foreign_call (&call, fd, &held))
    return refuse_foreign (held, wait, failure);
  code = portalocker__wait_try (wait, fd, failure);
  end_foreign_call (&call, false);
  if (code != PORTALOCKER_BUSY)
    return code;
  if (! portalocker__may_wait (wait))
    return portalocker__refuse (wait, fd, failure);
  error = call.anywhere ? portalocker__id_of_fd (fd, &call.id) : 0;
  if (error != 0)
    return portalocker__fail (failure, PORTALOCKER_LOCK_FAILED, "fstat",
                              error);
  return wait_foreign (fd, call.id, wait, failure);
}

int
portalocker__owners_unlock_foreign (os_file fd,
                                    const struct portalocker__backend *backend,
                                    struct failure *failure)
{
  struct foreign_call call;
  int code;
  bool held;
  if (! begin_foreign_call (&call, fd, &held))
    return held ? PORTALOCKER_OK
           : portalocker__explain (failure, PORTALOCKER_BUSY,
                                   "an object of this process waits for the"
                                   " file");
  code = portalocker__unlock (backend, fd, true, failure);
  end_foreign_call (&call, true);
  return code;
}


/* ---- Fork.  */

bool
portalocker__owners_hold_up_fork (void)
{
  const struct closing *closing = closings;
  while (closing != NULL && ! closing->passed_on)
    closing = closing->next;
  return closing != NULL;
}

void
portalocker__owners_in_child (void)
{
  struct owner *owner, **end = &stale_owners;
  const struct parked *parked;
  closings = NULL;
  foreign_calls = NULL;
  for (owner = owners; owner != NULL; owner = owner->next)
    for (parked = owner->parked; parked != NULL; parked = parked->next)
      if (parked->handle.stream != NULL)
        portalocker__fork_blank (parked->handle.fd);
      else
        calls.close (parked->handle.fd);
  while (*end != NULL)
    end = &(*end)->next;
  *end = owners;
  owners = NULL;
}
