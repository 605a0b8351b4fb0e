/* procfs.c - what is made of the files in /proc, whatever stands in them.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <sys/stat.h>
#if MAJOR_IN_MKDEV
# include <sys/mkdev.h>
#elif MAJOR_IN_SYSMACROS
# include <sys/sysmacros.h>
#endif

/* ---- A /proc of the test.  Paths have a text here; directories and the
   processes that exist are directories below that of the test.  */

/* No process has this number: PID_MAX_LIMIT of Linux is less.  */
enum { HOLDER = 4711471 };

enum { THE_FILE = 200, FILE_LIMIT = 8, OPEN_LIMIT = 2, LOCKED_FD = 5 };

static struct
{
  const char *path, *text;
} files[FILE_LIMIT];
/* Those that are open, of which the last one is closed first.  */
static struct
{
  const char *text;
  size_t place;
} open_file[OPEN_LIMIT];
static size_t portion = 4096, limit = SIZE_MAX;
static int opens, open_files;
static bool hidden;             /* the descriptors of processes are */
static unsigned int device;     /* the minor number that stat tells */
static ino_t descriptor_inode;  /* of the files that processes have open */
static int empty_looks;         /* so often /proc/locks is empty */

static void
set_file (const char *path, const char *contents)
{
  int i;
  for (i = 0; i < FILE_LIMIT; i++)
    if (files[i].path == NULL || strcmp (files[i].path, path) == 0)
      {
        files[i].path = path;
        files[i].text = contents;
        return;
      }
  check_fatal ("too many files");
}

/* The file descriptors of every process look the same.  */
static const char *
short_name (const char *path)
{
  static char name[300];
  const char *info = strstr (path, "/fdinfo/");
  if (info == NULL || strncmp (path, "/proc/self/", 11) == 0)
    return path;
  snprintf (name, sizeof name, "/proc/N%s", info);
  return name;
}

/* The text of files[I], which is looked at.  */
static const char *
look_at (int i)
{
  if (strcmp (files[i].path, "/proc/locks") != 0 || empty_looks == 0)
    return files[i].text;
  empty_looks--;
  return "";
}

static int
proc_open (const char *path, int flags, mode_t mode)
{
  int i;
  (void) flags;
  (void) mode;
  opens++;
  for (i = 0; i < FILE_LIMIT && files[i].path != NULL; i++)
    if (files[i].text != NULL
        && strcmp (files[i].path, short_name (path)) == 0)
      {
        if (open_files == OPEN_LIMIT)
          check_fatal ("too many open files");
        open_file[open_files].text = look_at (i);
        open_file[open_files].place = 0;
        return THE_FILE + open_files++;
      }
  errno = ENOENT;
  return -1;
}

/* At most PORTION bytes at once, and an error behind LIMIT of them.  */
static ssize_t
proc_read (int fd, void *buffer, size_t size)
{
  const char *text = open_file[fd - THE_FILE].text;
  size_t *place = &open_file[fd - THE_FILE].place;
  size_t left = strlen (text + *place);
  if (*place >= limit)
    {
      errno = EIO;
      return -1;
    }
  if (left > size)
    left = size;
  if (left > portion)
    left = portion;
  memcpy (buffer, text + *place, left);
  *place += left;
  return (ssize_t) left;
}

static int
proc_close (int fd)
{
  (void) fd;
  open_files--;
  return 0;
}

static DIR *
proc_opendir (const char *path)
{
  bool of_process = strstr (path, "fdinfo") != NULL;
  if (of_process && hidden)
    {
      errno = EACCES;
      return NULL;
    }
  return opendir (of_process ? "fdinfo" : "proc");
}

static int
proc_stat (const char *path, struct stat *status)
{
  char name[100];
  if (strstr (path, "/fd/") != NULL)
    {
      memset (status, 0, sizeof *status);
      status->st_dev = makedev (254, device);
      status->st_ino = descriptor_inode;
      return 0;
    }
  snprintf (name, sizeof name, "proc/%s", path + strlen ("/proc/"));
  return stat (name, status);
}

static int
proc_fstat (int fd, struct stat *status)
{
  memset (status, 0, sizeof *status);
  status->st_ino = (ino_t) (fd == LOCKED_FD ? 1234 : 0);
  status->st_dev = makedev (254, device);
  return 0;
}

