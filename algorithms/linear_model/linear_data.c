/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows, means, scales and predictions shared by the linear models. */
#include "algorithms/linear_model/linear_data.h"

#include "matrix/kernels.h"
#include "matrix/matrix.h"
#include "matrix/rows.h"

#include <math.h>

/* ---- the problem ---- */

static cf_status keep_weighted_rows(cfi_linear_data *data, const cf_fit_args *args, cf_index kept)
{
    cf_status status = CF_OK;
    cf_index *rows = NULL, count = 0;
    CF_GO(CF_ALLOC(rows, kept));
    CF_GO(CF_ALLOC(data->kept_weights, kept));
    for (cf_index i = 0; i < data->n; i++)
        if (args->weights[i] > 0) {
            data->kept_weights[count] = args->weights[i];
            rows[count++] = i;
        }
    CF_GO(cf_matrix_gather_rows(args->X, rows, kept, &data->kept_X));
    CF_GO(cf_matrix_gather_rows(args->y, rows, kept, &data->kept_Y));
    data->X = &data->kept_X;
    data->Y = data->kept_Y.values;
    data->weights = data->kept_weights;
    data->n = kept;
cleanup:
    cf_free(rows);
    return status;
}

cf_status cfi_linear_data_new(cfi_linear_data *data, cf_estimator *self, const cf_fit_args *args,
                              bool centre)
{
    *data = (cfi_linear_data){.self = self, .args = args, .run = args->run};
    data->X = args->X, data->Y = args->y->values;
    data->weights = args->weights;
    data->n = args->X->rows, data->d = args->X->cols, data->k = args->y->cols;
    data->centre = centre;
    cf_index kept = 0;
    for (cf_index i = 0; args->weights && i < data->n; i++)
        kept += args->weights[i] > 0;
    if (!args->weights || kept == data->n)
        return CF_OK;
    const cf_status status = keep_weighted_rows(data, args, kept);
    if (status != CF_OK)
        cfi_linear_data_clear(data);
    return status;
}

void cfi_linear_data_clear(cfi_linear_data *data)
{
    cf_matrix_clear(&data->kept_X);
    cf_matrix_clear(&data->kept_Y);
    cf_free(data->kept_weights);
    data->kept_weights = NULL;
}

double cfi_linear_root(const cfi_linear_data *data, cf_index i)
{
    return data->weights ? sqrt(data->weights[i]) : 1.0;
}

double cfi_power_scale(double x)
{
    int e = 0;
    (void)frexp(x, &e);
    return ldexp(1.0, e > 400 ? -400 : e < -400 ? 400 : -e);
}

/* ---- means ---- */

static cf_status mean_of(const cfi_linear_data *data, const cf_matrix *X, double *mean,
                         double *weight)
{
    cf_status status = CF_OK;
    cfi_column_stats stats = {0};
    CF_GO(cfi_column_stats_new(&stats, X->cols));
    CF_GO(cfi_column_stats_add(data->run, &stats, X, data->weights, CFI_STATS_MEAN));
    for (cf_index j = 0; j < X->cols; j++)
        mean[j] = stats.mean[j];
    *weight = X->cols > 0 ? stats.weight[0] : 0;
cleanup:
    cfi_column_stats_clear(&stats);
    return status;
}

cf_status cfi_linear_means(const cfi_linear_data *data, double *mean, double *y_mean,
                           double *weight)
{
    const cf_matrix Y = cf_view_f64(data->Y, data->n, data->k);
    CF_TRY(mean_of(data, &Y, y_mean, weight));
    if (data->centre)
        return mean_of(data, data->X, mean, weight);
    for (cf_index j = 0; j < data->d; j++)
        mean[j] = 0;
    for (cf_index t = 0; t < data->k; t++)
        y_mean[t] = 0;
    return CF_OK;
}

/* ---- copies ---- */

CF_CLONES static void shift_f64(cf_index d, const double *restrict x, const double *restrict shift,
                                const double *restrict scale, double root, double *restrict z)
{
    if (scale)
        for (cf_index j = 0; j < d; j++)
            z[j] = (x[j] - shift[j]) * (scale[j] * root);
    else
        for (cf_index j = 0; j < d; j++)
            z[j] = (x[j] - shift[j]) * root;
}

