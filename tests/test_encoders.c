/* SPDX-License-Identifier: BSD-3-Clause */
/* OneHotEncoder and OrdinalEncoder against scikit-learn, and what is special to tables of codes. */
#include "base/text.h"
#include "golden/encoders.h"
#include "support/support.h"

enum { COLS = 3, CASES = sizeof encoder_cases / sizeof encoder_cases[0] };

/* The table of the golden file: texts, numbers, texts. */
static void make_table(cf_matrix *X)
{
    static const char *const names[] = {"color", "size", "flag"};
    const cf_matrix view = cf_view_f64(cells, ROWS, COLS);
    cf_schema *schema = NULL;
    ASSERT_OK(cf_matrix_copy(&view, X));
    ASSERT_OK(cf_schema_new(&schema, COLS));
    for (int j = 0; j < COLS; j++)
        ASSERT_OK(cf_schema_set_name(schema, j, names[j]));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, texts_0,
                                       sizeof texts_0 / sizeof texts_0[0]));
    ASSERT_OK(cf_schema_set_dictionary(schema, 2, CF_CATEGORICAL, texts_2, 2));
    X->schema = schema;
}

/* Cell (i, j) of a table as text; "-" when missing. */
static const char *cell_text(const cf_matrix *X, cf_index i, cf_index j, char room[CFI_NUMBER_SIZE])
{
    const double x = cf_matrix_get(X, i, j);
    if (isnan(x))
        return "-";
    if (cf_schema_kind(X->schema, j) != CF_NUMERIC)
        return cf_schema_text(X->schema, j, (cf_index)x);
    cfi_format_real(x, room);
    return room;
}

static void check_inverse(const struct encoder_case *c, const cf_estimator *e, const cf_matrix *Z)
{
    cf_matrix back = {0};
    char room[CFI_NUMBER_SIZE];
    ASSERT_OK(cf_inverse_transform(e, Z, &back));
    ck_assert_int_eq(back.cols, COLS);
    for (cf_index k = 0; c->inverse && k < back.rows * COLS; k++) {
        const char *want = c->inverse[k], *got = cell_text(&back, k / COLS, k % COLS, room);
        if (k % COLS == 1 && strcmp(want, "infrequent_sklearn") == 0)
            want = "-"; /* no number stands for a group of numbers */
        ck_assert_msg(strcmp(got, want) == 0, "%s: (%d, %d) came back as %s, wants %s", c->spec,
                      (int)(k / COLS), (int)(k % COLS), got, want);
    }
    cf_matrix_clear(&back);
}

/* A saved and loaded encoder gives Z too. */
static void check_reloaded(const cf_estimator *e, const cf_matrix *X, const cf_matrix *Z)
{
    void *bytes = NULL;
    size_t size = 0;
    cf_estimator *back = NULL;
    cf_matrix again = {0};
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    ASSERT_OK(cf_load_memory(&back, bytes, size));
    ASSERT_OK(cf_transform(back, X, &again));
    ck_assert(cf_schema_equal(again.schema, Z->schema));
    for (cf_index k = 0; k < Z->rows * Z->cols; k++) {
        const double a = cf_matrix_get(Z, k / Z->cols, k % Z->cols);
        const double b = cf_matrix_get(&again, k / Z->cols, k % Z->cols);
        ck_assert(a == b || (isnan(a) && isnan(b)));
    }
    cf_matrix_clear(&again);
    cf_estimator_free(back);
    cf_bytes_free(bytes);
}

