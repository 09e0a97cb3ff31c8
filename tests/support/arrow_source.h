/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An Arrow stream over arrays that a test writes down. Every struct that is handed out is counted
 * until it is released, and releasing one twice is a failure.
 */
#ifndef COFIT_TESTS_ARROW_SOURCE_H
#define COFIT_TESTS_ARROW_SOURCE_H

#include "cofit/arrow.h"
#include "cofit/io.h"
#include "support/support.h"

enum { SOURCE_COLUMNS = 40, SOURCE_BATCHES = 4 };

/* A column of a batch. */
typedef struct piece {
    const char *name, *format;
    int64_t length, null_count, offset;
    int64_t n_buffers;
    const void *buffers[5];
    const struct piece *dictionary;
} piece;

typedef struct batch {
    int64_t length, offset;
    piece columns[SOURCE_COLUMNS];
} batch;

/* The schema is the first batch's. */
typedef struct source {
    int64_t n_columns, n_batches;
    batch batches[SOURCE_BATCHES];
    int error;        /* get_next's, behind the batches */
    int schema_error; /* get_schema's */
    const char *text; /* get_last_error's */
    void (*spoil)(struct ArrowSchema *schema, struct ArrowArray *array); /* one of them NULL */
    int64_t served;
} source;

static int live; /* structs that nobody released */

static void free_schema(struct ArrowSchema *schema)
{
    if (schema)
        free_schema(schema->dictionary);
    free(schema);
}

static void release_schema(struct ArrowSchema *schema)
{
    for (int64_t j = 0; j < SOURCE_COLUMNS; j++)
        free_schema(((struct ArrowSchema **)schema->private_data)[j]);
    free(schema->private_data);
    schema->release = NULL;
    live--;
}

static void fill_schema(struct ArrowSchema *schema, const piece *column)
{
    *schema = (struct ArrowSchema){.format = column->format, .name = column->name};
    if (column->dictionary) {
        schema->dictionary = calloc(1, sizeof *schema);
        fill_schema(schema->dictionary, column->dictionary);
    }
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    const source *s = stream->private_data;
    if (s->schema_error != 0)
        return s->schema_error;
    struct ArrowSchema **children = calloc(SOURCE_COLUMNS, sizeof *children);
    for (int64_t j = 0; j < SOURCE_COLUMNS; j++) {
        children[j] = calloc(1, sizeof *children[j]);
        fill_schema(children[j], &s->batches[0].columns[j]);
    }
    *out = (struct ArrowSchema){.format = "+s",
                                .n_children = s->n_columns,
                                .children = children,
                                .release = release_schema,
                                .private_data = children};
    if (s->spoil)
        s->spoil(out, NULL);
    live++;
    return 0;
}

static void free_array(struct ArrowArray *array)
{
    if (array) {
        free(array->private_data); /* the buffers */
        free(array->dictionary ? array->dictionary->private_data : NULL);
        free(array->dictionary);
        free(array);
    }
}

static void release_array(struct ArrowArray *array)
{
    struct ArrowArray **children = array->private_data;
    for (int64_t j = 0; j < SOURCE_COLUMNS; j++)
        free_array(children[j]);
    free(children);
    array->release = NULL;
    live--;
}

static void fill_array(struct ArrowArray *array, const piece *column)
{
    const void **buffers = calloc(5, sizeof *buffers);
    memcpy(buffers, column->buffers, sizeof column->buffers);
    *array = (struct ArrowArray){.length = column->length,
                                 .null_count = column->null_count,
                                 .offset = column->offset,
                                 .n_buffers = column->n_buffers,
                                 .buffers = buffers,
                                 .private_data = buffers};
    if (column->dictionary) {
        array->dictionary = calloc(1, sizeof *array);
        fill_array(array->dictionary, column->dictionary);
    }
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    static const void *no_bitmap[1];
    source *s = stream->private_data;
    if (s->served == s->n_batches) {
        *out = (struct ArrowArray){.release = NULL};
        return s->error;
    }
    const batch *b = &s->batches[s->served++];
    struct ArrowArray **children = calloc(SOURCE_COLUMNS, sizeof *children);
    for (int64_t j = 0; j < SOURCE_COLUMNS; j++) {
        children[j] = calloc(1, sizeof *children[j]);
        fill_array(children[j], &b->columns[j]);
    }
    *out = (struct ArrowArray){.length = b->length,
                               .offset = b->offset,
                               .n_buffers = 1,
                               .buffers = no_bitmap,
                               .n_children = s->n_columns,
                               .children = children,
                               .release = release_array,
                               .private_data = children};
    if (s->spoil)
        s->spoil(NULL, out);
    live++;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    return ((const source *)stream->private_data)->text;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    ck_assert(stream->release != NULL);
    stream->release = NULL;
    live--;
}

static cf_table table;

/* Reads a source from its beginning; everything must be released, whatever comes of it. */
static cf_status read_source(source *s, cf_read_options options)
{
    struct ArrowArrayStream stream = {get_schema, get_next, get_last_error, release_stream, s};
    s->served = 0;
    live = 1;
    const cf_status status = cf_read_arrow(&stream, &options, &table);
    ck_assert_int_eq(live, 0);
    ck_assert(stream.release == NULL);
    return status;
}

#define READ(s, ...) ASSERT_OK(read_source(s, (cf_read_options){__VA_ARGS__}))
#define REFUSED(status, message, s, ...)                                                           \
    do {                                                                                           \
        ASSERT_FAILS(status, message, read_source(s, (cf_read_options){__VA_ARGS__}));             \
        ck_assert_ptr_null(table.X.values);                                                        \
        ck_assert_int_eq(table.X.rows + table.y.rows + table.weights.rows, 0);                     \
    } while (0)

/* Columns of n elements without nulls: a number type, and texts with their offsets. */
#define NUMBERS(column_name, type, n, ...)                                                         \
    {                                                                                              \
        .name = column_name, .format = type, .length = n, .n_buffers = 2, .buffers = {             \
            NULL,                                                                                  \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define TEXTS(column_name, type, n, offsets, texts)                                                \
    {                                                                                              \
        .name = column_name, .format = type, .length = n, .n_buffers = 3, .buffers = {             \
            NULL,                                                                                  \
            offsets,                                                                               \
            texts                                                                                  \
        }                                                                                          \
    }
#define ONE_BATCH(n, ...)                                                                          \
    {                                                                                              \
        .n_columns = sizeof((piece[]){__VA_ARGS__}) / sizeof(piece), .n_batches = 1, .batches = {  \
            {.length = n, .columns = {__VA_ARGS__}}                                                \
        }                                                                                          \
    }

/* red, a null, empty, green, red, blue */
static const int32_t colour_offsets[] = {0, 3, 3, 3, 8, 11, 15};
static const char colour_bytes[] = "redgreenredblue";
static const unsigned char colour_bits[] = {0x3D};
#define COLOURS(column_name)                                                                       \
    {                                                                                              \
        .name = column_name, .format = "u", .length = 6, .null_count = 1, .n_buffers = 3,          \
        .buffers = {                                                                               \
            colour_bits,                                                                           \
            colour_offsets,                                                                        \
            colour_bytes                                                                           \
        }                                                                                          \
    }
static const double six[] = {0, 1, 2, 3, 4, 5};

#endif
