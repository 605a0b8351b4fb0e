/* held.c - which thread of this process holds which lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "held.h"

#include <stddef.h>

#include "fork.h"

static struct held *all;

static bool
is_own (const struct held *held)
{
  return ! held->ended && os_thread_equal (held->thread, os_this_thread ());
}

/* The calling thread ends.  */
static void
end_thread (void *unused)
{
  struct held *held;
  (void) unused;
  os_mutex_lock (&portalocker__tables);
  for (held = all; held != NULL; held = held->next)
    held->ended |= is_own (held);
  os_mutex_unlock (&portalocker__tables);
}

/* Without a slot, or memory for one, a later thread with the same number may be
   told that it waits for itself.  */
void
portalocker__held_know_thread (void)
{
  static os_slot slot = { .destroy = end_thread };
  if (portalocker__slot_get (&slot) == NULL)
    portalocker__slot_set (&slot, &slot);
}

void
portalocker__held_add (struct held *held)
{
  held->next = all;
  held->link = &all;
  if (all != NULL)
    all->link = &held->next;
  all = held;
}

void
portalocker__held_remove (struct held *held)
{
  if (held->link == NULL)
    return;
  *held->link = held->next;
  if (held->next != NULL)
    held->next->link = held->link;
  held->link = NULL;
}

/* Locks of byte ranges exclude each other by whatever call they were
   taken.  */
bool
portalocker__same_locks (const struct portalocker__backend *a,
                         const struct portalocker__backend *b)
{
  return a == b || (backend_has (a, PORTALOCKER_FEATURE_RANGES)
                    && backend_has (b, PORTALOCKER_FEATURE_RANGES));
}

bool
portalocker__held_conflicts (struct file_id id,
                             const struct portalocker__backend *backend,
                             bool exclusive, const struct held *own)
{
  const struct held *held;
  for (held = all; held != NULL; held = held->next)
    if (held != own && ! held->movable && file_id_equal (held->id, id)
        && (exclusive || held->exclusive) && is_own (held)
        && portalocker__same_locks (held->backend, backend))
      return true;
  return false;
}

bool
portalocker__held_shared (struct file_id id,
                          const struct portalocker__backend *backend)
{
  const struct held *held;
  for (held = all; held != NULL; held = held->next)
    if (! held->exclusive && file_id_equal (held->id, id) && is_own (held)
        && portalocker__same_locks (held->backend, backend))
      return true;
  return false;
}

bool
portalocker__held_process_owned (void)
{
  const struct held *held;
  for (held = all; held != NULL; held = held->next)
    if (! backend_has (held->backend, PORTALOCKER_FEATURE_PER_OBJECT)
        && is_own (held))
      return true;
  return false;
}
