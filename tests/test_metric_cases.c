/* SPDX-License-Identifier: BSD-3-Clause */
/* Labels of several kinds, what is refused, and what metrics warn about. */
#include "cofit/metrics.h"
#include "support/support.h"

/* Codes with a dictionary, owned. */
static cf_matrix texts(const char *const *dictionary, cf_index size, const double *codes,
                       cf_index n)
{
    cf_matrix y = {0};
    cf_schema *schema = NULL;
    const cf_matrix view = cf_view_f64(codes, n, 1);
    ASSERT_OK(cf_matrix_copy(&view, &y));
    ASSERT_OK(cf_schema_new(&schema, 1));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, dictionary, size));
    y.schema = schema;
    return y;
}

static void keep_last(void *ctx, cf_warning kind, const char *text)
{
    ck_assert(kind == CF_WARN_UNDEFINED_METRIC || kind == CF_WARN_DATA);
    snprintf(ctx, 256, "%s", text);
}

START_TEST(texts_of_different_dictionaries_are_matched_by_text)
{
    const char *one[] = {"ham", "spam"}, *other[] = {"eggs", "ham", "spam", "toast"};
    const double a[] = {0, 1, 1, 0, 1}, b[] = {1, 2, 1, 3, 2};
    cf_matrix truth = texts(one, 2, a, 5), guess = texts(other, 4, b, 5), labels = {0}, table = {0};
    double score = 0;
    ASSERT_OK(cf_accuracy(&truth, &guess, NULL, NULL, &score));
    ck_assert_double_eq(score, 3 / 5.0);
    /* "eggs" is in the dictionary but does not occur. */
    ASSERT_OK(cf_unique_labels(&truth, &guess, &labels));
    ck_assert_int_eq(labels.rows, 3);
    ck_assert_str_eq(cf_schema_text(labels.schema, 0, 2), "toast");
    ASSERT_OK(cf_confusion_matrix(&truth, &guess, NULL, NULL, &table));
    ck_assert_int_eq(table.dtype, CF_I64);
    const double expected[] = {1, 0, 1, 1, 2, 0, 0, 0, 0};
    for (int i = 0; i < 9; i++)
        ck_assert_double_eq(cf_matrix_get(&table, i / 3, i % 3), expected[i]);
    ASSERT_OK(cf_f1(&truth, &truth, NULL, &(cf_metric_options){.pos_label = "spam"}, &score));
    ck_assert_double_eq(score, 1);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "pos_label=1 is not a valid label: it should be one of ham, spam",
                 cf_f1(&truth, &truth, NULL, NULL, &score));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "Target is multiclass but average='binary'",
                 cf_f1(&truth, &guess, NULL, NULL, &score));
    cf_matrix_clear(&labels);
    cf_matrix_clear(&table);
    cf_matrix_clear(&truth);
    cf_matrix_clear(&guess);
}
END_TEST

START_TEST(columns_alone_keep_their_dictionaries)
{
    const char *one[] = {"ham", "spam"}, *other[] = {"eggs", "ham", "spam"};
    const double a[] = {0, 1, 1}, b[] = {1, 2, 1};
    cf_matrix truth = texts(one, 2, a, 3), guess = texts(other, 3, b, 3), each = {0};
    ASSERT_FAILS(CF_ERR_TYPE, "y_true holds text; the metric takes numbers",
                 cf_metric_per_output(cf_mean_squared_error, &truth, &guess, NULL, NULL, &each));
    ASSERT_OK(cf_metric_per_output(cf_accuracy, &truth, &guess, NULL, NULL, &each));
    ck_assert_double_eq(cf_matrix_get(&each, 0, 0), 2 / 3.0);
    cf_matrix_clear(&each);
    cf_matrix_clear(&truth);
    cf_matrix_clear(&guess);
}
END_TEST

