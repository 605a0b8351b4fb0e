/* version.c - which version runs.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "portalocker.h"

#include <stdbool.h>

enum { VERSION_PARTS = 3, VERSION_PART_LIMIT = 100000 };

/* Read "MAJOR.MINOR" or "MAJOR.MINOR.PATCH".  */
static bool
parse_version (const char *text, long parts[VERSION_PARTS])
{
  int i;
  parts[2] = 0;
  for (i = 0; i < VERSION_PARTS; i++)
    {
      if (*text < '0' || *text > '9')
        return false;
      for (parts[i] = 0; *text >= '0' && *text <= '9'; text++)
        if (parts[i] < VERSION_PART_LIMIT)
          parts[i] = parts[i] * 10 + (*text - '0');
      if (*text == '\0')
        return i >= 1;
      if (*text++ != '.')
        return false;
    }
  return false;
}

const char *
portalocker_version (void)
{
  return PORTALOCKER_VERSION;
}

const char *
portalocker_check_version (const char *required)
{
  long wanted[VERSION_PARTS], ours[VERSION_PARTS];
  int i;
  if (required == NULL)
    return portalocker_version ();
  if (! parse_version (required, wanted)
      || ! parse_version (PORTALOCKER_VERSION, ours))
    return NULL;
  for (i = 0; i < VERSION_PARTS; i++)
    if (ours[i] != wanted[i])
      return ours[i] > wanted[i] ? portalocker_version () : NULL;
  return portalocker_version ();
}
