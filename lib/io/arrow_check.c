/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a producer may have got wrong in the structs of a batch. The sizes of buffers are not in
 * them, so an element's place inside its buffer is the producer's word.
 */
#include "io/arrow.h"

#include <string.h>

/* Buffers of an array of this type; a text view has those and one for every piece of text. */
static int64_t buffers_of(const cfi_arrow_type *type)
{
    switch (type->layout) {
    case ARROW_TEXT:
    case ARROW_LARGE_TEXT:
    case ARROW_TEXT_VIEW:
        return 3;
    case ARROW_NULL:
    case ARROW_OTHER:
        return 0;
    case ARROW_BOOL:
    case ARROW_HALF:
    case ARROW_I16:
    case ARROW_I64:
    case ARROW_U64:
    case ARROW_PLAIN:
        break;
    }
    return 2;
}

/* What is wrong with lengths, offset and counts, or NULL. */
static const char *fault_of_sizes(const struct ArrowArray *array)
{
    if (array->length < 0 || array->offset < 0 || array->length > INT64_MAX - array->offset)
        return "has an impossible length or offset";
    if (array->null_count < -1 || array->null_count > array->length)
        return "counts more nulls than it has elements";
    if (array->n_buffers > 0 && !array->buffers)
        return "has no buffers";
    return NULL;
}

/* The same of an array that holds elements of a type, at least `least` of them. `encoded`: they are
 * indices into a dictionary. */
static const char *fault_of_array(const cfi_arrow_type *type, bool encoded, int64_t least,
                                  const struct ArrowArray *array)
{
    if (!array)
        return "does not exist";
    const char *fault = fault_of_sizes(array);
    if (fault)
        return fault;
    if (array->length < least)
        return "has fewer elements than its table has rows";
    if ((array->dictionary != NULL) != encoded)
        return encoded ? "has no dictionary" : "has a dictionary that its type does not have";
    if (array->n_children != 0)
        return "has children, which its type does not have";
    if (type->layout == ARROW_NULL)
        return NULL; /* has nothing but its length */
    const int64_t wanted = buffers_of(type);
    if (type->layout == ARROW_TEXT_VIEW ? array->n_buffers < wanted : array->n_buffers != wanted)
        return "does not have the buffers of its type";
    if (array->null_count > 0 && !array->buffers[0])
        return "counts nulls but does not say where they are";
    if (array->length > 0 && !array->buffers[1])
        return "has no elements in its buffer";
    if (type->layout == ARROW_TEXT_VIEW && array->n_buffers > wanted &&
        !array->buffers[array->n_buffers - 1])
        return "does not tell the sizes of its pieces";
    return NULL;
}

/* One column of a batch, and its dictionary. The struct's offset counts for the column as well. */
static cf_status check_column(const cfi_arrow *arrow, const struct ArrowArray *root, cf_index j)
{
    const cfi_arrow_column *column = &arrow->types[j];
    const struct ArrowArray *array = root->children[j];
    const char *whose = "array";
    const char *fault =
        fault_of_array(column->type, column->values != NULL, root->offset + root->length, array);
    if (!fault && column->values) {
        whose = "dictionary";
        fault = fault_of_array(column->values, false, 0, array->dictionary);
    }
    if (!fault)
        return CF_OK;
    char name[CFI_COLUMN_NAME_SIZE];
    cfi_frame_name_column(&arrow->frame.columns[j], j, name, sizeof name);
    return cf_fail(CF_ERR_FORMAT, "%s: the %s of %s %s", arrow->frame.name, whose, name, fault);
}

/* Rows of a table cannot be null. */
static cf_status check_rows(const cfi_arrow *arrow, const cfi_arrow_batch *batch)
{
    const struct ArrowArray *root = &batch->array;
    const unsigned char *bits = root->null_count != 0 ? root->buffers[0] : NULL;
    for (int64_t i = 0; bits && i < root->length; i++)
        if (!cfi_arrow_bit(bits, root->offset + i))
            return cf_fail(CF_ERR_DATA, "%s: row %lld is null as a whole", arrow->frame.name,
                           (long long)(batch->first_row + i));
    return CF_OK;
}

cf_status cfi_arrow_check_batch(const cfi_arrow *arrow, const cfi_arrow_batch *batch)
{
    const cf_index n = arrow->frame.n_columns;
    const struct ArrowArray *root = &batch->array;
    const char *fault = fault_of_sizes(root);
    if (!fault && root->n_buffers != 1)
        fault = "does not have the buffers of its type";
    if (!fault && (root->n_children != n || (n > 0 && !root->children)))
        fault = "does not have the columns of the schema";
    if (fault)
        return cf_fail(CF_ERR_FORMAT, "%s: the batch at row %lld %s", arrow->frame.name,
                       (long long)batch->first_row, fault);
    /* Dropped columns are never looked at, so they may be of any type. */
    for (cf_index j = 0; j < n; j++)
        if (arrow->frame.columns[j].role != ROLE_DROPPED)
            CF_TRY(check_column(arrow, root, j));
    return check_rows(arrow, batch);
}
