/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Metrics of predicted classes that come from the confusion matrix: accuracy, balanced accuracy,
 * Matthews' correlation, Cohen's kappa, likelihood ratios. Only its margins and diagonal are kept
 * where that is enough, so many classes cost no square.
 */
#include "estimator/input.h"
#include "metrics/metrics.h"

#include <string.h>

/* True when equal labels are equal numbers in both columns: no codes are needed to compare them. */
static bool compares_directly(const cf_matrix *a, const cf_matrix *b)
{
    const bool whole = a->dtype == CF_I64 || a->dtype == CF_I32;
    return a->dtype == b->dtype && whole && !a->schema && !b->schema;
}

/* wrong[i] becomes true where column t of two integer matrices differs. */
static void compare_integers(const cf_matrix *a, const cf_matrix *b, cf_index t, bool *wrong)
{
    const cf_index at = t * a->col_stride, bt = t * b->col_stride;
    const int64_t *a64 = a->values, *b64 = b->values;
    const int32_t *a32 = a->values, *b32 = b->values;
    for (cf_index i = 0; i < a->rows; i++) {
        const cf_index x = i * a->row_stride + at, y = i * b->row_stride + bt;
        wrong[i] |= a->dtype == CF_I64 ? a64[x] != b64[y] : a32[x] != b32[y];
    }
}

/* The same for labels of any kind. */
static cf_status compare_labels(const cfi_metric_args *args, cf_index t, bool *wrong)
{
    cfi_label_pair pair = {0};
    cfi_metric_args unweighted = *args;
    unweighted.weights = NULL;
    CF_TRY(cfi_label_pair_read(&unweighted, t, &pair));
    for (cf_index i = 0; i < pair.n; i++)
        wrong[i] |= pair.truth[i] != pair.guess[i];
    cfi_label_pair_clear(&pair);
    return CF_OK;
}

/* Weight of the rows that are not wrong, over that of all. */
static double right_share(const bool *wrong, const double *weights, cf_index n)
{
    cfi_total right = {0};
    cf_index count = 0;
    for (cf_index i = 0; i < n; i++)
        count += !wrong[i];
    for (cf_index i = 0; weights && i < n; i++)
        cfi_total_add(&right, wrong[i] ? 0 : weights[i]);
    return (weights ? cfi_total_value(right) : (double)count) / cfi_weight_total(weights, n);
}

cf_status cfi_accuracy(const cfi_metric_args *args, double *out)
{
    bool *wrong = NULL;
    double *weights = NULL;
    cf_status status = CF_OK;
    CF_GO(cfi_metric_check(args));
    const cf_index n = args->truth->rows;
    if (args->truth->cols != args->guess->cols)
        CF_GO(cf_fail(CF_ERR_SHAPE, "%s: y_true has %lld columns, y_pred has %lld", args->name,
                      (long long)args->truth->cols, (long long)args->guess->cols));
    if (args->weights)
        CF_GO(cfi_check_weights(args->name, args->weights, n, &weights));
    CF_GO(CF_ALLOC_ZERO(wrong, n));
    for (cf_index t = 0; t < args->truth->cols; t++) {
        if (compares_directly(args->truth, args->guess))
            compare_integers(args->truth, args->guess, t, wrong);
        else
            CF_GO(compare_labels(args, t, wrong));
    }
    *out = right_share(wrong, weights, n);
cleanup:
    cf_free(wrong);
    cf_free(weights);
    return status;
}

/* Diagonal and margins of the confusion matrix. */
typedef struct margins {
    cf_index k;
    double *hits, *truth, *guess; /* (k) */
    cfi_total *totals;            /* (3, k) */
} margins;

static void margins_clear(margins *m)
{
    cf_free(m->hits);
    cf_free(m->totals);
}

