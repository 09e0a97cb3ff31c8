/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Curves of two classes over all thresholds, and the areas under them. Scores are sorted once;
 * everything follows from the running weights of positives and negatives at each distinct score.
 */
#include "metrics/ranking.h"

#include "matrix/kernels.h"

#include <string.h>

/* tps and fps lie in the memory of score. */
void cfi_steps_down_clear(cfi_steps_down *s)
{
    cf_free(s->score);
    *s = (cfi_steps_down){0};
}

/* Fills tps, fps and score from rows in descending order of their score: one step for each distinct
 * score, where its last row is. Equal scores in one step: no threshold can part them. */
static void accumulate(const cfi_ranked *rows, const cf_index *order, cf_index count,
                       int32_t positive, cfi_steps_down *s)
{
    cfi_total tps = {0}, fps = {0};
    for (cf_index r = 0; r < count; r++) {
        const cf_index i = order[r];
        cfi_total_add(rows->codes[i] == positive ? &tps : &fps, cfi_weight(rows->weights, i));
        if (r + 1 < count && rows->score[order[r + 1]] == rows->score[i])
            continue;
        s->score[s->count] = rows->score[i];
        s->tps[s->count] = cfi_total_value(tps);
        s->fps[s->count] = cfi_total_value(fps);
        s->count++;
    }
}

cf_status cfi_steps_down_make(const cfi_ranked *rows, int32_t positive, cfi_steps_down *out)
{
    const cf_index n = rows->n;
    cfi_steps_down s = {0};
    double *negated = NULL;
    cf_index *order = NULL, count = 0;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(s.score, 3 * n));
    s.tps = s.score + n;
    s.fps = s.tps + n;
    CF_GO(CF_ALLOC(negated, n));
    CF_GO(CF_ALLOC(order, n));
    for (cf_index i = 0; i < n; i++)
        negated[i] = -rows->score[i];
    /* Stable, ascending in the negated scores. */
    CF_GO(cfi_argsort(negated, n, order));
    for (cf_index r = 0; r < n; r++)
        /* In place: count never passes r. */
        if (!rows->weights || rows->weights[order[r]] != 0)
            order[count++] = order[r];
    accumulate(rows, order, count, positive, &s);
    *out = s;
    s = (cfi_steps_down){0};
cleanup:
    cf_free(negated);
    cf_free(order);
    cfi_steps_down_clear(&s);
    return status;
}

/*
 * Area under the ROC curve up to a false positive rate, by trapezia, the last cut at max_fpr;
 * scaled so that chance is 0.5 and a perfect ranking 1 (McClish 1989): (1 + (area - least) / (most
 * - least)) / 2 with least = max_fpr^2 / 2 and most = max_fpr.
 */
static double partial_area(const cfi_steps_down *s, double max_fpr)
{
    const double positives = s->tps[s->count - 1], negatives = s->fps[s->count - 1];
    cfi_total area = {0};
    double x0 = 0, y0 = 0;
    for (cf_index i = 0; i < s->count; i++) {
        const double x = s->fps[i] / negatives, y = s->tps[i] / positives;
        if (x > max_fpr) {
            const double top = y0 + (y - y0) * ((max_fpr - x0) / (x - x0));
            cfi_total_add(&area, (max_fpr - x0) * (y0 + top) / 2);
            break;
        }
        cfi_total_add(&area, (x - x0) * (y0 + y) / 2);
        x0 = x;
        y0 = y;
    }
    const double least = 0.5 * max_fpr * max_fpr;
    return 0.5 * (1 + (cfi_total_value(area) - least) / (max_fpr - least));
}

void cfi_warn_one_class(cf_run *run)
{
    cf_run_warn(run, CF_WARN_UNDEFINED_METRIC,
                "Only one class is present in y_true. ROC AUC score is not defined in that case.");
}

/* Trapezia over (fps, tps) from (0, 0), divided once at the end by both totals. NaN with a warning
 * where either is 0. */
