/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The shape and range strings of state rows, evaluated against what a state holds, after
 * loading and in the tests:
 *   shape   = form [ ';' form ]               the second one for a 2-D y
 *   form    = '(' [ sum [ ',' sum ] ] ')'
 *   range   = ( '(' | '[' ) end ',' end ( ')' | ']' )
 *   end     = sum | [ '-' ] 'inf'
 *   sum     = product { ( '+' | '-' ) product }
 *   product = atom { ( '*' | '/' ) atom }
 *   atom    = '?' | '-' atom | '(' sum ')' | integer | name
 * As in "(n_classes, n_features)", "(n_nodes + 1)", "(n_features) ; (n_targets, n_features)",
 * "[0, n_features)". "?" stands for any size. The strings are ours, the sizes may be those of
 * a hostile file.
 */
#include "estimator/shapes.h"

#include "base/text.h"

#include <string.h>

/* No expression gives it: the sizes of a hostile file may be negative. */
static const cf_index any_size = INT64_MIN;

/* A cursor over one expression. */
typedef struct reader {
    const char *s; /* what is still to be read */
    const cf_estimator *e;
    bool failed; /* the sizes make no sense: what was computed means nothing */
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

/* Classes of all targets: columns of predict_proba; 0 for what is no classifier. */
static cf_index all_classes(const struct cfi_core *core)
{
    cf_index total = 0;
    for (cf_index t = 0; core->n_classes && t < core->n_targets; t++)
        total += core->n_classes[t];
    return total;
}

/* A size of the core, or an int row of the class. n_classes is that of the first target. An unknown
 * name fails. */
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

/* An atom; its minus sign is for ranges, e.g. "[-1, n)". */
static cf_index read_atom(reader *r)
{
    skip(r);
    if (*r->s == '?') {
        r->s++;
        return any_size;
    }
    if (*r->s == '-') {
        r->s++;
        const cf_index size = read_atom(r);
        /* "?", or a number without a positive twin */
        r->failed = r->failed || size == INT64_MIN;
        return r->failed ? 0 : -size;
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

/* Overflow fails; only a positive size divides. */
static cf_index read_product(reader *r)
{
    cf_index size = read_atom(r);
    for (skip(r); *r->s == '*' || *r->s == '/'; skip(r)) {
        const bool divide = *r->s++ == '/';
        const cf_index other = read_atom(r);
        /* INT64_MIN / -1 overflows too */
        if (divide ? other <= 0 : __builtin_mul_overflow(size, other, &size))
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

static cf_status unreadable(const cf_estimator *e, const cf_state *row, const char *text)
{
    return cf_fail(CF_ERR_FORMAT, "%s: the sizes of %s, '%s', cannot be told", e->cls->name,
                   row->name, text);
}

cf_status cfi_shape_check(const cf_estimator *e, const cf_state *row, cf_index rows, cf_index cols)
{
    reader r = {form_of(e, row->shape), e, false};
    const cf_index have[2] = {rows, cols};
    /* a form of one size: the other extent is 1; "()": both are */
    cf_index want[2] = {any_size, 1};
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
        return unreadable(e, row, row->shape);
    for (int k = 0; k < 2; k++)
        if (want[k] != any_size && want[k] != have[k])
            return cf_fail(CF_ERR_FORMAT, "%s: %s is %lld x %lld, its shape is %s", e->cls->name,
                           row->name, (long long)rows, (long long)cols, row->shape);
    return CF_OK;
}

/* One end of a range: *end, or infinite. Which infinity follows from the side it stands on. */
static void read_end(reader *r, cfi_end *end)
{
    skip(r);
    const bool minus = *r->s == '-';
    if (strncmp(r->s + minus, "inf", 3) == 0) {
        r->s += minus + 3;
        end->infinite = true;
    } else {
        end->at = read_sum(r);
    }
    skip(r);
}

cf_status cfi_range_read(const cf_estimator *e, const cf_state *row, cfi_range *out)
{
    reader r = {row->range, e, false};
    *out = (cfi_range){0};
    skip(&r);
    out->low.open = *r.s == '(';
    r.failed = *r.s != '(' && *r.s != '[';
    r.s += !r.failed;
    read_end(&r, &out->low);
    r.failed = r.failed || *r.s != ',';
    r.s += !r.failed;
    read_end(&r, &out->high);
    out->high.open = *r.s == ')';
    return r.failed || (*r.s != ')' && *r.s != ']') ? unreadable(e, row, row->range) : CF_OK;
}
