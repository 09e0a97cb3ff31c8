/* SPDX-License-Identifier: BSD-3-Clause */
/* From columns to the matrices of a table, and the messages of their cells. */
#include "io/frame.h"

#include "base/memory.h"
#include "matrix/matrix.h"

#include <stdio.h>

enum { ROLES = ROLE_DROPPED };

/* The part of a table that a role fills; NULL for dropped columns. */
static cf_matrix *matrix_of(cf_table *table, cfi_role role)
{
    switch (role) {
    case ROLE_X:
        return &table->X;
    case ROLE_Y:
        return &table->y;
    case ROLE_WEIGHTS:
        return &table->weights;
    case ROLE_GROUPS:
        return &table->groups;
    case ROLE_DROPPED:
        break;
    }
    return NULL;
}

cf_index cfi_columns_most(const cf_read_options *options)
{
    enum { COLUMNS_MOST = 1000000 };
    return options->max_columns > 0 ? options->max_columns : COLUMNS_MOST;
}

cf_status cfi_frame_place(const cfi_frame *frame, cf_table *table)
{
    cf_index count[ROLES + 1] = {0}; /* columns of each role */
    for (cf_index j = 0; j < frame->n_columns; j++)
        frame->columns[j].place = count[frame->columns[j].role]++;
    for (int role = 0; role < ROLES; role++)
        /* X is made even without columns: it tells the number of rows. */
        if (role == ROLE_X || count[role] > 0)
            CF_TRY(cf_matrix_resize(matrix_of(table, (cfi_role)role), CF_F64, frame->n_rows,
                                    count[role]));
    for (cf_index j = 0; j < frame->n_columns; j++) {
        cfi_frame_column *column = &frame->columns[j];
        const cf_matrix *M = matrix_of(table, column->role);
        if (M) {
            /* Row-major: a column's cells are a row's width apart. Readers write them from many
             * threads. */
            column->cells = (double *)M->values + column->place;
            column->stride = M->row_stride;
        }
    }
    return CF_OK;
}

cf_status cfi_frame_make_schemas(const cfi_frame *frame, cf_run *run, cfi_code_cells_fn code_cells,
                                 const void *ctx, cf_table *table)
{
    /* Ours until the matrices have taken a reference of their own. */
    cf_schema *schemas[ROLES] = {NULL};
    bool needed[ROLES + 1] = {false};
    cf_status status = CF_OK;
    for (cf_index j = 0; j < frame->n_columns; j++)
        needed[frame->columns[j].role] |= frame->columns[j].name || frame->columns[j].texts;
    for (int role = 0; role < ROLES; role++)
        if (needed[role])
            CF_GO(cf_schema_new(&schemas[role], matrix_of(table, (cfi_role)role)->cols));
    for (cf_index j = 0; j < frame->n_columns; j++) {
        const cfi_frame_column *column = &frame->columns[j];
        if (column->role != ROLE_DROPPED && column->name)
            CF_GO(cf_schema_set_name(schemas[column->role], column->place, column->name));
        if (column->role != ROLE_DROPPED && schemas[column->role])
            schemas[column->role]->columns[column->place].origin = column->origin;
    }
    CF_GO(cfi_frame_code_texts(frame, run, code_cells, ctx, schemas));
    for (int role = 0; role < ROLES; role++)
        if (schemas[role])
            cfi_matrix_set_schema(matrix_of(table, (cfi_role)role), schemas[role]);
cleanup:
    for (int role = 0; role < ROLES; role++)
        cf_schema_free(schemas[role]);
    return status;
}

void cfi_frame_columns_free(cfi_frame_column *columns, cf_index n)
{
    for (cf_index j = 0; columns && j < n; j++)
        cf_free(columns[j].name);
    cf_free(columns);
}

void cfi_frame_name_column(const cfi_frame_column *column, cf_index j, char *out, size_t n)
{
    if (column->name)
        snprintf(out, n, "column '%.200s'", column->name);
    else
        snprintf(out, n, "column %lld", (long long)j);
}

cf_status cfi_frame_fail_missing(const char *place, const cfi_frame_column *column, cf_index j)
{
    char name[CFI_COLUMN_NAME_SIZE];
    cfi_frame_name_column(column, j, name, sizeof name);
    return cf_fail(CF_ERR_DATA, "%s: the %s in %s is missing", place,
                   column->role == ROLE_Y         ? "target"
                   : column->role == ROLE_WEIGHTS ? "weight"
                                                  : "group",
                   name);
}

cf_status cfi_frame_fail_number(const char *place, const cfi_frame_column *column, cf_index j,
                                const cfi_field *field)
{
    enum { SHOWN = 60 };
    char name[CFI_COLUMN_NAME_SIZE];
    cfi_frame_name_column(column, j, name, sizeof name);
    if (!field)
        return cf_fail(CF_ERR_FORMAT, "%s: %s holds no number", place, name);
    /* Cut between characters, not inside one. */
    size_t shown = field->length < SHOWN ? field->length : SHOWN;
    while (shown < field->length && shown > 0 && ((unsigned char)field->text[shown] & 0xC0) == 0x80)
        shown--;
    return cf_fail(CF_ERR_FORMAT, "%s: '%.*s%s' in %s is not a number", place, (int)shown,
                   field->text, shown < field->length ? "..." : "", name);
}
