/* SPDX-License-Identifier: BSD-3-Clause */
/* Splitters against scikit-learn's indices for the same seeds; what they refuse and warn about. */
#include "golden/split_indices.h"
#include "support/support.h"
#include "support/toy.h"

#define COUNT(a) ((cf_index)(sizeof(a) / sizeof((a)[0])))

enum { MOST = 300 };

/* y and groups of a problem. */
static void draw(const struct split_problem *p, int64_t y[MOST], int64_t groups[MOST])
{
    cf_random r;
    cf_random_seed(&r, p->seed);
    for (int i = 0; i < p->n; i++)
        y[i] = cf_random_int(&r, 0, p->classes);
    for (int i = 0; i < p->n; i++)
        groups[i] = cf_random_int(&r, 0, p->groups);
}

static uint64_t add_word(uint64_t h, int64_t word)
{
    for (int b = 0; b < 8; b++)
        h = (h ^ (((uint64_t)word >> (8 * b)) & 255)) * UINT64_C(1099511628211);
    return h;
}

static uint64_t hash_folds(const cf_folds *folds)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (cf_index f = 0; f < folds->count; f++) {
        h = add_word(h, folds->train_offsets[f + 1] - folds->train_offsets[f]);
        for (cf_index i = folds->train_offsets[f]; i < folds->train_offsets[f + 1]; i++)
            h = add_word(h, folds->train[i]);
        h = add_word(h, folds->test_offsets[f + 1] - folds->test_offsets[f]);
        for (cf_index i = folds->test_offsets[f]; i < folds->test_offsets[f + 1]; i++)
            h = add_word(h, folds->test[i]);
    }
    return h;
}

START_TEST(folds_are_scikit_learns)
{
    for (cf_index c = 0; c < COUNT(split_cases); c++) {
        cf_estimator *splitter = NULL;
        ASSERT_OK(cf_parse(&splitter, split_cases[c].spec));
        for (int p = 0; p < SPLIT_PROBLEMS; p++) {
            int64_t y[MOST], groups[MOST];
            const cf_index n = split_problems[p].n;
            const uint64_t want = split_cases[c].hashes[p];
            cf_folds folds = {0};
            draw(&split_problems[p], y, groups);
            const cf_matrix Y = cf_view_i64(y, n, 1), G = cf_view_i64(groups, n, 1);
            const cf_status status = cf_split(splitter, n, &Y, &G, &folds);
            ck_assert_msg((status == CF_OK) == (want != 0), "%s of problem %d: %s",
                          split_cases[c].spec, p, status == CF_OK ? "no error" : cf_last_error());
            if (want != 0)
                ck_assert_msg(hash_folds(&folds) == want, "%s of problem %d", split_cases[c].spec,
                              p);
            else
                ck_assert(status == CF_ERR_DATA || status == CF_ERR_ARGUMENT);
            cf_folds_clear(&folds);
        }
        cf_estimator_free(splitter);
    }
}
END_TEST

START_TEST(one_split_is_scikit_learns)
{
    int64_t y[MOST], groups[MOST];
    const cf_index n = split_problems[2].n;
    draw(&split_problems[2], y, groups);
    const cf_matrix Y = cf_view_i64(y, n, 1);
    for (cf_index c = 0; c < COUNT(once_cases); c++) {
        cf_folds folds = {0};
        cf_split_options o = {.stratify = once_cases[c].stratified ? &Y : NULL,
                              .in_order = !once_cases[c].shuffled,
                              .random_state = cf_value_int(once_cases[c].seed)};
        ASSERT_OK(cf_value_parse(&o.test_size, once_cases[c].test_size));
        ASSERT_OK(cf_value_parse(&o.train_size, once_cases[c].train_size));
        const cf_status status = cf_train_test_split(n, &o, &folds);
        ck_assert_msg((status == CF_OK) == (once_cases[c].hash != 0), "case %d: %s", (int)c,
                      cf_last_error());
        if (status == CF_OK)
            ck_assert_msg(hash_folds(&folds) == once_cases[c].hash, "case %d", (int)c);
        cf_folds_clear(&folds);
    }
}
END_TEST

