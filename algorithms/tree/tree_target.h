/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a tree predicts, and how mixed it is among some rows. Inside a tree rows go by ids: the
 * rows of X at first, numbers from 0 within a subtree that has its own copy.
 */
#ifndef COFIT_TREE_TREE_TARGET_H
#define COFIT_TREE_TREE_TARGET_H

#include "algorithms/tree/tree.h"

/* y and weights of every row of X; borrowed. */
typedef struct cfi_tree_problem {
    cfi_tree_criterion criterion;
    cf_index n_rows, n_outputs;
    const int32_t *codes;      /* (n_rows, n_outputs) classes; NULL for regression */
    const cf_index *n_classes; /* (n_outputs) */
    const double *y;           /* (n_rows, n_outputs); NULL for classification */
    const double *weights;     /* (n_rows), NULL = all one; rows of weight 0 are left out */
} cfi_tree_problem;

/* The forms a search for splits distinguishes. */
typedef enum cfi_tree_kind {
    CFI_TREE_BINARY,  /* one output, two classes */
    CFI_TREE_CLASSES, /* any other classes */
    CFI_TREE_REAL,    /* one real output, squared error or Poisson deviance */
    CFI_TREE_REALS,   /* several */
    CFI_TREE_MEDIAN   /* real outputs, absolute error */
} cfi_tree_kind;

/* The target by id. Arrays not used by the kind are NULL. */
typedef struct cfi_tree_target {
    cfi_tree_kind kind;
    cfi_tree_criterion criterion;
    cf_index n_outputs;
    cf_index width;            /* figures a node: a class or an output each */
    const cf_index *n_classes; /* (n_outputs), borrowed */
    double *xlogx;             /* k log2 k for whole weights k up to `table`, or NULL */
    cf_index table;
    bool owns_table;
    uint8_t *code;  /* BINARY (ids) */
    int32_t *codes; /* CLASSES (ids, n_outputs) position among the `width` figures */
    double *y;      /* REAL, REALS, MEDIAN (ids, n_outputs) */
    double *w;      /* (ids), or NULL = all one */
    double *pair;   /* BINARY, REAL with weights: (ids, 2) w y and w */
    uint32_t *rank; /* MEDIAN (ids, n_outputs) position by y within the id's node */
} cfi_tree_target;

/* What a node holds. */
typedef struct cfi_tree_stats {
    double weight, impurity;
    double *totals; /* (width) weights of the classes, means, or medians */
} cfi_tree_stats;

/* The target of a problem, ids = rows. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tree_target_new(cfi_tree_target *target,
                                           const cfi_tree_problem *problem);

/* The target of ids[0..n) of another one, renumbered from 0. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tree_target_part(cfi_tree_target *target, const cfi_tree_target *whole,
                                            const uint32_t *ids, cf_index n);

/* Releases the arrays. */
void cfi_tree_target_clear(cfi_tree_target *target);

/*
 * Weight, impurity and totals of ids[0..n), n > 0. For MEDIAN `order` has, for each output at
 * distance `stride`, the same ids by ascending y, and their ranks are set.
 */
void cfi_tree_measure(const cfi_tree_target *target, const uint32_t *ids, cf_index n,
                      const uint32_t *order, cf_index stride, cfi_tree_stats *stats);

/* Impurity of classes with these weights, or of two outputs' parts: Gini or entropy. */
double cfi_tree_class_impurity(const cfi_tree_target *target, const double *totals, double weight);

/* value (width) = what a node predicts. */
void cfi_tree_predicted(const cfi_tree_target *target, const cfi_tree_stats *stats, double *value);

/* k log2 k, by the table where there is one. */
double cfi_tree_xlogx(const cfi_tree_target *target, double k);

#endif
