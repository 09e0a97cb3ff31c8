/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Logistic regression: minimise C sum_i w_i loss(y_i, x_i W + b) + (1 - r)/2 |W|^2 + r |W|_1,
 * r = l1_ratio, with the binomial loss for two classes and the multinomial one for more. The
 * intercept b is not penalised, except by the solver `liblinear`.
 *
 * The minimum is unique up to flat directions, so `solver` chooses the objective and what is
 * allowed with it, as in scikit-learn; the way there is chosen by the size and kind of the data.
 * Without l1: Newton's method (logistic_newton.c), with the Hessian's Cholesky factor or, for many
 * parameters and sparse data, preconditioned conjugate gradients. With l1: proximal Newton steps by
 * coordinate descent (logistic_descent.c) or shrinkage and subspace Newton steps
 * (logistic_subspace.c).
 */
#include "algorithms/linear_model/logistic_newton.h"

#include "matrix/kernels.h"
#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

#define SOLVER_LIST(X)                                                                             \
    X(SOLVER_LBFGS, "lbfgs")                                                                       \
    X(SOLVER_LIBLINEAR, "liblinear")                                                               \
    X(SOLVER_NEWTON_CG, "newton-cg")                                                               \
    X(SOLVER_NEWTON_CHOLESKY, "newton-cholesky")                                                   \
    X(SOLVER_SAG, "sag")                                                                           \
    X(SOLVER_SAGA, "saga")

enum solver { SOLVER_LIST(CF_CHOICE_ENUM) };

typedef struct logistic_regression {
    cf_estimator base;
    cf_value penalty, l1_ratio, class_weight, random_state;
    double C, tol, intercept_scaling;
    bool dual, fit_intercept, warm_start;
    int solver;
    int64_t max_iter;
    /* state; k is 1 for two classes, else n_classes */
    cf_matrix coef_;      /* (k, n_features) */
    cf_matrix intercept_; /* (k) */
    cf_array n_iter_;     /* (1) i32 */
} logistic_regression;

/* Strengths of the penalties, relative to the sum of the losses. */
typedef struct penalties {
    const char *name; /* NULL = none */
    double l1, l2;
} penalties;

static penalties penalties_of(const logistic_regression *s)
{
    const bool given = !cf_value_is_text(&s->penalty, "deprecated");
    const double share = s->l1_ratio.kind == CF_VALUE_NONE ? 0 : cf_value_number(&s->l1_ratio);
    const char *name = share == 0 ? "l2" : share == 1 ? "l1" : "elasticnet";
    double r = share;
    if (given && s->penalty.kind == CF_VALUE_NONE)
        return (penalties){0};
    if (given) {
        name = s->penalty.as.text;
        r = strcmp(name, "l1") == 0 ? 1 : strcmp(name, "l2") == 0 ? 0 : share;
    }
    if (isinf(s->C))
        return (penalties){.name = given ? name : NULL};
    return (penalties){name, r / s->C, (1 - r) / s->C};
}

static const char *solver_name(int solver)
{
    static const char *const names[] = {
#define NAME(id, text) text,
        SOLVER_LIST(NAME)
#undef NAME
    };
    return names[solver];
}

static cf_status check_params(const cf_estimator *self)
{
    const logistic_regression *s = (const logistic_regression *)self;
    const penalties p = penalties_of(s);
    const char *solver = solver_name(s->solver);
    const bool smooth = !p.name || strcmp(p.name, "l2") == 0;
    const bool elastic = p.name && strcmp(p.name, "elasticnet") == 0;
    if (!smooth && s->solver != SOLVER_LIBLINEAR && s->solver != SOLVER_SAGA)
        return cf_fail(CF_ERR_ARGUMENT,
                       "LogisticRegression: Solver %s supports only 'l2' or None penalties, got %s "
                       "penalty",
                       solver, p.name);
    if (s->dual && (s->solver != SOLVER_LIBLINEAR || !smooth))
        return cf_fail(CF_ERR_ARGUMENT,
                       "LogisticRegression: Solver %s with penalty %s supports only dual=False, "
                       "got dual=True",
                       solver, p.name ? p.name : "None");
    if (elastic && s->solver != SOLVER_SAGA)
        return cf_fail(CF_ERR_ARGUMENT,
                       "LogisticRegression: Only 'saga' solver supports elasticnet penalty, got "
                       "solver=%s",
                       solver);
    if (elastic && s->l1_ratio.kind == CF_VALUE_NONE)
        return cf_fail(CF_ERR_ARGUMENT, "LogisticRegression: l1_ratio must be specified when "
                                        "penalty is elasticnet");
    if (s->solver == SOLVER_LIBLINEAR && !p.name)
        return cf_fail(CF_ERR_ARGUMENT,
                       "LogisticRegression: C=np.inf as well as penalty=None is not supported for "
                       "the liblinear solver");
    return CF_OK;
}

