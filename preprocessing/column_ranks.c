/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Selection by sampling (R. Floyd, R. Rivest 1975, doi:10.1145/360680.360691), for all columns of a
 * row-major matrix at once: a sample of rows gives each column a narrow bracket around its
 * quantile; one pass over X counts what lies below, on and inside the bracket; a second collects
 * the few entries inside, among which the exact entry is selected. A column whose bracket misses
 * (4 in 100 000) goes round again with all its entries. Results are exact, so neither the sample
 * nor the number of threads shows in them.
 */
#include "preprocessing/column_ranks.h"

#include "base/parallel.h"
#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

enum {
    SAMPLE_ROWS = 4096,
    LEAST_SAMPLE = 512, /* observed entries below which a bracket is not worth it */
    GRAIN = 2048,
    COUNTERS = 5,
    TILE = 64 /* columns marked at a time */
};

/* What pass one counts, one plane of columns each. */
enum { BELOW, UP_TO_LOW, BELOW_HIGH, UP_TO_HIGH, OBSERVED };

typedef struct search {
    const cf_matrix *X;
    const double *missing; /* (cols) */
    double q;
    const cfi_column_ranks *out;
    cfi_chunks chunks;
    double *low, *high; /* (cols) the brackets; +inf, -inf: nothing is wanted of this column */
    bool *done;         /* (cols) */
    int64_t *counts;    /* (chunks, COUNTERS, cols) */
    int64_t *totals;    /* (COUNTERS, cols) */
    cf_index *places;   /* (chunks, cols) where a chunk's next entry of a column goes */
    cf_index *begins;   /* (cols + 1) a column's part of `inside` */
    double *inside;     /* entries strictly inside the brackets, column after column */
    double *sample;     /* (cols, SAMPLE_ROWS) */
} search;

static void swap(double *a, double *b)
{
    const double x = *a;
    *a = *b;
    *b = x;
}

/* Puts the median of the first, middle and last of x[0..n) in the middle and returns it. */
static double choose_pivot(double *x, cf_index n)
{
    double *a = &x[0], *b = &x[n / 2], *c = &x[n - 1];
    if (*b < *a)
        swap(a, b);
    if (*c < *b)
        swap(b, c);
    if (*b < *a)
        swap(a, b);
    return *b;
}

void cfi_select_rank(double *x, cf_index n, cf_index k)
{
    int rounds = 0;
    while (n > 16) {
        if (++rounds > 100) { /* an adversary's order: quadratic otherwise */
            cfi_sort(x, n);
            return;
        }
        const double pivot = choose_pivot(x, n);
        cf_index i = 0, j = n - 1;
        while (i <= j) {
            while (x[i] < pivot)
                i++;
            while (x[j] > pivot)
                j--;
            if (i <= j)
                swap(&x[i++], &x[j--]);
        }
        if (k <= j) {
            n = j + 1;
        } else if (k >= i) {
            x += i;
            k -= i;
            n -= i;
        } else {
            return; /* between the parts all entries equal the pivot */
        }
    }
    for (cf_index i = 1; i < n; i++) {
        const double value = x[i];
        cf_index j = i;
        for (; j > 0 && x[j - 1] > value; j--)
            x[j] = x[j - 1];
        x[j] = value;
    }
}

/* The place in memory of the byte that holds the lowest bit. */
static cf_index byte_of(uint64_t bits)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return 7 - __builtin_ctzll(bits) / 8;
#else
    return __builtin_ctzll(bits) / 8;
#endif
}

/*
 * counts += of rows [0, n): how many entries are below `low`, at most `low`, below `high`, at most
 * `high`, not missing. A missing entry is NaN or becomes NaN, for which no comparison holds.
 */
#define DEFINE_COUNT_ROWS(name, T)                                                                 \
    CF_CLONES static void name(cf_index n, cf_index d, const T *x, cf_index stride,                \
                               const double *missing, const double *low, const double *high,       \
                               int64_t *counts)                                                    \
    {                                                                                              \
        int64_t *restrict below = counts, *restrict up_to_low = counts + d;                        \
        int64_t *restrict below_high = counts + 2 * d, *restrict up_to_high = counts + 3 * d;      \
        int64_t *restrict observed = counts + 4 * d;                                               \
        for (cf_index i = 0; i < n; i++)                                                           \
            for (cf_index j = 0; j < d; j++) {                                                     \
                const double given = (double)x[i * stride + j];                                    \
                const double v = given == missing[j] ? (double)NAN : given;                        \
                below[j] += v < low[j];                                                            \
                up_to_low[j] += v <= low[j];                                                       \
                below_high[j] += v < high[j];                                                      \
                up_to_high[j] += v <= high[j];                                                     \
                observed[j] += v == v;                                                             \
            }                                                                                      \
    }                                                                                              \
                                                                                                   \
    /* entries inside go to their column's places; few are, so that a mask of bytes finds them */  \
    CF_CLONES static void collect_##name(cf_index n, cf_index d, const T *x, cf_index stride,      \
                                         const double *missing, const double *low,                 \
                                         const double *high, cf_index *places, double *inside)     \
    {                                                                                              \
        for (cf_index i = 0; i < n; i++)                                                           \
            for (cf_index first = 0; first < d; first += TILE) {                                   \
                const T *row = x + i * stride + first;                                             \
                const cf_index width = d - first < TILE ? d - first : TILE;                        \
                unsigned char wanted[TILE] = {0};                                                  \
                for (cf_index j = 0; j < width; j++) {                                             \
                    const double v = (double)row[j];                                               \
                    wanted[j] = (unsigned char)((v > low[first + j]) & (v < high[first + j]) &     \
                                                (v != missing[first + j]));                        \
                }                                                                                  \
                for (cf_index word = 0; word < width; word += 8) {                                 \
                    uint64_t bits;                                                                 \
                    memcpy(&bits, wanted + word, sizeof bits);                                     \
                    for (; bits != 0; bits &= bits - 1) {                                          \
                        const cf_index j = word + byte_of(bits);                                   \
                        inside[places[first + j]++] = (double)row[j];                              \
                    }                                                                              \
                }                                                                                  \
            }                                                                                      \
    }

