/* run-name-posix.c - locks that have a name instead of a path.
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

/* $XDG_RUNTIME_DIR, and where that is not set, as for cron jobs, the directory
   UID in the first of these, which is what it is set to in a session.  Root's
   is below the second, or the third on older systems.  It is not /run/lock,
   in which some systems let everybody write.  */
#define DIRECTORY_OF_USERS "/run/user"
#define RUN "/run"
#define OLD_RUN "/var/run"
#define OF_ROOT "/portalocker"
#define INSTEAD "or give the path of a lock file instead of --name"

const char *
run_name_rule (const char *name)
{
  if (name[0] == '\0' || name[0] == '.' || strchr (name, '/') != NULL)
    return "is not empty, has no slash and does not begin with a dot";
  return NULL;
}

/* Return NULL when DIRECTORY is one, and USER's alone; else why it cannot be
   used.  */
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
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return "other users can write to it";
  return NULL;
}

/* The directory of root, made if it is not there: check_directory tells if that
   failed.  The caller frees it.  */
static char *
directory_of_root (void)
{
  struct stat status;
  const char *directory = stat (RUN, &status) == 0 ? RUN OF_ROOT
                                                   : OLD_RUN OF_ROOT;
  mkdir (directory, 0700);
  return strdup (directory);
}

/* Where the run-time directory of USER is; SET is XDG_RUNTIME_DIR or NULL.
   The caller frees it.  */
static char *
name_directory (uid_t user, const char *set)
{
  char of_user[sizeof DIRECTORY_OF_USERS + 32];
  if (user == 0)
    return directory_of_root ();
  if (set != NULL)
    return strdup (set);
  snprintf (of_user, sizeof of_user, "%s/%lu", DIRECTORY_OF_USERS,
            (unsigned long) user);
  return strdup (of_user);
}

static int
check_directory (const char *directory, uid_t user, bool is_set)
{
  const char *reason = why_not (directory, user);
  if (reason == NULL)
    return STATUS_DONE;
  complain ("--name: cannot use %s%s: %s; %s" INSTEAD,
            is_set ? "XDG_RUNTIME_DIR=" : "", directory, reason,
            user == 0 ? "make it a directory that is root's alone, "
            : "set XDG_RUNTIME_DIR to a directory of your own, ");
  return STATUS_CANNOT_CREATE;
}

static char *
join (const char *directory, const char *name)
{
  size_t size = strlen (directory) + strlen (name) + sizeof "/.lock";
  char *path = malloc (size);
  if (path != NULL)
    {
      strcpy (path, directory);
      strcat (path, "/");
      strcat (path, name);
      strcat (path, ".lock");
    }
  return path;
}

int
run_name_path (const char *name, char **path)
{
  uid_t user = geteuid ();
  const char *set = getenv ("XDG_RUNTIME_DIR");
  bool is_set = user != 0 && set != NULL && set[0] != '\0';
  char *directory = name_directory (user, is_set ? set : NULL);
  int status = STATUS_DONE;
  *path = NULL;
  if (directory != NULL)
    {
      status = check_directory (directory, user, is_set);
      if (status == STATUS_DONE)
        *path = join (directory, name);
      free (directory);
    }
  if (status == STATUS_DONE && *path == NULL)
    {
      complain ("%s", strerror (ENOMEM));
      status = STATUS_OS_ERROR;
    }
  return status;
}
