/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Labels of metrics: two columns that may have different dtypes or dictionaries become codes in one
 * sorted union. Each column is coded by itself, then the two sorted lists are merged.
 */
#include "estimator/labels.h"

#include "base/text.h"
#include "estimator/input.h"
#include "metrics/metrics.h"

#include <stdio.h>
#include <string.h>

void cfi_label_pair_clear(cfi_label_pair *pair)
{
    cf_free(pair->truth);
    cf_free(pair->guess);
    cf_free(pair->weights);
    cf_matrix_clear(&pair->labels);
    *pair = (cfi_label_pair){0};
}

void cfi_coded_clear(cfi_coded *coded)
{
    cf_free(coded->codes);
    cf_free(coded->weights);
    cf_matrix_clear(&coded->labels);
    *coded = (cfi_coded){0};
}

/* True for codes into a dictionary of texts. */
static bool is_text(const cf_matrix *labels)
{
    return cf_schema_kind(labels->schema, 0) != CF_NUMERIC;
}

static bool is_integer(const cf_matrix *labels)
{
    return labels->dtype == CF_I32 || labels->dtype == CF_I64;
}

/* Exact: through a double, integers beyond 2^53 would run together. */
static int64_t integer_at(const cf_matrix *labels, cf_index i)
{
    const cf_index at = i * labels->row_stride;
    return labels->dtype == CF_I64 ? ((const int64_t *)labels->values)[at]
                                   : ((const int32_t *)labels->values)[at];
}

/* "" for a code without a text. */
static const char *text_at(const cf_matrix *labels, cf_index i)
{
    const double code = cf_matrix_get(labels, i, 0);
    const char *text = code >= 0 ? cf_schema_text(labels->schema, 0, (cf_index)code) : NULL;
    return text ? text : "";
}

/* -1, 0 or 1 as label i of a is less than, equal to or greater than label j of b; both are texts or
 * both numbers. Integers meet reals as doubles. */
static int compare(const cf_matrix *a, cf_index i, const cf_matrix *b, cf_index j)
{
    if (is_text(a)) {
        const int order = strcmp(text_at(a, i), text_at(b, j));
        return (order > 0) - (order < 0);
    }
    if (is_integer(a) && is_integer(b)) {
        const int64_t x = integer_at(a, i), y = integer_at(b, j);
        return (x > y) - (x < y);
    }
    const double x = cf_matrix_get(a, i, 0), y = cf_matrix_get(b, j, 0);
    return (x > y) - (x < y);
}

