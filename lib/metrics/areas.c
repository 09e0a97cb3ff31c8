/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Areas under ROC and precision-recall curves for two and more classes: one class against the rest
 * (Provost and Domingos 2000), or the mean over pairs of classes (Hand and Till 2001,
 * doi:10.1023/A:1010920819831). Also the share of true classes among the k highest scores.
 */
#include "metrics/ranking.h"

#include <string.h>

/* Truth as codes and the columns of scores; zero-initialised = empty. Column j scores the class
 * with code j where there is one a class. */
typedef struct scored {
    cfi_coded truth;
    cf_index cols;  /* of y_pred */
    double **score; /* (cols) columns of n */
} scored;

static void scored_clear(scored *s)
{
    for (cf_index j = 0; s->score && j < s->cols; j++)
        cf_free(s->score[j]);
    cf_free(s->score);
    cfi_coded_clear(&s->truth);
}

/* `cols` is set before the columns, so that scored_clear frees what a failure leaves. */
static cf_status scored_read(const cfi_metric_args *args, scored *s)
{
    CF_TRY(cfi_metric_check(args));
    CF_TRY(cfi_coded_read(args, &s->truth));
    CF_TRY(CF_ALLOC_ZERO(s->score, args->guess->cols));
    s->cols = args->guess->cols;
    for (cf_index j = 0; j < s->cols; j++)
        CF_TRY(cfi_metric_column(args->name, "y_pred", args->guess, j, &s->score[j]));
    return CF_OK;
}

static cf_status fail_classes(const cfi_metric_args *args, const scored *s)
{
    return cf_fail(CF_ERR_SHAPE,
                   "%s: y_true has %lld classes, y_pred has %lld columns; labels can list the "
                   "classes",
                   args->name, (long long)s->truth.k, (long long)s->cols);
}

/* The area of class `positive` against the others of `rows`. A code that no row has, -1 for one,
 * makes every row a negative. */
static cf_status one_area(const cfi_metric_args *args, const cfi_ranked *rows, cf_index positive,
                          cfi_area_fn area, double *out)
{
    cfi_steps_down steps = {0};
    CF_TRY(cfi_steps_down_make(rows, (int32_t)positive, &steps));
    *out = area(args, &steps);
    cfi_steps_down_clear(&steps);
    return CF_OK;
}

/* Weight of the rows of each class; totals has k entries. */
static cf_status class_weights(const cfi_coded *truth, double *totals)
{
    cfi_total *sums = NULL;
    CF_TRY(CF_ALLOC_ZERO(sums, truth->k));
    for (cf_index i = 0; i < truth->n; i++)
        cfi_total_add(&sums[truth->codes[i]], cfi_weight(truth->weights, i));
    for (cf_index c = 0; c < truth->k; c++)
        totals[c] = cfi_total_value(sums[c]);
    cf_free(sums);
    return CF_OK;
}

/*
 * Every class against the rest: sum of w_c area_c / sum of w_c, w_c = 1, or the weight of the class
 * where asked. A class that no row has gives NaN, which the mean takes over, but not with weight 0.
 */
static cf_status mean_over_classes(const cfi_metric_args *args, const scored *s, cfi_area_fn area,
                                   double *out)
{
    const bool weighted = args->options->average == CF_AVERAGE_WEIGHTED;
    cfi_total sum = {0}, total = {0};
    double *shares = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(shares, s->cols));
    CF_GO(class_weights(&s->truth, shares));
    for (cf_index c = 0; c < s->cols; c++) {
        double one = 0;
        const double share = weighted ? shares[c] : 1;
        CF_GO(one_area(args,
                       &(cfi_ranked){s->truth.n, s->truth.codes, s->score[c], s->truth.weights}, c,
                       area, &one));
        if (share > 0)
            cfi_total_add(&sum, share * one);
        cfi_total_add(&total, share);
    }
    *out = cfi_total_value(sum) / cfi_total_value(total);
