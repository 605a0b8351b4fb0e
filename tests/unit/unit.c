/* unit.c - what the plain C tests share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#if PORTALOCKER_BACKEND_FLOCK
# include <sys/file.h>
#endif
#if HAVE_SYS_SYSCALL_H
# include <sys/syscall.h>
#endif

#include "../../lib/backend-range.h"

struct portalocker__calls unit_real;

/* The same, though a test has changed unit_real.  */
static struct portalocker__calls system_calls;

static char directory[256];
static pid_t main_process;

static void start_helper (void);
static void watch_threads (void);


/* ---- The directory.  */

static void
empty_directory (const char *name)
{
  DIR *stream = opendir (name);
  const struct dirent *entry;
  char path[600];
  while (stream != NULL && (entry = readdir (stream)) != NULL)
    {
      struct stat status;
      snprintf (path, sizeof path, "%s/%s", name, entry->d_name);
      if (strcmp (entry->d_name, ".") == 0
          || strcmp (entry->d_name, "..") == 0
          || lstat (path, &status) != 0)
        continue;
      if (S_ISDIR (status.st_mode))
        {
          empty_directory (path);
          rmdir (path);
        }
      else
        unlink (path);
    }
  if (stream != NULL)
    closedir (stream);
}

static void
remove_directory (void)
{
  if (getpid () != main_process || chdir ("/") != 0)
    return;
  empty_directory (directory);
  rmdir (directory);
}

void
unit_start (void)
{
  const char *base = getenv ("PORTALOCKER_SCRATCH");
  if (base == NULL || base[0] == '\0')
    base = getenv ("TMPDIR");
  if (base == NULL || base[0] == '\0')
    base = "/tmp";
  snprintf (directory, sizeof directory, "%s/unit.XXXXXX", base);
  if (mkdtemp (directory) == NULL || chdir (directory) != 0
      || getcwd (directory, sizeof directory) == NULL)
    check_fatal ("no directory to work in below %s", base);
  umask (022);
  setvbuf (stdout, NULL, _IOLBF, BUFSIZ);
  watch_threads ();
  unit_real = system_calls = portalocker__calls;
  main_process = getpid ();
  atexit (remove_directory);
  start_helper ();
}

void
unit_restore (void)
{
  portalocker__calls = unit_real;
  portalocker__force_wait_method (getenv ("PORTALOCKER_WAIT_METHOD"));
}

enum { PATH_SIZE = 600 };

static void
write_path (char path[PATH_SIZE], const char *name)
{
  snprintf (path, PATH_SIZE, "%s/%s", directory, name);
}

const char *
unit_path (const char *name)
{
  static char paths[2][PATH_SIZE];
  static int which;
  which = ! which;
  write_path (paths[which], name);
  return paths[which];
}

/* The number of entries of the directory PATH, 0 without it.  */
static int
count_entries (const char *path)
{
  DIR *stream = opendir (path);
  const struct dirent *entry;
  int count = 0;
  if (stream == NULL)
    return 0;
  while ((entry = readdir (stream)) != NULL)
    count += entry->d_name[0] != '.';
  closedir (stream);
  return count;
}

/* It is called often: where the system has a list, by that.  */
int
unit_descriptors (void)
{
  int fd, count = count_entries ("/proc/self/fd");
  if (count > 0)
    return count - 1;           /* one was the list's */
  for (fd = 0; fd < 256; fd++)
    count += fcntl (fd, F_GETFD) >= 0;
  return count;
}

int
unit_threads (void)
{
  return count_entries ("/proc/self/task");
}

/* How many threads of the library have begun, and ended.  Atomic.  */
static int threads_begun, threads_ended;

bool
unit_await_threads (void)
{
  int i;
  for (i = 0; i < 10000; i++)
    if (os_atomic_load (&threads_ended) == os_atomic_load (&threads_begun))
      return true;
    else
      poll (NULL, 0, 1);
  return CHECK_QUIET (! "all threads have ended");
}

struct watched
{
  void *(*run) (void *argument);
  void *argument;
};

/* Has the struct watched of a thread of the library as its value.  */
static pthread_key_t watched_key;

static void
count_end (void *watched)
{
  free (watched);
  atomic_add (&threads_ended, 1);
}

/* A thread of the library.  However it ends, count_end is called.  */
static void *
run_watched (void *argument)
{
  const struct watched *watched = argument;
  pthread_setspecific (watched_key, argument);
  return watched->run (watched->argument);
}

