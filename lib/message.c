/* message.c - one line about a failure, for a person.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "failure.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "portalocker.h"

enum { NAME_SIZE = 64, CLOCK_SIZE = 32, ERROR_SIZE = 128,
       HOLDER_SIZE = NAME_SIZE + CLOCK_SIZE + 64 };

/* A line that grows in a buffer of SIZE bytes, and counts on behind its
   end as snprintf does.  */
struct line
{
  char *buffer;
  size_t size;
  size_t length;
};

#if defined __GNUC__
static void add (struct line *line, const char *format, ...)
  __attribute__ ((__format__ (PRINTF_FORMAT, 2, 3)));
#endif

static void
add (struct line *line, const char *format, ...)
{
  size_t room = line->length < line->size ? line->size - line->length : 0;
  va_list arguments;
  int length;
  va_start (arguments, format);
  length = vsnprintf (room > 0 ? line->buffer + line->length : NULL, room,
                      format, arguments);
  va_end (arguments);
  if (length > 0)
    line->length += (size_t) length;
}

/* The time of day, with the date unless it is today's.  */
static void
write_clock (char *buffer, size_t size, int64_t when)
{
  time_t then = (time_t) when;
  time_t now = time (NULL);
  struct tm then_parts, now_parts;
  buffer[0] = '\0';
  if (! portalocker__local_time (then, &then_parts)
      || ! portalocker__local_time (now, &now_parts))
    return;
  if (then_parts.tm_yday == now_parts.tm_yday
      && then_parts.tm_year == now_parts.tm_year)
    strftime (buffer, size, "%H:%M", &then_parts);
  else
    strftime (buffer, size, "%Y-%m-%d %H:%M", &then_parts);
}

/* "pid 4711 (rsync, running since 12:03)", as far as it is known.  */
static void
write_holder (char *buffer, size_t size, int64_t pid)
{
  char name[NAME_SIZE], clock[CLOCK_SIZE] = "";
  int64_t started;
  if (pid == portalocker__process ())
    {
      snprintf (buffer, size, "this process itself (pid %" PRId64 ")", pid);
      return;
    }
  portalocker__describe_process (pid, name, sizeof name, &started);
  if (started > 0)
    write_clock (clock, sizeof clock, started);
  if (name[0] == '\0')
    snprintf (buffer, size, "pid %" PRId64, pid);
  else if (clock[0] == '\0')
    snprintf (buffer, size, "pid %" PRId64 " (%s)", pid, name);
  else
    snprintf (buffer, size, "pid %" PRId64 " (%s, running since %s)",
              pid, name, clock);
}

/* How long was waited, to the digits that tell something.  */
static void
add_wait (struct line *line, int64_t waited)
{
  double seconds = (double) waited / 1e9;
  add (line, seconds < 100 ? "still locked after %.3g s"
                           : "still locked after %.0f s", seconds);
}

static void
add_refusal (struct line *line, const struct failure *failure)
{
  char holder[HOLDER_SIZE] = "";
  if (failure->holder_known && failure->holder > 0)
    write_holder (holder, sizeof holder, failure->holder);
  if (failure->code == PORTALOCKER_TIMED_OUT)
    {
      add_wait (line, failure->waited);
      if (holder[0] != '\0')
        add (line, ", by %s", holder);
    }
  else if (holder[0] != '\0')
    add (line, "locked by %s", holder);
  else
    add (line, "%s", portalocker_code_text (failure->code));
}

static void
add_failure (struct line *line, const struct failure *failure)
{
  char reason[ERROR_SIZE];
  add (line, "%s", portalocker_code_text (failure->code));
  if (failure->detail[0] != '\0')
    add (line, ": %s", failure->detail);
  else if (failure->system_error != 0
           && failure->code != PORTALOCKER_EXISTS)
    {
      portalocker__describe_error (reason, sizeof reason,
                                   failure->system_error);
      add (line, ": %s", reason);
    }
}

int
portalocker__write_message (char *buffer, size_t size,
                            const struct failure *failure, bool advice)
{
  struct line line = { buffer, size, 0 };
  const char *todo = portalocker_code_advice (failure->code);
  if (failure->path != NULL)
    add (&line, "%s: ", failure->path);
  else if (failure->descriptor >= 0)
    add (&line, "descriptor %d: ", failure->descriptor);
  else if (failure->fd >= 0)
    add (&line, "handle %#llx: ", (unsigned long long) failure->fd);
  if (failure->detail[0] == '\0'
      && (failure->code == PORTALOCKER_BUSY
          || failure->code == PORTALOCKER_TIMED_OUT))
    add_refusal (&line, failure);
  else
    add_failure (&line, failure);
  if (advice && todo[0] != '\0')
    add (&line, "; %s", todo);
  if (size > 0)
    portalocker__replace_controls (buffer);
  return (int) line.length;
}