START_TEST(encoders_are_scikit_learns)
{
    const struct encoder_case *c = &encoder_cases[_i];
    cf_matrix X = {0}, Z = {0};
    make_table(&X);
    const cf_matrix train = cf_view_rows(&X, 0, TRAIN);
    const cf_matrix rows = c->on_test ? cf_view_rows(&X, TRAIN, ROWS) : train;
    cf_estimator *e = NULL;
    cf_schema *out = NULL;
    ASSERT_OK(cf_parse(&e, c->spec));
    ASSERT_OK(cf_fit(e, &train, NULL, NULL));
    ASSERT_OK(cf_features_out(e, &out));
    ck_assert_int_eq(cf_schema_size(out), c->n_out);
    for (int j = 0; j < c->n_out; j++)
        ck_assert_str_eq(cf_schema_name(out, j), c->names[j]);
    ASSERT_OK(cf_transform(e, &rows, &Z));
    ck_assert_int_eq(Z.storage, strncmp(c->spec, "OneHot", 6) == 0 ? CF_CSR : CF_DENSE);
    ASSERT_OK(cf_matrix_check(&Z, "Z"));
    ck_assert(Z.rows == rows.rows && Z.cols == c->n_out);
    for (cf_index k = 0; k < Z.rows * Z.cols; k++) {
        const double got = cf_matrix_get(&Z, k / Z.cols, k % Z.cols);
        ck_assert_msg(got == c->out[k] || (isnan(got) && isnan(c->out[k])),
                      "%s: (%d, %d) is %g, wants %g", c->spec, (int)(k / Z.cols), (int)(k % Z.cols),
                      got, c->out[k]);
    }
    check_inverse(c, e, &Z);
    check_reloaded(e, &rows, &Z);
    cf_schema_free(out);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
}
END_TEST

