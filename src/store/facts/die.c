#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/facts/import.h"

void kept_die_here(const char *step)
{
    const char *at = getenv("KEPT_DIE_AT");
    if (at && strcmp(at, step) == 0)
        kill(getpid(), SIGKILL);
}
