/* report.c - the results as a table, as JSON, and for doc/results.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "bench.h"

#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <portalocker.h>

static int
has_goal (const struct bench_row *row)
{
  return row->goal.bound != BENCH_NO_GOAL;
}

static int
is_about_ratio (const struct bench_row *row)
{
  return row->goal.bound == BENCH_RATIO_AT_MOST
         || row->goal.bound == BENCH_RATIO_AT_LEAST;
}

static int
is_at_most (const struct bench_row *row)
{
  return row->goal.bound == BENCH_RATIO_AT_MOST
         || row->goal.bound == BENCH_VALUE_AT_MOST;
}

static int
goal_is_met (const struct bench_row *row)
{
  double number = is_about_ratio (row) ? row->ratio : row->value;

  if (is_about_ratio (row) && ! row->has_ratio)
    return 0;
  return is_at_most (row) ? number <= row->goal.limit
                          : number >= row->goal.limit;
}

static int
is_whole (double value)
{
  return value >= 1000 || (double) (int) value == value;
}

/* How many decimals of VALUE people like to see.  */
static int
decimals (double value)
{
  if (is_whole (value))
    return 0;
  return value < 10 ? 3 : 1;
}

/* Whether ROW is about something else than the row BEFORE, if any.  */
static int
begins_block (const struct bench_row *row, const struct bench_row *before)
{
  return before == NULL || strcmp (row->title, before->title) != 0
         || strcmp (row->quantity.name, before->quantity.name) != 0;
}

/* Print VALUE, WIDTH columns wide, in UNIT or a larger one.  */
static void
print_value (double value, const char *unit, int width, FILE *out)
{
  if (strcmp (unit, "ns") == 0 && value >= 1e7)
    {
      value /= 1e6;
      unit = "ms";
    }
  else if (strcmp (unit, "ns") == 0 && value >= 1e4)
    {
      value /= 1e3;
      unit = "us";
    }
  fprintf (out, "%*.*f %-3s", width, decimals (value), value, unit);
}

static void
print_goal (const struct bench_row *row, FILE *out)
{
  double limit = row->goal.limit;

  fputs (is_at_most (row) ? "  <= " : "  >= ", out);
  if (is_about_ratio (row))
    fprintf (out, "%.2f times", limit);
  else
    print_value (limit, row->quantity.unit, 1, out);
  fputs (goal_is_met (row) ? " met" : " MISSED", out);
}

static void
print_table_row (const struct bench_row *row, FILE *out)
{
  fprintf (out, "  %-38s", row->peer);
  print_value (row->value, row->quantity.unit, 9, out);
  if (row->has_ratio)
    fprintf (out, " %8.3f %8.3f - %-8.3f", row->ratio, row->low, row->high);
  else if (has_goal (row))
    fprintf (out, " %8s %19s", "", "");
  if (has_goal (row))
    print_goal (row, out);
  putc ('\n', out);
}

static void
print_left_out (const struct bench_report *report, FILE *out)
{
  size_t i;

  for (i = 0; i < report->n_programs; i++)
    if (report->programs[i].version[0] == '\0')
      fprintf (out, "\nLeft out, since it is not installed: %s\n",
               report->programs[i].name);
}

void
bench_print_table (const struct bench_report *report, FILE *out)
{
  size_t i;

  fprintf (out, "%-40s%9s %12s %19s  %s\n", "", "value", "ratio",
           "its quartiles", "goal");
  for (i = 0; i < report->n_rows; i++)
    {
      const struct bench_row *row = &report->rows[i];

      if (begins_block (row, i > 0 ? row - 1 : NULL))
        fprintf (out, "\n%s: %s\n", row->title, row->quantity.name);
      print_table_row (row, out);
    }
  print_left_out (report, out);
}


/* What is known of the machine.  */

static void
today (char text[16])
{
  time_t now = time (NULL);
  struct tm date;

  strftime (text, 16, "%Y-%m-%d", gmtime_r (&now, &date));
}

/* The system and the kind of machine; not the name of this one.  */
static void
system_name (char text[256])
{
  struct utsname system;

  if (uname (&system) == 0)
    snprintf (text, 256, "%s %s %s", system.sysname, system.release,
              system.machine);
  else
    snprintf (text, 256, "unknown");
}

/* What /proc/cpuinfo calls the processor, without characters that JSON
   would mind.  */
static void
processor_name (char text[128])
{
  FILE *stream = fopen ("/proc/cpuinfo", "r");
  char line[256];

  snprintf (text, 128, "unknown");
  if (stream == NULL)
    return;
  while (fgets (line, sizeof line, stream) != NULL)
    if (sscanf (line, "model name : %127[^\n\"\\]", text) == 1)
      break;
  fclose (stream);
}


/* JSON.  Names of peers and titles are ours: nothing in them needs
   escapes.  */

