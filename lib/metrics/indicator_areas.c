/* SPDX-License-Identifier: BSD-3-Clause */
/* Areas under curves of indicator matrices: of each column, of each row, or of all together. */
#include "metrics/indicator.h"
#include "metrics/ranking.h"

#include "estimator/input.h"

#include <string.h>

/* Truth and scores of every (row, column); zero-initialised = empty. */
typedef struct cells {
    cf_index n, k;
    uint8_t *ones;   /* (n, k) */
    double *score;   /* (n, k) */
    double *weights; /* (n), NULL = all one */
} cells;

static void cells_clear(cells *c)
{
    cf_free(c->ones);
    cf_free(c->score);
    cf_free(c->weights);
}

static cf_status cells_read(const cfi_metric_args *args, cells *c)
{
    const cf_matrix *truth = args->truth, *guess = args->guess;
    CF_TRY(cfi_metric_check(args));
    if (truth->cols != guess->cols)
        return cf_fail(CF_ERR_SHAPE, "%s: y_true has %lld columns, y_pred has %lld", args->name,
                       (long long)truth->cols, (long long)guess->cols);
    c->n = truth->rows;
    c->k = truth->cols;
    CF_TRY(cfi_indicator_read(args, "y_true", truth, &c->ones));
    CF_TRY(CF_ALLOC(c->score, c->n * c->k));
    for (cf_index j = 0; j < c->k; j++) {
        double *column = NULL;
        CF_TRY(cfi_metric_column(args->name, "y_pred", guess, j, &column));
        for (cf_index i = 0; i < c->n; i++)
            c->score[i * c->k + j] = column[i];
        cf_free(column);
    }
    return args->weights ? cfi_check_weights(args->name, args->weights, c->n, &c->weights) : CF_OK;
}

/* Part of the cells in one ranking. */
typedef struct ranking {
    cf_index n;
    int32_t *codes;
    double *score, *weights; /* weights NULL = all one */
} ranking;

static void ranking_clear(ranking *r)
{
    cf_free(r->codes);
    cf_free(r->score);
    cf_free(r->weights);
}

static cf_status ranking_make(cf_index n, bool weighted, ranking *r)
{
    CF_TRY(CF_ALLOC(r->codes, n));
    CF_TRY(CF_ALLOC(r->score, n));
    return weighted ? CF_ALLOC(r->weights, n) : CF_OK;
}

static void put_cell(const cells *c, cf_index i, cf_index j, ranking *r)
{
    r->codes[r->n] = c->ones[i * c->k + j];
    r->score[r->n] = c->score[i * c->k + j];
    if (r->weights)
        r->weights[r->n] = cfi_weight(c->weights, i);
    r->n++;
}

static cf_status area_of(const cfi_metric_args *args, const ranking *r, cfi_area_fn area,
                         double *out)
{
    cfi_steps_down steps = {0};
    CF_TRY(cfi_steps_down_make(&(cfi_ranked){r->n, r->codes, r->score, r->weights}, 1, &steps));
    *out = area(args, &steps);
    cfi_steps_down_clear(&steps);
    return CF_OK;
}

/* What an area counts in the average: the true rows of a column, or the weight of a row. */
static double share_of(const cells *c, cf_average average, cf_index part)
{
    cfi_total sum = {0};
    if (average == CF_AVERAGE_SAMPLES)
        return cfi_weight(c->weights, part);
    if (average != CF_AVERAGE_WEIGHTED)
        return 1;
    for (cf_index i = 0; i < c->n; i++)
        if (c->ones[i * c->k + part])
            cfi_total_add(&sum, cfi_weight(c->weights, i));
    return cfi_total_value(sum);
}

/* Mean over the columns, or over the rows. */
static cf_status mean_area(const cfi_metric_args *args, const cells *c, cfi_area_fn area,
                           double *out)
{
    const cf_average average = args->options->average;
    const bool by_row = average == CF_AVERAGE_SAMPLES;
    const cf_index parts = by_row ? c->n : c->k, length = by_row ? c->k : c->n;
    ranking r = {0};
    cfi_total sum = {0}, total = {0};
    cf_status status = CF_OK;
    CF_GO(ranking_make(length, c->weights && !by_row, &r));
    for (cf_index part = 0; part < parts; part++) {
        const double share = share_of(c, average, part);
        double one = 0;
        r.n = 0;
        for (cf_index at = 0; at < length; at++)
            put_cell(c, by_row ? part : at, by_row ? at : part, &r);
        CF_GO(area_of(args, &r, area, &one));
        if (share > 0)
            cfi_total_add(&sum, share * one);
        cfi_total_add(&total, share);
    }
    *out = cfi_total_value(total) > 0 ? cfi_total_value(sum) / cfi_total_value(total) : 0;
cleanup:
    ranking_clear(&r);
    return status;
}

static cf_status area_of_all(const cfi_metric_args *args, const cells *c, cfi_area_fn area,
                             double *out)
{
    ranking r = {0};
    cf_status status = CF_OK;
    CF_GO(ranking_make(c->n * c->k, c->weights != NULL, &r));
    for (cf_index i = 0; i < c->n; i++)
        for (cf_index j = 0; j < c->k; j++)
            put_cell(c, i, j, &r);
    CF_GO(area_of(args, &r, area, out));
cleanup:
    ranking_clear(&r);
    return status;
}

cf_status cfi_indicator_area(const cfi_metric_args *args, cfi_area_fn area, double *out)
{
    const cf_average average = args->options->average;
    if (average == CF_AVERAGE_BINARY || average == CF_AVERAGE_NONE)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: average must be one of micro, macro, weighted and samples for an "
                       "indicator matrix",
                       args->name);
    cells c = {0};
    cf_status status = cells_read(args, &c);
    if (status == CF_OK && average == CF_AVERAGE_MICRO)
        status = area_of_all(args, &c, area, out);
    else if (status == CF_OK)
        status = mean_area(args, &c, area, out);
    cells_clear(&c);
    return status;
}