CF_CLONES static void shift_f32(cf_index d, const float *restrict x, const double *restrict shift,
                                const double *restrict scale, double root, double *restrict z)
{
    if (scale)
        for (cf_index j = 0; j < d; j++)
            z[j] = ((double)x[j] - shift[j]) * (scale[j] * root);
    else
        for (cf_index j = 0; j < d; j++)
            z[j] = ((double)x[j] - shift[j]) * root;
}

void cfi_linear_copy(const cfi_linear_data *data, const cfi_linear_block *block, double *Z,
                     cf_index ld)
{
    const cf_matrix *X = data->X;
    const double *shift = block->shift + block->first;
    const double *scale = block->scale ? block->scale + block->first : NULL;
    for (cf_index i = block->begin; i < block->end; i++, Z += ld) {
        const double root = block->weighted ? cfi_linear_root(data, i) : 1.0;
        if (X->dtype == CF_F32)
            shift_f32(block->cols, cfi_row_f32(X, i) + block->first, shift, scale, root, Z);
        else
            shift_f64(block->cols, cfi_row_f64(X, i) + block->first, shift, scale, root, Z);
    }
}

void cfi_linear_copy_columns(const cfi_linear_data *data, const cfi_linear_block *block, double *Z,
                             cf_index ld)
{
    enum { SIDE = 16 };
    double square[SIDE * SIDE]; /* rows copied together, then turned: both sides stay in cache */
    for (cf_index i = block->begin; i < block->end; i += SIDE) {
        const cf_index rows = block->end - i < SIDE ? block->end - i : SIDE;
        for (cf_index j = 0; j < block->cols; j += SIDE) {
            const cf_index cols = block->cols - j < SIDE ? block->cols - j : SIDE;
            cfi_linear_block part = *block;
            part.begin = i, part.end = i + rows;
            part.first = block->first + j, part.cols = cols;
            cfi_linear_copy(data, &part, square, SIDE);
            for (cf_index c = 0; c < cols; c++)
                for (cf_index r = 0; r < rows; r++)
                    Z[(j + c) * ld + i - block->begin + r] = square[r * SIDE + c];
        }
    }
}

/* ---- intercepts and predictions ---- */

void cfi_linear_intercept(const cfi_linear_data *data, const double *mean, const double *y_mean,
                          const double *coef, double *intercept)
{
    for (cf_index t = 0; t < data->k; t++) {
        /* A sum of products in twice the precision: the terms may cancel at large offsets. */
        double high = y_mean[t], low = 0;
        for (cf_index j = 0; j < data->d; j++) {
            const double a = -mean[j], b = coef[t * data->d + j], product = a * b;
            const double sum = high + product, part = sum - high;
            low += fma(a, b, -product) + ((high - (sum - part)) + (product - part));
            high = sum;
        }
        intercept[t] = data->centre ? high + low : 0;
    }
}

/* out (n, k) contiguous. */
static cf_status predict_rows(const cf_matrix *X, const double *rows, const cf_matrix *intercept,
                              cf_run *run, double *out)
{
    const cf_index d = X->cols, k = intercept->rows;
    if (k == 1)
        return cfi_affine(run, X, rows, 1, intercept->values, out);
    double *columns;
    CF_TRY(CF_ALLOC(columns, d * k));
    for (cf_index t = 0; t < k; t++)
        for (cf_index j = 0; j < d; j++)
            columns[j * k + t] = rows[t * d + j];
    const cf_status status = cfi_affine(run, X, columns, k, intercept->values, out);
    cf_free(columns);
    return status;
}

cf_status cfi_linear_predict(const cf_matrix *X, const cf_matrix *coef, const cf_matrix *intercept,
                             cf_run *run, cf_matrix *out)
{
    const cf_index k = intercept->rows;
    CF_TRY(cf_matrix_resize(out, CF_F64, X->rows, k));
    if (out->row_stride == k && (out->col_stride == 1 || k == 1))
        return predict_rows(X, coef->values, intercept, run, out->values);
    double *rows; /* the output is a view with strides of its own */
    CF_TRY(CF_ALLOC(rows, X->rows * k));
    const cf_status status = predict_rows(X, coef->values, intercept, run, rows);
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index t = 0; t < k; t++)
            ((double *)out->values)[i * out->row_stride + t * out->col_stride] = rows[i * k + t];
    cf_free(rows);
    return status;
}
