/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Squared Euclidean distances between the rows of two matrices. Many columns: |x|^2 + |y|^2 - 2 x'y
 * by GEMM, on data shifted by the mean of Y so that a common offset costs no digits; where the
 * result is still small against the two norms it is computed again from the differences. Few
 * columns: directly from the differences, Y transposed so that the loop runs along the output.
 * Sparse X: the products are gathered from the stored entries, without a shift.
 */
#include "base/memory.h"
#include "base/parallel.h"
#include "matrix/kernels.h"
#include "matrix/linalg.h"
#include "matrix/matrix.h"
#include "matrix/rows.h"
#include "matrix/vectors.h"

#include <math.h>
#include <string.h>

/* ---- norms ---- */

typedef struct norms {
    const cf_matrix *X;
    double *out;
} norms;

/* Squares and sum in double precision. */
CF_CLONES static double square_f32(cf_index n, const float *x)
{
    double sum;
#define TERM(i) (CFI_LOAD_F32(x + (i)) * CFI_LOAD_F32(x + (i)))
#define LAST(i) ((double)x[i] * (double)x[i])
    CFI_SUM_TERMS(sum, n, TERM, LAST);
#undef TERM
#undef LAST
    return sum;
}

static void square_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const norms *p = ctx;
    const cf_matrix *X = p->X;
    const bool sparse = X->storage == CF_CSR;
    for (cf_index i = begin; i < end; i++) {
        const cf_index first = sparse ? X->offsets[i] : i * X->row_stride;
        const cf_index n = sparse ? X->offsets[i + 1] - first : X->cols;
        if (X->dtype == CF_F32) {
            p->out[i] = square_f32(n, (const float *)X->values + first);
        } else {
            const double *x = (const double *)X->values + first;
            p->out[i] = cfi_dot_1(n, x, x);
        }
    }
}

void cfi_row_norms2(cf_run *run, const cf_matrix *X, double *out)
{
    const cf_index stored = X->storage == CF_CSR ? X->offsets[X->rows] - X->offsets[0] : 0;
    const cf_index cost = X->storage == CF_CSR ? stored / (X->rows + 1) : X->cols;
    norms p = {X, out};
    cf_parallel_for(run, X->rows, 32768 / (cost + 1) + 1, square_rows, &p);
}

/* ---- distances ---- */

/* Columns up to which differences are cheaper than GEMM. */
enum { FEW_COLUMNS = 8 };

/* Below this share of |x|^2 + |y|^2 a distance is computed again: 12 bits would be lost. */
static const double cancelled = 0x1p-12;

typedef struct distances {
    const cf_matrix *X, *Y;
    cf_index first, count; /* rows of Y at work */
    const double *shift;   /* (d) */
    double *block;         /* dense X: (count, d) shifted rows of Y; otherwise (d, count) of Y */
    double *norms;         /* (count) of those */
    const double *x_norms; /* (n), sparse X */
    double *scratch;       /* (workers, scratch_rows, d) */
    cf_index scratch_rows;
    cf_index chunk_rows;
    double *out; /* (n, m) */
} distances;

static cf_index least(cf_index a, cf_index b)
{
    return a < b ? a : b;
}

/* row[j] = max(0, norm + others[j] + row[j]); true when some entry lost too many digits. */
CF_CLONES static bool finish_row(double norm, const double *restrict others, cf_index n,
                                 double *restrict row)
{
    int64_t small = 0;
    for (cf_index j = 0; j < n; j++) {
        const double both = norm + others[j], square = both + row[j];
        row[j] = square > 0 ? square : 0;
        small |= square < cancelled * both;
    }
    return small != 0;
}

static void subtract(double *x, const double *shift, cf_index d)
{
    for (cf_index j = 0; j < d; j++)
        x[j] -= shift[j];
}

/* Chunk of rows of a dense X against the block of Y, by GEMM: out = -2 x'y first, to which
 * finish_row adds the norms. */
static void compare_by_product(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const distances *p = ctx;
    const cf_index d = p->X->cols, m = p->Y->rows;
    double *x = p->scratch + worker * p->scratch_rows * d;
    for (cf_index i = begin; i < end; i++) {
        cfi_row_to_f64(p->X, i, x + (i - begin) * d);
        subtract(x + (i - begin) * d, p->shift, d);
    }
    cfi_gemm_1(false, true, end - begin, p->count, d, -2, x, d, p->block, d, 0,
               p->out + begin * m + p->first, m);
    for (cf_index i = begin; i < end; i++) {
        const double *row = x + (i - begin) * d;
        double *out = p->out + i * m + p->first;
        const double norm = cfi_dot_1(d, row, row);
        if (!finish_row(norm, p->norms, p->count, out))
            continue;
        for (cf_index j = 0; j < p->count; j++)
            if (out[j] < cancelled * (norm + p->norms[j]))
                out[j] = cfi_distance2(row, p->block + j * d, d);
    }
}

/* out[j] += (x - y[j])^2. */
CF_CLONES static void add_distance_squares(double x, const double *restrict y, cf_index n,
                                           double *restrict out)
{
    for (cf_index j = 0; j < n; j++)
        out[j] += (x - y[j]) * (x - y[j]);
}

