/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of the interface: parameters, clones, texts, tags, state before and after fit. */
#include "contract/contract.h"

#include "estimator/accepts.h"
#include "estimator/instance.h"

static char *text_of(const cf_estimator *e)
{
    char *text = NULL;
    ASSERT_OK(cf_to_text(e, &text));
    return text;
}

static void clone_has_the_parameters(const subject *s)
{
    cf_estimator *e = fitted(s), *copy = NULL;
    char *a = text_of(e), *b;
    ASSERT_OK(cf_clone(&copy, e));
    b = text_of(copy);
    ck_assert_str_eq(a, b);
    ck_assert(!cf_is_fitted(copy));
    cf_estimator_free(e);
    ASSERT_OK(fit_problem(copy, &s->p, NULL));
    cf_text_free(a);
    cf_text_free(b);
    cf_estimator_free(copy);
}

static void text_round_trips(const subject *s)
{
    cf_estimator *e = fresh(s), *back = NULL;
    char *a = text_of(e), *b;
    ASSERT_OK(cf_parse(&back, a));
    b = text_of(back);
    ck_assert_str_eq(a, b);
    cf_text_free(a);
    cf_text_free(b);
    cf_estimator_free(e);
    cf_estimator_free(back);
}

static void methods_agree_with_slots(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_class *c = cf_class_of(e);
    const cf_traits t = s->traits;
    ck_assert(!(t.methods & CF_HAS_TRANSFORM) || c->transform);
    ck_assert(!(t.methods & CF_HAS_PREDICT_PROBA) || c->predict_proba);
    ck_assert(!(t.methods & CF_HAS_DECISION) || c->decision_function);
    ck_assert(!(t.kind & CF_CLASSIFIER) || (t.methods & CF_HAS_PREDICT));
    ck_assert(!(t.kind & CF_REGRESSOR) || (t.methods & CF_HAS_PREDICT));
    ck_assert(!(t.kind & CF_REGRESSOR) || !(t.methods & (CF_HAS_PREDICT_PROBA | CF_HAS_DECISION)));
    ck_assert(!(t.kind & CF_TRANSFORMER) || (t.methods & CF_HAS_TRANSFORM));
    ck_assert(!has_param(e, "warm_start") || (c->tags & CF_TAG_WARM_START));
    ck_assert(!has_param(e, "class_weight") || (t.kind & CF_CLASSIFIER));
    cf_estimator_free(e);
}

static void documentation_is_complete(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_class *c = cf_class_of(e);
    static const char *const parts[] = {"Objective\n", "Input\n", "Errors\n", "Cost\n", "Source\n"};
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++)
        ck_assert_msg(strstr(c->doc, parts[k]) != NULL, "%s: the doc lacks %s", c->name, parts[k]);
    for (const cf_param *row = c->params; row && row->name; row++)
        ck_assert(row->help && *row->help);
    cf_estimator_free(e);
}

static void nothing_is_there_before_fit(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix out = {0};
    cf_value value = {0};
    ck_assert(!cf_is_fitted(e));
    ck_assert_int_eq(cf_n_features_in(e), 0);
    for (const cf_state *row = cf_class_of(e)->state; row && row->name; row++)
        ASSERT_FAILS(CF_ERR_NOT_FITTED, "is not fitted", cf_attribute_value(e, row->name, &value));
    if (s->traits.tags & CF_TAG_STATELESS) {
        cf_estimator_free(e);
        return;
    }
    if (s->traits.methods & CF_HAS_PREDICT)
        ASSERT_FAILS(CF_ERR_NOT_FITTED, "call fit before predict", cf_predict(e, &s->p.X, &out));
    if (s->traits.methods & CF_HAS_TRANSFORM)
        ASSERT_FAILS(CF_ERR_NOT_FITTED, "call fit before transform",
                     cf_transform(e, &s->p.X, &out));
    cf_estimator_free(e);
}

static void fit_changes_no_parameter(const subject *s)
{
    cf_estimator *e = fresh(s);
    char *before = text_of(e), *after;
    ASSERT_OK(fit_problem(e, &s->p, NULL));
    after = text_of(e);
    ck_assert_str_eq(before, after);
    cf_text_free(before);
    cf_text_free(after);
    cf_estimator_free(e);
}

