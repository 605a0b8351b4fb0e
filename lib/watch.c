/* watch.c - waits in an event loop.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   No system tells an event loop that a lock is free; somebody has to block in
   the kernel for it.  That is a thread for each file on which this process has
   watches: its lane.  The watches of one file wait there one after the other,
   since only one can have the lock next.

   One more thread, the controller, looks after the clock and after
   cancellations.  When the first watch of a lane is over and its thread is
   blocked in the kernel, the controller cancels the thread there.  What remains
   of that watch is done by yet another thread, an ender, which starts a new
   thread for the rest of the lane.  Where a thread cannot be cancelled it waits
   by a method that looks after both itself, and the controller is there for the
   others of the lane.  All these threads end when there is nothing left to
   do.  */

#include <config.h>
#include "request.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "calls.h"
#include "wait-method.h"

enum watch_state
{
  WATCH_QUEUED,                 /* in a lane */
  WATCH_RUNNING,                /* in the hands of one thread */
  WATCH_ENDED                   /* RESULT counts */
};

/* STATE, RESULT, NEXT and LANE are guarded by portalocker__tables, the request
   belongs to the thread that runs the watch.  */
struct watch
{
  struct watch *next;
  struct lane *lane;            /* in which it stands, or NULL */
  struct request request;
  enum watch_state state;
  int result;
  os_notifier notifier;
};

/* The deadline of an attempt that does not wait, and yet is not all that was
   asked for: it does not pass a closed gate.  */
#define LONG_AGO (PORTALOCKER__AT_ONCE + 1)


/* ---- The end of a watch.  */

/* The watch that is in the hands of the calling thread has come to CODE.  It
   may be gone afterwards.  */
static void
end_watch (struct watch *watch, int code)
{
  portalocker__acquire_end (&watch->request, code);
  os_mutex_lock (&portalocker__tables);
  watch->result = code;
  watch->state = WATCH_ENDED;
  portalocker__notify (&watch->notifier);
  os_cond_broadcast (&portalocker__tables_changed);
  os_mutex_unlock (&portalocker__tables);
}

#if HAVE_THREADS

/* ---- The table of lanes.  */

/* Guarded by portalocker__tables.  */
struct lane
{
  struct lane *next;
  struct file_id id;
  struct watch *first;          /* the one that runs, if any does */
  os_thread thread;
  bool blocked;                 /* the thread is at its lock call */
  bool overdue;                 /* the controller found that the first one is
                                   over, but not blocked, and will not look
                                   again: the thread must not block */
  bool stopping;                /* the controller is about to end the thread,
                                   which then leaves the lane alone */
};

/* Guarded by portalocker__tables.  There is a controller as long as there are
   lanes, and so long the event is there, by which it is told that there is
   something to do.  */
static struct lane *lanes;
static bool has_controller;
static os_event controller;

/* Guarded by portalocker__tables.  Threads that end a watch for the
   controller.  */
enum { ENDER_LIMIT = 16 };
static unsigned int enders;

/* All these need the mutex.  */

static struct lane *
find_lane (struct file_id id, const struct portalocker__backend *backend)
{
  struct lane *lane = lanes;
  while (lane != NULL
         && ! (lane->first != NULL && file_id_equal (lane->id, id)
               && portalocker__same_locks (lane->first->request.wait.backend,
                                           backend)))
    lane = lane->next;
  return lane;
}

static void
remove_lane (struct lane *lane)
{
  struct lane **link = &lanes;
  while (*link != lane)
    link = &(*link)->next;
  *link = lane->next;
  free (lane);
}

static void
append (struct lane *lane, struct watch *watch)
{
  struct watch **link = &lane->first;
  while (*link != NULL)
    link = &(*link)->next;
  *link = watch;
  watch->next = NULL;
  watch->lane = lane;
  watch->state = WATCH_QUEUED;
}

/* Take WATCH out of its lane, into the hands of the calling thread.  */
static void
take_out (struct watch *watch)
{
  struct watch **link = &watch->lane->first;
  while (*link != watch)
    link = &(*link)->next;
  *link = watch->next;
  watch->lane = NULL;
  watch->state = WATCH_RUNNING;
}


/* ---- The controller.  */

static int
fail_thread (struct watch *watch, int error)
{
  struct failure *failure = &watch->request.failure;
  portalocker__explain (failure, PORTALOCKER_LOCK_FAILED,
                        "the system has no thread left for a watch");
  failure->call = portalocker__thread_call;
  failure->system_error = portalocker__system_error (error);
  return failure->code;
}

/* The time of WATCH is over, or it was cancelled: it is not in a lane any
   more, and nothing is open.  The last attempt decides.  */
