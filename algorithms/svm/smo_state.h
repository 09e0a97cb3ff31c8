/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the SMO solver share: the state of a solution in progress. */
#ifndef COFIT_SVM_SMO_STATE_H
#define COFIT_SVM_SMO_STATE_H

#include "algorithms/svm/smo_gradient.h"
#include "algorithms/svm/smo_local.h"

/* What a chunk of positions says about optimality. */
typedef struct cfi_smo_extremes {
    double up, low;      /* largest v that may rise, smallest that may fall */
    cf_index shrinkable; /* variables that look settled */
    bool finite;
} cfi_smo_extremes;

/* The variables that stand out most on one side: a heap with the least of them on top. */
typedef struct cfi_smo_candidates {
    cf_index count, most;
    double key[CFI_SMO_MOST / 2];
    cf_index variable[CFI_SMO_MOST / 2];
} cfi_smo_candidates;

typedef struct cfi_smo_state {
    const cfi_smo_problem *problem;
    cf_run *run;
    double *beta;
    cfi_gradient gradient;
    cfi_smo_local local;
    cfi_points points;                       /* of the working set */
    cf_index set[CFI_SMO_MOST], n_set, most; /* the working set, oldest first; its limit now */
    cf_index rows[CFI_SMO_MOST];             /* of the working set, in X */
    cf_index n_kept, kept_from; /* set[0..n_kept) was at kept_from on in the last one */
    bool *in_set;               /* (n_variables) */
    cf_index *position;         /* (n) of a sample */
    cf_index *slot;             /* (n) -1, when two variables share a sample */
    cfi_smo_extremes *chunks;
    double up, low; /* over the variables scanned last; the violation is up - low */
    cf_index shrinkable;
    cfi_smo_candidates rising, falling;
    double enough, aim; /* the violation to reach, and the one to try for */
    int tries;          /* rounds left for that */
    int64_t rounds, steps;
    int64_t rows_added;    /* since samples were last set aside or taken back */
    double best_objective; /* seen when looking for a stall */
    int stalls;
} cfi_smo_state;

static inline cf_index cfi_smo_sample(const cfi_smo_state *s, cf_index variable)
{
    return variable < s->problem->n ? variable : variable - s->problem->n;
}

/* v of a variable whose sample is at a position. */
static inline double cfi_smo_v(const cfi_smo_state *s, cf_index position, cf_index variable)
{
    return -(s->gradient.f[position] + s->problem->p[variable]);
}

static inline bool cfi_smo_may_rise(const cfi_smo_state *s, cf_index t)
{
    return s->beta[t] < s->problem->largest[t];
}

static inline bool cfi_smo_may_fall(const cfi_smo_state *s, cf_index t)
{
    return s->beta[t] > s->problem->least[t];
}

/* At a bound, and beyond the other side's extreme: no pair with it violates optimality. */
static inline bool cfi_smo_is_settled(const cfi_smo_state *s, cf_index t, double v)
{
    return (!cfi_smo_may_rise(s, t) && v > s->up) || (!cfi_smo_may_fall(s, t) && v < s->low);
}

/* CF_ERR_NUMERIC with its message. */
cf_status cfi_smo_fail_overflow(const cfi_smo_state *s);

/* The extremes of one chunk of positions: a cf_chunk_fn, ctx is the state. */
void cfi_smo_scan_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker);

/* Finds the extremes over positions [0, count): of every chunk, then of all. CF_ERR_NUMERIC. */
CF_NODISCARD cf_status cfi_smo_scan(cfi_smo_state *s, cf_index count);

/* The second half of it. CF_ERR_NUMERIC. */
CF_NODISCARD cf_status cfi_smo_join(cfi_smo_state *s, cf_index count);

/* Keeps the newer half of the working set and adds violators, by the extremes found last. */
void cfi_smo_choose_set(cfi_smo_state *s);

#endif
