dnl portalocker-flock.m4 - is flock a lock of the open file?
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_FLOCK_EXCLUDES
# --------------------------
# Whether two opens of one file, here in one process, exclude each other by
# flock.  Proves that the lock belongs to the open file; a flock made of
# fcntl fails.  Does not prove anything about other file systems.
AC_DEFUN([PORTALOCKER_FLOCK_EXCLUDES],
[PORTALOCKER_PROBE([flock_excludes],
  [whether two opens of a file exclude each other by flock], [[
#include <sys/file.h>

static int
probe (const char *name)
{
  int one = open (name, O_RDWR);
  int other = open (name, O_RDWR);
  int answer = UNDECIDED;
  if (one >= 0 && other >= 0 && flock (one, LOCK_EX | LOCK_NB) == 0)
    answer = verdict (flock (other, LOCK_EX | LOCK_NB));
  close (one);
  close (other);
  return answer;
}
]])])
