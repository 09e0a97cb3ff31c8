/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * C-support vector classification, one class against one: for every pair of classes
 *
 *   min 1/2 |w|^2 + sum_i C_i max(0, 1 - y_i (w'phi(x_i) + b)),
 *
 * solved in the dual by SMO on large working sets (smo_solver.c). C. Cortes, V. Vapnik, Machine
 * Learning 20 (1995), 273-297, doi:10.1007/BF00994018; C.-C. Chang, C.-J. Lin, ACM TIST 2 (2011),
 * 27, doi:10.1145/1961189.1961199. Order and signs of coefficients, votes and probabilities are
 * scikit-learn's: with two classes a positive decision speaks for the second, with more a positive
 * decision of a pair speaks for its first.
 */
#include "algorithms/svm/svc_answer.h"
#include "algorithms/svm/svc_train.h"
#include "algorithms/svm/svm_common.h"
#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

#define SHAPE_LIST(X)                                                                              \
    X(SHAPE_OVR, "ovr")                                                                            \
    X(SHAPE_OVO, "ovo")

enum { SHAPE_LIST(CF_CHOICE_ENUM) };

typedef struct svc {
    cf_estimator base;
    double C;
    int kernel;
    int64_t degree;
    cf_value gamma;
    double coef0;
    bool shrinking, probability;
    double tol, cache_size;
    cf_value class_weight;
    int64_t max_iter;
    int decision_function_shape;
    bool break_ties;
    cf_value random_state;
    /* state; pairs = n_classes (n_classes - 1) / 2 */
    int64_t n_sv;
    cf_array support_;          /* (n_sv) I32 */
    cf_array n_support_;        /* (n_classes) I32 */
    cf_matrix support_vectors_; /* (n_sv, n_features), empty of a precomputed kernel */
    cf_matrix dual_coef_;       /* (n_classes - 1, n_sv) */
    cf_matrix intercept_;       /* (pairs) */
    cf_matrix probA_, probB_;   /* (pairs) or empty */
    cf_matrix class_weight_;    /* (n_classes) */
    cf_array n_iter_;           /* (pairs) I64 */
    cf_array shape_fit_;        /* (2) I64 */
    int64_t fit_status_;
    double kernel_gamma; /* the number that gamma stood for */
} svc;

static cfi_kernel kernel_of(const svc *s)
{
    return (cfi_kernel){(cfi_kernel_type)s->kernel, s->degree, s->kernel_gamma, s->coef0};
}

/* ---- fit ---- */

static cf_status copy_numbers(cf_matrix *to, const double *from, cf_index rows, cf_index cols,
                              double factor)
{
    if (!from)
        return CF_OK;
    CF_TRY(cf_matrix_resize(to, CF_F64, rows, cols));
    for (cf_index k = 0; k < rows * cols; k++)
        ((double *)to->values)[k] = factor * from[k];
    return CF_OK;
}

static cf_status copy_counts(cf_array *to, const cf_index *from, cf_index n)
{
    CF_TRY(cf_array_resize(to, CF_I32, n));
    for (cf_index k = 0; k < n; k++)
        ((int32_t *)to->data)[k] = (int32_t)from[k];
    return CF_OK;
}

static cf_status keep_class_weight(svc *s, const double *factors, cf_index n_classes)
{
    CF_TRY(cf_matrix_resize(&s->class_weight_, CF_F64, n_classes, 1));
    for (cf_index c = 0; c < n_classes; c++)
        ((double *)s->class_weight_.values)[c] = factors ? factors[c] : 1;
    return CF_OK;
}

/* Moves what was learned into the state, with scikit-learn's signs for two classes. */
static cf_status keep_model(svc *s, const cf_fit_args *args, const cfi_svc_model *m)
{
    const double sign = m->n_classes == 2 ? -1 : 1;
    s->n_sv = m->n_support;
    s->fit_status_ = !m->converged;
    CF_TRY(copy_counts(&s->support_, m->support, m->n_support));
    CF_TRY(copy_counts(&s->n_support_, m->class_support, m->n_classes));
    CF_TRY(copy_numbers(&s->dual_coef_, m->dual_coef, m->n_classes - 1, m->n_support, sign));
    CF_TRY(copy_numbers(&s->intercept_, m->intercept, m->n_pairs, 1, sign));
    CF_TRY(copy_numbers(&s->probA_, m->prob_a, m->n_pairs, 1, 1));
    CF_TRY(copy_numbers(&s->probB_, m->prob_b, m->n_pairs, 1, 1));
    CF_TRY(keep_class_weight(s, args->class_weight, m->n_classes));
    CF_TRY(cf_array_resize(&s->n_iter_, CF_I64, m->n_pairs));
    memcpy(s->n_iter_.data, m->n_iter, (size_t)m->n_pairs * sizeof *m->n_iter);
    CF_TRY(cf_array_resize(&s->shape_fit_, CF_I64, 2));
    ((int64_t *)s->shape_fit_.data)[0] = args->X->rows;
    ((int64_t *)s->shape_fit_.data)[1] = args->X->cols;
    if (s->kernel == CFI_KERNEL_PRECOMPUTED)
        return CF_OK;
    return cf_matrix_gather_rows(args->X, m->support, m->n_support, &s->support_vectors_);
}

/* The seed of the folds, drawn as scikit-learn draws it. */
static cf_status draw_seed(const svc *s, cf_run *run, uint32_t *seed)
{
    cf_random r;
    CF_TRY(cf_random_from_value(&r, &s->random_state));
    *seed = (uint32_t)cf_random_int(&r, 0, INT32_MAX);
    return cf_run_return_random(run, &s->base, &r);
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    svc *s = (svc *)self;
    const cf_index n_classes = args->n_classes[0];
    cfi_svc_options options = {.owner = self->cls->name,
                               .C = s->C,
                               .tol = s->tol,
                               .cache_mb = s->cache_size,
                               .max_iter = s->max_iter,
                               .shrinking = s->shrinking,
                               .probability = s->probability};
    cfi_svc_model model;
    if (n_classes < 2)
        return cf_fail(CF_ERR_DATA,
                       "SVC: the number of classes has to be greater than one; got %lld class",
                       (long long)n_classes);
    if (args->X->rows > INT32_MAX)
        return cf_fail(CF_ERR_LIMIT, "SVC: X has %lld rows, the limit is %lld",
                       (long long)args->X->rows, (long long)INT32_MAX);
    CF_TRY(cfi_svm_gamma("SVC", &s->gamma, (cfi_kernel_type)s->kernel, args, &s->kernel_gamma));
    CF_TRY(draw_seed(s, args->run, &options.seed));
    options.kernel = kernel_of(s);
    CF_TRY(cfi_svc_train(&options, args->X, args->y->values, args->weights, n_classes, args->run,
                         &model));
    const cf_status status = keep_model(s, args, &model);
    if (!model.converged)
        cf_run_warn(args->run, CF_WARN_CONVERGENCE,
                    "SVC: stopped early (max_iter=%lld); X may need StandardScaler or "
                    "MinMaxScaler",
                    (long long)s->max_iter);
    cfi_svc_model_clear(&model);
    return status;
}

/* ---- predict ---- */

/* Vectors and columns of a kernel matrix are not interchangeable: the kernel may be set after fit.
 */
static cf_status check_kernel(const svc *s)
{
    if ((s->kernel == CFI_KERNEL_PRECOMPUTED) == (s->support_vectors_.cols == 0))
        return CF_OK;
    return cf_fail(CF_ERR_NOT_FITTED, "SVC: the kernel was set after fit: fit again");
}

/* Asks the fitted classifier; pairs of two classes come out with scikit-learn's sign. */
static cf_status ask(const svc *s, cfi_svc_question question, const cf_matrix *X, cf_run *run,
                     cf_matrix *out)
{
    const cf_index k = s->n_support_.length;
    const cfi_kernel kernel = kernel_of(s);
    cf_status status = CF_OK;
    cf_index *columns = NULL, *end = NULL;
    double *negated = NULL;
    CF_GO(check_kernel(s));
    CF_GO(CF_ALLOC(end, k));
    for (cf_index c = 0; c < k; c++)
        end[c] = (c > 0 ? end[c - 1] : 0) + ((const int32_t *)s->n_support_.data)[c];
    cfi_svc_decider d = {.n_classes = k,
                         .expansion = {.kernel = &kernel,
                                       .vectors = &s->support_vectors_,
                                       .n = s->n_sv,
                                       .n_groups = k,
                                       .end = end,
                                       .n_coef = k - 1,
                                       .coef = s->dual_coef_.values},
                         .intercept = s->intercept_.values,
                         .prob_a = s->probA_.values,
                         .prob_b = s->probB_.values};
    if (kernel.type == CFI_KERNEL_PRECOMPUTED) {
        CF_GO(CF_ALLOC(columns, s->n_sv));
        for (cf_index i = 0; i < s->n_sv; i++)
            columns[i] = ((const int32_t *)s->support_.data)[i];
        d.expansion.rows = columns;
    }
    if (k == 2 && question != CFI_SVC_PAIRS) {
        CF_GO(CF_ALLOC(negated, s->n_sv + 1));
        for (cf_index i = 0; i < s->n_sv; i++)
            negated[i] = -d.expansion.coef[i];
        negated[s->n_sv] = -d.intercept[0];
        d.expansion.coef = negated;
        d.intercept = negated + s->n_sv;
    }
    CF_GO(cfi_svc_answer(&d, question, X, run, out));
cleanup:
    cf_free(columns);
    cf_free(end);
    cf_free(negated);
    return status;
}

static cf_status predict(const cf_estimator *self, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    const svc *s = (const svc *)self;
    if (s->break_ties && s->decision_function_shape == SHAPE_OVO)
        return cf_fail(CF_ERR_ARGUMENT,
                       "SVC: break_ties must be false when decision_function_shape is 'ovo'");
    const bool by_score = s->break_ties && s->n_support_.length > 2;
    return ask(s, by_score ? CFI_SVC_BEST_SCORE : CFI_SVC_VOTE, X, run, out);
}

static cf_status decision_function(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    const svc *s = (const svc *)self;
    const bool by_class = s->decision_function_shape == SHAPE_OVR && s->n_support_.length > 2;
    return ask(s, by_class ? CFI_SVC_SCORES : CFI_SVC_PAIRS, X, run, out);
}

static cf_status predict_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                               cf_matrix *out)
{
    const svc *s = (const svc *)self;
    if (s->probA_.rows == 0)
        return cf_fail(CF_ERR_NOT_FITTED,
                       "SVC: predict_proba is not available when fitted with probability=false");
    return ask(s, CFI_SVC_PROBABILITIES, X, run, out);
}

/* ---- what it is ---- */

/* Probabilities exist when asked for; a precomputed kernel is a dense square. */
static void traits(const cf_estimator *self, cf_traits *t)
{
    const svc *s = (const svc *)self;
    if (!s->probability)
        t->methods &= ~(unsigned)CF_HAS_PREDICT_PROBA;
    if (s->probability)
        t->tags |= CF_TAG_NONDETERMINISTIC;
    if (s->kernel == CFI_KERNEL_PRECOMPUTED)
        t->tags = (t->tags | CF_TAG_PAIRWISE) & ~(unsigned)CF_TAG_SPARSE;
}

/* Getter of coef_. */
static cf_status coef(const cf_estimator *self, cf_matrix *out)
{
    const svc *s = (const svc *)self;
    if (s->kernel != CFI_KERNEL_LINEAR)
        return cf_fail(CF_ERR_UNSUPPORTED, "SVC: coef_ is only available with kernel='linear'");
    CF_TRY(check_kernel(s));
    return cfi_svm_pair_coef(&s->support_vectors_, s->dual_coef_.values, s->n_support_.data,
                             s->n_support_.length, out);
}

/* What prediction indexes with besides. */
static cf_status validate(const cf_estimator *self)
{
    const svc *s = (const svc *)self;
    const bool precomputed = s->kernel == CFI_KERNEL_PRECOMPUTED;
    const int64_t n = ((const int64_t *)s->shape_fit_.data)[0];
    int64_t total = 0;
    for (cf_index c = 0; c < s->n_support_.length; c++)
        total += ((const int32_t *)s->n_support_.data)[c];
    if (s->n_support_.length < 2 || total != s->n_sv ||
        precomputed != (s->support_vectors_.cols == 0))
        return cf_fail(CF_ERR_FORMAT, "SVC: n_support_ sums to %lld, there are %lld vectors",
                       (long long)total, (long long)s->n_sv);
    for (cf_index i = 0; i < s->n_sv; i++) {
        const int32_t row = ((const int32_t *)s->support_.data)[i];
        if (row >= n || (precomputed && row >= cf_self_n_features(self)))
            return cf_fail(CF_ERR_FORMAT, "SVC: support_ holds %d, fit had %lld rows", (int)row,
                           (long long)n);
    }
    if (s->probA_.rows != s->probB_.rows)
        return cf_fail(CF_ERR_FORMAT, "SVC: probA_ and probB_ do not belong together");
    return CF_OK;
}

static const cf_param params[] = {
    CF_ROW_REAL(svc, C, "1.0", "(0, inf)", "inverse strength of the regularisation"),
    CF_ROW_CHOICE(svc, kernel, CFI_KERNEL_LIST, "rbf", "the kernel"),
    CF_ROW_INT(svc, degree, "3", "[0, inf)", "degree of the poly kernel"),
    CF_ROW_VALUE(svc, gamma, "scale", "scale | auto | real [0, inf)",
                 "factor of the rbf, poly and sigmoid kernels; scale: 1 / (n_features var(X)), "
                 "auto: 1 / n_features"),
    CF_ROW_REAL(svc, coef0, "0.0", "(-inf, inf)", "constant of the poly and sigmoid kernels"),
    CF_ROW_BOOL(svc, shrinking, "true", "set samples aside that look settled"),
    CF_ROW_BOOL(svc, probability, "false", "fit probabilities too (Platt scaling, five folds)"),
    CF_ROW_REAL(svc, tol, "0.001", "(0, inf)", "largest violation of the optimality conditions"),
    CF_ROW_REAL(svc, cache_size, "200", "(0, inf)", "megabytes for rows of the kernel matrix"),
    CF_ROW_VALUE(svc, class_weight, "None", "balanced | map | None",
                 "factor of C for each class; balanced: inversely proportional to its frequency"),
    CF_ROW_INT(svc, max_iter, "-1", "[-1, inf)", "limit on steps of the solver; -1 = none"),
    CF_ROW_CHOICE(svc, decision_function_shape, SHAPE_LIST, "ovr",
                  "decisions of more than two classes: a column a class, or a pair (ovo)"),
    CF_ROW_BOOL(svc, break_ties, "false", "predict the class with the largest ovr decision"),
    CF_ROW_RANDOM_STATE(svc, "draws the folds for probabilities"),
    CF_END,
};

static const char *const examples[] = {
    "SVC(kernel=linear)",
    "SVC(kernel=poly, coef0=1, gamma=0.1)",
    "SVC(kernel=sigmoid, gamma=0.01, decision_function_shape=ovo)",
    "SVC(probability=true, break_ties=true, class_weight=balanced)",
    NULL,
};

static const cf_state state[] = {
    CF_HELD_INT(svc, n_sv, "number of support vectors"),
    CF_HELD_ARRAY(svc, support_, "(n_sv)", "rows of the support vectors, class by class",
                  .dtypes = CF_BIT(CF_I32), .range = "[0, inf)"),
    CF_HELD_ARRAY(svc, n_support_, "(n_classes)", "support vectors of each class",
                  .dtypes = CF_BIT(CF_I32), .range = "[0, n_sv]"),
    CF_HELD_MATRIX(svc, support_vectors_, "(n_sv, n_features)",
                   "the support vectors; none of a precomputed kernel", .optional = true,
                   .dtypes = CF_BIT(CF_F64) | CF_BIT(CF_F32),
                   .storages = CF_BIT(CF_DENSE) | CF_BIT(CF_CSR)),
    CF_HELD_MATRIX(svc, dual_coef_, "(n_classes - 1, n_sv)",
                   "coefficients of the support vectors in the pairs of their class"),
    CF_HELD_MATRIX(svc, intercept_, "(n_classes * (n_classes - 1) / 2)", "constant of each pair"),
    CF_HELD_MATRIX(svc, probA_, "(n_classes * (n_classes - 1) / 2)",
                   "slope of the sigmoid of each pair; empty without probability",
                   .optional = true),
    CF_HELD_MATRIX(svc, probB_, "(n_classes * (n_classes - 1) / 2)",
                   "constant of the sigmoid of each pair; empty without probability",
                   .optional = true),
    CF_HELD_MATRIX(svc, class_weight_, "(n_classes)", "factor of C of each class"),
    CF_HELD_ARRAY(svc, n_iter_, "(n_classes * (n_classes - 1) / 2)",
                  "steps of the solver for each pair", .dtypes = CF_BIT(CF_I64),
                  .range = "[0, inf)"),
    CF_HELD_ARRAY(svc, shape_fit_, "(2)", "rows and columns of X in fit", .dtypes = CF_BIT(CF_I64),
                  .range = "[1, inf)"),
    CF_HELD_INT(svc, fit_status_, "0, or 1 when some pair did not converge"),
    CF_HELD_REAL(svc, kernel_gamma, "the number that gamma stood for in fit"),
    CF_COMPUTED("coef_", coef, "(n_classes * (n_classes - 1) / 2, n_features)",
                "weights of the columns in each pair, of a linear kernel"),
    CF_END,
};

CF_CLASS(SVC) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "SVC",
    .module = "svm",
    .signature = "*, C, kernel, degree, gamma, coef0, shrinking, probability, tol, "
                 "cache_size, class_weight, verbose=false, max_iter, "
                 "decision_function_shape, break_ties, random_state",
    .summary = "Support vector classification with kernels",
    .doc =
        "Objective\n"
        "  For every pair of classes: min 1/2 |w|^2 + sum_i C_i max(0, 1 - y_i (w'phi(x_i) + b)),\n"
        "  C_i = C class_weight sample_weight; k(x, z) = phi(x)'phi(z) is linear x'z, poly\n"
        "  (gamma x'z + coef0)^degree, rbf exp(-gamma |x - z|^2), sigmoid tanh(gamma x'z + coef0)\n"
        "  or precomputed: X is then k between rows and training rows.\n"
        "Input\n"
        "  Dense or CSR, f64 or f32, finite; scaled columns train faster. Rows of weight 0 do not\n"
        "  count.\n"
        "Errors\n"
        "  CF_ERR_DATA: fewer than two classes. CF_ERR_SHAPE: a precomputed X that is not square.\n"
        "  CF_ERR_NUMERIC: the kernel overflows. CF_ERR_ARGUMENT: predict with break_ties and "
        "ovo.\n"
        "Cost\n"
        "  Time between O(n^2 d) and O(n^3 d) a pair, prediction O(n_sv d) a row. Memory O(n d),\n"
        "  at most cache_size megabytes for rows of the kernel matrix, and up to 32 for each\n"
        "  pair in progress.\n"
        "Threads\n"
        "  Pairs and folds, or blocks of one pair; the same bits on any number of threads.\n"
        "Notes\n"
        "  Solutions meet the same tolerance as LIBSVM's; steps are counted differently. gamma\n"
        "  'scale' weighs rows by sample_weight, so that weights are the same as repetition. With\n"
        "  two classes predict_proba is the sigmoid itself. Prefer a calibrated classifier to\n"
        "  probability. A function as kernel: give its matrix with kernel='precomputed'.\n"
        "Source\n"
        "  C.-C. Chang, C.-J. Lin, LIBSVM, ACM TIST 2, 2011, doi:10.1145/1961189.1961199\n"
        "  R.-E. Fan, P.-H. Chen, C.-J. Lin, JMLR 6, 2005, 1889-1918\n"
        "Example\n"
        "  examples/quickstart.c\n",
    .kind = CF_CLASSIFIER,
    .tags = CF_TAG_SPARSE | CF_TAG_WEIGHTS | CF_TAG_REQUIRES_Y | CF_TAG_F32,
    .size = sizeof(svc),
    .params = params,
    .state = state,
    .fit = fit,
    .predict = predict,
    .predict_proba = predict_proba,
    .decision_function = decision_function,
    .validate = validate,
    .traits = traits,
    .examples = examples,
};
