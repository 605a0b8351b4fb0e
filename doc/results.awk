# results.awk - turn the newest record of make bench-record into Texinfo.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: awk -f results.awk FILE...
#
# FILEs are those of doc/results in the order of their names, which begin
# with the date; the last one counts.  bench/record.sh describes their form.
# What stands here as a table or figure and has no results is left out.

BEGIN { FS = "  +" }

FNR == 1 {
  split ("", fact)
  split ("", value)
  split ("", ratio)
  split ("", unit)
  split ("", known)
  split ("", n_peers)
  n_facts = n_subjects = 0
}

/^#/ || NF < 2 { next }

NF == 2 {
  fact[$1] = $2
  names[++n_facts] = $1
  next
}

# A result: measurement/subject.../quantity, peer, value, unit, ratio,
# quartiles, goal.
{
  subject = $1
  sub (/\/[^\/]*$/, "", subject)
  if (! (subject in known))
    {
      known[subject] = 1
      subjects[++n_subjects] = subject
    }
  if (! ((subject, $2) in known))
    {
      known[subject, $2] = 1
      peers[subject, ++n_peers[subject]] = $2
    }
  value[$1, $2] = $3
  unit[$1, $2] = $4
  ratio[$1, $2] = $5
  spread[$1, $2] = $6
}

# TEXT, so that Texinfo shows it as it is.
function escape (text)
{
  gsub (/[@{}]/, "@&", text)
  gsub (/--/, "-@w{}-", text)
  return text
}

# Three digits of NUMBER, or all before the point.
function digits (number)
{
  if (number >= 100 || number == int (number))
    return sprintf ("%.0f", number)
  return sprintf (number >= 10 ? "%.1f" : "%.2f", number)
}

# What KEY says of PEER, with a unit that suits it.
function quantity (key, peer,    number, name)
{
  if (! ((key, peer) in value))
    return ""
  number = value[key, peer]
  name = unit[key, peer]
  if (name == "ns" && number >= 1000000)
    return digits(number / 1000000) " ms"
  if (name == "ns" && number >= 1000)
    return digits(number / 1000) " @U{00B5}s"
  return digits(number) (name == "-" ? "" : name == "/s" ? "/s" : " " name)
}

# The ratio of PEER to the first, with its quartiles where they matter.
function times (key, peer,    ends)
{
  if (! ((key, peer) in ratio) || ratio[key, peer] == "-")
    return ""
  if (ratio[key, peer] >= 100)
    return digits(ratio[key, peer])
  split (spread[key, peer], ends, " to ")
  return digits(ratio[key, peer]) " (" digits(ends[1]) "@dots{}" \
         digits(ends[2]) ")"
}

# Begin a table whose N columns have these FRACTIONS and HEADINGS, separated
# by "|".
function begin_table (fractions, headings)
{
  gsub (/\|/, " ", fractions)
  gsub (/\|/, " @tab ", headings)
  printf "\n@multitable @columnfractions %s\n@headitem %s\n", fractions, \
         headings
}

function end_table ()
{
  print "@end multitable\n"
}

# A table of the peers of SUBJECT: for each quantity of the list its value,
# for those with "*" also the ratio.
function peers_table (subject, fractions, headings, list,    n, quantities, \
                      p, peer, q, name, key)
{
  if (! (subject in known))
    return
  n = split (list, quantities, "|")
  begin_table(fractions, headings)
  for (p = 1; p <= n_peers[subject]; p++)
    {
      peer = peers[subject, p]
      printf "@item %s\n", escape(peer)
      for (q = 1; q <= n; q++)
        {
          name = quantities[q]
          sub (/\*/, "", name)
          key = subject "/" name
          printf "@tab %s\n", quantity(key, peer)
          if (quantities[q] ~ /\*/)
            printf "@tab %s\n", times(key, peer)
        }
    }
  end_table()
}

# What a row about SUBJECT is called: the numbers of its last part.
function row_name (subject,    parts, n, text)
{
  n = split (subject, parts, "/")
  text = parts[n]
  if (text == "hold=0,outside=0")
    return "tight loop"
  gsub (/[a-z]+=/, "", text)
  gsub (/,/, "/", text)
  return text
}

