/* atomic.c - files that appear whole or not at all.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The file is written under a name of its own in the target's directory,
   synchronized, and given the target's name in one step.  */

#include <config.h>
#include "object.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

/* Room for what write_name writes.  */
enum { TEMPORARY_EXTRA = 24 };

/* How many names are tried before their being taken is an error.  */
enum { NAME_LIMIT = 100 };

struct portalocker_atomic
{
  struct fork_member fork;
  bool replace;
  char *given;                  /* the path as the caller gave it */
  char *target;                 /* the same, absolute if possible */
  char *temporary;              /* beside it */
  os_file fd;                   /* -1: it was the parent's */
  FILE *stream;                 /* on fd */
};


/* ---- Names.  */

/* Write a name that differs from call to call and from process to process.
   O_EXCL decides whether it is free.  */
static void
write_name (char *buffer)
{
  static unsigned int count;
  uint64_t number = (uint64_t) portalocker__now ();
  os_mutex_lock (&portalocker__tables);
  number ^= (uint64_t) ++count << 48;
  os_mutex_unlock (&portalocker__tables);
  number ^= (uint64_t) portalocker__process () << 24;
  snprintf (buffer, TEMPORARY_EXTRA, ".%016" PRIx64 ".tmp", number);
}

/* Create the temporary file.  The kernel applies the umask, so that nobody
   has to read it by changing it.  */
static os_file
create_temporary (portalocker_atomic *atomic)
{
  char *name = portalocker__last_part (atomic->temporary);
  os_file fd = -1;
  int i;
  for (i = 0; i < NAME_LIMIT && fd < 0 && (i == 0 || errno == EEXIST
                                           || errno == EINTR); i++)
    {
      write_name (name);
      fd = calls.open (atomic->temporary,
                       O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
  return fd;
}

/* Give FD a number that is no standard descriptor's, and let no exec see it
   where open does not; -1 and errno if that fails.  */
static os_file
move_up (os_file fd)
{
  os_file high;
  if (fd >= FIRST_FREE_FD && O_CLOEXEC != 0)
    return fd;
  high = portalocker__dup_above_standard (fd, false);
  if (high < 0)
    {
      int error = errno;
      calls.close (fd);
      errno = error;
      return -1;
    }
  calls.close (fd);
  return high;
}


/* ---- Begin.  */

static void
atomic_in_child (void *object)
{
  portalocker_atomic *atomic = object;
  if (atomic->fd >= 0)
    portalocker__fork_blank (atomic->fd);
  atomic->fd = -1;
  atomic->stream = NULL;
}

static void
free_atomic (portalocker_atomic *atomic)
{
  free (atomic->given);
  free (atomic->target);
  free (atomic->temporary);
  free (atomic);
}

static bool
set_names (portalocker_atomic *atomic, const char *path)
{
  size_t size;
  atomic->given = portalocker__copy_string (path);
  atomic->target = portalocker__absolute_path (path);
  if (atomic->given == NULL || atomic->target == NULL)
    return false;
  size = strlen (atomic->target) + TEMPORARY_EXTRA;
  atomic->temporary = calls.calloc (1, size);
  if (atomic->temporary == NULL)
    return false;
  strcpy (atomic->temporary, atomic->target);
  return true;
}

/* Refuse a target that exists now, or whose name is no file's.  */
static int
check_target (const portalocker_atomic *atomic, struct failure *failure)
{
  os_stat status;
  if (*portalocker__last_part (atomic->target) == '\0')
    return portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN, "open",
                              EISDIR);
  if (calls.lstat (atomic->target, &status) != 0)
    return PORTALOCKER_OK;
  if (! atomic->replace)
    return portalocker__fail (failure, PORTALOCKER_EXISTS, NULL, EEXIST);
  if (S_ISDIR (status.st_mode))
    return portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN, "open",
                              EISDIR);
  return PORTALOCKER_OK;
}

/* Open the temporary file and its stream, where no fork sees them yet: a
   child that was made meanwhile has a copy that harms nobody.  */