START_TEST(dense_output_and_dtypes_hold_the_same_ones)
{
    static const char *const specs[] = {
        "OneHotEncoder(sparse_output=false)", "OneHotEncoder(sparse_output=false, dtype=float32)",
        "OneHotEncoder(sparse_output=false, dtype=int64)",
        "OneHotEncoder(sparse_output=false, dtype=int32)", "OneHotEncoder(dtype=float32)"};
    static const cf_dtype dtypes[] = {CF_F64, CF_F32, CF_I64, CF_I32, CF_F32};
    cf_matrix X = {0}, want = {0}, Z = {0};
    cf_estimator *e = NULL;
    make_table(&X);
    ASSERT_OK(cf_new(&e, "OneHotEncoder"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &want));
    cf_estimator_free(e);
    for (int s = 0; s < 5; s++) {
        ASSERT_OK(cf_parse(&e, specs[s]));
        ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
        ck_assert_int_eq(Z.dtype, dtypes[s]);
        ck_assert_int_eq(Z.storage, s == 4 ? CF_CSR : CF_DENSE);
        for (cf_index k = 0; k < want.rows * want.cols; k++)
            ck_assert(cf_matrix_get(&Z, k / want.cols, k % want.cols) ==
                      cf_matrix_get(&want, k / want.cols, k % want.cols));
        cf_estimator_free(e);
    }
    ASSERT_OK(cf_parse(&e, "OneHotEncoder(dtype=int64)"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "sparse_output=false", cf_fit(e, &X, NULL, NULL));
    cf_estimator_free(e);
    ASSERT_OK(cf_parse(&e, "OrdinalEncoder(dtype=int32, encoded_missing_value=-1)"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    ck_assert(Z.dtype == CF_I32 && cf_matrix_get(&Z, 3, 0) == -1);
    ASSERT_OK(cf_set(e, "encoded_missing_value", (double)NAN));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "There are missing values in features [0]",
                 cf_fit(e, &X, NULL, NULL));
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&want);
    cf_matrix_clear(&Z);
}
END_TEST

START_TEST(unknown_categories_are_refused_by_column_and_row)
{
    cf_matrix X = {0}, Z = {0};
    make_table(&X);
    const cf_matrix train = cf_view_rows(&X, 0, TRAIN), test = cf_view_rows(&X, TRAIN, ROWS);
    static const char *const names[] = {"OneHotEncoder", "OrdinalEncoder"};
    cf_estimator *e = NULL;
    for (int k = 0; k < 2; k++) {
        ASSERT_OK(cf_new(&e, names[k]));
        ASSERT_OK(cf_fit(e, &train, NULL, NULL));
        ASSERT_FAILS(CF_ERR_DATA,
                     "Found unknown categories ['purple'] in column 0 ('color') during "
                     "transform, first at row 1",
                     cf_transform(e, &test, &Z));
        ck_assert(Z.values == NULL);
        cf_estimator_free(e);
    }
    const cf_index size = 1;
    cf_matrix numbers = {0};
    ASSERT_OK(cf_matrix_gather_columns(&X, &size, 1, &numbers));
    const cf_matrix head = cf_view_rows(&numbers, 0, TRAIN);
    ASSERT_OK(cf_new(&e, "OneHotEncoder"));
    ASSERT_OK(cf_fit(e, &head, NULL, NULL));
    ASSERT_FAILS(CF_ERR_DATA, "[7.25] in column 0 ('size') during transform, first at row 26",
                 cf_transform(e, &numbers, &Z));
    cf_estimator_free(e);
    cf_matrix_clear(&numbers);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
}
END_TEST

static char warned[512];

static void keep_warning(void *ctx, cf_warning kind, const char *text)
{
    (void)ctx;
    ck_assert_int_eq(kind, CF_WARN_DATA);
    snprintf(warned, sizeof warned, "%s", text);
}

START_TEST(zeros_that_could_be_mistaken_are_warned_of)
{
    static const struct {
        const char *spec, *text;
    } cases[] = {{"OneHotEncoder(handle_unknown=ignore)", ""},
                 {"OneHotEncoder(handle_unknown=ignore, drop=first)", "columns [0, 1] during"},
                 {"OneHotEncoder(handle_unknown=ignore, drop=first)", "encoded as all zeros"},
                 {"OneHotEncoder(handle_unknown=infrequent_if_exist)", ""},
                 {"OneHotEncoder(handle_unknown=warn)", "encoded as the infrequent category"}};
    cf_matrix X = {0}, Z = {0};
    make_table(&X);
    const cf_matrix train = cf_view_rows(&X, 0, TRAIN);
    cf_set_warning_handler(keep_warning, NULL);
    for (int k = 0; k < 5; k++) {
        cf_estimator *e = NULL;
        warned[0] = '\0';
        ASSERT_OK(cf_parse(&e, cases[k].spec));
        ASSERT_OK(cf_fit(e, &train, NULL, NULL));
        ASSERT_OK(cf_transform(e, &X, &Z));
        ck_assert_msg(cases[k].text[0] ? strstr(warned, cases[k].text) != NULL : warned[0] == '\0',
                      "%s: '%s'", cases[k].spec, warned);
        cf_estimator_free(e);
    }
    cf_set_warning_handler(NULL, NULL);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
}
END_TEST

START_TEST(rows_without_weight_teach_nothing)
{
    cf_matrix X = {0}, w = {0}, twice = {0};
    double weights[ROWS];
    cf_index rows[2 * ROWS], n = 0;
    make_table(&X);
    for (cf_index i = 0; i < ROWS; i++) {
        weights[i] = i < TRAIN ? (double)(i % 3) : 0;
        for (cf_index k = 0; k < (cf_index)weights[i]; k++)
            rows[n++] = i;
    }
    w = cf_view_f64(weights, ROWS, 1);
    ASSERT_OK(cf_matrix_gather_rows(&X, rows, n, &twice));
    static const char *const specs[] = {"OneHotEncoder(handle_unknown=ignore, min_frequency=4)",
                                        "OneHotEncoder(max_categories=3, handle_unknown=ignore)",
                                        "OneHotEncoder(min_frequency=0.2, handle_unknown=ignore)"};
    for (int k = 0; k < 3; k++) {
        cf_estimator *a = NULL, *b = NULL;
        cf_matrix A = {0}, B = {0};
        ASSERT_OK(cf_parse(&a, specs[k]));
        ASSERT_OK(cf_parse(&b, specs[k]));
        ASSERT_OK(cf_fit(a, &X, NULL, &(cf_fit_options){.sample_weight = &w}));
        ASSERT_OK(cf_fit(b, &twice, NULL, NULL));
        ASSERT_OK(cf_transform(a, &X, &A));
        ASSERT_OK(cf_transform(b, &X, &B));
        ck_assert_int_eq(A.cols, B.cols);
        ck_assert(cf_schema_equal(A.schema, B.schema));
        for (cf_index c = 0; c < A.rows * A.cols; c++)
            ck_assert(cf_matrix_get(&A, c / A.cols, c % A.cols) ==
                      cf_matrix_get(&B, c / A.cols, c % A.cols));
        cf_estimator_free(a);
        cf_estimator_free(b);
        cf_matrix_clear(&A);
        cf_matrix_clear(&B);
    }
    cf_matrix_clear(&X);
    cf_matrix_clear(&twice);
}
END_TEST

START_TEST(free_text_and_unnamed_columns_are_encoded_too)
{
    /* a text column's dictionary is in order of appearance, and new data have another one */
    static const char *const first[] = {"pear", "apple", "fig"}, *const second[] = {"fig", "kiwi"};
    static const double codes[] = {0, 1, 2, 1}, others[] = {0, 1};
    cf_matrix X = cf_view_f64(codes, 4, 1), Y = cf_view_f64(others, 2, 1), Z = {0}, view = {0};
    cf_schema *a = NULL, *b = NULL;
    cf_estimator *e = NULL;
    ASSERT_OK(cf_schema_new(&a, 1));
    ASSERT_OK(cf_schema_set_dictionary(a, 0, CF_TEXT, first, 3));
    ASSERT_OK(cf_schema_new(&b, 1));
    ASSERT_OK(cf_schema_set_dictionary(b, 0, CF_TEXT, second, 2));
    X.schema = a;
    Y.schema = b;
    ASSERT_OK(cf_parse(&e, "OrdinalEncoder(handle_unknown=use_encoded_value, unknown_value=-1)"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    static const double want[] = {2, 0, 1, 0};
    for (int i = 0; i < 4; i++)
        ck_assert(cf_matrix_get(&Z, i, 0) == want[i]);
    ASSERT_OK(cf_transform(e, &Y, &Z));
    ck_assert(cf_matrix_get(&Z, 0, 0) == 1 && cf_matrix_get(&Z, 1, 0) == -1);
    cf_value categories = {0};
    ASSERT_OK(cf_attribute_value(e, "categories_", &categories));
    view = *categories.as.items[0].as.matrix;
    ck_assert_str_eq(cf_schema_text(view.schema, 0, (cf_index)cf_matrix_get(&view, 2, 0)), "pear");
    cf_value_clear(&categories);
    cf_estimator_free(e);
    cf_schema_free(a);
    cf_schema_free(b);
    cf_matrix_clear(&Z);
}
END_TEST

START_TEST(integers_are_named_as_integers)
{
    static const int64_t x[] = {3, 1, 1};
    static const double y[] = {3, 1, 1};
    const cf_matrix whole = cf_view_i64(x, 3, 1), real = cf_view_f64(y, 3, 1);
    cf_estimator *e = NULL;
    cf_schema *out = NULL;
    ASSERT_OK(cf_new(&e, "OneHotEncoder"));
    ASSERT_OK(cf_fit(e, &whole, NULL, NULL));
    ASSERT_OK(cf_features_out(e, &out));
    ck_assert_str_eq(cf_schema_name(out, 1), "x0_3");
    cf_schema_free(out);
    ASSERT_OK(cf_fit(e, &real, NULL, NULL));
    ASSERT_OK(cf_features_out(e, &out));
    ck_assert_str_eq(cf_schema_name(out, 1), "x0_3.0");
    cf_schema_free(out);
    cf_estimator_free(e);
}
END_TEST

START_TEST(texts_may_follow_what_was_missing_altogether)
{
    static const double gaps[] = {(double)NAN, (double)NAN}, codes[] = {1, (double)NAN};
    static const struct {
        const char *spec;
        double want[2];
    } cases[] = {
        {"OneHotEncoder(handle_unknown=ignore, sparse_output=false)", {0, 1}},
        {"OneHotEncoder(categories=[[b, c]], handle_unknown=ignore, sparse_output=false)", {1, 0}},
        {"OrdinalEncoder(handle_unknown=use_encoded_value, unknown_value=-1, "
         "encoded_missing_value=5)",
         {-1, 5}},
        {"SimpleImputer(strategy=constant, fill_value=a, keep_empty_features=true)", {1, 0}},
        {"ColumnTransformer(all -> passthrough)", {1, (double)NAN}},
    };
    const cf_matrix before = cf_view_f64(gaps, 2, 1), after = cf_view_f64(codes, 2, 1);
    cf_matrix X = {0}, T = {0}, Z = {0};
    ASSERT_OK(cf_matrix_copy(&before, &X));
    ASSERT_OK(cf_matrix_copy(&after, &T));
    ASSERT_OK(cf_schema_new(&X.schema, 1));
    ASSERT_OK(cf_schema_set_name(X.schema, 0, "t"));
    ASSERT_OK(cf_schema_new(&T.schema, 1));
    ASSERT_OK(cf_schema_set_name(T.schema, 0, "t"));
    ASSERT_OK(
        cf_schema_set_dictionary(T.schema, 0, CF_CATEGORICAL, (const char *const[]){"a", "b"}, 2));
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_parse(&e, cases[k].spec));
        ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
        ASSERT_OK(cf_transform(e, &T, &Z));
        for (int i = 0; i < 2; i++)
            ck_assert_msg(cf_matrix_get(&Z, i, 0) == cases[k].want[i] ||
                              (isnan(cf_matrix_get(&Z, i, 0)) && isnan(cases[k].want[i])),
                          "%s, row %d: %g", cases[k].spec, i, cf_matrix_get(&Z, i, 0));
        cf_estimator_free(e);
    }
    cf_estimator *scaler = NULL;
    ASSERT_OK(cf_parse(&scaler, "Pipeline(StandardScaler)"));
    ASSERT_OK(cf_fit(scaler, &X, NULL, NULL));
    ASSERT_FAILS(CF_ERR_TYPE, "StandardScaler: column 't' holds text; in fit it held numbers",
                 cf_transform(scaler, &T, &Z));
    cf_estimator_free(scaler);
    cf_matrix_clear(&X);
    cf_matrix_clear(&T);
    cf_matrix_clear(&Z);
}
END_TEST

/* A 3 among them is no truth value, whatever the schema says. */
START_TEST(truth_values_are_named_as_such)
{
    static const double x[] = {3, 0, 1};
    static const char *const names[] = {"x0_False", "x0_True", "x0_3.0"};
    const cf_matrix view = cf_view_f64(x, 3, 1);
    cf_matrix X = {0};
    cf_estimator *e = NULL;
    cf_schema *out = NULL;
    ASSERT_OK(cf_matrix_copy(&view, &X));
    ASSERT_OK(cf_schema_new(&X.schema, 1));
    ASSERT_OK(cf_schema_set_boolean(X.schema, 0));
    ck_assert(cf_schema_is_boolean(X.schema, 0) && !cf_schema_is_whole(X.schema, 0));
    ck_assert_int_eq(cf_schema_set_boolean(X.schema, 1), CF_ERR_SHAPE);
    ASSERT_OK(cf_parse(&e, "OneHotEncoder(categories=[[false, true, 3]])"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_features_out(e, &out));
    for (cf_index k = 0; k < 3; k++)
        ck_assert_str_eq(cf_schema_name(out, k), names[k]);
    cf_schema_free(out);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
}
END_TEST

START_TEST(integers_that_doubles_do_not_tell_apart_are_refused)
{
    const int64_t most = (int64_t)1 << 53;
    const int64_t large[] = {5, most + 1, most}, small[] = {5, most - 1, 1 - most};
    const double real[] = {5, 0x1p60};
    const cf_matrix X = cf_view_i64(large, 3, 1), Y = cf_view_i64(small, 3, 1);
    const cf_matrix Z = cf_view_f64(real, 2, 1);
    static const char *const encoders[] = {"OneHotEncoder", "OrdinalEncoder"};
    for (int k = 0; k < 2; k++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_new(&e, encoders[k]));
        ASSERT_FAILS(CF_ERR_DATA, "column 0 holds whole numbers of 2^53 or more",
                     cf_fit(e, &X, NULL, NULL));
        ASSERT_OK(cf_fit(e, &Y, NULL, NULL));
        ASSERT_OK(cf_fit(e, &Z, NULL, NULL)); /* doubles are told apart */
        cf_estimator_free(e);
    }
    /* Also where a composite hands them on. */
    cf_estimator *e = NULL;
    cf_schema *out = NULL;
    ASSERT_OK(cf_parse(&e, "FeatureUnion(ColumnTransformer(0 -> OneHotEncoder) | passthrough)"));
    ASSERT_FAILS(CF_ERR_DATA, "whole numbers of 2^53 or more", cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_set(e, "pipeline__columntransformer__onehotencoder__sparse_output", false));
    ASSERT_OK(cf_fit(e, &Y, NULL, NULL));
    ASSERT_OK(cf_features_out(e, &out));
    ck_assert_ptr_nonnull(strstr(cf_schema_name(out, 1), "x0_5"));
    ck_assert_ptr_null(strstr(cf_schema_name(out, 1), "x0_5.0"));
    cf_schema_free(out);
    cf_estimator_free(e);
}
END_TEST

START_TEST(impossible_parameters_are_refused)
{
    static const struct {
        cf_status status;
        const char *spec, *text;
    } cases[] = {
        {CF_ERR_SHAPE, "OneHotEncoder(categories=[[a]])", "has 1 entries, X has 3 columns"},
        {CF_ERR_ARGUMENT, "OneHotEncoder(categories=[[red, red], [1], [yes]])", "duplicate"},
        {CF_ERR_ARGUMENT, "OneHotEncoder(categories=[[red], [2, 1], [yes]], handle_unknown=ignore)",
         "Unsorted categories"},
        {CF_ERR_ARGUMENT, "OneHotEncoder(categories=[[nan, red], [1], [yes]])",
         "Nan should be the last"},
        {CF_ERR_TYPE, "OneHotEncoder(categories=[[red, 3], [1], [yes]])",
         "column 0 hold a int, the column texts"},
        {CF_ERR_TYPE, "OneHotEncoder(categories=[red, [1], [yes]])", "are a text, not a list"},
        {CF_ERR_DATA, "OneHotEncoder(categories=[[red, green, nan], [1], [yes]])",
         "in column 0 during fit"},
        {CF_ERR_SHAPE, "OneHotEncoder(drop=[red])", "number of features (3), got 1"},
        {CF_ERR_ARGUMENT, "OneHotEncoder(drop=[pink, 2, no])",
         "not found in the training data: Category: pink, Feature: 0"},
        {CF_ERR_ARGUMENT, "OneHotEncoder(drop=[blue, 2, no], min_frequency=6)",
         "Unable to drop category blue from feature 0 because it is infrequent"},
        {CF_ERR_TYPE, "OrdinalEncoder(unknown_value=3)", "should only be set when"},
        {CF_ERR_TYPE, "OrdinalEncoder(handle_unknown=use_encoded_value)", "got None"},
        {CF_ERR_ARGUMENT, "OrdinalEncoder(handle_unknown=use_encoded_value, unknown_value=1)",
         "unknown_value 1 is one of the values already used"},
        {CF_ERR_ARGUMENT, "OrdinalEncoder(handle_unknown=use_encoded_value, unknown_value=0.5)",
         "neither an integer nor nan"},
        {CF_ERR_ARGUMENT,
         "OrdinalEncoder(handle_unknown=use_encoded_value, unknown_value=nan, dtype=int64)",
         "a float dtype"},
        {CF_ERR_ARGUMENT, "OrdinalEncoder(encoded_missing_value=2)",
         "encoded_missing_value (2) is already used"},
    };
    cf_matrix X = {0};
    make_table(&X);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_parse(&e, cases[k].spec));
        ASSERT_FAILS(cases[k].status, cases[k].text, cf_fit(e, &X, NULL, NULL));
        ck_assert(!cf_is_fitted(e));
        cf_estimator_free(e);
    }
    cf_matrix_clear(&X);
}
END_TEST

