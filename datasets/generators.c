/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Artificial regression problems, blobs, moons and circles, drawn in scikit-learn's order so that
 * a seed gives its data. Classification has a file of its own.
 */
#include "datasets/generators.h"

#include "matrix/linalg.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

void cfi_draw_normals(cf_random *r, cf_index n, double *out)
{
    for (cf_index i = 0; i < n; i++)
        out[i] = cf_random_normal(r);
}

void cfi_draw_uniforms(cf_random *r, cf_index n, double *out)
{
    for (cf_index i = 0; i < n; i++)
        out[i] = cf_random_double(r);
}

cf_status cfi_permute(const double *from, cf_index rows, cf_index cols, const cf_index *row_order,
                      const cf_index *col_order, cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, CF_F64, rows, cols));
    double *to = out->values;
    for (cf_index i = 0; i < rows; i++) {
        const double *row = from + (row_order ? row_order[i] : i) * cols;
        double *target = to + i * out->row_stride;
        for (cf_index j = 0; j < cols; j++)
            target[j * out->col_stride] = row[col_order ? col_order[j] : j];
    }
    return CF_OK;
}

cf_status cfi_permute_labels(const cf_index *from, cf_index rows, const cf_index *row_order,
                             cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, CF_I64, rows, 1));
    int64_t *to = out->values;
    for (cf_index i = 0; i < rows; i++)
        to[i * out->row_stride] = from[row_order ? row_order[i] : i];
    return CF_OK;
}

cf_status cfi_check_count(const char *owner, const char *name, cf_index value, cf_index least)
{
    if (value >= least && value <= INT32_MAX)
        return CF_OK;
    return cf_fail(CF_ERR_ARGUMENT, "%s: %s = %lld is outside [%lld, %lld]", owner, name,
                   (long long)value, (long long)least, (long long)INT32_MAX);
}

/*
 * The first n columns of the orthogonal factor of A = QR, in place; A is (m, n) row-major, m >= n.
 * Householder reflections with LAPACK's signs (R has -sign(a_jj) on its diagonal), so Q is the one
 * LAPACK gives.
 */
static void orthonormalise(double *A, cf_index m, cf_index n, double *tau, double *sums)
{
    for (cf_index j = 0; j < n; j++) {
        double below = 0;
        for (cf_index i = j + 1; i < m; i++)
            below += A[i * n + j] * A[i * n + j];
        const double alpha = A[j * n + j], beta = -copysign(sqrt(alpha * alpha + below), alpha);
        tau[j] = below > 0 ? (beta - alpha) / beta : 0;
        for (cf_index i = j + 1; i < m && below > 0; i++)
            A[i * n + j] /= alpha - beta;
        memset(sums, 0, (size_t)n * sizeof *sums);
        for (cf_index i = j; i < m; i++)
            for (cf_index k = j + 1; k < n; k++)
                sums[k] += (i == j ? 1 : A[i * n + j]) * A[i * n + k];
        for (cf_index i = j; i < m; i++)
            for (cf_index k = j + 1; k < n; k++)
                A[i * n + k] -= tau[j] * (i == j ? 1 : A[i * n + j]) * sums[k];
    }
    /* Q = H_0 H_1 ... times the first n unit vectors, the last reflection first */
    for (cf_index j = n - 1; j >= 0; j--) {
        memset(sums, 0, (size_t)n * sizeof *sums);
        for (cf_index i = j + 1; i < m; i++)
            for (cf_index k = j + 1; k < n; k++)
                sums[k] += A[i * n + j] * A[i * n + k];
        for (cf_index k = j; k < n; k++)
            A[j * n + k] = k == j ? 1 - tau[j] : -tau[j] * sums[k];
        for (cf_index i = j + 1; i < m; i++) {
            for (cf_index k = j + 1; k < n; k++)
                A[i * n + k] -= tau[j] * A[i * n + j] * sums[k];
            A[i * n + j] *= -tau[j];
        }
    }
}

