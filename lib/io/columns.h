/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists of columns as the reading options give them: "age, -1, \"a, b\"". */
#ifndef COFIT_IO_COLUMNS_H
#define COFIT_IO_COLUMNS_H

#include "base/status.h"

/* The items of a comma-separated list. */
typedef struct cfi_list {
    cf_index count;
    char **items;
} cfi_list;

/* Splits `text` (NULL = no items); `what` begins messages. CF_ERR_ARGUMENT, CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_list_parse(const char *what, const char *text, cfi_list *out);

/* Releases the items and makes the list empty. */
void cfi_list_clear(cfi_list *list);

/* The columns of a file. */
typedef struct cfi_columns {
    const char *file;         /* for messages */
    const char *const *names; /* (count), or NULL when they have none */
    cf_index count;
} cfi_columns;

/*
 * The column called `item`, or else the one at that index (negative: from the end). `what` says
 * what it is wanted for. CF_ERR_NAME with near or all names.
 */
CF_NODISCARD cf_status cfi_columns_find(const cfi_columns *columns, const char *what,
                                        const char *item, cf_index *out);

/* Sorts the names; returns one that two columns have, or NULL. */
const char *cfi_names_sort(const char **names, cf_index n);

/* Whether `name` is among sorted names. */
bool cfi_names_hold(const char *const *sorted, cf_index n, const char *name);

enum { CFI_PLACE_NAME_SIZE = 24 };

/* "x3": what column 3 is called when it has no name and others have. */
void cfi_place_name(cf_index j, char out[CFI_PLACE_NAME_SIZE]);

#endif