static void splits_as(const char *spec, cf_index n, const cf_matrix *y, const cf_matrix *groups,
                      cf_folds *out)
{
    cf_estimator *splitter = NULL;
    ASSERT_OK(cf_parse(&splitter, spec));
    ASSERT_OK(cf_split(splitter, n, y, groups, out));
    cf_estimator_free(splitter);
}

static void refuses(const char *spec, cf_index n, const cf_matrix *y, const cf_matrix *groups,
                    cf_status expected, const char *part)
{
    cf_estimator *splitter = NULL;
    cf_folds folds = {0};
    ASSERT_OK(cf_parse(&splitter, spec));
    ASSERT_FAILS(expected, part, cf_split(splitter, n, y, groups, &folds));
    ck_assert_int_eq(folds.count, 0);
    cf_estimator_free(splitter);
}

START_TEST(bad_requests_are_refused)
{
    const double part[] = {0.5, 1, 2, 3}, nan[] = {NAN, 1, 2, 3};
    const int64_t y[] = {0, 0, 0, 1}, g[] = {1, 1, 2, 2};
    const cf_matrix Y = cf_view_i64(y, 4, 1), G = cf_view_i64(g, 4, 1);
    const cf_matrix real = cf_view_f64(part, 4, 1), lacking = cf_view_f64(nan, 4, 1);
    const cf_matrix wide = cf_view_i64(y, 2, 2), shorter = cf_view_i64(y, 3, 1);
    refuses("KFold", 4, NULL, NULL, CF_ERR_ARGUMENT,
            "n_splits = 5 is more than the samples: n_samples = 4");
    refuses("KFold(n_splits=2, random_state=0)", 4, NULL, NULL, CF_ERR_ARGUMENT, "no effect");
    refuses("KFold(n_splits=2)", 0, NULL, NULL, CF_ERR_ARGUMENT, "no rows");
    refuses("StratifiedKFold(n_splits=2)", 4, NULL, NULL, CF_ERR_ARGUMENT, "y is needed");
    refuses("StratifiedKFold(n_splits=4)", 4, &Y, NULL, CF_ERR_DATA,
            "n_splits = 4 is more than the members of any class (3)");
    refuses("StratifiedKFold(n_splits=2)", 4, &real, NULL, CF_ERR_DATA, "Got 'continuous'");
    refuses("StratifiedKFold(n_splits=2)", 4, &lacking, NULL, CF_ERR_DATA, "NaN");
    refuses("StratifiedKFold(n_splits=2)", 2, &wide, NULL, CF_ERR_SHAPE, "labels are 2 x 2");
    refuses("StratifiedKFold(n_splits=2)", 4, &shorter, NULL, CF_ERR_SHAPE,
            "labels are 3 x 1, there are 4 rows");
    refuses("GroupKFold(n_splits=2)", 4, NULL, NULL, CF_ERR_ARGUMENT, "groups are needed");
    refuses("GroupKFold(n_splits=3)", 4, NULL, &G, CF_ERR_DATA,
            "n_splits = 3 is more than the 2 groups");
    refuses("StratifiedShuffleSplit", 4, &Y, NULL, CF_ERR_DATA, "only 1 member");
    refuses("TimeSeriesSplit(n_splits=4)", 4, NULL, NULL, CF_ERR_ARGUMENT,
            "n_splits = 5 is more than the samples: n_samples = 4");
    refuses("TimeSeriesSplit(n_splits=2, gap=9)", 8, NULL, NULL, CF_ERR_ARGUMENT,
            "need more than 8 rows");
    refuses("ShuffleSplit(test_size=4)", 4, NULL, NULL, CF_ERR_ARGUMENT,
            "test_size = 4 is neither a count below the 4 rows nor a share in (0, 1)");
    refuses("LeaveOneOut", 1, NULL, NULL, CF_ERR_DATA, "n_samples=1");
    refuses("PredefinedSplit(test_fold=[0, 1])", 4, NULL, NULL, CF_ERR_SHAPE, "has 2 entries");
    refuses("PredefinedSplit(test_fold=[0, 1, 0.5, 1])", 4, NULL, NULL, CF_ERR_DATA,
            "holds 0.5 at row 2");
    register_toys();
    refuses("Toy", 4, NULL, NULL, CF_ERR_UNSUPPORTED, "it is no splitter");
    cf_estimator *splitter = NULL;
    ASSERT_OK(cf_new(&splitter, "KFold"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "n_splits = 1 is outside", cf_set(splitter, "n_splits", 1));
    cf_estimator_free(splitter);
}
END_TEST

START_TEST(given_folds_and_texts)
{
    cf_folds folds = {0};
    splits_as("PredefinedSplit(test_fold=[7, -1, 7, -5, 0])", 5, NULL, NULL, &folds);
    ck_assert_int_eq(folds.count, 3);
    const cf_index tested[] = {3, 4, 0, 2};
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(folds.test[i], tested[i]);
    ck_assert_int_eq(folds.train_offsets[3], 11);
    const char *names[] = {"a", "b"};
    const double codes[] = {1, 1, 0, 1, 0, 1}; /* "b" appears first: the names do not matter */
    const int64_t numbers[] = {0, 0, 1, 0, 1, 0};
    const cf_matrix view = cf_view_f64(codes, 6, 1), same = cf_view_i64(numbers, 6, 1);
    cf_matrix y = {0};
    cf_schema *schema = NULL;
    cf_folds other = {0};
    ASSERT_OK(cf_matrix_copy(&view, &y));
    ASSERT_OK(cf_schema_new(&schema, 1));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, names, 2));
    y.schema = schema;
    const char *spec = "StratifiedKFold(n_splits=2, shuffle=true, random_state=3)";
    splits_as(spec, 6, &y, NULL, &folds);
    splits_as(spec, 6, &same, NULL, &other);
    ck_assert_uint_eq(hash_folds(&folds), hash_folds(&other));
    cf_folds_clear(&folds);
    cf_folds_clear(&other);
    cf_matrix_clear(&y);
}
END_TEST

