/* messages.c - the line that tells a person, and the error objects that
   carry it.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <fcntl.h>
#include <time.h>

/* ---- /proc as a test wants it: one process, number 4711471, which no process
   has: PID_MAX_LIMIT of Linux is less.  */

enum { THE_PROCESS = 4711471, THE_FILE = 200 };

static const char *proc_stat, *proc_uptime;
static size_t proc_place;
static const char *proc_text;

static int
proc_open (const char *path, int flags, mode_t mode)
{
  (void) flags;
  (void) mode;
  proc_text = strcmp (path, "/proc/4711471/stat") == 0 ? proc_stat
              : strcmp (path, "/proc/uptime") == 0 ? proc_uptime : NULL;
  proc_place = 0;
  if (proc_text != NULL)
    return THE_FILE;
  errno = ENOENT;
  return -1;
}

static ssize_t
proc_read (int fd, void *buffer, size_t size)
{
  size_t left = strlen (proc_text + proc_place);
  (void) fd;
  if (left > size)
    left = size;
  memcpy (buffer, proc_text + proc_place, left);
  proc_place += left;
  return (ssize_t) left;
}

static int
proc_close (int fd)
{
  return fd == THE_FILE ? 0 : unit_real.close (fd);
}

/* Let process 4711471 have the stat line STAT, in a system that runs since
   UPTIME seconds; NULL stands for a missing file.  */
static void
set_process (const char *stat, const char *uptime)
{
  proc_stat = stat;
  proc_uptime = uptime;
  portalocker__calls.open = proc_open;
  portalocker__calls.read = proc_read;
  portalocker__calls.close = proc_close;
}


/* ---- The forms.  */

static struct failure
failure_with (int code, int system_error, const char *path)
{
  struct failure failure;
  portalocker__clear (&failure);
  failure.code = code;
  failure.system_error = system_error;
  failure.path = path;
  return failure;
}

static void
check_line (const struct failure *failure, bool advice, const char *line,
            const char *statement)
{
  char buffer[1000];
  int length = portalocker__write_message (buffer, sizeof buffer, failure,
                                           advice);
  CHECK (CHECK_QUIET_STRING (buffer, line)
         && CHECK_QUIET_INT (length, (int) strlen (line)), statement);
}

static void
test_forms (void)
{
  struct failure failure = failure_with (PORTALOCKER_BUSY, EAGAIN,
                                         "ledger.csv");
  check_line (&failure, false, "ledger.csv: locked by another holder",
              "busy by an unknown holder");
  check_line (&failure, true, "ledger.csv: locked by another holder;"
              " try again later or set a timeout",
              "busy, with what can be done");
  failure = failure_with (PORTALOCKER_CANNOT_OPEN, EACCES, "ledger.csv");
  check_line (&failure, false, "ledger.csv: cannot open: Permission denied",
              "a system error is told");
  failure = failure_with (PORTALOCKER_CANNOT_OPEN, EACCES,
                          "a\nb\033[2J\177\303\251");
  check_line (&failure, false,
              "a?b?[2J?\303\251: cannot open: Permission denied",
              "a path with a newline in it is told in one line");
  failure = failure_with (PORTALOCKER_CANNOT_OPEN, EACCES,
                          "a\302\2332Jb\302\200\302\237\302\240\302");
  check_line (&failure, false,
              "a??2Jb????\302\240\302: cannot open: Permission denied",
              "control characters of two bytes are not passed on");
  failure = failure_with (PORTALOCKER_PATH_LOST, 0, "ledger.csv");
  check_line (&failure, false,
              "ledger.csv: the path no longer names the locked file",
              "a code without a system error");
  failure = failure_with (PORTALOCKER_LOCK_FAILED, ENOLCK, NULL);
  failure.descriptor = failure.fd = 7;
  check_line (&failure, false,
              "descriptor 7: cannot lock: No locks available",
              "a failure about a descriptor");
  failure.descriptor = failure.fd = -1;
  check_line (&failure, false, "cannot lock: No locks available",
              "a failure about nothing in particular");
  failure = failure_with (PORTALOCKER_OK, 0, NULL);
  check_line (&failure, true, "done", "no failure at all");
  failure = failure_with (99, 0, "f");
  check_line (&failure, true, "f: unknown code", "a code of the future");
}

