/* values.c - modes, codes, versions, deadlines and paths.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <fcntl.h>
#include <limits.h>

/* ---- Modes.  */

static const struct
{
  const char *text;
  int access;
  bool creates, must_create, truncates;
  const char *stream;
} modes[] =
{
  { "r", O_RDONLY, false, false, false, "r" },
  { "r+", O_RDWR, false, false, false, "r+" },
  { "rb", O_RDONLY, false, false, false, "r" },
  { "rt+b", O_RDWR, false, false, false, "r+" },
  { "w", O_WRONLY, true, false, true, "w" },
  { "w+", O_RDWR, true, false, true, "w+" },
  { "wb+", O_RDWR, true, false, true, "w+" },
  { "a", O_WRONLY | O_APPEND, true, false, false, "a" },
  { "a+", O_RDWR | O_APPEND, true, false, false, "a+" },
  { "a+bt", O_RDWR | O_APPEND, true, false, false, "a+" },
  { "at", O_WRONLY | O_APPEND, true, false, false, "a" },
  { "x", O_WRONLY, true, true, false, "w" },
  { "x+", O_RDWR, true, true, false, "w+" },
  { "xb", O_WRONLY, true, true, false, "w" }
};

static void
test_good_modes (void)
{
  size_t i;
  for (i = 0; i < sizeof modes / sizeof *modes; i++)
    {
      struct open_mode mode;
      char statement[80];
      int good;
      memset (&mode, 0x5a, sizeof mode);
      good = CHECK_QUIET (portalocker__parse_mode (modes[i].text, &mode))
             && CHECK_QUIET_INT (mode.access, modes[i].access)
             && CHECK_QUIET_INT (mode.creates, modes[i].creates)
             && CHECK_QUIET_INT (mode.must_create, modes[i].must_create)
             && CHECK_QUIET_INT (mode.truncates, modes[i].truncates)
             && CHECK_QUIET_STRING (mode.stream, modes[i].stream)
             && CHECK_QUIET_STRING (mode.text, modes[i].text)
             && CHECK_QUIET_INT (mode_can_write (&mode),
                                 modes[i].access != O_RDONLY);
      snprintf (statement, sizeof statement, "\"%s\" is understood",
                modes[i].text);
      CHECK (good, statement);
    }
}

static void
test_bad_modes (void)
{
  static const char *const bad[]
    = { "", "q", "+", "b", "R", "rw", "ra", "r++", "rbb", "rtt", "wbtb", "r ",
        " r", "r+b+t", "a,ccs=utf-8", "rbt+x", "rb+tb+tb", "x-", "we" };
  size_t i;
  for (i = 0; i < sizeof bad / sizeof *bad; i++)
    {
      struct open_mode mode;
      char statement[80];
      snprintf (statement, sizeof statement, "\"%s\" is no mode", bad[i]);
      CHECK (! portalocker__parse_mode (bad[i], &mode), statement);
    }
}

/* No string of up to five letters is a mode that fopen could not have
   meant: one of rwax, then +, b, t once each.  */
static void
test_all_short_modes (void)
{
  static const char letters[] = "rwax+btq", marks[] = "+bt";
  unsigned long wrong = 0, seen = 0, number, limit = 9 * 9 * 9 * 9 * 9;
  for (number = 0; number < limit; number++)
    {
      char text[6];
      struct open_mode mode;
      unsigned long rest = number;
      int length = 0, counts[3] = { 0, 0, 0 }, i;
      bool good;
      for (; rest % 9 != 0; rest /= 9)
        text[length++] = letters[rest % 9 - 1];
      if (rest != 0)
        continue;
      text[length] = '\0';
      good = length > 0 && strchr ("rwax", text[0]) != NULL;
      for (i = 1; i < length; i++)
        {
          const char *place = strchr (marks, text[i]);
          if (place == NULL || counts[place - marks]++ > 0)
            good = false;
        }
      seen++;
      if (portalocker__parse_mode (text, &mode) != good)
        {
          check_note ("wrong about \"%s\"", text);
          wrong++;
        }
    }
  CHECK_INT (seen, 1 + 8 + 64 + 512 + 4096 + 32768,
             "all strings of up to five of the letters were tried");
  CHECK_INT (wrong, 0, "of all short strings only modes are modes");
}


