/* os-procfs.c - who holds a lock, and what a process is, as /proc tells.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   The formats are those of proc(5) of Linux.  Where there is no such /proc,
   every file here is missing, and every answer is "unknown"; also where /proc
   is that of another namespace, whose numbers mean nothing to the caller.

   /proc/locks names a file by the device of its super-block and the inode
   number in it, which on btrfs and overlay are not what stat tells: the
   first is found by the mount of an open descriptor, the second stands in
   its fdinfo.  There, several files can have one name: those of one number
   in two subvolumes, or in two layers.  The process that /proc/locks gives
   for a lock of an open file is the one that took it, which may be gone, or
   may have closed it, while another holds a copy; or -1.  So what it says is
   compared with the descriptors of that process, and where it does not help
   those of all processes are searched.  */

#include <config.h>
#include "os.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if MAJOR_IN_MKDEV
# include <sys/mkdev.h>
#elif MAJOR_IN_SYSMACROS
# include <sys/sysmacros.h>
#endif

#include "backend.h"
#include "backend-range.h"
#include "calls.h"

/* A path below /proc, with up to two numbers in it.  */
enum { PROC_PATH_SIZE = 64 };

/* Reading fdinfo costs time that grows with the square of the locks of one
   file: no more descriptors than this are looked at.  */
enum { FDINFO_LIMIT = 20000 };

/* The kernel gives /proc/locks in pieces: a lock that goes elsewhere meanwhile
   can make a reader miss a line.  So one look that finds nothing is not
   believed; nor are two, where files are locked all the time.  */
enum { LOOKS = 4 };


/* ---- Reading line by line.  What lines are scanned for has the formats of
   inttypes.h: dietlibc's scanf knows no %j.  */

enum { LINE_SIZE = 512 };

struct lines
{
  int fd;
  size_t start, end;            /* what is unread in buffer */
  char buffer[4096];
};

static bool
lines_open (struct lines *lines, const char *path)
{
  lines->fd = calls.open (path, O_RDONLY | O_CLOEXEC, 0);
  lines->start = lines->end = 0;
  return lines->fd >= 0;
}

static void
lines_close (struct lines *lines)
{
  calls.close (lines->fd);
}

static bool
lines_fill (struct lines *lines)
{
  ssize_t got = calls.read (lines->fd, lines->buffer, sizeof lines->buffer);
  lines->start = 0;
  lines->end = got > 0 ? (size_t) got : 0;
  return got > 0;
}

/* Store the next line, cut to LINE_SIZE - 1 bytes and without its newline;
   return false at the end.  */
static bool
lines_next (struct lines *lines, char line[LINE_SIZE])
{
  size_t length = 0;
  while (lines->start < lines->end || lines_fill (lines))
    {
      char c = lines->buffer[lines->start++];
      if (c == '\n')
        {
          line[length] = '\0';
          return true;
        }
      if (length < LINE_SIZE - 1)
        line[length++] = c;
    }
  line[length] = '\0';
  return length > 0;
}

/* Find in the file PATH the first line that starts with PREFIX, and store
   what follows it.  */
static bool
find_line (const char *path, const char *prefix, char rest[LINE_SIZE])
{
  struct lines lines;
  char line[LINE_SIZE];
  size_t length = strlen (prefix);
  bool found = false;
  if (! lines_open (&lines, path))
    return false;
  while (! found && lines_next (&lines, line))
    if (strncmp (line, prefix, length) == 0)
      {
        memcpy (rest, line + length, LINE_SIZE - length);
        found = true;
      }
  lines_close (&lines);
  return found;
}


/* ---- The name of a file in /proc/locks.  */

struct proc_id
{
  unsigned int major, minor;
  uintmax_t inode;
  bool by_fuse;                 /* its locks need not be there */
};

/* Whether the mount of a LINE of mountinfo is by FUSE: "... - fuse.name ...".
   The kernel does not know the locks that a server keeps.  */
static bool
is_by_fuse (const char *line)
{
  const char *type = strstr (line, " - ");
  return type != NULL && strncmp (type + 3, "fuse", 4) == 0;
}

static bool
find_device (uintmax_t mount, struct proc_id *id)
{
  struct lines lines;
  char line[LINE_SIZE];
  bool found = false;
  if (! lines_open (&lines, "/proc/self/mountinfo"))
    return false;
  while (! found && lines_next (&lines, line))
    {
      uintmax_t number;
      found = sscanf (line, "%" SCNuMAX " %*u %u:%u", &number, &id->major,
                      &id->minor) == 3
              && number == mount;
    }
  id->by_fuse = found && is_by_fuse (line);
  lines_close (&lines);
  return found;
}

