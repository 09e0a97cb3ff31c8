/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts of classes and what follows from them: shared with the report. */
#ifndef COFIT_METRICS_PRECISION_RECALL_H
#define COFIT_METRICS_PRECISION_RECALL_H

#include "metrics/metrics.h"

/* True positives, predicted and true counts of the classes that count; one sum for micro. */
typedef struct cfi_class_counts {
    cf_index m;
    double *hits, *predicted, *actual; /* (m) */
    double *weights;                   /* (m) of the rows in an average over rows; NULL = all one */
} cfi_class_counts;

void cfi_class_counts_clear(cfi_class_counts *counts);

/* What is asked for: which warnings belong to it. */
enum { CFI_PRECISION = 1, CFI_RECALL = 2, CFI_FSCORE = 4 };

/* The counts of options->labels (or of every label), of the positive class, or of all together; of
 * the columns of indicator matrices, whose pair is not read. */
CF_NODISCARD cf_status cfi_class_counts_of(const cfi_metric_args *args, const cfi_label_pair *pair,
                                           cf_average average, cfi_class_counts *out);

/*
 * out = precision, recall, F-beta, support of each class (m, 4), or the averages of the first
 * three. `warns`: whose 0 / 0 is warned about.
 */
CF_NODISCARD cf_status cfi_prf(const cfi_metric_args *args, const cfi_class_counts *counts,
                               cf_average average, double beta, unsigned warns, double *out);

#endif
