/* odd-fs-locks.c - locks of the odd file system, and what it is told.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "odd-fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* ---- Locks.  */

/* A lock that is held, or wanted.  flock's are a world of their own.  */
struct lock
{
  struct lock *next;
  fuse_ino_t ino;
  bool is_flock;
  uint64_t owner;
  int type;                     /* F_RDLCK, F_WRLCK or F_UNLCK */
  off_t start, end;             /* the last byte */
  pid_t pid;
};

static struct lock *locks;

static bool
touches (const struct lock *one, const struct lock *other)
{
  return one->ino == other->ino && one->is_flock == other->is_flock
         && one->start <= other->end && other->start <= one->end;
}

/* The lock that is in the way of WANTED, or NULL.  */
static const struct lock *
obstacle (const struct lock *wanted)
{
  const struct lock *lock;

  for (lock = locks; lock != NULL; lock = lock->next)
    if (touches (lock, wanted) && lock->owner != wanted->owner
        && (lock->type == F_WRLCK || wanted->type == F_WRLCK))
      return lock;
  return NULL;
}

/* The library locks the same ranges again and again, so that what a lock
   touches of its owner's is replaced as a whole.  */
static void
drop (const struct lock *wanted)
{
  struct lock **link = &locks;

  while (*link != NULL)
    {
      struct lock *lock = *link;

      if (touches (lock, wanted) && lock->owner == wanted->owner)
        {
          *link = lock->next;
          free (lock);
        }
      else
        link = &lock->next;
    }
}

static void
put (const struct lock *wanted)
{
  struct lock *lock;

  drop (wanted);
  if (wanted->type == F_UNLCK)
    return;
  lock = malloc (sizeof *lock);
  if (lock == NULL)
    _exit (71);
  *lock = *wanted;
  lock->next = locks;
  locks = lock;
}


/* ---- Requests.  */

enum kind { TRY, WAIT, UNLOCK, LOOK, KINDS };
static const char *const kind_names[KINDS]
  = { "try", "wait", "unlock", "look" };

enum how { HONEST, ERROR, LATE, NEVER };

/* How requests of a kind are answered.  */
static struct
{
  enum how how;
  int error;
  unsigned int asked;
} rules[KINDS];

/* A request that is kept back, or waits for its lock.  */
struct request
{
  struct request *next;
  fuse_req_t req;
  enum kind kind;
  enum how how;
  struct lock lock;
  bool interrupted;
};

static struct request *requests;
static unsigned int interrupts;

static void
note_interrupt (fuse_req_t req, void *data)
{
  struct request *request = data;

  (void) req;
  request->interrupted = true;
  interrupts++;
}

/* Take REQUEST out of the list, and answer ERROR.  */
static void
end_request (struct request *request, int error)
{
  struct request **link = &requests;

  while (*link != request)
    link = &(*link)->next;
  *link = request->next;
  fuse_req_interrupt_func (request->req, NULL, NULL);
  fuse_reply_err (request->req, error);
  free (request);
}

static void
keep (fuse_req_t req, enum kind kind, enum how how, const struct lock *lock)
{
  struct request **link = &requests;
  struct request *request = calloc (1, sizeof *request);

  if (request == NULL)
    _exit (71);
  while (*link != NULL)
    link = &(*link)->next;
  request->req = req;
  request->kind = kind;
  request->how = how;
  request->lock = *lock;
  *link = request;
  fuse_req_interrupt_func (req, note_interrupt, request);
}

void
odd_answer_interrupted (void)
{
  struct request *request, *next;

  for (request = requests; request != NULL; request = next)
    {
      next = request->next;
      if (request->interrupted && request->how != LATE)
        end_request (request, EINTR);
    }
}

/* Give those that wait honestly what they wait for, in order.  */
static void
serve_waiters (void)
{
  struct request *request, *next;

  for (request = requests; request != NULL; request = next)
    {
      next = request->next;
      if (request->how == HONEST && obstacle (&request->lock) == NULL)
        {
          put (&request->lock);
          end_request (request, 0);
        }
    }
}

static void
answer_look (fuse_req_t req, const struct lock *wanted)
{
  const struct lock *lock = obstacle (wanted);
  struct flock answer;

  memset (&answer, 0, sizeof answer);
  answer.l_type = F_UNLCK;
  answer.l_whence = SEEK_SET;
  if (lock != NULL)
    {
      answer.l_type = (short) lock->type;
      answer.l_start = lock->start;
      answer.l_len = lock->end - lock->start + 1;
      answer.l_pid = lock->pid;
    }
  fuse_reply_lock (req, &answer);
}

static void
answer_honestly (fuse_req_t req, enum kind kind, const struct lock *lock)
{
  if (kind == LOOK)
    answer_look (req, lock);
  else if (lock->type != F_UNLCK && obstacle (lock) != NULL)
    {
      if (kind == WAIT)
        keep (req, kind, HONEST, lock);
      else
        fuse_reply_err (req, EAGAIN);
    }
  else
    {
      put (lock);
      fuse_reply_err (req, 0);
      serve_waiters ();
    }
}

static void
answer (fuse_req_t req, enum kind kind, const struct lock *lock)
{
  rules[kind].asked++;
  if (rules[kind].how == HONEST)
    answer_honestly (req, kind, lock);
  else if (rules[kind].how == ERROR)
    fuse_reply_err (req, rules[kind].error);
  else
    keep (req, kind, rules[kind].how, lock);
}


