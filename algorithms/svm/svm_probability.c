/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Platt's sigmoid by Newton's method with backtracking: H.-T. Lin, C.-J. Lin, R. Weng, "A note on
 * Platt's probabilistic outputs for support vector machines", Machine Learning 68 (2007), 267-276,
 * doi:10.1007/s10994-007-5018-6, algorithm 1; and pairwise coupling. Tolerances are LIBSVM's, so
 * that the figures are.
 */
#include "algorithms/svm/svm_probability.h"

#include <math.h>

double cfi_sigmoid_value(double f, double A, double B)
{
    const double z = f * A + B;
    return z >= 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z));
}

typedef struct sigmoid_data {
    cf_index n;
    const double *f;
    const bool *is_first;
    double high, low; /* the targets: shrunk towards 1/2 by the prior */
} sigmoid_data;

/* Minus the log-likelihood, in the form that neither overflows nor cancels. */
static double sigmoid_loss(const sigmoid_data *d, double A, double B)
{
    double loss = 0;
    for (cf_index i = 0; i < d->n; i++) {
        const double z = d->f[i] * A + B, target = d->is_first[i] ? d->high : d->low;
        loss += z >= 0 ? target * z + log1p(exp(-z)) : (target - 1) * z + log1p(exp(z));
    }
    return loss;
}

typedef struct sigmoid_slope {
    double gA, gB, hAA, hAB, hBB;
} sigmoid_slope;

static sigmoid_slope sigmoid_derivatives(const sigmoid_data *d, double A, double B)
{
    const double ridge = 1e-12;
    sigmoid_slope s = {.hAA = ridge, .hBB = ridge};
    for (cf_index i = 0; i < d->n; i++) {
        const double f = d->f[i], z = f * A + B, e = exp(-fabs(z)), small = e / (1 + e);
        const double p = z >= 0 ? small : 1 / (1 + e), w = small / (1 + e);
        const double residual = (d->is_first[i] ? d->high : d->low) - p;
        s.hAA += f * f * w;
        s.hAB += f * w;
        s.hBB += w;
        s.gA += f * residual;
        s.gB += residual;
    }
    return s;
}

bool cfi_sigmoid_fit(cf_index n, const double *f, const bool *is_first, double *A, double *B)
{
    enum { MOST_STEPS = 100 };
    const double tol = 1e-5, least_step = 1e-10;
    double firsts = 0;
    for (cf_index i = 0; i < n; i++)
        firsts += is_first[i];
    const double others = (double)n - firsts;
    const sigmoid_data data = {n, f, is_first, (firsts + 1) / (firsts + 2), 1 / (others + 2)};
    *A = 0;
    *B = log((others + 1) / (firsts + 1));
    double loss = sigmoid_loss(&data, *A, *B);
    for (int iteration = 0; iteration < MOST_STEPS; iteration++) {
        const sigmoid_slope s = sigmoid_derivatives(&data, *A, *B);
        if (fabs(s.gA) < tol && fabs(s.gB) < tol)
            return true;
        const double det = s.hAA * s.hBB - s.hAB * s.hAB;
        const double dA = -(s.hBB * s.gA - s.hAB * s.gB) / det;
        const double dB = -(s.hAA * s.gB - s.hAB * s.gA) / det;
        const double slope = s.gA * dA + s.gB * dB;
        double step = 1, next = 0;
        for (; step >= least_step; step /= 2) {
            next = sigmoid_loss(&data, *A + step * dA, *B + step * dB);
            if (next < loss + 1e-4 * step * slope)
                break;
        }
        if (step < least_step)
            return false;
        *A += step * dA;
        *B += step * dB;
        loss = next;
    }
    return false;
}

/* Q of the coupling problem min p'Qp over the simplex. */
static void coupling_matrix(cf_index k, const double *r, double *Q)
{
    for (cf_index i = 0; i < k; i++) {
        Q[i * k + i] = 0;
        for (cf_index j = 0; j < k; j++) {
            if (j == i)
                continue;
            Q[i * k + i] += r[j * k + i] * r[j * k + i];
            Q[i * k + j] = -r[j * k + i] * r[i * k + j];
        }
    }
}

void cfi_couple_pairs(cf_index k, const double *r, double *p, double *work)
{
    double *Q = work, *Qp = work + k * k;
    const cf_index most = k > 100 ? k : 100;
    const double tol = 0.005 / (double)k;
    coupling_matrix(k, r, Q);
    for (cf_index i = 0; i < k; i++)
        p[i] = 1 / (double)k;
    for (cf_index iteration = 0; iteration < most; iteration++) {
        double pQp = 0, error = 0;
        for (cf_index i = 0; i < k; i++) {
            Qp[i] = 0;
            for (cf_index j = 0; j < k; j++)
                Qp[i] += Q[i * k + j] * p[j];
            pQp += p[i] * Qp[i];
        }
        for (cf_index i = 0; i < k; i++)
            error = fmax(error, fabs(Qp[i] - pQp));
        if (error < tol)
            return;
        for (cf_index i = 0; i < k; i++) {
            const double diff = (pQp - Qp[i]) / Q[i * k + i], scale = 1 + diff;
            p[i] += diff;
            pQp = (pQp + diff * (diff * Q[i * k + i] + 2 * Qp[i])) / scale / scale;
            for (cf_index j = 0; j < k; j++) {
                Qp[j] = (Qp[j] + diff * Q[i * k + j]) / scale;
                p[j] /= scale;
            }
        }
    }
}
