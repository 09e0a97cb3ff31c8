/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cutting nodes in two without sorting anything again: the sides of all rows are noted in a table,
 * then every list is split in one pass that writes each entry to both sides and advances one.
 */
#include "algorithms/tree/tree_space.h"

#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

/* Impurities up to this are none, as in scikit-learn; relative for targets of small scale. */
#define EPSILON 2.2204460492503131e-16

void cfi_tree_growing_clear(cfi_tree_growing *node)
{
    cf_free(node->figures);
    cf_free(node->lists);
    *node = (cfi_tree_growing){0};
}

cf_status cfi_tree_growing_reserve(cfi_tree_growing *node, cf_index n_lists, cf_index width)
{
    if (!node->figures) {
        CF_TRY(CF_ALLOC(node->figures, 3 * width));
        node->stats.totals = node->figures;
        node->child[0].totals = node->figures + width;
        node->child[1].totals = node->figures + 2 * width;
    }
    if (n_lists > node->room) {
        cf_free(node->lists);
        node->room = 0;
        CF_TRY(CF_ALLOC(node->lists, n_lists));
        node->room = n_lists;
    }
    node->n_lists = n_lists;
    return CF_OK;
}

void cfi_tree_space_clear(cfi_tree_space *space)
{
    cfi_tree_target_clear(&space->target);
    cf_free(space->row_of);
    cf_free(space->ids);
    cf_free(space->order);
    if (space->owns_entries)
        cf_free(space->entries);
    cf_free(space->side);
    cf_free(space->number);
    cf_free(space->scratch);
    cf_free(space->spare);
    cf_free(space->found);
    cf_free(space->drawn);
    *space = (cfi_tree_space){0};
}

cf_status cfi_tree_space_reserve(cfi_tree_space *space, cf_index n_lists)
{
    if (n_lists <= space->room)
        return CF_OK;
    cf_free(space->found);
    space->found = NULL;
    space->room = 0;
    CF_TRY(CF_ALLOC(space->found, 2 * n_lists));
    space->room = n_lists;
    for (cf_index i = 0; i < 2 * n_lists; i++)
        space->found[i].wanted = true; /* unless features are drawn */
    return CF_OK;
}

double cfi_tree_space_value(const cfi_tree_space *space, uint32_t id, uint32_t feature)
{
    return cf_matrix_get(space->data->X, space->row_of ? space->row_of[id] : id, feature);
}

/* Memory that both kinds of space have. */
static cf_status allocate(cfi_tree_space *space, cf_index n, cf_index n_lists, int workers)
{
    space->n = n;
    space->workers = workers;
    const size_t width = (size_t)space->target.width;
    const size_t drawing = (size_t)n_lists * (7 + width) * sizeof(double);
    size_t size = cfi_tree_scratch_size(&space->target, n);
    size = space->options->random && drawing > size ? drawing : size;
    space->scratch_size = (size + 63) / 64 * 64;
    CF_TRY(CF_ALLOC(space->ids, n));
    CF_TRY(CF_ALLOC(space->side, n));
    CF_TRY(CF_ALLOC(space->spare, workers * n));
    if (space->target.kind == CFI_TREE_MEDIAN)
        CF_TRY(CF_ALLOC(space->order, space->target.n_outputs * n));
    space->scratch = cf_alloc(workers, space->scratch_size);
    if (!space->scratch)
        return cf_out_of_memory();
    const cf_index n_features = space->data->X->cols;
    if (space->options->max_features >= n_features)
        return CF_OK;
    CF_TRY(CF_ALLOC_ZERO(space->drawn, 3 * n_features));
    for (cf_index j = 0; j < n_features; j++)
        space->drawn[j] = (uint32_t)j;
    return CF_OK;
}

