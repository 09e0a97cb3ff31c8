/* SPDX-License-Identifier: BSD-3-Clause */
/* The program: one table of options makes the parser, the help, the manual page and the completion.
 */
#ifndef COFIT_CLI_H
#define COFIT_CLI_H

#include <cofit/cofit.h>

#include <stdio.h>

enum { MOST_SCORERS = 64 }; /* of --scoring; more are left out */

/* Exit statuses; the number of a signal is added to the last one. */
enum { EXIT_DONE = 0, EXIT_ERROR = 1, EXIT_USAGE = 2, EXIT_SIGNALLED = 128 };

/* The verbs, in the order of the help: name, arguments, --format, what it does. */
#define VERB_LIST(X)                                                                               \
    X(FIT, "fit", "SPEC", "", "fit a model and save it")                                           \
    X(PREDICT, "predict", "MODEL", "", "predict with a saved model")                               \
    X(TRANSFORM, "transform", "MODEL", "", "transform with a saved model")                         \
    X(SCORE, "score", "MODEL", "table json csv", "score a saved model on labelled data")           \
    X(CV, "cv", "SPEC", "table json csv", "cross-validate")                                        \
    X(SEARCH, "search", "SPEC", "table json csv",                                                  \
      "search a grid of parameters by cross-validation")                                           \
    X(LIST_, "list", "", "table json csv", "list the classes")                                     \
    X(DESCRIBE, "describe", "CLASS", "text markdown json", "print the manual of a class")          \
    X(SHOW, "show", "MODEL", "text json", "show what a saved model holds")

/* VERB_COUNT: no verb, as in `cofit --help`. */
typedef enum verb {
#define VERB_ENUM(id, name, argument, formats, help) VERB_##id,
    VERB_LIST(VERB_ENUM)
#undef VERB_ENUM
        VERB_COUNT
} verb;

/* Which verbs take an option; also sets of them. */
enum {
    ON_FIT = 1 << VERB_FIT,
    ON_PREDICT = 1 << VERB_PREDICT,
    ON_TRANSFORM = 1 << VERB_TRANSFORM,
    ON_SCORE = 1 << VERB_SCORE,
    ON_CV = 1 << VERB_CV,
    ON_SEARCH = 1 << VERB_SEARCH,
    ON_LIST = 1 << VERB_LIST_,
    ON_DESCRIBE = 1 << VERB_DESCRIBE,
    ON_SHOW = 1 << VERB_SHOW,
    ON_DATA = ON_FIT | ON_PREDICT | ON_TRANSFORM | ON_SCORE | ON_CV | ON_SEARCH,
    ON_MODEL = ON_PREDICT | ON_TRANSFORM | ON_SCORE | ON_SHOW,
    ON_TARGET = ON_FIT | ON_SCORE | ON_CV | ON_SEARCH,
    ON_ALL = (1 << VERB_COUNT) - 1
};

/* What the command line asks for; NULL or 0 = not given. The texts lie in argv, so numbers among
 * them are still to be read. */
typedef struct request {
    verb verb;
    const char *argument; /* SPEC, MODEL or CLASS */
    const char *data, *target, *weights, *groups, *drop, *output, *scoring, *cv, *grid, *format;
    const char *missing, *delimiter, *header, *input, *index_base, *threads, *seed;
    bool proba, report, quiet, help, version;
} request;

/* One option of the table. */
typedef struct option_row {
    const char *name;  /* without dashes */
    char letter;       /* short form, or 0 */
    const char *value; /* name of its value, NULL for a flag */
    size_t field;      /* of the request: const char * or bool */
    unsigned verbs;
    const char *help;
} option_row;

extern const option_row option_rows[]; /* ended by a NULL name */

/* Name, argument, formats (with spaces between) and help of a verb. */
const char *verb_name(verb v);
const char *verb_argument(verb v);
const char *verb_formats(verb v);
const char *verb_help(verb v);

/* Reads the command line; false after it has told what is wrong. With help or version set the rest
 * may be missing. */
bool parse_command_line(int argc, char **argv, request *out);

/* Texts made from the tables. */
void print_help(FILE *out);
void print_verb_help(FILE *out, verb v);
void print_manual(FILE *out);
void print_completion(FILE *out);

/* Tells "cofit: <message>" on stderr and returns `status`. */
int complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Tells the library's last error; the exit status for `status`. */
int complain_status(cf_status status);

/* As complain_status, for a verb that learns or scores: recalls a --target that was not given. */
int complain_run(const request *r, cf_status status);

/* Ends the program at once: what it holds is for the system to take back. */
__attribute__((noreturn)) void leave(int status);

/* Whether -o names a place where a file can be made, and not the file that the model is learned or
 * read from; told before the work begins. */
bool can_write(const request *r);

/* Ends the program with a usage error that is the library's last error; option may be NULL. */
cf_status refuse(const char *option);

/* The number of the signal that asked the program to end, or 0. */
extern volatile int interrupted;

/* Non-zero while an interrupt is only noted, because a call looks at it or a file is half written.
 */
extern volatile int at_work;

/* Fit options with cancel, progress bar, warnings on stderr, threads. */
cf_fit_options fit_options(const request *r);

/* Clears a progress bar that is on the screen. */
void end_progress(void);

/* Reads --data; with a fitted model, in the kinds of its columns. */
cf_status read_data(const request *r, const cf_estimator *model, cf_table *out);

/* y of the data: --target, or what a format holds beside X; NULL without. */
const cf_matrix *target_of(const cf_table *table);

/* Parses SPEC and applies --seed. */
cf_status parse_spec(const request *r, cf_estimator **out);

/* Tells why parse_spec failed: a usage error. */
int complain_spec(void);

/* The format asked for. */
bool wants_json(const request *r);
bool wants_csv(const request *r);

/* One verb each: exit statuses. */
int run_fit(const request *r);
int run_predict(const request *r);
int run_transform(const request *r);
int run_score(const request *r);
int run_cv(const request *r);
int run_search(const request *r);
int run_list(const request *r);
int run_describe(const request *r);
int run_show(const request *r);

/* A JSON string, quotes included. */
void put_json_text(FILE *out, const char *text);

/* A quoted CSV field. */
void put_csv_text(FILE *out, const char *text);

/* How many bytes of a text, at most `most`, are whole characters of UTF-8. */
int whole_characters(const char *text, int most);

/* A number as JSON: the shortest that reads back; null for NaN and infinities. */
void put_json_number(FILE *out, double value);

/* Splits a comma-separated list in place, without the blanks around its items; returns the count,
 * at most `most`. */
int split_list(char *text, const char **items, int most);

#endif
