#!/usr/bin/env python3
# peer.py - the locks of other libraries, for the measurements.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: peer.py versions
#        peer.py MEASUREMENT PEER FILE [NUMBER]...
#
# The first prints a line "PEER VERSION" for each library that can be
# imported.  With the second this program is a member of a group, as
# bench/group.h describes it.

import os
import struct
import sys
import time

LONG_TIME = 120


class Portalocker:
    """The seed: python3-portalocker, which polls at 250 ms."""

    def __init__(self, path):
        import portalocker
        self.refused = portalocker.exceptions.LockException
        self.make = lambda timeout: portalocker.Lock(path, timeout=timeout)

    def wait(self, timeout):
        self.lock = self.make(timeout)
        try:
            self.lock.acquire()
        except self.refused:
            return False
        return True

    def release(self):
        self.lock.release()


class Filelock:
    """python3-filelock, which polls at 50 ms."""

    def __init__(self, path):
        import filelock
        self.refused = filelock.Timeout
        self.lock = filelock.FileLock(path)

    def wait(self, timeout):
        try:
            self.lock.acquire(timeout=timeout)
        except self.refused:
            return False
        return True

    def release(self):
        self.lock.release()


class Fasteners:
    """python3-fasteners, which polls at 10 to 100 ms."""

    def __init__(self, path):
        import fasteners
        self.lock = fasteners.InterProcessLock(path)

    def wait(self, timeout):
        return self.lock.acquire(timeout=timeout)

    def release(self):
        self.lock.release()


PEERS = {
    "python3-portalocker": Portalocker,
    "python3-filelock": Filelock,
    "python3-fasteners": Fasteners,
}


def versions():
    import importlib.metadata
    for name, peer in PEERS.items():
        try:
            peer(os.devnull)
            version = importlib.metadata.version(name.split("-")[1])
        except ImportError:
            continue
        print(name, version)


def begin():
    """Wait for the byte that says so; False when there will be none."""
    return len(os.read(0, 1)) == 1


def report(layout, *numbers):
    os.write(1, struct.pack(layout, *numbers))


def now():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def hand_over(lock, hold):
    """Report 0 before each wait, and its end and the lock's after it."""
    while begin():
        report("q", 0)
        if not lock.wait(LONG_TIME):
            sys.exit("timed out")
        got = now()
        time.sleep(hold / 1e9)
        released = now()
        lock.release()
        report("qq", got, released)


def lateness(lock, timeout, rounds):
    """Report by how much each of ROUNDS timeouts was late."""
    while begin():
        for _ in range(rounds):
            start = now()
            if lock.wait(timeout / 1e9):
                sys.exit("the lock was free")
            report("q", now() - start - timeout)


def wake_ups(lock, timeout):
    """Report the own process and wait."""
    while begin():
        report("q", os.getpid())
        lock.wait(timeout / 1e9)


def spin(until):
    while now() < until:
        pass


def contenders(lock, hold, outside, duration):
    """Report how often the lock was taken, and the longest wait."""
    while begin():
        count = longest = 0
        end = now() + duration
        start = now()
        while start < end:
            if not lock.wait(LONG_TIME):
                sys.exit("timed out")
            got = now()
            longest = max(longest, got - start)
            count += 1
            spin(got + hold)
            lock.release()
            spin(now() + outside)
            start = now()
        report("qq", count, longest)


def main():
    if sys.argv[1] == "versions":
        versions()
        return
    measurement = globals()[sys.argv[1].replace("-", "_")]
    lock = PEERS[sys.argv[2]](sys.argv[3])
    measurement(lock, *map(int, sys.argv[4:]))


main()
