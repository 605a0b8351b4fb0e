# release.awk - version and date of the newest release, as NEWS has them.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: awk -f release.awk NEWS > release.texi

/^\* Noteworthy changes in release / {
  version = $6
  date = $0
  sub (/^[^(]*\(/, "", date)
  sub (/\).*/, "", date)
  print "@c Made by release.awk from NEWS."
  print "@set VERSION " version
  print "@set RELEASED " date
  exit
}
