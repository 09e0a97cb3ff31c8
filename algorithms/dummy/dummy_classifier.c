/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Predictions that ignore X: the yardstick every classifier has to beat. With p_k the weighted
 * share of class k: the most frequent class, draws from p (stratified), draws from all classes
 * alike (uniform), or a given one. Draws are NumPy's legacy ones in scikit-learn's order: one
 * multinomial a row, as binomials by inversion, target after target.
 */
#include "cofit/extend.h"

#include <math.h>
#include <string.h>

#define STRATEGY_LIST(X)                                                                           \
    X(MOST_FREQUENT, "most_frequent")                                                              \
    X(PRIOR, "prior") X(STRATIFIED, "stratified") X(UNIFORM, "uniform") X(CONSTANT, "constant")

enum { STRATEGY_LIST(CF_CHOICE_ENUM) };

typedef struct dummy_classifier {
    cf_estimator base;
    int strategy;
    cf_value random_state, constant;
    /* state */
    cf_matrix class_prior_; /* (n_all_classes): target after target */
    cf_array chosen;        /* I32 (n_targets): the class of most_frequent, prior and constant */
} dummy_classifier;

static const dummy_classifier *const_self(const cf_estimator *e)
{
    return (const dummy_classifier *)e;
}

/* ---- fit ---- */

/* Element t of the constant parameter, which may be a single value for a single target. */
static cf_value constant_at(const cf_value *constant, cf_index t)
{
    const cf_matrix *m = constant->as.matrix;
    if (constant->kind == CF_VALUE_MATRIX)
        return cf_value_real(cf_matrix_get(m, t / m->cols, t % m->cols));
    const bool listed = constant->kind == CF_VALUE_LIST || constant->kind == CF_VALUE_TUPLE;
    return listed ? constant->as.items[t] : *constant;
}

static cf_index constant_count(const cf_value *constant)
{
    if (constant->kind == CF_VALUE_MATRIX)
        return constant->as.matrix->rows * constant->as.matrix->cols;
    const bool listed = constant->kind == CF_VALUE_LIST || constant->kind == CF_VALUE_TUPLE;
    return listed ? constant->count : 1;
}

/* The class a label belongs to, or -1. */
static cf_index find_class(const cf_matrix *classes, const cf_value *label)
{
    const bool text = label->kind == CF_VALUE_TEXT;
    const bool coded = cf_schema_kind(classes->schema, 0) != CF_NUMERIC;
    for (cf_index k = 0; k < classes->rows; k++) {
        const double value = cf_matrix_get(classes, k, 0);
        const char *name = coded ? cf_schema_text(classes->schema, 0, (cf_index)value) : NULL;
        if (text ? name && strcmp(name, label->as.text) == 0
                 : !name && value == cf_value_number(label))
            return k;
    }
    return -1;
}

/* The parameter is checked against the labels here: only fit knows them. */
static cf_status find_constant(const dummy_classifier *c, const cf_fit_args *args, int32_t *out)
{
    for (cf_index t = 0; t < args->n_targets; t++) {
        const cf_value label = constant_at(&c->constant, t);
        const cf_index k = find_class(&args->classes[t], &label);
        char *text = NULL;
        if (k >= 0) {
            out[t] = (int32_t)k;
            continue;
        }
        CF_TRY(cf_value_to_text(&c->constant, &text));
        const cf_status status =
            cf_fail(CF_ERR_ARGUMENT,
                    "DummyClassifier: The constant target value must be present in the training "
                    "data. You provided constant=%.200s",
                    text);
        cf_text_free(text);
        return status;
    }
    return CF_OK;
}

/* One constant a target; a single value stands for a single target. */
static cf_status check_constant(const dummy_classifier *c, cf_index n_targets)
{
    if (c->strategy != CONSTANT)
        return CF_OK;
    if (c->constant.kind == CF_VALUE_NONE)
        return cf_fail(CF_ERR_ARGUMENT,
                       "DummyClassifier: Constant target value has to be specified "
                       "when the constant strategy is used");
    if (constant_count(&c->constant) != n_targets)
        return cf_fail(CF_ERR_SHAPE,
                       "DummyClassifier: Constant target value should have shape (%lld, 1)",
                       (long long)n_targets);
    return CF_OK;
}

