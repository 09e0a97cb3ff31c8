/* SPDX-License-Identifier: BSD-3-Clause */
/* Entries to CSR: a counting sort by row, then each row by column. */
#include "io/sparse.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* One entry of a row while it is sorted. */
typedef struct entry {
    int32_t index;
    cf_index order; /* in the file: sums must not depend on the sort */
    double value;
} entry;

cf_status cfi_triplets_reserve(cfi_triplets *t, cf_index count)
{
    CF_TRY(CF_ALLOC(t->rows, count));
    CF_TRY(CF_ALLOC(t->cols, count));
    return CF_ALLOC(t->values, count);
}

void cfi_triplets_clear(cfi_triplets *t)
{
    cf_free(t->rows);
    cf_free(t->cols);
    cf_free(t->values);
    *t = (cfi_triplets){0};
}

/* Places an entry behind those its row has; offsets[i + 1] is where row i goes on. */
static void place(cf_matrix *out, cf_index row, cf_index col, double value)
{
    const cf_index at = out->offsets[row + 1]++;
    out->indices[at] = (int32_t)col;
    ((double *)out->values)[at] = value;
}

cf_status cfi_triplets_to_csr(const cfi_triplets *t, cf_index rows, cf_index cols, int mirror,
                              cf_matrix *out)
{
    cf_index stored = t->count;
    for (cf_index k = 0; mirror != 0 && k < t->count; k++)
        stored += t->rows[k] != t->cols[k];
    CF_TRY(cf_matrix_resize_sparse(out, CF_F64, CF_CSR, rows, cols, stored));
    /* counted two places ahead: offsets[i + 1] begins as the start of row i and ends as its end */
    for (cf_index k = 0; k < t->count; k++) {
        if (t->rows[k] + 2 <= rows)
            out->offsets[t->rows[k] + 2]++;
        if (mirror != 0 && t->rows[k] != t->cols[k] && t->cols[k] + 2 <= rows)
            out->offsets[t->cols[k] + 2]++;
    }
    for (cf_index i = 2; i <= rows; i++)
        out->offsets[i] += out->offsets[i - 1];
    for (cf_index k = 0; k < t->count; k++) {
        place(out, t->rows[k], t->cols[k], t->values[k]);
        if (mirror != 0 && t->rows[k] != t->cols[k])
            place(out, t->cols[k], t->rows[k], mirror * t->values[k]);
    }
    return cfi_sparse_sort(out);
}

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Strictly: an index that stands twice is to be added up. */
static bool ascends(const int32_t *indices, cf_index n)
{
    for (cf_index k = 1; k < n; k++)
        if (indices[k - 1] >= indices[k])
            return false;
    return true;
}

static double get_value(const cf_matrix *M, cf_index k)
{
    return M->dtype == CF_F32 ? (double)((const float *)M->values)[k]
                              : ((const double *)M->values)[k];
}

static void set_entry(cf_matrix *M, cf_index k, int32_t index, double value)
{
    M->indices[k] = index;
    if (M->dtype == CF_F32)
        ((float *)M->values)[k] = (float)value;
    else
        ((double *)M->values)[k] = value;
}

/* Sorts entries [begin, end) and writes them from `at` on; returns where they end. at <= begin:
 * lines only move to the front, so what is not read yet is not overwritten. */
static cf_index sort_line(cf_matrix *M, cf_index begin, cf_index end, cf_index at, entry *scratch)
{
    const cf_index n = end - begin;
    for (cf_index k = 0; k < n; k++)
        scratch[k] = (entry){M->indices[begin + k], k, get_value(M, begin + k)};
    if (!ascends(M->indices + begin, n))
        qsort(scratch, (size_t)n, sizeof *scratch, compare_entries);
    for (cf_index k = 0; k < n;) {
        double sum = scratch[k].value;
        const int32_t index = scratch[k].index;
        for (k++; k < n && scratch[k].index == index; k++)
            sum += scratch[k].value;
        set_entry(M, at++, index, sum);
    }
    return at;
}

/* `begin` is kept apart, since offsets[i] is overwritten with the new end of the line before. */
cf_status cfi_sparse_sort(cf_matrix *M)
{
    const cf_index lines = M->storage == CF_CSR ? M->rows : M->cols;
    bool sorted = true;
    cf_index longest = 0;
    for (cf_index i = 0; i < lines; i++) {
        const cf_index n = M->offsets[i + 1] - M->offsets[i];
        longest = n > longest ? n : longest;
        sorted = sorted && ascends(M->indices + M->offsets[i], n);
    }
    if (sorted)
        return CF_OK;
    entry *scratch = NULL;
    CF_TRY(CF_ALLOC(scratch, longest));
    cf_index at = 0, begin = 0;
    for (cf_index i = 0; i < lines; i++) {
        const cf_index end = M->offsets[i + 1];
        at = sort_line(M, begin, end, at, scratch);
        begin = end;
        M->offsets[i + 1] = at;
    }
    cf_free(scratch);
    return CF_OK;
}
