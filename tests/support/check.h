/* check.h - results of the C test programs.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   A test program looks so:

       #include "check.h"

       int
       main (void)
       {
         check_area ("unit/codes");
         CHECK (portalocker_code_name (99) == NULL, "no name for 99");
         CHECK_INT (rc, 0, "an empty list is fine");
         CHECK_CODE (rc, PORTALOCKER_BUSY, "a second holder is busy");
         CHECK_STRING (text, "busy", "the text is short");
         check_unsupported ("EMFILE is reported", "no limit can be set");
         return check_done ();
       }

   Each call gives one result with the name "unit/codes: STATEMENT"; a name
   may be used once in the whole test tree.  When many values are tried, use
   CHECK_QUIET for each of them and one CHECK of its answer at the end.

   Results are lines of DejaGnu's form, TAB, word, colon, text; the words are
   PASSED, FAILED, UNSUPPORTED (with the reason in brackets at the end), NOTE
   and, as the very last, DONE with the number of results.  A failed check
   prints the values by their names in NOTE lines.  Nothing else may stand on
   a line that begins with a TAB.

   Exit status: 0 all passed, 1 something failed, 77 nothing but UNSUPPORTED,
   99 the test itself could not be done (check_fatal).  The driver's
   "run_program" compares all of this, so a program that dies early or prints
   nothing does not go unseen.

   The header uses stdio and the public header of the library, and nothing
   else.  In a program with threads, only one may use it.  In the child of
   a fork, end with _exit, not with check_done.  */

#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portalocker.h"

#if defined __GNUC__
# define CHECK_MAYBE_UNUSED __attribute__ ((__unused__))
# if defined __MINGW_PRINTF_FORMAT
#  define CHECK_DIALECT __MINGW_PRINTF_FORMAT
# else
#  define CHECK_DIALECT __printf__
# endif
# define CHECK_PRINTF(m, n) \
    __attribute__ ((__format__ (CHECK_DIALECT, m, n)))
#else
# define CHECK_MAYBE_UNUSED
# define CHECK_PRINTF(m, n)
#endif

static const char *check__area = "unnamed";
static unsigned int check__passed, check__failed, check__unsupported;

/* Name what the next results are about, "unit/codes".  */
CHECK_MAYBE_UNUSED static void
check_area (const char *area)
{
  check__area = area;
  setvbuf (stdout, NULL, _IOLBF, BUFSIZ);
}

/* Print a remark for the log.  */
CHECK_MAYBE_UNUSED CHECK_PRINTF (1, 2) static void
check_note (const char *format, ...)
{
  va_list arguments;

  fputs ("\tNOTE: ", stdout);
  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
}

CHECK_MAYBE_UNUSED static int
check__result (int good, const char *statement)
{
  if (good)
    check__passed++;
  else
    check__failed++;
  printf ("\t%s: %s: %s\n", good ? "PASSED" : "FAILED", check__area,
          statement);
  return good;
}

/* Report a check that cannot be made here, and why.  */
CHECK_MAYBE_UNUSED static void
check_unsupported (const char *statement, const char *reason)
{
  check__unsupported++;
  printf ("\tUNSUPPORTED: %s: %s (%s)\n", check__area, statement, reason);
}

/* End the program: the test itself could not be done.  */
CHECK_MAYBE_UNUSED CHECK_PRINTF (1, 2) static void
check_fatal (const char *format, ...)
{
  va_list arguments;

  fprintf (stderr, "%s: ", check__area);
  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fputc ('\n', stderr);
  exit (99);
}

/* Print the last line; return the exit status.  */
CHECK_MAYBE_UNUSED static int
check_done (void)
{
  printf ("\tDONE: %u results\n",
          check__passed + check__failed + check__unsupported);
  if (fflush (stdout) != 0)
    return 99;
  if (check__failed)
    return 1;
  return check__passed ? 0 : 77;
}

CHECK_MAYBE_UNUSED static const char *
check__name_of_code (int code)
{
  const char *name = portalocker_code_name (code);

  return name != NULL ? name : "no code";
}

CHECK_MAYBE_UNUSED static int
check__int (intmax_t actual, intmax_t expected, const char *expression,
            const char *file, int line)
{
  if (actual != expected)
    check_note ("%s:%d: %s is %" PRIdMAX ", not %" PRIdMAX, file, line,
                expression, actual, expected);
  return actual == expected;
}

CHECK_MAYBE_UNUSED static int
check__code (int actual, int expected, const char *expression,
             const char *file, int line)
{
  if (actual != expected)
    check_note ("%s:%d: %s is %d (%s), not %d (%s)", file, line, expression,
                actual, check__name_of_code (actual), expected,
                check__name_of_code (expected));
  return actual == expected;
}

CHECK_MAYBE_UNUSED static int
check__string (const char *actual, const char *expected,
               const char *expression, const char *file, int line)
{
  if (actual == expected
      || (actual != NULL && expected != NULL
          && strcmp (actual, expected) == 0))
    return 1;
  check_note ("%s:%d: %s is \"%s\", not \"%s\"", file, line, expression,
              actual != NULL ? actual : "(NULL)",
              expected != NULL ? expected : "(NULL)");
  return 0;
}

CHECK_MAYBE_UNUSED static int
check__true (int good, const char *expression, const char *file, int line)
{
  if (! good)
    check_note ("%s:%d: not true: %s", file, line, expression);
  return good;
}

/* Compare without giving a result; the answer is 1 or 0.  */
#define CHECK_QUIET(condition) \
  check__true ((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_QUIET_INT(actual, expected) \
  check__int (actual, expected, #actual, __FILE__, __LINE__)
#define CHECK_QUIET_CODE(actual, expected) \
  check__code (actual, expected, #actual, __FILE__, __LINE__)
#define CHECK_QUIET_STRING(actual, expected) \
  check__string (actual, expected, #actual, __FILE__, __LINE__)

/* Compare and give a result; the answer is 1 or 0.  */
#define CHECK(condition, statement) \
  check__result (CHECK_QUIET (condition), statement)
#define CHECK_INT(actual, expected, statement) \
  check__result (CHECK_QUIET_INT (actual, expected), statement)
#define CHECK_CODE(actual, expected, statement) \
  check__result (CHECK_QUIET_CODE (actual, expected), statement)
#define CHECK_STRING(actual, expected, statement) \
  check__result (CHECK_QUIET_STRING (actual, expected), statement)

#endif /* CHECK_H */
