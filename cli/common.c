/* SPDX-License-Identifier: BSD-3-Clause */
/* What several verbs share: errors, progress, reading data, specs with a seed, JSON. */
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool bar_is_shown; /* on stderr, in a line that has not ended */
static bool had_target;   /* the data of this run have a y */

int complain_status(cf_status status)
{
    if (status == CF_ERR_CANCELLED && interrupted) {
        return complain(EXIT_SIGNALLED + interrupted, "interrupted");
    }
    return complain(EXIT_ERROR, "%s", cf_last_error());
}

/* A y that is missing shows far from the command line, e.g. as an estimator that requires it. Not
 * where the cause is known to lie elsewhere: in an interrupt, a file or a format. */
int complain_run(const request *r, cf_status status)
{
    if (r->target || had_target || status == CF_ERR_CANCELLED || status == CF_ERR_IO ||
        status == CF_ERR_FORMAT)
        return complain_status(status);
    return complain(EXIT_ERROR, "%s (no --target was given)", cf_last_error());
}

void leave(int status)
{
    /* _exit flushes nothing itself */
    fflush(NULL);
    _exit(status);
}

/* Whether `path` names the file that `about` is of. */
static bool is_file(const char *path, const struct stat *about)
{
    struct stat other;
    return path && stat(path, &other) == 0 && other.st_dev == about->st_dev &&
           other.st_ino == about->st_ino;
}

/* As the library writes: what is no regular file in place, everything else beside its place (behind
 * links), from where it is renamed, so that the folder has to be writable. */
bool can_write(const request *r)
{
    char resolved[PATH_MAX];
    struct stat about;
    if (!r->output || strcmp(r->output, "-") == 0)
        return true;
    const bool exists = stat(r->output, &about) == 0;
    const char *source = 1u << r->verb & ON_MODEL ? r->argument : r->data;
    if (exists && S_ISREG(about.st_mode) && is_file(source, &about)) {
        complain(EXIT_ERROR, "%s: cannot be written: the %s would be lost", r->output,
                 1u << r->verb & ON_MODEL ? "model" : "data");
        return false;
    }
    if (exists && S_ISDIR(about.st_mode)) {
        complain(EXIT_ERROR, "%s: cannot be written: it is a folder", r->output);
        return false;
    }
    const char *place = r->output;
    if (!exists || S_ISREG(about.st_mode)) {
        if (!realpath(r->output, resolved))
            snprintf(resolved, sizeof resolved, "%s", r->output);
        char *slash = strrchr(resolved, '/');
        if (slash)
            slash[1] = '\0';
        place = slash ? resolved : ".";
    }
    if (access(place, W_OK) == 0)
        return true;
    complain(EXIT_ERROR, "%s: cannot be written: %s", r->output, strerror(errno));
    return false;
}

/* Never returns; the type lets a caller write `return refuse(...)`. */
cf_status refuse(const char *option)
{
    leave(complain(EXIT_USAGE, "%s%s%s%s", option ? "--" : "", option ? option : "",
                   option ? ", " : "", cf_last_error()));
}

void end_progress(void)
{
    if (bar_is_shown)
        /* back to the margin, and clear to the end of the line */
        fputs("\r\033[K", stderr);
    bar_is_shown = false;
}

/* Runs on the thread that called the library. What it returns cancels, as the flag in fit_options
 * does. */
static int show_progress(void *ctx, double fraction, const char *stage)
{
    static const char full[] = "##############################";
    const int done = (int)(fraction * 30);
    (void)ctx;
    fprintf(stderr, "\r[%-30.*s] %3d %% %.30s\033[K", done, full, (int)(fraction * 100), stage);
    bar_is_shown = true;
    return interrupted;
}

static void show_warning(void *ctx, cf_warning kind, const char *text)
{
    (void)ctx;
    (void)kind;
    end_progress();
    fprintf(stderr, "cofit: warning: %s\n", text);
}

/* A handler all the same: NULL in fit options stands for the handler of the process. */
static void drop_warning(void *ctx, cf_warning kind, const char *text)
{
    (void)ctx;
    (void)kind;
    (void)text;
}

/* A bar belongs on a terminal that can move its cursor. */
static bool may_show_bar(const request *r)
{
    const char *terminal = getenv("TERM"), *plain = getenv("NO_COLOR");
    return !r->quiet && isatty(2) && terminal && strcmp(terminal, "dumb") != 0 &&
           !(plain && *plain);
}

cf_fit_options fit_options(const request *r)
{
    /* check_values has seen that the number of threads is one: atoi is enough */
    return (cf_fit_options){.progress = may_show_bar(r) ? show_progress : NULL,
                            .warn = r->quiet ? drop_warning : show_warning,
                            .cancel = &interrupted,
                            .n_threads = r->threads ? atoi(r->threads) : 0};
}

/* Never returns, as refuse. */
static cf_status fail_usage(const char *option, const char *value)
{
    complain(EXIT_USAGE, "--%s %s is not understood", option, value);
    leave(EXIT_USAGE);
}

