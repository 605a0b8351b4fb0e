/* run-name.c - locks that have a name instead of a path.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "run-name.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit-status.h"
#include "message.h"

#define DIRECTORY_OF_ROOT "/run/lock"
#define DIRECTORY_OF_USERS "/run/user"
#define INSTEAD "or give the path of a lock file instead of --name"

/* Return NULL when DIRECTORY is one, and belongs to USER; else why it
   cannot be used.  */
static const char *
why_not (const char *directory, uid_t user)
{
  struct stat status;
  if (directory[0] != '/')
    return "it is not an absolute path";
  if (stat (directory, &status) != 0)
    return strerror (errno);
  if (! S_ISDIR (status.st_mode))
    return strerror (ENOTDIR);
  if (status.st_uid != user)
    return "it belongs to another user";
  return NULL;
}

static int
find_directory (char *buffer, size_t size)
{
  uid_t user = geteuid ();
  const char *set = getenv ("XDG_RUNTIME_DIR");
  bool is_set = user != 0 && set != NULL && set[0] != '\0';
  const char *reason;
  int length;
  if (user == 0)
    length = snprintf (buffer, size, "%s", DIRECTORY_OF_ROOT);
  else if (is_set)
    length = snprintf (buffer, size, "%s", set);
  else
    length = snprintf (buffer, size, "%s/%lu", DIRECTORY_OF_USERS,
                       (unsigned long) user);
  reason = length < 0 || (size_t) length >= size ? strerror (ENAMETOOLONG)
                                                 : why_not (buffer, user);
  if (reason == NULL)
    return STATUS_DONE;
  if (user == 0)
    complain ("--name: cannot use %s: %s; make that directory, " INSTEAD,
              buffer, reason);
  else if (is_set)
    complain ("--name: cannot use XDG_RUNTIME_DIR=%s: %s; set it to a"
              " directory of your own, " INSTEAD, set, reason);
  else
    complain ("--name: cannot use %s: %s; set XDG_RUNTIME_DIR to a directory"
              " of your own, " INSTEAD, buffer, reason);
  return STATUS_CANNOT_CREATE;
}

int
run_name_path (const char *name, char **path)
{
  char directory[4096];
  size_t size;
  int status = find_directory (directory, sizeof directory);
  if (status != STATUS_DONE)
    return status;
  size = strlen (directory) + strlen (name) + sizeof "/.lock";
  *path = malloc (size);
  if (*path == NULL)
    {
      complain ("%s", strerror (ENOMEM));
      return STATUS_OS_ERROR;
    }
  snprintf (*path, size, "%s/%s.lock", directory, name);
  return STATUS_DONE;
}
