/* SPDX-License-Identifier: BSD-3-Clause */
/* Every metric against scikit-learn on a thousand random cases; the inputs come from the same
 * stream (tests/golden/make_metrics.py). */
#include "base/file.h"
#include "cofit/metrics.h"
#include "support/support.h"

enum { CASES = 1000, RESULTS = 166, MOST = 60, CLASSES = 7, OUTPUTS = 3 };
static const double ERROR_VALUE = 1e308, SKIPPED = -1e307;

/* The inputs of one case. */
typedef struct sample {
    cf_index n, k, t;
    int style, kind;
    int64_t truth[MOST], guess[MOST], all[CLASSES], two[MOST], two_up[MOST];
    double truth_real[MOST], guess_real[MOST], all_real[CLASSES];
    double w[MOST], p[MOST * CLASSES], score[MOST], unit[MOST];
    double y[MOST * OUTPUTS], f[MOST * OUTPUTS], yp[MOST], fp[MOST], X[MOST * OUTPUTS];
    cf_matrix a, b, labels, weights; /* views of the above */
} sample;

static int64_t label_of(int style, int64_t code)
{
    return style == 1 ? 10 * code - 3 : style == 2 ? 2 * code + 1 : code;
}

static cf_matrix label_view(const sample *s, const int64_t *whole, const double *real, cf_index n)
{
    return s->style == 3 ? cf_view_f64(real, n, 1) : cf_view_i64(whole, n, 1);
}

static void draw_labels(cf_random *r, sample *s)
{
    double u[MOST], real[MOST];
    int64_t codes[MOST];
    for (cf_index i = 0; i < s->n; i++)
        codes[i] = cf_random_int(r, 0, s->k);
    for (cf_index i = 0; i < s->n; i++)
        u[i] = cf_random_double(r);
    for (cf_index i = 0; i < s->n; i++) {
        const int64_t other = cf_random_int(r, 0, s->k + 1);
        const int64_t code = u[i] < 0.6 ? codes[i] : other;
        s->truth[i] = label_of(s->style, codes[i]);
        s->guess[i] = label_of(s->style, code);
        s->two[i] = codes[i] % 2;
        s->two_up[i] = s->two[i] + 1;
    }
    for (cf_index i = 0; i < s->n; i++)
        real[i] = cf_random_double(r);
    for (cf_index i = 0; i < s->n; i++) {
        const double whole = (double)cf_random_int(r, 0, 4);
        s->w[i] = s->kind == 1 ? real[i] : s->kind == 2 ? (i == 0 ? 1 : whole) : 0.5;
    }
    for (cf_index c = 0; c < s->k; c++)
        s->all[c] = label_of(s->style, c);
}

static void draw_numbers(cf_random *r, sample *s, bool ties, int special)
{
    for (cf_index i = 0; i < s->n * s->k; i++)
        s->p[i] = cf_random_double(r);
    for (cf_index i = 0; i < s->n; i++) {
        double sum = 0;
        for (cf_index j = 0; j < s->k; j++)
            sum += s->p[i * s->k + j];
        for (cf_index j = 0; j < s->k; j++)
            s->p[i * s->k + j] /= sum;
    }
    for (cf_index i = 0; i < s->n; i++) {
        s->score[i] = cf_random_normal(r);
        s->score[i] = ties ? nearbyint(s->score[i] * 2) / 2 : s->score[i];
    }
    for (cf_index i = 0; i < s->n; i++)
        s->unit[i] = cf_random_double(r);
    for (cf_index i = 0; i < s->n * s->t; i++)
        s->y[i] = cf_random_normal(r);
    for (cf_index i = 0; i < s->n * s->t; i++)
        s->f[i] = s->y[i] + 0.5 * cf_random_normal(r);
    for (cf_index i = 0; i < s->n * s->t; i++) {
        if (special == 1 && s->kind != 1 && i % s->t == 0)
            s->y[i] = 2;
        if (special == 2)
            s->f[i] = s->y[i];
        if (special == 3 && s->kind != 1 && i % s->t == 0)
            s->y[i] = s->f[i] = 1.5;
    }
    for (cf_index i = 0; i < s->n; i++)
        s->yp[i] = cf_random_double(r) + 0.125;
    for (cf_index i = 0; i < s->n; i++)
        s->fp[i] = cf_random_double(r) + 0.125;
    for (cf_index i = 0; i < s->n * 3; i++)
        s->X[i] = cf_random_normal(r);
}

