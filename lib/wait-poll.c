/* wait-poll.c - waiting by trying again, where nothing can wake us.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The time between two tries grows from a millisecond to the check interval
   of the wait, and is never quite the same, so that waiters who began
   together do not come back together.  */

#include <config.h>
#include "wait-poll.h"

#include <errno.h>
#include <stddef.h>

#include "fork.h"
#include "os.h"
#include "wait-method.h"

/* ---- File systems that do not wait.  */

enum { SILENT_LIMIT = 8 };

/* Guarded by portalocker__tables.  */
static struct
{
  os_device device;
  const struct portalocker__backend *backend;
} silent[SILENT_LIMIT];
static unsigned int silent_count; /* remembered so far, also the lost ones */

/* Whether the device is among them.  Needs portalocker__tables.  */
static bool
is_listed (os_device device, const struct portalocker__backend *backend)
{
  unsigned int i;
  for (i = 0; i < SILENT_LIMIT; i++)
    if (silent[i].backend == backend && silent[i].device == device)
      return true;
  return false;
}

void
portalocker__remember_silent (os_file fd,
                              const struct portalocker__backend *backend)
{
  struct file_id id;
  if (portalocker__id_of_fd (fd, &id) != 0)
    return;
  os_mutex_lock (&portalocker__tables);
  if (! is_listed (id.device, backend))
    {
      unsigned int place = silent_count++ % SILENT_LIMIT;
      silent[place].device = id.device;
      silent[place].backend = backend;
    }
  os_mutex_unlock (&portalocker__tables);
}

bool
portalocker__is_silent (os_file fd, const struct portalocker__backend *backend)
{
  struct file_id id;
  bool listed;
  os_mutex_lock (&portalocker__tables);
  listed = silent_count > 0;
  os_mutex_unlock (&portalocker__tables);
  if (! listed || portalocker__id_of_fd (fd, &id) != 0)
    return false;
  os_mutex_lock (&portalocker__tables);
  listed = is_listed (id.device, backend);
  os_mutex_unlock (&portalocker__tables);
  return listed;
}


/* ---- The method.  */

#define FIRST_PAUSE PORTALOCKER__NS_PER_MS

/* A pause of three quarters of LENGTH up to LENGTH, by chance.  The low bits
   of a clock are chance enough.  */
static int64_t
scatter (int64_t length)
{
  int64_t spread = length / 4;
  uint64_t chance = (uint64_t) portalocker__now ();
  chance = chance * UINT64_C (6364136223846793005) + 1442695040888963407;
  return spread == 0 ? length
         : length - (int64_t) ((chance >> 33) % (uint64_t) (spread + 1));
}

static int64_t
longer (int64_t pause, int64_t limit)
{
  return pause > limit / 2 ? limit : 2 * pause;
}

static bool
poll_works (void)
{
  return true;
}

/* Try until the lock is not busy, or WAIT is over.  */
static enum wait_end
try_until_over (struct lock_wait *wait, os_file fd, int *error)
{
  int64_t pause = longer (FIRST_PAUSE / 2, wait->check_interval);
  for (;; pause = longer (pause, wait->check_interval))
    {
      int64_t until = portalocker__time_in (scatter (pause));
      if (portalocker__wait_sleep (wait, until) == WAIT_CANCELLED)
        return WAIT_CANCELLED;
      if (! portalocker__may_wait (wait))
        return WAIT_TIMED_OUT;
      *error = portalocker__wait_call (wait, fd, false);
      if (! error_would_block (*error))
        return WAIT_TRIED;
    }
}

static enum wait_end
poll_wait (struct lock_wait *wait, os_file fd, int *error)
{
  enum wait_end end = portalocker__wait_enter (wait, NULL);
  if (end != WAIT_BEGUN)
    return end;
  end = try_until_over (wait, fd, error);
  portalocker__wait_leave (wait);
  return end;
}

const struct wait_method portalocker__wait_poll =
{
  .name = "poll",
  .works = poll_works,
  .wait = poll_wait
};
