/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Precision, recall, F-beta and Jaccard of each class from true positives, predicted and true
 * counts, and their averages. 0 / 0 is what zero_division says.
 */
#include "metrics/precision_recall.h"

#include "metrics/indicator.h"

void cfi_class_counts_clear(cfi_class_counts *c)
{
    cf_free(c->hits);
    cf_free(c->weights);
    *c = (cfi_class_counts){0};
}

/* Sums by class of the union: hits, predicted, true. */
static cf_status count_classes(const cfi_label_pair *pair, cfi_total **out)
{
    const cf_index k = pair->k;
    CF_TRY(CF_ALLOC_ZERO(*out, 3 * k));
    cfi_total *hits = *out, *predicted = hits + k, *actual = predicted + k;
    for (cf_index i = 0; i < pair->n; i++) {
        const double w = cfi_weight(pair->weights, i);
        const int32_t a = pair->truth[i], b = pair->guess[i];
        if (a == b)
            cfi_total_add(&hits[a], w);
        cfi_total_add(&predicted[b], w);
        cfi_total_add(&actual[a], w);
    }
    return CF_OK;
}

static cf_status fail_positive(const cfi_metric_args *args, const cf_matrix *labels)
{
    char list[256];
    cfi_labels_list(labels, list, sizeof list);
    const char *positive = args->options->pos_label ? args->options->pos_label : "1";
    return cf_fail(CF_ERR_ARGUMENT,
                   "%s: pos_label=%.64s is not a valid label: it should be one of %s", args->name,
                   positive, list);
}

/* Positions in the union of the classes that count; -1 for one that does not occur. */
static cf_status choose_classes(const cfi_metric_args *args, cf_average average,
                                const cf_matrix *labels, cf_index **positions, cf_index *m)
{
    const cf_matrix *wanted = args->options->labels;
    if (average == CF_AVERAGE_BINARY) {
        if (labels->rows > 2)
            return cf_fail(CF_ERR_ARGUMENT,
                           "%s: Target is multiclass but average='binary'; choose another average "
                           "setting: none, micro, macro or weighted",
                           args->name);
        CF_TRY(CF_ALLOC(*positions, 1));
        *m = 1;
        **positions = cfi_labels_position(labels, args->options->pos_label);
        return **positions < 0 && labels->rows == 2 ? fail_positive(args, labels) : CF_OK;
    }
    *m = wanted ? wanted->rows : labels->rows;
    if (wanted)
        CF_TRY(cf_matrix_check(wanted, "labels"));
    CF_TRY(CF_ALLOC(*positions, *m));
    cfi_labels_locate(labels, wanted ? wanted : labels, *positions);
    return CF_OK;
}

/* The counts of the chosen classes, or their sums for a micro average. */
static cf_status gather(const cfi_total *totals, cf_index k, const cf_index *positions, cf_index m,
                        bool micro, cfi_class_counts *out)
{
    cfi_total sums[3] = {{0}};
    out->m = micro ? 1 : m;
    CF_TRY(CF_ALLOC_ZERO(out->hits, 3 * out->m));
    out->predicted = out->hits + out->m;
    out->actual = out->predicted + out->m;
    for (cf_index part = 0; part < 3; part++) {
        for (cf_index i = 0; i < m; i++) {
            const double value =
                positions[i] < 0 ? 0 : cfi_total_value(totals[part * k + positions[i]]);
            if (micro)
                cfi_total_add(&sums[part], value);
            else
                out->hits[part * m + i] = value;
        }
        if (micro)
            out->hits[part] = cfi_total_value(sums[part]);
    }
    return CF_OK;
}

cf_status cfi_class_counts_of(const cfi_metric_args *args, const cfi_label_pair *pair,
                              cf_average average, cfi_class_counts *out)
{
    cfi_total *totals = NULL;
    cf_index *positions = NULL, m = 0;
    cf_status status = CF_OK;
    if (cfi_has_indicators(args))
        return cfi_indicator_counts(args, average, out);
    if (average == CF_AVERAGE_SAMPLES)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: Samplewise metrics are not available outside of multilabel "
                       "classification.",
                       args->name);
    CF_GO(count_classes(pair, &totals));
    CF_GO(choose_classes(args, average, &pair->labels, &positions, &m));
    CF_GO(gather(totals, pair->k, positions, m, average == CF_AVERAGE_MICRO, out));
cleanup:
    cf_free(totals);
    cf_free(positions);
    return status;
}

