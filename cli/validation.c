/* SPDX-License-Identifier: BSD-3-Clause */
/* cv and search. */
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --cv as a number of folds or a splitter; 5 folds without it. *splitter stays NULL for a number.
 * What is neither ends the program. */
static cf_status read_folds(const request *r, cf_index *n_splits, cf_estimator **splitter)
{
    char *end = NULL;
    const long count = r->cv ? strtol(r->cv, &end, 10) : 5;
    if (!r->cv || (*r->cv && !*end)) {
        *n_splits = count;
        if (count >= 2)
            return CF_OK;
        complain(EXIT_USAGE, "--cv %s: at least 2 folds are needed", r->cv);
        leave(EXIT_USAGE);
    }
    if (cf_parse(splitter, r->cv) != CF_OK)
        return refuse("cv");
    if (cf_has_method(*splitter, "split"))
        return CF_OK;
    complain(EXIT_USAGE, "--cv %s: it is no splitter", r->cv);
    leave(EXIT_USAGE);
}

/* Of scorer m over the folds: scores are (n_metrics, n_splits). */
static double mean_of(const cf_matrix *scores, cf_index m)
{
    double sum = 0;
    for (cf_index i = 0; i < scores->cols; i++)
        sum += cf_matrix_get(scores, m, i);
    return sum / (double)scores->cols;
}

/* Over n, not n - 1: the standard deviation that NumPy and scikit-learn report. */
static double spread_of(const cf_matrix *scores, cf_index m)
{
    const double mean = mean_of(scores, m);
    double sum = 0;
    for (cf_index i = 0; i < scores->cols; i++)
        sum += pow(cf_matrix_get(scores, m, i) - mean, 2);
    return sqrt(sum / (double)scores->cols);
}

/* One row of `values` as an array, or its first column when `down`. */
static void put_json_row(const cf_matrix *values, cf_index row, bool down)
{
    const cf_index n = down ? values->rows : values->cols;
    putchar('[');
    for (cf_index i = 0; i < n; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        put_json_number(stdout, down ? cf_matrix_get(values, i, 0) : cf_matrix_get(values, row, i));
    }
    putchar(']');
}

/* {"scores": {scorer: [of each fold]}, "mean": {...}, "std": {...}, "fit_time": [...],
 * "score_time": [...]}. */
static void print_json(const cf_cv_result *result)
{
    fputs("{\"scores\": {", stdout);
    for (cf_index m = 0; m < result->n_metrics; m++) {
        fputs(m > 0 ? ", " : "", stdout);
        put_json_text(stdout, result->names[m]);
        fputs(": ", stdout);
        put_json_row(&result->test_scores, m, false);
    }
    for (int k = 0; k < 2; k++) {
        fputs(k == 0 ? "}, \"mean\": {" : "}, \"std\": {", stdout);
        for (cf_index m = 0; m < result->n_metrics; m++) {
            fputs(m > 0 ? ", " : "", stdout);
            put_json_text(stdout, result->names[m]);
            fputs(": ", stdout);
            put_json_number(stdout, k == 0 ? mean_of(&result->test_scores, m)
                                           : spread_of(&result->test_scores, m));
        }
    }
    fputs("}, \"fit_time\": ", stdout);
    put_json_row(&result->fit_time, 0, true);
    fputs(", \"score_time\": ", stdout);
    put_json_row(&result->score_time, 0, true);
    puts("}");
}

/* A line a fold, a column a scorer; every digit, so that nothing is lost to a program. */
static void print_csv(const cf_cv_result *result)
{
    fputs("fold", stdout);
    for (cf_index m = 0; m < result->n_metrics; m++)
        printf(",%s", result->names[m]);
    puts(",fit_time,score_time");
    for (cf_index i = 0; i < result->n_splits; i++) {
        printf("%d", (int)i);
        for (cf_index m = 0; m < result->n_metrics; m++)
            printf(",%.17g", cf_matrix_get(&result->test_scores, m, i));
        printf(",%.6g,%.6g\n", cf_matrix_get(&result->fit_time, i, 0),
               cf_matrix_get(&result->score_time, i, 0));
    }
}

