/* open.c - opening: creation, links, standard descriptors, what is no file,
   and no descriptors left.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the last acquire of LOCK said: the code, the system error, and a
   part of the message.  */
static int
check_refusal (portalocker_lock *lock, int actual, int code, int error,
               const char *part)
{
  portalocker_error *details;
  int good;
  portalocker_error_new (&details);
  portalocker_get_error (lock, details);
  good = CHECK_QUIET_CODE (actual, code)
         && CHECK_QUIET_INT (portalocker_error_system_error (details), error)
         && CHECK_QUIET (! portalocker_is_held (lock));
  if (good && strstr (portalocker_error_summary (details), part) == NULL)
    {
      check_note ("the message is \"%s\"",
                  portalocker_error_summary (details));
      good = 0;
    }
  portalocker_error_free (details);
  return good;
}

/* Acquire NAME with MODE; it must be refused so.  */
static int
refused (const char *backend, const char *name, const char *mode, int code,
         int error, const char *part)
{
  portalocker_lock *lock = unit_new (name, backend);
  int descriptors = unit_descriptors (), good;
  portalocker_set_mode (lock, mode);
  good = check_refusal (lock, portalocker_acquire (lock), code, error, part)
         && CHECK_QUIET_INT (unit_descriptors (), descriptors);
  portalocker_free (lock);
  return good;
}


/* ---- Open, as a test wants it.  */

static int rounds;              /* of "no such file", "exists" to come */
static int opens;               /* calls for the lock file */
static int last_flags;
static int error_of_rdwr;       /* of opening for reading and writing */

static int
vanishing_open (const char *path, int flags, mode_t mode)
{
  if (strcmp (path, "/dev/null") == 0)
    return unit_real.open (path, flags, mode);
  opens++;
  if (rounds == 0)
    return unit_real.open (path, flags, mode);
  if ((flags & O_EXCL) != 0)
    {
      rounds--;
      errno = EEXIST;
    }
  else
    errno = ENOENT;
  return -1;
}

/* The file is created and removed by others all the time.  */
static void
test_vanishing (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  portalocker__calls.open = vanishing_open;
  rounds = 10;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_INT (rounds, 0),
         "a file that vanishes ten times is opened in the end");
  portalocker_release (lock);
  rounds = 1000000;
  opens = 0;
  CHECK (check_refusal (lock, portalocker_acquire (lock),
                        PORTALOCKER_CANNOT_OPEN, ENOENT, "cannot open")
         && CHECK_QUIET (opens >= 20 && opens <= 10000),
         "a file that always vanishes is given up");
  rounds = 0;
  unit_restore ();
  portalocker_free (lock);
}

static int
leased_open (const char *path, int flags, mode_t mode)
{
  if (strcmp (path, "/dev/null") != 0)
    {
      opens++;
      last_flags = flags;
      if ((flags & O_NONBLOCK) != 0)
        {
          errno = EWOULDBLOCK;
          return -1;
        }
    }
  return unit_real.open (path, flags, mode);
}

/* A lease, as Samba takes them, is broken by waiting for it; a FIFO is not
   waited for.  */
static void
test_lease (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  unit_write ("f", "");
  portalocker__calls.open = leased_open;
  opens = 0;
  CHECK (CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET_INT (opens, 2)
         && CHECK_QUIET_INT (last_flags & O_NONBLOCK, 0),
         "a leased file is opened by waiting for it");
  portalocker_release (lock);
  opens = 0;
  mkfifo ("fifo", 0666);
  CHECK (refused (backend, "fifo", "a", PORTALOCKER_CANNOT_OPEN, EWOULDBLOCK,
                  "cannot open") && CHECK_QUIET_INT (opens, 1),
         "what is no regular file is not waited for");
  unlink ("fifo");
  unit_restore ();
  portalocker_free (lock);
}

static int
interrupted_open (const char *path, int flags, mode_t mode)
{
  if (++opens % 4 == 0)
    return unit_real.open (path, flags, mode);
  errno = EINTR;
  return -1;
}