static void
use_proc (void)
{
  portalocker__calls.open = proc_open;
  portalocker__calls.read = proc_read;
  portalocker__calls.close = proc_close;
  portalocker__calls.opendir = proc_opendir;
  portalocker__calls.stat = proc_stat;
  portalocker__calls.fstat = proc_fstat;
  mkdir ("proc", 0777);
  mkdir ("proc/4711471", 0777);
  mkdir ("fdinfo", 0777);
  unit_write ("fdinfo/3", "");
  unit_write ("fdinfo/4", "");
}

static const char mountinfo[]
  = "22 1 0:21 / /proc rw - proc proc rw\n"
    "27 1 254:1 / / rw,relatime - ext4 /dev/root rw\n"
    "29 27 254:1 / /far rw - fuse.sshfs host: rw\n"
    "31 27 0:30 / /tmp rw - tmpfs tmpfs rw\n";
static const char fdinfo[]
  = "pos:\t0\nflags:\t02100002\nmnt_id:\t27\nino:\t1234\n";

static void
set_good_files (const char *locks)
{
  memset (files, 0, sizeof files);
  portion = 4096;
  limit = SIZE_MAX;
  empty_looks = 0;
  hidden = true;
  device = 1;
  descriptor_inode = 1234;
  set_file ("/proc/self/fdinfo/5", fdinfo);
  set_file ("/proc/self/mountinfo", mountinfo);
  set_file ("/proc/locks", locks);
}


/* ---- Lines of /proc/locks.  */

static const struct
{
  const char *locks;
  bool ranges, exclusive;
  int holder;
  const char *statement;
} lines[] =
{
  { "1: FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n", false, false,
    HOLDER, "a lock of flock is found" },
  { "1: POSIX  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n", true, false, HOLDER,
    "a lock of fcntl is found" },
  { "1: FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n", true, true, 0,
    "flock's is no lock of a range" },
  { "1: POSIX  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n", false, true, 0,
    "that of a range is not flock's" },
  { "1: LEASE  ACTIVE    WRITE 4711471 fe:01:1234 0 EOF\n", true, true, 0,
    "a lease is no lock of a range" },
  { "1: LEASE  ACTIVE    READ  4711471 fe:01:1234 0 EOF\n", false, true, 0,
    "nor is it flock's" },
  { "1: DELEG  ACTIVE    READ  4711471 fe:01:1234 0 EOF\n", true, true, 0,
    "nor is a delegation a lock" },
  { "1: FLOCK  ADVISORY  READ  4711471 fe:01:1234 0 EOF\n", false, false, 0,
    "a reader is not in a reader's way" },
  { "1: FLOCK  ADVISORY  READ  4711471 fe:01:1234 0 EOF\n", false, true, HOLDER,
    "a reader is in a writer's way" },
  { "1: FLOCK  ADVISORY  WRITE 4711471 fe:02:1234 0 EOF\n", false, true, 0,
    "another device" },
  { "1: FLOCK  ADVISORY  WRITE 4711471 ff:01:1234 0 EOF\n", false, true, 0,
    "another major number" },
  { "1: FLOCK  ADVISORY  WRITE 4711471 fe:01:12345 0 EOF\n", false, true, 0,
    "another inode" },
  { "1: FLOCK  ADVISORY  WRITE 9999 fe:01:1 0 EOF\n"
    "2: FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n", false, true, HOLDER,
    "the second line" },
  { "1: -> FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n", false, true, 0,
    "one who waits holds nothing" },
  { "1: -> POSIX  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n", true, true, 0,
    "one who waits for a range holds nothing" },
  { "1: FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF", false, true, HOLDER,
    "a last line without an end" },
  { "", false, true, 0, "an empty file" },
  { "\n\n\n", false, true, 0, "empty lines" },
  { "1: FLOCK\n2: FLOCK ADVISORY\n: : :\n1: FLOCK ADVISORY WRITE x y z\n",
    false, true, 0, "lines that are too short" },
  { "1: FLOCK  ADVISORY  WRITE 0 fe:01:1234 0 EOF\n", false, true, 0,
    "the process 0 is nobody" },
  { "1: POSIX  ADVISORY  WRITE 12 fe:01:1234 9223372036854775743"
    " 9223372036854775743\n"
    "2: POSIX  ADVISORY  WRITE 4711471 fe:01:1234 0 9223372036854775742\n",
    true, true, HOLDER, "the bytes behind the lock are not in its way" },
  { "1: POSIX  ADVISORY  WRITE 4711471 fe:01:1234 9223372036854775743"
    " EOF\n", true, true, 0, "not up to the end of the file either" },
  { "1: POSIX  ADVISORY  WRITE 4711471 fe:01:1234 9223372036854775742"
    " 9223372036854775743\n", true, true, HOLDER, "its last byte is" },
  { "1: POSIX  ADVISORY  WRITE 4711471 fe:01:1234\n", true, true, HOLDER,
    "bytes that are not told may be its" },
  { "1: POSIX  ADVISORY  WRITE 4711471 fe:01:1234 x y\n", true, true, HOLDER,
    "so may those that make no sense" }
};

