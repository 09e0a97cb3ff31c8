/* SPDX-License-Identifier: BSD-3-Clause */
/* Probabilities from decision values: a sigmoid for two classes, coupling of pairs for more. */
#ifndef COFIT_SVM_PROBABILITY_H
#define COFIT_SVM_PROBABILITY_H

#include "cofit/extend.h"

/*
 * Fits P(first class | f) = 1 / (1 + exp(A f + B)) to n decision values; is_first[i] tells whether
 * row i is of the first class. False when Newton's method stopped before its tolerance.
 */
bool cfi_sigmoid_fit(cf_index n, const double *f, const bool *is_first, double *A, double *B);

/* 1 / (1 + exp(A f + B)) without overflow. */
double cfi_sigmoid_value(double f, double A, double B);

/*
 * p[0..k) from r (k, k), r[i][j] = P(i | i or j, x); `work` has k * k + k entries. T.-F. Wu, C.-J.
 * Lin, R. Weng, "Probability estimates for multi-class classification by pairwise coupling", JMLR 5
 * (2004), 975-1005, second method.
 */
void cfi_couple_pairs(cf_index k, const double *r, double *p, double *work);

#endif
