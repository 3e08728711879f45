#include <signal.h>

#include "cli/cli.h"

/* The one thing a signal handler may reach; everything else gets it as an argument. */
static volatile int stop_wanted;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stop_wanted = 1;
}

int kept_cli_main(kept_op_loader load, int argc, char **argv)
{
    /* SA_RESETHAND: the first signal asks to stop cleanly, the second kills. */
    struct sigaction stop = {.sa_handler = on_stop, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    sigemptyset(&stop.sa_mask);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    /* A reader that has seen enough, as head(1), ends us without a word. */
    signal(SIGPIPE, SIG_DFL);
    return kept_cli_run(load, argc, (const char *const *)argv, &stop_wanted);
}
