/* held.c - which thread of this process holds which lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "held.h"

#include <stddef.h>

#include "fork.h"

static struct held *all;

/* Each thread has its number as its value.  */
static os_slot slot;
static uintptr_t threads;       /* so many have one */

uintptr_t
portalocker__held_thread (void)
{
  uintptr_t number = (uintptr_t) portalocker__slot_get (&slot);
  if (number != 0)
    return number;
  os_mutex_lock (&portalocker__tables);
  number = ++threads;
  os_mutex_unlock (&portalocker__tables);
  return portalocker__slot_set (&slot, (void *) number) == 0 ? number : 0;
}

static bool
is_own (const struct held *held)
{
  return held->thread != 0
         && held->thread == (uintptr_t) portalocker__slot_peek (&slot);
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
