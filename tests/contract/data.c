/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of the input: shapes, dtypes, layouts, NaN, sparse, names; nothing is written to it.
 */
#include "contract/contract.h"

#include "estimator/instance.h"

#include <sys/mman.h>
#include <unistd.h>

static cf_status fit_X(cf_estimator *e, const subject *s, const cf_matrix *X)
{
    return cf_fit(e, X, s->p.has_y ? &s->p.y : NULL, NULL);
}

static void empty_data_are_refused(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_matrix no_rows = cf_view_f64(s->p.X.values, 0, 4),
                    no_cols = cf_view_f64(s->p.X.values, 90, 0);
    ASSERT_FAILS(CF_ERR_SHAPE, "0 sample(s)", cf_fit(e, &no_rows, NULL, NULL));
    ASSERT_FAILS(CF_ERR_SHAPE, "0 feature(s) (shape=(90, 0)) while a minimum of 1 is required",
                 fit_X(e, s, &no_cols));
    cf_estimator_free(e);
}

static void other_widths_are_refused(const subject *s)
{
    cf_estimator *e = fitted(s);
    const cf_matrix narrow = cf_view_f64(s->p.X.values, 5, s->p.X.cols - 1);
    cf_matrix out = {0};
    if (s->traits.methods & CF_HAS_PREDICT)
        ASSERT_FAILS(CF_ERR_SHAPE, "features as input", cf_predict(e, &narrow, &out));
    if (s->traits.methods & CF_HAS_TRANSFORM)
        ASSERT_FAILS(CF_ERR_SHAPE, "features as input", cf_transform(e, &narrow, &out));
    cf_estimator_free(e);
}

static void length_of_y_is_checked(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_matrix y = cf_view_rows(&s->p.y, 0, s->p.y.rows - 1);
    ASSERT_FAILS(CF_ERR_SHAPE, "rows, y has", cf_fit(e, &s->p.X, &y, NULL));
    cf_estimator_free(e);
}

static void y_must_be_finite(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix y = {0};
    ASSERT_OK(cf_matrix_copy(&s->p.y, &y));
    ((double *)y.values)[17] = NAN;
    ASSERT_FAILS(CF_ERR_DATA, "contains NaN", cf_fit(e, &s->p.X, &y, NULL));
    ((double *)y.values)[17] = INFINITY;
    ASSERT_FAILS(CF_ERR_DATA, "infinity", cf_fit(e, &s->p.X, &y, NULL));
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}

static void check_bad_cell(const subject *s, const cf_estimator *model, cf_index at, double bad)
{
    cf_estimator *e = fresh(s);
    cf_matrix X = {0}, out = {0};
    ASSERT_OK(cf_matrix_copy(&s->p.X, &X));
    ((double *)X.values)[at] = bad;
    const char *what = isnan(bad) ? "NaN" : "infinity";
    ASSERT_FAILS(CF_ERR_DATA, what, fit_X(e, s, &X));
    if (s->traits.methods & CF_HAS_PREDICT)
        ASSERT_FAILS(CF_ERR_DATA, what, cf_predict(model, &X, &out));
    if (s->traits.methods & CF_HAS_TRANSFORM)
        ASSERT_FAILS(CF_ERR_DATA, what, cf_transform(model, &X, &out));
    cf_matrix_clear(&X);
    cf_estimator_free(e);
}

/* First, middle and last cell; NaN only where the class does not take it. */
static void bad_cells_are_named(const subject *s)
{
    cf_estimator *model = fitted(s);
    const cf_index cells = s->p.X.rows * s->p.X.cols, places[] = {0, cells / 2, cells - 1};
    for (int k = 0; k < 3; k++) {
        check_bad_cell(s, model, places[k], INFINITY);
        check_bad_cell(s, model, places[k], -INFINITY);
        if (!(s->traits.tags & CF_TAG_NAN))
            check_bad_cell(s, model, places[k], NAN);
    }
    cf_estimator_free(model);
}

