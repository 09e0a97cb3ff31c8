/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of a dense X are shifted as they are read: at large offsets no digit is lost. */
#include "algorithms/linear_model/linear_operator.h"

#include "matrix/kernels.h"
#include "matrix/matrix.h"
#include "matrix/vectors.h"

#include <math.h>
#include <string.h>

/* Elements worth a chunk. */
enum { GRAIN = 1 << 15 };

cf_status cfi_linear_operator_new(cfi_linear_operator *op, const cfi_linear_data *data,
                                  const double *mean, const double *scale)
{
    cf_status status = CF_OK;
    *op = (cfi_linear_operator){.data = data, .mean = mean, .scale = scale};
    CF_GO(CF_ALLOC(op->row, data->d));
    CF_GO(CF_ALLOC(op->column, data->n));
cleanup:
    if (status != CF_OK)
        cfi_linear_operator_clear(op);
    return status;
}

void cfi_linear_operator_clear(cfi_linear_operator *op)
{
    cf_free(op->row);
    cf_free(op->column);
    *op = (cfi_linear_operator){0};
}

/* ---- A v ---- */

typedef struct product {
    const cfi_linear_operator *op;
    const double *in;
    double *out;
} product;

CF_CLONES static double shifted_dot_f64(cf_index d, const double *x, const double *m,
                                        const double *v)
{
    double sum;
#define TERM(j) ((CFI_LOAD_F64(x + (j)) - CFI_LOAD_F64(m + (j))) * CFI_LOAD_F64(v + (j)))
#define LAST(j) ((x[j] - m[j]) * v[j])
    CFI_SUM_TERMS(sum, d, TERM, LAST);
#undef TERM
    return sum;
}

CF_CLONES static double shifted_dot_f32(cf_index d, const float *x, const double *m,
                                        const double *v)
{
    double sum;
#define TERM(j) ((CFI_LOAD_F32(x + (j)) - CFI_LOAD_F64(m + (j))) * CFI_LOAD_F64(v + (j)))
#undef LAST
#define LAST(j) (((double)x[j] - m[j]) * v[j])
    CFI_SUM_TERMS(sum, d, TERM, LAST);
#undef TERM
#undef LAST
    return sum;
}

static void multiply_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const product *p = ctx;
    const cfi_linear_data *data = p->op->data;
    const cf_matrix *X = data->X;
    for (cf_index i = begin; i < end; i++) {
        const double sum = X->dtype == CF_F32
                               ? shifted_dot_f32(data->d, cfi_row_f32(X, i), p->op->mean, p->in)
                               : shifted_dot_f64(data->d, cfi_row_f64(X, i), p->op->mean, p->in);
        p->out[i] = sum * cfi_linear_root(data, i);
    }
}

cf_status cfi_linear_apply(cfi_linear_operator *op, const double *v, double *out)
{
    const cfi_linear_data *data = op->data;
    for (cf_index j = 0; j < data->d; j++)
        op->row[j] = op->scale ? v[j] * op->scale[j] : v[j];
    if (data->X->storage == CF_DENSE) {
        product p = {op, op->row, out};
        cf_parallel_for(data->run, data->n, GRAIN / (data->d + 1) + 1, multiply_rows, &p);
        return CF_OK;
    }
    double offset = 0;
    for (cf_index j = 0; j < data->d; j++)
        offset -= op->mean[j] * op->row[j];
    CF_TRY(cfi_affine(data->run, data->X, op->row, 1, &offset, out));
    for (cf_index i = 0; data->weights && i < data->n; i++)
        out[i] *= cfi_linear_root(data, i);
    return CF_OK;
}

/* ---- A' u ---- */

/* Four rows at a time: the sums are loaded and stored once for four. */
#define DEFINE_ADD_SHIFTED(name, type)                                                             \
    CF_CLONES static void name(const type *x, cf_index stride, cf_index n, cf_index d,             \
                               const double *restrict m, const double *r, double *restrict sum)    \
    {                                                                                              \
        cf_index i = 0;                                                                            \
        for (; i + 4 <= n; i += 4) {                                                               \
            const type *restrict p = x + i * stride, *restrict q = p + stride;                     \
            const type *restrict s = q + stride, *restrict t = s + stride;                         \
            const double a = r[i], b = r[i + 1], c = r[i + 2], e = r[i + 3];                       \
            for (cf_index j = 0; j < d; j++)                                                       \
                sum[j] += (a * ((double)p[j] - m[j]) + b * ((double)q[j] - m[j])) +                \
                          (c * ((double)s[j] - m[j]) + e * ((double)t[j] - m[j]));                 \
        }                                                                                          \
        for (; i < n; i++)                                                                         \
            for (cf_index j = 0; j < d; j++)                                                       \
                sum[j] += r[i] * ((double)x[i * stride + j] - m[j]);                               \
    }

DEFINE_ADD_SHIFTED(add_shifted_f64, double)
DEFINE_ADD_SHIFTED(add_shifted_f32, float)

static void add_rows(void *ctx, cf_index begin, cf_index end, double *partial, int worker)
{
    (void)worker;
    const product *p = ctx;
    const cfi_linear_data *data = p->op->data;
    const cf_matrix *X = data->X;
    const double *mean = p->op->mean, *u = p->in + begin;
    if (X->dtype == CF_F32)
        add_shifted_f32(cfi_row_f32(X, begin), X->row_stride, end - begin, data->d, mean, u,
                        partial);
    else
        add_shifted_f64(cfi_row_f64(X, begin), X->row_stride, end - begin, data->d, mean, u,
                        partial);
}

cf_status cfi_linear_apply_transposed(cfi_linear_operator *op, const double *u, double *out)
{
    const cfi_linear_data *data = op->data;
    const cf_index n = data->n, d = data->d;
    double total = 0;
    for (cf_index i = 0; i < n; i++)
        op->column[i] = u[i] * cfi_linear_root(data, i);
    if (data->X->storage == CF_DENSE) {
        product p = {op, op->column, out};
        CF_TRY(cf_parallel_reduce(data->run, n, GRAIN / (d + 1) + 8, d, add_rows, &p, out));
    } else {
        CF_TRY(cfi_transposed_product(data->run, data->X, op->column, 1, out));
        if (data->centre)
            total = cfi_sum(op->column, NULL, n);
        for (cf_index j = 0; j < d; j++)
            out[j] -= total * op->mean[j];
    }
    for (cf_index j = 0; op->scale && j < d; j++)
        out[j] *= op->scale[j];
    return CF_OK;
}

/* ---- residuals ---- */

void cfi_linear_target(const cfi_linear_data *data, cf_index t, double y_mean, double *out)
{
    for (cf_index i = 0; i < data->n; i++)
        out[i] = (data->Y[i * data->k + t] - y_mean) * cfi_linear_root(data, i);
}

cf_status cfi_linear_gradient(cfi_linear_operator *op, cf_index t, double y_mean, const double *v,
                              double *residual, double *out)
{
    const cfi_linear_data *data = op->data;
    CF_TRY(cfi_linear_apply(op, v, residual));
    for (cf_index i = 0; i < data->n; i++) {
        const double y = (data->Y[i * data->k + t] - y_mean) * cfi_linear_root(data, i);
        residual[i] = y - residual[i];
    }
    return cfi_linear_apply_transposed(op, residual, out);
}
