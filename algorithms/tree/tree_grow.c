/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Growing a tree. Large nodes are divided one after the other, their features shared out to the
 * threads; subtrees below a size become tasks, each with a space of its own, largest first. The
 * parts are joined in preorder, so that the tree does not depend on who grew what. With a limit on
 * the leaves the node whose split helps most is divided next (best first), always in one space.
 */
#include "algorithms/tree/tree_grow.h"

#include "algorithms/tree/tree_split.h"

#include <math.h>

enum {
    SMALLEST_TASK = 1024, /* rows */
    LARGEST_TASK = 16384,
    TOGETHER = 64, /* nodes divided at a time, and their lists */
    LISTS_TOGETHER = 1 << 16,
    CHECK_EVERY = 256 /* nodes between looks at the clock */
};

/* ---- writing nodes ---- */

/* Appends a node; *at = its number. */
static cf_status write_node(const cfi_tree_space *space, const cfi_tree_growing *node,
                            cfi_tree *tree, cf_index *at)
{
    const cf_index i = tree->count;
    if (i == INT32_MAX)
        return cf_fail(CF_ERR_LIMIT, "the tree has more than %d nodes", INT32_MAX);
    if (i == tree->capacity)
        CF_TRY(cfi_tree_reserve(tree, 2 * i + 15));
    const uint32_t feature =
        node->split.feature | (node->split.missing_left ? CFI_TREE_MISSING_LEFT : 0);
    tree->nodes[i] = node->leaf ? (cfi_tree_node){-HUGE_VAL, 0, (uint32_t)i}
                                : (cfi_tree_node){node->split.threshold, feature, 0};
    tree->impurity[i] = node->stats.impurity;
    tree->weight[i] = node->stats.weight;
    tree->samples[i] = (int32_t)(node->end - node->begin);
    double *value = tree->value + i * tree->width;
    cfi_tree_predicted(&space->target, &node->stats, value);
    if (space->options->directions) {
        const bool binary = space->target.kind == CFI_TREE_BINARY;
        double *bounded = &value[binary ? 1 : 0];
        *bounded = *bounded < node->lower ? node->lower : *bounded;
        *bounded = *bounded > node->upper ? node->upper : *bounded;
        if (binary)
            value[0] = 1 - value[1];
    }
    tree->count++;
    *at = i;
    return CF_OK;
}

/* ---- depth first, in one space ---- */

typedef struct node_stack {
    cfi_tree_growing *nodes; /* those above the height keep their memory for later use */
    cf_index height, capacity;
} node_stack;

static void stack_clear(node_stack *stack)
{
    for (cf_index i = 0; i < stack->capacity; i++)
        cfi_tree_growing_clear(&stack->nodes[i]);
    cf_free(stack->nodes);
}

/* Makes room for at least `capacity` nodes. */
static cf_status stack_reserve(node_stack *stack, cf_index capacity)
{
    if (stack->nodes && capacity <= stack->capacity)
        return CF_OK;
    cfi_tree_growing *larger =
        cf_grow(stack->nodes, stack->capacity, 2 * capacity, sizeof *stack->nodes);
    if (!larger) {
        (void)cf_out_of_memory(); /* the compiler must see that this is a failure */
        return CF_ERR_MEMORY;
    }
    for (cf_index i = stack->capacity; i < 2 * capacity; i++)
        larger[i] = (cfi_tree_growing){0};
    stack->nodes = larger;
    stack->capacity = 2 * capacity;
    return CF_OK;
}

static void swap_nodes(cfi_tree_growing *a, cfi_tree_growing *b)
{
    const cfi_tree_growing kept = *a;
    *a = *b;
    *b = kept;
}

/* Grows all that is below `root` (which is moved from) onto an empty tree. */
static cf_status grow_depth_first(cfi_tree_space *space, cf_run *run, cfi_tree_growing *root,
                                  cfi_tree *tree)
{
    node_stack stack = {0};
    cf_status status = CF_OK;
    CF_GO(stack_reserve(&stack, 16));
    swap_nodes(&stack.nodes[0], root);
    stack.nodes[0].parent = -1;
    stack.height = 1;
    while (stack.height > 0) {
        CF_GO(stack_reserve(&stack, stack.height + 2));
        cfi_tree_growing *node = &stack.nodes[stack.height - 1];
        cfi_tree_growing *right = node + 1, *left = node + 2;
        cf_index at;
        CF_GO(write_node(space, node, tree, &at));
        if (node->parent >= 0)
            tree->nodes[node->parent].right = (uint32_t)at;
        stack.height--;
        if (node->leaf)
            continue;
        if (at % CHECK_EVERY == 0)
            CF_GO(cf_run_check(run));
        CF_GO(cfi_tree_divide(space, run, &(cfi_tree_family){node, left, right}, 1));
        right->parent = at;
        left->parent = -1; /* the next node: no link is kept */
        swap_nodes(node, right);
        swap_nodes(right, left);
        stack.height += 2;
    }
cleanup:
    stack_clear(&stack);
    return status;
}