static void
end_late (struct watch *watch)
{
  struct request *request = &watch->request;
  int code;
  request->wait.lane = NULL;
  request->wait.deadline = LONG_AGO;
  request->only = NULL;
  if (is_cancelled (&request->lock->cancellation))
    code = portalocker__fail (&request->failure, PORTALOCKER_CANCELLED, NULL,
                              0);
  else
    code = portalocker__acquire_run (request);
  end_watch (watch, code);
}

static void *run_lane (void *argument);

/* The first thing that a thread of ours does.  */
static void
begin_thread (void)
{
#if HAVE_CANCEL
  portalocker__forbid_cancel ();
#endif
}

/* Called by a canceller, perhaps in a signal handler.  Whoever can be reached
   so is in a lane, so that there is a controller.  */
static bool
wake_controller (void *ignored)
{
  (void) ignored;
  portalocker__event_set (&controller);
  return true;
}

#if HAVE_CANCEL

/* End all watches of LANE, for which there can be no thread, and LANE.  */
static void
fail_lane (struct lane *lane, int error)
{
  while (lane->first != NULL)
    {
      struct watch *watch = lane->first;
      take_out (watch);
      os_mutex_unlock (&portalocker__tables);
      portalocker__cancel_leave (&watch->request.lock->cancellation);
      end_watch (watch, fail_thread (watch, error));
      os_mutex_lock (&portalocker__tables);
    }
  remove_lane (lane);
}

/* The thread of LANE, which was blocked, is about to end: wait for that, end
   the watch that it ran, and start another thread for the rest.  */
static void
break_lane (struct lane *lane)
{
  int error = 0;
  os_thread_join (lane->thread);
  os_mutex_lock (&portalocker__tables);
  lane->stopping = false;
  if (lane->blocked)
    {
      struct watch *watch = lane->first;
      lane->blocked = false;
      take_out (watch);
      os_mutex_unlock (&portalocker__tables);
      portalocker__acquire_withdraw (&watch->request);
      end_late (watch);
      os_mutex_lock (&portalocker__tables);
    }
  if (lane->first == NULL)
    remove_lane (lane);
  else
    {
      error = portalocker__thread_start (&lane->thread, run_lane, lane);
      if (error != 0)
        fail_lane (lane, error);
    }
  /* It may be the last one, and other watches may be the first now.  */
  portalocker__event_set (&controller);
  os_mutex_unlock (&portalocker__tables);
}

#endif

/* What an ender does: end a watch that was taken out of its lane, or break a
   lane.  */
struct ending
{
  struct watch *queued;
  struct lane *stopped;
};

static void
end_it (const struct ending *ending)
{
  if (ending->queued != NULL)
    end_late (ending->queued);
#if HAVE_CANCEL
  else
    break_lane (ending->stopped);
#endif
}

static void *
run_ender (void *argument)
{
  struct ending *ending = argument;
  begin_thread ();
  end_it (ending);
  free (ending);
  os_mutex_lock (&portalocker__tables);
  enders--;
  os_mutex_unlock (&portalocker__tables);
  return NULL;
}

/* Let a thread of its own do what ENDING says: a server that does not answer
   may hold up whoever asks anything of its file system, and other watches have
   to end in time.  Where there can be no thread the controller does it.
   portalocker__tables is held before and afterwards.  */
static void
start_ender (struct ending ending)
{
  struct ending *copy
    = enders < ENDER_LIMIT ? calls.calloc (1, sizeof *copy) : NULL;
  os_thread thread;
  if (copy != NULL)
    {
      *copy = ending;
      if (portalocker__thread_start (&thread, run_ender, copy) == 0)
        {
          enders++;
          os_thread_detach (thread);
          return;
        }
      free (copy);
    }
  os_mutex_unlock (&portalocker__tables);
  end_it (&ending);
  os_mutex_lock (&portalocker__tables);
}

static bool
is_over (const struct watch *watch)
{
  const struct request *request = &watch->request;
  return is_cancelled (&request->lock->cancellation)
         || ! portalocker__may_wait (&request->wait);
}

/* Find a watch that is over, and end it; return false if there is none, and
   store the next deadline.  portalocker__tables is held before and afterwards,
   and not while something is done.  */
