/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Recursive descent over the tokens of a spec, at most CFI_MAX_DEPTH deep; the grammar is in
 * spec.h. A parse_ function finds the lexer on its first token and leaves it behind its last one.
 * What it has built so far hangs on its output, so that a failure further on is cleaned up by
 * whoever owns the output.
 */
#include "estimator/registry.h"
#include "estimator/spec.h"

#include <math.h>
#include <string.h>

static cf_status parse_spec(cfi_lexer *lexer, int depth, cf_estimator **out);
static cf_status parse_value(cfi_lexer *lexer, int depth, cf_value *out);

/* A spec may come from anywhere: its nesting must not use up the stack. */
static cf_status check_depth(const cfi_lexer *lexer, int depth)
{
    if (depth >= CFI_MAX_DEPTH)
        return cfi_lexer_fail(lexer, CF_ERR_LIMIT, "nested deeper than %d levels", CFI_MAX_DEPTH);
    return CF_OK;
}

/* Moves over a sign that must stand here. */
static cf_status expect(cfi_lexer *lexer, char sign)
{
    if (!cfi_lexer_at(lexer, sign))
        return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "'%c' is missing", sign);
    return cfi_lexer_step(lexer);
}

/* Fails with what stands here and what should. */
static cf_status unexpected(const cfi_lexer *lexer, const char *wanted)
{
    if (lexer->token.kind == CFI_TOKEN_END)
        return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "the text ends where %s should stand", wanted);
    return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "'%.*s' stands where %s should",
                          (int)(lexer->token.length < 64 ? lexer->token.length : 64),
                          lexer->token.start, wanted);
}

/* The class whose name stands here, or NULL; sets no message. */
static const cf_class *token_class(const cfi_token *token)
{
    char name[128];
    if (token->kind != CFI_TOKEN_WORD || token->length >= sizeof name)
        return NULL;
    memcpy(name, token->start, token->length);
    name[token->length] = '\0';
    return cf_class_find(name);
}

static bool is_keyword_step(const cfi_token *token)
{
    return cfi_token_is(token, "passthrough") || cfi_token_is(token, "drop");
}

/* ---- values ---- */

/* 1 is an int, 1.0 and 1e3 are reals; so is an integer that does not fit 64 bits. */
static cf_status parse_number(cfi_lexer *lexer, cf_value *out)
{
    const cfi_token *t = &lexer->token;
    int64_t i;
    double r;
    if (cfi_parse_int(t->start, t->length, &i))
        *out = cf_value_int(i);
    else if (cfi_parse_real(t->start, t->length, &r))
        *out = cf_value_real(r);
    else
        return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "'%.*s' is not a number",
                              (int)(t->length < 64 ? t->length : 64), t->start);
    return cfi_lexer_step(lexer);
}

/* Appends a None item to a list, tuple or map that grows by doubling; `capacity` counts items or
 * pairs. The item counts at once, so that what is read into it is released after a failure. */
static cf_status append_item(cf_value *list, cf_index *capacity)
{
    const cf_index width = list->kind == CF_VALUE_MAP ? 2 : 1;
    if (list->count == *capacity) {
        const cf_index wanted = *capacity ? 2 * *capacity : 4;
        cf_value *items =
            cf_grow(list->as.items, width * list->count, width * wanted, sizeof *list->as.items);
        if (!items)
            return cf_out_of_memory();
        list->as.items = items;
        *capacity = wanted;
    }
    memset(&list->as.items[width * list->count], 0, (size_t)width * sizeof *list->as.items);
    list->count++;
    return CF_OK;
}

/* Items up to `close`; a tuple of one item ends with a comma, a map has "key: value". */
static cf_status parse_items(cfi_lexer *lexer, int depth, char close, cf_value *out)
{
    cf_index capacity = 0;
    bool comma = false;
    CF_TRY(cfi_lexer_step(lexer));
    while (!cfi_lexer_at(lexer, close)) {
        CF_TRY(append_item(out, &capacity));
        const cf_index width = out->kind == CF_VALUE_MAP ? 2 : 1;
        cf_value *item = &out->as.items[width * (out->count - 1)];
        CF_TRY(parse_value(lexer, depth + 1, item));
        if (out->kind == CF_VALUE_MAP) {
            CF_TRY(expect(lexer, ':'));
            CF_TRY(parse_value(lexer, depth + 1, item + 1));
        }
        comma = cfi_lexer_at(lexer, ',');
        if (comma)
            CF_TRY(cfi_lexer_step(lexer));
        else if (!cfi_lexer_at(lexer, close))
            return unexpected(lexer, "a comma or a closing bracket");
    }
    if (out->kind == CF_VALUE_TUPLE && out->count == 1 && !comma)
        return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "a tuple of one item ends with a comma");
    return cfi_lexer_step(lexer);
}

