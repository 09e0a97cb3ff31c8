/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of options, and everything made from it. */
#include "cli.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A field of the request, of a text or of a flag. */
#define TEXT(field) offsetof(request, field)

const option_row option_rows[] = {
    {"data", 'd', "FILE", TEXT(data), ON_DATA,
     "the table: .csv .tsv .svm .npy .npz .mtx, each also .gz; - is standard input"},
    {"target", 't', "NAME", TEXT(target), ON_TARGET, "column (or columns, with commas) to predict"},
    {"weights", 0, "NAME", TEXT(weights), ON_TARGET, "column of sample weights"},
    {"groups", 0, "NAME", TEXT(groups), ON_CV | ON_SEARCH, "column of groups, for splits by group"},
    {"drop", 0, "NAMES", TEXT(drop), ON_DATA, "columns to leave out"},
    {"output", 'o', "FILE", TEXT(output), ON_FIT | ON_PREDICT | ON_TRANSFORM | ON_SEARCH,
     "where the result goes (predict and transform: CSV on standard output without it, else in the "
     "format the name tells, as --data)"},
    {"proba", 0, NULL, TEXT(proba), ON_PREDICT, "class probabilities instead of classes"},
    {"scoring", 's', "NAMES", TEXT(scoring), ON_SCORE | ON_CV | ON_SEARCH,
     "scorers, with commas (default: the model's own score)"},
    {"report", 0, NULL, TEXT(report), ON_SCORE,
     "also the classification report and the confusion matrix; not with json and csv"},
    {"cv", 0, "FOLDS", TEXT(cv), ON_CV | ON_SEARCH,
     "number of folds, or a splitter such as 'KFold(n_splits=3, shuffle=true)' (default 5)"},
    {"grid", 'g', "GRID", TEXT(grid), ON_SEARCH,
     "parameters and values: 'svc__C=0.1,1,10; svc__kernel=linear,rbf'"},
    {"format", 'f', "FORMAT", TEXT(format),
     ON_SCORE | ON_CV | ON_SEARCH | ON_LIST | ON_DESCRIBE | ON_SHOW,
     "of what is printed; the first is the default"},
    {"input", 0, "FORMAT", TEXT(input), ON_DATA, "format of the data when the name does not tell"},
    {"header", 0, "WHICH", TEXT(header), ON_DATA,
     "yes, no or auto: whether the first row names the columns"},
    {"delimiter", 0, "CHARACTER", TEXT(delimiter), ON_DATA,
     "between fields (default: comma, or tab for .tsv)"},
    {"missing", 0, "WORDS", TEXT(missing), ON_DATA,
     "fields that mean missing, beside the empty one"},
    {"index-base", 0, "BASE", TEXT(index_base), ON_DATA,
     "svmlight: 0, 1 or auto, the index of the first column (auto: 0 if the file has an index 0)"},
    {"threads", 0, "N", TEXT(threads), ON_ALL, "threads to use (default: all)"},
    {"seed", 0, "N", TEXT(seed), ON_FIT | ON_CV | ON_SEARCH,
     "random_state of every estimator that has one and was given none"},
    {"quiet", 'q', NULL, TEXT(quiet), ON_ALL, "no progress bar and no warnings"},
    {"help", 'h', NULL, TEXT(help), ON_ALL, "this help"},
    {"version", 'V', NULL, TEXT(version), ON_ALL, "the version"},
    {NULL, 0, NULL, 0, 0, NULL},
};

/* By verb: the rows come from the list that makes the enum. */
static const struct {
    const char *name, *argument, *formats, *help;
} verbs[] = {
#define VERB_ROW(id, name, argument, formats, help) {name, argument, formats, help},
    VERB_LIST(VERB_ROW)
#undef VERB_ROW
};

const char *verb_name(verb v)
{
    return verbs[v].name;
}

const char *verb_argument(verb v)
{
    return verbs[v].argument;
}

const char *verb_formats(verb v)
{
    return verbs[v].formats;
}

const char *verb_help(verb v)
{
    return verbs[v].help;
}

