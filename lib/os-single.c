/* os-single.c - for programs with one thread.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "os.h"

int
portalocker__mutex_init (os_mutex *mutex)
{
  (void) mutex;
  return 0;
}

int
portalocker__cond_init (os_cond *cond)
{
  (void) cond;
  return 0;
}

/* What is waited for can only be done by this thread.  */
bool
portalocker__cond_wait (os_cond *cond, os_mutex *mutex, int64_t deadline)
{
  (void) cond;
  (void) mutex;
  portalocker__sleep (PORTALOCKER__NS_PER_MS, deadline);
  return ! portalocker__has_passed (deadline);
}

/* The value lives as long as the process.  */
int
portalocker__key_create (os_key *key, void (*destroy) (void *value))
{
  (void) destroy;
  key->value = NULL;
  return 0;
}

int
portalocker__key_set (os_key *key, void *value)
{
  key->value = value;
  return 0;
}