static bool
find_proc_id (int fd, struct proc_id *id)
{
  char path[PROC_PATH_SIZE], rest[LINE_SIZE];
  struct file_id stat_id;
  snprintf (path, sizeof path, "/proc/self/fdinfo/%d", fd);
  if (! find_line (path, "mnt_id:", rest)
      || ! find_device (strtoumax (rest, NULL, 10), id))
    return false;
  if (find_line (path, "ino:", rest))
    {
      id->inode = strtoumax (rest, NULL, 10);
      return true;
    }
  /* Linux before 5.14 does not say.  */
  if (portalocker__id_of_fd (fd, &stat_id) != 0)
    return false;
  id->inode = stat_id.inode;
  return true;
}


/* ---- Locks.  */

/* What is looked for.  */
struct search
{
  struct proc_id id;
  struct file_id file;          /* the same file, as stat names it */
  bool ambiguous;               /* another file may have that ID too */
  bool ranges;                  /* those of byte ranges, else flock's */
  bool own;                     /* not those of an open file */
  bool exclusive;               /* any holder conflicts, else only a writer */
  int asker;                    /* a descriptor of this process, whose locks
                                   are the asker's own: not in its way; or -1 */
  int limit;                    /* of descriptors that are looked at */
};

/* Begin to look for locks of the file that is open as FD.  */
static bool
begin_search (struct search *search, int fd)
{
  if (! find_proc_id (fd, &search->id)
      || portalocker__id_of_fd (fd, &search->file) != 0)
    return false;
  search->ambiguous = major (search->file.device) != search->id.major
                      || minor (search->file.device) != search->id.minor;
  search->limit = FDINFO_LIMIT;
  return true;
}

/* Whether CLASS is one of those that SEARCH is for.  There are others, such
   as leases.  */
static bool
is_class (const char *class, const struct search *search)
{
  if (search->ranges)
    return strcmp (class, "POSIX") == 0
           || (! search->own && strcmp (class, "OFDLCK") == 0);
  return strcmp (class, "FLOCK") == 0;
}

/* Whether a lock of CLASS and of the process PID is the asker's own, as far as
   a line tells: a lock of an open file is known by the descriptor.  */
static bool
is_askers (const char *class, int64_t pid, const struct search *search)
{
  return search->asker >= 0 && strcmp (class, "POSIX") == 0
         && pid == portalocker__process ();
}

/* Take a line of /proc/locks, or of fdinfo behind "lock:":
   "1: FLOCK  ADVISORY  WRITE 4711 fe:01:1234 0 EOF".  Return whether it is a
   lock that is looked for, and store its process.  A waiter has "->" behind
   the colon, so that it fits no class.  Since the library's lock begins with
   the file, every lock that begins before its end is in its way, and the gate
   is not; so is one that does not tell where it begins.  */
static bool
is_match (const char *line, const struct search *search, int64_t *pid)
{
  char class[16], mode[16];
  unsigned int major, minor;
  uintmax_t inode, start = 0;
  if (sscanf (line, "%*u: %15s %*s %15s %" SCNd64 " %x:%x:%" SCNuMAX
              " %" SCNuMAX, class, mode, pid, &major, &minor, &inode,
              &start) < 6)
    return false;
  return inode == search->id.inode && major == search->id.major
         && minor == search->id.minor
         && start < (uintmax_t) LOCK_SIZE
         && is_class (class, search)
         && ! is_askers (class, *pid, search)
         && (search->exclusive || strcmp (mode, "WRITE") == 0);
}

static bool
process_exists (int64_t pid)
{
  char path[PROC_PATH_SIZE];
  struct stat status;
  snprintf (path, sizeof path, "/proc/%" PRId64, pid);
  return calls.stat (path, &status) == 0;
}

/* Whether the descriptor NUMBER of the process PID is of the file that is
   looked for.  Only where that is in doubt: the file system is asked, which
   may take its time.  */
static bool
is_same_file (const char *pid, const char *number,
              const struct search *search)
{
  char path[PROC_PATH_SIZE + 256];
  if (! search->ambiguous)
    return true;
  snprintf (path, sizeof path, "/proc/%s/fd/%s", pid, number);
  return portalocker__is_named (search->file, path);
}

