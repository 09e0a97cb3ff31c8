/* SPDX-License-Identifier: BSD-3-Clause */
/* The l1 penalty, and the choice of a method for it. */
#include "algorithms/linear_model/logistic_l1.h"

#include <math.h>

/* Parameters up to which the Hessian is made whole. */
enum { MOST_WHOLE = 2048 };

double cfi_logistic_l1_of(const cfi_logistic *p, const cfi_logistic_l1 *l1, cf_index j)
{
    return j < p->d * p->k ? l1->coef : l1->intercept;
}

double cfi_logistic_l1_value(const cfi_logistic *p, const cfi_logistic_l1 *l1, const double *W)
{
    double sum = 0;
    for (cf_index j = 0; j < cfi_logistic_size(p); j++)
        sum += cfi_logistic_l1_of(p, l1, j) * fabs(W[j]);
    return sum;
}

double cfi_logistic_pull(double strength, double W, double G)
{
    if (W != 0 || strength == 0)
        return G + (W > 0 ? strength : W < 0 ? -strength : 0);
    return G > strength ? G - strength : G < -strength ? G + strength : 0;
}

double cfi_logistic_largest_pull(const cfi_logistic *p, const cfi_logistic_l1 *l1, const double *W,
                                 const double *G)
{
    double largest = 0;
    for (cf_index j = 0; j < cfi_logistic_size(p); j++)
        largest = fmax(largest, fabs(cfi_logistic_pull(cfi_logistic_l1_of(p, l1, j), W[j], G[j])));
    return largest;
}

/* The softmax does not change when a constant is added to every intercept: they sum to 0. */
static void centre_intercepts(const cfi_logistic *p, double *W)
{
    double *b = W + p->d * p->k, mean = 0;
    for (cf_index c = 0; c < p->k; c++)
        mean += b[c] / (double)p->k;
    for (cf_index c = 0; c < p->k; c++)
        b[c] -= mean;
}

cf_status cfi_logistic_sparse(cfi_logistic *p, double l1, double l1_intercept, double tol,
                              int64_t max_iter, double *W, cfi_logistic_end *end)
{
    const cfi_logistic_l1 both = {l1, l1_intercept};
    const bool whole = p->X->storage == CF_DENSE && cfi_logistic_size(p) <= MOST_WHOLE;
    /* Newton's steps on the whole Hessian converge quadratically: the last digits cost little */
    const double target = tol * p->weight_sum * (cfi_logistic_size(p) <= MOST_WHOLE ? 1e-7 : 1e-2);
    CF_TRY(whole ? cfi_logistic_descent(p, &both, target, max_iter, W, end)
                 : cfi_logistic_subspace(p, &both, target, max_iter, W, end));
    end->gradient /= p->weight_sum;
    end->converged = end->gradient <= tol;
    if (p->k > 1 && p->intercept && l1_intercept == 0)
        centre_intercepts(p, W);
    return CF_OK;
}