static void draw(uint32_t seed, sample *s)
{
    cf_random r;
    cf_random_seed(&r, seed);
    s->n = cf_random_int(&r, 2, 60);
    s->k = cf_random_int(&r, 1, 7);
    s->style = (int)cf_random_int(&r, 0, 4);
    s->kind = (int)cf_random_int(&r, 0, 4);
    const bool ties = cf_random_int(&r, 0, 2) != 0;
    s->t = cf_random_int(&r, 1, 4);
    const int special = (int)cf_random_int(&r, 0, 8);
    draw_labels(&r, s);
    draw_numbers(&r, s, ties, special);
    for (cf_index i = 0; i < s->n; i++) {
        s->truth_real[i] = (double)s->truth[i];
        s->guess_real[i] = (double)s->guess[i];
    }
    for (cf_index c = 0; c < s->k; c++)
        s->all_real[c] = (double)s->all[c];
    s->a = label_view(s, s->truth, s->truth_real, s->n);
    s->b = label_view(s, s->guess, s->guess_real, s->n);
    s->labels = label_view(s, s->all, s->all_real, s->k);
    s->weights = cf_view_f64(s->w, s->n, 1);
}

/* The results of one case, in the order of the script. */
typedef struct results {
    int count;
    double values[RESULTS];
} results;

static void put(results *r, cf_status status, double value)
{
    ck_assert_int_lt(r->count, RESULTS);
    r->values[r->count++] = status == CF_OK ? value : ERROR_VALUE;
}

static void put_metric(results *r, cf_metric_fn metric, const cf_matrix *a, const cf_matrix *b,
                       const cf_matrix *w, cf_metric_options options)
{
    double value = 0;
    const cf_status status = metric(a, b, w, &options, &value);
    put(r, status, value);
}

/* Sum of column j, or of all elements (j < 0), each times its position; `skip` rows first. */
static double weigh(const cf_matrix *X, cf_index j, cf_index skip)
{
    double sum = 0;
    cf_index position = 0;
    for (cf_index i = skip; i < X->rows; i++)
        for (cf_index c = 0; c < X->cols; c++)
            if (j < 0 || c == j)
                sum += cf_matrix_get(X, i, c) * (double)++position;
    return sum;
}

static double fnv(const char *text)
{
    uint32_t h = 2166136261u;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 16777619u;
    return h;
}

static void put_report(results *r, const cf_matrix *a, const cf_matrix *b, const cf_matrix *w,
                       int digits, cf_metric_options options)
{
    cf_report report = {0};
    char *text = NULL;
    cf_status status = cf_classification_report(a, b, w, &options, &report);
    if (status == CF_OK)
        status = cf_report_to_text(&report, digits, &text);
    put(r, status, status == CF_OK ? fnv(text) : 0);
    cf_text_free(text);
    cf_report_clear(&report);
}

static void put_confusion(results *r, const sample *s, const cf_matrix *w,
                          cf_metric_options options)
{
    cf_matrix out = {0};
    const cf_status status = cf_confusion_matrix(&s->a, &s->b, w, &options, &out);
    put(r, status, weigh(&out, -1, 0));
    cf_matrix_clear(&out);
}

static void precisions(results *r, const sample *s, const cf_matrix *w)
{
    const cf_metric_fn four[] = {cf_precision, cf_recall, cf_f1, cf_jaccard};
    for (int average = CF_AVERAGE_BINARY; average <= CF_AVERAGE_WEIGHTED; average++) {
        const cf_metric_options o = {.average = (cf_average)average, .beta = 0.5};
        for (int i = 0; i < 4; i++)
            put_metric(r, four[i], &s->a, &s->b, w, o);
        put_metric(r, cf_fbeta, &s->a, &s->b, w, o);
    }
    for (int zero = CF_ZERO_DIVISION_ONE; zero <= CF_ZERO_DIVISION_NAN; zero++) {
        cf_metric_options o = {.average = CF_AVERAGE_MACRO,
                               .zero_division = (cf_zero_division)zero};
        put_metric(r, cf_precision, &s->a, &s->b, w, o);
        o.average = CF_AVERAGE_WEIGHTED;
        put_metric(r, cf_recall, &s->a, &s->b, w, o);
        o.average = CF_AVERAGE_MACRO;
        o.beta = 2;
        put_metric(r, cf_fbeta, &s->a, &s->b, w, o);
    }
    char first[24];
    snprintf(first, sizeof first, "%d", (int)s->all[0]);
    put_metric(r, cf_f1, &s->a, &s->b, w,
               (cf_metric_options){.average = CF_AVERAGE_BINARY, .pos_label = first});
    const cf_matrix every_other = cf_view_strided(
        s->labels.dtype,
        (const char *)s->labels.values + (size_t)(s->k - 1) * cf_dtype_size(s->labels.dtype),
        (s->k + 1) / 2, 1, -2, 1);
    put_metric(r, cf_f1, &s->a, &s->b, w,
               (cf_metric_options){.average = CF_AVERAGE_MACRO, .labels = &every_other});
    put_metric(r, cf_precision, &s->a, &s->b, w,
               (cf_metric_options){.average = CF_AVERAGE_MICRO, .labels = &every_other});
    cf_matrix table = {0};
    const cf_status status = cf_precision_recall_fscore_support(
        &s->a, &s->b, w, &(cf_metric_options){.beta = 1.5}, &table);
    for (cf_index j = 0; j < 4; j++)
        put(r, status, weigh(&table, j, 0));
    cf_matrix_clear(&table);
}