/* Where label j of `wanted` stands in the ascending `labels`, or -1. */
static cf_index locate(const cf_matrix *labels, const cf_matrix *wanted, cf_index j)
{
    if (is_text(labels) != is_text(wanted))
        return -1;
    cf_index low = 0, high = labels->rows;
    while (low < high) {
        const cf_index middle = low + (high - low) / 2;
        if (compare(labels, middle, wanted, j) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < labels->rows && compare(labels, low, wanted, j) == 0 ? low : -1;
}

void cfi_labels_locate(const cf_matrix *labels, const cf_matrix *wanted, cf_index *positions)
{
    for (cf_index j = 0; j < wanted->rows; j++)
        positions[j] = locate(labels, wanted, j);
}

cf_index cfi_labels_position(const cf_matrix *labels, const char *text)
{
    /* scikit-learn's default of pos_label. It names no text: then text NULL finds nothing. */
    double number = 1;
    if (is_text(labels)) {
        for (cf_index i = 0; text && i < labels->rows; i++)
            if (strcmp(text_at(labels, i), text) == 0)
                return i;
        return -1;
    }
    if (text && !cfi_parse_real(text, strlen(text), &number))
        return -1;
    for (cf_index i = 0; i < labels->rows; i++)
        if (cf_matrix_get(labels, i, 0) == number)
            return i;
    return -1;
}

void cfi_label_text(const cf_matrix *labels, cf_index i, char *out, size_t size)
{
    char number[CFI_NUMBER_SIZE];
    const char *text = number;
    if (is_text(labels))
        text = text_at(labels, i);
    else if (is_integer(labels))
        cfi_format_int(integer_at(labels, i), number);
    else
        cfi_format_real(cf_matrix_get(labels, i, 0), number);
    snprintf(out, size, "%s", text);
}

/* ", ..." follows the last label that fits; `size` has room for it in any case. */
void cfi_labels_list(const cf_matrix *labels, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (cf_index i = 0; i < labels->rows; i++) {
        char one[64];
        cfi_label_text(labels, i, one, sizeof one);
        const size_t wanted = length + strlen(one) + 2;
        if (wanted + 5 > size) {
            snprintf(out + length, size - length, ", ...");
            return;
        }
        length += (size_t)snprintf(out + length, size - length, "%s%s", i ? ", " : "", one);
    }
}

/* Class labels are texts or whole numbers, one column. NaN is left to the reader of labels, which
 * refuses it. */
static cf_status check_column(const char *name, const char *what, const cf_matrix *y, cf_index t)
{
    if (cf_schema_kind(y->schema, t) != CF_NUMERIC || is_integer(y))
        return CF_OK;
    for (cf_index i = 0; i < y->rows; i++) {
        const double value = cf_matrix_get(y, i, t);
        if (isfinite(value) && value != floor(value)) {
            char text[CFI_NUMBER_SIZE];
            cfi_format_real(value, text);
            return cf_fail(CF_ERR_DATA,
                           "%s: %s is continuous (%s at row %lld); labels are whole numbers or "
                           "texts",
                           name, what, text, (long long)i);
        }
    }
    return CF_OK;
}

/* Codes of one column and its sorted labels, both the caller's. */
static cf_status code_column(const char *name, const cf_matrix *y, cf_index t, int32_t **codes,
                             cf_matrix *values)
{
    cfi_labels labels = {0};
    cf_status status = CF_OK;
    CF_GO(cfi_labels_find(name, y, t, NULL, &labels));
    CF_GO(CF_ALLOC(*codes, y->rows));
    CF_GO(cfi_labels_encode(name, &labels, y, t, NULL, *codes, 1));
    *values = labels.values;
    labels.values = (cf_matrix){0};
cleanup:
    cfi_labels_clear(&labels);
    return status;
}

/* An ascending label list under construction: label i is row[i] of *from[i]. */
typedef struct merged {
    cf_index k;
    const cf_matrix **from; /* (k) */
    cf_index *row;          /* (k) */
} merged;

/* out = the chosen labels as a matrix of their own: integers, reals, or codes 0..k-1 with a
 * dictionary of their own. */
static cf_status store_labels(const merged *m, cf_dtype dtype, cf_matrix *out)
{
    const bool texts = is_text(m->from[0]);
    cf_schema *schema = NULL;
    const char **list = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_matrix_resize(out, texts ? CF_F64 : dtype, m->k, 1));
    for (cf_index i = 0; i < m->k; i++) {
        if (texts)
            ((double *)out->values)[i] = (double)i;
        else if (dtype == CF_I64)
            ((int64_t *)out->values)[i] = integer_at(m->from[i], m->row[i]);
        else
            ((double *)out->values)[i] = cf_matrix_get(m->from[i], m->row[i], 0);
    }
    if (!texts)
        goto cleanup;
    CF_GO(CF_ALLOC(list, m->k));
    for (cf_index i = 0; i < m->k; i++)
        list[i] = text_at(m->from[i], m->row[i]);
    CF_GO(cf_schema_new(&schema, 1));
    CF_GO(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, list, m->k));
    cfi_matrix_set_schema(out, schema);
cleanup:
    cf_free(list);
    cf_schema_free(schema);
    return status;
}

/* Merges two ascending lists; to_a and to_b map their positions to those in out. A label of both is
 * taken from a. Integers stay integers only if both sides are. */
static cf_status merge(const cf_matrix *a, const cf_matrix *b, int32_t *to_a, int32_t *to_b,
                       cf_matrix *out)
{
    merged m = {0};
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(m.from, a->rows + b->rows));
    CF_GO(CF_ALLOC(m.row, a->rows + b->rows));
    for (cf_index i = 0, j = 0; i < a->rows || j < b->rows; m.k++) {
        const int order = i == a->rows ? 1 : j == b->rows ? -1 : compare(a, i, b, j);
        m.from[m.k] = order > 0 ? b : a;
        m.row[m.k] = order > 0 ? j : i;
        if (order <= 0)
            to_a[i++] = (int32_t)m.k;
        if (order >= 0)
            to_b[j++] = (int32_t)m.k;
    }
    CF_GO(store_labels(&m, is_integer(a) && is_integer(b) ? CF_I64 : CF_F64, out));
cleanup:
    cf_free(m.from);
    cf_free(m.row);
    return status;
}

/* Turns the codes of each column into codes of the union. Numbers never equal texts, so mixing them
 * is an error, as in scikit-learn. */
static cf_status join_labels(const char *name, const cf_matrix *a, const cf_matrix *b,
                             cfi_label_pair *pair)
{
    if (is_text(a) != is_text(b))
        return cf_fail(CF_ERR_TYPE, "%s: y_true holds %s, y_pred holds %s", name,
                       is_text(a) ? "texts" : "numbers", is_text(b) ? "texts" : "numbers");
    int32_t *to_a = NULL, *to_b = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(to_a, a->rows));
    CF_GO(CF_ALLOC(to_b, b->rows));
    CF_GO(merge(a, b, to_a, to_b, &pair->labels));
    for (cf_index i = 0; i < pair->n; i++) {
        pair->truth[i] = to_a[pair->truth[i]];
        pair->guess[i] = to_b[pair->guess[i]];
    }
