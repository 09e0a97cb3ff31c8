/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Medians. Without weights by Hoare's selection (1961, doi:10.1145/366622.366647) with the median
 * of three as pivot, in linear time; input that defeats the pivots is sorted instead.
 */
#include "metrics/median.h"

#include "matrix/kernels.h"
#include "metrics/sums.h"

#include <float.h>

static void swap(double *a, double *b)
{
    const double held = *a;
    *a = *b;
    *b = held;
}

/* Orders the ends and the middle, and returns the middle value. */
static double median_of_three(double *x, cf_index low, cf_index high)
{
    const cf_index middle = low + (high - low) / 2;
    if (x[middle] < x[low])
        swap(&x[middle], &x[low]);
    if (x[high] < x[low])
        swap(&x[high], &x[low]);
    if (x[high] < x[middle])
        swap(&x[high], &x[middle]);
    return x[middle];
}

/* Puts the k-th smallest (from 0) at x[k], nothing larger before it and nothing smaller after. */
static void select_kth(double *x, cf_index n, cf_index k)
{
    cf_index low = 0, high = n - 1;
    for (int rounds = 0; low < high; rounds++) {
        if (rounds == 64) { /* far more than good pivots need */
            cfi_sort(x + low, high - low + 1);
            return;
        }
        const double pivot = median_of_three(x, low, high);
        cf_index i = low, j = high;
        /* The pivot itself stops both scans, so neither leaves [low, high]. */
        while (i <= j) {
            while (x[i] < pivot)
                i++;
            while (x[j] > pivot)
                j--;
            if (i <= j)
                swap(&x[i++], &x[j--]);
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            return; /* between the parts all equal the pivot */
    }
}

double cfi_median(double *x, cf_index n)
{
    const cf_index k = n / 2;
    select_kth(x, n, k);
    if (n % 2 == 1)
        return x[k];
    /* An even number: the mean of the two middle values. The lower one is the largest of those
     * before k. */
    double below = x[0];
    for (cf_index i = 1; i < k; i++)
        below = x[i] > below ? x[i] : below;
    return (below + x[k]) / 2;
}

cf_status cfi_weighted_median(const double *x, const double *weights, cf_index n, double total,
                              double *out)
{
    /* Half of the weight is hit exactly up to the rounding of the sums. */
    const double half = 0.5 * total, slack = DBL_EPSILON * fmax(1, total);
    cfi_total sum = {0};
    cf_index *order = NULL, r = 0;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(order, n));
    CF_GO(cfi_argsort(x, n, order));
    for (; r < n; r++) {
        cfi_total_add(&sum, weights[order[r]]);
        if (cfi_total_value(sum) >= half - slack)
            break;
    }
    /* Rounding could keep every sum below half: then it is the last row. */
    r = r < n ? r : n - 1;
    cf_index next = r + 1;
    while (next < n && weights[order[next]] == 0)
        next++;
    const bool inside = cfi_total_value(sum) - half > slack || next >= n;
    *out = inside ? x[order[r]] : (x[order[r]] + x[order[next]]) / 2;
cleanup:
    cf_free(order);
    return status;
}
