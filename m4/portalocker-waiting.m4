dnl portalocker-waiting.m4 - what waits can be built on.
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl Copyright (C) 2026 The libportalocker authors

# PORTALOCKER_WAITING
# -------------------
# Find out how threads can wake each other, and how a wait in the kernel can
# be ended.  Only whether there is such a thing: whether it works is tried by
# the library when it first waits.
AC_DEFUN([PORTALOCKER_WAITING],
[_PORTALOCKER_ATOMICS
_PORTALOCKER_FUTEX
_PORTALOCKER_THREAD_TIMERS
_PORTALOCKER_THREADS
AC_CHECK_FUNCS([pthread_atfork pthread_attr_setsigmask_np pthread_cancel])
AS_IF([test "$enable_threads" = yes],
  [AC_DEFINE([HAVE_THREADS], [1],
     [Define to 1 if the library is for programs with threads.])])
AS_IF([test "$enable_threads$ac_cv_func_pthread_cancel" = yesyes],
  [AC_DEFINE([HAVE_CANCEL], [1],
     [Define to 1 if a thread can be cancelled.])])
AM_CONDITIONAL([PORTALOCKER_THREADS], [test "$enable_threads" = yes])
AM_CONDITIONAL([PORTALOCKER_CANCEL],
  [test "$enable_threads$ac_cv_func_pthread_cancel" = yesyes])
_PORTALOCKER_CHECKED_UNWINDER
])

# The number of a process stands for all its threads, which it does not where
# each is a process with a number of its own, as in dietlibc.  Windows has its
# own threads.
m4_define([_PORTALOCKER_THREADS],
[AS_IF([test "$enable_threads:$ac_cv_have_decl_LockFileEx" = yes:no],
  [AC_CACHE_CHECK([whether threads are of one process],
    [portalocker_cv_one_process],
    [AC_RUN_IFELSE(
       [AC_LANG_PROGRAM(
          [[#include <pthread.h>
            #include <sys/types.h>
            #include <unistd.h>
            static pid_t process;
            static void *
            run (void *argument)
            {
              process = getpid ();
              return argument;
            }
          ]],
          [[pthread_t thread;
            if (pthread_create (&thread, NULL, run, NULL) != 0)
              return 0;
            pthread_join (thread, NULL);
            return process != getpid ();]])],
       [portalocker_cv_one_process=yes], [portalocker_cv_one_process=no],
       [AS_CASE([$host_os],
          [*dietlibc*], [portalocker_cv_one_process=no],
          [portalocker_cv_one_process=yes])])])
   AS_VAR_IF([portalocker_cv_one_process], [no],
     [AC_MSG_ERROR([each thread is a process here, or threads do not work, so that a library for several cannot be built; give --disable-threads])])])
])

# A cancellation may come from a signal handler, where no mutex helps.
m4_define([_PORTALOCKER_ATOMICS],
[AC_CACHE_CHECK([for atomic numbers], [portalocker_cv_atomics],
  [portalocker_saved_CPPFLAGS=$CPPFLAGS
   CPPFLAGS="$CPPFLAGS -I$srcdir/lib"
   AC_LINK_IFELSE(
     [AC_LANG_PROGRAM([[#include "os-atomic.h"
                        static int n;]],
        [[os_atomic_store (&n, 0);
          return os_atomic_exchange (&n, 1) + os_atomic_load (&n)
                 + os_atomic_change (&n, 1, 2);]])],
     [portalocker_cv_atomics=yes], [portalocker_cv_atomics=no])
   CPPFLAGS=$portalocker_saved_CPPFLAGS])
AS_IF([test "$portalocker_cv_atomics" != yes],
  [AC_MSG_ERROR([the compiler '$CC' has no atomic numbers for this processor, which GCC has since 4.1 and clang since 3.1; name another one by CC=...])])
])

m4_define([_PORTALOCKER_FUTEX],
[AC_CACHE_CHECK([for futexes], [portalocker_cv_futex],
  [AC_COMPILE_IFELSE(
     [AC_LANG_PROGRAM(
        [[#include <sys/syscall.h>
          #include <unistd.h>
          #if ! defined SYS_futex && defined SYS_futex_time64
          # define SYS_futex SYS_futex_time64
          #endif
        ]],
        [[int word = 0;
          /* FUTEX_WAKE.  */
          return (int) syscall (SYS_futex, &word, 1, 1, 0, 0, 0);]])],
     [portalocker_cv_futex=yes], [portalocker_cv_futex=no])])
AS_VAR_IF([portalocker_cv_futex], [yes],
  [portalocker_futex=1], [portalocker_futex=0])
# Tests build the library without them too, by -DHAVE_FUTEX=0.
AH_VERBATIM([HAVE_FUTEX],
[/* Define to 1 if there are Linux's futexes, to 0 if not.  */
#ifndef HAVE_FUTEX
# undef HAVE_FUTEX
#endif])
AC_DEFINE_UNQUOTED([HAVE_FUTEX], [$portalocker_futex])
AM_CONDITIONAL([PORTALOCKER_FUTEX], [test $portalocker_futex = 1])
])

# Timers that signal one thread.  timer_create may be in a library of its
# own.
m4_define([_PORTALOCKER_THREAD_TIMERS],
[AC_CACHE_CHECK([for timers that signal one thread],
  [portalocker_cv_thread_timers],
  [AC_LINK_IFELSE(
     [AC_LANG_PROGRAM(
        [[#include <signal.h>
          #include <sys/syscall.h>
          #include <time.h>
          #include <unistd.h>
          #ifndef sigev_notify_thread_id
          # define sigev_notify_thread_id _sigev_un._tid
          #endif
        ]],
        [[struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID };
          timer_t timer;
          event.sigev_notify_thread_id = (int) syscall (SYS_gettid);
          return timer_create (CLOCK_MONOTONIC, &event, &timer);]])],
     [portalocker_cv_thread_timers=yes], [portalocker_cv_thread_timers=no])])
AS_VAR_IF([portalocker_cv_thread_timers], [yes],
  [AC_DEFINE([HAVE_THREAD_TIMERS], [1],
     [Define to 1 if a timer can signal one thread.])])
AM_CONDITIONAL([PORTALOCKER_THREAD_TIMERS],
  [test "$portalocker_cv_thread_timers" = yes])
])

# In a program that is linked dynamically, glibc loads libgcc_s at the first
# cancellation, and ends the process when it cannot.
m4_define([_PORTALOCKER_CHECKED_UNWINDER],
[AC_CACHE_CHECK([whether a cancellation needs libgcc_s],
  [portalocker_cv_cancel_needs_libgcc],
  [AC_COMPILE_IFELSE(
     [AC_LANG_PROGRAM([[#include <features.h>
                        #ifndef __GLIBC__
                        # error this is another C library
                        #endif
                      ]], [])],
     [portalocker_cv_cancel_needs_libgcc=yes],
     [portalocker_cv_cancel_needs_libgcc=no])])
AS_VAR_IF([portalocker_cv_cancel_needs_libgcc], [yes],
  [AC_DEFINE([CANCEL_NEEDS_LIBGCC], [1],
     [Define to 1 if pthread_cancel loads libgcc_s.])])
])
