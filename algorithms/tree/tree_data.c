/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sorting the features by 32-bit keys. Rounding f64 values to f32 keeps their order but can merge
 * neighbours, so runs of one key are put in order by all 64 bits afterwards: exact, at nearly the
 * price of f32. Columns of a row-major X are read several at a time, so that a cache line is
 * fetched once.
 */
#include "algorithms/tree/tree_data.h"

#include "algorithms/tree/tree_sort.h"

#include <math.h>

enum {
    COLUMNS_A_CHUNK = 8,
    SAMPLED_ROWS = 256 /* looked at to see whether a column may be mostly zero */
};

/* In `traits` while sorting: some value is not an f32. */
#define HAS_WIDE_VALUES 4u

#define ZERO_KEY 0x80000000u

typedef struct sorting {
    cfi_tree_data *data;
    uint64_t *pairs;   /* dense: (workers, COLUMNS_A_CHUNK, rows); CSR: as the lists */
    uint64_t *scratch; /* (workers, most) */
    cf_index most;     /* entries of the longest list */
} sorting;

void cfi_tree_data_clear(cfi_tree_data *data)
{
    cf_free(data->lists);
    cf_free(data->traits);
    cf_free(data->entries);
    *data = (cfi_tree_data){0};
}

static inline double dense_value(const cf_matrix *X, cf_index i, cf_index j)
{
    const cf_index at = i * X->row_stride + j;
    return X->dtype == CF_F32 ? (double)((const float *)X->values)[at]
                              : ((const double *)X->values)[at];
}

static inline double stored_value(const cf_matrix *X, cf_index k)
{
    return X->dtype == CF_F32 ? (double)((const float *)X->values)[k]
                              : ((const double *)X->values)[k];
}

/* The key of x; *traits learns what the column holds. */
static inline uint32_t key_of(double x, uint8_t *traits)
{
    const float narrow = (float)x;
    if (narrow == 0 && x < 0) { /* just below zero, in the order of -0 */
        *traits |= HAS_WIDE_VALUES;
        return ZERO_KEY - 1;
    }
    const bool missing = x != x, wide = (double)narrow != x;
    *traits |= (uint8_t)(missing ? CFI_TREE_HAS_MISSING : (wide ? HAS_WIDE_VALUES : 0));
    return cfi_tree_key32(narrow);
}

/* ---- one column ---- */

/* Orders a run of pairs with one key by their f64 values; each pair's key becomes its rank. */
static void order_run(const cf_matrix *X, cf_index feature, uint64_t *run, uint32_t n,
                      uint64_t *scratch)
{
    uint64_t least = UINT64_MAX, largest = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t key = cfi_tree_key64(cf_matrix_get(X, (uint32_t)run[i], feature));
        least = key < least ? key : least;
        largest = key > largest ? key : largest;
    }
    /* The low words first, then, where values differ by more, the high ones: the sort is stable. */
    for (unsigned shift = 0; shift < 64 && (largest - least) >> shift != 0; shift += 32) {
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t row = (uint32_t)run[i];
            const uint64_t key = cfi_tree_key64(cf_matrix_get(X, row, feature)) - least;
            run[i] = cfi_tree_pair((uint32_t)(key >> shift), row);
        }
        const uint64_t *sorted = cfi_tree_sort(run, n, scratch);
        if (sorted != run)
            memcpy(run, sorted, n * sizeof *run);
    }
}

/* Writes entries of sorted pairs as if keys told all values apart; returns whether some are equal.
 */
static bool write_entries(const uint64_t *pairs, uint32_t n, bool shortened, uint32_t *entries)
{
    const uint32_t negative = shortened ? CFI_TREE_NEGATIVE : 0;
    uint32_t equal = 0, before = (uint32_t)(pairs[0] >> 32) ^ 1;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t key = (uint32_t)(pairs[i] >> 32);
        const bool missing = key == CFI_TREE_MISSING_KEY, greater = key != before;
        equal += !greater && !missing;
        entries[i] = (uint32_t)pairs[i] | (key < ZERO_KEY ? negative : 0) |
                     (missing ? CFI_TREE_MISSING : (greater ? CFI_TREE_GREATER : 0));
        before = key;
    }
    return equal > 0;
}

