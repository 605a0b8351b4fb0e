/* actor-win32.h - what the actor's files for Windows share.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef ACTOR_WIN32_H
#define ACTOR_WIN32_H

#include "actor.h"

#include <windows.h>

/* The last error of Windows as an answer.  */
void actor_answer_last_error (struct call *call);

#endif /* ACTOR_WIN32_H */
