/* SPDX-License-Identifier: BSD-3-Clause */
/* From an Arrow schema to columns: which types are read, and what the others are called. */
#include "base/memory.h"
#include "io/arrow.h"
#include "io/columns.h"

#include <string.h>

/* Formats that are read match as a whole, those that are not by how they begin. */
static const cfi_arrow_type types[] = {
    {"n", "null", ARROW_NULL, CF_F64, 0, false},
    {"b", "booleans", ARROW_BOOL, CF_F64, 0, false},
    {"c", "int8", ARROW_PLAIN, CF_I8, 1, true},
    {"C", "uint8", ARROW_PLAIN, CF_U8, 1, true},
    {"s", "int16", ARROW_I16, CF_F64, 2, true},
    {"S", "uint16", ARROW_PLAIN, CF_U16, 2, true},
    {"i", "int32", ARROW_PLAIN, CF_I32, 4, true},
    {"I", "uint32", ARROW_PLAIN, CF_U32, 4, true},
    {"l", "int64", ARROW_I64, CF_F64, 8, true},
    {"L", "uint64", ARROW_U64, CF_F64, 8, true},
    {"e", "float16", ARROW_HALF, CF_F64, 2, false},
    {"f", "float32", ARROW_PLAIN, CF_F32, 4, false},
    {"g", "float64", ARROW_PLAIN, CF_F64, 8, false},
    {"u", "texts", ARROW_TEXT, CF_F64, 0, false},
    {"U", "texts", ARROW_LARGE_TEXT, CF_F64, 0, false},
    {"vu", "texts", ARROW_TEXT_VIEW, CF_F64, 0, false},
    {"z", "binary values", ARROW_OTHER, CF_F64, 0, false},
    {"Z", "binary values", ARROW_OTHER, CF_F64, 0, false},
    {"vz", "binary values", ARROW_OTHER, CF_F64, 0, false},
    {"w:", "binary values", ARROW_OTHER, CF_F64, 0, false},
    {"d:", "decimals", ARROW_OTHER, CF_F64, 0, false},
    {"td", "dates", ARROW_OTHER, CF_F64, 0, false},
    {"tt", "times", ARROW_OTHER, CF_F64, 0, false},
    {"ts", "timestamps", ARROW_OTHER, CF_F64, 0, false},
    {"tD", "durations", ARROW_OTHER, CF_F64, 0, false},
    {"ti", "intervals", ARROW_OTHER, CF_F64, 0, false},
    {"+l", "lists", ARROW_OTHER, CF_F64, 0, false},
    {"+L", "lists", ARROW_OTHER, CF_F64, 0, false},
    {"+v", "lists", ARROW_OTHER, CF_F64, 0, false},
    {"+w:", "lists", ARROW_OTHER, CF_F64, 0, false},
    {"+s", "structs", ARROW_OTHER, CF_F64, 0, false},
    {"+m", "maps", ARROW_OTHER, CF_F64, 0, false},
    {"+u", "unions", ARROW_OTHER, CF_F64, 0, false},
    {"+r", "run-end encoded values", ARROW_OTHER, CF_F64, 0, false},
    {"", "values of an unknown type", ARROW_OTHER, CF_F64, 0, false},
};

static const cfi_arrow_type *find_type(const char *format)
{
    const cfi_arrow_type *type = types;
    /* So "td" stands for "tdD" and "tdm"; the order of the others does not matter. */
    while (type->layout == ARROW_OTHER ? strncmp(type->format, format, strlen(type->format)) != 0
                                       : strcmp(type->format, format) != 0)
        type++; /* the last one matches all */
    return type;
}

bool cfi_arrow_is_text(const cfi_arrow_type *type)
{
    return type->layout == ARROW_TEXT || type->layout == ARROW_LARGE_TEXT ||
           type->layout == ARROW_TEXT_VIEW;
}

/* The stream must give rows: a struct, whose children are the columns. */
static cf_status check_root(const char *name, const struct ArrowSchema *schema)
{
    if (!schema->release || !schema->format)
        return cf_fail(CF_ERR_FORMAT, "%s: the stream gives no schema", name);
    if (strcmp(schema->format, "+s") != 0 || schema->dictionary)
        return cf_fail(CF_ERR_TYPE, "%s: the stream holds %s ('%.40s'), not the rows of a table",
                       name, find_type(schema->format)->name, schema->format);
    if (schema->n_children < 0 || (schema->n_children > 0 && !schema->children))
        return cf_fail(CF_ERR_FORMAT, "%s: the schema has no columns", name);
    for (int64_t j = 0; j < schema->n_children; j++) {
        const struct ArrowSchema *child = schema->children[j];
        if (!child || !child->format || (child->dictionary && !child->dictionary->format))
            return cf_fail(CF_ERR_FORMAT, "%s: column %lld of the schema has no type", name,
                           (long long)j);
    }
    return CF_OK;
}