double cfi_roc_area(const cfi_metric_args *args, const cfi_steps_down *s)
{
    const double positives = s->tps[s->count - 1], negatives = s->fps[s->count - 1];
    if (positives == 0 || negatives == 0) {
        cfi_warn_one_class(args->run);
        return (double)NAN;
    }
    const double max_fpr = args->options->max_fpr;
    if (max_fpr > 0 && max_fpr < 1)
        return partial_area(s, max_fpr);
    cfi_total area = {0};
    double fps = 0, tps = 0;
    for (cf_index i = 0; i < s->count; i++) {
        cfi_total_add(&area, (s->fps[i] - fps) * (tps + s->tps[i]) / 2);
        fps = s->fps[i];
        tps = s->tps[i];
    }
    return cfi_total_value(area) / negatives / positives;
}

static void warn_no_positive(cf_run *run)
{
    cf_run_warn(run, CF_WARN_UNDEFINED_METRIC,
                "No positive class found in y_true, recall is set to one for all thresholds.");
}

/* Average precision: sum over the steps of (recall_i - recall_(i-1)) precision_i, without
 * interpolation. 0 with a warning where nothing is positive. */
double cfi_precision_recall_area(const cfi_metric_args *args, const cfi_steps_down *s)
{
    const double positives = s->tps[s->count - 1];
    if (positives == 0) {
        warn_no_positive(args->run);
        return 0;
    }
    cfi_total area = {0};
    double tps = 0;
    for (cf_index i = 0; i < s->count; i++) {
        const double all = s->tps[i] + s->fps[i];
        cfi_total_add(&area, (s->tps[i] - tps) / positives * (s->tps[i] / all));
        tps = s->tps[i];
    }
    return fmax(0, cfi_total_value(area));
}

/* The positive class of a curve: pos_label, or 1 where the labels are some of {0, 1} or {-1, 1}; -1
 * in *positive for one that does not occur. */
static cf_status positive_class(const cfi_metric_args *args, const cf_matrix *labels,
                                cf_index *positive)
{
    *positive = cfi_labels_position(labels, args->options->pos_label);
    if (args->options->pos_label)
        return CF_OK;
    bool plain = labels->rows <= 2 && cf_schema_kind(labels->schema, 0) == CF_NUMERIC;
    const double least = plain ? cf_matrix_get(labels, 0, 0) : 0;
    if (plain && labels->rows == 2)
        plain = cf_matrix_get(labels, 1, 0) == 1 && (least == 0 || least == -1);
    else if (plain)
        plain = least == 0 || least == 1 || least == -1;
    if (plain)
        return CF_OK;
    char list[256];
    cfi_labels_list(labels, list, sizeof list);
    return cf_fail(CF_ERR_ARGUMENT,
                   "%s: y_true takes value in {%s} and pos_label is not specified: either make "
                   "y_true take value in {0, 1} or {-1, 1} or pass pos_label explicitly",
                   args->name, list);
}

/*
 * The scores of the positive class, one column or one of two. A y_true of one class does not tell
 * which; by default the labels are some of {0, 1} or {-1, 1}, where the second is the positive one.
 */
static cf_status positive_scores(const cfi_metric_args *args, const cf_matrix *labels,
                                 cf_index positive, double **out)
{
    const cf_matrix *scores = args->guess;
    if (scores->cols > 2)
        return cf_fail(CF_ERR_SHAPE, "%s: y_true has two classes, y_pred has %lld columns",
                       args->name, (long long)scores->cols);
    const bool alone = labels->rows == 1;
    if (scores->cols == 2 && alone && args->options->pos_label)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: y_true holds one class, which does not tell the column of y_pred for "
                       "pos_label='%s'; labels can list both classes",
                       args->name, args->options->pos_label);
    const cf_index column = scores->cols == 1 ? 0 : alone || positive < 0 ? 1 : positive;
    return cfi_metric_column(args->name, "y_pred", scores, column, out);
}

