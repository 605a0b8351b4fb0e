/* signals.c - a command that counts signals, and one that sets them.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   usage: signals log [SIGNAL]...
          signals with [ignore=SIGNAL | block=SIGNAL | close=FD | session]...
                       PROGRAM [ARGUMENT]...
          signals descriptors FILE PROGRAM [ARGUMENT]...

   "log" writes "ready PID PPID", and then a line "got SIGNAL" each time that
   one of the named signals arrives.  It obeys lines on its standard input,
   and ends with status 0 when they end:

     exit STATUS           end
     kill-self SIGNAL      end by SIGNAL, with its default action
     kill-parent SIGNAL    send it; answers "done"
     stop                  stop itself by SIGSTOP; answers "resumed"
     state                 answers "ignored SIGNAL... blocked SIGNAL..."
     descriptors           answers "open FD..."

   "with" executes PROGRAM with all signals at their default action and none
   blocked, whatever the caller has, but for what is named.  SIGNAL may be
   RTMIN+N there.  "session" begins a session, which has no terminal.

   "descriptors" writes "open FD..." to FILE and executes PROGRAM.  */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct
{
  const char *name;
  int number;
} names[] =
{
  { "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT },
  { "TERM", SIGTERM }, { "KILL", SIGKILL }, { "USR1", SIGUSR1 },
  { "USR2", SIGUSR2 }, { "ALRM", SIGALRM }, { "CONT", SIGCONT },
  { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU },
  { "CHLD", SIGCHLD }, { "PIPE", SIGPIPE }, { "URG", SIGURG },
};

enum { NAME_COUNT = sizeof names / sizeof names[0], FD_LIMIT = 256 };

static void
die (const char *what, const char *why)
{
  fprintf (stderr, "signals: %s: %s\n", what, why);
  exit (99);
}

static int
number_of (const char *name)
{
  int i;
  for (i = 0; i < NAME_COUNT; i++)
    if (strcmp (names[i].name, name) == 0)
      return names[i].number;
#ifdef SIGRTMIN
  if (strncmp (name, "RTMIN+", 6) == 0)
    return SIGRTMIN + atoi (name + 6);
#endif
  die (name, "unknown signal");
  return 0;
}

static void
set_action (int number, void (*handler) (int))
{
  struct sigaction action;
  memset (&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  if (sigaction (number, &action, NULL) != 0)
    die ("sigaction", strerror (errno));
}


/* ---- log */

/* One write for the line: it does not mix with those of main.  */
static void
tell (int number)
{
  char line[32] = "got ";
  int saved_errno = errno;
  int i;
  for (i = 0; i < NAME_COUNT; i++)
    if (names[i].number == number)
      {
        strcat (strcat (line, names[i].name), "\n");
        if (write (STDOUT_FILENO, line, strlen (line)) < 0)
          _exit (99);
      }
  errno = saved_errno;
}

static void
show_state (void)
{
  struct sigaction action;
  sigset_t blocked;
  int i;
  sigprocmask (SIG_SETMASK, NULL, &blocked);
  printf ("ignored");
  for (i = 0; i < NAME_COUNT; i++)
    if (sigaction (names[i].number, NULL, &action) == 0
        && action.sa_handler == SIG_IGN)
      printf (" %s", names[i].name);
  printf (" blocked");
  for (i = 0; i < NAME_COUNT; i++)
    if (sigismember (&blocked, names[i].number) == 1)
      printf (" %s", names[i].name);
  putchar ('\n');
}

/* Look first, as opening a stream changes the answer.  */
static void
find_descriptors (char found[FD_LIMIT])
{
  int fd;
  for (fd = 0; fd < FD_LIMIT; fd++)
    found[fd] = fcntl (fd, F_GETFD) >= 0;
}

static void
print_descriptors (FILE *stream, const char found[FD_LIMIT])
{
  int fd;
  fputs ("open", stream);
  for (fd = 0; fd < FD_LIMIT; fd++)
    if (found[fd])
      fprintf (stream, " %d", fd);
  fputc ('\n', stream);
}

static void
show_descriptors (void)
{
  char found[FD_LIMIT];
  find_descriptors (found);
  print_descriptors (stdout, found);
}

static void
kill_self (int number)
{
  if (number != SIGKILL)
    set_action (number, SIG_DFL);
  raise (number);
  die ("kill-self", "still alive");
}

static void
obey (const char *word, const char *argument)
{
  if (strcmp (word, "exit") == 0)
    exit (atoi (argument));
  else if (strcmp (word, "kill-self") == 0)
    kill_self (number_of (argument));
  else if (strcmp (word, "kill-parent") == 0)
    puts (kill (getppid (), number_of (argument)) == 0 ? "done" : "failed");
  else if (strcmp (word, "stop") == 0)
    {
      raise (SIGSTOP);
      puts ("resumed");
    }
  else if (strcmp (word, "state") == 0)
    show_state ();
  else if (strcmp (word, "descriptors") == 0)
    show_descriptors ();
  else
    die (word, "unknown command");
}

static int
log_signals (char **signals)
{
  char line[256], word[64], argument[64];
  setvbuf (stdout, NULL, _IOLBF, BUFSIZ);
  for (; *signals != NULL; signals++)
    set_action (number_of (*signals), tell);
  printf ("ready %ld %ld\n", (long) getpid (), (long) getppid ());
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      argument[0] = '\0';
      if (sscanf (line, "%63s %63s", word, argument) >= 1)
        obey (word, argument);
    }
  return 0;
}


/* ---- with */

static void
reset (void)
{
  sigset_t none;
  int i;
  for (i = 0; i < NAME_COUNT; i++)
    if (names[i].number != SIGKILL)
      set_action (names[i].number, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

static int
execute (char **words)
{
  if (*words == NULL)
    die ("usage", "which program?");
  execvp (words[0], words);
  die (words[0], strerror (errno));
  return 99;
}

static void
block (int number)
{
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, number);
  sigprocmask (SIG_BLOCK, &set, NULL);
}

static int
run_with (char **words)
{
  reset ();
  for (; *words != NULL; words++)
    if (strncmp (*words, "ignore=", 7) == 0)
      set_action (number_of (*words + 7), SIG_IGN);
    else if (strncmp (*words, "block=", 6) == 0)
      block (number_of (*words + 6));
    else if (strncmp (*words, "close=", 6) == 0)
      close (atoi (*words + 6));
    else if (strcmp (*words, "session") == 0)
      setsid ();
    else
      break;
  return execute (words);
}


/* ---- descriptors */

static int
write_descriptors (const char *file, char **words)
{
  char found[FD_LIMIT];
  FILE *stream;
  find_descriptors (found);
  stream = fopen (file, "w");
  if (stream == NULL)
    die (file, strerror (errno));
  print_descriptors (stream, found);
  if (fclose (stream) != 0)
    die (file, strerror (errno));
  return execute (words);
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "log") == 0)
    return log_signals (argv + 2);
  if (argc > 1 && strcmp (argv[1], "with") == 0)
    return run_with (argv + 2);
  if (argc > 2 && strcmp (argv[1], "descriptors") == 0)
    return write_descriptors (argv[2], argv + 3);
  die ("usage", "signals log | with ...");
  return 99;
}
