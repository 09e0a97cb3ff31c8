/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables from files without names: columns by index, rows that agree, no missing target. */
#include "base/memory.h"
#include "io/columns.h"
#include "io/io.h"
#include "io/npy.h"
#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

void cf_table_clear(cf_table *table)
{
    if (!table)
        return;
    cf_matrix_clear(&table->X);
    cf_matrix_clear(&table->y);
    cf_matrix_clear(&table->weights);
    cf_matrix_clear(&table->groups);
}

/* Puts the columns of `list` into `part` (NULL: nowhere) and marks them as taken from X. */
static cf_status move_columns(const cf_matrix *X, const cfi_columns *columns, const char *what,
                              const char *list, cf_matrix *part, bool *taken)
{
    cfi_list items = {0};
    cf_index *places = NULL;
    cf_status status;
    CF_GO(cfi_list_parse(what, list, &items));
    CF_GO(CF_ALLOC(places, items.count));
    for (cf_index i = 0; i < items.count; i++) {
        CF_GO(cfi_columns_find(columns, what, items.items[i], &places[i]));
        if (taken[places[i]])
            CF_GO(cf_fail(CF_ERR_ARGUMENT, "%s: column %lld is given two roles", columns->file,
                          (long long)places[i]));
        taken[places[i]] = true;
    }
    if (part)
        CF_GO(cf_matrix_gather_columns(X, places, items.count, part));
cleanup:
    cf_free(places);
    cfi_list_clear(&items);
    return status;
}

/* X without the columns that were taken. */
static cf_status keep_rest(cf_matrix *X, const bool *taken)
{
    cf_matrix rest = {0};
    cf_index *places = NULL, n = 0;
    cf_status status;
    CF_GO(CF_ALLOC(places, X->cols));
    for (cf_index j = 0; j < X->cols; j++)
        if (!taken[j])
            places[n++] = j;
    if (n < X->cols) {
        CF_GO(cf_matrix_gather_columns(X, places, n, &rest));
        cf_matrix_clear(X);
        *X = rest;
    }
cleanup:
    cf_free(places);
    return status;
}

/* Columns of X become target, weights and groups, unless the file had these apart (an .npz by name,
 * svmlight's labels). Columns have no names here, only places. */
static cf_status split_columns(const char *name, const cf_read_options *o, cf_table *t)
{
    const cfi_columns columns = {name, NULL, t->X.cols};
    const struct {
        const char *what, *list;
        cf_matrix *part;
    } wishes[] = {{"target", t->y.cols == 0 ? o->target : NULL, &t->y},
                  {"weights", t->weights.cols == 0 ? o->weights : NULL, &t->weights},
                  {"groups", t->groups.cols == 0 ? o->groups : NULL, &t->groups},
                  {"drop", o->drop, NULL}};
    /* A flag a column: a sparse matrix may have two billion of them. */
    enum { N_WISHES = sizeof wishes / sizeof wishes[0], COLUMNS_MOST = 1 << 20 };
    bool *taken = NULL, any = false;
    for (int k = 0; k < N_WISHES; k++)
        any = any || wishes[k].list;
    if (!any)
        return CF_OK;
    if (t->X.cols > COLUMNS_MOST)
        return cf_fail(CF_ERR_LIMIT, "%s: %lld columns are too many to choose from", name,
                       (long long)t->X.cols);
    cf_status status;
    CF_GO(CF_ALLOC_ZERO(taken, t->X.cols));
    for (int k = 0; k < N_WISHES; k++)
        if (wishes[k].list)
            CF_GO(move_columns(&t->X, &columns, wishes[k].what, wishes[k].list, wishes[k].part,
                               taken));
    CF_GO(keep_rest(&t->X, taken));
cleanup:
    cf_free(taken);
    return status;
}

/* Parts are dense, as long as X and without missing values; their dtype is kept. */
static cf_status check_part(const char *name, const char *what, cf_index rows, cf_matrix *part)
{
    if (part->cols == 0)
        return CF_OK;
    if (cf_matrix_is_sparse(part)) {
        cf_matrix dense = {0};
        CF_TRY(cf_matrix_convert(part, CF_F64, CF_DENSE, &dense));
        cf_matrix_clear(part);
        *part = dense;
    }
    if (part->rows != rows)
        return cf_fail(CF_ERR_SHAPE, "%s: X has %lld rows, the %s %lld", name, (long long)rows,
                       what, (long long)part->rows);
    for (cf_index i = 0; i < rows; i++)
        for (cf_index j = 0; j < part->cols; j++)
            if (isnan(cf_matrix_get(part, i, j)))
                return cf_fail(CF_ERR_DATA, "%s: the %s of row %lld is missing", name, what,
                               (long long)i);
    return CF_OK;
}

cf_status cfi_finish_table(const char *name, const cf_read_options *o, cf_table *t)
{
    CF_TRY(split_columns(name, o, t));
    CF_TRY(check_part(name, "target", t->X.rows, &t->y));
    CF_TRY(check_part(name, "weight", t->X.rows, &t->weights));
    CF_TRY(check_part(name, "group", t->X.rows, &t->groups));
    const cf_index cols = o->max_columns > 0 ? o->max_columns : INT32_MAX;
    if ((o->max_rows > 0 && t->X.rows > o->max_rows) || t->X.cols > cols)
        return cf_fail(CF_ERR_LIMIT, "%s: %lld rows and %lld columns, more than the limit", name,
                       (long long)t->X.rows, (long long)t->X.cols);
    if (t->X.dtype == CF_F64 || t->X.dtype == CF_F32)
        return CF_OK;
    cf_matrix real = {0};
    CF_TRY(cf_matrix_convert(&t->X, CF_F64, t->X.storage, &real));
    cf_matrix_clear(&t->X);
    t->X = real;
    return CF_OK;
}

cf_status cfi_read_npy_bytes(const char *path, const cf_read_options *options, cfi_bytes *bytes,
                             cf_table *out)
{
    const char *name = cfi_shown_name(path, options);
    cf_table table = {0};
    cf_status status;
    CF_GO(cfi_npy_read(name, bytes, &table.X));
    CF_GO(cfi_finish_table(name, options, &table));
    *out = table;
    table = (cf_table){0};
cleanup:
    cf_table_clear(&table);
    return status;
}
