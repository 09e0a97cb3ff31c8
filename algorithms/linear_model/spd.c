/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scaling to a unit diagonal by powers of two changes no digit, and brings the condition number
 * within a factor n of the least any diagonal scaling can reach (van der Sluis 1969,
 * doi:10.1007/BF02165096): columns in other units no longer look like dependent ones.
 */
#include "algorithms/linear_model/spd.h"

#include "matrix/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* From this order on the factorisation runs in parallel. */
enum { LARGE = 512 };

cf_status cfi_spd_new(cfi_spd *s, cf_index n, double *A, cf_index ld)
{
    cf_status status = CF_OK;
    *s = (cfi_spd){.n = n, .A = A, .ld = ld};
    CF_GO(CF_ALLOC(s->diagonal, n));
    CF_GO(CF_ALLOC(s->scale, n));
    CF_GO(CF_ALLOC(s->held, n));
    for (cf_index i = 0; i < n; i++) {
        s->diagonal[i] = A[i * ld + i];
        s->scale[i] = 1;
    }
cleanup:
    if (status != CF_OK)
        cfi_spd_clear(s);
    return status;
}

void cfi_spd_clear(cfi_spd *s)
{
    cf_free(s->diagonal);
    cf_free(s->scale);
    cf_free(s->held);
    *s = (cfi_spd){0};
}

/* A change of scale: held[i] is new / old for now. */
static void scale_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const cfi_spd *s = ctx;
    for (cf_index i = begin; i < end; i++) {
        double *row = s->A + i * s->ld;
        for (cf_index j = i + 1; j < s->n; j++)
            row[j] *= s->held[i] * s->held[j];
    }
}

/* Copies the upper triangle below the diagonal, in squares that stay in cache. */
static void mirror_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    enum { SIDE = 32 };
    (void)chunk;
    (void)worker;
    const cfi_spd *s = ctx;
    for (cf_index j0 = 0; j0 < end; j0 += SIDE)
        for (cf_index i = begin; i < end; i++)
            for (cf_index j = j0; j < i && j < j0 + SIDE; j++)
                s->A[i * s->ld + j] = s->A[j * s->ld + i];
}

/* New scales for A + ridge; true when some changed. */
static bool choose_scales(cfi_spd *s, const double *ridge)
{
    bool changed = false;
    for (cf_index i = 0; i < s->n; i++) {
        int e = 0;
        (void)frexp(s->diagonal[i] + (ridge ? ridge[i] : 0), &e);
        const double scale = ldexp(1.0, -(e / 2)), ratio = scale / s->scale[i];
        changed = changed || ratio != 1;
        s->scale[i] = scale;
        s->held[i] = ratio;
    }
    return changed;
}

/* Largest column sum of absolute values of the scaled matrix; `sums` is scratch. */
static double norm_1(const cfi_spd *s, double *sums)
{
    double norm = 0;
    memcpy(sums, s->held, (size_t)s->n * sizeof *sums);
    for (cf_index i = 0; i < s->n; i++) {
        const double *row = s->A + i * s->ld;
        double sum = 0;
        for (cf_index j = i + 1; j < s->n; j++) {
            sum += fabs(row[j]);
            sums[j] += fabs(row[j]);
        }
        sums[i] += sum;
    }
    for (cf_index i = 0; i < s->n; i++)
        norm = fmax(norm, sums[i]);
    return norm;
}

cf_status cfi_spd_factor(cf_run *run, cfi_spd *s, const double *ridge, bool *definite)
{
    cf_status status = CF_OK;
    double *sums = NULL;
    int info = 0;
    CF_GO(CF_ALLOC(sums, s->n));
    if (choose_scales(s, ridge))
        cf_parallel_for(run, s->n, 64, scale_rows, s);
    s->null = 0;
    s->least = ridge && s->n > 0 ? DBL_MAX : 0;
    for (cf_index i = 0; i < s->n; i++) {
        const double value = s->diagonal[i] + (ridge ? ridge[i] : 0);
        s->held[i] = value * s->scale[i] * s->scale[i];
        if (ridge)
            s->least = fmin(s->least, ridge[i] * s->scale[i] * s->scale[i]);
        if (value == 0) { /* a semi-definite matrix has zeros in that row and column */
            s->held[i] = 1;
            s->null++;
        }
        s->A[i * s->ld + i] = s->held[i];
    }
    s->norm = norm_1(s, sums);
    cf_parallel_for(run, s->n, 32, mirror_rows, s);
    /* LAPACK's upper triangle of columns is the lower one of rows. */
    if (s->n < LARGE)
        CF_GO(cfi_potrf(s->n, s->A, s->ld, &info));
    else
        CF_GO(cfi_potrf_parallel(run, s->n, s->A, s->ld, &info));
    *definite = info == 0 && isfinite(s->norm);
cleanup:
    cf_free(sums);
    return status;
}

cf_status cfi_spd_rcond(const cfi_spd *s, double *rcond)
{
    if (s->n == 0) {
        *rcond = 1;
        return CF_OK;
    }
    return cfi_pocon(s->n, s->A, s->ld, s->norm, rcond);
}

cf_status cfi_spd_solve(const cfi_spd *s, cf_index k, double *B)
{
    for (cf_index t = 0; t < k; t++)
        for (cf_index i = 0; i < s->n; i++)
            B[t * s->n + i] *= s->scale[i];
    CF_TRY(cfi_potrs(s->n, k, s->A, s->ld, B, s->n));
    for (cf_index t = 0; t < k; t++)
        for (cf_index i = 0; i < s->n; i++)
            B[t * s->n + i] *= s->scale[i];
    return CF_OK;
}

void cfi_spd_absolute_product(const cfi_spd *s, const double *x, double *out)
{
    for (cf_index i = 0; i < s->n; i++)
        out[i] = s->held[i] * fabs(x[i] / s->scale[i]);
    for (cf_index i = 0; i < s->n; i++) {
        const double *row = s->A + i * s->ld, at = fabs(x[i] / s->scale[i]);
        double sum = 0;
        for (cf_index j = i + 1; j < s->n; j++) {
            sum += fabs(row[j] * (x[j] / s->scale[j]));
            out[j] += fabs(row[j]) * at;
        }
        out[i] += sum;
    }
    for (cf_index i = 0; i < s->n; i++)
        out[i] /= s->scale[i];
}
