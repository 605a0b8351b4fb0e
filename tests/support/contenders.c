/* contenders.c - many holders of one lock, which count their overlaps.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   usage: contenders BACKEND FILE HOLDERS ROUNDS [OPTION]...

   Each of HOLDERS processes acquires FILE ROUNDS times, waiting for ever.
   While it holds the lock exclusively, it creates FILE.marker with O_EXCL,
   which fails when another one is inside, and adds one to the number in
   FILE.count, which loses updates when another one is inside.  The last
   line is "rounds N overlaps N lost N errors N".

   Options:
     delete    each exclusive holder removes FILE while it holds it
     threads   threads with an object each instead of processes
     mixed     two processes with HOLDERS / 2 such threads each
     shared    every third round takes a shared lock, under which no marker
               may be seen
     naive     lock with fcntl(2) as programs do that do not look at the
               path again: this shows that overlaps are seen  */

#include "contenders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actor-threads.h"
#include "portalocker.h"

static const char *backend, *file;
static char marker[4096], count_file[4096];
static int holders, rounds;
static int use_delete, use_threads, use_mixed, use_shared, use_naive;

void
contenders_complain (struct result *result, const char *what, const char *why)
{
  if (result->errors++ == 0)
    fprintf (stderr, "%s: %s\n", what, why);
}

/* Add one to the number in the file of counts.  */
static void
add_one (struct result *result)
{
  char text[32] = "0";
  int fd = open (count_file, O_RDWR | O_CREAT, 0666);
  long value;
  ssize_t length;

  if (fd < 0)
    {
      contenders_complain (result, count_file, strerror (errno));
      return;
    }
  length = read (fd, text, sizeof text - 1);
  text[length > 0 ? length : 0] = '\0';
  value = strtol (text, NULL, 10);
  length = snprintf (text, sizeof text, "%ld\n", value + 1);
  if (lseek (fd, 0, SEEK_SET) != 0
      || write (fd, text, (size_t) length) != length)
    contenders_complain (result, count_file, strerror (errno));
  close (fd);
}

/* What an exclusive holder does.  */
static void
work_alone (struct result *result)
{
  int fd = open (marker, O_WRONLY | O_CREAT | O_EXCL, 0666);

  result->exclusive++;
  if (fd < 0)
    result->overlaps++;
  else
    close (fd);
  add_one (result);
  if (fd >= 0)
    unlink (marker);
  if (use_delete && unlink (file) != 0 && ! use_naive)
    contenders_complain (result, "unlink", strerror (errno));
}

static void
work_together (struct result *result)
{
  struct stat status;

  if (stat (marker, &status) == 0)
    result->overlaps++;
}

static void
one_round (portalocker_lock *lock, int shared, struct result *result)
{
  int flags = shared ? PORTALOCKER_LOCK_SH : PORTALOCKER_LOCK_EX;
  int rc = portalocker_acquire_with (lock, shared ? "r" : NULL,
                                     PORTALOCKER_AS_SET, PORTALOCKER_FOREVER,
                                     PORTALOCKER_AS_SET, PORTALOCKER_AS_SET,
                                     flags);

  if (rc != PORTALOCKER_OK)
    {
      contenders_complain (result, "acquire", portalocker_message (lock));
      return;
    }
  if (shared)
    work_together (result);
  else
    work_alone (result);
  rc = portalocker_release (lock);
  if (rc != PORTALOCKER_OK)
    contenders_complain (result, "release", portalocker_message (lock));
}

#ifdef F_SETLKW

static void
naive_round (struct result *result)
{
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = open (file, O_RDWR | O_CREAT, 0666);

  if (fd < 0 || fcntl (fd, F_SETLKW, &whole) != 0)
    contenders_complain (result, "fcntl", strerror (errno));
  else
    work_alone (result);
  close (fd);
}

#else

static void
naive_round (struct result *result)
{
  contenders_complain (result, "naive", "there is no fcntl");
}

#endif

static void
contend (struct result *result)
{
  portalocker_lock *lock;
  int i;

  contenders_limit_time ();
  if (portalocker_new (&lock, file) != PORTALOCKER_OK
      || portalocker_set_backend (lock, backend) != PORTALOCKER_OK
      || portalocker_set_create (lock, 1) != PORTALOCKER_OK)
    {
      contenders_complain (result, "portalocker_new", "failed");
      return;
    }
  for (i = 0; i < rounds; i++)
    if (use_naive)
      naive_round (result);
    else
      one_round (lock, use_shared && i % 3 == 0, result);
  portalocker_free (lock);
}

static void
contend_in_thread (void *argument)
{
  contend (argument);
}

void
contenders_add (struct result *total, const struct result *result)
{
  total->overlaps += result->overlaps;
  total->errors += result->errors;
  total->exclusive += result->exclusive;
}

static void
run_threads (int number, struct result *total)
{
  struct actor_thread **threads = calloc ((size_t) number, sizeof *threads);
  struct result *results = calloc ((size_t) number, sizeof *results);
  int i;

  for (i = 0; i < number; i++)
    {
      threads[i] = actor_thread_start (contend_in_thread, &results[i]);
      if (threads[i] == NULL)
        exit (99);
    }
  for (i = 0; i < number; i++)
    {
      actor_thread_join (threads[i]);
      contenders_add (total, &results[i]);
    }
  free (threads);
  free (results);
}

void
contenders_child (struct result *result)
{
  if (use_mixed)
    run_threads (holders / PROCESSES_IF_MIXED, result);
  else
    contend (result);
}

static long
final_count (void)
{
  char text[32] = "0";
  FILE *stream = fopen (count_file, "r");

  if (stream == NULL || fgets (text, sizeof text, stream) == NULL)
    return 0;
  fclose (stream);
  return strtol (text, NULL, 10);
}

static void
read_options (int argc, char **argv)
{
  int i;

  backend = argv[1];
  file = argv[2];
  holders = atoi (argv[3]);
  rounds = atoi (argv[4]);
  for (i = 5; i < argc; i++)
    {
      use_delete |= strcmp (argv[i], "delete") == 0;
      use_mixed |= strcmp (argv[i], "mixed") == 0;
      use_threads |= strcmp (argv[i], "threads") == 0;
      use_shared |= strcmp (argv[i], "shared") == 0;
      use_naive |= strcmp (argv[i], "naive") == 0;
    }
}

int
main (int argc, char **argv)
{
  struct result total = { 0, 0, 0 };

  if (argc < 5)
    return 99;
  read_options (argc, argv);
  snprintf (marker, sizeof marker, "%s.marker", file);
  snprintf (count_file, sizeof count_file, "%s.count", file);
  if (use_threads)
    run_threads (holders, &total);
  else
    contenders_run_processes (argv, use_mixed ? PROCESSES_IF_MIXED : holders,
                              &total);
  printf ("rounds %d overlaps %ld lost %ld errors %ld\n", holders * rounds,
          total.overlaps, total.exclusive - final_count (), total.errors);
  return total.errors != 0;
}