/* As in scikit-learn: an unknown text may be taken for a rare one. */
START_TEST(unknown_and_infrequent_may_share_a_number)
{
    static const char *const texts[] = {"a", "b", "c"};
    static const double codes[] = {0, 0, 0, 1, 2}, unknown[] = {0, -1, 2};
    cf_schema *schema = NULL;
    cf_matrix X = cf_view_f64(codes, 5, 1), Q = cf_view_f64(unknown, 3, 1), Z = {0}, back = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_schema_new(&schema, 1));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, texts, 3));
    X.schema = Q.schema = schema;
    ASSERT_OK(cf_parse(&e, "OrdinalEncoder(max_categories=2, handle_unknown=use_encoded_value, "
                           "unknown_value=1)"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_transform(e, &Q, &Z));
    for (cf_index i = 0; i < 3; i++)
        ck_assert(cf_matrix_get(&Z, i, 0) == (i == 0 ? 0 : 1));
    ASSERT_OK(cf_inverse_transform(e, &Z, &back));
    char room[CFI_NUMBER_SIZE];
    ck_assert_str_eq(cell_text(&back, 1, 0, room), "infrequent_sklearn");
    cf_estimator_free(e);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&back);
    cf_schema_free(schema);
}
END_TEST

START_TEST(numbers_beyond_the_dtype_are_refused)
{
    static const double numbers[] = {1, 2, NAN};
    const cf_matrix X = cf_view_f64(numbers, 3, 1), two = cf_view_f64(numbers, 2, 1);
    cf_matrix Z = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "OrdinalEncoder(handle_unknown=use_encoded_value, dtype=int32, "
                           "unknown_value=2147483648)"));
    ASSERT_OK(cf_fit(e, &two, NULL, NULL));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "not in the range of the dtype", cf_transform(e, &two, &Z));
    ASSERT_OK(cf_set(e, "unknown_value", -2147483647 - 1));
    ASSERT_OK(cf_transform(e, &two, &Z));
    cf_estimator_free(e);
    ASSERT_OK(cf_parse(&e, "OneHotEncoder"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_set(e, "dtype", "int32")); /* the output is still sparse */
    ASSERT_FAILS(CF_ERR_ARGUMENT, "sparse output", cf_transform(e, &X, &Z));
    cf_estimator_free(e);
    ASSERT_OK(cf_parse(&e, "OrdinalEncoder"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_set(e, "dtype", "int64")); /* missing is still NaN */
    ASSERT_FAILS(CF_ERR_ARGUMENT, "nan is not in the range", cf_transform(e, &X, &Z));
    cf_estimator_free(e);
    cf_matrix_clear(&Z);
}
END_TEST

START_TEST(what_is_no_encoding_is_not_decoded)
{
    cf_matrix X = {0}, Z = {0}, back = {0};
    cf_estimator *e = NULL;
    make_table(&X);
    const cf_matrix train = cf_view_rows(&X, 0, TRAIN);
    static const double zeros[13] = {0}, numbers[3] = {0, 17, 0};
    const cf_matrix none = cf_view_f64(zeros, 1, 13), few = cf_view_f64(zeros, 1, 5);
    const cf_matrix wrong = cf_view_f64(numbers, 1, 3);
    ASSERT_OK(cf_new(&e, "OneHotEncoder"));
    ASSERT_OK(cf_fit(e, &train, NULL, NULL));
    ASSERT_FAILS(CF_ERR_SHAPE, "Expected 13 columns, got 5", cf_inverse_transform(e, &few, &back));
    ASSERT_FAILS(CF_ERR_DATA, "Samples [0] can not be inverted",
                 cf_inverse_transform(e, &none, &back));
    cf_estimator_free(e);
    ASSERT_OK(cf_new(&e, "OrdinalEncoder"));
    ASSERT_OK(cf_fit(e, &train, NULL, NULL));
    ASSERT_FAILS(CF_ERR_DATA, "column 1 holds 17, it has 5 categories",
                 cf_inverse_transform(e, &wrong, &back));
    /* a group of rare texts comes back as such, the texts behind it keep their own */
    ASSERT_OK(cf_set(e, "max_categories", 3));
    ASSERT_OK(cf_fit_transform(e, &train, NULL, NULL, &Z));
    ASSERT_OK(cf_inverse_transform(e, &Z, &back));
    int groups = 0;
    char room[CFI_NUMBER_SIZE], other[CFI_NUMBER_SIZE];
    for (cf_index i = 0; i < TRAIN; i++) {
        const char *text = cell_text(&back, i, 0, room);
        groups += strcmp(text, "infrequent_sklearn") == 0;
        ck_assert(strcmp(text, "infrequent_sklearn") == 0 ||
                  strcmp(text, cell_text(&X, i, 0, other)) == 0);
    }
    ck_assert_int_gt(groups, 2);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&back);
}
END_TEST

