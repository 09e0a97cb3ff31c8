/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One column runs through loops of its own. Products of narrow rows are taken four at a time, for
 * the sum of the lanes is half their cost; wide rows come from memory and are read one by one, in
 * order, as prefetchers like it. Sums are loaded and stored once for four rows. Several columns go
 * to BLAS.
 */
#include "matrix/row_block.h"

#include "matrix/linalg.h"
#include "matrix/matrix.h"
#include "matrix/rows.h"
#include "matrix/vectors.h"

/* Numbers of a dense block: 128 KiB. Rows of CSR are short: their results decide. */
enum { BLOCK_NUMBERS = 1 << 14, MOST_ROWS = 512, LEAST_ROWS = 16, NARROW = 32 };

cf_index cfi_row_block_size(const cf_matrix *X)
{
    const cf_index rows = BLOCK_NUMBERS / (X->cols > 0 ? X->cols : 1);
    if (X->storage == CF_CSR || rows > MOST_ROWS)
        return MOST_ROWS;
    return rows < LEAST_ROWS ? LEAST_ROWS : rows;
}

cf_index cfi_row_block_scratch(const cf_matrix *X)
{
    const bool floats = X->storage == CF_DENSE && X->dtype == CF_F32;
    return floats ? cfi_row_block_size(X) * X->cols : 0;
}

cfi_row_block cfi_row_block_open(const cf_matrix *X, cf_index begin, cf_index rows, double *scratch)
{
    cfi_row_block block = {.X = X, .begin = begin, .rows = rows};
    if (X->storage == CF_DENSE)
        block.values = cfi_rows_f64(X, begin, begin + rows, 0, X->cols, scratch, &block.stride);
    return block;
}

/* out[0..4) = the products of four rows with b, each summed in four lanes. */
CF_CLONES static void dot_four(const double *x, cf_index stride, cf_index d, const double *b,
                               double *out)
{
    const double *p = x, *q = p + stride, *r = q + stride, *s = r + stride;
    cfi_v4d sp = {0}, sq = {0}, sr = {0}, ss = {0};
    cf_index j = 0;
    for (; j + 4 <= d; j += 4) {
        const cfi_v4d factor = CFI_LOAD_F64(b + j);
        sp += CFI_LOAD_F64(p + j) * factor;
        sq += CFI_LOAD_F64(q + j) * factor;
        sr += CFI_LOAD_F64(r + j) * factor;
        ss += CFI_LOAD_F64(s + j) * factor;
    }
    out[0] = (sp[0] + sp[1]) + (sp[2] + sp[3]);
    out[1] = (sq[0] + sq[1]) + (sq[2] + sq[3]);
    out[2] = (sr[0] + sr[1]) + (sr[2] + sr[3]);
    out[3] = (ss[0] + ss[1]) + (ss[2] + ss[3]);
    for (; j < d; j++) {
        out[0] += p[j] * b[j];
        out[1] += q[j] * b[j];
        out[2] += r[j] * b[j];
        out[3] += s[j] * b[j];
    }
}

/* One output a row of a dense block. */
static void map_dense_column(const cfi_row_block *block, const double *b, double bias, double *out)
{
    const cf_index d = block->X->cols;
    cf_index i = 0;
    for (; d < NARROW && i + 4 <= block->rows; i += 4)
        dot_four(block->values + i * block->stride, block->stride, d, b, out + i);
    for (; i < block->rows; i++)
        out[i] = cfi_dot_1(d, block->values + i * block->stride, b);
    for (i = 0; bias != 0 && i < block->rows; i++)
        out[i] += bias;
}

/* Four sums of every fourth product: one alone would wait for each addition. */
#define GATHER(T)                                                                                  \
    do {                                                                                           \
        const T *values = X->values;                                                               \
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;                                                     \
        for (; e + 4 <= end; e += 4) {                                                             \
            s0 += (double)values[e] * b[indices[e]];                                               \
            s1 += (double)values[e + 1] * b[indices[e + 1]];                                       \
            s2 += (double)values[e + 2] * b[indices[e + 2]];                                       \
            s3 += (double)values[e + 3] * b[indices[e + 3]];                                       \
        }                                                                                          \
        for (; e < end; e++)                                                                       \
            s0 += (double)values[e] * b[indices[e]];                                               \
        sum = (s0 + s1) + (s2 + s3);                                                               \
    } while (0)

static double gather(const cf_matrix *X, cf_index e, cf_index end, const double *b)
{
    const int32_t *indices = X->indices;
    double sum;
    if (X->dtype == CF_F32)
        GATHER(float);
    else
        GATHER(double);
    return sum;
}

/* out[0..4 WIDTH) = bias + sum of entries times as many numbers of the rows of B. */
#define DEFINE_LANES(name, WIDTH)                                                                  \
    CF_CLONES static void name(const cf_matrix *X, cf_index e, cf_index end, const double *B,      \
                               cf_index k, double *out)                                            \
    {                                                                                              \
        cfi_v4d sum[WIDTH];                                                                        \
        for (int v = 0; v < WIDTH; v++)                                                            \
            sum[v] = CFI_LOAD_F64(out + 4 * v);                                                    \
        for (; e < end; e++) {                                                                     \
            const double x = cfi_entry(X, e), *row = B + X->indices[e] * k;                        \
            for (int v = 0; v < WIDTH; v++)                                                        \
                sum[v] += x * CFI_LOAD_F64(row + 4 * v);                                           \
        }                                                                                          \
        for (int v = 0; v < WIDTH; v++)                                                            \
            *(cfi_v4d *)(out + 4 * v) = sum[v];                                                    \
    }

