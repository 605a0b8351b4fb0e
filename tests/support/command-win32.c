/* command-win32.c - commands for the tests of the tool on Windows.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   usage: command VERB [ARGUMENT]...
          VERB [ARGUMENT]...            as a copy that is called VERB.exe

     echo WORD...       writes the words, with blanks between them
     true, false        ends with 0 or 1
     exit STATUS        ends with STATUS
     cat [FILE]         writes the file, or its standard input
     words WORD...      writes each word as its bytes in UTF-8, in hexadecimal
                        digits, a line for each; and fails if the C run-time
                        sees other words
     leave              starts a process that does not end, and writes its
                        number
     wait               does not end
     log                writes "ready PID PPID"; then obeys lines on its
                        standard input, and ends with status 0 when they end:
       exit STATUS        end
       leave              see above
       break GROUP, interrupt GROUP
                          send Ctrl-Break or Ctrl-C to the processes of this
                          group on this console; without one, or 0, to all
       event NUMBER PID   tell this process of the event, as a console does;
                          0 is this one
     status PROGRAM...  runs the program, and writes its exit status
     console PROGRAM... the same on a console of its own, and ends with that
                        status
     group PROGRAM...   the same, and the program leads a process group  */

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shellapi.h>
#include <tlhelp32.h>

/* Mingw's main replaces * and ? otherwise.  */
extern int _CRT_glob;
int _CRT_glob = 0;

static void
die (const char *what)
{
  fprintf (stderr, "command: %s\n", what);
  exit (99);
}

/* ---- Simple ones --------------------------------------------------- */

static int
echo (char **words)
{
  for (; *words != NULL; words++)
    printf ("%s%s", *words, words[1] != NULL ? " " : "");
  putchar ('\n');
  return 0;
}

static int
cat (const char *name)
{
  FILE *stream = name != NULL ? fopen (name, "rb") : stdin;
  int c;

  if (stream == NULL)
    die ("cannot open the file");
  while ((c = getc (stream)) != EOF)
    putchar (c);
  return 0;
}

/* ---- Words --------------------------------------------------------- */

static void
print_hex (const wchar_t *word)
{
  char bytes[4096];
  const char *byte = bytes;

  if (WideCharToMultiByte (CP_UTF8, 0, word, -1, bytes, sizeof bytes, NULL,
                           NULL) == 0)
    die ("a word is too long");
  for (; *byte != '\0'; byte++)
    printf ("%02x", (unsigned char) *byte);
  putchar ('\n');
}

/* Whether NARROW is WIDE; what is not ASCII may be anything there.  */
static int
is_same (const wchar_t *wide, const char *narrow)
{
  for (; *wide != L'\0' && *narrow != '\0'; wide++, narrow++)
    if (*wide >= 128)
      return 1;
    else if (*wide != (unsigned char) *narrow)
      return 0;
  return *wide == L'\0' && *narrow == '\0';
}

static int
words (int argc, char **argv, int first)
{
  int count, i;
  wchar_t **wide = CommandLineToArgvW (GetCommandLineW (), &count);

  if (count != argc)
    die ("the C run-time sees another number of words");
  for (i = first; i < count; i++)
    {
      if (! is_same (wide[i], argv[i]))
        die ("the C run-time sees another word");
      print_hex (wide[i]);
    }
  return 0;
}

/* ---- Processes ----------------------------------------------------- */

/* The file of this program, in quotes, and TAIL behind it.  */
static wchar_t *
own_line (const wchar_t *tail)
{
  static wchar_t line[32768];

  line[0] = L'"';
  GetModuleFileNameW (NULL, line + 1, MAX_PATH);
  return wcscat (wcscat (line, L"\" "), tail);
}

static PROCESS_INFORMATION
start (wchar_t *line, DWORD flags, BOOL inherit)
{
  STARTUPINFOW startup;
  PROCESS_INFORMATION process;

  memset (&startup, 0, sizeof startup);
  startup.cb = sizeof startup;
  startup.dwFlags = STARTF_USESTDHANDLES;
  if (inherit)
    {
      startup.hStdInput = GetStdHandle (STD_INPUT_HANDLE);
      startup.hStdOutput = GetStdHandle (STD_OUTPUT_HANDLE);
      startup.hStdError = GetStdHandle (STD_ERROR_HANDLE);
    }
  if (! CreateProcessW (NULL, line, NULL, NULL, inherit, flags, NULL, NULL,
                        &startup, &process))
    die ("cannot start a process");
  return process;
}

static int
leave (void)
{
  printf ("%lu\n", start (own_line (L"wait"), 0, FALSE).dwProcessId);
  fflush (stdout);
  return 0;
}

static int
wait_for_ever (void)
{
  Sleep (INFINITE);
  return 0;
}

static DWORD
parent_number (void)
{
  HANDLE list = CreateToolhelp32Snapshot (TH32CS_SNAPPROCESS, 0);
  PROCESSENTRY32 entry = { .dwSize = sizeof entry };
  BOOL more = Process32First (list, &entry);
  DWORD parent = 0;

  for (; more; more = Process32Next (list, &entry))
    if (entry.th32ProcessID == GetCurrentProcessId ())
      parent = entry.th32ParentProcessID;
  CloseHandle (list);
  return parent;
}

/* ---- log ----------------------------------------------------------- */

static void
say (const char *text)
{
  puts (text);
  fflush (stdout);
}

