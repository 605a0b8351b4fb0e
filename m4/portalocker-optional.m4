dnl portalocker-optional.m4 - libraries that only examples and tests use.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_OPTIONAL_LIBRARIES
# ------------------------------
# Find by pkg-config libevent and libuv, for examples of the manual, and
# libfuse, for a file system of the tests.  Neither the library nor the tool
# needs them: without one, what uses it is not built, and its tests are
# unsupported.
AC_DEFUN([PORTALOCKER_OPTIONAL_LIBRARIES],
[AC_CHECK_TOOL([PKG_CONFIG], [pkg-config], [false])
_PORTALOCKER_OPTIONAL_LIBRARY([libevent], [LIBEVENT], [libevent_core],
  [[#include <event2/event.h>]], [[event_base_new ();]])
_PORTALOCKER_OPTIONAL_LIBRARY([libuv], [LIBUV], [libuv],
  [[#include <uv.h>]], [[uv_default_loop ();]])
_PORTALOCKER_OPTIONAL_LIBRARY([fuse3], [FUSE3], [fuse3],
  [[#define FUSE_USE_VERSION 31
#include <fuse_lowlevel.h>]], [[fuse_session_new (0, 0, 0, 0);]])
])

# _PORTALOCKER_OPTIONAL_LIBRARY(NAME, PREFIX, MODULE, PROLOGUE, BODY)
# -------------------------------------------------------------------
# Set PREFIX_CFLAGS and PREFIX_LIBS to those of the pkg-config MODULE, and the
# conditional PORTALOCKER_PREFIX to whether a program links with them.
m4_define([_PORTALOCKER_OPTIONAL_LIBRARY],
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
