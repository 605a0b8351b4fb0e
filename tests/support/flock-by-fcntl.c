/* flock-by-fcntl.c - a flock like that of systems which make it of fcntl.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   To be preloaded.  Such locks belong to the process: two opens of a file in
   one process do not exclude each other, though other processes are kept
   out.  configure has to notice.  It is linked with no library, so that
   programs of every C library can load it.  */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int
flock (int fd, int operation)
{
  struct flock range;

  memset (&range, 0, sizeof range);
  range.l_whence = SEEK_SET;
  switch (operation & ~LOCK_NB)
    {
    case LOCK_SH:
      range.l_type = F_RDLCK;
      break;
    case LOCK_EX:
      range.l_type = F_WRLCK;
      break;
    default:
      range.l_type = F_UNLCK;
    }
  if (fcntl (fd, (operation & LOCK_NB) != 0 ? F_SETLK : F_SETLKW, &range) == 0)
    return 0;
  if (errno == EACCES || errno == EAGAIN)
    errno = EWOULDBLOCK;
  return -1;
}