static void classes(results *r, const sample *s, const cf_matrix *w)
{
    const cf_matrix half = cf_view_rows(&s->labels, 0, s->k / 2 + 1 < s->k ? s->k / 2 + 1 : s->k);
    const cf_matrix backwards = cf_view_strided(
        s->labels.dtype,
        (const char *)s->labels.values + (size_t)(s->k - 1) * cf_dtype_size(s->labels.dtype), s->k,
        1, -1, 1);
    put_metric(r, cf_accuracy, &s->a, &s->b, w, (cf_metric_options){0});
    put_metric(r, cf_balanced_accuracy, &s->a, &s->b, w, (cf_metric_options){0});
    put_metric(r, cf_balanced_accuracy, &s->a, &s->b, w, (cf_metric_options){.adjusted = true});
    precisions(r, s, w);
    put_metric(r, cf_matthews_corrcoef, &s->a, &s->b, w, (cf_metric_options){0});
    for (int ratings = CF_KAPPA_NONE; ratings <= CF_KAPPA_QUADRATIC; ratings++)
        put_metric(r, cf_cohen_kappa, &s->a, &s->b, w,
                   (cf_metric_options){.ratings = (cf_kappa_weights)ratings});
    put_metric(r, cf_cohen_kappa, &s->a, &s->b, w, (cf_metric_options){.labels = &half});
    for (int how = CF_NORMALIZE_NONE; how <= CF_NORMALIZE_ALL; how++)
        put_confusion(r, s, w, (cf_metric_options){.normalize = (cf_normalize)how});
    put_confusion(r, s, w, (cf_metric_options){.labels = &backwards});
    put_report(r, &s->a, &s->b, w, 2, (cf_metric_options){0});
    put_report(r, &s->a, &s->b, w, 4, (cf_metric_options){.labels = &half});
    put_metric(r, cf_positive_likelihood_ratio, &s->a, &s->b, w, (cf_metric_options){0});
    put_metric(r, cf_negative_likelihood_ratio, &s->a, &s->b, w, (cf_metric_options){0});
}

static void put_if(results *r, bool applies, cf_metric_fn metric, const cf_matrix *a,
                   const cf_matrix *b, const cf_matrix *w, cf_metric_options options)
{
    if (applies)
        put_metric(r, metric, a, b, w, options);
    else
        put(r, CF_ERR_DATA, 0);
}

