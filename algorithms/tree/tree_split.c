/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For each feature the parent's list is cut and at once searched for both children, while it is in
 * the cache. Several nodes may be divided together; their lists are shared out to threads. The best
 * splits are then compared in the order of the features; equal ones, up to rounding, are decided by
 * random bits of the node and the feature, so no column is preferred and the result depends neither
 * on threads nor on sums in another order.
 */
#include "algorithms/tree/tree_split.h"

#include <math.h>

/* How much a decrease may fall short of the one asked for. */
#define ROUNDING 2.2204460492503131e-16

/*
 * Cells (rows times lists) from which threads share the work; chunks at most; lists a chunk where
 * one pass over the rows serves all of them.
 */
enum { SHARED_CELLS = 1 << 14, MOST_CHUNKS = 512, DRAWN_TOGETHER = 16 };

typedef struct division {
    const cfi_tree_growing *parent; /* NULL: the root's own lists are searched */
    cfi_tree_growing *child[2];     /* NULL: a leaf, which needs no lists */
    cfi_tree_rules rules[2];
    cfi_tree_found *found[2]; /* (n_lists) */
    cfi_tree_list chosen[2];  /* the lists that the children's splits split */
    cf_index first, n_lists;  /* of the parent, in the batch */
} division;

typedef struct batch {
    const cfi_tree_space *space;
    division *divisions;
    cf_index count, n_lists;
    bool all; /* features are not drawn */
} batch;

double cfi_tree_uniform(uint64_t key, uint32_t feature)
{
    const uint64_t bits = cfi_tree_mix(key ^ (0x9e3779b97f4a7c15u * (2 * (uint64_t)feature + 1)));
    return (double)(bits >> 11) * 0x1p-53;
}

bool cfi_tree_coin(uint64_t key, uint32_t feature)
{
    return (cfi_tree_mix(key + 0xd1b54a32d192ed03u * (2 * (uint64_t)feature + 1)) & 1) != 0;
}

static cfi_tree_search search_of(const cfi_tree_space *space, const division *d, int c, int worker)
{
    const cfi_tree_growing *node = d->child[c];
    return (cfi_tree_search){.target = &space->target,
                             .rules = &d->rules[c],
                             .node = &node->stats,
                             .ids = space->ids + node->begin,
                             .n = node->end - node->begin,
                             .scratch = space->scratch + (size_t)worker * space->scratch_size};
}

/* ---- one list ---- */

static double entry_value(const cfi_tree_space *space, const cfi_tree_list *list, uint32_t i)
{
    const uint32_t id = space->entries[list->at + i] & CFI_TREE_ROW;
    return cfi_tree_space_value(space, id, list->feature);
}

/* Draws a threshold between the extremes of a list; false when there is nothing between them. */
static bool draw_place(const cfi_tree_space *space, const cfi_tree_search *search,
                       const cfi_tree_list *list, uint64_t key, cfi_tree_split *place)
{
    const uint32_t end = cfi_tree_first_missing(search), zeros = search->n - search->count;
    if (end + zeros == 0)
        return false;
    double low = end > 0 ? entry_value(space, list, 0) : 0;
    double high = end > 0 ? entry_value(space, list, end - 1) : 0;
    low = zeros > 0 && low > 0 ? 0 : low;
    high = zeros > 0 && high < 0 ? 0 : high;
    if (low == high && end == search->count)
        return false;
    const double u = cfi_tree_uniform(key, list->feature);
    double threshold = low * (1 - u) + high * u;
    threshold = threshold < high && threshold >= low ? threshold : low;
    uint32_t left = 0, right = end;
    while (left < right) {
        const uint32_t middle = left + (right - left) / 2;
        if (entry_value(space, list, middle) <= threshold)
            left = middle + 1;
        else
            right = middle;
    }
    *place = (cfi_tree_split){.threshold = threshold,
                              .left = left,
                              .zeros_left = zeros > 0 && threshold >= 0,
                              .missing_left = cfi_tree_coin(key, list->feature)};
    return true;
}

