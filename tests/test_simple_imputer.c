/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SimpleImputer against scikit-learn, on tables with texts, and its column selection against
 * sorting.
 */
#include "base/run.h"
#include "cofit/datasets.h"
#include "golden/preprocessing.h"
#include "matrix/kernels.h"
#include "preprocessing/column_ranks.h"
#include "support/model_edit.h"
#include "support/support.h"

static void check_at(const char *what, const cf_matrix *got, const double *want, cf_index n)
{
    ck_assert_msg(got->rows * got->cols == n, "%s has %d x %d entries, wants %d", what,
                  (int)got->rows, (int)got->cols, (int)n);
    for (cf_index k = 0; k < n; k++) {
        const double x = cf_matrix_get(got, k / got->cols, k % got->cols);
        ck_assert_msg(isnan(want[k]) ? isnan(x)
                                     : fabs(x - want[k]) <= 1e-14 * fmax(1, fabs(want[k])),
                      "%s[%d] = %.17g, wants %.17g", what, (int)k, x, want[k]);
    }
}

#define CHECK(got, want) check_at(#want, got, want, (cf_index)(sizeof(want) / sizeof((want)[0])))

static int warnings;

static void count_warning(void *ctx, cf_warning kind, const char *text)
{
    (void)ctx;
    ck_assert_int_eq(kind, CF_WARN_DATA);
    ck_assert_ptr_nonnull(strstr(text, "Skipping features without any observed values: [4]"));
    warnings++;
}

/* What one strategy has to give. */
typedef struct expectation {
    const char *strategy;
    const double *statistics, *out, *keep, *sparse_statistics, *sparse_out;
    cf_index out_size;
} expectation;

#define EXPECT(name)                                                                               \
    {                                                                                              \
#name, imputer_##name##_statistics, imputer_##name##_out, imputer_##name##_keep,           \
            imputer_##name##_sparse_statistics, imputer_##name##_sparse_out,                       \
            sizeof imputer_##name##_out / sizeof(double)                                           \
    }

START_TEST(every_strategy_is_scikit_learns)
{
    static const expectation all[] = {EXPECT(mean), EXPECT(median), EXPECT(most_frequent),
                                      EXPECT(constant)};
    const cf_matrix X = cf_view_f64(empty_data, ROWS, COLS);
    const cf_matrix dense = cf_view_f64(sparse_data, ROWS, COLS);
    cf_matrix S = {0}, Z = {0}, view = {0};
    ASSERT_OK(cf_matrix_convert(&dense, CF_F64, CF_CSR, &S));
    cf_set_warning_handler(count_warning, NULL);
    for (int k = 0; k < 4; k++) {
        const expectation *want = &all[k];
        cf_estimator *e = NULL;
        ASSERT_OK(cf_new(&e, "SimpleImputer"));
        ASSERT_OK(cf_set(e, "strategy", want->strategy));
        ASSERT_OK(cf_set(e, "add_indicator", true));
        ASSERT_OK(cf_fit(e, &X, NULL, NULL));
        ASSERT_OK(cf_attribute(e, "statistics_", &view));
        check_at(want->strategy, &view, want->statistics, COLS);
        warnings = 0;
        ASSERT_OK(cf_transform(e, &X, &Z));
        ck_assert_int_eq(warnings, 1);
        check_at(want->strategy, &Z, want->out, want->out_size);
        ASSERT_OK(cf_set(e, "add_indicator", false));
        ASSERT_OK(cf_set(e, "keep_empty_features", true));
        ASSERT_OK(cf_fit(e, &X, NULL, NULL));
        ASSERT_OK(cf_transform(e, &X, &Z));
        check_at(want->strategy, &Z, want->keep, ROWS * COLS);
        ASSERT_OK(cf_set(e, "keep_empty_features", false));
        ASSERT_OK(cf_fit(e, &S, NULL, NULL));
        ASSERT_OK(cf_attribute(e, "statistics_", &view));
        check_at(want->strategy, &view, want->sparse_statistics, COLS);
        ASSERT_OK(cf_transform(e, &S, &Z));
        ck_assert_int_eq(Z.storage, CF_CSR);
        check_at(want->strategy, &Z, want->sparse_out, ROWS * COLS);
        cf_estimator_free(e);
    }
    cf_set_warning_handler(NULL, NULL);
    cf_matrix_clear(&view);
    cf_matrix_clear(&S);
    cf_matrix_clear(&Z);
}
END_TEST

