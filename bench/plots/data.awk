# data.awk - the results as gnuplot wants them.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: awk -f data.awk -v want=WHAT results.txt
#
# WHAT is hand-over: a line for each number of waiters; or throughput: a line
# for each workload.  A column for each peer of the default backend, "?" where
# there is no number, with tabs between them.  The first line has their names.

BEGIN { FS = "  +" }

# Note that PEER has VALUE at ROW.
function note (row, peer, value)
{
  if (! (row in seen_row))
    rows[++n_rows] = row
  if (! (peer in seen_peer))
    peers[++n_peers] = peer
  seen_row[row] = seen_peer[peer] = 1
  values[row, peer] = value
}

$1 == "default backend" { backend = $2 }

/^#/ || NF < 7 { next }

{ split ($1, key, "/") }

want == "hand-over" && key[1] == want && key[2] == backend \
&& key[3] == "descriptor" && key[5] == "median" {
  sub (/waiters=/, "", key[4])
  note(key[4], $2, $3 / 1000)
}

want == "throughput" && key[1] == "contenders" && key[4] == want {
  gsub (/[a-z]+=/, "", key[3])
  sub (/,/, "/", key[3])
  note(key[3] == "0/0" ? "tight loop" : key[3], $2, $3)
}

END {
  for (p = 1; p <= n_peers; p++)
    printf "\t%s", peers[p]
  printf "\n"
  for (r = 1; r <= n_rows; r++)
    {
      printf "%s", rows[r]
      for (p = 1; p <= n_peers; p++)
        printf "\t%s", (rows[r], peers[p]) in values \
                       ? values[rows[r], peers[p]] : "?"
      printf "\n"
    }
}
