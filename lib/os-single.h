/* os-single.h - a library for programs with one thread, for os-posix.h.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Nobody else is there to be kept away.  */

#ifndef PORTALOCKER_OS_SINGLE_H
#define PORTALOCKER_OS_SINGLE_H

typedef struct { char unused; } os_mutex;
typedef struct { char unused; } os_cond;
typedef struct { void *value; } os_key;

#define OS_MUTEX_INITIALIZER { 0 }

static inline void
os_mutex_lock (os_mutex *mutex)
{
  (void) mutex;
}

static inline void
os_mutex_unlock (os_mutex *mutex)
{
  (void) mutex;
}

static inline void
os_mutex_destroy (os_mutex *mutex)
{
  (void) mutex;
}

static inline void
os_cond_broadcast (os_cond *cond)
{
  (void) cond;
}

static inline void
os_cond_destroy (os_cond *cond)
{
  (void) cond;
}

/* Only Windows has something to prepare.  */
static inline void
os_key_prepare (void)
{
}

static inline void *
os_key_get (const os_key *key)
{
  return key->value;
}

#endif /* PORTALOCKER_OS_SINGLE_H */