static void missing_values_are_taken(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix X = {0};
    ASSERT_OK(cf_matrix_copy(&s->p.X, &X));
    for (cf_index i = 3; i < X.rows * X.cols; i += 13)
        ((double *)X.values)[i] = NAN;
    ASSERT_OK(fit_X(e, s, &X));
    answer a = ask(e, &X);
    ck_assert(a.count > 0);
    free_answer(&a);
    cf_matrix_clear(&X);
    cf_estimator_free(e);
}

static bool takes_nan(const subject *s)
{
    return (s->traits.tags & CF_TAG_NAN) && !(s->traits.kind & CF_META);
}

static void negative_values_follow_the_tag(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix X = {0};
    ASSERT_OK(cf_matrix_copy(&s->p.X, &X));
    ((double *)X.values)[5] = -1;
    if (s->traits.tags & CF_TAG_POSITIVE)
        ASSERT_FAILS(CF_ERR_DATA, "Negative values", fit_X(e, s, &X));
    else
        ASSERT_OK(fit_X(e, s, &X));
    cf_matrix_clear(&X);
    cf_estimator_free(e);
}

/* The same numbers in another form give the same answers. */
static void check_form(const subject *s, const cf_matrix *X, const answer *expected,
                       double tolerance)
{
    cf_estimator *e = fresh(s);
    ASSERT_OK(fit_X(e, s, X));
    answer a = ask(e, X);
    const double d = distance(&a, expected);
    ck_assert_msg(d <= tolerance, "answers differ by %g", d);
    free_answer(&a);
    cf_estimator_free(e);
}

static void layouts_do_not_matter(const subject *s)
{
    cf_estimator *e = fitted(s);
    answer expected = ask(e, &s->p.X);
    const cf_index n = s->p.X.rows, d = s->p.X.cols;
    double *wide = cf_alloc(2 * n * (d + 3), sizeof *wide),
           *columns = cf_alloc(n * d, sizeof *columns);
    for (cf_index i = 0; i < 2 * n * (d + 3); i++)
        wide[i] = 1e300;
    for (cf_index i = 0; i < n; i++)
        for (cf_index j = 0; j < d; j++) {
            columns[j * n + i] = cf_matrix_get(&s->p.X, i, j);
            wide[2 * i * (d + 3) + 1 + j] = cf_matrix_get(&s->p.X, i, j);
        }
    const cf_matrix by_columns = cf_view_strided(CF_F64, columns, n, d, 1, n);
    const cf_matrix strided = cf_view_strided(CF_F64, wide + 1, n, d, 2 * (d + 3), 1);
    const cf_matrix backwards =
        cf_view_strided(CF_F64, (const double *)s->p.X.values + (n - 1) * d, n, d, -d, 1);
    check_form(s, &by_columns, &expected, 0);
    check_form(s, &strided, &expected, 0);
    cf_estimator *r = fresh(s); /* only that it is read right */
    ASSERT_OK(fit_X(r, s, &backwards));
    cf_estimator_free(r);
    cf_free(wide);
    cf_free(columns);
    free_answer(&expected);
    cf_estimator_free(e);
}

/* Whole numbers in every dtype. */
static void dtypes_do_not_matter(const subject *s)
{
    cf_matrix X = {0};
    ASSERT_OK(cf_matrix_copy(&s->p.X, &X));
    for (cf_index i = 0; i < X.rows * X.cols; i++)
        ((double *)X.values)[i] = round(4 * ((double *)X.values)[i]) + (double)(i % 3);
    cf_estimator *e = fresh(s);
    ASSERT_OK(fit_X(e, s, &X));
    answer expected = ask(e, &X);
    static const cf_dtype dtypes[] = {CF_F32, CF_I32, CF_I64};
    for (int k = 0; k < 3; k++) {
        cf_matrix other = {0};
        ASSERT_OK(cf_matrix_convert(&X, dtypes[k], CF_DENSE, &other));
        check_form(s, &other, &expected, dtypes[k] == CF_F32 ? 2e-3 : 0);
        cf_matrix_clear(&other);
    }
    free_answer(&expected);
    cf_matrix_clear(&X);
    cf_estimator_free(e);
}