/* Copies the lists of `from`, rows without weight left out. */
static void filter_lists(const cfi_tree_data *data, const double *weights, uint32_t *entries,
                         cfi_tree_list *lists)
{
    size_t at = 0;
    for (cf_index j = 0; j < data->X->cols; j++) {
        const uint32_t *from = data->entries + data->lists[j].at;
        cfi_tree_list *list = &lists[j];
        uint32_t greater = 0;
        *list = (cfi_tree_list){.at = at, .feature = (uint32_t)j};
        for (uint32_t i = 0; i < data->lists[j].count; i++) {
            greater |= from[i] & CFI_TREE_GREATER;
            if (weights && weights[from[i] & CFI_TREE_ROW] == 0)
                continue;
            entries[at + list->count++] = from[i] | greater;
            greater = 0;
        }
        at += list->count;
    }
    entries[at] = 0;
}

static cf_status take_lists(cfi_tree_space *space, cfi_tree_data *data, bool consume,
                            const cfi_tree_problem *problem, cfi_tree_growing *root)
{
    bool all = true;
    for (cf_index i = 0; i < space->n && problem->weights; i++)
        all &= problem->weights[i] != 0;
    if (consume && all) {
        space->entries = data->entries;
        memcpy(root->lists, data->lists, (size_t)data->X->cols * sizeof *root->lists);
        return CF_OK;
    }
    CF_TRY(CF_ALLOC(space->entries, (cf_index)data->n_entries + 1));
    space->owns_entries = true;
    filter_lists(data, problem->weights, space->entries, root->lists);
    return CF_OK;
}

/* The ids by ascending y, for each output. */
static cf_status sort_outputs(cfi_tree_space *space, cf_index count)
{
    const cfi_tree_target *target = &space->target;
    double *y = NULL;
    cf_index *order = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(y, count));
    CF_GO(CF_ALLOC(order, count));
    for (cf_index k = 0; k < target->n_outputs; k++) {
        for (cf_index i = 0; i < count; i++)
            y[i] = target->y[space->ids[i] * target->n_outputs + k];
        CF_GO(cfi_argsort(y, count, order));
        for (cf_index i = 0; i < count; i++)
            space->order[k * space->n + i] = space->ids[order[i]];
    }
cleanup:
    cf_free(y);
    cf_free(order);
    return status;
}

cf_status cfi_tree_space_new(cfi_tree_space *space, cf_run *run, cfi_tree_data *data, bool consume,
                             const cfi_tree_problem *problem, const cfi_tree_options *options,
                             cfi_tree_growing *root)
{
    cf_index count = 0;
    cf_status status = CF_OK;
    *space = (cfi_tree_space){.data = data, .options = options};
    *root = (cfi_tree_growing){.key = options->seed, .parent = -1};
    root->lower = -HUGE_VAL;
    root->upper = HUGE_VAL;
    CF_GO(cfi_tree_target_new(&space->target, problem));
    CF_GO(allocate(space, problem->n_rows, data->X->cols, cf_run_threads(run)));
    CF_GO(CF_ALLOC(space->number, problem->n_rows));
    for (cf_index i = 0; i < problem->n_rows; i++)
        if (!problem->weights || problem->weights[i] != 0)
            space->ids[count++] = (uint32_t)i;
    if (count == 0) {
        status = cf_fail(CF_ERR_DATA, "no row has a weight above 0");
        goto cleanup;
    }
    root->end = (uint32_t)count;
    CF_GO(cfi_tree_growing_reserve(root, data->X->cols, space->target.width));
    CF_GO(take_lists(space, data, consume, problem, root));
    if (space->order)
        CF_GO(sort_outputs(space, count));
    cfi_tree_measure(&space->target, space->ids, count, space->order, space->n, &root->stats);
    space->by_value = !data->sorted;
    space->weight = root->stats.weight;
    space->pure = EPSILON * (root->stats.impurity < 1 ? root->stats.impurity : 1);
cleanup:
    if (status != CF_OK) {
        cfi_tree_space_clear(space);
        cfi_tree_growing_clear(root);
    }
    return status;
}

/* Copies the node's lists, ids renumbered. */
static void copy_lists(cfi_tree_space *part, const cfi_tree_space *space, cfi_tree_growing *node)
{
    size_t at = 0;
    for (cf_index i = 0; i < node->n_lists; i++) {
        cfi_tree_list *list = &node->lists[i];
        const uint32_t *from = space->entries + list->at;
        uint32_t *to = part->entries + at;
        for (uint32_t k = 0; k < list->count; k++)
            to[k] = (from[k] & ~CFI_TREE_ROW) | space->number[from[k] & CFI_TREE_ROW];
        list->at = at;
        at += list->count;
    }
    part->entries[at] = 0;
}

