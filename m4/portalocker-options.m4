dnl portalocker-options.m4 - what --enable-... and --disable-... may say.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_ENABLE_OPTIONS
# --------------------------
# The options of this package, and the values of those that Automake's and
# gnulib's macros define without looking at them.  Call it early: nobody
# should have to wait for an error of spelling.
AC_DEFUN([PORTALOCKER_ENABLE_OPTIONS],
[AC_ARG_ENABLE([gcc-warnings],
  [AS_HELP_STRING([--enable-gcc-warnings@<:@=no|yes|error@:>@],
     [turn on many warnings of the compiler; error makes them errors (default: no)])],
  [], [enable_gcc_warnings=no])
AS_CASE([$enable_gcc_warnings],
  [no | yes | error], [],
  [AC_MSG_ERROR([--enable-gcc-warnings=$enable_gcc_warnings: say no, yes or error])])
AC_ARG_ENABLE([threads],
  [AS_HELP_STRING([--disable-threads],
     [build a library that only one thread of a program may use; for systems without POSIX threads (default: for threads)])],
  [], [enable_threads=yes])
AC_ARG_ENABLE([rpath],
  [AS_HELP_STRING([--enable-rpath],
     [write the library's directory into the installed tool; for a prefix that the loader does not search (default: no)])],
  [], [enable_rpath=no])
m4_map_args_w([threads rpath ld-version-script largefile year2038 silent-rules
               dependency-tracking], [_PORTALOCKER_YES_OR_NO(], [)])
AS_CASE([${enable_cross_guesses-conservative}],
  [conservative | risky], [],
  [AC_MSG_ERROR([--enable-cross-guesses=$enable_cross_guesses: say conservative or risky])])])

m4_define([_PORTALOCKER_YES_OR_NO],
[AS_CASE([${enable_[]m4_translit([$1], [-], [_])-yes}],
  [yes | no], [],
  [AC_MSG_ERROR([--enable-$1=$enable_[]m4_translit([$1], [-], [_]): say yes or no])])
])