static void f32_is_kept(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix X = {0}, out = {0};
    ASSERT_OK(cf_matrix_convert(&s->p.X, CF_F32, CF_DENSE, &X));
    ASSERT_OK(fit_X(e, s, &X));
    ASSERT_OK(cf_transform(e, &X, &out));
    ck_assert_int_eq(out.dtype, CF_F32);
    cf_matrix_clear(&out);
    cf_matrix_clear(&X);
    cf_estimator_free(e);
}

static bool keeps_f32(const subject *s)
{
    return (s->traits.tags & CF_TAG_KEEPS_F32) && is_transformer(s);
}

/* X with zeros, so that sparse is sparse. */
static void thin_out(cf_matrix *X)
{
    for (cf_index i = 0; i < X->rows * X->cols; i++)
        if (i % 3 == 1)
            ((double *)X->values)[i] = 0;
}

static void sparse_follows_the_tag(const subject *s)
{
    cf_estimator *e = fresh(s), *dense = fresh(s);
    cf_matrix X = {0}, csr = {0}, csc = {0};
    ASSERT_OK(cf_matrix_copy(&s->p.X, &X));
    thin_out(&X);
    ASSERT_OK(cf_matrix_convert(&X, CF_F64, CF_CSR, &csr));
    ASSERT_OK(cf_matrix_convert(&X, CF_F64, CF_CSC, &csc));
    if (s->traits.tags & CF_TAG_SPARSE) {
        const cf_status status = fit_X(e, s, &csr);
        if (status == CF_OK) {
            ASSERT_OK(fit_X(dense, s, &X));
            answer a = ask(e, &csr), b = ask(dense, &X), c = ask(e, &csc);
            const double d = distance(&a, &b);
            ck_assert_msg(d <= 1e-7, "sparse and dense differ by %g", d);
            ck_assert(same_bits(&a, &c));
            free_answer(&a);
            free_answer(&b);
            free_answer(&c);
        } else { /* a parameter may ask for dense data, and then says so */
            ck_assert_msg(strstr(cf_last_error(), "sparse") != NULL, "%s", cf_last_error());
        }
    } else {
        const cf_status status = fit_X(e, s, &csr);
        ck_assert(status != CF_OK || (s->traits.kind & CF_META));
        if (status != CF_OK)
            ck_assert_msg(strstr(cf_last_error(), "sparse") != NULL, "%s", cf_last_error());
    }
    cf_matrix_clear(&X);
    cf_matrix_clear(&csr);
    cf_matrix_clear(&csc);
    cf_estimator_free(e);
    cf_estimator_free(dense);
}

/* X, y and weights lie in pages that cannot be written, with a guard page behind. */
static void input_is_only_read(const subject *s)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const cf_index n = s->p.X.rows, d = s->p.X.cols;
    const size_t bytes = (size_t)(n * (d + 2)) * sizeof(double);
    const size_t room = (bytes + page - 1) / page * page;
    char *memory =
        mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert(memory != MAP_FAILED);
    double *X = (double *)(void *)(memory + room - bytes), *y = X + n * d, *w = y + n;
    memcpy(X, s->p.X.values, (size_t)(n * d) * sizeof *X);
    memcpy(y, s->p.y.values, (size_t)n * sizeof *y);
    for (cf_index i = 0; i < n; i++)
        w[i] = 1 + (double)(i % 2);
    ck_assert_int_eq(mprotect(memory, room, PROT_READ), 0);
    ck_assert_int_eq(mprotect(memory + room, page, PROT_NONE), 0);
    const cf_matrix mX = cf_view_f64(X, n, d), my = cf_view_f64(y, n, 1), mw = cf_view_f64(w, n, 1);
    cf_estimator *e = fresh(s);
    ASSERT_OK(cf_fit(e, &mX, s->p.has_y ? &my : NULL,
                     &(cf_fit_options){.sample_weight = takes_weights(s) ? &mw : NULL}));
    answer a = ask(e, &mX);
    free_answer(&a);
    cf_estimator_free(e);
    munmap(memory, room + page);
}