static cf_status margins_of(const cfi_label_pair *pair, margins *m)
{
    const cf_index k = pair->k;
    m->k = k;
    CF_TRY(CF_ALLOC(m->hits, 3 * k));
    CF_TRY(CF_ALLOC_ZERO(m->totals, 3 * k));
    m->truth = m->hits + k;
    m->guess = m->truth + k;
    for (cf_index i = 0; i < pair->n; i++) {
        const double w = cfi_weight(pair->weights, i);
        if (pair->truth[i] == pair->guess[i])
            cfi_total_add(&m->totals[pair->truth[i]], w);
        cfi_total_add(&m->totals[k + pair->truth[i]], w);
        cfi_total_add(&m->totals[2 * k + pair->guess[i]], w);
    }
    for (cf_index c = 0; c < 3 * k; c++)
        m->hits[c] = cfi_total_value(m->totals[c]);
    return CF_OK;
}

static double mean_recall(const cfi_metric_args *args, const margins *m)
{
    cfi_total recalls = {0};
    cf_index present = 0;
    for (cf_index c = 0; c < m->k; c++)
        if (m->truth[c] > 0) {
            cfi_total_add(&recalls, m->hits[c] / m->truth[c]);
            present++;
        }
    if (present < m->k)
        cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC, "y_pred contains classes not in y_true");
    const double score = cfi_total_value(recalls) / (double)present;
    if (!args->options->adjusted)
        return score;
    const double chance = 1.0 / (double)present;
    return (score - chance) / (1 - chance);
}

cf_status cfi_balanced_accuracy(const cfi_metric_args *args, double *out)
{
    cfi_label_pair pair = {0};
    margins m = {0};
    cf_status status = cfi_label_pair_of(args, &pair);
    if (status == CF_OK)
        status = margins_of(&pair, &m);
    if (status == CF_OK)
        *out = mean_recall(args, &m);
    margins_clear(&m);
    cfi_label_pair_clear(&pair);
    return status;
}

/*
 * Gorodkin's generalisation (2004) to several classes, doi:10.1016/j.compbiolchem.2004.09.006. The
 * spreads n^2 - sum of squares are summed as products of different classes: exactly 0 for one
 * class.
 */
static double correlation(const margins *m)
{
    double n_guess = 0, n_truth = 0, hits = 0, both = 0, truth = 0, guess = 0;
    for (cf_index c = 0; c < m->k; c++) {
        hits += m->hits[c];
        both += m->truth[c] * m->guess[c];
        truth += 2 * m->truth[c] * n_truth;
        guess += 2 * m->guess[c] * n_guess;
        n_truth += m->truth[c];
        n_guess += m->guess[c];
    }
    return truth == 0 || guess == 0 ? 0 : (hits * n_guess - both) / sqrt(truth * guess);
}

cf_status cfi_matthews_corrcoef(const cfi_metric_args *args, double *out)
{
    cfi_label_pair pair = {0};
    margins m = {0};
    cf_status status = cfi_label_pair_of(args, &pair);
    if (status == CF_OK)
        status = margins_of(&pair, &m);
    if (status == CF_OK)
        *out = correlation(&m);
    margins_clear(&m);
    cfi_label_pair_clear(&pair);
    return status;
}

/* ---- the whole matrix ---- */

/* to[c] = row of the union's label c in the matrix, or -1; *m = its size. */
static cf_status choose_labels(const cfi_metric_args *args, const cfi_label_pair *pair,
                               int32_t **to, cf_index *m)
{
    const cf_matrix *wanted = args->options->labels;
    CF_TRY(CF_ALLOC(*to, pair->k));
    *m = wanted ? wanted->rows : pair->k;
    for (cf_index c = 0; c < pair->k; c++)
        (*to)[c] = wanted ? -1 : (int32_t)c;
    if (!wanted)
        return CF_OK;
    CF_TRY(cf_matrix_check(wanted, "labels"));
    if (wanted->rows < 1 || wanted->cols != 1 || cf_matrix_is_sparse(wanted))
        return cf_fail(CF_ERR_SHAPE, "%s: labels is %lld x %lld; it is a column of labels",
                       args->name, (long long)wanted->rows, (long long)wanted->cols);
    cf_index *positions = NULL;
    CF_TRY(CF_ALLOC(positions, wanted->rows));
    cfi_labels_locate(&pair->labels, wanted, positions);
    for (cf_index i = 0; i < wanted->rows; i++)
        if (positions[i] >= 0)
            (*to)[positions[i]] = (int32_t)i;
    cf_free(positions);
    for (cf_index i = 0; i < pair->n; i++)
        if ((*to)[pair->truth[i]] >= 0)
            return CF_OK;
    return cf_fail(CF_ERR_ARGUMENT, "%s: At least one label specified must be in y_true",
                   args->name);
}

