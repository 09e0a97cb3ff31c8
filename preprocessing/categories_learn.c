/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Learning categories. Distinct entries and their weights come from a hash table (numbers) or an
 * array (codes), one column a task. A column of texts ends up with a dictionary of exactly its
 * categories, which the model remembers: the core then translates new data into it, and what is not
 * a category arrives as a code outside of it.
 */
#include "preprocessing/categories.h"

#include "base/text.h"
#include "matrix/kernels.h"
#include "matrix/matrix.h"
#include "preprocessing/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a column teaches. */
typedef struct lesson {
    cf_index count;     /* categories, missing included */
    bool missing;       /* the last one is missing */
    double *values;     /* (count) numbers; unused for texts */
    const char **texts; /* (count) borrowed; NULL for a column of numbers */
    double *weights;    /* (count) */
} lesson;

typedef struct learning {
    const cf_fit_args *args;
    const cfi_categories_options *options;
    lesson *lessons; /* (n_features) */
    double total;    /* weight of all rows */
} learning;

/* Codes mean texts of the training data's dictionary here, not yet of the model's. */
static bool is_coded(const cf_schema *schema, cf_index j)
{
    return cf_schema_kind(schema, j) != CF_NUMERIC;
}

/* Codes are counted in an array first: no hashing an entry. */
static cf_status count_codes(const learning *l, cf_index j, cfi_tally *t, double *missing)
{
    const cf_matrix *X = l->args->X;
    const cf_index size = cf_schema_dictionary_size(X->schema, j);
    double *counts;
    CF_TRY(CF_ALLOC_ZERO(counts, size + 1)); /* the last one: no code of the dictionary */
    for (cf_index i = 0; i < X->rows; i++) {
        const double x = cfi_row_f64(X, i)[j];
        const double weight = l->args->weights ? l->args->weights[i] : 1;
        if (x != x)
            *missing += weight;
        else
            counts[x >= 0 && x < (double)size ? (cf_index)x : size] += weight;
    }
    cf_status status = CF_OK;
    for (cf_index k = 0; k <= size && status == CF_OK; k++)
        if (counts[k] > 0)
            status = cfi_tally_add(t, k < size ? (double)k : -1, counts[k]);
    cf_free(counts);
    return status;
}

/* Counts the entries of column j; *missing is the weight of the missing ones. */
static cf_status count_entries(const learning *l, cf_index j, cfi_tally *t, double *missing)
{
    const cf_matrix *X = l->args->X;
    *missing = 0;
    if (is_coded(X->schema, j))
        return count_codes(l, j, t, missing);
    for (cf_index i = 0; i < X->rows; i++) {
        const double x = cfi_row_f64(X, i)[j];
        const double weight = l->args->weights ? l->args->weights[i] : 1;
        if (weight == 0)
            continue;
        if (x != x)
            *missing += weight;
        else
            CF_TRY(cfi_tally_add(t, x, weight));
    }
    return CF_OK;
}

/* Zeroed, so that a lesson given up half way can be released. */
static cf_status lesson_new(lesson *out, cf_index count, bool coded)
{
    out->count = count;
    CF_TRY(CF_ALLOC_ZERO(out->values, count));
    CF_TRY(CF_ALLOC_ZERO(out->weights, count));
    return coded ? CF_ALLOC_ZERO(out->texts, count) : CF_OK;
}

/* A text and its code in the training data. */
typedef struct coded_text {
    const char *text;
    double code;
} coded_text;

static int compare_coded(const void *a, const void *b)
{
    const coded_text *x = a, *y = b;
    return strcmp(x->text, y->text);
}

