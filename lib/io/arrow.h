/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parts of the Arrow reader. A stream goes through: types (columns, names), roles, batches
 * (pulled and checked, kept until the end), numbers (in parallel, straight into the result), texts.
 */
#ifndef COFIT_IO_ARROW_H
#define COFIT_IO_ARROW_H

#include "base/text.h"
#include "cofit/arrow.h"
#include "io/frame.h"

enum { CFI_ARROW_RUN = 64 /* elements of a column that are read at once: bits of a word */ };

/* How the elements of an array lie. */
typedef enum cfi_arrow_layout {
    ARROW_OTHER, /* not read */
    ARROW_NULL,
    ARROW_BOOL,
    ARROW_HALF,
    ARROW_I16,
    ARROW_I64,
    ARROW_U64,
    ARROW_PLAIN, /* numbers of a cf_dtype, each of them a double */
    ARROW_TEXT,
    ARROW_LARGE_TEXT,
    ARROW_TEXT_VIEW
} cfi_arrow_layout;

typedef struct cfi_arrow_type {
    const char *format;
    const char *name; /* for messages */
    cfi_arrow_layout layout;
    cf_dtype dtype;  /* of ARROW_PLAIN */
    size_t size;     /* bytes of a number */
    bool is_integer; /* can be an index into a dictionary */
} cfi_arrow_type;

typedef struct cfi_arrow_column {
    const cfi_arrow_type *type;   /* of the elements */
    const cfi_arrow_type *values; /* of the dictionary the elements point into; NULL = none */
} cfi_arrow_column;

typedef struct cfi_arrow_batch {
    struct ArrowArray array;
    cf_index first_row;
} cfi_arrow_batch;

typedef struct cfi_arrow {
    cfi_frame frame;
    struct ArrowSchema schema;
    cfi_arrow_column *types;  /* (frame.n_columns) */
    cfi_arrow_batch *batches; /* (n_batches) */
    cf_index n_batches, capacity;
} cfi_arrow;

/* What can be wrong with a cell. */
typedef enum cfi_arrow_fault {
    ARROW_FINE,
    ARROW_LARGE_INTEGER,
    ARROW_NO_NUMBER,
    ARROW_BAD_INDEX,
    ARROW_BAD_TEXT,
    ARROW_LONG_TEXT,
    ARROW_NO_UTF8,
    ARROW_MISSING
} cfi_arrow_fault;

/* The elements of one array: element i lies at start + i of its buffers. */
typedef struct cfi_arrow_span {
    const cfi_arrow_type *type;
    const struct ArrowArray *array;
    cf_index start;
} cfi_arrow_span;

static inline bool cfi_arrow_bit(const void *bits, cf_index i)
{
    return ((const unsigned char *)bits)[i >> 3] >> (i & 7) & 1;
}

/* Makes the columns from the stream's schema: names and types. */
CF_NODISCARD cf_status cfi_arrow_read_columns(cfi_arrow *arrow);

/* CF_ERR_TYPE for a column of a type that is not read, unless it is dropped. */
CF_NODISCARD cf_status cfi_arrow_check_types(const cfi_arrow *arrow);

bool cfi_arrow_is_text(const cfi_arrow_type *type);

/* Checks all that can be seen of a batch without looking at its elements. */
CF_NODISCARD cf_status cfi_arrow_check_batch(const cfi_arrow *arrow, const cfi_arrow_batch *batch);

/* The text at element i, its `text` NULL when it is null. Not checked: UTF-8. */
cfi_arrow_fault cfi_arrow_text(const cfi_arrow_span *span, cf_index i, cfi_field *out);

/*
 * Elements begin to begin + n as doubles, n <= CFI_ARROW_RUN: null is NaN, texts are read as
 * numbers. *at is the faulty one, from begin.
 */
cfi_arrow_fault cfi_arrow_numbers(const cfi_arrow_span *span, cf_index begin, cf_index n,
                                  double *out, cf_index *at);

/* Where doubles without a bitmap lie that can be used as they are, from element `begin`; or NULL.
 */
const double *cfi_arrow_doubles(const cfi_arrow_span *span, cf_index begin);

/* Writes the number at element i exactly; returns the length, 0 when it is missing. */
size_t cfi_arrow_format(const cfi_arrow_span *span, cf_index i, char out[CFI_NUMBER_SIZE]);

/* A column in a batch, and the dictionary of an encoded one. */
cfi_arrow_span cfi_arrow_column_span(const cfi_arrow *arrow, const cfi_arrow_batch *batch,
                                     cf_index j);
cfi_arrow_span cfi_arrow_dictionary_span(const cfi_arrow *arrow, const cfi_arrow_batch *batch,
                                         cf_index j);

/* True when value, an element of an encoded column, points into the dictionary. */
bool cfi_arrow_is_inside(const cfi_arrow_span *dictionary, double value);

/* Fills the cells of every column of numbers. */
CF_NODISCARD cf_status cfi_arrow_read_numbers(const cfi_arrow *arrow, cf_run *run);

/* Codes the cells of a column of texts: a cfi_code_cells_fn over a cfi_arrow. */
CF_NODISCARD cf_status cfi_arrow_code_cells(const void *arrow, cf_index column, cfi_text_set *set);

/* The message of a fault: row, column and what is wrong. */
cf_status cfi_arrow_fail(const cfi_arrow *arrow, cfi_arrow_fault fault, cf_index row,
                         cf_index column);

#endif
