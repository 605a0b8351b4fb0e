/* open.c - opening a file that is to be locked.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "calls.h"
#include "fork.h"
#include "portalocker.h"

/* How often a file may vanish between the look for it and its creation.  */
enum { CREATION_LIMIT = 1000 };


/* ---- Modes.  */

bool
portalocker__parse_mode (const char *text, struct open_mode *mode)
{
  static const char *const streams[][2]
    = { { "r", "r+" }, { "w", "w+" }, { "a", "a+" }, { "w", "w+" } };
  static const char letters[] = "rwax";
  const char *letter = text[0] == '\0' ? NULL : strchr (letters, text[0]);
  const char *rest;
  bool update;
  if (letter == NULL || strlen (text) >= sizeof mode->text)
    return false;
  for (rest = text + 1; *rest != '\0'; rest++)
    if (strchr ("+bt", *rest) == NULL || strchr (rest + 1, *rest) != NULL)
      return false;
  update = strchr (text, '+') != NULL;
  mode->access = update ? O_RDWR : *letter == 'r' ? O_RDONLY : O_WRONLY;
  if (*letter == 'a')
    mode->access |= O_APPEND;
  mode->creates = *letter != 'r';
  mode->must_create = *letter == 'x';
  mode->truncates = *letter == 'w';
  mode->stream = streams[letter - letters][update];
  strcpy (mode->text, text);
  return true;
}

int
portalocker__fail_mode (struct failure *failure, const char *text)
{
  return portalocker__explain (failure, PORTALOCKER_BAD_ARGUMENT,
                               "the mode \"%.40s\" is not r, w, a or x,"
                               " then +, b or t once each",
                               text != NULL ? text : "");
}


/* ---- One call of open.  */

/* The access that both the mode and the backend need.  */
static int
wanted_access (const struct open_how *how)
{
  int access = how->mode->access & O_ACCMODE;
  enum access_need need = how->exclusive ? how->backend->for_exclusive
                                         : how->backend->for_shared;
  if ((need == ACCESS_WRITE && access == O_RDONLY)
      || (need == ACCESS_READ && access == O_WRONLY))
    access = O_RDWR;
  return access | (how->mode->access & O_APPEND);
}

static int
other_flags (const struct open_how *how)
{
  int flags = O_NOCTTY | O_NONBLOCK;
  if (! how->inherit)
    flags |= O_CLOEXEC;
  if (how->no_follow)
    flags |= O_NOFOLLOW;
  if (! how->give_away)
    flags |= OS_FOR_LOCK;
  return flags;
}

static bool
is_regular (const char *path)
{
  os_stat status;
  return calls.stat (path, &status) == 0 && S_ISREG (status.st_mode);
}

/* Open PATH.  O_NONBLOCK keeps a FIFO from holding us up; of a regular file
   it only refuses to wait for the break of a lease, as Samba takes them:
   then open without it.  */
static os_file
open_once (const char *path, int flags, mode_t mode)
{
  os_file fd;
  do
    fd = calls.open (path, flags, mode);
  while (fd < 0 && errno == EINTR);
  if (fd < 0 && error_would_block (errno)
      && is_regular (path))
    do
      fd = calls.open (path, flags & ~O_NONBLOCK, mode);
    while (fd < 0 && errno == EINTR);
  return fd;
}

static bool
is_symbolic_link (const char *path)
{
  os_stat status;
  return calls.lstat (path, &status) == 0 && S_ISLNK (status.st_mode);
}

/* Open PATH, or create it if HOW says so.  O_CREAT is given only together
   with O_EXCL, when there is no such file: Linux refuses a mere O_CREAT of
   another user's file in a sticky directory, even to root
   (fs.protected_regular in proc(5)).  */