/* counts (m, m), zeroed here: sums of weights by true and predicted class. */
static cf_status count_pairs(const cfi_label_pair *pair, const int32_t *to, cf_index m,
                             double *counts)
{
    cfi_total *totals = NULL;
    CF_TRY(CF_ALLOC_ZERO(totals, m * m));
    for (cf_index i = 0; i < pair->n; i++) {
        const int32_t a = to[pair->truth[i]], b = to[pair->guess[i]];
        if (a >= 0 && b >= 0)
            cfi_total_add(&totals[a * m + b], cfi_weight(pair->weights, i));
    }
    for (cf_index c = 0; c < m * m; c++)
        counts[c] = cfi_total_value(totals[c]);
    cf_free(totals);
    return CF_OK;
}

/* The confusion matrix of args as m x m sums of weights. */
static cf_status confusion(const cfi_metric_args *args, double **counts, cf_index *m,
                           bool *weighted)
{
    cfi_label_pair pair = {0};
    int32_t *to = NULL;
    cf_status status = CF_OK;
    CF_GO(cfi_label_pair_of(args, &pair));
    CF_GO(choose_labels(args, &pair, &to, m));
    if (*m > 30000) {
        status = cf_fail(CF_ERR_LIMIT, "%s: a confusion matrix of %lld classes is too large",
                         args->name, (long long)*m);
        goto cleanup;
    }
    CF_GO(CF_ALLOC(*counts, *m * *m));
    CF_GO(count_pairs(&pair, to, *m, *counts));
    *weighted = pair.weights != NULL;
cleanup:
    cf_free(to);
    cfi_label_pair_clear(&pair);
    return status;
}

/* Sum of `count` entries `stride` apart. */
static double sum_of(const double *x, cf_index count, cf_index stride)
{
    cfi_total total = {0};
    for (cf_index i = 0; i < count; i++)
        cfi_total_add(&total, x[i * stride]);
    return cfi_total_value(total);
}

/* Divides by the sums of rows, columns or all; 0 / 0 is 0. */
static cf_status normalise(double *counts, cf_index m, cf_normalize how)
{
    if (how == CF_NORMALIZE_NONE)
        return CF_OK;
    double *sums = NULL;
    CF_TRY(CF_ALLOC(sums, m));
    for (cf_index c = 0; c < m; c++)
        sums[c] = how == CF_NORMALIZE_TRUE   ? sum_of(counts + c * m, m, 1)
                  : how == CF_NORMALIZE_PRED ? sum_of(counts + c, m, m)
                                             : sum_of(counts, m * m, 1);
    for (cf_index a = 0; a < m; a++)
        for (cf_index b = 0; b < m; b++) {
            const double sum = how == CF_NORMALIZE_TRUE ? sums[a] : sums[b];
            counts[a * m + b] = sum > 0 ? counts[a * m + b] / sum : 0;
        }
    cf_free(sums);
    return CF_OK;
}

static cf_status confusion_matrix(const cfi_metric_args *args, void *result)
{
    cf_matrix *out = result;
    double *counts = NULL;
    cf_index m = 0;
    bool weighted = false;
    cf_status status = CF_OK;
    CF_GO(confusion(args, &counts, &m, &weighted));
    const bool whole = !weighted && args->options->normalize == CF_NORMALIZE_NONE;
    CF_GO(normalise(counts, m, args->options->normalize));
    CF_GO(cf_matrix_resize(out, whole ? CF_I64 : CF_F64, m, m));
    for (cf_index a = 0; a < m; a++)
        for (cf_index b = 0; b < m; b++) {
            const cf_index at = a * out->row_stride + b * out->col_stride;
            if (whole)
                ((int64_t *)out->values)[at] = (int64_t)counts[a * m + b];
            else
                ((double *)out->values)[at] = counts[a * m + b];
        }
    if (m == 1)
        cf_run_warn(args->run, CF_WARN_DATA,
                    "A single label was found in y_true and y_pred; give labels for the confusion "
                    "matrix to have the correct shape");
cleanup:
    cf_free(counts);
    return status;
}

