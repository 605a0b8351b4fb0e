/* raw.c - the primitives behind the backends, called plainly.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "raw.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Define the functions and the table entry of the primitive behind
   BACKEND, from the three calls that it consists of.  */
#define PRIMITIVE(backend, try_call, wait_call, unlock_call)            \
  static int                                                            \
  backend##_try (int fd)                                                \
  {                                                                     \
    return try_call;                                                    \
  }                                                                     \
  static int                                                            \
  backend##_wait (int fd)                                               \
  {                                                                     \
    return wait_call;                                                   \
  }                                                                     \
  static int                                                            \
  backend##_unlock (int fd)                                             \
  {                                                                     \
    return unlock_call;                                                 \
  }                                                                     \
  static int                                                            \
  backend##_pairs (int fd, unsigned int rounds)                         \
  {                                                                     \
    for (; rounds > 0; rounds--)                                        \
      if ((try_call) != 0 || (unlock_call) != 0)                        \
        return -1;                                                      \
    return 0;                                                           \
  }                                                                     \
  static const struct raw_primitive backend##_primitive =               \
  {                                                                     \
    #backend, "raw " #backend, backend##_try, backend##_wait,           \
    backend##_unlock, backend##_pairs                                   \
  };

/* One fcntl call on the whole file.  */
static inline int
whole_file (int fd, int command, short int type)
{
  struct flock whole;

  memset (&whole, 0, sizeof whole);
  whole.l_type = type;
  whole.l_whence = SEEK_SET;
  return fcntl (fd, command, &whole);
}

#ifdef PORTALOCKER_BACKEND_FLOCK
# include <sys/file.h>
PRIMITIVE (flock, flock (fd, LOCK_EX | LOCK_NB), flock (fd, LOCK_EX),
           flock (fd, LOCK_UN))
#endif

#ifdef PORTALOCKER_BACKEND_OFD
PRIMITIVE (ofd, whole_file (fd, F_OFD_SETLK, F_WRLCK),
           whole_file (fd, F_OFD_SETLKW, F_WRLCK),
           whole_file (fd, F_OFD_SETLK, F_UNLCK))
#endif

#ifdef PORTALOCKER_BACKEND_FCNTL
PRIMITIVE (fcntl, whole_file (fd, F_SETLK, F_WRLCK),
           whole_file (fd, F_SETLKW, F_WRLCK),
           whole_file (fd, F_SETLK, F_UNLCK))
#endif

#ifdef PORTALOCKER_BACKEND_LOCKF
PRIMITIVE (lockf, lockf (fd, F_TLOCK, 0), lockf (fd, F_LOCK, 0),
           lockf (fd, F_ULOCK, 0))
#endif

static const struct raw_primitive *const primitives[] =
{
#ifdef PORTALOCKER_BACKEND_FLOCK
  &flock_primitive,
#endif
#ifdef PORTALOCKER_BACKEND_OFD
  &ofd_primitive,
#endif
#ifdef PORTALOCKER_BACKEND_FCNTL
  &fcntl_primitive,
#endif
#ifdef PORTALOCKER_BACKEND_LOCKF
  &lockf_primitive,
#endif
  NULL
};

const struct raw_primitive *
raw_of_backend (const char *backend)
{
  const struct raw_primitive *const *entry = primitives;

  while (*entry != NULL && strcmp ((*entry)->backend, backend) != 0)
    entry++;
  return *entry;
}
