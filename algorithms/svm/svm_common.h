/* SPDX-License-Identifier: BSD-3-Clause */
/* What the estimators of this folder share besides the solver. */
#ifndef COFIT_SVM_SVM_COMMON_H
#define COFIT_SVM_SVM_COMMON_H

#include "algorithms/svm/kernel.h"

/*
 * The number that a gamma parameter stands for: scale is 1 / (n_features var(X)) over all elements
 * of rows with weight (1 when nothing varies), auto 1 / n_features. CF_ERR_NUMERIC.
 */
CF_NODISCARD cf_status cfi_svm_gamma(const char *owner, const cf_value *gamma,
                                     cfi_kernel_type kernel, const cf_fit_args *args, double *out);

/*
 * out (pairs, d) = weights of the columns in every pair of k classes, from the vectors (grouped by
 * class, class_support[c] of each) and coef (k - 1, n) laid out as dual_coef_.
 */
CF_NODISCARD cf_status cfi_svm_pair_coef(const cf_matrix *vectors, const double *coef,
                                         const int32_t *class_support, cf_index k, cf_matrix *out);

#endif
