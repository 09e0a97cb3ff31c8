/* SPDX-License-Identifier: BSD-3-Clause */
/* Indicator matrices: the labels of a row are the columns that hold 1, any number of them. */
#ifndef COFIT_METRICS_INDICATOR_H
#define COFIT_METRICS_INDICATOR_H

#include "metrics/precision_recall.h"

/* True when the true labels, or the predicted ones, have several columns. */
bool cfi_has_indicators(const cfi_metric_args *args);

/* *ones = y (n, k) as bytes 0 and 1; anything else is refused. `what` names y in messages. */
CF_NODISCARD cf_status cfi_indicator_read(const cfi_metric_args *args, const char *what,
                                          const cf_matrix *y, uint8_t **ones);

/* The counts of each column that counts, of each row (for an average over rows), or of all. */
CF_NODISCARD cf_status cfi_indicator_counts(const cfi_metric_args *args, cf_average average,
                                            cfi_class_counts *out);

/* out = the numbers of the columns, as labels. */
CF_NODISCARD cf_status cfi_indicator_labels(const cfi_metric_args *args, cf_matrix *out);

#endif
