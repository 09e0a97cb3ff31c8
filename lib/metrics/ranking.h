/* SPDX-License-Identifier: BSD-3-Clause */
/* Two classes ordered by a score: what curves and areas are made from. */
#ifndef COFIT_METRICS_RANKING_H
#define COFIT_METRICS_RANKING_H

#include "metrics/metrics.h"

/* Sums of weights above each distinct score, scores descending; zero-initialised = empty. */
typedef struct cfi_steps_down {
    cf_index count;
    double *score; /* (count) */
    double *tps;   /* (count) weight of positives with this score or more */
    double *fps;   /* (count) weight of negatives */
} cfi_steps_down;

void cfi_steps_down_clear(cfi_steps_down *steps);

/* What is ranked: rows with a code, a score and a weight. */
typedef struct cfi_ranked {
    cf_index n;
    const int32_t *codes;
    const double *score;
    const double *weights; /* NULL = all one */
} cfi_ranked;

/* The steps of `rows`: positive are those with the code; rows of weight zero are left out.
 * CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_steps_down_make(const cfi_ranked *rows, int32_t positive,
                                           cfi_steps_down *out);

/* One area of two classes. */
typedef double (*cfi_area_fn)(const cfi_metric_args *args, const cfi_steps_down *steps);

/* What scikit-learn warns of when it gives NaN. */
void cfi_warn_one_class(cf_run *run);

double cfi_roc_area(const cfi_metric_args *args, const cfi_steps_down *steps);
double cfi_precision_recall_area(const cfi_metric_args *args, const cfi_steps_down *steps);

/* The area of indicator matrices: mean over the columns or rows, or of all cells together. */
CF_NODISCARD cf_status cfi_indicator_area(const cfi_metric_args *args, cfi_area_fn area,
                                          double *out);

#endif
