/* os-posix.c - clock, threads and files by identity, on POSIX systems.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "os.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if HAVE_EVENTFD
# include <sys/eventfd.h>
#endif
#if HAVE_STDIO_EXT_H
# include <stdio_ext.h>
#endif

#include "calls.h"
#include "fork.h"
#include "portalocker.h"

/* ---- Time.  */

enum { NS_PER_S = 1000000000 };

int64_t
portalocker__now (void)
{
  struct timespec now;
  /* Whoever finds no clock gives up its wait: that takes two failures.  */
  if (calls.clock_gettime (OS_CLOCK, &now) != 0
      && calls.clock_gettime (OS_CLOCK, &now) != 0)
    return 0;
  return (int64_t) now.tv_sec * NS_PER_S + now.tv_nsec;
}

struct timespec
portalocker__to_timespec (int64_t time)
{
  int64_t seconds = time / NS_PER_S;
  struct timespec result = { .tv_nsec = (long) (time % NS_PER_S) };
  /* What a time_t of 32 bits cannot say is far enough away.  */
  if (sizeof (time_t) < sizeof seconds && seconds > INT32_MAX)
    seconds = INT32_MAX;
  result.tv_sec = (time_t) seconds;
  return result;
}

void
portalocker__pause (int64_t interval)
{
  struct timespec length = portalocker__to_timespec (interval);
  calls.nanosleep (&length, NULL);
}


/* ---- Files.  */

void
os_close_descriptor (int descriptor)
{
  calls.close (descriptor);
}

char *
portalocker__last_part (char *path)
{
  return strrchr (path, '/') + 1;
}

/* Whether PATH, which getcwd gave, leads to the current directory.  Not where a
   directory above may not be searched, or was renamed meanwhile, or PATH is
   too long.  */
static bool
leads_here (const char *path)
{
  struct file_id there;
  return portalocker__id_of_path (path, true, &there) == 0
         && portalocker__is_named (there, ".");
}

char *
portalocker__absolute_path (const char *given)
{
  size_t size;
  if (given[0] == '/')
    return portalocker__copy_string (given);
  for (size = 256; ; size *= 2)
    {
      char *path = calls.calloc (1, size + 1 + strlen (given) + 1);
      if (path == NULL)
        {
          errno = ENOMEM;
          return NULL;
        }
      if (calls.getcwd (path, size) != NULL)
        {
          if (! leads_here (path))
            strcpy (path, ".");
          strcat (path, "/");
          return strcat (path, given);
        }
      free (path);
      if (errno != ERANGE)
        return NULL;
    }
}

os_file
portalocker__dup_above_standard (int fd, bool inherit)
{
#if HAVE_DECL_F_DUPFD_CLOEXEC
  return calls.fcntl_int (fd, inherit ? F_DUPFD : F_DUPFD_CLOEXEC,
                          FIRST_FREE_FD);
#else
  int copy = calls.fcntl_int (fd, F_DUPFD, FIRST_FREE_FD);
  if (copy >= 0 && ! inherit
      && calls.fcntl_int (copy, F_SETFD, FD_CLOEXEC) != 0)
    {
      int error = errno;
      calls.close (copy);
      errno = error;
      return -1;
    }
  return copy;
#endif
}

/* Give *FD, an end of a pipe, the properties of such ends.  */
static int
prepare_end (int *fd)
{
  int moved = portalocker__dup_above_standard (*fd, false);
  if (moved < 0)
    return errno;
  calls.close (*fd);
  *fd = moved;
  return calls.fcntl_int (moved, F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

int
portalocker__make_pipe (int ends[2])
{
  int error;
  if (calls.pipe (ends) != 0)
    return errno;
  error = prepare_end (&ends[0]);
  if (error == 0)
    error = prepare_end (&ends[1]);
  if (error != 0)
    {
      calls.close (ends[0]);
      calls.close (ends[1]);
    }
  return error;
}

int
portalocker__sync (os_file file)
{
#ifdef OS_FULL_SYNC
  /* Where the file system does not know it, fsync is all that there is.  */
  if (calls.fcntl_int (file, OS_FULL_SYNC, 0) == 0)
    return 0;
  if (! error_is_unsupported (errno) && errno != ENOTTY)
    return -1;
#endif
  return calls.fsync (file);
}

/* Where stdio has no call for it, what is written later goes to /dev/null;
   whoever discards closes the stream next.  */
void
portalocker__discard (FILE *stream)
{
#if HAVE___FPURGE
  __fpurge (stream);
#elif HAVE_FPURGE
  fpurge (stream);
#else
  portalocker__fork_blank (fileno (stream));
#endif
}


/* ---- Notifiers.  */

#if HAVE_EVENTFD

const char portalocker__notifier_call[] = "eventfd";

int
portalocker__notifier_init (os_notifier *notifier)
{
  int fd = calls.eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  int error = fd < 0 ? errno : 0;
  if (fd >= 0 && fd < FIRST_FREE_FD)
    {
      int moved = portalocker__dup_above_standard (fd, false);
      error = moved < 0 ? errno : 0;
      calls.close (fd);
      fd = moved;
    }
  notifier->reader = notifier->writer = fd;
  return error;
}

void
portalocker__notify (const os_notifier *notifier)
{
  static const uint64_t one = 1;
  while (calls.write (notifier->writer, &one, sizeof one) < 0
         && errno == EINTR)
    continue;
}

#else

const char portalocker__notifier_call[] = "pipe";

int
portalocker__notifier_init (os_notifier *notifier)
{
  int ends[2] = { -1, -1 };
  int error = portalocker__make_pipe (ends);
  notifier->reader = ends[0];
  notifier->writer = ends[1];
  return error;
}

void
portalocker__notify (const os_notifier *notifier)
{
  while (calls.write (notifier->writer, "", 1) < 0 && errno == EINTR)
    continue;
}

#endif

void
portalocker__notifier_destroy (os_notifier *notifier)
{
  calls.close (notifier->reader);
  if (notifier->writer != notifier->reader)
    calls.close (notifier->writer);
}


/* ---- What people see.  */

int
portalocker__system_error (int error)
{
  return error;
}

void
portalocker__describe_error (char *buffer, size_t size, int error)
{
#if STRERROR_R_CHAR_P
  const char *text = strerror_r (error, buffer, size);
  if (text != buffer)
    snprintf (buffer, size, "%s", text);
#else
  if (strerror_r (error, buffer, size) != 0 || buffer[0] == '\0')
    snprintf (buffer, size, "error %d", error);
#endif
}

bool
portalocker__local_time (time_t time, struct tm *parts)
{
  return localtime_r (&time, parts) != NULL;
}


/* ---- Processes.  */

int64_t
portalocker__process (void)
{
  return getpid ();
}

const char *
portalocker__environment (const char *name)
{
#if HAVE_SECURE_GETENV
  return secure_getenv (name);
#else
  return getuid () == geteuid () && getgid () == getegid ()
         ? getenv (name) : NULL;
#endif
}