static bool
end_one (int64_t *deadline)
{
  struct lane *lane;
  struct watch *watch;
  *deadline = PORTALOCKER__NEVER;
  for (lane = lanes; lane != NULL; lane = lane->next)
    for (watch = lane->first; watch != NULL; watch = watch->next)
      if (! is_over (watch))
        {
          if (watch->request.wait.deadline < *deadline)
            *deadline = watch->request.wait.deadline;
        }
      else if (watch->state == WATCH_QUEUED)
        {
          take_out (watch);
          os_mutex_unlock (&portalocker__tables);
          /* Here, since who cancels it needs the controller.  */
          portalocker__cancel_leave (&watch->request.lock->cancellation);
          os_mutex_lock (&portalocker__tables);
          start_ender ((struct ending) { .queued = watch });
          return true;
        }
      else if (! lane->blocked)
        lane->overdue = true;
#if HAVE_CANCEL
      else if (! lane->stopping)
        {
          /* With the mutex, so that the thread cannot be past the place where
             it lets the signal come.  */
          lane->stopping = portalocker__thread_stop (lane->thread);
          if (lane->stopping)
            {
              start_ender ((struct ending) { .stopped = lane });
              return true;
            }
          *deadline = portalocker__time_in (PORTALOCKER__NS_PER_MS);
        }
#endif
  return false;
}

static void *
run_controller (void *ignored)
{
  int64_t deadline;
  (void) ignored;
  begin_thread ();
  os_mutex_lock (&portalocker__tables);
  while (lanes != NULL)
    if (! end_one (&deadline) && lanes != NULL)
      {
        os_mutex_unlock (&portalocker__tables);
        portalocker__event_wait (&controller, deadline);
        os_mutex_lock (&portalocker__tables);
      }
  has_controller = false;
  portalocker__event_destroy (&controller);
  os_mutex_unlock (&portalocker__tables);
  return NULL;
}

/* Make sure that there is a controller.  Return PORTALOCKER_OK or the code to
   fail with.  Needs portalocker__tables.  */
static int
need_controller (struct watch *watch)
{
  os_thread thread;
  int error;
  if (has_controller)
    return PORTALOCKER_OK;
  if (portalocker__event_init (&controller) != 0)
    return portalocker__fail_event (&watch->request.failure);
  error = portalocker__thread_start (&thread, run_controller, NULL);
  if (error != 0)
    {
      portalocker__event_destroy (&controller);
      return fail_thread (watch, error);
    }
  os_thread_detach (thread);
  has_controller = true;
  return PORTALOCKER_OK;
}


/* ---- Lanes.  */

/* Begin a lane for WATCH.  */
static int
begin_lane (struct watch *watch)
{
  struct lane *lane = calls.calloc (1, sizeof *lane);
  int error;
  if (lane == NULL)
    return portalocker__fail (&watch->request.failure, PORTALOCKER_NO_MEMORY,
                              NULL, ENOMEM);
  lane->id = watch->request.failure.id;
  append (lane, watch);
  lane->next = lanes;
  lanes = lane;
  error = portalocker__thread_start (&lane->thread, run_lane, lane);
  if (error == 0)
    return PORTALOCKER_OK;
  take_out (watch);
  remove_lane (lane);
  return fail_thread (watch, error);
}

/* Put WATCH, which is in the hands of this thread, into the lane of the file
   on which it was refused.  Needs portalocker__tables.  */
static int
enter_lane (struct watch *watch)
{
  struct request *request = &watch->request;
  struct lane *lane = find_lane (request->failure.id, request->wait.backend);
  int code = need_controller (watch);
  if (code != PORTALOCKER_OK)
    return code;
  if (! portalocker__cancel_enter (&request->lock->cancellation,
                                   wake_controller, NULL))
    return portalocker__fail (&request->failure, PORTALOCKER_CANCELLED, NULL,
                              0);
  /* It may have an earlier deadline than all others.  */
  portalocker__event_set (&controller);
  if (lane != NULL)
    append (lane, watch);
  else
    code = begin_lane (watch);
  if (code != PORTALOCKER_OK)
    portalocker__cancel_leave (&request->lock->cancellation);
  return code;
}

/* The watch that ran in LANE is about another file by now.  */
static void
change_lane (struct watch *watch)
{
  int code;
  os_mutex_lock (&portalocker__tables);
  take_out (watch);
  code = enter_lane (watch);
  os_mutex_unlock (&portalocker__tables);
  if (code != PORTALOCKER_OK)
    end_watch (watch, code);
}

/* Run the first watch of LANE to its end.  */
static void
run_watch (struct lane *lane, struct watch *watch)
{
  struct request *request = &watch->request;
  int code;
  portalocker__cancel_leave (&request->lock->cancellation);
  request->wait.lane = lane;
  request->only = &lane->id;
  code = portalocker__acquire_run (request);
  if (code == ANOTHER_FILE)
    {
      change_lane (watch);
      return;
    }
  os_mutex_lock (&portalocker__tables);
  take_out (watch);
  os_mutex_unlock (&portalocker__tables);
  end_watch (watch, code);
}