/* The texts of such errors differ from system to system.  */
static void
test_unknown_system_error (void)
{
  struct failure failure = failure_with (PORTALOCKER_LOCK_FAILED, 99999, "f");
  static const char name[]
    = "a system error without a text is told by its number";
  char line[200];
  if (strstr (strerror (99999), "99999") == NULL)
    {
      check_unsupported (name, "this system has one text for all of them");
      return;
    }
  portalocker__write_message (line, sizeof line, &failure, false);
  if (! CHECK (strncmp (line, "f: cannot lock: ", 16) == 0
               && strstr (line + 16, "99999") != NULL, name))
    check_note ("the line is \"%s\"", line);
}

static void
test_details (void)
{
  struct failure failure = failure_with (PORTALOCKER_OK, EIO, "f");
  char long_text[300], line[200];
  portalocker__explain (&failure, PORTALOCKER_BAD_ARGUMENT,
                        "the number %d", 5);
  check_line (&failure, false, "f: bad argument: the number 5",
              "a detail stands for the system's text");
  CHECK (failure.system_error == 0 && failure.call == NULL,
         "a detail has no system error");
  memset (long_text, 'x', sizeof long_text - 1);
  long_text[sizeof long_text - 1] = '\0';
  portalocker__explain (&failure, PORTALOCKER_BUSY, "%s", long_text);
  snprintf (line, sizeof line, "f: locked by another holder: %.*s",
            FAILURE_DETAIL_SIZE - 1, long_text);
  check_line (&failure, false, line, "a long detail is cut");
  CHECK_CODE (portalocker__fail (&failure, PORTALOCKER_BUSY, "flock",
                                 EAGAIN), PORTALOCKER_BUSY,
              "fail returns the code");
  check_line (&failure, false, "f: locked by another holder",
              "a later failure forgets the detail");
  CHECK (portalocker__fail (NULL, PORTALOCKER_BUSY, "flock", EAGAIN)
         == PORTALOCKER_BUSY
         && portalocker__explain (NULL, PORTALOCKER_EXISTS, "%d", 1)
            == PORTALOCKER_EXISTS
         && portalocker__fail_not_open (NULL) == PORTALOCKER_BAD_ARGUMENT,
         "no record is needed");
  failure = failure_with (PORTALOCKER_OK, 0, NULL);
  failure.descriptor = failure.fd = 9;
  portalocker__fail_not_open (&failure);
  check_line (&failure, false,
              "descriptor 9: bad argument: not an open descriptor",
              "a number that is no descriptor");
  CHECK_INT (failure.system_error, EBADF, "its system error is EBADF");
}

/* A stat line of process 4711471, called NAME, started 100 s after the
   system.  */
static const char *
stat_of (const char *name)
{
  static char line[1000];
  snprintf (line, sizeof line, "4711471 (%s) S 1 1 1 0 -1 4194304 1 2 3 4 5 6"
            " 7 8 20 0 1 0 %ld 99 98\n", name, 100 * sysconf (_SC_CLK_TCK));
  return line;
}

/* A holder that started AGO seconds ago, in a system that runs since
   UPTIME.  The time of day is told, with the date unless it is today's.  Is
   done again if the second ends meanwhile.  */
static void
test_start (struct failure *failure, const char *uptime, time_t ago,
            const char *statement)
{
  char line[200], wanted[200], clock[64], today[16], day[16];
  time_t now, start;
  set_process (stat_of ("rsync"), uptime);
  do
    {
      now = time (NULL);
      start = now - ago;
      strftime (today, sizeof today, "%Y-%m-%d", localtime (&now));
      strftime (day, sizeof day, "%Y-%m-%d", localtime (&start));
      strftime (clock, sizeof clock, "%H:%M", localtime (&start));
      portalocker__write_message (line, sizeof line, failure, false);
    }
  while (time (NULL) != now);
  snprintf (wanted, sizeof wanted,
            "f: locked by pid 4711471 (rsync, running since %s%s%s)",
            strcmp (today, day) == 0 ? "" : day,
            strcmp (today, day) == 0 ? "" : " ", clock);
  CHECK_STRING (line, wanted, statement);
}

