# hand-over.gp - the hand-over against the number of waiters.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: gnuplot -e "data='FILE'; picture='FILE'" hand-over.gp

set terminal svg size 800,500 background "white"
set output picture
set title "From a release to the end of the next wait"
set xlabel "waiters"
set ylabel "median, microseconds"
set logscale xy
set key outside bottom center
set grid
set datafile missing "?" separator tab
columns = int(system("head -n 1 ".data." | tr '\t' '\n' | wc -l"))
plot for [column = 2:columns] data using 1:column \
  with linespoints title columnheader(column)
