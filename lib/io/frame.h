/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The columns of a table while it is read, whatever it is read from: names, the part each goes to
 * (roles), kinds, and the way from texts to codes and dictionaries.
 */
#ifndef COFIT_IO_FRAME_H
#define COFIT_IO_FRAME_H

#include "base/run.h"
#include "cofit/io.h"
#include "io/text_set.h"
#include "matrix/matrix.h"

/* Where a column goes. */
typedef enum cfi_role { ROLE_X, ROLE_Y, ROLE_WEIGHTS, ROLE_GROUPS, ROLE_DROPPED } cfi_role;

typedef struct cfi_frame_column {
    char *name; /* NULL = none of the columns has one */
    cfi_role role;
    cf_column_kind kind;
    bool given;        /* the kind is the caller's wish, or the table's own word */
    bool texts;        /* cells become codes of texts */
    cfi_origin origin; /* what the type says of the numbers */
    int found_text;    /* atomic: a column of numbers has a text */
    cf_index place;    /* among the columns of its role */
    double *cells;     /* NULL = dropped */
    cf_index stride;
} cfi_frame_column;

/* What every reader of tables knows; the columns are the reader's. */
typedef struct cfi_frame {
    const char *name; /* for messages */
    const cf_read_options *options;
    bool has_names;
    cf_index n_rows, n_columns;
    cfi_frame_column *columns;
} cfi_frame;

/* The most columns a table may have. */
cf_index cfi_columns_most(const cf_read_options *options);

/* Gives every column its role and, where the caller wants one, its kind. */
CF_NODISCARD cf_status cfi_frame_assign_roles(const cfi_frame *frame);

/* Makes the matrices of `table` and tells every column where its cells go. */
CF_NODISCARD cf_status cfi_frame_place(const cfi_frame *frame, cf_table *table);

/* Codes the cells of a column of texts; runs as a task. */
typedef cf_status (*cfi_code_cells_fn)(const void *ctx, cf_index column, cfi_text_set *set);

/*
 * Gives the matrices their schemas: names, kinds, dictionaries. Texts are coded by `code_cells`; a
 * matrix of unnamed numbers gets no schema.
 */
CF_NODISCARD cf_status cfi_frame_make_schemas(const cfi_frame *frame, cf_run *run,
                                              cfi_code_cells_fn code_cells, const void *ctx,
                                              cf_table *table);

/* The columns of texts alone: their dictionaries go into schemas[role]. */
CF_NODISCARD cf_status cfi_frame_code_texts(const cfi_frame *frame, cf_run *run,
                                            cfi_code_cells_fn code_cells, const void *ctx,
                                            cf_schema *const *schemas);

/* Releases the columns and their names; NULL is allowed. */
void cfi_frame_columns_free(cfi_frame_column *columns, cf_index n);

enum { CFI_COLUMN_NAME_SIZE = 256 };

/* "column 'age'" or "column 3". */
void cfi_frame_name_column(const cfi_frame_column *column, cf_index j, char *out, size_t n);

/* The messages of a cell at `place`, which says file and row; field NULL = it cannot be shown. */
cf_status cfi_frame_fail_missing(const char *place, const cfi_frame_column *column, cf_index j);
cf_status cfi_frame_fail_number(const char *place, const cfi_frame_column *column, cf_index j,
                                const cfi_field *field);

#endif
