/* report.c - the results as a table and as JSON.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "bench.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <portalocker.h>

static int
has_goal (const struct bench_row *row)
{
  return row->goal > 0;
}

static int
goal_is_met (const struct bench_row *row)
{
  return row->ratio <= row->goal;
}

static void
print_table_row (const struct bench_row *row, FILE *out)
{
  if (row->is_first)
    fprintf (out, "\n%s\n", row->title);
  fprintf (out, "  %-36s %10.0f", row->peer, row->nanoseconds);
  if (! row->is_first)
    fprintf (out, "  %6.3f  %.3f - %.3f", row->ratio, row->low, row->high);
  if (has_goal (row))
    fprintf (out, "  %5.2f %s", row->goal,
             goal_is_met (row) ? "met" : "MISSED");
  putc ('\n', out);
}

void
bench_print_table (const struct bench_report *report, FILE *out)
{
  size_t i;

  fprintf (out, "%-38s %10s  %6s  %-13s  %5s\n", "", "ns", "ratio",
           "its quartiles", "goal");
  for (i = 0; i < report->n_rows; i++)
    print_table_row (&report->rows[i], out);
}

/* Names of peers and titles are ours: nothing in them needs escapes.  */
static void
print_json_row (const struct bench_row *row, FILE *out)
{
  fprintf (out, "    { \"measurement\": \"%s\", \"title\": \"%s\",\n"
           "      \"peer\": \"%s\", \"nanoseconds\": %.1f",
           row->measurement, row->title, row->peer, row->nanoseconds);
  if (! row->is_first)
    fprintf (out, ",\n      \"ratio\": %.4f, \"low\": %.4f, \"high\": %.4f",
             row->ratio, row->low, row->high);
  if (has_goal (row))
    fprintf (out, ", \"goal\": %.2f, \"met\": %s", row->goal,
             goal_is_met (row) ? "true" : "false");
  fputs (" }", out);
}

static void
print_json_system (FILE *out)
{
  struct utsname system;

  if (uname (&system) == 0)
    fprintf (out, "  \"system\": \"%s %s %s\",\n", system.sysname,
             system.release, system.machine);
  fprintf (out, "  \"processors\": %ld,\n", sysconf (_SC_NPROCESSORS_ONLN));
}

void
bench_print_json (const struct bench_report *report, FILE *out)
{
  size_t i;

  fprintf (out, "{\n  \"version\": \"%s\",\n", portalocker_version ());
  fprintf (out, "  \"default_backend\": \"%s\",\n",
           portalocker_default_backend ());
  print_json_system (out);
  fprintf (out, "  \"repetitions\": %u,\n  \"results\": [\n",
           report->repetitions);
  for (i = 0; i < report->n_rows; i++)
    {
      print_json_row (&report->rows[i], out);
      fputs (i + 1 < report->n_rows ? ",\n" : "\n", out);
    }
  fputs ("  ]\n}\n", out);
}
