/* odd-fs-files.c - files of the odd file system.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "odd-fs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 512, FILE_SIZE = 4096, FIRST = FUSE_ROOT_ID + 1 };

/* A file that was removed has an empty name, and its place stays taken: so no
   number is ever that of two files.  */
static struct
{
  char name[64];
  mode_t mode;
  size_t size;
  char text[FILE_SIZE];
} files[FILES];
static int file_count;

static int
find (const char *name)
{
  int i;

  for (i = 0; i < file_count; i++)
    if (strcmp (files[i].name, name) == 0)
      return i;
  return -1;
}

static int
number_of (fuse_ino_t ino)
{
  return (int) (ino - FIRST);
}

static struct stat
status_of (fuse_ino_t ino)
{
  struct stat status;

  memset (&status, 0, sizeof status);
  status.st_ino = ino;
  status.st_nlink = 1;
  status.st_mode = S_IFDIR | 0777;
  if (ino != FUSE_ROOT_ID)
    {
      status.st_mode = S_IFREG | files[number_of (ino)].mode;
      status.st_size = (off_t) files[number_of (ino)].size;
    }
  return status;
}

static struct fuse_entry_param
entry_of (int number)
{
  struct fuse_entry_param entry;

  memset (&entry, 0, sizeof entry);
  entry.ino = (fuse_ino_t) number + FIRST;
  entry.attr = status_of (entry.ino);
  return entry;
}

void
odd_lookup (fuse_req_t req, fuse_ino_t parent, const char *name)
{
  int number = find (name);
  struct fuse_entry_param entry;

  (void) parent;
  if (number < 0)
    {
      fuse_reply_err (req, ENOENT);
      return;
    }
  entry = entry_of (number);
  fuse_reply_entry (req, &entry);
}

void
odd_getattr (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
  struct stat status = status_of (ino);

  (void) fi;
  fuse_reply_attr (req, &status, 0);
}

void
odd_setattr (fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set,
             struct fuse_file_info *fi)
{
  if (ino != FUSE_ROOT_ID && (to_set & FUSE_SET_ATTR_SIZE) != 0)
    files[number_of (ino)].size = (size_t) attr->st_size;
  odd_getattr (req, ino, fi);
}

void
odd_open (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
  (void) ino;
  fuse_reply_open (req, fi);
}

void
odd_create (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
            struct fuse_file_info *fi)
{
  struct fuse_entry_param entry;

  (void) parent;
  if (file_count == FILES)
    {
      fuse_reply_err (req, ENOSPC);
      return;
    }
  snprintf (files[file_count].name, sizeof files[0].name, "%s", name);
  files[file_count].mode = mode & 07777;
  entry = entry_of (file_count++);
  fuse_reply_create (req, &entry, fi);
}

void
odd_read (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
          struct fuse_file_info *fi)
{
  int number = number_of (ino);
  size_t left = offset < (off_t) files[number].size
                ? files[number].size - (size_t) offset : 0;

  (void) fi;
  fuse_reply_buf (req, files[number].text + offset,
                  size < left ? size : left);
}

void
odd_write (fuse_req_t req, fuse_ino_t ino, const char *text, size_t size,
           off_t offset, struct fuse_file_info *fi)
{
  int number = number_of (ino);

  (void) fi;
  if (offset < 0 || (size_t) offset + size > FILE_SIZE)
    {
      fuse_reply_err (req, ENOSPC);
      return;
    }
  memcpy (files[number].text + offset, text, size);
  if (files[number].size < (size_t) offset + size)
    files[number].size = (size_t) offset + size;
  fuse_reply_write (req, size);
}

void
odd_unlink (fuse_req_t req, fuse_ino_t parent, const char *name)
{
  int number = find (name);

  (void) parent;
  if (number >= 0)
    files[number].name[0] = '\0';
  fuse_reply_err (req, number >= 0 ? 0 : ENOENT);
}

void
odd_rename (fuse_req_t req, fuse_ino_t parent, const char *name,
            fuse_ino_t new_parent, const char *new_name, unsigned int flags)
{
  int from = find (name), to = find (new_name);

  (void) parent;
  (void) new_parent;
  if (flags != 0 || from < 0)
    {
      fuse_reply_err (req, flags != 0 ? EINVAL : ENOENT);
      return;
    }
  if (to >= 0)
    files[to].name[0] = '\0';
  snprintf (files[from].name, sizeof files[0].name, "%s", new_name);
  fuse_reply_err (req, 0);
}

void
odd_fsync (fuse_req_t req, fuse_ino_t ino, int only_data,
           struct fuse_file_info *fi)
{
  (void) ino;
  (void) only_data;
  (void) fi;
  fuse_reply_err (req, 0);
}