/* ---- Flags.  */

static void
test_flags (void)
{
  int flags, wrong = 0;
  struct failure failure;
  for (flags = -64; flags < 64; flags++)
    {
      char number[32];
      bool good = flags == 1 || flags == 2 || flags == 5 || flags == 6;
      portalocker__clear (&failure);
      snprintf (number, sizeof number, "flags %d ", flags);
      if (portalocker__check_flags (flags, &failure) != good
          || failure.code != (good ? PORTALOCKER_OK
                                   : PORTALOCKER_BAD_ARGUMENT)
          || (strstr (failure.detail, number) != NULL) == good)
        {
          check_note ("wrong about the flags %d: \"%s\"", flags,
                      failure.detail);
          wrong++;
        }
    }
  CHECK_INT (wrong, 0, "1, 2, 5 and 6 are flags, and others are named");
  CHECK (PORTALOCKER_LOCK_SH == 1 && PORTALOCKER_LOCK_EX == 2
         && PORTALOCKER_LOCK_NB == 4 && PORTALOCKER_LOCK_UN == 8,
         "the flags have the seed's values");
}


/* ---- Codes, as the header's enum has them.  */

static void
test_one_code (int number, const char *name, int *wrong)
{
  const char *text = portalocker_code_text (number);
  const char *advice = portalocker_code_advice (number);
  if (! CHECK_QUIET_STRING (portalocker_code_name (number), name)
      || ! CHECK_QUIET (text != NULL && text[0] != '\0'
                        && strcmp (text, "unknown code") != 0)
      || ! CHECK_QUIET (advice != NULL
                        && (advice[0] != '\0') == (number != 0))
      || ! CHECK_QUIET (strchr (text, '\n') == NULL
                        && strchr (advice, '\n') == NULL))
    {
      check_note ("this is %s = %d", name, number);
      ++*wrong;
    }
}

/* Walk through enum portalocker_code in the header.  Return how many
   enumerators there are.  */
static int
walk_header (int *wrong)
{
  FILE *header = fopen (PORTALOCKER_HEADER, "r");
  char line[256], name[100];
  bool inside = false;
  int count = 0, number;
  if (header == NULL)
    check_fatal ("cannot read %s", PORTALOCKER_HEADER);
  while (fgets (line, sizeof line, header) != NULL)
    {
      if (strncmp (line, "enum portalocker_code", 21) == 0)
        inside = true;
      else if (line[0] == '}')
        inside = false;
      else if (inside
               && sscanf (line, " %99[A-Z_] = %d", name, &number) == 2)
        {
          if (! CHECK_QUIET_INT (number, count))
            ++*wrong;
          test_one_code (number, name, wrong);
          count++;
        }
    }
  fclose (header);
  return count;
}

static void
test_codes (void)
{
  static const int unknown[] = { -1, -2, 99, 1000, INT_MAX, INT_MIN };
  int wrong = 0, count = walk_header (&wrong);
  size_t i;
  CHECK (count >= 14, "the header's codes were found");
  CHECK_INT (wrong, 0,
             "each code of the header has number, name, text and advice");
  CHECK (portalocker_code_name (count) == NULL,
         "the table ends with the header's last code");
  CHECK_INT (PORTALOCKER_LOCK_FAILED, 1, "LOCK_FAILED has the seed's value");
  wrong = 0;
  for (i = 0; i < sizeof unknown / sizeof *unknown; i++)
    if (! CHECK_QUIET (portalocker_code_name (unknown[i]) == NULL)
        || ! CHECK_QUIET_STRING (portalocker_code_text (unknown[i]),
                                 "unknown code")
        || ! CHECK_QUIET_STRING (portalocker_code_advice (unknown[i]), ""))
      wrong++;
  CHECK_INT (wrong, 0, "numbers that are no codes have no name");
}