static void
test_holders (void)
{
  struct failure failure = failure_with (PORTALOCKER_BUSY, EAGAIN, "f");
  char line[200];
  failure.holder_known = true;
  failure.holder = THE_PROCESS;
  set_process (NULL, NULL);
  check_line (&failure, false, "f: locked by pid 4711471",
              "a holder of which nothing else is known");
  set_process (stat_of ("rsync"), NULL);
  check_line (&failure, false, "f: locked by pid 4711471 (rsync)",
              "a holder whose start is unknown");
  test_start (&failure, "160.99 1\n", 60, "a holder that started just now");
  test_start (&failure, "864100.00 1\n", 864000,
              "a holder that started another day");
  failure.holder_known = false;
  check_line (&failure, false, "f: locked by another holder",
              "a number that was not looked up is not told");
  failure.holder_known = true;
  failure.holder = 0;
  check_line (&failure, false, "f: locked by another holder",
              "a holder that was looked up and not found");
  unit_restore ();
  failure.holder = getpid ();
  snprintf (line, sizeof line, "f: locked by this process itself (pid %ld)",
            (long) getpid ());
  check_line (&failure, false, line, "this process itself");
}

static void
test_names_of_holders (void)
{
  struct failure failure = failure_with (PORTALOCKER_BUSY, EAGAIN, "f");
  failure.holder_known = true;
  failure.holder = THE_PROCESS;
  set_process (stat_of ("a\033[2Jb\tc\001"), NULL);
  check_line (&failure, false, "f: locked by pid 4711471 (a?[2Jb?c?)",
              "control characters of a name are not passed on");
  set_process (stat_of ("a\302\2332J\303\233"), NULL);
  check_line (&failure, false, "f: locked by pid 4711471 (a??2J\303\233)",
              "nor are those of two bytes");
  set_process (stat_of (") S 1 ("), NULL);
  check_line (&failure, false, "f: locked by pid 4711471 () S 1 ()",
              "a name may have brackets");
  set_process (stat_of (""), "160.99 1\n");
  check_line (&failure, false, "f: locked by pid 4711471",
              "an empty name is none");
  set_process (stat_of ("0123456789012345678901234567890123456789"
                        "0123456789012345678901234567890123456789"), NULL);
  check_line (&failure, false, "f: locked by pid 4711471 ("
              "012345678901234567890123456789012345678901234567890123456789"
              "012)", "a long name is cut");
  set_process ("4711471 rsync S 1\n", NULL);
  check_line (&failure, false, "f: locked by pid 4711471",
              "a line without brackets tells nothing");
  set_process ("4711471 )rsync( S 1\n", NULL);
  check_line (&failure, false, "f: locked by pid 4711471",
              "nor does one with brackets the wrong way round");
  set_process ("4711471 (rsync) S 1 1\n", "160.99 1\n");
  check_line (&failure, false, "f: locked by pid 4711471 (rsync)",
              "a short line has no start");
  unit_restore ();
}

static void
test_timeouts (void)
{
  struct failure failure = failure_with (PORTALOCKER_TIMED_OUT, EAGAIN,
                                         "ledger.csv");
  failure.waited = INT64_C (2000000000);
  check_line (&failure, false, "ledger.csv: still locked after 2 s",
              "late behind an unknown holder");
  check_line (&failure, true, "ledger.csv: still locked after 2 s;"
              " wait longer or ask the holder to finish",
              "late, with what can be done");
  failure.waited = INT64_C (250000000);
  check_line (&failure, false, "ledger.csv: still locked after 0.25 s",
              "late after a part of a second");
  failure.waited = INT64_C (86400250000000);
  check_line (&failure, false, "ledger.csv: still locked after 86400 s",
              "late after a day");
  failure.waited = INT64_C (99960000000);
  check_line (&failure, false, "ledger.csv: still locked after 100 s",
              "late after a minute and a half");
  failure.waited = INT64_C (7200000000000);
  check_line (&failure, false, "ledger.csv: still locked after 7200 s",
              "late after two hours");
  failure.waited = INT64_C (250000000);
  failure.holder_known = true;
  failure.holder = THE_PROCESS;
  set_process (stat_of ("rsync"), NULL);
  check_line (&failure, false, "ledger.csv: still locked after 0.25 s,"
              " by pid 4711471 (rsync)", "late behind a known holder");
  unit_restore ();
}