START_TEST(any_number_can_mean_missing)
{
    const cf_matrix V = cf_view_f64(value_data, ROWS, 3), X = cf_view_f64(data, ROWS, COLS);
    cf_matrix S = {0}, Z = {0}, back = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "SimpleImputer(missing_values=0, strategy=median, add_indicator=true)"));
    ASSERT_OK(cf_fit(e, &V, NULL, NULL));
    ASSERT_OK(cf_transform(e, &V, &Z));
    CHECK(&Z, imputer_value_out);
    ASSERT_OK(cf_inverse_transform(e, &Z, &back));
    CHECK(&back, imputer_value_inverse);
    ASSERT_FAILS(CF_ERR_DATA, "NaN", cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_matrix_convert(&V, CF_F64, CF_CSR, &S));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "missing_values == 0 and input is sparse",
                 cf_fit(e, &S, NULL, NULL));
    cf_estimator_free(e);
    ASSERT_OK(cf_parse(
        &e, "SimpleImputer(missing_values=-1, strategy=most_frequent, add_indicator=true)"));
    ASSERT_OK(cf_fit(e, &S, NULL, NULL));
    ASSERT_OK(cf_transform(e, &S, &Z));
    CHECK(&Z, imputer_value_sparse_out);
    cf_estimator_free(e);
    cf_matrix_clear(&S);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&back);
}
END_TEST

/* 0.1 as a float is not 0.1 as a double. */
START_TEST(a_number_means_missing_in_the_type_of_x)
{
    const float x[] = {0.1F, 1, 2, 0.1F};
    const cf_matrix X = cf_view_f32(x, 4, 1);
    static const char *const strategies[] = {"mean", "median", "most_frequent"};
    static const double filled[] = {1.5, 1.5, 1};
    cf_matrix Z = {0}, back = {0};
    for (int k = 0; k < 3; k++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_parse(&e, "SimpleImputer(missing_values=0.1, add_indicator=true)"));
        ASSERT_OK(cf_set(e, "strategy", strategies[k]));
        ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
        ck_assert_int_eq(Z.cols, 2);
        for (cf_index i = 0; i < 4; i++) {
            const bool gone = i % 3 == 0;
            ck_assert(cf_matrix_get(&Z, i, 0) == (gone ? filled[k] : (double)x[i]));
            ck_assert(cf_matrix_get(&Z, i, 1) == (gone ? 1 : 0));
        }
        ASSERT_OK(cf_inverse_transform(e, &Z, &back));
        for (cf_index i = 0; i < 4; i++)
            ck_assert(cf_matrix_get(&back, i, 0) == (double)x[i]);
        cf_estimator_free(e);
    }
    cf_matrix_clear(&Z);
    cf_matrix_clear(&back);
}
END_TEST

/* The code behind the texts stands for the constant alone, and only where the texts lack it. */
START_TEST(a_file_names_texts_of_the_output)
{
    static const char *const texts[] = {"a", "b"};
    static const double codes[] = {0, 1, 1, NAN};
    static const char *const specs[] = {"SimpleImputer(strategy=most_frequent)",
                                        "SimpleImputer(strategy=constant, fill_value=b)",
                                        "SimpleImputer(strategy=constant, fill_value=c)"};
    cf_matrix X = cf_view_f64(codes, 4, 1), Z = {0};
    ASSERT_OK(cf_schema_new(&X.schema, 1));
    ASSERT_OK(cf_schema_set_dictionary(X.schema, 0, CF_CATEGORICAL, texts, 2));
    for (int k = 0; k < 3; k++) {
        cf_estimator *e = NULL, *back = NULL;
        cfi_tensor *statistics = NULL;
        ASSERT_OK(cf_parse(&e, specs[k]));
        ASSERT_OK(cf_fit(e, &X, NULL, NULL));
        cfi_tensors t = model_tensors(e);
        ASSERT_OK(cfi_tensors_take(&t, "statistics", &statistics));
        *(double *)(uintptr_t)statistics->data = 2;
        if (k < 2) {
            ASSERT_FAILS(CF_ERR_FORMAT, "statistics_[0] = 2 is no text", model_load(&t, &back));
        } else {
            ASSERT_OK(model_load(&t, &back));
            ASSERT_OK(cf_transform(back, &X, &Z));
            ASSERT_OK(cf_matrix_check(&Z, "Z"));
        }
        cf_estimator_free(e);
        cf_estimator_free(back);
    }
    cf_schema_free(X.schema);
    cf_matrix_clear(&Z);
}
END_TEST