static void
test_code_texts_differ (void)
{
  int a, b, same = 0;
  for (a = 0; portalocker_code_name (a) != NULL; a++)
    for (b = 0; b < a; b++)
      if (strcmp (portalocker_code_text (a), portalocker_code_text (b)) == 0)
        same++;
  CHECK_INT (same, 0, "no two codes have the same text");
}


/* ---- Versions.  */

static void
test_version_satisfied (const char *required, bool satisfied)
{
  char statement[100];
  const char *answer = portalocker_check_version (required);
  int good = satisfied ? CHECK_QUIET_STRING (answer, portalocker_version ())
                       : CHECK_QUIET (answer == NULL);
  snprintf (statement, sizeof statement, "\"%s\" is %s", required,
            satisfied ? "satisfied" : "not satisfied");
  CHECK (good, statement);
}

static void
test_version (void)
{
  static const char *const unreadable[]
    = { "", "1", "0", "0.", ".1", "0.1.", "0.1.0.", "0.1.0.0", "a", "0.a",
        "0.1a", " 0.1", "0.1 ", "-0.1", "+0.1", "0..1", "0.-1" };
  char next[64], same[64];
  int major = PORTALOCKER_VERSION_NUMBER >> 24;
  int minor = PORTALOCKER_VERSION_NUMBER >> 16 & 0xff;
  int patch = PORTALOCKER_VERSION_NUMBER >> 8 & 0xff;
  size_t i;
  CHECK_STRING (portalocker_version (), PORTALOCKER_VERSION,
                "library and header agree");
  snprintf (same, sizeof same, "%d.%d.%d", major, minor, patch);
  CHECK_STRING (portalocker_check_version (same), PORTALOCKER_VERSION,
                "the number in the header is the version");
  snprintf (next, sizeof next, "%d.%d.%d", major, minor, patch + 1);
  CHECK (portalocker_check_version (next) == NULL,
         "the next patch is too new");
  snprintf (next, sizeof next, "%d.%d", major, minor + 1);
  CHECK (portalocker_check_version (next) == NULL,
         "the next minor version is too new");
  CHECK_STRING (portalocker_check_version (NULL), PORTALOCKER_VERSION,
                "NULL is satisfied");
  test_version_satisfied ("0.0", true);
  test_version_satisfied ("0.0.99999", true);
  test_version_satisfied ("00.00000", true);
  test_version_satisfied ("1000.0", false);
  test_version_satisfied ("0.99999999999999999999999999", false);
  test_version_satisfied ("18446744073709551616.0", false);
  for (i = 0; i < sizeof unreadable / sizeof *unreadable; i++)
    test_version_satisfied (unreadable[i], false);
}


/* ---- Deadlines.  The clock stands still, at a time that a test sets.  */

static int64_t the_time;

static int
frozen_clock (clockid_t clock, struct timespec *now)
{
  (void) clock;
  now->tv_sec = (time_t) (the_time / 1000000000);
  now->tv_nsec = (long) (the_time % 1000000000);
  return 0;
}

static int
broken_clock (clockid_t clock, struct timespec *now)
{
  (void) clock;
  (void) now;
  errno = EINVAL;
  return -1;
}

static void
test_now (void)
{
  the_time = 5000000;
  CHECK_INT (portalocker_now (), 5, "a whole millisecond stays");
  the_time = 5000001;
  CHECK_INT (portalocker_now (), 6, "a part of a millisecond is rounded up");
  the_time = 5999999;
  CHECK_INT (portalocker_now (), 6, "nearly a millisecond is rounded up once");
  the_time = 0;
  CHECK_INT (portalocker_now (), 0, "the clock starts at 0");
  portalocker__calls.clock_gettime = broken_clock;
  CHECK_INT (portalocker__now (), 0, "a clock that fails says 0");
  portalocker__calls.clock_gettime = frozen_clock;
}

/* Whether a clock can show TIME: a time_t may have 32 bits.  */
static bool
clock_can_show (int64_t time)
{
  int64_t seconds = time / 1000000000;
  return (int64_t) (time_t) seconds == seconds;
}

/* For every time and timeout of a list the deadline is not before their
   sum, and exact where that can be said in nanoseconds.  */
