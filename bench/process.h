/* process.h - what /proc tells of a process.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef PORTALOCKER_BENCH_PROCESS_H
#define PORTALOCKER_BENCH_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* How often the threads of the process PID have left a processor, of their
   own will or not; -1 where that is not told.  */
long int process_switches (pid_t pid);

/* The processor time of the process PID in nanoseconds, or -1.  */
int64_t process_time (pid_t pid);

/* The number of threads of this process, and its memory in KiB, its share
   of what it has in common with others included; -1 where that is not
   told.  */
long int process_threads (void);
long int process_memory (void);

#endif /* PORTALOCKER_BENCH_PROCESS_H */
