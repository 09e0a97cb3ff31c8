/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The working memory of a tree while it grows: its rows by id, grouped by node, and every feature's
 * list, cut the same way. A large tree starts in one space; each subtree below a size gets a small
 * one of its own, where ids start from 0 again and everything is close together.
 */
#ifndef COFIT_TREE_TREE_SPACE_H
#define COFIT_TREE_TREE_SPACE_H

#include "algorithms/tree/tree_grow.h"
#include "algorithms/tree/tree_search.h"

/* One list of one node: its best split, and whether it can give one at all. */
typedef struct cfi_tree_found {
    cfi_tree_split split;
    bool wanted;   /* the feature was drawn */
    bool constant; /* all rows have one value */
} cfi_tree_found;

typedef struct cfi_tree_space {
    const cfi_tree_data *data;
    const cfi_tree_options *options;
    cfi_tree_target target;
    bool by_value;     /* no lists: random splits read X */
    double pure;       /* an impurity that counts as none */
    double weight;     /* of all rows of the tree */
    cf_index n;        /* ids, of which nodes hold all or some */
    uint32_t *row_of;  /* (n) rows of X, or NULL = the ids themselves */
    uint32_t *ids;     /* by node, ascending within one */
    uint32_t *order;   /* MEDIAN: (n_outputs, n) the same nodes, by y within one */
    uint32_t *entries; /* of all lists; one more can be read */
    bool owns_entries;
    unsigned char *side; /* (n) by id: 1 = left of its node's split */
    uint32_t *number;    /* (n) by id: its id in a smaller space; only in the first space */
    int workers;
    size_t scratch_size;
    unsigned char *scratch; /* (workers, scratch_size) */
    uint32_t *spare;        /* (workers, n) */
    cf_index room;          /* lists of nodes that are divided at a time */
    cfi_tree_found *found;  /* (2, room) what a search learned of each list of two children */
    uint32_t *drawn;        /* (2, room) lists in random order */
} cfi_tree_space;

/* A node on its way: its rows, its split, what its children will hold. */
typedef struct cfi_tree_growing {
    uint64_t key;                /* drives draws and ties; from the seed and the path alone */
    uint32_t begin, end, middle; /* rows in `ids`; the right child's begin */
    bool leaf;
    cf_index depth;
    double lower, upper; /* of the value, from directions above */
    double improvement;  /* decrease of the tree's impurity by the split */
    cfi_tree_stats stats, child[2];
    cfi_tree_split split;
    double *figures;      /* (3, width) totals of the three */
    cfi_tree_list *lists; /* (n_lists) features that may still vary */
    cf_index n_lists, room;
    cf_index parent, right; /* for the grower: nodes this one belongs to */
} cfi_tree_growing;

/* The first space: all rows with weight, all features. Fills `root` but for its split. */
CF_NODISCARD cf_status cfi_tree_space_new(cfi_tree_space *space, cf_run *run, cfi_tree_data *data,
                                          bool consume, const cfi_tree_problem *problem,
                                          const cfi_tree_options *options, cfi_tree_growing *root);

/* A space of the rows of `node` alone; `node` becomes its root. `space->number` is used. */
CF_NODISCARD cf_status cfi_tree_space_part(cfi_tree_space *part, cfi_tree_space *space,
                                           cfi_tree_growing *node);

void cfi_tree_space_clear(cfi_tree_space *space);

/* Makes room for dividing nodes with n_lists lists together. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tree_space_reserve(cfi_tree_space *space, cf_index n_lists);

/* Makes room for n_lists lists in a node that may be used again. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tree_growing_reserve(cfi_tree_growing *node, cf_index n_lists,
                                                cf_index width);
void cfi_tree_growing_clear(cfi_tree_growing *node);

/* The value of an id's row. */
double cfi_tree_space_value(const cfi_tree_space *space, uint32_t id, uint32_t feature);

/*
 * Cuts a list by `side`, keeping the order: left part in place, right part behind it. `children`
 * are the two parts; the right one's entries are only there if `right_too`.
 */
void cfi_tree_cut_list(const cfi_tree_space *space, const cfi_tree_list *list, bool right_too,
                       cfi_tree_list children[2], int worker);

/*
 * Applies a node's chosen split: threshold, sides, ids cut, figures of the children. `list` is the
 * split feature's list in the node.
 */
void cfi_tree_apply_split(const cfi_tree_space *space, const cfi_tree_list *list,
                          cfi_tree_growing *node, int worker);

#endif
