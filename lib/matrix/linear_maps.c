/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Products of a data matrix, dense or CSR, f64 or f32, with small dense ones: predictions (X B +
 * bias) and gradients (X' R). Floats are widened in blocks; a single column takes loops of its own,
 * which run at the speed of memory, where BLAS would first need a copy in doubles.
 */
#include "base/memory.h"
#include "base/parallel.h"
#include "matrix/kernels.h"
#include "matrix/linalg.h"
#include "matrix/matrix.h"
#include "matrix/rows.h"
#include "matrix/vectors.h"

#include <string.h>

/* Elements worth a chunk. */
enum { GRAIN = 1 << 15 };

static cf_index least(cf_index a, cf_index b)
{
    return a < b ? a : b;
}

/* Stored elements of an average row, at least 1. */
static cf_index row_cost(const cf_matrix *X)
{
    const cf_index stored = X->storage == CF_CSR ? X->offsets[X->rows] - X->offsets[0] : 0;
    const cf_index cost = X->storage == CF_CSR ? stored / (X->rows + 1) : X->cols;
    return cost + 1;
}

/* ---- X B + bias ---- */

/* One call of cfi_affine. */
typedef struct affine {
    const cf_matrix *X;
    const double *B;    /* (d, k) */
    const double *bias; /* (k) or NULL */
    cf_index k;
    cf_index first; /* row of X that row 0 of the loop is */
    double *block;  /* rows widened to doubles */
    double *out;    /* (n, k) */
} affine;

CF_CLONES static double dot_f32(cf_index n, const float *x, const double *y)
{
    double sum;
#define TERM(i) (CFI_LOAD_F32(x + (i)) * CFI_LOAD_F64(y + (i)))
#define LAST(i) ((double)x[i] * y[i])
    CFI_SUM_TERMS(sum, n, TERM, LAST);
#undef TERM
#undef LAST
    return sum;
}

/* One output: a dot product a row, read once, from memory as it is. */
static void map_to_one(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const affine *a = ctx;
    const double bias = a->bias ? a->bias[0] : 0;
    for (cf_index i = begin; i < end; i++) {
        const double sum = a->X->dtype == CF_F32
                               ? dot_f32(a->X->cols, cfi_row_f32(a->X, i), a->B)
                               : cfi_dot_1(a->X->cols, cfi_row_f64(a->X, i), a->B);
        a->out[i] = sum + bias;
    }
}

/* Row i of the output = bias + sum of the stored entries times rows of B. */
static void map_sparse(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const affine *a = ctx;
    const cf_matrix *X = a->X;
    for (cf_index i = begin; i < end; i++) {
        double *out = a->out + i * a->k;
        for (cf_index c = 0; c < a->k; c++)
            out[c] = a->bias ? a->bias[c] : 0;
        for (cf_index e = X->offsets[i]; e < X->offsets[i + 1]; e++) {
            const double *row = a->B + X->indices[e] * a->k;
            if (a->k == 1)
                out[0] += cfi_entry(X, e) * row[0];
            else
                cfi_axpy_1(a->k, cfi_entry(X, e), row, out);
        }
    }
}

/* After the product: BLAS would need the bias in every row of the output beforehand. */
static void add_bias(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const affine *a = ctx;
    for (cf_index i = begin; i < end; i++)
        for (cf_index c = 0; c < a->k; c++)
            a->out[i * a->k + c] += a->bias[c];
}

/* Some rows of the block at work. */
static void widen_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const affine *a = ctx;
    cf_index stride;
    cfi_rows_f64(a->X, a->first + begin, a->first + end, 0, a->X->cols,
                 a->block + begin * a->X->cols, &stride);
}

/* Floats: blocks of rows, widened together and multiplied by a parallel product. */
static cf_status map_f32(cf_run *run, affine *a)
{
    const cf_index n = a->X->rows, d = a->X->cols;
    const cf_index rows = least(n, ((cf_index)1 << 21) / d + 64);
    CF_TRY(CF_ALLOC(a->block, rows * d));
    for (a->first = 0; a->first < n; a->first += rows) {
        const cf_index count = least(rows, n - a->first);
        cf_parallel_for(run, count, GRAIN / d + 1, widen_rows, a);
        cfi_gemm(run, false, false, count, a->k, d, 1, a->block, d, a->B, a->k, 0,
                 a->out + a->first * a->k, a->k);
    }
    cf_free(a->block);
    return CF_OK;
}

