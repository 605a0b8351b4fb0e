/* cmd-run.c - portalocker run: a command that runs under a lock.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors  */

#include <config.h>
#include "verbs.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <portalocker.h>

#include "command.h"
#include "exit-status.h"
#include "message.h"
#include "number.h"
#include "run-name.h"
#include "seconds.h"
#include "target.h"

#define VERB "run"

struct arguments
{
  struct request request;
  const char *name;             /* --name, or NULL */
  int conflict_status;          /* how the tool ends when others hold it */
  char **command;
  bool help;
};

static int
show_help (void)
{
  fputs ("\
Usage: portalocker run [OPTION]... TARGET COMMAND [ARGUMENT]...\n\
       portalocker run [OPTION]... --name=NAME COMMAND [ARGUMENT]...\n\
Lock TARGET, a file or directory or fd:N, while COMMAND runs.\n\
\n\
The lock:\n\
  -s, --shared            share it with other shared holders\n\
  -x, -e, --exclusive     be its only holder (default)\n\
      --name=NAME         lock NAME.lock in your run-time directory\n\
      --backend=NAME      lock by NAME, one that portalocker --version lists\n\
      --no-create         do not create a missing file\n\
      --inherit           pass the lock on to COMMAND and what it starts\n\
Waiting:\n\
  -n, --try               do not wait\n\
  -w, --timeout=SECONDS   wait no longer, say 2.5 (default: wait for ever)\n\
  -E, --conflict-exit-code=N  end with N, not 75, if somebody has the lock\n\
  -q, --quiet             do not say that somebody has the lock\n\
  -h, --help              show this help\n\
\n\
Exit status: that of COMMAND, or 128+N if signal N killed it; 75 if somebody\n\
else has the lock, 64 bad usage, 126 COMMAND cannot be run, 127 not found.\n\
Examples:\n\
  portalocker run --try --name=backup rsync -a /home /backup\n\
  portalocker run --timeout=2.5 ledger.csv -- ./add-entry --amount=5\n", stdout);
  return finish_output ();
}


/* ---- Options.  */

static int
set_name (struct arguments *arguments, const char *name)
{
  const char *rule = run_name_rule (name);
  if (rule != NULL)
    return usage_error (VERB, "--name=%s: a name %s", name, rule);
  arguments->name = name;
  return STATUS_DONE;
}

static int
set_timeout (struct arguments *arguments, const char *text)
{
  const char *wrong = parse_seconds (text, &arguments->request.timeout);
  if (wrong != NULL)
    return usage_error (VERB, "--timeout=%s: %s", text, wrong);
  return STATUS_DONE;
}

static int
set_conflict_status (struct arguments *arguments, const char *text)
{
  int status = parse_number (text);
  if (status < 0 || status > LAST_STATUS)
    return usage_error (VERB, "--conflict-exit-code=%s: not a number from 0 to"
                        " %d", text, LAST_STATUS);
  arguments->conflict_status = status;
  return STATUS_DONE;
}

static int
set_backend (struct arguments *arguments, const char *name)
{
  char list[256] = "";
  const char *known;
  size_t i;
  arguments->request.backend = name;
  if (portalocker_backend_features (name) >= 0)
    return STATUS_DONE;
  for (i = 0; (known = portalocker_backend_at (i)) != NULL; i++)
    if (strlen (list) + strlen (known) + 2 <= sizeof list)
      strcat (strcat (list, " "), known);
  return usage_error (VERB, "--backend=%s: there is no such backend; choose"
                      " one of%s", name, list);
}

enum long_option
{
  OPTION_NAME = 256, OPTION_BACKEND, OPTION_NO_CREATE, OPTION_INHERIT
};

/* Of options that contradict each other the last one counts.  */
static int
set_option (struct arguments *arguments, int option)
{
  struct request *request = &arguments->request;
  switch (option)
    {
    case 's':
      request->shared = true;
      return STATUS_DONE;
    case 'e':
    case 'x':
      request->shared = false;
      return STATUS_DONE;
    case 'n':
      request->timeout = 0;
      return STATUS_DONE;
    case 'w':
      return set_timeout (arguments, optarg);
    case 'E':
      return set_conflict_status (arguments, optarg);
    case 'q':
      request->quiet = true;
      return STATUS_DONE;
    case 'h':
      arguments->help = true;
      return STATUS_DONE;
    case OPTION_NAME:
      return set_name (arguments, optarg);
    case OPTION_BACKEND:
      return set_backend (arguments, optarg);
    case OPTION_NO_CREATE:
      request->must_exist = true;
      return STATUS_DONE;
    case OPTION_INHERIT:
      request->inherit = true;
      return STATUS_DONE;
    default:
      /* getopt_long has told what is wrong.  */
      return refer_to_help (VERB);
    }
}

