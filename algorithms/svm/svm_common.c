/* SPDX-License-Identifier: BSD-3-Clause */
/* What the estimators of this folder share: gamma, and the weights of a linear kernel. */
#include "algorithms/svm/svm_common.h"

#include "algorithms/svm/svc_train.h"
#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

/* Variance over all elements from the columns' statistics (Chan, Golub and LeVeque's merging). */
static double merge_columns(const cfi_column_stats *stats)
{
    double weight = 0, mean = 0, m2 = 0;
    for (cf_index j = 0; j < stats->cols; j++) {
        if (!(stats->weight[j] > 0))
            continue;
        const double total = weight + stats->weight[j], gap = stats->mean[j] - mean;
        m2 += stats->m2[j] + gap * gap * weight * stats->weight[j] / total;
        mean += gap * stats->weight[j] / total;
        weight = total;
    }
    return weight > 0 ? m2 / weight : 0;
}

cf_status cfi_svm_gamma(const char *owner, const cf_value *gamma, cfi_kernel_type kernel,
                        const cf_fit_args *args, double *out)
{
    const double d = (double)args->X->cols;
    *out = 0;
    if (kernel == CFI_KERNEL_PRECOMPUTED)
        return CF_OK;
    *out = cf_value_is_text(gamma, "auto") ? 1 / d : cf_value_number(gamma);
    if (!cf_value_is_text(gamma, "scale"))
        return CF_OK;
    cfi_column_stats stats = {0};
    cf_status status;
    CF_GO(cfi_column_stats_new(&stats, args->X->cols));
    CF_GO(cfi_column_stats_add(args->run, &stats, args->X, args->weights_given, CFI_STATS_M2));
    const double var = merge_columns(&stats);
    *out = var > 0 ? 1 / (d * var) : 1;
    if (!isfinite(*out) || !isfinite(var))
        status = cf_fail(CF_ERR_NUMERIC, "%s: the variance of X is %.17g: gamma='scale' overflows",
                         owner, var);
cleanup:
    cfi_column_stats_clear(&stats);
    return status;
}

/* row += c times row i of the vectors. */
static void add_vector(const cf_matrix *X, cf_index i, double c, double *row)
{
    if (X->storage == CF_CSR) {
        for (cf_index e = X->offsets[i]; e < X->offsets[i + 1]; e++)
            row[X->indices[e]] += c * (X->dtype == CF_F32 ? (double)((const float *)X->values)[e]
                                                          : ((const double *)X->values)[e]);
        return;
    }
    for (cf_index j = 0; j < X->cols; j++) {
        const cf_index at = i * X->row_stride + j * X->col_stride;
        row[j] += c * (X->dtype == CF_F32 ? (double)((const float *)X->values)[at]
                                          : ((const double *)X->values)[at]);
    }
}

cf_status cfi_svm_pair_coef(const cf_matrix *vectors, const double *coef,
                            const int32_t *class_support, cf_index k, cf_matrix *out)
{
    const cf_index n = vectors->rows, d = vectors->cols;
    CF_TRY(cf_matrix_resize(out, CF_F64, k * (k - 1) / 2, d));
    double *rows = out->values;
    memset(rows, 0, (size_t)(k * (k - 1) / 2 * d) * sizeof *rows);
    cf_index v = 0;
    for (cf_index c = 0; c < k; c++) {
        const cf_index end = v + class_support[c];
        for (; v < end; v++) {
            for (cf_index other = 0; other < k; other++) {
                if (other == c)
                    continue;
                const cf_index i = c < other ? c : other, j = c < other ? other : c;
                add_vector(vectors, v, coef[(other > c ? other - 1 : other) * n + v],
                           rows + cfi_svc_pair(i, j, k) * d);
            }
        }
    }
    return CF_OK;
}
