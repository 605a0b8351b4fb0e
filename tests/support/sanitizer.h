/* sanitizer.h - which sanitizer of the compiler the program is built with.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#ifndef SANITIZER_H
#define SANITIZER_H

#if defined __has_feature
# if __has_feature (thread_sanitizer)
#  define SANITIZER "thread"
# elif __has_feature (address_sanitizer)
#  define SANITIZER "address"
# endif
#elif defined __SANITIZE_THREAD__
# define SANITIZER "thread"
#elif defined __SANITIZE_ADDRESS__
# define SANITIZER "address"
#endif
#ifndef SANITIZER
# define SANITIZER "none"
#endif

#endif /* SANITIZER_H */
