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
#include "algorithms/tree/tree_gain.h"

#include <math.h>
#include <string.h>

enum { FEW = 32 };

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

/* Adds entries [from, to), at most CFI_TREE_BLOCK, and stores the side after each that the next
 * exceeds. */
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

static void add_binary(const cfi_tree_search *search, cfi_tree_side *left, cfi_tree_block *b,
                       uint32_t from, uint32_t to)
{
    const uint32_t *e = search->entries;
    const uint8_t *code = search->target->code;
    uint32_t ones = left->ones;
    if (b->first == CFI_TREE_FROM_PLACES)
        ADD_ENTRIES(ones += code[id], b->ones[k] = (int32_t)ones);
    else
        ADD_DISTINCT(ones += code[id], b->ones[k] = (int32_t)ones);
    left->ones = ones;
}

static void add_real(const cfi_tree_search *search, cfi_tree_side *left, cfi_tree_block *b,
                     uint32_t from, uint32_t to)
{
    const uint32_t *e = search->entries;
    const double *y = search->target->y;
    double s = left->s;
    if (b->first == CFI_TREE_FROM_PLACES)
        ADD_ENTRIES(s += y[id], b->s[k] = s);
    else
        ADD_DISTINCT(s += y[id], b->s[k] = s);
    left->s = s;
}

static void add_weighted(const cfi_tree_search *search, cfi_tree_side *left, cfi_tree_block *b,
                         uint32_t from, uint32_t to)
{
    const uint32_t *e = search->entries;
    const double *pair = search->target->pair;
    double s = left->s, w = left->w;
    ADD_ENTRIES((s += pair[2 * id], w += pair[2 * id + 1]), (b->s[k] = s, b->w[k] = w));
    left->s = s;
    left->w = w;
}

/* Moves weight w of class c to the left: sums of squares of both sides follow. */
static inline void move_gini(cfi_tree_side *left, const double *totals, int32_t c, double w)
{
    const double before = left->parts[c];
    left->parts[c] = before + w;
    left->a += w * (2 * before + w);
    left->b -= w * (2 * (totals[c] - before) - w);
}

/* The same for sums of x log x. */
static inline void move_entropy(const cfi_tree_target *target, cfi_tree_side *left,
                                const double *totals, int32_t c, double w)
{
    const double before = left->parts[c], rest = totals[c] - before;
    left->parts[c] = before + w;
    left->a += cfi_tree_xlogx(target, before + w) - cfi_tree_xlogx(target, before);
    left->b += cfi_tree_xlogx(target, rest - w) - cfi_tree_xlogx(target, rest);
}

static inline void move_classes(const cfi_tree_search *search, cfi_tree_side *left, size_t id,
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

static void add_classes(const cfi_tree_search *search, cfi_tree_side *left, cfi_tree_block *b,
                        uint32_t from, uint32_t to)
{
    const uint32_t *e = search->entries;
    const cf_index n_outputs = search->target->n_outputs;
    cfi_tree_side l = *left;
    if (n_outputs == 1)
        ADD_ENTRIES(move_classes(search, &l, id, 1), (b->s[k] = l.a, b->r[k] = l.b, b->w[k] = l.w));
    else
        ADD_ENTRIES(move_classes(search, &l, id, n_outputs),
                    (b->s[k] = l.a, b->r[k] = l.b, b->w[k] = l.w));
    *left = l;
}

/* Several outputs: sum of t^2, or of Poisson's gains. */
static double outputs_part(const cfi_tree_search *search, const cfi_tree_side *left)
{
    const cfi_tree_target *target = search->target;
    double sum = 0;
    for (cf_index k = 0; k < target->n_outputs; k++) {
        const double s = left->parts[k], t = s - search->node->totals[k] * left->w;
        sum += target->criterion == CFI_TREE_SQUARED
                   ? t * t
                   : cfi_tree_poisson_gain(search->node, k, s, left->w);
    }
    return sum;
}

static void add_reals(const cfi_tree_search *search, cfi_tree_side *left, cfi_tree_block *b,
                      uint32_t from, uint32_t to)
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

static void add_entries(const cfi_tree_search *search, cfi_tree_side *left, cfi_tree_block *b,
                        uint32_t from, uint32_t to)
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
static void sum_classes(const cfi_tree_search *search, cfi_tree_side *left)
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
static void empty_side(const cfi_tree_search *search, cfi_tree_side *left)
{
    const cf_index width = search->target->width;
    *left = (cfi_tree_side){.parts = search->scratch};
    memset(left->parts, 0, (size_t)width * sizeof *left->parts);
    if (search->target->kind == CFI_TREE_CLASSES)
        sum_classes(search, left);
}

/* Adds entries that cannot end the left side. */
static void add_all(const cfi_tree_search *search, cfi_tree_side *left, uint32_t from, uint32_t to)
{
    cfi_tree_block ignored;
    ignored.first = CFI_TREE_FROM_PLACES;
    for (uint32_t end; from < to; from = end) {
        end = to - from < CFI_TREE_BLOCK ? to : from + CFI_TREE_BLOCK;
        ignored.count = 0;
        add_entries(search, left, &ignored, from, end);
    }
}

/* The node without this side. */
static void complement_side(const cfi_tree_search *search, cfi_tree_side *left)
{
    const cfi_tree_target *target = search->target;
    const cfi_tree_stats *node = search->node;
    const bool classes = target->kind == CFI_TREE_CLASSES;
    if (target->kind == CFI_TREE_BINARY) {
        if (!target->pair) /* weights may be any numbers, and are not counted */
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

/* ---- choosing ---- */

/* Takes the first of the block's best splits if they beat the best so far. */
static void choose(const cfi_tree_search *search, const cfi_tree_side *left, cfi_tree_block *b,
                   cfi_tree_split side, cfi_tree_split *best)
{
    const double slack = search->rules->slack;
    const double most = cfi_tree_score(search, left, b);
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
static uint32_t try_run(const cfi_tree_search *search, cfi_tree_side *left, const run *r,
                        cfi_tree_split *best)
{
    const cf_index first = left->before + r->from; /* rows left of entry from */
    const cf_index least = search->rules->min_leaf, most = search->n - least;
    const bool distinct = (search->traits & CFI_TREE_HAS_TIES) == 0;
    uint32_t tried = 0;
    cfi_tree_block b;
    b.count = 0;
    b.first = CFI_TREE_FROM_PLACES;
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
        end = last - i < CFI_TREE_BLOCK ? last : i + CFI_TREE_BLOCK;
        b.count = 0;
        b.first = distinct && end < r->to ? (int32_t)i : CFI_TREE_FROM_PLACES;
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
    cfi_tree_side left;
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
    cfi_tree_side left;
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
    cfi_tree_side left = {.w = weight, .parts = parts, .before = count};
    if (kind == CFI_TREE_BINARY)
        left.s = parts[1];
    else if (kind == CFI_TREE_REAL)
        left.s = parts[0];
    else if (kind == CFI_TREE_CLASSES)
        sum_classes(search, &left);
    if (kind == CFI_TREE_BINARY && !search->target->pair)
        left.ones = (uint32_t)left.s;
    const run r = {.may_begin = true};
    cfi_tree_split split = {.gain = CFI_TREE_NO_GAIN};
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
    double gain[FEW], sum = 0, most = CFI_TREE_NO_GAIN;
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
            gain[i] = e[i + 1] >> 31 ? gain[i] : CFI_TREE_NO_GAIN;
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
    split->gain = CFI_TREE_NO_GAIN;
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
