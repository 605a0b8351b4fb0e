/* number.c - the numbers in the tool's arguments.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "number.h"

#include <limits.h>

int
parse_number (const char *text)
{
  int number = 0;
  const char *rest;
  for (rest = text; *rest >= '0' && *rest <= '9'; rest++)
    {
      int digit = *rest - '0';
      if (number > (INT_MAX - digit) / 10)
        return -1;
      number = 10 * number + digit;
    }
  return rest == text || *rest != '\0' ? -1 : number;
}
