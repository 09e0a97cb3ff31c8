/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads "A | B | ..." where an alternative is a kind of value (None, bool, text, list, tuple, map,
 * matrix, estimator, function, steps), `int RANGE` or `real RANGE`, or a literal word. The string
 * is the check, the help and the documentation of a parameter at once.
 */
#include "estimator/accepts.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

static const char *skip_blanks(const char *s)
{
    while (*s == ' ')
        s++;
    return s;
}

/* One end of a range, up to `stop`; a missing or foreign end is a defect of the table. */
static bool read_bound(const char **cursor, char stop, double *out)
{
    const char *s = skip_blanks(*cursor);
    const char *end = s;
    while (*end && *end != stop && *end != ')' && *end != ']' && *end != ' ')
        end++;
    /* "inf" and "-inf" are numbers to it, and no locale changes the point */
    if (!cfi_parse_real(s, (size_t)(end - s), out))
        return false;
    *cursor = skip_blanks(end);
    return true;
}

/* "[0, 1)" at *cursor, which moves on over a sound one; without one the range is everything. */
static bool read_range(const char **cursor, cfi_alternative *out)
{
    const char *s = skip_blanks(*cursor);
    if (*s != '[' && *s != '(')
        return true;
    out->ranged = true;
    out->low_open = *s++ == '(';
    if (!read_bound(&s, ',', &out->low) || *s++ != ',' || !read_bound(&s, ']', &out->high))
        return false;
    if (*s != ']' && *s != ')')
        return false;
    out->high_open = *s++ == ')';
    *cursor = s;
    return true;
}

/* The alternative is a part of a longer string: strcmp would read on. */
static bool is_word(const cfi_alternative *a, const char *word)
{
    return a->length == strlen(word) && memcmp(a->word, word, a->length) == 0;
}

/* Tells keywords of kinds from literal words. A literal spelled like a kind ("text", "list") is
 * always the kind: a choice cannot have it as one of its words. */
static void classify(cfi_alternative *a)
{
    a->what = CFI_ACCEPT_WORD;
    a->kind = CF_VALUE_TEXT;
    if (is_word(a, "steps"))
        a->what = CFI_ACCEPT_STEPS;
    for (int k = CF_VALUE_NONE; k <= CF_VALUE_FUNCTION; k++) {
        if (is_word(a, cf_value_kind_name((cf_value_kind)k))) {
            a->what = CFI_ACCEPT_KIND;
            a->kind = (cf_value_kind)k;
        }
    }
}

bool cfi_accepts_next(const char **cursor, cfi_alternative *out, cf_status *status)
{
    const char *s = skip_blanks(*cursor);
    /* the rows of CF_ROW_CHOICE begin with a bar: no empty alternative stands before it */
    if (*s == '|')
        s = skip_blanks(s + 1);
    if (!*s)
        return false;
    *out = (cfi_alternative){.low = -INFINITY, .high = INFINITY, .word = s};
    while (*s && *s != ' ' && *s != '|')
        s++;
    out->length = (size_t)(s - out->word);
    classify(out);
    const bool number =
        out->what == CFI_ACCEPT_KIND && (out->kind == CF_VALUE_INT || out->kind == CF_VALUE_REAL);
    if (number && !read_range(&s, out)) {
        *status = cf_fail(CF_ERR_INTERNAL, "a range in '%s' is malformed", out->word);
        return false;
    }
    s = skip_blanks(s);
    if (*s && *s != '|') {
        *status = cf_fail(CF_ERR_INTERNAL, "'%s' should begin with a bar", s);
        return false;
    }
    *cursor = s;
    return true;
}

bool cfi_alternative_in_range(const cfi_alternative *a, double x)
{
    if (!a->ranged)
        return true;
    /* NaN fails every comparison, so it is outside of any range */
    const bool above = a->low_open ? x > a->low : x >= a->low;
    const bool below = a->high_open ? x < a->high : x <= a->high;
    return above && below;
}

bool cfi_alternative_takes(const cfi_alternative *a, const cf_value *value)
{
    /* steps never come this way: cfi_param_set takes their list apart itself */
    if (value->kind != a->kind || a->what == CFI_ACCEPT_STEPS)
        return false;
    if (a->what == CFI_ACCEPT_WORD)
        return strlen(value->as.text) == a->length &&
               memcmp(value->as.text, a->word, a->length) == 0;
    if (value->kind == CF_VALUE_INT || value->kind == CF_VALUE_REAL)
        return cfi_alternative_in_range(a, cf_value_number(value));
    return true;
}
