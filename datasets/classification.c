/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guyon's generator of classification problems ("Design of experiments for the NIPS 2003 variable
 * selection benchmark", 2003): a normal cluster, stretched at random, at every chosen vertex of a
 * hypercube; linear combinations and copies of the informative features; noise features and
 * labels. The order of the draws is scikit-learn's, so that a seed gives its data.
 */
#include "datasets/generators.h"

#include "matrix/linalg.h"

#include <math.h>
#include <string.h>

enum { WORD_DIMENSIONS = 30 }; /* vertices of a cube of this many dimensions are drawn by number */

typedef struct problem {
    const cf_classification_options *o;
    cf_index n, d, informative, redundant, repeated, classes, clusters; /* clusters in all */
    double class_sep, flip_y;
    double *X, *clouds;       /* (n, d), (n, informative) */
    double *centroids;        /* (clusters, informative) */
    double *mix;              /* (informative, max(informative, redundant)) */
    double *flips;            /* (n) */
    cf_index *sizes, *labels; /* (clusters), (n) */
    cf_index *rows, *cols;    /* orders; NULL = as they are */
} problem;

static cf_index or_default(cf_index value, cf_index otherwise)
{
    return value ? value : otherwise;
}

/* Shares of the classes; the last one may be left to what remains of 1. */
static cf_status check_weights(const problem *p)
{
    const cf_classification_options *o = p->o;
    if (!o->weights)
        return CF_OK;
    if (o->n_weights != p->classes && o->n_weights != p->classes - 1)
        return cf_fail(CF_ERR_ARGUMENT, "make_classification: %lld weights for %lld classes",
                       (long long)o->n_weights, (long long)p->classes);
    double sum = 0;
    for (cf_index c = 0; c < o->n_weights; c++) {
        if (!(o->weights[c] >= 0))
            return cf_fail(CF_ERR_ARGUMENT, "make_classification: weight %lld is %g", (long long)c,
                           o->weights[c]);
        sum += o->weights[c];
    }
    if (!(sum <= 1 + 1e-9))
        return cf_fail(CF_ERR_ARGUMENT, "make_classification: weights add up to %g, more than 1",
                       sum);
    return CF_OK;
}

/* Defaults filled in and everything checked before a number is drawn. */
static cf_status set_problem(problem *p)
{
    static const char owner[] = "make_classification";
    const cf_classification_options *o = p->o;
    p->n = or_default(o->n_samples, 100);
    p->d = or_default(o->n_features, 20);
    p->informative = or_default(o->n_informative, 2);
    p->redundant = o->n_redundant < 0 ? 0 : or_default(o->n_redundant, 2);
    p->repeated = o->n_repeated;
    p->classes = or_default(o->n_classes, 2);
    const cf_index per_class = or_default(o->n_clusters_per_class, 2);
    p->flip_y = o->flip_y == 0 ? 0.01 : o->flip_y < 0 ? 0 : o->flip_y;
    p->class_sep = o->class_sep == 0 ? 1 : o->class_sep < 0 ? 0 : o->class_sep;
    CF_TRY(cfi_check_count(owner, "n_samples", p->n, 1));
    CF_TRY(cfi_check_count(owner, "n_features", p->d, 1));
    CF_TRY(cfi_check_count(owner, "n_informative", p->informative, 1));
    CF_TRY(cfi_check_count(owner, "n_repeated", p->repeated, 0));
    CF_TRY(cfi_check_count(owner, "n_classes", p->classes, 1));
    CF_TRY(cfi_check_count(owner, "n_clusters_per_class", per_class, 1));
    if (p->informative > p->d || p->redundant > p->d - p->informative ||
        p->repeated > p->d - p->informative - p->redundant)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: %lld informative, %lld redundant and %lld repeated of %lld features",
                       owner, (long long)p->informative, (long long)p->redundant,
                       (long long)p->repeated, (long long)p->d);
    if ((double)p->informative < log2((double)p->classes * (double)per_class))
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: %lld classes of %lld clusters need more than the %lld vertices of "
                       "n_informative = %lld",
                       owner, (long long)p->classes, (long long)per_class, 1LL << p->informative,
                       (long long)p->informative);
    if (!(p->flip_y <= 1))
        return cf_fail(CF_ERR_ARGUMENT, "%s: flip_y = %g is outside [0, 1]", owner, p->flip_y);
    p->clusters = p->classes * per_class;
    return check_weights(p);
}

