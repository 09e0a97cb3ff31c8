/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * minimise sum_i w_i |y_i - b0 - x_i b|^2 + alpha |b|^2, b0 not penalised: A. E. Hoerl,
 * R. W. Kennard, Technometrics 12, 1970, doi:10.1080/00401706.1970.10488634.
 * Dense X: Cholesky of the smaller side of the normal equations, singular values where that side is
 * singular. Sparse X: the same up to FEW columns, conjugate gradients above.
 */
#include "algorithms/linear_model/positive_solver.h"
#include "algorithms/linear_model/ridge_iterative.h"
#include "algorithms/linear_model/ridge_solver.h"

#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

/* Columns of a sparse X up to which its normal equations are formed, and with positive=true. */
enum { FEW = 512, FEW_POSITIVE = 2048, FEW_POSITIVE_DENSE = 8192 };

/* Cells of a sparse X, singular and small, that is made dense for its singular values. */
enum { SMALL = 1 << 22 };

#define SOLVER_LIST(X)                                                                             \
    X(SOLVER_AUTO, "auto")                                                                         \
    X(SOLVER_SVD, "svd")                                                                           \
    X(SOLVER_CHOLESKY, "cholesky")                                                                 \
    X(SOLVER_LSQR, "lsqr")                                                                         \
    X(SOLVER_SPARSE_CG, "sparse_cg")                                                               \
    X(SOLVER_SAG, "sag")                                                                           \
    X(SOLVER_SAGA, "saga")                                                                         \
    X(SOLVER_LBFGS, "lbfgs")

enum { SOLVER_LIST(CF_CHOICE_ENUM) };

typedef struct ridge {
    cf_estimator base;
    cf_value alpha;
    bool fit_intercept;
    cf_value max_iter;
    double tol;
    int solver;
    bool positive;
    cf_value random_state;
    cf_matrix coef_;      /* (n_features), or (n_targets, n_features) */
    cf_matrix intercept_; /* (n_targets) */
    cf_value n_iter_;     /* None, or (n_targets) */
    char *solver_;
} ridge;

static const char *solver_name(int solver)
{
#define SOLVER_TEXT(id, text) text,
    static const char *const names[] = {SOLVER_LIST(SOLVER_TEXT)};
#undef SOLVER_TEXT
    return names[solver];
}

/* ---- penalties ---- */

static cf_index alpha_count(const cf_value *alpha)
{
    if (alpha->kind == CF_VALUE_MATRIX)
        return alpha->as.matrix->rows * alpha->as.matrix->cols;
    return alpha->kind == CF_VALUE_LIST || alpha->kind == CF_VALUE_TUPLE ? alpha->count : 1;
}

/* Penalty t of a value; NAN where it is no number. */
static double alpha_at(const cf_value *alpha, cf_index t)
{
    const cf_value *item = alpha;
    if (alpha->kind == CF_VALUE_MATRIX) {
        const cf_matrix *m = alpha->as.matrix;
        return m->cols > 0 ? cf_matrix_get(m, t / m->cols, t % m->cols) : (double)NAN;
    }
    if (alpha->kind == CF_VALUE_LIST || alpha->kind == CF_VALUE_TUPLE)
        item = &alpha->as.items[t];
    return item->kind == CF_VALUE_REAL  ? item->as.r
           : item->kind == CF_VALUE_INT ? (double)item->as.i
                                        : (double)NAN;
}

static cf_status check_params(const cf_estimator *self)
{
    const ridge *s = (const ridge *)self;
    for (cf_index t = 0; t < alpha_count(&s->alpha); t++) {
        const double alpha = alpha_at(&s->alpha, t);
        if (!(alpha >= 0 && isfinite(alpha)))
            return cf_fail(CF_ERR_ARGUMENT, "Ridge: alpha[%lld] = %g is outside [0, inf)",
                           (long long)t, alpha);
    }
    if (s->positive && s->solver != SOLVER_AUTO && s->solver != SOLVER_LBFGS)
        return cf_fail(CF_ERR_ARGUMENT,
                       "Ridge: solver = %s does not support positive = true; auto and lbfgs do",
                       solver_name(s->solver));
    if (!s->positive && s->solver == SOLVER_LBFGS)
        return cf_fail(CF_ERR_ARGUMENT, "Ridge: solver = lbfgs needs positive = true");
    return CF_OK;
}

/* One penalty a target, (n_targets). */
static cf_status spread_alpha(const ridge *s, cf_index n_targets, double **out)
{
    const cf_index count = alpha_count(&s->alpha);
    if (count != 1 && count != n_targets)
        return cf_fail(CF_ERR_SHAPE, "Ridge: alpha has %lld values, y has %lld targets",
                       (long long)count, (long long)n_targets);
    CF_TRY(CF_ALLOC(*out, n_targets));
    for (cf_index t = 0; t < n_targets; t++)
        (*out)[t] = alpha_at(&s->alpha, count == 1 ? 0 : t);
    return CF_OK;
}

/* ---- fit ---- */