static cf_status check_classes(const logistic_regression *s, cf_index n_classes)
{
    if (n_classes < 2)
        return cf_fail(CF_ERR_DATA, "LogisticRegression: This solver needs samples of at least 2 "
                                    "classes in the data, but the data contains only one class");
    if (n_classes > 2 && s->solver == SOLVER_LIBLINEAR)
        return cf_fail(CF_ERR_ARGUMENT,
                       "LogisticRegression: The 'liblinear' solver does not support multiclass "
                       "classification (n_classes >= 3). Either use another solver or wrap the "
                       "estimator in a OneVsRestClassifier to keep applying a one-versus-rest "
                       "scheme");
    return CF_OK;
}

static void traits(const cf_estimator *self, cf_traits *t)
{
    if (((const logistic_regression *)self)->solver == SOLVER_LIBLINEAR)
        t->tags |= CF_TAG_BINARY_ONLY;
}

/* ---- fit ---- */

/* Between the solver's (d + 1, k) and what users see. */
static void take_state(const logistic_regression *s, const cfi_logistic *p, double *W)
{
    const double *coef = s->coef_.values, *intercept = s->intercept_.values;
    for (cf_index c = 0; c < p->k; c++) {
        for (cf_index j = 0; j < p->d; j++)
            W[j * p->k + c] = coef[c * p->d + j];
        W[p->d * p->k + c] = p->intercept ? intercept[c] : 0;
    }
    for (cf_index j = 0; p->k > 1 && j <= p->d; j++) { /* the shift the loss does not see */
        double mean = 0;
        for (cf_index c = 0; c < p->k; c++)
            mean += W[j * p->k + c] / (double)p->k;
        for (cf_index c = 0; c < p->k && (p->l2 > 0 || j == p->d); c++)
            W[j * p->k + c] -= mean;
    }
}

static cf_status keep_state(logistic_regression *s, const cfi_logistic *p, const double *W,
                            int64_t n_iter)
{
    cf_matrix coef = {0}, intercept = {0};
    cf_status status;
    CF_GO(cf_matrix_resize(&coef, CF_F64, p->k, p->d));
    CF_GO(cf_matrix_resize(&intercept, CF_F64, p->k, 1));
    CF_GO(cf_array_resize(&s->n_iter_, CF_I32, 1));
    for (cf_index c = 0; c < p->k; c++) {
        for (cf_index j = 0; j < p->d; j++)
            ((double *)coef.values)[c * p->d + j] = W[j * p->k + c];
        ((double *)intercept.values)[c] = W[p->d * p->k + c];
    }
    ((int32_t *)s->n_iter_.data)[0] = n_iter < INT32_MAX ? (int32_t)n_iter : INT32_MAX;
    cf_matrix_clear(&s->coef_);
    cf_matrix_clear(&s->intercept_);
    s->coef_ = coef;
    s->intercept_ = intercept;
    coef = intercept = (cf_matrix){0};
cleanup:
    cf_matrix_clear(&coef);
    cf_matrix_clear(&intercept);
    return status;
}

/* Without other coefficients the best intercepts are the logarithms of the classes' shares. */
static cf_status start_intercepts(const cfi_logistic *p, double *b)
{
    const cf_index classes = p->k > 1 ? p->k : 2;
    double *sums = NULL, mean = 0;
    CF_TRY(CF_ALLOC_ZERO(sums, classes));
    for (cf_index i = 0; i < p->n; i++)
        sums[p->y[i]] += p->weights ? p->weights[i] : 1;
    bool all = true;
    for (cf_index c = 0; c < classes; c++) {
        all = all && sums[c] > 0;
        sums[c] = log(sums[c]);
        mean += sums[c] / (double)classes;
    }
    for (cf_index c = 0; c < p->k && all; c++)
        b[c] = p->k > 1 ? sums[c] - mean : sums[1] - sums[0];
    cf_free(sums);
    return CF_OK;
}