static void probabilities(results *r, const sample *s, const cf_matrix *w)
{
    const cf_matrix p = cf_view_f64(s->p, s->n, s->k), *all = &s->labels;
    const bool many = s->k > 2;
    put_metric(r, cf_log_loss, &s->a, &p, w, (cf_metric_options){.labels = all});
    put_metric(r, cf_log_loss, &s->a, &p, w, (cf_metric_options){0});
    put_if(r, s->k > 1, cf_brier_score_loss, &s->a, &p, w, (cf_metric_options){.labels = all});
    put_metric(r, cf_d2_log_loss, &s->a, &p, w, (cf_metric_options){.labels = all});
    cf_metric_options o = {.multi_class = CF_MULTI_CLASS_OVR, .labels = all};
    put_if(r, many, cf_roc_auc, &s->a, &p, w, o);
    o.average = CF_AVERAGE_WEIGHTED;
    put_if(r, many, cf_roc_auc, &s->a, &p, w, o);
    o.average = CF_AVERAGE_MICRO;
    put_if(r, many, cf_roc_auc, &s->a, &p, w, o);
    o.multi_class = CF_MULTI_CLASS_OVO;
    o.average = CF_AVERAGE_MACRO;
    put_if(r, many, cf_roc_auc, &s->a, &p, NULL, o);
    o.average = CF_AVERAGE_WEIGHTED;
    put_if(r, many, cf_roc_auc, &s->a, &p, NULL, o);
    put_if(r, many, cf_average_precision, &s->a, &p, w, (cf_metric_options){0});
    put_if(r, many, cf_average_precision, &s->a, &p, w,
           (cf_metric_options){.average = CF_AVERAGE_WEIGHTED});
    put_if(r, many, cf_average_precision, &s->a, &p, w,
           (cf_metric_options){.average = CF_AVERAGE_MICRO});
    put_if(r, many, cf_top_k_accuracy, &s->a, &p, w, (cf_metric_options){.k = 2, .labels = all});
}

/* A curve: its points, and the weighed columns. */
static void put_curve(results *r, cf_status status, const cf_matrix *curve, cf_index skip)
{
    put(r, status, (double)curve->rows);
    put(r, status, weigh(curve, 0, 0));
    put(r, status, weigh(curve, 1, 0));
    cf_matrix thresholds = *curve;
    thresholds.rows -= skip ? 0 : 1;
    put(r, status, weigh(&thresholds, 2, skip));
}

static void two_classes(results *r, const sample *s, const cf_matrix *w)
{
    const cf_matrix z = cf_view_i64(s->two, s->n, 1), up = cf_view_i64(s->two_up, s->n, 1);
    const cf_matrix score = cf_view_f64(s->score, s->n, 1), unit = cf_view_f64(s->unit, s->n, 1);
    put_metric(r, cf_roc_auc, &z, &score, w, (cf_metric_options){0});
    put_metric(r, cf_roc_auc, &z, &score, w, (cf_metric_options){.max_fpr = 0.3});
    put_metric(r, cf_average_precision, &z, &score, w, (cf_metric_options){0});
    put_metric(r, cf_average_precision, &up, &score, w, (cf_metric_options){.pos_label = "2"});
    put_metric(r, cf_average_precision, &z, &score, w, (cf_metric_options){.pos_label = "0"});
    put_metric(r, cf_log_loss, &z, &unit, w, (cf_metric_options){0});
    put_metric(r, cf_brier_score_loss, &z, &unit, w, (cf_metric_options){0});
    put_metric(r, cf_brier_score_loss, &up, &unit, w, (cf_metric_options){0});
    put_metric(r, cf_brier_score_loss, &z, &unit, w, (cf_metric_options){.pos_label = "0"});
    put_metric(r, cf_d2_brier_score, &z, &unit, w, (cf_metric_options){0});
    put_metric(r, cf_top_k_accuracy, &z, &score, w, (cf_metric_options){.k = 1});
    for (int keep = 0; keep < 2; keep++) {
        cf_matrix curve = {0};
        const cf_metric_options o = {.keep_intermediate = keep != 0,
                                     .drop_intermediate = keep == 0};
        cf_status status = cf_roc_curve(&z, &score, w, &o, &curve);
        put_curve(r, status, &curve, 1);
        status = cf_precision_recall_curve(&z, &score, w, &o, &curve);
        put_curve(r, status, &curve, 0);
        cf_matrix_clear(&curve);
    }
}