static void attributes_are_there_after_fit(const subject *s)
{
    cf_estimator *e = fitted(s);
    cf_value names = {0};
    ASSERT_OK(cf_attribute_names(e, &names));
    ck_assert_int_eq(cf_n_features_in(e), s->p.X.cols);
    for (cf_index i = 0; i < names.count; i++) {
        cf_value value = {0};
        const char *name = names.as.items[i].as.text;
        const cf_status status = cf_attribute_value(e, name, &value);
        ck_assert_msg(status == CF_OK || status == CF_ERR_UNSUPPORTED, "%s: %s", name,
                      cf_last_error());
        cf_value_clear(&value);
    }
    cf_value_clear(&names);
    ASSERT_OK(cfi_state_validate(e));
    cf_estimator_free(e);
}

/* A value the row refuses, of a kind it does not know. */
static bool refuses(cf_estimator *e, const cf_param *row, const cf_value *value)
{
    char *before = text_of(e);
    const cf_status status = cf_set_value(e, row->name, value);
    char *after = text_of(e);
    const bool refused = status == CF_ERR_TYPE || status == CF_ERR_ARGUMENT;
    ck_assert_msg(!refused || strstr(cf_last_error(), row->name), "%s", cf_last_error());
    ck_assert(!refused || strcmp(before, after) == 0);
    cf_text_free(before);
    cf_text_free(after);
    return refused;
}

/* Numbers just outside the range are refused; the bounds themselves as the brackets say. */
static void check_bounds(cf_estimator *e, const cf_param *row, const cfi_alternative *a)
{
    const double bounds[2] = {a->low, a->high};
    const bool open[2] = {a->low_open, a->high_open};
    for (int k = 0; k < 2; k++) {
        if (isinf(bounds[k]))
            continue;
        const double away = k == 0 ? -INFINITY : INFINITY;
        const bool integer = a->kind == CF_VALUE_INT;
        const double beyond = integer ? bounds[k] + (k == 0 ? -1 : 1) : nextafter(bounds[k], away);
        const cf_value at = integer ? cf_value_int((int64_t)bounds[k]) : cf_value_real(bounds[k]);
        const cf_value out = integer ? cf_value_int((int64_t)beyond) : cf_value_real(beyond);
        cf_status status = CF_OK;
        cfi_alternative other;
        bool elsewhere = false; /* another alternative may take it */
        const char *cursor = row->accepts;
        while (cfi_accepts_next(&cursor, &other, &status))
            elsewhere = elsewhere || cfi_alternative_takes(&other, &out);
        if (!elsewhere)
            ck_assert_msg(refuses(e, row, &out), "%s takes %g", row->name, beyond);
        if (!open[k])
            ASSERT_OK(cf_set_value(e, row->name, &at));
    }
}

static void parameters_are_checked(const subject *s)
{
    cf_estimator *e = fresh(s);
    for (const cf_param *row = cf_class_of(e)->params; row && row->name; row++) {
        cf_status status = CF_OK;
        cfi_alternative a;
        const char *cursor = row->accepts;
        if (row->type == CF_PARAM_STEPS || row->type == CF_PARAM_ESTIMATOR)
            continue;
        const cf_value word = {.kind = CF_VALUE_TEXT,
                               .as.text = (char *)(uintptr_t) "no such word"};
        bool text = false;
        while (cfi_accepts_next(&cursor, &a, &status)) {
            text = text || (a.what == CFI_ACCEPT_KIND && a.kind == CF_VALUE_TEXT);
            if (a.ranged)
                check_bounds(e, row, &a);
        }
        ck_assert_int_eq(status, CF_OK);
        ck_assert_msg(text || refuses(e, row, &word), "%s takes any text", row->name);
        cf_value literal = {0};
        ASSERT_OK(cf_value_parse(&literal, row->literal));
        ASSERT_OK(cf_set_value(e, row->name, &literal));
        cf_value_clear(&literal);
    }
    cf_estimator_free(e);
}

static void y_is_asked_for(const subject *s)
{
    cf_estimator *e = fresh(s);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "requires y to be passed", cf_fit(e, &s->p.X, NULL, NULL));
    cf_estimator_free(e);
}

static bool needs_y(const subject *s)
{
    return (s->traits.tags & CF_TAG_REQUIRES_Y) != 0;
}

const check api_checks[] = {
    {"clone_has_the_parameters", NULL, clone_has_the_parameters},
    {"text_round_trips", NULL, text_round_trips},
    {"methods_agree_with_slots", NULL, methods_agree_with_slots},
    {"documentation_is_complete", NULL, documentation_is_complete},
    {"nothing_is_there_before_fit", NULL, nothing_is_there_before_fit},
    {"fit_changes_no_parameter", NULL, fit_changes_no_parameter},
    {"attributes_are_there_after_fit", NULL, attributes_are_there_after_fit},
    {"parameters_are_checked", NULL, parameters_are_checked},
    {"y_is_asked_for", needs_y, y_is_asked_for},
    {NULL, NULL, NULL},
};
