/* SPDX-License-Identifier: BSD-3-Clause */
/* How often each class meets each cluster. */
#ifndef COFIT_METRICS_CONTINGENCY_H
#define COFIT_METRICS_CONTINGENCY_H

#include "metrics/metrics.h"

/* One non-zero cell. */
typedef struct cfi_cell {
    int32_t class, cluster;
    int64_t count;
} cfi_cell;

/* The non-zero cells by class, and the margins; zero-initialised = empty. */
typedef struct cfi_contingency {
    cf_index n, n_cells;
    cf_index k;                     /* labels of both sides together */
    cf_index n_classes, n_clusters; /* labels of each side */
    cfi_cell *cells;                /* (n_cells) */
    int64_t *classes, *clusters;    /* (k) rows of each label */
} cfi_contingency;

/* The table of both label columns; `out` is the caller's (cfi_contingency_clear), untouched on
 * failure. CF_ERR_UNSUPPORTED with weights. */
CF_NODISCARD cf_status cfi_contingency_read(const cfi_metric_args *args, cfi_contingency *out);

/* Leaves it empty. */
void cfi_contingency_clear(cfi_contingency *t);

/* Mutual information expected of two random labellings with these margins. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_expected_mutual_info(const cfi_contingency *t, cf_run *run, double *out);

#endif