/* The largest entry: a strategy of the user's own. */
static cf_status largest(void *ctx, const cf_matrix *X, cf_matrix *out)
{
    *(int *)ctx += 1;
    CF_TRY(cf_matrix_resize(out, CF_F64, 1, 1));
    double most = -(double)INFINITY;
    for (cf_index i = 0; i < X->rows; i++)
        most = fmax(most, cf_matrix_get(X, i, 0));
    ((double *)out->values)[0] = most;
    return most > 9 ? cf_fail(CF_ERR_DATA, "too large") : CF_OK;
}

START_TEST(a_function_can_be_the_strategy)
{
    double x[] = {1, (double)NAN, (double)NAN, 5, 2, 3};
    const cf_matrix X = cf_view_f64(x, 3, 2);
    static const double want[] = {1, 5, 2, 5, 2, 3};
    int calls = 0;
    cf_matrix Z = {0};
    cf_estimator *e = NULL;
    cf_function *function = cf_alloc_zero(1, sizeof *function);
    *function = (cf_function){.call = largest, .ctx = &calls, .references = 1};
    cf_value value = {.kind = CF_VALUE_FUNCTION, .as.function = function};
    ASSERT_OK(cf_new(&e, "SimpleImputer"));
    ASSERT_OK(cf_set_value(e, "strategy", &value));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    CHECK(&Z, want);
    ck_assert_int_eq(calls, 2);
    x[0] = 10;
    ASSERT_FAILS(CF_ERR_DATA, "too large", cf_fit(e, &X, NULL, NULL));
    ck_assert(!cf_is_fitted(e));
    cf_estimator_free(e);
    cf_value_clear(&value);
    cf_matrix_clear(&Z);
}
END_TEST

/* A table with a column of texts: b a - a c -, and one of numbers. */
static void make_table(cf_matrix *X)
{
    static const double cells[] = {1, 1,           0, 2, (double)NAN, 3,
                                   0, (double)NAN, 2, 5, (double)NAN, 6};
    static const char *const names[] = {"letter", "size"};
    static const char *const texts[] = {"a", "b", "c"};
    const cf_matrix view = cf_view_f64(cells, 6, 2);
    cf_schema *schema = NULL;
    ASSERT_OK(cf_matrix_copy(&view, X));
    ASSERT_OK(cf_schema_new(&schema, 2));
    for (int j = 0; j < 2; j++)
        ASSERT_OK(cf_schema_set_name(schema, j, names[j]));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, texts, 3));
    X->schema = schema;
}

