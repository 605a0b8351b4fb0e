/* faults-win32.h - the table beneath the faults, on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef FAULTS_WIN32_H
#define FAULTS_WIN32_H

#include "../../lib/calls.h"

/* What the calls that do not fail lead to: to be filled before the first
   faults_arm.  */
extern struct portalocker__calls faults_real;

#endif /* FAULTS_WIN32_H */