static os_file
open_or_create (const char *path, int flags, const struct open_how *how)
{
  os_file fd;
  int i;
  for (i = 0; i < CREATION_LIMIT; i++)
    {
      if (! how->mode->must_create)
        {
          fd = open_once (path, flags, 0);
          if (fd >= 0 || errno != ENOENT || ! how->create)
            return fd;
        }
      fd = open_once (path, flags | O_CREAT | O_EXCL, how->creation_mode);
      if (fd >= 0 || errno != EEXIST || how->mode->must_create)
        return fd;
      /* A link that points to no file: create what it points to.  */
      if (is_symbolic_link (path))
        {
          if (O_NOFOLLOW == 0 && how->no_follow)
            {
              errno = ELOOP;
              return -1;
            }
          fd = open_once (path, flags | O_CREAT, how->creation_mode);
          if (fd >= 0 || errno != ENOENT)
            return fd;
        }
    }
  errno = ENOENT;
  return -1;
}


/* ---- Standard descriptors.  */

/* Fill the numbers of closed standard descriptors with /dev/null, so that
   none of them is given to the next file.  Needed where a file once open
   must not be closed.  */
static void
plug_standard (os_file plugs[FIRST_FREE_FD])
{
  int i;
  for (i = 0; i < FIRST_FREE_FD; i++)
    {
      plugs[i] = calls.open ("/dev/null", O_RDWR | O_CLOEXEC, 0);
      if (plugs[i] >= FIRST_FREE_FD)
        {
          calls.close (plugs[i]);
          plugs[i] = -1;
        }
      if (plugs[i] < 0)
        break;
    }
  for (i++; i < FIRST_FREE_FD; i++)
    plugs[i] = -1;
}

static void
unplug_standard (const os_file plugs[FIRST_FREE_FD])
{
  int i;
  for (i = 0; i < FIRST_FREE_FD; i++)
    if (plugs[i] >= 0)
      calls.close (plugs[i]);
}

/* Give FILE a number that is no standard descriptor's.  */
static int
move_up (struct lock_file *file, bool inherit, struct failure *failure)
{
  struct lock_file low = { .fd = file->fd, .lent = -1, .id = file->id };
  if (file->fd >= FIRST_FREE_FD)
    return PORTALOCKER_OK;
  file->fd = portalocker__dup_above_standard (low.fd, inherit);
  if (file->fd < 0)
    {
      int error = errno;
      file->fd = low.fd;
      return portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN, "fcntl",
                                error);
    }
  portalocker__owners_close (&low, NULL);
  return PORTALOCKER_OK;
}


/* ---- Failures.  */

static const char *
kind_of_file (mode_t mode)
{
  return S_ISFIFO (mode) ? "is a FIFO" : S_ISSOCK (mode) ? "is a socket" : NULL;
}

/* A failure whose reason the error number does not tell.  */
static int
explain_open (const char *reason, int error, struct failure *failure)
{
  portalocker__explain (failure, PORTALOCKER_CANNOT_OPEN, "%s", reason);
  if (failure != NULL)
    {
      failure->call = "open";
      failure->system_error = portalocker__system_error (error);
    }
  return PORTALOCKER_CANNOT_OPEN;
}

static int
fail_open (const char *path, const struct open_how *how, int error,
           struct failure *failure)
{
  os_stat status;
  const char *kind = NULL;
  if (error_is_vanishing (error) || (how->reopens && error == ENOENT))
    return portalocker__fail (failure, PORTALOCKER_PATH_LOST, "open", error);
  if (error == EEXIST && how->mode->must_create)
    return portalocker__fail (failure, PORTALOCKER_EXISTS, "open", error);
  if (how->no_follow && is_symbolic_link (path))
    return explain_open ("is a symbolic link", error, failure);
  if (error == ENXIO && calls.stat (path, &status) == 0)
    kind = kind_of_file (status.st_mode);
  if (kind != NULL)
    return explain_open (kind, error, failure);
  return portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN, "open", error);
}


/* ---- The whole.  */

static void
take_identity (struct lock_file *file, const os_stat *status)
{
  file->id = file_id_of (status);
  file->regular = S_ISREG (status->st_mode);
}

