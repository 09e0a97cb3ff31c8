/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Transformers side by side, each on its own columns of a table, chosen by name, position or kind.
 * Columns nobody chose are the remainder: dropped, passed on, or given to one more transformer. At
 * predict only the columns that are used must be there, in any order.
 */
#include "compose/branches.h"

#include <string.h>

/* A growing choice of columns. */
typedef struct choice {
    cf_index *columns;  /* room for every column of X once */
    cf_index count;     /* chosen so far */
    const cf_matrix *X; /* its schema has the names and kinds */
    const char *step;   /* for messages */
} choice;

/* A negative position counts from the end. Refusing a column that was chosen already also keeps the
 * choice within its room. */
static cf_status choose_position(choice *c, int64_t position)
{
    const cf_index d = c->X->cols;
    const cf_index j = position < 0 ? position + d : position;
    if (j < 0 || j >= d)
        return cf_fail(CF_ERR_ARGUMENT,
                       "ColumnTransformer: step '%s': there is no column %lld of %lld", c->step,
                       (long long)position, (long long)d);
    for (cf_index k = 0; k < c->count; k++)
        if (c->columns[k] == j)
            return cf_fail(CF_ERR_ARGUMENT, "ColumnTransformer: step '%s' names column %lld twice",
                           c->step, (long long)j);
    c->columns[c->count++] = j;
    return CF_OK;
}

static cf_status choose_name(choice *c, const char *name)
{
    const cf_index j = c->X->schema ? cf_schema_find(c->X->schema, name) : -1;
    if (j < 0)
        return cf_fail(CF_ERR_NAME, "ColumnTransformer: step '%s': X has no column '%.100s'",
                       c->step, name);
    return choose_position(c, j);
}

/* Every column of the kind, in their order; there may be none. */
static cf_status choose_kind(choice *c, bool all, cf_column_kind kind)
{
    for (cf_index j = 0; j < c->X->cols; j++)
        if (all || cf_schema_kind(c->X->schema, j) == kind)
            CF_TRY(choose_position(c, j));
    return CF_OK;
}

/* A lone word: a keyword, or a name. A column that is called like a keyword is chosen by a list,
 * "[text]", or in quotes, of which the parser makes one. */
static cf_status choose_word(choice *c, const char *word)
{
    static const struct {
        const char *word;
        bool all;
        cf_column_kind kind;
    } keywords[] = {
        {"numeric", false, CF_NUMERIC},
        {"categorical", false, CF_CATEGORICAL},
        {"text", false, CF_TEXT},
        {"all", true, CF_NUMERIC},
    };
    for (size_t k = 0; k < sizeof keywords / sizeof keywords[0]; k++)
        if (strcmp(keywords[k].word, word) == 0)
            return choose_kind(c, keywords[k].all, keywords[k].kind);
    return choose_name(c, word);
}

/* The columns of a step: a word, a position, or a list of names and positions. */
static cf_status choose(choice *c, const cf_value *columns)
{
    if (columns->kind == CF_VALUE_TEXT)
        return choose_word(c, columns->as.text);
    if (columns->kind == CF_VALUE_INT)
        return choose_position(c, columns->as.i);
    if (columns->kind != CF_VALUE_LIST && columns->kind != CF_VALUE_TUPLE)
        return cf_fail(CF_ERR_TYPE, "ColumnTransformer: step '%s' names no columns", c->step);
    for (cf_index k = 0; k < columns->count; k++) {
        const cf_value *item = &columns->as.items[k];
        if (item->kind == CF_VALUE_TEXT)
            CF_TRY(choose_name(c, item->as.text));
        else if (item->kind == CF_VALUE_INT)
            CF_TRY(choose_position(c, item->as.i));
        else
            return cf_fail(CF_ERR_TYPE,
                           "ColumnTransformer: step '%s': a column is a name or a position",
                           c->step);
    }
    return CF_OK;
}

/* The branch of the columns nobody chose, the last one. `scratch` has room for d columns. */
static cf_status add_remainder(cfi_branches *b, cf_index d, const bool *taken, cf_index *scratch)
{
    cf_index n = 0;
    for (cf_index j = 0; j < d; j++)
        if (!taken[j])
            scratch[n++] = j;
    const cf_value *r = &b->remainder;
    return cfi_branches_set(b, b->steps.count, "remainder",
                            r->kind == CF_VALUE_ESTIMATOR ? r->as.estimator : NULL,
                            cf_value_is_text(r, "drop"), scratch, n);
}

/* Columns are chosen anew in every fit, by the X it is given; transform knows only their
 * positions. */