static void
test_lines (void)
{
  size_t i;
  use_proc ();
  for (i = 0; i < sizeof lines / sizeof *lines; i++)
    {
      static const size_t portions[] = { 4096, 1, 7 };
      int j, good = 1;
      /* The last byte that a lock may have with an off_t of 64 bits.  */
      if (sizeof (off_t) < 8
          && strstr (lines[i].locks, "9223372036854775743") != NULL)
        {
          check_unsupported (lines[i].statement, "off_t is too small");
          continue;
        }
      set_good_files (lines[i].locks);
      for (j = 0; j < 3; j++)
        {
          portion = portions[j];
          good &= CHECK_QUIET_INT (portalocker__find_holder
                                     (LOCKED_FD, -1, lines[i].ranges,
                                      lines[i].exclusive), lines[i].holder);
        }
      CHECK (good && CHECK_QUIET_INT (open_files, 0), lines[i].statement);
    }
}

static void
test_long_lines (void)
{
  static char locks[20000];
  size_t length;
  int wrong = 0;
  static const char good[]
    = "1: FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n";
  for (length = 4000; length < 4200; length++)
    {
      memset (locks, 'x', length);
      locks[length] = '\n';
      strcpy (locks + length + 1, good);
      set_good_files (locks);
      wrong += portalocker__find_holder (LOCKED_FD, -1, false, true) != HOLDER;
    }
  for (length = 500; length < 530; length++)
    {
      memset (locks, ' ', length);
      memcpy (locks, good, strlen (good) - 1);
      locks[length] = '\0';
      set_good_files (locks);
      wrong += portalocker__find_holder (LOCKED_FD, -1, false, true) != HOLDER;
    }
  CHECK_INT (wrong, 0, "lines of any length do no harm");
}

/* Cut the files anywhere, let reading fail anywhere, change any byte: the
   answer is the right one or "unknown", unless the change made another
   process of it.  */
static void
test_damage (void)
{
  static const char good[]
    = "1: FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n";
  static const char *const names[]
    = { "/proc/self/fdinfo/5", "/proc/self/mountinfo", "/proc/locks" };
  static const char bytes[] = { '\n', ':', ' ', '9', 'z', '-', '\377' };
  const char *const contents[] = { fdinfo, mountinfo, good };
  int file, wrong = 0, known = 0;
  for (file = 0; file < 3; file++)
    {
      size_t length = strlen (contents[file]), i, j;
      for (i = 0; i < length; i++)
        {
          char copy[300];
          int64_t holder;
          set_good_files (good);
          strcpy (copy, contents[file]);
          copy[i] = '\0';
          set_file (names[file], copy);
          holder = portalocker__find_holder (LOCKED_FD, -1, false, true);
          wrong += holder != 0 && holder != HOLDER;
          known += holder == HOLDER;
          for (j = 0; j < sizeof bytes; j++)
            {
              strcpy (copy, contents[file]);
              copy[i] = bytes[j];
              holder = portalocker__find_holder (LOCKED_FD, -1, false, true);
              wrong += holder != 0 && holder != HOLDER;
            }
          set_good_files (good);
          limit = i;
          portion = 1;
          holder = portalocker__find_holder (LOCKED_FD, -1, false, true);
          wrong += holder != 0 && holder != HOLDER;
        }
    }
  CHECK_INT (wrong, 0, "damaged files give the holder or no holder");
  CHECK (known > 0, "what is cut behind the answer does not hide it");
  CHECK_INT (open_files, 0, "what was opened was closed");
}