static bool
fdinfo_matches (const char *path, const struct search *search)
{
  struct lines lines;
  char line[LINE_SIZE];
  int64_t pid;
  bool found = false;
  if (! lines_open (&lines, path))
    return false;
  while (! found && lines_next (&lines, line))
    found = strncmp (line, "lock:", 5) == 0
            && is_match (line + 5, search, &pid);
  lines_close (&lines);
  return found;
}

/* Whether the descriptor NUMBER of the process PID is the asker's.  */
static bool
is_of_asker (const char *pid, const char *number, const struct search *search)
{
  return search->asker >= 0
         && strtoimax (number, NULL, 10) == search->asker
         && strtoimax (pid, NULL, 10) == portalocker__process ();
}

/* The next entry of DIRECTORY whose name is a number; NULL at its end.  */
static const char *
next_number (DIR *directory)
{
  struct dirent *entry;
  while ((entry = readdir (directory)) != NULL)
    if (isdigit ((unsigned char) entry->d_name[0]))
      return entry->d_name;
  return NULL;
}

enum verdict
{
  HOLDS,
  HOLDS_NOT,
  HIDDEN                        /* the caller may not see, or has seen enough */
};

/* Whether one of the descriptors of the process PID holds the lock.  */
static enum verdict
look_at_process (const char *pid, struct search *search)
{
  char path[PROC_PATH_SIZE + 256];
  DIR *directory;
  const char *number;
  bool found = false;
  snprintf (path, sizeof path, "/proc/%s/fdinfo", pid);
  directory = calls.opendir (path);
  if (directory == NULL)
    return HIDDEN;
  while (! found && search->limit > 0
         && (number = next_number (directory)) != NULL)
    {
      snprintf (path, sizeof path, "/proc/%s/fdinfo/%s", pid, number);
      found = ! is_of_asker (pid, number, search)
              && fdinfo_matches (path, search)
              && is_same_file (pid, number, search);
      search->limit--;
    }
  closedir (directory);
  return found ? HOLDS : search->limit > 0 ? HOLDS_NOT : HIDDEN;
}

static int64_t
search_processes (struct search *search)
{
  DIR *directory = calls.opendir ("/proc");
  const char *number;
  int64_t found = 0;
  if (directory == NULL)
    return 0;
  while (found == 0 && search->limit > 0
         && (number = next_number (directory)) != NULL)
    if (look_at_process (number, search) == HOLDS)
      found = strtoimax (number, NULL, 10);
  closedir (directory);
  return found;
}

/* Whether the process PID, which a match in /proc/locks names, is the one to
   be named.  */
static bool
is_holder (int64_t pid, struct search *search)
{
  char name[24];
  enum verdict verdict;
  if (pid <= 0 || ! process_exists (pid))
    return false;
  if (search->ranges && ! search->ambiguous)
    return true;
  snprintf (name, sizeof name, "%" PRId64, pid);
  verdict = look_at_process (name, search);
  return verdict == HOLDS || (verdict == HIDDEN && ! search->ambiguous);
}

/* Look into /proc/locks.  Return the process of the first match that still
   holds the lock; 0 when there is none, and then say in *MATCHED whether
   there was a match at all.  */
static int64_t
search_locks (struct search *search, bool *matched)
{
  struct lines lines;
  char line[LINE_SIZE];
  int64_t pid, found = 0;
  *matched = false;
  if (! lines_open (&lines, "/proc/locks"))
    return 0;
  while (found == 0 && lines_next (&lines, line))
    if (is_match (line, search, &pid))
      {
        *matched = true;
        if (is_holder (pid, search))
          found = pid;
      }
  lines_close (&lines);
  return found;
}

/* Whether /proc is that of another namespace.  The line has a number of this
   process for each namespace from that of /proc to its own.  */
static bool
is_foreign_proc (void)
{
  char rest[LINE_SIZE];
  int first, second;
  return find_line ("/proc/self/status", "NSpid:", rest)
         && sscanf (rest, "%d %d", &first, &second) == 2;
}

int64_t
portalocker__find_holder (int fd, int asker, bool ranges, bool exclusive)
{
  struct search search = { .ranges = ranges, .exclusive = exclusive,
                           .asker = asker };
  bool matched = false;
  int64_t pid = 0;
  int i;
  if (is_foreign_proc () || ! begin_search (&search, fd))
    return 0;
  for (i = 0; i < LOOKS && ! matched; i++)
    pid = search_locks (&search, &matched);
  return pid == 0 && matched ? search_processes (&search) : pid;
}

