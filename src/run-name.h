/* run-name.h - locks that have a name instead of a path.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef RUN_NAME_H
#define RUN_NAME_H

/* Return NULL if a lock can have the name NAME, or the rule that it breaks:
   "is not empty, ...".  */
const char *run_name_rule (const char *name);

/* Make *PATH, which the caller frees, the path of the lock called NAME:
   NAME.lock in a directory of this user.

   That directory is one and the same for all processes of a user, with or
   without a login session, or they would miss each other.  One that is
   missing, or where somebody else can write, is an error, and never leads to
   another one.

   Return STATUS_DONE, or another status after a message.  */
int run_name_path (const char *name, char **path);

#endif /* RUN_NAME_H */
