/* SPDX-License-Identifier: BSD-3-Clause */
/* NumPy's pairwise summation of contiguous doubles. */
#include "model_selection/pairwise_sum.h"

#include <string.h>

/* The cases, sizes and order of additions are those of NumPy's pairwise_sum for contiguous doubles:
 * a sum in any other order may differ in its last bit, which is enough to break or make a tie. */
double cfi_pairwise_sum(const double *x, cf_index n)
{
    if (n < 8) {
        double sum = 0;
        for (cf_index i = 0; i < n; i++)
            sum += x[i];
        return sum;
    }
    if (n > 128) {
        /* A multiple of 8, so that the left part has no remainder. */
        const cf_index half = n / 2 - n / 2 % 8;
        return cfi_pairwise_sum(x, half) + cfi_pairwise_sum(x + half, n - half);
    }
    double r[8];
    memcpy(r, x, sizeof r);
    cf_index i = 8;
    for (; i + 8 <= n; i += 8)
        for (int j = 0; j < 8; j++)
            r[j] += x[i + j];
    double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (; i < n; i++)
        sum += x[i];
    return sum;
}