/* A line a scorer: mean, spread, and each fold. */
static void print_table(const cf_cv_result *result)
{
    for (cf_index m = 0; m < result->n_metrics; m++) {
        printf("%-24s %.4f +- %.4f  [", result->names[m], mean_of(&result->test_scores, m),
               spread_of(&result->test_scores, m));
        for (cf_index i = 0; i < result->n_splits; i++)
            printf("%s%.4f", i > 0 ? " " : "", cf_matrix_get(&result->test_scores, m, i));
        puts("]");
    }
}

int run_cv(const request *r)
{
    const char *names[MOST_SCORERS];
    cf_estimator *model = NULL, *splitter = NULL;
    if (parse_spec(r, &model) != CF_OK)
        return complain_spec();
    /* the names point into it: it stays until the scores are told */
    char *list = r->scoring ? strdup(r->scoring) : NULL;
    cf_table table = {0};
    cf_cv_result result = {0};
    /* the same cancel flag, bar and warnings as a fit; the struct is another */
    const cf_fit_options fit = fit_options(r);
    cf_cv_options options = {.scoring = list ? names : NULL,
                             .n_scoring = split_list(list, names, MOST_SCORERS),
                             .error_score = CF_ERROR_SCORE_RAISE,
                             .progress = fit.progress,
                             .warn = fit.warn,
                             .cancel = fit.cancel,
                             .n_threads = fit.n_threads};
    cf_set_warning_handler(fit.warn, NULL);
    cf_status status = read_folds(r, &options.n_splits, &splitter);
    if (status == CF_OK)
        status = read_data(r, NULL, &table);
    if (status == CF_OK) {
        options.cv = splitter;
        options.groups = r->groups ? &table.groups : NULL;
        options.sample_weight = r->weights ? &table.weights : NULL;
        at_work = 1;
        status = cf_cross_validate(model, &table.X, target_of(&table), &options, &result);
    }
    end_progress();
    if (status == CF_OK)
        (wants_json(r) ? print_json : wants_csv(r) ? print_csv : print_table)(&result);
    const int code = status == CF_OK ? EXIT_DONE : complain_run(r, status);
    free(list);
    cf_cv_result_clear(&result);
    cf_table_clear(&table);
    cf_estimator_free(splitter);
    cf_estimator_free(model);
    return code;
}

/* One "name=v1,v2" of a grid into the pair at `pair`, whose `text` is cut up. The values are read
 * as the list "[v1,v2]", so everything the spec language knows may be one of them. */
static cf_status read_axis(char *text, cf_value *pair)
{
    char *equals = strchr(text, '='), *name = text;
    while (*name == ' ')
        name++;
    if (!equals || equals == name) {
        complain(EXIT_USAGE, "--grid: '%s' is not name=value,value,...", text);
        leave(EXIT_USAGE);
    }
    char *end = equals;
    while (end > name && end[-1] == ' ')
        end--;
    *end = '\0';
    const size_t size = strlen(equals + 1) + 3;
    char *values = malloc(size);
    if (!values)
        return CF_ERR_MEMORY;
    snprintf(values, size, "[%s]", equals + 1);
    cf_status status = cf_value_text(&pair[0], name);
    if (status == CF_OK)
        status = cf_value_parse(&pair[1], values) == CF_OK ? CF_OK : refuse("grid");
    free(values);
    if (status == CF_OK && pair[1].count == 0) {
        complain(EXIT_USAGE, "--grid: '%s' has no values", name);
        leave(EXIT_USAGE);
    }
    return status;
}

/* Ends the program when the name of axis i was there before. */
static void refuse_repeated(const cf_value *grid, cf_index i)
{
    const char *name = grid->as.items[2 * i].as.text;
    for (cf_index k = 0; k < i; k++)
        if (cf_value_is_text(&grid->as.items[2 * k], name)) {
            complain(EXIT_USAGE, "--grid: '%s' is given twice", name);
            leave(EXIT_USAGE);
        }
}

