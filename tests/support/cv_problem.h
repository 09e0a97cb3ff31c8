/* SPDX-License-Identifier: BSD-3-Clause */
/* The problems of tests/golden/make_cross_validate.py, drawn from the same stream. */
#ifndef COFIT_TESTS_CV_PROBLEM_H
#define COFIT_TESTS_CV_PROBLEM_H

#include "cofit/extend.h"

enum { CV_ROWS = 60, CV_COLUMNS = 3 };

typedef struct cv_problem {
    double x[CV_ROWS * CV_COLUMNS], w[CV_ROWS];
    int64_t labels[CV_ROWS], g[CV_ROWS];
    cf_matrix X, y, weights, groups; /* views of the above */
} cv_problem;

static inline void cv_draw(uint32_t seed, int classes, bool ordered, cv_problem *p)
{
    cf_random r;
    cf_random_seed(&r, seed);
    for (int i = 0; i < CV_ROWS; i++)
        p->labels[i] = cf_random_int(&r, 0, classes);
    for (int i = 1; ordered && i < CV_ROWS; i++)
        for (int j = i; j > 0 && p->labels[j] < p->labels[j - 1]; j--) {
            const int64_t held = p->labels[j];
            p->labels[j] = p->labels[j - 1];
            p->labels[j - 1] = held;
        }
    for (int i = 0; i < CV_ROWS * CV_COLUMNS; i++)
        p->x[i] = cf_random_normal(&r) + (double)p->labels[i / CV_COLUMNS];
    for (int i = 0; i < CV_ROWS; i++)
        p->w[i] = (double)cf_random_int(&r, 1, 5);
    for (int i = 0; i < CV_ROWS; i++)
        p->g[i] = cf_random_int(&r, 0, 9);
    p->X = cf_view_f64(p->x, CV_ROWS, CV_COLUMNS);
    p->y = cf_view_i64(p->labels, CV_ROWS, 1);
    p->weights = cf_view_f64(p->w, CV_ROWS, 1);
    p->groups = cf_view_i64(p->g, CV_ROWS, 1);
}

#endif