static void search_list(const cfi_tree_space *space, const division *d, int c,
                        const cfi_tree_list *list, int worker, cfi_tree_found *found)
{
    const int8_t *directions = space->options->directions;
    cfi_tree_split place;
    cfi_tree_search search = search_of(space, d, c, worker);
    search.entries = space->entries + list->at;
    search.count = list->count;
    search.traits = space->data->traits[list->feature];
    search.direction = directions ? directions[list->feature] : 0;
    found->split.gain = -HUGE_VAL;
    if (!space->options->random) {
        found->constant = !cfi_tree_find_split(&search, &found->split);
    } else {
        found->constant = !draw_place(space, &search, list, d->child[c]->key, &place);
        search.only = &place;
        if (!found->constant && !cfi_tree_find_split(&search, &found->split))
            found->split.gain = -HUGE_VAL;
    }
    found->split.feature = list->feature;
}

/* Gives the children list i of their parent, cut. */
static void cut_list(const cfi_tree_space *space, division *d, cf_index i, int worker)
{
    cfi_tree_list parts[2] = {d->parent->lists[i], d->parent->lists[i]};
    if (!space->by_value)
        cfi_tree_cut_list(space, &d->parent->lists[i], d->child[1] != NULL, parts, worker);
    for (int c = 0; c < 2; c++)
        if (d->child[c])
            d->child[c]->lists[i] = parts[c];
}

/* Cuts lists [begin, end) of one division and searches those that are wanted. */
static void divide_lists(const batch *b, division *d, cf_index begin, cf_index end, int worker)
{
    const cfi_tree_space *space = b->space;
    for (cf_index i = begin; i < end; i++) {
        if (d->parent)
            cut_list(space, d, i, worker);
        for (int c = 0; c < 2 && !space->by_value; c++)
            if (d->child[c] && d->found[c][i].wanted)
                search_list(space, d, c, &d->child[c]->lists[i], worker, &d->found[c][i]);
    }
    for (int c = 0; c < 2 && space->by_value; c++) {
        if (!d->child[c])
            continue;
        cfi_tree_search search = search_of(space, d, c, worker);
        cfi_tree_draw_splits(space, d->child[c], &search, begin, end, d->found[c]);
    }
}

/* Lists [begin, end) of all divisions, one behind the other. */
static void divide_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const batch *b = ctx;
    for (cf_index k = 0; k < b->count; k++) {
        division *d = &b->divisions[k];
        const cf_index from = begin > d->first ? begin - d->first : 0;
        const cf_index to = end - d->first < d->n_lists ? end - d->first : d->n_lists;
        if (from < to)
            divide_lists(b, d, from, to, worker);
    }
}

/* ---- drawing features ---- */

/*
 * Goes through all features in the random order of a child's key and marks the first max_features
 * as wanted. With `further` these were searched already; it goes on, searching one by one, while
 * all were constant. Features known to be constant are drawn too, so that the draw does not depend
 * on what is known.
 */
static void draw_features(const batch *b, division *d, int c, bool further)
{
    const cfi_tree_space *space = b->space;
    const cf_index n = space->data->X->cols, wanted = space->options->max_features;
    uint32_t *order = space->drawn, *list = order + n, *swapped = order + 2 * n;
    cfi_tree_found *found = d->found[c];
    cf_stream stream;
    bool varies = false;
    cf_index k = 0;
    division one = *d;
    one.parent = NULL; /* for a further search the lists are cut */
    one.child[1 - c] = NULL;
    const cfi_tree_list *lists = further || !d->parent ? d->child[c]->lists : d->parent->lists;
    for (cf_index i = 0; i < d->n_lists; i++) {
        list[lists[i].feature] = (uint32_t)i + 1;
        found[i].wanted = further && found[i].wanted;
        varies |= found[i].wanted && !found[i].constant;
    }
    cf_stream_start(&stream, d->child[c]->key, 0);
    for (; k < n && (k < wanted || (further && !varies)); k++) {
        swapped[k] = (uint32_t)(k + (cf_index)cf_stream_below(&stream, (uint64_t)(n - k)));
        const uint32_t feature = order[swapped[k]];
        order[swapped[k]] = order[k];
        order[k] = feature;
        const cf_index i = (cf_index)list[feature] - 1;
        if (i < 0 || found[i].wanted)
            continue;
        found[i].wanted = true;
        if (k >= wanted) {
            divide_lists(b, &one, i, i + 1, 0);
            varies = !found[i].constant;
        }
    }
    while (k-- > 0) {
        const uint32_t feature = order[k];
        order[k] = order[swapped[k]];
        order[swapped[k]] = feature;
    }
    for (cf_index i = 0; i < d->n_lists; i++)
        list[lists[i].feature] = 0;
}