cf_status cf_confusion_matrix(const cf_matrix *y_true, const cf_matrix *y_pred,
                              const cf_matrix *sample_weight, const cf_metric_options *options,
                              cf_matrix *out)
{
    return cfi_metric_into(
        &(cfi_metric_args){"confusion_matrix", y_true, y_pred, sample_weight, options, NULL},
        confusion_matrix, out);
}

static double rating_distance(cf_kappa_weights kind, cf_index a, cf_index b)
{
    const double d = fabs((double)(a - b));
    switch (kind) {
    case CF_KAPPA_LINEAR:
        return d;
    case CF_KAPPA_QUADRATIC:
        return d * d;
    case CF_KAPPA_NONE:
        break;
    }
    return d > 0;
}

/* 1 - observed over expected distance of the ratings; NaN where nothing is expected. */
static cf_status kappa(const double *counts, cf_index m, cf_kappa_weights kind, double *out)
{
    cfi_total observed = {0}, expected = {0};
    const double all = sum_of(counts, m * m, 1);
    double *columns = NULL;
    CF_TRY(CF_ALLOC(columns, m));
    for (cf_index b = 0; b < m; b++)
        columns[b] = sum_of(counts + b, m, m);
    for (cf_index a = 0; all > 0 && a < m; a++) {
        const double row = sum_of(counts + a * m, m, 1);
        for (cf_index b = 0; b < m; b++) {
            const double d = rating_distance(kind, a, b);
            cfi_total_add(&observed, d * counts[a * m + b]);
            cfi_total_add(&expected, d * row * (columns[b] / all));
        }
    }
    cf_free(columns);
    const double by = cfi_total_value(expected);
    *out = by > 0 ? 1 - cfi_total_value(observed) / by : (double)NAN;
    return CF_OK;
}

cf_status cfi_cohen_kappa(const cfi_metric_args *args, double *out)
{
    double *counts = NULL;
    cf_index m = 0;
    bool weighted = false;
    cf_status status = confusion(args, &counts, &m, &weighted);
    if (status == CF_OK)
        status = kappa(counts, m, args->options->ratings, out);
    if (status == CF_OK && isnan(*out))
        cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC,
                    "y_true and y_pred have fewer than two labels in common; cohen_kappa_score is "
                    "undefined and set to nan");
    cf_free(counts);
    return status;
}

/* ---- likelihood ratios ---- */

/* c = tn, fp, fn, tp of two classes, the greater one positive. */
static cf_status binary_counts(const cfi_metric_args *args, double c[4])
{
    double *counts = NULL;
    cf_index m = 0;
    bool weighted = false;
    cf_status status = confusion(args, &counts, &m, &weighted);
    if (status == CF_OK && m != 2)
        status = cf_fail(CF_ERR_ARGUMENT, "%s: y holds %lld classes; the metric takes two",
                         args->name, (long long)m);
    if (status == CF_OK)
        memcpy(c, counts, 4 * sizeof *c);
    cf_free(counts);
    return status;
}

cf_status cfi_positive_likelihood_ratio(const cfi_metric_args *args, double *out)
{
    double c[4] = {0};
    CF_TRY(binary_counts(args, c));
    const double negatives = c[0] + c[1], positives = c[2] + c[3];
    if (c[1] == 0) {
        cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC,
                    "positive_likelihood_ratio is ill-defined and set to 1");
        *out = 1;
    } else {
        *out = positives > 0 ? c[3] * negatives / (c[1] * positives) : (double)NAN;
    }
    return CF_OK;
}

cf_status cfi_negative_likelihood_ratio(const cfi_metric_args *args, double *out)
{
    double c[4] = {0};
    CF_TRY(binary_counts(args, c));
    const double negatives = c[0] + c[1], positives = c[2] + c[3];
    if (c[0] == 0) {
        cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC,
                    "negative_likelihood_ratio is ill-defined and set to 1");
        *out = 1;
    } else {
        *out = positives > 0 ? c[2] * negatives / (c[0] * positives) : (double)NAN;
    }
    return CF_OK;
}
