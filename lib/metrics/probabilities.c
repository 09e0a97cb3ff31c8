/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Losses of predicted probabilities: log loss, Brier score, and their share of the loss of a model
 * that predicts the class shares (D2).
 */
#include "base/text.h"
#include "estimator/input.h"
#include "metrics/indicator.h"

#include <float.h>

/* Truth as codes, and the probabilities of every class in rows; zero-initialised = empty. */
typedef struct predicted {
    cfi_coded truth; /* of indicator matrices only n and weights */
    uint8_t *ones;   /* (n, k) an indicator matrix instead of codes; NULL = none */
    cf_index k;      /* columns of p: 2 for a single column */
    double *p;       /* (n, k) */
    double epsilon;  /* of the dtype of y_pred */
} predicted;

static void predicted_clear(predicted *d)
{
    cf_free(d->p);
    cf_free(d->ones);
    cfi_coded_clear(&d->truth);
}

/* Words the refusal of a value that is no probability. */
static cf_status fail_range(const cfi_metric_args *args, double value, cf_index row)
{
    char text[CFI_NUMBER_SIZE];
    cfi_format_real(value, text);
    if (isnan(value))
        return cf_fail(CF_ERR_DATA, "%s: y_pred contains NaN at row %lld", args->name,
                       (long long)row);
    return cf_fail(CF_ERR_DATA, "%s: y_pred contains values %s: %s at row %lld", args->name,
                   value > 1 ? "greater than 1" : "lower than 0", text, (long long)row);
}

/*
 * p = y_pred with a column for every class: one column is the probability of the second class, the
 * first gets the rest. Each value must lie in [0, 1]; a row that does not sum to 1 only warns, as
 * in scikit-learn, and is not scaled.
 */
static cf_status read_probabilities(const cfi_metric_args *args, predicted *d)
{
    const cf_matrix *guess = args->guess;
    const cf_index n = guess->rows;
    bool sums = true;
    d->k = guess->cols == 1 ? 2 : guess->cols;
    d->epsilon = guess->dtype == CF_F32 ? (double)FLT_EPSILON : DBL_EPSILON;
    CF_TRY(CF_ALLOC(d->p, n * d->k));
    for (cf_index i = 0; i < n; i++) {
        double *row = d->p + i * d->k, sum = 0;
        for (cf_index j = 0; j < guess->cols; j++) {
            const double value = cf_matrix_get(guess, i, j);
            if (!(value >= 0 && value <= 1))
                return fail_range(args, value, i);
            row[guess->cols == 1 ? 1 : j] = value;
            sum += value;
        }
        if (guess->cols == 1)
            row[0] = 1 - row[1];
        else
            sums = sums && fabs(sum - 1) <= sqrt(d->epsilon);
    }
    if (!sums)
        cf_run_warn(args->run, CF_WARN_DATA,
                    "The y_pred values do not sum to one. Make sure to pass probabilities.");
    return CF_OK;
}

/* As many classes as columns, two at least. */
static cf_status check_classes(const cfi_metric_args *args, const predicted *d)
{
    if (d->truth.k == 1)
        return cf_fail(CF_ERR_DATA,
                       "%s: y_true contains only one label; provide all expected labels through "
                       "the labels argument",
                       args->name);
    if (d->truth.k != d->k)
        return cf_fail(CF_ERR_SHAPE,
                       "%s: y_true and y_pred contain different number of classes: %lld vs %lld; "
                       "labels can list the classes",
                       args->name, (long long)d->truth.k, (long long)d->k);
    return CF_OK;
}

