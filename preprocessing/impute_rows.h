/* SPDX-License-Identifier: BSD-3-Clause */
/* Missing entries replaced, columns left out, indicators appended: dense and CSR. */
#ifndef COFIT_PREPROCESSING_IMPUTE_ROWS_H
#define COFIT_PREPROCESSING_IMPUTE_ROWS_H

#include "cofit/extend.h"

/* What becomes of every column; arrays have n_in entries. */
typedef struct cfi_impute_plan {
    cf_index n_in, n_out;
    const double *statistics; /* borrowed */
    double *missing;          /* what is missing beside NaN; NaN = nothing */
    double *moved;            /* first code that is one higher in the output, or +inf */
    double *filled;           /* for the way back: code of the text at `moved` that is no filling */
    cf_index *place;          /* of the column in the output, or -1 */
    cf_index *indicator_place; /* of its indicator, or -1 */
    bool plain; /* every column stays where it is, no code moves, there are no indicators */
} cfi_impute_plan;

/* Releases the arrays. */
void cfi_impute_plan_clear(cfi_impute_plan *plan);

/* out = X imputed, in X's storage and dtype. CF_ERR_MEMORY, CF_ERR_SHAPE. */
CF_NODISCARD cf_status cfi_impute_apply(cf_run *run, const cfi_impute_plan *plan,
                                        const cf_matrix *X, cf_matrix *out);

/* out (n, n_in) = what X (n, n_out), dense, was made of; left-out columns are 0. */
CF_NODISCARD cf_status cfi_impute_undo(const cfi_impute_plan *plan, const cf_matrix *X,
                                       cf_matrix *out);

#endif
