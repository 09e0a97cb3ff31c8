/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of shapes: widths, squares, places of columns, whole outputs, sizes beyond 32 bits.
 */
#include "contract/contract.h"

#include "estimator/instance.h"

#include <sys/mman.h>

static void every_method_checks_the_width(const subject *s)
{
    cf_estimator *e = fitted(s);
    const cf_index d = s->p.X.cols;
    const cf_matrix narrow = cf_view_f64(s->p.X.values, 5, d - 1),
                    wide = cf_view_f64(s->p.X.values, 5, d + 1);
    for (const row_method *m = row_methods; m->name; m++) {
        cf_matrix out = {0};
        if (!(s->traits.methods & m->bit))
            continue;
        ASSERT_FAILS(CF_ERR_SHAPE, "features as input", m->call(e, &narrow, &out));
        ASSERT_FAILS(CF_ERR_SHAPE, "features as input", m->call(e, &wide, &out));
        ASSERT_FAILS(CF_ERR_ARGUMENT, "NULL", m->call(e, NULL, &out));
        ck_assert_ptr_null(out.owner);
    }
    cf_estimator_free(e);
}

static void bad_cells_are_named_in_every_form(const subject *s)
{
    static const struct {
        cf_dtype dtype;
        cf_storage storage;
    } forms[] = {{CF_F32, CF_DENSE}, {CF_F64, CF_CSR}, {CF_F64, CF_CSC}, {CF_F32, CF_CSR}};
    cf_estimator *e = fitted(s);
    for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
        cf_matrix bad = {0}, X = {0}, out = {0};
        if (forms[k].storage != CF_DENSE && !(s->traits.tags & CF_TAG_SPARSE))
            continue;
        ASSERT_OK(cf_matrix_copy(&s->p.X, &bad));
        ((double *)bad.values)[bad.rows * bad.cols - 1] = INFINITY;
        ASSERT_OK(cf_matrix_convert(&bad, forms[k].dtype, forms[k].storage, &X));
        for (const row_method *m = row_methods; m->name; m++)
            if (s->traits.methods & m->bit)
                ASSERT_FAILS(CF_ERR_DATA, "infinity", m->call(e, &X, &out));
        cf_matrix_clear(&bad);
        cf_matrix_clear(&X);
    }
    cf_estimator_free(e);
}

static void squares_are_asked_for(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_matrix oblong =
        cf_view_strided(CF_F64, s->p.X.values, s->p.X.rows, s->p.X.cols - 1, s->p.X.row_stride, 1);
    ASSERT_FAILS(CF_ERR_SHAPE, "square", cf_fit(e, &oblong, s->p.has_y ? &s->p.y : NULL, NULL));
    cf_estimator_free(e);
}

static bool is_pairwise(const subject *s)
{
    return (s->traits.tags & CF_TAG_PAIRWISE) != 0;
}

/* A failed check leaves a fitted model as it was; a failed fit leaves nothing but parameters. */
static void a_failed_fit_keeps_or_clears(const subject *s)
{
    cf_estimator *e = fitted(s), *other = fitted(s);
    cf_matrix bad = {0};
    ASSERT_OK(cf_matrix_copy(&s->p.X, &bad));
    ((double *)bad.values)[0] = INFINITY;
    ck_assert_int_eq(cf_fit(e, &bad, s->p.has_y ? &s->p.y : NULL, NULL), CF_ERR_DATA);
    if (!(s->traits.tags & CF_TAG_ANY_X)) /* there the children check, within the fit */
        ck_assert(same_model(e, other));
    ck_assert_int_eq(cf_fit(e, NULL, NULL, NULL), CF_ERR_ARGUMENT);
    ASSERT_OK(fit_problem(e, &s->p, NULL));
    ck_assert(same_model(e, other));
    cf_matrix_clear(&bad);
    cf_estimator_free(e);
    cf_estimator_free(other);
}

static void y_that_is_not_needed_is_ignored(const subject *s)
{
    cf_estimator *a = fresh(s), *b = fresh(s);
    ASSERT_OK(cf_fit(a, &s->p.X, NULL, NULL));
    ASSERT_OK(cf_fit(b, &s->p.X, &s->p.y, NULL));
    answer x = ask(a, &s->p.X), y = ask(b, &s->p.X);
    ck_assert(same_bits(&x, &y));
    free_answer(&x);
    free_answer(&y);
    cf_estimator_free(a);
    cf_estimator_free(b);
}