static double undefined(cf_zero_division rule)
{
    switch (rule) {
    case CF_ZERO_DIVISION_ONE:
        return 1;
    case CF_ZERO_DIVISION_NAN:
        return (double)NAN;
    case CF_ZERO_DIVISION_WARN:
    case CF_ZERO_DIVISION_ZERO:
        break;
    }
    return 0;
}

/* out[i] = above[i] / below[i]; `metric` (NULL: silent) and `modifier` word the warning. */
static void divide(const cfi_metric_args *args, cf_index m, const double *above,
                   const double *below, const char *const words[2], double *out)
{
    const cf_zero_division rule = args->options->zero_division;
    const bool by_row = args->options->average == CF_AVERAGE_SAMPLES;
    bool any = false;
    for (cf_index i = 0; i < m; i++) {
        any = any || below[i] == 0;
        out[i] = below[i] == 0 ? undefined(rule) : above[i] / below[i];
    }
    if (any && words[0] && rule == CF_ZERO_DIVISION_WARN)
        cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC,
                    "%s is ill-defined and being set to 0.0 %s no %s %s. Use `zero_division` "
                    "parameter to control this behavior.",
                    words[0],
                    m == 1   ? "due to"
                    : by_row ? "in samples with"
                             : "in labels with",
                    words[1], by_row ? "labels" : "samples");
}

/* Mean of what is not NaN, with weights unless they are all zero. */
static double average_of(const double *x, const double *weights, cf_index m)
{
    cfi_total sum = {0}, total = {0}, plain = {0};
    cf_index count = 0;
    for (cf_index i = 0; i < m; i++) {
        if (isnan(x[i]))
            continue;
        count++;
        cfi_total_add(&plain, x[i]);
        if (weights) {
            cfi_total_add(&sum, x[i] * weights[i]);
            cfi_total_add(&total, weights[i]);
        }
    }
    if (count == 0)
        return (double)NAN;
    if (weights && cfi_total_value(total) != 0)
        return cfi_total_value(sum) / cfi_total_value(total);
    return cfi_total_value(plain) / (double)count;
}

static double beta_of(const cf_metric_options *options)
{
    return options->beta == 0 ? 1 : options->beta < 0 ? 0 : options->beta;
}

/* What the values of the classes, or of the rows, are averaged by. */
static const double *shares(const cfi_class_counts *c, cf_average average)
{
    return average == CF_AVERAGE_WEIGHTED ? c->actual : c->weights;
}

/* The F-scores; below is scratch (m). */
static void fscores(const cfi_metric_args *args, const cfi_class_counts *c, double beta, bool warns,
                    double *below, double *out)
{
    const char *const words[2] = {warns ? "F-score" : NULL, "true nor predicted"};
    const double beta2 = beta * beta;
    if (isinf(beta)) {
        divide(args, c->m, c->hits, c->actual, (const char *[2]){NULL, NULL}, out);
        return;
    }
    if (beta == 0) {
        divide(args, c->m, c->hits, c->predicted, (const char *[2]){NULL, NULL}, out);
        return;
    }
    for (cf_index i = 0; i < c->m; i++)
        below[i] = (beta2 * c->actual[i] + c->predicted[i]) / (1 + beta2);
    divide(args, c->m, c->hits, below, words, out);
}

cf_status cfi_prf(const cfi_metric_args *args, const cfi_class_counts *c, cf_average average,
                  double beta, unsigned warns, double *out)
{
    const cf_index m = c->m;
    double *values = NULL;
    CF_TRY(CF_ALLOC(values, 4 * m));
    double *parts[3] = {values, values + m, values + 2 * m};
    divide(args, m, c->hits, c->predicted,
           (const char *[2]){warns & CFI_PRECISION ? "Precision" : NULL, "predicted"}, parts[0]);
    divide(args, m, c->hits, c->actual,
           (const char *[2]){warns & CFI_RECALL ? "Recall" : NULL, "true"}, parts[1]);
    fscores(args, c, beta, (warns & CFI_FSCORE) != 0, values + 3 * m, parts[2]);
    for (int part = 0; part < 3; part++) {
        if (average == CF_AVERAGE_NONE)
            for (cf_index i = 0; i < m; i++)
                out[4 * i + part] = parts[part][i];
        else
            out[part] = average_of(parts[part], shares(c, average), m);
    }
    for (cf_index i = 0; average == CF_AVERAGE_NONE && i < m; i++)
        out[4 * i + 3] = c->actual[i];
    cf_free(values);
    return CF_OK;
}