/* ---- choosing ---- */

static uint64_t rank_of(const cfi_tree_growing *node, const cfi_tree_split *split)
{
    return cfi_tree_mix(node->key + 0xa0761d6478bd642fu * (split->feature + 1ull));
}

static bool is_better(const division *d, int c, const cfi_tree_split *x, const cfi_tree_split *y)
{
    const double slack = d->rules[c].slack;
    if (x->gain > cfi_tree_bar(y->gain, slack) || y->gain > cfi_tree_bar(x->gain, slack))
        return x->gain > y->gain;
    return rank_of(d->child[c], x) > rank_of(d->child[c], y);
}

/* Takes a child's best split and drops lists that are constant, or makes it a leaf. */
static void choose(const batch *b, division *d, int c)
{
    cfi_tree_growing *node = d->child[c];
    cf_index kept = 0;
    node->split.gain = -HUGE_VAL;
    for (cf_index i = 0; i < d->n_lists; i++) {
        const cfi_tree_found *found = &d->found[c][i];
        const bool wanted = found->wanted;
        const cfi_tree_list list = node->lists[i];
        if ((wanted && found->constant) || (!b->space->by_value && list.count == 0))
            continue;
        node->lists[kept++] = list;
        if (!wanted || isinf(found->split.gain))
            continue;
        if (isinf(node->split.gain) || is_better(d, c, &found->split, &node->split)) {
            node->split = found->split;
            d->chosen[c] = list;
        }
    }
    node->n_lists = kept;
    node->leaf = isinf(node->split.gain);
}

/* Applies a child's split; one that helps too little is taken back. */
static void apply_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const batch *b = ctx;
    for (cf_index i = begin; i < end; i++) {
        division *d = &b->divisions[i / 2];
        cfi_tree_growing *node = d->child[i % 2];
        if (!node || node->leaf)
            continue;
        cfi_tree_apply_split(b->space, b->space->by_value ? NULL : &d->chosen[i % 2], node, worker);
        const cfi_tree_stats *s = &node->stats, *l = &node->child[0], *r = &node->child[1];
        node->improvement =
            (s->weight * s->impurity - l->weight * l->impurity - r->weight * r->impurity) /
            b->space->weight;
        node->leaf = node->improvement + ROUNDING < b->space->options->min_decrease;
    }
}

/* ---- nodes ---- */

/* Finds a place for the batch's figures and draws the features. Returns the cells to look at. */
static cf_status begin_batch(cfi_tree_space *space, batch *b, cf_index *cells)
{
    b->n_lists = 0;
    *cells = 0;
    for (cf_index k = 0; k < b->count; k++) {
        division *d = &b->divisions[k];
        const cfi_tree_growing *from = d->parent ? d->parent : d->child[0];
        d->first = b->n_lists;
        d->n_lists = from->n_lists;
        b->n_lists += d->n_lists;
        *cells += d->n_lists * (from->end - from->begin);
    }
    CF_TRY(cfi_tree_space_reserve(space, b->n_lists));
    for (cf_index k = 0; k < b->count; k++)
        for (int c = 0; c < 2; c++) {
            division *d = &b->divisions[k];
            const cfi_tree_growing *node = d->child[c];
            if (!node)
                continue;
            d->found[c] = space->found + c * space->room + d->first;
            d->rules[c] =
                (cfi_tree_rules){.min_leaf = space->options->min_leaf,
                                 .min_weight = space->options->min_weight,
                                 .lower = node->lower,
                                 .upper = node->upper,
                                 .slack = 1e-13 * node->stats.weight * node->stats.impurity};
            if (!b->all)
                draw_features(b, d, c, false);
        }
    return CF_OK;
}

