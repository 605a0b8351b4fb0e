/* cancel.c - the states between an acquire and those who cancel it.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include "../../lib/cancel.h"

static struct cancellation cancellation;
static int interrupts, naps;
static bool reaches = true;     /* the interrupt does */

static bool
count_interrupt (void *waiter)
{
  if (waiter == &interrupts)
    interrupts++;
  return reaches;
}

static bool
interrupt_another_time (void *waiter)
{
  (void) waiter;
  check_fatal ("the interrupt of an earlier wait was called");
  return false;
}

static const char *
state_name (int state)
{
  static const char *const names[] = { "IDLE", "RUNNING", "WAITING", "DEAF",
                                       "TELLING", "TOLD", "UNHEARD" };
  return names[state];
}

/* Bring CANCELLATION to STATE, as those who use it would.  */
static void
go_to (int state)
{
  interrupts = naps = 0;
  memset (&cancellation, 0, sizeof cancellation);
  if (state != CANCEL_IDLE)
    portalocker__cancel_begin (&cancellation);
  if (state == CANCEL_WAITING || state == CANCEL_TELLING
      || state == CANCEL_UNHEARD)
    portalocker__cancel_enter (&cancellation, count_interrupt, &interrupts);
  if (state == CANCEL_DEAF)
    portalocker__cancel_enter (&cancellation, NULL, NULL);
  if (state == CANCEL_TOLD)
    portalocker__cancel_tell (&cancellation);
  if (state == CANCEL_TELLING || state == CANCEL_UNHEARD)
    os_atomic_store (&cancellation.state, state);
  if (cancellation.state != state)
    check_fatal ("the state %s cannot be reached", state_name (state));
}

/* The canceller goes on while the other one naps.  */
static int
nap (const struct timespec *time, struct timespec *rest)
{
  (void) time;
  (void) rest;
  if (++naps == 3)
    os_atomic_store (&cancellation.state, CANCEL_TOLD);
  return 0;
}

static bool
tell (void)
{
  return portalocker__cancel_tell (&cancellation);
}

static bool
tell_in_vain (void)
{
  bool told;
  reaches = false;
  told = tell ();
  reaches = true;
  return told;
}

static bool
enter (void)
{
  return portalocker__cancel_enter (&cancellation, interrupt_another_time,
                                    NULL);
}

static bool
enter_deaf (void)
{
  return portalocker__cancel_enter (&cancellation, NULL, NULL);
}

static bool
leave (void)
{
  portalocker__cancel_leave (&cancellation);
  return false;
}

static bool
end (void)
{
  portalocker__cancel_end (&cancellation);
  return false;
}

static bool
ask (void)
{
  return is_cancelled (&cancellation);
}

