/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Weighted mean, sum of squares about the mean and range of columns. Within a block of rows that
 * stays in the second-level cache: the corrected two-pass algorithm, on data shifted by the block's
 * first row (a constant column then has exactly its value as mean and 0 as sum of squares). Blocks
 * are joined in order by the update of Chan, Golub and LeVeque (1983,
 * doi:10.1080/00031305.1983.10483115).
 *
 * An entry counts when it is not NaN and its row's weight is not 0. Blocks where all count, which
 * is the rule, take loops without tests; NaN is noticed because it turns its column's sum into NaN.
 */
#include "base/memory.h"
#include "base/parallel.h"
#include "matrix/kernels.h"
#include "matrix/rows.h"
#include "matrix/tiles.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK = 16384, /* numbers of a block of rows */
    TILE = 1024,   /* columns of a block at most */
    FEWEST = 8,    /* rows of a block at least */
    MOST = 256,    /* and at most: longer sums would lose half a digit */
    GRAIN = 1 << 15,
    ARRAYS = 7 /* in a cfi_column_stats */
};

/* ---- statistics as a value ---- */

/* Its arrays are parts of `memory`, cols * ARRAYS numbers of 8 bytes. */
static cfi_column_stats stats_over(double *memory, cf_index cols)
{
    cfi_column_stats s = {.cols = cols, .weight = memory};
    s.mean = s.weight + cols;
    s.low = s.mean + cols;
    s.m2 = s.low + cols;
    s.least = s.m2 + cols;
    s.largest = s.least + cols;
    s.count = (cf_index *)(void *)(s.largest + cols);
    return s;
}

/* Sums of nothing: 0; the range is the wrong way round, so that any number is inside it. */
static void empty(cfi_column_stats *s)
{
    memset(s->weight, 0, (size_t)s->cols * ARRAYS * sizeof *s->weight);
    for (cf_index j = 0; j < s->cols; j++) {
        s->least[j] = HUGE_VAL;
        s->largest[j] = -HUGE_VAL;
    }
}

cf_status cfi_column_stats_new(cfi_column_stats *s, cf_index cols)
{
    double *memory = cf_alloc(cols, ARRAYS * sizeof *memory);
    if (!memory)
        return cf_out_of_memory();
    *s = stats_over(memory, cols);
    empty(s);
    return CF_OK;
}

void cfi_column_stats_clear(cfi_column_stats *s)
{
    cf_free(s->weight); /* the arrays are one allocation */
    *s = (cfi_column_stats){0};
}

/* Moves what fits from `low` into the mean: without the low part, many small blocks of numbers far
 * from zero lose a digit of the sum of squares. */
static void normalise(cfi_column_stats *s, cf_index j)
{
    const double mean = s->mean[j] + s->low[j], part = mean - s->mean[j];
    s->low[j] = (s->mean[j] - (mean - part)) + (s->low[j] - part);
    s->mean[j] = mean;
}

/* Joins `from` to columns [first, first + from->cols) of `into`: with n = before + added and gap
 * the difference of the means, m2 += m2' + gap^2 before added / n, mean += gap added / n. */
static void join(cfi_column_stats *into, const cfi_column_stats *from, cf_index first, int what)
{
    for (cf_index j = 0; j < from->cols; j++) {
        const cf_index k = first + j;
        if (from->count[j] == 0)
            continue;
        const double before = into->weight[k], added = from->weight[j], total = before + added;
        into->weight[k] = total;
        into->count[k] += from->count[j];
        if (what & CFI_STATS_RANGE) {
            into->least[k] = fmin(into->least[k], from->least[j]);
            into->largest[k] = fmax(into->largest[k], from->largest[j]);
        }
        if (!(what & (CFI_STATS_MEAN | CFI_STATS_M2)))
            continue;
        if (before == 0) {
            into->mean[k] = from->mean[j];
            into->low[k] = from->low[j];
            into->m2[k] = what & CFI_STATS_M2 ? from->m2[j] : into->m2[k];
            continue;
        }
        const double gap = (from->mean[j] - into->mean[k]) + (from->low[j] - into->low[k]);
        if (what & CFI_STATS_M2)
            into->m2[k] += from->m2[j] + gap * gap * (before * (added / total));
        into->low[k] += gap * (added / total);
        normalise(into, k);
    }
}