static void keep_text(void *ctx, cf_warning kind, const char *text)
{
    ck_assert_int_eq(kind, CF_WARN_DATA);
    snprintf(ctx, 200, "%s", text);
}

START_TEST(a_small_class_is_a_warning)
{
    const int64_t y[] = {0, 0, 0, 1};
    const cf_matrix Y = cf_view_i64(y, 4, 1);
    cf_folds folds = {0};
    char text[200] = "";
    cf_set_warning_handler(keep_text, text);
    splits_as("StratifiedKFold(n_splits=3)", 4, &Y, NULL, &folds);
    cf_set_warning_handler(NULL, NULL);
    ck_assert_str_eq(text, "the least populated class in y has only 1 members, which is less than "
                           "n_splits = 3");
    cf_folds_clear(&folds);
}
END_TEST

START_TEST(a_failed_allocation_is_reported)
{
    int64_t y[MOST], groups[MOST];
    draw(&split_problems[1], y, groups);
    const cf_index n = split_problems[1].n;
    const cf_matrix Y = cf_view_i64(y, n, 1), G = cf_view_i64(groups, n, 1);
    const char *specs[] = {"StratifiedKFold(n_splits=3)", "GroupKFold(n_splits=3)",
                           "StratifiedGroupKFold(n_splits=2, shuffle=true, random_state=1)",
                           "StratifiedShuffleSplit(n_splits=2, test_size=9, random_state=1)",
                           "GroupShuffleSplit(random_state=1)"};
    for (int s = 0; s < 5; s++) {
        cf_estimator *splitter = NULL;
        ASSERT_OK(cf_parse(&splitter, specs[s]));
        cf_status status = CF_ERR_MEMORY;
        for (int64_t k = 1; status != CF_OK; k++) {
            cf_folds folds = {0};
            cf_fail_allocation(k, false);
            status = cf_split(splitter, n, &Y, &G, &folds);
            cf_fail_allocation(0, false);
            ck_assert(status == CF_OK || status == CF_ERR_MEMORY);
            cf_folds_clear(&folds);
        }
        cf_estimator_free(splitter);
    }
}
END_TEST

TEST_MAIN("split_indices", folds_are_scikit_learns, one_split_is_scikit_learns,
          bad_requests_are_refused, given_folds_and_texts, a_small_class_is_a_warning,
          a_failed_allocation_is_reported)
