/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading an Arrow C stream: from its schema and batches to a table, step by step. */
#include "io/arrow.h"

#include "base/memory.h"
#include "io/io.h"

/* The producer's own message, if it has one; it is borrowed until the next call of the stream. */
static cf_status fail_stream(const char *name, struct ArrowArrayStream *stream, int error)
{
    const char *text = stream->get_last_error ? stream->get_last_error(stream) : NULL;
    if (text && text[0] != '\0')
        return cf_fail(CF_ERR_IO, "%s: the stream fails: %s", name, text);
    return cf_fail(CF_ERR_IO, "%s: the stream fails with error %d", name, error);
}

/* What the schema holds is ours to release from here on. */
static cf_status pull_schema(cfi_arrow *arrow, struct ArrowArrayStream *stream)
{
    const int error = stream->get_schema(stream, &arrow->schema);
    if (error == 0)
        return CF_OK;
    arrow->schema.release = NULL; /* a failed call gives nothing */
    return fail_stream(arrow->frame.name, stream, error);
}

/* Room for one more batch. */
static cf_status grow_batches(cfi_arrow *arrow)
{
    if (arrow->n_batches < arrow->capacity)
        return CF_OK;
    const cf_index capacity = arrow->capacity > 0 ? 2 * arrow->capacity : 16;
    cfi_arrow_batch *batches = cf_grow(arrow->batches, arrow->n_batches, capacity, sizeof *batches);
    if (!batches)
        return cf_out_of_memory();
    arrow->batches = batches;
    arrow->capacity = capacity;
    return CF_OK;
}

/* The next batch, if there is one. */
static cf_status pull_batch(cfi_arrow *arrow, struct ArrowArrayStream *stream, bool *more)
{
    cfi_frame *frame = &arrow->frame;
    CF_TRY(grow_batches(arrow));
    cfi_arrow_batch *batch = &arrow->batches[arrow->n_batches];
    /* In place, and counted only once it is there: clear_arrow releases what is counted. A failed
     * call leaves nothing to release. */
    *batch = (cfi_arrow_batch){.first_row = frame->n_rows};
    const int error = stream->get_next(stream, &batch->array);
    if (error != 0)
        return fail_stream(frame->name, stream, error);
    /* The end of a stream is an array that is released. */
    *more = batch->array.release != NULL;
    if (!*more)
        return CF_OK;
    arrow->n_batches++;
    CF_TRY(cfi_arrow_check_batch(arrow, batch));
    const cf_index most = frame->options->max_rows > 0 ? frame->options->max_rows : INT64_MAX;
    /* Also keeps the number of rows from passing an index. */
    if (batch->array.length > most - frame->n_rows)
        return cf_fail(CF_ERR_LIMIT, "%s: more than %lld rows, the limit", frame->name,
                       (long long)most);
    frame->n_rows += batch->array.length;
    return CF_OK;
}

/* All of them before any cell is read: only then is it known how many rows the table has. */
static cf_status pull_batches(cfi_arrow *arrow, struct ArrowArrayStream *stream)
{
    bool more = true;
    while (more)
        CF_TRY(pull_batch(arrow, stream, &more));
    return CF_OK;
}

/* That of the dictionary where there is one: the elements are places in it then. */
static cfi_origin origin_of(const cfi_arrow_column *column)
{
    const cfi_arrow_type *type = column->values ? column->values : column->type;
    if (type->layout == ARROW_BOOL)
        return CFI_BOOLEANS;
    return type->is_integer ? CFI_INTEGERS : CFI_REALS;
}

/*
 * A dictionary of texts was declared to be categories, unless the caller wants something else.
 * Numbers remember what they were.
 */
static void follow_types(cfi_arrow *arrow)
{
    for (cf_index j = 0; j < arrow->frame.n_columns; j++) {
        cfi_frame_column *column = &arrow->frame.columns[j];
        column->origin = origin_of(&arrow->types[j]);
        if (!column->given && column->texts && arrow->types[j].values) {
            column->given = true;
            column->kind = CF_CATEGORICAL;
        }
    }
}

/* The texts of the batches were borrowed until here: dictionaries are copies by now. */
static void clear_arrow(cfi_arrow *arrow)
{
    for (cf_index b = 0; b < arrow->n_batches; b++)
        arrow->batches[b].array.release(&arrow->batches[b].array);
    if (arrow->schema.release)
        arrow->schema.release(&arrow->schema);
    cfi_frame_columns_free(arrow->frame.columns, arrow->frame.n_columns);
    cf_free(arrow->types);
    cf_free(arrow->batches);
}

/* The order matters: roles before types, since a dropped column may have any; types before batches,
 * whose buffers are checked by them. */
static cf_status read_stream(struct ArrowArrayStream *stream, const cf_read_options *options,
                             cf_run *run, cf_table *out)
{
    cfi_arrow arrow = {
        .frame = {.name = options->name ? options->name : "Arrow stream", .options = options}};
    cf_table table = {0};
    cf_status status;
    CF_GO(cfi_check_options(options));
    CF_GO(pull_schema(&arrow, stream));
    CF_GO(cfi_arrow_read_columns(&arrow));
    CF_GO(cfi_frame_assign_roles(&arrow.frame));
    CF_GO(cfi_arrow_check_types(&arrow));
    follow_types(&arrow);
    CF_GO(pull_batches(&arrow, stream));
    CF_GO(cfi_frame_place(&arrow.frame, &table));
    CF_GO(cfi_arrow_read_numbers(&arrow, run));
    CF_GO(cfi_frame_make_schemas(&arrow.frame, run, cfi_arrow_code_cells, &arrow, &table));
    *out = table;
    table = (cf_table){0};
cleanup:
    cf_table_clear(&table);
    clear_arrow(&arrow);
    return status;
}

cf_status cf_read_arrow(struct ArrowArrayStream *stream, const cf_read_options *options,
                        cf_table *out)
{
    static const cf_read_options defaults = {0};
    cf_table_clear(out);
    if (!stream || !stream->release)
        return cf_fail(CF_ERR_ARGUMENT, "the Arrow stream was released before");
    const cf_read_options *o = options ? options : &defaults;
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.n_threads = o->n_threads});
    const cf_status status = read_stream(stream, o, &run, out);
    cfi_run_end(&run);
    stream->release(stream);
    return status;
}