START_TEST(columns_of_texts_take_the_most_frequent_or_a_constant)
{
    cf_matrix X = {0}, Z = {0}, back = {0};
    cf_estimator *e = NULL;
    make_table(&X);
    ASSERT_OK(cf_parse(&e, "SimpleImputer(strategy=most_frequent)"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    ck_assert_str_eq(cf_schema_text(Z.schema, 0, (cf_index)cf_matrix_get(&Z, 2, 0)), "a");
    ck_assert(cf_matrix_get(&Z, 3, 1) == 1);
    cf_estimator_free(e);
    static const char *const want[] = {"b", "a", "missing_value", "a", "c", "missing_value"};
    ASSERT_OK(cf_parse(&e, "SimpleImputer(strategy=constant, add_indicator=true)"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    for (int i = 0; i < 6; i++)
        ck_assert_str_eq(cf_schema_text(Z.schema, 0, (cf_index)cf_matrix_get(&Z, i, 0)), want[i]);
    ck_assert(cf_matrix_get(&Z, 3, 1) == 0);
    ck_assert_int_eq(cf_schema_dictionary_size(Z.schema, 0), 4);
    ck_assert_str_eq(cf_schema_name(Z.schema, 2), "missingindicator_letter");
    ck_assert_str_eq(cf_schema_name(Z.schema, 3), "missingindicator_size");
    ASSERT_OK(cf_inverse_transform(e, &Z, &back));
    check_at("back", &back, X.values, 12);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&back);
}
END_TEST

START_TEST(a_new_constant_moves_the_codes_behind_it)
{
    cf_matrix X = {0}, Z = {0}, letters = {0};
    cf_estimator *e = NULL;
    static const char *const want[] = {"b", "a", "ab", "a", "c", "ab"};
    const cf_index first = 0;
    make_table(&X);
    ASSERT_OK(cf_matrix_gather_columns(&X, &first, 1, &letters));
    ASSERT_OK(cf_parse(&e, "SimpleImputer(strategy=constant, fill_value=ab)"));
    ASSERT_FAILS(CF_ERR_TYPE, "fill_value is text, column 'size' holds numbers",
                 cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_fit_transform(e, &letters, NULL, NULL, &Z));
    for (int i = 0; i < 6; i++)
        ck_assert_str_eq(cf_schema_text(Z.schema, 0, (cf_index)cf_matrix_get(&Z, i, 0)), want[i]);
    /* a text that is there already adds nothing; one that means missing is replaced */
    ASSERT_OK(cf_set(e, "fill_value", "c"));
    ASSERT_OK(cf_set(e, "missing_values", "a"));
    ASSERT_FAILS(CF_ERR_DATA, "NaN", cf_fit(e, &letters, NULL, NULL));
    for (int i = 0; i < 6; i++)
        if (isnan(((double *)letters.values)[i]))
            ((double *)letters.values)[i] = 1;
    ASSERT_OK(cf_fit_transform(e, &letters, NULL, NULL, &Z));
    static const double codes[] = {1, 2, 1, 2, 2, 1};
    CHECK(&Z, codes);
    ck_assert_int_eq(cf_schema_dictionary_size(Z.schema, 0), 3);
    cf_estimator_free(e);
    ASSERT_OK(cf_new(&e, "SimpleImputer"));
    ASSERT_FAILS(CF_ERR_TYPE, "Cannot use mean strategy with non-numeric data: column 'letter'",
                 cf_fit(e, &X, NULL, NULL));
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&letters);
}
END_TEST

/* Letters of another table: "?" and NaN are gaps to some, "ab" and "zz" were not there in fit. */
static void make_other_letters(cf_matrix *X)
{
    static const double cells[] = {4, 3, 2, 1, (double)NAN, 0};
    static const char *const texts[] = {"?", "a", "ab", "c", "zz"};
    const cf_matrix view = cf_view_f64(cells, 6, 1);
    cf_schema *schema = NULL;
    ASSERT_OK(cf_matrix_copy(&view, X));
    ASSERT_OK(cf_schema_new(&schema, 1));
    ASSERT_OK(cf_schema_set_name(schema, 0, "letter"));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, texts, 5));
    X->schema = schema;
}

static void check_texts(const cf_matrix *X, const char *const *want)
{
    for (int i = 0; i < 6; i++) {
        const double code = cf_matrix_get(X, i, 0);
        const char *text = isnan(code) ? NULL : cf_schema_text(X->schema, 0, (cf_index)code);
        ck_assert_msg(want[i] ? text && strcmp(text, want[i]) == 0 : isnan(code),
                      "row %d is %s, wants %s", i, text ? text : "nothing",
                      want[i] ? want[i] : "nothing");
    }
}

