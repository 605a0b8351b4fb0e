/* actor-threads-win32.c - threads and a clock, for the actor.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include "actor-threads.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

struct actor_monitor
{
  CRITICAL_SECTION mutex;
  CONDITION_VARIABLE changed;
};

struct actor_thread
{
  HANDLE handle;
  void (*function) (void *);
  void *argument;
};

struct actor_monitor *
actor_monitor_new (void)
{
  struct actor_monitor *monitor = malloc (sizeof *monitor);

  if (monitor != NULL)
    {
      InitializeCriticalSection (&monitor->mutex);
      InitializeConditionVariable (&monitor->changed);
    }
  return monitor;
}

void
actor_monitor_free (struct actor_monitor *monitor)
{
  DeleteCriticalSection (&monitor->mutex);
  free (monitor);
}

void
actor_monitor_enter (struct actor_monitor *monitor)
{
  EnterCriticalSection (&monitor->mutex);
}

void
actor_monitor_leave (struct actor_monitor *monitor)
{
  LeaveCriticalSection (&monitor->mutex);
}

void
actor_monitor_sleep (struct actor_monitor *monitor)
{
  SleepConditionVariableCS (&monitor->changed, &monitor->mutex, INFINITE);
}

void
actor_monitor_wake (struct actor_monitor *monitor)
{
  WakeAllConditionVariable (&monitor->changed);
}

static unsigned int __stdcall
run (void *argument)
{
  struct actor_thread *thread = argument;

  thread->function (thread->argument);
  return 0;
}

struct actor_thread *
actor_thread_start (void (*function) (void *), void *argument)
{
  struct actor_thread *thread = malloc (sizeof *thread);

  if (thread == NULL)
    return NULL;
  thread->function = function;
  thread->argument = argument;
  thread->handle = (HANDLE) _beginthreadex (NULL, 0, run, thread, 0, NULL);
  if (thread->handle != NULL)
    return thread;
  free (thread);
  return NULL;
}

void
actor_thread_join (struct actor_thread *thread)
{
  WaitForSingleObject (thread->handle, INFINITE);
  CloseHandle (thread->handle);
  free (thread);
}

long
actor_thread_number (void)
{
  return (long) GetCurrentThreadId ();
}

long long
actor_clock (void)
{
  LARGE_INTEGER frequency, count;

  QueryPerformanceFrequency (&frequency);
  QueryPerformanceCounter (&count);
  return count.QuadPart / frequency.QuadPart * 1000000000LL
         + count.QuadPart % frequency.QuadPart * 1000000000LL
           / frequency.QuadPart;
}

void
actor_nap (void)
{
  Sleep (1);
}
