/* number.h - the numbers in the tool's arguments.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef NUMBER_H
#define NUMBER_H

/* Return the number that TEXT is, in decimal digits alone, or -1 if it is none
   or does not fit.  */
int parse_number (const char *text);

#endif /* NUMBER_H */