/* X (n, d) with a bell-shaped singular profile of `rank` and a fat tail. */
static cf_status draw_low_rank(cf_random *r, cf_index n, cf_index d, double rank, double tail,
                               double *X)
{
    cf_status status;
    const cf_index k = n < d ? n : d;
    double *U = NULL, *V = NULL, *work = NULL;
    CF_GO(CF_ALLOC(U, n * k));
    CF_GO(CF_ALLOC(V, d * k));
    CF_GO(CF_ALLOC(work, 2 * k));
    cfi_draw_normals(r, n * k, U);
    orthonormalise(U, n, k, work, work + k);
    cfi_draw_normals(r, d * k, V);
    orthonormalise(V, d, k, work, work + k);
    for (cf_index j = 0; j < k; j++) {
        const double at = (double)j / rank;
        const double s = (1 - tail) * exp(-at * at) + tail * exp(-0.1 * (double)j / rank);
        for (cf_index i = 0; i < n; i++)
            U[i * k + j] *= s;
    }
    cfi_gemm_1(false, true, n, d, k, 1, U, k, V, k, 0, X, d);
cleanup:
    cf_free(U);
    cf_free(V);
    cf_free(work);
    return status;
}

typedef struct regression {
    cf_index n, d, informative, targets;
    double tail;
    double *X, *y, *truth; /* (n, d), (n, targets), (d, targets) */
    cf_index *rows, *cols; /* orders; NULL = as they are */
} regression;

/* Defaults filled in and everything checked before a number is drawn. */
static cf_status check_regression(const cf_regression_options *o, regression *p)
{
    p->n = o->n_samples ? o->n_samples : 100;
    p->d = o->n_features ? o->n_features : 100;
    p->informative = o->n_informative ? o->n_informative : 10;
    p->targets = o->n_targets ? o->n_targets : 1;
    p->tail = o->tail_strength == 0 ? 0.5 : o->tail_strength < 0 ? 0 : o->tail_strength;
    if (p->informative < 0)
        p->informative = 0;
    if (p->informative > p->d)
        p->informative = p->d;
    CF_TRY(cfi_check_count("make_regression", "n_samples", p->n, 1));
    CF_TRY(cfi_check_count("make_regression", "n_features", p->d, 1));
    CF_TRY(cfi_check_count("make_regression", "n_targets", p->targets, 1));
    CF_TRY(cfi_check_count("make_regression", "effective_rank", o->effective_rank, 0));
    if (!(p->tail <= 1))
        return cf_fail(CF_ERR_ARGUMENT, "make_regression: tail_strength = %g is outside [0, 1]",
                       p->tail);
    if (!(o->noise >= 0))
        return cf_fail(CF_ERR_ARGUMENT, "make_regression: noise = %g is outside [0, inf)",
                       o->noise);
    return CF_OK;
}

/* X, then the coefficients, then the noise, then both orders: scikit-learn's sequence. */
static cf_status draw_regression(const cf_regression_options *o, regression *p, cf_random *r)
{
    if (o->effective_rank == 0)
        cfi_draw_normals(r, p->n * p->d, p->X);
    else
        CF_TRY(draw_low_rank(r, p->n, p->d, (double)o->effective_rank, p->tail, p->X));
    cfi_draw_uniforms(r, p->informative * p->targets, p->truth);
    for (cf_index i = 0; i < p->informative * p->targets; i++)
        p->truth[i] *= 100;
    cfi_gemm_1(false, false, p->n, p->targets, p->d, 1, p->X, p->d, p->truth, p->targets, 0, p->y,
               p->targets);
    for (cf_index i = 0; i < p->n * p->targets; i++)
        p->y[i] += o->biases ? o->biases[i % p->targets] : o->bias;
    for (cf_index i = 0; o->noise > 0 && i < p->n * p->targets; i++)
        p->y[i] += o->noise * cf_random_normal(r);
    if (p->rows) {
        cf_random_permutation(r, p->n, p->rows);
        cf_random_permutation(r, p->d, p->cols);
    }
    return CF_OK;
}

