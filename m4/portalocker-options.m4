dnl portalocker-options.m4 - options of others accept no nonsense either.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_YES_OR_NO(FEATURE...)
# ---------------------------------
# Refuse a value of --enable-FEATURE that is neither yes nor no.  For the
# options that Autoconf's and gnulib's macros define, which take anything.
AC_DEFUN([PORTALOCKER_YES_OR_NO],
[m4_map_args_w([$1], [_PORTALOCKER_YES_OR_NO(], [)])])

m4_define([_PORTALOCKER_YES_OR_NO],
[AS_CASE([${enable_[]m4_translit([$1], [-], [_])-yes}],
  [yes | no], [],
  [AC_MSG_ERROR([--enable-$1=$enable_[]m4_translit([$1], [-], [_]): say yes or no])])
])