static cf_status solve(const logistic_regression *s, cfi_logistic *p, const penalties *by,
                       double *W, cfi_logistic_end *end)
{
    const double scaling = s->intercept_scaling;
    if (by->l1 > 0)
        return cfi_logistic_sparse(p, by->l1, s->solver == SOLVER_LIBLINEAR ? by->l1 / scaling : 0,
                                   s->tol, s->max_iter, W, end);
    return cfi_logistic_newton(p, s->tol, s->max_iter, W, end);
}

static void warn_of(const logistic_regression *s, const cfi_logistic_end *end, cf_run *run)
{
    if (!cf_value_is_text(&s->penalty, "deprecated"))
        cf_run_warn(run, CF_WARN_DEPRECATED,
                    "LogisticRegression: 'penalty' is deprecated: use l1_ratio, and C=inf for no "
                    "penalty");
    if (!end->converged)
        cf_run_warn(run, CF_WARN_CONVERGENCE,
                    "LogisticRegression: no convergence after %lld iterations: the gradient of the "
                    "mean objective is %g, tol is %g; increase max_iter or scale the data",
                    (long long)end->n_iter, end->gradient, s->tol);
}

/* A sparse X that is small or hardly sparse is faster as a dense one, and better conditioned. */
static bool worth_filling(const cf_matrix *X)
{
    const double cells = (double)X->rows * (double)X->cols, small = 1 << 19;
    return X->storage == CF_CSR && X->cols <= 1024 &&
           (cells <= small || cells <= 4 * (double)cf_matrix_stored(X));
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    logistic_regression *s = (logistic_regression *)self;
    const cf_index n_classes = args->n_classes[0];
    cf_matrix filled = {0};
    const penalties by = penalties_of(s);
    const bool liblinear = s->solver == SOLVER_LIBLINEAR;
    double *W = NULL;
    cfi_logistic_end end = {0};
    cfi_logistic p = {.run = args->run,
                      .X = args->X,
                      .y = args->y->values,
                      .weights = args->weights,
                      .n = args->X->rows,
                      .d = args->X->cols,
                      .k = n_classes > 2 ? n_classes : 1,
                      .intercept = s->fit_intercept,
                      .l2 = by.l2};
    /* liblinear's intercept is the coefficient of a column that holds intercept_scaling */
    p.l2_intercept = liblinear ? by.l2 / (s->intercept_scaling * s->intercept_scaling) : 0;
    cf_status status;
    CF_GO(check_classes(s, n_classes));
    if (worth_filling(args->X)) {
        CF_GO(cf_matrix_convert(args->X, args->X->dtype, CF_DENSE, &filled));
        p.X = &filled;
    }
    CF_GO(cfi_logistic_start(&p));
    CF_GO(CF_ALLOC_ZERO(W, cfi_logistic_size(&p)));
    if (args->warm && s->coef_.values && !liblinear)
        take_state(s, &p, W);
    else if (p.intercept && !liblinear && s->max_iter > 0)
        CF_GO(start_intercepts(&p, W + p.d * p.k));
    CF_GO(solve(s, &p, &by, W, &end));
    warn_of(s, &end, args->run);
    CF_GO(keep_state(s, &p, W, end.n_iter));
cleanup:
    cf_free(W);
    cfi_logistic_clear(&p);
    cf_matrix_clear(&filled);
    return status;
}

/* ---- predictions ---- */

