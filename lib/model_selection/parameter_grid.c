/* SPDX-License-Identifier: BSD-3-Clause */
/* Products of lists of parameter values. */
#include "model_selection/parameter_grid.h"

#include "cofit/extend.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CANDIDATES = 1000000 };

/* One parameter of a grid. */
typedef struct axis {
    const char *name;
    const cf_value *values; /* LIST, TUPLE or MATRIX */
    cf_index count;
} axis;

/* Byte order of UTF-8, which is Python's order of strings. */
static int compare_names(const void *a, const void *b)
{
    return strcmp(((const axis *)a)->name, ((const axis *)b)->name);
}

/* One name and its values (pair[0], pair[1]), borrowed. A text is no list of values: it must be
 * wrapped. */
static cf_status read_axis(const char *owner, const cf_value *pair, axis *out)
{
    const cf_value *values = &pair[1];
    if (pair[0].kind != CF_VALUE_TEXT)
        return cf_fail(CF_ERR_TYPE, "%s: the names of a parameter grid are texts", owner);
    out->name = pair[0].as.text;
    out->values = values;
    if (values->kind == CF_VALUE_MATRIX) {
        const cf_matrix *m = values->as.matrix;
        if (m->rows != 1 && m->cols != 1)
            return cf_fail(CF_ERR_ARGUMENT,
                           "%s: Parameter array for '%s' should be one-dimensional, it is %lld x "
                           "%lld",
                           owner, out->name, (long long)m->rows, (long long)m->cols);
        out->count = m->rows * m->cols;
    } else if (values->kind == CF_VALUE_LIST || values->kind == CF_VALUE_TUPLE) {
        out->count = values->count;
    } else {
        return cf_fail(CF_ERR_TYPE,
                       "%s: Parameter grid for parameter '%s' needs to be a list, but is a %s. "
                       "Single values need to be wrapped in a list with one element",
                       owner, out->name, cf_value_kind_name(values->kind));
    }
    if (out->count < 1)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: Parameter grid for parameter '%s' need to be a non-empty sequence",
                       owner, out->name);
    return CF_OK;
}

/* The axes of one grid, sorted by name; *size = the number of its candidates, 1 for an empty map.
 * The caller frees *axes, on failure too. */
static cf_status read_axes(const char *owner, const cf_value *grid, axis **axes, cf_index *size)
{
    if (grid->kind != CF_VALUE_MAP)
        return cf_fail(CF_ERR_TYPE, "%s: a parameter grid is a map, not a %s", owner,
                       cf_value_kind_name(grid->kind));
    CF_TRY(CF_ALLOC(*axes, grid->count));
    *size = 1;
    for (cf_index a = 0; a < grid->count; a++) {
        CF_TRY(read_axis(owner, &grid->as.items[2 * a], &(*axes)[a]));
        /* A division, for the product may pass an index before it passes the limit. */
        if ((*axes)[a].count > MOST_CANDIDATES / *size)
            return cf_fail(CF_ERR_LIMIT, "%s: the parameter grid has more than %d candidates",
                           owner, (int)MOST_CANDIDATES);
        *size *= (*axes)[a].count;
    }
    qsort(*axes, (size_t)grid->count, sizeof **axes, compare_names);
    for (cf_index a = 1; a < grid->count; a++)
        if (compare_names(&(*axes)[a - 1], &(*axes)[a]) == 0)
            return cf_fail(CF_ERR_ARGUMENT, "%s: the parameter grid names '%s' twice", owner,
                           (*axes)[a].name);
    return CF_OK;
}

/* Value i of an axis (a copy). Integers of an array stay int, since a parameter may tell 1 from
 * 1.0. */
static cf_status value_at(const axis *a, cf_index i, cf_value *out)
{
    if (a->values->kind != CF_VALUE_MATRIX)
        return cf_value_copy(&a->values->as.items[i], out);
    const cf_matrix *m = a->values->as.matrix;
    const double number = m->cols == 1 ? cf_matrix_get(m, i, 0) : cf_matrix_get(m, 0, i);
    const bool whole = m->dtype == CF_I32 || m->dtype == CF_I64;
    *out = whole ? cf_value_int((int64_t)number) : cf_value_real(number);
    return CF_OK;
}

/* Candidate number `number` of a grid: its digits, the last axis first, are the places of the
 * values. */
static cf_status fill_candidate(const axis *axes, cf_index count, cf_index number, cf_value *out)
{
    CF_TRY(cf_value_items(out, CF_VALUE_MAP, count));
    for (cf_index a = count - 1; a >= 0; a--) {
        CF_TRY(cf_value_text(&out->as.items[2 * a], axes[a].name));
        CF_TRY(value_at(&axes[a], number % axes[a].count, &out->as.items[2 * a + 1]));
        number /= axes[a].count;
    }
    return CF_OK;
}

/* Appends a grid's candidates to the list, which has room for them. */
static cf_status add_grid(const char *owner, const cf_value *grid, cf_value *list, cf_index *at)
{
    axis *axes = NULL;
    cf_index size = 0;
    cf_status status = CF_OK;
    CF_GO(read_axes(owner, grid, &axes, &size));
    for (cf_index i = 0; i < size; i++)
        CF_GO(fill_candidate(axes, grid->count, i, &list->as.items[(*at)++]));
cleanup:
    cf_free(axes);
    return status;
}

/* Adds a grid's candidates to *total, to make the list in one piece. */
static cf_status grid_size(const char *owner, const cf_value *grid, cf_index *total)
{
    axis *axes = NULL;
    cf_index size = 0;
    cf_status status = read_axes(owner, grid, &axes, &size);
    cf_free(axes);
    *total += size;
    if (status == CF_OK && *total > MOST_CANDIDATES)
        status = cf_fail(CF_ERR_LIMIT, "%s: the parameter grids have more than %d candidates",
                         owner, (int)MOST_CANDIDATES);
    return status;
}

cf_status cfi_parameter_grid(const char *owner, const cf_value *grid, cf_value *out)
{
    const bool many = grid->kind == CF_VALUE_LIST || grid->kind == CF_VALUE_TUPLE;
    const cf_index n_grids = many ? grid->count : 1;
    const cf_value *grids = many ? grid->as.items : grid;
    cf_value list = {0};
    cf_index total = 0, at = 0;
    cf_status status = CF_OK;
    for (cf_index g = 0; g < n_grids; g++)
        CF_GO(grid_size(owner, &grids[g], &total));
    if (total == 0)
        CF_GO(cf_fail(CF_ERR_ARGUMENT, "%s: the parameter grid has no candidates", owner));
    CF_GO(cf_value_items(&list, CF_VALUE_LIST, total));
    for (cf_index g = 0; g < n_grids; g++)
        CF_GO(add_grid(owner, &grids[g], &list, &at));
    cf_value_clear(out);
    *out = list;
    list = (cf_value){0};
cleanup:
    cf_value_clear(&list);
    return status;
}
