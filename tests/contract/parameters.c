/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of parameters: defaults, ranges, every odd value, and texts that read back. */
#include "contract/contract.h"

#include "estimator/accepts.h"
#include "estimator/instance.h"

#include <float.h>
#include <locale.h>

/* Set by a default, every row holds what its literal says. */
static void defaults_are_those_of_the_table(const subject *s)
{
    cf_estimator *given = fresh(s), *e = NULL;
    ASSERT_OK(cf_new(&e, cf_class_name(cf_class_of(given))));
    for (const cf_param *row = cf_class_of(e)->params; row && row->name; row++) {
        cf_value held = {0}, literal = {0};
        ASSERT_OK(cf_get_value(e, row->name, &held));
        ASSERT_OK(cf_value_parse(&literal, row->literal));
        ck_assert_msg(cf_value_equal(&held, &literal) ||
                          cf_value_number(&held) == cf_value_number(&literal),
                      "%s is not %s", row->name, row->literal);
        cf_value_clear(&held);
        cf_value_clear(&literal);
    }
    cf_estimator_free(given);
    cf_estimator_free(e);
}

/* A value the row refuses, of a kind it does not know. */
static bool refuses(cf_estimator *e, const cf_param *row, const cf_value *value)
{
    char *before = spec_of(e);
    const cf_status status = cf_set_value(e, row->name, value);
    char *after = spec_of(e);
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
        const double within = integer ? bounds[k] + (k == 0 ? 1 : -1) : nextafter(bounds[k], -away);
        const cf_value in = integer ? cf_value_int((int64_t)within) : cf_value_real(within);
        if (!open[k])
            ASSERT_OK(cf_set_value(e, row->name, &at));
        if (within > a->low && within < a->high)
            ASSERT_OK(cf_set_value(e, row->name, &in));
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

/* What get gives, set takes, and nothing has changed. */
static void parameters_survive_get_and_set(const subject *s)
{
    cf_estimator *e = fresh(s);
    char *before = spec_of(e);
    for (const cf_param *row = cf_class_of(e)->params; row && row->name; row++) {
        cf_value value = {0};
        ASSERT_OK(cf_get_value(e, row->name, &value));
        ASSERT_OK(cf_set_value(e, row->name, &value));
        cf_value_clear(&value);
    }
    char *after = spec_of(e);
    ck_assert_str_eq(before, after);
    cf_text_free(before);
    cf_text_free(after);
    cf_estimator_free(e);
}

/* A refused value changes nothing; one that is taken can be printed and read again. */
static void check_odd_value(const subject *s, const cf_param *row, const cf_value *value)
{
    cf_estimator *e = fresh(s), *back = NULL;
    char *before = spec_of(e), *after, *again;
    const cf_status status = cf_set_value(e, row->name, value);
    after = spec_of(e);
    if (status != CF_OK) {
        ck_assert_str_eq(before, after);
    } else {
        const cf_status parsed = cf_parse(&back, after);
        ck_assert_msg(parsed == CF_OK, "%s: %s", after, cf_last_error());
        again = spec_of(back);
        ck_assert_str_eq(after, again);
        cf_text_free(again);
    }
    cf_text_free(before);
    cf_text_free(after);
    cf_estimator_free(e);
    cf_estimator_free(back);
}

static void odd_values_change_nothing_or_read_back(const subject *s)
{
    double cell = NAN;
    cf_matrix one = cf_view_f64(&cell, 1, 1);
    static char long_text[5001], quotes[] = "a \"b\" \\ , ( | \n\t";
    memset(long_text, 'x', sizeof long_text - 1);
    cf_value nones[3] = {{0}}, pair[2] = {{0}};
    const cf_value odd[] = {
        {0},
        cf_value_bool(true),
        cf_value_int(INT64_MIN),
        cf_value_int(INT64_MAX),
        cf_value_int(0),
        cf_value_int(-1),
        cf_value_real(NAN),
        cf_value_real(INFINITY),
        cf_value_real(-INFINITY),
        cf_value_real(DBL_MAX),
        cf_value_real(DBL_TRUE_MIN),
        cf_value_real(-0.0),
        {.kind = CF_VALUE_TEXT, .as.text = (char[]){""}},
        {.kind = CF_VALUE_TEXT, .as.text = long_text},
        {.kind = CF_VALUE_TEXT, .as.text = quotes},
        {.kind = CF_VALUE_LIST},
        {.kind = CF_VALUE_TUPLE, .count = 3, .as.items = nones},
        {.kind = CF_VALUE_MAP},
        {.kind = CF_VALUE_MAP, .count = 1, .as.items = pair},
        {.kind = CF_VALUE_MATRIX, .as.matrix = &one},
    };
    cf_estimator *e = fresh(s);
    const cf_param *rows = cf_class_of(e)->params;
    for (const cf_param *row = rows; row && row->name; row++)
        for (size_t k = 0; k < sizeof odd / sizeof odd[0]; k++)
            check_odd_value(s, row, &odd[k]);
    cf_estimator_free(e);
}

static void unknown_names_are_refused(const subject *s)
{
    static const char *const names[] = {"", "_", "__", "no_such_name", "a__b", "__class__"};
    cf_estimator *e = fresh(s);
    cf_value value = {0};
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        ASSERT_FAILS(CF_ERR_NAME, "", cf_set_value(e, names[k], &value));
        ASSERT_FAILS(CF_ERR_NAME, "", cf_get_value(e, names[k], &value));
    }
    cf_estimator_free(e);
}

/* Numbers are printed and read alike where the comma is the decimal point. */
static void texts_know_no_locale(const subject *s)
{
    cf_estimator *e = fresh(s), *back = NULL;
    for (const cf_param *row = cf_class_of(e)->params; row && row->name; row++) {
        const cf_value half = cf_value_real(0.5);
        if (cf_set_value(e, row->name, &half) != CF_OK)
            continue; /* not a real, or out of range */
    }
    char *plain = spec_of(e);
    setlocale(LC_ALL, "de_DE.UTF-8");
    char *comma = spec_of(e);
    const cf_status status = cf_parse(&back, plain);
    char *again = status == CF_OK ? spec_of(back) : NULL;
    setlocale(LC_ALL, "C");
    ASSERT_OK(status);
    ck_assert_str_eq(plain, comma);
    ck_assert_str_eq(plain, again);
    cf_text_free(plain);
    cf_text_free(comma);
    cf_text_free(again);
    cf_estimator_free(e);
    cf_estimator_free(back);
}

static bool has_comma_locale(const subject *s)
{
    (void)s;
    const bool found = setlocale(LC_ALL, "de_DE.UTF-8") && localeconv()->decimal_point[0] == ',';
    setlocale(LC_ALL, "C");
    return found;
}

const check parameter_checks[] = {
    {"defaults_are_those_of_the_table", NULL, defaults_are_those_of_the_table},
    {"parameters_are_checked", NULL, parameters_are_checked},
    {"parameters_survive_get_and_set", NULL, parameters_survive_get_and_set},
    {"odd_values_change_nothing_or_read_back", NULL, odd_values_change_nothing_or_read_back},
    {"unknown_names_are_refused", NULL, unknown_names_are_refused},
    {"texts_know_no_locale", has_comma_locale, texts_know_no_locale},
    {NULL, NULL, NULL},
};