static int
open_temporary (portalocker_atomic *atomic, struct failure *failure)
{
  os_file fd = create_temporary (atomic);
  int descriptor;
  FILE *stream;
  if (fd < 0)
    return portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN, "open",
                              errno);
  fd = move_up (fd);
  descriptor = fd < 0 ? -1 : os_to_descriptor (fd, O_WRONLY | O_CLOEXEC);
  stream = descriptor < 0 ? NULL : calls.fdopen (descriptor, "w");
  if (stream == NULL)
    {
      int error = errno;
      if (descriptor >= 0)
        os_close_descriptor (descriptor);
      calls.unlink (atomic->temporary);
      return portalocker__fail (failure, error == ENOMEM
                                ? PORTALOCKER_NO_MEMORY
                                : PORTALOCKER_CANNOT_OPEN,
                                fd < 0 ? "fcntl" : "fdopen", error);
    }
  os_mutex_lock (&portalocker__tables);
  atomic->fd = os_file_of (descriptor);
  atomic->stream = stream;
  os_mutex_unlock (&portalocker__tables);
  return PORTALOCKER_OK;
}

static int
begin (portalocker_atomic *atomic, const char *path, struct failure *failure)
{
  int code;
  if (! set_names (atomic, path))
    return portalocker__fail (failure, errno == ENOMEM
                              ? PORTALOCKER_NO_MEMORY
                              : PORTALOCKER_CANNOT_OPEN, "getcwd", errno);
  code = check_target (atomic, failure);
  if (code != PORTALOCKER_OK)
    return code;
  if (portalocker__fork_join (&atomic->fork) != 0)
    return portalocker__fail (failure, PORTALOCKER_NO_MEMORY, NULL, ENOMEM);
  code = open_temporary (atomic, failure);
  if (code != PORTALOCKER_OK)
    portalocker__fork_leave (&atomic->fork);
  return code;
}

int
portalocker_atomic_begin (portalocker_atomic **result, const char *path,
                          int replace, portalocker_error *error)
{
  struct failure failure;
  portalocker_atomic *atomic;
  portalocker__clear (&failure);
  failure.path = path != NULL && path[0] != '\0' ? path : NULL;
  if (result != NULL)
    *result = NULL;
  if (result == NULL || path == NULL || path[0] == '\0')
    {
      portalocker__explain (&failure, PORTALOCKER_BAD_ARGUMENT,
                            "there is no path, or no place for the result");
      return portalocker__error_fill (error, &failure);
    }
  atomic = calls.calloc (1, sizeof *atomic);
  if (atomic == NULL)
    {
      portalocker__fail (&failure, PORTALOCKER_NO_MEMORY, NULL, ENOMEM);
      return portalocker__error_fill (error, &failure);
    }
  atomic->replace = replace != 0;
  atomic->fd = -1;
  atomic->fork.in_child = atomic_in_child;
  atomic->fork.object = atomic;
  if (begin (atomic, path, &failure) != PORTALOCKER_OK)
    {
      free_atomic (atomic);
      return portalocker__error_fill (error, &failure);
    }
  *result = atomic;
  return PORTALOCKER_OK;
}

FILE *
portalocker_atomic_stream (portalocker_atomic *atomic)
{
  return atomic == NULL ? NULL : atomic->stream;
}

int
portalocker_atomic_descriptor (portalocker_atomic *atomic)
{
  return atomic == NULL || atomic->stream == NULL ? -1
         : fileno (atomic->stream);
}


/* ---- Commit and abort.  */

static int
fail_write (struct failure *failure, const char *call)
{
  return portalocker__fail (failure, PORTALOCKER_CANNOT_WRITE, call, errno);
}

/* Close the stream; from here on a fork does not see it.  */
static int
close_stream (portalocker_atomic *atomic)
{
  FILE *stream = atomic->stream;
  os_mutex_lock (&portalocker__tables);
  atomic->stream = NULL;
  atomic->fd = -1;
  os_mutex_unlock (&portalocker__tables);
  return calls.fclose (stream);
}

/* Bring all data to the disk, and close.  */
static int
finish_data (portalocker_atomic *atomic, struct failure *failure)
{
  if (calls.fflush (atomic->stream) != 0)
    return fail_write (failure, "fflush");
  if (ferror (atomic->stream))
    return portalocker__fail_earlier (failure);
  while (portalocker__sync (atomic->fd) != 0)
    if (errno != EINTR)
      return fail_write (failure, "fsync");
  if (close_stream (atomic) != 0)
    return fail_write (failure, "fclose");
  return PORTALOCKER_OK;
}

