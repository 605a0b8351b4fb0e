# man3.awk - fill in portalocker.3.in.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: awk -f man3.awk -v functions=FILE -v example=FILE
#            release.texi portalocker.3.in
#
# A line @EXAMPLE@ is replaced by the program of that file without its first
# comment, a line @FUNCTIONS@ by what header.awk made.

function put_example (    line, seen)
{
  while ((getline line < example) > 0)
    {
      if (! seen)
        {
          seen = line == ""
          continue
        }
      gsub (/\\/, "\\e", line)
      gsub (/-/, "\\-", line)
      print line
    }
}

function put_functions (    line)
{
  while ((getline line < functions) > 0)
    print line
}

/^@set VERSION / { version = $3; next }
/^@set RELEASED / { $1 = $2 = ""; sub (/^ +/, ""); released = $0; next }
/^@c / { next }
/^@EXAMPLE@$/ { put_example(); next }
/^@FUNCTIONS@$/ { put_functions(); next }
{
  gsub (/@VERSION@/, version)
  gsub (/@RELEASED@/, released)
  print
}