/* ---- one dense block ---- */

/* rows x cols numbers with `stride` between rows; weights may be NULL. */
typedef struct block {
    const double *x;
    const double *weights;
    cf_index rows, cols, stride;
} block;

/* Below this width four rows are added at a time: the sums, too few to hide the latency of a store
 * that is loaded again, are then loaded once for four. Wider rows are better read one by one. */
enum { NARROW = 64 };

/* sum[j] += w (x - shift[j]). */
CF_CLONES static void add_shifted(const block *b, const double *restrict shift,
                                  double *restrict sum)
{
    cf_index i = 0;
    for (; b->cols < NARROW && i + 4 <= b->rows; i += 4) {
        const double *restrict p = b->x + i * b->stride, *restrict q = p + b->stride;
        const double *restrict r = q + b->stride, *restrict s = r + b->stride;
        if (b->weights) {
            const double *w = b->weights + i;
            const double w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3];
            for (cf_index j = 0; j < b->cols; j++)
                sum[j] += (w0 * (p[j] - shift[j]) + w1 * (q[j] - shift[j])) +
                          (w2 * (r[j] - shift[j]) + w3 * (s[j] - shift[j]));
        } else {
            for (cf_index j = 0; j < b->cols; j++)
                sum[j] += ((p[j] - shift[j]) + (q[j] - shift[j])) +
                          ((r[j] - shift[j]) + (s[j] - shift[j]));
        }
    }
    for (; i < b->rows; i++) {
        const double *restrict p = b->x + i * b->stride;
        const double w = b->weights ? b->weights[i] : 1;
        for (cf_index j = 0; j < b->cols; j++)
            sum[j] += w * (p[j] - shift[j]);
    }
}

/* square[j] += w (x - mean[j])^2, rest[j] += w (x - mean[j]). */
CF_CLONES static void add_squares(const block *b, const double *restrict mean,
                                  double *restrict square, double *restrict rest)
{
    cf_index i = 0;
    for (; b->cols < NARROW && i + 2 <= b->rows; i += 2) {
        const double *restrict p = b->x + i * b->stride, *restrict q = p + b->stride;
        const double v = b->weights ? b->weights[i] : 1, w = b->weights ? b->weights[i + 1] : 1;
        for (cf_index j = 0; j < b->cols; j++) {
            const double s = p[j] - mean[j], t = q[j] - mean[j];
            square[j] += v * s * s + w * t * t;
            rest[j] += v * s + w * t;
        }
    }
    for (; i < b->rows; i++) {
        const double *restrict p = b->x + i * b->stride;
        const double w = b->weights ? b->weights[i] : 1;
        for (cf_index j = 0; j < b->cols; j++) {
            const double s = p[j] - mean[j];
            square[j] += w * s * s;
            rest[j] += w * s;
        }
    }
}

/* Without NaN, which the callers have ruled out. */
CF_CLONES static void add_range(const block *b, double *restrict least, double *restrict largest)
{
    for (cf_index i = 0; i < b->rows; i++) {
        const double *restrict x = b->x + i * b->stride;
        for (cf_index j = 0; j < b->cols; j++) {
            least[j] = x[j] < least[j] ? x[j] : least[j];
            largest[j] = x[j] > largest[j] ? x[j] : largest[j];
        }
    }
}

