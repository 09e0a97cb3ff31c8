/* SPDX-License-Identifier: BSD-3-Clause */
/* What the generators share. */
#ifndef COFIT_DATASETS_GENERATORS_H
#define COFIT_DATASETS_GENERATORS_H

#include "cofit/datasets.h"
#include "cofit/extend.h"

/* n standard normal draws in a row. */
void cfi_draw_normals(cf_random *r, cf_index n, double *out);

/* n uniform draws in a row. */
void cfi_draw_uniforms(cf_random *r, cf_index n, double *out);

/* out = `from` (rows, cols) with rows and columns in the given orders; NULL keeps the order. */
CF_NODISCARD cf_status cfi_permute(const double *from, cf_index rows, cf_index cols,
                                   const cf_index *row_order, const cf_index *col_order,
                                   cf_matrix *out);

/* The same for labels: out is (rows, 1) I64. */
CF_NODISCARD cf_status cfi_permute_labels(const cf_index *from, cf_index rows,
                                          const cf_index *row_order, cf_matrix *out);

/* CF_ERR_ARGUMENT unless least <= value < 2^31 (products then fit); the message begins with
 * `owner`. */
CF_NODISCARD cf_status cfi_check_count(const char *owner, const char *name, cf_index value,
                                       cf_index least);

#endif
