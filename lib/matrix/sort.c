/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sorting of doubles, NaN last. In place: quicksort with a branch-free partition (a branch on
 * random data is mispredicted half the time and costs more than the two stores it would save),
 * insertion below 32, heapsort when the depth shows a bad case. The permutation:
 * least-significant-digit radix sort on order-preserving integer keys, which is stable; digits all
 * keys share are skipped.
 */
#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

enum { SMALL = 32 };

static void insertion_sort(double *x, cf_index n)
{
    for (cf_index i = 1; i < n; i++) {
        const double v = x[i];
        cf_index j = i;
        for (; j > 0 && x[j - 1] > v; j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
}

/* Lets x[root] sink until no child is larger; the children are heaps. */
static void sift_down(double *x, cf_index root, cf_index n)
{
    const double v = x[root];
    for (cf_index child = 2 * root + 1; child < n; child = 2 * root + 1) {
        if (child + 1 < n && x[child + 1] > x[child])
            child++;
        if (x[child] <= v)
            break;
        x[root] = x[child];
        root = child;
    }
    x[root] = v;
}

/* n log n in the worst case, in place. */
static void heap_sort(double *x, cf_index n)
{
    for (cf_index i = n / 2 - 1; i >= 0; i--)
        sift_down(x, i, n);
    for (cf_index last = n - 1; last > 0; last--) {
        const double v = x[last];
        x[last] = x[0];
        x[0] = v;
        sift_down(x, 0, last);
    }
}

static double median_of_3(double a, double b, double c)
{
    const double low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

/* The median of three, or of three medians of three: sorted and reversed input give the middle. */
static double choose_pivot(const double *x, cf_index n)
{
    const cf_index m = n / 2, e = n / 8;
    if (n < 512)
        return median_of_3(x[0], x[m], x[n - 1]);
    return median_of_3(median_of_3(x[0], x[e], x[2 * e]), median_of_3(x[m - e], x[m], x[m + e]),
                       median_of_3(x[n - 1 - 2 * e], x[n - 1 - e], x[n - 1]));
}

/* Moves what is below the pivot (with `equal`, not above it) to the front; returns how many. */
static cf_index partition(double *x, cf_index n, double pivot, bool equal)
{
    cf_index front = 0;
    if (equal) {
        for (cf_index i = 0; i < n; i++) {
            const double v = x[i];
            x[i] = x[front];
            x[front] = v;
            front += v <= pivot;
        }
    } else {
        for (cf_index i = 0; i < n; i++) {
            const double v = x[i];
            x[i] = x[front];
            x[front] = v;
            front += v < pivot;
        }
    }
    return front;
}

/* Recurses into the shorter part. */
static void quick_sort(double *x, cf_index n, int depth)
{
    while (n > SMALL) {
        if (depth-- == 0) {
            heap_sort(x, n);
            return;
        }
        const double pivot = choose_pivot(x, n);
        cf_index front = partition(x, n, pivot, false);
        if (front == 0) {
            /* The pivot is the least: all that equal it are in place. */
            front = partition(x, n, pivot, true);
            x += front;
            n -= front;
        } else if (front < n - front) {
            quick_sort(x, front, depth);
            x += front;
            n -= front;
        } else {
            quick_sort(x + front, n - front, depth);
            n = front;
        }
    }
    insertion_sort(x, n);
}

void cfi_sort(double *x, cf_index n)
{
    cf_index numbers = 0;
    for (cf_index i = 0; i < n; i++) {
        const double v = x[i];
        if (!isnan(v)) {
            x[i] = x[numbers];
            x[numbers++] = v;
        }
    }
    /* Twice the depth of even halves, and some. */
    int depth = 4;
    for (cf_index m = numbers; m > 1; m /= 2)
        depth += 2;
    quick_sort(x, numbers, depth);
}

typedef struct keyed {
    uint64_t key;
    cf_index row;
} keyed;

/* Ascending integers for ascending doubles; -0 equals 0, and every NaN is last. */
static uint64_t key_of(double x)
{
    const double v = x + 0.0; /* -0 becomes 0 */
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    if (isnan(x))
        return UINT64_MAX;
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

/* Stable: equal keys do not pass each other. */
static void insertion_sort_keyed(keyed *items, cf_index n)
{
    for (cf_index i = 1; i < n; i++) {
        const keyed v = items[i];
        cf_index j = i;
        for (; j > 0 && items[j - 1].key > v.key; j--)
            items[j] = items[j - 1];
        items[j] = v;
    }
}

/* Sorts `items` with the help of `spare`; returns which of the two holds the result. */
static keyed *radix_sort(keyed *items, keyed *spare, cf_index n)
{
    enum { DIGITS = 8, VALUES = 256 };
    cf_index counts[DIGITS][VALUES] = {{0}};
    for (cf_index i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++)
            counts[d][items[i].key >> (8 * d) & 255]++;
    for (int d = 0; d < DIGITS; d++) {
        cf_index *count = counts[d];
        if (count[items[0].key >> (8 * d) & 255] == n)
            continue;
        cf_index place = 0;
        for (int v = 0; v < VALUES; v++) {
            const cf_index here = count[v];
            count[v] = place;
            place += here;
        }
        for (cf_index i = 0; i < n; i++)
            spare[count[items[i].key >> (8 * d) & 255]++] = items[i];
        keyed *const swap = items;
        items = spare;
        spare = swap;
    }
    return items;
}

cf_status cfi_argsort(const double *x, cf_index n, cf_index *order)
{
    keyed small[2 * SMALL];
    keyed *items = n <= 2 * SMALL ? small : cf_alloc(n, 2 * sizeof *items);
    if (!items)
        return cf_out_of_memory();
    for (cf_index i = 0; i < n; i++)
        items[i] = (keyed){key_of(x[i]), i};
    const keyed *sorted = items;
    if (items == small)
        insertion_sort_keyed(items, n);
    else
        sorted = radix_sort(items, items + n, n);
    for (cf_index i = 0; i < n; i++)
        order[i] = sorted[i].row;
    if (items != small)
        cf_free(items);
    return CF_OK;
}
