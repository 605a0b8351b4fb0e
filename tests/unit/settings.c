/* settings.c - the settings of a lock object: what is refused, and how the
   message names it.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

static portalocker_lock *lock;

/* CODE must be BAD_ARGUMENT, and the message name the file and THING.  */
static void
check_refused (int code, const char *thing, const char *statement)
{
  const char *message = portalocker_message (lock);
  int good = CHECK_QUIET_CODE (code, PORTALOCKER_BAD_ARGUMENT)
             && CHECK_QUIET (strstr (message, thing) != NULL)
             && CHECK_QUIET (strncmp (message, unit_path ("f: "),
                                      strlen (unit_path ("f: "))) == 0);
  if (! good)
    check_note ("the message is \"%s\"", message);
  CHECK (good, statement);
}

static void
test_defaults (void)
{
  struct settings settings;
  portalocker__default_settings (&settings);
  CHECK_STRING (settings.mode.text, "a", "the mode is \"a\"");
  CHECK_INT (settings.truncate, 0, "truncate is 0");
  CHECK_INT (settings.timeout, 5000, "the timeout is 5000");
  CHECK_INT (settings.timeout_given, 0, "it was not given");
  CHECK_INT (settings.check_interval, 250, "the check interval is 250");
  CHECK_INT (settings.fail_when_locked, PORTALOCKER_AS_SET,
             "fail when locked was not set");
  CHECK_INT (settings.flags, 6, "the flags are 6");
  CHECK_INT (settings.creation_mode, 0666, "the creation mode is 0666");
  CHECK_INT (settings.create, PORTALOCKER_AS_SET, "create is as the mode says");
  CHECK_INT (settings.no_follow, 0, "links are followed");
  CHECK_INT (settings.inherit, 0, "nothing is inherited");
  CHECK_INT (settings.pass_over_fork, 0, "nothing is passed over a fork");
  CHECK_INT (settings.cancellable, 0, "a wait without an end is not broken");
  CHECK_INT (settings.movable, 0, "a lock stays with its thread");
  CHECK (settings.callback == NULL
         && settings.callback_interval == PORTALOCKER__NEVER,
         "nobody is told of a wait");
  CHECK_STRING (settings.backend->name, portalocker_default_backend (),
                "the backend is the default one");
}

static void
test_good_values (void)
{
  const struct settings *settings = &lock->settings;
  CHECK (portalocker_set_mode (lock, "r+b") == PORTALOCKER_OK
         && strcmp (settings->mode.text, "r+b") == 0, "a mode is taken");
  CHECK (portalocker_set_truncate (lock, -5) == PORTALOCKER_OK
         && settings->truncate, "any number but 0 means to truncate");
  CHECK (portalocker_set_timeout (lock, 0) == PORTALOCKER_OK
         && settings->timeout == 0 && settings->timeout_given,
         "the timeout 0 is one that was given");
  CHECK (portalocker_set_timeout (lock, PORTALOCKER_FOREVER)
         == PORTALOCKER_OK && settings->timeout == -1, "FOREVER is taken");
  CHECK (portalocker_set_timeout (lock, INT64_MAX) == PORTALOCKER_OK
         && settings->timeout == INT64_MAX, "the largest timeout is taken");
  CHECK (portalocker_set_check_interval (lock, 1) == PORTALOCKER_OK
         && settings->check_interval == 1, "the interval 1 is taken");
  CHECK (portalocker_set_check_interval (lock, INT64_MAX) == PORTALOCKER_OK
         && settings->check_interval == INT64_MAX,
         "the largest interval is taken");
  CHECK (portalocker_set_fail_when_locked (lock, 7) == PORTALOCKER_OK
         && settings->fail_when_locked == 1, "fail when locked is taken");
  CHECK (portalocker_set_fail_when_locked (lock, 0) == PORTALOCKER_OK
         && settings->fail_when_locked == 0, "its opposite too");
  CHECK (portalocker_set_flags (lock, 5) == PORTALOCKER_OK
         && settings->flags == 5, "the flags 5 are taken");
  CHECK (portalocker_set_creation_mode (lock, 07777) == PORTALOCKER_OK
         && settings->creation_mode == 07777, "the mode 07777 is taken");
  CHECK (portalocker_set_creation_mode (lock, 0) == PORTALOCKER_OK
         && settings->creation_mode == 0, "the creation mode 0 is taken");
  CHECK (portalocker_set_create (lock, 0) == PORTALOCKER_OK
         && settings->create == 0, "create 0 is taken");
  CHECK (portalocker_set_create (lock, PORTALOCKER_AS_SET) == PORTALOCKER_OK
         && settings->create == PORTALOCKER_AS_SET,
         "create as the mode says is taken");
  CHECK (portalocker_set_no_follow (lock, 1) == PORTALOCKER_OK
         && settings->no_follow, "no-follow is taken");
  CHECK (portalocker_set_inherit (lock, 1) == PORTALOCKER_OK
         && settings->inherit, "inherit is taken");
  CHECK (portalocker_set_pass_over_fork (lock, 1) == PORTALOCKER_OK
         && settings->pass_over_fork, "pass over fork is taken");
  CHECK (portalocker_set_cancellable (lock, 2) == PORTALOCKER_OK
         && settings->cancellable, "cancellable is taken");
  CHECK (portalocker_set_movable (lock, 2) == PORTALOCKER_OK
         && settings->movable, "movable is taken");
}