/* ---- What the kernel asks for.  */

static struct lock
range_lock (fuse_req_t req, fuse_ino_t ino, const struct fuse_file_info *fi,
            const struct flock *range)
{
  struct lock lock = { .ino = ino, .owner = fi->lock_owner,
                       .type = range->l_type, .start = range->l_start,
                       .pid = fuse_req_ctx (req)->pid };

  lock.end = range->l_len == 0 ? INT64_MAX
                               : range->l_start + range->l_len - 1;
  return lock;
}

void
odd_getlk (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi,
           struct flock *range)
{
  struct lock lock = range_lock (req, ino, fi, range);

  answer (req, LOOK, &lock);
}

void
odd_setlk (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi,
           struct flock *range, int sleep)
{
  struct lock lock = range_lock (req, ino, fi, range);

  answer (req, range->l_type == F_UNLCK ? UNLOCK : sleep ? WAIT : TRY, &lock);
}

void
odd_flock (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi,
           int operation)
{
  struct lock lock = { .ino = ino, .is_flock = true, .owner = fi->lock_owner,
                       .end = INT64_MAX, .pid = fuse_req_ctx (req)->pid };

  lock.type = (operation & LOCK_UN) != 0 ? F_UNLCK
              : (operation & LOCK_EX) != 0 ? F_WRLCK : F_RDLCK;
  answer (req, lock.type == F_UNLCK ? UNLOCK
               : (operation & LOCK_NB) != 0 ? TRY : WAIT, &lock);
}

/* A close of a descriptor ends the locks of the process.  */
void
odd_flush (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
  struct lock lock = { .ino = ino, .owner = fi->lock_owner, .type = F_UNLCK,
                       .end = INT64_MAX };

  put (&lock);
  fuse_reply_err (req, 0);
  serve_waiters ();
}

/* The last close of an open file ends its flock; of other locks of it the
   kernel says nothing.  */
void
odd_release (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
  struct lock lock = { .ino = ino, .is_flock = true, .owner = fi->lock_owner,
                       .type = F_UNLCK, .end = INT64_MAX };

  if (fi->flock_release)
    put (&lock);
  fuse_reply_err (req, 0);
  serve_waiters ();
}


/* ---- Commands.  */

static const struct
{
  const char *name;
  int number;
} errors[] = {
  { "EACCES", EACCES }, { "EAGAIN", EAGAIN }, { "EINTR", EINTR },
  { "EINVAL", EINVAL }, { "EIO", EIO }, { "ENOLCK", ENOLCK },
  { "ENOSYS", ENOSYS }, { "EOPNOTSUPP", EOPNOTSUPP }, { NULL, 0 }
};

static bool
set_rule (enum kind kind, const char *word)
{
  size_t i = 0;

  rules[kind].how = strcmp (word, "honest") == 0 ? HONEST
                    : strcmp (word, "late") == 0 ? LATE
                    : strcmp (word, "never") == 0 ? NEVER : ERROR;
  if (rules[kind].how != ERROR)
    return true;
  while (errors[i].name != NULL && strcmp (errors[i].name, word) != 0)
    i++;
  rules[kind].error = errors[i].number;
  return errors[i].name != NULL;
}

/* Answer all that was kept back, as if it came now.  */
static void
go (void)
{
  struct request *request = requests, *next;

  requests = NULL;
  for (; request != NULL; request = next)
    {
      next = request->next;
      fuse_req_interrupt_func (request->req, NULL, NULL);
      answer_honestly (request->req, request->kind, &request->lock);
      free (request);
    }
  odd_answer_interrupted ();
}

static unsigned int
count_kept (void)
{
  unsigned int count = 0;
  const struct request *request;

  for (request = requests; request != NULL; request = request->next)
    count++;
  return count;
}

static unsigned int
count_locks (void)
{
  unsigned int count = 0;
  const struct lock *lock;

  for (lock = locks; lock != NULL; lock = lock->next)
    count++;
  return count;
}

static enum kind
find_kind (const char *name)
{
  int i = 0;

  while (i < KINDS && strcmp (kind_names[i], name) != 0)
    i++;
  return (enum kind) i;
}

/* Carry out a command of up to three words; return false if there is no such
   one.  */
static bool
run (const char *word, enum kind kind, const char *argument)
{
  if (strcmp (word, "answer") == 0 && kind < KINDS && set_rule (kind, argument))
    puts ("ok");
  else if (strcmp (word, "asked") == 0 && kind < KINDS)
    printf ("%u\n", rules[kind].asked);
  else if (strcmp (word, "kept") == 0)
    printf ("%u\n", count_kept ());
  else if (strcmp (word, "interrupts") == 0)
    printf ("%u\n", interrupts);
  else if (strcmp (word, "locks") == 0)
    printf ("%u\n", count_locks ());
  else if (strcmp (word, "go") == 0)
    {
      go ();
      puts ("ok");
    }
  else
    return false;
  return true;
}

void
odd_command (char *line)
{
  char word[32] = "", kind[32] = "", argument[32] = "";

  sscanf (line, "%31s %31s %31s", word, kind, argument);
  if (! run (word, find_kind (kind), argument))
    printf ("odd-fs: %s?\n", line);
  fflush (stdout);
}