static bool has_name(const struct ArrowSchema *schema)
{
    return schema->name && schema->name[0] != '\0';
}

/* Names every column, if one has a name; those without are named by place. Copies: the schema is
 * released with the stream's data. */
static cf_status copy_names(cfi_arrow *arrow)
{
    cfi_frame *frame = &arrow->frame;
    for (cf_index j = 0; j < frame->n_columns; j++)
        frame->has_names |= has_name(arrow->schema.children[j]);
    for (cf_index j = 0; frame->has_names && j < frame->n_columns; j++) {
        const struct ArrowSchema *child = arrow->schema.children[j];
        char place[CFI_PLACE_NAME_SIZE];
        cfi_place_name(j, place);
        const char *name = has_name(child) ? child->name : place;
        if (!cfi_utf8_is_valid(name, strlen(name)))
            return cf_fail(CF_ERR_FORMAT, "%s: the name of column %lld is not UTF-8", frame->name,
                           (long long)j);
        frame->columns[j].name = cf_text_copy(name);
        if (!frame->columns[j].name)
            return cf_out_of_memory();
    }
    return CF_OK;
}

/* Names are how columns are asked for, so two may not be the same. */
static cf_status check_names(const cfi_frame *frame)
{
    const char **names = NULL;
    cf_status status;
    CF_GO(CF_ALLOC(names, frame->n_columns));
    for (cf_index j = 0; j < frame->n_columns; j++)
        names[j] = frame->columns[j].name;
    const char *twice = cfi_names_sort(names, frame->n_columns);
    if (twice)
        CF_GO(cf_fail(CF_ERR_FORMAT, "%s: two columns are called '%s'", frame->name, twice));
cleanup:
    cf_free(names);
    return status;
}

cf_status cfi_arrow_read_columns(cfi_arrow *arrow)
{
    cfi_frame *frame = &arrow->frame;
    CF_TRY(check_root(frame->name, &arrow->schema));
    if (arrow->schema.n_children > cfi_columns_most(frame->options))
        return cf_fail(CF_ERR_LIMIT, "%s: %lld columns, the limit is %lld", frame->name,
                       (long long)arrow->schema.n_children,
                       (long long)cfi_columns_most(frame->options));
    /* n_columns follows the memory, so that clear_arrow frees what a failure leaves. */
    CF_TRY(CF_ALLOC_ZERO(frame->columns, arrow->schema.n_children));
    frame->n_columns = arrow->schema.n_children;
    CF_TRY(CF_ALLOC_ZERO(arrow->types, frame->n_columns));
    CF_TRY(copy_names(arrow));
    if (frame->has_names)
        CF_TRY(check_names(frame));
    for (cf_index j = 0; j < frame->n_columns; j++) {
        const struct ArrowSchema *child = arrow->schema.children[j];
        cfi_arrow_column *column = &arrow->types[j];
        column->type = find_type(child->format);
        column->values = child->dictionary ? find_type(child->dictionary->format) : NULL;
        frame->columns[j].texts = cfi_arrow_is_text(column->values ? column->values : column->type);
    }
    return CF_OK;
}

/* An encoded column is of the type of its values; indices must be integers, and values not encoded
 * again. */
cf_status cfi_arrow_check_types(const cfi_arrow *arrow)
{
    const cfi_frame *frame = &arrow->frame;
    for (cf_index j = 0; j < frame->n_columns; j++) {
        if (frame->columns[j].role == ROLE_DROPPED)
            continue;
        const cfi_arrow_column *column = &arrow->types[j];
        const struct ArrowSchema *schema = arrow->schema.children[j];
        const struct ArrowSchema *values = schema->dictionary ? schema->dictionary : schema;
        const cfi_arrow_type *type = column->values ? column->values : column->type;
        char name[CFI_COLUMN_NAME_SIZE];
        cfi_frame_name_column(&frame->columns[j], j, name, sizeof name);
        if (type->layout == ARROW_OTHER)
            return cf_fail(CF_ERR_TYPE,
                           "%s: %s holds %s ('%.40s'), which are not read; convert "
                           "or drop it",
                           frame->name, name, type->name, values->format);
        if (values->dictionary || (column->values && !column->type->is_integer))
            return cf_fail(CF_ERR_FORMAT,
                           "%s: the dictionary of %s is not one of values behind "
                           "integers",
                           frame->name, name);
    }
    return CF_OK;
}
