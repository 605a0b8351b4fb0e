#! /bin/sh
# check-size.sh - how big the shared library is and what it needs.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# Usage: check-size.sh DIRECTORY CFLAGS
#
# DIRECTORY holds the libtool library, built with CFLAGS.  Prints result
# lines of the form that DejaGnu reads.  The limits are for an ELF library
# at -O2; another build is UNSUPPORTED, with the reason.

limit=$((80 * 1024))
cflags=$2
set -- "$1"/.libs/libportalocker.so.[0-9]*
library=$1
small='package/cost: less than 80 KiB of text at -O2'
alone='package/cost: needs no library but libc and its threads'
results=0
failed=0

# Print the result line $1: word, colon, name.
result ()
{
  printf '\t%s\n' "$1"
  results=$((results + 1))
  case $1 in FAILED:*) failed=1;; esac
}

note ()
{
  printf '\tNOTE: %s\n' "$*"
}

# Print the last line and leave with the status that belongs to the results.
finish ()
{
  printf '\tDONE: %s results\n' $results
  exit "$1"
}

# Why this build says nothing about the limits, or nothing at all.
why_not ()
{
  if test ! -f "$library"; then
    echo 'no shared ELF library was built'
  elif ! { size --version && readelf --version; } >/dev/null 2>&1; then
    echo 'no size or no readelf'
  else
    case " $cflags " in
      *-fsanitize*|*--coverage*|*-fprofile*) echo 'an instrumented build';;
    esac
  fi
}

# The bytes that are loaded and never written: program text, and constants,
# unwind tables and symbol tables with it.
text_size ()
{
  size -B "$library" | awk 'NR == 2 { print $1 }'
}

needed ()
{
  readelf -d -W "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'
}

reason=$(why_not)
if test -n "$reason"; then
  result "UNSUPPORTED: $small ($reason)"
  result "UNSUPPORTED: $alone ($reason)"
  finish 77
fi

case " $cflags " in
  *' -O2 '*)
    size=$(text_size)
    if test "$size" -gt 0 && test "$size" -lt $limit; then
      result "PASSED: $small"
    else
      result "FAILED: $small"
      note "$size bytes in $library"
    fi
    ;;
  *) result "UNSUPPORTED: $small (built with '$cflags')";;
esac

# libc.so.6; musl's has its own name.
others=$(needed | grep -v -E '^(libc|libpthread|ld-[^.]*|ld64|libc\.musl-[^.]*)\.so')
if test -n "$(needed)" && test -z "$others"; then
  result "PASSED: $alone"
else
  result "FAILED: $alone"
  note "needs $others"
fi
finish $failed