/* A constant (None leaves `out` None, as it is), else a text without quotes. */
static cf_status parse_word_value(cfi_lexer *lexer, cf_value *out)
{
    const cfi_token *t = &lexer->token;
    if (cfi_token_is(t, "true") || cfi_token_is(t, "True")) {
        *out = cf_value_bool(true);
    } else if (cfi_token_is(t, "false") || cfi_token_is(t, "False")) {
        *out = cf_value_bool(false);
    } else if (cfi_token_is(t, "nan")) {
        *out = cf_value_real(NAN);
    } else if (!cfi_token_is(t, "None")) {
        char *text = NULL;
        CF_TRY(cfi_token_text(lexer, &text));
        *out = (cf_value){.kind = CF_VALUE_TEXT, .as.text = text};
    }
    return cfi_lexer_step(lexer);
}

/* True when the word the lexer stands on begins a spec: it names a class, or a bracket follows, so
 * that a class nobody knows is told as such. */
static bool at_spec(const cfi_lexer *lexer)
{
    if (lexer->token.kind != CFI_TOKEN_WORD)
        return false;
    cfi_lexer ahead = *lexer;
    if (cfi_lexer_step(&ahead) != CF_OK)
        return false;
    return token_class(&lexer->token) || cfi_lexer_at(&ahead, '(');
}

static cf_status parse_value(cfi_lexer *lexer, int depth, cf_value *out)
{
    CF_TRY(check_depth(lexer, depth));
    if (lexer->token.kind == CFI_TOKEN_NUMBER)
        return parse_number(lexer, out);
    if (lexer->token.kind == CFI_TOKEN_STRING) {
        char *text = NULL;
        CF_TRY(cfi_token_text(lexer, &text));
        *out = (cf_value){.kind = CF_VALUE_TEXT, .as.text = text};
        return cfi_lexer_step(lexer);
    }
    if (at_spec(lexer)) {
        /* the kind comes last: until then clearing the value releases nothing */
        out->as.estimator = NULL;
        CF_TRY(parse_spec(lexer, depth + 1, &out->as.estimator));
        out->kind = CF_VALUE_ESTIMATOR;
        return CF_OK;
    }
    if (lexer->token.kind == CFI_TOKEN_WORD)
        return parse_word_value(lexer, out);
    static const char open[] = "[({", close[] = "])}";
    static const cf_value_kind kinds[] = {CF_VALUE_LIST, CF_VALUE_TUPLE, CF_VALUE_MAP};
    for (int k = 0; k < 3; k++) {
        if (cfi_lexer_at(lexer, open[k])) {
            *out = (cf_value){.kind = kinds[k]};
            return parse_items(lexer, depth, close[k], out);
        }
    }
    return unexpected(lexer, "a value");
}

/* ---- steps ---- */

/* Appends an empty step; *out is good until the next one is appended. */
static cf_status append_step(cf_steps *steps, cf_step **out)
{
    cf_step *items = cf_grow(steps->items, steps->count, steps->count + 1, sizeof *items);
    if (!items)
        return cf_out_of_memory();
    steps->items = items;
    *out = &items[steps->count];
    memset(*out, 0, sizeof **out);
    steps->count++;
    return CF_OK;
}

/* "name :" when it stands here; else *name stays NULL and the lexer where it is. */
static cf_status parse_step_name(cfi_lexer *lexer, char **name)
{
    if (lexer->token.kind != CFI_TOKEN_WORD && lexer->token.kind != CFI_TOKEN_STRING)
        return CF_OK;
    cfi_lexer ahead = *lexer;
    CF_TRY(cfi_lexer_step(&ahead));
    if (!cfi_lexer_at(&ahead, ':'))
        return CF_OK;
    CF_TRY(cfi_token_text(lexer, name));
    *lexer = ahead;
    return cfi_lexer_step(lexer);
}

static cf_status parse_call(cfi_lexer *lexer, int depth, cf_estimator **out);

/* The part of a step after its name. */
static cf_status parse_step_body(cfi_lexer *lexer, int depth, cf_step *step)
{
    if (is_keyword_step(&lexer->token)) {
        step->drop = cfi_token_is(&lexer->token, "drop");
        return cfi_lexer_step(lexer);
    }
    return parse_call(lexer, depth, &step->estimator);
}