static const char *
bound_name (const struct bench_row *row)
{
  static const char *const names[] =
  {
    "", "ratio at most", "ratio at least", "value at most", "value at least"
  };

  return names[row->goal.bound];
}

static void
print_json_row (const struct bench_row *row, FILE *out)
{
  fprintf (out, "    { \"measurement\": \"%s\", \"subject\": \"%s\",\n"
           "      \"title\": \"%s\",\n"
           "      \"quantity\": \"%s\", \"unit\": \"%s\",\n"
           "      \"peer\": \"%s\", \"value\": %.4f",
           row->measurement, row->subject, row->title, row->quantity.name,
           row->quantity.unit, row->peer, row->value);
  if (row->has_ratio)
    fprintf (out, ",\n      \"ratio\": %.4f, \"low\": %.4f, \"high\": %.4f",
             row->ratio, row->low, row->high);
  if (has_goal (row))
    fprintf (out, ",\n      \"goal\": \"%s\", \"limit\": %.2f, \"met\": %s",
             bound_name (row), row->goal.limit,
             goal_is_met (row) ? "true" : "false");
  fputs (" }", out);
}

static void
print_json_programs (const struct bench_report *report, FILE *out)
{
  const char *before = "";
  size_t i;

  fputs ("  \"programs\": {", out);
  for (i = 0; i < report->n_programs; i++)
    {
      const struct bench_program *program = &report->programs[i];

      if (program->version[0] != '\0')
        fprintf (out, "%s \"%s\": \"%s\"", before, program->name,
                 program->version);
      else
        fprintf (out, "%s \"%s\": null", before, program->name);
      before = ",";
    }
  fputs (" },\n", out);
}

static void
print_json_head (const struct bench_report *report, FILE *out)
{
  char date[16];
  char system[256];
  char processor[128];

  today (date);
  system_name (system);
  processor_name (processor);
  fprintf (out, "  \"date\": \"%s\",\n  \"version\": \"%s\",\n"
           "  \"default_backend\": \"%s\",\n  \"system\": \"%s\",\n"
           "  \"processors\": %ld,\n  \"processor\": \"%s\",\n",
           date, portalocker_version (), portalocker_default_backend (),
           system, sysconf (_SC_NPROCESSORS_ONLN), processor);
  print_json_programs (report, out);
}

void
bench_print_json (const struct bench_report *report, FILE *out)
{
  size_t i;

  fputs ("{\n", out);
  print_json_head (report, out);
  fprintf (out, "  \"repetitions\": %u,\n  \"quick\": %s,\n"
           "  \"results\": [\n", report->repetitions,
           report->is_quick ? "true" : "false");
  for (i = 0; i < report->n_rows; i++)
    {
      print_json_row (&report->rows[i], out);
      fputs (i + 1 < report->n_rows ? ",\n" : "\n", out);
    }
  fputs ("  ]\n}\n", out);
}


/* For doc/results: a line for each result, its fields at least two spaces
   apart.  */

static void
print_record_row (const struct bench_row *row, FILE *out)
{
  char key[160];

  snprintf (key, sizeof key, "%s/%s/%s", row->measurement, row->subject,
            row->quantity.name);
  fprintf (out, "%-52s  %-38s  %10.*f  %-4s", key, row->peer,
           decimals (row->value), row->value,
           row->quantity.unit[0] != '\0' ? row->quantity.unit : "-");
  if (row->has_ratio)
    fprintf (out, "  %8.3f  %.3f to %-8.3f", row->ratio, row->low,
             row->high);
  else
    fprintf (out, "  %8s  %-17s", "-", "-");
  if (has_goal (row))
    fprintf (out, "  %s %.2f: %s\n", bound_name (row), row->goal.limit,
             goal_is_met (row) ? "met" : "missed");
  else
    fputs ("  -\n", out);
}

static void
print_record_head (const struct bench_report *report, FILE *out)
{
  char date[16];
  char system[256];
  char processor[128];
  size_t i;

  today (date);
  system_name (system);
  processor_name (processor);
  fprintf (out, "date  %s\nsystem  %s\nprocessors  %ld\nprocessor  %s\n"
           "version  %s\ndefault backend  %s\n", date, system,
           sysconf (_SC_NPROCESSORS_ONLN), processor, portalocker_version (),
           portalocker_default_backend ());
  for (i = 0; i < report->n_programs; i++)
    fprintf (out, "%s  %s\n", report->programs[i].name,
             report->programs[i].version[0] != '\0'
             ? report->programs[i].version : "left out: not installed");
}

void
bench_print_record (const struct bench_report *report, FILE *out)
{
  size_t i;

  print_record_head (report, out);
  fprintf (out, "\n# %-50s  %-38s  %10s  %-4s  %8s  %-18s  %s\n",
           "measurement/subject/quantity", "peer", "value", "unit", "ratio",
           "its quartiles", "goal");
  for (i = 0; i < report->n_rows; i++)
    print_record_row (&report->rows[i], out);
}