static void
be_told (void *closure, int64_t waited, portalocker_error *holder)
{
  (void) closure;
  (void) waited;
  (void) holder;
}

static void
test_callback_values (void)
{
  const struct settings *settings = &lock->settings;
  int closure;
  CHECK (portalocker_set_wait_callback (lock, be_told, &closure, 20)
         == PORTALOCKER_OK && settings->callback == be_told
         && settings->closure == &closure
         && settings->callback_interval == 20 * UNIT_MS,
         "a callback is taken");
  CHECK (portalocker_set_wait_callback (lock, be_told, NULL, INT64_MAX)
         == PORTALOCKER_OK
         && settings->callback_interval == PORTALOCKER__NEVER,
         "the largest interval of a callback is taken");
  check_refused (portalocker_set_wait_callback (lock, NULL, NULL, -1),
                 "interval -1", "a negative interval is named");
  CHECK (settings->callback == be_told,
         "the callback stays when another is refused");
  CHECK (portalocker_set_wait_callback (lock, NULL, NULL, 0) == PORTALOCKER_OK
         && settings->callback == NULL
         && settings->callback_interval == PORTALOCKER__NEVER,
         "a callback can be taken back");
}

static void
test_backends (void)
{
  const char *name, *last = NULL;
  size_t i;
  int wrong = 0;
  for (i = 0; (name = portalocker_backend_at (i)) != NULL; i++)
    {
      wrong += ! CHECK_QUIET_CODE (portalocker_set_backend (lock, name),
                                   PORTALOCKER_OK)
               || ! CHECK_QUIET_STRING (portalocker_backend (lock), name)
               || ! CHECK_QUIET (portalocker_backend_features (name) >= 0);
      last = name;
    }
  CHECK (i > 0 && wrong == 0, "each backend can be chosen");
  CHECK (portalocker_backend_at (i + 1) == NULL
         && portalocker_backend_at ((size_t) -1) == NULL,
         "there are no backends behind the last");
  CHECK (portalocker_set_backend (lock, NULL) == PORTALOCKER_OK
         && strcmp (portalocker_backend (lock),
                    portalocker_default_backend ()) == 0,
         "NULL is the default backend");
  CHECK_INT (portalocker_backend_features (NULL),
             portalocker_backend_features (portalocker_default_backend ()),
             "NULL has the default backend's features");
  CHECK_INT (portalocker_backend_features ("nosuch"), -1,
             "a backend that does not exist has no features");
  portalocker_set_backend (lock, last);
  check_refused (portalocker_set_backend (lock, "nosuch"), "\"nosuch\"",
                 "a backend that is not built in is named");
  CHECK_STRING (portalocker_backend (lock), last,
                "the backend stays when another is refused");
  check_refused (portalocker_set_backend (lock, ""), "\"\"",
                 "an empty name is no backend");
}