static void
test_interrupted (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  unlink ("f");
  portalocker__calls.open = interrupted_open;
  opens = 0;
  CHECK_CODE (portalocker_acquire (lock), PORTALOCKER_OK,
              "EINTR from open is no error");
  unit_restore ();
  portalocker_free (lock);
}

static portalocker_lock *cancelled_lock;
static int cancelled_code;

/* Another thread cancels while the file is opened.  */
static int
cancelled_open (const char *path, int flags, mode_t mode)
{
  cancelled_code = portalocker_cancel (cancelled_lock);
  return unit_real.open (path, flags, mode);
}

static void
test_cancelled (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  struct stat status;
  int good;
  unit_write ("f", "precious");
  portalocker_set_mode (lock, "w");
  portalocker_set_cancellable (lock, 1);
  cancelled_lock = lock;
  portalocker__calls.open = cancelled_open;
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_CANCELLED)
         && CHECK_QUIET_CODE (cancelled_code, PORTALOCKER_OK)
         && CHECK_QUIET (unit_free ("f", backend, true));
  unit_restore ();
  CHECK (good && CHECK_QUIET_INT (stat ("f", &status), 0)
         && CHECK_QUIET_INT (status.st_size, 8),
         "what is cancelled while the file is opened does not lock it");
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK);
  CHECK (good, "and the next acquire does");
  portalocker_free (lock);
}

static int
restricted_open (const char *path, int flags, mode_t mode)
{
  if (strcmp (path, "/dev/null") != 0)
    {
      last_flags = flags;
      if ((flags & O_ACCMODE) == O_RDWR)
        {
          errno = error_of_rdwr;
          return -1;
        }
    }
  return unit_real.open (path, flags, mode);
}

/* Acquire in MODE with FLAGS where opening for both reading and writing is
   refused with the error number ERROR.  */
static int
acquire_restricted (const char *backend, const char *mode, int flags,
                    int error, int code, const char *part)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int good, descriptors = unit_descriptors ();
  portalocker_set_mode (lock, mode);
  portalocker_set_flags (lock, flags);
  error_of_rdwr = error;
  if (code == PORTALOCKER_OK)
    good = CHECK_QUIET_CODE (portalocker_acquire (lock), code);
  else
    good = check_refusal (lock, portalocker_acquire (lock), code, 0, part);
  portalocker_free (lock);
  return good && CHECK_QUIET_INT (unit_descriptors (), descriptors);
}

static void
test_less_access (const char *backend)
{
  static const int errors[] = { EACCES, EPERM, EROFS, EISDIR, ETXTBSY };
  bool any = unit_has (backend, PORTALOCKER_FEATURE_ANY_ACCESS);
  int wanted = any ? PORTALOCKER_OK : PORTALOCKER_UNSUPPORTED, good = 1;
  size_t i;
  unit_write ("f", "");
  portalocker__calls.open = restricted_open;
  for (i = 0; i < sizeof errors / sizeof *errors; i++)
    {
      good &= acquire_restricted (backend, "r", 6, errors[i], wanted,
                                  "needs write access")
              && CHECK_QUIET_INT (last_flags & O_ACCMODE, O_RDONLY);
      if (unit_has (backend, PORTALOCKER_FEATURE_SHARED))
        good &= acquire_restricted (backend, "a", 5, errors[i], wanted,
                                    "needs read access")
                && CHECK_QUIET_INT (last_flags & O_ACCMODE, O_WRONLY);
    }
  CHECK (good, "where both accesses are refused, the mode's own is tried");
  if (! any)
    {
      error_of_rdwr = EIO;
      CHECK (refused (backend, "f", "r", PORTALOCKER_CANNOT_OPEN, EIO,
                      "cannot open"), "but not after any other error");
    }
  error_of_rdwr = EACCES;
  CHECK (refused (backend, "f", "r+", PORTALOCKER_CANNOT_OPEN, EACCES,
                  "Permission denied"),
         "what the mode itself needs cannot be done without");
  unit_restore ();
}