# A table with a row for each subject that begins with PREFIX: the value of
# the first peer of the LIST, and the ratios of the others.
function subjects_table (prefix, name, fractions, headings, list,    n, \
                         columns, s, c, key)
{
  n = split (list, columns, "|")
  begin_table(fractions, headings)
  for (s = 1; s <= n_subjects; s++)
    if (index (subjects[s], prefix) == 1)
      {
        key = subjects[s] "/" name
        printf "@item %s\n@tab %s\n", row_name(subjects[s]), \
               quantity(key, columns[1])
        for (c = 2; c <= n; c++)
          printf "@tab %s\n", times(key, columns[c])
      }
  end_table()
}

# Figures: bars, one for each subject that begins with PREFIX and each peer of
# the LIST.  NUMBER is "value" or "ratio".  Texts are for info and print, the
# picture is for HTML.
function collect_bars (prefix, name, list, number,    n, columns, s, c, key)
{
  n = split (list, columns, "|")
  n_bars = 0
  longest = 0
  for (s = 1; s <= n_subjects; s++)
    for (c = 1; c <= n && index (subjects[s], prefix) == 1; c++)
      {
        key = subjects[s] "/" name
        if (! ((key, columns[c]) in value))
          continue
        n_bars++
        group[n_bars] = row_name(subjects[s])
        label[n_bars] = columns[c]
        colour[n_bars] = c
        bar[n_bars] = number == "value" ? value[key, columns[c]] \
                      : c == 1 ? 1 : ratio[key, columns[c]]
        legend[n_bars] = number == "value" ? quantity(key, columns[c]) \
                         : digits(bar[n_bars])
        if (bar[n_bars] + 0 > longest)
          longest = bar[n_bars] + 0
      }
}

function text_bars (    i, line, j)
{
  print "@ifnothtml\n@smallexample"
  for (i = 1; i <= n_bars; i++)
    {
      if (i > 1 && group[i] != group[i - 1])
        print ""
      line = sprintf ("%-10s %-31s ", \
                      i > 1 && group[i] == group[i - 1] ? "" : group[i], \
                      label[i])
      for (j = 0; j < 24 * bar[i] / longest - 0.5; j++)
        line = line "#"
      print line " " legend[i]
    }
  print "@end smallexample\n@end ifnothtml\n"
}

function svg_text (x, y, anchor, text)
{
  gsub (/@U[{]00B5[}]/, "\\&#181;", text)
  printf "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", x, y, \
         anchor, text
}

function html_bars (title,    i, y, width)
{
  print "@html"
  printf "<svg role=\"img\" aria-label=\"%s\" width=\"760\" height=\"%d\" " \
         "font-family=\"sans-serif\" font-size=\"12\" " \
         "fill=\"currentColor\">\n", title, 20 * n_bars + 40
  y = 4
  for (i = 1; i <= n_bars; i++)
    {
      if (i > 1 && group[i] != group[i - 1])
        y += 8
      if (i == 1 || group[i] != group[i - 1])
        svg_text(70, y + 12, "end", group[i])
      svg_text(300, y + 12, "end", label[i])
      width = 350 * bar[i] / longest
      printf "<rect x=\"310\" y=\"%d\" width=\"%d\" height=\"14\" " \
             "fill=\"%s\"/>\n", y, width < 1 ? 1 : width, fill[colour[i]]
      svg_text(316 + width, y + 12, "start", legend[i])
      y += 18
    }
  print "</svg>\n@end html\n"
}

function figure (title, prefix, name, list, number)
{
  collect_bars(prefix, name, list, number)
  if (n_bars == 0)
    return
  html_bars(title)
  text_bars()
}

function heading (title)
{
  printf "@subheading %s\n", title
}

