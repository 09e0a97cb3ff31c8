/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of the interface: parameters, clones, texts, tags, state before and after fit. */
#include "contract/contract.h"

#include "estimator/instance.h"

static void clone_has_the_parameters(const subject *s)
{
    cf_estimator *e = fitted(s), *copy = NULL;
    char *a = spec_of(e), *b;
    ASSERT_OK(cf_clone(&copy, e));
    b = spec_of(copy);
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
    char *a = spec_of(e), *b;
    ASSERT_OK(cf_parse(&back, a));
    b = spec_of(back);
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

/* The head of the table: the layout, a name of its own, names of rows that no other row has. */
static void the_table_is_sound(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_class *c = cf_class_of(e);
    ck_assert_uint_eq(c->abi, CF_ABI);
    ck_assert_uint_eq(c->class_size, sizeof(cf_class));
    ck_assert_int_ge(c->version, 1);
    ck_assert_uint_ge(c->size, sizeof(cf_estimator));
    ck_assert(c->kind != 0 && *c->module && *c->summary);
    ck_assert_ptr_eq(cf_class_find(c->name), c);
    for (const cf_param *row = c->params; row && row->name; row++)
        ck_assert_ptr_eq(cfi_param_find(c->params, row->name), row);
    for (const cf_state *row = c->state; row && row->name; row++) {
        ck_assert_ptr_eq(cfi_state_find(c->state, row->name), row);
        ck_assert_ptr_null(cfi_param_find(c->params, row->name));
    }
    const cf_traits t = s->traits;
    ck_assert(!(t.tags & CF_TAG_STATELESS) || (t.methods & CF_HAS_TRANSFORM));
    ck_assert(!(t.tags & CF_TAG_BINARY_ONLY) || (t.kind & CF_CLASSIFIER));
    ck_assert(!(t.tags & CF_TAG_KEEPS_F32) || (t.tags & (CF_TAG_F32 | CF_TAG_ANY_X)));
    ck_assert(!(t.methods & CF_HAS_PARTIAL_FIT) || c->partial_fit);
    cf_estimator_free(e);
}

/* An item of a signature: a row, with `!` for no default, or `name=literal` where there is none. */
static void check_argument(const cf_class *c, char *item)
{
    char *literal = strchr(item, '=');
    if (literal) {
        cf_value value = {0};
        *literal++ = '\0';
        ck_assert_msg(!cfi_param_find(c->params, item), "%s has a row for %s", c->name, item);
        ASSERT_OK(cf_value_parse(&value, literal));
        cf_value_clear(&value);
        return;
    }
    item[strcspn(item, "!")] = '\0';
    const cf_param *row = cfi_param_find(c->params, item);
    ck_assert_msg(row && strcmp(row->name, item) == 0, "%s has no parameter %s", c->name, item);
}

/* How Python calls the class is told in names of its rows, each once. */
static void the_signature_names_its_rows(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_class *c = cf_class_of(e);
    char *copy = cf_text_copy(c->signature ? c->signature : ""), *names[64], *save = NULL;
    int count = 0;
    for (char *item = strtok_r(copy, ", ", &save); item; item = strtok_r(NULL, ", ", &save)) {
        ck_assert_int_lt(count, 64);
        if (strcmp(item, "*") != 0)
            check_argument(c, item);
        for (int k = 0; k < count; k++)
            ck_assert_msg(strcmp(names[k], item) != 0, "%s names %s twice", c->name, item);
        names[count++] = item;
    }
    cf_free(copy);
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
    cf_schema *schema = NULL;
    ck_assert(!cf_is_fitted(e));
    ck_assert_int_eq(cf_n_features_in(e), 0);
    for (const cf_state *row = cf_class_of(e)->state; row && row->name; row++)
        ASSERT_FAILS(CF_ERR_NOT_FITTED, "is not fitted", cf_attribute_value(e, row->name, &value));
    if (s->traits.methods & CF_HAS_TRANSFORM)
        ASSERT_FAILS(CF_ERR_NOT_FITTED, "is not fitted", cf_features_out(e, &schema));
    for (const row_method *m = row_methods; m->name; m++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "call fit before %s", m->name);
        if ((s->traits.methods & m->bit) && !(s->traits.tags & CF_TAG_STATELESS))
            ASSERT_FAILS(CF_ERR_NOT_FITTED, wanted, m->call(e, &s->p.X, &out));
    }
    cf_estimator_free(e);
}

static void fit_changes_no_parameter(const subject *s)
{
    cf_estimator *e = fresh(s);
    char *before = spec_of(e), *after;
    ASSERT_OK(fit_problem(e, &s->p, NULL));
    after = spec_of(e);
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

static void y_is_asked_for(const subject *s)
{
    cf_estimator *e = fresh(s);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "requires y to be passed", cf_fit(e, &s->p.X, NULL, NULL));
    cf_estimator_free(e);
}

const check api_checks[] = {
    {"clone_has_the_parameters", NULL, clone_has_the_parameters},
    {"text_round_trips", NULL, text_round_trips},
    {"methods_agree_with_slots", NULL, methods_agree_with_slots},
    {"the_table_is_sound", NULL, the_table_is_sound},
    {"the_signature_names_its_rows", NULL, the_signature_names_its_rows},
    {"documentation_is_complete", NULL, documentation_is_complete},
    {"nothing_is_there_before_fit", NULL, nothing_is_there_before_fit},
    {"fit_changes_no_parameter", NULL, fit_changes_no_parameter},
    {"attributes_are_there_after_fit", NULL, attributes_are_there_after_fit},
    {"y_is_asked_for", needs_y, y_is_asked_for},
    {NULL, NULL, NULL},
};