DEFINE_COUNT_ROWS(rows_f64, double)
DEFINE_COUNT_ROWS(rows_f32, float)

/* Counts are kept by chunk: they say where a chunk's collected entries go. */
static void count_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)worker;
    search *s = ctx;
    const cf_matrix *X = s->X;
    const cf_index d = X->cols, stride = X->row_stride, n = end - begin;
    int64_t *counts = s->counts + chunk * COUNTERS * d;
    memset(counts, 0, (size_t)(COUNTERS * d) * sizeof *counts);
    if (X->dtype == CF_F32)
        rows_f32(n, d, (const float *)X->values + begin * stride, stride, s->missing, s->low,
                 s->high, counts);
    else
        rows_f64(n, d, (const double *)X->values + begin * stride, stride, s->missing, s->low,
                 s->high, counts);
}

/* Each chunk writes to places of its own, which its counts have reserved. */
static void collect_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)worker;
    search *s = ctx;
    const cf_matrix *X = s->X;
    const cf_index d = X->cols, stride = X->row_stride, n = end - begin;
    cf_index *places = s->places + chunk * d;
    if (X->dtype == CF_F32)
        collect_rows_f32(n, d, (const float *)X->values + begin * stride, stride, s->missing,
                         s->low, s->high, places, s->inside);
    else
        collect_rows_f64(n, d, (const double *)X->values + begin * stride, stride, s->missing,
                         s->low, s->high, places, s->inside);
}

/* One entry, whatever its type; for the sample only. */
static double entry(const cf_matrix *X, cf_index i, cf_index j)
{
    const cf_index at = i * X->row_stride + j;
    return X->dtype == CF_F32 ? (double)((const float *)X->values)[at]
                              : ((const double *)X->values)[at];
}

/* One row at random out of each of SAMPLE_ROWS equal parts: no order of the rows can fool it. */
static cf_status take_sample(search *s)
{
    const cf_matrix *X = s->X;
    CF_TRY(CF_ALLOC(s->sample, X->cols * SAMPLE_ROWS));
    cf_stream stream;
    cf_stream_start(&stream, 0, 0);
    const double part = (double)X->rows / SAMPLE_ROWS;
    for (cf_index k = 0; k < SAMPLE_ROWS; k++) {
        cf_index i = (cf_index)(((double)k + cf_stream_double(&stream)) * part);
        i = i < X->rows ? i : X->rows - 1;
        for (cf_index j = 0; j < X->cols; j++)
            s->sample[j * SAMPLE_ROWS + k] = entry(X, i, j);
    }
    return CF_OK;
}

/* The bracket of column j: sample entries 4.5 standard errors either side of the quantile. */
static cf_status set_bracket(void *ctx, cf_index j, cf_run *run)
{
    (void)run;
    search *s = ctx;
    double *x = s->sample + j * SAMPLE_ROWS;
    cf_index m = 0;
    for (cf_index k = 0; k < SAMPLE_ROWS; k++)
        if (!isnan(x[k]) && x[k] != s->missing[j])
            x[m++] = x[k];
    if (m < LEAST_SAMPLE)
        return CF_OK;
    const double at = s->q * (double)(m - 1);
    const double margin = 4.5 * sqrt(s->q * (1 - s->q) * (double)m) + 2;
    const double first = floor(at - margin), last = ceil(at + margin);
    if (first > 0) {
        cfi_select_rank(x, m, (cf_index)first);
        s->low[j] = x[(cf_index)first];
    }
    if (last < (double)(m - 1)) {
        cfi_select_rank(x, m, (cf_index)last);
        s->high[j] = x[(cf_index)last];
    }
    return CF_OK;
}

