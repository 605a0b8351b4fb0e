dnl portalocker-compiler.m4 - what the compiler must and may do.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_NEED_C99
# --------------------
# Stop with a sentence if AC_PROG_CC found no way to compile C99.
AC_DEFUN([PORTALOCKER_NEED_C99],
[AC_REQUIRE([AC_PROG_CC])
AS_CASE([$ac_prog_cc_stdc],
  [no | c89],
    [AC_MSG_ERROR([libportalocker is written in C99, which the compiler '$CC' does not know; name another one by CC=...])])
])

# PORTALOCKER_WARNINGS
# --------------------
# WARN_CFLAGS for the sources of this package, as --enable-gcc-warnings says.
AC_DEFUN([PORTALOCKER_WARNINGS],
[AC_REQUIRE([PORTALOCKER_ENABLE_OPTIONS])
AS_CASE([$enable_gcc_warnings],
  [yes], [_PORTALOCKER_MANY_WARNINGS],
  [error],
    [_PORTALOCKER_MANY_WARNINGS
     gl_WARN_ADD([-Werror], [WARN_CFLAGS])])
AC_SUBST([WARN_CFLAGS])
])

# All warnings that gnulib knows, less these:
#   noise by design: -Wbad-function-cast -Wdisabled-optimization -Winline
#     -Wpacked -Wpadded
#     -Wstack-protector -Wstrict-overflow -Wsystem-headers
#     -Wunsafe-loop-optimizations -Wunsuffixed-float-constants
#   advice that changes with the optimizer: -Wsuggest-attribute=*, but for
#     =format, and -Wsuggest-final-*
#   C99 is meant: -Wdeclaration-after-statement
#   EAGAIN and EWOULDBLOCK may be one number or two: -Wlogical-op
#   false alarms, and minutes of time: -fanalyzer
m4_define([_PORTALOCKER_UNWANTED_WARNINGS], [m4_normalize([
  -Wbad-function-cast -Wdeclaration-after-statement -Wdisabled-optimization
  -Winline -Wlogical-op
  -Wpacked -Wpadded -Wstack-protector -Wstrict-overflow
  -Wsuggest-attribute=cold -Wsuggest-attribute=const
  -Wsuggest-attribute=malloc -Wsuggest-attribute=noreturn
  -Wsuggest-attribute=pure -Wsuggest-final-methods -Wsuggest-final-types
  -Wsystem-headers -Wunsafe-loop-optimizations -Wunsuffixed-float-constants
  -fanalyzer])])

m4_define([_PORTALOCKER_MANY_WARNINGS],
[gl_MANYWARN_ALL_GCC([portalocker_warnings])
gl_MANYWARN_COMPLEMENT([portalocker_warnings], [$portalocker_warnings],
  _PORTALOCKER_UNWANTED_WARNINGS)
for portalocker_warning in $portalocker_warnings; do
  gl_WARN_ADD([$portalocker_warning], [WARN_CFLAGS])
done
])

# PORTALOCKER_LINK_FLAGS
# ----------------------
# SHLIB_LDFLAGS: flags for the shared library that this linker, with the
# user's flags, takes without a word.
#   -z defs       a name that no library defines is an error.  (Refused with
#                 clang's sanitizers, whose names come from the program.)
#   -z nodelete   never unloaded: the handlers that fork and the end of a
#                 thread call are code of this library.
#   -Bsymbolic-functions
#                 the library's calls of its own functions need no table.
AC_DEFUN([PORTALOCKER_LINK_FLAGS],
[AC_REQUIRE([LT_INIT])
SHLIB_LDFLAGS=
_PORTALOCKER_LINK_FLAG([z_defs], [-Wl,-z,defs])
_PORTALOCKER_LINK_FLAG([z_nodelete], [-Wl,-z,nodelete])
_PORTALOCKER_LINK_FLAG([symbolic], [-Wl,-Bsymbolic-functions])
AC_SUBST([SHLIB_LDFLAGS])
])

# PORTALOCKER_DLL_LINK_FLAGS
# --------------------------
# What SHLIB_LDFLAGS has besides for a DLL.
#   -static-libgcc  32-bit code divides 64-bit numbers by functions of libgcc.
#                   A DLL of it would have to be found beside this one.
AC_DEFUN([PORTALOCKER_DLL_LINK_FLAGS],
[AC_REQUIRE([PORTALOCKER_LINK_FLAGS])
_PORTALOCKER_LINK_FLAG([static_libgcc], [-static-libgcc])
])

m4_define([_PORTALOCKER_LINK_FLAG],
[AC_CACHE_CHECK([whether the linker takes $2 for a shared library],
  [portalocker_cv_ld_$1],
  [portalocker_cv_ld_$1=no
   AC_LANG_CONFTEST(
     [AC_LANG_SOURCE([[int f (int *p); int f (int *p) { return p[1]; }]])])
   AS_IF([portalocker_said=`$CC $CPPFLAGS $CFLAGS $lt_prog_compiler_pic \
            $LDFLAGS -shared $2 -o conftest.so conftest.$ac_ext 2>&1` \
          && test -z "$portalocker_said"],
     [portalocker_cv_ld_$1=yes])
   rm -f conftest.so conftest.$ac_ext])
AS_VAR_IF([portalocker_cv_ld_$1], [yes],
  [SHLIB_LDFLAGS="$SHLIB_LDFLAGS $2"])
])

# PORTALOCKER_NO_RPATH
# --------------------
# Keep libtool from writing library directories into what it links, unless
# --enable-rpath asks for it.
AC_DEFUN([PORTALOCKER_NO_RPATH],
[AC_REQUIRE([PORTALOCKER_ENABLE_OPTIONS])
AC_REQUIRE([LT_INIT])
AS_IF([test $enable_rpath = no],
  [hardcode_libdir_flag_spec=
   runpath_var=])
])

# PORTALOCKER_UNWIND
# ------------------
# UNWIND_CFLAGS: a thread of the library can be cancelled at any instruction,
# and the unwinder must find its way from there.
AC_DEFUN([PORTALOCKER_UNWIND],
[gl_COMPILER_OPTION_IF([-fasynchronous-unwind-tables],
  [UNWIND_CFLAGS=-fasynchronous-unwind-tables], [UNWIND_CFLAGS=])
AC_SUBST([UNWIND_CFLAGS])
])