/* The same where some entries do not count, column by column. */
static void describe_column(const block *b, cf_index column, cfi_column_stats *out)
{
    double shift = 0, sum = 0, square = 0, rest = 0;
    /* First pass: mean, shifted by the first number that counts. Second: squares about it, and the
     * sum that rounding left of it. */
    for (int pass = 0; pass < 2; pass++) {
        const double mean =
            pass == 0 || out->count[column] == 0 ? 0 : shift + sum / out->weight[column];
        for (cf_index i = 0; i < b->rows; i++) {
            const double x = b->x[i * b->stride + column], w = b->weights ? b->weights[i] : 1;
            if (isnan(x) || w == 0)
                continue;
            if (pass == 1) {
                square += w * (x - mean) * (x - mean);
                rest += w * (x - mean);
                continue;
            }
            if (out->count[column]++ == 0)
                shift = x;
            out->weight[column] += w;
            sum += w * (x - shift);
            out->least[column] = fmin(out->least[column], x);
            out->largest[column] = fmax(out->largest[column], x);
        }
        out->mean[column] = mean;
    }
    if (out->count[column] > 0) {
        out->low[column] = rest / out->weight[column];
        normalise(out, column);
        out->m2[column] = fmax(0, square - rest * rest / out->weight[column]);
    }
}

/* Total of the block's weights; *all is false when one of them is 0. */
static double total_weight(const block *b, bool *all)
{
    double total = 0;
    *all = true;
    for (cf_index i = 0; b->weights && i < b->rows; i++) {
        total += b->weights[i];
        *all &= b->weights[i] != 0;
    }
    return b->weights ? total : (double)b->rows;
}

/* Statistics of one block into `out`, whose arrays are empty; `scratch` holds 2 * cols numbers. */
static void describe_block(const block *b, int what, cfi_column_stats *out, double *scratch)
{
    bool plain;
    double *sum = scratch, *shift = scratch + b->cols;
    const double total = total_weight(b, &plain);
    memset(sum, 0, (size_t)b->cols * sizeof *sum);
    memcpy(shift, b->x, (size_t)b->cols * sizeof *shift);
    add_shifted(b, shift, sum);
    for (cf_index j = 0; j < b->cols; j++)
        plain &= !isnan(sum[j]);
    if (!plain) {
        for (cf_index j = 0; j < b->cols; j++)
            describe_column(b, j, out);
        return;
    }
    for (cf_index j = 0; j < b->cols; j++) {
        out->weight[j] = total;
        out->count[j] = b->rows;
        out->mean[j] = shift[j];
        out->low[j] = sum[j] / total;
        normalise(out, j);
    }
    if (what & CFI_STATS_RANGE)
        add_range(b, out->least, out->largest);
    if (!(what & CFI_STATS_M2))
        return;
    double *rest = sum;
    memset(rest, 0, (size_t)b->cols * sizeof *rest);
    add_squares(b, out->mean, out->m2, rest);
    for (cf_index j = 0; j < b->cols; j++) {
        out->low[j] = rest[j] / total;
        normalise(out, j);
        out->m2[j] = fmax(0, out->m2[j] - rest[j] * rest[j] / total);
    }
}

/* ---- a matrix ---- */

/* One call of cfi_column_stats_add. */
typedef struct pass {
    const cf_matrix *X;
    const double *weights;
    int what;
    cfi_chunks chunks; /* of rows */
    cfi_pieces tiles;  /* of columns, dense */
    double *parts;     /* (chunks, cols * ARRAYS) */
    double *scratch;   /* (workers, scratch_size) */
    cf_index scratch_size;
} pass;