DEFINE_LANES(map_lanes_16, 4)
DEFINE_LANES(map_lanes_4, 1)

/* A row of several columns: sixteen, four or one at a time, in registers while entries go by. */
static void map_sparse_row(const cf_matrix *X, cf_index e, cf_index end, const double *B,
                           cf_index k, double *out)
{
    cf_index c = 0;
    for (; c + 16 <= k; c += 16)
        map_lanes_16(X, e, end, B + c, k, out + c);
    for (; c + 4 <= k; c += 4)
        map_lanes_4(X, e, end, B + c, k, out + c);
    for (; c < k; c++)
        for (cf_index i = e; i < end; i++)
            out[c] += cfi_entry(X, i) * B[X->indices[i] * k + c];
}

static void map_sparse(const cfi_row_block *block, const double *B, cf_index k, const double *bias,
                       double *out)
{
    const cf_matrix *X = block->X;
    const cf_index *offsets = X->offsets + block->begin;
    for (cf_index i = 0; i < block->rows; i++, out += k) {
        if (k == 1) {
            out[0] = gather(X, offsets[i], offsets[i + 1], B) + (bias ? bias[0] : 0);
            continue;
        }
        for (cf_index c = 0; c < k; c++)
            out[c] = bias ? bias[c] : 0;
        map_sparse_row(X, offsets[i], offsets[i + 1], B, k, out);
    }
}

void cfi_row_block_map(const cfi_row_block *block, const double *B, cf_index k, const double *bias,
                       double *out)
{
    const cf_index d = block->X->cols;
    if (block->X->storage == CF_CSR) {
        map_sparse(block, B, k, bias, out);
        return;
    }
    if (k == 1) {
        map_dense_column(block, B, bias ? bias[0] : 0, out);
        return;
    }
    for (cf_index i = 0; i < block->rows; i++)
        for (cf_index c = 0; c < k; c++)
            out[i * k + c] = bias ? bias[c] : 0;
    cfi_gemm_1(false, false, block->rows, k, d, 1, block->values, block->stride, B, k, 1, out, k);
}

CF_CLONES static void add_four(const double *x, cf_index stride, cf_index d, const double *r,
                               double *restrict sum)
{
    const double *restrict p = x, *restrict q = p + stride;
    const double *restrict s = q + stride, *restrict t = s + stride;
    const double r0 = r[0], r1 = r[1], r2 = r[2], r3 = r[3];
    for (cf_index j = 0; j < d; j++)
        sum[j] += (r0 * p[j] + r1 * q[j]) + (r2 * s[j] + r3 * t[j]);
}

/* One column of R: sum (d) += r_i times row i. */
static void add_dense_column(const cfi_row_block *block, const double *r, double *sum)
{
    cf_index i = 0;
    for (; i + 4 <= block->rows; i += 4)
        add_four(block->values + i * block->stride, block->stride, block->X->cols, r + i, sum);
    for (; i < block->rows; i++)
        cfi_axpy_1(block->X->cols, r[i], block->values + i * block->stride, sum);
}

#define SCATTER(T)                                                                                 \
    do {                                                                                           \
        const T *values = X->values;                                                               \
        for (; e < end; e++)                                                                       \
            sum[indices[e]] += (double)values[e] * r;                                              \
    } while (0)

/* One row of CSR times r, added where its columns stand; indices are distinct. */
static void scatter(const cf_matrix *X, cf_index e, cf_index end, double r, double *restrict sum)
{
    const int32_t *restrict indices = X->indices;
    if (X->dtype == CF_F32)
        SCATTER(float);
    else
        SCATTER(double);
}

/* One row of CSR times the k numbers R, into rows of the (d, k) sums. */
CF_CLONES static void scatter_row(const cf_matrix *X, cf_index e, cf_index end, const double *R,
                                  cf_index k, double *sum)
{
    for (; e < end; e++) {
        const double x = cfi_entry(X, e);
        double *row = sum + X->indices[e] * k;
        cf_index c = 0;
        for (; c + 4 <= k; c += 4)
            *(cfi_v4d *)(row + c) += x * CFI_LOAD_F64(R + c);
        for (; c < k; c++)
            row[c] += x * R[c];
    }
}

static void add_sparse(const cfi_row_block *block, const double *R, cf_index k, double *sum)
{
    const cf_matrix *X = block->X;
    const cf_index *offsets = X->offsets + block->begin;
    for (cf_index i = 0; i < block->rows; i++, R += k) {
        if (k == 1)
            scatter(X, offsets[i], offsets[i + 1], R[0], sum);
        else
            scatter_row(X, offsets[i], offsets[i + 1], R, k, sum);
    }
}

void cfi_row_block_add(const cfi_row_block *block, const double *R, cf_index k, double *sum)
{
    if (block->X->storage == CF_CSR)
        add_sparse(block, R, k, sum);
    else if (k == 1)
        add_dense_column(block, R, sum);
    else
        cfi_gemm_1(true, false, block->X->cols, k, block->rows, 1, block->values, block->stride, R,
                   k, 1, sum, k);
}
