/* open.h - opening a file that is to be locked.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_OPEN_H
#define PORTALOCKER_OPEN_H

#include <fcntl.h>

#include "owners.h"

/* A mode string, understood.  */
struct open_mode
{
  int access;                   /* O_RDONLY, O_WRONLY or O_RDWR, | O_APPEND */
  bool creates;
  bool must_create;
  bool truncates;
  char text[8];                 /* as the caller wrote it */
  const char *stream;           /* what fdopen wants to see */
};

/* Understand TEXT.  Return false if it is no mode.  */
bool portalocker__parse_mode (const char *text, struct open_mode *mode);

/* Record that TEXT, which may be NULL, is no mode.  */
int portalocker__fail_mode (struct failure *failure, const char *text);

static inline bool
mode_can_write (const struct open_mode *mode)
{
  return (mode->access & O_ACCMODE) != O_RDONLY;
}

/* How to open a file.  */
struct open_how
{
  const struct open_mode *mode;
  const struct portalocker__backend *backend; /* which is to lock it ... */
  bool exclusive;               /* ... in this way */
  bool create;
  bool no_follow;
  bool inherit;                 /* leave it open at exec */
  bool pass_over_fork;          /* the child of a later fork is to have the
                                   lock too */
  bool reopens;                 /* it was there a moment ago */
  bool give_away;               /* the caller of the library closes it */
  mode_t creation_mode;
};

/* A file that had to be created, and was: when it is opened anew it has to be
   the same.  */
struct creation
{
  bool done;
  struct file_id id;
};

/* Open PATH into *FILE, which is not open: it neither hangs on a FIFO nor
   gets a standard descriptor's number, and no child has a copy.  FILE->fd is -1
   after a failure.  *CREATION begins as zero, and serves all attempts of one
   acquire.  Return PORTALOCKER_OK or the code of FAILURE.  */
int portalocker__open_file (const char *path, const struct open_how *how,
                            struct creation *creation, struct lock_file *file,
                            struct failure *failure);

/* Open the directory PATH for reading into *FILE, which is not open, for a
   portalocker__owners_close soon: that keeps the locks of the process on it.
   Return 0 or an error number.  */
int portalocker__open_directory (const char *path, struct lock_file *file);

/* Return PORTALOCKER_OK if PATH (itself, if FOLLOW is false and it is a
   symbolic link) is the file ID, else PORTALOCKER_PATH_LOST, or
   PORTALOCKER_CANNOT_OPEN if that cannot be seen.  */
int portalocker__confirm_path (const char *path, bool follow,
                               struct file_id id, struct failure *failure);

#endif /* PORTALOCKER_OPEN_H */
