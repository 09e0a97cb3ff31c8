/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The contract every registered class keeps. A check is a function over one instance; whether it
 * applies is told by tags and methods alone, never by a name. `fresh` gives an unfitted, seeded
 * copy.
 */
#ifndef COFIT_TESTS_CONTRACT_H
#define COFIT_TESTS_CONTRACT_H

#include "support/support.h"

/* Data that suit an instance: n rows, d columns; y where it is wanted. Owned. */
typedef struct problem {
    cf_matrix X, y;
    bool has_y;
} problem;

/* One instance under test. */
typedef struct subject {
    const char *spec;
    cf_traits traits;
    problem p;
} subject;

/* Whether a check applies. */
typedef bool (*applies_fn)(const subject *s);

typedef struct check {
    const char *name;
    applies_fn applies; /* NULL: to all that fit */
    void (*run)(const subject *s);
} check;

/* Tables of checks, ended by a NULL name. */
extern const check first_checks[], api_checks[], parameter_checks[], data_checks[], shape_checks[],
    weight_checks[], model_checks[], class_checks[], learning_checks[], robust_checks[],
    file_checks[], run_checks[];

/* Checks that take long: each runs only when COFIT_CONTRACT_CHECK names it. */
extern const check slow_checks[];

/* An unfitted copy with random_state 0 where it has one. */
cf_estimator *fresh(const subject *s);

/* The estimator as a spec, to be released by cf_text_free. */
char *spec_of(const cf_estimator *e);

/* A fitted copy. */
cf_estimator *fitted(const subject *s);

/* Makes data for an instance: n rows, d columns; classes of a classifier. */
problem make_problem(const cf_traits *traits, cf_index n, cf_index d, int classes, uint32_t seed);
void free_problem(problem *p);

/* fit with p's y where there is one; what was learned is what the rows of the state say. */
cf_status fit_problem(cf_estimator *e, const problem *p, const cf_fit_options *options);

/* Every method that gives a row of answers for a row of X; ended by a NULL name. */
typedef struct row_method {
    const char *name;
    unsigned bit;
    cf_status (*call)(const cf_estimator *, const cf_matrix *, cf_matrix *);
} row_method;
extern const row_method row_methods[];

/* Everything a fitted instance says of X, one after the other: predictions, scores, transforms. */
typedef struct answer {
    cf_index count;
    double *values;
} answer;

answer ask(const cf_estimator *e, const cf_matrix *X);
void free_answer(answer *a);

/* Largest |a - b| / max(1, |b|); infinity when the counts differ or one is NaN and the other is
 * not. */
double distance(const answer *a, const answer *b);
bool same_bits(const answer *a, const answer *b);

/* The model file of an instance, and whether two are the same bytes. */
bool same_model(const cf_estimator *a, const cf_estimator *b);

/* Whether the class has a parameter of that name. */
bool has_param(const cf_estimator *e, const char *name);

/*
 * Memory of the library, from before the first request on: the bytes in use, a limit on how many
 * more there may be (0 = none), and a flag to be raised by the k-th request from now.
 */
void watch_memory(void);
size_t live_bytes(void);
void limit_memory(size_t more);
void raise_at_request(int64_t k, volatile int *raised);

/* Common conditions. */
bool takes_weights(const subject *s);
bool is_classifier(const subject *s);
bool is_regressor(const subject *s);
bool is_transformer(const subject *s);
bool is_clusterer(const subject *s);
bool not_pairwise(const subject *s);
bool has_y(const subject *s);
bool needs_y(const subject *s);

#endif
