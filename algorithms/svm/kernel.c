/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blocks of kernel entries: a product of two sets of points, then a function of every entry. The
 * product of dense points is a GEMM; sixteen (or eight) sparse rows are spread side by side over
 * the columns, so that every stored entry of the other side meets all of them in one vector.
 *
 * |x - y|^2 is |x|^2 + |y|^2 - 2x'y, with dense rows shifted by the mean of the training rows: the
 * error is then relative to the spread of the data, not to its distance from the origin. The
 * exponential of the rbf kernel takes arguments that are not positive, and lets results below the
 * normal range stay at its end.
 */
#include "algorithms/svm/kernel.h"

#include "matrix/kernels.h"
#include "matrix/linalg.h"

#include <math.h>
#include <string.h>

/* Sparse rows that are spread together: one vector of 64 bytes. */
enum { LANES_F32 = 16, LANES_F64 = 8 };

/* ---- functions of the entries ---- */

/* row[j] = exp(min(0, row[j] - norm - norms[j])): exp(t) = 2^k exp(r), |r| <= ln(2)/2. */
CF_CLONES static void rbf_row_f32(cf_index n, float norm, const float *restrict norms,
                                  float *restrict row)
{
    const float shift = 0x1.8p23F;
    int32_t zero;
    memcpy(&zero, &shift, sizeof zero);
    for (cf_index j = 0; j < n; j++) {
        float t = row[j] - norm - norms[j];
        t = t < 0 ? t : 0;
        t = t > -87 ? t : -87;
        /* The low bits of `shifted` hold k; ln 2 in two parts makes k times the first exact. */
        const float shifted = t * 0x1.715476p+0F + shift;
        const float k = shifted - shift;
        const float r = t - k * 0x1.63p-1F + k * 0x1.bd0106p-13F;
        float p = 0x1.6d110ap-10F;
        p = p * r + 0x1.120b6ep-7F;
        p = p * r + 0x1.55551ap-5F;
        p = p * r + 0x1.5554dcp-3F;
        p = p * r + 0.5F;
        p = p * r + 1;
        p = p * r + 1;
        int32_t bits, whole;
        memcpy(&whole, &shifted, sizeof whole);
        memcpy(&bits, &p, sizeof bits);
        bits += (int32_t)((uint32_t)(whole - zero) << 23);
        memcpy(&row[j], &bits, sizeof bits);
    }
}

CF_CLONES static void rbf_exponents(cf_index n, double norm, const double *restrict norms,
                                    double *restrict row)
{
    for (cf_index j = 0; j < n; j++) {
        const double t = row[j] - norm - norms[j];
        row[j] = t < 0 ? t : 0;
    }
}

/* row[j] = (row[j] + coef0)^degree by repeated squaring. */
CF_CLONES static void poly_row_f32(cf_index n, float coef0, int64_t degree, float *row)
{
    for (cf_index j = 0; j < n; j++) {
        float base = row[j] + coef0, power = 1;
        for (int64_t e = degree; e > 0; e >>= 1) {
            power *= e & 1 ? base : 1;
            base *= base;
        }
        row[j] = power;
    }
}

CF_CLONES static void poly_row_f64(cf_index n, double coef0, int64_t degree, double *row)
{
    for (cf_index j = 0; j < n; j++) {
        double base = row[j] + coef0, power = 1;
        for (int64_t e = degree; e > 0; e >>= 1) {
            power *= e & 1 ? base : 1;
            base *= base;
        }
        row[j] = power;
    }
}

/* tanh(z) = 1 - 2 / (exp(2z) + 1), exact in the absolute sense. */
static void sigmoid_row_f32(cf_index n, float coef0, float *row)
{
    for (cf_index j = 0; j < n; j++)
        row[j] = 2 * (row[j] + coef0);
    cfi_exp_f32(n, row, row);
    for (cf_index j = 0; j < n; j++)
        row[j] = 1 - 2 / (row[j] + 1);
}

static void sigmoid_row_f64(cf_index n, double coef0, double *row)
{
    for (cf_index j = 0; j < n; j++)
        row[j] = 2 * (row[j] + coef0);
    cfi_exp(n, row, row);
    for (cf_index j = 0; j < n; j++)
        row[j] = 1 - 2 / (row[j] + 1);
}

