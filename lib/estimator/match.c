/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Columns of new data against those of fit: matched by name in any order, extra ones ignored,
 * missing or repeated ones refused by name; codes are translated through their texts, and texts
 * that fit did not know get the codes behind those of fit: encoders see that they are unknown, and
 * what only passes them on does not lose them.
 */
#include "base/text.h"
#include "estimator/input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A column name with its place, to be sorted and searched. */
typedef struct named_column {
    const char *name;
    cf_index place;
} named_column;

/* By name, equal names by place: repeated ones stand together. */
static int compare_names(const void *a, const void *b)
{
    const named_column *x = a, *y = b;
    const int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

/* Only for a schema whose columns all have names; they are borrowed from it. *out goes to
 * cf_free. */
static cf_status sort_names(const cf_schema *schema, named_column **out)
{
    named_column *columns;
    CF_TRY(CF_ALLOC(columns, schema->count));
    for (cf_index j = 0; j < schema->count; j++)
        columns[j] = (named_column){cf_schema_name(schema, j), j};
    qsort(columns, (size_t)schema->count, sizeof *columns, compare_names);
    *out = columns;
    return CF_OK;
}

/* The first of the sorted columns that has the name, or `count`: a second one would follow it. */
static cf_index find_name(const named_column *columns, cf_index count, const char *name)
{
    cf_index low = 0, high = count;
    while (low < high) {
        const cf_index middle = (low + high) / 2;
        if (strcmp(columns[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && strcmp(columns[low].name, name) == 0 ? low : count;
}

cf_status cfi_remember_schema(const char *owner, const cf_schema *schema, cf_schema **out)
{
    *out = NULL;
    if (!schema || (!cfi_schema_is_named(schema) && !cfi_schema_has_codes(schema)))
        return CF_OK;
    if (cfi_schema_is_named(schema)) {
        named_column *columns;
        CF_TRY(sort_names(schema, &columns));
        const char *twice = NULL;
        for (cf_index j = 1; j < schema->count && !twice; j++)
            if (strcmp(columns[j - 1].name, columns[j].name) == 0)
                twice = columns[j].name;
        cf_free(columns);
        if (twice)
            return cf_fail(CF_ERR_DATA, "%s: two columns of X are called '%s'", owner, twice);
    }
    bool texts = false;
    for (cf_index j = 0; j < schema->count; j++)
        texts = texts || (schema->columns[j].kind == CF_TEXT && schema->columns[j].dictionary);
    if (!texts) {
        /* the same object: cfi_match_columns knows it again without looking at names */
        *out = cf_schema_share(schema);
        return CF_OK;
    }
    return cfi_schema_without_texts(schema, out);
}

/* True for a column of categories without any: it held only missing values in fit, and a class that
 * takes both kinds left open which one it is. */
static bool is_open(const cf_schema *in, cf_index j)
{
    return cf_schema_kind(in, j) == CF_CATEGORICAL && cf_schema_dictionary_size(in, j) == 0;
}

/* Text where fit had numbers, or numbers where it had text, is refused: the codes or numbers would
 * mean nothing to the model. A composite hands texts on: which child can take them, that one says.
 */
static cf_status check_kinds(const cf_estimator *e, const cf_schema *in, cf_index j,
                             const cf_matrix *X)
{
    const bool coded_in = cf_schema_kind(in, j) != CF_NUMERIC;
    const bool coded_now = cf_schema_kind(X->schema, j) != CF_NUMERIC;
    if (coded_in == coded_now || (!coded_now && cfi_column_is_missing(X, j)) || is_open(in, j) ||
        (coded_now && (cfi_traits(e).tags & CF_TAG_ANY_X)))
        return CF_OK;
    const char *name = cf_schema_name(in, j);
    return cf_fail(CF_ERR_TYPE, "%s: column %s%s%s holds %s; in fit it held %s", e->cls->name,
                   name ? "'" : "", name ? name : "of X", name ? "'" : "",
                   coded_now ? "text" : "numbers", coded_in ? "text" : "numbers");
}

/* map[code of X] = code of fit, or one behind these; column j of `schema`, which has the dictionary
 * of fit, gets the texts of the latter. */
static cf_status map_codes(const cf_schema *now, cf_index j, double *map, cf_schema *schema)
{
    const cf_index count = cf_schema_dictionary_size(now, j);
    const cf_index known = cf_schema_dictionary_size(schema, j);
    const char **unknown;
    cf_index n = 0;
    CF_TRY(CF_ALLOC(unknown, count));
    for (cf_index c = 0; c < count; c++) {
        const char *text = cf_schema_text(now, j, c);
        const cf_index code = cf_schema_code(schema, j, text);
        map[c] = (double)(code >= 0 ? code : known + n);
        if (code < 0)
            unknown[n++] = text;
    }
    const cf_status status = cfi_schema_add_texts(schema, j, unknown, n);
    cf_free(unknown);
    return status;
}

/* True when the codes of column j mean the same in both. */
static bool same_dictionary(const cf_schema *in, const cf_schema *now, cf_index j)
{
    const cfi_dictionary *a = in->columns[j].dictionary;
    const cfi_dictionary *b = now ? now->columns[j].dictionary : NULL;
    return !a || !b ||
           cfi_dictionary_equal(a, b); /* without one (texts): nothing to translate into */
}

/* Translates column j of an owned dense f64 X in place; `schema` is that of fit. What is no code of
 * X's dictionary is none of fit's either. Texts where fit had numbers keep their own dictionary. */
static cf_status translate_column(cf_matrix *X, cf_index j, cf_schema *schema)
{
    if (cf_schema_kind(schema, j) == CF_NUMERIC && cf_schema_kind(X->schema, j) != CF_NUMERIC)
        return cfi_schema_copy_column(schema, j, X->schema, j);
    if (same_dictionary(schema, X->schema, j))
        return CF_OK;
    const cf_index count = cf_schema_dictionary_size(X->schema, j);
    double *map;
    CF_TRY(CF_ALLOC(map, count));
    const cf_status status = map_codes(X->schema, j, map, schema);
    double *column = (double *)X->values + j * X->col_stride;
    for (cf_index i = 0; i < X->rows && status == CF_OK; i++) {
        double *code = &column[i * X->row_stride];
        if (!isnan(*code)) /* missing stays */
            *code = *code >= 0 && *code < (double)count ? map[(cf_index)*code] : -1;
    }
    cf_free(map);
    return status;
}

/*
 * Codes into the dictionaries of fit; X has the columns of fit in their order. X stays a view
 * unless some code changes its meaning; then it becomes a copy of its own. `used` NULL: every
 * column is read.
 */
static cf_status match_codes(const cf_estimator *e, const cf_schema *in, const bool *used,
                             cf_matrix *X)
{
    bool same = true;
    for (cf_index j = 0; j < X->cols; j++) {
        if (used && !used[j])
            continue;
        CF_TRY(check_kinds(e, in, j, X));
        same = same && same_dictionary(in, X->schema, j);
    }
    if (same)
        return CF_OK;
    if (cf_matrix_is_sparse(X))
        return cf_fail(CF_ERR_TYPE, "%s: X is sparse; columns of texts must be dense",
                       e->cls->name);
    cf_matrix copy = {0};
    CF_TRY(cf_matrix_convert(X, CF_F64, CF_DENSE, &copy));
    cf_schema *schema = NULL;
    cf_status status = cfi_schema_with_texts(in, copy.schema, &schema);
    for (cf_index j = 0; j < copy.cols && status == CF_OK; j++)
        status = translate_column(&copy, j, schema);
    if (status == CF_OK) {
        cfi_matrix_set_schema(&copy, schema);
        cf_matrix_clear(X);
        *X = copy;
        copy = (cf_matrix){0};
    }
    cf_schema_free(schema);
    cf_matrix_clear(&copy);
    return status;
}

/* Names the columns that are not there, five at most: the message has an end. */
static cf_status fail_missing(const cf_estimator *e, const cf_schema *in, const bool *used,
                              const named_column *now, cf_index count)
{
    cfi_text list = {0};
    cf_index missing = 0;
    for (cf_index j = 0; j < in->count; j++) {
        if ((used && !used[j]) || find_name(now, count, in->columns[j].name) < count)
            continue;
        if (missing++ < 5)
            cfi_text_format(&list, "%s'%.80s'", missing > 1 ? ", " : "", in->columns[j].name);
    }
    if (missing > 5)
        cfi_text_put(&list, ", ...");
    char *text = NULL;
    CF_TRY(cfi_text_take(&list, &text));
    cf_fail(CF_ERR_SHAPE, "X lacks %lld column(s) %s was fitted with: %s", (long long)missing,
            e->cls->name, text);
    cf_free(text);
    return CF_ERR_SHAPE;
}

/*
 * places[j] = the column of X that has the name of column j in fit. A missing column that is not
 * used gets the first one: nobody reads it.
 */
static cf_status find_places(const cf_estimator *e, const cf_schema *in, const cf_schema *now,
                             const bool *used, cf_index *places)
{
    named_column *columns;
    CF_TRY(sort_names(now, &columns));
    cf_status status = CF_OK;
    for (cf_index j = 0; j < in->count && status == CF_OK; j++) {
        const char *name = in->columns[j].name;
        const cf_index k = find_name(columns, now->count, name);
        if (k == now->count && used && !used[j])
            places[j] = 0;
        else if (k == now->count)
            status = fail_missing(e, in, used, columns, now->count);
        else if (k + 1 < now->count && strcmp(columns[k + 1].name, name) == 0)
            status =
                cf_fail(CF_ERR_DATA, "%s: two columns of X are called '%s'", e->cls->name, name);
        else
            places[j] = columns[k].place;
    }
    cf_free(columns);
    return status;
}

/* Both have names for all columns. */
static bool same_names(const cf_schema *in, const cf_schema *now)
{
    if (in->count != now->count)
        return false;
    for (cf_index j = 0; j < in->count; j++)
        if (strcmp(in->columns[j].name, now->columns[j].name) != 0)
            return false;
    return true;
}

/* Gives back their names to columns that are not used, whose place something else may have taken.
 */
static cf_status rename_unused(const cf_schema *in, const bool *used, cf_matrix *X)
{
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_schema_new(&schema, in->count));
    for (cf_index j = 0; j < in->count; j++) {
        if (used[j])
            CF_GO(cfi_schema_copy_column(schema, j, X->schema, j));
        else
            CF_GO(cf_schema_set_name(schema, j, in->columns[j].name));
    }
    cfi_matrix_set_schema(X, schema);
cleanup:
    cf_schema_free(schema);
    return status;
}

/* out = the columns of fit out of a named X; a borrowed view of X when they already stand so.
 * Columns that fit did not know are left behind. */
static cf_status match_by_name(const cf_estimator *e, const cf_schema *in, const bool *used,
                               const cf_matrix *X, cf_matrix *out)
{
    if (same_names(in, X->schema)) {
        *out = *X;
        out->owner = NULL;
        return CF_OK;
    }
    cf_index *places;
    CF_TRY(CF_ALLOC(places, in->count));
    cf_status status = find_places(e, in, X->schema, used, places);
    if (status == CF_OK)
        status = cf_matrix_gather_columns(X, places, in->count, out);
    if (status == CF_OK && used)
        status = rename_unused(in, used, out);
    cf_free(places);
    return status;
}

/* A borrowed view of X, which has no names to match, if its width is that of fit. */
static cf_status match_by_position(const cf_estimator *e, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    const struct cfi_core *core = e->core;
    if (X->cols != core->n_features_in)
        return cf_fail(CF_ERR_SHAPE,
                       "X has %lld features, but %s is expecting %lld features as input",
                       (long long)X->cols, e->cls->name, (long long)core->n_features_in);
    if (core->features_in && cfi_schema_is_named(core->features_in) &&
        X->schema != core->features_in)
        cf_run_warn(run, CF_WARN_DATA,
                    "X does not have valid feature names, but %s was fitted with feature names",
                    e->cls->name);
    *out = *X;
    out->owner = NULL;
    return CF_OK;
}

/* On success `out` borrows from X or owns what it holds; a failure leaves it empty. */
cf_status cfi_match_columns(const cf_estimator *e, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    const cf_schema *in = e->core->features_in;
    /* The very schema of fit, as in a chain or the rows of one table: names need no comparison. */
    if (X->schema == in)
        return match_by_position(e, X, run, out);
    bool *used = NULL;
    cf_status status = CF_OK;
    if (e->cls->used_columns) {
        CF_GO(CF_ALLOC(used, e->core->n_features_in));
        e->cls->used_columns(e, used);
    }
    if (in && cfi_schema_is_named(in) && X->schema && cfi_schema_is_named(X->schema))
        CF_GO(match_by_name(e, in, used, X, out));
    else
        CF_GO(match_by_position(e, X, run, out));
    if (in)
        CF_GO(match_codes(e, in, used, out));
    else if (cfi_schema_has_codes(X->schema))
        CF_GO(cf_fail(CF_ERR_TYPE, "%s: X holds text; in fit it held numbers", e->cls->name));
cleanup:
    cf_free(used);
    if (status != CF_OK)
        cf_matrix_clear(out);
    return status;
}

cf_status cfi_match_output(const cf_estimator *e, const cf_matrix *X, cf_matrix *out)
{
    const cf_schema *known = e->core->features_out;
    *out = *X;
    out->owner = NULL;
    if (!cfi_schema_has_codes(known) || !cfi_schema_has_codes(X->schema) ||
        X->cols != cf_schema_size(known))
        return CF_OK; /* nothing to translate, or for the slot to refuse */
    const cf_status status = match_codes(e, known, NULL, out);
    if (status != CF_OK)
        cf_matrix_clear(out);
    return status;
}