static void
test_missing_files (void)
{
  static const char good[]
    = "1: FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n";
  static const char *const names[]
    = { "/proc/self/fdinfo/5", "/proc/self/mountinfo", "/proc/locks" };
  int i;
  for (i = 0; i < 3; i++)
    {
      char statement[80];
      set_good_files (good);
      set_file (names[i], NULL);
      snprintf (statement, sizeof statement, "no holder without %s",
                names[i]);
      CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), 0,
                 statement);
    }
  set_good_files (good);
  set_file ("/proc/self/fdinfo/5", "pos:\t0\nmnt_id:\t27\n");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), HOLDER,
             "without an ino line the inode is that of fstat");
  set_file ("/proc/self/fdinfo/5", "pos:\t0\nmnt_id:\t28\nino:\t1234\n");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), 0,
             "no holder on a mount that is not listed");
  set_file ("/proc/self/fdinfo/5",
            "mnt_id:\t99999999999999999999999999\nino:\t1234\n");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), 0,
             "no holder on a mount whose number is absurd");
}


/* ---- Processes.  */

static void
test_processes (void)
{
  static const char gone[]
    = "1: FLOCK  ADVISORY  WRITE 12 fe:01:1234 0 EOF\n";
  static const char open_lock[]
    = "1: OFDLCK ADVISORY  WRITE -1 fe:01:1234 0 EOF\n";
  set_good_files (gone);
  hidden = false;
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), 0,
             "who took the lock is gone, and nobody has a copy");
  set_file ("/proc/N/fdinfo/4", "pos:\t0\nlock:\t1: FLOCK  ADVISORY  WRITE 12"
            " fe:01:1234 0 EOF\n");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), HOLDER,
             "who took the lock is gone, and another has a copy");
  set_good_files (open_lock);
  hidden = false;
  set_file ("/proc/N/fdinfo/3", "lock:\t1: OFDLCK ADVISORY  WRITE -1"
            " fe:01:1234 0 EOF\n");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, true, true), HOLDER,
             "the lock of an open file is found by its process");
  set_file ("/proc/N/fdinfo/3", "lock:\t1: OFDLCK ADVISORY  READ -1"
            " fe:01:1234 0 EOF\n");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, true, false), 0,
             "a reader's copy is not in a reader's way");
}

/* What /proc/locks says of a process is compared with what that has open.  */
static void
test_confirmation (void)
{
  static const char taken[]
    = "1: FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n";
  static const char copy[]
    = "lock:\t1: FLOCK  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n";
  set_good_files (taken);
  hidden = false;
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), 0,
             "who has closed what it locked is not named");
  set_file ("/proc/N/fdinfo/4", copy);
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), HOLDER,
             "who still has it open is");
  device = 2;
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), HOLDER,
             "also where the number of the file is not its own");
  descriptor_inode = 1235;
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), 0,
             "but not who has another file of that number");
  descriptor_inode = 1234;
  hidden = true;
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), 0,
             "nor who may have another one");
  device = 1;
  set_file ("/proc/self/status", "Name:\tunit\nNSpid:\t4711471\n");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), HOLDER,
             "numbers of this namespace are told");
  set_file ("/proc/self/status", "Name:\tunit\nNSpid:\t4711471\t3\n");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, false, true), 0,
             "those of another namespace are not");
}

/* What the asker holds is not in its own way.  */
static void
test_asker (void)
{
  static const char of_file[]
    = "1: OFDLCK ADVISORY  READ -1 fe:01:1234 0 9223372036854775742\n";
  char own[40], locks[200], info[200];
  snprintf (own, sizeof own, "proc/%ld", (long) getpid ());
  mkdir (own, 0777);
  set_good_files (of_file);
  hidden = false;
  snprintf (info, sizeof info, "lock:\t%s", of_file);
  set_file ("/proc/N/fdinfo/3", info);
  CHECK_INT (portalocker__find_holder (LOCKED_FD, 3, true, true), HOLDER,
             "another process that shares the lock is in the way");
  rmdir ("proc/4711471");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, 3, true, true), 0,
             "the asker's own open file is not");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, 4, true, true),
             (int) getpid (), "another one of its process is");
  mkdir ("proc/4711471", 0777);
  snprintf (locks, sizeof locks,
            "1: POSIX  ADVISORY  READ %ld fe:01:1234 0 9223372036854775742\n"
            "2: POSIX  ADVISORY  READ 4711471 fe:01:1234 0 EOF\n",
            (long) getpid ());
  set_good_files (locks);
  CHECK_INT (portalocker__find_holder (LOCKED_FD, 3, true, true), HOLDER,
             "nor is the lock of the asker's process");
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, true, true),
             (int) getpid (), "which is in the way of one who holds nothing");
  rmdir (own);
}