/* Chunk of rows of a dense X with few columns. */
static void compare_by_difference(void *ctx, cf_index begin, cf_index end, cf_index chunk,
                                  int worker)
{
    (void)chunk;
    (void)worker;
    const distances *p = ctx;
    const cf_index d = p->X->cols;
    for (cf_index i = begin; i < end; i++) {
        double x[FEW_COLUMNS], *out = p->out + i * p->Y->rows + p->first;
        cfi_row_to_f64(p->X, i, x);
        memset(out, 0, (size_t)p->count * sizeof *out);
        for (cf_index l = 0; l < d; l++)
            add_distance_squares(x[l], p->block + l * p->count, p->count, out);
    }
}

/* Squared distance between row i of a sparse X and column j of the block, from the differences. */
static double exact_sparse(const distances *p, cf_index i, cf_index j)
{
    const cf_matrix *X = p->X;
    cf_index e = X->offsets[i];
    double sum = 0;
    for (cf_index l = 0; l < X->cols; l++) {
        double gap = -p->block[l * p->count + j];
        if (e < X->offsets[i + 1] && X->indices[e] == l)
            gap += cfi_entry(X, e++);
        sum += gap * gap;
    }
    return sum;
}

/* Chunk of rows of a sparse X: -2 x'y, a row of the block for each stored entry. */
static void compare_sparse(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const distances *p = ctx;
    const cf_matrix *X = p->X;
    for (cf_index i = begin; i < end; i++) {
        double *out = p->out + i * p->Y->rows + p->first;
        memset(out, 0, (size_t)p->count * sizeof *out);
        for (cf_index e = X->offsets[i]; e < X->offsets[i + 1]; e++)
            cfi_axpy_1(p->count, -2 * cfi_entry(X, e), p->block + X->indices[e] * p->count, out);
        if (!finish_row(p->x_norms[i], p->norms, p->count, out))
            continue;
        for (cf_index j = 0; j < p->count; j++)
            if (out[j] < cancelled * (p->x_norms[i] + p->norms[j]))
                out[j] = exact_sparse(p, i, j);
    }
}

/* Rows [first, first + count) of Y, shifted, one after the other, with their norms. */
static void load_rows(distances *p)
{
    const cf_index d = p->Y->cols;
    for (cf_index j = 0; j < p->count; j++) {
        double *row = p->block + j * d;
        cfi_row_to_f64(p->Y, p->first + j, row);
        subtract(row, p->shift, d);
        p->norms[j] = cfi_dot_1(d, row, row);
    }
}

/* The same rows as columns, not shifted; `row` holds d numbers. */
static void load_columns(distances *p, double *row)
{
    const cf_index d = p->Y->cols;
    for (cf_index j = 0; j < p->count; j++) {
        cfi_row_to_f64(p->Y, p->first + j, row);
        p->norms[j] = cfi_dot_1(d, row, row);
        for (cf_index l = 0; l < d; l++)
            p->block[l * p->count + j] = row[l];
    }
}

/* shift = the mean of the rows of Y. */
static void mean_row(const cf_matrix *Y, double *row, double *shift)
{
    memset(shift, 0, (size_t)Y->cols * sizeof *shift);
    for (cf_index i = 0; i < Y->rows; i++) {
        cfi_row_to_f64(Y, i, row);
        cfi_axpy_1(Y->cols, 1 / (double)Y->rows, row, shift);
    }
}

cf_status cfi_distances2(cf_run *run, const cf_matrix *X, const cf_matrix *Y, double *out)
{
    const cf_index n = X->rows, m = Y->rows, d = X->cols;
    const bool sparse = X->storage == CF_CSR, few = !sparse && d <= FEW_COLUMNS;
    if (n == 0 || m == 0)
        return CF_OK;
    cf_status status = CF_OK;
    double *shift = NULL, *x_norms = NULL;
    distances p = {.X = X, .Y = Y, .out = out};
    /* A block of Y of some megabytes; a chunk of X that fits the second-level cache beside it. */
    const cf_index width = few ? 512 : ((cf_index)1 << 20) / (d + 1) + 64;
    p.chunk_rows = sparse || few ? (1 << 16) / (least(width, m) + 1) + 1 : (1 << 16) / d + 16;
    p.chunk_rows = least(p.chunk_rows, 256);
    CF_GO(CF_ALLOC(shift, d));
    CF_GO(CF_ALLOC(p.block, least(width, m) * d));
    CF_GO(CF_ALLOC(p.norms, least(width, m)));
    p.scratch_rows = sparse || few ? 1 : p.chunk_rows;
    CF_GO(CF_ALLOC(p.scratch, cf_run_threads(run) * p.scratch_rows * d));
    p.shift = shift;
    if (sparse) {
        CF_GO(CF_ALLOC(x_norms, n));
        cfi_row_norms2(run, X, x_norms);
        p.x_norms = x_norms;
    } else if (!few) {
        mean_row(Y, p.scratch, shift);
    }
    for (; p.first < m; p.first += width) {
        p.count = least(width, m - p.first);
        if (sparse || few)
            load_columns(&p, p.scratch);
        else
            load_rows(&p);
        cf_parallel_for(run, n, p.chunk_rows,
                        sparse ? compare_sparse
                        : few  ? compare_by_difference
                               : compare_by_product,
                        &p);
    }
cleanup:
    cf_free(shift);
    cf_free(x_norms);
    cf_free(p.block);
    cf_free(p.norms);
    cf_free(p.scratch);
    return status;
}