cleanup:
    cf_free(shares);
    return status;
}

/* All (row, class) pairs in one ranking, positive where the class is the row's: n * cols rows,
 * column after column, each with the weight of its row. */
static cf_status area_of_pairs(const cfi_metric_args *args, const scored *s, cfi_area_fn area,
                               double *out)
{
    const cf_index n = s->truth.n, all = n * s->cols;
    int32_t *codes = NULL;
    double *score = NULL, *weights = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(codes, all));
    CF_GO(CF_ALLOC(score, all));
    if (s->truth.weights)
        CF_GO(CF_ALLOC(weights, all));
    for (cf_index c = 0; c < s->cols; c++)
        for (cf_index i = 0; i < n; i++) {
            codes[c * n + i] = s->truth.codes[i] == c;
            score[c * n + i] = s->score[c][i];
            if (weights)
                weights[c * n + i] = s->truth.weights[i];
        }
    CF_GO(one_area(args, &(cfi_ranked){all, codes, score, weights}, 1, area, out));
cleanup:
    cf_free(codes);
    cf_free(score);
    cf_free(weights);
    return status;
}

/* How several classes become one; the default is macro. */
static cf_status average_area(const cfi_metric_args *args, const scored *s, cfi_area_fn area,
                              double *out)
{
    switch (args->options->average) {
    case CF_AVERAGE_DEFAULT:
    case CF_AVERAGE_MACRO:
    case CF_AVERAGE_WEIGHTED:
        return mean_over_classes(args, s, area, out);
    case CF_AVERAGE_MICRO:
        return area_of_pairs(args, s, area, out);
    case CF_AVERAGE_BINARY:
    case CF_AVERAGE_NONE:
    case CF_AVERAGE_SAMPLES:
        break;
    }
    return cf_fail(CF_ERR_ARGUMENT,
                   "%s: average must be one of micro, macro and weighted for multiclass problems",
                   args->name);
}

/* ---- ROC ---- */

/* Mean of the areas of a against b and of b against a, over the rows of both: column a ranks the
 * first, column b the second, since probabilities of more classes do not mirror each other. */
static cf_status pair_area(const cfi_metric_args *args, const scored *s, cf_index a, cf_index b,
                           double *out, cf_index *rows)
{
    const cf_index n = s->truth.n;
    int32_t *codes = NULL;
    double *score = NULL, areas[2] = {0}; /* score: column a (n), then b (n) */
    cf_index m = 0;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(codes, n));
    CF_GO(CF_ALLOC(score, 2 * n));
    for (cf_index i = 0; i < n; i++) {
        const int32_t code = s->truth.codes[i];
        if (code != a && code != b)
            continue;
        codes[m] = code;
        score[m] = s->score[a][i];
        score[n + m] = s->score[b][i];
        m++;
    }
    CF_GO(one_area(args, &(cfi_ranked){m, codes, score, NULL}, a, cfi_roc_area, &areas[0]));
    CF_GO(one_area(args, &(cfi_ranked){m, codes, score + n, NULL}, b, cfi_roc_area, &areas[1]));
    *out = (areas[0] + areas[1]) / 2;
    *rows = m;
cleanup:
    cf_free(codes);
    cf_free(score);
    return status;
}

/* Mean over the pairs of classes that occur, weighted by their rows where asked. Without a pair it
 * is 0 / 0, NaN, with the warning for one class. */
static cf_status one_vs_one(const cfi_metric_args *args, const scored *s, double *out)
{
    const bool weighted = args->options->average == CF_AVERAGE_WEIGHTED;
    cfi_total sum = {0}, total = {0};
    double *present = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(present, s->truth.k));
    CF_GO(class_weights(&s->truth, present));
    for (cf_index a = 0; a < s->truth.k; a++)
        for (cf_index b = a + 1; b < s->truth.k; b++) {
            double area = 0;
            cf_index rows = 0;
            if (present[a] == 0 || present[b] == 0)
                continue;
            CF_GO(pair_area(args, s, a, b, &area, &rows));
            const double share = weighted ? (double)rows : 1;
            cfi_total_add(&sum, share * area);
            cfi_total_add(&total, share);
        }
    *out = cfi_total_value(sum) / cfi_total_value(total);
    if (cfi_total_value(total) == 0)
        cfi_warn_one_class(args->run);