/*
 * As make_pipeline of scikit-learn: "pca", or "pca-1" and "pca-2" when the class comes twice. Only
 * ASCII is lowered, by hand: tolower depends on the locale. After a failure the names made so far
 * are in `names`, whose other entries must be NULL from the start.
 */
cf_status cfi_default_step_names(const cf_step *steps, cf_index count, char **names)
{
    for (cf_index i = 0; i < count; i++) {
        const char *base = steps[i].estimator ? cf_class_name(cf_class_of(steps[i].estimator))
                           : steps[i].drop    ? "drop"
                                              : "passthrough";
        cf_index same = 0, before = 0;
        for (cf_index k = 0; k < count; k++) {
            const bool equal =
                steps[k].estimator && steps[i].estimator
                    ? cf_class_of(steps[k].estimator) == cf_class_of(steps[i].estimator)
                    : !steps[k].estimator && !steps[i].estimator && steps[k].drop == steps[i].drop;
            same += equal;
            before += equal && k <= i;
        }
        cfi_text text = {0};
        for (const char *s = base; *s; s++) {
            const char lower = *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s;
            cfi_text_add(&text, &lower, 1);
        }
        if (same > 1)
            cfi_text_format(&text, "-%d", (int)before);
        CF_TRY(cfi_text_take(&text, &names[i]));
    }
    return CF_OK;
}

static void free_names(char **names, cf_index count)
{
    for (cf_index i = 0; names && i < count; i++)
        cf_free(names[i]);
    cf_free(names);
}

/*
 * Gives missing names, refuses repeated ones and those with "__", which parts names in "svc__C". A
 * default name is made to differ from others of its class, not from names the user chose: that too
 * is found here.
 */
static cf_status name_steps(const cfi_lexer *lexer, cf_steps *steps)
{
    char **names = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(names, steps->count));
    CF_GO(cfi_default_step_names(steps->items, steps->count, names));
    for (cf_index i = 0; i < steps->count; i++) {
        cf_step *step = &steps->items[i];
        if (!step->name) {
            step->name = names[i];
            names[i] = NULL;
        }
    }
    bool repeated;
    const cf_index bad = cfi_steps_bad_name(steps, &repeated);
    if (bad >= 0)
        CF_GO(cfi_lexer_fail(lexer, CF_ERR_ARGUMENT,
                             repeated ? "two steps are called '%s'"
                                      : "'%s' cannot be the name of a step",
                             steps->items[bad].name));
cleanup:
    free_names(names, steps->count);
    return status;
}

/* The first row of the type, or NULL. */
static const cf_param *row_of_type(const cf_class *cls, cf_param_type type)
{
    for (const cf_param *row = cls->params; row && row->name; row++)
        if (row->type == type)
            return row;
    return NULL;
}

/* Makes the chain of steps parsed so far, which then owns them. */
static cf_status make_chain(const cfi_lexer *lexer, cf_steps *steps, cf_estimator **out)
{
    const cf_class *cls = cf_class_find(CFI_CHAIN_CLASS);
    const cf_param *row = cls ? row_of_type(cls, CF_PARAM_STEPS) : NULL;
    if (!row)
        return cfi_lexer_fail(lexer, CF_ERR_UNSUPPORTED, "there is no class for '|'");
    CF_TRY(name_steps(lexer, steps));
    CF_TRY(cfi_new(out, cls));
    cf_steps *field = cfi_param_field(row, *out);
    cfi_steps_clear(field);
    *field = *steps;
    *steps = (cf_steps){0};
    return CF_OK;
}

/* spec: one step is the estimator itself unless it is named or a keyword; then it is a chain of
 * one. */
static cf_status parse_spec(cfi_lexer *lexer, int depth, cf_estimator **out)
{
    cf_steps steps = {0};
    cf_status status = CF_OK;
    bool more = true, named = false;
    CF_GO(check_depth(lexer, depth));
    while (more) {
        cf_step *step = NULL;
        CF_GO(append_step(&steps, &step));
        CF_GO(parse_step_name(lexer, &step->name));
        named = named || step->name;
        CF_GO(parse_step_body(lexer, depth, step));
        more = cfi_lexer_at(lexer, '|');
        if (more)
            CF_GO(cfi_lexer_step(lexer));
    }
    if (steps.count == 1 && !named && steps.items[0].estimator)
        /* its step is released below */
        *out = cf_estimator_share(steps.items[0].estimator);
    else
        CF_GO(make_chain(lexer, &steps, out));
cleanup:
    cfi_steps_clear(&steps);
    return status;
}

