/* SPDX-License-Identifier: BSD-3-Clause */
/* The shared kernels: gigabytes a second of what is bound by memory, nanoseconds an element of the
 * rest. */
#include "matrix/kernels.h"
#include "base/parallel.h"
#include "bench.h"

#include <stdio.h>
#include <string.h>

typedef struct work {
    cf_run *run;
    cf_matrix X;
    const double *weights;
    int what;
    cf_index n;
    const double *numbers;
    double *out;
    cf_index *order;
} work;

static void scan(void *ctx)
{
    const work *w = ctx;
    cf_index row, col;
    double value;
    if (cfi_find_nonfinite(w->run, &w->X, false, &row, &col, &value))
        abort();
}

static void describe(void *ctx)
{
    const work *w = ctx;
    cfi_column_stats s;
    if (cfi_column_stats_new(&s, w->X.cols) != CF_OK ||
        cfi_column_stats_add(w->run, &s, &w->X, w->weights, w->what) != CF_OK)
        abort();
    cfi_column_stats_clear(&s);
}

static void predict(void *ctx)
{
    const work *w = ctx;
    if (cfi_affine(w->run, &w->X, w->numbers, 1, w->numbers, w->out) != CF_OK)
        abort();
}

static void gradient(void *ctx)
{
    const work *w = ctx;
    if (cfi_transposed_product(w->run, &w->X, w->numbers, 1, w->out) != CF_OK)
        abort();
}

static void row_norms(void *ctx)
{
    const work *w = ctx;
    cfi_row_norms2(w->run, &w->X, w->out);
}

static void exponential(void *ctx)
{
    const work *w = ctx;
    cfi_exp(w->n, w->numbers, w->out);
}

static void sum(void *ctx)
{
    const work *w = ctx;
    w->out[0] = cfi_sum(w->numbers, NULL, w->n);
}

static void sort(void *ctx)
{
    const work *w = ctx;
    memcpy(w->out, w->numbers, (size_t)w->n * sizeof *w->out);
    cfi_sort(w->out, w->n);
}

static void argsort(void *ctx)
{
    const work *w = ctx;
    if (cfi_argsort(w->numbers, w->n, w->order) != CF_OK)
        abort();
}

static void softmax(void *ctx)
{
    const work *w = ctx;
    memcpy(w->out, w->numbers, (size_t)w->n * sizeof *w->out);
    cfi_softmax_rows(w->run, w->out, w->n / 10, 10);
}

static void print_bandwidth(const char *name, void (*fn)(void *), work *w)
{
    const double bytes = (double)(w->X.rows * w->X.cols) * (w->X.dtype == CF_F32 ? 4 : 8);
    printf("%-40s %8.2f GB/s\n", name, 1e-9 * bytes / bench_time(fn, w, 1));
}

static void print_cost(const char *name, void (*fn)(void *), work *w)
{
    printf("%-40s %8.2f ns an element\n", name, 1e9 * bench_time(fn, w, 1) / (double)w->n);
}

int main(void)
{
    enum { NUMBERS = 20000000 };
    double *x = cf_alloc(NUMBERS, sizeof *x), *out = cf_alloc(NUMBERS, sizeof *out);
    float *f = cf_alloc(NUMBERS, sizeof *f);
    cf_index *order = cf_alloc(NUMBERS, sizeof *order);
    if (!x || !out || !f || !order)
        return 1;
    cf_stream stream;
    cf_stream_start(&stream, 1, 0);
    for (cf_index i = 0; i < NUMBERS; i++) {
        x[i] = cf_stream_double(&stream);
        f[i] = (float)x[i];
    }
    cf_run run;
    cfi_run_begin(&run, NULL);
    work w = {.run = &run, .numbers = x, .out = out, .order = order};
    const cf_index widths[] = {1, 4, 30, 200};
    for (size_t k = 0; k < sizeof widths / sizeof widths[0]; k++) {
        const cf_index d = widths[k], n = NUMBERS / d;
        printf("%lld x %lld\n", (long long)n, (long long)d);
        for (int single = 0; single < 2; single++) {
            w.X = single ? cf_view_f32(f, n, d) : cf_view_f64(x, n, d);
            printf(" %s\n", single ? "f32" : "f64");
            print_bandwidth("  find_nonfinite", scan, &w);
            w.weights = NULL, w.what = CFI_STATS_MEAN;
            print_bandwidth("  column_stats mean", describe, &w);
            w.what = CFI_STATS_MEAN | CFI_STATS_M2;
            print_bandwidth("  column_stats mean, m2", describe, &w);
            w.weights = x;
            print_bandwidth("  column_stats mean, m2, weights", describe, &w);
            w.what = CFI_STATS_RANGE, w.weights = NULL;
            print_bandwidth("  column_stats range", describe, &w);
            print_bandwidth("  affine, one column", predict, &w);
            print_bandwidth("  transposed_product, one column", gradient, &w);
            print_bandwidth("  row_norms2", row_norms, &w);
        }
    }
    w.n = 1000000;
    print_cost("exp", exponential, &w);
    print_cost("sum", sum, &w);
    print_cost("sort 1e6", sort, &w);
    print_cost("argsort 1e6", argsort, &w);
    print_cost("softmax of 10", softmax, &w);
    cfi_run_end(&run);
    return 0;
}
