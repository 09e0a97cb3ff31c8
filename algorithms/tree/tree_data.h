/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The features of a data set in sorted order: made once, read by every tree that grows on it.
 *
 * A feature's list holds one entry a row: the row's number and three flags. Rows ascend by value,
 * then by number; missing values come last. Neighbours differ where the flag GREATER is set, so a
 * search for a split reads no values at all; the two values around the chosen split are looked up
 * in X. A feature that is mostly zero has a short list: rows with value zero are left out, and lie
 * between the entries with flag NEGATIVE and the others.
 */
#ifndef COFIT_TREE_TREE_DATA_H
#define COFIT_TREE_TREE_DATA_H

#include "cofit/extend.h"

/* An entry of a list. */
#define CFI_TREE_GREATER 0x80000000u  /* the value is greater than the one before */
#define CFI_TREE_MISSING 0x40000000u  /* the value is NaN */
#define CFI_TREE_NEGATIVE 0x20000000u /* below the zeros that are left out */
#define CFI_TREE_ROW 0x1fffffffu

/* Most rows a list can number. */
enum { CFI_TREE_MAX_ROWS = CFI_TREE_ROW };

/* One feature's list. */
typedef struct cfi_tree_list {
    size_t at;        /* first entry in `entries` */
    uint32_t count;   /* entries: fewer than rows when zeros are left out */
    uint32_t feature; /* column of X */
} cfi_tree_list;

/* What a search need not look for. */
enum { CFI_TREE_HAS_MISSING = 1, CFI_TREE_HAS_TIES = 2 };

/* A data set; zero-initialised = empty. */
typedef struct cfi_tree_data {
    const cf_matrix *X;   /* borrowed: dense with col_stride 1, or CSR; f64 or f32 */
    cfi_tree_list *lists; /* (cols) */
    uint8_t *traits;      /* (cols) */
    uint32_t *entries;    /* one more than the lists hold, so that the next can always be read */
    size_t n_entries;
    bool sorted; /* false: the lists are empty */
} cfi_tree_data;

/*
 * Sorts every feature of X. With `sorted` false (random splits of a dense X need no order) only X
 * is noted. CF_ERR_MEMORY, CF_ERR_LIMIT (more than CFI_TREE_MAX_ROWS rows).
 */
CF_NODISCARD cf_status cfi_tree_data_new(cfi_tree_data *data, cf_run *run, const cf_matrix *X,
                                         bool sorted);

/* Releases the lists and makes the data set empty. */
void cfi_tree_data_clear(cfi_tree_data *data);

#endif
