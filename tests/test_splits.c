/* SPDX-License-Identifier: BSD-3-Clause */
/* Splits: the same indices as scikit-learn's, by hash; what cannot be split; cross-validation. */
#include "cofit/extend.h"
#include "cofit/metrics.h"
#include "support/support.h"
#include "support/toy.h"

static uint64_t add(uint64_t h, cf_index value)
{
    for (int k = 0; k < 8; k++)
        h = (h ^ ((uint64_t)value >> (8 * k) & 0xFF)) * 0x100000001B3u;
    return h;
}

static uint64_t hash_folds(const cf_folds *f)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (cf_index i = 0; i < f->count; i++) {
        h = add(h, f->train_offsets[i + 1] - f->train_offsets[i]);
        for (cf_index k = f->train_offsets[i]; k < f->train_offsets[i + 1]; k++)
            h = add(h, f->train[k]);
        h = add(h, f->test_offsets[i + 1] - f->test_offsets[i]);
        for (cf_index k = f->test_offsets[i]; k < f->test_offsets[i + 1]; k++)
            h = add(h, f->test[k]);
    }
    return h;
}

static cf_status split_as(const char *spec, cf_index n, const cf_matrix *y, const cf_matrix *groups,
                          cf_folds *folds)
{
    int seed;
    cf_split_options options = {0};
    if (sscanf(spec, "plain %d", &seed) == 1 || sscanf(spec, "stratified %d", &seed) == 1) {
        options.random_state = cf_value_int(seed);
        options.stratify = spec[0] == 's' ? y : NULL;
        return cf_train_test_split(n, &options, folds);
    }
    cf_estimator *splitter = NULL;
    cf_status status = cf_parse(&splitter, spec);
    if (status == CF_OK)
        status = cf_split(splitter, n, y, groups, folds);
    cf_estimator_free(splitter);
    return status;
}

START_TEST(indices_are_those_of_scikit_learn)
{
    FILE *file = fopen(source_path("tests/golden/splits.txt"), "r");
    ck_assert_ptr_nonnull(file);
    char line[512], spec[400];
    long n, classes, groups;
    unsigned long long expected;
    int cases = 0;
    while (fgets(line, sizeof line, file)) {
        ck_assert_int_eq(
            sscanf(line, "%ld %ld %ld %llx|%399[^\n]", &n, &classes, &groups, &expected, spec), 5);
        double y[256], g[256];
        for (long i = 0; i < n; i++) {
            y[i] = (double)((i * i + 3 * i) % classes);
            g[i] = (double)(5 * i % groups);
        }
        const cf_matrix my = cf_view_f64(y, n, 1), mg = cf_view_f64(g, n, 1);
        cf_folds folds = {0};
        ASSERT_OK(split_as(spec, n, &my, &mg, &folds));
        ck_assert_msg(hash_folds(&folds) == expected, "%ld rows: %s", n, spec);
        cf_folds_clear(&folds);
        cases++;
    }
    fclose(file);
    ck_assert_int_gt(cases, 80);
}
END_TEST

START_TEST(what_cannot_be_split_is_told)
{
    const double few[] = {0, 0, 0, 1, 1}, lone[] = {0, 0, 0, 0, 1};
    const cf_matrix y = cf_view_f64(few, 5, 1), z = cf_view_f64(lone, 5, 1);
    cf_folds f = {0};
    ASSERT_FAILS(CF_ERR_ARGUMENT, "n_splits = 6 is more than the samples: n_samples = 5",
                 split_as("KFold(n_splits=6)", 5, &y, NULL, &f));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "n_splits = 6 is more than the samples: n_samples = 5",
                 split_as("RepeatedKFold(n_splits=6)", 5, &y, NULL, &f));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "no effect without shuffle",
                 split_as("KFold(random_state=1)", 5, &y, NULL, &f));
    ASSERT_FAILS(CF_ERR_DATA, "more than the members of any class",
                 split_as("StratifiedKFold(n_splits=4)", 5, &y, NULL, &f));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "y is needed", split_as("StratifiedKFold", 5, NULL, NULL, &f));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "groups are needed", split_as("GroupKFold", 5, &y, NULL, &f));
    ASSERT_FAILS(CF_ERR_DATA, "more than the 2 groups",
                 split_as("GroupKFold(n_splits=3)", 5, &y, &y, &f));
    ASSERT_FAILS(CF_ERR_DATA, "only 1 member", split_as("StratifiedShuffleSplit", 5, &z, NULL, &f));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "pass the 5 rows",
                 split_as("ShuffleSplit(test_size=3, train_size=3)", 5, &y, NULL, &f));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "need more than 5 rows",
                 split_as("TimeSeriesSplit(n_splits=4, test_size=2)", 5, &y, NULL, &f));
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "no splitter", split_as("StandardScaler", 5, &y, NULL, &f));
    ASSERT_FAILS(CF_ERR_SHAPE, "there are 4 rows",
                 split_as("StratifiedKFold(n_splits=2)", 4, &y, NULL, &f));
    ck_assert_ptr_null(f.train);
}
END_TEST