static int
parse_options (struct arguments *arguments, int argc, char **argv)
{
  static const struct option options[] =
    {
      { "shared", no_argument, NULL, 's' },
      { "exclusive", no_argument, NULL, 'x' },
      { "try", no_argument, NULL, 'n' },
      { "timeout", required_argument, NULL, 'w' },
      { "conflict-exit-code", required_argument, NULL, 'E' },
      { "quiet", no_argument, NULL, 'q' },
      { "name", required_argument, NULL, OPTION_NAME },
      { "backend", required_argument, NULL, OPTION_BACKEND },
      { "no-create", no_argument, NULL, OPTION_NO_CREATE },
      { "inherit", no_argument, NULL, OPTION_INHERIT },
      { "help", no_argument, NULL, 'h' },
      { NULL, 0, NULL, 0 }
    };
  int status = STATUS_DONE;
  while (status == STATUS_DONE && ! arguments->help)
    {
      int option = getopt_long (argc, argv, "+senxw:E:qh", options, NULL);
      if (option == -1)
        break;
      status = set_option (arguments, option);
    }
  return status;
}

/* Users of flock(1) know a descriptor by its number alone.  */
static int
command_is_missing (const char *target)
{
  if (parse_number (target) < 0)
    return usage_error (VERB, "COMMAND is missing after TARGET %s", target);
  return usage_error (VERB, "COMMAND is missing after TARGET %s (the"
                      " descriptor %s is fd:%s)", target, target, target);
}

/* What stands behind the options: TARGET, unless a name was given, and the
   command.  "--" may stand between them.  */
static int
parse_operands (struct arguments *arguments, char **operands)
{
  if (arguments->name == NULL)
    {
      const char *target = *operands;
      int status;
      if (target == NULL)
        return usage_error (VERB, "TARGET is missing");
      status = target_parse (VERB, target, &arguments->request);
      if (status != STATUS_DONE)
        return status;
      operands++;
      if (*operands != NULL && strcmp (*operands, "--") == 0)
        operands++;
      if (*operands == NULL)
        return command_is_missing (target);
    }
  else if (*operands == NULL)
    return usage_error (VERB, "COMMAND is missing after --name=%s",
                        arguments->name);
  arguments->command = operands;
  return STATUS_DONE;
}


/* ---- The work.  */

static int
run (const struct arguments *arguments)
{
  const struct request *request = &arguments->request;
  struct command command;
  struct outcome outcome;
  struct hold hold;
  int status = target_lock (&hold, request);
  if (status == STATUS_LOCKED)
    return arguments->conflict_status;
  if (status != STATUS_DONE)
    return status;
  command.arguments = arguments->command;
  command.withhold = request->inherit ? -1 : request->descriptor;
  command.survives = request->inherit;
  outcome = command_run (&command);
  target_unlock (&hold);
  return command_finish (outcome);
}

static int
run_named (struct arguments *arguments)
{
  char *path;
  int status = run_name_path (arguments->name, &path);
  if (status != STATUS_DONE)
    return status;
  arguments->request.path = path;
  arguments->request.is_private = true;
  status = run (arguments);
  free (path);
  return status;
}

int
cmd_run (int argc, char **argv)
{
  struct arguments arguments;
  int status;
  memset (&arguments, 0, sizeof arguments);
  arguments.request.descriptor = -1;
  arguments.request.timeout = PORTALOCKER_FOREVER;
  arguments.conflict_status = STATUS_LOCKED;
  status = parse_options (&arguments, argc, argv);
  if (status == STATUS_DONE && arguments.help)
    return show_help ();
  if (status == STATUS_DONE)
    status = parse_operands (&arguments, argv + optind);
  if (status != STATUS_DONE)
    return status;
  return arguments.name != NULL ? run_named (&arguments) : run (&arguments);
}
