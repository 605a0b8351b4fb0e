/* way.c - ways to wait for a lock and to give it up again.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "way.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int
way_use_signal (void)
{
  return portalocker_set_wait_signal (SIGUSR2);
}

int
way_complain (portalocker_lock *lock)
{
  fprintf (stderr, "bench: %s\n", portalocker_message (lock));
  return -1;
}


/* An open descriptor.  */

static int
open_descriptor (struct party *party)
{
  party->fd = open (party->path, O_RDWR | O_CLOEXEC);
  return party->fd < 0;
}

static int
open_descriptor_signal (struct party *party)
{
  return way_use_signal () != 0 || open_descriptor (party);
}

static int
close_descriptor (struct party *party)
{
  return close (party->fd);
}

static int
wait_raw (struct party *party, int64_t timeout)
{
  (void) timeout;
  return party->raw->wait_lock (party->fd);
}

static int
release_raw (struct party *party)
{
  return party->raw->unlock (party->fd);
}

static int
wait_until (struct party *party, int64_t deadline)
{
  int code = portalocker_lock_fd_with (party->fd, PORTALOCKER_LOCK_EX,
                                       party->raw->backend, deadline, NULL);

  return code == PORTALOCKER_TIMED_OUT ? 1 : -code;
}

static int
wait_endless (struct party *party, int64_t timeout)
{
  (void) timeout;
  return wait_until (party, PORTALOCKER_FOREVER);
}

static int
wait_timed (struct party *party, int64_t timeout)
{
  return wait_until (party, portalocker_now () + timeout);
}

static int
release_descriptor (struct party *party)
{
  return portalocker_unlock_fd_with (party->fd, party->raw->backend, NULL);
}

const struct way way_raw =
{
  "raw call", open_descriptor, close_descriptor, wait_raw, release_raw
};

const struct way way_endless =
{
  "portalocker, no limit", open_descriptor, close_descriptor, wait_endless,
  release_descriptor
};

const struct way way_timed =
{
  "portalocker, timed", open_descriptor, close_descriptor, wait_timed,
  release_descriptor
};

const struct way way_signal =
{
  "portalocker, timed, wait signal", open_descriptor_signal,
  close_descriptor, wait_timed, release_descriptor
};


/* A path.  */

static int
nothing (struct party *party)
{
  (void) party;
  return 0;
}

static int
wait_raw_path (struct party *party, int64_t timeout)
{
  struct stat opened;
  struct stat named;

  (void) timeout;
  party->fd = open (party->path, O_RDWR | O_APPEND | O_CLOEXEC);
  return party->fd < 0 || party->raw->wait_lock (party->fd) != 0
         || fstat (party->fd, &opened) != 0
         || stat (party->path, &named) != 0
         || opened.st_dev != named.st_dev || opened.st_ino != named.st_ino;
}

static int
release_raw_path (struct party *party)
{
  return party->raw->unlock (party->fd) != 0 || close (party->fd) != 0;
}

static int
make_object (struct party *party)
{
  return portalocker_new (&party->lock, party->path) != 0
         || portalocker_set_backend (party->lock, party->raw->backend) != 0;
}

static int
make_object_signal (struct party *party)
{
  return way_use_signal () != 0 || make_object (party);
}

static int
acquire (struct party *party, int64_t timeout)
{
  int code = portalocker_acquire_with (party->lock, NULL, PORTALOCKER_AS_SET,
                                       timeout, PORTALOCKER_AS_SET,
                                       PORTALOCKER_AS_SET,
                                       PORTALOCKER_AS_SET);

  return code == PORTALOCKER_TIMED_OUT ? 1 : -code;
}

static int
acquire_endless (struct party *party, int64_t timeout)
{
  (void) timeout;
  return acquire (party, PORTALOCKER_FOREVER);
}

static int
release_object (struct party *party)
{
  return portalocker_release (party->lock);
}

static int
free_object (struct party *party)
{
  portalocker_free (party->lock);
  return 0;
}

const struct way way_raw_path =
{
  "open, raw call, fstat, stat", nothing, nothing, wait_raw_path,
  release_raw_path
};

const struct way way_object =
{
  "portalocker object, no limit", make_object, free_object, acquire_endless,
  release_object
};

const struct way way_object_timed =
{
  "portalocker object, timed", make_object, free_object, acquire,
  release_object
};

const struct way way_object_signal =
{
  "portalocker object, timed, wait signal", make_object_signal, free_object,
  acquire, release_object
};


int
way_is_open (const struct way *way)
{
  int is_open;

  if (way != &way_signal && way != &way_object_signal)
    return 1;
  is_open = way_use_signal () == PORTALOCKER_OK;
  portalocker_set_wait_signal (0);
  return is_open;
}
