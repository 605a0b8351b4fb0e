/* os-common.c - what of os.h is the same on every system.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "os.h"

#include <errno.h>
#include <string.h>

#include "calls.h"
#include "fork.h"
#include "portalocker.h"

/* ---- Time.  */

int64_t
portalocker_now (void)
{
  return (portalocker__now () + PORTALOCKER__NS_PER_MS - 1)
         / PORTALOCKER__NS_PER_MS;
}

int64_t
portalocker__deadline_at (int64_t time)
{
  if (time == PORTALOCKER_FOREVER
      || time > PORTALOCKER__NEVER / PORTALOCKER__NS_PER_MS)
    return PORTALOCKER__NEVER;
  return time * PORTALOCKER__NS_PER_MS;
}

int64_t
portalocker__time_after (int64_t time, int64_t interval)
{
  return interval > PORTALOCKER__NEVER - time ? PORTALOCKER__NEVER
                                              : time + interval;
}

int64_t
portalocker__time_in (int64_t interval)
{
  return portalocker__time_after (portalocker__now (), interval);
}

int64_t
portalocker__deadline_in (int64_t timeout)
{
  int64_t length = portalocker__deadline_at (timeout);
  return length == PORTALOCKER__NEVER ? length
         : portalocker__time_in (length);
}

bool
portalocker__has_passed (int64_t deadline)
{
  int64_t now;
  if (deadline == PORTALOCKER__NEVER)
    return false;
  now = portalocker__now ();
  return now == 0 || now >= deadline;
}

void
portalocker__sleep (int64_t interval, int64_t deadline)
{
  if (deadline != PORTALOCKER__NEVER)
    {
      int64_t left = deadline - portalocker__now ();
      if (left <= 0)
        return;
      if (left < interval)
        interval = left;
    }
  portalocker__pause (interval);
}


/* ---- Threads.  */

enum { SLOT_NEW, SLOT_MADE, SLOT_FAILED };

/* With the mutex, so that no fork falls into it.  */
static bool
make_slot (os_slot *slot)
{
  int state = os_atomic_load (&slot->state);
  if (state != SLOT_NEW)
    return state == SLOT_MADE;
  os_key_prepare ();
  os_mutex_lock (&portalocker__slots);
  state = slot->state;
  if (state == SLOT_NEW)
    {
      state = portalocker__key_create (&slot->key, slot->destroy) == 0
              ? SLOT_MADE : SLOT_FAILED;
      os_atomic_store (&slot->state, state);
    }
  os_mutex_unlock (&portalocker__slots);
  return state == SLOT_MADE;
}

void *
portalocker__slot_get (os_slot *slot)
{
  return make_slot (slot) ? os_key_get (&slot->key) : NULL;
}

void *
portalocker__slot_peek (os_slot *slot)
{
  return os_atomic_load (&slot->state) == SLOT_MADE
         ? os_key_get (&slot->key) : NULL;
}

int
portalocker__slot_set (os_slot *slot, void *value)
{
  return make_slot (slot) ? portalocker__key_set (&slot->key, value) : ENOMEM;
}

/* Each thread's error object.  The library is never unloaded: the system calls
   free_error at the end of any later thread.  */
static void
free_error (void *error)
{
  portalocker_error_free (error);
}

portalocker_error *
portalocker__thread_error (void)
{
  static os_slot slot = { .destroy = free_error };
  portalocker_error *error = portalocker__slot_get (&slot);
  if (error != NULL || portalocker_error_new (&error) != PORTALOCKER_OK)
    return error;
  if (portalocker__slot_set (&slot, error) == 0)
    return error;
  portalocker_error_free (error);
  return NULL;
}


/* ---- Strings.  */

char *
portalocker__copy_string (const char *string)
{
  size_t size = strlen (string) + 1;
  char *copy = calls.calloc (1, size);
  if (copy == NULL)
    errno = ENOMEM;
  else
    memcpy (copy, string, size);
  return copy;
}

/* Those of two bytes are U+0080 to U+009F in UTF-8.  */
void
portalocker__replace_controls (char *text)
{
  unsigned char *c;
  for (c = (unsigned char *) text; *c != '\0'; c++)
    if (*c < ' ' || *c == 0x7f)
      *c = '?';
    else if (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
      c[0] = c[1] = '?';
}


/* ---- Files.  */

static int
take_id (int result, const os_stat *status, struct file_id *id)
{
  if (result != 0)
    {
      memset (id, 0, sizeof *id);
      return errno;
    }
  *id = file_id_of (status);
  return 0;
}

int
portalocker__id_of_fd (os_file fd, struct file_id *id)
{
  os_stat status;
  return take_id (calls.fstat (fd, &status), &status, id);
}

int
portalocker__id_of_path (const char *path, bool follow, struct file_id *id)
{
  os_stat status;
  return take_id (follow ? calls.stat (path, &status)
                         : calls.lstat (path, &status), &status, id);
}

bool
portalocker__is_named (struct file_id id, const char *path)
{
  struct file_id named;
  return portalocker__id_of_path (path, true, &named) == 0
         && file_id_equal (id, named);
}
