/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One pass over the rows adds up M = Z'Z for Z = sqrt(w) [(X - shift) scale, 1, Y - y_shift], where
 * shift is the mean of the first rows and scale a power of two that brings the columns near one.
 * Then G = M_xx - s s' / sum(w), s the sums of the columns: the shift makes that correction
 * harmless. Where it is not (the first rows lie far from the rest) the pass is repeated around the
 * mean now known. Chan, Golub and LeVeque (1983), doi:10.1080/00031305.1983.10483115, on why.
 *
 * Up to NARROW columns every chunk of rows has its own M, kept in the cache; above, panels of rows
 * are added to one M in parallel tiles.
 */
#include "algorithms/linear_model/linear_moments.h"

#include "matrix/gram.h"
#include "matrix/matrix.h"
#include "matrix/rows.h"

#include <math.h>
#include <string.h>

enum { NARROW = 512, PANEL = 512, FIRST_ROWS = 256 };

/* A pass over the rows: M is (cfi_gram_pad(d + 1), ld). */
typedef struct pass {
    const cfi_linear_data *data;
    const double *shift, *scale, *y_shift;
    cf_index p, q, ld;
    double *scratch;   /* (workers, CFI_GRAM_ROWS, ld), or a panel */
    cf_index panel_at; /* first row of the panel */
} pass;

/* ---- where the data lie ---- */

static double centre_of(double first, double sum, cf_index rows)
{
    const double centre = first + sum / (double)rows;
    return isfinite(centre) ? centre : 0;
}

/* The mean of the first rows and powers of two for their spread; `row` is scratch (d). */
static void look_at_first_rows(const cfi_linear_data *data, double *shift, double *scale,
                               double *row)
{
    const cf_index rows = data->n < FIRST_ROWS ? data->n : FIRST_ROWS, d = data->d;
    double largest = 0;
    memset(scale, 0, (size_t)d * sizeof *scale);
    cfi_row_to_f64(data->X, 0, shift);
    for (cf_index i = 1; data->centre && i < rows; i++) {
        cfi_row_to_f64(data->X, i, row);
        for (cf_index j = 0; j < d; j++)
            scale[j] += row[j] - shift[j];
    }
    for (cf_index j = 0; j < d; j++) {
        shift[j] = data->centre ? centre_of(shift[j], scale[j], rows) : 0;
        scale[j] = 0;
    }
    for (cf_index i = 0; i < rows; i++) {
        cfi_row_to_f64(data->X, i, row);
        for (cf_index j = 0; j < d; j++)
            scale[j] = fmax(scale[j], fabs(row[j] - shift[j]));
    }
    for (cf_index j = 0; j < d; j++)
        largest = fmax(largest, scale[j]);
    for (cf_index j = 0; j < d; j++)
        scale[j] = cfi_power_scale(scale[j] > 0 ? scale[j] : largest);
}

/* A sparse X is not shifted; its scales come from all that is stored. */
static void look_at_stored(const cf_matrix *X, double *shift, double *scale)
{
    memset(shift, 0, (size_t)X->cols * sizeof *shift);
    memset(scale, 0, (size_t)X->cols * sizeof *scale);
    for (cf_index e = X->offsets[0]; e < X->offsets[X->rows]; e++)
        scale[X->indices[e]] = fmax(scale[X->indices[e]], fabs(cfi_entry(X, e)));
    for (cf_index j = 0; j < X->cols; j++)
        scale[j] = cfi_power_scale(scale[j]);
}

static void look_at_first_targets(const cfi_linear_data *data, double *y_shift)
{
    const cf_index rows = data->n < FIRST_ROWS ? data->n : FIRST_ROWS, k = data->k;
    for (cf_index t = 0; t < k; t++) {
        double sum = 0;
        for (cf_index i = 0; i < rows; i++)
            sum += data->Y[i * k + t] - data->Y[t];
        y_shift[t] = data->centre ? centre_of(data->Y[t], sum, rows) : 0;
    }
}

/* ---- one pass ---- */

/* Rows [begin, end) as rows of Z, `ld` apart, zeros up to the padding. */
static void fill_rows(const pass *a, cf_index begin, cf_index end, double *Z)
{
    const cfi_linear_data *data = a->data;
    const cf_index d = data->d, k = data->k, padded = cfi_gram_pad(a->q);
    const cfi_linear_block block = {begin, end, 0, d, a->shift, a->scale, true};
    cfi_linear_copy(data, &block, Z, a->ld);
    for (cf_index i = begin; i < end; i++) {
        double *z = Z + (i - begin) * a->ld + d;
        const double root = cfi_linear_root(data, i);
        *z++ = root;
        for (cf_index t = 0; t < k; t++)
            *z++ = (data->Y[i * k + t] - a->y_shift[t]) * root;
        for (cf_index j = a->q; j < padded; j++)
            *z++ = 0;
    }
}

