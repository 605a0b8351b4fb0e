/* faults-table.h - what each system has to fail.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef FAULTS_TABLE_H
#define FAULTS_TABLE_H

#include <stdbool.h>

enum { FAULTS_ERRORS = 10 };

/* The kinds of calls, which are numbers from 0 on.  */
struct faults_table
{
  int kinds;                    /* how many there are */
  const char *const *names;

  /* What each kind can fail with, as far as it makes a difference: 0 ends
     them.  */
  const int (*errors)[FAULTS_ERRORS];

  bool *struck;                 /* whether one of the kind has failed */

  /* Let portalocker__calls lead to functions that ask faults_strike.  */
  void (*install) (void);

  /* Be what a call does that fails with ERROR; and tell people of ERROR.  */
  void (*fail) (int error);
  const char *(*describe) (int error);

  /* Whether something that was built makes the call.  */
  bool (*is_used) (int kind);
};

extern const struct faults_table faults_table;

/* Whether this call, of the kind KIND, shall fail; the error is set then.
   Threads of the library come here too.  */
bool faults_strike (int kind);

/* Count this call; return whether it is the one that was armed.  */
bool faults_is_it (void);

#endif /* FAULTS_TABLE_H */