START_TEST(curves_of_one_class_take_the_column_of_the_positive)
{
    const double ones[] = {1, 1, 1}, proba[] = {0.9, 0.1, 0.2, 0.8, 0.7, 0.3}, pair[] = {0, 1};
    const cf_matrix y = cf_view_f64(ones, 3, 1), scores = cf_view_f64(proba, 3, 2);
    const cf_matrix labels = cf_view_f64(pair, 2, 1);
    const cf_metric_options known = {
        .pos_label = "1", .labels = &labels, .keep_intermediate = true};
    cf_matrix curve = {0};
    char last[256] = "";
    ASSERT_OK(cf_roc_curve(
        &y, &scores, NULL,
        &(cf_metric_options){.keep_intermediate = true, .warn = keep_last, .warn_ctx = last},
        &curve));
    const double thresholds[] = {INFINITY, 0.8, 0.3, 0.1};
    ck_assert_int_eq(curve.rows, 4);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(cf_matrix_get(&curve, i, 2), thresholds[i]);
    ASSERT_OK(cf_precision_recall_curve(&y, &scores, NULL, NULL, &curve));
    ck_assert_double_eq(cf_matrix_get(&curve, 0, 2), 0.1);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "does not tell the column of y_pred for pos_label='1'",
                 cf_roc_curve(&y, &scores, NULL, &(cf_metric_options){.pos_label = "1"}, &curve));
    ASSERT_OK(cf_roc_curve(&y, &scores, NULL, &known, &curve));
    ck_assert_double_eq(cf_matrix_get(&curve, 1, 2), 0.8);
    cf_matrix_clear(&curve);
}
END_TEST

START_TEST(numbers_of_different_dtypes_are_matched_by_value)
{
    const double a[] = {3, -1, 3, 0};
    const int32_t b[] = {3, -1, 7, 0};
    const int64_t big[] = {9007199254740993, 9007199254740992}, near[] = {9007199254740993, 0};
    const cf_matrix real = cf_view_f64(a, 4, 1), whole = cf_view_i32(b, 4, 1);
    const cf_matrix x = cf_view_i64(big, 2, 1), y = cf_view_i64(near, 2, 1);
    double score = 0;
    ASSERT_OK(cf_accuracy(&real, &whole, NULL, NULL, &score));
    ck_assert_double_eq(score, 0.75);
    /* Neighbours that a double cannot tell apart. */
    ASSERT_OK(cf_accuracy(&x, &y, NULL, NULL, &score));
    ck_assert_double_eq(score, 0.5);
}
END_TEST

START_TEST(several_columns_count_when_all_are_right)
{
    const int64_t a[] = {0, 1, 1, 1, 2, 0}, b[] = {0, 1, 1, 0, 2, 0};
    const double w[] = {1, 2, 1};
    const cf_matrix truth = cf_view_i64(a, 3, 2), guess = cf_view_i64(b, 3, 2);
    const cf_matrix weights = cf_view_f64(w, 3, 1);
    double score = 0;
    ASSERT_OK(cf_accuracy(&truth, &guess, &weights, NULL, &score));
    ck_assert_double_eq(score, 0.5);
    ASSERT_FAILS(CF_ERR_SHAPE, "y_true has 2 columns, y_pred has 2",
                 cf_matthews_corrcoef(&truth, &guess, NULL, NULL, &score));
}
END_TEST