static int
watched_create (pthread_t *thread, const pthread_attr_t *attributes,
                void *(*run) (void *argument), void *argument)
{
  struct watched *watched = malloc (sizeof *watched);
  int error;
  if (watched == NULL)
    return EAGAIN;
  watched->run = run;
  watched->argument = argument;
  atomic_add (&threads_begun, 1);
  error = pthread_create (thread, attributes, run_watched, watched);
  if (error != 0)
    count_end (watched);
  return error;
}

static void
watch_threads (void)
{
  if (pthread_key_create (&watched_key, count_end) != 0)
    check_fatal ("no key");
  portalocker__calls.thread_create = watched_create;
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

bool
unit_directory_is (const char *names)
{
  char *found[64], list[1024] = "";
  size_t count = 0, i;
  DIR *stream = opendir (directory);
  const struct dirent *entry;
  if (stream == NULL)
    check_fatal ("the directory of the test is gone");
  while ((entry = readdir (stream)) != NULL && count < 64)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      found[count++] = strdup (entry->d_name);
  closedir (stream);
  qsort (found, count, sizeof *found, compare_names);
  for (i = 0; i < count; i++)
    {
      if (strlen (list) + strlen (found[i]) + 2 <= sizeof list)
        strcat (strcat (list, found[i]), " ");
      free (found[i]);
    }
  if (strcmp (list, names) == 0)
    return true;
  check_note ("files in the directory: %s(wanted: %s)", list, names);
  return false;
}

void
unit_write (const char *name, const char *text)
{
  int fd = open (unit_path (name), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (fd < 0 || write (fd, text, strlen (text)) != (ssize_t) strlen (text))
    check_fatal ("cannot write %s", name);
  close (fd);
}

bool
unit_file_is (const char *name, const char *text)
{
  char buffer[256];
  int fd = open (unit_path (name), O_RDONLY);
  ssize_t got = fd < 0 ? -1 : read (fd, buffer, sizeof buffer - 1);
  if (fd >= 0)
    close (fd);
  if (got < 0)
    {
      check_note ("%s cannot be read", name);
      return false;
    }
  buffer[got] = '\0';
  return CHECK_QUIET_STRING (buffer, text);
}


/* ---- The helper.  */

struct order
{
  char what;                    /* 't'ry, 'h'old, 'c'lose */
  bool exclusive;
  char backend[16];
  char path[512];
};

static int orders[2], answers[2];
static pid_t helper;

/* Lock FD as BACKEND does, without waiting.  The range locks of this one
   process stand for all kinds of them; "open file" is one of the kind that
   belongs to the open file; "part" is the lock without the bytes behind it,
   and "gate" the first of those.  */
static bool
raw_lock (int fd, const char *backend, bool exclusive)
{
  struct flock lock = { .l_type = exclusive ? F_WRLCK : F_RDLCK,
                        .l_whence = SEEK_SET };
  if (strcmp (backend, "part") == 0)
    lock.l_len = LOCK_SIZE;
  else if (strcmp (backend, "gate") == 0)
    {
      lock.l_start = LOCK_SIZE;
      lock.l_len = 1;
    }
#if PORTALOCKER_BACKEND_FLOCK
  if (strcmp (backend, "flock") == 0)
    return flock (fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0;
#endif
#if PORTALOCKER_BACKEND_OFD
  if (strcmp (backend, "open file") == 0)
    return fcntl (fd, F_OFD_SETLK, &lock) == 0;
#endif
  (void) backend;
  return fcntl (fd, F_SETLK, &lock) == 0;
}

static void
run_helper (void)
{
  struct order order;
  int held = -1;
  while (read (orders[0], &order, sizeof order) == (ssize_t) sizeof order)
    {
      int fd = order.what == 'c' ? -1 : open (order.path, O_RDWR | O_CREAT,
                                              0666);
      char answer = order.what == 'c'
                    || (fd >= 0 && raw_lock (fd, order.backend,
                                             order.exclusive));
      if (order.what == 'h')
        held = fd;
      else if (order.what == 'c')
        close (held);
      else
        close (fd);
      if (write (answers[1], &answer, 1) != 1)
        _exit (1);
    }
  _exit (0);
}

static void
start_helper (void)
{
  int i;
  if (pipe (orders) != 0 || pipe (answers) != 0)
    check_fatal ("no pipe");
  fflush (stdout);
  helper = fork ();
  if (helper < 0)
    check_fatal ("no helper process");
  if (helper == 0)
    {
      close (orders[1]);
      close (answers[0]);
      run_helper ();
    }
  close (orders[0]);
  close (answers[1]);
  for (i = 0; i < 2; i++)
    fcntl (i == 0 ? orders[1] : answers[0], F_SETFD, FD_CLOEXEC);
}

static bool
ask_helper (char what, const char *name, const char *backend, bool exclusive)
{
  struct order order;
  char answer = 0;
  ssize_t got;
  memset (&order, 0, sizeof order);
  order.what = what;
  order.exclusive = exclusive;
  snprintf (order.backend, sizeof order.backend, "%s", backend);
  snprintf (order.path, sizeof order.path, "%s",
            name[0] == '/' ? name : unit_path (name));
  if (write (orders[1], &order, sizeof order) != (ssize_t) sizeof order)
    check_fatal ("the helper process is gone");
  /* A signal that ended a wait may come late.  */
  do
    got = read (answers[0], &answer, 1);
  while (got < 0 && errno == EINTR);
  if (got != 1)
    check_fatal ("the helper process is gone");
  return answer != 0;
}

const char *
unit_lock_call (const char *name)
{
  const struct portalocker__backend *backend
    = portalocker__find_backend (name);
  if (backend == NULL)
    check_fatal ("there is no backend %s", name);
  return backend->call;
}

bool
unit_free (const char *name, const char *backend, bool exclusive)
{
  return ask_helper ('t', name, backend, exclusive);
}

void
unit_hold (const char *name, const char *backend, bool exclusive)
{
  if (! ask_helper ('h', name, backend, exclusive))
    check_fatal ("the helper cannot lock %s", name);
}

void
unit_let_go (void)
{
  ask_helper ('c', "/", "", false);
}

pid_t
unit_helper (void)
{
  return helper;
}


/* ---- Lock objects.  */

portalocker_lock *
unit_new (const char *name, const char *backend)
{
  portalocker_lock *lock;
  char path[PATH_SIZE];
  write_path (path, name);
  if (portalocker_new (&lock, path) != PORTALOCKER_OK
      || portalocker_set_backend (lock, backend) != PORTALOCKER_OK)
    check_fatal ("no lock object");
  return lock;
}

bool
unit_has (const char *backend, int feature)
{
  return (portalocker_backend_features (backend) & feature) != 0;
}

bool
unit_threads_go_on (const char *backend)
{
  const char *preloaded = getenv ("LD_PRELOAD");
  return strcmp (backend, "ofd") != 0 || preloaded == NULL
         || strstr (preloaded, "vgpreload") == NULL;
}

int
unit_reap (pid_t child)
{
  enum { PATIENCE = 60000 };
  int i, status = -1;
  if (child < 0)
    check_fatal ("no process");
  for (i = 0; i < PATIENCE && waitpid (child, &status, WNOHANG) == 0; i++)
    poll (NULL, 0, 1);
  if (i == PATIENCE)
    {
      kill (child, SIGKILL);
      waitpid (child, &status, 0);
    }
  return status;
}

bool
unit_time_out (const char *name, const char *backend, const int *fact)
{
  enum { LIMIT = 10000 };
  portalocker_lock *lock = unit_new (name, backend);
  int good = 1, timeout;
  unit_hold (name, backend, true);
  for (timeout = 5; good && os_atomic_load (fact) == 0 && timeout < LIMIT;
       timeout *= 2)
    {
      portalocker_set_timeout (lock, timeout);
      good = CHECK_QUIET_CODE (portalocker_acquire (lock),
                               PORTALOCKER_TIMED_OUT);
    }
  unit_let_go ();
  portalocker_free (lock);
  return good && CHECK_QUIET (os_atomic_load (fact) != 0);
}

void
unit_await_refusal (portalocker_lock *lock)
{
  pthread_mutex_lock (&lock->mutex);
  while (lock->state != LOCK_ACQUIRING || ! lock->refused)
    pthread_cond_wait (&lock->changed, &lock->mutex);
  pthread_mutex_unlock (&lock->mutex);
}

void
unit_each_backend (void (*function) (const char *backend))
{
  const char *backend;
  size_t i;
  for (i = 0; (backend = portalocker_backend_at (i)) != NULL; i++)
    function (backend);
}


/* ---- The clock.  */

struct unit_clock unit_clock;

enum { NS_PER_S = 1000000000 };

static int
tell_time (clockid_t clock, struct timespec *now)
{
  (void) clock;
  now->tv_sec = (time_t) (unit_clock.now / NS_PER_S);
  now->tv_nsec = (long) (unit_clock.now % NS_PER_S);
  return 0;
}

/* Sleep for LENGTH; return whether a signal ended that.  */
static bool
let_pass (int64_t length)
{
  int sleep = unit_clock.sleeps++;
  bool ended = unit_clock.limit > 0 && length > unit_clock.limit;
  if (sleep < UNIT_SLEEPS)
    {
      unit_clock.slept[sleep].began = unit_clock.now;
      unit_clock.slept[sleep].length = length;
    }
  unit_clock.now += ended ? unit_clock.limit : length + unit_clock.extra;
  errno = EINTR;
  return ended;
}

static int64_t
to_ns (const struct timespec *time)
{
  return (int64_t) time->tv_sec * NS_PER_S + time->tv_nsec;
}

static int
sleep_by_clock (const struct timespec *time, struct timespec *rest)
{
  (void) rest;
  return let_pass (to_ns (time)) ? -1 : 0;
}

#if HAVE_FUTEX
static int
futex_wait_by_clock (int *word, int value, const struct timespec *deadline)
{
  if (os_atomic_load (word) != value)
    {
      errno = EAGAIN;
      return -1;
    }
  if (deadline == NULL)
    check_fatal ("a sleep that nothing ends");
  if (! let_pass (to_ns (deadline) - unit_clock.now))
    errno = ETIMEDOUT;
  return -1;
}
#else
static int
poll_by_clock (struct pollfd *ends, nfds_t count, int timeout)
{
  int ready = unit_real.poll (ends, count, 0);
  if (ready != 0)
    return ready;
  if (timeout < 0)
    check_fatal ("a sleep that nothing ends");
  return let_pass ((int64_t) timeout * UNIT_MS) ? -1 : 0;
}
#endif

void
unit_use_clock (void)
{
  memset (&unit_clock, 0, sizeof unit_clock);
  unit_clock.now = NS_PER_S;
  portalocker__calls.clock_gettime = tell_time;
  portalocker__calls.nanosleep = sleep_by_clock;
#if HAVE_FUTEX
  portalocker__calls.futex_wait = futex_wait_by_clock;
#else
  portalocker__calls.poll = poll_by_clock;
#endif
  portalocker__force_wait_method ("poll");
}

static int64_t
smaller (int64_t a, int64_t b)
{
  return a < b ? a : b;
}

static int64_t
end_of_sleep (int sleep)
{
  return unit_clock.slept[sleep].began + unit_clock.slept[sleep].length;
}

/* Whether the sleep number SLEEP may stand for a pause of LENGTH.  */
static bool
check_pause (int sleep, int64_t length, int64_t deadline)
{
  int64_t left = deadline - unit_clock.slept[sleep].began;
  int64_t slept = unit_clock.slept[sleep].length;
  return CHECK_QUIET (slept >= smaller (length - length / 4, left))
         && CHECK_QUIET (slept <= smaller (length, left) + UNIT_GRAIN);
}

bool
unit_check_pauses (int64_t deadline, int64_t interval, int *pauses)
{
  int64_t length = smaller (UNIT_MS, interval);
  int sleep;
  *pauses = 0;
  if (! CHECK_QUIET (unit_clock.sleeps <= UNIT_SLEEPS))
    return false;
  for (sleep = 0; sleep < unit_clock.sleeps; sleep++)
    {
      /* The rest of one that a signal ended.  */
      if (sleep > 0 && end_of_sleep (sleep) == end_of_sleep (sleep - 1))
        continue;
      if (! check_pause (sleep, length, deadline))
        return false;
      length = length > interval / 2 ? interval : 2 * length;
      ++*pauses;
    }
  return true;
}


/* ---- Gates.  */

void
gate_reset (struct gate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  gate->arrived = 0;
  gate->open = false;
  pthread_mutex_unlock (&gate->mutex);
}

void
gate_pass (struct gate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  gate->arrived++;
  pthread_cond_broadcast (&gate->changed);
  while (! gate->open)
    pthread_cond_wait (&gate->changed, &gate->mutex);
  pthread_mutex_unlock (&gate->mutex);
}

void
gate_await (struct gate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  while (gate->arrived == 0)
    pthread_cond_wait (&gate->changed, &gate->mutex);
  pthread_mutex_unlock (&gate->mutex);
}

void
gate_open (struct gate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  gate->open = true;
  pthread_cond_broadcast (&gate->changed);
  pthread_mutex_unlock (&gate->mutex);
}


/* ---- Threads.  */

static int
thread_number (void)
{
#if defined SYS_gettid
  return (int) syscall (SYS_gettid);
#else
  return 0;
#endif
}

static void *
run_task (void *argument)
{
  struct task *task = argument;
  pthread_mutex_lock (&task->mutex);
  task->id = thread_number ();
  pthread_mutex_unlock (&task->mutex);
  task->result = task->function (task->argument);
  pthread_mutex_lock (&task->mutex);
  task->done = true;
  pthread_mutex_unlock (&task->mutex);
  return NULL;
}

void
task_start (struct task *task, int (*function) (void *argument),
            void *argument)
{
  memset (task, 0, sizeof *task);
  task->function = function;
  task->argument = argument;
  pthread_mutex_init (&task->mutex, NULL);
  if (pthread_create (&task->thread, NULL, run_task, task) != 0)
    check_fatal ("no thread");
}

int
task_end (struct task *task)
{
  pthread_join (task->thread, NULL);
  pthread_mutex_destroy (&task->mutex);
  return task->result;
}

/* The state letter of the thread ID, or 'S' where that cannot be seen.  */
static char
thread_state (int id)
{
  char path[64], text[256], *end;
  ssize_t got;
  int fd;
  snprintf (path, sizeof path, "/proc/self/task/%d/stat", id);
  fd = open (path, O_RDONLY);
  if (fd < 0)
    return 'S';
  got = read (fd, text, sizeof text - 1);
  close (fd);
  if (got <= 0)
    return 'S';
  text[got] = '\0';
  end = strrchr (text, ')');
  return end != NULL && end[1] == ' ' ? end[2] : 'S';
}

void
task_let_sleep (struct task *task)
{
  bool over = thread_number () == 0;
  while (! over)
    {
      int id;
      pthread_mutex_lock (&task->mutex);
      id = task->id;
      over = task->done;
      pthread_mutex_unlock (&task->mutex);
      if (! over && id != 0)
        over = thread_state (id) == 'S';
      /* Some checkers of programs run one thread at a time.  */
      poll (NULL, 0, 1);
    }
}

int
task_acquire (void *lock)
{
  return portalocker_acquire (lock);
}

int
task_release (void *lock)
{
  return portalocker_release (lock);
}


/* ---- Calls that take a lock, and that sleep.  */

static bool (*lock_is_refused) (bool waits);
static void (*before_sleep) (void);

#if PORTALOCKER_BACKEND_FLOCK
static int
asking_flock (int fd, int operation)
{
  if (operation != LOCK_UN && lock_is_refused ((operation & LOCK_NB) == 0))
    return -1;
  return system_calls.flock (fd, operation);
}
#endif

static int
asking_fcntl_lock (int fd, int command, struct flock *lock)
{
  bool waits = command == F_SETLKW, sets = waits || command == F_SETLK;
#if PORTALOCKER_BACKEND_OFD
  waits |= command == F_OFD_SETLKW;
  sets |= waits || command == F_OFD_SETLK;
#endif
  if (sets && lock->l_type != F_UNLCK && lock_is_refused (waits))
    return -1;
  return system_calls.fcntl_lock (fd, command, lock);
}

static int
asking_lockf (int fd, int command, off_t size)
{
  if (command != F_ULOCK && lock_is_refused (command == F_LOCK))
    return -1;
  return system_calls.lockf (fd, command, size);
}

void
unit_ask_before_locks (struct portalocker__calls *table,
                       bool (*refuses) (bool waits))
{
  lock_is_refused = refuses;
#if PORTALOCKER_BACKEND_FLOCK
  table->flock = asking_flock;
#endif
  table->fcntl_lock = asking_fcntl_lock;
  table->lockf = asking_lockf;
}

static bool
tell_of_wait (bool waits)
{
  if (waits)
    before_sleep ();
  return false;
}

#if HAVE_FUTEX
static int
telling_futex_wait (int *word, int value, const struct timespec *deadline)
{
  before_sleep ();
  return system_calls.futex_wait (word, value, deadline);
}
#else
/* When the clock fails, which none does outside of these tests, one sleep is
   much too long.  */
static int
telling_poll (struct pollfd *ends, nfds_t count, int timeout)
{
  enum { LONG_ENOUGH = 300 };
  before_sleep ();
  return system_calls.poll (ends, count, timeout < 0 || timeout > LONG_ENOUGH
                                         ? LONG_ENOUGH : timeout);
}
#endif

void
unit_tell_before_sleeps (void (*function) (void))
{
  before_sleep = function;
  if (function == NULL)
    {
      unit_real = system_calls;
      return;
    }
  unit_ask_before_locks (&unit_real, tell_of_wait);
#if HAVE_FUTEX
  unit_real.futex_wait = telling_futex_wait;
#else
  unit_real.poll = telling_poll;
#endif
}

void
unit_await (const int *fact)
{
  int i;
  for (i = 0; i < 20000 && os_atomic_load (fact) == 0; i++)
    poll (NULL, 0, 1);
  if (os_atomic_load (fact) == 0)
    check_fatal ("another thread does not come on");
}

void *
unit_no_calloc (size_t count, size_t size)
{
  (void) count;
  (void) size;
  errno = ENOMEM;
  return NULL;
}
