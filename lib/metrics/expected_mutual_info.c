/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mutual information expected when both labellings are drawn at random with the margins of a table
 * (Vinh, Epps and Bailey 2010, equation 24a): for every class and cluster the hypergeometric
 * distribution of the cell's count. Factorials are kept as logarithms.
 */
#include "metrics/contingency.h"

/* What the chunks of the sum read. */
typedef struct expectation {
    const cfi_contingency *t;
    const double *log_factorial; /* (n + 1) */
} expectation;

/* The terms of one cell with margins a and b, over the counts m it can have: m / n log(n m / (a b))
 * times a! b! (n - a)! (n - b)! / (n! m! (a - m)! (b - m)! (n - a - b + m)!). */
static double cell(const expectation *e, int64_t a, int64_t b)
{
    const int64_t n = e->t->n;
    const double *lf = e->log_factorial;
    const double fixed = lf[a] + lf[b] + lf[n - a] + lf[n - b] - lf[n];
    const double log_share = log((double)n) - log((double)a) - log((double)b);
    /* A count of 0 adds nothing (m log m = 0), so the sum begins at 1. */
    const int64_t least = a + b - n > 1 ? a + b - n : 1, most = a < b ? a : b;
    cfi_total sum = {0};
    for (int64_t m = least; m <= most; m++) {
        const double log_p = fixed - lf[m] - lf[a - m] - lf[b - m] - lf[n - a - b + m];
        cfi_total_add(&sum, (double)m / (double)n * (log_share + log((double)m)) * exp(log_p));
    }
    return cfi_total_value(sum);
}

/* The cells of some classes with every cluster, zero cells too. Margins of 0 are labels that occur
 * on the other side only. */
static void add_classes(void *ctx, cf_index begin, cf_index end, double *partial, int worker)
{
    (void)worker;
    const expectation *e = ctx;
    cfi_total sum = {0};
    for (cf_index i = begin; i < end; i++)
        for (cf_index j = 0; e->t->classes[i] > 0 && j < e->t->k; j++)
            if (e->t->clusters[j] > 0)
                cfi_total_add(&sum, cell(e, e->t->classes[i], e->t->clusters[j]));
    partial[0] += cfi_total_value(sum);
}

cf_status cfi_expected_mutual_info(const cfi_contingency *t, cf_run *run, double *out)
{
    double *log_factorial = NULL;
    CF_TRY(CF_ALLOC(log_factorial, t->n + 1));
    for (cf_index i = 0; i <= t->n; i++) {
        int sign; /* lgamma would write it to a global that all threads share */
        log_factorial[i] = lgamma_r((double)i + 1, &sign);
    }
    /* Chunks follow from the sizes of the table alone: the same bits on any number of threads. */
    const cf_status status = cf_parallel_reduce(run, t->k, 1 + 20000 / t->n, 1, add_classes,
                                                &(expectation){t, log_factorial}, out);
    cf_free(log_factorial);
    return status;
}