/* One chunk of rows of one tile of columns. */
static void describe_dense(void *ctx, cf_index begin, cf_index end, cf_index task, int worker)
{
    (void)begin;
    (void)end;
    const pass *p = ctx;
    const cf_index d = p->X->cols, chunk = task / p->tiles.count, tile = task % p->tiles.count;
    const cf_index first = tile * p->tiles.size, cols = cfi_piece_length(p->tiles, tile, d);
    const cf_index from = chunk * p->chunks.size;
    const cf_index to = chunk == p->chunks.count - 1 ? p->X->rows : from + p->chunks.size;
    cf_index rows = BLOCK / cols;
    rows = rows < FEWEST ? FEWEST : rows > MOST ? MOST : rows;
    double *scratch = p->scratch + worker * p->scratch_size;
    double *sums = scratch + ARRAYS * cols, *copy = sums + 2 * cols;
    cfi_column_stats part = stats_over(p->parts + (chunk * d + first) * ARRAYS, cols);
    cfi_column_stats one = stats_over(scratch, cols);
    empty(&part);
    for (cf_index i = from; i < to; i += rows) {
        block b = {.rows = i + rows < to ? rows : to - i, .cols = cols};
        b.x = cfi_rows_f64(p->X, i, i + b.rows, first, cols, copy, &b.stride);
        b.weights = p->weights ? p->weights + i : NULL;
        empty(&one);
        describe_block(&b, p->what, &one, sums);
        join(&part, &one, 0, p->what);
    }
}

/* Chunks of rows times tiles of columns; the parts are joined in the order of the rows. */
static cf_status add_dense(cf_run *run, cfi_column_stats *s, pass *p)
{
    const cf_index d = p->X->cols;
    p->tiles = cfi_cut(d, TILE);
    p->chunks = cfi_chunks_for(p->X->rows, GRAIN / p->tiles.size + 1, (size_t)d * ARRAYS * 8);
    p->scratch_size = (ARRAYS + 2) * p->tiles.size + BLOCK + FEWEST * p->tiles.size;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(p->parts, p->chunks.count * d * ARRAYS));
    CF_GO(CF_ALLOC(p->scratch, cf_run_threads(run) * p->scratch_size));
    cf_parallel_for(run, p->chunks.count * p->tiles.count, 1, describe_dense, p);
    for (cf_index c = 0; c < p->chunks.count; c++) {
        for (cf_index t = 0; t < p->tiles.count; t++) {
            const cf_index first = t * p->tiles.size;
            const cf_index cols = cfi_piece_length(p->tiles, t, d);
            const cfi_column_stats part = stats_over(p->parts + (c * d + first) * ARRAYS, cols);
            join(s, &part, first, p->what);
        }
    }
cleanup:
    cf_free(p->parts);
    cf_free(p->scratch);
    return status;
}

/* What the stored entries of a chunk of rows leave open, per column. */
typedef struct stored_sums {
    double *weight;     /* of the entries that count */
    double *missing;    /* weight of NaN entries */
    double *rest;       /* sum of w (x - mean) */
    cf_index *missings; /* NaN entries */
    double rows_weight; /* of rows whose weight is not 0 */
    cf_index rows;
} stored_sums;

/* First pass over the stored entries: `out` gets sums where the mean goes later. Sums are not
 * shifted: zeros are most of a sparse column. */
static void add_stored(const pass *p, cf_index begin, cf_index end, cfi_column_stats *out,
                       stored_sums *sums)
{
    for (cf_index i = begin; i < end; i++) {
        const double w = p->weights ? p->weights[i] : 1;
        if (w == 0)
            continue;
        sums->rows++;
        sums->rows_weight += w;
        for (cf_index k = p->X->offsets[i]; k < p->X->offsets[i + 1]; k++) {
            const cf_index j = p->X->indices[k];
            const double x = cfi_entry(p->X, k);
            if (isnan(x)) {
                sums->missing[j] += w;
                sums->missings[j]++;
                continue;
            }
            sums->weight[j] += w;
            out->count[j]++;
            out->mean[j] += w * x;
            out->least[j] = x < out->least[j] ? x : out->least[j];
            out->largest[j] = x > out->largest[j] ? x : out->largest[j];
        }
    }
}

/* Adds the zeros that are not stored and turns sums into means. Their squares about the mean m come
 * to weight m^2, what they leave of it to -weight m. */
