/* atomic.h - what several threads or processes count and look at.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   All of them see what happens in one order.  Numbers are of type int; what
   is only loaded and stored may be a pointer.  */

#ifndef ATOMIC_H
#define ATOMIC_H

#include "../../lib/os-atomic.h"

#if defined __ATOMIC_SEQ_CST

# define atomic_get(place) __atomic_load_n (place, __ATOMIC_SEQ_CST)
# define atomic_set(place, value) \
   __atomic_store_n (place, value, __ATOMIC_SEQ_CST)
# define atomic_swap(number, value) \
   __atomic_exchange_n (number, value, __ATOMIC_SEQ_CST)
# define atomic_add(number, more) \
   __atomic_add_fetch (number, more, __ATOMIC_SEQ_CST)

#else

# define atomic_get(place) (*(volatile __typeof__ (*(place)) *) (place))
# define atomic_set(place, value) \
   ((void) (*(volatile __typeof__ (*(place)) *) (place) = (value)))
# define atomic_swap os_atomic_exchange

/* Add MORE to NUMBER; return the sum.  */
static inline int
atomic_add (int *number, int more)
{
  int before;

  do
    before = os_atomic_load (number);
  while (! os_atomic_change (number, before, before + more));
  return before + more;
}

#endif

#endif /* ATOMIC_H */