cf_status cf_make_regression(const cf_regression_options *options, cf_matrix *X, cf_matrix *y,
                             cf_matrix *coef)
{
    static const cf_regression_options defaults;
    const cf_regression_options *o = options ? options : &defaults;
    cf_status status;
    cf_random r;
    regression p = {0};
    CF_GO(check_regression(o, &p));
    CF_GO(cf_random_from_value(&r, &o->random_state));
    CF_GO(CF_ALLOC(p.X, p.n * p.d));
    CF_GO(CF_ALLOC(p.y, p.n * p.targets));
    CF_GO(CF_ALLOC_ZERO(p.truth, p.d * p.targets));
    if (!o->no_shuffle) {
        CF_GO(CF_ALLOC(p.rows, p.n));
        CF_GO(CF_ALLOC(p.cols, p.d));
    }
    CF_GO(draw_regression(o, &p, &r));
    CF_GO(cfi_permute(p.X, p.n, p.d, p.rows, p.cols, X));
    CF_GO(cfi_permute(p.y, p.n, p.targets, p.rows, NULL, y));
    if (coef)
        CF_GO(cfi_permute(p.truth, p.d, p.targets, p.cols, NULL, coef));
    CF_GO(cf_random_to_matrix(&r, o->random_state_out));
cleanup:
    cf_free(p.X);
    cf_free(p.y);
    cf_free(p.truth);
    cf_free(p.rows);
    cf_free(p.cols);
    return status;
}

cf_status cf_make_friedman1(const cf_friedman_options *options, cf_matrix *X, cf_matrix *y)
{
    static const cf_friedman_options defaults;
    const cf_friedman_options *o = options ? options : &defaults;
    const cf_index n = o->n_samples ? o->n_samples : 100, d = o->n_features ? o->n_features : 10;
    cf_status status;
    cf_random r;
    double *x = NULL, *target = NULL;
    CF_GO(cfi_check_count("make_friedman1", "n_samples", n, 1));
    CF_GO(cfi_check_count("make_friedman1", "n_features", d, 5));
    if (!(o->noise >= 0))
        CF_GO(cf_fail(CF_ERR_ARGUMENT, "make_friedman1: noise = %g is outside [0, inf)", o->noise));
    CF_GO(cf_random_from_value(&r, &o->random_state));
    CF_GO(CF_ALLOC(x, n * d));
    CF_GO(CF_ALLOC(target, n));
    cfi_draw_uniforms(&r, n * d, x);
    for (cf_index i = 0; i < n; i++) {
        const double *row = x + i * d, centred = row[2] - 0.5;
        target[i] = 10 * sin(pi * row[0] * row[1]) + 20 * centred * centred + 10 * row[3] +
                    5 * row[4] + o->noise * cf_random_normal(&r);
    }
    CF_GO(cfi_permute(x, n, d, NULL, NULL, X));
    CF_GO(cfi_permute(target, n, 1, NULL, NULL, y));
    CF_GO(cf_random_to_matrix(&r, o->random_state_out));
cleanup:
    cf_free(x);
    cf_free(target);
    return status;
}

typedef struct blobs {
    cf_index n, d, count;
    double *centers, *X;     /* (count, d), (n, d) */
    cf_index *labels, *rows; /* (n); rows NULL = as they are */
} blobs;

