/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nearest centres of batches of rows with few columns, by the sum of squared differences. The batch
 * is turned so that its loops run along the rows; without bounds to find and with at most four
 * columns, eight rows stay in registers over all centres. Every row takes the same operations
 * wherever it lies in a batch, so equal distances compare as equal.
 */
#include "algorithms/cluster/k_means_solver.h"
#include "matrix/kernels.h"
#include "matrix/vectors.h"

#include <math.h>
#include <string.h>

/* Four columns, from column j, of n rows that are doubles, one under the other. */
static inline __attribute__((always_inline)) void turn_four(const double *x, cf_index step,
                                                            cf_index n, const double *means,
                                                            double *out, cf_index stride)
{
    const cfi_v4d shift = CFI_LOAD_F64(means);
    cf_index r = 0;
    for (; r + 4 <= n; r += 4, x += 4 * step) {
        const cfi_v4d a = CFI_LOAD_F64(x) - shift, b = CFI_LOAD_F64(x + step) - shift;
        const cfi_v4d c = CFI_LOAD_F64(x + 2 * step) - shift;
        const cfi_v4d d = CFI_LOAD_F64(x + 3 * step) - shift;
        const cfi_v4d ab = __builtin_shufflevector(a, b, 0, 4, 2, 6);
        const cfi_v4d cd = __builtin_shufflevector(c, d, 0, 4, 2, 6);
        const cfi_v4d ab1 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
        const cfi_v4d cd1 = __builtin_shufflevector(c, d, 1, 5, 3, 7);
        *(cfi_v4d *)(out + r) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
        *(cfi_v4d *)(out + stride + r) = __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5);
        *(cfi_v4d *)(out + 2 * stride + r) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
        *(cfi_v4d *)(out + 3 * stride + r) = __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7);
    }
    for (; r < n; r++, x += step)
        for (int j = 0; j < 4; j++)
            out[j * stride + r] = x[j] - shift[j];
}

/* Columns of a run of rows, one under the other. */
CF_CLONES static void turn_rows(const cfi_points *p, cf_index begin, cf_index n, double *restrict x,
                                cf_index stride)
{
    const cf_index d = p->X->cols, step = p->X->row_stride;
    cf_index j = 0;
    if (p->X->dtype == CF_F64 && p->shift)
        for (; j + 4 <= d; j += 4)
            turn_four((const double *)p->X->values + begin * step + j, step, n, p->shift + j,
                      x + j * stride, stride);
    for (; j < d; j++) {
        const double shift = p->shift ? p->shift[j] : 0;
        double *restrict column = x + j * stride;
        if (p->X->dtype == CF_F32) {
            const float *row = (const float *)p->X->values + begin * step + j;
            for (cf_index r = 0; r < n; r++)
                column[r] = (double)row[r * step] - shift;
        } else {
            const double *row = (const double *)p->X->values + begin * step + j;
            for (cf_index r = 0; r < n; r++)
                column[r] = row[r * step] - shift;
        }
    }
}

/*
 * The sum of squared differences for all rows, centre by centre; equal ones keep the first.
 */
enum { LANES = 64 };

static inline __attribute__((always_inline)) void
compare_rows(const double *restrict x, const cfi_batch *b, cf_index first, cf_index d)
{
    const cfi_assigner *s = b->nearest;
    const cf_index stride = s->block;
    double best[LANES], second[LANES], square[LANES];
    int64_t label[LANES] = {0};
    for (int r = 0; r < LANES; r++)
        best[r] = second[r] = HUGE_VAL;
    for (cf_index c = 0; c < s->k; c++) {
        const double *centre = s->centres + c * s->d;
        for (int r = 0; r < LANES; r++) {
            const double gap = x[first + r] - centre[0];
            square[r] = gap * gap;
        }
        for (cf_index j = 1; j < d; j++) {
            const double *restrict column = x + j * stride + first;
            for (int r = 0; r < LANES; r++)
                square[r] += (column[r] - centre[j]) * (column[r] - centre[j]);
        }
        for (int r = 0; r < LANES; r++) {
            const double old = best[r], larger = square[r] > old ? square[r] : old;
            second[r] = larger < second[r] ? larger : second[r];
            label[r] = square[r] < old ? c : label[r];
            best[r] = square[r] < old ? square[r] : old;
        }
    }
    memcpy(b->best + first, best, sizeof best);
    memcpy(b->second + first, second, sizeof second);
    memcpy(b->labels + first, label, sizeof label);
}

typedef double v8d __attribute__((vector_size(64), aligned(8), may_alias));
typedef int64_t v8i __attribute__((vector_size(64)));

/* a where the mask is set, else b. */
#define CHOOSE(mask, a, b) ((v8d)(((mask) & (v8i)(a)) | (~(mask) & (v8i)(b))))

/* Labels alone, for at most four columns: eight rows whose numbers, least sum and label stay in
 * registers over all centres. */
static inline __attribute__((always_inline)) void compare_eight(const double *x, const cfi_batch *b,
                                                                cf_index first, int d)
{
    const cfi_assigner *s = b->nearest;
    v8d rows[4], best = (v8d){0} + HUGE_VAL;
    v8i label = {0};
    for (int j = 0; j < d; j++)
        rows[j] = *(const v8d *)(x + j * s->block + first);
    for (cf_index c = 0; c < s->k; c++) {
        const double *centre = s->centres + c * d;
        v8d gap = rows[0] - centre[0], square = gap * gap;
        for (int j = 1; j < d; j++) {
            gap = rows[j] - centre[j];
            square += gap * gap;
        }
        const v8i nearer = (v8i)(square < best);
        best = CHOOSE(nearer, square, best);
        label = (nearer & c) | (~nearer & label);
    }
    memcpy(b->labels + first, &label, sizeof label);
}

CF_CLONES static void compare_differences(const double *x, const cfi_batch *b)
{
    const cf_index d = b->nearest->d, n = b->count;
    const bool only = b->nearest->labels_only;
    for (cf_index r = 0; only && d == 1 && r < n; r += 8)
        compare_eight(x, b, r, 1);
    for (cf_index r = 0; only && d == 2 && r < n; r += 8)
        compare_eight(x, b, r, 2);
    for (cf_index r = 0; only && d == 3 && r < n; r += 8)
        compare_eight(x, b, r, 3);
    for (cf_index r = 0; only && d == 4 && r < n; r += 8)
        compare_eight(x, b, r, 4);
    for (cf_index r = 0; (!only || d > 4) && r < n; r += LANES)
        compare_rows(x, b, r, d);
}

void cfi_difference_load(cfi_batch *b, cf_index begin, cf_index end)
{
    turn_rows(b->nearest->points, begin, end - begin, b->x, b->nearest->block);
}

void cfi_difference_solve(cfi_batch *b)
{
    const double slack = cfi_k_means_slack(b->nearest->d);
    compare_differences(b->x, b);
    if (b->nearest->labels_only)
        return;
    for (cf_index r = 0; r < b->count; r++) {
        b->best[r] = sqrt(b->best[r]) * (1 + slack);
        b->second[r] = sqrt(b->second[r]) * (1 - slack);
    }
}
