/* seconds.c - times on the command line of the tool.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* Before the headers of the system, as the file of the tool wants it.  */
#include <config.h>

#include "check.h"

/* The tool is no library to link with.  */
#include "../../src/seconds.c"

struct sample
{
  const char *text;
  int64_t milliseconds;
};

static void
test_good (const struct sample *sample, size_t count, const char *statement)
{
  bool good = true;
  for (; count > 0; sample++, count--)
    {
      int64_t milliseconds = -1;
      const char *wrong = parse_seconds (sample->text, &milliseconds);
      if (! CHECK_QUIET (wrong == NULL)
          || ! CHECK_QUIET_INT (milliseconds, sample->milliseconds))
        {
          check_note ("text: \"%s\"", sample->text);
          good = false;
        }
    }
  CHECK (good, statement);
}

static void
test_bad (const char *const *text, size_t count, const char *reason,
          const char *statement)
{
  bool good = true;
  for (; count > 0; text++, count--)
    {
      int64_t milliseconds;
      const char *wrong = parse_seconds (*text, &milliseconds);
      if (! CHECK_QUIET (wrong != NULL && strstr (wrong, reason) != NULL))
        {
          check_note ("text: \"%s\"", *text);
          good = false;
        }
    }
  CHECK (good, statement);
}

#define COUNT(array) (sizeof (array) / sizeof (array)[0])

int
main (void)
{
  static const struct sample plain[] =
    {
      { "0", 0 }, { "1", 1000 }, { "007", 7000 }, { "2.5", 2500 },
      { ".5", 500 }, { "5.", 5000 }, { "0.0", 0 }, { "1.25", 1250 },
      { "0.001", 1 }, { "9000000000000", INT64_C (9000000000000000) },
    };
  static const struct sample rounded[] =
    {
      { "0.0001", 1 }, { "0.0011", 2 }, { "1.9999", 2000 },
      { "0.00100", 1 }, { "0.0010000000000000000000000000001", 2 },
    };
  static const char *const words[] =
    {
      "", ".", "-1", "+1", " 1", "1 ", "1,5", "1s", "1e3", "0x10", "1.5.0",
      "inf", "nan", "1.-5",
    };
  static const char *const long_times[] =
    { "9999999999999", "99999999999999999999999999", "99999999999999.5" };
  check_area ("unit/seconds");
  test_good (plain, COUNT (plain), "seconds become milliseconds");
  test_good (rounded, COUNT (rounded), "parts of a millisecond round up");
  test_bad (words, COUNT (words), "not a number",
            "what is no number is refused");
  test_bad (long_times, COUNT (long_times), "too long",
            "what would overflow a deadline is refused");
  return check_done ();
}
