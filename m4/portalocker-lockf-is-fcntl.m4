dnl portalocker-lockf-is-fcntl.m4 - are lockf and fcntl the same lock?
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_LOCKF_IS_FCNTL
# --------------------------
# Whether a lock taken by lockf and one taken by fcntl see each other, in
# both directions.  If so, lockf gets from fcntl what the standard does not
# give it: shared locks.
AC_DEFUN([PORTALOCKER_LOCKF_IS_FCNTL],
[PORTALOCKER_PROBE([lockf_is_fcntl],
  [whether lockf and fcntl take the same lock], [[
static int
lock_by_fcntl (int fd, int type)
{
  struct flock range = { 0 };
  range.l_type = type;
  range.l_whence = SEEK_SET;
  return fcntl (fd, F_SETLK, &range);
}

static int
try_by_fcntl (const char *name, int fd)
{
  (void) name;
  return verdict (lock_by_fcntl (fd, F_WRLCK));
}

static int
try_by_lockf (const char *name, int fd)
{
  (void) name;
  return verdict (lockf (fd, F_TLOCK, 0));
}

static int
probe (const char *name)
{
  int fd = open (name, O_RDWR);
  int answer = UNDECIDED;
  if (fd >= 0 && lockf (fd, F_TLOCK, 0) == 0)
    {
      answer = in_child (try_by_fcntl, name, fd);
      if (answer == YES)
        {
          answer = UNDECIDED;
          if (lockf (fd, F_ULOCK, 0) == 0 && lock_by_fcntl (fd, F_WRLCK) == 0)
            answer = in_child (try_by_lockf, name, fd);
        }
    }
  close (fd);
  return answer;
}
]])])
