/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of the kinds: classifiers, regressors, transformers, clusterers. */
#include "contract/contract.h"

#include "estimator/instance.h"

/* ---- classifiers ---- */

static double accuracy(const cf_matrix *y, const cf_matrix *predicted)
{
    double right = 0;
    for (cf_index i = 0; i < y->rows; i++)
        right += cf_matrix_get(y, i, 0) == cf_matrix_get(predicted, i, 0);
    return right / (double)y->rows;
}

static void classes_are_learned(const subject *s)
{
    cf_estimator *e = fitted(s);
    cf_matrix out = {0};
    ASSERT_OK(cf_predict(e, &s->p.X, &out));
    ck_assert_int_eq(out.rows, s->p.y.rows);
    ck_assert_int_eq(out.cols, 1);
    if (!(s->traits.tags & CF_TAG_POOR_SCORE))
        ck_assert_msg(accuracy(&s->p.y, &out) > 0.83, "accuracy %g", accuracy(&s->p.y, &out));
    double score = 0;
    ASSERT_OK(cf_score(e, &s->p.X, &s->p.y, NULL, &score));
    ck_assert(fabs(score - accuracy(&s->p.y, &out)) < 1e-12);
    cf_matrix_clear(&out);
    cf_estimator_free(e);
}

static cf_index argmax(const cf_matrix *X, cf_index i)
{
    cf_index best = 0;
    for (cf_index j = 1; j < X->cols; j++)
        if (cf_matrix_get(X, i, j) > cf_matrix_get(X, i, best))
            best = j;
    return best;
}

static void probabilities_are_probabilities(const subject *s)
{
    cf_estimator *e = fitted(s);
    cf_matrix p = {0}, logs = {0}, classes = {0};
    ASSERT_OK(cf_predict_proba(e, &s->p.X, &p));
    ASSERT_OK(cf_predict_log_proba(e, &s->p.X, &logs));
    ASSERT_OK(cf_classes(e, 0, &classes));
    ck_assert_int_eq(p.cols, classes.rows);
    for (cf_index i = 0; i < p.rows; i++) {
        double sum = 0;
        for (cf_index j = 0; j < p.cols; j++) {
            const double v = cf_matrix_get(&p, i, j);
            ck_assert(v >= 0 && v <= 1);
            const double l = cf_matrix_get(&logs, i, j);
            ck_assert(l == log(v) || fabs(l - log(v)) < 1e-9 * fmax(1, fabs(l)));
            sum += v;
        }
        ck_assert_msg(fabs(sum - 1) < 1e-12, "probabilities of row %d sum to %.17g", (int)i, sum);
    }
    cf_matrix_clear(&p);
    cf_matrix_clear(&logs);
    cf_estimator_free(e);
}

static bool has_proba(const subject *s)
{
    return is_classifier(s) && (s->traits.methods & CF_HAS_PREDICT_PROBA);
}

static void predictions_are_the_likeliest_classes(const subject *s)
{
    cf_estimator *e = fitted(s);
    cf_matrix p = {0}, out = {0}, classes = {0};
    ASSERT_OK(cf_predict_proba(e, &s->p.X, &p));
    ASSERT_OK(cf_predict(e, &s->p.X, &out));
    ASSERT_OK(cf_classes(e, 0, &classes));
    for (cf_index i = 0; i < p.rows; i++)
        ck_assert_double_eq(cf_matrix_get(&out, i, 0), cf_matrix_get(&classes, argmax(&p, i), 0));
    cf_matrix_clear(&p);
    cf_matrix_clear(&out);
    cf_estimator_free(e);
}

/* A parameter may calibrate the probabilities apart from the decision; drawn answers agree with
 * nothing. */
static bool proba_decides(const subject *s)
{
    return has_proba(s) && !(s->traits.tags & CF_TAG_POOR_SCORE) && !strstr(s->spec, "probability");
}