START_TEST(lost_memory_is_survived_with_texts)
{
    static const char *const specs[] = {
        "OneHotEncoder(drop=if_binary, max_categories=3, handle_unknown=ignore)",
        ("OrdinalEncoder(categories=[[red, green, blue, grey, black, purple, nan], "
         "[-1.5, 0, 2, 2.5, 3, 7.25, 10, nan], [yes, no]], max_categories=4)"),
        "SimpleImputer(strategy=constant, add_indicator=true)"};
    cf_matrix X = {0};
    make_table(&X);
    for (int s = 0; s < 3; s++)
        for (int k = 1;; k++) {
            cf_estimator *e = NULL;
            cf_matrix Z = {0}, back = {0};
            ASSERT_OK(cf_parse(&e, specs[s]));
            cf_fail_allocation(k, false);
            cf_status status = cf_fit_transform(e, &X, NULL, NULL, &Z);
            if (status == CF_OK)
                status = cf_inverse_transform(e, &Z, &back);
            cf_fail_allocation(0, false);
            cf_estimator_free(e);
            cf_matrix_clear(&Z);
            cf_matrix_clear(&back);
            if (status == CF_OK) {
                ck_assert_int_gt(k, 10);
                break;
            }
            ck_assert_msg(status == CF_ERR_MEMORY, "allocation %d: %s", k, cf_last_error());
        }
    cf_matrix_clear(&X);
}
END_TEST

