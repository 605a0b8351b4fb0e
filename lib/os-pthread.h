/* os-pthread.h - POSIX threads, for os-posix.h.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_OS_PTHREAD_H
#define PORTALOCKER_OS_PTHREAD_H

#include <pthread.h>

typedef pthread_mutex_t os_mutex;
typedef pthread_cond_t os_cond;
typedef pthread_t os_thread;
typedef pthread_key_t os_key;

#define OS_MUTEX_INITIALIZER PTHREAD_MUTEX_INITIALIZER

/* The stack of a thread of ours: it only makes system calls, but the C library
   keeps the thread-local variables of the whole program there too.  */
enum { OS_STACK_SIZE = 128 * 1024 };

static inline void
os_mutex_lock (os_mutex *mutex)
{
  pthread_mutex_lock (mutex);
}

static inline void
os_mutex_unlock (os_mutex *mutex)
{
  pthread_mutex_unlock (mutex);
}

static inline void
os_mutex_destroy (os_mutex *mutex)
{
  pthread_mutex_destroy (mutex);
}

static inline void
os_cond_broadcast (os_cond *cond)
{
  pthread_cond_broadcast (cond);
}

static inline void
os_cond_destroy (os_cond *cond)
{
  pthread_cond_destroy (cond);
}

/* Only Windows has something to prepare.  */
static inline void
os_key_prepare (void)
{
}

static inline void *
os_key_get (const os_key *key)
{
  return pthread_getspecific (*key);
}

static inline void
os_thread_join (os_thread thread)
{
  pthread_join (thread, NULL);
}

static inline void
os_thread_detach (os_thread thread)
{
  pthread_detach (thread);
}

#endif /* PORTALOCKER_OS_PTHREAD_H */