static void add_zeros(cfi_column_stats *out, stored_sums *sums)
{
    for (cf_index j = 0; j < out->cols; j++) {
        const cf_index zeros = sums->rows - sums->missings[j] - out->count[j];
        out->count[j] += zeros;
        out->weight[j] = zeros == 0 ? sums->weight[j] : sums->rows_weight - sums->missing[j];
        out->mean[j] = out->count[j] > 0 ? out->mean[j] / out->weight[j] : 0;
        if (zeros > 0) {
            out->least[j] = fmin(out->least[j], 0);
            out->largest[j] = fmax(out->largest[j], 0);
        }
        const double weight = out->weight[j] - sums->weight[j];
        out->m2[j] = weight * out->mean[j] * out->mean[j];
        sums->rest[j] = -weight * out->mean[j];
    }
}

/* Second pass: the stored entries about the mean, then the correction by what was left of it. */
static void add_stored_squares(const pass *p, cf_index begin, cf_index end, cfi_column_stats *out,
                               stored_sums *sums)
{
    for (cf_index i = begin; i < end; i++) {
        const double w = p->weights ? p->weights[i] : 1;
        for (cf_index k = p->X->offsets[i]; w != 0 && k < p->X->offsets[i + 1]; k++) {
            const cf_index j = p->X->indices[k];
            const double gap = cfi_entry(p->X, k) - out->mean[j];
            if (isnan(gap))
                continue;
            out->m2[j] += w * gap * gap;
            sums->rest[j] += w * gap;
        }
    }
    for (cf_index j = 0; j < out->cols; j++) {
        if (out->count[j] == 0)
            continue;
        out->low[j] = sums->rest[j] / out->weight[j];
        out->m2[j] = fmax(0, out->m2[j] - sums->rest[j] * out->low[j]);
        normalise(out, j);
    }
}

/* One chunk of rows of a CSR matrix, all columns. */
static void describe_sparse(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    const pass *p = ctx;
    const cf_index d = p->X->cols;
    double *scratch = p->scratch + worker * p->scratch_size;
    memset(scratch, 0, (size_t)p->scratch_size * sizeof *scratch);
    stored_sums sums = {.weight = scratch, .missing = scratch + d, .rest = scratch + 2 * d};
    sums.missings = (cf_index *)(void *)(scratch + 3 * d);
    cfi_column_stats part = stats_over(p->parts + chunk * d * ARRAYS, d);
    empty(&part);
    add_stored(p, begin, end, &part, &sums);
    add_zeros(&part, &sums);
    if (p->what & CFI_STATS_M2)
        add_stored_squares(p, begin, end, &part, &sums);
}

static cf_status add_sparse(cf_run *run, cfi_column_stats *s, pass *p)
{
    const cf_index n = p->X->rows, d = p->X->cols;
    const cf_index stored = p->X->offsets[n] - p->X->offsets[0];
    /* A chunk costs its entries and, for clearing and joining, its columns. */
    const cf_index grain = (GRAIN + d) / (stored / n + 1) + 1;
    p->chunks = cfi_chunks_for(n, grain, (size_t)d * ARRAYS * 8);
    p->scratch_size = 4 * d;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(p->parts, p->chunks.count * d * ARRAYS));
    CF_GO(CF_ALLOC(p->scratch, cf_run_threads(run) * p->scratch_size));
    cf_parallel_for(run, n, p->chunks.size, describe_sparse, p);
    for (cf_index c = 0; c < p->chunks.count; c++) {
        const cfi_column_stats part = stats_over(p->parts + c * d * ARRAYS, d);
        join(s, &part, 0, p->what);
    }
cleanup:
    cf_free(p->parts);
    cf_free(p->scratch);
    return status;
}

cf_status cfi_column_stats_add(cf_run *run, cfi_column_stats *s, const cf_matrix *X,
                               const double *weights, int what)
{
    pass p = {.X = X, .weights = weights, .what = what};
    if (X->rows == 0 || X->cols == 0)
        return CF_OK;
    return X->storage == CF_CSR ? add_sparse(run, s, &p) : add_dense(run, s, &p);
}