/* Labels of any dtype, in any order, come back as they were. */
static void check_labels(const subject *s, const cf_matrix *y)
{
    cf_estimator *e = fresh(s), *back = NULL;
    cf_matrix out = {0};
    void *bytes = NULL;
    size_t size = 0;
    ASSERT_OK(cf_fit(e, &s->p.X, y, NULL));
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    ASSERT_OK(cf_load_memory(&back, bytes, size));
    ASSERT_OK(cf_predict(back, &s->p.X, &out));
    ck_assert_int_eq(out.dtype, y->dtype);
    cf_bytes_free(bytes);
    cf_estimator_free(back);
    cf_index right = 0;
    for (cf_index i = 0; i < y->rows; i++)
        right += memcmp((const char *)out.values + i * (cf_index)cf_dtype_size(y->dtype),
                        (const char *)y->values + i * (cf_index)cf_dtype_size(y->dtype),
                        cf_dtype_size(y->dtype)) == 0;
    if (!(s->traits.tags & CF_TAG_POOR_SCORE))
        ck_assert_int_gt(right, y->rows * 8 / 10);
    cf_matrix_clear(&out);
    cf_estimator_free(e);
}

static void labels_may_be_any(const subject *s)
{
    const cf_index n = s->p.y.rows;
    int64_t *big = cf_alloc(n, sizeof *big);
    int32_t *small = cf_alloc(n, sizeof *small);
    float *single = cf_alloc(n, sizeof *single);
    int8_t *tiny = cf_alloc(n, sizeof *tiny);
    uint8_t *byte = cf_alloc(n, sizeof *byte);
    static const int64_t extremes[] = {INT64_MAX, INT64_MIN, INT64_MAX - 1};
    static const int32_t few[] = {7, -1, 3};
    for (cf_index i = 0; i < n; i++) {
        const int c = (int)cf_matrix_get(&s->p.y, i, 0);
        big[i] = extremes[c];
        small[i] = few[c];
        single[i] = (float)few[c];
        tiny[i] = (int8_t)few[c];
        byte[i] = (uint8_t)(few[c] + 1);
    }
    const cf_matrix a = cf_view_i64(big, n, 1), b = cf_view_i32(small, n, 1),
                    c = cf_view_f32(single, n, 1);
    check_labels(s, &a);
    check_labels(s, &b);
    const cf_matrix d = cf_view_strided(CF_I8, tiny, n, 1, 1, 1),
                    e = cf_view_strided(CF_U8, byte, n, 1, 1, 1);
    check_labels(s, &c);
    check_labels(s, &d);
    check_labels(s, &e);
    cf_free(tiny);
    cf_free(byte);
    cf_free(big);
    cf_free(small);
    cf_free(single);
}

static void text_labels_come_back_as_texts(const subject *s)
{
    static const char *const texts[] = {"ant", "bee", "cow", "dog"}; /* dog does not occur */
    cf_schema *schema = NULL;
    cf_matrix y = {0}, out = {0}, classes = {0};
    cf_estimator *e = fresh(s);
    ASSERT_OK(cf_matrix_copy(&s->p.y, &y));
    ASSERT_OK(cf_schema_new(&schema, 1));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, texts, 4));
    cfi_matrix_set_schema(&y, schema);
    cf_schema_free(schema);
    ASSERT_OK(cf_fit(e, &s->p.X, &y, NULL));
    ASSERT_OK(cf_classes(e, 0, &classes));
    const cf_index count = s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 3;
    ck_assert_int_eq(classes.rows, count);
    ck_assert_str_eq(cf_schema_text(classes.schema, 0, count - 1), texts[count - 1]);
    ASSERT_OK(cf_predict(e, &s->p.X, &out));
    ck_assert_ptr_nonnull(cf_schema_text(out.schema, 0, (cf_index)cf_matrix_get(&out, 0, 0)));
    cf_matrix_clear(&out);
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}

static void one_class_works_or_says_why(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix y = {0}, out = {0};
    ASSERT_OK(cf_matrix_resize(&y, CF_F64, s->p.X.rows, 1));
    for (cf_index i = 0; i < y.rows; i++)
        ((double *)y.values)[i] = 5;
    if (cf_fit(e, &s->p.X, &y, NULL) == CF_OK) {
        ASSERT_OK(cf_predict(e, &s->p.X, &out));
        for (cf_index i = 0; i < out.rows; i++)
            ck_assert_double_eq(cf_matrix_get(&out, i, 0), 5);
    } else {
        ck_assert_msg(strstr(cf_last_error(), "class") != NULL, "%s", cf_last_error());
    }
    cf_matrix_clear(&out);
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}