/* "a=1,2; b=x" as a map from names to lists. A semicolon always separates, in quotes too. */
static cf_status read_grid(const char *grid, cf_value *out)
{
    char *copy = strdup(grid), *next = copy;
    cf_index count = 1;
    for (const char *s = grid; *s; s++)
        count += *s == ';';
    if (!copy)
        return CF_ERR_MEMORY;
    cf_status status = cf_value_items(out, CF_VALUE_MAP, count);
    for (cf_index i = 0; i < count && status == CF_OK; i++) {
        char *end = next + strcspn(next, ";");
        const bool more = *end != '\0';
        *end = '\0';
        status = read_axis(next, &out->as.items[2 * i]);
        if (status == CF_OK)
            refuse_repeated(out, i);
        next = more ? end + 1 : end;
    }
    free(copy);
    return status;
}

/* --scoring into the parameters of a search. */
static cf_status set_scoring(const request *r, cf_estimator *search)
{
    const char *names[MOST_SCORERS];
    if (!r->scoring)
        return CF_OK;
    char *list = strdup(r->scoring);
    const int count = split_list(list, names, MOST_SCORERS);
    cf_status status = CF_OK;
    if (count == 1) {
        status = cf_set_text(search, "scoring", names[0]);
    } else { /* several: the first one chooses */
        cf_value value = {0};
        status = cf_value_items(&value, CF_VALUE_LIST, count);
        for (int i = 0; i < count && status == CF_OK; i++)
            status = cf_value_text(&value.as.items[i], names[i]);
        if (status == CF_OK)
            status = cf_set_value(search, "scoring", &value);
        if (status == CF_OK)
            status = cf_set_text(search, "refit", names[0]);
        cf_value_clear(&value);
    }
    free(list);
    return status;
}

/* Every value of the grid can be set: a slip is told before anything is read. On a clone, for the
 * model is fitted with its own values as they are in the spec. */
static cf_status check_grid(const cf_estimator *model, const cf_value *grid)
{
    cf_estimator *tried = NULL;
    cf_status status = cf_clone(&tried, model);
    for (cf_index i = 0; i < grid->count && status == CF_OK; i++) {
        const cf_value *name = &grid->as.items[2 * i], *values = name + 1;
        for (cf_index k = 0; k < values->count; k++)
            if (cf_set_value(tried, name->as.text, &values->as.items[k]) != CF_OK)
                refuse("grid");
    }
    cf_estimator_free(tried);
    return status;
}

/* The search of a request over `model`, ready to be fitted. *out may be there after a failure: the
 * caller releases it in any case. */
static cf_status make_search(const request *r, const cf_estimator *model, cf_estimator **out)
{
    cf_estimator *splitter = NULL;
    cf_index folds = 5;
    cf_value grid = {0};
    /* a value that only borrows the model: setting it adds a reference of the search */
    const cf_value inner = {.kind = CF_VALUE_ESTIMATOR,
                            .as.estimator = (cf_estimator *)(uintptr_t)model};
    cf_status status = cf_new(out, "GridSearchCV");
    if (status == CF_OK)
        status = cf_set_value(*out, "estimator", &inner);
    if (status == CF_OK)
        status = read_grid(r->grid, &grid);
    if (status == CF_OK)
        status = check_grid(model, &grid);
    if (status == CF_OK)
        status = cf_set_value(*out, "param_grid", &grid);
    if (status == CF_OK)
        status = read_folds(r, &folds, &splitter);
    if (status == CF_OK && splitter) {
        /* owned by the search once it succeeds */
        status = cf_set_estimator(*out, "cv", splitter);
        splitter = status == CF_OK ? NULL : splitter;
    } else if (status == CF_OK) {
        status = cf_set_int(*out, "cv", folds);
    }
    if (status == CF_OK)
        status = cf_set_text(*out, "error_score", "raise");
    if (status == CF_OK)
        status = set_scoring(r, *out);
    cf_value_clear(&grid);
    cf_estimator_free(splitter);
    return status;
}

/* Entry i of a list or of a column; NaN when there is none. */
static double number_at(const cf_value *value, cf_index i)
{
    if (value && value->kind == CF_VALUE_MATRIX)
        return cf_matrix_get(value->as.matrix, i, 0);
    return value && value->kind == CF_VALUE_LIST && i < value->count
               ? cf_value_number(&value->as.items[i])
               : (double)NAN;
}

/* A line a candidate, in the order of the search; one without memory for its text is left out.
 * `scorer` is the one whose mean and spread are shown. */
