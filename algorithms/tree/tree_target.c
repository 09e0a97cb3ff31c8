/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Targets and impurities. Means and variances are taken from deviations from the node's first
 * value in one pass: nodes of one value get impurity 0 and that very value, whatever its size.
 */
#include "algorithms/tree/tree_target.h"

#include <math.h>
#include <string.h>

/* Whole weights up to this total have a table of k log2 k. */
enum { LARGEST_TABLE = 1 << 20 };

void cfi_tree_target_clear(cfi_tree_target *target)
{
    if (target->owns_table)
        cf_free(target->xlogx);
    cf_free(target->code);
    cf_free(target->codes);
    cf_free(target->y);
    cf_free(target->w);
    cf_free(target->pair);
    cf_free(target->rank);
    *target = (cfi_tree_target){0};
}

static cfi_tree_kind kind_of(const cfi_tree_problem *problem)
{
    if (problem->codes)
        return problem->n_outputs == 1 && problem->n_classes[0] == 2 ? CFI_TREE_BINARY
                                                                     : CFI_TREE_CLASSES;
    if (problem->criterion == CFI_TREE_ABSOLUTE)
        return CFI_TREE_MEDIAN;
    return problem->n_outputs == 1 ? CFI_TREE_REAL : CFI_TREE_REALS;
}

/* Makes the arrays the kind needs. */
static cf_status allocate(cfi_tree_target *t, cf_index n, bool weighted)
{
    const cf_index all = n * t->n_outputs;
    const bool real = t->kind != CFI_TREE_BINARY && t->kind != CFI_TREE_CLASSES;
    cf_status status = CF_OK;
    if (t->kind == CFI_TREE_BINARY)
        CF_GO(CF_ALLOC(t->code, n));
    if (t->kind == CFI_TREE_CLASSES)
        CF_GO(CF_ALLOC(t->codes, all));
    if (real)
        CF_GO(CF_ALLOC(t->y, all));
    if (t->kind == CFI_TREE_MEDIAN)
        CF_GO(CF_ALLOC(t->rank, all));
    if (weighted)
        CF_GO(CF_ALLOC(t->w, n));
    if (weighted && (t->kind == CFI_TREE_BINARY || t->kind == CFI_TREE_REAL))
        CF_GO(CF_ALLOC(t->pair, 2 * n));
cleanup:
    if (status != CF_OK)
        cfi_tree_target_clear(t);
    return status;
}

static void make_pairs(cfi_tree_target *t, cf_index n)
{
    for (cf_index i = 0; i < n && t->pair; i++) {
        t->pair[2 * i] = t->w[i] * (t->code ? (double)t->code[i] : t->y[i]);
        t->pair[2 * i + 1] = t->w[i];
    }
}

/* A table of k log2 k when all weights are whole numbers with a moderate sum. */
static cf_status make_table(cfi_tree_target *t, cf_index n)
{
    double sum = t->w ? 0 : (double)n;
    for (cf_index i = 0; i < n && t->w; i++) {
        if (floor(t->w[i]) != t->w[i])
            return CF_OK;
        sum += t->w[i];
    }
    if (sum > LARGEST_TABLE)
        return CF_OK;
    t->table = (cf_index)sum;
    CF_TRY(CF_ALLOC(t->xlogx, t->table + 1));
    t->owns_table = true;
    t->xlogx[0] = 0;
    for (cf_index k = 1; k <= t->table; k++)
        t->xlogx[k] = (double)k * log2((double)k);
    return CF_OK;
}