/* ---- the upper part ---- */

/* Nodes that are divided one after the other; `right` of a divided one is its right child, whose
 * left sibling comes just before. */
typedef struct upper_part {
    cfi_tree_space *space;
    cfi_tree_growing *nodes;
    cf_index count, capacity;
    cf_index *task;  /* (n_tasks) nodes whose subtrees are tasks, largest first */
    cfi_tree *trees; /* (n_tasks) */
    cf_index n_tasks;
} upper_part;

enum { UNDIVIDED = 0 }; /* node 0 is nobody's child */

static void upper_clear(upper_part *u)
{
    for (cf_index i = 0; i < u->capacity; i++)
        cfi_tree_growing_clear(&u->nodes[i]);
    for (cf_index i = 0; i < u->n_tasks && u->trees; i++)
        cfi_tree_clear(&u->trees[i]);
    cf_free(u->nodes);
    cf_free(u->task);
    cf_free(u->trees);
}

/* Divides some nodes; their lists are released. */
static cf_status divide_upper(upper_part *u, cf_run *run, const cf_index *some, cf_index n)
{
    CF_TRY(cf_run_check(run));
    node_stack stack = {u->nodes, u->count, u->capacity};
    const cf_status status = stack_reserve(&stack, u->count + 2 * n);
    u->nodes = stack.nodes;
    u->capacity = stack.capacity;
    CF_TRY(status);
    cfi_tree_family families[TOGETHER];
    for (cf_index k = 0; k < n; k++) {
        cfi_tree_growing *left = &u->nodes[u->count + 2 * k];
        families[k] = (cfi_tree_family){&u->nodes[some[k]], left, left + 1};
    }
    CF_TRY(cfi_tree_divide(u->space, run, families, n));
    for (cf_index k = 0; k < n; k++) {
        cfi_tree_growing *node = families[k].node;
        cf_free(node->lists);
        node->lists = NULL;
        node->room = 0;
        node->right = u->count + 2 * k + 1;
    }
    u->count += 2 * n;
    return CF_OK;
}

static cf_index rows_of(const cfi_tree_growing *node)
{
    return node->end - node->begin;
}

/*
 * Divides nodes of more than `least` rows, many at a time, so that threads rarely wait for each
 * other; the others become tasks.
 */
static cf_status grow_upper(upper_part *u, cf_run *run, cf_index least)
{
    for (cf_index i = 0; i < u->count;) {
        cf_index some[TOGETHER], n = 0, n_lists = 0;
        for (; i < u->count && n < TOGETHER && n_lists < LISTS_TOGETHER; i++) {
            if (u->nodes[i].leaf || rows_of(&u->nodes[i]) <= least)
                continue;
            some[n++] = i;
            n_lists += u->nodes[i].n_lists;
        }
        if (n > 0)
            CF_TRY(divide_upper(u, run, some, n));
    }
    for (cf_index i = 0; i < u->count; i++)
        u->n_tasks += !u->nodes[i].leaf && u->nodes[i].right == UNDIVIDED;
    if (u->n_tasks == 0)
        return CF_OK;
    cf_status status = CF_ALLOC(u->task, u->n_tasks);
    if (status == CF_OK)
        status = CF_ALLOC_ZERO(u->trees, u->n_tasks);
    if (status != CF_OK) {
        u->n_tasks = 0;
        return status;
    }
    cf_index count = 0;
    for (cf_index i = 0; i < u->count; i++) {
        if (u->nodes[i].leaf || u->nodes[i].right != UNDIVIDED)
            continue;
        cf_index k = count++;
        for (; k > 0 && rows_of(&u->nodes[u->task[k - 1]]) < rows_of(&u->nodes[i]); k--)
            u->task[k] = u->task[k - 1];
        u->task[k] = i;
    }
    return CF_OK;
}

static cf_status grow_task(void *ctx, cf_index t, cf_run *run)
{
    const upper_part *u = ctx;
    cfi_tree_growing *node = &u->nodes[u->task[t]];
    cfi_tree *tree = &u->trees[t];
    cfi_tree_space part;
    CF_TRY(cf_run_check(run));
    CF_TRY(cfi_tree_space_part(&part, u->space, node));
    tree->width = part.target.width;
    cfi_tree_growing root = *node; /* the node itself stays for the joining */
    node->figures = NULL;
    node->lists = NULL;
    node->room = 0;
    const cf_status status = grow_depth_first(&part, run, &root, tree);
    cfi_tree_growing_clear(&root);
    cfi_tree_space_clear(&part);
    return status;
}

/* ---- best first ---- */

static bool comes_first(const upper_part *u, cf_index a, cf_index b)
{
    const double x = u->nodes[a].improvement, y = u->nodes[b].improvement;
    return x > y || (x == y && a < b);
}

/* Adds node i to the heap of those that can be divided. */
static void heap_push(const upper_part *u, cf_index *heap, cf_index size, cf_index i)
{
    for (; size > 0 && comes_first(u, i, heap[(size - 1) / 2]); size = (size - 1) / 2)
        heap[size] = heap[(size - 1) / 2];
    heap[size] = i;
}

