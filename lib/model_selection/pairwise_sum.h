/* SPDX-License-Identifier: BSD-3-Clause */
/* Sums in NumPy's order, where ties decide as they do in scikit-learn. */
#ifndef COFIT_MODEL_SELECTION_PAIRWISE_SUM_H
#define COFIT_MODEL_SELECTION_PAIRWISE_SUM_H

#include "cofit/extend.h"

/* The sum of x: eight running sums above seven entries, halves above 128. */
double cfi_pairwise_sum(const double *x, cf_index n);

#endif
