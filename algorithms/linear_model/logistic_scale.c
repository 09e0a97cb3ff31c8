/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A block costs n q^2 once, a product with the Hessian 4 n q: factors pay up to some thousand
 * columns, for they make the number of products independent of correlations in the data. The
 * softmax does not change when a constant is added to every class: parameters are kept in the
 * subspace where classes sum to 0, into which every result is projected.
 */
#include "algorithms/linear_model/logistic_scale.h"

#include "matrix/linalg.h"

#include <math.h>
#include <string.h>

enum { MOST_OWN = 512, MOST_SHARED = 1536, MOST_NUMBERS = 1 << 22, PARALLEL = 384 };

cf_status cfi_logistic_scale_new(cfi_logistic_scale *s, const cfi_logistic *p)
{
    const cf_index q = p->d + (p->intercept ? 1 : 0);
    const bool own = q <= MOST_OWN && p->k <= MOST_NUMBERS / (q * q);
    cf_status status;
    *s = (cfi_logistic_scale){.q = q, .count = own ? p->k : 1, .skip = 1};
    s->factors = p->X->storage == CF_DENSE && q <= MOST_SHARED;
    CF_GO(CF_ALLOC(s->values, s->factors ? s->count * q * q : cfi_logistic_size(p)));
    CF_GO(CF_ALLOC(s->work, q * p->k));
cleanup:
    if (status != CF_OK)
        cfi_logistic_scale_clear(s);
    return status;
}

void cfi_logistic_scale_clear(cfi_logistic_scale *s)
{
    cf_free(s->values);
    cf_free(s->work);
    *s = (cfi_logistic_scale){0};
}

/* Adds the penalty to the diagonal of block c; what is held gets rows and columns of the identity.
 */
static void finish_block(const cfi_logistic_scale *s, const cfi_logistic *p, cf_index c, double *M)
{
    const cf_index q = s->q;
    for (cf_index j = 0; j < q; j++)
        M[j * q + j] +=
            (j < p->d ? p->l2 : p->l2_intercept) + (s->damping ? s->damping[j * p->k + c] : 0);
    for (cf_index j = 0; s->held && s->count == p->k && j < q; j++)
        if (s->held[j * p->k + c]) {
            for (cf_index i = 0; i < q; i++)
                M[j * q + i] = M[i * q + j] = 0;
            M[j * q + j] = 1;
        }
}

/* True when every row has the same probabilities, as at the start. */
static bool is_flat(const cfi_logistic *p)
{
    const size_t bytes = (size_t)p->k * sizeof(double);
    for (cf_index i = 1; i < p->n; i++)
        if (memcmp(p->curvature, p->curvature + i * p->k, bytes) != 0)
            return false;
    return true;
}

/* The block of class c without penalty. With equal rows all blocks are multiples of the first. */
static cf_status make_block(cfi_logistic_scale *s, const cfi_logistic *p, cf_index c, bool flat)
{
    const cf_index numbers = s->q * s->q, which = s->count < p->k ? -1 : c;
    double *M = s->values + c * numbers;
    if (s->count == 1 || c == 0 || !flat)
        return cfi_logistic_block(p, (cfi_logistic_part){which, which, s->skip}, M);
    const double *q = p->curvature, ratio = q[c] * (1 - q[c]) / (q[0] * (1 - q[0]));
    for (cf_index j = 0; j < numbers; j++)
        M[j] = ratio * s->values[j];
    return CF_OK;
}

/*
 * Factors M; false when it is singular or nearly so: a column then is, up to rounding, a
 * combination of others (its pivot is what they leave of its diagonal), and solutions would hold
 * noise.
 */
static cf_status factor(const cfi_logistic_scale *s, const cfi_logistic *p, double *M,
                        bool *regular)
{
    const cf_index q = s->q;
    const double least = 1e-11;
    double *diagonal = s->work;
    int info = 0;
    for (cf_index j = 0; j < q; j++)
        diagonal[j] = M[j * q + j];
    CF_TRY(q > PARALLEL ? cfi_potrf_parallel(p->run, q, M, q, &info) : cfi_potrf(q, M, q, &info));
    *regular = info == 0;
    for (cf_index j = 0; *regular && j < q; j++)
        *regular = M[j * q + j] * M[j * q + j] > least * diagonal[j];
    return CF_OK;
}