int64_t
portalocker__find_holder_by_path (const char *path, struct file_id id,
                                  int asker, bool ranges, bool exclusive)
{
#if HAVE_DECL_O_PATH
  struct file_id now;
  int64_t pid = 0;
  /* To close a descriptor of this kind drops no lock.  */
  int fd = calls.open (path, O_PATH | O_CLOEXEC, 0);
  if (fd < 0)
    return 0;
  if (portalocker__id_of_fd (fd, &now) == 0 && file_id_equal (now, id))
    pid = portalocker__find_holder (fd, asker, ranges, exclusive);
  calls.close (fd);
  return pid;
#else
  (void) path;
  (void) id;
  (void) asker;
  (void) ranges;
  (void) exclusive;
  return 0;
#endif
}

/* The number of this process in /proc, which is not that of getpid where
   /proc is that of another namespace; 0 if unknown.  */
static int64_t
own_number (void)
{
  char rest[LINE_SIZE];
  if (! find_line ("/proc/self/stat", "", rest))
    return 0;
  return strtoimax (rest, NULL, 10);
}

/* Whether /proc/locks has a lock of the process OWN that is looked for; -1 if
   it cannot be read.  */
static int
find_own_lock (const struct search *search, int64_t own)
{
  struct lines lines;
  char line[LINE_SIZE];
  int64_t pid;
  int held = 0;
  if (! lines_open (&lines, "/proc/locks"))
    return -1;
  while (held == 0 && lines_next (&lines, line))
    held = is_match (line, search, &pid) && pid == own;
  lines_close (&lines);
  return held;
}

int
portalocker__holds_range (int fd)
{
  struct search search = { .ranges = true, .own = true, .exclusive = true,
                           .asker = -1 };
  int64_t own = own_number ();
  enum verdict verdict;
  int i, held = 0;
  if (own <= 0 || ! begin_search (&search, fd))
    return -1;
  for (i = 0; i < LOOKS && held == 0; i++)
    held = find_own_lock (&search, own);
  if (held == 0 && search.id.by_fuse)
    return -1;
  if (held != 1 || ! search.ambiguous)
    return held;
  verdict = look_at_process ("self", &search);
  return verdict == HIDDEN ? -1 : verdict == HOLDS;
}


/* ---- Processes.  */

/* Seconds since 1970 at which the system had run for TICKS, 0 if unknown.
   Counted back from now: the time of the start that /proc/stat gives is
   wrong once the clock was set or the machine suspended.  */
static int64_t
time_of_ticks (int64_t ticks)
{
  char rest[LINE_SIZE];
  long per_second = sysconf (_SC_CLK_TCK);
  if (per_second <= 0 || ! find_line ("/proc/uptime", "", rest))
    return 0;
  return (int64_t) time (NULL)
         - ((int64_t) strtoimax (rest, NULL, 10) - ticks / per_second);
}

/* Copy the name from START to END.  Its owner chose it, and it may end on
   somebody's terminal.  */
static void
copy_name (char *name, size_t size, const char *start, const char *end)
{
  size_t length = (size_t) (end - start);
  if (length > size - 1)
    length = size - 1;
  memcpy (name, start, length);
  name[length] = '\0';
  portalocker__replace_controls (name);
}

void
portalocker__describe_process (int64_t pid, char *name, size_t size,
                               int64_t *started)
{
  char path[PROC_PATH_SIZE], line[LINE_SIZE];
  const char *opening, *closing;
  intmax_t ticks;
  name[0] = '\0';
  *started = 0;
  if (is_foreign_proc ())
    return;
  /* "4711 (rsync) S 1 ...": the name may hold anything, also ")", and the
     start time is field 22, twenty behind the name.  */
  snprintf (path, sizeof path, "/proc/%" PRId64 "/stat", pid);
  if (! find_line (path, "", line))
    return;
  opening = strchr (line, '(');
  closing = strrchr (line, ')');
  if (opening == NULL || closing == NULL || closing < opening)
    return;
  copy_name (name, size, opening + 1, closing);
  if (sscanf (closing + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u"
              " %*u %*d %*d %*d %*d %*d %*d %" SCNdMAX, &ticks) == 1)
    *started = time_of_ticks (ticks);
}