/* Look at what was opened: is it a file to lock, and which?  */
static int
examine (const char *path, const struct open_how *how, struct lock_file *file,
         struct failure *failure)
{
  os_stat status;
  if (calls.fstat (file->fd, &status) != 0)
    {
      int error = errno;
      /* Its close must not drop the lock of another object.  */
      if (calls.stat (path, &status) == 0)
        take_identity (file, &status);
      return portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN, "fstat",
                                error);
    }
  take_identity (file, &status);
  if (kind_of_file (status.st_mode) != NULL)
    return explain_open (kind_of_file (status.st_mode), 0, failure);
  if (O_NOFOLLOW == 0 && how->no_follow && is_symbolic_link (path))
    return explain_open ("is a symbolic link", ELOOP, failure);
  if (! file->regular && ! S_ISDIR (status.st_mode)
      && calls.fcntl_int (file->fd, F_SETFL, file->flags & O_APPEND) != 0)
    return portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN, "fcntl",
                              errno);
  if (O_CLOEXEC == 0 && ! how->inherit
      && calls.fcntl_int (file->fd, F_SETFD, FD_CLOEXEC) != 0)
    return portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN, "fcntl",
                              errno);
  return move_up (file, how->inherit, failure);
}

static bool
may_do_with_less (int error)
{
  return error == EACCES || error == EPERM || error == EROFS
         || error == EISDIR || error == ETXTBSY;
}

static int
open_descriptor (const char *path, const struct open_how *how,
                 struct lock_file *file, struct failure *failure)
{
  int others = other_flags (how);
  os_file fd;
  int first_error;
  file->wanted = file->flags = wanted_access (how) | others;
  fd = open_or_create (path, file->flags, how);
  first_error = errno;
  if (fd < 0 && may_do_with_less (first_error)
      && (how->mode->access | others) != file->flags)
    {
      file->flags = how->mode->access | others;
      fd = open_or_create (path, file->flags, how);
      if (fd < 0)
        first_error = errno;
    }
  if (fd < 0)
    return fail_open (path, how, first_error, failure);
  file->fd = fd;
  return PORTALOCKER_OK;
}

/* Open PATH anew into FILE, which no fork looks at.  */
static int
open_new (const char *path, const struct open_how *how, struct lock_file *file,
          struct failure *failure)
{
  int code = open_descriptor (path, how, file, failure);
  if (code != PORTALOCKER_OK)
    return code;
  code = examine (path, how, file, failure);
  if (code != PORTALOCKER_OK)
    portalocker__owners_close (file, NULL);
  return code;
}

/* Where an object of the process may have a lock of the file that belongs to
   the process: take a parked descriptor rather than open one that could not be
   closed.  If the lock is to be PER_OBJECT, none whose open file somebody else
   has, or is to get.  */
static int
open_beside_owners (const char *path, const struct open_how *how,
                    bool per_object, struct lock_file *file,
                    struct failure *failure)
{
  int wanted = wanted_access (how) | other_flags (how);
  bool adopts = ! how->give_away && ! (per_object && how->inherit);
  os_file plugs[FIRST_FREE_FD];
  struct file_id id;
  int code;
  /* What is given away is never parked.  */
  if (! how->give_away && ! portalocker__owners_reserve (file))
    return portalocker__fail (failure, PORTALOCKER_NO_MEMORY, NULL, ENOMEM);
  if (how->mode->must_create
      || portalocker__id_of_path (path, ! how->no_follow, &id) != 0)
    return open_new (path, how, file, failure);
  if (adopts && portalocker__owners_adopt (id, wanted, how->mode->stream,
                                           per_object, file))
    return PORTALOCKER_OK;
  if (! portalocker__owners_use (id))
    return open_new (path, how, file, failure);
  plug_standard (plugs);
  code = open_new (path, how, file, failure);
  unplug_standard (plugs);
  return code;
}

int
portalocker__open_directory (const char *path, struct lock_file *file)
{
  os_file plugs[FIRST_FREE_FD];
  bool in_use;
  int error;
  file->flags = file->wanted = O_RDONLY | O_CLOEXEC | OS_FOR_LOCK;
  if (! portalocker__owners_reserve (file))
    return ENOMEM;
  in_use = portalocker__id_of_path (path, true, &file->id) == 0
           && portalocker__owners_use (file->id);
  if (in_use
      && portalocker__owners_adopt (file->id, file->wanted, NULL, false,
                                    file))
    return 0;
  if (in_use)
    plug_standard (plugs);
  file->fd = open_once (path, file->flags, 0);
  error = errno;
  if (in_use)
    unplug_standard (plugs);
  if (file->fd < 0)
    {
      free (file->spare);
      file->spare = NULL;
      return error;
    }
  if (O_CLOEXEC == 0)
    calls.fcntl_int (file->fd, F_SETFD, FD_CLOEXEC);
  /* If that cannot be seen, no object has locked the file.  */
  portalocker__id_of_fd (file->fd, &file->id);
  return 0;
}