cf_status cfi_tree_target_new(cfi_tree_target *target, const cfi_tree_problem *problem)
{
    const cf_index n = problem->n_rows, n_outputs = problem->n_outputs;
    cf_status status = CF_OK;
    *target = (cfi_tree_target){.kind = kind_of(problem),
                                .criterion = problem->criterion,
                                .n_outputs = n_outputs,
                                .width = n_outputs,
                                .n_classes = problem->n_classes};
    if (problem->codes) {
        target->width = 0;
        for (cf_index k = 0; k < n_outputs; k++)
            target->width += problem->n_classes[k];
    }
    CF_GO(allocate(target, n, problem->weights != NULL));
    for (cf_index i = 0; i < n && target->code; i++)
        target->code[i] = (uint8_t)problem->codes[i];
    for (cf_index k = 0, first = 0; k < n_outputs && target->codes; k++) {
        for (cf_index i = 0; i < n; i++)
            target->codes[i * n_outputs + k] = problem->codes[i * n_outputs + k] + (int32_t)first;
        first += problem->n_classes[k];
    }
    if (target->y)
        memcpy(target->y, problem->y, (size_t)(n * n_outputs) * sizeof *target->y);
    if (target->w)
        memcpy(target->w, problem->weights, (size_t)n * sizeof *target->w);
    make_pairs(target, n);
    if (target->criterion == CFI_TREE_ENTROPY)
        CF_GO(make_table(target, n));
cleanup:
    if (status != CF_OK)
        cfi_tree_target_clear(target);
    return status;
}

cf_status cfi_tree_target_part(cfi_tree_target *target, const cfi_tree_target *whole,
                               const uint32_t *ids, cf_index n)
{
    const cf_index n_outputs = whole->n_outputs;
    *target = (cfi_tree_target){.kind = whole->kind,
                                .criterion = whole->criterion,
                                .n_outputs = n_outputs,
                                .width = whole->width,
                                .n_classes = whole->n_classes,
                                .xlogx = whole->xlogx,
                                .table = whole->table};
    CF_TRY(allocate(target, n, whole->w != NULL));
    for (cf_index i = 0; i < n && target->code; i++)
        target->code[i] = whole->code[ids[i]];
    for (cf_index i = 0; i < n && target->codes; i++)
        for (cf_index k = 0; k < n_outputs; k++)
            target->codes[i * n_outputs + k] = whole->codes[ids[i] * n_outputs + k];
    for (cf_index i = 0; i < n && target->y; i++)
        for (cf_index k = 0; k < n_outputs; k++)
            target->y[i * n_outputs + k] = whole->y[ids[i] * n_outputs + k];
    for (cf_index i = 0; i < n && target->rank; i++)
        for (cf_index k = 0; k < n_outputs; k++)
            target->rank[i * n_outputs + k] = whole->rank[ids[i] * n_outputs + k];
    for (cf_index i = 0; i < n && target->w; i++)
        target->w[i] = whole->w[ids[i]];
    make_pairs(target, n);
    return CF_OK;
}

double cfi_tree_xlogx(const cfi_tree_target *target, double k)
{
    if (target->xlogx)
        return target->xlogx[(cf_index)k];
    return k > 0 ? k * log2(k) : 0;
}

/* ---- classes ---- */

double cfi_tree_class_impurity(const cfi_tree_target *target, const double *totals, double weight)
{
    double impurity = 0;
    for (cf_index k = 0; k < target->n_outputs; k++) {
        double sum = 0;
        for (cf_index c = 0; c < target->n_classes[k]; c++) {
            const double share = totals[c] / weight;
            if (target->criterion == CFI_TREE_GINI)
                sum += totals[c] * totals[c];
            else if (share > 0)
                impurity -= share * log2(share);
        }
        if (target->criterion == CFI_TREE_GINI)
            impurity += 1 - sum / (weight * weight);
        totals += target->n_classes[k];
    }
    impurity /= (double)target->n_outputs;
    return impurity > 0 ? impurity : 0;
}

static void count_classes(const cfi_tree_target *t, const uint32_t *ids, cf_index n,
                          cfi_tree_stats *stats)
{
    double *totals = stats->totals;
    memset(totals, 0, (size_t)t->width * sizeof *totals);
    if (t->code && !t->w) {
        cf_index ones = 0;
        for (cf_index i = 0; i < n; i++)
            ones += t->code[ids[i]];
        totals[0] = (double)(n - ones);
        totals[1] = (double)ones;
    } else if (t->code) {
        for (cf_index i = 0; i < n; i++)
            totals[t->code[ids[i]]] += t->w[ids[i]];
    } else {
        for (cf_index i = 0; i < n; i++)
            for (cf_index k = 0; k < t->n_outputs; k++)
                totals[t->codes[ids[i] * t->n_outputs + k]] += t->w ? t->w[ids[i]] : 1;
    }
    double weight = 0; /* from the first output's classes: pure nodes come out pure */
    for (cf_index c = 0; c < t->n_classes[0]; c++)
        weight += totals[c];
    stats->weight = weight;
    stats->impurity = cfi_tree_class_impurity(t, totals, weight);
}

