#!/bin/sh
# eight-processes.sh [PORTALOCKER] - what a lock is good for, by experiment.
# SPDX-License-Identifier: 0BSD
# Copyright (C) 2026 The libportalocker authors

# Eight processes add to one file, without a lock and with one; then a second
# `portalocker run` meets the first.  PORTALOCKER is the tool, if it is not
# found as "portalocker".  The exit status is 0 if the lock lost nothing and
# the second one was refused.

set -u

tool=${1-portalocker}
case $tool in
  /* | portalocker) ;;
  *) tool=$PWD/$tool ;;
esac
processes=8
additions=50
all=$((processes * additions))

work=$(mktemp -d "${TMPDIR:-/tmp}/eight.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work" || exit 1

cat > add <<'END'
total=$(cat total)
echo $((total + 1)) > total.$$
mv total.$$ total
END

# Do the command $1... as often as one process adds.
repeat ()
{
  count=0
  while test $count -lt $additions; do
    "$@" 2>> failures || echo "$1: exit status $?" >> failures
    count=$((count + 1))
  done
}

# Let all processes add by the command $1..., and print what that came to.
race ()
{
  echo 0 > total
  : > failures
  number=0
  while test $number -lt $processes; do
    repeat "$@" &
    number=$((number + 1))
  done
  wait
  total=$(cat total)
  printf '  %s additions, the total is %s: %s lost\n' \
    $all "${total:-nothing}" $((all - ${total:-0}))
}

echo
echo "Eight processes add to the number in one file, each $additions times, by this:"
echo
sed 's/^/    /' add
echo
echo 'without a lock, as "sh add":'
race sh add
echo 'with it, as "portalocker run total.lock sh add":'
race "$tool" run total.lock sh add
if test "$total" != $all || test -s failures; then
  sort failures | uniq -c | head -n 5 >&2
  exit 1
fi

# The first one holds the lock from its word in "held" to the word in "go".
mkfifo held go || exit 1
"$tool" run total.lock sh -c 'echo held > held; read -r _ < go' &
first=$!
read -r _ < held
echo
echo "While process $first holds the lock for its command, a second one is refused:"
echo
echo '    $ portalocker run --try total.lock sh add'
"$tool" run --try total.lock sh add > refusal 2>&1
status=$?
sed 's/^/    /' refusal
echo '    $ echo $?'
echo "    $status"
echo go > go
wait "$first"
if ! grep "pid $first " refusal > /dev/null; then
  echo '(This system does not tell who holds a lock.)'
fi
test $status = 75