/* ---- arguments ---- */

/* One column, or a list of them: a keyword or name, a string, an index. */
static cf_status parse_columns(cfi_lexer *lexer, int depth, cf_value *out)
{
    if (lexer->token.kind == CFI_TOKEN_STRING) {
        /* A string is a name even when it spells a keyword: kept apart as a list of one. */
        CF_TRY(cf_value_items(out, CF_VALUE_LIST, 1));
        return parse_value(lexer, depth, &out->as.items[0]);
    }
    if (lexer->token.kind == CFI_TOKEN_WORD) {
        char *text = NULL;
        CF_TRY(cfi_token_text(lexer, &text));
        *out = (cf_value){.kind = CF_VALUE_TEXT, .as.text = text};
        return cfi_lexer_step(lexer);
    }
    if (lexer->token.kind != CFI_TOKEN_NUMBER && !cfi_lexer_at(lexer, '['))
        return unexpected(lexer, "a column");
    return parse_value(lexer, depth, out);
}

/* Looks ahead for "columns ->". What it reads is read again by the caller; lists of specs in lists
 * of specs would double that at every level, were the depth not limited. */
static cf_status at_columns(const cfi_lexer *lexer, int depth, bool *found)
{
    cfi_lexer ahead = *lexer;
    cf_value columns = {0};
    const cf_status status = parse_columns(&ahead, depth, &columns);
    *found = status == CF_OK && ahead.token.kind == CFI_TOKEN_ARROW;
    cf_value_clear(&columns);
    return status == CF_ERR_MEMORY ? status : CF_OK;
}

/* What follows the arrow: a spec, where one keyword stands for itself. */
static cf_status parse_target(cfi_lexer *lexer, int depth, cf_step *step)
{
    cfi_lexer ahead = *lexer;
    if (is_keyword_step(&lexer->token)) {
        CF_TRY(cfi_lexer_step(&ahead));
        if (!cfi_lexer_at(&ahead, '|'))
            return parse_step_body(lexer, depth, step);
    }
    return parse_spec(lexer, depth + 1, &step->estimator);
}

/* [name:] columns -> spec, or [name:] spec, into a steps row. */
static cf_status parse_step_arg(cfi_lexer *lexer, int depth, cf_steps *steps)
{
    cf_step *step = NULL;
    CF_TRY(append_step(steps, &step));
    CF_TRY(parse_step_name(lexer, &step->name));
    bool found;
    CF_TRY(at_columns(lexer, depth, &found));
    if (found) {
        CF_TRY(parse_columns(lexer, depth, &step->columns));
        CF_TRY(cfi_lexer_step(lexer));
    }
    return parse_target(lexer, depth, step);
}

/* An argument without "name=": one of the steps where the class has a steps row, else the one
 * estimator of its first estimator row. */
static cf_status parse_bare(cfi_lexer *lexer, int depth, cf_estimator *e)
{
    const cf_class *cls = cf_class_of(e);
    const cf_param *steps = row_of_type(cls, CF_PARAM_STEPS);
    if (steps)
        return parse_step_arg(lexer, depth, cfi_param_field(steps, e));
    const cf_param *child = row_of_type(cls, CF_PARAM_ESTIMATOR);
    if (!child)
        return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "%s takes no estimator; 'name=' is missing",
                              cls->name);
    cf_estimator **field = cfi_param_field(child, e);
    if (*field)
        return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "%s takes one estimator", cls->name);
    return parse_spec(lexer, depth + 1, field);
}

/* The names an argument list has set so far: a LIST of texts. */
typedef struct names_given {
    cf_value list;
    cf_index capacity;
} names_given;

/* Called once a name was accepted, so that the list is no longer than the parameters are many. */
static cf_status note_name(const cfi_lexer *lexer, names_given *given, const char *name)
{
    for (cf_index i = 0; i < given->list.count; i++)
        if (cf_value_is_text(&given->list.as.items[i], name))
            return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "'%.100s' is given twice", name);
    CF_TRY(append_item(&given->list, &given->capacity));
    return cf_value_text(&given->list.as.items[given->list.count - 1], name);
}

/* param = value. `at` keeps the place of the name, where a refused value is told. */
static cf_status parse_param(cfi_lexer *lexer, int depth, cf_estimator *e, names_given *given)
{
    const cfi_lexer at = *lexer;
    char *name = NULL;
    cf_value value = {0};
    cf_status status = CF_OK;
    CF_GO(cfi_token_text(lexer, &name));
    CF_GO(cfi_lexer_step(lexer));
    CF_GO(cfi_lexer_step(lexer));
    CF_GO(parse_value(lexer, depth + 1, &value));
    status = cf_set_value(e, name, &value);
    if (status != CF_OK && status != CF_ERR_MEMORY)
        status = cfi_lexer_fail(&at, status, "%s", cf_last_error());
    if (status == CF_OK)
        status = note_name(&at, given, name);
cleanup:
    cf_free(name);
    cf_value_clear(&value);
    return status;
}

