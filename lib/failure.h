/* failure.h - what is remembered of a failure.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_FAILURE_H
#define PORTALOCKER_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "os.h"
#include "portalocker.h"

struct portalocker__backend;

/* For functions that run when something has failed: the compiler keeps them,
   and the ways to them, out of the way of what goes well.  */
#if defined __GNUC__ && ! defined __PCC__
# define ON_FAILURE __attribute__ ((__cold__))
#else
# define ON_FAILURE
#endif

/* Some C libraries have two kinds of printf.  */
#ifdef __MINGW_PRINTF_FORMAT
# define PRINTF_FORMAT __MINGW_PRINTF_FORMAT
#else
# define PRINTF_FORMAT __printf__
#endif

enum { FAILURE_DETAIL_SIZE = 120 };

/* The record that functions fill on their way out.  It holds no memory of
   its own, so that copying one is an assignment.  */
struct failure
{
  int code;
  int system_error;             /* or 0 */
  const char *call;             /* a constant string, or NULL */
  const char *path;             /* what the failure is about: borrowed, as the
                                   caller named it; or NULL, then: */
  os_file fd;                   /* the open file that it is about, or -1 ... */
  int descriptor;               /* ... and its descriptor if the caller named
                                   that, or -1 */
  int64_t waited;               /* nanoseconds, for PORTALOCKER_TIMED_OUT */
  char detail[FAILURE_DETAIL_SIZE]; /* said in place of the system's text,
                                       unless "" */

  /* Who holds the lock.  Looked up late, since it costs more than the try
     that failed: HOLDER counts when HOLDER_KNOWN.  */
  bool holder_known;
  int64_t holder;
  const struct portalocker__backend *backend; /* NULL: there is none */
  bool exclusive;               /* the lock that was wanted */
  struct file_id id;            /* the file that was to be locked */
};

/* Make *FAILURE empty: PORTALOCKER_OK.  Field by field, since every lock does
   this before it is known whether anything fails.  */
static inline void
portalocker__clear (struct failure *failure)
{
  failure->code = PORTALOCKER_OK;
  failure->system_error = 0;
  failure->call = NULL;
  failure->path = NULL;
  failure->fd = -1;
  failure->descriptor = -1;
  failure->waited = 0;
  failure->detail[0] = '\0';
  failure->holder_known = false;
  failure->holder = 0;
  failure->backend = NULL;
  failure->exclusive = false;
  failure->id = (struct file_id) { 0 };
}

/* Record CODE, the system's function CALL and its error number ERROR;
   return CODE.  The path and the descriptor stay.  FAILURE may be NULL
   here and below.  */
ON_FAILURE int portalocker__fail (struct failure *failure, int code,
                                  const char *call, int error);

/* Record CODE and a detail that names the thing and what is wrong with it;
   return CODE.  */
ON_FAILURE
int portalocker__explain (struct failure *failure, int code,
                          const char *format, ...)
#if defined __GNUC__ && ! defined __PCC__
  __attribute__ ((__format__ (PRINTF_FORMAT, 3, 4)))
#endif
  ;

/* Record that a number of the caller is no open descriptor; return
   PORTALOCKER_BAD_ARGUMENT.  */
ON_FAILURE int portalocker__fail_not_open (struct failure *failure);

/* Record that a stream failed before it came to us, so that data may be
   missing; return PORTALOCKER_CANNOT_WRITE.  */
ON_FAILURE int portalocker__fail_earlier (struct failure *failure);

/* Fill an error object (which may be NULL) from FAILURE, copying the path,
   and return the code of FAILURE.  */
struct portalocker_error;
ON_FAILURE int portalocker__error_fill (struct portalocker_error *error,
                                        const struct failure *failure);

/* Look up the holder in FAILURE now, through the file PATH, which the one who
   asks has open as ASKER if it holds a lock, else -1; or through the open file
   of FAILURE if PATH is NULL.  */
ON_FAILURE void portalocker__resolve_holder (struct failure *failure,
                                             const char *path, os_file asker);

/* Write the line that portalocker_error_summary returns, and after it the
   advice if ADVICE.  Like snprintf, return the length that it needs.  */
ON_FAILURE int portalocker__write_message (char *buffer, size_t size,
                                           const struct failure *failure,
                                           bool advice);

#endif /* PORTALOCKER_FAILURE_H */