cleanup:
    cf_free(to_a);
    cf_free(to_b);
    return status;
}

cf_status cfi_label_pair_read(const cfi_metric_args *args, cf_index column, cfi_label_pair *out)
{
    cfi_label_pair pair = {.n = args->truth->rows};
    cf_matrix a = {0}, b = {0};
    cf_status status = CF_OK;
    CF_GO(check_column(args->name, "y_true", args->truth, column));
    CF_GO(check_column(args->name, "y_pred", args->guess, column));
    CF_GO(code_column(args->name, args->truth, column, &pair.truth, &a));
    CF_GO(code_column(args->name, args->guess, column, &pair.guess, &b));
    CF_GO(join_labels(args->name, &a, &b, &pair));
    pair.k = pair.labels.rows;
    if (args->weights)
        CF_GO(cfi_check_weights(args->name, args->weights, pair.n, &pair.weights));
    *out = pair;
    pair = (cfi_label_pair){0};
cleanup:
    cf_matrix_clear(&a);
    cf_matrix_clear(&b);
    cfi_label_pair_clear(&pair);
    return status;
}

cf_status cfi_label_pair_of(const cfi_metric_args *args, cfi_label_pair *out)
{
    CF_TRY(cfi_metric_check(args));
    if (args->truth->cols != 1 || args->guess->cols != 1)
        return cf_fail(CF_ERR_SHAPE, "%s: y_true has %lld columns, y_pred has %lld", args->name,
                       (long long)args->truth->cols, (long long)args->guess->cols);
    return cfi_label_pair_read(args, 0, out);
}

/* The caller's labels. They name the columns of scores, so they must ascend, or the columns would
 * be mixed up. */
static cf_status find_given(const cfi_metric_args *args, cfi_labels *out)
{
    const cf_matrix *given = args->options->labels;
    CF_TRY(cf_matrix_check(given, "labels"));
    if (given->rows < 1 || given->cols != 1 || cf_matrix_is_sparse(given))
        return cf_fail(CF_ERR_SHAPE, "%s: labels is %lld x %lld; it is a column of labels",
                       args->name, (long long)given->rows, (long long)given->cols);
    for (cf_index i = 1; i < given->rows; i++)
        if (compare(given, i - 1, given, i) >= 0)
            return cf_fail(CF_ERR_ARGUMENT, "%s: labels must ascend without repetition",
                           args->name);
    return cfi_labels_from_classes(given, out);
}

cf_status cfi_coded_read(const cfi_metric_args *args, cfi_coded *out)
{
    cfi_coded coded = {.n = args->truth->rows};
    cfi_labels labels = {0};
    cf_status status = CF_OK;
    if (args->truth->cols != 1) {
        status = cf_fail(CF_ERR_SHAPE, "%s: y_true has %lld columns; the metric takes one",
                         args->name, (long long)args->truth->cols);
        goto cleanup;
    }
    CF_GO(check_column(args->name, "y_true", args->truth, 0));
    if (args->options->labels)
        CF_GO(find_given(args, &labels));
    else
        CF_GO(cfi_labels_find(args->name, args->truth, 0, NULL, &labels));
    CF_GO(CF_ALLOC(coded.codes, coded.n));
    CF_GO(cfi_labels_encode(args->name, &labels, args->truth, 0, NULL, coded.codes, 1));
    if (args->weights)
        CF_GO(cfi_check_weights(args->name, args->weights, coded.n, &coded.weights));
    coded.labels = labels.values;
    coded.k = coded.labels.rows;
    labels.values = (cf_matrix){0};
    *out = coded;
    coded = (cfi_coded){0};
cleanup:
    cfi_labels_clear(&labels);
    cfi_coded_clear(&coded);
    return status;
}

static cf_status unique_labels(const cfi_metric_args *args, void *out)
{
    cfi_label_pair pair = {0};
    CF_TRY(cfi_label_pair_of(args, &pair));
    cf_matrix_clear(out);
    const cf_status status = cf_matrix_share(out, &pair.labels);
    cfi_label_pair_clear(&pair);
    return status;
}

cf_status cf_unique_labels(const cf_matrix *y_true, const cf_matrix *y_pred, cf_matrix *out)
{
    return cfi_metric_into(&(cfi_metric_args){"unique_labels", y_true, y_pred, NULL, NULL, NULL},
                           unique_labels, out);
}
