/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows of a matrix in the form kernels are computed from: one type, dense rows shifted, sparse rows
 * with only the columns that the training rows use, all in units that make gamma about one: squares
 * of large or small numbers, and gamma, then stay in the range of floats.
 */
#include "algorithms/svm/kernel.h"
#include "base/memory.h"
#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

/* A sparse matrix with at least this share of stored entries is computed as a dense one. */
static const double dense_share = 0.25;

static cf_index row_of(const cf_index *rows, cf_index first, cf_index i)
{
    return rows ? rows[i] : first + i;
}

/* ---- forms ---- */

static cf_index stored_in(const cf_matrix *X, const cf_index *rows, cf_index first, cf_index n)
{
    cf_index stored = 0;
    for (cf_index i = 0; i < n; i++) {
        const cf_index r = row_of(rows, first, i);
        stored += X->offsets[r + 1] - X->offsets[r];
    }
    return stored;
}

/* Numbers the columns that occur, ascending; the others get -1. */
static cf_status number_columns(cfi_point_form *form, const cf_matrix *X, const cf_index *rows,
                                cf_index n)
{
    CF_TRY(CF_ALLOC(form->position, X->cols));
    for (cf_index j = 0; j < X->cols; j++)
        form->position[j] = -1;
    for (cf_index i = 0; i < n; i++) {
        const cf_index r = row_of(rows, 0, i);
        for (cf_index e = X->offsets[r]; e < X->offsets[r + 1]; e++)
            form->position[X->indices[e]] = 0;
    }
    int32_t used = 0;
    for (cf_index j = 0; j < X->cols; j++)
        if (form->position[j] == 0)
            form->position[j] = used++;
    form->width = used;
    return CF_OK;
}

/* The mean of every column: distances do not change, their rounding errors shrink. */
static cf_status find_shift(cfi_point_form *form, const cf_matrix *X, const cf_index *rows,
                            cf_index n)
{
    CF_TRY(CF_ALLOC_ZERO(form->shift, X->cols));
    for (cf_index i = 0; i < n; i++) {
        const cf_index r = row_of(rows, 0, i);
        if (X->storage == CF_CSR)
            for (cf_index e = X->offsets[r]; e < X->offsets[r + 1]; e++)
                form->shift[X->indices[e]] += X->dtype == CF_F32
                                                  ? (double)((const float *)X->values)[e]
                                                  : ((const double *)X->values)[e];
        else if (X->dtype == CF_F32)
            for (cf_index j = 0; j < X->cols; j++)
                form->shift[j] += (double)cfi_row_f32(X, r)[j];
        else
            for (cf_index j = 0; j < X->cols; j++)
                form->shift[j] += cfi_row_f64(X, r)[j];
    }
    for (cf_index j = 0; j < X->cols; j++)
        form->shift[j] /= (double)n;
    return CF_OK;
}

/* Moves the even powers of two in gamma to the points: no bit of a kernel value changes. */
static void choose_scale(cfi_point_form *form)
{
    const cfi_kernel_type type = form->kernel.type;
    int exponent = 0;
    if (type == CFI_KERNEL_RBF || type == CFI_KERNEL_POLY || type == CFI_KERNEL_SIGMOID)
        (void)frexp(form->kernel.gamma, &exponent);
    form->scale = ldexp(1, exponent / 2);
    form->kernel.gamma = ldexp(form->kernel.gamma, -2 * (exponent / 2));
}

cf_status cfi_point_form_new(cfi_point_form *form, const cfi_kernel *kernel, bool f32,
                             const cf_matrix *X, const cf_index *rows, cf_index n)
{
    *form = (cfi_point_form){.kernel = *kernel, .f32 = f32, .cols = X->cols, .width = X->cols};
    choose_scale(form);
    if (kernel->type == CFI_KERNEL_PRECOMPUTED || n == 0)
        return CF_OK;
    const double cells = (double)n * (double)X->cols;
    form->sparse = X->storage == CF_CSR && (double)stored_in(X, rows, 0, n) < dense_share * cells;
    if (form->sparse)
        return number_columns(form, X, rows, n);
    return kernel->type == CFI_KERNEL_RBF ? find_shift(form, X, rows, n) : CF_OK;
}