static void continuous_labels_are_refused(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix y = {0};
    ASSERT_OK(cf_matrix_copy(&s->p.y, &y));
    ((double *)y.values)[3] = 0.5;
    ASSERT_FAILS(CF_ERR_DATA, "Unknown label type: continuous", cf_fit(e, &s->p.X, &y, NULL));
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}

/* With overlapping classes, a heavy class takes nearly everything. */
static void class_weights_pull(const subject *s)
{
    cf_estimator *e = fresh(s);
    if (!has_param(e, "class_weight")) {
        cf_estimator_free(e);
        return;
    }
    problem p = make_problem(&s->traits, 200, 2, 2, 19);
    cf_random r;
    cf_random_seed(&r, 1);
    for (cf_index i = 0; i < 400; i++)
        ((double *)p.X.values)[i] = fabs(cf_random_normal(&r));
    cf_matrix out = {0};
    if (has_param(e, "min_weight_fraction_leaf")) /* a tree could learn every row by heart */
        ASSERT_OK(cf_set_parsed(e, "min_weight_fraction_leaf", "0.01"));
    ASSERT_OK(cf_set_parsed(e, "class_weight", "{0: 1000, 1: 0.0001}"));
    ASSERT_OK(fit_problem(e, &p, NULL));
    ASSERT_OK(cf_predict(e, &p.X, &out));
    double zeros = 0;
    for (cf_index i = 0; i < out.rows; i++)
        zeros += cf_matrix_get(&out, i, 0) == 0;
    ck_assert_msg(zeros > 0.87 * 200, "only %g of 200", zeros);
    ASSERT_OK(cf_set_parsed(e, "class_weight", "balanced"));
    ASSERT_OK(fit_problem(e, &p, NULL));
    ASSERT_OK(cf_set_parsed(e, "class_weight", "{0: 2}"));
    ASSERT_OK(fit_problem(e, &p, NULL));
    ASSERT_OK(cf_set_parsed(e, "class_weight", "{0: 2, 1: 1, 7: 2}"));
    ASSERT_OK(fit_problem(e, &p, NULL));
    ASSERT_OK(cf_set_parsed(e, "class_weight", "{0: 1, 7: 2}"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "leaves out the class 1", fit_problem(e, &p, NULL));
    cf_matrix_clear(&out);
    free_problem(&p);
    cf_estimator_free(e);
}

/* Two classes: the more decided, the more probable. */
static void decision_and_probability_agree(const subject *s)
{
    problem p = make_problem(&s->traits, 80, 4, 2, 23);
    cf_estimator *e = fresh(s);
    cf_matrix d = {0}, q = {0};
    ASSERT_OK(fit_problem(e, &p, NULL));
    ASSERT_OK(cf_decision_function(e, &p.X, &d));
    ASSERT_OK(cf_predict_proba(e, &p.X, &q));
    ck_assert_int_eq(d.cols, 1);
    for (cf_index i = 0; i < d.rows; i++)
        for (cf_index k = 0; k < d.rows; k++)
            if (cf_matrix_get(&d, i, 0) > cf_matrix_get(&d, k, 0) + 1e-9)
                ck_assert(cf_matrix_get(&q, i, 1) >= cf_matrix_get(&q, k, 1) - 1e-9);
    cf_matrix_clear(&d);
    cf_matrix_clear(&q);
    free_problem(&p);
    cf_estimator_free(e);
}

static bool has_both(const subject *s)
{
    return has_proba(s) && (s->traits.methods & CF_HAS_DECISION);
}

/* ---- regressors ---- */

static void targets_are_learned(const subject *s)
{
    cf_estimator *e = fitted(s);
    cf_matrix out = {0};
    double score = 0;
    ASSERT_OK(cf_predict(e, &s->p.X, &out));
    ck_assert_int_eq(out.rows, s->p.y.rows);
    ck_assert_int_eq(out.cols, 1);
    ASSERT_OK(cf_score(e, &s->p.X, &s->p.y, NULL, &score));
    if (!(s->traits.tags & CF_TAG_POOR_SCORE))
        ck_assert_msg(score > 0.5, "R2 %g", score);
    cf_matrix_clear(&out);
    cf_estimator_free(e);
}

static void several_targets_have_several_columns(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix Y = {0}, out = {0};
    ASSERT_OK(cf_matrix_resize(&Y, CF_F64, s->p.y.rows, 3));
    for (cf_index i = 0; i < Y.rows; i++)
        for (cf_index t = 0; t < 3; t++)
            ((double *)Y.values)[i * 3 + t] = is_classifier(s)
                                                  ? (double)((i + t) % (2 + t))
                                                  : cf_matrix_get(&s->p.y, i, 0) * (double)(t + 1);
    if (s->traits.tags & CF_TAG_MULTI_OUTPUT) {
        ASSERT_OK(cf_fit(e, &s->p.X, &Y, NULL));
        ASSERT_OK(cf_predict(e, &s->p.X, &out));
        ck_assert_int_eq(out.rows, Y.rows);
        ck_assert_int_eq(out.cols, 3);
        ASSERT_OK(cfi_state_validate(e));
    } else {
        ASSERT_FAILS(CF_ERR_SHAPE, "one target", cf_fit(e, &s->p.X, &Y, NULL));
    }
    cf_matrix_clear(&out);
    cf_matrix_clear(&Y);
    cf_estimator_free(e);
}

static bool predicts_targets(const subject *s)
{
    return s->p.has_y && !(s->traits.kind & CF_META);
}

/* ---- transformers ---- */

static void fit_transform_is_fit_then_transform(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix a = {0}, b = {0};
    ASSERT_OK(cf_fit_transform(e, &s->p.X, s->p.has_y ? &s->p.y : NULL, NULL, &a));
    ASSERT_OK(cf_transform(e, &s->p.X, &b));
    ck_assert_int_eq(a.rows, b.rows);
    ck_assert_int_eq(a.cols, b.cols);
    ck_assert_int_eq(a.storage, b.storage);
    for (cf_index i = 0; i < a.rows; i++)
        for (cf_index j = 0; j < a.cols; j++)
            ASSERT_NEAR(cf_matrix_get(&a, i, j), cf_matrix_get(&b, i, j), 1e-10);
    cf_matrix_clear(&a);
    cf_matrix_clear(&b);
    cf_estimator_free(e);
}

static void the_inverse_inverts(const subject *s)
{
    cf_estimator *e = fitted(s);
    cf_matrix a = {0}, b = {0}, c = {0};
    ASSERT_OK(cf_transform(e, &s->p.X, &a));
    ASSERT_OK(cf_inverse_transform(e, &a, &b));
    ASSERT_OK(cf_transform(e, &b, &c));
    ck_assert_int_eq(b.cols, s->p.X.cols);
    for (cf_index i = 0; i < a.rows; i++)
        for (cf_index j = 0; j < a.cols; j++)
            ASSERT_NEAR(cf_matrix_get(&c, i, j), cf_matrix_get(&a, i, j), 1e-8);
    cf_matrix_clear(&a);
    cf_matrix_clear(&b);
    cf_matrix_clear(&c);
    cf_estimator_free(e);
}

static bool has_inverse(const subject *s)
{
    return (s->traits.methods & CF_HAS_INVERSE) && is_transformer(s);
}

/* ---- clusterers ---- */

static void labels_are_contiguous(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix a = {0}, labels = {0};
    ASSERT_OK(cf_fit_predict(e, &s->p.X, NULL, NULL, &a));
    ASSERT_OK(cf_attribute(e, "labels_", &labels));
    bool seen[256] = {false};
    int64_t most = -1;
    for (cf_index i = 0; i < a.rows; i++) {
        const int64_t label = (int64_t)cf_matrix_get(&a, i, 0);
        ck_assert_int_eq(label, (int64_t)cf_matrix_get(&labels, i, 0));
        ck_assert(label >= -1 && label < 256);
        if (label >= 0)
            seen[label] = true;
        most = label > most ? label : most;
    }
    for (int64_t k = 0; k <= most; k++)
        ck_assert(seen[k]);
    cf_matrix_clear(&a);
    cf_estimator_free(e);
}

/* ---- all ---- */

static void a_chain_of_one_is_the_estimator(const subject *s)
{
    cf_estimator *e = fitted(s), *chain = NULL;
    ASSERT_OK(cf_parse(&chain, "Pipeline(only: passthrough)"));
    ASSERT_OK(cf_set(chain, "only", fresh(s)));
    ASSERT_OK(fit_problem(chain, &s->p, NULL));
    answer a = ask(e, &s->p.X), b = ask(chain, &s->p.X);
    ck_assert(same_bits(&a, &b));
    free_answer(&a);
    free_answer(&b);
    cf_estimator_free(e);
    cf_estimator_free(chain);
}

/* max_iter = 1 is a warning at most. */
static void stopping_early_is_no_error(const subject *s)
{
    cf_estimator *e = fresh(s);
    int64_t iterations;
    if (has_param(e, "max_iter") && cf_set(e, "max_iter", 1) == CF_OK) {
        ASSERT_OK(fit_problem(e, &s->p, NULL));
        cf_matrix n_iter = {0};
        if (cf_attribute(e, "n_iter_", &n_iter) == CF_OK && n_iter.rows > 0) {
            iterations = (int64_t)cf_matrix_get(&n_iter, 0, 0);
            ck_assert_int_ge(iterations, 0);
        }
    }
    cf_estimator_free(e);
}

/* One of ten seeds, at least, leads to another model or to other answers. */
static void another_seed_gives_another_result(const subject *s)
{
    cf_estimator *a = fitted(s);
    answer x = ask(a, &s->p.X);
    bool differs = false;
    for (int seed = 1; seed <= 10 && !differs; seed++) {
        cf_estimator *b = fresh(s);
        ASSERT_OK(cf_set(b, "random_state", seed));
        ASSERT_OK(fit_problem(b, &s->p, NULL));
        answer y = ask(b, &s->p.X);
        ASSERT_OK(cf_set(b, "random_state", 0)); /* the parameter apart, models may be equal */
        differs = !same_bits(&x, &y) || !same_model(a, b);
        free_answer(&y);
        cf_estimator_free(b);
    }
    ck_assert(differs);
    free_answer(&x);
    cf_estimator_free(a);
}

static bool draws(const subject *s)
{
    cf_estimator *e = fresh(s);
    const bool has = has_param(e, "random_state");
    cf_estimator_free(e);
    return has && (s->traits.tags & CF_TAG_NONDETERMINISTIC) != 0;
}

const check model_checks[] = {
    {"classes_are_learned", is_classifier, classes_are_learned},
    {"probabilities_are_probabilities", has_proba, probabilities_are_probabilities},
    {"predictions_are_the_likeliest_classes", proba_decides, predictions_are_the_likeliest_classes},
    {"labels_may_be_any", is_classifier, labels_may_be_any},
    {"text_labels_come_back_as_texts", is_classifier, text_labels_come_back_as_texts},
    {"one_class_works_or_says_why", is_classifier, one_class_works_or_says_why},
    {"continuous_labels_are_refused", is_classifier, continuous_labels_are_refused},
    {"class_weights_pull", is_classifier, class_weights_pull},
    {"decision_and_probability_agree", has_both, decision_and_probability_agree},
    {"targets_are_learned", is_regressor, targets_are_learned},
    {"several_targets_have_several_columns", predicts_targets,
     several_targets_have_several_columns},
    {"fit_transform_is_fit_then_transform", is_transformer, fit_transform_is_fit_then_transform},
    {"the_inverse_inverts", has_inverse, the_inverse_inverts},
    {"labels_are_contiguous", is_clusterer, labels_are_contiguous},
    {"a_chain_of_one_is_the_estimator", NULL, a_chain_of_one_is_the_estimator},
    {"another_seed_gives_another_result", draws, another_seed_gives_another_result},
    {"stopping_early_is_no_error", NULL, stopping_early_is_no_error},
    {NULL, NULL, NULL},
};