/* The number of blobs and of samples can be given in three ways that must agree. */
static cf_status check_blobs(const cf_blobs_options *o, blobs *b)
{
    b->count = o->n_centers ? o->n_centers : o->centers ? o->centers->rows : 3;
    b->d = o->centers ? o->centers->cols : o->n_features ? o->n_features : 2;
    b->n = o->n_samples ? o->n_samples : 100;
    if (o->samples_per_blob) {
        b->n = 0;
        for (cf_index c = 0; c < b->count; c++) {
            CF_TRY(cfi_check_count("make_blobs", "samples_per_blob", o->samples_per_blob[c], 0));
            b->n += o->samples_per_blob[c];
        }
    }
    CF_TRY(cfi_check_count("make_blobs", "n_samples", b->n, 1));
    CF_TRY(cfi_check_count("make_blobs", "n_features", b->d, 1));
    CF_TRY(cfi_check_count("make_blobs", "n_centers", b->count, 1));
    if (o->centers && o->centers->rows != b->count)
        return cf_fail(CF_ERR_SHAPE, "make_blobs: centers has %lld rows, n_centers is %lld",
                       (long long)o->centers->rows, (long long)b->count);
    if (o->center_box[0] > o->center_box[1])
        return cf_fail(CF_ERR_ARGUMENT, "make_blobs: center_box begins at %g and ends at %g",
                       o->center_box[0], o->center_box[1]);
    return CF_OK;
}

/* Centres first, unless given; then the samples blob by blob. */
static void draw_blobs(const cf_blobs_options *o, blobs *b, cf_random *r)
{
    const bool standard_box = o->center_box[0] == 0 && o->center_box[1] == 0;
    const double low = standard_box ? -10 : o->center_box[0];
    const double width = standard_box ? 20 : o->center_box[1] - low;
    for (cf_index k = 0; k < b->count * b->d; k++)
        b->centers[k] = o->centers ? cf_matrix_get(o->centers, k / b->d, k % b->d)
                                   : low + width * cf_random_double(r);
    const double common = o->cluster_std == 0 ? 1 : o->cluster_std < 0 ? 0 : o->cluster_std;
    cf_index i = 0;
    for (cf_index c = 0; c < b->count; c++) {
        const double std = o->cluster_stds ? o->cluster_stds[c] : common;
        const cf_index even = b->n / b->count + (c < b->n % b->count);
        const cf_index end = i + (o->samples_per_blob ? o->samples_per_blob[c] : even);
        for (; i < end; i++) {
            b->labels[i] = c;
            for (cf_index j = 0; j < b->d; j++)
                b->X[i * b->d + j] = b->centers[c * b->d + j] + std * cf_random_normal(r);
        }
    }
    if (b->rows)
        cf_random_permutation(r, b->n, b->rows);
}

cf_status cf_make_blobs(const cf_blobs_options *options, cf_matrix *X, cf_matrix *y,
                        cf_matrix *centers)
{
    static const cf_blobs_options defaults;
    const cf_blobs_options *o = options ? options : &defaults;
    cf_status status;
    cf_random r;
    blobs b = {0};
    CF_GO(check_blobs(o, &b));
    CF_GO(cf_random_from_value(&r, &o->random_state));
    CF_GO(CF_ALLOC(b.centers, b.count * b.d));
    CF_GO(CF_ALLOC(b.X, b.n * b.d));
    CF_GO(CF_ALLOC(b.labels, b.n));
    if (!o->no_shuffle)
        CF_GO(CF_ALLOC(b.rows, b.n));
    draw_blobs(o, &b, &r);
    CF_GO(cfi_permute(b.X, b.n, b.d, b.rows, NULL, X));
    CF_GO(cfi_permute_labels(b.labels, b.n, b.rows, y));
    if (centers)
        CF_GO(cfi_permute(b.centers, b.count, b.d, NULL, NULL, centers));
    CF_GO(cf_random_to_matrix(&r, o->random_state_out));
cleanup:
    cf_free(b.centers);
    cf_free(b.X);
    cf_free(b.labels);
    cf_free(b.rows);
    return status;
}

/* Point i of n equally spaced on [0, end], the end included or not. */
static double spaced(cf_index i, cf_index n, double end, bool included)
{
    if (included && n > 1 && i == n - 1)
        return end;
    const cf_index steps = included ? n - 1 : n;
    return steps > 0 ? (double)i * (end / (double)steps) : 0;
}

