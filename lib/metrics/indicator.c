/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counts of indicator matrices: every (row, column) is a true or false positive or negative, and
 * they are summed by column, by row, or all together.
 */
#include "metrics/indicator.h"

#include "estimator/input.h"

bool cfi_has_indicators(const cfi_metric_args *args)
{
    return args->truth && args->guess && (args->truth->cols > 1 || args->guess->cols > 1);
}

cf_status cfi_indicator_read(const cfi_metric_args *args, const char *what, const cf_matrix *y,
                             uint8_t **ones)
{
    CF_TRY(CF_ALLOC(*ones, y->rows * y->cols));
    for (cf_index j = 0; j < y->cols; j++)
        if (cf_schema_kind(y->schema, j) != CF_NUMERIC)
            return cf_fail(CF_ERR_TYPE,
                           "%s: %s holds texts in column %lld; an indicator matrix "
                           "holds 0 and 1",
                           args->name, what, (long long)j);
    for (cf_index i = 0; i < y->rows; i++)
        for (cf_index j = 0; j < y->cols; j++) {
            const double value = cf_matrix_get(y, i, j);
            if (value != 0 && value != 1)
                return cf_fail(CF_ERR_DATA,
                               "%s: %s holds %g at row %lld; several columns are an indicator "
                               "matrix of 0 and 1 (multiclass-multioutput is not supported)",
                               args->name, what, value, (long long)i);
            (*ones)[i * y->cols + j] = value == 1;
        }
    return CF_OK;
}

/* The columns that count: those of options->labels, or all. */
static cf_status choose_columns(const cfi_metric_args *args, cf_index **columns, cf_index *m)
{
    const cf_index k = args->truth->cols;
    const cf_matrix *wanted = args->options->labels;
    if (wanted)
        CF_TRY(cf_matrix_check(wanted, "labels"));
    *m = wanted ? wanted->rows : k;
    CF_TRY(CF_ALLOC(*columns, *m));
    for (cf_index c = 0; c < *m; c++) {
        const double label = wanted ? cf_matrix_get(wanted, c, 0) : (double)c;
        if (wanted && cf_schema_kind(wanted->schema, 0) != CF_NUMERIC)
            return cf_fail(CF_ERR_TYPE, "%s: the labels of columns are their numbers", args->name);
        if (label < 0)
            return cf_fail(CF_ERR_ARGUMENT,
                           "%s: All labels must be in [0, n labels) for multilabel targets. Got "
                           "%g < 0",
                           args->name, label);
        if (!(label <= (double)(k - 1)))
            return cf_fail(CF_ERR_ARGUMENT,
                           "%s: All labels must be in [0, n labels) for multilabel targets. Got "
                           "%g > %lld",
                           args->name, label, (long long)(k - 1));
        (*columns)[c] = (cf_index)label;
    }
    return CF_OK;
}

/* What is counted, and where: which sums a (row, column) belongs to. */
typedef struct count {
    cf_index n, k, m;
    const cf_index *columns; /* (m) */
    const uint8_t *truth, *guess;
    const double *weights; /* (n), NULL = all one */
    cf_average average;
    cf_index slots;
    cfi_total *totals; /* (3, slots) hits, predicted, actual */
} count;

static void add_up(const count *c)
{
    cfi_total *hits = c->totals, *predicted = hits + c->slots, *actual = predicted + c->slots;
    for (cf_index i = 0; i < c->n; i++) {
        const double w = cfi_weight(c->weights, i);
        for (cf_index t = 0; t < c->m; t++) {
            const cf_index cell = i * c->k + c->columns[t];
            const cf_index slot = c->average == CF_AVERAGE_SAMPLES ? i
                                  : c->average == CF_AVERAGE_MICRO ? 0
                                                                   : t;
            if (c->truth[cell] && c->guess[cell])
                cfi_total_add(&hits[slot], w);
            if (c->guess[cell])
                cfi_total_add(&predicted[slot], w);
            if (c->truth[cell])
                cfi_total_add(&actual[slot], w);
        }
    }
}

static cf_status check_sides(const cfi_metric_args *args, cf_average average)
{
    CF_TRY(cfi_metric_check(args));
    if (args->truth->cols != args->guess->cols)
        return cf_fail(CF_ERR_SHAPE, "%s: y_true has %lld columns, y_pred has %lld", args->name,
                       (long long)args->truth->cols, (long long)args->guess->cols);
    if (average == CF_AVERAGE_BINARY)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: Target is multilabel-indicator but average='binary'; choose another "
                       "average setting: none, micro, macro, weighted or samples",
                       args->name);
    return CF_OK;
}

cf_status cfi_indicator_counts(const cfi_metric_args *args, cf_average average,
                               cfi_class_counts *out)
{
    uint8_t *truth = NULL, *guess = NULL;
    cf_index *columns = NULL;
    double *weights = NULL;
    count c = {.average = average};
    cf_status status = CF_OK;
    CF_GO(check_sides(args, average));
    c.n = args->truth->rows;
    c.k = args->truth->cols;
    CF_GO(choose_columns(args, &columns, &c.m));
    CF_GO(cfi_indicator_read(args, "y_true", args->truth, &truth));
    CF_GO(cfi_indicator_read(args, "y_pred", args->guess, &guess));
    if (args->weights)
        CF_GO(cfi_check_weights(args->name, args->weights, c.n, &weights));
    const bool by_row = average == CF_AVERAGE_SAMPLES;
    c.slots = by_row ? c.n : average == CF_AVERAGE_MICRO ? 1 : c.m;
    CF_GO(CF_ALLOC_ZERO(c.totals, 3 * c.slots));
    c.columns = columns;
    c.truth = truth;
    c.guess = guess;
    c.weights = by_row ? NULL : weights;
    add_up(&c);
    CF_GO(CF_ALLOC(out->hits, 3 * c.slots));
    out->m = c.slots;
    out->predicted = out->hits + c.slots;
    out->actual = out->predicted + c.slots;
    for (cf_index i = 0; i < 3 * c.slots; i++)
        out->hits[i] = cfi_total_value(c.totals[i]);
    if (by_row) {
        out->weights = weights;
        weights = NULL;
    }
cleanup:
    cf_free(truth);
    cf_free(guess);
    cf_free(columns);
    cf_free(weights);
    cf_free(c.totals);
    return status;
}

cf_status cfi_indicator_labels(const cfi_metric_args *args, cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, CF_I64, args->truth->cols, 1));
    for (cf_index j = 0; j < args->truth->cols; j++)
        ((int64_t *)out->values)[j] = j;
    return CF_OK;
}