static void numbers(results *r, const sample *s, const cf_matrix *w)
{
    static const double output_weights[] = {1, 2, 3};
    const cf_matrix y = cf_view_f64(s->y, s->n, s->t), f = cf_view_f64(s->f, s->n, s->t);
    const cf_matrix yp = cf_view_f64(s->yp, s->n, 1), fp = cf_view_f64(s->fp, s->n, 1);
    const cf_metric_options none = {0};
    const cf_metric_options by_variance = {.multioutput = CF_MULTIOUTPUT_VARIANCE_WEIGHTED};
    put_metric(r, cf_r2, &y, &f, w, none);
    put_metric(r, cf_r2, &y, &f, w, by_variance);
    put_metric(r, cf_r2, &y, &f, w, (cf_metric_options){.not_force_finite = true});
    put_metric(r, cf_explained_variance, &y, &f, w, none);
    put_metric(r, cf_explained_variance, &y, &f, w, by_variance);
    put_metric(r, cf_mean_squared_error, &y, &f, w, none);
    cf_matrix each = {0};
    const cf_status status = cf_metric_per_output(cf_mean_squared_error, &y, &f, w, NULL, &each);
    put(r, status, weigh(&each, 0, 0));
    cf_matrix_clear(&each);
    put_metric(r, cf_root_mean_squared_error, &y, &f, w, none);
    put_metric(r, cf_mean_absolute_error, &y, &f, w, none);
    if (s->t > 1)
        put_metric(r, cf_mean_absolute_error, &y, &f, w,
                   (cf_metric_options){.output_weights = output_weights});
    else
        put(r, CF_OK, 0);
    put_metric(r, cf_median_absolute_error, &y, &f, w, none);
    put_metric(r, cf_mean_absolute_percentage_error, &y, &f, w, none);
    put_metric(r, cf_max_error, &y, &f, NULL, none);
    const cf_metric_fn positive[] = {cf_mean_squared_log_error, cf_root_mean_squared_log_error,
                                     cf_mean_poisson_deviance, cf_mean_gamma_deviance};
    for (int i = 0; i < 4; i++)
        put_metric(r, positive[i], &yp, &fp, w, none);
    put_metric(r, cf_d2_absolute_error, &y, &f, w, none);
}

static void clusters(results *r, const sample *s)
{
    const cf_metric_fn six[] = {cf_adjusted_rand, cf_rand,         cf_mutual_info,
                                cf_homogeneity,   cf_completeness, cf_fowlkes_mallows};
    const cf_matrix X = cf_view_f64(s->X, s->n, 3);
    for (int i = 0; i < 6; i++)
        put_metric(r, six[i], &s->a, &s->b, NULL, (cf_metric_options){0});
    put_metric(r, cf_v_measure, &s->a, &s->b, NULL, (cf_metric_options){0});
    put_metric(r, cf_v_measure, &s->a, &s->b, NULL, (cf_metric_options){.beta = 0.25});
    for (int how = CF_ENTROPY_ARITHMETIC; how <= CF_ENTROPY_MAX; how++)
        put_metric(r, cf_normalized_mutual_info, &s->a, &s->b, NULL,
                   (cf_metric_options){.entropy_average = (cf_entropy_average)how});
    put_metric(r, cf_adjusted_mutual_info, &s->a, &s->b, NULL, (cf_metric_options){0});
    double mean = 0;
    cf_status status = cf_silhouette_score(&X, &s->a, NULL, &mean);
    put(r, status, mean);
    cf_matrix each = {0};
    status = cf_silhouette_samples(&X, &s->a, NULL, &each);
    put(r, status, weigh(&each, 0, 0));
    cf_matrix_clear(&each);
}

/* The results of indicator matrices: a column a label. */
static void indicator_results(results *r, const sample *s, const cf_matrix *T, const cf_matrix *G,
                              const cf_matrix *w)
{
    static const cf_average averages[] = {CF_AVERAGE_MICRO, CF_AVERAGE_MACRO, CF_AVERAGE_WEIGHTED,
                                          CF_AVERAGE_SAMPLES};
    static const cf_metric_fn five[] = {cf_precision, cf_recall, cf_f1, cf_jaccard, cf_fbeta};
    const int64_t ends[] = {s->k - 1, 0}, starts[] = {0, s->k - 1};
    const cf_matrix p = cf_view_f64(s->p, s->n, s->k);
    const cf_matrix down = cf_view_i64(ends, 2, 1), up = cf_view_i64(starts, 2, 1);
    for (int a = 0; a < 4; a++) {
        const cf_metric_options o = {.average = averages[a], .beta = 0.5};
        for (int i = 0; i < 5; i++)
            put_metric(r, five[i], T, G, w, o);
        put_metric(r, cf_roc_auc, T, &p, w, o);
        put_metric(r, cf_average_precision, T, &p, w, o);
    }
    put_metric(
        r, cf_precision, T, G, w,
        (cf_metric_options){.average = CF_AVERAGE_SAMPLES, .zero_division = CF_ZERO_DIVISION_NAN});
    put_metric(
        r, cf_recall, T, G, w,
        (cf_metric_options){.average = CF_AVERAGE_MACRO, .zero_division = CF_ZERO_DIVISION_ONE});
    put_metric(r, cf_f1, T, G, w,
               (cf_metric_options){.average = CF_AVERAGE_MACRO, .labels = &down});
    put_metric(r, cf_f1, T, G, w,
               (cf_metric_options){.average = CF_AVERAGE_SAMPLES, .labels = &down});
    put_metric(r, cf_accuracy, T, G, w, (cf_metric_options){0});
    cf_matrix table = {0};
    const cf_status status =
        cf_precision_recall_fscore_support(T, G, w, &(cf_metric_options){.beta = 1.5}, &table);
    for (cf_index j = 0; j < 4; j++)
        put(r, status, weigh(&table, j, 0));
    cf_matrix_clear(&table);
    const cf_metric_fn losses[] = {cf_log_loss, cf_brier_score_loss, cf_d2_log_loss,
                                   cf_d2_brier_score};
    for (int i = 0; i < 4; i++)
        put_metric(r, losses[i], T, &p, w, (cf_metric_options){0});
    put_report(r, T, G, w, 2, (cf_metric_options){0});
    put_report(r, T, G, w, 4, (cf_metric_options){.labels = &up});
}