static void print_candidates(const request *r, const cf_value *results, const char *scorer)
{
    char key[160];
    const cf_value *params = cf_value_find(results, "params");
    snprintf(key, sizeof key, "mean_test_%s", scorer);
    const cf_value *mean = cf_value_find(results, key);
    snprintf(key, sizeof key, "std_test_%s", scorer);
    const cf_value *spread = cf_value_find(results, key);
    for (cf_index i = 0; params && params->kind == CF_VALUE_LIST && i < params->count; i++) {
        char *text = NULL;
        if (cf_value_to_text(&params->as.items[i], &text) != CF_OK)
            continue;
        if (wants_json(r)) {
            fputs(i > 0 ? ", {\"params\": " : "{\"params\": ", stdout);
            put_json_text(stdout, text);
            fputs(", \"mean\": ", stdout);
            put_json_number(stdout, number_at(mean, i));
            fputs(", \"std\": ", stdout);
            put_json_number(stdout, number_at(spread, i));
            putchar('}');
        } else if (wants_csv(r)) {
            printf("%.17g,%.17g,", number_at(mean, i), number_at(spread, i));
            put_csv_text(stdout, text);
            putchar('\n');
        } else {
            printf("%.4f +- %.4f  %s\n", number_at(mean, i), number_at(spread, i), text);
        }
        cf_text_free(text);
    }
}

/* With several scorers the first one is shown, which also chose the best. In CSV there is no line
 * for the best: it would not be one of the table. */
static cf_status print_search(const request *r, const cf_estimator *search)
{
    const char *first[MOST_SCORERS] = {"score"};
    char *list = r->scoring ? strdup(r->scoring) : NULL;
    const int count = list ? split_list(list, first, MOST_SCORERS) : 1;
    cf_value results = {0}, params = {0};
    cf_matrix score = {0};
    char *text = NULL;
    cf_status status = cf_attribute_value(search, "cv_results_", &results);
    if (status == CF_OK)
        status = cf_attribute_value(search, "best_params_", &params);
    if (status == CF_OK)
        status = cf_attribute(search, "best_score_", &score);
    if (status == CF_OK)
        status = cf_value_to_text(&params, &text);
    if (status == CF_OK) {
        if (wants_json(r))
            fputs("{\"candidates\": [", stdout);
        else if (wants_csv(r))
            puts("mean,std,params");
        print_candidates(r, &results, count > 1 ? first[0] : "score");
        if (wants_json(r)) {
            fputs("], \"best_params\": ", stdout);
            put_json_text(stdout, text);
            fputs(", \"best_score\": ", stdout);
            put_json_number(stdout, cf_matrix_get(&score, 0, 0));
            puts("}");
        } else if (!wants_csv(r)) {
            printf("best: %.4f %s\n", cf_matrix_get(&score, 0, 0), text);
        }
    }
    free(list);
    cf_text_free(text);
    cf_value_clear(&results);
    cf_value_clear(&params);
    return status;
}

/* As run_fit: whatever can be refused without the data is refused first. */
int run_search(const request *r)
{
    cf_estimator *search = NULL, *model = NULL;
    const cf_estimator *best = NULL; /* a part of the search */
    cf_table table = {0};
    if (!r->grid)
        return complain(EXIT_USAGE, "search wants --grid 'name=value,value; ...'");
    if (!can_write(r))
        return EXIT_ERROR;
    if (parse_spec(r, &model) != CF_OK)
        return complain_spec();
    cf_status status = make_search(r, model, &search);
    if (status == CF_OK)
        status = read_data(r, NULL, &table);
    if (status == CF_OK) {
        cf_fit_options options = fit_options(r);
        options.sample_weight = r->weights ? &table.weights : NULL;
        options.groups = r->groups ? &table.groups : NULL;
        at_work = 1;
        status = cf_fit(search, &table.X, target_of(&table), &options);
    }
    end_progress();
    if (status == CF_OK)
        status = print_search(r, search);
    if (status == CF_OK && r->output)
        status = cf_attribute_estimator(search, "best_estimator_", &best);
    if (status == CF_OK && r->output)
        status = cf_save(best, r->output);
    const int code = status == CF_OK ? EXIT_DONE : complain_run(r, status);
    cf_table_clear(&table);
    cf_estimator_free(search);
    cf_estimator_free(model);
    return code;
}
