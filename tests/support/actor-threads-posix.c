/* actor-threads-posix.c - threads and a clock, for the actor.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* For syscall.  */
#define _GNU_SOURCE 1

#include "actor-posix.h"
#include "actor-threads.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct actor_monitor
{
  pthread_mutex_t mutex;
  pthread_cond_t changed;
};

struct actor_thread
{
  pthread_t thread;
  long number;
  void (*function) (void *);
  void *argument;
};

struct actor_monitor *
actor_monitor_new (void)
{
  struct actor_monitor *monitor = malloc (sizeof *monitor);

  if (monitor != NULL)
    {
      pthread_mutex_init (&monitor->mutex, NULL);
      pthread_cond_init (&monitor->changed, NULL);
    }
  return monitor;
}

void
actor_monitor_free (struct actor_monitor *monitor)
{
  pthread_mutex_destroy (&monitor->mutex);
  pthread_cond_destroy (&monitor->changed);
  free (monitor);
}

void
actor_monitor_enter (struct actor_monitor *monitor)
{
  pthread_mutex_lock (&monitor->mutex);
}

void
actor_monitor_leave (struct actor_monitor *monitor)
{
  pthread_mutex_unlock (&monitor->mutex);
}

void
actor_monitor_sleep (struct actor_monitor *monitor)
{
  pthread_cond_wait (&monitor->changed, &monitor->mutex);
}

void
actor_monitor_wake (struct actor_monitor *monitor)
{
  pthread_cond_broadcast (&monitor->changed);
}

static void *
run (void *argument)
{
  struct actor_thread *thread = argument;

  thread->number = actor_thread_number ();
  thread->function (thread->argument);
  return NULL;
}

struct actor_thread *
actor_thread_start (void (*function) (void *), void *argument)
{
  struct actor_thread *thread = malloc (sizeof *thread);

  if (thread == NULL)
    return NULL;
  thread->function = function;
  thread->argument = argument;
  if (pthread_create (&thread->thread, NULL, run, thread) == 0)
    return thread;
  free (thread);
  return NULL;
}

/* Linux lists a thread for a moment after it was joined: wait until what
   comes next does not count it.  */
void
actor_thread_join (struct actor_thread *thread)
{
  char name[64];

  pthread_join (thread->thread, NULL);
  snprintf (name, sizeof name, "/proc/self/task/%ld", thread->number);
  while (access (name, F_OK) == 0)
    sched_yield ();
  free (thread);
}

int
actor_thread_signal (struct actor_thread *thread, int signo)
{
  return pthread_kill (thread->thread, signo);
}

long
actor_thread_number (void)
{
#if defined SYS_gettid
  return syscall (SYS_gettid);
#else
  /* This is that number in dietlibc, which has no SYS_gettid.  */
  return (long) pthread_self ();
#endif
}

long long
actor_clock (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void
actor_nap (void)
{
  const struct timespec moment = { .tv_nsec = 1000000 };

  nanosleep (&moment, NULL);
}
