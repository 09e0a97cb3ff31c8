/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Newton directions of the objective of logistic_loss.h: (H + damping) D = -G, where some
 * parameters may be held. By conjugate gradients, stopped early while far from the solution (S.
 * Nash, J. Comput. Appl. Math. 124, 2000, doi:10.1016/S0377-0427(00)00426-X); directly where the
 * preconditioner is the Hessian itself. While steps shrink the gradient fast, an older Hessian
 * serves: a pass over the data is cheap beside a new one. Far from the solution one estimated from
 * a sample of rows does.
 */
#ifndef COFIT_LOGISTIC_DIRECTION_H
#define COFIT_LOGISTIC_DIRECTION_H

#include "algorithms/linear_model/logistic_scale.h"

typedef struct cfi_logistic_direction {
    const cfi_logistic *p;
    cfi_logistic_scale scale;
    cf_index size;
    double *r, *z, *v, *Hv; /* of conjugate gradients */
    double *memory;
    bool has_scale;   /* the preconditioner was made, for the parameters now held */
    bool is_far;      /* steps are long: a sampled Hessian is as good as any */
    cf_index skip;    /* its sampling */
    int64_t products; /* the last direction took */
    int64_t worth;    /* as many products cost as much as a new preconditioner */
} cfi_logistic_direction;

/* Starts; `centred`, `held` and `damping` as in cfi_logistic_scale. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_logistic_direction_new(cfi_logistic_direction *s, const cfi_logistic *p,
                                                  bool centred, const bool *held,
                                                  const double *damping);

/* Releases it. */
void cfi_logistic_direction_clear(cfi_logistic_direction *s);

/*
 * D = the direction for the gradient G. `progress`: the gradient after the last step over the one
 * before it; conjugate gradients stop when the residual is `forcing` of G. CF_ERR_MEMORY,
 * CF_ERR_NUMERIC, CF_ERR_CANCELLED, CF_ERR_DEADLINE.
 */
CF_NODISCARD cf_status cfi_logistic_direction_find(cfi_logistic_direction *s, const double *G,
                                                   double progress, double forcing, double *D);

/* Tells of a step taken: `decrease` is what the linear model promised. */
void cfi_logistic_direction_tell(cfi_logistic_direction *s, double decrease);

#endif
