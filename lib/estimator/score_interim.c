/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands in until lib/metrics is there. */
#include "cofit/extend.h"

struct cf_metric_options;
__attribute__((weak)) cf_status cf_accuracy(const cf_matrix *a, const cf_matrix *b,
                                            const cf_matrix *w, const struct cf_metric_options *o,
                                            double *out);
__attribute__((weak)) cf_status cf_accuracy(const cf_matrix *a, const cf_matrix *b,
                                            const cf_matrix *w, const struct cf_metric_options *o,
                                            double *out)
{
    (void)w;
    (void)o;
    double same = 0;
    for (cf_index i = 0; i < a->rows; i++)
        same += cf_matrix_get(a, i, 0) == cf_matrix_get(b, i, 0);
    *out = same / (double)a->rows;
    return CF_OK;
}

__attribute__((weak)) cf_status cf_r2(const cf_matrix *a, const cf_matrix *b, const cf_matrix *w,
                                      const struct cf_metric_options *o, double *out);
__attribute__((weak)) cf_status cf_r2(const cf_matrix *a, const cf_matrix *b, const cf_matrix *w,
                                      const struct cf_metric_options *o, double *out)
{
    (void)w;
    (void)o;
    double mean = 0, rss = 0, tss = 0;
    for (cf_index i = 0; i < a->rows; i++)
        mean += cf_matrix_get(a, i, 0) / (double)a->rows;
    for (cf_index i = 0; i < a->rows; i++) {
        const double y = cf_matrix_get(a, i, 0), d = y - cf_matrix_get(b, i, 0);
        rss += d * d;
        tss += (y - mean) * (y - mean);
    }
    *out = 1 - rss / tss;
    return CF_OK;
}
