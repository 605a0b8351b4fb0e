# header.awk - turn the comments of portalocker.h into documentation.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
#
# usage: awk -f header.awk -v want=WHAT [-v name=ENUM] FILE...
#
# FILEs are lib/error-table.h and lib/portalocker.h.in.  WHAT is
#
#   functions  the function reference, in Texinfo
#   enum       the table of the members of ENUM, in Texinfo; with the text
#              of error-table.h where that has an entry
#   man        the prototypes by section, in man(7)
#
# The header is the one place where functions are documented; this program
# relies on the form that the header describes in its first comment:
# sections begin with a line "/* ---- TITLE ---- */"; a comment belongs to
# the declarations that follow without an empty line; within a comment,
# deeper indented lines are a display, "word: text" at the start of a line
# is the entry about the function whose name ends in that word, and lines
# that begin with "Codes:", "Safety" or "Windows:" start a paragraph.
# Parameters stand in capitals.

BEGIN {
  count = split ("setvbuf fopen errno", list)
  for (i = 1; i <= count; i++)
    literal[list[i]] = 1
  # Enumerations that another chapter explains: the node to look at.
  elsewhere["portalocker_code"] = "Codes"
  elsewhere["portalocker_feature"] = "Features"
}

function escape (text)
{
  gsub (/[@{}]/, "@&", text)
  return text
}

function is_literal (word)
{
  return word ~ /^(PORTALOCKER_|LOCK_(SH|EX|NB|UN)$|O_[A-Z]|F_[A-Z]|NULL$)/ \
         || word in literal \
         || (word ~ /^E[A-Z]+$/ && ! (tolower (word) in parameter))
}

# Return the marked form of WORD.
function mark_word (word)
{
  if (word ~ /^portalocker_/ || is_literal(word) \
      || (word ~ /_/ && word in suffix))
    return "@code{" word "}"
  if (length (word) > 1 && word == toupper (word) \
      && tolower (word) in parameter)
    return "@var{" tolower (word) "}"
  return word
}

# Return TEXT with identifiers, parameters and quotations marked.
function mark (text,    result, part)
{
  result = ""
  while (text != "")
    {
      if (match (text, /^"[^"]*"/))
        part = "@samp{" escape(substr (text, 2, RLENGTH - 2)) "}"
      else if (match (text, /^portalocker_[a-z_]* \(\)/) \
               || match (text, /^enum portalocker_[a-z_]+/))
        part = "@code{" substr (text, 1, RLENGTH) "}"
      else if (match (text, /^[A-Za-z_][A-Za-z_0-9]*/))
        part = mark_word(substr (text, 1, RLENGTH))
      else
        {
          RLENGTH = 1
          part = escape(substr (text, 1, 1))
        }
      result = result part
      text = substr (text, RLENGTH + 1)
    }
  return result
}

# Whether LINE begins the entry about one of the functions declared.
function is_entry (line)
{
  return match (line, /^[a-z_]+: /) \
         && substr (line, 1, RLENGTH - 2) in suffix
}

# Paragraphs.  KIND is "", "text", "display" or "item".
function end_paragraph (    text)
{
  if (paragraph == "")
    return
  text = paragraph
  paragraph = ""
  if (kind == "item" && is_entry(text))
    {
      match (text, /^[a-z_]+: */)
      body = body "@item " substr (text, 1, index (text, ":") - 1) "\n" \
             mark(substr (text, RLENGTH + 1)) "\n"
      return
    }
  if (match (text, /^(Codes|Safety[^:]*|Windows):/))
    body = body "@noindent\n@emph{" substr (text, 1, RLENGTH) "}" \
           mark(substr (text, RLENGTH + 1)) "\n\n"
  else if (kind == "display")
    body = body "@indentedblock\n@noindent\n" mark(text) "\n" \
           "@end indentedblock\n\n"
  else
    body = body mark(text) "\n\n"
}

function set_kind (new)
{
  if (new == kind)
    return
  end_paragraph()
  if (kind == "item")
    body = body "@end table\n\n"
  if (new == "item")
    body = body "@table @code\n"
  kind = new
}

# Return the Texinfo form of COMMENT, lines that end in a newline each.
function convert (comment,    lines, n, i, line)
{
  body = ""
  kind = "text"
  n = split (comment, lines, "\n") - 1
  for (i = 1; i <= n; i++)
    {
      line = lines[i]
      if (line == "")
        {
          end_paragraph()
          continue
        }
      if (line ~ /^  /)
        set_kind("display")
      else if (is_entry(line))
        {
          end_paragraph()
          set_kind("item")
        }
      else if (kind != "item" || paragraph == "")
        set_kind("text")
      if (line ~ /^(Codes|Safety[^:]*|Windows):/)
        {
          set_kind("text")
          end_paragraph()
        }
      sub (/^ +/, "", line)
      paragraph = paragraph (paragraph == "" ? "" : "\n") line
    }
  set_kind("")
  end_paragraph()
  return body
}

# Split DECLARATION, a prototype on one line, into TYPE, FUNCTION and
# ARGUMENTS.
function split_prototype (declaration,    open)
{
  sub (/^PORTALOCKER_API +/, "", declaration)
  sub (/ *;.*/, "", declaration)
  open = index (declaration, " (")
  arguments = substr (declaration, open + 2)
  sub (/\)$/, "", arguments)
  declaration = substr (declaration, 1, open - 1)
  match (declaration, /[a-z_]+$/)
  function_name = substr (declaration, RSTART)
  type = substr (declaration, 1, RSTART - 1)
  sub (/ +$/, "", type)
}

