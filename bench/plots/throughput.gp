# throughput.gp - eight contenders, by workload.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: gnuplot -e "data='FILE'; picture='FILE'" throughput.gp

set terminal svg size 800,500 background "white"
set output picture
set title "Eight contenders"
set xlabel "held/outside, microseconds"
set ylabel "locks in the same time, relative to the first"
set yrange [0:*]
set key outside bottom center
set grid y
set style data histograms
set style fill solid
set datafile missing "?" separator tab
columns = int(system("head -n 1 ".data." | tr '\t' '\n' | wc -l"))
plot for [i = 2:columns] data using (column(i) / column(2)):xticlabels(1) \
  title columnheader(i)
