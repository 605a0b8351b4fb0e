/* lock.c - lock objects: from new to free, release, and what is asked of
   them.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "object.h"

#include <errno.h>
#include <stdlib.h>

#include "calls.h"

/* ---- New and free.  */

/* In the child of a fork: the mutex, and whoever waited, belong to the
   parent, and so does the lock unless it was passed on.  */
static void
lock_in_child (void *object)
{
  portalocker_lock *lock = object;
  portalocker__mutex_init (&lock->mutex);
  portalocker__cond_init (&lock->changed);
  portalocker__cancel_end (&lock->cancellation);
  portalocker__watch_forget (lock);
  if (is_held (lock) && is_passed_on (&lock->held))
    {
      lock->state = LOCK_HELD;
      return;
    }
  portalocker__held_remove (&lock->file.held);
  portalocker__clear (&lock->failure);
  portalocker__clear (&lock->second);
  lock->state = LOCK_FREE;
  if (lock->file.published)
    {
      portalocker__fork_blank (lock->file.fd);
      /* Below a stream the number has to stay for good.  */
      lock->blank = lock->file.stream == NULL ? lock->file.fd : -1;
    }
  lock->file.fd = -1;
  lock->file.published = false;
  lock->file.stream = NULL;
  lock->file.owner = NULL;
}

void
portalocker__close_blank (portalocker_lock *lock)
{
  int blank = lock->blank;
  if (blank < 0)
    return;
  /* First, so that a child made meanwhile does not close what has the number
     by then.  */
  os_mutex_lock (&portalocker__tables);
  lock->blank = -1;
  os_mutex_unlock (&portalocker__tables);
  if (portalocker__fork_is_blank (blank))
    calls.close (blank);
}

static void
free_memory (portalocker_lock *lock)
{
  free (lock->file.spare);
  free (lock->watch);
  free (lock->given);
  free (lock->path);
  free (lock);
}

static int
set_paths (portalocker_lock *lock, const char *path)
{
  lock->given = portalocker__copy_string (path);
  if (lock->given != NULL)
    lock->path = portalocker__absolute_path (path);
  if (lock->path != NULL)
    return PORTALOCKER_OK;
  return errno == ENOMEM ? PORTALOCKER_NO_MEMORY : PORTALOCKER_CANNOT_OPEN;
}

/* The parts that have to be destroyed again.  */
static int
set_up (portalocker_lock *lock)
{
  if (portalocker__mutex_init (&lock->mutex) != 0)
    return PORTALOCKER_NO_MEMORY;
  if (portalocker__cond_init (&lock->changed) == 0)
    {
      lock->fork.in_child = lock_in_child;
      lock->fork.object = lock;
      if (portalocker__fork_join (&lock->fork) == 0)
        return PORTALOCKER_OK;
      os_cond_destroy (&lock->changed);
    }
  os_mutex_destroy (&lock->mutex);
  return PORTALOCKER_NO_MEMORY;
}