static void indicators(results *r, const sample *s, const cf_matrix *w)
{
    int32_t truth[MOST * CLASSES], guess[MOST * CLASSES];
    for (cf_index i = 0; i < s->n; i++)
        for (cf_index j = 0; j < s->k; j++) {
            truth[i * s->k + j] = s->p[i * s->k + j] > 1.2 / (double)s->k;
            guess[i * s->k + j] = s->p[i * s->k + (j + 1) % s->k] > 1.0 / (double)s->k;
        }
    const cf_matrix T = cf_view_i32(truth, s->n, s->k), G = cf_view_i32(guess, s->n, s->k);
    if (s->k > 1)
        indicator_results(r, s, &T, &G, w);
    while (r->count < RESULTS)
        put(r, CF_ERR_DATA, 0);
}

START_TEST(a_thousand_cases_are_scikit_learns)
{
    cfi_bytes bytes = {0};
    ASSERT_OK(cfi_file_read(source_path("tests/golden/metrics.bin.gz"), 0, &bytes));
    ASSERT_OK(cfi_bytes_gunzip("metrics", 0, &bytes));
    ck_assert_uint_eq(bytes.size, sizeof(double) * CASES * RESULTS);
    const double *want = (const double *)(const void *)bytes.data;
    int wrong = 0;
    for (uint32_t seed = 0; seed < CASES; seed++, want += RESULTS) {
        static sample s;
        results r = {0};
        draw(seed, &s);
        const cf_matrix *w = s.kind > 0 ? &s.weights : NULL;
        classes(&r, &s, w);
        probabilities(&r, &s, w);
        two_classes(&r, &s, w);
        numbers(&r, &s, w);
        clusters(&r, &s);
        indicators(&r, &s, w);
        ck_assert_int_eq(r.count, RESULTS);
        for (int i = 0; i < RESULTS; i++) {
            if (want[i] == SKIPPED)
                continue;
            const bool same = isnan(want[i])
                                  ? isnan(r.values[i])
                                  : r.values[i] == want[i] || fabs(r.values[i] - want[i]) <=
                                                                  1e-12 * fmax(1, fabs(want[i]));
            if (!same && wrong++ < 20)
                fprintf(stderr, "case %u, result %d: %.17g, wants %.17g\n", seed, i, r.values[i],
                        want[i]);
        }
    }
    cfi_bytes_clear(&bytes);
    ck_assert_int_eq(wrong, 0);
}
END_TEST

START_TEST(metrics_are_listed_and_found)
{
    ck_assert_int_gt(cf_metric_count(), 30);
    ck_assert_ptr_null(cf_metric_at(-1));
    ck_assert_ptr_null(cf_metric_at(cf_metric_count()));
    for (cf_index i = 0; i < cf_metric_count(); i++) {
        const cf_metric *m = cf_metric_at(i);
        ck_assert_ptr_eq(cf_metric_find(m->name), m);
        ck_assert_ptr_nonnull(strchr(m->arguments, ','));
        ck_assert(m->summary[0] != 0 && m->call != NULL);
    }
    ck_assert(cf_metric_find("f1_score")->call == cf_f1);
    ck_assert_ptr_null(cf_metric_find("acuracy_score"));
    ck_assert_ptr_nonnull(strstr(cf_last_error(), "did you mean 'accuracy_score'"));
    ck_assert_ptr_null(cf_metric_find("?"));
}
END_TEST

TEST_MAIN("metrics", a_thousand_cases_are_scikit_learns, metrics_are_listed_and_found)
