/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * minimise sum_i w_i |y_i - b0 - x_i b|^2, of minimum norm where X does not determine b.
 * Dense X: normal equations where they are well conditioned, else QR with refinement
 * (least_squares_solver.c). Sparse X: LSQR with implicit centring, or the dense route when X is
 * small. positive=true: active-set non-negative least squares.
 */
#include "algorithms/linear_model/least_squares_solver.h"
#include "algorithms/linear_model/linear_operator.h"
#include "algorithms/linear_model/lsqr.h"
#include "algorithms/linear_model/positive_solver.h"
#include "matrix/kernels.h"

#include <string.h>

/* Numbers of a sparse X below which it is made dense. */
enum { SMALL = 1 << 22 };

/* Up to FEW the singular values are found in fit; up to MANY the factor is kept to find them. */
enum { FEW = 64, MANY = 1024 };

typedef struct linear_regression {
    cf_estimator base;
    bool fit_intercept;
    double tol;
    bool positive;
    cf_matrix coef_;      /* (n_features), or (n_targets, n_features) */
    cf_matrix intercept_; /* (n_targets) */
    int64_t rank;         /* -1 = not known */
    int64_t n_singular;   /* min(n_samples, n_features); 0 = not known */
    cf_matrix spectrum;   /* (1, r) singular values, or an (r, r) factor that has them */
    double filled;        /* cfi_least_squares.filled of the factor */
} linear_regression;

/* Room for the result, as plain arrays. */
static cf_status make_result(linear_regression *s, const cfi_linear_data *data, bool y_2d)
{
    const bool one = data->k == 1 && !y_2d;
    CF_TRY(cf_matrix_resize(&s->coef_, CF_F64, one ? data->d : data->k, one ? 1 : data->d));
    CF_TRY(cf_matrix_resize(&s->intercept_, CF_F64, data->k, 1));
    s->rank = -1;
    s->n_singular = 0;
    s->filled = 0;
    return cf_matrix_resize(&s->spectrum, CF_F64, 0, 0);
}

static cf_status keep_spectrum(linear_regression *s, const cfi_linear_data *data,
                               const cfi_least_squares *solution)
{
    const cf_index order = solution->order;
    s->rank = solution->rank;
    if (order > MANY)
        return CF_OK;
    s->n_singular = data->n < data->d ? data->n : data->d;
    if (order <= FEW) {
        CF_TRY(cf_matrix_resize(&s->spectrum, CF_F64, 1, order));
        return cfi_least_squares_singular(order, solution->factor, solution->filled,
                                          s->spectrum.values);
    }
    s->filled = solution->filled;
    CF_TRY(cf_matrix_resize(&s->spectrum, CF_F64, order, order));
    memcpy(s->spectrum.values, solution->factor,
           (size_t)(order * order) * sizeof *solution->factor);
    return CF_OK;
}

static cf_status fit_dense(linear_regression *s, const cfi_linear_data *data)
{
    cf_status status = CF_OK;
    cfi_least_squares solution = {0};
    CF_GO(cfi_least_squares_solve(data, &solution));
    memcpy(s->coef_.values, solution.coef, (size_t)(data->k * data->d) * sizeof *solution.coef);
    memcpy(s->intercept_.values, solution.intercept, (size_t)data->k * sizeof *solution.intercept);
    CF_GO(keep_spectrum(s, data, &solution));
cleanup:
    cfi_least_squares_clear(&solution);
    return status;
}

/* A small sparse X as a dense one. */
static cf_status fit_small(linear_regression *s, const cfi_linear_data *data)
{
    cf_matrix dense = {0};
    cfi_linear_data copy = *data;
    CF_TRY(cf_matrix_convert(data->X, CF_F64, CF_DENSE, &dense));
    copy.X = &dense;
    const cf_status status = fit_dense(s, &copy);
    cf_matrix_clear(&dense);
    return status;
}