START_TEST(many_numbers_are_found_by_search)
{
    enum { N = 20000, KINDS = 700 };
    double *x = cf_alloc(N, sizeof *x);
    cf_random r;
    cf_matrix Z = {0}, back = {0};
    cf_estimator *e = NULL;
    cf_random_seed(&r, 1);
    for (int i = 0; i < N; i++)
        x[i] = sqrt((double)cf_random_int(&r, 0, KINDS)) * (i % 2 ? -1 : 1);
    const cf_matrix X = cf_view_f64(x, N, 1);
    ASSERT_OK(cf_new(&e, "OrdinalEncoder"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    ASSERT_OK(cf_inverse_transform(e, &Z, &back));
    for (int i = 0; i < N; i++) {
        ck_assert(cf_matrix_get(&back, i, 0) == x[i]);
        ck_assert(i == 0 ||
                  (cf_matrix_get(&Z, i, 0) < cf_matrix_get(&Z, i - 1, 0)) == (x[i] < x[i - 1]));
    }
    cf_estimator_free(e);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&back);
    cf_free(x);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("encoders");
    TCase *tcase = tcase_create("all");
    tcase_add_loop_test(tcase, encoders_are_scikit_learns, 0, CASES);
    tcase_add_test(tcase, dense_output_and_dtypes_hold_the_same_ones);
    tcase_add_test(tcase, unknown_categories_are_refused_by_column_and_row);
    tcase_add_test(tcase, zeros_that_could_be_mistaken_are_warned_of);
    tcase_add_test(tcase, rows_without_weight_teach_nothing);
    tcase_add_test(tcase, free_text_and_unnamed_columns_are_encoded_too);
    tcase_add_test(tcase, integers_are_named_as_integers);
    tcase_add_test(tcase, truth_values_are_named_as_such);
    tcase_add_test(tcase, texts_may_follow_what_was_missing_altogether);
    tcase_add_test(tcase, impossible_parameters_are_refused);
    tcase_add_test(tcase, what_is_no_encoding_is_not_decoded);
    tcase_add_test(tcase, lost_memory_is_survived_with_texts);
    tcase_add_test(tcase, many_numbers_are_found_by_search);
    tcase_add_test(tcase, unknown_and_infrequent_may_share_a_number);
    tcase_add_test(tcase, numbers_beyond_the_dtype_are_refused);
    tcase_add_test(tcase, integers_that_doubles_do_not_tell_apart_are_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