START_TEST(bad_input_is_refused)
{
    const double a[] = {0, 1, 1, NAN}, half[] = {0, 0.5, 1, 1}, zero[] = {0, 0, 0, 0};
    const double minus[] = {1, 1, -1, 1};
    const char *one[] = {"a", "b"};
    const cf_matrix good = cf_view_f64(a, 3, 1), bad = cf_view_f64(a, 4, 1);
    const cf_matrix part = cf_view_f64(half, 4, 1), none = cf_view_f64(a, 0, 1);
    const cf_matrix w0 = cf_view_f64(zero, 3, 1), w1 = cf_view_f64(minus, 3, 1);
    const double codes[] = {0, 1, 1};
    cf_matrix text = texts(one, 2, codes, 3);
    double s = 0;
    ASSERT_FAILS(CF_ERR_SHAPE, "y_true has 3 rows, y_pred has 4",
                 cf_accuracy(&good, &part, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_DATA, "NaN", cf_accuracy(&bad, &bad, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_DATA, "y_true is continuous (0.5 at row 1)",
                 cf_accuracy(&part, &part, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_DATA, "is empty", cf_accuracy(&none, &none, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_DATA, "zero for every row", cf_r2(&good, &good, &w0, NULL, &s));
    ASSERT_FAILS(CF_ERR_DATA, "negative at row 2", cf_accuracy(&good, &good, &w1, NULL, &s));
    ASSERT_FAILS(CF_ERR_TYPE, "y_true holds texts, y_pred holds numbers",
                 cf_accuracy(&text, &good, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_TYPE, "holds text", cf_r2(&text, &good, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_DATA, "Input y_true contains NaN at row 3",
                 cf_mean_squared_error(&bad, &bad, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "y_pred is NULL", cf_accuracy(&good, NULL, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "takes no sample_weight",
                 cf_adjusted_rand(&good, &good, &w1, NULL, &s));
    cf_matrix_clear(&text);
}
END_TEST

START_TEST(probabilities_are_checked)
{
    const int64_t a[] = {0, 1, 2}, two[] = {4, 7, 7}, one[] = {1, 1, 1};
    const double p[] = {0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 0, 1, 0}, over[] = {0.5, 1.5, 0.5};
    const cf_matrix truth = cf_view_i64(a, 3, 1), proba = cf_view_f64(p, 3, 3);
    const cf_matrix narrow = cf_view_f64(p, 3, 2), wrong = cf_view_f64(over, 3, 1);
    const cf_matrix binary = cf_view_i64(two, 3, 1), single = cf_view_i64(one, 3, 1);
    double s = 0;
    char warned[256] = "";
    cf_metric_options o = {.warn = keep_last, .warn_ctx = warned};
    ASSERT_FAILS(CF_ERR_SHAPE, "different number of classes: 3 vs 2",
                 cf_log_loss(&truth, &narrow, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_DATA, "greater than 1: 1.5 at row 1",
                 cf_log_loss(&binary, &wrong, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_DATA, "only one label", cf_log_loss(&single, &narrow, NULL, NULL, &s));
    ASSERT_OK(cf_log_loss(&truth, &proba, NULL, &o, &s));
    ck_assert_ptr_nonnull(strstr(warned, "do not sum to one"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "multi_class must be in ('ovo', 'ovr')",
                 cf_roc_auc(&truth, &proba, NULL, NULL, &s));
    o.multi_class = CF_MULTI_CLASS_OVR;
    ASSERT_FAILS(CF_ERR_DATA, "row 1 sums to 1.5", cf_roc_auc(&truth, &proba, NULL, &o, &s));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "y_true takes value in {4, 7} and pos_label is not specified",
                 cf_roc_curve(&binary, &wrong, NULL, NULL, &(cf_matrix){0}));
    /* Two columns of probabilities are as good as one. */
    const double twice[] = {0.9, 0.1, 0.4, 0.6, 0.7, 0.3};
    const cf_matrix both = cf_view_f64(twice, 3, 2);
    ASSERT_OK(cf_roc_auc(&binary, &both, NULL, NULL, &s));
    ck_assert_double_eq(s, 1);
    ASSERT_OK(
        cf_average_precision(&binary, &both, NULL, &(cf_metric_options){.pos_label = "4"}, &s));
    ck_assert_double_eq(s, 1);
    warned[0] = '\0';
    ASSERT_OK(cf_roc_auc(&single, &wrong, NULL,
                         &(cf_metric_options){.warn = keep_last, .warn_ctx = warned}, &s));
    ck_assert(isnan(s));
    ck_assert_ptr_nonnull(strstr(warned, "Only one class is present in y_true"));
    const int64_t backwards[] = {2, 1, 0};
    const cf_matrix labels = cf_view_i64(backwards, 3, 1);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "labels must ascend",
                 cf_log_loss(&truth, &proba, NULL, &(cf_metric_options){.labels = &labels}, &s));
}
END_TEST

START_TEST(undefined_values_warn_once_through_the_options)
{
    const int64_t a[] = {0, 1, 2, 2}, b[] = {0, 0, 1, 1};
    const cf_matrix truth = cf_view_i64(a, 4, 1), guess = cf_view_i64(b, 4, 1);
    char warned[256] = "";
    double s = 0;
    cf_metric_options o = {.average = CF_AVERAGE_MACRO, .warn = keep_last, .warn_ctx = warned};
    ASSERT_OK(cf_precision(&truth, &guess, NULL, &o, &s));
    ck_assert_double_eq(s, 0.5 / 3);
    ck_assert_str_eq(warned, "Precision is ill-defined and being set to 0.0 in labels with no "
                             "predicted samples. Use `zero_division` parameter to control this "
                             "behavior.");
    warned[0] = '\0';
    o.zero_division = CF_ZERO_DIVISION_NAN;
    ASSERT_OK(cf_precision(&truth, &guess, NULL, &o, &s));
    ck_assert_double_eq(s, 0.25);
    ck_assert_str_eq(warned, "");
    const double y[] = {1}, f[] = {2};
    const cf_matrix one = cf_view_f64(y, 1, 1), other = cf_view_f64(f, 1, 1);
    ASSERT_OK(cf_r2(&one, &other, NULL, &o, &s));
    ck_assert(isnan(s));
    ck_assert_str_eq(warned, "R^2 score is not well-defined with less than two samples.");
}
END_TEST

START_TEST(report_is_scikit_learns_text)
{
    const char *names[] = {"class 0", "K\xC3\xA4se, sehr lang", "c"};
    const int64_t a[] = {0, 1, 2, 2, 2}, b[] = {0, 0, 2, 2, 1};
    const cf_matrix truth = cf_view_i64(a, 5, 1), guess = cf_view_i64(b, 5, 1);
    cf_report report = {0};
    char *text = NULL;
    ASSERT_OK(cf_classification_report(&truth, &guess, NULL,
                                       &(cf_metric_options){.target_names = names}, &report));
    ck_assert_int_eq(report.n_classes, 3);
    ck_assert_str_eq(report.rows[3].name, "accuracy");
    ck_assert_double_eq(report.rows[3].f1, 0.6);
    ck_assert_double_eq(report.rows[2].support, 3);
    ASSERT_OK(cf_report_to_text(&report, 2, &text));
    ck_assert_str_eq(text, "                 precision    recall  f1-score   support\n"
                           "\n"
                           "        class 0       0.50      1.00      0.67         1\n"
                           "K\xC3\xA4se, sehr lang       0.00      0.00      0.00         1\n"
                           "              c       1.00      0.67      0.80         3\n"
                           "\n"
                           "       accuracy                           0.60         5\n"
                           "      macro avg       0.50      0.56      0.49         5\n"
                           "   weighted avg       0.70      0.60      0.61         5\n");
    cf_text_free(text);
    cf_report_clear(&report);
}
END_TEST

START_TEST(sums_do_not_lose_small_weights)
{
    enum { N = 20001 };
    static double y[N], f[N], w[N];
    for (int i = 0; i < N; i++) {
        w[i] = i == 0 ? 1e16 : 1;
        f[i] = i == 0 ? 0 : 1;
    }
    const cf_matrix truth = cf_view_f64(y, N, 1), guess = cf_view_f64(f, N, 1);
    const cf_matrix weights = cf_view_f64(w, N, 1);
    double s = 0;
    ASSERT_OK(cf_mean_squared_error(&truth, &guess, &weights, NULL, &s));
    ASSERT_NEAR(s * (1e16 + 20000), 20000.0, 1e-15);
}
END_TEST

START_TEST(areas_of_points_and_many_classes)
{
    const double x[] = {0, 0.5, 1}, y[] = {0, 1, 1}, zigzag[] = {0, 1, 0.5};
    const cf_matrix px = cf_view_f64(x, 3, 1), py = cf_view_f64(y, 3, 1);
    const cf_matrix bad = cf_view_f64(zigzag, 3, 1), one = cf_view_f64(x, 1, 1);
    const cf_matrix down = cf_view_strided(CF_F64, x + 2, 3, 1, -1, 1);
    double s = 0;
    ASSERT_OK(cf_auc(&px, &py, &s));
    ck_assert_double_eq(s, 0.75);
    ASSERT_OK(cf_auc(&down, &py, &s));
    ck_assert_double_eq(s, 0.75);
    ASSERT_FAILS(CF_ERR_DATA, "neither increasing nor decreasing", cf_auc(&bad, &py, &s));
    ASSERT_FAILS(CF_ERR_DATA, "2 points are needed", cf_auc(&one, &one, &s));
    const double wide[] = {0, 0, 0.5, 0, 1, 0};
    const cf_matrix two = cf_view_f64(wide, 3, 2);
    ASSERT_FAILS(CF_ERR_SHAPE, "x has 2 columns, y has 1", cf_auc(&two, &py, &s));
    ASSERT_FAILS(CF_ERR_SHAPE, "x has 1 columns, y has 2", cf_auc(&px, &two, &s));
    /* A hundred thousand clusters cost no table of their square. */
    enum { N = 200000 };
    static int64_t a[N], b[N];
    for (cf_index i = 0; i < N; i++) {
        a[i] = i / 2;
        b[i] = i / 2 + (i % 7 == 0);
    }
    const cf_matrix truth = cf_view_i64(a, N, 1), guess = cf_view_i64(b, N, 1);
    ASSERT_OK(cf_adjusted_rand(&truth, &guess, NULL, NULL, &s));
    ck_assert(s > 0.5 && s < 1);
    ASSERT_OK(
        cf_f1(&truth, &guess, NULL, &(cf_metric_options){.average = CF_AVERAGE_WEIGHTED}, &s));
    ck_assert(s > 0.5 && s < 1);
    ASSERT_FAILS(CF_ERR_LIMIT, "too large",
                 cf_confusion_matrix(&truth, &guess, NULL, NULL, &(cf_matrix){0}));
}
END_TEST

START_TEST(indicator_matrices_are_checked)
{
    const int64_t a[] = {0, 1, 1, 1, 0, 0}, b[] = {0, 1, 1, 0, 0, 1}, many[] = {0, 1, 2, 1, 0, 0};
    const int64_t third[] = {2}, below[] = {-1};
    const double p[] = {0.5, 0.5, 0.25, 0.75, 1, 0};
    const char *dictionary[] = {"no", "yes"};
    const double codes[] = {0, 1, 1, 1, 0, 0};
    const cf_matrix T = cf_view_i64(a, 3, 2), G = cf_view_i64(b, 3, 2), M = cf_view_i64(many, 3, 2);
    const cf_matrix one = cf_view_i64(a, 3, 1), out = cf_view_i64(third, 1, 1);
    const cf_matrix under = cf_view_i64(below, 1, 1), proba = cf_view_f64(p, 3, 2);
    const cf_metric_options micro = {.average = CF_AVERAGE_MICRO};
    const cf_metric_options rows = {.average = CF_AVERAGE_SAMPLES};
    cf_matrix text = {0};
    char warned[256] = "";
    double s = 0;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "Target is multilabel-indicator but average='binary'",
                 cf_f1(&T, &G, NULL, NULL, &s));
    ASSERT_FAILS(CF_ERR_DATA, "y_pred holds 2 at row 1", cf_f1(&T, &M, NULL, &micro, &s));
    ASSERT_FAILS(CF_ERR_SHAPE, "y_true has 2 columns, y_pred has 1",
                 cf_f1(&T, &one, NULL, &micro, &s));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "Samplewise metrics are not available",
                 cf_f1(&one, &one, NULL, &rows, &s));
    ASSERT_FAILS(
        CF_ERR_ARGUMENT, "Got 2 > 1",
        cf_f1(&T, &G, NULL, &(cf_metric_options){.average = CF_AVERAGE_MACRO, .labels = &out}, &s));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "Got -1 < 0",
                 cf_f1(&T, &G, NULL,
                       &(cf_metric_options){.average = CF_AVERAGE_MACRO, .labels = &under}, &s));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "labels are not for an indicator matrix",
                 cf_log_loss(&T, &proba, NULL, &(cf_metric_options){.labels = &out}, &s));
    ASSERT_FAILS(CF_ERR_SHAPE, "different number of classes: 2 vs 1",
                 cf_log_loss(&T, &one, NULL, NULL, &s));
    ASSERT_FAILS(
        CF_ERR_ARGUMENT, "average must be one of micro, macro, weighted and samples",
        cf_roc_auc(&T, &proba, NULL, &(cf_metric_options){.average = CF_AVERAGE_NONE}, &s));
    const cf_metric_options listen = {
        .average = CF_AVERAGE_SAMPLES, .warn = keep_last, .warn_ctx = warned};
    ASSERT_OK(cf_recall(&T, &G, NULL, &listen, &s));
    ck_assert_double_eq(s, 0.5);
    ck_assert_ptr_nonnull(strstr(warned, "Recall is ill-defined and being set to 0.0 in samples "
                                         "with no true labels."));
    const cf_matrix coded = cf_view_f64(codes, 3, 2);
    cf_schema *schema = NULL;
    ASSERT_OK(cf_matrix_copy(&coded, &text));
    ASSERT_OK(cf_schema_new(&schema, 2));
    ASSERT_OK(cf_schema_set_dictionary(schema, 1, CF_CATEGORICAL, dictionary, 2));
    text.schema = schema;
    ASSERT_FAILS(CF_ERR_TYPE, "y_true holds texts in column 1", cf_f1(&text, &G, NULL, &micro, &s));
    cf_matrix_clear(&text);
}
END_TEST

START_TEST(a_failed_allocation_is_reported)
{
    const int64_t a[] = {0, 1, 2, 2, 2}, b[] = {0, 0, 2, 2, 1};
    const double v[] = {1, 2, 3, 4, 6};
    const cf_matrix truth = cf_view_i64(a, 5, 1), guess = cf_view_i64(b, 5, 1);
    const cf_matrix number = cf_view_f64(v, 5, 1);
    const cf_metric_options macro = {.average = CF_AVERAGE_MACRO};
    const cf_metric_options rows = {.average = CF_AVERAGE_SAMPLES};
    const int64_t cells[] = {0, 1, 1, 0, 1, 0};
    const cf_matrix ones = cf_view_i64(cells, 3, 2), weights = cf_view_f64(v, 3, 1);
    double s = 0;
    bool failed = true;
    for (int64_t k = 1; failed; k++) {
        cf_fail_allocation(k, false);
        cf_report report = {0};
        const cf_status statuses[] = {
            cf_f1(&truth, &guess, &number, &macro, &s),
            cf_adjusted_mutual_info(&truth, &guess, NULL, NULL, &s),
            cf_median_absolute_error(&number, &truth, &number, NULL, &s),
            cf_silhouette_score(&number, &truth, NULL, &s),
            cf_classification_report(&truth, &guess, NULL, NULL, &report),
            cf_f1(&ones, &ones, &weights, &rows, &s),
            cf_roc_auc(&ones, &ones, &weights, &rows, &s),
            cf_d2_brier_score(&ones, &ones, &weights, NULL, &s),
        };
        cf_fail_allocation(0, false);
        cf_report_clear(&report);
        failed = false;
        for (int i = 0; i < 8; i++) {
            ck_assert(statuses[i] == CF_OK || statuses[i] == CF_ERR_MEMORY);
            failed = failed || statuses[i] != CF_OK;
        }
    }
}
END_TEST

TEST_MAIN("metric_cases", texts_of_different_dictionaries_are_matched_by_text,
          columns_alone_keep_their_dictionaries,
          curves_of_one_class_take_the_column_of_the_positive,
          numbers_of_different_dtypes_are_matched_by_value,
          several_columns_count_when_all_are_right, bad_input_is_refused, probabilities_are_checked,
          undefined_values_warn_once_through_the_options, report_is_scikit_learns_text,
          sums_do_not_lose_small_weights, areas_of_points_and_many_classes,
          indicator_matrices_are_checked, a_failed_allocation_is_reported)