# Learn the names in the declaration just split: the parameters, and what
# the function's name ends in.
function learn_names (    list, n, i)
{
  for (i = length (function_name); i > 1; i--)
    if (substr (function_name, i - 1, 1) == "_")
      suffix[substr (function_name, i)] = 1
  n = split (arguments, list, ",")
  for (i = 1; i <= n; i++)
    if (list[i] != "void" && match (list[i], /[a-z_]+$/))
      parameter[substr (list[i], RSTART)] = 1
}

# Return the arguments with each name marked: BEFORE name AFTER.
function mark_arguments (before, after,    list, n, i, result)
{
  if (arguments == "void")
    return arguments
  n = split (arguments, list, ",")
  result = ""
  for (i = 1; i <= n; i++)
    {
      match (list[i], /[a-z_]+$/)
      result = result (i > 1 ? "," : "") substr (list[i], 1, RSTART - 1) \
               before substr (list[i], RSTART) after
    }
  return result
}

function texinfo_prototype (command)
{
  return "@" command " " (type ~ / / ? "{" type "}" : type) " " \
         function_name " (" \
         mark_arguments("@var{", "}") ")\n"
}

function man_prototype ()
{
  return ".HP 4\n.BI \"" type (type ~ /\*$/ ? "" : " ") function_name " (" \
         mark_arguments("\" ", " \"") ");\"\n"
}

# Print what was collected for one comment: its declarations, if any, and
# its text.
function flush (    i, open, close_it)
{
  if (comment == "" && declarations == 0 && macros == "")
    return
  for (i = 1; i <= declarations; i++)
    {
      split_prototype(declaration[i])
      learn_names()
      open = open texinfo_prototype(i == 1 ? "deftypefun" : "deftypefunx")
      man = man man_title man_prototype()
      man_title = ""
    }
  if (declarations > 0)
    close_it = "@end deftypefun\n"
  else
    parameter["lock"] = 1
  if (macros != "")
    {
      open = macros
      close_it = "@end defmac\n"
    }
  output = output open convert(comment) close_it "\n"
  comment = macros = ""
  declarations = 0
  split ("", parameter)
  split ("", suffix)
}

function begin_section (title,    node)
{
  flush()
  sub (/^\/\* -+ */, "", title)
  sub (/ *-+ *\*\/$/, "", title)
  node = title " reference"
  sub (/,.* reference/, " reference", node)
  menu = menu "* " node "::\n"
  output = output "@node " node "\n@section " title "\n\n"
  man_title = ".SS \"" title "\"\n.PD 0\n"
  in_sections = 1
}