/* Searches the lists of all children and applies their splits. */
static cf_status find_splits(cfi_tree_space *space, cf_run *run, division *divisions,
                             cf_index count)
{
    batch b = {.space = space, .divisions = divisions, .count = count};
    cf_index cells;
    b.all = space->options->max_features >= space->data->X->cols;
    CF_TRY(begin_batch(space, &b, &cells));
    const bool shared = space->workers > 1 && cells >= SHARED_CELLS;
    const cf_index grain = space->by_value ? DRAWN_TOGETHER : 1 + b.n_lists / MOST_CHUNKS;
    if (shared)
        cf_parallel_for(run, b.n_lists, grain, divide_chunk, &b);
    else
        divide_chunk(&b, 0, b.n_lists, 0, 0);
    for (cf_index k = 0; k < count; k++)
        for (int c = 0; c < 2; c++) {
            if (!divisions[k].child[c])
                continue;
            if (!b.all)
                draw_features(&b, &divisions[k], c, true);
            choose(&b, &divisions[k], c);
        }
    if (shared)
        cf_parallel_for(run, 2 * count, 1, apply_chunk, &b);
    else
        apply_chunk(&b, 0, 2 * count, 0, 0);
    return CF_OK;
}

/* True when a node stays a leaf whatever its features are. */
static bool is_final(const cfi_tree_space *space, const cfi_tree_growing *node)
{
    const cfi_tree_options *options = space->options;
    const cf_index n = node->end - node->begin;
    return node->depth >= options->max_depth || n < options->min_split ||
           n < 2 * options->min_leaf || node->stats.weight < 2 * options->min_weight ||
           node->stats.impurity <= space->pure || node->n_lists == 0;
}

cf_status cfi_tree_begin(cfi_tree_space *space, cf_run *run, cfi_tree_growing *root)
{
    division d = {.child = {root, NULL}};
    root->leaf = is_final(space, root);
    return root->leaf ? CF_OK : find_splits(space, run, &d, 1);
}

/* Bounds of the children of a node split along a feature with a direction. */
static void divide_bounds(const cfi_tree_space *space, const cfi_tree_growing *node,
                          cfi_tree_growing *left, cfi_tree_growing *right)
{
    const int8_t *directions = space->options->directions;
    const int direction = directions ? directions[node->split.feature] : 0;
    left->lower = right->lower = node->lower;
    left->upper = right->upper = node->upper;
    if (direction == 0)
        return;
    const bool binary = space->target.kind == CFI_TREE_BINARY;
    const cfi_tree_stats *l = &node->child[0], *r = &node->child[1];
    const double middle = binary ? 0.5 * (l->totals[1] / l->weight + r->totals[1] / r->weight)
                                 : 0.5 * l->totals[0] + 0.5 * r->totals[0];
    *(direction > 0 ? &left->upper : &left->lower) = middle;
    *(direction > 0 ? &right->lower : &right->upper) = middle;
}

static cf_status begin_child(const cfi_tree_space *space, const cfi_tree_growing *node, int c,
                             cfi_tree_growing *child)
{
    const cf_index width = space->target.width;
    child->key = cfi_tree_mix(node->key + (c == 0 ? 0x9e3779b97f4a7c15u : 0x3c6ef372fe94f82au));
    child->begin = c == 0 ? node->begin : node->middle;
    child->end = c == 0 ? node->middle : node->end;
    child->depth = node->depth + 1;
    CF_TRY(cfi_tree_growing_reserve(child, 0, width));
    child->stats.weight = node->child[c].weight;
    child->stats.impurity = node->child[c].impurity;
    for (cf_index k = 0; k < width; k++)
        child->stats.totals[k] = node->child[c].totals[k];
    child->n_lists = node->n_lists;
    child->leaf = is_final(space, child);
    return child->leaf ? CF_OK : cfi_tree_growing_reserve(child, node->n_lists, width);
}

cf_status cfi_tree_divide(cfi_tree_space *space, cf_run *run, const cfi_tree_family *families,
                          cf_index count)
{
    division few[1], *divisions = few;
    cf_index open = 0;
    cf_status status = CF_OK;
    if (count > 1)
        CF_GO(CF_ALLOC(divisions, count));
    for (cf_index k = 0; k < count; k++) {
        const cfi_tree_family *f = &families[k];
        CF_GO(begin_child(space, f->node, 0, f->left));
        CF_GO(begin_child(space, f->node, 1, f->right));
        divide_bounds(space, f->node, f->left, f->right);
        if (f->left->leaf && f->right->leaf)
            continue;
        division *d = &divisions[open++];
        d->parent = f->node;
        d->child[0] = f->left->leaf ? NULL : f->left;
        d->child[1] = f->right->leaf ? NULL : f->right;
    }
    if (open > 0)
        CF_GO(find_splits(space, run, divisions, open));
cleanup:
    if (count > 1)
        cf_free(divisions);
    return status;
}