static void
test_never_early (void)
{
  static const int64_t times[]
    = { 0, 1, 999999, 1000000, 123456789012345, INT64_MAX / 2,
        INT64_MAX - 1000000, INT64_MAX };
  static const int64_t timeouts[]
    = { 0, 1, 2, 999, 5000, 86400000, INT64_C (9223372036854),
        INT64_C (9223372036855), INT64_MAX / 1000, INT64_MAX - 1, INT64_MAX };
  size_t i, j;
  int wrong = 0;
  for (i = 0; i < sizeof times / sizeof *times && clock_can_show (times[i]);
       i++)
    for (j = 0; j < sizeof timeouts / sizeof *timeouts; j++)
      {
        int64_t deadline;
        bool fits = timeouts[j] <= (INT64_MAX - times[i]) / 1000000;
        the_time = times[i];
        deadline = portalocker__deadline_in (timeouts[j]);
        if (deadline != (fits ? times[i] + timeouts[j] * 1000000
                              : PORTALOCKER__NEVER))
          {
            check_note ("%" PRId64 " ms from %" PRId64 " ns is %" PRId64,
                        timeouts[j], times[i], deadline);
            wrong++;
          }
      }
  CHECK_INT (wrong, 0,
             "a timeout ends exactly then, or never beyond the clock's end");
}

/* What a time_t cannot hold must not come out as a time in the past.  */
static void
test_far_times (void)
{
  struct timespec time = portalocker__to_timespec (INT64_C (2000000000)
                                                   * 1000000000 + 7);
  CHECK (time.tv_sec == 2000000000 && time.tv_nsec == 7,
         "a time is seconds and nanoseconds");
  time = portalocker__to_timespec (INT64_MAX);
  CHECK (time.tv_sec >= INT32_MAX, "the last time stays far away");
}

static void
test_deadlines (void)
{
  portalocker__calls.clock_gettime = frozen_clock;
  test_now ();
  test_never_early ();
  test_far_times ();
  the_time = 7000000;
  CHECK (portalocker__deadline_in (PORTALOCKER_FOREVER)
         == PORTALOCKER__NEVER, "FOREVER has no end");
  CHECK (portalocker__deadline_at (PORTALOCKER_FOREVER)
         == PORTALOCKER__NEVER, "the deadline FOREVER has no end");
  CHECK (portalocker__deadline_at (INT64_MAX) == PORTALOCKER__NEVER,
         "the largest deadline has no end");
  CHECK (portalocker__deadline_at (INT64_MAX / 1000000)
         == INT64_MAX / 1000000 * 1000000, "the last deadline is exact");
  CHECK (portalocker__deadline_at (INT64_MAX / 1000000 + 1)
         == PORTALOCKER__NEVER, "the next one has no end");
  CHECK_INT (portalocker__deadline_at (0), 0, "the deadline 0 is the first");
  CHECK_INT (portalocker__deadline_at (3), 3000000,
             "a deadline in the past stays in the past");
  the_time = 7000001;
  CHECK (portalocker__deadline_at (portalocker_now () + 2000)
         >= the_time + 2000 * INT64_C (1000000),
         "a deadline made from portalocker_now is never early");
  unit_restore ();
}


/* ---- Absolute paths.  */

static char directory_name[4000];
static int getcwd_calls;

/* A current directory with a long name.  */
static char *
long_getcwd (char *buffer, size_t size)
{
  getcwd_calls++;
  if (size <= strlen (directory_name))
    {
      errno = ERANGE;
      return NULL;
    }
  return strcpy (buffer, directory_name);
}

static char *
lost_getcwd (char *buffer, size_t size)
{
  (void) buffer;
  (void) size;
  errno = ENOENT;
  return NULL;
}

/* Every path is of one directory, but for those of the KIND that leads
   elsewhere, or nowhere.  */
static enum { NO_PATH, OTHER_FILE, NOTHING } kind_of_absolute;