static void
test_bad_values (void)
{
  struct settings before = lock->settings;
  check_refused (portalocker_set_mode (lock, "q"), "\"q\"",
                 "a bad mode is named");
  check_refused (portalocker_set_mode (lock, NULL), "mode",
                 "no mode is refused");
  check_refused (portalocker_set_mode (lock,
                   "0123456789012345678901234567890123456789XYZ"),
                 "\"0123456789012345678901234567890123456789\"",
                 "a long mode is cut");
  check_refused (portalocker_set_timeout (lock, -3), "-3",
                 "the timeout -3 is named");
  check_refused (portalocker_set_timeout (lock, PORTALOCKER_AS_SET), "-2",
                 "AS_SET is no timeout to set");
  check_refused (portalocker_set_timeout (lock, INT64_MIN),
                 "-9223372036854775808", "the smallest timeout is named");
  check_refused (portalocker_set_check_interval (lock, 0),
                 "check interval 0", "the check interval 0 is named");
  check_refused (portalocker_set_check_interval (lock, INT64_MIN),
                 "-9223372036854775808", "the smallest interval is named");
  check_refused (portalocker_set_flags (lock, 0), "flags 0",
                 "the flags 0 are named");
  check_refused (portalocker_set_flags (lock, 4), "flags 4",
                 "the flags 4 are named");
  check_refused (portalocker_set_flags (lock, 8), "flags 8",
                 "the flags 8 are named");
  check_refused (portalocker_set_flags (lock, 3), "flags 3",
                 "the flags 1|2 are named");
  check_refused (portalocker_set_flags (lock, PORTALOCKER_AS_SET),
                 "flags -2", "AS_SET is no set of flags to set");
  check_refused (portalocker_set_creation_mode (lock, 010000), "4096",
                 "a creation mode above 07777 is named");
  check_refused (portalocker_set_creation_mode (lock, 0xffffffffu),
                 "4294967295", "the largest number is no creation mode");
  check_refused (portalocker_set_create (lock, 2), "create setting 2",
                 "create 2 is named");
  check_refused (portalocker_set_create (lock, -1), "create setting -1",
                 "create -1 is named");
  CHECK_INT (memcmp (&before, &lock->settings, sizeof before), 0,
             "what is refused changes nothing");
}

static void
test_bad_arguments_of_acquire (void)
{
  const int as_set = PORTALOCKER_AS_SET;
  check_refused (portalocker_acquire_with (lock, "q", as_set, as_set, as_set,
                                           as_set, as_set), "\"q\"",
                 "a bad mode for one acquire is named");
  check_refused (portalocker_acquire_with (lock, NULL, as_set, -3, as_set,
                                           as_set, as_set), "timeout -3",
                 "a bad timeout for one acquire is named");
  check_refused (portalocker_acquire_with (lock, NULL, as_set, as_set, 0,
                                           as_set, as_set),
                 "check interval 0",
                 "a bad interval for one acquire is named");
  check_refused (portalocker_acquire_with (lock, NULL, as_set, as_set, -1,
                                           as_set, as_set),
                 "check interval -1", "FOREVER is no interval");
  check_refused (portalocker_acquire_with (lock, NULL, as_set, as_set,
                                           as_set, as_set, 3), "flags 3",
                 "bad flags for one acquire are named");
  check_refused (portalocker_acquire_with (lock, NULL, as_set, as_set,
                                           as_set, as_set, -1), "flags -1",
                 "the flags -1 for one acquire are named");
  check_refused (portalocker_acquire_until (lock, -2), "deadline -2",
                 "a negative deadline is named");
  check_refused (portalocker_acquire_until (lock, INT64_MIN),
                 "-9223372036854775808", "the smallest deadline is named");
  CHECK (! portalocker_is_held (lock), "nothing is held after these");
  CHECK (unit_directory_is (""), "no file was created by these");
}