static void
test_lengths (void)
{
  static char path[5001];
  struct failure failure;
  char *line;
  size_t size;
  int length, wrong = 0;
  memset (path, 'p', sizeof path - 1);
  failure = failure_with (PORTALOCKER_CANNOT_OPEN, ENAMETOOLONG, path);
  length = portalocker__write_message (NULL, 0, &failure, true);
  CHECK (length > 5000, "a path of 5000 bytes is told whole");
  line = malloc ((size_t) length + 1);
  portalocker__write_message (line, (size_t) length + 1, &failure, true);
  CHECK (strlen (line) == (size_t) length
         && strncmp (line, path, 5000) == 0
         && strncmp (line + 5000, ": cannot open: ", 15) == 0,
         "the length is right");
  for (size = 1; size <= (size_t) length + 1; size += 7)
    {
      char *small = malloc (size);
      int again = portalocker__write_message (small, size, &failure, true);
      if (again != length || memcmp (small, line, size - 1) != 0
          || small[size - 1] != '\0')
        wrong++;
      free (small);
    }
  CHECK_INT (wrong, 0, "a buffer of any size gets what fits");
  free (line);
}


/* ---- Error objects.  */

static int calloc_calls, calloc_fails_at;

static void *
failing_calloc (size_t count, size_t size)
{
  if (++calloc_calls == calloc_fails_at)
    {
      errno = ENOMEM;
      return NULL;
    }
  return calloc (count, size);
}

static void
test_empty_error (void)
{
  portalocker_error *error = NULL;
  CHECK_CODE (portalocker_error_new (NULL), PORTALOCKER_BAD_ARGUMENT,
              "no place for it is a bad argument");
  CHECK_CODE (portalocker_error_new (&error), PORTALOCKER_OK,
              "an error object is made");
  CHECK (portalocker_error_code (error) == PORTALOCKER_OK
         && portalocker_error_system_error (error) == 0
         && portalocker_error_call (error) == NULL
         && portalocker_error_path (error) == NULL
         && portalocker_error_holder (error) == 0, "it is empty");
  CHECK_STRING (portalocker_error_summary (error), "done",
                "its summary says so");
  CHECK_STRING (portalocker_error_message (error), "done",
                "its message says so");
  portalocker_error_free (error);
  portalocker_error_free (NULL);
  CHECK (portalocker_error_code (NULL) == PORTALOCKER_OK
         && portalocker_error_system_error (NULL) == 0
         && portalocker_error_call (NULL) == NULL
         && portalocker_error_path (NULL) == NULL
         && portalocker_error_holder (NULL) == 0
         && portalocker_error_summary (NULL) != NULL
         && portalocker_error_message (NULL) != NULL,
         "NULL has no details");
}

static void
test_filled_error (void)
{
  portalocker_error *error;
  char path[] = "some/file";
  struct failure failure = failure_with (PORTALOCKER_CANNOT_OPEN, ENOENT,
                                         path);
  failure.call = "open";
  portalocker_error_new (&error);
  CHECK_CODE (portalocker__error_fill (error, &failure),
              PORTALOCKER_CANNOT_OPEN, "to fill returns the code");
  memset (path, 'x', sizeof path - 1);
  CHECK_STRING (portalocker_error_path (error), "some/file",
                "the path is a copy");
  CHECK (portalocker_error_code (error) == PORTALOCKER_CANNOT_OPEN
         && portalocker_error_system_error (error) == ENOENT
         && strcmp (portalocker_error_call (error), "open") == 0,
         "the details are there");
  CHECK_STRING (portalocker_error_summary (error),
                "some/file: cannot open: No such file or directory",
                "the summary");
  CHECK_STRING (portalocker_error_message (error),
                "some/file: cannot open: No such file or directory;"
                " check the path and its permissions", "the message");
  failure = failure_with (PORTALOCKER_LOCK_FAILED, 0, NULL);
  portalocker__error_fill (error, &failure);
  CHECK (portalocker_error_path (error) == NULL
         && portalocker_error_call (error) == NULL,
         "filling it again forgets what was there");
  CHECK_CODE (portalocker__error_fill (NULL, &failure),
              PORTALOCKER_LOCK_FAILED, "no error object is needed");
  portalocker_error_free (error);
}