/* ---- Links, and what is no file to lock.  */

static void
test_links (const char *backend)
{
  portalocker_lock *lock = unit_new ("link", backend);
  int good;
  unlink ("f");
  if (symlink ("f", "link") != 0)
    check_fatal ("no symbolic link");
  good = CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK)
         && CHECK_QUIET (access ("f", F_OK) == 0)
         && CHECK_QUIET_CODE (portalocker_verify (lock), PORTALOCKER_OK)
         && CHECK_QUIET (! unit_free ("f", backend, true));
  portalocker_release (lock);
  CHECK (good, "a link that points to nothing gets its file");
  portalocker_set_no_follow (lock, 1);
  CHECK (check_refusal (lock, portalocker_acquire (lock),
                        PORTALOCKER_CANNOT_OPEN, ELOOP, "a symbolic link"),
         "a link is refused when asked for");
  unlink ("f");
  CHECK (check_refusal (lock, portalocker_acquire (lock),
                        PORTALOCKER_CANNOT_OPEN, ELOOP, "a symbolic link")
         && CHECK_QUIET (access ("f", F_OK) != 0),
         "also one that points to nothing");
  portalocker_set_no_follow (lock, 0);
  portalocker_set_create (lock, 0);
  CHECK (check_refusal (lock, portalocker_acquire (lock),
                        PORTALOCKER_CANNOT_OPEN, ENOENT, "cannot open")
         && CHECK_QUIET (access ("f", F_OK) != 0),
         "without creation it stays a link to nothing");
  portalocker_free (lock);
  CHECK (refused (backend, "link", "x", PORTALOCKER_EXISTS, EEXIST,
                  "exists already"), "mode x does not follow a link");
  unlink ("link");
  if (symlink ("nowhere/f", "link") != 0)
    check_fatal ("no symbolic link");
  CHECK (refused (backend, "link", "a", PORTALOCKER_CANNOT_OPEN, ENOENT,
                  "cannot open"),
         "a link into a directory that does not exist");
  unlink ("link");
  if (symlink ("link", "link") != 0)
    check_fatal ("no symbolic link");
  CHECK (refused (backend, "link", "a", PORTALOCKER_CANNOT_OPEN, ELOOP,
                  "cannot open"), "a link to itself");
  unlink ("link");
}

static void
make_socket (const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);
  snprintf (address.sun_path, sizeof address.sun_path, "%s", name);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) != 0)
    check_fatal ("no socket");
  close (fd);
}

static void
test_no_files (const char *backend)
{
  mkfifo ("fifo", 0666);
  CHECK (refused (backend, "fifo", "r", PORTALOCKER_CANNOT_OPEN, 0,
                  "is a FIFO")
         && refused (backend, "fifo", "r+", PORTALOCKER_CANNOT_OPEN, 0,
                     "is a FIFO"), "a FIFO is no lock file");
  CHECK (refused (backend, "fifo", "a",
                  PORTALOCKER_CANNOT_OPEN, ENXIO, "is a FIFO"),
         "a FIFO without a reader is told as one");
  unlink ("fifo");
  make_socket ("socket");
  CHECK (refused (backend, "socket", "a", PORTALOCKER_CANNOT_OPEN, ENXIO,
                  "is a socket"), "a socket is no lock file");
  unlink ("socket");
  mkdir ("directory", 0777);
  CHECK (refused (backend, "directory", "a", PORTALOCKER_CANNOT_OPEN, EISDIR,
                  "cannot open"), "a directory cannot be written");
  CHECK (refused (backend, "none/g", "a", PORTALOCKER_CANNOT_OPEN, ENOENT,
                  "cannot open"), "a missing directory is told");
  rmdir ("directory");
}