/* *out (n, k) = X coef' + intercept, a new array. */
static cf_status margins(const logistic_regression *s, const cf_matrix *X, cf_run *run,
                         double **out)
{
    const cf_index k = s->coef_.rows, d = s->coef_.cols;
    double *B = NULL, *values = NULL;
    cf_matrix turned = {0};
    cf_status status;
    if (k > 1) {
        CF_GO(CF_ALLOC(B, d * k));
        turned = cf_view_f64(B, d, k);
        CF_GO(cf_matrix_transpose(&s->coef_, &turned));
    }
    CF_GO(CF_ALLOC(values, X->rows * k));
    CF_GO(cfi_affine(run, X, B ? B : s->coef_.values, k, s->intercept_.values, values));
    *out = values;
    values = NULL;
cleanup:
    cf_free(B);
    cf_free(values);
    return status;
}

/* Writes (n, cols) numbers into an output of any strides. */
static cf_status deliver(const double *values, cf_index n, cf_index cols, cf_matrix *out)
{
    const cf_matrix view = cf_view_f64(values, n, cols);
    return cf_matrix_convert(&view, CF_F64, CF_DENSE, out);
}

static cf_status decision_function(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    const logistic_regression *s = (const logistic_regression *)self;
    double *values = NULL;
    cf_status status;
    CF_GO(margins(s, X, run, &values));
    CF_GO(deliver(values, X->rows, s->coef_.rows, out));
cleanup:
    cf_free(values);
    return status;
}

/* m becomes the logarithms of the probabilities of classes 0 and 1, or of k. */
static void log_row(const double *m, cf_index k, double *out)
{
    if (k == 1) {
        out[0] = -cfi_log1pexp(m[0]);
        out[1] = -cfi_log1pexp(-m[0]);
        return;
    }
    const double total = cfi_logsumexp(m, k);
    for (cf_index c = 0; c < k; c++)
        out[c] = m[c] - total;
}

static cf_status probabilities(const logistic_regression *s, const cf_matrix *X, cf_run *run,
                               bool logarithms, cf_matrix *out)
{
    const cf_index n = X->rows, k = s->coef_.rows, cols = k > 1 ? k : 2;
    double *m = NULL, *P = NULL;
    cf_status status;
    CF_GO(margins(s, X, run, &m));
    if (k > 1 && !logarithms) {
        cfi_softmax_rows(run, m, n, k);
        CF_GO(deliver(m, n, k, out));
        goto cleanup;
    }
    CF_GO(CF_ALLOC(P, n * cols));
    for (cf_index i = 0; i < n; i++) {
        if (logarithms) {
            log_row(m + i * k, k, P + i * cols);
        } else {
            P[2 * i] = cfi_expit(-m[i]);
            P[2 * i + 1] = cfi_expit(m[i]);
        }
    }
    CF_GO(deliver(P, n, cols, out));
cleanup:
    cf_free(m);
    cf_free(P);
    return status;
}

static cf_status predict_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                               cf_matrix *out)
{
    return probabilities((const logistic_regression *)self, X, run, false, out);
}

static cf_status predict_log_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    return probabilities((const logistic_regression *)self, X, run, true, out);
}

