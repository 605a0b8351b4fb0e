dnl portalocker-fcntl.m4 - do fcntl locks keep a child out?
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_FCNTL_REFUSES_CHILD
# -------------------------------
# Whether a child is refused a lock that its parent holds by fcntl, both on
# the descriptor that it inherited and on one that it opened itself.
AC_DEFUN([PORTALOCKER_FCNTL_REFUSES_CHILD],
[PORTALOCKER_PROBE([fcntl_refuses_child],
  [whether fcntl refuses a child its parent's lock], [[
static int
lock (int fd)
{
  struct flock range = { 0 };
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return fcntl (fd, F_SETLK, &range);
}

static int
try_inherited (const char *name, int fd)
{
  (void) name;
  return verdict (lock (fd));
}

static int
try_opened (const char *name, int fd)
{
  (void) fd;
  fd = open (name, O_RDWR);
  return fd < 0 ? UNDECIDED : verdict (lock (fd));
}

static int
probe (const char *name)
{
  int fd = open (name, O_RDWR);
  int answer = UNDECIDED;
  if (fd >= 0 && lock (fd) == 0)
    {
      answer = in_child (try_inherited, name, fd);
      if (answer == YES)
        answer = in_child (try_opened, name, fd);
    }
  close (fd);
  return answer;
}
]])])
