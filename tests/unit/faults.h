/* faults.h - every call of portalocker__calls made to fail in turn.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   faults_arm says that the call number N from now on, of whatever kind,
   shall fail, with the error number INDEX of those that make sense for it.
   A call that ends something (such as close) does so and then says that it
   failed.  */

#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>

/* Whether to fail a call: what was armed, and what came of it.  All numbers
   are atomic.  */
struct faults
{
  int armed;
  int target, index;            /* what was asked for */
  int count;                    /* calls so far */
  int kind;                     /* which call failed, or -1 */
  int exhausted;                /* its errors are fewer than INDEX */
};

extern struct faults faults;

/* The table leads here from the first faults_arm on until unit_restore.  */
void faults_arm (int n, int index);
void faults_disarm (void);

/* Say that a call of the kind KIND failed in another process.  */
void faults_note (int kind);

/* What failed, "open: EMFILE".  */
const char *faults_name (void);

/* Whether the call that failed was the one called NAME; and with what.  */
bool faults_hit (const char *name);
int faults_error (void);

/* The name of a call that never failed yet in this program, though something
   that was built makes it; NULL when all did.  */
const char *faults_missing (void);

/* How many kinds of calls this file knows.  */
int faults_kinds (void);

#endif /* FAULTS_H */