/* One token ahead decides: a word and "=" begin a parameter. */
static cf_status parse_arg(cfi_lexer *lexer, int depth, cf_estimator *e, names_given *given)
{
    cfi_lexer ahead = *lexer;
    CF_TRY(cfi_lexer_step(&ahead));
    if (lexer->token.kind == CFI_TOKEN_WORD && cfi_lexer_at(&ahead, '='))
        return parse_param(lexer, depth, e, given);
    return parse_bare(lexer, depth, e);
}

/* The class the lexer stands on; a failure gets the column. */
static cf_status require_class(const cfi_lexer *lexer, const cf_class **out)
{
    char *name = NULL;
    CF_TRY(cfi_token_text(lexer, &name));
    const cf_status status = cfi_class_require(name, out);
    cf_free(name);
    return status == CF_OK ? CF_OK : cfi_lexer_fail(lexer, status, "%s", cf_last_error());
}

/* '(' [ arg { ',' arg } [ ',' ] ] ')', up to the ')'. */
static cf_status parse_arg_list(cfi_lexer *lexer, int depth, cf_estimator *e, names_given *given)
{
    CF_TRY(cfi_lexer_step(lexer));
    while (!cfi_lexer_at(lexer, ')')) {
        if (lexer->token.kind == CFI_TOKEN_END)
            return unexpected(lexer, "an argument or ')'");
        CF_TRY(parse_arg(lexer, depth, e, given));
        if (cfi_lexer_at(lexer, ','))
            CF_TRY(cfi_lexer_step(lexer));
        else if (!cfi_lexer_at(lexer, ')'))
            return unexpected(lexer, "a comma or ')'");
    }
    return CF_OK;
}

/* Steps get their names when all are read: a default name depends on how often its class comes. */
static cf_status parse_args(cfi_lexer *lexer, int depth, cf_estimator *e)
{
    names_given given = {.list = {.kind = CF_VALUE_LIST}};
    const cf_status status = parse_arg_list(lexer, depth, e, &given);
    cf_value_clear(&given.list);
    CF_TRY(status);
    const cf_param *steps = row_of_type(cf_class_of(e), CF_PARAM_STEPS);
    if (steps)
        CF_TRY(name_steps(lexer, cfi_param_field(steps, e)));
    return cfi_lexer_step(lexer);
}

static cf_status parse_call(cfi_lexer *lexer, int depth, cf_estimator **out)
{
    if (lexer->token.kind != CFI_TOKEN_WORD)
        return unexpected(lexer, "a class");
    const cf_class *cls;
    CF_TRY(check_depth(lexer, depth));
    CF_TRY(require_class(lexer, &cls));
    /* from here on *out owns what the arguments bring, also when one of them fails */
    CF_TRY(cfi_new(out, cls));
    CF_TRY(cfi_lexer_step(lexer));
    return cfi_lexer_at(lexer, '(') ? parse_args(lexer, depth + 1, *out) : CF_OK;
}

static cf_status expect_end(const cfi_lexer *lexer)
{
    return lexer->token.kind == CFI_TOKEN_END ? CF_OK : unexpected(lexer, "the end");
}

cf_status cf_parse(cf_estimator **out, const char *spec)
{
    cfi_lexer lexer;
    cf_estimator *e = NULL;
    cf_status status = cfi_lexer_begin(&lexer, spec);
    if (status == CF_OK)
        status = parse_spec(&lexer, 0, &e);
    if (status == CF_OK)
        status = expect_end(&lexer);
    if (status != CF_OK) {
        cf_estimator_free(e);
        return status;
    }
    *out = e;
    return CF_OK;
}

cf_status cf_value_parse(cf_value *out, const char *text)
{
    cfi_lexer lexer;
    cf_value made = {0};
    cf_status status = cfi_lexer_begin(&lexer, text);
    if (status == CF_OK)
        status = parse_value(&lexer, 0, &made);
    if (status == CF_OK)
        status = expect_end(&lexer);
    if (status != CF_OK) {
        cf_value_clear(&made);
        return status;
    }
    cf_value_clear(out);
    *out = made;
    return CF_OK;
}