cf_status cfi_tree_space_part(cfi_tree_space *part, cfi_tree_space *space, cfi_tree_growing *node)
{
    const uint32_t *ids = space->ids + node->begin;
    const cf_index n = node->end - node->begin;
    cf_index n_entries = 1;
    for (cf_index i = 0; i < node->n_lists; i++)
        n_entries += node->lists[i].count;
    cf_status status = CF_OK;
    *part = (cfi_tree_space){.data = space->data,
                             .options = space->options,
                             .by_value = space->by_value,
                             .pure = space->pure,
                             .weight = space->weight};
    CF_GO(cfi_tree_target_part(&part->target, &space->target, ids, n));
    CF_GO(allocate(part, n, node->n_lists, 1));
    CF_GO(CF_ALLOC(part->row_of, n));
    CF_GO(CF_ALLOC(part->entries, n_entries));
    part->owns_entries = true;
    for (cf_index i = 0; i < n; i++) {
        space->number[ids[i]] = (uint32_t)i;
        part->row_of[i] = ids[i];
    }
    for (cf_index i = 0; i < n; i++) {
        part->side[i] = space->side[ids[i]];
        part->ids[i] = (uint32_t)i;
    }
    for (cf_index k = 0; k < space->target.n_outputs && part->order; k++)
        for (cf_index i = 0; i < n; i++)
            part->order[k * n + i] = space->number[space->order[k * space->n + node->begin + i]];
    copy_lists(part, space, node);
    node->middle -= node->begin;
    node->end -= node->begin;
    node->begin = 0;
cleanup:
    if (status != CF_OK)
        cfi_tree_space_clear(part);
    return status;
}

/* ---- cutting ---- */

/* Cuts n entries that all differ; returns how many went left. */
static uint32_t cut_distinct(const unsigned char *side, uint32_t *entries, uint32_t n,
                             uint32_t *right)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t entry = entries[i], goes_left = side[entry & CFI_TREE_ROW];
        entries[left] = entry;
        right[i - left] = entry;
        left += goes_left;
    }
    return left;
}

/* The same where neighbours may be equal: a flag whose entry went elsewhere falls to the next. */
static uint32_t cut_ties(const unsigned char *side, uint32_t *entries, uint32_t n, uint32_t *right)
{
    uint32_t left = 0, left_flag = 0, right_flag = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t entry = entries[i], goes_left = side[entry & CFI_TREE_ROW];
        const uint32_t plain = entry & ~CFI_TREE_GREATER;
        left_flag |= entry & CFI_TREE_GREATER;
        right_flag |= entry & CFI_TREE_GREATER;
        entries[left] = plain | left_flag;
        right[i - left] = plain | right_flag;
        left_flag &= goes_left - 1;
        right_flag &= 0 - goes_left;
        left += goes_left;
    }
    return left;
}

void cfi_tree_cut_list(const cfi_tree_space *space, const cfi_tree_list *list, bool right_too,
                       cfi_tree_list children[2], int worker)
{
    uint32_t *entries = space->entries + list->at;
    uint32_t *spare = space->spare + worker * space->n;
    const bool ties = (space->data->traits[list->feature] & CFI_TREE_HAS_TIES) != 0;
    const uint32_t left = ties ? cut_ties(space->side, entries, list->count, spare)
                               : cut_distinct(space->side, entries, list->count, spare);
    if (right_too)
        memcpy(entries + left, spare, (list->count - left) * sizeof *entries);
    children[0] = children[1] = *list;
    children[0].count = left;
    children[1].at += left;
    children[1].count -= left;
}

/* ---- applying a split ---- */