static cf_status counts_for(const cfi_metric_args *args, cf_average average, cfi_class_counts *out)
{
    cfi_label_pair pair = {0};
    cf_status status = CF_OK;
    if (!cfi_has_indicators(args))
        status = cfi_label_pair_of(args, &pair);
    if (status == CF_OK)
        status = cfi_class_counts_of(args, &pair, average, out);
    cfi_label_pair_clear(&pair);
    return status;
}

/* One of precision, recall and F-score, averaged. */
static cf_status one_of(const cfi_metric_args *args, double beta, unsigned which, double *out)
{
    cf_average average = args->options->average;
    if (average == CF_AVERAGE_DEFAULT)
        average = CF_AVERAGE_BINARY;
    if (average == CF_AVERAGE_NONE)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: the result is one number; precision_recall_fscore_support gives those "
                       "of every class",
                       args->name);
    cfi_class_counts counts = {0};
    double values[3] = {0};
    cf_status status = counts_for(args, average, &counts);
    if (status == CF_OK)
        status = cfi_prf(args, &counts, average, beta, which, values);
    if (status == CF_OK)
        *out = which == CFI_PRECISION ? values[0] : which == CFI_RECALL ? values[1] : values[2];
    cfi_class_counts_clear(&counts);
    return status;
}

cf_status cfi_precision(const cfi_metric_args *args, double *out)
{
    return one_of(args, 1, CFI_PRECISION, out);
}

cf_status cfi_recall(const cfi_metric_args *args, double *out)
{
    return one_of(args, 1, CFI_RECALL, out);
}

cf_status cfi_f1(const cfi_metric_args *args, double *out)
{
    return one_of(args, 1, CFI_FSCORE, out);
}

cf_status cfi_fbeta(const cfi_metric_args *args, double *out)
{
    return one_of(args, beta_of(args->options), CFI_FSCORE, out);
}

cf_status cfi_jaccard(const cfi_metric_args *args, double *out)
{
    cf_average average = args->options->average;
    if (average == CF_AVERAGE_DEFAULT)
        average = CF_AVERAGE_BINARY;
    if (average == CF_AVERAGE_NONE)
        return cf_fail(CF_ERR_ARGUMENT, "%s: the result is one number; choose an average",
                       args->name);
    cfi_class_counts c = {0};
    double *values = NULL;
    cf_status status = CF_OK;
    CF_GO(counts_for(args, average, &c));
    CF_GO(CF_ALLOC(values, 2 * c.m));
    for (cf_index i = 0; i < c.m; i++)
        values[c.m + i] = c.predicted[i] + c.actual[i] - c.hits[i];
    divide(args, c.m, c.hits, values + c.m, (const char *[2]){"Jaccard", "true or predicted"},
           values);
    *out = average_of(values, shares(&c, average), c.m);
cleanup:
    cf_free(values);
    cfi_class_counts_clear(&c);
    return status;
}

static cf_status every_class(const cfi_metric_args *args, void *result)
{
    cf_matrix *out = result;
    cf_average average = args->options->average;
    if (average == CF_AVERAGE_DEFAULT)
        average = CF_AVERAGE_NONE;
    cfi_class_counts c = {0};
    double *values = NULL;
    cf_status status = CF_OK;
    CF_GO(counts_for(args, average, &c));
    const cf_index rows = average == CF_AVERAGE_NONE ? c.m : 1;
    CF_GO(CF_ALLOC(values, 4 * rows));
    values[3] = (double)NAN;
    CF_GO(cfi_prf(args, &c, average, beta_of(args->options),
                  CFI_PRECISION | CFI_RECALL | CFI_FSCORE, values));
    CF_GO(cf_matrix_resize(out, CF_F64, rows, 4));
    for (cf_index i = 0; i < rows; i++)
        for (cf_index j = 0; j < 4; j++)
            ((double *)out->values)[i * out->row_stride + j * out->col_stride] = values[4 * i + j];
cleanup:
    cf_free(values);
    cfi_class_counts_clear(&c);
    return status;
}

cf_status cf_precision_recall_fscore_support(const cf_matrix *y_true, const cf_matrix *y_pred,
                                             const cf_matrix *sample_weight,
                                             const cf_metric_options *options, cf_matrix *out)
{
    return cfi_metric_into(&(cfi_metric_args){"precision_recall_fscore_support", y_true, y_pred,
                                              sample_weight, options, NULL},
                           every_class, out);
}
