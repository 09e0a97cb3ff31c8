/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One pass over a feature's list keeps the statistics of the left side and stores them where the
 * value changes; blocks of them are then scored by loops without branches. With t the left side's
 * sum of deviations from the node's mean, squared error and the Gini index of two classes fall by
 * t^2 W / (w (W - w)): a single division, and no cancellation of large squares.
 *
 * Rows with missing values are tried on both sides. Rows left out of the list (zeros) enter as one
 * group whose statistics are the node's minus everybody else's.
 */
#include "algorithms/tree/tree_search.h"

#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 256, FEW = 32, FROM_PLACES = -2 };

/* Statistics of the left side at the places where it may end. */
typedef struct block {
    uint32_t count;
    int32_t first;       /* at[k] is to be first + k; or FROM_PLACES: `at` is stored */
    int32_t at[BLOCK];   /* the last entry on the left; -1: none */
    int32_t ones[BLOCK]; /* BINARY without weights */
    double s[BLOCK], r[BLOCK], w[BLOCK];
    double gain[BLOCK];
} block;

/* The left side while entries are added. */
typedef struct left_side {
    uint32_t ones;
    double s, w;     /* weighted sum and weight */
    double a, b;     /* CLASSES: a sum over classes for the left, for the right side */
    double *parts;   /* CLASSES, REALS: (width) */
    cf_index before; /* rows that are not entries of the run being read */
} left_side;

size_t cfi_tree_scratch_size(const cfi_tree_target *target, cf_index n)
{
    if (target->kind == CFI_TREE_MEDIAN)
        return (size_t)(n + 2) * (7 * sizeof(double) + 3 * sizeof(uint32_t) + 1);
    return (size_t)target->width * sizeof(double);
}

/* ---- lists ---- */

