dnl portalocker-backends.m4 - the one list of backends, and what is built.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# The backends, the preferred default first.  To add one: its name here, an
# entry below that tells whether it can be built, its source in lib/.
m4_define([PORTALOCKER_BACKEND_LIST], [win32, flock, ofd, fcntl, lockf])

# PORTALOCKER_WITH_BACKEND
# ------------------------
# The option --with-backend.  Whether the backend can be built shows later.
AC_DEFUN([PORTALOCKER_WITH_BACKEND],
[AC_ARG_WITH([backend],
  [AS_HELP_STRING([--with-backend=NAME],
     [the default backend: ]m4_join([, ], PORTALOCKER_BACKEND_LIST)[, or auto, the first of these that works])],
  [], [with_backend=auto])
AS_CASE([$with_backend],
  [auto]m4_foreach([portalocker_name], [PORTALOCKER_BACKEND_LIST],
    [ | portalocker_name]), [],
  [AC_MSG_ERROR([--with-backend=$with_backend: there is no such backend; choose one of ]m4_join([, ], PORTALOCKER_BACKEND_LIST)[, auto])])
])

# PORTALOCKER_BACKENDS
# --------------------
# Find out which backends can be built, and choose the default.  For each
# NAME: the Automake conditional and the macro PORTALOCKER_BACKEND_<NAME>,
# and portalocker_has_NAME and portalocker_why_NAME for the summary.
AC_DEFUN([PORTALOCKER_BACKENDS],
[AC_REQUIRE([PORTALOCKER_HOST_TABLE])
AC_REQUIRE([PORTALOCKER_WITH_BACKEND])
_PORTALOCKER_WIDE_OFFSETS

_PORTALOCKER_WIN32

AC_CHECK_FUNCS([flock])
_PORTALOCKER_BACKEND([flock], [flock_excludes],
  [$ac_cv_func_flock], [there is no function flock],
  [PORTALOCKER_FLOCK_EXCLUDES],
  [two opens of a file exclude each other])

AC_CHECK_FUNCS([fcntl])
AC_CHECK_DECL([F_OFD_SETLK],
  [portalocker_declares_ofd=$ac_cv_func_fcntl], [portalocker_declares_ofd=no],
  [[#include <fcntl.h>]])
_PORTALOCKER_RANGE_BACKEND([ofd], [ofd_excludes],
  [$portalocker_declares_ofd], [fcntl.h does not declare F_OFD_SETLK],
  [PORTALOCKER_OFD_EXCLUDES],
  [two opens of a file exclude each other])

_PORTALOCKER_RANGE_BACKEND([fcntl], [fcntl_refuses_child],
  [$ac_cv_func_fcntl], [there is no function fcntl],
  [PORTALOCKER_FCNTL_REFUSES_CHILD],
  [a child is refused its parent's lock])

AC_CHECK_FUNCS([lockf])
_PORTALOCKER_RANGE_BACKEND([lockf], [lockf_refuses_child],
  [$ac_cv_func_lockf], [there is no function lockf],
  [PORTALOCKER_LOCKF_REFUSES_CHILD],
  [a child is refused its parent's lock])

_PORTALOCKER_LOCKF_SHARED
_PORTALOCKER_DEFAULT_BACKEND
])

# What is declared for LockFileEx, as configure.ac has asked, is all of Windows'
# interface.
m4_define([_PORTALOCKER_WIN32],
[AS_VAR_IF([ac_cv_have_decl_LockFileEx], [yes],
  [portalocker_has_win32=yes
   portalocker_why_win32='windows.h declares LockFileEx'
   AC_DEFINE([HAVE_LOCKFILEEX], [1],
     [Define to 1 if there is LockFileEx, and Windows with it.])
   AC_DEFINE([PORTALOCKER_BACKEND_WIN32], [1],
     [Define to 1 if the backend win32 is built.])],
  [portalocker_has_win32=no
   portalocker_why_win32='windows.h does not declare LockFileEx'])
AM_CONDITIONAL([PORTALOCKER_BACKEND_WIN32],
  [test $portalocker_has_win32 = yes])
AS_IF([test $portalocker_has_win32 = yes],
  [AC_DEFINE([_WIN32_WINNT], [0x0601],
     [Define to the oldest Windows that is supported: Windows 7.])
   AC_DEFINE([WIN32_LEAN_AND_MEAN], [1],
     [Define to 1 so that windows.h has little but what is needed.])])
])

# The locks of byte ranges cover [0, 2^63-1-64), for ever the same.
m4_define([_PORTALOCKER_WIDE_OFFSETS],
[AC_CACHE_CHECK([whether off_t has 64 bits], [portalocker_cv_wide_offsets],
  [AC_COMPILE_IFELSE(
    [AC_LANG_PROGRAM([[#include <sys/types.h>
                       typedef char wide[sizeof (off_t) >= 8 ? 1 : -1];]])],
    [portalocker_cv_wide_offsets=yes],
    [portalocker_cv_wide_offsets=no])])
])

# _PORTALOCKER_RANGE_BACKEND: as _PORTALOCKER_BACKEND, for byte ranges.
m4_define([_PORTALOCKER_RANGE_BACKEND],
[AS_IF([test "$portalocker_cv_wide_offsets" = yes],
  [portalocker_exists=$3
   portalocker_missing="$4"],
  [portalocker_exists=no
   portalocker_missing='off_t has less than 64 bits'])
_PORTALOCKER_BACKEND([$1], [$2],
  [$portalocker_exists], [$portalocker_missing], [$5], [$6])])

# _PORTALOCKER_BACKEND(NAME, QUESTION, EXISTS, MISSING, PROBE, MEANING)
# ---------------------------------------------------------------------
# NAME is built if EXISTS is yes, else the reason is MISSING, and if the
# answer that the macro PROBE finds to QUESTION is yes too, which says that
# MEANING holds.
m4_define([_PORTALOCKER_BACKEND],
[portalocker_has_$1=no
AS_IF([test "$3" = yes],
  [$5
   AS_IF([test "$portalocker_answer_$2" = yes],
     [portalocker_has_$1=yes])
   portalocker_why_$1="$6: $portalocker_answer_$2 ($portalocker_how_$2)"],
  [portalocker_why_$1="$4"])
AS_IF([test $portalocker_has_$1 = yes],
  [AC_DEFINE([PORTALOCKER_BACKEND_]m4_toupper([$1]), [1],
     [Define to 1 if the backend $1 is built.])])
AM_CONDITIONAL([PORTALOCKER_BACKEND_]m4_toupper([$1]),
  [test $portalocker_has_$1 = yes])
])

# Whether lockf can borrow its shared locks from fcntl.
m4_define([_PORTALOCKER_LOCKF_SHARED],
[portalocker_lockf_shared=no
AS_IF([test $portalocker_has_lockf = yes],
  [AS_IF([test $portalocker_has_fcntl = yes],
     [PORTALOCKER_LOCKF_IS_FCNTL
      portalocker_lockf_shared=$portalocker_answer_lockf_is_fcntl
      portalocker_why_lockf_shared=$portalocker_how_lockf_is_fcntl],
     [portalocker_why_lockf_shared='no fcntl locks'])
   AS_IF([test $portalocker_lockf_shared = yes],
     [AC_DEFINE([LOCKF_IS_FCNTL], [1],
        [Define to 1 if lockf and fcntl take the same lock.])
      portalocker_why_lockf="$portalocker_why_lockf; the same lock as fcntl's: yes ($portalocker_why_lockf_shared)"],
     [portalocker_why_lockf="$portalocker_why_lockf; the same lock as fcntl's: no ($portalocker_why_lockf_shared), so exclusive only"])])
])

m4_define([_PORTALOCKER_DEFAULT_BACKEND],
[portalocker_built=
portalocker_entries=
m4_foreach([portalocker_name], [PORTALOCKER_BACKEND_LIST],
[AS_VAR_IF([portalocker_has_]portalocker_name, [yes],
  [AS_VAR_APPEND([portalocker_built], [" ]portalocker_name["])
   AS_VAR_APPEND([portalocker_entries], [" ENTRY (]portalocker_name[)"])])
])dnl
portalocker_built=`echo $portalocker_built`
AC_MSG_CHECKING([for the default backend])
AS_IF([test "$with_backend" = auto],
  [PORTALOCKER_DEFAULT_BACKEND=`echo "$portalocker_built" | sed 's/ .*//'`
   portalocker_why_default='the first that works'],
  [PORTALOCKER_DEFAULT_BACKEND=$with_backend
   portalocker_why_default='as --with-backend says'])
AC_MSG_RESULT([${PORTALOCKER_DEFAULT_BACKEND:-none}])
AS_IF([test -z "$portalocker_built"],
  [PORTALOCKER_BACKEND_REPORT
   AC_MSG_ERROR([no backend can be built on this system])])
AS_CASE([" $portalocker_built "],
  [*" $PORTALOCKER_DEFAULT_BACKEND "*], [],
  [PORTALOCKER_BACKEND_REPORT
   AC_MSG_ERROR([--with-backend=$with_backend: this backend cannot be built here, for the reason above])])
AC_SUBST([PORTALOCKER_DEFAULT_BACKEND])
AC_SUBST([PORTALOCKER_BUILT_BACKENDS], [$portalocker_built])
AC_DEFINE_UNQUOTED([PORTALOCKER_DEFAULT_BACKEND],
  [portalocker__backend_$PORTALOCKER_DEFAULT_BACKEND],
  [The table of the backend that is used unless an object names another.])
AC_DEFINE_UNQUOTED([PORTALOCKER_EACH_BACKEND(ENTRY)],
  [$portalocker_entries],
  [ENTRY (name) for each backend that is built.])
])

# PORTALOCKER_BACKEND_REPORT
# --------------------------
# Say for each backend whether it is built, and why.
AC_DEFUN([PORTALOCKER_BACKEND_REPORT],
[m4_foreach([portalocker_name], [PORTALOCKER_BACKEND_LIST],
[AS_VAR_COPY([portalocker_has], [portalocker_has_]portalocker_name)
AS_VAR_COPY([portalocker_why], [portalocker_why_]portalocker_name)
AC_MSG_NOTICE([  backend portalocker_name: $portalocker_has; $portalocker_why])
])])