/* Whether ERROR says that the file system has no hard links.  */
static bool
cannot_link (int error)
{
  return error == EPERM || error == EMLINK || error_is_unsupported (error);
}

/* Give the file the name of a target that does not exist, or fail.  Both
   ways are atomic; link is everywhere but on some file systems.  */
static int
name_new (portalocker_atomic *atomic, struct failure *failure)
{
  const char *call = "link";
  if (calls.link (atomic->temporary, atomic->target) == 0)
    {
      calls.unlink (atomic->temporary);
      return PORTALOCKER_OK;
    }
  if (cannot_link (errno))
    {
      call = "renameat2";
      if (calls.rename_noreplace (atomic->temporary, atomic->target) == 0)
        return PORTALOCKER_OK;
      if (errno == ENOSYS || errno == EINVAL)
        return portalocker__fail (failure, PORTALOCKER_UNSUPPORTED, call,
                                  errno);
    }
  if (errno == EEXIST)
    return portalocker__fail (failure, PORTALOCKER_EXISTS, call, errno);
  return fail_write (failure, call);
}

static int
give_name (portalocker_atomic *atomic, struct failure *failure)
{
  if (! atomic->replace)
    return name_new (atomic, failure);
  if (calls.rename (atomic->temporary, atomic->target) != 0)
    return fail_write (failure, "rename");
  return PORTALOCKER_OK;
}

/* That CALL failed for the directory DIRECTORY.  */
static int
fail_directory (struct failure *failure, const char *call,
                const char *directory)
{
  fail_write (failure, call);
  failure->path = directory;
  return failure->code;
}

/* Bring what the directory that is open as FD holds to the disk.  */
static int
sync_names (os_file fd, const char *directory, struct failure *failure)
{
  while (portalocker__sync (fd) != 0)
    if (errno != EINTR)
      return errno == EINVAL || errno == EBADF || errno == EROFS
             ? PORTALOCKER_OK : fail_directory (failure, "fsync", directory);
  return PORTALOCKER_OK;
}

/* Bring the new name to the disk.  A directory that may not be opened for
   reading, or not be synchronized at all, is not an error: nobody could do
   more.  Cuts the target's path down to its directory.  */
static int
sync_directory (portalocker_atomic *atomic, struct failure *failure)
{
  struct lock_file directory = { .fd = -1, .lent = -1 };
  int code;
  *portalocker__last_part (atomic->target) = '\0';
  errno = portalocker__open_directory (atomic->target, &directory);
  if (directory.fd < 0)
    return errno == EACCES || errno == EPERM
           ? PORTALOCKER_OK : fail_directory (failure, "open", atomic->target);
  code = sync_names (directory.fd, atomic->target, failure);
  portalocker__owners_close (&directory, NULL);
  return code;
}

static int
commit (portalocker_atomic *atomic, struct failure *failure)
{
  int code = finish_data (atomic, failure);
  if (code == PORTALOCKER_OK)
    code = give_name (atomic, failure);
  if (code == PORTALOCKER_OK)
    return OS_SYNCS_DIRECTORIES ? sync_directory (atomic, failure) : code;
  if (atomic->stream != NULL)
    close_stream (atomic);
  calls.unlink (atomic->temporary);
  return code;
}

int
portalocker_atomic_commit (portalocker_atomic *atomic,
                           portalocker_error *error)
{
  struct failure failure;
  int code;
  portalocker__clear (&failure);
  if (atomic == NULL)
    {
      portalocker__explain (&failure, PORTALOCKER_BAD_ARGUMENT,
                            "there is no file to commit");
      return portalocker__error_fill (error, &failure);
    }
  failure.path = atomic->given;
  code = atomic->stream != NULL
         ? commit (atomic, &failure)
         : portalocker__explain (&failure, PORTALOCKER_NOT_HELD,
                                 "the file belongs to the parent process");
  portalocker__fork_leave (&atomic->fork);
  if (code != PORTALOCKER_OK)
    portalocker__error_fill (error, &failure);
  free_atomic (atomic);
  return code;
}

void
portalocker_atomic_abort (portalocker_atomic *atomic)
{
  if (atomic == NULL)
    return;
  if (atomic->stream != NULL)
    {
      calls.unlink (atomic->temporary);
      close_stream (atomic);
    }
  portalocker__fork_leave (&atomic->fork);
  free_atomic (atomic);
}
