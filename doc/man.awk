# man.awk - make a man page of marked parts of the manual.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: awk -f man.awk -v page=NAME -v directory=DIR release.texi FILE...
#
# What stands in FILE between the lines
#
#     @c man begin NAME SECTION
#     @c man end
#
# becomes part of SECTION of the page NAME(1).  "@c man title NAME TEXT" gives
# the line that stands for the page in lists.  A part for the page only stands
# between @ignore and @end ignore.  DIR is where files are looked for that the
# text includes.
#
# It knows the commands of Texinfo that tool.texi uses, and these sections in
# their usual order, and stops at others.

BEGIN {
  sections = split ("SYNOPSIS:DESCRIPTION:OPTIONS:EXIT STATUS:SIGNALS:" \
                    "NOTES:EXAMPLES:SEE ALSO", order, ":")
  for (i = 1; i <= sections; i++)
    body[order[i]] = ""
}

# Return ITEM's text for roff: no character is a request or an escape.
function plain (text)
{
  gsub (/\\/, "\\e", text)
  gsub (/-/, "\\-", text)
  gsub (/'/, "\\(aq", text)
  gsub (/`/, "\\(ga", text)
  return text
}

function stop (reason)
{
  print "man.awk: " FILENAME ":" FNR ": " reason > "/dev/stderr"
  failed = 1
  exit 1
}

# Return TEXT with each @NAME{ARGUMENT} of one kind in roff.
function replace (text, name, before, after,    start, rest, argument)
{
  while ((start = index (text, "@" name "{")) > 0)
    {
      rest = substr (text, start + length (name) + 2)
      if (! match (rest, /[^}]*[}]/))
        stop("an argument goes over a line")
      argument = substr (rest, 1, RLENGTH - 1)
      text = substr (text, 1, start - 1) before argument after \
             substr (rest, RLENGTH + 1)
    }
  return text
}

# Return a line of text in roff.
function convert (text)
{
  gsub (/ *\(@pxref[{][^}]*[}]\)/, "", text)
  text = plain(text)
  gsub (/@@/, "\001", text)
  gsub (/@dots[{][}]/, "...", text)
  gsub (/@tie[{][}]/, "\\ ", text)
  # Parameters first: they stand within the others.
  text = replace(text, "var", "\\fI", "\\fR")
  text = replace(text, "command", "\\fB", "\\fR")
  text = replace(text, "option", "\\fB", "\\fR")
  text = replace(text, "code", "\\fB", "\\fR")
  text = replace(text, "strong", "\\fB", "\\fR")
  text = replace(text, "env", "\\fB", "\\fR")
  text = replace(text, "emph", "\\fI", "\\fR")
  text = replace(text, "file", "\\fI", "\\fR")
  text = replace(text, "samp", "\\(oq", "\\(cq")
  if (text ~ /@/)
    stop("unknown command in: " text)
  gsub (/\001/, "@", text)
  if (text ~ /^[.']/)
    text = "\\&" text
  return text
}

function put (text)
{
  body[section] = body[section] text "\n"
}

# Put a line whose beginning, a reference, is left out: what is left belongs to
# the end of the line before, with its comma.
function put_rest (text)
{
  sub (/\n$/, "", body[section])
  put(convert(text))
}

# The lines of the file NAME as they are.
function put_file (name,    line, path, empty)
{
  path = directory "/" name
  empty = 1
  while ((getline line < path) > 0)
    {
      line = plain(line)
      put((line ~ /^[.']/ ? "\\&" : "") line)
      empty = 0
    }
  close (path)
  if (empty)
    stop("cannot read " path)
}

# An entry of a table or list.
function put_item (text,    depth)
{
  if (list[depth_of_lists] == "itemize")
    put(".IP \\(bu 2")
  else
    {
      end_label()
      label = label_of(text)
    }
}

# The form of an entry's label.
function label_of (text)
{
  return list[depth_of_lists] == "option" ? "\\fB" convert(text) "\\fR" \
                                          : convert(text)
}

# Put what stands before the text of an entry.
function end_label ()
{
  if (label != "")
    put(".TP\n" label)
  label = ""
}

/^@set VERSION / { version = $3; next }
/^@set RELEASED / { $1 = $2 = ""; sub (/^ +/, ""); released = $0; next }

/^@c man title / && $4 == page {
  title = $0
  sub (/^@c man title [^ ]* /, "", title)
  next
}
/^@c man begin / {
  active = $4 == page
  if (active)
    {
      section = $0
      sub (/^@c man begin [^ ]* /, "", section)
      if (! (section in body))
        stop("unknown section " section)
      paragraph = body[section] != ""
    }
  next
}
/^@c man end/ { active = 0; next }
! active { next }

/^@(c|cindex|findex|noindent|ignore|end ignore)( |$)/ { next }
!/^@item/ { end_label() }
/^@(table|itemize)/ {
  list[++depth_of_lists] = $1 == "@itemize" ? "itemize" : substr ($2, 2)
  if (depth_of_lists > 1)
    put(".RS")
  paragraph = 0
  next
}
/^@end (table|itemize)/ {
  if (depth_of_lists > 1)
    put(".RE")
  depth_of_lists--
  paragraph = 1
  next
}
/^@itemx / { label = label ", " label_of(substr ($0, 8)); next }
/^@item/ { put_item(substr ($0, 7)); paragraph = 0; next }
/^@example/ { put(".PP\n.nf"); example = 1; next }
/^@end example/ { put(".fi"); example = 0; paragraph = 1; next }
/^@verbatiminclude / { put_file($2); next }
example { put(convert($0)); next }
/^$/ { paragraph = 1; next }
/^\(@pxref[{]/ && ! paragraph { put_rest($0); next }
{
  if (paragraph)
    put(depth_of_lists > 0 ? ".IP" : ".PP")
  paragraph = 0
  put(convert($0))
}

END {
  if (failed)
    exit 1
  print ".\\\" Made by man.awk from the manual of libportalocker."
  print ".\\\" SPDX-License-Identifier: LGPL-2.1-or-later"
  printf ".TH %s 1 \"%s\" \"libportalocker %s\" \"User Commands\"\n", \
    toupper (page), released, version
  print ".SH NAME\n" page " \\- " title
  for (i = 1; i <= sections; i++)
    if (body[order[i]] != "")
      printf ".SH \"%s\"\n%s", order[i], body[order[i]]
}
