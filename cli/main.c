/* SPDX-License-Identifier: BSD-3-Clause */
/* Entry of the program: the command line, the signal, the verb. */
#include "cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Also read by the library, which looks at `interrupted` between two steps of its work. */
volatile int interrupted, at_work;

/* At work, the first signal is noted; otherwise, and at the second, the program ends at once. Only
 * calls that a signal may make: no stdio, no exit handlers. */
static void on_interrupt(int number)
{
    static const char message[] = "cofit: interrupted\n";
    if (interrupted || !at_work) {
        const ssize_t written = write(2, message, sizeof message - 1);
        (void)written;
        _Exit(EXIT_SIGNALLED + number);
    }
    interrupted = number;
}

static int run_verb(const request *r)
{
    switch (r->verb) {
    case VERB_FIT:
        return run_fit(r);
    case VERB_PREDICT:
        return run_predict(r);
    case VERB_TRANSFORM:
        return run_transform(r);
    case VERB_SCORE:
        return run_score(r);
    case VERB_CV:
        return run_cv(r);
    case VERB_SEARCH:
        return run_search(r);
    case VERB_LIST_:
        return run_list(r);
    case VERB_DESCRIBE:
        return run_describe(r);
    case VERB_SHOW:
        return run_show(r);
    /* never here: without a verb only help and version get this far */
    case VERB_COUNT:
        break;
    }
    return EXIT_USAGE;
}

/* Standard output may be a full disk or a closed pipe: that is an error too. */
static int flush(int status)
{
    if (fflush(stdout) != 0 && status == EXIT_DONE)
        return complain(EXIT_ERROR, "standard output could not be written");
    return status;
}

int main(int argc, char **argv)
{
    request r;
    /* a reader that goes away is a failed write, told as such, not a silent death */
    signal(SIGPIPE, SIG_IGN);
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    /* of timeout(1) and of service managers: they may not tear a file that is being written either
     */
    sigaction(SIGTERM, &action, NULL);
    /* The build asks for what it installs: these two are in no table, so no help lists them. */
    if (argc == 2 && strcmp(argv[1], "--print-manual") == 0) {
        print_manual(stdout);
        return flush(EXIT_DONE);
    }
    if (argc == 2 && strcmp(argv[1], "--print-completion") == 0) {
        print_completion(stdout);
        return flush(EXIT_DONE);
    }
    if (!parse_command_line(argc, argv, &r))
        return EXIT_USAGE;
    if (r.version) {
        printf("cofit %s\n", cf_version());
        return flush(EXIT_DONE);
    }
    if (r.help) {
        if (r.verb == VERB_COUNT)
            print_help(stdout);
        else
            print_verb_help(stdout, r.verb);
        return flush(EXIT_DONE);
    }
    return flush(run_verb(&r));
}
