/* SPDX-License-Identifier: BSD-3-Clause */
/* What a one-against-one classifier answers: decisions, labels and probabilities. */
#ifndef COFIT_SVM_SVC_ANSWER_H
#define COFIT_SVM_SVC_ANSWER_H

#include "algorithms/svm/expansion.h"

/* A trained classifier; a decision above 0 speaks for class i of the pair (i, j), i < j. */
typedef struct cfi_svc_decider {
    cf_index n_classes;
    cfi_expansion expansion;       /* groups are classes, n_coef is n_classes - 1 */
    const double *intercept;       /* (pairs) */
    const double *prob_a, *prob_b; /* (pairs) or NULL */
} cfi_svc_decider;

typedef enum cfi_svc_question {
    CFI_SVC_PAIRS,        /* (n, pairs) decisions */
    CFI_SVC_SCORES,       /* (n, n_classes) votes, ties broken by the sum of decisions */
    CFI_SVC_VOTE,         /* (n, 1) I32: the class with most votes, the first of several */
    CFI_SVC_BEST_SCORE,   /* (n, 1) I32: the class with the largest score */
    CFI_SVC_PROBABILITIES /* (n, n_classes) */
} cfi_svc_question;

/* Answers for every row of X. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_svc_answer(const cfi_svc_decider *d, cfi_svc_question question,
                                      const cf_matrix *X, cf_run *run, cf_matrix *out);

#endif