static cf_matrix with_names(const cf_matrix *X, const char *const *names)
{
    cf_matrix named = {0};
    ASSERT_OK(cf_matrix_copy(X, &named));
    ASSERT_OK(cf_matrix_set_names(&named, names));
    return named;
}

static void columns_match_by_name(const subject *s)
{
    const char *names[] = {"a", "b", "c", "d"}, *turned[] = {"d", "c", "b", "a"};
    const char *lacking[] = {"a", "z", "c", "d"}, *twice[] = {"a", "b", "b", "d"};
    const cf_index reverse[] = {3, 2, 1, 0};
    cf_matrix X = with_names(&s->p.X, names), back = {0};
    ASSERT_OK(cf_matrix_gather_columns(&s->p.X, reverse, 4, &back));
    cf_matrix Z = with_names(&back, turned), L = with_names(&s->p.X, lacking);
    cf_matrix T = with_names(&s->p.X, twice), out = {0};
    cf_estimator *e = fresh(s);
    ASSERT_FAILS(CF_ERR_DATA, "two columns of X are called 'b'", fit_X(e, s, &T));
    ASSERT_OK(fit_X(e, s, &X));
    answer a = ask(e, &X), b = ask(e, &Z);
    ck_assert(same_bits(&a, &b));
    if (s->traits.methods & CF_HAS_PREDICT)
        ASSERT_FAILS(CF_ERR_SHAPE, "'b'", cf_predict(e, &L, &out));
    if (s->traits.methods & CF_HAS_TRANSFORM)
        ASSERT_FAILS(CF_ERR_SHAPE, "'b'", cf_transform(e, &L, &out));
    free_answer(&a);
    free_answer(&b);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&L);
    cf_matrix_clear(&T);
    cf_matrix_clear(&back);
    cf_estimator_free(e);
}

static bool has_four_columns(const subject *s)
{
    return s->p.X.cols == 4;
}

static void output_columns_are_named(const subject *s)
{
    cf_estimator *e = fitted(s);
    cf_matrix out = {0};
    cf_schema *schema = NULL;
    ASSERT_OK(cf_transform(e, &s->p.X, &out));
    ASSERT_OK(cf_features_out(e, &schema));
    ck_assert_int_eq(cf_schema_size(schema), out.cols);
    for (cf_index j = 0; j < out.cols; j++) {
        ck_assert_ptr_nonnull(cf_schema_name(schema, j));
        ck_assert_int_eq(cf_schema_find(schema, cf_schema_name(schema, j)), j);
    }
    cf_schema_free(schema);
    cf_matrix_clear(&out);
    cf_estimator_free(e);
}

static void coded_columns_follow_the_tag(const subject *s)
{
    cf_matrix X = {0};
    cf_schema *schema = NULL;
    const char *texts[] = {"p", "q"};
    ASSERT_OK(cf_matrix_copy(&s->p.X, &X));
    for (cf_index i = 0; i < X.rows; i++)
        ((double *)X.values)[i * X.cols + 1] = (double)(i % 2);
    ASSERT_OK(cf_schema_new(&schema, X.cols));
    ASSERT_OK(cf_schema_set_name(schema, 1, "sex"));
    ASSERT_OK(cf_schema_set_dictionary(schema, 1, CF_CATEGORICAL, texts, 2));
    cfi_matrix_set_schema(&X, schema);
    cf_schema_free(schema);
    cf_estimator *e = fresh(s);
    const cf_status status = fit_X(e, s, &X);
    if (!(s->traits.tags & CF_TAG_CATEGORIES))
        ck_assert_msg(status == CF_ERR_TYPE && strstr(cf_last_error(), "column 'sex' holds text"),
                      "%s", cf_last_error());
    else /* a parameter may still ask for numbers, and then names the column */
        ck_assert_msg(status == CF_OK || strstr(cf_last_error(), "'sex'"), "%s", cf_last_error());
    cf_matrix_clear(&X);
    cf_estimator_free(e);
}

