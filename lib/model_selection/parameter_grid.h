/* SPDX-License-Identifier: BSD-3-Clause */
/* The candidates of a search, in scikit-learn's order. */
#ifndef COFIT_MODEL_SELECTION_PARAMETER_GRID_H
#define COFIT_MODEL_SELECTION_PARAMETER_GRID_H

#include "cofit/value.h"

/*
 * out = a LIST with one MAP of parameters a candidate: grid after grid, the names of each sorted,
 * the last name's values changing fastest. `grid` is a MAP of names to lists, or a LIST of them.
 * CF_ERR_ARGUMENT, CF_ERR_TYPE, CF_ERR_LIMIT (more than a million candidates), CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_parameter_grid(const char *owner, const cf_value *grid, cf_value *out);

#endif