static cf_status fit_sparse(linear_regression *s, const cfi_linear_data *data)
{
    cf_status status = CF_OK;
    const cf_index n = data->n, d = data->d, k = data->k;
    const cfi_lsqr_options options = {.tolerance = s->tol};
    cfi_linear_operator op = {0};
    double *mean = NULL, *y_mean = NULL, *target = NULL, *coef = s->coef_.values, weight;
    CF_GO(CF_ALLOC(mean, d));
    CF_GO(CF_ALLOC(y_mean, k));
    CF_GO(CF_ALLOC(target, n));
    CF_GO(cfi_linear_means(data, mean, y_mean, &weight));
    CF_GO(cfi_linear_operator_new(&op, data, mean, NULL));
    for (cf_index t = 0; t < k; t++) {
        cf_index n_iter;
        bool converged;
        cfi_linear_target(data, t, y_mean[t], target);
        CF_GO(cfi_lsqr(&op, &options, target, coef + t * d, &n_iter, &converged));
        if (!converged)
            cf_run_warn(data->run, CF_WARN_CONVERGENCE,
                        "LinearRegression: LSQR did not converge in %lld iterations",
                        (long long)n_iter);
    }
    cfi_linear_intercept(data, mean, y_mean, coef, s->intercept_.values);
cleanup:
    cf_free(mean);
    cf_free(y_mean);
    cf_free(target);
    cfi_linear_operator_clear(&op);
    return status;
}

static cf_status fit_positive(linear_regression *s, const cfi_linear_data *data)
{
    bool converged;
    CF_TRY(cfi_positive_solve(data, NULL, 0, s->coef_.values, s->intercept_.values, &converged));
    if (!converged)
        cf_run_warn(data->run, CF_WARN_CONVERGENCE,
                    "LinearRegression: the active set did not settle");
    return CF_OK;
}

/* Subnormal columns ask for coefficients beyond the largest double: say so, predict no NaN. */
static cf_status check_coefficients(const linear_regression *s)
{
    cf_index row = 0, col = 0;
    double value = 0;
    if (cfi_find_nonfinite(NULL, &s->coef_, false, &row, &col, &value))
        return cf_fail(CF_ERR_NUMERIC,
                       "LinearRegression: a coefficient leaves the range of doubles; scale X");
    return CF_OK;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    linear_regression *s = (linear_regression *)self;
    cfi_linear_data data;
    cf_status status = CF_OK;
    CF_TRY(cfi_linear_data_new(&data, self, args, s->fit_intercept));
    status = make_result(s, &data, args->y_2d);
    if (status != CF_OK)
        goto cleanup;
    if (s->positive)
        status = fit_positive(s, &data);
    else if (data.X->storage == CF_DENSE)
        status = fit_dense(s, &data);
    else if (data.n * data.d <= SMALL)
        status = fit_small(s, &data);
    else
        status = fit_sparse(s, &data);
    if (status == CF_OK)
        status = check_coefficients(s);
cleanup:
    cfi_linear_data_clear(&data);
    return status;
}

static cf_status predict(const cf_estimator *self, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    const linear_regression *s = (const linear_regression *)self;
    return cfi_linear_predict(X, &s->coef_, &s->intercept_, run, out);
}

static cf_status rank_of(const cf_estimator *self, cf_matrix *out)
{
    const linear_regression *s = (const linear_regression *)self;
    if (s->rank < 0)
        return cf_fail(CF_ERR_UNSUPPORTED,
                       "LinearRegression: rank_ is not known after positive=true or LSQR");
    CF_TRY(cf_matrix_resize(out, CF_I64, 1, 1));
    *(int64_t *)out->values = s->rank;
    return CF_OK;
}

static cf_status singular_values(const cf_estimator *self, cf_matrix *out)
{
    const linear_regression *s = (const linear_regression *)self;
    if (s->n_singular == 0)
        return cf_fail(CF_ERR_UNSUPPORTED,
                       "LinearRegression: singular_ is kept for a dense X of rank up to %d", MANY);
    CF_TRY(cf_matrix_resize(out, CF_F64, s->n_singular, 1));
    double *values = out->values;
    memset(values, 0, (size_t)s->n_singular * sizeof *values);
    if (s->spectrum.rows > 1)
        return cfi_least_squares_singular(s->spectrum.rows, s->spectrum.values, s->filled, values);
    memcpy(values, s->spectrum.values, (size_t)s->spectrum.cols * sizeof *values);
    return CF_OK;
}

static cf_status validate(const cf_estimator *self)
{
    const linear_regression *s = (const linear_regression *)self;
    const cf_index rows = s->spectrum.rows, cols = s->spectrum.cols;
    if (cols > s->n_singular || (rows != 1 && rows != cols))
        return cf_fail(CF_ERR_FORMAT, "LinearRegression: the singular values do not fit together");
    return CF_OK;
}

