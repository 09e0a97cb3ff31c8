/* SPDX-License-Identifier: BSD-3-Clause */
/* Distinct numbers with the sums of their weights. */
#ifndef COFIT_PREPROCESSING_TALLY_H
#define COFIT_PREPROCESSING_TALLY_H

#include "cofit/extend.h"

/* A hash table; a free slot holds NaN, which is never a key. */
typedef struct cfi_tally {
    double *keys, *weights;
    cf_index slots, used; /* slots is a power of two */
} cfi_tally;

/* An empty table of `slots` slots, a power of two. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tally_new(cfi_tally *t, cf_index slots);

/* Releases it. */
void cfi_tally_free(cfi_tally *t);

/* The slot of a key: its own or a free one. */
cf_index cfi_tally_slot(const cfi_tally *t, double key);

/* Adds to the weight of a key; -0 counts as 0. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tally_add(cfi_tally *t, double key, double weight);

#endif