/* The truth as an indicator matrix, a column for each of y_pred. */
static cf_status read_indicators(const cfi_metric_args *args, predicted *d)
{
    const cf_matrix *truth = args->truth;
    if (truth->cols != args->guess->cols)
        return cf_fail(CF_ERR_SHAPE,
                       "%s: y_true and y_pred contain different number of classes: %lld vs %lld",
                       args->name, (long long)truth->cols, (long long)args->guess->cols);
    if (args->options->labels)
        return cf_fail(CF_ERR_ARGUMENT, "%s: labels are not for an indicator matrix", args->name);
    d->truth.n = truth->rows;
    if (args->weights)
        CF_TRY(cfi_check_weights(args->name, args->weights, truth->rows, &d->truth.weights));
    CF_TRY(cfi_indicator_read(args, "y_true", truth, &d->ones));
    return read_probabilities(args, d);
}

/* On failure `d` may be filled in part: predicted_clear releases it. */
static cf_status read_input(const cfi_metric_args *args, predicted *d)
{
    CF_TRY(cfi_metric_check(args));
    if (args->truth->cols > 1)
        return read_indicators(args, d);
    CF_TRY(cfi_coded_read(args, &d->truth));
    CF_TRY(read_probabilities(args, d));
    return check_classes(args, d);
}

/* True when class j is one of row i's. */
static bool holds(const predicted *d, cf_index i, cf_index j)
{
    return d->ones ? d->ones[i * d->k + j] : d->truth.codes[i] == j;
}

/* The loss of row i under probabilities p. */
typedef double (*row_loss_fn)(const predicted *d, cf_index i, const double *p);

/* -log p, p clipped to [epsilon, 1 - epsilon] of y_pred's dtype: a certain miss costs some 36 nats
 * in float64, not infinity. */
static double minus_log(const predicted *d, double p)
{
    return -log(fmin(fmax(p, d->epsilon), 1 - d->epsilon));
}

static double row_log_loss(const predicted *d, cf_index i, const double *p)
{
    if (!d->ones)
        return minus_log(d, p[d->truth.codes[i]]);
    double sum = 0;
    for (cf_index j = 0; j < d->k; j++)
        sum += holds(d, i, j) ? minus_log(d, p[j]) : 0;
    return sum;
}

/* sum over the classes of (1 or 0 - p)^2; in [0, 2] where a row has one class. */
static double row_brier(const predicted *d, cf_index i, const double *p)
{
    double sum = 0;
    for (cf_index j = 0; j < d->k; j++) {
        const double off = holds(d, i, j) - p[j];
        sum += off * off;
    }
    return sum;
}

/* Weighted mean of the loss over all rows. `stride` 0: the same probabilities for every row. */
static double mean_loss(const predicted *d, const double *p, cf_index stride, row_loss_fn loss)
{
    cfi_total sum = {0};
    for (cf_index i = 0; i < d->truth.n; i++)
        cfi_total_add(&sum, cfi_weight(d->truth.weights, i) * loss(d, i, p + i * stride));
    return cfi_total_value(sum) / cfi_weight_total(d->truth.weights, d->truth.n);
}

/* Share of the weights in each class. */
static cf_status class_shares(const predicted *d, double *shares)
{
    cfi_total *sums = NULL;
    CF_TRY(CF_ALLOC_ZERO(sums, d->k));
    for (cf_index i = 0; i < d->truth.n; i++) {
        const double w = cfi_weight(d->truth.weights, i);
        if (!d->ones)
            cfi_total_add(&sums[d->truth.codes[i]], w);
        for (cf_index c = 0; d->ones && c < d->k; c++)
            if (holds(d, i, c))
                cfi_total_add(&sums[c], w);
    }
    const double total = cfi_weight_total(d->truth.weights, d->truth.n);
    for (cf_index c = 0; c < d->k; c++)
        shares[c] = cfi_total_value(sums[c]) / total;
    cf_free(sums);
    return CF_OK;
}

/* 1 - loss / loss of the class shares. Where all weight is in one class the Brier score of the
 * shares is 0: -infinity or NaN, as the division gives it. */