static cf_status fit_columns(cf_estimator *self, const cf_fit_args *args, cf_matrix *out)
{
    cfi_branches *b = (cfi_branches *)self;
    const cf_index d = args->X->cols;
    choice c = {.X = args->X};
    bool *taken = NULL;
    cf_status status = CF_OK;
    CF_GO(cfi_branches_begin(b, b->steps.count + 1));
    CF_GO(CF_ALLOC(c.columns, d));
    CF_GO(CF_ALLOC_ZERO(taken, d));
    for (cf_index i = 0; i < b->steps.count; i++) {
        const cf_step *step = &b->steps.items[i];
        c.count = 0;
        c.step = step->name;
        CF_GO(choose(&c, &step->columns));
        for (cf_index k = 0; k < c.count; k++)
            taken[c.columns[k]] = true;
        CF_GO(cfi_branches_set(b, i, step->name, step->estimator, step->drop, c.columns, c.count));
    }
    CF_GO(add_remainder(b, d, taken, c.columns));
    CF_GO(cfi_branches_fit(b, args, out));
cleanup:
    cf_free(c.columns);
    cf_free(taken);
    return status;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    return fit_columns(self, args, NULL);
}

static cf_status fit_transform(cf_estimator *self, const cf_fit_args *args, cf_matrix *out)
{
    return fit_columns(self, args, out);
}

static cf_status check_params(const cf_estimator *self)
{
    const cfi_branches *b = (const cfi_branches *)self;
    const cf_value *r = &b->remainder;
    if (r->kind == CF_VALUE_ESTIMATOR && !(cfi_traits(r->as.estimator).methods & CF_HAS_TRANSFORM))
        return cf_fail(CF_ERR_ARGUMENT, "ColumnTransformer: remainder (%s) has no transform",
                       r->as.estimator->cls->name);
    if (cfi_steps_find(&b->steps, "remainder") >= 0)
        return cf_fail(CF_ERR_ARGUMENT, "ColumnTransformer: a step cannot be called 'remainder'");
    return cfi_branches_check_params(self);
}

static const cf_param params[] = {
    /* written out: the field serves two classes, whose parameters have different names */
    {.name = "transformers",
     .type = CF_PARAM_STEPS,
     .offset = CF_OFFSET(cfi_branches, steps, cf_steps),
     .literal = "[]",
     .accepts = "steps",
     .help =
         "named transformers, each with its columns: numeric, categorical, text, all, a name, a "
         "position, or a list of names and positions"},
    CF_ROW_VALUE(cfi_branches, remainder, "drop", "drop | passthrough | estimator",
                 "what happens to the columns nobody chose"),
    CF_ROW_REAL(cfi_branches, sparse_threshold, "0.3", "[0, 1]",
                "the output is sparse when a part is and the density of the whole is below this"),
    CF_ROW_VALUE(cfi_branches, transformer_weights, "None", "None | map",
                 "factors of the outputs by step name"),
    CF_ROW_BOOL(cfi_branches, verbose_feature_names_out, "true",
                "put the step's name before each output column: step__column"),
    CF_END,
};

static const char *const examples[] = {
    "ColumnTransformer([0, 1] -> StandardScaler, [2] -> passthrough, remainder=MinMaxScaler)",
    "ColumnTransformer(all -> StandardScaler) | Ridge", NULL};

CF_CLASS(ColumnTransformer) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "ColumnTransformer",
    .module = "compose",
    .signature = "transformers!, *, remainder, sparse_threshold, n_jobs=None, "
                 "transformer_weights, verbose=false, verbose_feature_names_out",
    .summary = "Gives each transformer its own columns of a table",
    .doc =
        "Objective\n"
        "  transform(X) = [T_1(X[:, c_1]), T_2(X[:, c_2]), ..., remainder], columns side by side.\n"
        "Input\n"
        "  A table of numbers, categories and texts, dense or CSR; each transformer is given its\n"
        "  columns and checks them.\n"
        "Errors\n"
        "  CF_ERR_NAME: X has no such column. CF_ERR_ARGUMENT: a position out of range, a column\n"
        "  named twice in one step, a step without transform. A failing step's message begins\n"
        "  `step 'name': `.\n"
        "Cost\n"
        "  The sum of the transformers, and one copy of the columns of each.\n"
        "Threads\n"
        "  Each transformer uses the threads of the call.\n"
        "Notes\n"
        "  A column may go to several steps. Columns are chosen in fit; later ones are matched by\n"
        "  name, and those that were dropped may be missing.\n"
        "Source\n"
        "  Buitinck et al., API design for machine learning software, 2013, arXiv:1309.0238.\n"
        "Example\n"
        "  examples/column_transformer.c\n",
    .kind = CF_META | CF_TRANSFORMER,
    .tags = CF_TAG_ANY_X | CF_TAG_NAN | CF_TAG_CATEGORIES,
    .size = sizeof(cfi_branches),
    .params = params,
    .state = cfi_branches_state,
    .fit = fit,
    .fit_transform = fit_transform,
    .transform = cfi_branches_transform,
    .feature_names = cfi_branches_feature_names,
    .validate = cfi_branches_validate,
    .check_params = check_params,
    .traits = cfi_branches_traits,
    .used_columns = cfi_branches_used,
    .examples = examples,
};