function say_where (    i)
{
  printf "Measured on %s at commit @code{%s}, version %s.  The system: %s; " \
         "%d processors, %s.\n", fact["date"], fact["commit"], \
         fact["version"], escape(fact["system"]), fact["processors"], \
         escape(fact["processor"])
  printf "Also measured:"
  for (i = 1; i <= n_facts; i++)
    if (names[i] ~ /^(python3-|flock)/ && fact[names[i]] !~ /left out/)
      {
        printf "%s %s %s", separator, names[i], fact[names[i]]
        separator = ","
      }
  print (separator == "" ? " nothing else." : ".") "\n"
}

END {
  fill[1] = "#999999"
  fill[2] = "#e69f00"
  fill[3] = "#0072b2"
  plain = "raw " fact["default backend"]
  ways = plain "|portalocker, timed|portalocker, timed, wait signal"
  flock = fact["default backend"]
  say_where()

  heading("Hand-over")
  print "From a release to the return of the wait of the next one: the " \
        "median, by the number of waiters.  The ratios are to the plain " \
        "blocking call, which knows no timeout.  The more waiters, the " \
        "fewer turns there were."
  subjects_table("hand-over/" flock "/descriptor/", "median", \
                 ".15|.2|.3|.3", \
                 "Waiters|plain call|timed|timed, wait signal", ways)
  figure("hand-over by the number of waiters", \
         "hand-over/" flock "/descriptor/", "median", ways, "value")
  print "With one waiter, all that were measured:"
  peers_table("hand-over/" flock "/descriptor/waiters=1", ".5|.2|.3", \
              "|median|ratio", "median*")
  print "From a release to the start of the command that a tool runs:"
  peers_table("hand-over-tool/flock/waiters=1", ".5|.2|.3", \
              "|median|ratio", "median*")

  heading("Timeouts")
  print "By how much the end of a wait of 10@tie{}ms and of 1@tie{}s is " \
        "late:"
  peers_table("lateness/" flock "/timeout=10", ".5|.2|.3", \
              "10@tie{}ms|median|ratio", "median*")
  peers_table("lateness/" flock "/timeout=1000", ".5|.2|.3", \
              "1@tie{}s|median|ratio", "median*")
  print "Timeouts that ended too early, of 100,000:"
  peers_table("early/timeouts", ".5|.2", "|early", "early")

  heading("While waiting")
  print "Context switches and processor time of a process in the 8.5 " \
        "seconds in the middle of a wait of ten:"
  peers_table("wake-ups/wait", ".5|.25|.25", \
              "|context switches|processor time", "switches|processor-time")

  heading("Eight contenders")
  print "Eight processes want one lock again and again; they hold it and " \
        "stay outside for so many microseconds.  Locks per second:"
  subjects_table("contenders/" flock "/", "throughput", ".15|.2|.3|.3", \
                 "Held/outside|plain call|timed|timed, wait signal", ways)
  figure("throughput of eight contenders, relative to the plain call", \
         "contenders/" flock "/", "throughput", ways, "ratio")
  print "How even it was: Jain's index (1 is even), and the smallest share, " \
        "in parts of the mean:"
  for (s = 1; s <= n_subjects; s++)
    if (index (subjects[s], "contenders/") == 1)
      peers_table(subjects[s], ".5|.15|.15|.2", \
                  row_name(subjects[s]) "|index|smallest|longest wait", \
                  "jain|smallest-share|longest-wait")

  heading("Fairness")
  print "A writer that wants the lock twenty times a second, among four " \
        "readers that overlap:"
  peers_table("fairness/ofd", ".2|.2|.2|.2|.2", \
              "|longest wait|its median|readers|ratio", \
              "writer-longest-wait|writer-median-wait|readers-throughput*")

  heading("Memory")
  print "Of a waiter in a process of that many, and the threads of all:"
  for (s = 1; s <= n_subjects; s++)
    if (index (subjects[s], "memory/") == 1)
      peers_table(subjects[s], ".5|.2|.2", \
                  row_name(subjects[s]) " files|memory|threads", \
                  "memory|threads")

  heading("A free lock")
  print "Lock and unlock an open descriptor:"
  peers_table("lock-descriptor/" flock, ".5|.2|.3", "|time|ratio", "time*")
  print "Acquire and release by path:"
  peers_table("acquire-path/" flock, ".5|.2|.3", "|time|ratio", "time*")
}
