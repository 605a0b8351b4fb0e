/* watch-libuv.c - wait for a lock in the event loop of libuv.
   SPDX-License-Identifier: 0BSD

   usage: watch-libuv LOCKFILE MILLISECONDS        gives up after that time

   cc watch-libuv.c $(pkg-config --cflags --libs libportalocker libuv)  */

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>
#include <portalocker.h>

struct wait
{
  uv_loop_t loop;
  uv_poll_t readable;
  uv_timer_t timer;
  portalocker_lock *lock;
  int result;
};

/* The loop ends when no handle is left in it.  */
static void
end (struct wait *wait, int result)
{
  wait->result = result;
  uv_close ((uv_handle_t *) &wait->readable, NULL);
  uv_close ((uv_handle_t *) &wait->timer, NULL);
}

/* Stop first: finish closes the descriptor.  */
static void
on_readable (uv_poll_t *readable, int status, int events)
{
  struct wait *wait = readable->data;
  int rc;
  (void) status;
  (void) events;
  uv_poll_stop (readable);
  rc = portalocker_watch_finish (wait->lock);
  if (rc == PORTALOCKER_PENDING)
    uv_poll_start (readable, UV_READABLE, on_readable);
  else
    end (wait, rc);
}

static void
on_timer (uv_timer_t *timer)
{
  struct wait *wait = timer->data;
  uv_poll_stop (&wait->readable);
  portalocker_watch_abandon (wait->lock);
  end (wait, PORTALOCKER_TIMED_OUT);
}

static int
run_loop (portalocker_lock *lock, unsigned long milliseconds)
{
  struct wait wait = { .lock = lock };
  int descriptor;
  int rc = portalocker_watch (lock, PORTALOCKER_FOREVER, &descriptor);
  if (rc != PORTALOCKER_OK)
    return rc;
  uv_loop_init (&wait.loop);
  uv_poll_init (&wait.loop, &wait.readable, descriptor);
  uv_timer_init (&wait.loop, &wait.timer);
  wait.readable.data = wait.timer.data = &wait;
  uv_poll_start (&wait.readable, UV_READABLE, on_readable);
  uv_timer_start (&wait.timer, on_timer, milliseconds, 0);
  uv_run (&wait.loop, UV_RUN_DEFAULT);
  uv_loop_close (&wait.loop);
  return wait.result;
}

int
main (int argc, char **argv)
{
  portalocker_lock *lock;
  int rc;
  if (argc != 3 || portalocker_new (&lock, argv[1]) != PORTALOCKER_OK)
    {
      fprintf (stderr, "usage: watch-libuv LOCKFILE MILLISECONDS\n");
      return 2;
    }
  rc = run_loop (lock, strtoul (argv[2], NULL, 10));
  printf ("%s\n", rc == PORTALOCKER_OK ? "the lock is held"
                                       : portalocker_code_text (rc));
  portalocker_free (lock);
  return rc != PORTALOCKER_OK;
}
