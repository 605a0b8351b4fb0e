/* verbs.h - the verbs of the tool.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef VERBS_H
#define VERBS_H

/* A verb is one file cmd-NAME.c, one declaration here, and one line in the
   table of main.c.  ARGV[0] is PROGRAM_NAME, what follows are the arguments
   behind the verb.  The result is the exit status of the tool.  */
int cmd_run (int argc, char **argv);

#endif /* VERBS_H */