int
portalocker_new (portalocker_lock **result, const char *path)
{
  portalocker_lock *lock;
  int code;
  if (result == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  *result = NULL;
  if (path == NULL || path[0] == '\0')
    return PORTALOCKER_BAD_ARGUMENT;
  lock = calls.calloc (1, sizeof *lock);
  if (lock == NULL)
    return PORTALOCKER_NO_MEMORY;
  lock->file.fd = lock->blank = -1;
  lock->file.lent = -1;
  portalocker__default_settings (&lock->settings);
  portalocker__clear (&lock->failure);
  portalocker__clear (&lock->second);
  code = set_paths (lock, path);
  if (code == PORTALOCKER_OK)
    code = set_up (lock);
  if (code == PORTALOCKER_OK)
    *result = lock;
  else
    free_memory (lock);
  return code;
}

void
portalocker_free (portalocker_lock *lock)
{
  if (lock == NULL)
    return;
  portalocker_watch_abandon (lock);
  portalocker_release (lock);
  portalocker__close_blank (lock);
  portalocker__fork_leave (&lock->fork);
  os_cond_destroy (&lock->changed);
  os_mutex_destroy (&lock->mutex);
  free_memory (lock);
}


/* ---- Release.  */

/* Where the next failure of a release goes.  */
static struct failure *
next_slot (struct failure *first, struct failure *second)
{
  return first->code == PORTALOCKER_OK ? first
         : second->code == PORTALOCKER_OK ? second : NULL;
}

/* Write what STREAM has buffered.  What cannot be written now must not be
   written later, when somebody else has the lock: throw it away.  */
static void
flush_stream (FILE *stream, bool can_write, struct failure *first,
              struct failure *second)
{
  if (calls.fflush (stream) != 0)
    {
      portalocker__fail (next_slot (first, second), PORTALOCKER_CANNOT_WRITE,
                         "fflush", errno);
      portalocker__discard (stream);
    }
  else if (can_write && ferror (stream))
    portalocker__fail_earlier (next_slot (first, second));
}

void
portalocker__let_go (portalocker_lock *lock, const struct settings *settings,
                     struct failure *first, struct failure *second)
{
  struct lock_file *file = &lock->file;
  if (file->stream != NULL)
    flush_stream (file->stream, mode_can_write (&settings->mode), first,
                  second);
  if (file->owner != NULL)
    portalocker__owners_unlock (file, settings->backend,
                                next_slot (first, second));
  else if (! is_passed_on (settings))
    portalocker__unlock (settings->backend, file->fd, false,
                         next_slot (first, second));
  portalocker__owners_close (file, next_slot (first, second));
}

/* Begin a release: return whether there is something to release, which no
   other thread can touch then.  */
static bool
begin_release (portalocker_lock *lock)
{
  bool held;
  os_mutex_lock (&lock->mutex);
  while (lock->state == LOCK_RELEASING || lock->state == LOCK_CHANGING)
    portalocker__cond_wait (&lock->changed, &lock->mutex, PORTALOCKER__NEVER);
  held = lock->state == LOCK_HELD;
  if (held)
    lock->state = LOCK_RELEASING;
  os_mutex_unlock (&lock->mutex);
  return held;
}

static void
end_release (portalocker_lock *lock, const struct failure *first,
             const struct failure *second)
{
  os_mutex_lock (&lock->mutex);
  lock->state = LOCK_FREE;
  if (first->code != PORTALOCKER_OK)
    lock->failure = *first;
  if (second->code != PORTALOCKER_OK)
    lock->second = *second;
  else
    portalocker__clear (&lock->second);
  os_cond_broadcast (&lock->changed);
  os_mutex_unlock (&lock->mutex);
}

int
portalocker_release (portalocker_lock *lock)
{
  struct failure first, second;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (! begin_release (lock))
    return PORTALOCKER_OK;
  portalocker__begin_failure (&first, lock);
  portalocker__begin_failure (&second, lock);
  portalocker__let_go (lock, &lock->held, &first, &second);
  end_release (lock, &first, &second);
  return first.code;
}

int
portalocker_cancel (portalocker_lock *lock)
{
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  return portalocker__cancel_tell (&lock->cancellation)
         ? PORTALOCKER_OK : PORTALOCKER_UNSUPPORTED;
}

/* End what begin_release began without a release: the lock is still
   held.  */
static void
take_back_release (portalocker_lock *lock)
{
  os_mutex_lock (&lock->mutex);
  lock->state = LOCK_HELD;
  os_cond_broadcast (&lock->changed);
  os_mutex_unlock (&lock->mutex);
}


/* Record that LOCK, whose mutex is not held, holds nothing; return the
   code.  */
static int
fail_not_held (portalocker_lock *lock)
{
  struct failure failure;
  portalocker__begin_failure (&failure, lock);
  portalocker__fail (&failure, PORTALOCKER_NOT_HELD, NULL, 0);
  return portalocker__keep_failure (lock, &failure);
}


/* ---- Detach.  */

/* A copy of the descriptor of FILE, whose stream is then closed; or -1.  */
static os_file
separate_from_stream (struct lock_file *file, const struct settings *settings,
                      struct failure *failure)
{
  bool is_in_use;
  os_file fd;
  if (calls.fflush (file->stream) != 0)
    {
      portalocker__fail (failure, PORTALOCKER_CANNOT_WRITE, "fflush", errno);
      return -1;
    }
  if (mode_can_write (&settings->mode) && ferror (file->stream))
    {
      portalocker__fail_earlier (failure);
      return -1;
    }
  fd = portalocker__owners_separate (file, settings->inherit, &is_in_use);
  if (fd < 0 && is_in_use)
    portalocker__explain (failure, PORTALOCKER_UNSUPPORTED,
                          "the close of the stream would drop a lock of the"
                          " file that belongs to the process");
  else if (fd < 0)
    portalocker__fail (failure, PORTALOCKER_CANNOT_OPEN, "fcntl", errno);
  return fd;
}

static os_file
detach_file (portalocker_lock *lock, struct failure *failure)
{
  struct lock_file *file = &lock->file;
  os_file fd;
  if (file->stream == NULL)
    fd = portalocker__owners_detach (file);
  else if (file->owner == NULL)
    return separate_from_stream (file, &lock->held, failure);
  else
    fd = -1;
  if (fd < 0)
    portalocker__explain (failure, PORTALOCKER_UNSUPPORTED,
                          "the lock belongs to the process, and %s",
                          file->stream != NULL
                          ? "a stream uses the descriptor"
                          : "another object uses the file");
  return fd;
}

int
portalocker__detach (portalocker_lock *lock, os_file *result)
{
  struct failure failure, none;
  *result = -1;
  if (! begin_release (lock))
    return fail_not_held (lock);
  portalocker__begin_failure (&failure, lock);
  *result = detach_file (lock, &failure);
  if (*result < 0)
    {
      take_back_release (lock);
      return portalocker__keep_failure (lock, &failure);
    }
  portalocker__clear (&none);
  end_release (lock, &failure, &none);
  return PORTALOCKER_OK;
}

int
portalocker_detach (portalocker_lock *lock, int *descriptor)
{
  os_file file;
  int code;
  if (lock == NULL || descriptor == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  *descriptor = -1;
  if (! OS_FILES_ARE_DESCRIPTORS)
    return portalocker__fail_no_descriptor (lock);
  code = portalocker__detach (lock, &file);
  *descriptor = (int) file;
  return code;
}


/* ---- What is asked of a lock object.  */

static bool
begin_look (portalocker_lock *lock)
{
  if (lock == NULL)
    return false;
  os_mutex_lock (&lock->mutex);
  if (is_held (lock))
    return true;
  os_mutex_unlock (&lock->mutex);
  return false;
}

int
portalocker_is_held (portalocker_lock *lock)
{
  if (! begin_look (lock))
    return 0;
  os_mutex_unlock (&lock->mutex);
  return 1;
}

const char *
portalocker_path (const portalocker_lock *lock)
{
  return lock == NULL ? NULL : lock->given;
}

const char *
portalocker_backend (portalocker_lock *lock)
{
  const char *name;
  if (lock == NULL)
    return NULL;
  os_mutex_lock (&lock->mutex);
  name = (is_held (lock) ? &lock->held
                                   : &lock->settings)->backend->name;
  os_mutex_unlock (&lock->mutex);
  return name;
}

/* The descriptor of FILE that the program may use; -1 and errno.  */
static int
lend (struct lock_file *file, const char **call)
{
  return os_lend (file->fd, file->flags, &file->lent, call);
}

int
portalocker_descriptor (portalocker_lock *lock)
{
  const char *call;
  int descriptor;
  if (! begin_look (lock))
    return -1;
  descriptor = lend (&lock->file, &call);
  os_mutex_unlock (&lock->mutex);
  return descriptor;
}

/* The stream of LOCK, which is held, and its mutex too.  */
static FILE *
make_stream (portalocker_lock *lock)
{
  FILE *stream = lock->file.stream;
  const char *call = NULL;
  int descriptor;
  if (stream != NULL)
    return stream;
  descriptor = lend (&lock->file, &call);
  if (descriptor >= 0)
    {
      call = "fdopen";
      stream = calls.fdopen (descriptor, lock->held.mode.stream);
    }
  if (stream == NULL)
    {
      portalocker__begin_failure (&lock->failure, lock);
      portalocker__fail (&lock->failure, errno == ENOMEM
                         ? PORTALOCKER_NO_MEMORY : PORTALOCKER_CANNOT_OPEN,
                         call, errno);
      return NULL;
    }
  os_mutex_lock (&portalocker__tables);
  lock->file.stream = stream;
  lock->file.stream_mode = lock->held.mode.stream;
  os_mutex_unlock (&portalocker__tables);
  return stream;
}

FILE *
portalocker_stream (portalocker_lock *lock)
{
  FILE *stream;
  if (lock == NULL)
    return NULL;
  if (! begin_look (lock))
    {
      fail_not_held (lock);
      return NULL;
    }
  stream = make_stream (lock);
  os_mutex_unlock (&lock->mutex);
  return stream;
}

/* Is the locked file still the one that the path names, and the lock still
   ours?  LOCK is held, and its mutex too.  */
static int
verify_held (portalocker_lock *lock, struct failure *failure)
{
  if (lock->file.owner != NULL && portalocker__holds_range (lock->file.fd) == 0)
    return portalocker__fail (failure, PORTALOCKER_NOT_HELD, NULL, 0);
  return portalocker__confirm_path (lock->path, ! lock->held.no_follow,
                                    lock->file.id, failure);
}

int
portalocker_verify (portalocker_lock *lock)
{
  struct failure failure;
  if (lock == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  if (! begin_look (lock))
    return fail_not_held (lock);
  portalocker__begin_failure (&failure, lock);
  verify_held (lock, &failure);
  os_mutex_unlock (&lock->mutex);
  return failure.code == PORTALOCKER_OK
         ? PORTALOCKER_OK : portalocker__keep_failure (lock, &failure);
}


/* ---- Failures of a lock object.  */

void
portalocker__begin_failure (struct failure *failure,
                            const portalocker_lock *lock)
{
  portalocker__clear (failure);
  failure->path = lock->given;
}

int
portalocker__fail_no_descriptor (portalocker_lock *lock)
{
  struct failure failure;
  portalocker__begin_failure (&failure, lock);
  portalocker__explain (&failure, PORTALOCKER_UNSUPPORTED,
                        "it is no descriptor on this system:"
                        " use the function for handles");
  return portalocker__keep_failure (lock, &failure);
}

int
portalocker__keep_failure (portalocker_lock *lock,
                           const struct failure *failure)
{
  os_mutex_lock (&lock->mutex);
  lock->failure = *failure;
  os_mutex_unlock (&lock->mutex);
  return failure->code;
}

os_file
portalocker__held_file (portalocker_lock *lock)
{
  os_file fd;
  os_mutex_lock (&lock->mutex);
  fd = is_held (lock) ? lock->file.fd : -1;
  os_mutex_unlock (&lock->mutex);
  return fd;
}

/* Copy KEPT, which belongs to LOCK, into ERROR.  */
static int
copy_failure (portalocker_lock *lock, const struct failure *kept,
              portalocker_error *error)
{
  struct failure failure;
  os_mutex_lock (&lock->mutex);
  failure = *kept;
  os_mutex_unlock (&lock->mutex);
  portalocker__resolve_holder (&failure, lock->path,
                               portalocker__held_file (lock));
  portalocker__error_fill (error, &failure);
  return failure.path != NULL && portalocker_error_path (error) == NULL
         ? PORTALOCKER_NO_MEMORY : PORTALOCKER_OK;
}

int
portalocker_get_error (portalocker_lock *lock, portalocker_error *error)
{
  if (lock == NULL || error == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  return copy_failure (lock, &lock->failure, error);
}

int
portalocker_get_second_error (portalocker_lock *lock,
                              portalocker_error *error)
{
  if (lock == NULL || error == NULL)
    return PORTALOCKER_BAD_ARGUMENT;
  return copy_failure (lock, &lock->second, error);
}

const char *
portalocker_message (portalocker_lock *lock)
{
  portalocker_error *error;
  if (lock == NULL)
    return portalocker_code_text (PORTALOCKER_BAD_ARGUMENT);
  error = portalocker__thread_error ();
  if (error == NULL)
    return portalocker_code_text (PORTALOCKER_NO_MEMORY);
  copy_failure (lock, &lock->failure, error);
  return portalocker_error_message (error);
}