static void warn_unless(const cfi_ridge *p, bool converged, int solver)
{
    if (!converged)
        cf_run_warn(p->data->run, CF_WARN_CONVERGENCE,
                    "Ridge: solver %s did not converge; raise max_iter or tol",
                    solver_name(solver));
}

static cf_status fit_positive(const ridge *s, const cfi_ridge *p, int *used)
{
    const cf_index d = p->data->d;
    const bool sparse = p->data->X->storage == CF_CSR;
    const cf_index max_iter = cf_value_int_or(&s->max_iter, 0);
    bool converged;
    *used = SOLVER_LBFGS;
    if (d <= (sparse ? FEW_POSITIVE : FEW_POSITIVE_DENSE)) {
        CF_TRY(cfi_positive_solve(p->data, p->alpha, max_iter, p->coef, p->intercept, &converged));
    } else {
        cfi_ridge_limits limits = {.tolerance = 1e-4 * s->tol, .max_iter = max_iter};
        CF_TRY(cfi_ridge_projected(p, &limits));
        converged = limits.converged;
    }
    warn_unless(p, converged, *used);
    return CF_OK;
}

/* Singular values of a sparse X that is small enough to be made dense. */
static cf_status fit_sparse_svd(const cfi_ridge *p)
{
    cf_matrix dense = {0};
    cfi_linear_data data = *p->data;
    cfi_ridge copy = *p;
    CF_TRY(cf_matrix_convert(p->data->X, CF_F64, CF_DENSE, &dense));
    data.X = &dense;
    copy.data = &data;
    const cf_status status = cfi_ridge_svd(&copy);
    cf_matrix_clear(&dense);
    return status;
}

/* Cholesky, or where the matrix is singular, what gives the solution of minimum norm. */
static cf_status fit_exactly(const cfi_ridge *p, int *used)
{
    const bool sparse = p->data->X->storage == CF_CSR;
    bool solved;
    *used = SOLVER_CHOLESKY;
    CF_TRY(cfi_ridge_cholesky(p, &solved));
    if (solved)
        return CF_OK;
    *used = SOLVER_SVD;
    if (!sparse)
        return cfi_ridge_svd(p);
    if (p->data->n * p->data->d <= SMALL)
        return fit_sparse_svd(p);
    cfi_ridge_limits limits = {.tolerance = 1e-12};
    *used = SOLVER_LSQR;
    CF_TRY(cfi_ridge_lsqr(p, &limits));
    warn_unless(p, limits.converged, *used);
    return CF_OK;
}

static cf_status fit_iteratively(ridge *s, const cfi_ridge *p, int solver)
{
    cf_status status = CF_OK;
    const cf_index k = p->data->k;
    cfi_ridge_limits limits = {.tolerance = s->tol};
    double *n_iter = NULL;
    limits.max_iter = cf_value_int_or(&s->max_iter, 0);
    CF_GO(CF_ALLOC(n_iter, k));
    limits.n_iter = n_iter;
    if (solver == SOLVER_LSQR) {
        CF_GO(cfi_ridge_lsqr(p, &limits));
        const cf_matrix counts = cf_view_f64(n_iter, k, 1);
        CF_GO(cf_value_matrix(&s->n_iter_, &counts));
    } else {
        if (s->solver == SOLVER_SAG || s->solver == SOLVER_SAGA) /* they ask for the optimum */
            limits.tolerance = fmin(s->tol, 1e-12);
        CF_GO(cfi_ridge_cg(p, &limits));
    }
    warn_unless(p, limits.converged, solver);
cleanup:
    cf_free(n_iter);
    return status;
}

/* The solver that answers: sag and saga ask for the optimum an exact one gives. */
static int choose_solver(const ridge *s, const cf_matrix *X)
{
    switch (s->solver) {
    case SOLVER_AUTO:
    case SOLVER_SAG:
    case SOLVER_SAGA:
        return X->storage == CF_CSR && X->cols > FEW ? SOLVER_SPARSE_CG : SOLVER_CHOLESKY;
    default:
        return s->solver;
    }
}

static cf_status solve(ridge *s, const cfi_ridge *p, int *used)
{
    *used = choose_solver(s, p->data->X);
    if (s->positive || *used != SOLVER_CHOLESKY)
        CF_TRY(cf_fit_scan(&s->base, p->data->args));
    if (s->positive)
        return fit_positive(s, p, used);
    if (*used == SOLVER_SVD)
        return cfi_ridge_svd(p);
    if (*used == SOLVER_CHOLESKY)
        return fit_exactly(p, used);
    return fit_iteratively(s, p, *used);
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    ridge *s = (ridge *)self;
    cf_status status = CF_OK;
    cfi_linear_data data = {0};
    double *alpha = NULL;
    int used = SOLVER_AUTO;
    CF_GO(spread_alpha(s, args->y->cols, &alpha));
    CF_GO(cfi_linear_data_new(&data, self, args, s->fit_intercept));
    const bool one = data.k == 1 && !args->y_2d;
    CF_GO(cf_matrix_resize(&s->coef_, CF_F64, one ? data.d : data.k, one ? 1 : data.d));
    CF_GO(cf_matrix_resize(&s->intercept_, CF_F64, data.k, 1));
    const cfi_ridge problem = {&data, alpha, s->coef_.values, s->intercept_.values};
    CF_GO(solve(s, &problem, &used));
    s->solver_ = cf_text_copy(solver_name(used));
    if (!s->solver_)
        status = cf_out_of_memory();
cleanup:
    cf_free(alpha);
    cfi_linear_data_clear(&data);
    return status;
}

