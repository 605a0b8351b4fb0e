/* command-line.h - the arguments of a command as one line, for Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef COMMAND_LINE_H
#define COMMAND_LINE_H

/* Windows gives a program one text, which it takes apart by itself.  */

/* Return the line from which CommandLineToArgvW, and the start of a program
   in C, get ARGUMENTS, which end with NULL; the caller frees it.  NULL if
   there is no memory.  */
char *command_line_quote (char *const *arguments);

/* Return NULL if the batch file SCRIPT can be given ARGUMENTS, of which the
   first is not looked at; else the word that would not get there as it is.
   cmd.exe replaces %NAME% also within quotes, has no way to write a quote
   within quotes that all commands understand, and ends at a newline.  */
const char *command_line_unfit (const char *script, char *const *arguments);

/* Return the line by which INTERPRETER, the file name of cmd.exe, runs the
   batch file SCRIPT with ARGUMENTS but for the first.  */
char *command_line_batch (const char *interpreter, const char *script,
                          char *const *arguments);

#endif /* COMMAND_LINE_H */