static int
one_stat (const char *path, struct stat *status)
{
  bool odd = path[0] == '/';
  memset (status, 0, sizeof *status);
  status->st_ino = odd && kind_of_absolute == OTHER_FILE ? 2 : 1;
  if (! odd || kind_of_absolute != NOTHING)
    return 0;
  errno = EACCES;
  return -1;
}

static void
test_long_directories (void)
{
  size_t length;
  int wrong = 0;
  portalocker__calls.getcwd = long_getcwd;
  portalocker__calls.stat = one_stat;
  kind_of_absolute = NO_PATH;
  memset (directory_name, 'd', sizeof directory_name);
  directory_name[0] = '/';
  for (length = sizeof directory_name - 1; length > 1; length--)
    {
      char *path;
      directory_name[length] = '\0';
      path = portalocker__absolute_path ("f");
      if (path == NULL || strlen (path) != length + 2
          || strncmp (path, directory_name, length) != 0
          || strcmp (path + length, "/f") != 0)
        wrong++;
      free (path);
    }
  CHECK_INT (wrong, 0, "a directory's name may have any length");
  CHECK (getcwd_calls > 2 * (int) sizeof directory_name,
         "the name of the directory was asked for again with more room");
}

/* What getcwd tells need not be of use.  */
static void
test_far_directories (void)
{
  static const char given[] = "a/f";
  char *path;
  strcpy (directory_name, "/d");
  kind_of_absolute = NOTHING;
  path = portalocker__absolute_path (given);
  CHECK_STRING (path, "./a/f", "a path stays relative where the absolute one"
                " leads nowhere");
  CHECK_STRING (portalocker__last_part (path), "f", "it has a last part");
  free (path);
  kind_of_absolute = OTHER_FILE;
  path = portalocker__absolute_path (given);
  CHECK_STRING (path, "./a/f", "and where that leads elsewhere");
  free (path);
}

static void
test_paths (void)
{
  portalocker_lock *lock = NULL;
  char *path;
  test_long_directories ();
  test_far_directories ();
  path = portalocker__absolute_path ("/as/it/is");
  CHECK_STRING (path, "/as/it/is", "an absolute path stays as it is");
  free (path);
  portalocker__calls.getcwd = lost_getcwd;
  errno = 0;
  CHECK (portalocker__absolute_path ("f") == NULL && errno == ENOENT,
         "a current directory without a name is an error");
  CHECK_CODE (portalocker_new (&lock, "f"), PORTALOCKER_CANNOT_OPEN,
              "no object can be made there");
  CHECK (lock == NULL, "and its place is NULL");
  CHECK_CODE (portalocker_new (&lock, "/f"), PORTALOCKER_OK,
              "an absolute path needs no current directory");
  portalocker_free (lock);
  unit_restore ();
  portalocker__calls.calloc = unit_no_calloc;
  errno = 0;
  CHECK (portalocker__absolute_path ("f") == NULL && errno == ENOMEM,
         "a path needs memory");
  CHECK (portalocker__copy_string ("f") == NULL, "so does a copy");
  unit_restore ();
}

static void
test_new_arguments (void)
{
  portalocker_lock *lock = (portalocker_lock *) &lock;
  CHECK_CODE (portalocker_new (NULL, "f"), PORTALOCKER_BAD_ARGUMENT,
              "no place for the object is a bad argument");
  CHECK_CODE (portalocker_new (&lock, NULL), PORTALOCKER_BAD_ARGUMENT,
              "no path is a bad argument");
  CHECK (lock == NULL, "the object is NULL then");
  CHECK_CODE (portalocker_new (&lock, ""), PORTALOCKER_BAD_ARGUMENT,
              "an empty path is a bad argument");
}

int
main (void)
{
  unit_start ();
  check_area ("unit/modes");
  test_good_modes ();
  test_bad_modes ();
  test_all_short_modes ();
  check_area ("unit/flags");
  test_flags ();
  check_area ("unit/codes");
  test_codes ();
  test_code_texts_differ ();
  check_area ("unit/version");
  test_version ();
  check_area ("unit/deadlines");
  test_deadlines ();
  check_area ("unit/paths");
  test_paths ();
  test_new_arguments ();
  return check_done ();
}
