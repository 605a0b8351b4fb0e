# table.awk - turn the file "results" into the table in PORTING.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: awk -f table.awk results          the table
#        awk -f table.awk results PORTING  PORTING with it between its marks

BEGIN {
  FS = "  +"
  first = ".. Made from tests/matrix/results:"
  last = ".. End of what is made."
}

function say (text)
{
  table = table text "\n"
}

# TEXT in lines that begin below the second column.
function say_wrapped (text,    words, n, i, line)
{
  n = split (text, words, " ")
  for (i = 1; i <= n; i++)
    {
      if (length (line) + length (words[i]) > 58)
        {
          say("                    " line)
          line = ""
        }
      line = line (line == "" ? "" : " ") words[i]
    }
  say("                    " line)
}

FNR == NR {
  if (/^#/ || NF < 12)
    next
  build = $4 ", " $5 ", " $6 ($7 == "-" ? "" : ", " $7)
  say(sprintf ("  %-16s  %s", $1, build))
  if ($8 != "-")
    say_wrapped("locks: " $8)
  if ($9 != "-")
    say_wrapped("without: " $9)
  say_wrapped($10 " passed, " $12 " skipped; version " $3 ", " $2)
  next
}

$0 == first { print; print ""; printf "%s", table; print ""; inside = 1 }
$0 == last { inside = 0 }
! inside { print }

END {
  if (FNR == NR)
    printf "%s", table
}