cf_status read_data(const request *r, const cf_estimator *model, cf_table *out)
{
    /* `like`: the columns the model knows are read in its kinds, which these rows alone may not
     * show; nor need the rows of an svmlight file use the last of them: `n_features` */
    cf_read_options options = {.target = r->target,
                               .weights = r->weights,
                               .groups = r->groups,
                               .drop = r->drop,
                               .missing = r->missing,
                               .format = r->input,
                               .like = model ? cf_features_in(model) : NULL,
                               .n_features = model ? cf_n_features_in(model) : 0,
                               .n_threads = r->threads ? atoi(r->threads) : 0};
    if (r->header && strcmp(r->header, "auto") != 0) {
        if (strcmp(r->header, "yes") != 0 && strcmp(r->header, "no") != 0)
            return fail_usage("header", r->header);
        options.header = strcmp(r->header, "yes") == 0 ? CF_HEADER_YES : CF_HEADER_NO;
    }
    if (r->index_base && strcmp(r->index_base, "auto") != 0) {
        if (strcmp(r->index_base, "0") != 0 && strcmp(r->index_base, "1") != 0)
            return fail_usage("index-base", r->index_base);
        options.index_base = *r->index_base == '0' ? CF_INDEX_ZERO : CF_INDEX_ONE;
    }
    if (r->delimiter) {
        if (strcmp(r->delimiter, "\\t") == 0)
            options.delimiter = '\t';
        else if (strlen(r->delimiter) == 1)
            options.delimiter = r->delimiter[0];
        else
            return fail_usage("delimiter", r->delimiter);
    }
    const cf_status status = cf_read_table(r->data, &options, out);
    /* some formats bring a y of their own, without --target */
    had_target = out->y.cols > 0;
    /* an option names what the file does not have */
    return status == CF_ERR_ARGUMENT ? refuse(NULL) : status;
}

const cf_matrix *target_of(const cf_table *table)
{
    return table->y.cols > 0 ? &table->y : NULL;
}

/* Seeds e and everything it holds, where random_state is None. */
static cf_status seed_estimator(cf_estimator *e, int64_t seed);

/* The estimators in a value, also those in lists and tuples, as steps are. */
static cf_status seed_value(const cf_value *value, int64_t seed)
{
    if (value->kind == CF_VALUE_ESTIMATOR)
        return seed_estimator(value->as.estimator, seed);
    const bool list = value->kind == CF_VALUE_LIST || value->kind == CF_VALUE_TUPLE;
    for (cf_index i = 0; list && i < value->count; i++) {
        const cf_status status = seed_value(&value->as.items[i], seed);
        if (status != CF_OK)
            return status;
    }
    return CF_OK;
}

static cf_status seed_estimator(cf_estimator *e, int64_t seed)
{
    /* Where estimators hold others. A class that does so under another name has to be added, or
     * --seed does not reach into it. */
    static const char *const holders[] = {"steps", "transformers", "transformer_list", "estimator",
                                          "remainder"};
    cf_value value = {0};
    cf_status status = CF_OK;
    if (cf_get_value(e, "random_state", &value) == CF_OK && value.kind == CF_VALUE_NONE)
        status = cf_set_int(e, "random_state", seed);
    cf_value_clear(&value);
    for (size_t k = 0; k < sizeof holders / sizeof holders[0] && status == CF_OK; k++) {
        if (cf_get_value(e, holders[k], &value) == CF_OK)
            status =
                seed_value(&value, seed); /* a value shares the estimators, it does not copy them */
        cf_value_clear(&value);
    }
    return status;
}

cf_status parse_spec(const request *r, cf_estimator **out)
{
    cf_status status = cf_parse(out, r->argument);
    /* a splitter parses, too */
    if (status == CF_OK && !cf_has_method(*out, "fit")) {
        complain(EXIT_USAGE, "%s cannot be fitted", r->argument);
        leave(EXIT_USAGE);
    }
    if (status != CF_OK || !r->seed)
        return status;
    char *end;
    const long long seed = strtoll(r->seed, &end, 10);
    /* too large a number becomes the largest one, which random_state refuses */
    if (*end || !*r->seed)
        return fail_usage("seed", r->seed);
    status = seed_estimator(*out, seed);
    if (status != CF_OK) {
        cf_estimator_free(*out);
        *out = NULL;
    }
    return status;
}

int complain_spec(void)
{
    return complain(EXIT_USAGE, "the specification, %s", cf_last_error());
}

bool wants_json(const request *r)
{
    return r->format && strcmp(r->format, "json") == 0;
}

bool wants_csv(const request *r)
{
    return r->format && strcmp(r->format, "csv") == 0;
}

/* Bytes from 0x80 on pass as they are: the library's texts are UTF-8, and so is JSON. */
void put_json_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
        if (*s == '"' || *s == '\\')
            fprintf(out, "\\%c", *s);
        else if (*s < 0x20)
            fprintf(out, "\\u%04x", *s);
        else
            fputc(*s, out);
    }
    fputc('"', out);
}

void put_csv_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (const char *s = text; *s; s++) {
        if (*s == '"')
            fputc('"', out);
        fputc(*s, out);
    }
    fputc('"', out);
}

/* A byte 10xxxxxx goes on with a character. */
int whole_characters(const char *text, int most)
{
    int n = (int)strnlen(text, (size_t)most);
    while (n > 0 && text[n] && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    return n;
}

void put_json_number(FILE *out, double value)
{
    /* by the library: printf would write the point of the locale, and more digits than needed */
    const cf_value v = cf_value_real(value);
    char *text = NULL;
    if (!isfinite(value) || cf_value_to_text(&v, &text) != CF_OK)
        fputs("null", out);
    else
        fputs(text, out);
    cf_text_free(text);
}

/* Blanks around an item go, an empty item stays. The items point into `text`. */
int split_list(char *text, const char **items, int most)
{
    int count = 0;
    while (text && *text && count < most) {
        char *comma = strchr(text, ',');
        if (comma)
            *comma = '\0';
        while (*text == ' ')
            text++;
        for (char *end = text + strlen(text); end > text && end[-1] == ' ';)
            *--end = '\0';
        items[count++] = text;
        text = comma ? comma + 1 : NULL;
    }
    return count;
}
