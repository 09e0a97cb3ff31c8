/* SPDX-License-Identifier: BSD-3-Clause */
/* Least squares and ridge with coefficients that are not negative. */
#ifndef COFIT_POSITIVE_SOLVER_H
#define COFIT_POSITIVE_SOLVER_H

#include "algorithms/linear_model/linear_data.h"

/*
 * coef (k, d) and intercept (k) with penalties alpha (k) or NULL; max_iter 0 = the solver's own.
 * *converged is false when some target did not. CF_ERR_NUMERIC (X too large), CF_ERR_MEMORY, and
 * what cf_run_check says.
 */
CF_NODISCARD cf_status cfi_positive_solve(const cfi_linear_data *data, const double *alpha,
                                          cf_index max_iter, double *coef, double *intercept,
                                          bool *converged);

#endif
