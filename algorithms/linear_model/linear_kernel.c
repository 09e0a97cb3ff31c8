/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Up to NARROW rows each chunk of columns adds up a K of its own, kept in the cache; above, panels
 * of columns are added to one K in parallel tiles.
 */
#include "algorithms/linear_model/linear_kernel.h"

#include "algorithms/linear_model/linear_operator.h"
#include "matrix/gram.h"
#include "matrix/linalg.h"
#include "matrix/rows.h"

#include <math.h>
#include <string.h>

enum { NARROW = 512, PANEL_NUMBERS = 1 << 20 };

/* ---- panels ---- */

static void fill_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const cfi_linear_kernel *kernel = ctx;
    const cfi_linear_block block = {
        begin, end, kernel->at, kernel->cols, kernel->mean, kernel->panel_scale, true};
    cfi_linear_copy(kernel->data, &block, kernel->panel + begin * kernel->width, kernel->width);
}

/* The panel (n, width) gets the columns from `at` on; their number is kept in `cols`. */
static void fill_panel(cfi_linear_kernel *kernel, cf_index at)
{
    const cf_index rest = kernel->data->d - at;
    kernel->at = at;
    kernel->cols = rest < kernel->width ? rest : kernel->width;
    cf_parallel_for(kernel->data->run, kernel->data->n, 16, fill_rows, kernel);
}

void cfi_linear_kernel_coef(cfi_linear_kernel *kernel, const double *dual, double *coef)
{
    const cfi_linear_data *data = kernel->data;
    for (cf_index at = 0; at < data->d; at += kernel->width) {
        fill_panel(kernel, at);
        cfi_gemm(data->run, false, false, data->k, kernel->cols, data->n, 1, dual, data->n,
                 kernel->panel, kernel->width, 0, coef + at, data->d);
    }
}

void cfi_linear_kernel_residual(cfi_linear_kernel *kernel, const double *y_mean, const double *coef,
                                double *residual)
{
    const cfi_linear_data *data = kernel->data;
    for (cf_index t = 0; t < data->k; t++)
        cfi_linear_target(data, t, y_mean[t], residual + t * data->n);
    for (cf_index at = 0; at < data->d; at += kernel->width) {
        fill_panel(kernel, at);
        cfi_gemm(data->run, false, true, data->k, data->n, kernel->cols, -1, coef + at, data->d,
                 kernel->panel, kernel->width, 1, residual, data->n);
    }
}

/* ---- K ---- */

typedef struct narrow {
    const cfi_linear_kernel *kernel;
    double *scratch; /* (workers, CFI_GRAM_ROWS, ld), zeros where rows are padded */
} narrow;

/* Columns [begin, end) of C, as rows. */
static void add_columns(void *ctx, cf_index begin, cf_index end, double *K, int worker)
{
    const narrow *a = ctx;
    const cfi_linear_kernel *kernel = a->kernel;
    const cf_index n = kernel->data->n;
    double *Z = a->scratch + worker * CFI_GRAM_ROWS * kernel->ld;
    for (cf_index j = begin; j < end; j += CFI_GRAM_ROWS) {
        const cf_index cols = end - j < CFI_GRAM_ROWS ? end - j : CFI_GRAM_ROWS;
        const cfi_linear_block block = {0, n, j, cols, kernel->mean, kernel->panel_scale, true};
        cfi_linear_copy_columns(kernel->data, &block, Z, kernel->ld);
        cfi_gram_add_1(cols, n, n, Z, K);
    }
}

static cf_status add_narrow(cfi_linear_kernel *kernel)
{
    const cf_index n = kernel->data->n, ld = kernel->ld;
    narrow a = {kernel, NULL};
    CF_TRY(CF_ALLOC_ZERO(a.scratch, cf_run_threads(kernel->data->run) * CFI_GRAM_ROWS * ld));
    const cf_status status =
        cf_parallel_reduce(kernel->data->run, kernel->data->d, CFI_GRAM_ROWS + 4 * n,
                           cfi_gram_pad(n) * ld, add_columns, &a, kernel->K);
    cf_free(a.scratch);
    return status;
}

static cf_status add_panels(cfi_linear_kernel *kernel)
{
    const cf_index n = kernel->data->n, ld = kernel->ld;
    memset(kernel->K, 0, (size_t)(cfi_gram_pad(n) * ld) * sizeof *kernel->K);
    for (cf_index at = 0; at < kernel->data->d; at += kernel->width) {
        CF_TRY(cf_run_check(kernel->data->run));
        fill_panel(kernel, at);
        const cfi_gram_panel panel = {false,         n, n, kernel->cols, kernel->panel, kernel->K,
                                      kernel->width, ld};
        cfi_gram_add(kernel->data->run, &panel);
    }
    return CF_OK;
}

/* A power of two that brings the largest entry of some first rows near one. */
static double find_scale(const cfi_linear_data *data, const double *mean, double *row)
{
    enum { ROWS = 64 };
    double largest = 0;
    for (cf_index i = 0; i < data->n && i < ROWS; i++) {
        cfi_row_to_f64(data->X, i, row);
        for (cf_index j = 0; j < data->d; j++)
            largest = fmax(largest, fabs(row[j] - mean[j]));
    }
    return cfi_power_scale(largest);
}

static bool is_usable(const cfi_linear_kernel *kernel)
{
    double largest = 0;
    bool finite = true;
    for (cf_index i = 0; i < kernel->data->n; i++) {
        largest = fmax(largest, kernel->K[i * kernel->ld + i]);
        finite = finite && isfinite(kernel->K[i * kernel->ld + i]);
    }
    return finite && largest < 1e200 && (largest == 0 || largest > 1e-200);
}

cf_status cfi_linear_kernel_new(cfi_linear_kernel *kernel, const cfi_linear_data *data,
                                const double *mean)
{
    cf_status status = CF_OK;
    const cf_index n = data->n, d = data->d;
    *kernel = (cfi_linear_kernel){.data = data, .mean = mean, .ld = cfi_gram_stride(n)};
    kernel->width = PANEL_NUMBERS / (n + 1) + 256;
    kernel->width = kernel->width < d ? kernel->width : d;
    CF_GO(CF_ALLOC(kernel->K, cfi_gram_pad(n) * kernel->ld));
    CF_GO(CF_ALLOC(kernel->panel, n * kernel->width));
    CF_GO(CF_ALLOC(kernel->panel_scale, d));
    kernel->scale = find_scale(data, mean, kernel->panel_scale);
    for (cf_index j = 0; j < d; j++)
        kernel->panel_scale[j] = kernel->scale;
    if (n <= NARROW)
        CF_GO(add_narrow(kernel));
    else
        CF_GO(add_panels(kernel));
    kernel->usable = is_usable(kernel);
cleanup:
    if (status != CF_OK)
        cfi_linear_kernel_clear(kernel);
    return status;
}

void cfi_linear_kernel_clear(cfi_linear_kernel *kernel)
{
    cf_free(kernel->K);
    cf_free(kernel->panel);
    cf_free(kernel->panel_scale);
    *kernel = (cfi_linear_kernel){0};
}