/* ---- means ---- */

/* Mean of output k, and the mean square deviation from it. */
static double mean_and_variance(const cfi_tree_target *t, const uint32_t *ids, cf_index n,
                                cf_index k, cfi_tree_stats *stats)
{
    const cf_index stride = t->n_outputs;
    const double *y = t->y + k;
    const double first = y[ids[0] * stride];
    double weight = 0, sum = 0, squares = 0;
    for (cf_index i = 0; i < n; i++) {
        const double deviation = y[ids[i] * stride] - first;
        const double w = t->w ? t->w[ids[i]] : 1;
        weight += w;
        sum += w * deviation;
        squares += w * deviation * deviation;
    }
    const double shift = sum / weight;
    const double variance = squares / weight - shift * shift;
    stats->weight = weight;
    stats->totals[k] = first + shift;
    return variance > 0 ? variance : 0;
}

/* Mean of y log(y / mean) of output k: half the Poisson deviance. */
static double poisson_deviance(const cfi_tree_target *t, const uint32_t *ids, cf_index n,
                               cf_index k, const cfi_tree_stats *stats)
{
    const double mean = stats->totals[k];
    double sum = 0;
    for (cf_index i = 0; i < n && mean > 0; i++) {
        const double y = t->y[ids[i] * t->n_outputs + k];
        if (y > 0)
            sum += (t->w ? t->w[ids[i]] : 1) * y * log(y / mean);
    }
    return sum > 0 ? sum / stats->weight : 0;
}

/* ---- medians ---- */

/*
 * The weighted median of output k over ids in ascending order of y, the middle of two where the
 * weights below and above are equal; returns the mean absolute deviation. Sets the ranks.
 */
static double median_and_deviation(const cfi_tree_target *t, const uint32_t *order, cf_index n,
                                   cf_index k, cfi_tree_stats *stats)
{
    const cf_index stride = t->n_outputs;
    const double *y = t->y + k;
    double weight = 0, below = 0, deviation = 0;
    for (cf_index i = 0; i < n; i++) {
        t->rank[order[i] * stride + k] = (uint32_t)i;
        weight += t->w ? t->w[order[i]] : 1;
    }
    cf_index middle = 0;
    for (; middle < n - 1; middle++) {
        below += t->w ? t->w[order[middle]] : 1;
        if (below >= 0.5 * weight)
            break;
    }
    double median = y[order[middle] * stride];
    if (below == 0.5 * weight && middle < n - 1)
        median = 0.5 * median + 0.5 * y[order[middle + 1] * stride];
    for (cf_index i = 0; i < n; i++)
        deviation += (t->w ? t->w[order[i]] : 1) * fabs(y[order[i] * stride] - median);
    stats->weight = weight;
    stats->totals[k] = median;
    return deviation / weight;
}

void cfi_tree_measure(const cfi_tree_target *target, const uint32_t *ids, cf_index n,
                      const uint32_t *order, cf_index stride, cfi_tree_stats *stats)
{
    if (target->kind == CFI_TREE_BINARY || target->kind == CFI_TREE_CLASSES) {
        count_classes(target, ids, n, stats);
        return;
    }
    double impurity = 0;
    for (cf_index k = 0; k < target->n_outputs; k++) {
        if (target->kind == CFI_TREE_MEDIAN) {
            impurity += median_and_deviation(target, order + k * stride, n, k, stats);
            continue;
        }
        const double variance = mean_and_variance(target, ids, n, k, stats);
        impurity += target->criterion == CFI_TREE_POISSON
                        ? poisson_deviance(target, ids, n, k, stats)
                        : variance;
    }
    stats->impurity = impurity / (double)target->n_outputs;
}

void cfi_tree_predicted(const cfi_tree_target *target, const cfi_tree_stats *stats, double *value)
{
    const bool classes = target->kind == CFI_TREE_BINARY || target->kind == CFI_TREE_CLASSES;
    for (cf_index k = 0; k < target->width; k++)
        value[k] = classes ? stats->totals[k] / stats->weight : stats->totals[k];
}