/* The factor of block c, with as much added to its diagonal as makes it regular. */
static cf_status take_block(cfi_logistic_scale *s, const cfi_logistic *p, cf_index c)
{
    const cf_index q = s->q;
    double *M = s->values + c * q * q;
    bool regular;
    finish_block(s, p, c, M);
    CF_TRY(factor(s, p, M, &regular));
    for (double added = 1e-8; !regular && added < 1e8; added *= 10) {
        s->direct = false;
        CF_TRY(make_block(s, p, c, false));
        finish_block(s, p, c, M);
        for (cf_index j = 0; j < q; j++) /* a zero: all probabilities are 0 or 1 in doubles */
            M[j * q + j] = M[j * q + j] > 0 ? (1 + added) * M[j * q + j] : 1;
        CF_TRY(factor(s, p, M, &regular));
    }
    return regular ? CF_OK : cf_fail(CF_ERR_NUMERIC, "the Hessian is not finite");
}

static cf_status take_diagonal(cfi_logistic_scale *s, const cfi_logistic *p)
{
    const cf_index size = cfi_logistic_size(p);
    double largest = 0;
    CF_TRY(cfi_logistic_diagonal(p, s->values));
    for (cf_index j = 0; j < size; j++) {
        s->values[j] += s->damping ? s->damping[j] : 0;
        largest = fmax(largest, s->values[j]);
    }
    for (cf_index j = 0; j < size; j++) /* empty columns without penalty */
        if (s->values[j] <= 1e-16 * largest)
            s->values[j] = largest > 0 ? largest : 1;
    return CF_OK;
}

cf_status cfi_logistic_scale_take(cfi_logistic_scale *s, const cfi_logistic *p)
{
    if (!s->factors)
        return take_diagonal(s, p);
    const bool flat = s->count > 1 && is_flat(p);
    s->direct = p->k == 1;
    for (cf_index c = 0; c < s->count; c++)
        CF_TRY(make_block(s, p, c, flat));
    for (cf_index c = 0; c < s->count; c++)
        CF_TRY(take_block(s, p, c));
    return CF_OK;
}

static void centre_classes(const cfi_logistic *p, double *z)
{
    const cf_index k = p->k;
    for (cf_index j = 0; j <= p->d; j++, z += k) {
        double mean = 0;
        for (cf_index c = 0; c < k; c++)
            mean += z[c];
        mean /= (double)k;
        for (cf_index c = 0; c < k; c++)
            z[c] -= mean;
    }
}

cf_status cfi_logistic_scale_apply(const cfi_logistic_scale *s, const cfi_logistic *p,
                                   const double *r, double *z)
{
    const cf_index k = p->k, q = s->q;
    if (!s->factors) {
        for (cf_index j = 0; j < cfi_logistic_size(p); j++)
            z[j] = r[j] / s->values[j];
    } else {
        for (cf_index j = 0; j < q; j++)
            for (cf_index c = 0; c < k; c++)
                s->work[c * q + j] = r[j * k + c];
        if (s->count == 1)
            CF_TRY(cfi_potrs(q, k, s->values, q, s->work, q));
        for (cf_index c = 0; s->count > 1 && c < k; c++)
            CF_TRY(cfi_potrs(q, 1, s->values + c * q * q, q, s->work + c * q, q));
        for (cf_index j = 0; j < q; j++)
            for (cf_index c = 0; c < k; c++)
                z[j * k + c] = s->work[c * q + j];
    }
    if (!p->intercept)
        memset(z + p->d * k, 0, (size_t)k * sizeof *z);
    if (s->centred)
        centre_classes(p, z);
    for (cf_index j = 0; s->held && j < cfi_logistic_size(p); j++)
        z[j] = s->held[j] ? 0 : z[j];
    return CF_OK;
}
