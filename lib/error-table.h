/* error-table.h - every code: its name, its text, what the caller can do.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Included where ENTRY (NAME, TEXT, ADVICE) is defined, in the order of the
   numbers, which stand in enum portalocker_code.  */

ENTRY (OK, "done", "")
ENTRY (LOCK_FAILED, "cannot lock",
       "see whether the file system supports locks")
ENTRY (BUSY, "locked by another holder", "try again later or set a timeout")
ENTRY (TIMED_OUT, "still locked at the deadline",
       "wait longer or ask the holder to finish")
ENTRY (CANCELLED, "the wait was cancelled", "acquire again if it is wanted")
ENTRY (DEADLOCK, "waiting would never end",
       "release what is held, then acquire anew")
ENTRY (BAD_ARGUMENT, "bad argument", "correct the call")
ENTRY (CANNOT_OPEN, "cannot open", "check the path and its permissions")
ENTRY (UNSUPPORTED, "not supported", "choose another backend or mode")
ENTRY (EXISTS, "exists already",
       "choose another name or ask for replacement")
ENTRY (PATH_LOST, "the path no longer names the locked file",
       "acquire the lock again")
ENTRY (NO_MEMORY, "out of memory", "free memory and try again")
ENTRY (CANNOT_WRITE, "cannot write", "take the data as not written")
ENTRY (NOT_HELD, "nothing is held", "acquire the lock first")
ENTRY (PENDING, "the wait goes on", "ask again when the descriptor is readable")
