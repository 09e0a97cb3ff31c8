/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Latency of predicting one row with StandardScaler | LogisticRegression, 30 features: the median
 * and the 99th percentile over many calls, in microseconds.
 */
#include <cofit/cofit.h>
#include <cofit/extend.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 500, FEATURES = 30, CALLS = 20000 };

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    static double data[ROWS * FEATURES], target[ROWS], times[CALLS];
    cf_random r;
    cf_random_seed(&r, 0);
    for (int i = 0; i < ROWS; i++) {
        double sum = 0;
        for (int j = 0; j < FEATURES; j++)
            sum += data[i * FEATURES + j] = cf_random_normal(&r);
        target[i] = sum + cf_random_normal(&r) > 0;
    }
    const cf_matrix X = cf_view_f64(data, ROWS, FEATURES), y = cf_view_f64(target, ROWS, 1);
    cf_estimator *e = NULL;
    double answer = 0;
    cf_matrix out = cf_view_f64(&answer, 1, 1);
    if (cf_parse(&e, "StandardScaler | LogisticRegression") != CF_OK ||
        cf_fit(e, &X, &y, NULL) != CF_OK) {
        fprintf(stderr, "%s\n", cf_last_error());
        return 1;
    }
    for (int k = 0; k < CALLS; k++) {
        const cf_matrix row = cf_view_rows(&X, k % ROWS, k % ROWS + 1);
        const double begin = now_us();
        if (cf_predict(e, &row, &out) != CF_OK)
            return 1;
        times[k] = now_us() - begin;
    }
    qsort(times, CALLS, sizeof *times, compare);
    printf("one row, StandardScaler | LogisticRegression, %d features: median %.2f us, 99th "
           "percentile %.2f us\n",
           FEATURES, times[CALLS / 2], times[CALLS * 99 / 100]);
    cf_estimator_free(e);
    return 0;
}