cleanup:
    cf_free(present);
    return status;
}

/* Rows are probabilities: they sum to one within the tolerances of np.allclose. */
static cf_status check_sums(const cfi_metric_args *args, const scored *s)
{
    for (cf_index i = 0; i < s->truth.n; i++) {
        double sum = 0;
        for (cf_index j = 0; j < s->cols; j++)
            sum += s->score[j][i];
        if (!(fabs(1 - sum) <= 1e-8 + 1e-5 * fabs(sum)))
            return cf_fail(CF_ERR_DATA,
                           "%s: Target scores need to be probabilities for multiclass roc_auc: row "
                           "%lld sums to %g",
                           args->name, (long long)i, sum);
    }
    return CF_OK;
}

/* What cannot be combined is refused before anything is ranked. */
static cf_status multiclass_auc(const cfi_metric_args *args, const scored *s, double *out)
{
    const cf_metric_options *o = args->options;
    if (o->max_fpr > 0 && o->max_fpr < 1)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: Partial AUC computation not available in multiclass setting, max_fpr "
                       "is %g",
                       args->name, o->max_fpr);
    if (o->multi_class == CF_MULTI_CLASS_RAISE)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: y_true has %lld classes: multi_class must be in ('ovo', 'ovr')",
                       args->name, (long long)s->truth.k);
    if (s->truth.k != s->cols)
        return fail_classes(args, s);
    CF_TRY(check_sums(args, s));
    if (o->multi_class == CF_MULTI_CLASS_OVR)
        return average_area(args, s, cfi_roc_area, out);
    if (s->truth.weights)
        return cf_fail(CF_ERR_UNSUPPORTED,
                       "%s: sample_weight is not supported for multiclass one-vs-one ROC AUC",
                       args->name);
    if (o->average != CF_AVERAGE_DEFAULT && o->average != CF_AVERAGE_MACRO &&
        o->average != CF_AVERAGE_WEIGHTED)
        return cf_fail(CF_ERR_ARGUMENT, "%s: average must be macro or weighted for ovo",
                       args->name);
    return one_vs_one(args, s, out);
}

/* Two classes (or one): positive is the one at `positive`; of two columns its own. A positive class
 * that does not occur (-1) is scored by the last column. */
static cf_status two_class_area(const cfi_metric_args *args, const scored *s, cf_index positive,
                                cfi_area_fn area, double *out)
{
    const double *score = s->score[s->cols == 2 && positive >= 0 ? positive : s->cols - 1];
    return one_area(args, &(cfi_ranked){s->truth.n, s->truth.codes, score, s->truth.weights},
                    positive, area, out);
}

/* The positive class is the greater label, whatever pos_label says. */
cf_status cfi_roc_auc(const cfi_metric_args *args, double *out)
{
    const double max_fpr = args->options->max_fpr;
    if (max_fpr < 0 || max_fpr > 1)
        return cf_fail(CF_ERR_ARGUMENT, "%s: Expected max_fpr in range (0, 1], got: %g", args->name,
                       max_fpr);
    if (args->truth && args->truth->cols > 1)
        return cfi_indicator_area(args, cfi_roc_area, out);
    scored s = {0};
    cf_status status = scored_read(args, &s);
    if (status == CF_OK && (s.truth.k > 2 || s.cols > 2))
        status = multiclass_auc(args, &s, out);
    else if (status == CF_OK)
        status = two_class_area(args, &s, 1, cfi_roc_area, out);
    scored_clear(&s);
    return status;
}