static void
test_long_path (const char *backend)
{
  static char path[5001];
  portalocker_lock *lock;
  const char *message;
  memset (path, 'p', sizeof path - 1);
  path[0] = '/';
  if (portalocker_new (&lock, path) != PORTALOCKER_OK)
    check_fatal ("no object");
  portalocker_set_backend (lock, backend);
  CHECK_CODE (portalocker_acquire (lock), PORTALOCKER_CANNOT_OPEN,
              "a path of 5000 bytes cannot be opened");
  message = portalocker_message (lock);
  CHECK (strncmp (message, path, 5000) == 0 && strlen (message) > 5020,
         "and its message has all of it");
  portalocker_free (lock);
}


/* ---- Standard descriptors.  */

static int saved[3];

static void
close_standard (void)
{
  int i;
  fflush (stdout);
  for (i = 0; i < 3; i++)
    {
      saved[i] = fcntl (i, F_DUPFD, 100);
      close (i);
    }
}

/* How many of the standard descriptors are open.  */
static int
count_standard (void)
{
  int i, used = 0;
  for (i = 0; i < 3; i++)
    used += fcntl (i, F_GETFD) >= 0;
  return used;
}

/* Open the standard descriptors again.  Return how many of them somebody
   had opened meanwhile.  */
static int
open_standard (void)
{
  int i, used = count_standard ();
  for (i = 0; i < 3; i++)
    {
      dup2 (saved[i], i);
      close (saved[i]);
    }
  return used;
}

static int fail_null, fail_dup;

static int
failing_open (const char *path, int flags, mode_t mode)
{
  if (fail_null && strcmp (path, "/dev/null") == 0)
    {
      errno = EMFILE;
      return -1;
    }
  return unit_real.open (path, flags, mode);
}

static int
failing_fcntl (int fd, int command, int argument)
{
  if (fail_dup && command != F_GETFL)
    {
      errno = EMFILE;
      return -1;
    }
  return unit_real.fcntl_int (fd, command, argument);
}

/* With the standard descriptors closed: A is acquired, B refused, and A's
   lock is still there.  */
static void
test_standard (const char *backend, const char *statement)
{
  portalocker_lock *a = unit_new ("f", backend), *b = unit_new ("f", backend);
  int descriptors = unit_descriptors ();
  int a_code, b_code, fd, used, is_free, flags;
  close_standard ();
  a_code = portalocker_acquire (a);
  fd = portalocker_descriptor (a);
  flags = fcntl (fd, F_GETFD);
  b_code = portalocker_acquire (b);
  is_free = unit_free ("f", backend, true);
  used = count_standard ();
  portalocker_release (a);
  used += open_standard ();
  CHECK (CHECK_QUIET_CODE (a_code, PORTALOCKER_OK)
         && CHECK_QUIET (b_code != PORTALOCKER_OK)
         && CHECK_QUIET (fd > 2) && CHECK_QUIET_INT (flags, FD_CLOEXEC)
         && CHECK_QUIET (! is_free) && CHECK_QUIET_INT (used, 0)
         && CHECK_QUIET (unit_free ("f", backend, true))
         && CHECK_QUIET_INT (unit_descriptors (), descriptors), statement);
  portalocker_free (a);
  portalocker_free (b);
}

/* The first object has its lock; then opening fails in one way or another
   for the second, with all low numbers free.  */
static void
test_standard_faults (const char *backend)
{
  portalocker_lock *a = unit_new ("f", backend), *b = unit_new ("f", backend);
  int descriptors = unit_descriptors (), code[3], is_free, i, used;
  portalocker_acquire (a);
  portalocker__calls.open = failing_open;
  portalocker__calls.fcntl_int = failing_fcntl;
  close_standard ();
  fail_null = 1;
  code[0] = portalocker_acquire (b);
  fail_null = 0, fail_dup = 1;
  code[1] = portalocker_acquire (b);
  fail_null = 1;
  code[2] = portalocker_acquire (b);
  fail_null = fail_dup = 0;
  is_free = unit_free ("f", backend, true);
  portalocker_release (a);
  used = open_standard ();
  unit_restore ();
  for (i = 0; i < 3; i++)
    is_free |= ! CHECK_QUIET (code[i] != PORTALOCKER_OK);
  CHECK (CHECK_QUIET (! is_free) && CHECK_QUIET_INT (used, 0)
         && CHECK_QUIET_INT (unit_descriptors (), descriptors),
         "no way of failing with low numbers free drops another's lock");
  portalocker_free (a);
  portalocker_free (b);
}