/* The first entry in [begin, end) for which `flag` is `set`; entries without it come first. */
static uint32_t first_with(const uint32_t *entries, uint32_t begin, uint32_t end, uint32_t flag,
                           bool set)
{
    while (begin < end) {
        const uint32_t middle = begin + (end - begin) / 2;
        if (((entries[middle] & flag) != 0) == set)
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

uint32_t cfi_tree_first_missing(const cfi_tree_search *search)
{
    if ((search->traits & CFI_TREE_HAS_MISSING) == 0)
        return search->count;
    return first_with(search->entries, 0, search->count, CFI_TREE_MISSING, true);
}

uint32_t cfi_tree_first_positive(const cfi_tree_search *search, uint32_t end)
{
    return first_with(search->entries, 0, end, CFI_TREE_NEGATIVE, false);
}

/* ---- adding entries ---- */

/* Adds entries [from, to), at most BLOCK, and stores the side after each that the next exceeds. */
#define ADD_ENTRIES(update, store)                                                                 \
    do {                                                                                           \
        uint32_t k = b->count;                                                                     \
        for (uint32_t i = from; i < to; i++) {                                                     \
            const size_t id = e[i] & CFI_TREE_ROW;                                                 \
            update;                                                                                \
            store;                                                                                 \
            b->at[k] = (int32_t)i;                                                                 \
            k += e[i + 1] >> 31;                                                                   \
        }                                                                                          \
        b->count = k;                                                                              \
    } while (0)

/*
 * The same where all values differ: every entry ends a side, which leaves a plain running sum.
 * Sides are counted, not weighed, so that their places need not be stored.
 */
#define ADD_DISTINCT(update, store)                                                                \
    do {                                                                                           \
        b->first = (int32_t)from;                                                                  \
        for (uint32_t i = from; i < to; i++) {                                                     \
            const size_t id = e[i] & CFI_TREE_ROW;                                                 \
            const uint32_t k = i - from;                                                           \
            update;                                                                                \
            store;                                                                                 \
        }                                                                                          \
        b->count = to - from;                                                                      \
    } while (0)

static void add_binary(const cfi_tree_search *search, left_side *left, block *b, uint32_t from,
                       uint32_t to)
{
    const uint32_t *e = search->entries;
    const uint8_t *code = search->target->code;
    uint32_t ones = left->ones;
    if (b->first == FROM_PLACES)
        ADD_ENTRIES(ones += code[id], b->ones[k] = (int32_t)ones);
    else
        ADD_DISTINCT(ones += code[id], b->ones[k] = (int32_t)ones);
    left->ones = ones;
}

static void add_real(const cfi_tree_search *search, left_side *left, block *b, uint32_t from,
                     uint32_t to)
{
    const uint32_t *e = search->entries;
    const double *y = search->target->y;
    double s = left->s;
    if (b->first == FROM_PLACES)
        ADD_ENTRIES(s += y[id], b->s[k] = s);
    else
        ADD_DISTINCT(s += y[id], b->s[k] = s);
    left->s = s;
}

static void add_weighted(const cfi_tree_search *search, left_side *left, block *b, uint32_t from,
                         uint32_t to)
{
    const uint32_t *e = search->entries;
    const double *pair = search->target->pair;
    double s = left->s, w = left->w;
    ADD_ENTRIES((s += pair[2 * id], w += pair[2 * id + 1]), (b->s[k] = s, b->w[k] = w));
    left->s = s;
    left->w = w;
}

/* Moves weight w of class c to the left: sums of squares of both sides follow. */
static inline void move_gini(left_side *left, const double *totals, int32_t c, double w)
{
    const double before = left->parts[c];
    left->parts[c] = before + w;
    left->a += w * (2 * before + w);
    left->b -= w * (2 * (totals[c] - before) - w);
}

/* The same for sums of x log x. */
static inline void move_entropy(const cfi_tree_target *target, left_side *left,
                                const double *totals, int32_t c, double w)
{
    const double before = left->parts[c], rest = totals[c] - before;
    left->parts[c] = before + w;
    left->a += cfi_tree_xlogx(target, before + w) - cfi_tree_xlogx(target, before);
    left->b += cfi_tree_xlogx(target, rest - w) - cfi_tree_xlogx(target, rest);
}

static inline void move_classes(const cfi_tree_search *search, left_side *left, size_t id,
                                cf_index n_outputs)
{
    const cfi_tree_target *target = search->target;
    const double *totals = search->node->totals;
    const double w = target->w ? target->w[id] : 1;
    const int32_t *codes = target->codes + (cf_index)id * n_outputs;
    for (cf_index k = 0; k < n_outputs; k++) {
        if (target->criterion == CFI_TREE_GINI)
            move_gini(left, totals, codes[k], w);
        else
            move_entropy(target, left, totals, codes[k], w);
    }
    left->w += w;
}

static void add_classes(const cfi_tree_search *search, left_side *left, block *b, uint32_t from,
                        uint32_t to)
{
    const uint32_t *e = search->entries;
    const cf_index n_outputs = search->target->n_outputs;
    left_side l = *left;
    if (n_outputs == 1)
        ADD_ENTRIES(move_classes(search, &l, id, 1), (b->s[k] = l.a, b->r[k] = l.b, b->w[k] = l.w));
    else
        ADD_ENTRIES(move_classes(search, &l, id, n_outputs),
                    (b->s[k] = l.a, b->r[k] = l.b, b->w[k] = l.w));
    *left = l;
}

/*
 * x log(x / w) of a side with sum x and weight w; NaN where x is nothing but the rounding error of
 * the node's sum: Poisson's deviance allows no side without events.
 */
static inline double poisson_part(double x, double w, double sum)
{
    return x > 1e-14 * sum ? x * log(x / w) : (double)NAN;
}

/* The decrease of the deviance from a side with sum s and weight w on the left. */
static inline double poisson_gain(const cfi_tree_stats *node, cf_index output, double s, double w)
{
    const double mean = node->totals[output], sum = mean * node->weight;
    return poisson_part(s, w, sum) + poisson_part(sum - s, node->weight - w, sum) - sum * log(mean);
}

/* Several outputs: sum of t^2, or of Poisson's gains. */
static double outputs_part(const cfi_tree_search *search, const left_side *left)
{
    const cfi_tree_target *target = search->target;
    double sum = 0;
    for (cf_index k = 0; k < target->n_outputs; k++) {
        const double s = left->parts[k], t = s - search->node->totals[k] * left->w;
        sum += target->criterion == CFI_TREE_SQUARED ? t * t
                                                     : poisson_gain(search->node, k, s, left->w);
    }
    return sum;
}

static void add_reals(const cfi_tree_search *search, left_side *left, block *b, uint32_t from,
                      uint32_t to)
{
    const uint32_t *e = search->entries;
    const cfi_tree_target *target = search->target;
    const cf_index n_outputs = target->n_outputs;
    uint32_t k = b->count;
    for (uint32_t i = from; i < to; i++) {
        const cf_index id = e[i] & CFI_TREE_ROW;
        const double w = target->w ? target->w[id] : 1;
        for (cf_index j = 0; j < n_outputs; j++)
            left->parts[j] += w * target->y[id * n_outputs + j];
        left->w += w;
        b->s[k] = outputs_part(search, left);
        b->w[k] = left->w;
        b->at[k] = (int32_t)i;
        k += e[i + 1] >> 31;
    }
    b->count = k;
}

static void add_entries(const cfi_tree_search *search, left_side *left, block *b, uint32_t from,
                        uint32_t to)
{
    switch (search->target->kind) {
    case CFI_TREE_BINARY:
    case CFI_TREE_REAL:
        if (search->target->pair)
            add_weighted(search, left, b, from, to);
        else if (search->target->kind == CFI_TREE_BINARY)
            add_binary(search, left, b, from, to);
        else
            add_real(search, left, b, from, to);
        break;
    case CFI_TREE_CLASSES:
        add_classes(search, left, b, from, to);
        break;
    case CFI_TREE_REALS:
        add_reals(search, left, b, from, to);
        break;
    case CFI_TREE_MEDIAN: /* has a search of its own */
        break;
    }
}

/* ---- the left side as a whole ---- */

/* The sums over classes that belong to `parts`. */
static void sum_classes(const cfi_tree_search *search, left_side *left)
{
    const cfi_tree_target *target = search->target;
    left->a = left->b = 0;
    for (cf_index c = 0; c < target->width; c++) {
        const double l = left->parts[c], r = search->node->totals[c] - l;
        const bool gini = target->criterion == CFI_TREE_GINI;
        left->a += gini ? l * l : cfi_tree_xlogx(target, l);
        left->b += gini ? r * r : cfi_tree_xlogx(target, r);
    }
}

/* An empty left side. */
static void empty_side(const cfi_tree_search *search, left_side *left)
{
    const cf_index width = search->target->width;
    *left = (left_side){.parts = search->scratch};
    memset(left->parts, 0, (size_t)width * sizeof *left->parts);
    if (search->target->kind == CFI_TREE_CLASSES)
        sum_classes(search, left);
}

/* Adds entries that cannot end the left side. */
static void add_all(const cfi_tree_search *search, left_side *left, uint32_t from, uint32_t to)
{
    block ignored;
    ignored.first = FROM_PLACES;
    for (uint32_t end; from < to; from = end) {
        end = to - from < BLOCK ? to : from + BLOCK;
        ignored.count = 0;
        add_entries(search, left, &ignored, from, end);
    }
}

/* The node without this side. */
static void complement_side(const cfi_tree_search *search, left_side *left)
{
    const cfi_tree_target *target = search->target;
    const cfi_tree_stats *node = search->node;
    const bool classes = target->kind == CFI_TREE_CLASSES;
    if (target->kind == CFI_TREE_BINARY) {
        left->ones = (uint32_t)node->totals[1] - left->ones;
        left->s = node->totals[1] - left->s;
    } else if (target->kind == CFI_TREE_REAL) {
        left->s = node->totals[0] * node->weight - left->s;
    } else {
        for (cf_index k = 0; k < target->width; k++)
            left->parts[k] = node->totals[k] * (classes ? 1 : node->weight) - left->parts[k];
    }
    left->w = node->weight - left->w;
    if (classes)
        sum_classes(search, left);
}

/* ---- gains ---- */

/* No gain where a side has no weight: 0 / 0 must not win. */
#define NO_GAIN (-HUGE_VAL)

/* Places, weights and sums of sides that are counted, not weighed; `before` rows are no entries. */
CF_CLONES static void counts_to_reals(block *b, int32_t before, bool ones)
{
    for (uint32_t k = 0; k < b->count && b->first != FROM_PLACES; k++)
        b->at[k] = b->first + (int32_t)k;
    for (uint32_t k = 0; k < b->count; k++)
        b->w[k] = (double)(b->at[k] + 1 + before);
    for (uint32_t k = 0; k < b->count && ones; k++)
        b->s[k] = b->ones[k];
}

/* gain = scale t^2 / (w (W - w)) with t = p s - q w. */
CF_CLONES static void gain_of_squares(block *b, double p, double q, double scale, double weight)
{
    for (uint32_t k = 0; k < b->count; k++) {
        const double w = b->w[k], rest = weight - w, t = p * b->s[k] - q * w;
        const double gain = t * t * scale / (w * rest);
        b->gain[k] = w > 0 && rest > 0 ? gain : NO_GAIN;
    }
}

/* gain = (s scale) / (w (W - w)). */
CF_CLONES static void gain_of_outputs(block *b, double scale, double weight)
{
    for (uint32_t k = 0; k < b->count; k++) {
        const double w = b->w[k], rest = weight - w;
        const double gain = b->s[k] * scale / (w * rest);
        b->gain[k] = w > 0 && rest > 0 ? gain : NO_GAIN;
    }
}

/* gain = (s / w + r / (W - w) - base) scale. */
CF_CLONES static void gain_of_gini(block *b, double base, double scale, double weight)
{
    for (uint32_t k = 0; k < b->count; k++) {
        const double w = b->w[k], rest = weight - w;
        const double gain = (b->s[k] / w + b->r[k] / rest - base) * scale;
        b->gain[k] = w > 0 && rest > 0 ? gain : NO_GAIN;
    }
}

static void gain_of_entropy(const cfi_tree_search *search, block *b)
{
    const cfi_tree_target *target = search->target;
    const double weight = search->node->weight, outputs = (double)target->n_outputs;
    const double base = search->node->impurity * weight;
    for (uint32_t k = 0; k < b->count; k++) {
        const double w = b->w[k], rest = weight - w;
        double parts = b->s[k] + b->r[k];
        if (target->kind == CFI_TREE_BINARY) {
            const double ones = b->s[k], others = search->node->totals[1] - ones;
            parts = cfi_tree_xlogx(target, ones) + cfi_tree_xlogx(target, w - ones) +
                    (cfi_tree_xlogx(target, others) + cfi_tree_xlogx(target, rest - others));
        }
        const double sides = cfi_tree_xlogx(target, w) + cfi_tree_xlogx(target, rest);
        b->gain[k] = w > 0 && rest > 0 ? base + parts / outputs - sides : NO_GAIN;
    }
}

static void gain_of_poisson(const cfi_tree_search *search, block *b)
{
    const double outputs = (double)search->target->n_outputs;
    for (uint32_t k = 0; k < b->count; k++) {
        const double gain = search->target->kind == CFI_TREE_REAL
                                ? poisson_gain(search->node, 0, b->s[k], b->w[k])
                                : b->s[k] / outputs;
        b->gain[k] = isnan(gain) ? NO_GAIN : gain;
    }
}

static void gain_of_block(const cfi_tree_search *search, const left_side *left, block *b)
{
    const cfi_tree_target *target = search->target;
    const double weight = search->node->weight, outputs = (double)target->n_outputs;
    const bool ones = target->kind == CFI_TREE_BINARY && !target->pair;
    if (!target->w && (ones || target->kind == CFI_TREE_REAL))
        counts_to_reals(b, (int32_t)left->before, ones);
    if (target->criterion == CFI_TREE_ENTROPY)
        gain_of_entropy(search, b);
    else if (target->criterion == CFI_TREE_POISSON)
        gain_of_poisson(search, b);
    else if (target->kind == CFI_TREE_BINARY)
        gain_of_squares(b, weight, search->node->totals[1], 2 / weight, weight);
    else if (target->kind == CFI_TREE_REAL)
        gain_of_squares(b, 1, search->node->totals[0], weight, weight);
    else if (target->kind == CFI_TREE_REALS)
        gain_of_outputs(b, weight / outputs, weight);
    else
        gain_of_gini(b, (1 - search->node->impurity) * weight * outputs, 1 / outputs, weight);
}

/* Rules that hold for each split alone, not for the number of rows. */
static void refuse(const cfi_tree_search *search, block *b)
{
    const double weight = search->node->weight, least = search->rules->min_weight;
    for (uint32_t k = 0; k < b->count && least > 0; k++)
        if (b->w[k] < least || weight - b->w[k] < least)
            b->gain[k] = NO_GAIN;
    if (search->direction == 0)
        return;
    const bool binary = search->target->kind == CFI_TREE_BINARY;
    const double sum = binary ? search->node->totals[1] : search->node->totals[0] * weight;
    for (uint32_t k = 0; k < b->count; k++) {
        const double l = b->s[k] / b->w[k], r = (sum - b->s[k]) / (weight - b->w[k]);
        if (!cfi_tree_is_monotonic(search, l, r))
            b->gain[k] = NO_GAIN;
    }
}

/* The largest of n gains, n > 0, halving their number so that each step is a vector loop. */
CF_CLONES static double largest(const double *gain, uint32_t n)
{
    double most[BLOCK / 2];
    const double *from = gain;
    for (uint32_t half; n > 1; n = half) {
        half = (n + 1) / 2;
        for (uint32_t k = 0; k < n / 2; k++)
            most[k] = from[k] > from[k + half] ? from[k] : from[k + half];
        if (n % 2 == 1)
            most[half - 1] = from[half - 1];
        from = most;
    }
    return from[0];
}

/* Takes the first of the block's best splits if they beat the best so far. */
static void choose(const cfi_tree_search *search, const left_side *left, block *b,
                   cfi_tree_split side, cfi_tree_split *best)
{
    const double slack = search->rules->slack;
    gain_of_block(search, left, b);
    refuse(search, b);
    const double most = largest(b->gain, b->count);
    if (!(most > cfi_tree_bar(best->gain, slack)))
        return;
    uint32_t k = 0;
    while (cfi_tree_bar(b->gain[k], slack) < most)
        k++;
    *best = side;
    best->gain = b->gain[k];
    best->left = (uint32_t)(b->at[k] + 1);
}

/* ---- runs ---- */

/* Entries read in one go. */
typedef struct run {
    uint32_t from, to;
    bool may_begin; /* the split before the first entry is one */
    bool may_end;   /* the split behind the last entry is one */
    cfi_tree_split side;
} run;

/*
 * Tries the splits within a run; `left` holds what lies left of it. Returns how many were tried.
 */
static uint32_t try_run(const cfi_tree_search *search, left_side *left, const run *r,
                        cfi_tree_split *best)
{
    const cf_index first = left->before + r->from; /* rows left of entry from */
    const cf_index least = search->rules->min_leaf, most = search->n - least;
    const bool distinct = (search->traits & CFI_TREE_HAS_TIES) == 0;
    uint32_t tried = 0;
    block b;
    b.count = 0;
    b.first = FROM_PLACES;
    if (r->may_begin && first >= least && first <= most) {
        b.at[0] = (int32_t)r->from - 1;
        b.ones[0] = (int32_t)left->ones;
        b.s[0] = left->s;
        b.w[0] = left->w;
        if (search->target->kind == CFI_TREE_CLASSES) {
            b.s[0] = left->a;
            b.r[0] = left->b;
        } else if (search->target->kind == CFI_TREE_REALS) {
            b.s[0] = outputs_part(search, left);
        }
        b.count = 1;
        choose(search, left, &b, r->side, best);
        tried = 1;
    }
    const cf_index skip = least - 1 - first > 0 ? least - 1 - first : 0;
    const cf_index stop = most - first > 0 ? most - first : 0;
    if (skip >= (cf_index)(r->to - r->from))
        return tried;
    const uint32_t last = stop < (cf_index)(r->to - r->from) ? r->from + (uint32_t)stop : r->to;
    add_all(search, left, r->from, r->from + (uint32_t)skip);
    for (uint32_t i = r->from + (uint32_t)skip, end; i < last; i = end) {
        end = last - i < BLOCK ? last : i + BLOCK;
        b.count = 0;
        b.first = distinct && end < r->to ? (int32_t)i : FROM_PLACES;
        add_entries(search, left, &b, i, end);
        if (end == r->to)
            b.count += (uint32_t)r->may_end - (search->entries[end] >> 31);
        tried += b.count;
        if (b.count > 0)
            choose(search, left, &b, r->side, best);
    }
    return tried;
}

/* All splits with the missing rows on one side. */
static uint32_t try_side(const cfi_tree_search *search, bool missing_left, cfi_tree_split *best)
{
    const uint32_t end = cfi_tree_first_missing(search), missing = search->count - end;
    const uint32_t zeros = search->n - search->count;
    const uint32_t middle = zeros > 0 ? cfi_tree_first_positive(search, end) : end;
    const bool open = missing > 0 && !missing_left; /* missing rows alone may be the right side */
    cfi_tree_split side = {.missing_left = missing_left};
    left_side left;
    empty_side(search, &left);
    if (missing_left) {
        add_all(search, &left, end, search->count);
        left.before = missing;
    }
    run r = {.to = middle, .may_end = zeros > 0 || open, .side = side};
    uint32_t tried = try_run(search, &left, &r, best);
    if (zeros == 0)
        return tried;
    empty_side(search, &left);
    add_all(search, &left, middle, missing_left ? end : search->count);
    complement_side(search, &left);
    left.before = (cf_index)zeros + (missing_left ? missing : 0);
    r = (run){.from = middle, .to = end, .may_begin = middle < end || open, .may_end = open};
    r.side = side;
    r.side.zeros_left = true;
    return tried + try_run(search, &left, &r, best);
}

/* The one place `only`. */
static void try_place(const cfi_tree_search *search, cfi_tree_split *best)
{
    const cfi_tree_split *only = search->only;
    const uint32_t end = cfi_tree_first_missing(search), missing = search->count - end;
    left_side left;
    empty_side(search, &left);
    if (only->zeros_left) {
        add_all(search, &left, only->left, only->missing_left ? end : search->count);
        complement_side(search, &left);
        left.before = search->n - search->count;
    } else {
        add_all(search, &left, 0, only->left);
        if (only->missing_left)
            add_all(search, &left, end, search->count);
    }
    left.before += only->missing_left ? missing : 0;
    const run r = {.from = only->left, .to = only->left, .may_begin = true, .side = *only};
    try_run(search, &left, &r, best);
}

double cfi_tree_gain(const cfi_tree_search *search, cf_index count, double weight, double *parts)
{
    const cfi_tree_kind kind = search->target->kind;
    left_side left = {.w = weight, .parts = parts, .before = count};
    if (kind == CFI_TREE_BINARY)
        left.s = parts[1];
    else if (kind == CFI_TREE_REAL)
        left.s = parts[0];
    else if (kind == CFI_TREE_CLASSES)
        sum_classes(search, &left);
    left.ones = (uint32_t)left.s;
    const run r = {.may_begin = true};
    cfi_tree_split split = {.gain = NO_GAIN};
    try_run(search, &left, &r, &split);
    return split.gain;
}

/* True when the rows differ somewhere; the splits may all have been refused. */
static bool varies(const cfi_tree_search *search)
{
    const uint32_t end = cfi_tree_first_missing(search), zeros = search->n - search->count;
    const bool missing = end < search->count;
    if (missing && end + zeros > 0)
        return true;
    if (zeros > 0)
        return end > 0;
    for (uint32_t i = 1; i < end; i++)
        if ((search->entries[i] & CFI_TREE_GREATER) != 0)
            return true;
    return false;
}

/* True for the plainest case: two classes by Gini or one output by squared error, no frills. */
static bool is_plain(const cfi_tree_search *search)
{
    const cfi_tree_target *target = search->target;
    return !target->w && (target->kind == CFI_TREE_BINARY || target->kind == CFI_TREE_REAL) &&
           (target->criterion == CFI_TREE_GINI || target->criterion == CFI_TREE_SQUARED) &&
           search->count == search->n && (search->traits & CFI_TREE_HAS_MISSING) == 0 &&
           search->direction == 0 && !search->only && search->rules->min_weight <= 0;
}

/*
 * The plainest case with at most FEW rows, as most nodes of a deep tree are: what the blocks do,
 * number for number, without their set-up.
 */
static bool find_among_few(const cfi_tree_search *search, cfi_tree_split *split)
{
    const cfi_tree_target *target = search->target;
    const uint32_t *e = search->entries, n = search->n;
    const bool binary = target->kind == CFI_TREE_BINARY;
    const double weight = search->node->weight, slack = search->rules->slack;
    const double p = binary ? weight : 1, q = search->node->totals[binary ? 1 : 0];
    const double scale = binary ? 2 / weight : weight;
    const uint32_t from = (uint32_t)search->rules->min_leaf - 1, to = n - 1 - from;
    double gain[FEW], sum = 0, most = NO_GAIN;
    for (uint32_t i = 0; i < to; i++) {
        const size_t id = e[i] & CFI_TREE_ROW;
        sum += binary ? target->code[id] : target->y[id];
        gain[i] = sum;
    }
    for (uint32_t i = from; i < to; i++) {
        const double w = i + 1, t = p * gain[i] - q * w;
        gain[i] = t * t * scale / (w * (weight - w));
    }
    if ((search->traits & CFI_TREE_HAS_TIES) != 0)
        for (uint32_t i = from; i < to; i++)
            gain[i] = e[i + 1] >> 31 ? gain[i] : NO_GAIN;
    for (uint32_t i = from; i < to; i++)
        most = gain[i] > most ? gain[i] : most;
    if (isinf(most))
        return varies(search);
    uint32_t k = from;
    while (cfi_tree_bar(gain[k], slack) < most)
        k++;
    *split = (cfi_tree_split){.gain = gain[k], .left = k + 1};
    return true;
}

bool cfi_tree_find_split(const cfi_tree_search *search, cfi_tree_split *split)
{
    split->gain = NO_GAIN;
    if (search->n <= FEW && is_plain(search))
        return find_among_few(search, split);
    if (search->target->kind == CFI_TREE_MEDIAN)
        return cfi_tree_find_median_split(search, split);
    if (search->only) {
        try_place(search, split);
        return true;
    }
    uint32_t tried = try_side(search, false, split);
    if ((search->traits & CFI_TREE_HAS_MISSING) != 0 &&
        cfi_tree_first_missing(search) < search->count)
        tried += try_side(search, true, split);
    return tried > 0 || varies(search);
}