static void add_rows(void *ctx, cf_index begin, cf_index end, double *M, int worker)
{
    const pass *a = ctx;
    double *Z = a->scratch + worker * CFI_GRAM_ROWS * a->ld;
    for (cf_index i = begin; i < end; i += CFI_GRAM_ROWS) {
        const cf_index last = end - i < CFI_GRAM_ROWS ? end : i + CFI_GRAM_ROWS;
        const cf_matrix *X = a->data->X;
        const cf_index size =
            X->dtype == CF_F32 ? (cf_index)sizeof(float) : (cf_index)sizeof(double);
        const cf_index next = end - last < CFI_GRAM_ROWS ? end - last : CFI_GRAM_ROWS;
        fill_rows(a, i, last, Z);
        cfi_gram_add_ahead_1(last - i, a->p, a->q, Z, M,
                             (const char *)X->values + last * X->row_stride * size,
                             next * X->row_stride * size);
    }
}

static void add_sparse_rows(void *ctx, cf_index begin, cf_index end, double *M, int worker)
{
    (void)worker;
    const pass *a = ctx;
    const cfi_linear_data *data = a->data;
    const cf_matrix *X = data->X;
    const cf_index d = data->d, k = data->k;
    for (cf_index i = begin; i < end; i++) {
        const double w = data->weights ? data->weights[i] : 1.0;
        const double *y = data->Y + i * k;
        for (cf_index e = X->offsets[i]; e < X->offsets[i + 1]; e++) {
            const cf_index j = X->indices[e];
            const double v = w * (cfi_entry(X, e) * a->scale[j]);
            double *row = M + j * a->ld;
            for (cf_index f = e; f < X->offsets[i + 1]; f++)
                row[X->indices[f]] += v * (cfi_entry(X, f) * a->scale[X->indices[f]]);
            row[d] += v;
            for (cf_index t = 0; t < k; t++)
                row[d + 1 + t] += v * (y[t] - a->y_shift[t]);
        }
        M[d * a->ld + d] += w;
        for (cf_index t = 0; t < k; t++)
            M[d * a->ld + d + 1 + t] += w * (y[t] - a->y_shift[t]);
    }
}

static void fill_panel(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const pass *a = ctx;
    fill_rows(a, a->panel_at + begin, a->panel_at + end, a->scratch + begin * a->ld);
}

static cf_status add_panels(pass *a, double *M)
{
    const cf_index n = a->data->n;
    memset(M, 0, (size_t)(cfi_gram_pad(a->p) * a->ld) * sizeof *M);
    for (a->panel_at = 0; a->panel_at < n; a->panel_at += PANEL) {
        const cf_index rows = n - a->panel_at < PANEL ? n - a->panel_at : PANEL;
        const cfi_gram_panel panel = {true, a->p, a->q, rows, a->scratch, M, a->ld, a->ld};
        CF_TRY(cf_run_check(a->data->run));
        cf_parallel_for(a->data->run, rows, 16, fill_panel, a);
        cfi_gram_add(a->data->run, &panel);
    }
    return CF_OK;
}

static cf_status add_all_rows(pass *a, double *M)
{
    const cfi_linear_data *data = a->data;
    const cf_index d = data->d, length = cfi_gram_pad(a->p) * a->ld;
    if (data->X->storage == CF_CSR)
        return cf_parallel_reduce(data->run, data->n, 1024 + 4 * d, length, add_sparse_rows, a, M);
    cf_status status = CF_OK;
    const cf_index rows = d > NARROW ? PANEL : CFI_GRAM_ROWS * cf_run_threads(data->run);
    CF_GO(CF_ALLOC(a->scratch, rows * a->ld));
    if (d > NARROW)
        CF_GO(add_panels(a, M));
    else
        CF_GO(cf_parallel_reduce(data->run, data->n, 1024 + 4 * d, length, add_rows, a, M));
cleanup:
    cf_free(a->scratch);
    a->scratch = NULL;
    return status;
}

/* ---- from sums to moments ---- */

typedef struct correction {
    cfi_linear_moments *m;
    const double *sums; /* (d) sums of the columns */
} correction;

static void correct_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const correction *c = ctx;
    for (cf_index i = begin; i < end; i++) {
        double *row = c->m->gram + i * c->m->ld;
        const double factor = c->sums[i] / c->m->weight;
        for (cf_index j = i; j < c->m->d; j++)
            row[j] -= factor * c->sums[j];
    }
}