/* More processes with descriptors than may be looked at.  */
static void
test_bound (void)
{
  char name[40];
  int i;
  for (i = 1; i <= 160; i++)
    {
      snprintf (name, sizeof name, "proc/%d", i + 20000);
      mkdir (name, 0777);
      snprintf (name, sizeof name, "fdinfo/%d", i + 10);
      unit_write (name, "");
    }
  set_good_files ("1: OFDLCK ADVISORY  WRITE -1 fe:01:1234 0 EOF\n");
  hidden = false;
  opens = 0;
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, true, true), 0,
             "a holder is looked for in vain");
  CHECK (opens > 10000 && opens < 21000,
         "and not beyond the bound of 20000 descriptors");
}

static void
test_own_lock (void)
{
  /* Not what getpid tells, as in a namespace with the /proc of another.  */
  const long own = (long) getpid () + 1;
  char locks[200], stat[40];
  snprintf (stat, sizeof stat, "%ld (test) R 1 1", own);
  snprintf (locks, sizeof locks,
            "1: POSIX  ADVISORY  READ %ld fe:01:1234 0 EOF\n",
            own);
  set_good_files (locks);
  set_file ("/proc/self/stat", stat);
  CHECK_INT (portalocker__holds_range (LOCKED_FD), 1,
             "a lock of this process is seen");
  device = 2;
  CHECK_INT (portalocker__holds_range (LOCKED_FD), -1,
             "where its file is in doubt, the descriptors must be seen");
  device = 1;
  snprintf (locks, sizeof locks,
            "1: FLOCK  ADVISORY  WRITE %ld fe:01:1234 0 EOF\n"
            "2: LEASE  ACTIVE    READ %ld fe:01:1234 0 EOF\n"
            "3: POSIX  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n",
            own, own);
  CHECK_INT (portalocker__holds_range (LOCKED_FD), 0,
             "that it has none is seen");
  set_file ("/proc/self/fdinfo/5", "mnt_id:\t29\nino:\t1234\n");
  CHECK_INT (portalocker__holds_range (LOCKED_FD), -1,
             "by FUSE it may have one that is not seen");
  set_file ("/proc/locks", NULL);
  CHECK_INT (portalocker__holds_range (LOCKED_FD), -1,
             "that nothing can be seen is told");
  set_good_files (locks);
  set_file ("/proc/self/fdinfo/5", NULL);
  CHECK_INT (portalocker__holds_range (LOCKED_FD), -1,
             "also when the file cannot be named");
  set_good_files (locks);
  set_file ("/proc/self/stat", NULL);
  CHECK_INT (portalocker__holds_range (LOCKED_FD), -1,
             "also when this process cannot be");
}

/* The kernel can skip a lock when others come and go.  */
static void
test_skipped (void)
{
  set_good_files ("1: POSIX  ADVISORY  WRITE 4711471 fe:01:1234 0 EOF\n");
  set_file ("/proc/self/stat", "4711471 (test) R 1 1");
  empty_looks = 2;
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, true, true), HOLDER,
             "a holder who is not listed for a moment is found");
  empty_looks = 2;
  CHECK_INT (portalocker__holds_range (LOCKED_FD), 1,
             "so is a lock of this process");
  empty_looks = 1000;
  CHECK_INT (portalocker__find_holder (LOCKED_FD, -1, true, true), 0,
             "a holder who is never listed is unknown");
  CHECK (empty_looks > 900, "and not looked for without end");
}

static void
test_names (void)
{
  char name[8];
  int64_t started;
  set_good_files ("");
  set_file ("/proc/4711471/stat", "4711471 (a long name) S 1 1");
  portalocker__describe_process (HOLDER, name, sizeof name, &started);
  CHECK_STRING (name, "a long ", "a name is cut to its place");
  CHECK_INT (started, 0, "the start is unknown without its field");
  set_file ("/proc/4711471/stat", "");
  portalocker__describe_process (HOLDER, name, sizeof name, &started);
  CHECK_STRING (name, "", "an empty file gives no name");
  portalocker__describe_process (4711472, name, sizeof name, &started);
  CHECK (name[0] == '\0' && started == 0,
         "a process that is gone has no name");
}

int
main (void)
{
  unit_start ();
  check_area ("unit/procfs");
  test_lines ();
  test_long_lines ();
  test_damage ();
  test_missing_files ();
  test_processes ();
  test_confirmation ();
  test_asker ();
  test_own_lock ();
  test_skipped ();
  test_names ();
  test_bound ();
  unit_restore ();
  return check_done ();
}