static const struct
{
  int before;
  bool (*function) (void);
  bool answer;
  int after;
  int interrupts, naps;
  const char *statement;
} moves[] =
{
  { CANCEL_IDLE, tell, true, CANCEL_IDLE, 0, 0,
    "to cancel what does not run does nothing" },
  { CANCEL_RUNNING, tell, true, CANCEL_TOLD, 0, 0,
    "to cancel an acquire that does not wait" },
  { CANCEL_WAITING, tell, true, CANCEL_TOLD, 1, 0,
    "to cancel one that waits interrupts it, once" },
  { CANCEL_WAITING, tell_in_vain, false, CANCEL_UNHEARD, 1, 0,
    "to cancel one whose interrupt fails" },
  { CANCEL_UNHEARD, tell, false, CANCEL_UNHEARD, 0, 0,
    "and to cancel it again" },
  { CANCEL_UNHEARD, leave, false, CANCEL_UNHEARD, 0, 0,
    "its wait ends when something else ends it" },
  { CANCEL_DEAF, tell, false, CANCEL_DEAF, 0, 0,
    "to cancel one that cannot be reached" },
  { CANCEL_TELLING, tell, true, CANCEL_TELLING, 0, 0,
    "to cancel beside another one who cancels" },
  { CANCEL_TOLD, tell, true, CANCEL_TOLD, 0, 0, "to cancel twice" },
  { CANCEL_RUNNING, enter, true, CANCEL_WAITING, 0, 0, "a wait begins" },
  { CANCEL_TOLD, enter, false, CANCEL_TOLD, 0, 0,
    "a wait does not begin after a cancellation" },
  { CANCEL_TELLING, enter, false, CANCEL_TELLING, 0, 0,
    "nor during one" },
  { CANCEL_RUNNING, enter_deaf, true, CANCEL_DEAF, 0, 0,
    "a wait begins that cannot be reached" },
  { CANCEL_TOLD, enter_deaf, false, CANCEL_TOLD, 0, 0,
    "it does not begin after a cancellation" },
  { CANCEL_WAITING, leave, false, CANCEL_RUNNING, 0, 0, "a wait ends" },
  { CANCEL_DEAF, leave, false, CANCEL_RUNNING, 0, 0,
    "a wait ends that could not be reached" },
  { CANCEL_TOLD, leave, false, CANCEL_TOLD, 0, 0,
    "a wait ends that was cancelled" },
  { CANCEL_TELLING, leave, false, CANCEL_TOLD, 0, 3,
    "a wait ends when its canceller is done, not before" },
  { CANCEL_RUNNING, leave, false, CANCEL_RUNNING, 0, 0,
    "what does not wait has nothing to leave" },
  { CANCEL_RUNNING, end, false, CANCEL_IDLE, 0, 0, "an acquire ends" },
  { CANCEL_TOLD, end, false, CANCEL_IDLE, 0, 0,
    "an acquire ends that was cancelled" },
  { CANCEL_IDLE, ask, false, CANCEL_IDLE, 0, 0, "IDLE is not cancelled" },
  { CANCEL_RUNNING, ask, false, CANCEL_RUNNING, 0, 0,
    "RUNNING is not cancelled" },
  { CANCEL_WAITING, ask, false, CANCEL_WAITING, 0, 0,
    "WAITING is not cancelled" },
  { CANCEL_DEAF, ask, false, CANCEL_DEAF, 0, 0, "DEAF is not cancelled" },
  { CANCEL_TELLING, ask, true, CANCEL_TELLING, 0, 0, "TELLING is cancelled" },
  { CANCEL_TOLD, ask, true, CANCEL_TOLD, 0, 0, "TOLD is cancelled" }
};

static void
test_moves (void)
{
  size_t i;
  portalocker__calls.nanosleep = nap;
  for (i = 0; i < sizeof moves / sizeof *moves; i++)
    {
      go_to (moves[i].before);
      CHECK (CHECK_QUIET_INT (moves[i].function (), moves[i].answer)
             && CHECK_QUIET_STRING (state_name (cancellation.state),
                                    state_name (moves[i].after))
             && CHECK_QUIET_INT (interrupts, moves[i].interrupts)
             && CHECK_QUIET_INT (naps, moves[i].naps), moves[i].statement);
    }
  unit_restore ();
  portalocker__cancel_leave (NULL);
  CHECK (portalocker__cancel_enter (NULL, count_interrupt, NULL)
         && ! is_cancelled (NULL), "a wait that nobody can cancel");
}


/* ---- Two threads at it.  */

enum { ROUNDS = 20000 };

/* Atomic: the round whose wait goes on, or 0; and interrupts that came when
   none did.  */
static int going_on, strays, stops;

static bool
look_whether_it_goes_on (void *waiter)
{
  (void) waiter;
  if (os_atomic_load (&going_on) == 0)
    os_atomic_store (&strays, 1);
  return true;
}

static int
cancel_often (void *unused)
{
  int count = 0;
  (void) unused;
  while (os_atomic_load (&stops) == 0)
    count += portalocker__cancel_tell (&cancellation);
  return count > 0;
}

static void
test_threads (void)
{
  struct task tasks[2];
  int i, told = 0, begun = 0;
  memset (&cancellation, 0, sizeof cancellation);
  for (i = 0; i < 2; i++)
    task_start (&tasks[i], cancel_often, NULL);
  for (i = 0; i < ROUNDS; i++)
    {
      portalocker__cancel_begin (&cancellation);
      os_atomic_store (&going_on, i + 1);
      if (portalocker__cancel_enter (&cancellation, look_whether_it_goes_on,
                                     NULL))
        {
          begun++;
          portalocker__cancel_leave (&cancellation);
        }
      os_atomic_store (&going_on, 0);
      told += is_cancelled (&cancellation);
      portalocker__cancel_end (&cancellation);
    }
  os_atomic_store (&stops, 1);
  for (i = 0; i < 2; i++)
    task_end (&tasks[i]);
  check_note ("%d of %d waits begun, %d cancelled", begun, ROUNDS, told);
  CHECK_INT (strays, 0, "no interrupt comes when the wait is over");
}

int
main (void)
{
  unit_start ();
  unit_area ("unit", "cancel");
  test_moves ();
  test_threads ();
  return check_done ();
}
