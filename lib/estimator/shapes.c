/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The shape strings of state rows: "(n_classes, n_features)", "(n_nodes + 1)", "(n_features) ;
 * (n_targets, n_features)". Evaluated against what a state holds, after loading and in the tests.
 * "?" stands for any size; a NULL or empty shape is not checked.
 */
#include "estimator/instance.h"

#include "base/text.h"

#include <string.h>

enum { ANY_SIZE = -1 };

/* A cursor over one expression. */
typedef struct reader {
    const char *s;
    const cf_estimator *e;
    bool failed;
} reader;

static void skip(reader *r)
{
    while (*r->s == ' ')
        r->s++;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Classes of all targets: columns of predict_proba. */
static cf_index all_classes(const struct cfi_core *core)
{
    cf_index total = 0;
    for (cf_index t = 0; core->n_classes && t < core->n_targets; t++)
        total += core->n_classes[t];
    return total;
}

static cf_index named_size(reader *r, const char *name, size_t length)
{
    const struct cfi_core *core = r->e->core;
    const struct {
        const char *name;
        cf_index size;
    } known[] = {
        {"n_features", core->n_features_in},
        {"n_features_in_", core->n_features_in},
        {"n_targets", core->n_targets > 0 ? core->n_targets : 1},
        {"n_outputs", core->n_targets > 0 ? core->n_targets : 1},
        {"n_classes", core->n_targets > 0 && core->n_classes ? core->n_classes[0] : 0},
        {"n_all_classes", all_classes(core)},
    };
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
        if (strlen(known[k].name) == length && memcmp(known[k].name, name, length) == 0)
            return known[k].size;
    for (const cf_state *row = r->e->cls->state; row && row->name; row++)
        if (row->type == CF_STATE_INT && strlen(row->name) == length &&
            memcmp(row->name, name, length) == 0)
            return *(const int64_t *)cfi_state_field(row, r->e);
    r->failed = true;
    return 0;
}

static cf_index read_sum(reader *r);

static cf_index read_atom(reader *r)
{
    skip(r);
    if (*r->s == '?') {
        r->s++;
        return ANY_SIZE;
    }
    if (*r->s == '(') {
        r->s++;
        const cf_index size = read_sum(r);
        skip(r);
        r->failed = r->failed || *r->s != ')';
        r->s += *r->s == ')';
        return size;
    }
    const char *start = r->s;
    while (is_name_char(*r->s))
        r->s++;
    const size_t length = (size_t)(r->s - start);
    int64_t number;
    if (cfi_parse_int(start, length, &number))
        return number;
    return named_size(r, start, length);
}

static cf_index read_product(reader *r)
{
    cf_index size = read_atom(r);
    for (skip(r); *r->s == '*' || *r->s == '/'; skip(r)) {
        const bool divide = *r->s++ == '/';
        const cf_index other = read_atom(r);
        if (divide ? other == 0 : __builtin_mul_overflow(size, other, &size))
            r->failed = true;
        else if (divide)
            size /= other;
    }
    return size;
}

static cf_index read_sum(reader *r)
{
    cf_index size = read_product(r);
    for (skip(r); *r->s == '+' || *r->s == '-'; skip(r)) {
        const bool minus = *r->s++ == '-';
        const cf_index other = read_product(r);
        if (minus ? __builtin_sub_overflow(size, other, &size)
                  : __builtin_add_overflow(size, other, &size))
            r->failed = true;
    }
    return size;
}

/* The form for this y: before ';' when y was 1-D, after it otherwise. */
static const char *form_of(const cf_estimator *e, const char *shape)
{
    const char *second = strchr(shape, ';');
    return second && !e->core->y_1d ? second + 1 : shape;
}

/* Compares one form with a rows x cols content (cols 1 for arrays). */
static cf_status check_form(const cf_estimator *e, const cf_state *row, cf_index rows,
                            cf_index cols)
{
    reader r = {form_of(e, row->shape), e, false};
    const cf_index have[2] = {rows, cols};
    cf_index want[2] = {ANY_SIZE, 1};
    int n = 0;
    skip(&r);
    r.failed = *r.s++ != '(';
    if (*r.s == ')')
        want[n++] = 1;
    while (!r.failed && n < 2 && *r.s != ')') {
        want[n++] = read_sum(&r);
        skip(&r);
        if (*r.s != ',')
            break;
        r.s++;
    }
    if (r.failed || *r.s != ')')
        return cf_fail(CF_ERR_INTERNAL, "%s: the shape of %s, '%s', cannot be read", e->cls->name,
                       row->name, row->shape);
    for (int k = 0; k < 2; k++)
        if (want[k] != ANY_SIZE && want[k] != have[k])
            return cf_fail(CF_ERR_FORMAT, "%s: %s is %lld x %lld, its shape is %s (%lld x %lld)",
                           e->cls->name, row->name, (long long)rows, (long long)cols, row->shape,
                           (long long)want[0], (long long)want[1]);
    return CF_OK;
}

cf_status cfi_state_check_shapes(const cf_estimator *e)
{
    for (const cf_state *row = e->cls->state; row && row->name; row++) {
        const bool has_shape = row->shape && !row->getter;
        if (has_shape && row->type == CF_STATE_MATRIX) {
            const cf_matrix *X = cfi_state_field(row, e);
            if (X->rows > 0 || X->cols > 0) /* 0 x 0: an attribute this fit does not have */
                CF_TRY(check_form(e, row, X->rows, X->cols));
        } else if (has_shape && row->type == CF_STATE_ARRAY) {
            const cf_array *array = cfi_state_field(row, e);
            CF_TRY(check_form(e, row, array->length, 1));
        }
    }
    return CF_OK;
}

cf_status cfi_state_validate(const cf_estimator *e)
{
    CF_TRY(cfi_state_check_shapes(e));
    return e->cls->validate ? e->cls->validate(e) : CF_OK;
}