/* Windows calls this in a thread of its own.  */
static BOOL WINAPI
note_event (DWORD event)
{
  say (event == CTRL_BREAK_EVENT ? "got BREAK"
       : event == CTRL_C_EVENT ? "got C"
       : event == CTRL_CLOSE_EVENT ? "got CLOSE" : "got another event");
  return TRUE;
}

/* A console has each process call its handlers by a thread that runs this
   function, which is where it is here in all of them.  */
static BOOL
tell_of_event (DWORD event, DWORD number)
{
  FARPROC found = GetProcAddress (GetModuleHandleW (L"kernelbase.dll"),
                                  "CtrlRoutine");
  HANDLE process = OpenProcess (PROCESS_ALL_ACCESS, FALSE,
                                number != 0 ? number : GetCurrentProcessId ());
  LPTHREAD_START_ROUTINE routine;

  memcpy (&routine, &found, sizeof routine);
  return found != NULL && process != NULL
         && CreateRemoteThread (process, NULL, 0, routine,
                                (void *) (UINT_PTR) event, 0, NULL) != NULL;
}

static void
obey (const char *word, const char *argument, const char *second)
{
  if (strcmp (word, "exit") == 0)
    exit ((int) strtoul (argument, NULL, 0));
  else if (strcmp (word, "leave") == 0)
    leave ();
  else if (strcmp (word, "break") == 0 || strcmp (word, "interrupt") == 0)
    say (GenerateConsoleCtrlEvent (word[0] == 'b' ? CTRL_BREAK_EVENT
                                                  : CTRL_C_EVENT,
                                   strtoul (argument, NULL, 0))
         ? "sent" : "cannot send");
  else if (strcmp (word, "event") == 0)
    say (tell_of_event (strtoul (argument, NULL, 0), strtoul (second, NULL, 0))
         ? "sent" : "cannot send");
  else
    say ("actor: unsupported: the command for Windows does not know this");
}

static int
log_events (void)
{
  char line[256], word[64], argument[64], second[64];

  SetConsoleCtrlHandler (note_event, TRUE);
  printf ("ready %lu %lu\n", GetCurrentProcessId (), parent_number ());
  fflush (stdout);
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      argument[0] = second[0] = '\0';
      if (sscanf (line, "%63s %63s %63s", word, argument, second) >= 1)
        obey (word, argument, second);
    }
  return 0;
}

/* ---- console ------------------------------------------------------- */

/* The command line behind WORD, which is the verb.  */
static const wchar_t *
tail_of_line (const wchar_t *word)
{
  const wchar_t *found = wcsstr (GetCommandLineW (), word);

  if (found == NULL)
    die ("no program behind the verb");
  return found + wcslen (word);
}

static DWORD
run_to_end (const wchar_t *word, DWORD flags)
{
  static wchar_t line[32768];
  PROCESS_INFORMATION process = start (wcscpy (line, tail_of_line (word)),
                                       flags, TRUE);
  DWORD status;

  WaitForSingleObject (process.hProcess, INFINITE);
  GetExitCodeProcess (process.hProcess, &status);
  return status;
}

static BOOL WINAPI
ignore_event (DWORD event)
{
  (void) event;
  return TRUE;
}

/* A new console takes the place of the standard handles.  */
static int
run_on_console (const wchar_t *word, DWORD flags)
{
  static const DWORD names[] = { STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
                                 STD_ERROR_HANDLE };
  HANDLE handles[3];
  int i;

  for (i = 0; i < 3; i++)
    handles[i] = GetStdHandle (names[i]);
  FreeConsole ();
  if (! AllocConsole ())
    die ("no console");
  for (i = 0; i < 3; i++)
    SetStdHandle (names[i], handles[i]);
  SetConsoleCtrlHandler (ignore_event, TRUE);
  return (int) run_to_end (word, flags);
}

/* The name of a program without directory and extension.  */
static char *
base_name (char *path)
{
  char *name = path;

  for (; *path != '\0'; path++)
    if (*path == '/' || *path == '\\')
      name = path + 1;
  path = strrchr (name, '.');
  if (path != NULL)
    *path = '\0';
  return name;
}

int
main (int argc, char **argv)
{
  char *program = strdup (argv[0]);
  int first = strcmp (base_name (program), "command") == 0 ? 2 : 1;
  const char *verb = first == 1 ? base_name (program) : argv[1];

  if (argc < first)
    die ("usage: command VERB [ARGUMENT]...");
  if (strcmp (verb, "echo") == 0)
    return echo (argv + first);
  if (strcmp (verb, "true") == 0 || strcmp (verb, "false") == 0)
    return verb[0] == 'f';
  if (strcmp (verb, "exit") == 0 && argv[first] != NULL)
    return (int) strtoul (argv[first], NULL, 0);
  if (strcmp (verb, "cat") == 0)
    return cat (argv[first]);
  if (strcmp (verb, "words") == 0)
    return words (argc, argv, first);
  if (strcmp (verb, "leave") == 0)
    return leave ();
  if (strcmp (verb, "wait") == 0)
    return wait_for_ever ();
  if (strcmp (verb, "log") == 0)
    return log_events ();
  if (strcmp (verb, "console") == 0)
    return run_on_console (L" console ", 0);
  if (strcmp (verb, "group") == 0)
    return run_on_console (L" group ", CREATE_NEW_PROCESS_GROUP);
  if (strcmp (verb, "status") == 0)
    return printf ("%lu\n", run_to_end (L" status ", 0)) < 0;
  die ("unknown verb");
  return 99;
}