int complain(int status, const char *format, ...)
{
    va_list args;
    /* the message must not stand in the line of the bar */
    end_progress();
    fputs("cofit: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return status;
}

/* Letters two words share from their beginning, a cheap nearness for suggestions. */
static size_t shared_start(const char *a, const char *b)
{
    size_t n = 0;
    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

/* An option of the verb that shares at least two letters, or NULL. */
static const char *nearest_option(const char *name, unsigned verb_bit)
{
    const char *best = NULL;
    size_t most = 1;
    for (const option_row *row = option_rows; row->name; row++) {
        const size_t n = shared_start(name, row->name);
        if ((row->verbs & verb_bit) && n > most) {
            most = n;
            best = row->name;
        }
    }
    return best;
}

/* False after it has told that there is no such verb, with the nearest one. */
static bool find_verb(const char *name, verb *out)
{
    for (int v = 0; v < VERB_COUNT; v++)
        if (strcmp(verbs[v].name, name) == 0) {
            *out = (verb)v;
            return true;
        }
    const char *near = NULL;
    size_t most = 1;
    for (int v = 0; v < VERB_COUNT; v++)
        if (shared_start(name, verbs[v].name) > most) {
            most = shared_start(name, verbs[v].name);
            near = verbs[v].name;
        }
    if (near)
        complain(EXIT_USAGE, "there is no command '%s'; did you mean '%s'?", name, near);
    else
        complain(EXIT_USAGE, "there is no command '%s'; see cofit --help", name);
    return false;
}

/* By letter when there is one, else by the whole name; NULL when none fits. */
static const option_row *find_option(const char *name, size_t length, char letter)
{
    for (const option_row *row = option_rows; row->name; row++)
        if (letter ? row->letter == letter
                   : strlen(row->name) == length && memcmp(row->name, name, length) == 0)
            return row;
    return NULL;
}

/* Always false, for the caller to return. */
static bool unknown_option(const request *r, const char *text)
{
    const char *near = nearest_option(text + strspn(text, "-"), 1u << r->verb);
    if (near)
        complain(EXIT_USAGE, "%s: unknown option %s; did you mean --%s?", verb_name(r->verb), text,
                 near);
    else
        complain(EXIT_USAGE, "%s: unknown option %s; see cofit %s --help", verb_name(r->verb), text,
                 verb_name(r->verb));
    return false;
}

/*
 * Reads the option at argv[*i]: --name VALUE, --name=VALUE, -n VALUE; *i moves over a value of its
 * own. A letter stands alone: neither -qV nor -ofile is read. An option of another verb is as
 * unknown as any.
 */
static bool parse_option(int argc, char **argv, int *i, request *r)
{
    const char *text = argv[*i];
    const bool is_long = text[1] == '-';
    const char *name = text + (is_long ? 2 : 1);
    const char *equals = is_long ? strchr(name, '=') : NULL;
    const size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const option_row *row = find_option(name, length, is_long ? '\0' : name[0]);
    if (!row || !(row->verbs & 1u << r->verb) || (!is_long && length != 1))
        return unknown_option(r, text);
    /* a text where the row names a value, else a flag */
    void *field = (char *)r + row->field;
    if (!row->value) {
        if (equals)
            complain(EXIT_USAGE, "--%s takes no value", row->name);
        else
            *(bool *)field = true;
        return !equals;
    }
    if (!equals && *i + 1 == argc) {
        complain(EXIT_USAGE, "--%s wants %s", row->name, row->value);
        return false;
    }
    const char *value = equals ? equals + 1 : argv[++*i];
    *(const char **)field = value;
    /* as a script writes it whose variable is not set */
    if (!*value && field != &r->missing)
        complain(EXIT_USAGE, "--%s wants %s, not an empty text", row->name, row->value);
    return *value || field == &r->missing;
}

/* Whether `word` is one of the words of `list`, which single spaces part. */
static bool is_listed(const char *word, const char *list)
{
    const size_t length = strlen(word);
    for (const char *at = list; length > 0 && *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == length && memcmp(at, word, length) == 0)
            return true;
    return false;
}

/* Every name of --scoring is a scorer: a slip is told before anything is read. */
static bool check_scoring(const request *r)
{
    const char *names[MOST_SCORERS];
    char *list = r->scoring ? strdup(r->scoring) : NULL;
    const int count = split_list(list, names, MOST_SCORERS);
    bool known = true;
    for (int i = 0; i < count && known; i++)
        known = cf_scorer_find(names[i]) != NULL;
    if (!known)
        complain(EXIT_USAGE, "--scoring, %s", cf_last_error());
    free(list);
    return known;
}

/* What the values of the options must be whatever the data are. */
static bool check_values(const request *r)
{
    if (r->format && !is_listed(r->format, verbs[r->verb].formats)) {
        complain(EXIT_USAGE, "%s --format %s: the formats are %s", verb_name(r->verb), r->format,
                 verbs[r->verb].formats);
        return false;
    }
    if (r->report && (wants_json(r) || wants_csv(r))) {
        complain(EXIT_USAGE, "--report is a text: it goes with --format table, not with %s",
                 r->format);
        return false;
    }
    if (r->scoring && !r->scoring[strspn(r->scoring, " ,")]) {
        complain(EXIT_USAGE, "--scoring '%s' names no scorer", r->scoring);
        return false;
    }
    if (!check_scoring(r))
        return false;
    if ((1u << r->verb & ON_MODEL) && strcmp(r->argument, "-") == 0 && r->data &&
        strcmp(r->data, "-") == 0) {
        complain(EXIT_USAGE, "%s: standard input cannot be both the model and the data",
                 verb_name(r->verb));
        return false;
    }
    char *end = NULL;
    /* "" and numbers out of range give 0 or a limit, which the bounds refuse */
    const long threads = r->threads ? strtol(r->threads, &end, 10) : 1;
    if (threads < 1 || threads > 4096 || (end && *end)) {
        complain(EXIT_USAGE, "--threads %s: a number from 1 to 4096 is wanted", r->threads);
        return false;
    }
    return true;
}

bool parse_command_line(int argc, char **argv, request *out)
{
    *out = (request){.verb = VERB_COUNT};
    if (argc < 2) {
        print_help(stderr);
        return false;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        out->help = true;
        return argc < 3 || argv[2][0] == '-' || find_verb(argv[2], &out->verb);
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        out->version = true;
        return true;
    }
    if (!find_verb(argv[1], &out->verb))
        return false;
    /* until "--"; a lone '-' is no option but standard input */
    bool options = true;
    for (int i = 2; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && argv[i][0] == '-' && argv[i][1]) {
            if (!parse_option(argc, argv, &i, out))
                return false;
        } else if (!out->argument && *verb_argument(out->verb)) {
            out->argument = argv[i];
        } else {
            complain(EXIT_USAGE, "%s: '%s' is one argument too many", verb_name(out->verb),
                     argv[i]);
            return false;
        }
    }
    /* before anything is missed: help must not ask for arguments */
    if (out->help || out->version)
        return true;
    if (*verb_argument(out->verb) && !out->argument) {
        complain(EXIT_USAGE, "%s wants %s; see cofit %s --help", verb_name(out->verb),
                 verb_argument(out->verb), verb_name(out->verb));
        return false;
    }
    if ((1u << out->verb & ON_DATA) && !out->data) {
        complain(EXIT_USAGE, "%s wants --data FILE", verb_name(out->verb));
        return false;
    }
    return check_values(out);
}