/* Puts runs of equal keys in order by the whole values; returns whether some are equal still. */
static bool order_runs(const cf_matrix *X, cf_index feature, uint64_t *pairs, uint32_t n,
                       uint64_t *scratch, uint32_t *entries)
{
    bool equal = false;
    for (uint32_t begin = 0, end; begin < n; begin = end) {
        end = begin + 1;
        while (end < n && pairs[end] >> 32 == pairs[begin] >> 32)
            end++;
        if (end == begin + 1 || pairs[begin] >> 32 == CFI_TREE_MISSING_KEY)
            continue;
        const uint32_t sign = entries[begin] & CFI_TREE_NEGATIVE;
        order_run(X, feature, pairs + begin, end - begin, scratch);
        double before = -HUGE_VAL;
        for (uint32_t i = begin; i < end; i++) {
            const uint32_t row = (uint32_t)pairs[i];
            const double value = cf_matrix_get(X, row, feature);
            entries[i] = row | sign | (value > before ? CFI_TREE_GREATER : 0);
            equal |= !(value > before);
            before = value;
        }
    }
    return equal;
}

static void sort_column(const sorting *s, cf_index feature, uint64_t *pairs, int worker)
{
    cfi_tree_data *data = s->data;
    const uint32_t n = data->lists[feature].count;
    uint64_t *scratch = s->scratch + worker * s->most;
    uint64_t *sorted = cfi_tree_sort(pairs, n, scratch);
    uint32_t *entries = data->entries + data->lists[feature].at;
    bool equal = write_entries(sorted, n, n < data->X->rows, entries);
    if (equal && (data->traits[feature] & HAS_WIDE_VALUES) != 0)
        equal = order_runs(data->X, feature, sorted, n, sorted == pairs ? scratch : pairs, entries);
    data->traits[feature] &= (uint8_t)~HAS_WIDE_VALUES;
    data->traits[feature] |= equal ? CFI_TREE_HAS_TIES : 0;
}

/* ---- dense X ---- */

/* Columns that look mostly zero are counted, the others keep every row. */
static void count_columns(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const cfi_tree_data *data = ctx;
    const cf_matrix *X = data->X;
    const cf_index sampled = X->rows < SAMPLED_ROWS ? X->rows : SAMPLED_ROWS;
    for (cf_index j = begin; j < end; j++) {
        cf_index zeros = 0;
        for (cf_index i = 0; i < sampled; i++)
            zeros += dense_value(X, i * X->rows / sampled, j) == 0;
        data->lists[j].count = (uint32_t)X->rows;
        if (zeros * 2 < sampled)
            continue;
        zeros = 0;
        for (cf_index i = 0; i < X->rows; i++)
            zeros += dense_value(X, i, j) == 0;
        if (zeros * 2 > X->rows)
            data->lists[j].count = (uint32_t)(X->rows - zeros);
    }
}

/* Pairs of the non-zero values of a column that has a short list. */
static void pair_nonzeros(const cf_matrix *X, cf_index j, uint64_t *pairs, uint8_t *traits)
{
    for (cf_index i = 0, count = 0; i < X->rows; i++) {
        const double x = dense_value(X, i, j);
        if (x != 0)
            pairs[count++] = cfi_tree_pair(key_of(x, traits), (uint32_t)i);
    }
}