/* Samples of each cluster: by weight rounded down, the rest dealt out one by one. */
static void set_sizes(problem *p)
{
    const cf_classification_options *o = p->o;
    const cf_index per_class = p->clusters / p->classes;
    double sum = 0;
    for (cf_index c = 0; o->weights && c < p->classes - 1; c++)
        sum += o->weights[c];
    cf_index rest = p->n;
    for (cf_index k = 0; k < p->clusters; k++) {
        const cf_index c = k % p->classes;
        double weight = 1 / (double)p->classes;
        if (o->weights)
            weight = c < o->n_weights ? o->weights[c] : 1 - sum;
        p->sizes[k] = (cf_index)((double)p->n * weight / (double)per_class);
        rest -= p->sizes[k];
    }
    for (cf_index i = 0; i < rest; i++)
        p->sizes[i % p->clusters]++;
}

/* `count` different numbers below `total`, by scikit-learn's choice of method. */
static cf_status draw_different(cf_random *r, cf_index total, cf_index count, cf_index *out)
{
    const double ratio = (double)count / (double)total;
    if (ratio > 0.01 && ratio < 0.99)
        return cf_random_choice(r, total, count, out);
    if (ratio >= 0.2) {
        for (cf_index i = 0; i < count; i++)
            out[i] = i;
        for (cf_index i = count; i < total; i++) {
            const cf_index j = cf_random_int(r, 0, i + 1);
            if (j < count)
                out[j] = i;
        }
        return CF_OK;
    }
    for (cf_index i = 0; i < count; i++) {
        bool taken;
        do {
            out[i] = cf_random_int(r, 0, total);
            taken = false;
            for (cf_index k = 0; k < i; k++)
                taken = taken || out[k] == out[i];
        } while (taken);
    }
    return CF_OK;
}

/* Different vertices of the unit cube: the columns beyond the last 30 by coin tosses. */
static cf_status draw_vertices(problem *p, cf_random *r)
{
    cf_status status;
    cf_index *numbers = NULL;
    const cf_index m = p->informative;
    const cf_index low = m < WORD_DIMENSIONS ? m : WORD_DIMENSIONS;
    CF_GO(CF_ALLOC(numbers, p->clusters));
    for (cf_index k = 0; k < p->clusters; k++)
        for (cf_index j = 0; j < m - low; j++)
            p->centroids[k * m + j] = (double)cf_random_int(r, 0, 2);
    CF_GO(draw_different(r, (cf_index)1 << low, p->clusters, numbers));
    for (cf_index k = 0; k < p->clusters; k++)
        for (cf_index j = 0; j < low; j++)
            p->centroids[k * m + m - low + j] = (double)((numbers[k] >> (low - 1 - j)) & 1);
cleanup:
    cf_free(numbers);
    return status;
}

/* Vertices of the unit cube to centres: cube of side 2 class_sep, or a random polytope. */
static void place_vertices(problem *p, cf_random *r)
{
    const cf_index m = p->informative, count = p->clusters * m;
    for (cf_index i = 0; i < count; i++)
        p->centroids[i] = p->centroids[i] * (2 * p->class_sep) - p->class_sep;
    if (!p->o->polytope)
        return;
    for (cf_index k = 0; k < p->clusters; k++) {
        const double factor = cf_random_double(r);
        for (cf_index j = 0; j < m; j++)
            p->centroids[k * m + j] *= factor;
    }
    for (cf_index j = 0; j < m; j++) {
        const double factor = cf_random_double(r);
        for (cf_index k = 0; k < p->clusters; k++)
            p->centroids[k * m + j] *= factor;
    }
}

/* Fills the mixing matrix with uniforms in [-1, 1). */
static void draw_mix(problem *p, cf_random *r, cf_index cols)
{
    cfi_draw_uniforms(r, p->informative * cols, p->mix);
    for (cf_index i = 0; i < p->informative * cols; i++)
        p->mix[i] = 2 * p->mix[i] - 1;
}

/* Every cluster is a normal cloud stretched by a matrix of its own and moved to its vertex. */
static void draw_informative(problem *p, cf_random *r)
{
    const cf_index m = p->informative;
    cfi_draw_normals(r, p->n * m, p->clouds);
    cf_index begin = 0;
    for (cf_index k = 0; k < p->clusters; k++) {
        const cf_index end = begin + p->sizes[k];
        draw_mix(p, r, m);
        if (end > begin)
            cfi_gemm_1(false, false, end - begin, m, m, 1, p->clouds + begin * m, m, p->mix, m, 0,
                       p->X + begin * p->d, p->d);
        for (cf_index i = begin; i < end; i++) {
            p->labels[i] = k % p->classes;
            for (cf_index j = 0; j < m; j++)
                p->X[i * p->d + j] += p->centroids[k * m + j];
        }
        begin = end;
    }
}

