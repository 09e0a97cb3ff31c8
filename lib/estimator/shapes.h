/* SPDX-License-Identifier: BSD-3-Clause */
/* The shape and range strings of state rows, evaluated for one instance. */
#ifndef COFIT_ESTIMATOR_SHAPES_H
#define COFIT_ESTIMATOR_SHAPES_H

#include "estimator/instance.h"

/* Compares rows x cols (cols 1 for arrays) with a row's shape. CF_ERR_FORMAT names the row. */
CF_NODISCARD cf_status cfi_shape_check(const cf_estimator *e, const cf_state *row, cf_index rows,
                                       cf_index cols);

/* One end of a range. */
typedef struct cfi_end {
    cf_index at;         /* unless infinite */
    bool infinite, open; /* open: the end itself is outside */
} cfi_end;

typedef struct cfi_range {
    cfi_end low, high;
} cfi_range;

/* Evaluates a row's range. CF_ERR_FORMAT where the sizes it names make no sense. */
CF_NODISCARD cf_status cfi_range_read(const cf_estimator *e, const cf_state *row, cfi_range *out);

#endif
