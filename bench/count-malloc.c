/* count-malloc.c - an allocator for one short program, which counts.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A program's own malloc takes the place of the C library's for all that
   runs in the process.  This one hands out pieces of a static arena and
   takes nothing back.  Where the tools that look for memory errors bring
   an allocator of their own, it stands aside.  */

#include <config.h>
#include "count-malloc.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
# define HAVE_OWN_ALLOCATOR 0
#elif defined __has_feature
# if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer) \
     || __has_feature (memory_sanitizer)
#  define HAVE_OWN_ALLOCATOR 0
# endif
#endif
#ifndef HAVE_OWN_ALLOCATOR
# define HAVE_OWN_ALLOCATOR 1
#endif

#if HAVE_OWN_ALLOCATOR

# define ARENA_SIZE ((size_t) 8 << 20)
# define UNIT ((size_t) 16)

/* Each piece has one UNIT before it, which holds its size.  */
static union
{
  char bytes[ARENA_SIZE];
  long double alignment;
} arena;

static size_t used;
static long int calls;

long int
count_malloc (void)
{
  return calls;
}

void *
malloc (size_t size)
{
  char *piece = arena.bytes + used;
  size_t whole;

  calls++;
  if (size > ARENA_SIZE || ARENA_SIZE - used < size + 2 * UNIT)
    {
      errno = ENOMEM;
      return NULL;
    }
  whole = UNIT + (size + UNIT - 1) / UNIT * UNIT;
  used += whole;
  memcpy (piece, &size, sizeof size);
  return piece + UNIT;
}

void
free (void *piece)
{
  (void) piece;
}

void *
calloc (size_t n, size_t size)
{
  /* The arena is empty memory, and no piece of it is given twice.  */
  bool fits = size == 0 || n <= ARENA_SIZE / size;
  return malloc (fits ? n * size : ARENA_SIZE + 1);
}

void *
realloc (void *piece, size_t size)
{
  void *copy = malloc (size);
  size_t old_size;

  if (copy != NULL && piece != NULL)
    {
      memcpy (&old_size, (char *) piece - UNIT, sizeof old_size);
      memcpy (copy, piece, old_size < size ? old_size : size);
    }
  return copy;
}

#else /* ! HAVE_OWN_ALLOCATOR */

long int
count_malloc (void)
{
  return -1;
}

#endif