/* Let forks see FILE.  Return false if there was a fork after COUNT forks: its
   child has a copy that nobody knows of.  */
static bool
publish (struct lock_file *file, unsigned long count)
{
  bool fresh;
  os_mutex_lock (&portalocker__tables);
  file->published = true;
  fresh = portalocker__fork_count == count;
  os_mutex_unlock (&portalocker__tables);
  return fresh;
}

/* How many forks there were; and say in *BESIDE whether there are files whose
   descriptors are kept open.  */
static unsigned long
count_forks (bool *beside)
{
  unsigned long count;
  os_mutex_lock (&portalocker__tables);
  count = portalocker__fork_count;
  *beside = portalocker__owners_exist ();
  os_mutex_unlock (&portalocker__tables);
  return count;
}

/* Open PATH into *FILE and publish it.  *SEEN says whether a child has a copy
   that would keep a lock: those belong to the open file.  */
static int
open_published (const char *path, const struct open_how *how,
                struct lock_file *file, bool *seen, struct failure *failure)
{
  bool per_object
    = how->give_away
      || backend_has (how->backend, PORTALOCKER_FEATURE_PER_OBJECT);
  bool beside;
  unsigned long count = count_forks (&beside);
  int code;
  file->passed_on = how->pass_over_fork;
  code = per_object && ! beside
         ? open_new (path, how, file, failure)
         : open_beside_owners (path, how, per_object, file, failure);
  *seen = code == PORTALOCKER_OK && ! file->published
          && ! publish (file, count) && per_object;
  return code;
}

/* Open PATH once, or a file that CREATION has made before.  */
static int
open_or_reopen (const char *path, const struct open_how *how,
                struct creation *creation, struct lock_file *file, bool *seen,
                struct failure *failure)
{
  struct open_mode mode = *how->mode;
  struct open_how now = *how;
  bool must_create = mode.must_create;
  int code;
  now.mode = &mode;
  now.reopens = must_create && creation->done;
  if (now.reopens)
    mode.must_create = now.create = false;
  code = open_published (path, &now, file, seen, failure);
  if (code != PORTALOCKER_OK || ! must_create)
    return code;
  if (! creation->done)
    {
      creation->done = true;
      creation->id = file->id;
    }
  else if (! file_id_equal (file->id, creation->id))
    {
      portalocker__owners_close (file, NULL);
      return portalocker__fail (failure, PORTALOCKER_EXISTS, "open", EEXIST);
    }
  return PORTALOCKER_OK;
}

int
portalocker__open_file (const char *path, const struct open_how *how,
                        struct creation *creation, struct lock_file *file,
                        struct failure *failure)
{
  for (;;)
    {
      bool seen;
      int code = open_or_reopen (path, how, creation, file, &seen, failure);
      if (code != PORTALOCKER_OK || ! seen)
        return code;
      /* If it is parked, nothing may be locked by it that the child has.  */
      file->passed_on = true;
      portalocker__owners_close (file, NULL);
    }
}


/* ---- Afterwards.  */

int
portalocker__confirm_path (const char *path, bool follow, struct file_id id,
                           struct failure *failure)
{
  struct file_id now;
  int error = portalocker__id_of_path (path, follow, &now);
  if (error == ENOENT || error == ENOTDIR
      || (error == 0 && ! file_id_equal (id, now)))
    return portalocker__fail (failure, PORTALOCKER_PATH_LOST, NULL, 0);
  if (error != 0)
    return portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN,
                              follow ? "stat" : "lstat", error);
  return PORTALOCKER_OK;
}
