#! /bin/sh
# check-size.sh - how big the shared library is.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# Usage: check-size.sh DIRECTORY CFLAGS
#
# DIRECTORY holds the libtool library, built with CFLAGS.  Prints a result of
# the form that DejaGnu reads.  The limit is for an ELF library at -O2;
# another build is UNSUPPORTED, with the reason.

limit=$((80 * 1024))
cflags=$2
set -- "$1"/.libs/libportalocker.so.[0-9]*
library=$1
small='package/cost: less than 80 KiB of text at -O2'

# Print the result $1 and leave with the status $2 that belongs to it.
finish ()
{
  printf '\t%s\n\tDONE: 1 results\n' "$1"
  exit "$2"
}

# Why this build says nothing about the limit, or nothing at all.
why_not ()
{
  if test ! -f "$library"; then
    echo 'no shared ELF library was built'
  elif ! size --version >/dev/null 2>&1; then
    echo 'no size command'
  else
    case " $cflags " in
      *-fsanitize*|*--coverage*|*-fprofile*) echo 'an instrumented build';;
      *' -O2 '*) ;;
      *) echo "built with '$cflags'";;
    esac
  fi
}

reason=$(why_not)
if test -n "$reason"; then
  finish "UNSUPPORTED: $small ($reason)" 77
fi

# The bytes that are loaded and never written: program text, and constants and
# symbol tables with it.  Not the unwind tables: nothing reads them, so that
# nothing loads them, until a debugger looks or a thread is cancelled; and one
# compiler's are twice as long as another's for the same functions.
bytes=$(size -B "$library" | awk 'NR == 2 { print $1 }')
tables=$(size -A "$library" | awk '/^\.eh_frame/ { sum += $2 }
                                  END { print sum + 0 }')
bytes=$((bytes - tables))
printf '\tNOTE: %s bytes in %s\n' "$bytes" "$library"
if test "$bytes" -gt 0 && test "$bytes" -lt $limit; then
  finish "PASSED: $small" 0
else
  finish "FAILED: $small" 1
fi