/* ---- precision and recall ---- */

/* With one class in y_true a pos_label that is not it is no error: nothing is positive then. */
static cf_status binary_precision(const cfi_metric_args *args, const scored *s, double *out)
{
    const cf_index positive = cfi_labels_position(&s->truth.labels, args->options->pos_label);
    if (s->cols > 2)
        return fail_classes(args, s);
    if (positive < 0 && s->truth.k == 2) {
        char list[256];
        cfi_labels_list(&s->truth.labels, list, sizeof list);
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: pos_label=%.64s is not a valid label: it should be one of %s",
                       args->name, args->options->pos_label ? args->options->pos_label : "1", list);
    }
    return two_class_area(args, s, positive, cfi_precision_recall_area, out);
}

cf_status cfi_average_precision(const cfi_metric_args *args, double *out)
{
    if (args->truth && args->truth->cols > 1)
        return cfi_indicator_area(args, cfi_precision_recall_area, out);
    scored s = {0};
    cf_status status = scored_read(args, &s);
    if (status == CF_OK && s.truth.k <= 2)
        status = binary_precision(args, &s, out);
    else if (status == CF_OK && args->options->pos_label)
        status =
            cf_fail(CF_ERR_ARGUMENT, "%s: y_true is multiclass; do not set pos_label", args->name);
    else if (status == CF_OK && s.truth.k != s.cols)
        status = fail_classes(args, &s);
    else if (status == CF_OK)
        status = average_area(args, &s, cfi_precision_recall_area, out);
    scored_clear(&s);
    return status;
}

/* ---- the k highest scores ---- */

/* True when fewer than k classes rank before the row's own; equal scores rank by class, last first,
 * as scikit-learn's reversed stable sort has them. No sorting: one pass over the classes. */
static bool is_hit(const scored *s, cf_index i, cf_index k)
{
    const int32_t own = s->truth.codes[i];
    cf_index before = 0;
    for (cf_index j = 0; j < s->cols; j++)
        before +=
            s->score[j][i] > s->score[own][i] || (j > own && s->score[j][i] == s->score[own][i]);
    return before < k;
}

/* The same for one column: the greater class where the score passes the threshold. With k above 1
 * every row is a hit. */
static bool is_binary_hit(const scored *s, cf_index i, cf_index k, double threshold)
{
    return k > 1 || (s->score[0][i] > threshold) == (s->truth.codes[i] == 1);
}

/* One column is taken for probabilities, cut at one half, if all of it lies in [0, 1]; else for
 * decisions, cut at 0. */
static double hit_share(const scored *s, cf_index k)
{
    bool unit = true;
    for (cf_index i = 0; i < s->truth.n; i++)
        unit = unit && s->score[0][i] >= 0 && s->score[0][i] <= 1;
    cfi_total hits = {0};
    for (cf_index i = 0; i < s->truth.n; i++)
        if (s->cols == 1 ? is_binary_hit(s, i, k, unit ? 0.5 : 0) : is_hit(s, i, k))
            cfi_total_add(&hits, cfi_weight(s->truth.weights, i));
    return cfi_total_value(hits) / cfi_weight_total(s->truth.weights, s->truth.n);
}

cf_status cfi_top_k_accuracy(const cfi_metric_args *args, double *out)
{
    const cf_index k = args->options->k > 0 ? args->options->k : 2;
    scored s = {0};
    cf_status status = scored_read(args, &s);
    const cf_index classes = s.cols == 1 ? 2 : s.cols;
    if (status == CF_OK && s.truth.k != classes)
        status = fail_classes(args, &s);
    if (status == CF_OK) {
        if (k >= classes)
            cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC,
                        "'k' (%lld) greater than or equal to 'n_classes' (%lld) will result in a "
                        "perfect score and is therefore meaningless.",
                        (long long)k, (long long)classes);
        *out = hit_share(&s, k);
    }
    scored_clear(&s);
    return status;
}
