/* backends.c - list the backends of this library and what they can do.
   SPDX-License-Identifier: 0BSD  */

#include <stdio.h>
#include <string.h>
#include <portalocker.h>

static const struct
{
  int bit;
  const char *name;
} features[] =
{
  { PORTALOCKER_FEATURE_SHARED, "shared" },
  { PORTALOCKER_FEATURE_PER_OBJECT, "per-object" },
  { PORTALOCKER_FEATURE_PASS_ON, "pass-on" },
  { PORTALOCKER_FEATURE_ANY_ACCESS, "any-access" },
  { PORTALOCKER_FEATURE_RANGES, "ranges" },
  { PORTALOCKER_FEATURE_UPGRADE, "upgrade" }
};

static void
print_backend (const char *name)
{
  int has = portalocker_backend_features (name);
  size_t i;
  printf ("%s:", name);
  for (i = 0; i < sizeof features / sizeof features[0]; i++)
    if (has & features[i].bit)
      printf (" %s", features[i].name);
  printf ("\n");
}

int
main (void)
{
  const char *name;
  size_t i;
  printf ("default: %s\n", portalocker_default_backend ());
  for (i = 0; (name = portalocker_backend_at (i)) != NULL; i++)
    print_backend (name);
  return 0;
}