static int compare_texts(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

/* Replaces the codes in `values` by themselves in the order of their texts, and notes these. */
static cf_status sort_by_text(const learning *l, cf_index j, cf_index n, lesson *out)
{
    coded_text *sorted;
    CF_TRY(CF_ALLOC(sorted, n));
    bool known = true;
    for (cf_index k = 0; k < n; k++) {
        const double code = out->values[k];
        sorted[k] = (coded_text){cf_schema_text(l->args->X->schema, j, (cf_index)code), code};
        known = known && sorted[k].text;
    }
    if (known)
        qsort(sorted, (size_t)n, sizeof *sorted, compare_coded);
    for (cf_index k = 0; k < n; k++) {
        out->texts[k] = sorted[k].text;
        out->values[k] = sorted[k].code;
    }
    cf_free(sorted);
    if (known)
        return CF_OK;
    return cf_fail(CF_ERR_DATA, "%s: Found unknown categories in column %lld during fit",
                   l->options->owner, (long long)j);
}

/* Categories are what occurred, ascending. */
static cf_status learn_occurring(const learning *l, cf_index j, const cfi_tally *t, double missing,
                                 lesson *out)
{
    const bool coded = is_coded(l->args->X->schema, j);
    const cf_index n = t->used;
    out->missing = missing > 0;
    CF_TRY(lesson_new(out, n + out->missing, coded));
    cf_index k = 0;
    for (cf_index slot = 0; slot < t->slots; slot++)
        if (!isnan(t->keys[slot]))
            out->values[k++] = t->keys[slot];
    cfi_sort(out->values, n);
    if (coded)
        CF_TRY(sort_by_text(l, j, n, out));
    for (k = 0; k < n; k++)
        out->weights[k] = t->weights[cfi_tally_slot(t, out->values[k])];
    if (out->missing) {
        out->values[n] = (double)NAN;
        out->weights[n] = missing;
    }
    return CF_OK;
}

/* ---- given categories ---- */

/* Element k of a list of categories or of a matrix of them. */
static cf_value given_at(const cf_value *list, cf_index k)
{
    if (list->kind != CF_VALUE_MATRIX)
        return list->as.items[k];
    const cf_matrix *m = list->as.matrix;
    return cf_value_real(cf_matrix_get(m, k / m->cols, k % m->cols));
}

static cf_index given_count(const cf_value *list)
{
    return list->kind == CF_VALUE_MATRIX ? list->as.matrix->rows * list->as.matrix->cols
                                         : list->count;
}

/* None and nan both name the missing category. */
static bool is_gap(const cf_value *v)
{
    return v->kind == CF_VALUE_NONE || (v->kind == CF_VALUE_REAL && isnan(v->as.r));
}

static bool holds_text(const cf_value *list)
{
    for (cf_index k = 0; k < given_count(list); k++)
        if (given_at(list, k).kind == CF_VALUE_TEXT)
            return true;
    return false;
}

/* Reads element k into the lesson. */
static cf_status take_given(const learning *l, cf_index j, const cf_value *list, cf_index k,
                            lesson *out)
{
    const cf_value v = given_at(list, k);
    if (is_gap(&v)) {
        if (k + 1 < out->count)
            return cf_fail(CF_ERR_ARGUMENT,
                           "%s: Nan should be the last element in user provided categories, see "
                           "column %lld",
                           l->options->owner, (long long)j);
        out->missing = true;
        out->values[k] = (double)NAN;
    } else if (out->texts && v.kind == CF_VALUE_TEXT) {
        out->texts[k] = v.as.text;
    } else if (!out->texts &&
               (v.kind == CF_VALUE_REAL || v.kind == CF_VALUE_INT || v.kind == CF_VALUE_BOOL)) {
        out->values[k] = cf_value_number(&v) + 0.0;
    } else {
        return cf_fail(CF_ERR_TYPE, "%s: categories of column %lld hold a %s, the column %s",
                       l->options->owner, (long long)j, cf_value_kind_name(v.kind),
                       out->texts ? "texts" : "numbers");
    }
    return CF_OK;
}

static cf_status fail_twice(const learning *l, cf_index j)
{
    return cf_fail(CF_ERR_ARGUMENT,
                   "%s: In column %lld, the predefined categories contain duplicate elements",
                   l->options->owner, (long long)j);
}

/* Sorted copies show repetitions; the order itself is the user's. */
static cf_status check_given_texts(const learning *l, cf_index j, const lesson *given)
{
    const cf_index n = given->count - given->missing;
    const char **sorted;
    CF_TRY(CF_ALLOC(sorted, n));
    for (cf_index k = 0; k < n; k++)
        sorted[k] = given->texts[k];
    qsort(sorted, (size_t)n, sizeof *sorted, compare_texts);
    bool twice = false;
    for (cf_index k = 1; k < n; k++)
        twice = twice || strcmp(sorted[k - 1], sorted[k]) == 0;
    cf_free(sorted);
    return twice ? fail_twice(l, j) : CF_OK;
}

/* Numbers are searched for later, so that they have to ascend. */
static cf_status check_given_numbers(const learning *l, cf_index j, const lesson *given)
{
    for (cf_index k = 1; k < given->count - given->missing; k++) {
        if (given->values[k] == given->values[k - 1])
            return fail_twice(l, j);
        if (given->values[k] < given->values[k - 1])
            return cf_fail(CF_ERR_ARGUMENT,
                           "%s: Unsorted categories are not supported for numerical categories "
                           "(column %lld)",
                           l->options->owner, (long long)j);
    }
    return CF_OK;
}

static cf_status fail_unknown(const learning *l, cf_index j, double x)
{
    char number[CFI_NUMBER_SIZE];
    const char *text = cfi_code_text(l->args->X->schema, j, x);
    cfi_format_real(x, number);
    return cf_fail(
        CF_ERR_DATA, "%s: Found unknown categories [%s%.100s%s] in column %lld during fit",
        l->options->owner, text ? "'" : "", text ? text : number, text ? "'" : "", (long long)j);
}

/* Gives each category the weight of its entries; an entry without a category may be an error. */
static cf_status weigh_given(const learning *l, cf_index j, cfi_tally *t, double missing,
                             lesson *out)
{
    const cf_index n = out->count - out->missing;
    if (out->missing)
        out->weights[n] = missing;
    else if (missing > 0 && l->options->refuse_unknown)
        return fail_unknown(l, j, (double)NAN);
    for (cf_index k = 0; k < n; k++) {
        const double key = out->texts ? (double)cf_schema_code(l->args->X->schema, j, out->texts[k])
                                      : out->values[k];
        const cf_index slot = cfi_tally_slot(t, key);
        if (isnan(t->keys[slot]))
            continue;
        out->weights[k] = t->weights[slot];
        t->weights[slot] = -1; /* taken */
    }
    for (cf_index slot = 0; slot < t->slots && l->options->refuse_unknown; slot++)
        if (!isnan(t->keys[slot]) && t->weights[slot] >= 0)
            return fail_unknown(l, j, t->keys[slot]);
    return CF_OK;
}

/* The list fixes categories and order; the data only say how often each occurs. */
static cf_status learn_given(const learning *l, cf_index j, cfi_tally *t, double missing,
                             lesson *out)
{
    const cf_value *list = &l->options->categories->as.items[j];
    if (list->kind != CF_VALUE_LIST && list->kind != CF_VALUE_TUPLE &&
        list->kind != CF_VALUE_MATRIX)
        return cf_fail(CF_ERR_TYPE, "%s: categories of column %lld are a %s, not a list",
                       l->options->owner, (long long)j, cf_value_kind_name(list->kind));
    const bool blank = l->args->X->schema && t->used == 0; /* may be a column of texts as well */
    const bool coded = is_coded(l->args->X->schema, j) || (blank && holds_text(list));
    CF_TRY(lesson_new(out, given_count(list), coded));
    for (cf_index k = 0; k < out->count; k++)
        CF_TRY(take_given(l, j, list, k, out));
    CF_TRY(out->texts ? check_given_texts(l, j, out) : check_given_numbers(l, j, out));
    return weigh_given(l, j, t, missing, out);
}

/* A whole number of 2^53 or more lost its last digits on the way to a double: two categories may
 * have become one. */
static cf_status check_exact(const learning *l, cf_index j)
{
    const lesson *taught = &l->lessons[j];
    if (taught->texts || cfi_categories_origin(l->args, j) != CFI_INTEGERS)
        return CF_OK;
    for (cf_index k = 0; k < taught->count; k++)
        if (fabs(taught->values[k]) >= 0x1p53) {
            char number[CFI_NUMBER_SIZE];
            cfi_format_real(taught->values[k], number);
            return cf_fail(
                CF_ERR_DATA,
                "%s: column %lld holds whole numbers of 2^53 or more (%s), which doubles "
                "do not tell apart: give them as texts",
                l->options->owner, (long long)j, number);
        }
    return CF_OK;
}

/* One task: its column is read once. */
static cf_status learn_column(void *ctx, cf_index j, cf_run *run)
{
    const learning *l = ctx;
    double missing;
    cfi_tally t;
    CF_TRY(cf_run_check(run));
    CF_TRY(cfi_tally_new(&t, 64));
    cf_status status = count_entries(l, j, &t, &missing);
    if (status == CF_OK)
        status = l->options->categories->kind == CF_VALUE_TEXT
                     ? learn_occurring(l, j, &t, missing, &l->lessons[j])
                     : learn_given(l, j, &t, missing, &l->lessons[j]);
    cfi_tally_free(&t);
    return status == CF_OK ? check_exact(l, j) : status;
}

/* ---- infrequent categories ---- */

/*
 * Marks what is infrequent: below min_frequency, and the rarest beyond max_categories (of equally
 * rare ones the first). Returns how many there are.
 */
static cf_status mark_infrequent(const learning *l, const lesson *taught, bool *rare,
                                 cf_index *count)
{
    const cf_value *least = l->options->min_frequency, *most = l->options->max_categories;
    const cf_index n = taught->count - (l->options->missing_apart && taught->missing);
    const double threshold = least->kind == CF_VALUE_REAL  ? least->as.r * l->total
                             : least->kind == CF_VALUE_INT ? (double)least->as.i
                                                           : 0;
    cf_index rest = n;
    for (cf_index k = 0; k < n; k++) {
        rare[k] = taught->weights[k] < threshold;
        rest -= rare[k];
    }
    if (most->kind == CF_VALUE_INT && most->as.i < rest + 1) {
        cf_index *order;
        CF_TRY(CF_ALLOC(order, n));
        const cf_status status = cfi_argsort(taught->weights, n, order);
        for (cf_index k = 0; k < n - (most->as.i - 1) && status == CF_OK; k++)
            rare[order[k]] = true;
        cf_free(order);
        CF_TRY(status);
    }
    *count = 0;
    for (cf_index k = 0; k < n; k++)
        *count += rare[k];
    return CF_OK;
}

/* Frequent categories keep their order, the infrequent ones follow as one group. */
static cf_status group_column(const learning *l, cf_index j, const cfi_categories *out)
{
    const lesson *taught = &l->lessons[j];
    int32_t *groups = (int32_t *)out->groups->data + ((const int64_t *)out->begins->data)[j];
    bool *rare;
    cf_index count = 0;
    CF_TRY(CF_ALLOC_ZERO(rare, taught->count));
    cf_status status = mark_infrequent(l, taught, rare, &count);
    if (status == CF_OK && count > 0)
        status = cf_matrix_resize(&out->infrequent->items[j], CF_F64, count, 1);
    if (status == CF_OK) {
        const bool apart = l->options->missing_apart && taught->missing;
        const int32_t last = (int32_t)(taught->count - apart - count);
        const double *values = out->values->items[j].values;
        double *infrequent = out->infrequent->items[j].values;
        int32_t group = 0;
        for (cf_index k = 0; k < taught->count; k++) {
            groups[k] = rare[k] ? last : group++;
            if (rare[k])
                *infrequent++ = values[k];
        }
        if (count > 0)
            cfi_matrix_set_schema(&out->infrequent->items[j], out->values->items[j].schema);
    }
    cf_free(rare);
    return status;
}

/* ---- the whole ---- */

/* The dictionary of a column of texts: its categories, sorted. None of a column in which all was
 * missing: later entries, texts or numbers, are unknown. */
static cf_status set_dictionary(const lesson *taught, cf_index j, const char *name, cf_schema *out)
{
    const cf_index n = taught->count - taught->missing;
    const char **sorted;
    CF_TRY(cf_schema_set_name(out, j, name));
    CF_TRY(CF_ALLOC(sorted, n));
    if (n > 0)
        memcpy(sorted, taught->texts, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, compare_texts);
    const cf_status status = cf_schema_set_dictionary(out, j, CF_CATEGORICAL, sorted, n);
    cf_free(sorted);
    return status;
}

/* What the model remembers of the columns; NULL when they are unnamed numbers. */
static cf_status make_schema(const learning *l, cf_schema **out)
{
    const cf_schema *in = l->args->X->schema;
    if (!in)
        return CF_OK;
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_schema_new(&schema, l->args->X->cols));
    for (cf_index j = 0; j < l->args->X->cols; j++) {
        const lesson *taught = &l->lessons[j];
        if (taught->texts || (taught->missing && taught->count == 1))
            CF_GO(set_dictionary(taught, j, cf_schema_name(in, j), schema));
        else
            CF_GO(cfi_schema_copy_column(schema, j, in, j));
    }
    *out = schema;
    return CF_OK;
cleanup:
    cf_schema_free(schema);
    return status;
}

