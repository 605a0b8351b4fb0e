#! /bin/sh
# record.sh - keep results for the manual.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: record.sh RESULTS TOP_SRCDIR
#
# Copies RESULTS, which measure -r has written, to doc/results below
# TOP_SRCDIR, with the commit that was measured.  The name tells date, system
# and number of processors, so that the newest record is the last one.

results=$1
top=$2
LC_ALL=C
export LC_ALL

# The value of the line that begins with $1.
value_of ()
{
  awk -F '  +' -v key="$1" '$1 == key { print $2; exit }' "$results"
}

date=$(value_of date)
kind=$(value_of system | awk '{ print tolower ($1) "-" $NF }')
file=$top/doc/results/$date-$kind-$(value_of processors).txt
commit=$(git -C "$top" describe --always --abbrev=12 \
           --dirty=' and changes' 2>/dev/null) || commit=unknown

mkdir -p "$top/doc/results" || exit
{
  cat <<END
# Results of make bench-record.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# Fields are at least two spaces apart; "-" is an empty one.  The ratio is the
# median of those to the first peer of the same measurement, subject and
# quantity, with its quartiles.

commit  $commit
END
  cat "$results"
} > "$file-t" && mv "$file-t" "$file" || exit
echo "Written: $file"
