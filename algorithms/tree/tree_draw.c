/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random splits without sorted lists (P. Geurts, D. Ernst, L. Wehenkel 2006,
 * doi:10.1007/s10994-006-6226-1): one pass over the node's rows finds the range of every drawn
 * feature, a second one adds up what lies left of the thresholds.
 */
#include "algorithms/tree/tree_split.h"

#include <math.h>
#include <string.h>

/* One feature while it is drawn. `parts` of all follow each other behind the array. */
typedef struct drawn {
    double low, high, threshold, weight;
    uint32_t list, feature, missing, count;
    bool missing_left;
} drawn;

/* The rows' values, whatever their type. */
typedef struct rows {
    const cf_matrix *X;
    const uint32_t *row_of, *ids;
} rows;

static inline double value_at(const rows *r, uint32_t i, uint32_t feature)
{
    const uint32_t id = r->ids[i];
    const cf_index row = r->row_of ? r->row_of[id] : id;
    const cf_index at = row * r->X->row_stride + feature;
    return r->X->dtype == CF_F32 ? (double)((const float *)r->X->values)[at]
                                 : ((const double *)r->X->values)[at];
}

static void find_ranges(const rows *r, uint32_t n, drawn *features, cf_index count)
{
    for (cf_index k = 0; k < count; k++) {
        features[k].low = HUGE_VAL;
        features[k].high = -HUGE_VAL;
        features[k].missing = 0;
    }
    for (uint32_t i = 0; i < n; i++)
        for (cf_index k = 0; k < count; k++) {
            const double x = value_at(r, i, features[k].feature);
            features[k].low = x < features[k].low ? x : features[k].low;
            features[k].high = x > features[k].high ? x : features[k].high;
            features[k].missing += x != x;
        }
}

/* Weights of the classes or sums of the outputs of one more row. */
static void add_row(const cfi_tree_target *target, uint32_t id, drawn *d, double *parts)
{
    const double w = target->w ? target->w[id] : 1;
    d->count++;
    d->weight += w;
    for (cf_index k = 0; k < target->n_outputs; k++) {
        if (target->code)
            parts[target->code[id]] += w;
        else if (target->codes)
            parts[target->codes[id * target->n_outputs + k]] += w;
        else
            parts[k] += w * target->y[id * target->n_outputs + k];
    }
}

static void draw_threshold(uint64_t key, uint32_t n, drawn *d, cfi_tree_found *found)
{
    found->split.gain = -HUGE_VAL;
    found->split.feature = d->feature;
    found->constant = d->missing == n || (d->missing == 0 && d->low == d->high);
    const double u = cfi_tree_uniform(key, d->feature);
    const double threshold = d->low * (1 - u) + d->high * u;
    d->threshold = threshold < d->high && threshold >= d->low ? threshold : d->low;
    d->missing_left = cfi_tree_coin(key, d->feature);
    d->count = 0;
    d->weight = 0;
}

void cfi_tree_draw_splits(const cfi_tree_space *space, const cfi_tree_growing *node,
                          cfi_tree_search *search, cf_index begin, cf_index end,
                          cfi_tree_found *found)
{
    const cfi_tree_target *target = &space->target;
    const int8_t *directions = space->options->directions;
    const size_t width = (size_t)target->width;
    const rows r = {space->data->X, space->row_of, space->ids + node->begin};
    const uint32_t n = node->end - node->begin;
    drawn *features = search->scratch;
    cf_index count = 0;
    for (cf_index i = begin; i < end; i++)
        if (found[i].wanted)
            features[count++] = (drawn){.list = (uint32_t)i, .feature = node->lists[i].feature};
    double *parts = (double *)(void *)(features + count);
    memset(parts, 0, (size_t)count * width * sizeof *parts);
    find_ranges(&r, n, features, count);
    for (cf_index k = 0; k < count; k++)
        draw_threshold(node->key, n, &features[k], &found[features[k].list]);
    for (uint32_t i = 0; i < n; i++)
        for (cf_index k = 0; k < count; k++) {
            const double x = value_at(&r, i, features[k].feature);
            if (x <= features[k].threshold || (x != x && features[k].missing_left))
                add_row(target, r.ids[i], &features[k], parts + (size_t)k * width);
        }
    for (cf_index k = 0; k < count; k++) {
        cfi_tree_found *f = &found[features[k].list];
        if (f->constant)
            continue;
        search->direction = directions ? directions[features[k].feature] : 0;
        f->split.threshold = features[k].threshold;
        f->split.missing_left = features[k].missing_left;
        f->split.gain =
            cfi_tree_gain(search, features[k].count, features[k].weight, parts + (size_t)k * width);
    }
}
