/* main.c - portalocker, the tool of libportalocker.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <portalocker.h>

#include "arguments.h"
#include "exit-status.h"
#include "message.h"
#include "verbs.h"
#include "waiting.h"

struct verb
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
};

static const struct verb verbs[] =
{
  { "run", cmd_run, "run a command while holding a lock" },
};

enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };


/* ---- Help.  */

static int
show_help (void)
{
  size_t i;
  fputs ("Usage: portalocker VERB [OPTION]... TARGET [ARGUMENT]...\n"
         "       portalocker --help | --version [--verbose]\n"
         "Lock files, so that programs take turns.\n"
         "\n"
         "Verbs:\n", stdout);
  for (i = 0; i < VERB_COUNT; i++)
    printf ("  %-17s%s\n", verbs[i].name, verbs[i].summary);
  fputs ("\n"
         "Options:\n"
         "  -h, --help       show this help; after a verb, the verb's help\n"
         "  -V, --version    show the version and the backends\n"
         "      --verbose    with --version: also what each backend can do\n"
         "\n"
         "TARGET is a file, made when it is missing, a directory, or fd:N,"
         " the open\n"
         "descriptor N (./fd:3 is a file).\n"
         "\n"
         "Examples:\n"
         "  portalocker run --try --name=backup rsync -a /home /backup\n"
         "  portalocker run --timeout=2.5 ledger.csv ./add-entry\n",
         stdout);
  return finish_output ();
}


/* ---- Version.  */

/* Two lines: one does not fit a terminal.  */
static void
show_features (const char *backend)
{
  static const struct { int bit; const char *yes, *no; } texts[] =
    {
      { PORTALOCKER_FEATURE_SHARED, "shared locks", "no shared locks" },
      { PORTALOCKER_FEATURE_PER_OBJECT, "owned by open file",
        "owned by process" },
      { PORTALOCKER_FEATURE_PASS_ON, "inheritable",
        "not inheritable" },
      { PORTALOCKER_FEATURE_ANY_ACCESS, "needs no write access",
        "needs write access" },
      { PORTALOCKER_FEATURE_UPGRADE, "upgrade", "no upgrade" },
      { PORTALOCKER_FEATURE_RANGES, "fair", "not fair" },
    };
  enum { IN_FIRST_LINE = 3, COUNT = sizeof texts / sizeof texts[0] };
  int features = portalocker_backend_features (backend);
  int i, margin = (int) strlen (backend) + 2;
  printf ("%s: ", backend);
  for (i = 0; i < COUNT; i++)
    {
      printf ("%s", features & texts[i].bit ? texts[i].yes : texts[i].no);
      if (i + 1 == IN_FIRST_LINE)
        printf (",\n%*s", margin, "");
      else
        fputs (i + 1 < COUNT ? ", " : "\n", stdout);
    }
}

/* By what method portalocker run waits until a deadline.  */
static void
show_waiting (void)
{
  waiting_begin ();
  printf ("waiting: %s\n", portalocker_wait_method ());
  waiting_end ();
}

static int
show_version (bool verbose)
{
  const char *backend;
  size_t i;
  printf ("portalocker (libportalocker) %s\n"
          "Copyright (C) 2026 The libportalocker authors\n"
          "License LGPL-2.1-or-later; there is no warranty.\n"
          "default backend: %s\n"
          "backends:", PORTALOCKER_VERSION, portalocker_default_backend ());
  for (i = 0; (backend = portalocker_backend_at (i)) != NULL; i++)
    printf (" %s", backend);
  putchar ('\n');
  if (verbose)
    {
      printf ("library: %s\n", portalocker_version ());
      show_waiting ();
      for (i = 0; (backend = portalocker_backend_at (i)) != NULL; i++)
        show_features (backend);
    }
  return finish_output ();
}


/* ---- Verbs.  */

static int
run_verb (int argc, char **argv)
{
  const char *name = argv[0];
  static char program_name[] = PROGRAM_NAME;
  size_t i;
  for (i = 0; i < VERB_COUNT; i++)
    if (strcmp (name, verbs[i].name) == 0)
      {
        /* getopt_long speaks in the name of argv[0], and starts anew.  */
        argv[0] = program_name;
        optind = 1;
        return verbs[i].run (argc, argv);
      }
  return usage_error (NULL, "%s: no such verb", name);
}

int
main (int argc, char **argv)
{
  enum { VERBOSE = 256 };
  static const struct option options[] =
    {
      { "help", no_argument, NULL, 'h' },
      { "version", no_argument, NULL, 'V' },
      { "verbose", no_argument, NULL, VERBOSE },
      { NULL, 0, NULL, 0 }
    };
  static char program_name[] = PROGRAM_NAME;
  static char output[8192];
  bool verbose = false, version = false;
  int option;
  /* Whole lines, so that those of two processes do not mix (where there is no
     such buffer, messages are flushed); and room for all that is printed, so
     that finish_output learns why it cannot be written.  */
  setvbuf (stderr, NULL, _IOLBF, BUFSIZ);
  setvbuf (stdout, output, _IOFBF, sizeof output);
  if (! arguments_read (&argc, &argv))
    return STATUS_OS_ERROR;
  if (argc > 0)
    argv[0] = program_name;
  while ((option = getopt_long (argc, argv, "+hV", options, NULL)) != -1)
    switch (option)
      {
      case 'h':
        return show_help ();
      case 'V':
        version = true;
        break;
      case VERBOSE:
        verbose = true;
        break;
      default:
        return refer_to_help (NULL);
      }
  if (version)
    return show_version (verbose);
  if (optind >= argc)
    return usage_error (NULL, "a verb is missing, such as run");
  return run_verb (argc - optind, argv + optind);
}
