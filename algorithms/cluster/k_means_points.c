/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows of K-means: loading, distances to a centre, sums by label. */
#include "algorithms/cluster/k_means_solver.h"
#include "matrix/kernels.h"
#include "matrix/matrix.h"
#include "matrix/rows.h"
#include "matrix/vectors.h"

#include <string.h>

void cfi_points_load(const cfi_points *p, cf_index i, double *row, cf_index step)
{
    const cf_index d = p->X->cols;
    if (p->X->storage == CF_CSR) {
        for (cf_index j = 0; j < d; j++)
            row[j * step] = 0;
        for (cf_index e = p->X->offsets[i]; e < p->X->offsets[i + 1]; e++)
            row[p->X->indices[e] * step] = cfi_entry(p->X, e);
        return;
    }
    const float *single = p->X->dtype == CF_F32 ? cfi_row_f32(p->X, i) : NULL;
    const double *x = single ? NULL : cfi_row_f64(p->X, i);
    for (cf_index j = 0; j < d; j++)
        row[j * step] = single ? (double)single[j] : x[j];
    for (cf_index j = 0; p->shift && j < d; j++)
        row[j * step] -= p->shift[j];
}

CF_CLONES static double shifted_distance2_f64(const double *x, const double *shift,
                                              const double *centre, cf_index d)
{
    double sum;
#define GAP(i) (CFI_LOAD_F64(x + (i)) - CFI_LOAD_F64(shift + (i)) - CFI_LOAD_F64(centre + (i)))
#define TERM(i) (GAP(i) * GAP(i))
#define LAST(i) ((x[i] - shift[i] - centre[i]) * (x[i] - shift[i] - centre[i]))
    CFI_SUM_TERMS(sum, d, TERM, LAST);
#undef GAP
#undef TERM
#undef LAST
    return sum;
}

CF_CLONES static double shifted_distance2_f32(const float *x, const double *shift,
                                              const double *centre, cf_index d)
{
    double sum;
#define GAP(i) (CFI_LOAD_F32(x + (i)) - CFI_LOAD_F64(shift + (i)) - CFI_LOAD_F64(centre + (i)))
#define TERM(i) (GAP(i) * GAP(i))
#define ONE(i) ((double)x[i] - shift[i] - centre[i])
#define LAST(i) (ONE(i) * ONE(i))
    CFI_SUM_TERMS(sum, d, TERM, LAST);
#undef GAP
#undef TERM
#undef ONE
#undef LAST
    return sum;
}

CF_CLONES static double distance2_f32(const float *x, const double *centre, cf_index d)
{
    double sum;
#define GAP(i) (CFI_LOAD_F32(x + (i)) - CFI_LOAD_F64(centre + (i)))
#define TERM(i) (GAP(i) * GAP(i))
#define LAST(i) (((double)x[i] - centre[i]) * ((double)x[i] - centre[i]))
    CFI_SUM_TERMS(sum, d, TERM, LAST);
#undef GAP
#undef TERM
#undef LAST
    return sum;
}

/* Every column, stored or not. */
static double distance2_sparse(const cf_matrix *X, cf_index i, const double *centre)
{
    cf_index e = X->offsets[i];
    const cf_index end = X->offsets[i + 1];
    double sum = 0;
    for (cf_index j = 0; j < X->cols; j++) {
        const double x = e < end && X->indices[e] == j ? cfi_entry(X, e++) : 0;
        sum += (x - centre[j]) * (x - centre[j]);
    }
    return sum;
}

double cfi_points_distance2(const cfi_points *p, cf_index i, const double *centre)
{
    const cf_index d = p->X->cols;
    if (p->X->storage == CF_CSR)
        return distance2_sparse(p->X, i, centre);
    if (p->X->dtype == CF_F32)
        return p->shift ? shifted_distance2_f32(cfi_row_f32(p->X, i), p->shift, centre, d)
                        : distance2_f32(cfi_row_f32(p->X, i), centre, d);
    return p->shift ? shifted_distance2_f64(cfi_row_f64(p->X, i), p->shift, centre, d)
                    : cfi_distance2(cfi_row_f64(p->X, i), centre, d);
}

double cfi_points_sparse_distance2(const cfi_points *p, cf_index i, const double *centre,
                                   double centre_norm)
{
    double sum = centre_norm;
    for (cf_index e = p->X->offsets[i]; e < p->X->offsets[i + 1]; e++) {
        const double c = centre[p->X->indices[e]], gap = cfi_entry(p->X, e) - c;
        sum += gap * gap - c * c;
    }
    return sum > 0 ? sum : 0;
}

CF_CLONES static void add_f64(const cfi_points *p, cf_index begin, cf_index end,
                              const int32_t *labels, const unsigned char *wanted, double *sums,
                              double *weights)
{
    const cf_index d = p->X->cols, step = p->X->row_stride;
    const double *values = p->X->values, *shift = p->shift, *given = p->weights;
    for (cf_index i = begin; i < end; i++) {
        const double w = given ? given[i] : 1, *x = values + i * step;
        const int32_t label = labels[i];
        if (!wanted[label] || w == 0)
            continue;
        weights[label] += w;
        double *sum = sums + label * d;
        cf_index j = 0;
        for (; j + 4 <= d; j += 4)
            *(cfi_v4d *)(sum + j) += w * (CFI_LOAD_F64(x + j) - CFI_LOAD_F64(shift + j));
        for (; j < d; j++)
            sum[j] += w * (x[j] - shift[j]);
    }
}

CF_CLONES static void add_f32(const cfi_points *p, cf_index begin, cf_index end,
                              const int32_t *labels, const unsigned char *wanted, double *sums,
                              double *weights)
{
    const cf_index d = p->X->cols;
    const double *restrict shift = p->shift;
    for (cf_index i = begin; i < end; i++) {
        const double w = cfi_points_weight(p, i);
        if (!wanted[labels[i]] || w == 0)
            continue;
        weights[labels[i]] += w;
        const float *restrict x = cfi_row_f32(p->X, i);
        double *restrict sum = sums + labels[i] * d;
        for (cf_index j = 0; j < d; j++)
            sum[j] += w * ((double)x[j] - shift[j]);
    }
}

static void add_sparse(const cfi_points *p, cf_index begin, cf_index end, const int32_t *labels,
                       const unsigned char *wanted, double *sums, double *weights)
{
    for (cf_index i = begin; i < end; i++) {
        const double w = cfi_points_weight(p, i);
        double *sum = sums + labels[i] * p->X->cols;
        if (!wanted[labels[i]] || w == 0)
            continue;
        weights[labels[i]] += w;
        for (cf_index e = p->X->offsets[i]; e < p->X->offsets[i + 1]; e++)
            sum[p->X->indices[e]] += w * cfi_entry(p->X, e);
    }
}

void cfi_points_add(const cfi_points *p, cf_index begin, cf_index end, const int32_t *labels,
                    const unsigned char *wanted, double *sums, double *weights)
{
    if (p->X->storage == CF_CSR)
        add_sparse(p, begin, end, labels, wanted, sums, weights);
    else if (p->X->dtype == CF_F32)
        add_f32(p, begin, end, labels, wanted, sums, weights);
    else
        add_f64(p, begin, end, labels, wanted, sums, weights);
}