/* Sparse, one column, floats or doubles: each in the way that reads X once. */
cf_status cfi_affine(cf_run *run, const cf_matrix *X, const double *B, cf_index k,
                     const double *bias, double *out)
{
    affine a = {.X = X, .B = B, .bias = bias, .k = k, .out = out};
    const cf_index n = X->rows, d = X->cols;
    const cf_index grain = GRAIN / (row_cost(X) * (k > 0 ? k : 1)) + 1;
    if (n == 0 || k == 0)
        return CF_OK;
    if (X->storage == CF_CSR) {
        cf_parallel_for(run, n, grain, map_sparse, &a);
        return CF_OK;
    }
    if (k == 1) {
        cf_parallel_for(run, n, grain, map_to_one, &a);
        return CF_OK;
    }
    if (X->dtype == CF_F32 && d > 0)
        CF_TRY(map_f32(run, &a));
    else
        cfi_gemm(run, false, false, n, k, d, 1, X->values, X->row_stride, B, k, 0, out, k);
    if (bias)
        cf_parallel_for(run, n, GRAIN / k + 1, add_bias, &a);
    return CF_OK;
}

/* ---- X' R ---- */

/* One call of cfi_transposed_product. */
typedef struct transposed {
    const cf_matrix *X;
    const double *R; /* (n, k) */
    cf_index k;
    cfi_chunks chunks;
    double *partials; /* (chunks, d, k) */
    double *scratch;  /* (workers, BLOCK rows of X) for floats */
    double *out;      /* (d, k) */
} transposed;

/* Rows of floats widened at once. */
enum { BLOCK_NUMBERS = 1 << 14 };

static cf_index block_rows(cf_index d)
{
    return BLOCK_NUMBERS / d + 8;
}

/* sum += r x; narrow rows four at a time, so that the sums are loaded and stored once for four. */
enum { NARROW = 64 };

CF_CLONES static void add_rows_f64(const double *x, cf_index stride, cf_index n, cf_index d,
                                   const double *r, double *restrict sum)
{
    cf_index i = 0;
    for (; d < NARROW && i + 4 <= n; i += 4) {
        const double *restrict p = x + i * stride, *restrict q = p + stride;
        const double *restrict s = q + stride, *restrict t = s + stride;
        const double r0 = r[i], r1 = r[i + 1], r2 = r[i + 2], r3 = r[i + 3];
        for (cf_index j = 0; j < d; j++)
            sum[j] += (r0 * p[j] + r1 * q[j]) + (r2 * s[j] + r3 * t[j]);
    }
    for (; i < n; i++) {
        const double *restrict p = x + i * stride;
        for (cf_index j = 0; j < d; j++)
            sum[j] += r[i] * p[j];
    }
}

/* As add_rows_f64; the sums are doubles. */
CF_CLONES static void add_rows_f32(const float *x, cf_index stride, cf_index n, cf_index d,
                                   const double *r, double *restrict sum)
{
    cf_index i = 0;
    for (; d < NARROW && i + 4 <= n; i += 4) {
        const float *restrict p = x + i * stride, *restrict q = p + stride;
        const float *restrict s = q + stride, *restrict t = s + stride;
        const double r0 = r[i], r1 = r[i + 1], r2 = r[i + 2], r3 = r[i + 3];
        for (cf_index j = 0; j < d; j++)
            sum[j] +=
                (r0 * (double)p[j] + r1 * (double)q[j]) + (r2 * (double)s[j] + r3 * (double)t[j]);
    }
    for (; i < n; i++) {
        const float *restrict p = x + i * stride;
        for (cf_index j = 0; j < d; j++)
            sum[j] += r[i] * (double)p[j];
    }
}

/* sum (d, k) += entry times row i of R, in the row of the entry's column. */
static void add_sparse_rows(const transposed *t, cf_index begin, cf_index end, double *sum)
{
    const cf_matrix *X = t->X;
    for (cf_index i = begin; i < end; i++) {
        const double *r = t->R + i * t->k;
        for (cf_index e = X->offsets[i]; e < X->offsets[i + 1]; e++) {
            double *row = sum + X->indices[e] * t->k;
            if (t->k == 1)
                row[0] += cfi_entry(X, e) * r[0];
            else
                cfi_axpy_1(t->k, cfi_entry(X, e), r, row);
        }
    }
}