static cf_index heap_pop(const upper_part *u, cf_index *heap, cf_index size)
{
    const cf_index first = heap[0], moving = heap[size - 1];
    cf_index at = 0;
    for (cf_index child; (child = 2 * at + 1) < size - 1; at = child) {
        if (child + 1 < size - 1 && comes_first(u, heap[child + 1], heap[child]))
            child++;
        if (!comes_first(u, heap[child], moving))
            break;
        heap[at] = heap[child];
    }
    heap[at] = moving;
    return first;
}

static cf_status grow_best_first(upper_part *u, cf_run *run, cf_index max_leaves)
{
    const cf_index most = max_leaves < rows_of(&u->nodes[0]) ? max_leaves : rows_of(&u->nodes[0]);
    cf_index *heap, size = 0;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(heap, most + 1));
    if (!u->nodes[0].leaf)
        heap_push(u, heap, size++, 0);
    for (cf_index leaves = 1; leaves < most && size > 0; leaves++) {
        const cf_index i = heap_pop(u, heap, size--);
        CF_GO(divide_upper(u, run, &i, 1));
        for (cf_index c = u->count - 2; c < u->count; c++)
            if (!u->nodes[c].leaf)
                heap_push(u, heap, size++, c);
    }
    for (cf_index i = 0; i < u->count; i++)
        u->nodes[i].leaf |= u->nodes[i].right == UNDIVIDED;
cleanup:
    cf_free(heap);
    return status;
}

/* ---- joining ---- */

typedef struct pending {
    cf_index node, parent; /* of the upper part; of the tree, or -1 */
} pending;

/* Writes the upper part and the tasks' trees in preorder. */
static cf_status join(upper_part *u, cfi_tree *tree)
{
    cf_index *number = NULL, height = 0, at, total = u->count - u->n_tasks;
    pending *stack = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(number, u->count));
    CF_GO(CF_ALLOC(stack, u->count + 1));
    for (cf_index t = 0; t < u->n_tasks; t++) {
        number[u->task[t]] = t + 1;
        total += u->trees[t].count;
    }
    CF_GO(cfi_tree_reserve(tree, total));
    stack[height++] = (pending){0, -1};
    while (height > 0) {
        const pending next = stack[--height];
        const cfi_tree_growing *node = &u->nodes[next.node];
        at = tree->count;
        if (next.parent >= 0)
            tree->nodes[next.parent].right = (uint32_t)at;
        if (number[next.node] > 0) {
            cfi_tree *part = &u->trees[number[next.node] - 1];
            cfi_tree_place(tree, at, part);
            tree->count += part->count;
            cfi_tree_clear(part);
            continue;
        }
        CF_GO(write_node(u->space, node, tree, &at));
        if (node->leaf)
            continue;
        stack[height++] = (pending){node->right, at};
        stack[height++] = (pending){node->right - 1, -1};
    }
cleanup:
    cf_free(number);
    cf_free(stack);
    return status;
}

/* ---- the tree ---- */

static cf_index task_rows(cf_index n)
{
    const cf_index rows = n / 32;
    return rows < SMALLEST_TASK ? SMALLEST_TASK : (rows > LARGEST_TASK ? LARGEST_TASK : rows);
}

cf_status cfi_tree_grow(cf_run *run, cfi_tree_data *data, bool consume,
                        const cfi_tree_problem *problem, const cfi_tree_options *options,
                        cfi_tree *out)
{
    cfi_tree_space space;
    cfi_tree_growing root;
    upper_part u = {.space = &space};
    cfi_tree tree = {0};
    CF_TRY(cfi_tree_space_new(&space, run, data, consume, problem, options, &root));
    tree.width = space.target.width;
    const cf_index least = task_rows(rows_of(&root));
    cf_status status = CF_OK;
    CF_GO(cfi_tree_begin(&space, run, &root));
    if (options->max_leaves == 0 && rows_of(&root) <= least) {
        CF_GO(grow_depth_first(&space, run, &root, &tree));
    } else {
        node_stack stack = {0};
        CF_GO(stack_reserve(&stack, 16));
        u.nodes = stack.nodes;
        u.capacity = stack.capacity;
        swap_nodes(&u.nodes[0], &root);
        u.count = 1;
        if (options->max_leaves > 0)
            CF_GO(grow_best_first(&u, run, options->max_leaves));
        else
            CF_GO(grow_upper(&u, run, least));
        CF_GO(cf_parallel_tasks(run, u.n_tasks, grow_task, &u));
        CF_GO(join(&u, &tree));
    }
    cfi_tree_clear(out);
    *out = tree;
    tree = (cfi_tree){0};
cleanup:
    upper_clear(&u);
    cfi_tree_clear(&tree);
    cfi_tree_growing_clear(&root);
    cfi_tree_space_clear(&space);
    return status;
}