/* Shares of the classes of target t. */
static void find_prior(const cf_fit_args *args, cf_index t, double *prior)
{
    const int32_t *codes = args->y->values;
    const cf_index n = args->y->rows, classes = args->n_classes[t];
    double total = 0;
    memset(prior, 0, (size_t)classes * sizeof *prior);
    for (cf_index i = 0; i < n; i++) {
        const double weight = args->weights ? args->weights[i] : 1;
        if (weight > 0)
            prior[codes[i * args->n_targets + t]] += weight;
    }
    for (cf_index k = 0; k < classes; k++)
        total += prior[k];
    for (cf_index k = 0; k < classes; k++)
        prior[k] /= total;
}

/* The first of equally frequent classes: the least label, as argmax gives. */
static cf_index largest(const double *prior, cf_index n)
{
    cf_index best = 0;
    for (cf_index k = 1; k < n; k++)
        if (prior[k] > prior[best])
            best = k;
    return best;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    dummy_classifier *c = (dummy_classifier *)self;
    CF_TRY(check_constant(c, args->n_targets));
    cf_index total = 0;
    for (cf_index t = 0; t < args->n_targets; t++)
        total += args->n_classes[t];
    CF_TRY(cf_matrix_resize(&c->class_prior_, CF_F64, total, 1));
    CF_TRY(cf_array_resize(&c->chosen, CF_I32, args->n_targets));
    double *prior = c->class_prior_.values;
    int32_t *chosen = c->chosen.data;
    for (cf_index t = 0; t < args->n_targets; t++) {
        find_prior(args, t, prior);
        chosen[t] = (int32_t)largest(prior, args->n_classes[t]);
        prior += args->n_classes[t];
    }
    return c->strategy == CONSTANT ? find_constant(c, args, chosen) : CF_OK;
}

/* ---- draws ---- */

/* RandomState.binomial(1, p) for p <= 1/2: the inversion of Kachitvichyanukul and Schmeiser. */
static bool draw_rare(cf_random *r, double p)
{
    const double q = 1 - p, none = exp(log(q));
    for (;;) {
        const double u = cf_random_double(r);
        if (u <= none)
            return false;
        /* in exact arithmetic none + p / q * none is 1 */
        if (u - none <= p * none / q)
            return true;
    }
}

/* RandomState.binomial(1, p), which draws nothing when p is 0; shares that do not add up to 1 can
 * make it NaN. */
static bool draw_once(cf_random *r, double p)
{
    if (!(p > 0))
        return false;
    return p <= 0.5 ? draw_rare(r, p) : !draw_rare(r, 1 - p);
}

/* RandomState.multinomial(1, prior): the class drawn. */
static cf_index draw_class(cf_random *r, const double *prior, cf_index n)
{
    double remaining = 1;
    for (cf_index k = 0; k < n - 1; k++) {
        if (draw_once(r, prior[k] / remaining))
            return k;
        remaining -= prior[k];
    }
    return n - 1;
}

/* Codes of all rows, target after target. */
static cf_status draw_codes(const dummy_classifier *c, cf_index n, int32_t *codes)
{
    const cf_estimator *self = &c->base;
    const cf_index targets = cf_self_n_targets(self);
    const double *prior = c->class_prior_.values;
    const bool draws = c->strategy == STRATIFIED || c->strategy == UNIFORM;
    cf_random r;
    if (draws)
        CF_TRY(cf_random_from_value(&r, &c->random_state));
    for (cf_index t = 0; t < targets; t++) {
        const cf_index classes = cf_self_n_classes(self, t);
        for (cf_index i = 0; i < n; i++) {
            int32_t code = ((const int32_t *)c->chosen.data)[t];
            if (c->strategy == STRATIFIED)
                code = (int32_t)draw_class(&r, prior, classes);
            else if (c->strategy == UNIFORM)
                code = (int32_t)cf_random_int(&r, 0, classes);
            codes[i * targets + t] = code;
        }
        prior += classes;
    }
    return CF_OK;
}

static cf_status predict(const cf_estimator *self, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    (void)run;
    CF_TRY(cf_matrix_resize(out, CF_I32, X->rows, cf_self_n_targets(self)));
    return draw_codes(const_self(self), X->rows, out->values);
}

static void put(cf_matrix *out, cf_index i, cf_index j, double value)
{
    ((double *)out->values)[i * out->row_stride + j * out->col_stride] = value;
}

