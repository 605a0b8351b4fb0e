/* command-line.c - how the tool writes a command line for Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

/* Before the headers of the system, as the file of the tool wants it.  */
#include <config.h>

#include "check.h"

#include <stdlib.h>

/* The tool is no library to link with.  */
#include "../../src/command-line.c"

/* A command "p" with one argument, and its line.  */
struct sample
{
  const char *argument, *line;
};

static void
test_quote (void)
{
  static const struct sample samples[] =
    {
      { "plain", "\"p\" plain" },
      { "", "\"p\" \"\"" },
      { "two words", "\"p\" \"two words\"" },
      { "tab\tline\n", "\"p\" \"tab\tline\n\"" },
      { "C:\\dir\\", "\"p\" C:\\dir\\" },
      { "C:\\a dir\\", "\"p\" \"C:\\a dir\\\\\"" },
      { "a\\b c", "\"p\" \"a\\b c\"" },
      { "\"", "\"p\" \"\\\"\"" },
      { "say \"hi\"", "\"p\" \"say \\\"hi\\\"\"" },
      { "\\\"", "\"p\" \"\\\\\\\"\"" },
      { "\\\\\" \\\\", "\"p\" \"\\\\\\\\\\\" \\\\\\\\\"" },
      { "*.c", "\"p\" *.c" },
      { "\303\244", "\"p\" \303\244" },
    };
  bool good = true;
  size_t i;
  for (i = 0; i < sizeof samples / sizeof samples[0]; i++)
    {
      char program[] = "p";
      char argument[64];
      char *words[] = { program, argument, NULL };
      char *line;
      strcpy (argument, samples[i].argument);
      line = command_line_quote (words);
      good = CHECK_QUIET_STRING (line, samples[i].line) && good;
      free (line);
    }
  CHECK (good, "an argument is quoted as CommandLineToArgvW takes it");
}

static void
test_program (void)
{
  char name[] = "C:\\Program Files\\x\\";
  char second[] = "b c";
  char *words[] = { name, second, second, NULL };
  char *line = command_line_quote (words);
  CHECK_STRING (line, "\"C:\\Program Files\\x\\\" \"b c\" \"b c\"",
              "in the program's name a backslash is only that");
  free (line);
}

/* The rules of Microsoft, as "cmd /?" has them: with /s the first quote behind
   /c and the last one of the line are taken away, and what is between them is
   kept.  The characters &<>[]{}^=;!'+,`~() and a blank stand for themselves
   within quotes; /v:off says so of the exclamation mark.  Whatever else begins
   a command there, & | ( ) and a newline, does not within quotes.  */
static void
test_batch_characters (void)
{
  static const char *const hostile[] =
    {
      "a & b", "a&b", "&b", "a|b", "a||b", "a<b", "a>b", "2>&1", "^", "a^b",
      "a^&b", "^^", "(", "a)b", "!x!", "a;b", "a,b", "a=b", "'", "`", "~", "[]",
      "{}", "+", "@a", "a\\b", "\\&b", "/c", "\t"
    };
  bool good = true;
  size_t i;
  for (i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
    {
      char program[] = "p", word[16], last[] = "z";
      char *words[] = { program, word, last, NULL };
      char expected[80];
      char *line;
      strcpy (word, hostile[i]);
      snprintf (expected, sizeof expected, "\"i\" /d /v:off /s /c"
                " \"\"s.bat\" \"%s\" \"z\"\"", word);
      line = command_line_batch ("i", "s.bat", words);
      good = CHECK_QUIET_STRING (line, expected)
             && CHECK_QUIET (command_line_unfit ("s.bat", words) == NULL)
             && good;
      free (line);
    }
  CHECK (good, "what means something to cmd.exe stands within quotes");
}

/* Within quotes cmd.exe looks for these all the same.  */
static void
test_batch_refused (void)
{
  static const char *const refused[] =
    { "\"", "\" & b \"", "^\"", "\\\"", "%", "%x%", "%%", "%~1", "^%",
      "a\nb", "a\rb", "\n", "a^\nb" };
  bool good = true;
  size_t i;
  for (i = 0; i < sizeof refused / sizeof refused[0]; i++)
    {
      char program[] = "p", first[] = "a", word[16];
      char *words[] = { program, first, word, NULL };
      strcpy (word, refused[i]);
      good = CHECK_QUIET (command_line_unfit ("s.bat", words) == word) && good;
    }
  CHECK (good, "what quotes do not hold is refused, by its word");
}

static void
test_batch (void)
{
  char name[] = "b";
  char first[] = "a & b", second[] = "", third[] = "c\\";
  char quote[] = "\"", percent[] = "50%", newline[] = "x\ny";
  char *words[] = { name, first, second, third, NULL };
  char *line = command_line_batch ("C:\\s\\cmd.exe", "D:\\my b.bat", words);
  CHECK_STRING (line,
              "\"C:\\s\\cmd.exe\" /d /v:off /s /c"
              " \"\"D:\\my b.bat\" \"a & b\" \"\" \"c\\\\\"\"",
              "a batch file gets each argument in quotes");
  free (line);
  CHECK (command_line_unfit ("b.bat", words) == NULL,
         "what cmd.exe does not change within quotes is fit");
  words[2] = quote;
  CHECK (command_line_unfit ("b.bat", words) == quote, "a quote is not fit");
  words[2] = percent;
  CHECK (command_line_unfit ("b.bat", words) == percent,
         "a percent sign is not fit");
  words[2] = newline;
  CHECK (command_line_unfit ("b.bat", words) == newline,
         "a newline is not fit");
  CHECK (command_line_unfit (percent, words) == percent,
         "nor is a percent sign in the script's name");
}

int
main (void)
{
  check_area ("unit/command-line");
  test_quote ();
  test_program ();
  test_batch ();
  test_batch_characters ();
  test_batch_refused ();
  return check_done ();
}