static void sort_columns(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const sorting *s = ctx;
    const cf_matrix *X = s->data->X;
    const cf_index n = X->rows, columns = end - begin;
    uint64_t *pairs = s->pairs + worker * COLUMNS_A_CHUNK * n;
    uint8_t traits[COLUMNS_A_CHUNK] = {0};
    for (cf_index i = 0; i < n; i++)
        for (cf_index c = 0; c < columns; c++) {
            const double x = dense_value(X, i, begin + c);
            pairs[c * n + i] = cfi_tree_pair(key_of(x, &traits[c]), (uint32_t)i);
        }
    for (cf_index c = 0; c < columns; c++) {
        if (s->data->lists[begin + c].count < n)
            pair_nonzeros(X, begin + c, pairs + c * n, &traits[c]);
        s->data->traits[begin + c] = traits[c];
        if (s->data->lists[begin + c].count > 0)
            sort_column(s, begin + c, pairs + c * n, worker);
    }
}

/* ---- CSR X ---- */

/* Zeros that are stored are left out too. */
static void count_stored(const cfi_tree_data *data)
{
    const cf_matrix *X = data->X;
    for (cf_index k = X->offsets[0]; k < X->offsets[X->rows]; k++)
        data->lists[X->indices[k]].count += stored_value(X, k) != 0;
}

/* Pairs of every column, rows ascending. `count` is used to fill and is right again at the end. */
static void pair_stored(const sorting *s)
{
    const cf_matrix *X = s->data->X;
    for (cf_index j = 0; j < X->cols; j++)
        s->data->lists[j].count = 0;
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++) {
            const cf_index j = X->indices[k];
            const double x = stored_value(X, k);
            if (x == 0)
                continue;
            cfi_tree_list *list = &s->data->lists[j];
            const uint32_t key = key_of(x, &s->data->traits[j]);
            s->pairs[list->at + list->count++] = cfi_tree_pair(key, (uint32_t)i);
        }
}

static void sort_stored(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const sorting *s = ctx;
    for (cf_index j = begin; j < end; j++)
        if (s->data->lists[j].count > 0)
            sort_column(s, j, s->pairs + s->data->lists[j].at, worker);
}

/* ---- the data set ---- */

/* Gives every list its place; *most = the longest. */
static cf_status place_lists(cfi_tree_data *data, cf_index *most)
{
    *most = 0;
    data->n_entries = 0;
    for (cf_index j = 0; j < data->X->cols; j++) {
        cfi_tree_list *list = &data->lists[j];
        list->at = data->n_entries;
        list->feature = (uint32_t)j;
        data->n_entries += list->count;
        *most = (cf_index)list->count > *most ? (cf_index)list->count : *most;
    }
    return CF_ALLOC(data->entries, (cf_index)data->n_entries + 1);
}

cf_status cfi_tree_data_new(cfi_tree_data *data, cf_run *run, const cf_matrix *X, bool sorted)
{
    if (X->rows > CFI_TREE_MAX_ROWS)
        return cf_fail(CF_ERR_LIMIT, "X has %lld rows, a tree takes at most %lld",
                       (long long)X->rows, (long long)CFI_TREE_MAX_ROWS);
    *data = (cfi_tree_data){.X = X, .sorted = sorted};
    const bool sparse = X->storage == CF_CSR;
    const cf_index workers = cf_run_threads(run);
    sorting s = {.data = data};
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(data->lists, X->cols));
    CF_GO(CF_ALLOC_ZERO(data->traits, X->cols));
    if (sorted && sparse)
        count_stored(data);
    else if (sorted)
        cf_parallel_for(run, X->cols, COLUMNS_A_CHUNK, count_columns, data);
    CF_GO(place_lists(data, &s.most));
    if (sorted) {
        const cf_index pairs =
            sparse ? (cf_index)data->n_entries : workers * COLUMNS_A_CHUNK * X->rows;
        CF_GO(CF_ALLOC(s.pairs, pairs));
        CF_GO(CF_ALLOC(s.scratch, workers * s.most));
        if (sparse)
            pair_stored(&s);
        cf_parallel_for(run, X->cols, sparse ? 64 : COLUMNS_A_CHUNK,
                        sparse ? sort_stored : sort_columns, &s);
    }
    data->entries[data->n_entries] = 0;
cleanup:
    cf_free(s.pairs);
    cf_free(s.scratch);
    if (status != CF_OK)
        cfi_tree_data_clear(data);
    return status;
}