static void
test_what_does_not_go_together (void)
{
  const int as_set = PORTALOCKER_AS_SET;
  int fd;
  check_refused (portalocker_acquire_with (lock, "r", 1, as_set, as_set,
                                           as_set, as_set), "\"r\"",
                 "to truncate needs a mode that writes");
  portalocker_set_create (lock, 0);
  check_refused (portalocker_acquire_with (lock, "x+", as_set, as_set, as_set,
                                           as_set, as_set), "\"x+\"",
                 "mode x needs to create");
  portalocker_set_mode (lock, "x+");
  check_refused (portalocker_open (lock, &fd), "\"x+\"",
                 "also for an open without a lock");
  portalocker_set_mode (lock, "a");
  portalocker_set_create (lock, PORTALOCKER_AS_SET);
}

static void
test_passing_on (const char *backend)
{
  portalocker_lock *passed = unit_new ("f", backend);
  int wanted = unit_has (backend, PORTALOCKER_FEATURE_PASS_ON)
               ? PORTALOCKER_OK : PORTALOCKER_UNSUPPORTED;
  unit_area (backend, "settings");
  portalocker_set_inherit (passed, 1);
  CHECK_CODE (portalocker_acquire (passed), wanted,
              "inherit works as the features say");
  if (wanted != PORTALOCKER_OK)
    CHECK (strstr (portalocker_message (passed), backend) != NULL,
           "the message names the backend that cannot pass on");
  portalocker_release (passed);
  portalocker_set_inherit (passed, 0);
  portalocker_set_pass_over_fork (passed, 1);
  CHECK_CODE (portalocker_acquire (passed), wanted,
              "pass over fork works as the features say");
  portalocker_free (passed);
}

/* Every function with NULL where an object belongs.  */
static void
test_null_objects (void)
{
  int fd = 7;
  portalocker_error *error;
  int wrong = 0;
#define BAD(call) \
  wrong += ! CHECK_QUIET_CODE (call, PORTALOCKER_BAD_ARGUMENT)
  BAD (portalocker_set_mode (NULL, "a"));
  BAD (portalocker_set_truncate (NULL, 0));
  BAD (portalocker_set_timeout (NULL, 0));
  BAD (portalocker_set_check_interval (NULL, 1));
  BAD (portalocker_set_fail_when_locked (NULL, 0));
  BAD (portalocker_set_flags (NULL, 2));
  BAD (portalocker_set_creation_mode (NULL, 0));
  BAD (portalocker_set_create (NULL, 0));
  BAD (portalocker_set_no_follow (NULL, 0));
  BAD (portalocker_set_inherit (NULL, 0));
  BAD (portalocker_set_pass_over_fork (NULL, 0));
  BAD (portalocker_set_cancellable (NULL, 1));
  BAD (portalocker_set_movable (NULL, 1));
  BAD (portalocker_set_wait_callback (NULL, NULL, NULL, 0));
  BAD (portalocker_cancel (NULL));
  BAD (portalocker_set_backend (NULL, NULL));
  BAD (portalocker_set_backend (NULL, "nosuch"));
  BAD (portalocker_acquire (NULL));
  BAD (portalocker_acquire_with (NULL, NULL, -2, -2, -2, -2, -2));
  BAD (portalocker_acquire_until (NULL, 0));
  BAD (portalocker_release (NULL));
  BAD (portalocker_verify (NULL));
  BAD (portalocker_open (NULL, &fd));
  BAD (portalocker_open (lock, NULL));
  BAD (portalocker_detach (NULL, &fd));
  BAD (portalocker_detach (lock, NULL));
  BAD (portalocker_get_error (lock, NULL));
  BAD (portalocker_get_second_error (lock, NULL));
  BAD (portalocker_lock_stream (NULL, 2, NULL));
  BAD (portalocker_unlock_stream (NULL, NULL));
  BAD (portalocker_verify_fd (0, NULL, NULL));
  BAD (portalocker_verify_fd (0, "", NULL));
  BAD (portalocker_verify_fd (-1, "/", NULL));
  BAD (portalocker_atomic_begin (NULL, "f", 0, NULL));
  BAD (portalocker_atomic_commit (NULL, NULL));
  BAD (portalocker_lock_fd_with (0, 2, "nosuch", 0, NULL));
  BAD (portalocker_lock_fd_with (0, 3, NULL, 0, NULL));
  BAD (portalocker_lock_fd_with (0, 2, NULL, -5, NULL));
  BAD (portalocker_unlock_fd_with (0, "nosuch", NULL));
  portalocker_error_new (&error);
  BAD (portalocker_get_error (NULL, error));
  BAD (portalocker_get_second_error (NULL, error));
  portalocker_error_free (error);
#undef BAD
  CHECK_INT (wrong, 0, "NULL and nonsense are bad arguments everywhere");
  portalocker_free (NULL);
  portalocker_atomic_abort (NULL);
  CHECK (portalocker_is_held (NULL) == 0
         && portalocker_descriptor (NULL) == -1
         && portalocker_stream (NULL) == NULL
         && portalocker_path (NULL) == NULL
         && portalocker_backend (NULL) == NULL
         && portalocker_atomic_stream (NULL) == NULL
         && portalocker_atomic_descriptor (NULL) == -1
         && portalocker_message (NULL) != NULL,
         "the getters know NULL");
}

