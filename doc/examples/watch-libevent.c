/* watch-libevent.c - wait for a lock in the event loop of libevent.
   SPDX-License-Identifier: 0BSD

   usage: watch-libevent LOCKFILE MILLISECONDS     gives up after that time

   cc watch-libevent.c $(pkg-config --cflags --libs libportalocker \
                                            libevent_core)  */

#include <stdio.h>
#include <stdlib.h>
#include <event2/event.h>
#include <portalocker.h>

struct wait
{
  struct event_base *base;
  struct event *readable, *timer;
  portalocker_lock *lock;
  int result;
};

static void
end (struct wait *wait, int result)
{
  wait->result = result;
  event_base_loopbreak (wait->base);
}

/* The event was added for one time, so it is out of the loop already when
   finish closes the descriptor.  */
static void
on_readable (evutil_socket_t descriptor, short what, void *closure)
{
  struct wait *wait = closure;
  int rc = portalocker_watch_finish (wait->lock);
  (void) descriptor;
  (void) what;
  if (rc == PORTALOCKER_PENDING)
    event_add (wait->readable, NULL);
  else
    end (wait, rc);
}

static void
on_timer (evutil_socket_t none, short what, void *closure)
{
  struct wait *wait = closure;
  (void) none;
  (void) what;
  event_del (wait->readable);
  portalocker_watch_abandon (wait->lock);
  end (wait, PORTALOCKER_TIMED_OUT);
}

static int
run_loop (portalocker_lock *lock, long milliseconds)
{
  struct wait wait = { .lock = lock };
  struct timeval limit = { milliseconds / 1000, milliseconds % 1000 * 1000 };
  int descriptor;
  int rc = portalocker_watch (lock, PORTALOCKER_FOREVER, &descriptor);
  if (rc != PORTALOCKER_OK)
    return rc;
  wait.base = event_base_new ();
  wait.readable = event_new (wait.base, descriptor, EV_READ, on_readable,
                             &wait);
  wait.timer = event_new (wait.base, -1, 0, on_timer, &wait);
  event_add (wait.readable, NULL);
  event_add (wait.timer, &limit);
  event_base_dispatch (wait.base);
  event_free (wait.timer);
  event_free (wait.readable);
  event_base_free (wait.base);
  return wait.result;
}

int
main (int argc, char **argv)
{
  portalocker_lock *lock;
  int rc;
  if (argc != 3 || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: watch-libevent LOCKFILE MILLISECONDS\n");
      return 2;
    }
  rc = run_loop (lock, strtol (argv[2], NULL, 10));
  printf ("%s\n", rc == PORTALOCKER_OK ? "the lock is held"
                                       : portalocker_code_text (rc));
  portalocker_free (lock);
  return rc != PORTALOCKER_OK;
}
