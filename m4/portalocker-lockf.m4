dnl portalocker-lockf.m4 - do lockf locks keep a child out?
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_LOCKF_REFUSES_CHILD
# -------------------------------
# Whether a child is refused a lock that its parent holds by lockf, both on
# the descriptor that it inherited and on one that it opened itself.
AC_DEFUN([PORTALOCKER_LOCKF_REFUSES_CHILD],
[PORTALOCKER_PROBE([lockf_refuses_child],
  [whether lockf refuses a child its parent's lock], [[
static int
try_inherited (const char *name, int fd)
{
  (void) name;
  return verdict (lockf (fd, F_TLOCK, 0));
}

static int
try_opened (const char *name, int fd)
{
  (void) fd;
  fd = open (name, O_RDWR);
  return fd < 0 ? UNDECIDED : verdict (lockf (fd, F_TLOCK, 0));
}

static int
probe (const char *name)
{
  int fd = open (name, O_RDWR);
  int answer = UNDECIDED;
  if (fd >= 0 && lockf (fd, F_TLOCK, 0) == 0)
    {
      answer = in_child (try_inherited, name, fd);
      if (answer == YES)
        answer = in_child (try_opened, name, fd);
    }
  close (fd);
  return answer;
}
]])])