static const cf_param params[] = {
    CF_ROW_VALUE(logistic_regression, penalty, "deprecated",
                 "deprecated | l1 | l2 | elasticnet | None",
                 "kind of penalty; use l1_ratio, and C=inf for none"),
    CF_ROW_REAL(logistic_regression, C, "1.0", "(0, inf]", "inverse strength of the penalty"),
    CF_ROW_VALUE(logistic_regression, l1_ratio, "0.0", "real [0, 1] | None",
                 "share of the l1 penalty; above 0 for liblinear (1) and saga"),
    CF_ROW_BOOL(logistic_regression, dual, "false",
                "allowed for liblinear with l2; the minimum is the same"),
    CF_ROW_REAL(logistic_regression, tol, "0.0001", "[0, inf)",
                "largest component of the mean objective's gradient that counts as zero"),
    CF_ROW_BOOL(logistic_regression, fit_intercept, "true", "learn an intercept"),
    CF_ROW_REAL(logistic_regression, intercept_scaling, "1.0", "(0, inf)",
                "liblinear: the penalty on the intercept is divided by its square"),
    CF_ROW_VALUE(logistic_regression, class_weight, "None", "map | balanced | None",
                 "weights of the classes, multiplied into the sample weights"),
    CF_ROW_RANDOM_STATE(logistic_regression, "not used: every solver here is deterministic"),
    CF_ROW_CHOICE(
        logistic_regression, solver, SOLVER_LIST, "lbfgs",
        "which penalties are allowed, and whether the intercept is penalised (liblinear)"),
    CF_ROW_INT(logistic_regression, max_iter, "100", "[0, inf)", "most Newton iterations"),
    CF_ROW_BOOL(logistic_regression, warm_start, "false", "start from the previous coefficients"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_MATRIX(logistic_regression, coef_, "(n_classes - 2 / n_classes, n_features)",
                   "coefficients: one row for two classes, else one a class"),
    CF_HELD_MATRIX(logistic_regression, intercept_, "(n_classes - 2 / n_classes)",
                   "intercepts; 0 without fit_intercept"),
    CF_HELD_ARRAY(logistic_regression, n_iter_, "(1)", "iterations done", .dtypes = CF_BIT(CF_I32),
                  .range = "[0, inf)"),
    CF_END,
};

CF_CLASS(LogisticRegression) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "LogisticRegression",
    .module = "linear_model",
    .signature = "penalty, *, C, l1_ratio, dual, tol, fit_intercept, intercept_scaling, "
                 "class_weight, random_state, solver, max_iter, verbose=0, warm_start, "
                 "n_jobs=None",
    .summary = "Logistic regression, binary and multinomial, with l2, l1 and elastic net",
    .doc =
        "Objective\n"
        "  minimise over W, b  C sum_i w_i loss(y_i, x_i W + b) + (1 - l1_ratio)/2 |W|^2\n"
        "                      + l1_ratio |W|_1\n"
        "  loss = log(1 + exp(m)) - y m for two classes, log(sum_c exp(m_c)) - m_y for more.\n"
        "Input\n"
        "  Dense f64 or f32 (read as it is), CSR. Two or more classes; liblinear two.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: a penalty the solver does not allow, liblinear with three classes.\n"
        "  CF_ERR_DATA: a single class.\n"
        "Cost\n"
        "  d dense columns, k classes (1 for two): about 6 Hessians of n d^2 k / 2 each and 10 "
        "passes of\n"
        "  4 n d k multiplications, O(k (n + d^2)) memory; CSR or more than 1500 columns: about 50 "
        "to 100\n"
        "  passes, O(k (n + d)) memory.\n"
        "Threads\n"
        "  Blocks of rows; the same bits on any number of threads.\n"
        "Notes\n"
        "  The minimum is what `solver` names in scikit-learn, not the way to it: every solver is\n"
        "  answered by Newton's method, which goes far below `tol` where that costs little. sag "
        "and saga\n"
        "  so draw nothing. liblinear penalises the intercept. predict_log_proba is exact where\n"
        "  probabilities underflow.\n"
        "Source\n"
        "  S. Nash, J. Comput. Appl. Math. 124, 2000, doi:10.1016/S0377-0427(00)00426-X; J. "
        "Friedman,\n"
        "  T. Hastie, R. Tibshirani, J. Stat. Softw. 33, 2010, doi:10.18637/jss.v033.i01; Z. Wen "
        "et al.,\n"
        "  SIAM J. Sci. Comput. 32, 2010, doi:10.1137/090747695\n"
        "Example\n"
        "  examples/quickstart.c\n",
    .kind = CF_CLASSIFIER,
    .tags = CF_TAG_SPARSE | CF_TAG_WEIGHTS | CF_TAG_REQUIRES_Y | CF_TAG_F32 | CF_TAG_WARM_START |
            CF_TAG_ORDER_FREE,
    .size = sizeof(logistic_regression),
    .params = params,
    .state = state,
    .fit = fit,
    .predict_proba = predict_proba,
    .predict_log_proba = predict_log_proba,
    .decision_function = decision_function,
    .check_params = check_params,
    .traits = traits,
    .examples = (const char *const[]){"LogisticRegression(C=10, class_weight=balanced)",
                                      "LogisticRegression(fit_intercept=false, solver=newton-cg)",
                                      "LogisticRegression(intercept_scaling=10, solver=liblinear)",
                                      "LogisticRegression(C=10, l1_ratio=1, solver=liblinear)",
                                      "LogisticRegression(l1_ratio=0.5, solver=saga)", NULL},
};
