/* utf16-win32.h - text between the tool, in UTF-8, and Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef UTF16_WIN32_H
#define UTF16_WIN32_H

#include <wchar.h>

/* Return TEXT in the other form, which the caller frees; NULL if there is no
   memory.  What is no character becomes U+FFFD.  */
wchar_t *utf16_from_utf8 (const char *text);
char *utf16_to_utf8 (const wchar_t *text);

/* The value of the environment variable NAME, which the caller frees; NULL if
   it is not set, or empty, or there is no memory.  That of the C run-time may
   have come through a code page that lacks characters of it.  */
wchar_t *utf16_environment (const wchar_t *name);

/* What Windows calls ERROR, without a full stop.  The text is good until the
   next call.  */
const char *system_error_text (unsigned long error);

#endif /* UTF16_WIN32_H */