static void finish_row_f32(const cfi_kernel *kernel, cf_index n, float norm, const float *norms,
                           float *row)
{
    switch (kernel->type) {
    case CFI_KERNEL_RBF:
        rbf_row_f32(n, norm, norms, row);
        break;
    case CFI_KERNEL_POLY:
        poly_row_f32(n, (float)kernel->coef0, kernel->degree, row);
        break;
    case CFI_KERNEL_SIGMOID:
        sigmoid_row_f32(n, (float)kernel->coef0, row);
        break;
    case CFI_KERNEL_LINEAR:
    case CFI_KERNEL_PRECOMPUTED:
        break;
    }
}

static void finish_row_f64(const cfi_kernel *kernel, cf_index n, double norm, const double *norms,
                           double *row)
{
    switch (kernel->type) {
    case CFI_KERNEL_RBF:
        rbf_exponents(n, norm, norms, row);
        cfi_exp(n, row, row);
        break;
    case CFI_KERNEL_POLY:
        poly_row_f64(n, kernel->coef0, kernel->degree, row);
        break;
    case CFI_KERNEL_SIGMOID:
        sigmoid_row_f64(n, kernel->coef0, row);
        break;
    case CFI_KERNEL_LINEAR:
    case CFI_KERNEL_PRECOMPUTED:
        break;
    }
}

/* What the inner product is multiplied by. */
static double product_factor(const cfi_kernel *kernel)
{
    switch (kernel->type) {
    case CFI_KERNEL_RBF:
        return 2 * kernel->gamma;
    case CFI_KERNEL_POLY:
    case CFI_KERNEL_SIGMOID:
        return kernel->gamma;
    case CFI_KERNEL_LINEAR:
    case CFI_KERNEL_PRECOMPUTED:
        break;
    }
    return 1;
}

/* ---- products of sparse points ---- */

size_t cfi_kernel_scratch(const cfi_point_form *form)
{
    return form->sparse ? (size_t)form->width * 64 : 0;
}

/* Spreads row i of A into lane `lane` of the scratch, or with `clear` takes it away again. */
static void spread_row(const cfi_points *A, cf_index i, int lane, bool clear, void *scratch)
{
    for (cf_index e = A->offsets[i]; e < A->offsets[i + 1]; e++) {
        if (A->form->f32)
            ((float *)scratch)[(cf_index)A->columns[e] * LANES_F32 + lane] =
                clear ? 0 : ((const float *)A->values)[e];
        else
            ((double *)scratch)[(cf_index)A->columns[e] * LANES_F64 + lane] =
                clear ? 0 : ((const double *)A->values)[e];
    }
}

/* out[lane * ld + j - b0] = factor * (spread row `lane`)'B_j for `lanes` rows. */
CF_CLONES static void product_spread_f32(const cfi_points *B, cf_index b0, cf_index b1,
                                         float factor, const float *restrict spread,
                                         float *restrict out, cf_index ld, int lanes)
{
    const float *entries = B->values;
    for (cf_index j = b0; j < b1; j++) {
        float sum[LANES_F32] = {0};
        for (cf_index e = B->offsets[j]; e < B->offsets[j + 1]; e++) {
            const float *row = spread + (cf_index)B->columns[e] * LANES_F32;
            for (int l = 0; l < LANES_F32; l++)
                sum[l] += entries[e] * row[l];
        }
        for (int l = 0; l < lanes; l++)
            out[l * ld + j - b0] = factor * sum[l];
    }
}

CF_CLONES static void product_spread_f64(const cfi_points *B, cf_index b0, cf_index b1,
                                         double factor, const double *restrict spread,
                                         double *restrict out, cf_index ld, int lanes)
{
    const double *entries = B->values;
    for (cf_index j = b0; j < b1; j++) {
        double sum[LANES_F64] = {0};
        for (cf_index e = B->offsets[j]; e < B->offsets[j + 1]; e++) {
            const double *row = spread + (cf_index)B->columns[e] * LANES_F64;
            for (int l = 0; l < LANES_F64; l++)
                sum[l] += entries[e] * row[l];
        }
        for (int l = 0; l < lanes; l++)
            out[l * ld + j - b0] = factor * sum[l];
    }
}

static void sparse_products(const cfi_points *A, cf_index a0, cf_index a1, const cfi_points *B,
                            cf_index b0, cf_index b1, void *out, cf_index ld, void *scratch)
{
    const bool f32 = A->form->f32;
    const int most = f32 ? LANES_F32 : LANES_F64;
    const double factor = product_factor(&A->form->kernel);
    for (cf_index i = a0; i < a1; i += most) {
        const int lanes = (int)(a1 - i < most ? a1 - i : most);
        for (int l = 0; l < lanes; l++)
            spread_row(A, i + l, l, false, scratch);
        if (f32)
            product_spread_f32(B, b0, b1, (float)factor, scratch, (float *)out + (i - a0) * ld, ld,
                               lanes);
        else
            product_spread_f64(B, b0, b1, factor, scratch, (double *)out + (i - a0) * ld, ld,
                               lanes);
        for (int l = 0; l < lanes; l++)
            spread_row(A, i + l, l, true, scratch);
    }
}