static void one_row_or_column_works_or_says_why(const subject *s)
{
    const int classes = s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 3;
    problem row = make_problem(&s->traits, 1, 4, 1, 3),
            column = make_problem(&s->traits, 40, 1, classes, 3);
    cf_estimator *e = fresh(s);
    if (fit_problem(e, &row, NULL) == CF_OK) {
        answer a = ask(e, &row.X);
        free_answer(&a);
    } else {
        ck_assert_msg(strstr(cf_last_error(), "1 ") || strstr(cf_last_error(), "n_samples = 1") ||
                          strstr(cf_last_error(), "class") || strstr(cf_last_error(), "one "),
                      "%s", cf_last_error());
    }
    if (!(s->traits.kind & CF_META))
        ASSERT_OK(fit_problem(e, &column, NULL));
    free_problem(&row);
    free_problem(&column);
    cf_estimator_free(e);
}

static void no_rows_give_no_answers(const subject *s)
{
    cf_estimator *e = fitted(s);
    const cf_matrix none = cf_view_rows(&s->p.X, 0, 0);
    answer a = ask(e, &none);
    ck_assert_int_eq(a.count, 0);
    free_answer(&a);
    cf_estimator_free(e);
}

static void outputs_that_are_views_are_checked(const subject *s)
{
    cf_estimator *e = fitted(s);
    double room[8] = {0};
    cf_matrix wrong = cf_view_f64(room, 2, 2);
    if (s->traits.methods & CF_HAS_PREDICT)
        ASSERT_FAILS(CF_ERR_SHAPE, "view", cf_predict(e, &s->p.X, &wrong));
    if (s->traits.methods & CF_HAS_PREDICT_PROBA)
        ASSERT_FAILS(CF_ERR_SHAPE, "view", cf_predict_proba(e, &s->p.X, &wrong));
    if (s->traits.methods & CF_HAS_TRANSFORM)
        ASSERT_FAILS(CF_ERR_SHAPE, "view", cf_transform(e, &s->p.X, &wrong));
    cf_estimator_free(e);
}

const check data_checks[] = {
    {"empty_data_are_refused", NULL, empty_data_are_refused},
    {"other_widths_are_refused", NULL, other_widths_are_refused},
    {"length_of_y_is_checked", has_y, length_of_y_is_checked},
    {"y_must_be_finite", has_y, y_must_be_finite},
    {"bad_cells_are_named", NULL, bad_cells_are_named},
    {"missing_values_are_taken", takes_nan, missing_values_are_taken},
    {"negative_values_follow_the_tag", not_pairwise, negative_values_follow_the_tag},
    {"layouts_do_not_matter", NULL, layouts_do_not_matter},
    {"dtypes_do_not_matter", not_pairwise, dtypes_do_not_matter},
    {"f32_is_kept", keeps_f32, f32_is_kept},
    {"sparse_follows_the_tag", not_pairwise, sparse_follows_the_tag},
    {"input_is_only_read", NULL, input_is_only_read},
    {"columns_match_by_name", has_four_columns, columns_match_by_name},
    {"output_columns_are_named", is_transformer, output_columns_are_named},
    {"coded_columns_follow_the_tag", NULL, coded_columns_follow_the_tag},
    {"one_row_or_column_works_or_says_why", not_pairwise, one_row_or_column_works_or_says_why},
    {"no_rows_give_no_answers", NULL, no_rows_give_no_answers},
    {"outputs_that_are_views_are_checked", NULL, outputs_that_are_views_are_checked},
    {NULL, NULL, NULL},
};