static bool needs_no_y(const subject *s)
{
    return !needs_y(s) && !has_y(s);
}

/* A view filled with ones in every bit is a NaN in every place: all of it must be written. */
static void outputs_are_written_whole(const subject *s)
{
    cf_estimator *e = fitted(s);
    for (const row_method *m = row_methods; m->name; m++) {
        cf_matrix out = {0};
        if (!(s->traits.methods & m->bit))
            continue;
        ASSERT_OK(m->call(e, &s->p.X, &out));
        if (!cf_matrix_is_sparse(&out)) {
            const size_t bytes = (size_t)(out.rows * out.cols) * cf_dtype_size(out.dtype);
            char *room = cf_alloc((cf_index)bytes, 1);
            memset(room, 0xFF, bytes);
            cf_matrix view = cf_view_strided(out.dtype, room, out.rows, out.cols, out.cols, 1);
            ASSERT_OK(m->call(e, &s->p.X, &view));
            ck_assert_ptr_eq(view.values, room);
            ck_assert_int_eq(out.row_stride, out.cols);
            ck_assert(memcmp(room, out.values, bytes) == 0);
            cf_free(room);
        }
        cf_matrix_clear(&out);
    }
    cf_estimator_free(e);
}

/* Weights in every second place of every third row of something larger. */
static void weights_may_be_strided(const subject *s)
{
    const cf_index n = s->p.X.rows;
    double *plain = cf_alloc(n, sizeof *plain), *spread = cf_alloc(3 * n, sizeof *spread);
    for (cf_index i = 0; i < n; i++) {
        plain[i] = 1 + (double)(i % 3);
        spread[3 * i] = plain[i];
        spread[3 * i + 1] = spread[3 * i + 2] = NAN;
    }
    const cf_matrix w = cf_view_f64(plain, n, 1), v = cf_view_strided(CF_F64, spread, n, 1, 3, 1);
    cf_estimator *a = fresh(s), *b = fresh(s);
    ASSERT_OK(fit_problem(a, &s->p, &(cf_fit_options){.sample_weight = &w}));
    ASSERT_OK(fit_problem(b, &s->p, &(cf_fit_options){.sample_weight = &v}));
    ck_assert(same_model(a, b));
    cf_free(plain);
    cf_free(spread);
    cf_estimator_free(a);
    cf_estimator_free(b);
}

/* Fit and asked with columns in another order, it says the same. */
static void columns_may_change_places(const subject *s)
{
    static const cf_index order[] = {2, 0, 3, 1};
    cf_matrix turned = {0};
    ASSERT_OK(cf_matrix_gather_columns(&s->p.X, order, 4, &turned));
    cf_estimator *a = fitted(s), *b = fresh(s);
    ASSERT_OK(cf_fit(b, &turned, s->p.has_y ? &s->p.y : NULL, NULL));
    for (const row_method *m = row_methods; m->name; m++) {
        cf_matrix x = {0}, y = {0};
        if (!(s->traits.methods & m->bit) ||
            (m->call == cf_transform && !(s->traits.tags & CF_TAG_ONE_TO_ONE)))
            continue;
        ASSERT_OK(m->call(a, &s->p.X, &x));
        ASSERT_OK(m->call(b, &turned, &y));
        ck_assert_int_eq(x.cols, y.cols);
        for (cf_index i = 0; i < x.rows; i++)
            for (cf_index j = 0; j < x.cols; j++)
                ASSERT_NEAR(cf_matrix_get(&y, i, j),
                            cf_matrix_get(&x, i, m->call == cf_transform ? order[j] : j), 1e-5);
        cf_matrix_clear(&x);
        cf_matrix_clear(&y);
    }
    cf_matrix_clear(&turned);
    cf_estimator_free(a);
    cf_estimator_free(b);
}

/* Draws go over columns by number, and a composite may name them. */
static bool knows_no_places(const subject *s)
{
    return (s->traits.tags & CF_TAG_ORDER_FREE) && not_pairwise(s) &&
           !(s->traits.tags & (CF_TAG_NONDETERMINISTIC | CF_TAG_ANY_X));
}

static void stateless_needs_no_fit(const subject *s)
{
    cf_estimator *e = fresh(s), *other = fitted(s);
    answer a = {0}, b = ask(other, &s->p.X);
    cf_matrix out = {0};
    ASSERT_OK(cf_transform(e, &s->p.X, &out));
    ck_assert_int_eq(out.rows, s->p.X.rows);
    ck_assert(!cf_is_fitted(e));
    a = ask(e, &s->p.X);
    ck_assert(same_bits(&a, &b));
    free_answer(&a);
    free_answer(&b);
    cf_matrix_clear(&out);
    cf_estimator_free(e);
    cf_estimator_free(other);
}