/* The table of timeout and fail-when-locked, while another process holds
   the file: how each acquire ends.  */
static const struct
{
  int flags;
  int64_t timeout;              /* AS_SET: not set */
  int fail;                     /* AS_SET: not set */
  int code;
  const char *statement;
} refusals[] =
{
  { 6, -2, -2, PORTALOCKER_BUSY, "the defaults are busy at once" },
  { 2, -2, -2, PORTALOCKER_TIMED_OUT,
    "without LOCK_NB the default timeout is waited for" },
  { 6, 100, -2, PORTALOCKER_TIMED_OUT, "a timeout that was given is waited" },
  { 2, 100, -2, PORTALOCKER_TIMED_OUT, "also without LOCK_NB" },
  { 6, 0, -2, PORTALOCKER_BUSY, "the timeout 0 is one attempt" },
  { 2, 0, -2, PORTALOCKER_BUSY, "also one attempt without LOCK_NB" },
  { 6, 100, 1, PORTALOCKER_BUSY, "fail when locked beats a timeout" },
  { 2, -2, 1, PORTALOCKER_BUSY, "fail when locked beats the flags" },
  { 6, -2, 0, PORTALOCKER_TIMED_OUT,
    "not to fail when locked beats LOCK_NB" },
  { 6, 100, 0, PORTALOCKER_TIMED_OUT, "not to fail when locked waits" },
  { 6, 0, 0, PORTALOCKER_BUSY, "0 is one attempt in any case" }
};

static void
test_who_waits (void)
{
  const char *backend = portalocker_default_backend ();
  size_t i;
  unit_hold ("f", backend, true);
  unit_use_clock ();
  for (i = 0; i < sizeof refusals / sizeof *refusals; i++)
    {
      portalocker_lock *set = unit_new ("f", backend);
      portalocker_lock *given = unit_new ("f", backend);
      int good;
      portalocker_set_flags (set, refusals[i].flags);
      if (refusals[i].timeout != PORTALOCKER_AS_SET)
        portalocker_set_timeout (set, refusals[i].timeout);
      if (refusals[i].fail != PORTALOCKER_AS_SET)
        portalocker_set_fail_when_locked (set, refusals[i].fail);
      good = CHECK_QUIET_CODE (portalocker_acquire (set), refusals[i].code);
      good &= CHECK_QUIET_CODE (portalocker_acquire_with
                                  (given, NULL, -2, refusals[i].timeout, -2,
                                   refusals[i].fail, refusals[i].flags),
                                refusals[i].code);
      CHECK (good, refusals[i].statement);
      portalocker_free (set);
      portalocker_free (given);
    }
  unit_restore ();
  unit_let_go ();
}

int
main (void)
{
  unit_start ();
  check_area ("unit/settings");
  test_defaults ();
  lock = unit_new ("f", portalocker_default_backend ());
  test_null_objects ();
  test_bad_values ();
  test_bad_arguments_of_acquire ();
  test_what_does_not_go_together ();
  test_good_values ();
  test_callback_values ();
  test_backends ();
  check_area ("unit/refusal");
  test_who_waits ();
  portalocker_free (lock);
  unit_each_backend (test_passing_on);
  return check_done ();
}