void cfi_point_form_clear(cfi_point_form *form)
{
    cf_free(form->shift);
    cf_free(form->position);
    form->shift = NULL;
    form->position = NULL;
}

/* ---- points ---- */

void cfi_points_clear(cfi_points *points)
{
    cf_free(points->values);
    cf_free(points->offsets);
    cf_free(points->columns);
    cf_free(points->norms);
    cf_free(points->rows);
    *points = (cfi_points){0};
}

/* Room for n points that store `stored` entries; what was there is lost. */
static cf_status make_room(cfi_points *points, const cfi_point_form *form, cf_index n,
                           cf_index stored)
{
    const size_t size = form->f32 ? sizeof(float) : sizeof(double);
    if (points->form == form && n <= points->room && stored <= points->room_stored)
        return CF_OK;
    cfi_points_clear(points);
    if (form->kernel.type == CFI_KERNEL_PRECOMPUTED) {
        CF_TRY(CF_ALLOC(points->rows, n));
    } else {
        points->values = cf_alloc(stored, size);
        if (!points->values)
            return cf_out_of_memory();
    }
    if (form->sparse) {
        CF_TRY(CF_ALLOC(points->offsets, n + 1));
        CF_TRY(CF_ALLOC(points->columns, stored));
    }
    if (form->kernel.type == CFI_KERNEL_RBF) {
        points->norms = cf_alloc(n, size);
        if (!points->norms)
            return cf_out_of_memory();
    }
    points->form = form;
    points->room = n;
    points->room_stored = stored;
    return CF_OK;
}

enum { PIECE = 64 };

/* out[0..count) = columns [j, j + count) of row r, as doubles, shifted. */
static void load_piece(const cf_matrix *X, cf_index r, cf_index j, cf_index count,
                       const double *shift, double *out)
{
    if (X->dtype == CF_F32)
        for (cf_index k = 0; k < count; k++)
            out[k] = (double)cfi_row_f32(X, r)[j + k];
    else
        for (cf_index k = 0; k < count; k++)
            out[k] = cfi_row_f64(X, r)[j + k];
    for (cf_index k = 0; shift && k < count; k++)
        out[k] -= shift[j + k];
}

/* Stores `count` values, scaled, from entry `at` on; returns the sum of their squares as stored. */
static double store_piece(cfi_points *points, cf_index at, cf_index count, const double *values)
{
    const double scale = points->form->scale;
    double sum = 0;
    if (points->form->f32) {
        float *out = (float *)points->values + at;
        for (cf_index k = 0; k < count; k++) {
            out[k] = (float)(scale * values[k]);
            sum += (double)out[k] * (double)out[k];
        }
    } else {
        double *out = (double *)points->values + at;
        for (cf_index k = 0; k < count; k++) {
            out[k] = scale * values[k];
            sum += out[k] * out[k];
        }
    }
    return sum;
}

/* Stores row r as dense point i; returns the sum of its squares as stored. */
static double fill_dense(cfi_points *points, cf_index i, const cf_matrix *X, cf_index r)
{
    const cfi_point_form *form = points->form;
    const cf_index begin = i * form->width;
    double piece[PIECE], sum = 0;
    if (X->storage == CF_DENSE) {
        for (cf_index j = 0; j < form->cols; j += PIECE) {
            const cf_index count = form->cols - j < PIECE ? form->cols - j : PIECE;
            load_piece(X, r, j, count, form->shift, piece);
            sum += store_piece(points, begin + j, count, piece);
        }
        return sum;
    }
    cf_index e = X->offsets[r];
    for (cf_index j = 0; j < form->cols; j += PIECE) {
        const cf_index count = form->cols - j < PIECE ? form->cols - j : PIECE;
        for (cf_index k = 0; k < count; k++)
            piece[k] = form->shift ? -form->shift[j + k] : 0;
        for (; e < X->offsets[r + 1] && X->indices[e] < j + count; e++)
            piece[X->indices[e] - j] += X->dtype == CF_F32 ? (double)((const float *)X->values)[e]
                                                           : ((const double *)X->values)[e];
        sum += store_piece(points, begin + j, count, piece);
    }
    return sum;
}