START_TEST(texts_unknown_to_fit_are_kept)
{
    static const struct {
        const char *spec, *want[6];
    } cases[] = {
        {"SimpleImputer(strategy=most_frequent)", {"zz", "c", "ab", "a", "a", "?"}},
        {"SimpleImputer(strategy=constant, fill_value=ab)", {"zz", "c", "ab", "a", "ab", "?"}},
        {"SimpleImputer(strategy=constant, fill_value=b)", {"zz", "c", "ab", "a", "b", "?"}},
        {"SimpleImputer(strategy=constant, fill_value=x, missing_values=\"?\")",
         {"zz", "c", "ab", "a", NULL, "x"}},
        {"Pipeline(SimpleImputer(strategy=most_frequent))", {"zz", "c", "ab", "a", "a", "?"}},
        {"ColumnTransformer(letter -> passthrough)", {"zz", "c", "ab", "a", NULL, "?"}},
        {"FeatureUnion(SimpleImputer(strategy=most_frequent))", {"zz", "c", "ab", "a", "a", "?"}},
    };
    cf_matrix X = {0}, letters = {0}, other = {0}, Z = {0}, back = {0};
    const cf_index first = 0;
    make_table(&X);
    ASSERT_OK(cf_matrix_gather_columns(&X, &first, 1, &letters));
    make_other_letters(&other);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const bool gaps = strstr(cases[k].spec, "?") == NULL;
        cf_estimator *e = NULL;
        for (int i = 0; i < 6; i++) { /* what means missing there is "?": NaN is refused */
            ((double *)letters.values)[i] = ((double *)X.values)[2 * i];
            if (!gaps && isnan(((double *)letters.values)[i]))
                ((double *)letters.values)[i] = 0;
            ((double *)other.values)[4] = gaps ? (double)NAN : 3;
        }
        ASSERT_OK(cf_parse(&e, cases[k].spec));
        ASSERT_OK(cf_fit(e, &letters, NULL, NULL));
        ASSERT_OK(cf_transform(e, &other, &Z));
        const char *want[6];
        memcpy(want, cases[k].want, sizeof want);
        want[4] = gaps ? want[4] : "c";
        check_texts(&Z, want);
        ck_assert(cf_matrix_get(&Z, 3, 0) == 0); /* the code of "a" is that of fit */
        ASSERT_OK(cf_transform(e, &letters, &Z));
        ck_assert_int_eq(cf_schema_kind(Z.schema, 0), CF_CATEGORICAL);
        cf_estimator_free(e);
    }
    cf_estimator *e = NULL;
    static const char *const again[6] = {"zz", "c", "ab", "a", NULL, "?"};
    ((double *)other.values)[4] = (double)NAN;
    ASSERT_OK(cf_parse(&e, "SimpleImputer(strategy=constant, fill_value=bb, add_indicator=true)"));
    ASSERT_OK(cf_matrix_gather_columns(&X, &first, 1, &letters));
    ASSERT_OK(cf_fit(e, &letters, NULL, NULL));
    ASSERT_OK(cf_transform(e, &other, &Z));
    ASSERT_OK(cf_inverse_transform(e, &Z, &back));
    check_texts(&back, again);
    cf_estimator_free(e);
    cf_matrix *const all[] = {&X, &letters, &other, &Z, &back};
    for (int k = 0; k < 5; k++)
        cf_matrix_clear(all[k]);
}
END_TEST

START_TEST(f32_stays_f32_and_an_imputer_without_indicators_has_no_inverse)
{
    const float x[] = {1, (float)NAN, 2, 4};
    const cf_matrix X = cf_view_f32(x, 4, 1);
    static const char *const strategies[] = {"mean", "median", "most_frequent"};
    static const double filled[] = {7.0 / 3, 2, 1};
    cf_matrix Z = {0}, back = {0};
    for (int k = 0; k < 3; k++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_new(&e, "SimpleImputer"));
        ASSERT_OK(cf_set(e, "strategy", strategies[k]));
        ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
        ck_assert_int_eq(Z.dtype, CF_F32);
        ck_assert(((float *)Z.values)[1] == (float)filled[k]);
        ASSERT_FAILS(CF_ERR_UNSUPPORTED, "inverse_transform", cf_inverse_transform(e, &Z, &back));
        cf_estimator_free(e);
    }
    cf_matrix_clear(&Z);
}
END_TEST

/* The ranks of one column by sorting its entries. */
static void check_ranks(const cf_matrix *X, double q, const cfi_column_ranks *got, double *room)
{
    for (cf_index j = 0; j < X->cols; j++) {
        cf_index m = 0;
        for (cf_index i = 0; i < X->rows; i++) {
            const double x = cf_matrix_get(X, i, j);
            if (!isnan(x) && x != -7)
                room[m++] = x;
        }
        cfi_sort(room, m);
        ck_assert_int_eq(got->count[j], m);
        if (m == 0) {
            ck_assert(isnan(got->lower[j]) && isnan(got->upper[j]));
            continue;
        }
        const double h = q * (double)(m - 1);
        ck_assert_msg(got->lower[j] == room[(cf_index)floor(h)], "column %d, q %g", (int)j, q);
        ck_assert_msg(got->upper[j] == room[(cf_index)ceil(h)], "column %d, q %g", (int)j, q);
    }
}