static bool is_stateless(const subject *s)
{
    return (s->traits.tags & CF_TAG_STATELESS) != 0;
}

/* More than 2^31 elements at one address: answered, or refused for want of memory. */
static void a_view_without_strides_is_survived(const subject *s)
{
    const cf_index n = ((cf_index)1 << 31) / s->p.X.cols + 5;
    const cf_matrix same = cf_view_strided(CF_F64, s->p.X.values, n, s->p.X.cols, 0, 1);
    cf_estimator *e = fitted(s), *again = fresh(s);
    limit_memory((size_t)256 << 20);
    for (const row_method *m = row_methods; m->name; m++) {
        cf_matrix out = {0};
        if (s->traits.methods & m->bit)
            ck_assert_int_eq(m->call(e, &same, &out), CF_ERR_MEMORY);
        ck_assert_ptr_null(out.owner);
    }
    const cf_status status = cf_fit(again, &same, NULL, NULL);
    ck_assert(status == CF_ERR_MEMORY || (needs_y(s) && status == CF_ERR_ARGUMENT));
    limit_memory(0);
    cf_estimator_free(e);
    cf_estimator_free(again);
}

/* 2^31 elements and more, all on the page of zeros but the last row. */
static void the_last_of_very_many_elements_is_read(const subject *s)
{
    enum { d = 32769, n = 65536 };
    static double *memory; /* one for all: to see a page for the first time takes longest */
    const size_t bytes = (size_t)n * d * sizeof(double);
    problem p = make_problem(&s->traits, 24, d, s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 3, 47);
    if (!memory) {
        memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        ck_assert_ptr_ne(memory, MAP_FAILED);
        madvise(memory, bytes, MADV_HUGEPAGE);
    }
    memcpy(memory + (cf_index)(n - 1) * d, p.X.values, (size_t)d * sizeof(double));
    const cf_matrix X = cf_view_f64(memory, n, d), last = cf_view_rows(&X, n - 1, n);
    cf_estimator *e = fresh(s);
    ASSERT_OK(fit_problem(e, &p, NULL));
    for (const row_method *m = row_methods; m->name; m++) {
        cf_matrix all = {0}, one = {0};
        if (!(s->traits.methods & m->bit))
            continue;
        ASSERT_OK(m->call(e, &X, &all));
        ASSERT_OK(m->call(e, &last, &one));
        for (cf_index j = 0; j < one.cols; j++)
            ASSERT_NEAR(cf_matrix_get(&all, n - 1, j), cf_matrix_get(&one, 0, j), 1e-9);
        cf_matrix_clear(&all);
        cf_matrix_clear(&one);
        break; /* one method: minutes are enough */
    }
    cf_estimator_free(e);
    free_problem(&p);
}

/* A composite's steps hand on a matrix of that size, which this machine may not have. */
static bool may_be_given_very_many(const subject *s)
{
    return not_pairwise(s) && !(s->traits.tags & (CF_TAG_ANY_X | CF_TAG_CATEGORIES)) &&
           (s->traits.methods & CF_HAS_PREDICT);
}

const check shape_checks[] = {
    {"every_method_checks_the_width", NULL, every_method_checks_the_width},
    {"bad_cells_are_named_in_every_form", NULL, bad_cells_are_named_in_every_form},
    {"squares_are_asked_for", is_pairwise, squares_are_asked_for},
    {"a_failed_fit_keeps_or_clears", NULL, a_failed_fit_keeps_or_clears},
    {"y_that_is_not_needed_is_ignored", needs_no_y, y_that_is_not_needed_is_ignored},
    {"outputs_are_written_whole", NULL, outputs_are_written_whole},
    {"weights_may_be_strided", takes_weights, weights_may_be_strided},
    {"columns_may_change_places", knows_no_places, columns_may_change_places},
    {"stateless_needs_no_fit", is_stateless, stateless_needs_no_fit},
    {"a_view_without_strides_is_survived", not_pairwise, a_view_without_strides_is_survived},
    {NULL, NULL, NULL},
};

const check slow_checks[] = {
    {"the_last_of_very_many_elements_is_read", may_be_given_very_many,
     the_last_of_very_many_elements_is_read},
    {NULL, NULL, NULL},
};
