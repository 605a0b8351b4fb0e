/* cancel.c - ending the wait of another thread.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "cancel.h"

#include <stddef.h>

/* How long to sleep while another thread is between two instructions; a
   mere yield would keep a thread of lower priority from them.  */
#define MOMENT (PORTALOCKER__NS_PER_MS / 50)

static void
await_canceller (const struct cancellation *cancellation)
{
  while (os_atomic_load (&cancellation->state) == CANCEL_TELLING)
    portalocker__sleep (MOMENT, PORTALOCKER__NEVER);
}

void
portalocker__cancel_begin (struct cancellation *cancellation)
{
  os_atomic_store (&cancellation->state, CANCEL_RUNNING);
}

void
portalocker__cancel_end (struct cancellation *cancellation)
{
  os_atomic_store (&cancellation->state, CANCEL_IDLE);
}

bool
portalocker__cancel_enter (struct cancellation *cancellation,
                           bool (*interrupt) (void *waiter), void *waiter)
{
  if (cancellation == NULL)
    return true;
  cancellation->interrupt = interrupt;
  cancellation->waiter = waiter;
  return os_atomic_change (&cancellation->state, CANCEL_RUNNING,
                           interrupt != NULL ? CANCEL_WAITING : CANCEL_DEAF);
}

void
portalocker__cancel_leave (struct cancellation *cancellation)
{
  if (cancellation == NULL
      || os_atomic_change (&cancellation->state, CANCEL_DEAF, CANCEL_RUNNING)
      || os_atomic_change (&cancellation->state, CANCEL_WAITING,
                           CANCEL_RUNNING))
    return;
  await_canceller (cancellation);
}

bool
portalocker__cancel_tell (struct cancellation *cancellation)
{
  for (;;)
    {
      if (os_atomic_change (&cancellation->state, CANCEL_RUNNING, CANCEL_TOLD))
        return true;
      if (os_atomic_change (&cancellation->state, CANCEL_WAITING,
                            CANCEL_TELLING))
        {
          bool reached = cancellation->interrupt (cancellation->waiter);
          os_atomic_store (&cancellation->state,
                           reached ? CANCEL_TOLD : CANCEL_UNHEARD);
          return reached;
        }
      switch (os_atomic_load (&cancellation->state))
        {
        case CANCEL_DEAF:
        case CANCEL_UNHEARD:
          return false;
        case CANCEL_IDLE:
        case CANCEL_TELLING:
        case CANCEL_TOLD:
          return true;
        default:
          /* It has moved on meanwhile: look again.  */
          break;
        }
    }
}
