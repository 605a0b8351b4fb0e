/* wait-poll.h - file systems on which nothing can wake a waiter.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Some network and FUSE file systems answer a lock call that is to wait by an
   error, though they grant or refuse one that only tries.  */

#ifndef PORTALOCKER_WAIT_POLL_H
#define PORTALOCKER_WAIT_POLL_H

#include "backend.h"

/* Remember, or tell, that this is so for BACKEND on the file system of the
   file that is open as FD.  Only the last few are remembered.  */
void portalocker__remember_silent (os_file fd,
                                   const struct portalocker__backend *backend);
bool portalocker__is_silent (os_file fd,
                             const struct portalocker__backend *backend);

#endif /* PORTALOCKER_WAIT_POLL_H */