/* The values around the split; *right is infinite when only missing rows go right. */
static void values_around(const cfi_tree_space *space, const cfi_tree_list *list,
                          const cfi_tree_growing *node, double *left, double *right)
{
    const uint32_t *entries = space->entries + list->at;
    const cfi_tree_split *split = &node->split;
    const bool zeros = list->count < node->end - node->begin;
    const uint32_t at = split->left;
    const bool last = at == list->count || (entries[at] & CFI_TREE_MISSING) != 0;
    const bool after_zeros =
        split->zeros_left && (at == 0 || (entries[at - 1] & CFI_TREE_NEGATIVE) != 0);
    const bool before_zeros =
        zeros && !split->zeros_left && (last || (entries[at] & CFI_TREE_NEGATIVE) == 0);
    *left = *right = 0;
    if (!after_zeros)
        *left = cfi_tree_space_value(space, entries[at - 1] & CFI_TREE_ROW, list->feature);
    if (!before_zeros)
        *right = last ? HUGE_VAL
                      : cfi_tree_space_value(space, entries[at] & CFI_TREE_ROW, list->feature);
}

/* The middle of two values, so that left <= middle < right whatever the rounding. */
static double middle_of(double left, double right)
{
    if (isinf(right))
        return right;
    const double middle = 0.5 * left + 0.5 * right;
    return middle >= left && middle < right ? middle : left;
}

/* Sides by the list: the first entries go left. Returns whether values are missing. */
static bool side_by_list(const cfi_tree_space *space, const cfi_tree_list *list,
                         const cfi_tree_growing *node)
{
    const uint32_t *entries = space->entries + list->at, n = node->end - node->begin;
    const cfi_tree_split *split = &node->split;
    const cfi_tree_search view = {
        .entries = entries, .count = list->count, .traits = space->data->traits[list->feature]};
    const uint32_t end = cfi_tree_first_missing(&view);
    for (uint32_t i = 0; i < n && list->count < n; i++)
        space->side[space->ids[node->begin + i]] = split->zeros_left;
    for (uint32_t i = 0; i < split->left; i++)
        space->side[entries[i] & CFI_TREE_ROW] = 1;
    for (uint32_t i = split->left; i < end; i++)
        space->side[entries[i] & CFI_TREE_ROW] = 0;
    for (uint32_t i = end; i < list->count; i++)
        space->side[entries[i] & CFI_TREE_ROW] = split->missing_left;
    return end < list->count;
}

/* The same by the values and the threshold. */
static bool side_by_value(const cfi_tree_space *space, const cfi_tree_growing *node)
{
    const cfi_tree_split *split = &node->split;
    bool missing = false;
    for (uint32_t i = node->begin; i < node->end; i++) {
        const uint32_t id = space->ids[i];
        const double x = cfi_tree_space_value(space, id, split->feature);
        space->side[id] = x <= split->threshold || (x != x && split->missing_left);
        missing |= x != x;
    }
    return missing;
}

/* Cuts ids[0..n) by side; returns how many went left. */
static uint32_t cut_ids(const unsigned char *side, uint32_t *ids, uint32_t n, uint32_t *spare)
{
    const uint32_t left = cut_distinct(side, ids, n, spare);
    memcpy(ids + left, spare, (n - left) * sizeof *ids);
    return left;
}

void cfi_tree_apply_split(const cfi_tree_space *space, const cfi_tree_list *list,
                          cfi_tree_growing *node, int worker)
{
    const cfi_tree_target *target = &space->target;
    const uint32_t n = node->end - node->begin;
    uint32_t *spare = space->spare + worker * space->n;
    const bool missing = list ? side_by_list(space, list, node) : side_by_value(space, node);
    const uint32_t left = cut_ids(space->side, space->ids + node->begin, n, spare);
    node->middle = node->begin + left;
    if (!missing) /* values missing in predictions alone follow the larger part */
        node->split.missing_left = left > n - left;
    for (cf_index k = 0; k < target->n_outputs && space->order; k++)
        cut_ids(space->side, space->order + k * space->n + node->begin, n, spare);
    const uint32_t *order = space->order ? space->order + node->begin : NULL;
    cfi_tree_measure(target, space->ids + node->begin, left, order, space->n, &node->child[0]);
    cfi_tree_measure(target, space->ids + node->middle, n - left, order ? order + left : NULL,
                     space->n, &node->child[1]);
    if (!space->options->random) {
        double below, above;
        values_around(space, list, node, &below, &above);
        node->split.threshold = middle_of(below, above);
    }
}