/* The values of column j as a matrix: numbers, or codes in the dictionary of `schema`. */
static cf_status keep_values(const lesson *taught, const cf_schema *schema, cf_index j,
                             cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, CF_F64, taught->count, 1));
    double *values = out->values;
    for (cf_index k = 0; k < taught->count; k++) {
        values[k] = taught->values[k];
        if (taught->texts && taught->texts[k])
            values[k] = (double)cf_schema_code(schema, j, taught->texts[k]);
    }
    if (!taught->texts)
        return CF_OK;
    cf_schema *one = NULL;
    CF_TRY(cf_schema_select(schema, &j, 1, &one));
    cfi_matrix_set_schema(out, one);
    cf_schema_free(one);
    return CF_OK;
}

/* Lessons to state: codes now refer to the dictionary the model keeps. */
static cf_status keep_all(const learning *l, const cf_schema *schema, const cfi_categories *out)
{
    const cf_index d = l->args->X->cols;
    CF_TRY(cf_matrices_resize(out->values, d));
    CF_TRY(cf_matrices_resize(out->infrequent, d));
    CF_TRY(cf_array_resize(out->begins, CF_I64, d + 1));
    int64_t *begins = out->begins->data;
    for (cf_index j = 0; j < d; j++)
        begins[j + 1] = begins[j] + l->lessons[j].count;
    CF_TRY(cf_array_resize(out->groups, CF_I32, begins[d]));
    for (cf_index j = 0; j < d; j++) {
        CF_TRY(keep_values(&l->lessons[j], schema, j, &out->values->items[j]));
        CF_TRY(group_column(l, j, out));
    }
    return CF_OK;
}

