dnl portalocker-event-loops.m4 - libraries that examples of the manual use.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_EVENT_LOOPS
# -----------------------
# Find libevent and libuv by pkg-config.  Neither the library nor the tool
# needs them: without one, its example is not built, and its test is
# unsupported.
AC_DEFUN([PORTALOCKER_EVENT_LOOPS],
[AC_CHECK_TOOL([PKG_CONFIG], [pkg-config], [false])
_PORTALOCKER_EVENT_LOOP([libevent], [LIBEVENT], [libevent_core],
  [[#include <event2/event.h>]], [[event_base_new ();]])
_PORTALOCKER_EVENT_LOOP([libuv], [LIBUV], [libuv],
  [[#include <uv.h>]], [[uv_default_loop ();]])
])

# _PORTALOCKER_EVENT_LOOP(NAME, PREFIX, MODULE, PROLOGUE, BODY)
# -------------------------------------------------------------
# Set PREFIX_CFLAGS and PREFIX_LIBS to those of the pkg-config MODULE, and the
# conditional PORTALOCKER_PREFIX to whether a program links with them.
m4_define([_PORTALOCKER_EVENT_LOOP],
[AC_SUBST([$2_CFLAGS])
AC_SUBST([$2_LIBS])
AC_CACHE_CHECK([for $1], [portalocker_cv_$1],
  [portalocker_cv_$1=no
   $2_CFLAGS=`$PKG_CONFIG --cflags $3 2>/dev/null`
   AS_IF([$2_LIBS=`$PKG_CONFIG --libs $3 2>/dev/null`],
     [portalocker_saved_CPPFLAGS=$CPPFLAGS portalocker_saved_LIBS=$LIBS
      CPPFLAGS="$CPPFLAGS $$2_CFLAGS" LIBS="$$2_LIBS $LIBS"
      AC_LINK_IFELSE([AC_LANG_PROGRAM([$4], [$5])], [portalocker_cv_$1=yes])
      CPPFLAGS=$portalocker_saved_CPPFLAGS LIBS=$portalocker_saved_LIBS])])
AS_VAR_IF([portalocker_cv_$1], [yes],
  [$2_CFLAGS=`$PKG_CONFIG --cflags $3`
   $2_LIBS=`$PKG_CONFIG --libs $3`])
AM_CONDITIONAL([PORTALOCKER_$2], [test "$portalocker_cv_$1" = yes])
])
