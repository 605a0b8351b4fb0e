/* exit-status.h - how the tool ends.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

/* The numbers of <sysexits.h>, which not every system has, and those of the
   shell for a command that did not run.  */
enum exit_status
{
  STATUS_DONE = 0,
  STATUS_USAGE = 64,            /* the arguments make no sense */
  STATUS_NO_INPUT = 66,         /* --no-create, and the target is missing */
  STATUS_UNSUPPORTED = 69,      /* the backend or file system cannot do it */
  STATUS_OS_ERROR = 71,         /* the system refused: fork, memory, ENOLCK */
  STATUS_CANNOT_CREATE = 73,    /* the target cannot be opened or created */
  STATUS_IO_ERROR = 74,         /* reading or writing failed */
  STATUS_LOCKED = 75,           /* somebody else holds the lock */
  STATUS_CANNOT_RUN = 126,      /* the command exists but does not run */
  STATUS_NOT_FOUND = 127,       /* there is no such command */
  STATUS_SIGNAL = 128,          /* and the signal's number */
  LAST_STATUS = 255             /* the largest that every system passes on */
};

#endif /* EXIT_STATUS_H */
