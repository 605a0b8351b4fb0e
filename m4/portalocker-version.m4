dnl portalocker-version.m4 - the version as a number.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_VERSION_NUMBER(MAJOR.MINOR[.PATCH])
# -----------------------------------------------
# Substitute PORTALOCKER_VERSION_NUMBER by 0xMMmmpp00.
AC_DEFUN([PORTALOCKER_VERSION_NUMBER],
[_PORTALOCKER_VERSION_NUMBER(m4_unquote(m4_split([$1], [\.])))])

m4_define([_PORTALOCKER_VERSION_NUMBER],
[AC_SUBST([PORTALOCKER_VERSION_NUMBER],
  [m4_format([0x%02x%02x%02x00], [$1], [$2], m4_default([$3], [0]))])])
