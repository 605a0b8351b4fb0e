dnl portalocker-ofd.m4 - are F_OFD_* locks of the open file?
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_OFD_EXCLUDES
# ------------------------
# Whether two opens of one file, here in one process, exclude each other by
# F_OFD_SETLK.  A kernel that does not know the command leaves the question
# undecided: the package may be meant for another kernel.
AC_DEFUN([PORTALOCKER_OFD_EXCLUDES],
[PORTALOCKER_PROBE([ofd_excludes],
  [whether two opens of a file exclude each other by F_OFD_SETLK], [[
static int
lock (int fd)
{
  struct flock range = { 0 };
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return fcntl (fd, F_OFD_SETLK, &range);
}

static int
probe (const char *name)
{
  int one = open (name, O_RDWR);
  int other = open (name, O_RDWR);
  int answer = UNDECIDED;
  if (one >= 0 && other >= 0 && lock (one) == 0)
    answer = verdict (lock (other));
  close (one);
  close (other);
  return answer;
}
]])])
