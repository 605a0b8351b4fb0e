/* error.c - codes, failure records and error objects.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "calls.h"
#include "portalocker.h"

/* ---- Codes.  */

static const struct
{
  const char *name;
  const char *text;
  const char *advice;
} code_table[] =
{
#define ENTRY(name, text, advice) \
  [PORTALOCKER_##name] = { "PORTALOCKER_" #name, text, advice },
#include "error-table.h"
#undef ENTRY
};

static bool
is_code (int code)
{
  return code >= 0 && (size_t) code < sizeof code_table / sizeof *code_table;
}

const char *
portalocker_code_name (int code)
{
  return is_code (code) ? code_table[code].name : NULL;
}

const char *
portalocker_code_text (int code)
{
  return is_code (code) ? code_table[code].text : "unknown code";
}

const char *
portalocker_code_advice (int code)
{
  return is_code (code) ? code_table[code].advice : "";
}


/* ---- Failure records.  */

int
portalocker__fail (struct failure *failure, int code, const char *call,
                   int error)
{
  if (failure != NULL)
    {
      failure->code = code;
      failure->call = call;
      failure->system_error = portalocker__system_error (error);
      failure->detail[0] = '\0';
    }
  return code;
}

int
portalocker__explain (struct failure *failure, int code,
                      const char *format, ...)
{
  portalocker__fail (failure, code, NULL, 0);
  if (failure != NULL)
    {
      va_list arguments;
      va_start (arguments, format);
      vsnprintf (failure->detail, sizeof failure->detail, format, arguments);
      va_end (arguments);
    }
  return code;
}

int
portalocker__fail_not_open (struct failure *failure)
{
  portalocker__explain (failure, PORTALOCKER_BAD_ARGUMENT,
                        "not an open descriptor");
  if (failure != NULL)
    failure->system_error = portalocker__system_error (EBADF);
  return PORTALOCKER_BAD_ARGUMENT;
}

int
portalocker__fail_earlier (struct failure *failure)
{
  return portalocker__explain (failure, PORTALOCKER_CANNOT_WRITE,
                               "an earlier write to the stream failed");
}

void
portalocker__resolve_holder (struct failure *failure, const char *path,
                             os_file asker)
{
  const struct portalocker__backend *backend = failure->backend;
  bool ranges;
  struct file_id id;
  if (failure->holder_known || backend == NULL)
    return;
  failure->holder_known = true;
  ranges = ! backend_has (backend, PORTALOCKER_FEATURE_ANY_ACCESS);
  if (path != NULL)
    failure->holder
      = portalocker__find_holder_by_path (path, failure->id, asker, ranges,
                                          failure->exclusive);
  else if (portalocker__id_of_fd (failure->fd, &id) == 0
           && file_id_equal (id, failure->id))
    failure->holder = portalocker__find_holder (failure->fd, failure->fd,
                                                ranges, failure->exclusive);
}


/* ---- Error objects.  */

struct portalocker_error
{
  struct failure failure;       /* its path is a copy of ours, or NULL */
  char *text;                   /* of the last summary or message */
  char holder_name[64];
};

int
portalocker_error_new (portalocker_error **error)
{
  if (error == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  *error = calls.calloc (1, sizeof **error);
  if (*error == NULL)
    return PORTALOCKER_NO_MEMORY;
  portalocker__clear (&(*error)->failure);
  return PORTALOCKER_OK;
}

/* Free what ERROR lent and make it empty.  */
static void
error_empty (portalocker_error *error)
{
  free ((char *) error->failure.path);
  free (error->text);
  error->text = NULL;
  portalocker__clear (&error->failure);
}

void
portalocker_error_free (portalocker_error *error)
{
  if (error == NULL)
    return;
  error_empty (error);
  free (error);
}

int
portalocker__error_fill (portalocker_error *error,
                         const struct failure *failure)
{
  if (error == NULL)
    return failure->code;
  error_empty (error);
  error->failure = *failure;
  if (failure->path != NULL)
    error->failure.path = portalocker__copy_string (failure->path);
  return failure->code;
}

int
portalocker_error_code (const portalocker_error *error)
{
  return error == NULL ? PORTALOCKER_OK : error->failure.code;
}

int
portalocker_error_system_error (const portalocker_error *error)
{
  return error == NULL ? 0 : error->failure.system_error;
}

const char *
portalocker_error_call (const portalocker_error *error)
{
  return error == NULL ? NULL : error->failure.call;
}

const char *
portalocker_error_path (const portalocker_error *error)
{
  return error == NULL ? NULL : error->failure.path;
}

int64_t
portalocker_error_holder (portalocker_error *error)
{
  if (error == NULL)
    return 0;
  portalocker__resolve_holder (&error->failure, NULL, -1);
  return error->failure.holder;
}

const char *
portalocker_error_holder_name (portalocker_error *error)
{
  int64_t holder = portalocker_error_holder (error);
  int64_t started;
  if (holder <= 0)
    return NULL;
  portalocker__describe_process (holder, error->holder_name,
                                 sizeof error->holder_name, &started);
  return error->holder_name[0] != '\0' ? error->holder_name : NULL;
}

/* The message in memory of ERROR; the code's constant text when there is
   none.  */
static const char *
error_text (portalocker_error *error, bool advice)
{
  int length;
  if (error == NULL)
    return portalocker_code_text (PORTALOCKER_OK);
  portalocker__resolve_holder (&error->failure, NULL, -1);
  free (error->text);
  error->text = NULL;
  length = portalocker__write_message (NULL, 0, &error->failure, advice);
  if (length >= 0)
    error->text = calls.calloc (1, (size_t) length + 1);
  if (error->text == NULL)
    return portalocker_code_text (error->failure.code);
  portalocker__write_message (error->text, (size_t) length + 1,
                              &error->failure, advice);
  return error->text;
}

const char *
portalocker_error_summary (portalocker_error *error)
{
  return error_text (error, false);
}

const char *
portalocker_error_message (portalocker_error *error)
{
  return error_text (error, true);
}
