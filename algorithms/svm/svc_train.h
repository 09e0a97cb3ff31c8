/* SPDX-License-Identifier: BSD-3-Clause */
/* Classification by support vector machines, one against one, on plain arrays. */
#ifndef COFIT_SVM_SVC_TRAIN_H
#define COFIT_SVM_SVC_TRAIN_H

#include "algorithms/svm/kernel.h"

/* Parameters of SVC, as numbers. */
typedef struct cfi_svc_options {
    const char *owner; /* begins messages */
    cfi_kernel kernel;
    double C, tol;
    double cache_mb;
    int64_t max_iter; /* -1 = no limit */
    bool shrinking, probability;
    uint32_t seed; /* of the folds for probabilities */
} cfi_svc_options;

/* What was learned. Pairs (i, j), i < j, come in the order (0, 1), (0, 2), ..., (1, 2), ...; a
 * decision above 0 speaks for i. */
typedef struct cfi_svc_model {
    cf_index n_classes, n_pairs, n_support;
    cf_index *support;       /* (n_support) rows of X, class by class */
    cf_index *class_support; /* (n_classes) how many of each class */
    double *dual_coef;       /* (n_classes - 1, n_support): see LIBSVM's sv_coef */
    double *intercept;       /* (n_pairs) */
    int64_t *n_iter;         /* (n_pairs) */
    double *prob_a, *prob_b; /* (n_pairs) or NULL */
    bool converged;
} cfi_svc_model;

/*
 * Learns from X, codes (n) in [0, n_classes) and weights (n; NULL = one); rows of weight 0 do not
 * exist. CF_ERR_DATA (a class without rows), CF_ERR_NUMERIC, CF_ERR_MEMORY, CF_ERR_CANCELLED,
 * CF_ERR_DEADLINE.
 */
CF_NODISCARD cf_status cfi_svc_train(const cfi_svc_options *options, const cf_matrix *X,
                                     const int32_t *codes, const double *weights,
                                     cf_index n_classes, cf_run *run, cfi_svc_model *model);

/* Releases the model and makes it empty. */
void cfi_svc_model_clear(cfi_svc_model *model);

/* Column of the pair (i, j), i < j, among k classes. */
static inline cf_index cfi_svc_pair(cf_index i, cf_index j, cf_index k)
{
    return i * k - i * (i + 1) / 2 + j - i - 1;
}

#endif
