/* odd-fs.h - what the parts of the odd file system share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef ODD_FS_H
#define ODD_FS_H

#define FUSE_USE_VERSION 31
#include <fuse_lowlevel.h>

#include <stdbool.h>

/* Its files, all in one directory and in memory.  */
void odd_lookup (fuse_req_t req, fuse_ino_t parent, const char *name);
void odd_getattr (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void odd_setattr (fuse_req_t req, fuse_ino_t ino, struct stat *attr,
                  int to_set, struct fuse_file_info *fi);
void odd_open (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void odd_create (fuse_req_t req, fuse_ino_t parent, const char *name,
                 mode_t mode, struct fuse_file_info *fi);
void odd_read (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
               struct fuse_file_info *fi);
void odd_write (fuse_req_t req, fuse_ino_t ino, const char *text, size_t size,
                off_t offset, struct fuse_file_info *fi);
void odd_unlink (fuse_req_t req, fuse_ino_t parent, const char *name);
void odd_rename (fuse_req_t req, fuse_ino_t parent, const char *name,
                 fuse_ino_t new_parent, const char *new_name,
                 unsigned int flags);
void odd_fsync (fuse_req_t req, fuse_ino_t ino, int only_data,
                struct fuse_file_info *fi);

/* Its locks.  */
void odd_getlk (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi,
                struct flock *lock);
void odd_setlk (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi,
                struct flock *lock, int sleep);
void odd_flock (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi,
                int operation);
void odd_flush (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void odd_release (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);

/* Answer EINTR to the requests that were interrupted meanwhile.  */
void odd_answer_interrupted (void);

/* Carry the command LINE out and answer it on standard output.  */
void odd_command (char *line);

#endif /* ODD_FS_H */