/* The sum over a chunk's rows into its own part, (d, k). */
static void add_products(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    const transposed *t = ctx;
    const cf_matrix *X = t->X;
    const cf_index d = X->cols, k = t->k, rows = block_rows(d);
    double *sum = t->partials + chunk * d * k;
    memset(sum, 0, (size_t)(d * k) * sizeof *sum);
    if (X->storage == CF_CSR) {
        add_sparse_rows(t, begin, end, sum);
    } else if (k == 1 && X->dtype == CF_F32) {
        add_rows_f32(cfi_row_f32(X, begin), X->row_stride, end - begin, d, t->R + begin, sum);
    } else if (k == 1) {
        add_rows_f64(cfi_row_f64(X, begin), X->row_stride, end - begin, d, t->R + begin, sum);
    } else if (X->dtype == CF_F32) {
        double *copy = t->scratch + worker * rows * d;
        for (cf_index i = begin; i < end; i += rows) {
            const cf_index count = least(rows, end - i);
            cf_index stride;
            cfi_rows_f64(X, i, i + count, 0, d, copy, &stride);
            cfi_gemm_1(true, false, d, k, count, 1, copy, d, t->R + i * k, k, 1, sum, k);
        }
    } else {
        cfi_gemm_1(true, false, d, k, end - begin, 1, cfi_row_f64(X, begin), X->row_stride,
                   t->R + begin * k, k, 0, sum, k);
    }
}

/* The parts in order of the chunks, some of the (d, k) sums at a time. */
static void join_products(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const transposed *t = ctx;
    const cf_index size = t->X->cols * t->k;
    memcpy(t->out + begin, t->partials + begin, (size_t)(end - begin) * sizeof *t->out);
    for (cf_index c = 1; c < t->chunks.count; c++)
        for (cf_index j = begin; j < end; j++)
            t->out[j] += t->partials[c * size + j];
}

cf_status cfi_transposed_product(cf_run *run, const cf_matrix *X, const double *R, cf_index k,
                                 double *out)
{
    /* Above this the output is cut instead of the sum. */
    const cf_index largest = (cf_index)1 << 18;
    const cf_index n = X->rows, d = X->cols;
    const size_t bytes = (size_t)(d * k) * sizeof *out;
    transposed t = {.X = X, .R = R, .k = k, .out = out};
    memset(out, 0, bytes);
    if (n == 0 || d * k == 0)
        return CF_OK;
    if (X->storage == CF_DENSE && X->dtype != CF_F32 && d * k > largest) {
        cfi_gemm(run, true, false, d, k, n, 1, X->values, X->row_stride, R, k, 0, out, k);
        return CF_OK;
    }
    cf_status status = CF_OK;
    /* A chunk costs its rows and, for clearing and joining, its sums. */
    const cf_index grain = (GRAIN + d * k) / (row_cost(X) * k) + 1;
    t.chunks = cfi_chunks_for(n, grain, bytes);
    CF_GO(CF_ALLOC(t.partials, t.chunks.count * d * k));
    if (X->storage == CF_DENSE && X->dtype == CF_F32 && k > 1)
        CF_GO(CF_ALLOC(t.scratch, cf_run_threads(run) * block_rows(d) * d));
    cf_parallel_for(run, n, t.chunks.size, add_products, &t);
    cf_parallel_for(run, d * k, GRAIN, join_products, &t);
cleanup:
    cf_free(t.partials);
    cf_free(t.scratch);
    return status;
}

/* ---- the public product ---- */

/* Writes the contiguous `from` into an output view with strides of its own. */
static void copy_into_view(const double *from, cf_matrix *out)
{
    double *to = out->values;
    for (cf_index i = 0; i < out->rows; i++)
        for (cf_index j = 0; j < out->cols; j++)
            to[i * out->row_stride + j * out->col_stride] = from[i * out->cols + j];
}

cf_status cf_matrix_product(const cf_matrix *A, const cf_matrix *B, cf_matrix *out)
{
    cf_status status = CF_OK;
    cf_matrix rows = {0}, right = {0};
    double *product = NULL;
    cf_run run;
    cfi_run_begin(&run, NULL);
    CF_GO(cfi_matrix_apart(A, out));
    CF_GO(cfi_matrix_apart(B, out));
    CF_GO(cf_matrix_check(A, "A"));
    CF_GO(cf_matrix_check(B, "B"));
    if (A->cols != B->rows) {
        status = cf_fail(CF_ERR_SHAPE, "A has %lld columns, B has %lld rows", (long long)A->cols,
                         (long long)B->rows);
        goto cleanup;
    }
    CF_GO(cfi_matrix_normalise(A, true, true, &rows));
    CF_GO(cf_matrix_convert(B, CF_F64, CF_DENSE, &right));
    CF_GO(cf_matrix_resize(out, CF_F64, A->rows, B->cols));
    if (cfi_has_dense_rows(out) && out->row_stride == out->cols) {
        CF_GO(cfi_affine(&run, &rows, right.values, B->cols, NULL, out->values));
    } else {
        CF_GO(CF_ALLOC(product, A->rows * B->cols));
        CF_GO(cfi_affine(&run, &rows, right.values, B->cols, NULL, product));
        copy_into_view(product, out);
    }
cleanup:
    cf_free(product);
    cf_matrix_clear(&rows);
    cf_matrix_clear(&right);
    cfi_run_end(&run);
    return status;
}
