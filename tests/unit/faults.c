/* faults.c - every call of portalocker__calls made to fail in turn, on each
   system by its table.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* Before the headers of the system: it tells which system that is.  */
#include <config.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "atomic.h"
#include "faults.h"
#include "faults-table.h"

struct faults faults = { .kind = -1 };

bool
faults_is_it (void)
{
  return os_atomic_load (&faults.armed)
         && atomic_add (&faults.count, 1) == os_atomic_load (&faults.target);
}

bool
faults_strike (int kind)
{
  int index;
  if (! faults_is_it ())
    return false;
  index = os_atomic_load (&faults.index);
  if (index >= FAULTS_ERRORS || faults_table.errors[kind][index] == 0)
    {
      os_atomic_store (&faults.exhausted, 1);
      return false;
    }
  faults_note (kind);
  faults_table.fail (faults_table.errors[kind][index]);
  return true;
}

void
faults_arm (int n, int index)
{
  faults_table.install ();
  os_atomic_store (&faults.count, 0);
  os_atomic_store (&faults.target, n);
  os_atomic_store (&faults.index, index);
  os_atomic_store (&faults.kind, -1);
  os_atomic_store (&faults.exhausted, 0);
  os_atomic_store (&faults.armed, 1);
}

void
faults_disarm (void)
{
  os_atomic_store (&faults.armed, 0);
}

void
faults_note (int kind)
{
  os_atomic_store (&faults.kind, kind);
  faults_table.struck[kind] = true;
}

const char *
faults_name (void)
{
  static char name[80];
  snprintf (name, sizeof name, "%s: %s",
            faults.kind < 0 ? "nothing" : faults_table.names[faults.kind],
            faults.kind < 0 ? "" : faults_table.describe (faults_error ()));
  return name;
}

bool
faults_hit (const char *name)
{
  return faults.kind >= 0
         && strcmp (faults_table.names[faults.kind], name) == 0;
}

int
faults_error (void)
{
  return faults.kind < 0 ? 0
         : faults_table.errors[faults.kind][faults.index];
}

const char *
faults_missing (void)
{
  int kind;
  for (kind = 0; kind < faults_table.kinds; kind++)
    if (! faults_table.struck[kind] && faults_table.is_used (kind))
      return faults_table.names[kind];
  return NULL;
}

int
faults_kinds (void)
{
  return faults_table.kinds;
}
