/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One streaming pass: each row is read once and written once, in parallel over blocks of rows.
 * The operations and their order are NumPy's, so results equal scikit-learn's bit for bit.
 */
#include "preprocessing/column_map.h"

#include "matrix/kernels.h"

enum { BLOCK_ELEMENTS = 1 << 16 };

/* Rows [0, n) of one dtype; strides in elements. Constant flags are hoisted by the compiler. */
#define DEFINE_MAP_ROWS(name, T)                                                                   \
    CF_CLONES static void name(cf_index n, cf_index d, const T *x, cf_index x_stride, T *out,      \
                               cf_index out_stride, const T *shift, const T *scale, bool divide)   \
    {                                                                                              \
        for (cf_index i = 0; i < n; i++) {                                                         \
            const T *restrict from = x + i * x_stride;                                             \
            T *restrict to = out + i * out_stride;                                                 \
            if (divide)                                                                            \
                for (cf_index j = 0; j < d; j++)                                                   \
                    to[j] = (from[j] - shift[j]) / scale[j];                                       \
            else                                                                                   \
                for (cf_index j = 0; j < d; j++)                                                   \
                    to[j] = from[j] * scale[j] + shift[j];                                         \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    CF_CLONES static void name##_clip(cf_index n, cf_index d, T *x, cf_index stride, T low,        \
                                      T high)                                                      \
    {                                                                                              \
        for (cf_index i = 0; i < n; i++)                                                           \
            for (cf_index j = 0; j < d; j++) {                                                     \
                const T value = x[i * stride + j];                                                 \
                x[i * stride + j] = value < low ? low : value > high ? high : value;               \
            }                                                                                      \
    }

DEFINE_MAP_ROWS(map_rows_f64, double)
DEFINE_MAP_ROWS(map_rows_f32, float)

typedef struct mapping {
    const cf_matrix *X;
    const cfi_column_map *map;
    cf_matrix *out;            /* contiguous rows */
    const void *shift, *scale; /* (cols) of X's dtype */
} mapping;

/* Clipping is a second pass over a block that is still in the cache. */
static void map_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const mapping *m = ctx;
    const cf_matrix *X = m->X;
    const cf_index n = end - begin, d = X->cols, stride = m->out->row_stride;
    const cfi_column_map *map = m->map;
    if (X->dtype == CF_F32) {
        float *to = (float *)m->out->values + begin * stride;
        map_rows_f32(n, d, (const float *)X->values + begin * X->row_stride, X->row_stride, to,
                     stride, m->shift, m->scale, map->divide);
        if (map->clip)
            map_rows_f32_clip(n, d, to, stride, (float)map->low, (float)map->high);
    } else {
        double *to = (double *)m->out->values + begin * stride;
        map_rows_f64(n, d, (const double *)X->values + begin * X->row_stride, X->row_stride, to,
                     stride, m->shift, m->scale, map->divide);
        if (map->clip)
            map_rows_f64_clip(n, d, to, stride, map->low, map->high);
    }
}

/* `values` (NULL: all `otherwise`) as d numbers of X's dtype. */
static void fill(cf_dtype dtype, cf_index d, const double *values, double otherwise, void *to)
{
    for (cf_index j = 0; j < d; j++) {
        const double value = values ? values[j] : otherwise;
        if (dtype == CF_F32)
            ((float *)to)[j] = (float)value;
        else
            ((double *)to)[j] = value;
    }
}

/* Blocks of 64 Ki entries: half a megabyte, in the second-level cache. */
static cf_index rows_a_block(cf_index cols)
{
    return cols < BLOCK_ELEMENTS ? BLOCK_ELEMENTS / (cols > 0 ? cols : 1) : 1;
}

cf_status cfi_map_columns(cf_run *run, const cf_matrix *X, const cfi_column_map *map,
                          cf_matrix *out)
{
    cf_status status;
    const cf_index d = X->cols;
    double *numbers = NULL; /* room for both arrays in either dtype */
    cf_matrix own = {0};
    CF_GO(cf_matrix_resize(out, X->dtype, X->rows, d));
    CF_GO(CF_ALLOC(numbers, 2 * d));
    fill(X->dtype, d, map->shift, 0, numbers);
    fill(X->dtype, d, map->scale, 1, numbers + d);
    /* a caller's view with strided columns is filled from a matrix of our own */
    const bool direct = out->col_stride == 1 || d <= 1;
    if (!direct)
        CF_GO(cf_matrix_resize(&own, X->dtype, X->rows, d));
    mapping m = {X, map, direct ? out : &own, numbers, numbers + d};
    cf_parallel_for(run, X->rows, rows_a_block(d), map_chunk, &m);
    if (!direct)
        CF_GO(cf_matrix_convert(&own, X->dtype, CF_DENSE, out));
cleanup:
    cf_matrix_clear(&own);
    cf_free(numbers);
    return status;
}

typedef struct sparse_scaling {
    cf_matrix *X;
    const double *factors;
} sparse_scaling;

/* In place: `out` is a copy of X by now. */
static void scale_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const sparse_scaling *s = ctx;
    const cf_matrix *X = s->X;
    for (cf_index k = X->offsets[begin]; k < X->offsets[end]; k++) {
        const double factor = s->factors[X->indices[k]];
        if (X->dtype == CF_F32)
            ((float *)X->values)[k] *= (float)factor;
        else
            ((double *)X->values)[k] *= factor;
    }
}

cf_status cfi_scale_sparse_columns(cf_run *run, const cf_matrix *X, const double *scale,
                                   bool divide, cf_matrix *out)
{
    cf_status status;
    double *factors = NULL;
    CF_GO(cf_matrix_copy(X, out));
    if (!scale)
        goto cleanup;
    CF_GO(CF_ALLOC(factors, X->cols));
    for (cf_index j = 0; j < X->cols; j++)
        factors[j] = divide ? 1 / scale[j] : scale[j];
    sparse_scaling s = {out, factors};
    cf_parallel_for(run, X->rows, 1024, scale_chunk, &s);
cleanup:
    cf_free(factors);
    return status;
}