/* Sums the chunks' counts and deals out the places of what is inside. */
static cf_status make_room(search *s)
{
    const cf_index d = s->X->cols;
    memset(s->totals, 0, (size_t)(COUNTERS * d) * sizeof *s->totals);
    for (cf_index c = 0; c < s->chunks.count; c++)
        for (cf_index k = 0; k < COUNTERS * d; k++)
            s->totals[k] += s->counts[c * COUNTERS * d + k];
    cf_index at = 0;
    for (cf_index j = 0; j < d; j++) {
        s->begins[j] = at;
        for (cf_index c = 0; c < s->chunks.count; c++) {
            const int64_t *counts = s->counts + c * COUNTERS * d + j;
            const int64_t inside = counts[BELOW_HIGH * d] - counts[UP_TO_LOW * d];
            s->places[c * d + j] = at;
            if (!s->done[j] && inside > 0) /* negative when both ends are one tied value */
                at += inside;
        }
    }
    s->begins[d] = at;
    cf_free(s->inside);
    return CF_ALLOC(s->inside, at);
}

/* The entry of rank r of column j, whose collected part is sorted up to `r` by selection. */
static bool rank_in_bracket(search *s, cf_index j, cf_index r, double *out)
{
    const cf_index d = s->X->cols;
    const int64_t *totals = s->totals + j;
    if (r < totals[BELOW * d] || r >= totals[UP_TO_HIGH * d])
        return false;
    if (r < totals[UP_TO_LOW * d]) {
        *out = s->low[j];
    } else if (r < totals[BELOW_HIGH * d]) {
        double *inside = s->inside + s->begins[j];
        const cf_index k = r - totals[UP_TO_LOW * d];
        cfi_select_rank(inside, s->begins[j + 1] - s->begins[j], k);
        *out = inside[k];
    } else {
        *out = s->high[j];
    }
    return true;
}

/* Reads both ranks of column j off its bracket; a miss opens the bracket to everything. */
static cf_status finish_column(void *ctx, cf_index j, cf_run *run)
{
    (void)run;
    search *s = ctx;
    const cf_index d = s->X->cols;
    if (s->done[j])
        return CF_OK;
    const cf_index m = s->totals[OBSERVED * d + j];
    const double h = s->q * (double)(m - 1);
    const cfi_column_ranks *out = s->out;
    out->count[j] = m;
    out->lower[j] = out->upper[j] = (double)NAN;
    s->done[j] = m == 0 || (rank_in_bracket(s, j, (cf_index)floor(h), &out->lower[j]) &&
                            rank_in_bracket(s, j, (cf_index)ceil(h), &out->upper[j]));
    s->low[j] = s->done[j] ? (double)INFINITY : -(double)INFINITY;
    s->high[j] = -s->low[j];
    return CF_OK;
}

/* The second round, if there is one, is for columns whose bracket missed. */
static bool all_done(const search *s)
{
    for (cf_index j = 0; j < s->X->cols; j++)
        if (!s->done[j])
            return false;
    return true;
}

cf_status cfi_column_ranks_find(cf_run *run, const cf_matrix *X, const double *missing, double q,
                                const cfi_column_ranks *out)
{
    cf_status status;
    const cf_index n = X->rows, d = X->cols;
    double *none = NULL;
    search s = {.X = X, .missing = missing, .q = q, .out = out};
    s.chunks = cfi_chunks_for(n, GRAIN, (size_t)d * COUNTERS * sizeof(int64_t));
    CF_GO(CF_ALLOC(none, d));
    CF_GO(CF_ALLOC(s.low, d));
    CF_GO(CF_ALLOC(s.high, d));
    CF_GO(CF_ALLOC_ZERO(s.done, d));
    CF_GO(CF_ALLOC(s.counts, s.chunks.count * COUNTERS * d));
    CF_GO(CF_ALLOC(s.totals, COUNTERS * d));
    CF_GO(CF_ALLOC(s.places, s.chunks.count * d));
    CF_GO(CF_ALLOC(s.begins, d + 1));
    for (cf_index j = 0; j < d; j++) {
        none[j] = (double)NAN;
        s.low[j] = -(double)INFINITY;
        s.high[j] = (double)INFINITY;
    }
    if (!missing)
        s.missing = none;
    if (n >= 4 * SAMPLE_ROWS) {
        CF_GO(take_sample(&s));
        CF_GO(cf_parallel_tasks(run, d, set_bracket, &s));
        cf_free(s.sample);
        s.sample = NULL;
    }
    while (!all_done(&s)) {
        CF_GO(cf_run_check(run));
        cf_parallel_for(run, n, s.chunks.size, count_chunk, &s);
        CF_GO(make_room(&s));
        cf_parallel_for(run, n, s.chunks.size, collect_chunk, &s);
        CF_GO(cf_parallel_tasks(run, d, finish_column, &s));
    }
cleanup:
    cf_free(none);
    cf_free(s.low);
    cf_free(s.high);
    cf_free(s.done);
    cf_free(s.counts);
    cf_free(s.totals);
    cf_free(s.places);
    cf_free(s.begins);
    cf_free(s.inside);
    cf_free(s.sample);
    return status;
}