static const cf_param params[] = {
    CF_ROW_BOOL(linear_regression, fit_intercept, "true",
                "fit the constant term; false for centred data"),
    CF_ROW_REAL(linear_regression, tol, "1e-6", "[0, inf)",
                "tolerance of LSQR on a large sparse X; unused on dense X"),
    CF_ROW_BOOL(linear_regression, positive, "false", "coefficients must not be negative"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_MATRIX(linear_regression, coef_, "(n_features) ; (n_targets, n_features)",
                   "coefficients"),
    CF_HELD_MATRIX(linear_regression, intercept_, "() ; (n_targets)",
                   "constant term of each target"),
    CF_HELD_INT(linear_regression, rank, "rank of the centred X, -1 when not known",
                .range = "[-1, n_features]"),
    CF_HELD_INT(linear_regression, n_singular, "number of singular values, 0 when not known",
                .range = "[0, n_features]"),
    CF_HELD_MATRIX(linear_regression, spectrum, "(?, ?)",
                   "the singular values, or a factor that has them", .optional = true,
                   .range = "(-inf, inf)"),
    CF_HELD_REAL(linear_regression, filled, "the singular value of the factor that stands for 0",
                 .range = "(-inf, inf)"),
    CF_COMPUTED("rank_", rank_of, "()", "rank of the centred X"),
    CF_COMPUTED("singular_", singular_values, "(?)", "singular values of the centred X"),
    CF_END,
};

static const char *const examples[] = {
    "LinearRegression(fit_intercept=false)",
    "LinearRegression(positive=true)",
    NULL,
};

CF_CLASS(LinearRegression) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "LinearRegression",
    .module = "linear_model",
    .signature = "*, fit_intercept, copy_X=true, tol, n_jobs=None, positive",
    .summary = "Ordinary least squares",
    .doc =
        "Objective\n"
        "  minimise sum_i w_i |y_i - b0 - x_i b|^2; of all solutions the one of minimum norm.\n"
        "  With positive=true subject to b >= 0.\n"
        "Input\n"
        "  X dense or CSR, f64 or f32 (sums are f64), finite; y (n) or (n, n_targets).\n"
        "Errors\n"
        "  CF_ERR_NUMERIC: a coefficient leaves the range of doubles, or positive=true and\n"
        "  squares of X do.\n"
        "  CF_ERR_UNSUPPORTED: rank_ or singular_ of a fit that does not determine them.\n"
        "Cost\n"
        "  O(n d min(n, d)) time; one pass over X, no copy of it, while the scaled columns have a\n"
        "  condition number below 1e4, else one copy. CSR above 4 million cells: O(nnz) an\n"
        "  iteration.\n"
        "Threads\n"
        "  Blocks of rows; the same bits on any number of threads.\n"
        "Notes\n"
        "  The rank counts pivots of the column-scaled X above max(n, d) eps of the first; "
        "scikit-learn\n"
        "  drops every singular value below tol (1e-6) of the largest, which loses "
        "ill-conditioned\n"
        "  but well-defined solutions. Here tol is the tolerance of LSQR alone. Sparse X with\n"
        "  positive=true is accepted.\n"
        "Source\n"
        "  A. Bjorck, BIT 7, 1967, doi:10.1007/BF01939321\n"
        "  C. C. Paige, M. A. Saunders, ACM TOMS 8, 1982, doi:10.1145/355984.355989\n"
        "  C. L. Lawson, R. J. Hanson, Solving Least Squares Problems, "
        "doi:10.1137/1.9781611971217\n"
        "Example\n"
        "  examples/linear_models.c\n",
    .kind = CF_REGRESSOR,
    .tags = CF_TAG_SPARSE | CF_TAG_WEIGHTS | CF_TAG_MULTI_OUTPUT | CF_TAG_REQUIRES_Y | CF_TAG_F32 |
            CF_TAG_ORDER_FREE | CF_TAG_SCANS_X,
    .size = sizeof(linear_regression),
    .params = params,
    .state = state,
    .fit = fit,
    .predict = predict,
    .validate = validate,
    .examples = examples,
};