static void
test_error_without_memory (void)
{
  portalocker_error *error = (portalocker_error *) &error;
  struct failure failure = failure_with (PORTALOCKER_EXISTS, EEXIST, "f");
  portalocker__calls.calloc = failing_calloc;
  calloc_calls = 0, calloc_fails_at = 1;
  CHECK_CODE (portalocker_error_new (&error), PORTALOCKER_NO_MEMORY,
              "no memory for the object is reported");
  CHECK (error == NULL, "the object is NULL then");
  portalocker_error_new (&error);
  calloc_calls = 0;
  CHECK_CODE (portalocker__error_fill (error, &failure), PORTALOCKER_EXISTS,
              "the code is kept without memory for the path");
  CHECK_STRING (portalocker_error_path (error), NULL,
                "the path is missing then");
  calloc_calls = 0;
  CHECK_STRING (portalocker_error_message (error),
                portalocker_code_text (PORTALOCKER_EXISTS),
                "the message is the code's text then");
  CHECK_STRING (portalocker_error_summary (error),
                "exists already",
                "and complete once there is memory");
  unit_restore ();
  portalocker_error_free (error);
}

static void
test_copy_without_memory (void)
{
  portalocker_lock *lock = unit_new ("f", portalocker_default_backend ());
  portalocker_error *error;
  portalocker_error_new (&error);
  portalocker_set_flags (lock, 0);
  CHECK_CODE (portalocker_get_error (lock, error), PORTALOCKER_OK,
              "the last failure is copied");
  CHECK_CODE (portalocker_error_code (error), PORTALOCKER_BAD_ARGUMENT,
              "it is the last failure");
  portalocker__calls.calloc = failing_calloc;
  calloc_calls = 0, calloc_fails_at = 1;
  CHECK_CODE (portalocker_get_error (lock, error), PORTALOCKER_NO_MEMORY,
              "a copy without its path is reported");
  CHECK_CODE (portalocker_error_code (error), PORTALOCKER_BAD_ARGUMENT,
              "its other details are there");
  unit_restore ();
  CHECK_CODE (portalocker_get_second_error (lock, error), PORTALOCKER_OK,
              "the second error can be asked for");
  CHECK_CODE (portalocker_error_code (error), PORTALOCKER_OK,
              "there was none");
  portalocker_error_free (error);
  portalocker_free (lock);
}

/* A failure about another file that now has the descriptor's number names
   no holder.  */
static void
test_reused_descriptor (void)
{
  struct failure failure;
  int fd;
  unit_write ("held", "");
  unit_write ("other", "");
  unit_hold ("held", portalocker_default_backend (), true);
  portalocker__clear (&failure);
  fd = open (unit_path ("held"), O_RDWR);
  failure.code = PORTALOCKER_BUSY;
  failure.descriptor = failure.fd = fd;
  failure.exclusive = true;
  failure.backend = portalocker__find_backend (NULL);
  portalocker__id_of_fd (fd, &failure.id);
  close (fd);
  if (open (unit_path ("other"), O_RDWR) != fd)
    check_fatal ("the number is not given again");
  portalocker__resolve_holder (&failure, NULL, -1);
  CHECK_INT (failure.holder, 0, "a number that was reused tells no holder");
  close (fd);
  fd = open (unit_path ("held"), O_RDWR);
  failure.descriptor = failure.fd = fd;
  failure.holder_known = false;
  portalocker__resolve_holder (&failure, NULL, -1);
  if (access ("/proc/locks", R_OK) == 0)
    CHECK_INT (failure.holder, unit_helper (), "the same file does");
  else
    check_unsupported ("the same file does", "no /proc/locks");
  close (fd);
  unit_let_go ();
}

int
main (void)
{
  unit_start ();
  check_area ("unit/messages");
  test_forms ();
  test_unknown_system_error ();
  test_details ();
  test_holders ();
  test_names_of_holders ();
  test_timeouts ();
  test_lengths ();
  check_area ("unit/errors");
  test_empty_error ();
  test_filled_error ();
  test_error_without_memory ();
  test_copy_without_memory ();
  test_reused_descriptor ();
  return check_done ();
}