cf_status cfi_categories_learn(cf_estimator *self, const cf_fit_args *args,
                               const cfi_categories_options *options, const cfi_categories *out)
{
    const cf_index d = args->X->cols;
    const cf_value *given = options->categories;
    if (given->kind == CF_VALUE_LIST && given->count != d)
        return cf_fail(CF_ERR_SHAPE,
                       "%s: Shape mismatch: if categories is an array, it has to be of shape "
                       "(n_features,): it has %lld entries, X has %lld columns",
                       options->owner, (long long)given->count, (long long)d);
    cf_status status;
    learning l = {.args = args, .options = options, .total = (double)args->X->rows};
    cf_schema *schema = NULL;
    if (args->weights)
        l.total = cfi_sum(args->weights, NULL, args->X->rows);
    CF_GO(CF_ALLOC_ZERO(l.lessons, d));
    CF_GO(cf_parallel_tasks(args->run, d, learn_column, &l));
    CF_GO(make_schema(&l, &schema));
    CF_GO(keep_all(&l, schema, out));
    if (schema)
        cf_self_set_features_in(self, schema);
cleanup:
    for (cf_index j = 0; l.lessons && j < d; j++) {
        cf_free(l.lessons[j].values);
        cf_free(l.lessons[j].weights);
        cf_free(l.lessons[j].texts);
    }
    cf_free(l.lessons);
    cf_schema_free(schema);
    return status;
}
