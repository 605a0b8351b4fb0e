/* seconds.c - times on the command line.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "seconds.h"

#include <stdbool.h>
#include <stddef.h>

/* About 285000 years; so far away that a deadline, which is such a time
   and that of a clock together, cannot overflow.  */
static const int64_t limit = INT64_MAX / 1024;

static bool
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

/* Read the digits behind the point.  */
static const char *
parse_fraction (const char *text, int64_t *milliseconds)
{
  bool more = false;
  int unit = 100;
  int fraction = 0;
  for (; is_digit (*text); text++)
    {
      fraction += unit * (*text - '0');
      more = more || (unit == 0 && *text != '0');
      unit /= 10;
    }
  *milliseconds += fraction + more;
  return text;
}

const char *
parse_seconds (const char *text, int64_t *milliseconds)
{
  const char *rest = text;
  int64_t seconds = 0;
  for (; is_digit (*rest); rest++)
    {
      seconds = 10 * seconds + (*rest - '0');
      if (seconds > limit / 1000)
        return "too long; to wait for ever, leave the option out";
    }
  *milliseconds = 1000 * seconds;
  if (*rest == '.' && (rest != text || is_digit (rest[1])))
    rest = parse_fraction (rest + 1, milliseconds);
  if (rest == text || *rest != '\0')
    return "not a number of seconds such as 2 or 2.5";
  return NULL;
}