# Enumerations.
function begin_enum (name)
{
  enumeration = name
  enum_intro = comment
  comment = ""
  members = ""
  member_comment = ""
  in_enum = 1
}

function add_member (line,    member, value, text)
{
  match (line, /[A-Z_]+/)
  member = substr (line, RSTART, RLENGTH)
  match (line, /= *-?[0-9]+/)
  value = substr (line, RSTART, RLENGTH)
  sub (/= */, "", value)
  if (match (line, /\/\*.*\*\//))
    member_comment = substr (line, RSTART + 3, RLENGTH - 6)
  text = convert(member_comment "\n")
  sub (/\n+$/, "\n", text)
  if (member in entry_text)
    text = text entry_text[member]
  members = members "@item @code{" member "} (" value ")\n" \
            "@vindex " member "\n" text "\n"
  member_comment = ""
}

function end_enum (    table)
{
  in_enum = 0
  table = "@table @asis\n" members "@end table\n"
  if (want == "enum" && enumeration == name)
    printf "%s", table
  output = output "@deftp {Enumeration} {enum " enumeration "}\n" \
           convert(enum_intro)
  if (enumeration in elsewhere)
    output = output "The members stand in @ref{" elsewhere[enumeration] "}.\n"
  else
    output = output table
  output = output "@end deftp\n\n"
}

# Collect a comment into TEXT; COMMENT_DEPTH is the indentation to remove.
function comment_line (line,    depth)
{
  depth = in_enum ? 5 : 3
  if (line ~ /\/\* /)
    sub (/^ *\/\* /, "", line)
  else if (substr (line, 1, depth) ~ /^ *$/)
    line = substr (line, depth + 1)
  in_comment = line !~ /\*\/ *$/
  sub (/ *\*\/ *$/, "", line)
  if (in_enum)
    member_comment = member_comment line "\n"
  else
    comment = comment line "\n"
}

# The entries of error-table.h.
/^ENTRY \(/, /\)$/ {
  entry = entry $0
  if ($0 !~ /\)$/)
    next
  n = split (entry, quoted, "\"")
  sub (/^ENTRY \(/, "", entry)
  sub (/,.*/, "", entry)
  # What is no failure has no message.
  if (quoted[4] != "")
    entry_text["PORTALOCKER_" entry] = "Messages say @samp{" quoted[2] \
      "}, and advise: @samp{" quoted[4] "}.\n"
  entry = ""
  next
}

# The introduction: the first comment of the header, as far as it speaks
# of more than the file itself.
/How to read this file\./ {
  in_intro = 1
  sub (/How to read this file\. +/, "")
}
in_intro {
  in_intro = $0 !~ /\*\//
  sub (/ *\*\/.*/, "")
  comment = comment substr ($0, 4) "\n"
  if (! in_intro)
    flush()
  next
}

/^\/\* ---- / {
  begin_section($0)
  next
}
! in_sections { next }

in_comment || /^ *\/\* / {
  if (! in_comment && ! in_enum)
    flush()
  comment_line($0)
  next
}

in_enum && /^[}];/ { end_enum(); next }
in_enum && /=/ { add_member($0); next }
in_enum { next }
/^enum [a-z_]+$/ { begin_enum($2); next }

/^typedef struct / {
  sub (/;/, "", $4)
  output = output "@deftp {Type} " $4 "\n" convert(comment) "@end deftp\n\n"
  comment = ""
  next
}

/^#define PORTALOCKER_/ {
  macros = macros (macros == "" ? "@defmac " : "@defmacx ") $2 "\n"
  next
}

/^PORTALOCKER_API/, /;$/ {
  sub (/^ +/, "")
  prototype = prototype (prototype == "" ? "" : " ") $0
  if ($0 ~ /;$/)
    {
      declaration[++declarations] = prototype
      prototype = ""
    }
  next
}

/^$/ || /^#/ { flush() }

END {
  flush()
  if (want == "functions")
    {
      at = index (output, "@node ")
      print substr (output, 1, at - 1) "@menu\n" menu "@end menu\n"
      printf "%s", substr (output, at)
    }
  else if (want == "man")
    printf "%s.PD\n", man
}
