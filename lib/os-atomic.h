/* os-atomic.h - numbers that several threads and signal handlers see.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   What was written before such a number was stored is seen by whoever loads
   it.  No mutex could do it, since a signal handler may cancel a wait.

   GCC since 4.7 and clang have built-in functions for it, GCC since 4.1 has
   older ones.  A compiler without either is good enough on x86, where it only
   takes two instructions, and where those that are left (tcc, pcc) are
   used.  configure tries this file.  Tests use it too, also where config.h is
   not at hand.  */

#ifndef PORTALOCKER_OS_ATOMIC_H
#define PORTALOCKER_OS_ATOMIC_H

#include <stdbool.h>

#if defined __ATOMIC_ACQ_REL

static inline int
os_atomic_load (const int *number)
{
  return __atomic_load_n (number, __ATOMIC_ACQUIRE);
}

static inline void
os_atomic_store (int *number, int value)
{
  __atomic_store_n (number, value, __ATOMIC_RELEASE);
}

static inline int
os_atomic_exchange (int *number, int value)
{
  return __atomic_exchange_n (number, value, __ATOMIC_ACQ_REL);
}

/* Make NUMBER, if it is BEFORE, AFTER; return whether it was.  */
static inline bool
os_atomic_change (int *number, int before, int after)
{
  return __atomic_compare_exchange_n (number, &before, after, false,
                                      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

#else

# if defined __GCC_HAVE_SYNC_COMPARE_AND_SWAP_4

static inline bool
os_atomic_change (int *number, int before, int after)
{
  return __sync_bool_compare_and_swap (number, before, after);
}

#  define OS_ATOMIC_FENCE() __sync_synchronize ()

# elif defined __i386__ || defined __x86_64__

static inline bool
os_atomic_change (int *number, int before, int after)
{
  int found = before;
  __asm__ __volatile__ ("lock; cmpxchgl %2, %1"
                        : "+a" (found), "+m" (*number)
                        : "r" (after)
                        : "memory", "cc");
  return found == before;
}

/* This processor keeps the order of what matters here, if the compiler
   does.  */
#  define OS_ATOMIC_FENCE() __asm__ __volatile__ ("" : : : "memory")

# else
#  error this compiler has no atomic numbers for this processor
# endif

static inline int
os_atomic_load (const int *number)
{
  int value = *(const volatile int *) number;
  OS_ATOMIC_FENCE ();
  return value;
}

static inline void
os_atomic_store (int *number, int value)
{
  OS_ATOMIC_FENCE ();
  *(volatile int *) number = value;
}

static inline int
os_atomic_exchange (int *number, int value)
{
  int before;
  do
    before = *(const volatile int *) number;
  while (! os_atomic_change (number, before, value));
  return before;
}

#endif

#endif /* PORTALOCKER_OS_ATOMIC_H */