/* Any numbers are strata of a random split, as in scikit-learn 1.9: these are its rows. */
START_TEST(fractions_are_strata_of_random_splits)
{
    double values[12];
    for (int i = 0; i < 12; i++)
        values[i] = i % 4 < 2 ? 0.5 : 1.5;
    const cf_matrix y = cf_view_f64(values, 12, 1);
    const cf_index train[] = {10, 2, 5, 7, 4, 1, 3, 9}, test[] = {0, 6, 11, 8};
    const cf_split_options options = {
        .stratify = &y, .test_size = cf_value_int(4), .random_state = cf_value_int(0)};
    for (int k = 0; k < 2; k++) {
        cf_folds f = {0};
        ASSERT_OK(k == 0 ? cf_train_test_split(12, &options, &f)
                         : split_as("StratifiedShuffleSplit(n_splits=1, test_size=4, "
                                    "random_state=0)",
                                    12, &y, NULL, &f));
        ck_assert_mem_eq(f.train, train, sizeof train);
        ck_assert_mem_eq(f.test, test, sizeof test);
        cf_folds_clear(&f);
    }
    values[3] = NAN;
    ASSERT_FAILS(CF_ERR_DATA, "NaN",
                 split_as("StratifiedShuffleSplit", 12, &y, NULL, &(cf_folds){0}));
}
END_TEST

START_TEST(cross_validation_fits_each_fold_alone)
{
    register_toys();
    cf_estimator *e = NULL;
    double X[40], y[20];
    for (int i = 0; i < 20; i++) {
        X[2 * i] = i;
        X[2 * i + 1] = (i * 7) % 5;
        y[i] = X[2 * i] + X[2 * i + 1];
    }
    const cf_matrix mX = cf_view_f64(X, 20, 2), my = cf_view_f64(y, 20, 1);
    cf_cv_result r = {0};
    const char *scoring[] = {"r2", "neg_mean_absolute_error"}, *wrong[] = {"r3"};
    ASSERT_OK(cf_parse(&e, "ToyCenter | Toy"));
    ASSERT_OK(cf_cross_validate(e, &mX, &my,
                                &(cf_cv_options){.scoring = scoring,
                                                 .n_scoring = 2,
                                                 .n_splits = 4,
                                                 .return_train_score = true,
                                                 .return_estimator = true},
                                &r));
    ck_assert_int_eq(r.n_splits, 4);
    ck_assert_int_eq(r.test_scores.rows, 2);
    ck_assert_int_eq(r.train_scores.cols, 4);
    ck_assert(!cf_is_fitted(e));
    for (int i = 0; i < 4; i++) {
        double again = 0;
        const cf_matrix test_X = cf_view_rows(&mX, 5 * i, 5 * i + 5),
                        test_y = cf_view_rows(&my, 5 * i, 5 * i + 5);
        ASSERT_OK(cf_score_with(r.estimators[i], "neg_mean_absolute_error", &test_X, &test_y, NULL,
                                &again));
        ck_assert_double_eq(again, cf_matrix_get(&r.test_scores, 1, i));
    }
    ASSERT_FAILS(
        CF_ERR_NAME, "r3",
        cf_cross_validate(e, &mX, &my, &(cf_cv_options){.scoring = wrong, .n_scoring = 1}, &r));
    ASSERT_OK(cf_set(e, "toy__count", 13)); /* fails to fit */
    ASSERT_FAILS(CF_ERR_DATA, "every one of the 5 fits failed",
                 cf_cross_validate(e, &mX, &my, NULL, &r));
    ASSERT_FAILS(
        CF_ERR_NUMERIC, "thirteen",
        cf_cross_validate(e, &mX, &my, &(cf_cv_options){.error_score = CF_ERROR_SCORE_RAISE}, &r));
    cf_cv_result_clear(&r);
    cf_estimator_free(e);
}
END_TEST

/* ShuffleSplit permutes the rows once a split; the generator comes back after the last of them. */
START_TEST(a_generator_comes_back_after_the_draws)
{
    enum { N = 40, SPLITS = 3 };
    cf_estimator *splitter = NULL;
    cf_folds folds = {0};
    cf_matrix want = {0};
    cf_index rows[N];
    cf_random r;
    cf_random_seed(&r, 11);
    for (int i = 0; i < SPLITS; i++)
        cf_random_permutation(&r, N, rows);
    ASSERT_OK(cf_random_to_matrix(&r, &want));
    ASSERT_OK(cf_parse(&splitter, "ShuffleSplit(n_splits=3, random_state=11)"));
    ASSERT_OK(cf_split(splitter, N, NULL, NULL, &folds));
    ck_assert_int_eq(folds.random_state.cols, want.cols);
    for (cf_index j = 0; j < want.cols; j++)
        ck_assert(cf_matrix_get(&folds.random_state, 0, j) == cf_matrix_get(&want, 0, j));
    cf_estimator_free(splitter);
    ASSERT_OK(cf_parse(&splitter, "KFold(n_splits=4)"));
    ASSERT_OK(cf_split(splitter, N, NULL, NULL, &folds));
    ck_assert_int_eq(folds.random_state.rows, 0); /* nothing was drawn */
    const cf_value seed = cf_value_int(11);
    ASSERT_OK(cf_train_test_split(N, &(cf_split_options){.random_state = seed}, &folds));
    cf_random_seed(&r, 11);
    cf_random_permutation(&r, N, rows);
    ASSERT_OK(cf_random_to_matrix(&r, &want));
    for (cf_index j = 0; j < want.cols; j++)
        ck_assert(cf_matrix_get(&folds.random_state, 0, j) == cf_matrix_get(&want, 0, j));
    cf_matrix_clear(&want);
    cf_folds_clear(&folds);
    cf_estimator_free(splitter);
}
END_TEST

TEST_MAIN("splits", indices_are_those_of_scikit_learn, what_cannot_be_split_is_told,
          fractions_are_strata_of_random_splits, cross_validation_fits_each_fold_alone,
          a_generator_comes_back_after_the_draws)
