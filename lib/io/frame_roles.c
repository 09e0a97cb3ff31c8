/* SPDX-License-Identifier: BSD-3-Clause */
/* Which column of a table goes where, and which kinds the caller wants. */
#include "base/memory.h"
#include "io/columns.h"
#include "io/frame.h"

/* The columns of one option's list take a role or a kind. */
typedef struct wish {
    const char *what; /* for messages */
    const char *list;
    cfi_role role;
    cf_column_kind kind;
    bool gives_kind;
    bool single; /* at most one column */
} wish;

/* For the message of a column that is asked for twice. */
static const char *role_name(cfi_role role)
{
    switch (role) {
    case ROLE_Y:
        return "the target";
    case ROLE_WEIGHTS:
        return "the weights";
    case ROLE_GROUPS:
        return "the groups";
    case ROLE_DROPPED:
        return "dropped";
    case ROLE_X:
        break;
    }
    return "a feature";
}

/* Roles and kinds are apart: a target may be asked for as categorical. A column has one role. */
static cf_status grant(const cfi_frame *frame, const wish *w, cf_index j)
{
    cfi_frame_column *column = &frame->columns[j];
    if (w->gives_kind) {
        if (column->given && column->kind != w->kind)
            return cf_fail(CF_ERR_ARGUMENT, "%s: column '%s' is given two kinds", frame->name,
                           column->name ? column->name : w->list);
        column->given = true;
        column->kind = w->kind;
        return CF_OK;
    }
    if (column->role == w->role)
        return cf_fail(CF_ERR_ARGUMENT, "%s: column '%s' is listed twice for the %s", frame->name,
                       column->name ? column->name : w->list, w->what);
    if (column->role != ROLE_X)
        return cf_fail(CF_ERR_ARGUMENT, "%s: column '%s' cannot be both %s and %s", frame->name,
                       column->name ? column->name : w->list, role_name(column->role),
                       role_name(w->role));
    column->role = w->role;
    return CF_OK;
}

/* All columns of one option. */
static cf_status grant_list(const cfi_frame *frame, const cfi_columns *columns, const wish *w)
{
    cfi_list items = {0};
    cf_status status;
    CF_GO(cfi_list_parse(w->what, w->list, &items));
    if (w->single && items.count > 1)
        CF_GO(cf_fail(CF_ERR_ARGUMENT, "%s: %lld columns are given for the %s, which takes one",
                      frame->name, (long long)items.count, w->what));
    for (cf_index i = 0; i < items.count; i++) {
        cf_index j;
        CF_GO(cfi_columns_find(columns, w->what, items.items[i], &j));
        CF_GO(grant(frame, w, j));
    }
cleanup:
    cfi_list_clear(&items);
    return status;
}

/* Kinds as in a schema: by name, or by place among the features where neither has names. */
static void follow_schema(const cfi_frame *frame)
{
    const cf_schema *like = frame->options->like;
    cf_index place = 0;
    for (cf_index j = 0; like && j < frame->n_columns; j++) {
        cfi_frame_column *column = &frame->columns[j];
        cf_index k = -1;
        if (column->name)
            k = cf_schema_find(like, column->name);
        else if (column->role == ROLE_X && place < cf_schema_size(like) &&
                 !cf_schema_name(like, place))
            k = place;
        place += column->role == ROLE_X;
        if (k >= 0 && !column->given) {
            column->given = true;
            column->kind = cf_schema_kind(like, k);
        }
    }
}

/* What the reader does with every column: a kind that is given goes before what the first rows
 * said; weights are numbers, whatever they look like. */
static void settle_kinds(const cfi_frame *frame)
{
    for (cf_index j = 0; j < frame->n_columns; j++) {
        cfi_frame_column *column = &frame->columns[j];
        if (column->given)
            column->texts = column->kind != CF_NUMERIC;
        if (column->role == ROLE_WEIGHTS) {
            column->given = true;
            column->kind = CF_NUMERIC;
            column->texts = false;
        }
        if (column->role == ROLE_DROPPED)
            column->texts = true; /* need not be parsed */
    }
}

cf_status cfi_frame_assign_roles(const cfi_frame *frame)
{
    const cf_read_options *o = frame->options;
    /* Roles before kinds: a schema's places (follow_schema) count features, which the
     * roles tell. */
    const wish wishes[] = {
        {"columns to drop", o->drop, ROLE_DROPPED, CF_NUMERIC, false, false},
        {"target", o->target, ROLE_Y, CF_NUMERIC, false, false},
        {"weights", o->weights, ROLE_WEIGHTS, CF_NUMERIC, false, true},
        {"groups", o->groups, ROLE_GROUPS, CF_NUMERIC, false, true},
        {"numeric columns", o->numeric, ROLE_X, CF_NUMERIC, true, false},
        {"categorical columns", o->categorical, ROLE_X, CF_CATEGORICAL, true, false},
        {"text columns", o->text, ROLE_X, CF_TEXT, true, false},
    };
    cf_status status = CF_OK;
    const char **names = NULL;
    if (frame->has_names) {
        CF_GO(CF_ALLOC(names, frame->n_columns));
        for (cf_index j = 0; j < frame->n_columns; j++)
            names[j] = frame->columns[j].name;
    }
    const cfi_columns columns = {frame->name, names, frame->n_columns};
    for (size_t k = 0; k < sizeof wishes / sizeof wishes[0]; k++)
        CF_GO(grant_list(frame, &columns, &wishes[k]));
    follow_schema(frame);
    settle_kinds(frame);
cleanup:
    cf_free(names);
    return status;
}