/* Certain strategies and draws give zeros and ones, prior and uniform give shares. */
static cf_status predict_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                               cf_matrix *out)
{
    (void)run;
    const dummy_classifier *c = const_self(self);
    const cf_index n = X->rows, targets = cf_self_n_targets(self);
    const double *prior = c->class_prior_.values;
    const bool shares = c->strategy == PRIOR || c->strategy == UNIFORM;
    int32_t *codes;
    CF_TRY(CF_ALLOC(codes, n * targets));
    cf_status status = cf_matrix_resize(out, CF_F64, n, c->class_prior_.rows);
    if (status == CF_OK && !shares)
        status = draw_codes(c, n, codes);
    cf_index first = 0;
    for (cf_index t = 0; t < targets && status == CF_OK; t++) {
        const cf_index classes = cf_self_n_classes(self, t);
        for (cf_index i = 0; i < n; i++)
            for (cf_index k = 0; k < classes; k++) {
                const double one = codes[i * targets + t] == k ? 1 : 0;
                const double share = c->strategy == PRIOR ? prior[first + k] : 1 / (double)classes;
                put(out, i, first + k, shares ? share : one);
            }
        first += classes;
    }
    cf_free(codes);
    return status;
}

/* Only two strategies draw. */
static void traits(const cf_estimator *self, cf_traits *t)
{
    const dummy_classifier *c = const_self(self);
    if (c->strategy == STRATIFIED || c->strategy == UNIFORM)
        t->tags |= CF_TAG_NONDETERMINISTIC;
}

/* ---- tables ---- */

/* A code beyond the classes would be read past the end when labels are looked up. */
static cf_status validate(const cf_estimator *self)
{
    const dummy_classifier *c = const_self(self);
    const cf_index targets = cf_self_n_targets(self);
    for (cf_index t = 0; t < targets; t++) {
        const int32_t k = ((const int32_t *)c->chosen.data)[t];
        if (k < 0 || k >= cf_self_n_classes(self, t))
            return cf_fail(CF_ERR_FORMAT, "DummyClassifier: class %d of %lld is chosen", (int)k,
                           (long long)cf_self_n_classes(self, t));
    }
    return CF_OK;
}

static const cf_param params[] = {
    CF_ROW_CHOICE(dummy_classifier, strategy, STRATEGY_LIST, "prior", "what is predicted"),
    CF_ROW_RANDOM_STATE(dummy_classifier, "seed of stratified and uniform draws"),
    CF_ROW_VALUE(dummy_classifier, constant, "None", "None | int | real | text | list | matrix",
                 "the label that constant predicts, one a target"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_MATRIX(dummy_classifier, class_prior_, "(n_all_classes)",
                   "weighted share of each class, target after target", .range = "[0, 1]"),
    CF_COMPUTED("n_classes_", cf_self_class_counts, "?", "classes of each target"),
    CF_COMPUTED("n_outputs_", cf_self_output_count, "()", "targets"),
    CF_HELD_ARRAY(dummy_classifier, chosen, "(n_targets)",
                  "class most_frequent, prior and constant predict", .dtypes = CF_BIT(CF_I32)),
    CF_END,
};

static const char *const examples[] = {
    "DummyClassifier(strategy=stratified)",
    "DummyClassifier(strategy=uniform)",
    "DummyClassifier(strategy=most_frequent)",
    NULL,
};

CF_CLASS(DummyClassifier) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "DummyClassifier",
    .module = "dummy",
    .signature = "*, strategy, random_state, constant",
    .summary = "Predictions that ignore X: the least a classifier must beat",
    .doc =
        "Objective\n"
        "  The class with the largest weighted share of y (prior, most_frequent), a draw from the\n"
        "  shares (stratified), a draw from all classes alike (uniform), or a constant.\n"
        "Input\n"
        "  Any X, dense or CSR, missing entries and texts included; it is not read.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: a constant that is not among the labels of y, or none.\n"
        "Cost\n"
        "  O(n) time, O(number of classes) memory.\n"
        "Threads\n"
        "  One.\n"
        "Notes\n"
        "  random_state=None draws anew at every predict.\n"
        "Source\n"
        "  V. Kachitvichyanukul, B. W. Schmeiser, Communications of the ACM 31, 1988 (draws),\n"
        "  doi:10.1145/42372.42381\n"
        "Example\n"
        "  examples/dummy.c\n",
    .kind = CF_CLASSIFIER,
    .tags = CF_TAG_SPARSE | CF_TAG_NAN | CF_TAG_WEIGHTS | CF_TAG_MULTI_OUTPUT | CF_TAG_REQUIRES_Y |
            CF_TAG_F32 | CF_TAG_CATEGORIES | CF_TAG_ORDER_FREE | CF_TAG_POOR_SCORE,
    .size = sizeof(dummy_classifier),
    .params = params,
    .state = state,
    .fit = fit,
    .predict = predict,
    .predict_proba = predict_proba,
    .validate = validate,
    .traits = traits,
    .examples = examples,
};
