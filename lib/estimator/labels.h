/* SPDX-License-Identifier: BSD-3-Clause */
/* Class labels: found, coded as 0..k-1, and weighted. */
#ifndef COFIT_ESTIMATOR_LABELS_H
#define COFIT_ESTIMATOR_LABELS_H

#include "estimator/instance.h"

/* Labels of one column of y: kept sorted, looked up by hash. */
typedef struct cfi_labels {
    cf_matrix values; /* (k, 1) in y's dtype; texts: 0..k-1 with their dictionary */
    int64_t *keys;    /* hash table: the bits of a label (label_key) */
    int32_t *codes;   /* of each slot; -1 = empty */
    cf_index slots;   /* a power of two */
} cfi_labels;

/* Releases the labels. */
void cfi_labels_clear(cfi_labels *labels);

/*
 * The labels that occur in column t of y in rows of non-zero weight (NULL: all rows), ascending:
 * numbers by value, texts by code point. NaN is refused with its row.
 */
CF_NODISCARD cf_status cfi_labels_find(const char *owner, const cf_matrix *y, cf_index t,
                                       const double *weights, cfi_labels *out);

/* The labels a matrix of classes (k, 1) lists. */
CF_NODISCARD cf_status cfi_labels_from_classes(const cf_matrix *classes, cfi_labels *out);

/*
 * out[i * stride] = code of y's label in row i. An unknown label is refused, or coded 0 in a row of
 * weight zero.
 */
CF_NODISCARD cf_status cfi_labels_encode(const char *owner, const cfi_labels *labels,
                                         const cf_matrix *y, cf_index t, const double *weights,
                                         int32_t *out, cf_index stride);

/*
 * factors[0..k) from a class_weight value: "balanced" (from weighted counts), or a map from labels;
 * codes are the y codes of one target.
 */
CF_NODISCARD cf_status cfi_class_factors(const char *owner, const cf_value *class_weight,
                                         const cf_matrix *classes, const int32_t *codes,
                                         cf_index stride, cf_index n, const double *weights,
                                         double *factors);

#endif