/* Moves the moments from the shift to the mean. *far: some column lost digits in that. */
static void centre_moments(cf_run *run, cfi_linear_moments *m, double *sums, bool *far)
{
    const cf_index d = m->d, ld = m->ld;
    const double *y_sums = m->gram + d * ld + d + 1;
    correction c = {m, sums};
    *far = false;
    for (cf_index j = 0; j < d; j++)
        sums[j] = m->gram[j * ld + d];
    for (cf_index j = 0; j < d; j++) {
        const double part = sums[j] / m->weight * sums[j], before = m->gram[j * ld + j];
        *far = *far || (part > 0.99 * before && before > 0);
        m->mean[j] += sums[j] / m->weight / m->scale[j];
    }
    cf_parallel_for(run, d, 64, correct_rows, &c);
    for (cf_index t = 0; t < m->k; t++) {
        for (cf_index j = 0; j < d; j++)
            m->xy[t * d + j] -= sums[j] * (y_sums[t] / m->weight);
        m->y_mean[t] += y_sums[t] / m->weight;
    }
}

/*
 * A sparse X cannot be shifted: the variance of a constant column is what rounding left of its
 * square. It becomes the zero it is.
 */
static void drop_constants(cfi_linear_moments *m, const double *sums)
{
    for (cf_index j = 0; j < m->d; j++) {
        const double square = sums[j] / m->weight * sums[j];
        if (m->gram[j * m->ld + j] > 1e-13 * square)
            continue;
        for (cf_index i = 0; i < m->d; i++)
            m->gram[i < j ? i * m->ld + j : j * m->ld + i] = 0;
        for (cf_index t = 0; t < m->k; t++)
            m->xy[t * m->d + j] = 0;
    }
}

/* Finite, and with variances that squares of small numbers have not swallowed. */
static bool is_usable(const cfi_linear_moments *m)
{
    for (cf_index j = 0; j < m->d; j++) {
        const double variance = m->gram[j * m->ld + j];
        if (!(variance == 0 || (variance > 1e-200 && variance < 1e200)))
            return false;
        for (cf_index t = 0; t < m->k; t++)
            if (!isfinite(m->xy[t * m->d + j]))
                return false;
    }
    return true;
}

static cf_status allocate(cfi_linear_moments *m, cf_index d, cf_index k)
{
    const cf_index q = d + 1 + k;
    *m = (cfi_linear_moments){.d = d, .k = k, .ld = cfi_gram_stride(q)};
    CF_TRY(CF_ALLOC(m->gram, cfi_gram_pad(d + 1) * m->ld));
    CF_TRY(CF_ALLOC(m->xy, k * d));
    CF_TRY(CF_ALLOC(m->mean, d));
    CF_TRY(CF_ALLOC(m->y_mean, k));
    return CF_ALLOC(m->scale, d);
}

cf_status cfi_linear_moments_new(cfi_linear_moments *m, const cfi_linear_data *data)
{
    cf_status status = CF_OK;
    const cf_index d = data->d, k = data->k;
    const bool sparse = data->X->storage == CF_CSR;
    double *sums = NULL;
    bool far = false;
    CF_GO(allocate(m, d, k));
    CF_GO(CF_ALLOC(sums, d));
    pass a = {.data = data, .p = d + 1, .q = d + 1 + k, .ld = m->ld};
    a.shift = m->mean, a.scale = m->scale, a.y_shift = m->y_mean;
    if (sparse)
        look_at_stored(data->X, m->mean, m->scale);
    else
        look_at_first_rows(data, m->mean, m->scale, sums);
    look_at_first_targets(data, m->y_mean);
    for (int tries = 0; tries == 0 || (far && tries < 2 && !sparse); tries++) {
        CF_GO(cf_run_check(data->run));
        CF_GO(add_all_rows(&a, m->gram));
        m->weight = m->gram[d * m->ld + d];
        for (cf_index t = 0; t < k; t++)
            for (cf_index j = 0; j < d; j++)
                m->xy[t * d + j] = m->gram[j * m->ld + d + 1 + t];
        if (data->centre)
            centre_moments(data->run, m, sums, &far);
        if (data->centre && sparse)
            drop_constants(m, sums);
    }
    m->usable = is_usable(m);
    if (!m->usable) /* NaN and infinity show in the variances */
        CF_GO(cf_fit_scan(data->self, data->args));
cleanup:
    cf_free(sums);
    if (status != CF_OK)
        cfi_linear_moments_clear(m);
    return status;
}

void cfi_linear_moments_clear(cfi_linear_moments *m)
{
    cf_free(m->gram);
    cf_free(m->xy);
    cf_free(m->mean);
    cf_free(m->y_mean);
    cf_free(m->scale);
    *m = (cfi_linear_moments){0};
}