/* The upper half of a circle, and the lower half of another moved by (1, 0.5). */
static void draw_moons(cf_index outer, cf_index inner, double factor, double *X)
{
    (void)factor;
    for (cf_index i = 0; i < outer; i++) {
        const double at = spaced(i, outer, pi, true);
        X[2 * i] = cos(at);
        X[2 * i + 1] = sin(at);
    }
    for (cf_index i = 0; i < inner; i++) {
        const double at = spaced(i, inner, pi, true);
        X[2 * (outer + i)] = 1 - cos(at);
        X[2 * (outer + i) + 1] = 1 - sin(at) - 0.5;
    }
}

/* Equally spaced points; the end of the circle is its beginning and is left out. */
static void draw_circles(cf_index outer, cf_index inner, double factor, double *X)
{
    for (cf_index i = 0; i < outer + inner; i++) {
        const bool in = i >= outer;
        const double at = spaced(in ? i - outer : i, in ? inner : outer, 2 * pi, false);
        X[2 * i] = cos(at) * (in ? factor : 1);
        X[2 * i + 1] = sin(at) * (in ? factor : 1);
    }
}

/* Both shapes: points in order, then shuffled, then the noise. */
static cf_status make_shapes(const char *owner, const cf_shapes_options *o, double factor,
                             void (*draw)(cf_index, cf_index, double, double *), cf_matrix *X,
                             cf_matrix *y)
{
    const bool given = o->n_outer != 0 || o->n_inner != 0;
    const cf_index half = o->n_samples ? o->n_samples : 100;
    const cf_index outer = given ? o->n_outer : half / 2;
    const cf_index inner = given ? o->n_inner : half - outer, n = outer + inner;
    cf_status status;
    cf_random r;
    double *points = NULL;
    cf_index *labels = NULL, *rows = NULL;
    CF_GO(cfi_check_count(owner, "n_outer", outer, 0));
    CF_GO(cfi_check_count(owner, "n_inner", inner, 0));
    CF_GO(cfi_check_count(owner, "n_samples", n, 1));
    if (!(o->noise >= 0))
        CF_GO(cf_fail(CF_ERR_ARGUMENT, "%s: noise = %g is outside [0, inf)", owner, o->noise));
    CF_GO(cf_random_from_value(&r, &o->random_state));
    CF_GO(CF_ALLOC(points, 2 * n));
    CF_GO(CF_ALLOC(labels, n));
    draw(outer, inner, factor, points);
    for (cf_index i = 0; i < n; i++)
        labels[i] = i >= outer;
    if (!o->no_shuffle) {
        CF_GO(CF_ALLOC(rows, n));
        cf_random_permutation(&r, n, rows);
    }
    CF_GO(cfi_permute(points, n, 2, rows, NULL, X));
    CF_GO(cfi_permute_labels(labels, n, rows, y));
    double *out = X->values;
    for (cf_index i = 0; i < 2 * n && o->noise > 0; i++)
        out[i / 2 * X->row_stride + i % 2 * X->col_stride] += o->noise * cf_random_normal(&r);
    CF_GO(cf_random_to_matrix(&r, o->random_state_out));
cleanup:
    cf_free(points);
    cf_free(labels);
    cf_free(rows);
    return status;
}

cf_status cf_make_moons(const cf_shapes_options *options, cf_matrix *X, cf_matrix *y)
{
    static const cf_shapes_options defaults;
    return make_shapes("make_moons", options ? options : &defaults, 0, draw_moons, X, y);
}

cf_status cf_make_circles(const cf_shapes_options *options, cf_matrix *X, cf_matrix *y)
{
    static const cf_shapes_options defaults;
    const cf_shapes_options *o = options ? options : &defaults;
    const double factor = o->factor == 0 ? 0.8 : o->factor < 0 ? 0 : o->factor;
    if (!(factor < 1))
        return cf_fail(CF_ERR_ARGUMENT, "make_circles: factor = %g is outside [0, 1)", factor);
    return make_shapes("make_circles", o, factor, draw_circles, X, y);
}