/* The steps a curve is drawn from. */
static cf_status curve_steps(const cfi_metric_args *args, cfi_steps_down *steps)
{
    cfi_coded truth = {0};
    double *score = NULL;
    cf_index positive = 0;
    cf_status status = CF_OK;
    CF_GO(cfi_metric_check(args));
    CF_GO(cfi_coded_read(args, &truth));
    CF_GO(positive_class(args, &truth.labels, &positive));
    CF_GO(positive_scores(args, &truth.labels, positive, &score));
    CF_GO(cfi_steps_down_make(&(cfi_ranked){truth.n, truth.codes, score, truth.weights},
                              (int32_t)positive, steps));
cleanup:
    cf_free(score);
    cfi_coded_clear(&truth);
    return status;
}

/* True when step i lies in the middle of its neighbours: scikit-learn looks at second differences,
 * so a point on the line but not half-way stays. */
static bool is_on_roc_line(const cfi_steps_down *s, cf_index i)
{
    return s->fps[i + 1] - s->fps[i] == s->fps[i] - s->fps[i - 1] &&
           s->tps[i + 1] - s->tps[i] == s->tps[i] - s->tps[i - 1];
}

/* True when neither step to i nor step from i finds a positive. */
static bool is_without_gain(const cfi_steps_down *s, cf_index i)
{
    return s->tps[i] == s->tps[i - 1] && s->tps[i + 1] == s->tps[i];
}

/* Leaves out the steps `redundant` names; the first and the last always stay. All are judged before
 * any is moved. */
static cf_status thin_out(cfi_steps_down *s, bool (*redundant)(const cfi_steps_down *, cf_index))
{
    bool *drop = NULL;
    cf_index kept = 0;
    CF_TRY(CF_ALLOC_ZERO(drop, s->count));
    for (cf_index i = 1; i + 1 < s->count; i++)
        drop[i] = redundant(s, i);
    for (cf_index i = 0; i < s->count; i++) {
        if (drop[i])
            continue;
        s->score[kept] = s->score[i];
        s->tps[kept] = s->tps[i];
        s->fps[kept] = s->fps[i];
        kept++;
    }
    s->count = kept;
    cf_free(drop);
    return CF_OK;
}

/* Row i of a curve: x, y, threshold. */
static void put_point(cf_matrix *out, cf_index i, double x, double y, double threshold)
{
    double *row = (double *)out->values + i * out->row_stride;
    row[0] = x;
    row[out->col_stride] = y;
    row[2 * out->col_stride] = threshold;
}

/* Points of the ROC curve, thresholds descending: false positive rate, true positive rate,
 * threshold. The first, (0, 0), has the threshold infinity. A rate without a class is NaN. */
static void draw_roc(const cfi_metric_args *args, const cfi_steps_down *s, cf_matrix *out)
{
    const double positives = s->tps[s->count - 1], negatives = s->fps[s->count - 1];
    if (negatives == 0)
        cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC,
                    "No negative samples in y_true, false positive value should be meaningless");
    if (positives == 0)
        cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC,
                    "No positive samples in y_true, true positive value should be meaningless");
    put_point(out, 0, negatives > 0 ? 0 : (double)NAN, positives > 0 ? 0 : (double)NAN,
              (double)INFINITY);
    for (cf_index i = 0; i < s->count; i++)
        put_point(out, i + 1, negatives > 0 ? s->fps[i] / negatives : (double)NAN,
                  positives > 0 ? s->tps[i] / positives : (double)NAN, s->score[i]);
}

/* `out` (points, 3). */
static cf_status roc_curve(const cfi_metric_args *args, void *result)
{
    cf_matrix *out = result;
    cfi_steps_down steps = {0};
    cf_status status = CF_OK;
    CF_GO(curve_steps(args, &steps));
    if (!args->options->keep_intermediate)
        CF_GO(thin_out(&steps, is_on_roc_line));
    CF_GO(cf_matrix_resize(out, CF_F64, steps.count + 1, 3));
    draw_roc(args, &steps, out);
cleanup:
    cfi_steps_down_clear(&steps);
    return status;
}