/* ---- blocks ---- */

static void dense_products(const cfi_points *A, cf_index a0, cf_index a1, const cfi_points *B,
                           cf_index b0, cf_index b1, void *out, cf_index ld)
{
    const cf_index d = A->form->width;
    const double factor = product_factor(&A->form->kernel);
    if (A->form->f32)
        cfi_gemm_f32_1(false, true, a1 - a0, b1 - b0, d, (float)factor,
                       (const float *)A->values + a0 * d, d, (const float *)B->values + b0 * d, d,
                       0, out, ld);
    else
        cfi_gemm_1(false, true, a1 - a0, b1 - b0, d, factor, (const double *)A->values + a0 * d, d,
                   (const double *)B->values + b0 * d, d, 0, out, ld);
}

/* An element of a dense matrix of floats or doubles. */
static double element(const cf_matrix *X, cf_index i, cf_index j)
{
    const cf_index at = i * X->row_stride + j * X->col_stride;
    return X->dtype == CF_F32 ? (double)((const float *)X->values)[at]
                              : ((const double *)X->values)[at];
}

static void copy_entries(const cfi_points *A, cf_index a0, cf_index a1, const cfi_points *B,
                         cf_index b0, cf_index b1, void *out, cf_index ld)
{
    for (cf_index i = a0; i < a1; i++) {
        for (cf_index j = b0; j < b1; j++) {
            const double k = element(A->matrix, A->rows[i], B->rows[j]);
            if (A->form->f32)
                ((float *)out)[(i - a0) * ld + j - b0] = (float)k;
            else
                ((double *)out)[(i - a0) * ld + j - b0] = k;
        }
    }
}

void cfi_kernel_block(const cfi_points *A, cf_index a0, cf_index a1, const cfi_points *B,
                      cf_index b0, cf_index b1, void *out, cf_index ld, void *scratch)
{
    const cfi_point_form *form = A->form;
    if (form->kernel.type == CFI_KERNEL_PRECOMPUTED) {
        copy_entries(A, a0, a1, B, b0, b1, out, ld);
        return;
    }
    if (form->sparse)
        sparse_products(A, a0, a1, B, b0, b1, out, ld, scratch);
    else
        dense_products(A, a0, a1, B, b0, b1, out, ld);
    for (cf_index i = a0; i < a1; i++) {
        if (form->f32) {
            const float *a = A->norms, *b = B->norms;
            finish_row_f32(&form->kernel, b1 - b0, a ? a[i] : 0, b ? b + b0 : b,
                           (float *)out + (i - a0) * ld);
        } else {
            const double *a = A->norms, *b = B->norms;
            finish_row_f64(&form->kernel, b1 - b0, a ? a[i] : 0, b ? b + b0 : b,
                           (double *)out + (i - a0) * ld);
        }
    }
}

void cfi_kernel_values(const cfi_kernel *kernel, cf_index n, double *values)
{
    const double factor = kernel->type == CFI_KERNEL_RBF ? -kernel->gamma : product_factor(kernel);
    for (cf_index i = 0; i < n; i++)
        values[i] *= factor;
    if (kernel->type == CFI_KERNEL_RBF)
        cfi_exp(n, values, values);
    else
        finish_row_f64(kernel, n, 0, NULL, values);
}

/* x'x of point i. */
static double square_norm(const cfi_points *A, cf_index i)
{
    const cf_index begin = A->form->sparse ? A->offsets[i] : i * A->form->width;
    const cf_index end = A->form->sparse ? A->offsets[i + 1] : begin + A->form->width;
    double sum = 0;
    for (cf_index e = begin; e < end; e++) {
        const double x =
            A->form->f32 ? (double)((const float *)A->values)[e] : ((const double *)A->values)[e];
        sum += x * x;
    }
    return sum;
}

void cfi_kernel_diagonal(const cfi_points *A, double *out)
{
    const cfi_kernel *kernel = &A->form->kernel;
    for (cf_index i = 0; i < A->n; i++) {
        if (kernel->type == CFI_KERNEL_PRECOMPUTED)
            out[i] = element(A->matrix, A->rows[i], A->rows[i]);
        else
            out[i] = kernel->type == CFI_KERNEL_RBF ? 0 : square_norm(A, i);
    }
    cfi_kernel_values(kernel, A->n, out);
}