/* ---- No descriptors left.  */

/* Leave room for FREE more descriptors.  */
static struct rlimit
limit_descriptors (int free)
{
  struct rlimit before, after;
  int fd, room = 0;
  getrlimit (RLIMIT_NOFILE, &before);
  after = before;
  for (fd = 0; room < free || fcntl (fd, F_GETFD) >= 0; fd++)
    room += fcntl (fd, F_GETFD) < 0;
  after.rlim_cur = (rlim_t) fd;
  setrlimit (RLIMIT_NOFILE, &after);
  return before;
}

static void
test_no_descriptors (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  int descriptors = unit_descriptors (), good;
  struct rlimit limit = limit_descriptors (0);
  good = check_refusal (lock, portalocker_acquire (lock),
                        PORTALOCKER_CANNOT_OPEN, EMFILE, strerror (EMFILE));
  setrlimit (RLIMIT_NOFILE, &limit);
  CHECK (good && CHECK_QUIET_INT (unit_descriptors (), descriptors)
         && CHECK_QUIET_CODE (portalocker_acquire (lock), PORTALOCKER_OK),
         "no descriptor left is told, and goes by");
  portalocker_release (lock);
  close_standard ();
  portalocker__calls.fcntl_int = failing_fcntl;
  fail_dup = 1;
  good = portalocker_acquire (lock);
  fail_dup = 0;
  unit_restore ();
  CHECK (CHECK_QUIET_INT (open_standard (), 0)
         && check_refusal (lock, good, PORTALOCKER_CANNOT_OPEN, EMFILE,
                           strerror (EMFILE)),
         "no descriptor left above the standard ones is told");
  portalocker_free (lock);
}

/* A number that shows /dev/null, close-on-exec.  */
static bool
is_blank (int fd)
{
  struct stat status, null;
  return fstat (fd, &status) == 0 && stat ("/dev/null", &null) == 0
         && S_ISCHR (status.st_mode) && status.st_rdev == null.st_rdev
         && fcntl (fd, F_GETFD) == FD_CLOEXEC;
}

/* In a child that can open nothing, the number of the lock's descriptor is
   made blank all the same.  */
static void
test_fork_without_descriptors (const char *backend)
{
  portalocker_lock *lock = unit_new ("f", backend);
  struct rlimit limit;
  int status, fd;
  pid_t child;
  portalocker_acquire (lock);
  fputs ("x", portalocker_stream (lock));
  fflush (portalocker_stream (lock));
  fd = portalocker_descriptor (lock);
  limit = limit_descriptors (0);
  child = fork ();
  if (child == 0)
    _exit ((is_blank (fd) ? 0 : 1) + (portalocker_is_held (lock) ? 2 : 0));
  setrlimit (RLIMIT_NOFILE, &limit);
  status = unit_reap (child);
  CHECK (CHECK_QUIET (WIFEXITED (status))
         && CHECK_QUIET_INT (WEXITSTATUS (status), 0)
         && CHECK_QUIET (! unit_free ("f", backend, true)),
         "a fork without descriptors left makes the child's copy blank");
  portalocker_free (lock);
}

static void
test_backend (const char *backend)
{
  unit_area (backend, "open");
  test_vanishing (backend);
  test_lease (backend);
  test_interrupted (backend);
  test_cancelled (backend);
  test_less_access (backend);
  test_links (backend);
  test_no_files (backend);
  test_long_path (backend);
  unit_write ("f", "");
  test_standard (backend, "closed standard descriptors stay closed");
  test_standard_faults (backend);
  test_no_descriptors (backend);
  test_fork_without_descriptors (backend);
}

int
main (void)
{
  unit_start ();
  unit_each_backend (test_backend);
  return check_done ();
}