static void *
run_lane (void *argument)
{
  struct lane *lane = argument;
  begin_thread ();
  os_mutex_lock (&portalocker__tables);
  while (! lane->stopping && lane->first != NULL)
    {
      struct watch *watch = lane->first;
      watch->state = WATCH_RUNNING;
      lane->overdue = false;
      os_mutex_unlock (&portalocker__tables);
      run_watch (lane, watch);
      os_mutex_lock (&portalocker__tables);
    }
  if (! lane->stopping)
    {
      os_thread_detach (lane->thread);
      remove_lane (lane);
      /* The controller may be the last one.  */
      portalocker__event_set (&controller);
    }
  os_mutex_unlock (&portalocker__tables);
  return NULL;
}


#if HAVE_CANCEL

/* ---- How the thread of a lane waits for a lock, where that ends it.  */

static bool
interrupt_lane (struct lock_wait *wait)
{
  return wake_controller (wait);
}

/* From here on the controller may end the thread of LANE; return false if the
   watch is over, as it has seen already.  */
static bool
begin_block (struct lane *lane)
{
  bool blocked;
  os_mutex_lock (&portalocker__tables);
  blocked = lane->blocked = ! lane->overdue;
  os_mutex_unlock (&portalocker__tables);
  return blocked;
}

static void
end_block (struct lane *lane)
{
  os_mutex_lock (&portalocker__tables);
  lane->blocked = false;
  os_mutex_unlock (&portalocker__tables);
  /* A signal of pthread_cancel that is under way comes at the end of a call of
     the system.  If that were one at which glibc can end a thread, it would do
     so, although that is forbidden.  */
  sched_yield ();
}

static enum wait_end
lane_wait (struct lock_wait *wait, os_file fd, int *error)
{
  enum wait_end end = portalocker__wait_enter (wait, interrupt_lane);
  if (end != WAIT_BEGUN)
    return end;
  if (begin_block (wait->lane))
    {
      /* The controller may end the thread in this.  */
      *error = portalocker__wait_cancellably (wait, fd);
      end_block (wait->lane);
      end = WAIT_ANSWERED;
    }
  else
    end = is_cancelled (wait->cancellation) ? WAIT_CANCELLED : WAIT_TIMED_OUT;
  portalocker__wait_leave (wait);
  return end;
}

const struct wait_method portalocker__wait_lane =
{
  .name = "lane",
  .works = portalocker__threads_work,
  .wait = lane_wait
};

#endif

void
portalocker__watches_in_child (void)
{
  lanes = NULL;
  enders = 0;
  if (has_controller)
    portalocker__event_destroy (&controller);
  has_controller = false;
}

#else

/* Without threads there are no lanes.  */
static int
enter_lane (struct watch *watch)
{
  return portalocker__explain (&watch->request.failure,
                               PORTALOCKER_UNSUPPORTED,
                               "this system cannot watch a lock");
}

void
portalocker__watches_in_child (void)
{
}

#endif


/* ---- The public functions.  */

/* Whether a wait may lead to another end than CODE.  */
static bool
is_worth_waiting (int code)
{
  return code == PORTALOCKER_TIMED_OUT || code == PORTALOCKER_PATH_LOST;
}

/* Try once; if that is refused, go on in a lane.  */
static void
begin_watch (struct watch *watch)
{
  struct request *request = &watch->request;
  int64_t deadline = request->wait.deadline;
  int code;
  if (deadline != PORTALOCKER__AT_ONCE)
    request->wait.deadline = LONG_AGO;
  code = portalocker__acquire_run (request);
  request->wait.deadline = deadline;
  if (is_worth_waiting (code) && portalocker__may_wait (&request->wait))
    {
      portalocker__begin_wait (&request->wait);
      os_mutex_lock (&portalocker__tables);
      code = enter_lane (watch);
      os_mutex_unlock (&portalocker__tables);
      if (code == PORTALOCKER_OK)
        return;
    }
  end_watch (watch, code);
}

/* The watch of LOCK; NULL if it has none in this process.  */
static struct watch *
watch_of (portalocker_lock *lock)
{
  struct watch *watch = lock->watch;
  return watch != NULL && watch->notifier.reader >= 0 ? watch : NULL;
}

/* Fill the request of WATCH.  The mutex of its object is held, and CODE says
   whether its times make sense.  *HELD says that there is nothing to do.  */