/* Combinations of the informative features, copies of both, and noise. */
static void draw_other_features(problem *p, cf_random *r)
{
    const cf_index m = p->informative, useful = m + p->redundant, d = p->d;
    if (p->redundant > 0) {
        draw_mix(p, r, p->redundant);
        cfi_gemm_1(false, false, p->n, p->redundant, m, 1, p->X, d, p->mix, p->redundant, 0,
                   p->X + m, d);
    }
    for (cf_index j = useful; j < useful + p->repeated; j++) {
        const cf_index from = (cf_index)((double)(useful - 1) * cf_random_double(r) + 0.5);
        for (cf_index i = 0; i < p->n; i++)
            p->X[i * d + j] = p->X[i * d + from];
    }
    for (cf_index i = 0; i < p->n; i++)
        for (cf_index j = useful + p->repeated; j < d; j++)
            p->X[i * d + j] = cf_random_normal(r);
}

/* Uniforms for all rows come before the labels: the order of scikit-learn's draws. */
static void flip_labels(problem *p, cf_random *r)
{
    cfi_draw_uniforms(r, p->n, p->flips);
    for (cf_index i = 0; i < p->n; i++)
        if (p->flips[i] < p->flip_y)
            p->labels[i] = cf_random_int(r, 0, p->classes);
}

/* Shift first, then scale: (x + shift) * scale. */
static void shift_and_scale(problem *p, cf_random *r)
{
    const cf_classification_options *o = p->o;
    double *shift = p->mix, *scale = p->mix + p->d; /* no longer needed, and large enough */
    for (cf_index j = 0; j < p->d; j++) {
        shift[j] = o->feature_shift ? o->feature_shift[j] : o->shift;
        if (o->random_shift)
            shift[j] = (2 * cf_random_double(r) - 1) * p->class_sep;
    }
    for (cf_index j = 0; j < p->d; j++) {
        scale[j] = o->feature_scale ? o->feature_scale[j] : o->scale == 0 ? 1 : o->scale;
        if (o->random_scale)
            scale[j] = 1 + 100 * cf_random_double(r);
    }
    for (cf_index i = 0; i < p->n; i++)
        for (cf_index j = 0; j < p->d; j++)
            p->X[i * p->d + j] = (p->X[i * p->d + j] + shift[j]) * scale[j];
}

static cf_status allocate(problem *p)
{
    const cf_index m = p->informative, widest = m > p->redundant ? m : p->redundant;
    CF_TRY(CF_ALLOC(p->X, p->n * p->d));
    CF_TRY(CF_ALLOC(p->clouds, p->n * m));
    CF_TRY(CF_ALLOC(p->centroids, p->clusters * m));
    CF_TRY(CF_ALLOC(p->mix, m * widest > 2 * p->d ? m * widest : 2 * p->d));
    CF_TRY(CF_ALLOC(p->flips, p->n));
    CF_TRY(CF_ALLOC(p->sizes, p->clusters));
    CF_TRY(CF_ALLOC(p->labels, p->n));
    if (!p->o->no_shuffle) {
        CF_TRY(CF_ALLOC(p->rows, p->n));
        CF_TRY(CF_ALLOC(p->cols, p->d));
    }
    return CF_OK;
}

static void release(problem *p)
{
    cf_free(p->X);
    cf_free(p->clouds);
    cf_free(p->centroids);
    cf_free(p->mix);
    cf_free(p->flips);
    cf_free(p->sizes);
    cf_free(p->labels);
    cf_free(p->rows);
    cf_free(p->cols);
}

cf_status cf_make_classification(const cf_classification_options *options, cf_matrix *X,
                                 cf_matrix *y)
{
    static const cf_classification_options defaults;
    cf_status status;
    cf_random r;
    problem p = {.o = options ? options : &defaults};
    CF_GO(set_problem(&p));
    CF_GO(cf_random_from_value(&r, &p.o->random_state));
    CF_GO(allocate(&p));
    set_sizes(&p);
    CF_GO(draw_vertices(&p, &r));
    place_vertices(&p, &r);
    draw_informative(&p, &r);
    draw_other_features(&p, &r);
    flip_labels(&p, &r);
    shift_and_scale(&p, &r);
    if (p.rows) {
        cf_random_permutation(&r, p.n, p.rows);
        cf_random_permutation(&r, p.d, p.cols);
    }
    CF_GO(cfi_permute(p.X, p.n, p.d, p.rows, p.cols, X));
    CF_GO(cfi_permute_labels(p.labels, p.n, p.rows, y));
    CF_GO(cf_random_to_matrix(&r, p.o->random_state_out));
cleanup:
    release(&p);
    return status;
}
