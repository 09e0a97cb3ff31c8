/* SPDX-License-Identifier: BSD-3-Clause */
/* fit, predict, transform and score. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* What can be refused without the data is refused before they are read: minutes of fitting must not
 * end in a bad path. */
int run_fit(const request *r)
{
    cf_estimator *model = NULL;
    cf_table table = {0};
    if (!r->output)
        return complain(EXIT_USAGE, "fit wants -o FILE");
    if (!can_write(r))
        return EXIT_ERROR;
    if (parse_spec(r, &model) != CF_OK)
        return complain_spec();
    cf_status status = read_data(r, NULL, &table);
    if (status == CF_OK) {
        /* from here on an interrupt is noted: fit looks at it, and saving is not torn */
        at_work = 1;
        cf_fit_options options = fit_options(r);
        options.sample_weight = r->weights ? &table.weights : NULL;
        status = cf_fit(model, &table.X, target_of(&table), &options);
    }
    end_progress();
    if (status == CF_OK)
        status = cf_save(model, r->output);
    const int code = status == CF_OK ? EXIT_DONE : complain_run(r, status);
    cf_table_clear(&table);
    cf_estimator_free(model);
    return code;
}

/* A label as a new text, with its target's place before it where there are several; NULL without
 * memory. */
static char *label_name(const cf_matrix *classes, cf_index k, cf_index target, bool several)
{
    const char *text = cf_schema_text(classes->schema, 0, k);
    char number[32], place[32] = "", *name = NULL;
    snprintf(number, sizeof number, "%.15g", cf_matrix_get(classes, k, 0));
    if (several)
        snprintf(place, sizeof place, "%lld:", (long long)target);
    return asprintf(&name, "%s%s", place, text ? text : number) < 0 ? NULL : name;
}

/* The labels of every target in turn, as probabilities have them; how many of the `count` names
 * were filled. */
static cf_index name_labels(const cf_estimator *model, char **names, cf_index count)
{
    cf_matrix classes = {0};
    cf_index at = 0;
    for (cf_index t = 0; at < count && cf_classes(model, t, &classes) == CF_OK; t++)
        for (cf_index k = 0; k < classes.rows && at < count; k++)
            names[at++] = label_name(&classes, k, t, t > 0 || classes.rows < count);
    return at;
}

/* Names the columns of a prediction: "prediction", numbered when there are several, or the labels
 * for probabilities. A borrowed result keeps what it has. */
static cf_status name_output(const request *r, const cf_estimator *model, cf_matrix *out)
{
    if (!out->owner || out->cols == 0)
        return CF_OK;
    char **names = calloc((size_t)out->cols, sizeof *names);
    cf_status status = names ? CF_OK : CF_ERR_MEMORY;
    cf_index named = names && r->proba ? name_labels(model, names, out->cols) : 0;
    for (; names && named < out->cols; named++)
        if (asprintf(&names[named], out->cols > 1 ? "prediction_%lld" : "prediction",
                     (long long)named) < 0)
            names[named] = NULL;
    for (cf_index j = 0; names && j < out->cols; j++)
        status = names[j] ? status : CF_ERR_MEMORY;
    if (status == CF_OK)
        status = cf_matrix_set_names(out, (const char *const *)names);
    for (cf_index j = 0; names && j < out->cols; j++)
        free(names[j]);
    free(names);
    return status;
}

/* Loads a model, reads data, applies `call`, writes the result. `rename`: the columns of the result
 * have no names of their own, as those of transform do. */
static int apply(const request *r,
                 cf_status (*call)(const cf_estimator *, const cf_matrix *, cf_matrix *),
                 bool rename)
{
    cf_estimator *model = NULL;
    cf_table table = {0};
    cf_matrix out = {0};
    if (!can_write(r))
        return EXIT_ERROR;
    cf_set_warning_handler(fit_options(r).warn, NULL);
    cf_status status = cf_load(&model, r->argument);
    if (status == CF_OK)
        status = read_data(r, model, &table);
    if (status == CF_OK)
        status = call(model, &table.X, &out);
    if (status == CF_OK && rename)
        status = name_output(r, model, &out);
    at_work = r->output != NULL; /* a file is replaced whole, without traces of another */
    if (status == CF_OK)
        status = cf_write(r->output ? r->output : "-", NULL, &out, NULL);
    const int code = status == CF_OK ? EXIT_DONE : complain_status(status);
    cf_matrix_clear(&out);
    cf_table_clear(&table);
    cf_estimator_free(model);
    return code;
}