static int
check_watch (struct watch *watch, int code, bool *held)
{
  struct request *request = &watch->request;
  portalocker_lock *lock = request->lock;
  request->settings.callback = NULL;
  portalocker__set_wait (request, PORTALOCKER__NEVER);
  request->wait.detects_deadlock = false;
  if (code == PORTALOCKER_OK)
    code = portalocker__check_together (request);
  if (code == PORTALOCKER_OK
      && (watch_of (lock) != NULL
          || (lock->state != LOCK_FREE && ! is_held (lock))))
    code = portalocker__explain (&request->failure, PORTALOCKER_BUSY,
                                 "another acquire of the object is going on");
  if (code == PORTALOCKER_OK)
    {
      int error = portalocker__notifier_init (&watch->notifier);
      if (error != 0)
        code = portalocker__fail (&request->failure, PORTALOCKER_LOCK_FAILED,
                                  portalocker__notifier_call, error);
    }
  *held = is_held (lock);
  return code;
}

int
portalocker__watch (portalocker_lock *lock, int64_t timeout, os_file *result)
{
  struct watch *watch;
  bool held;
  int code;
  *result = -1;
  watch = calls.calloc (1, sizeof *watch);
  if (watch == NULL)
    {
      struct failure failure;
      portalocker__begin_failure (&failure, lock);
      portalocker__fail (&failure, PORTALOCKER_NO_MEMORY, NULL, ENOMEM);
      return portalocker__keep_failure (lock, &failure);
    }
  portalocker__begin_request (&watch->request, lock);
  code = portalocker__take_times (&watch->request, timeout,
                                  PORTALOCKER_AS_SET);
  code = check_watch (watch, code, &held);
  if (code != PORTALOCKER_OK)
    lock->failure = watch->request.failure;
  else
    {
      free (lock->watch);       /* one of the parent of this process */
      lock->watch = watch;
      watch->state = held ? WATCH_ENDED : WATCH_RUNNING;
      if (! held)
        portalocker__acquire_begin (&watch->request);
    }
  os_mutex_unlock (&lock->mutex);
  if (code != PORTALOCKER_OK)
    {
      free (watch);
      return code;
    }
  *result = watch->notifier.reader;
  if (held)
    portalocker__notify (&watch->notifier);
  else
    begin_watch (watch);
  return PORTALOCKER_OK;
}

int
portalocker_watch (portalocker_lock *lock, int64_t timeout, int *descriptor)
{
  os_file file;
  int code;
  if (lock == NULL || descriptor == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  *descriptor = -1;
  if (! OS_FILES_ARE_DESCRIPTORS)
    return portalocker__fail_no_descriptor (lock);
  code = portalocker__watch (lock, timeout, &file);
  *descriptor = (int) file;
  return code;
}

static bool
has_ended (const struct watch *watch)
{
  bool ended;
  os_mutex_lock (&portalocker__tables);
  ended = watch->state == WATCH_ENDED;
  os_mutex_unlock (&portalocker__tables);
  return ended;
}

/* LOCK has no watch any more; return the result of the one that ended.  */
static int
dispose (portalocker_lock *lock)
{
  struct watch *watch = lock->watch;
  int result = watch->result;
  os_mutex_lock (&lock->mutex);
  lock->watch = NULL;
  os_mutex_unlock (&lock->mutex);
  portalocker__notifier_destroy (&watch->notifier);
  free (watch);
  return result;
}

int
portalocker_watch_finish (portalocker_lock *lock)
{
  struct failure failure;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (watch_of (lock) != NULL)
    return has_ended (lock->watch) ? dispose (lock) : PORTALOCKER_PENDING;
  portalocker__begin_failure (&failure, lock);
  portalocker__explain (&failure, PORTALOCKER_NOT_HELD, "no watch was begun");
  return portalocker__keep_failure (lock, &failure);
}

int
portalocker_watch_abandon (portalocker_lock *lock)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (watch_of (lock) == NULL)
    return PORTALOCKER_OK;
  portalocker__cancel_tell (&lock->cancellation);
  os_mutex_lock (&portalocker__tables);
  while (lock->watch->state != WATCH_ENDED)
    portalocker__cond_wait (&portalocker__tables_changed, &portalocker__tables,
                            PORTALOCKER__NEVER);
  os_mutex_unlock (&portalocker__tables);
  return dispose (lock) == PORTALOCKER_OK ? portalocker_release (lock)
                                          : PORTALOCKER_OK;
}


/* ---- Fork.  */

/* What remains is freed with the object, or when the next watch begins.  */
void
portalocker__watch_forget (portalocker_lock *lock)
{
  if (watch_of (lock) == NULL)
    return;
  portalocker__notifier_destroy (&lock->watch->notifier);
  lock->watch->notifier.reader = -1;
}