START_TEST(selected_ranks_are_those_of_sorting)
{
    enum { N = 40000, D = 9 };
    static double cells[N * D], room[N];
    static float small[N * D];
    cf_random r;
    cf_random_seed(&r, 11);
    for (cf_index i = 0; i < N; i++)
        for (cf_index j = 0; j < D; j++) {
            const double z = cf_random_normal(&r);
            /* sorted, constant, few values, nearly empty, empty, periodic, one outlying cluster */
            const double kinds[D] = {(double)i,
                                     -(double)i,
                                     3,
                                     floor(z),
                                     i % 1000 ? (double)NAN : z,
                                     (double)NAN,
                                     (double)(i % 2),
                                     i < N / 2 - 20 ? 1e9 + z : z,
                                     z};
            cells[i * D + j] = cf_random_double(&r) < 0.03 ? (j % 2 ? (double)NAN : -7) : kinds[j];
            small[i * D + j] = (float)cells[i * D + j];
        }
    const double missing[D] = {-7, -7, -7, -7, -7, -7, -7, -7, -7};
    cf_index count[D];
    double lower[D], upper[D];
    const cfi_column_ranks out = {count, lower, upper};
    const cf_matrix views[] = {cf_view_f64(cells, N, D), cf_view_f64(cells, 900, D),
                               cf_view_f32(small, N, D), cf_view_f64(cells, 1, D)};
    static const double quantiles[] = {0, 0.001, 0.25, 0.5, 0.77, 1};
    for (int threads = 1; threads <= 3; threads += 2)
        for (int v = 0; v < 4; v++)
            for (int k = 0; k < 6; k++) {
                cf_run run;
                cfi_run_begin(&run, &(cf_fit_options){.n_threads = threads});
                ASSERT_OK(cfi_column_ranks_find(&run, &views[v], missing, quantiles[k], &out));
                cfi_run_end(&run);
                check_ranks(&views[v], quantiles[k], &out, room);
            }
}
END_TEST

START_TEST(selection_survives_any_order)
{
    enum { N = 5000 };
    static double x[N];
    for (int kind = 0; kind < 5; kind++) {
        cf_random r;
        cf_random_seed(&r, 1);
        for (int i = 0; i < N; i++)
            x[i] = kind == 0   ? i
                   : kind == 1 ? N - i
                   : kind == 2 ? 1
                   : kind == 3 ? (i < N / 2 ? i : N - i)
                               : cf_random_double(&r);
        const cf_index k = kind * 1249;
        cfi_select_rank(x, N, k);
        for (cf_index i = 0; i < N; i++)
            ck_assert(i < k ? x[i] <= x[k] : x[i] >= x[k]);
    }
}
END_TEST

START_TEST(penguins_lose_their_gaps)
{
    cf_matrix X = {0}, y = {0}, Z = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_dataset_load("penguins", &X, &y));
    ASSERT_OK(cf_parse(&e, "SimpleImputer(strategy=most_frequent)"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    for (cf_index i = 0; i < Z.rows; i++)
        for (cf_index j = 0; j < Z.cols; j++)
            ck_assert(!isnan(cf_matrix_get(&Z, i, j)));
    ck_assert(cf_schema_equal(X.schema, Z.schema));
    ck_assert_str_eq(cf_schema_text(Z.schema, 5, (cf_index)cf_matrix_get(&Z, 3, 5)), "male");
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&Z);
}
END_TEST

TEST_MAIN("simple_imputer", every_strategy_is_scikit_learns, any_number_can_mean_missing,
          a_function_can_be_the_strategy, columns_of_texts_take_the_most_frequent_or_a_constant,
          a_new_constant_moves_the_codes_behind_it, texts_unknown_to_fit_are_kept,
          f32_stays_f32_and_an_imputer_without_indicators_has_no_inverse,
          selected_ranks_are_those_of_sorting, selection_survives_any_order,
          penguins_lose_their_gaps, a_number_means_missing_in_the_type_of_x,
          a_file_names_texts_of_the_output)