int run_predict(const request *r)
{
    return apply(r, r->proba ? cf_predict_proba : cf_predict, true);
}

int run_transform(const request *r)
{
    return apply(r, cf_transform, false);
}

/* The text of label k of a report's axis; a longer one is cut to the width of a column. */
static void put_label(const cf_matrix *labels, cf_index k)
{
    const char *text = cf_schema_text(labels->schema, 0, k);
    if (text)
        printf("%12.*s", whole_characters(text, 12), text);
    else
        printf("%12.6g", cf_matrix_get(labels, k, 0));
}

/* The classes are those of the model, so that one that does not occur in the data has its row and
 * column. */
static cf_status print_confusion(const cf_estimator *model, const cf_matrix *y,
                                 const cf_matrix *predicted, const cf_matrix *weights)
{
    cf_matrix labels = {0}, table = {0};
    cf_status status = cf_classes(model, 0, &labels);
    if (status == CF_OK)
        status = cf_confusion_matrix(y, predicted, weights, &(cf_metric_options){.labels = &labels},
                                     &table);
    if (status != CF_OK)
        return status;
    printf("\nconfusion matrix (rows are true, columns predicted)\n%12s", "");
    for (cf_index k = 0; k < labels.rows; k++)
        put_label(&labels, k);
    putchar('\n');
    for (cf_index i = 0; i < table.rows; i++) {
        put_label(&labels, i);
        for (cf_index j = 0; j < table.cols; j++)
            printf("%12g", cf_matrix_get(&table, i, j));
        putchar('\n');
    }
    cf_matrix_clear(&table);
    return CF_OK;
}

/* Predicts once more: the scores that were printed keep no predictions. */
static cf_status print_report(const cf_estimator *model, const cf_table *table,
                              const cf_matrix *weights)
{
    cf_matrix predicted = {0};
    cf_report report = {0};
    char *text = NULL;
    cf_status status = cf_predict(model, &table->X, &predicted);
    if (status == CF_OK)
        status = cf_classification_report(&table->y, &predicted, weights, NULL, &report);
    if (status == CF_OK)
        status = cf_report_to_text(&report, 2, &text);
    if (status == CF_OK) {
        printf("\n%s", text);
        status = print_confusion(model, &table->y, &predicted, weights);
    }
    cf_text_free(text);
    cf_report_clear(&report);
    cf_matrix_clear(&predicted);
    return status;
}

/* Score number i of `count`: the first one also opens the object or writes the header. */
static void print_score(const request *r, const char *name, double value, int i, int count)
{
    if (wants_json(r)) {
        fputs(i > 0 ? ", " : "{", stdout);
        put_json_text(stdout, name);
        fputs(": ", stdout);
        put_json_number(stdout, value);
        fputs(i + 1 == count ? "}\n" : "", stdout);
    } else if (wants_csv(r)) {
        printf("%s%s,%.17g\n", i > 0 ? "" : "scorer,score\n", name, value);
    } else {
        printf("%-24s %.6f\n", name, value);
    }
}

int run_score(const request *r)
{
    /* without --scoring: the model's own score; else they point into `list` */
    const char *names[MOST_SCORERS] = {"score"};
    double values[MOST_SCORERS];
    char *list = r->scoring ? strdup(r->scoring) : NULL;
    const int count = list ? split_list(list, names, MOST_SCORERS) : 1;
    cf_estimator *model = NULL;
    cf_table table = {0};
    /* these calls have no options, so warnings go to the handler of the process */
    cf_set_warning_handler(fit_options(r).warn, NULL);
    cf_status status = cf_load(&model, r->argument);
    if (status == CF_OK)
        status = read_data(r, model, &table);
    const cf_matrix *weights = r->weights ? &table.weights : NULL;
    for (int i = 0; i < count && status == CF_OK; i++) {
        const cf_matrix *y = target_of(&table);
        status = list ? cf_score_with(model, names[i], &table.X, y, weights, &values[i])
                      : cf_score(model, &table.X, y, weights, &values[i]);
    }
    /* only when all are there: a failing one leaves no half of an object */
    for (int i = 0; i < count && status == CF_OK; i++)
        print_score(r, names[i], values[i], i, count);
    if (status == CF_OK && r->report)
        status = print_report(model, &table, weights);
    const int code = status == CF_OK ? EXIT_DONE : complain_run(r, status);
    free(list);
    cf_table_clear(&table);
    cf_estimator_free(model);
    return code;
}
