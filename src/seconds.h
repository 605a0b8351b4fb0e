/* seconds.h - times on the command line.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef SECONDS_H
#define SECONDS_H

#include <stdint.h>

/* Read TEXT, seconds such as "2", "2.5" or ".25", into *MILLISECONDS,
   rounded up so that nobody waits too short.  The decimal point is a point
   in every locale.  Return NULL, or what is wrong with TEXT.  */
const char *parse_seconds (const char *text, int64_t *milliseconds);

#endif /* SECONDS_H */