static cf_status predict(const cf_estimator *self, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    const ridge *s = (const ridge *)self;
    return cfi_linear_predict(X, &s->coef_, &s->intercept_, run, out);
}

/* Singular values need a dense X. */
static void traits(const cf_estimator *self, cf_traits *t)
{
    if (((const ridge *)self)->solver == SOLVER_SVD)
        t->tags &= ~(unsigned)CF_TAG_SPARSE;
}

static const cf_param params[] = {
    CF_ROW_VALUE(ridge, alpha, "1.0", "real [0, inf) | list | tuple | matrix",
                 "strength of the penalty, or one a target"),
    CF_ROW_BOOL(ridge, fit_intercept, "true", "fit the constant term; false for centred data"),
    CF_ROW_VALUE(ridge, max_iter, "None", "None | int [1, inf)",
                 "iterations of lsqr, sparse_cg and lbfgs; None = the solver's own limit"),
    CF_ROW_REAL(ridge, tol, "0.0001", "[0, inf)", "tolerance of lsqr, sparse_cg and lbfgs"),
    CF_ROW_CHOICE(ridge, solver, SOLVER_LIST, "auto",
                  "auto = cholesky; sparse_cg for a sparse X of many columns; lbfgs for positive"),
    CF_ROW_BOOL(ridge, positive, "false", "coefficients must not be negative"),
    CF_ROW_RANDOM_STATE(ridge, "accepted for sag and saga; nothing is drawn"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_MATRIX(ridge, coef_, "(n_features) ; (n_targets, n_features)", "coefficients"),
    CF_HELD_MATRIX(ridge, intercept_, "() ; (n_targets)", "constant term of each target"),
    CF_HELD_VALUE(ridge, n_iter_, "iterations of each target with solver lsqr, else None"),
    CF_HELD_TEXT(ridge, solver_, "the solver that was used"),
    CF_END,
};

static const char *const examples[] = {
    "Ridge(alpha=0.1, solver=svd)",
    "Ridge(solver=lsqr, tol=1e-12, fit_intercept=false)",
    "Ridge(solver=sparse_cg, tol=1e-12)",
    "Ridge(positive=true)",
    NULL,
};

CF_CLASS(Ridge) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "Ridge",
    .module = "linear_model",
    .signature = "alpha, *, fit_intercept, copy_X=true, max_iter, tol, solver, positive, "
                 "random_state",
    .summary = "Least squares with a squared penalty on the coefficients",
    .doc =
        "Objective\n"
        "  minimise sum_i w_i |y_i - b0 - x_i b|^2 + alpha |b|^2; with positive=true subject to "
        "b >= 0.\n"
        "Input\n"
        "  X dense or CSR (not with solver=svd), f64 or f32 (sums are f64), finite; y (n) or\n"
        "  (n, n_targets), alpha one number or one a target.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: positive with a solver other than auto and lbfgs, lbfgs without "
        "positive.\n"
        "  CF_ERR_SHAPE: alpha has neither one value nor one a target.\n"
        "  CF_ERR_NUMERIC: the singular values did not converge.\n"
        "Cost\n"
        "  cholesky: O(n d min(n, d)) time, one pass over X and no copy of it, min(n, d)^2 "
        "memory.\n"
        "  svd: the same with one copy. lsqr, sparse_cg: O(nnz) an iteration.\n"
        "Threads\n"
        "  Blocks of rows; the same bits on any number of threads.\n"
        "Notes\n"
        "  sag and saga are accepted and answered by the exact solver of the same problem;\n"
        "  lbfgs by an active-set method. solver_ names what was used. Cholesky takes a sparse X\n"
        "  with an intercept too. A singular matrix (alpha = 0) is solved by svd, minimum "
        "norm.\n"
        "Source\n"
        "  A. E. Hoerl, R. W. Kennard, Technometrics 12, 1970,\n"
        "  doi:10.1080/00401706.1970.10488634\n"
        "Example\n"
        "  examples/linear_models.c\n",
    .kind = CF_REGRESSOR,
    .tags = CF_TAG_SPARSE | CF_TAG_WEIGHTS | CF_TAG_MULTI_OUTPUT | CF_TAG_REQUIRES_Y | CF_TAG_F32 |
            CF_TAG_ORDER_FREE | CF_TAG_RAVELS_Y | CF_TAG_SCANS_X,
    .size = sizeof(ridge),
    .params = params,
    .state = state,
    .fit = fit,
    .predict = predict,
    .check_params = check_params,
    .traits = traits,
    .examples = examples,
};
