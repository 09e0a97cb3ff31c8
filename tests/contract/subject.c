/* SPDX-License-Identifier: BSD-3-Clause */
/* Instances, data and answers of the contract suite. */
#include "contract/contract.h"

#include "estimator/instance.h"

bool has_param(const cf_estimator *e, const char *name)
{
    for (const cf_param *row = cf_class_of(e)->params; row && row->name; row++)
        if (strcmp(row->name, name) == 0)
            return true;
    return false;
}

char *spec_of(const cf_estimator *e)
{
    char *text = NULL;
    ASSERT_OK(cf_to_text(e, &text));
    return text;
}

cf_estimator *fresh(const subject *s)
{
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, s->spec));
    if (has_param(e, "random_state"))
        ASSERT_OK(cf_set(e, "random_state", 0));
    return e;
}

cf_estimator *fitted(const subject *s)
{
    cf_estimator *e = fresh(s);
    ASSERT_OK(fit_problem(e, &s->p, NULL));
    return e;
}

/* Blobs around `classes` centres, far enough apart to be told; targets follow the columns. */
problem make_problem(const cf_traits *traits, cf_index n, cf_index d, int classes, uint32_t seed)
{
    problem p = {{0}, {0}, (traits->kind & (CF_CLASSIFIER | CF_REGRESSOR)) != 0};
    cf_random r;
    cf_random_seed(&r, seed);
    if (traits->tags & CF_TAG_PAIRWISE)
        d = n;
    ASSERT_OK(cf_matrix_resize(&p.X, CF_F64, n, d));
    ASSERT_OK(cf_matrix_resize(&p.y, CF_F64, n, 1));
    double *X = p.X.values, *y = p.y.values;
    for (cf_index i = 0; i < n; i++) {
        const int c = (int)(i % classes);
        double sum = 0;
        for (cf_index j = 0; j < d; j++) {
            const double centre = 3.0 * (double)((c + (int)j) % classes);
            X[i * d + j] = centre + cf_random_normal(&r) * 0.7;
            if (traits->tags & CF_TAG_POSITIVE)
                X[i * d + j] = fabs(X[i * d + j]);
            sum += X[i * d + j] * (double)(j + 1);
        }
        y[i] = traits->kind & CF_CLASSIFIER ? (double)c : sum + 0.1 * cf_random_normal(&r);
    }
    return p;
}

void free_problem(problem *p)
{
    cf_matrix_clear(&p->X);
    cf_matrix_clear(&p->y);
}

cf_status fit_problem(cf_estimator *e, const problem *p, const cf_fit_options *options)
{
    cf_status status = cf_fit(e, &p->X, p->has_y ? &p->y : NULL, options);
    if (status == CF_OK) { /* it may lack memory, where allocations fail */
        status = cfi_state_validate(e);
        ck_assert_msg(status == CF_OK || status == CF_ERR_MEMORY, "%s", cf_last_error());
    }
    return status;
}

static void append(answer *a, const cf_matrix *out)
{
    const cf_index n = out->rows * out->cols;
    double *values = cf_grow(a->values, a->count, a->count + n, sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (cf_index i = 0; i < out->rows; i++)
        for (cf_index j = 0; j < out->cols; j++)
            values[a->count + i * out->cols + j] = cf_matrix_get(out, i, j);
    a->values = values;
    a->count += n;
}

const row_method row_methods[] = {
    {"predict", CF_HAS_PREDICT, cf_predict},
    {"predict_proba", CF_HAS_PREDICT_PROBA, cf_predict_proba},
    {"predict_log_proba", CF_HAS_PREDICT_PROBA, cf_predict_log_proba},
    {"decision_function", CF_HAS_DECISION, cf_decision_function},
    {"transform", CF_HAS_TRANSFORM, cf_transform},
    {"score_samples", CF_HAS_SCORE_SAMPLES, cf_score_samples},
    {NULL, 0, NULL},
};

answer ask(const cf_estimator *e, const cf_matrix *X)
{
    answer a = {0};
    const unsigned methods = cfi_traits(e).methods;
    for (const row_method *m = row_methods; m->name; m++) {
        cf_matrix out = {0};
        if (!(methods & m->bit) || m->call == cf_predict_log_proba) /* it follows from the other */
            continue;
        ASSERT_OK(m->call(e, X, &out));
        append(&a, &out);
        cf_matrix_clear(&out);
    }
    return a;
}

void free_answer(answer *a)
{
    cf_free(a->values);
    *a = (answer){0};
}

double distance(const answer *a, const answer *b)
{
    double most = 0;
    if (a->count != b->count)
        return (double)INFINITY;
    for (cf_index i = 0; i < a->count; i++) {
        const double x = a->values[i], y = b->values[i];
        if (isnan(x) && isnan(y))
            continue;
        const double d = x == y ? 0 : fabs(x - y) / fmax(1.0, fabs(y));
        most = isnan(d) ? (double)INFINITY : fmax(most, d);
    }
    return most;
}

bool same_bits(const answer *a, const answer *b)
{
    return a->count == b->count &&
           (a->count == 0 ||
            memcmp(a->values, b->values, (size_t)a->count * sizeof *a->values) == 0);
}

bool same_model(const cf_estimator *a, const cf_estimator *b)
{
    void *x = NULL, *y = NULL;
    size_t nx = 0, ny = 0;
    ASSERT_OK(cf_save_memory(a, &x, &nx));
    ASSERT_OK(cf_save_memory(b, &y, &ny));
    const bool same = nx == ny && memcmp(x, y, nx) == 0;
    cf_bytes_free(x);
    cf_bytes_free(y);
    return same;
}

bool takes_weights(const subject *s)
{
    return (s->traits.tags & CF_TAG_WEIGHTS) != 0;
}

bool is_classifier(const subject *s)
{
    return (s->traits.kind & CF_CLASSIFIER) != 0;
}

bool is_regressor(const subject *s)
{
    return (s->traits.kind & CF_REGRESSOR) != 0;
}

bool is_transformer(const subject *s)
{
    return (s->traits.methods & CF_HAS_TRANSFORM) != 0;
}

bool is_clusterer(const subject *s)
{
    return (s->traits.kind & CF_CLUSTERER) != 0;
}

bool not_pairwise(const subject *s)
{
    return !(s->traits.tags & CF_TAG_PAIRWISE);
}

bool has_y(const subject *s)
{
    return s->p.has_y;
}

bool needs_y(const subject *s)
{
    return (s->traits.tags & CF_TAG_REQUIRES_Y) != 0;
}