static cf_status share_of_null(const predicted *d, row_loss_fn loss, double *out)
{
    double *shares = NULL;
    CF_TRY(CF_ALLOC(shares, d->k));
    const cf_status status = class_shares(d, shares);
    if (status == CF_OK)
        *out = 1 - mean_loss(d, d->p, d->k, loss) / mean_loss(d, shares, 0, loss);
    cf_free(shares);
    return status;
}

/* D2 needs two rows: NaN with a warning for less. */
static bool is_too_short(const cfi_metric_args *args, double *out)
{
    if (!args->truth || args->truth->rows != 1)
        return false;
    cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC,
                "D^2 score is not well-defined with less than two samples.");
    *out = (double)NAN;
    return true;
}

cf_status cfi_log_loss(const cfi_metric_args *args, double *out)
{
    predicted d = {0};
    const cf_status status = read_input(args, &d);
    if (status == CF_OK)
        *out = mean_loss(&d, d.p, d.k, row_log_loss);
    predicted_clear(&d);
    return status;
}

cf_status cfi_d2_log_loss(const cfi_metric_args *args, double *out)
{
    if (is_too_short(args, out))
        return CF_OK;
    predicted d = {0};
    cf_status status = read_input(args, &d);
    if (status == CF_OK)
        status = share_of_null(&d, row_log_loss, out);
    predicted_clear(&d);
    return status;
}

/* The positive class of a single column: pos_label, else 1 among {0, 1} or {-1, 1}, else the
 * greater of two numbers. */
static cf_status positive_of(const cfi_metric_args *args, const cf_matrix *labels,
                             cf_index *positive)
{
    const char *given = args->options->pos_label;
    if (labels->rows > 2)
        return cf_fail(CF_ERR_DATA,
                       "%s: y_true has %lld classes but should be binary according to the shape "
                       "of y_pred",
                       args->name, (long long)labels->rows);
    *positive = cfi_labels_position(labels, given);
    if (given)
        return CF_OK;
    if (cf_schema_kind(labels->schema, 0) != CF_NUMERIC)
        return cf_fail(CF_ERR_ARGUMENT, "%s: y_true holds texts and pos_label is not specified",
                       args->name);
    const double only = cf_matrix_get(labels, 0, 0);
    if (labels->rows == 2)
        *positive = 1;
    else
        *positive = only == 0 || only == -1 ? -1 : 0;
    return CF_OK;
}

/* One column of probabilities of the positive class: codes become 0 and 1. A class of y_true may be
 * missing, which read_input refuses. */
static cf_status read_single(const cfi_metric_args *args, predicted *d)
{
    cf_index positive = 0;
    CF_TRY(cfi_coded_read(args, &d->truth));
    CF_TRY(positive_of(args, &d->truth.labels, &positive));
    for (cf_index i = 0; i < d->truth.n; i++)
        d->truth.codes[i] = d->truth.codes[i] == positive;
    return read_probabilities(args, d);
}

static cf_status read_brier(const cfi_metric_args *args, predicted *d)
{
    CF_TRY(cfi_metric_check(args));
    return args->guess->cols == 1 ? read_single(args, d) : read_input(args, d);
}

/* Halved for two classes, whose both columns hold the same error: then it is the mean
 * of (y - p)^2. */
cf_status cfi_brier_score_loss(const cfi_metric_args *args, double *out)
{
    predicted d = {0};
    const cf_status status = read_brier(args, &d);
    if (status == CF_OK)
        *out = (d.k < 3 ? 0.5 : 1.0) * mean_loss(&d, d.p, d.k, row_brier);
    predicted_clear(&d);
    return status;
}

cf_status cfi_d2_brier_score(const cfi_metric_args *args, double *out)
{
    if (is_too_short(args, out))
        return CF_OK;
    predicted d = {0};
    cf_status status = read_brier(args, &d);
    if (status == CF_OK)
        /* The half of two classes would cancel. */
        status = share_of_null(&d, row_brier, out);
    predicted_clear(&d);
    return status;
}