cf_status cf_roc_curve(const cf_matrix *y_true, const cf_matrix *y_pred,
                       const cf_matrix *sample_weight, const cf_metric_options *options,
                       cf_matrix *out)
{
    return cfi_metric_into(
        &(cfi_metric_args){"roc_curve", y_true, y_pred, sample_weight, options, NULL}, roc_curve,
        out);
}

/*
 * Points of the precision-recall curve, thresholds ascending: precision, recall, threshold,
 * (points, 3). The end (1, 0) has none: infinity stands there. Without positives recall is 1, with
 * a warning.
 */
static cf_status precision_recall_curve(const cfi_metric_args *args, void *result)
{
    cf_matrix *out = result;
    cfi_steps_down steps = {0};
    cf_status status = CF_OK;
    CF_GO(curve_steps(args, &steps));
    if (args->options->drop_intermediate)
        CF_GO(thin_out(&steps, is_without_gain));
    const double positives = steps.tps[steps.count - 1];
    if (positives == 0)
        warn_no_positive(args->run);
    CF_GO(cf_matrix_resize(out, CF_F64, steps.count + 1, 3));
    for (cf_index i = 0; i < steps.count; i++) {
        const cf_index from = steps.count - 1 - i;
        const double hits = steps.tps[from];
        put_point(out, i, hits / (hits + steps.fps[from]), positives > 0 ? hits / positives : 1,
                  steps.score[from]);
    }
    put_point(out, steps.count, 1, 0, (double)INFINITY);
cleanup:
    cfi_steps_down_clear(&steps);
    return status;
}

cf_status cf_precision_recall_curve(const cf_matrix *y_true, const cf_matrix *y_pred,
                                    const cf_matrix *sample_weight,
                                    const cf_metric_options *options, cf_matrix *out)
{
    return cfi_metric_into(
        &(cfi_metric_args){"precision_recall_curve", y_true, y_pred, sample_weight, options, NULL},
        precision_recall_curve, out);
}

/* 1, -1 or 0 as x ascends, descends or does neither; equal neighbours fit both. */
static int direction_of(const double *x, cf_index n)
{
    bool up = false, down = false;
    for (cf_index i = 1; i < n; i++) {
        up = up || x[i] > x[i - 1];
        down = down || x[i] < x[i - 1];
    }
    return up && down ? 0 : down ? -1 : 1;
}

/* sum of (x_i - x_(i-1)) (y_i + y_(i-1)) / 2, positive where x descends too. args: truth = x, guess
 * = y. */
static cf_status area_of_points(const cfi_metric_args *args, double *out)
{
    double *x = NULL, *y = NULL;
    cfi_total area = {0};
    cf_status status = CF_OK;
    CF_GO(cfi_metric_check(args));
    const cf_index n = args->truth->rows;
    if (args->truth->cols != 1 || args->guess->cols != 1) {
        status = cf_fail(CF_ERR_SHAPE, "auc: x has %lld columns, y has %lld; both must have one",
                         (long long)args->truth->cols, (long long)args->guess->cols);
        goto cleanup;
    }
    if (n < 2) {
        status =
            cf_fail(CF_ERR_DATA, "auc: at least 2 points are needed, x has %lld", (long long)n);
        goto cleanup;
    }
    CF_GO(cfi_metric_column("auc", "x", args->truth, 0, &x));
    CF_GO(cfi_metric_column("auc", "y", args->guess, 0, &y));
    const int direction = direction_of(x, n);
    if (direction == 0) {
        status = cf_fail(CF_ERR_DATA, "auc: x is neither increasing nor decreasing");
        goto cleanup;
    }
    for (cf_index i = 1; i < n; i++)
        cfi_total_add(&area, (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2);
    *out = direction * cfi_total_value(area);
cleanup:
    cf_free(x);
    cf_free(y);
    return status;
}

cf_status cf_auc(const cf_matrix *x, const cf_matrix *y, double *out)
{
    return cfi_metric_call(&(cfi_metric_args){"auc", x, y, NULL, NULL, NULL}, area_of_points, out);
}
