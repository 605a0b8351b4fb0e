#! /bin/sh
# check-measure.sh - do the measurements still run?
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# Usage: check-measure.sh MEASURE RESULTS_AWK
#
# Runs all of them once, as short as they can be, and looks at the form of what
# they write; never at the numbers.  Prints results of the form that DejaGnu
# reads.

measure=$1
results_awk=$2
results=0
failed=0

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' 0
trap 'exit 99' 1 2 15

# Give the result $1 for the test $2; $3 is the reason.
result ()
{
  results=$((results + 1))
  printf '\t%s: package/bench: %s%s\n' "$1" "$2" "${3:+ ($3)}"
  if test "$1" = FAILED; then
    failed=$((failed + 1))
    sed 's/^/	NOTE: /' "$scratch/problems"
  fi
}

# Run the command after $1 as the test $1.
check ()
{
  name=$1
  shift
  if "$@" > "$scratch/output" 2> "$scratch/problems"; then
    result PASSED "$name"
  else
    result FAILED "$name"
  fi
}

check 'all measurements run to their end' \
  "$measure" -n 1 -q -o "$scratch/json" -r "$scratch/record"

parse='the JSON can be parsed'
if python3 -c 'import json' 2>/dev/null; then
  check "$parse" python3 -c 'import json, sys
assert json.load(open(sys.argv[1]))["results"]' "$scratch/json"
else
  result UNSUPPORTED "$parse" 'no python3'
fi

# It says where that was, and there is most of what the manual shows.
makes_tables ()
{
  awk -f "$results_awk" "$scratch/record" > "$scratch/texi" \
    && grep '^Measured on [0-9]' "$scratch/texi" \
    && test "$(grep -c '^@multitable' "$scratch/texi")" -ge 10
}
check 'the record makes tables for the manual' makes_tables

printf '\tDONE: %s results\n' $results
test $failed = 0