/* Appends one entry of point i; what has no column still counts in the norm. */
static double append_entry(cfi_points *points, cf_index i, cf_index column, double x)
{
    const int32_t position = points->form->position[column];
    const double scaled = points->form->scale * x;
    const double stored = points->form->f32 ? (double)(float)scaled : scaled;
    if (position >= 0) {
        const cf_index at = points->offsets[i + 1]++;
        points->columns[at] = position;
        store_piece(points, at, 1, &x);
    }
    return stored * stored;
}

/* Appends row r as sparse point i; returns the sum of its squares as stored. */
static double fill_sparse(cfi_points *points, cf_index i, const cf_matrix *X, cf_index r)
{
    double sum = 0;
    points->offsets[i + 1] = points->offsets[i];
    if (X->storage == CF_CSR) {
        for (cf_index e = X->offsets[r]; e < X->offsets[r + 1]; e++)
            sum += append_entry(points, i, X->indices[e],
                                X->dtype == CF_F32 ? (double)((const float *)X->values)[e]
                                                   : ((const double *)X->values)[e]);
        return sum;
    }
    for (cf_index j = 0; j < X->cols; j++) {
        double x;
        load_piece(X, r, j, 1, NULL, &x);
        if (x != 0)
            sum += append_entry(points, i, j, x);
    }
    return sum;
}

cf_status cfi_points_fill(cfi_points *points, const cfi_point_form *form, const cf_matrix *X,
                          const cf_index *rows, cf_index first, cf_index n)
{
    cf_index stored = n * form->width;
    if (form->sparse && X->storage == CF_CSR)
        stored = stored_in(X, rows, first, n);
    CF_TRY(make_room(points, form, n, stored));
    points->n = n;
    points->matrix = X;
    if (form->sparse)
        points->offsets[0] = 0;
    for (cf_index i = 0; i < n; i++) {
        const cf_index r = row_of(rows, first, i);
        if (form->kernel.type == CFI_KERNEL_PRECOMPUTED) {
            points->rows[i] = r;
            continue;
        }
        const double sum =
            form->sparse ? fill_sparse(points, i, X, r) : fill_dense(points, i, X, r);
        const double norm = form->kernel.gamma * sum;
        if (points->norms && form->f32)
            ((float *)points->norms)[i] = (float)norm;
        else if (points->norms)
            ((double *)points->norms)[i] = norm;
    }
    return CF_OK;
}

void cfi_points_keep(cfi_points *points, const cf_index *keep, cf_index count)
{
    const cfi_point_form *form = points->form;
    const size_t size = form->f32 ? sizeof(float) : sizeof(double);
    char *values = points->values, *norms = points->norms;
    cf_index at = 0;
    for (cf_index i = 0; i < count; i++) {
        const cf_index from = keep[i];
        if (points->rows)
            points->rows[i] = points->rows[from];
        if (norms)
            memmove(norms + (size_t)i * size, norms + (size_t)from * size, size);
        if (points->rows)
            continue;
        const cf_index begin = form->sparse ? points->offsets[from] : from * form->width;
        const cf_index stored = form->sparse ? points->offsets[from + 1] - begin : form->width;
        memmove(values + (size_t)at * size, values + (size_t)begin * size, (size_t)stored * size);
        if (form->sparse) {
            memmove(points->columns + at, points->columns + begin,
                    (size_t)stored * sizeof *points->columns);
            points->offsets[i] = at;
        }
        at += stored;
    }
    if (form->sparse)
        points->offsets[count] = at;
    points->n = count;
}
