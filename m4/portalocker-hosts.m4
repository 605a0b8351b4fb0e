dnl portalocker-hosts.m4 - what is known of systems that cannot be asked.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_HOST_TABLE
# ----------------------
# Set portalocker_guess_NAME for each probe.  They count where the probe
# itself is undecided, and only if the functions exist at all.
AC_DEFUN([PORTALOCKER_HOST_TABLE],
[AC_REQUIRE([AC_CANONICAL_HOST])
dnl                      flock     ofd       fcntl    lockf    lockf
dnl                      excludes  excludes  refuses  refuses  is fcntl
AS_CASE([$host_os],
  [linux*],
    [_PORTALOCKER_GUESS([yes],    [yes],    [yes],   [yes],   [yes])],
  [darwin*],
    [_PORTALOCKER_GUESS([yes],    [yes],    [yes],   [yes],   [yes])],
  [*bsd* | dragonfly* | midnightbsd*],
    [_PORTALOCKER_GUESS([yes],    [no],     [yes],   [yes],   [yes])],
dnl Since 11.4 and in illumos flock and the locks of open files are real.
  [solaris2.11*],
    [_PORTALOCKER_GUESS([yes],    [yes],    [yes],   [yes],   [yes])],
  [cygwin* | msys*],
    [_PORTALOCKER_GUESS([yes],    [no],     [yes],   [yes],   [yes])],
  [gnu*],
    [_PORTALOCKER_GUESS([yes],    [no],     [yes],   [yes],   [yes])],
dnl Where there is a flock in these, it is made of fcntl.
  [solaris* | aix* | hpux*],
    [_PORTALOCKER_GUESS([no],     [no],     [yes],   [yes],   [yes])],
dnl POSIX promises the locks of fcntl and lockf, but not that they meet.
    [_PORTALOCKER_GUESS([no],     [no],     [yes],   [yes],   [no])])
])

m4_define([_PORTALOCKER_GUESS],
[portalocker_guess_flock_excludes=$1
     portalocker_guess_ofd_excludes=$2
     portalocker_guess_fcntl_refuses_child=$3
     portalocker_guess_lockf_refuses_child=$4
     portalocker_guess_lockf_is_fcntl=$5])
