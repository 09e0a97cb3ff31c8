/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Large files of numbers in pieces of a megabyte: every byte is still in the cache when it is
 * parsed, and the file takes no memory of its own. A thread takes the next piece, reads it, counts
 * its records, which tells the piece behind it its first row, and parses it. Whatever is unusual
 * (texts, a fault, shorter rows than the first ones promise, a file that shrinks) ends the attempt
 * without a result; the file is then read whole, which gives the same table, or says what is wrong
 * and where.
 */
#include "base/memory.h"
#include "base/parallel.h"
#include "io/csv.h"
#include "io/io.h"

#include <sched.h>

enum {
#ifdef COFIT_SMALL_CHUNKS
    PIECE = 64,
    STEP = 8,
#else
    PIECE = 1 << 20,
    STEP = 16 << 10, /* read behind a piece for the end of its last record */
#endif
    SPARE = PIECE / 4, /* the most that is read so */
    FRONT = 64,        /* bytes in front of a piece, for the last one of the piece before */
    STRIDE = FRONT + PIECE + SPARE + CFI_FILE_PADDING,
    LEAST_PIECES = 4 /* smaller files are read whole */
};

typedef struct stream {
    cfi_csv csv;
    cfi_file_parts file;
    char *buffers; /* (threads, STRIDE) */
    cf_index n_pieces;
    cf_index next;         /* atomic: the first piece nobody took */
    cf_index *rows_before; /* (n_pieces + 1) atomic; -1 = not known yet; the header's row counts */
    cf_index room;         /* rows */
    int failed;            /* atomic */
} stream;

/*
 * Reads the records that begin in piece k, the last one to its end, which may lie behind the piece.
 * They become the data of `csv`. False if that cannot be done.
 */
static bool load_piece(const stream *s, cf_index k, char *buffer, cfi_csv *csv)
{
    char *data = buffer + FRONT;
    const size_t at = (size_t)k * PIECE, left = s->file.size - at, before = k > 0;
    const size_t n = left < PIECE ? left : PIECE;
    if (!cfi_file_parts_read(&s->file, at - before, data - before, n + before))
        return false;
    size_t used = n;
    const char *end = data + n;
    while (end[-1] != '\n' && used < left) {
        const size_t more = left - used < STEP ? left - used : STEP;
        if (used + more > PIECE + SPARE ||
            !cfi_file_parts_read(&s->file, at + used, data + used, more))
            return false;
        const char *line = memchr(data + used, '\n', more);
        used += more;
        end = line ? line + 1 : data + used;
    }
    memset(data + used, 0, CFI_FILE_PADDING);
    csv->data = data;
    csv->end = end;
    if (before && data[-1] != '\n') {
        const char *line = memchr(data, '\n', n);
        csv->data = line ? line + 1 : end;
    }
    return end[-1] != '\r'; /* perhaps the last line end of an old file */
}

/* The first row of piece k, when the thread with the piece before it knows; -1 after a failure. */
static cf_index wait_for_row(stream *s, cf_index k)
{
    for (;;) {
        const cf_index row = __atomic_load_n(&s->rows_before[k], __ATOMIC_ACQUIRE);
        if (row >= 0 || __atomic_load_n(&s->failed, __ATOMIC_RELAXED))
            return row;
        sched_yield();
    }
}

/* One piece from the file into the table; false ends the attempt. */
static bool take_piece(stream *s, cf_index k, char *buffer)
{
    cfi_csv csv = s->csv;
    cfi_csv_chunk chunk = {.odd = false};
    csv.chunks = &chunk;
    csv.n_chunks = 1;
    if (!load_piece(s, k, buffer, &csv))
        return false;
    const cf_index size = csv.end - csv.data;
    if (size > 0)
        cfi_csv_scan_chunk(&csv, 0, size, 0, 0);
    /* an even number of quotes in every piece: none begins inside them */
    if (chunk.odd || chunk.odd_bytes)
        return false;
    chunk.first_row = wait_for_row(s, k);
    if (chunk.first_row < 0 || chunk.first_row + chunk.rows[0] > s->room)
        return false;
    __atomic_store_n(&s->rows_before[k + 1], chunk.first_row + chunk.rows[0], __ATOMIC_RELEASE);
    if (size > 0)
        cfi_csv_read_chunk(&csv, 0, size, 0, 0);
    return chunk.error.fault == CSV_FINE;
}

static void read_piece(void *ctx, cf_index begin, cf_index end, cf_index index, int worker)
{
    (void)begin;
    (void)end;
    (void)index;
    stream *s = ctx;
    /* in ascending order whatever the loop's: who waits does so for a piece that was taken */
    const cf_index k = __atomic_fetch_add(&s->next, 1, __ATOMIC_RELAXED);
    if (!__atomic_load_n(&s->failed, __ATOMIC_RELAXED) &&
        !take_piece(s, k, s->buffers + (size_t)worker * STRIDE))
        __atomic_store_n(&s->failed, 1, __ATOMIC_RELAXED);
}

/* Texts keep places in the file's bytes, which a piece does not keep: such files are read whole. */
static bool has_texts(const cfi_csv *csv)
{
    for (cf_index j = 0; j < csv->n_columns; j++)
        if (csv->columns[j].texts && csv->columns[j].role != ROLE_DROPPED)
            return true;
    return false;
}

/* Columns by the first piece, room for the rows it lets expect, and its cells. s->failed is set
 * until all of that has gone well. */
static cf_status begin_table(stream *s, cf_run *run, cf_table *table)
{
    cfi_csv *csv = &s->csv;
    s->failed = 1;
    if (!load_piece(s, 0, s->buffers, csv))
        return CF_OK;
    csv->data = cfi_csv_skip_mark(csv->data);
    if (csv->end - cfi_csv_skip_blank(csv->data) <= CFI_CSV_SAMPLE)
        return CF_OK; /* a longer part of the file would tell header and kinds */
    CF_TRY(cfi_csv_scan(csv, run));
    CF_TRY(cfi_csv_read_names(csv));
    cfi_frame frame = cfi_csv_frame(csv);
    CF_TRY(cfi_frame_assign_roles(&frame));
    if (csv->open_quote || cfi_csv_is_impossible(csv) || has_texts(csv))
        return CF_OK;
    const cf_index rows = csv->n_rows;
    s->room = rows + (cf_index)(1.125 * (double)rows * (double)s->n_pieces);
    frame.n_rows = s->room;
    CF_TRY(cfi_frame_place(&frame, table));
    s->rows_before[1] = rows;
    CF_TRY(cfi_csv_read_cells(csv, run));
    s->failed = has_texts(csv);
    return CF_OK;
}

/* Cuts the room down to the rows there are, and names the columns. Resizing to fewer rows keeps the
 * memory, and so the cells, where they are. */
static cf_status finish_table(const cfi_csv *csv, cf_run *run, cf_table *table)
{
    cf_matrix *const parts[] = {&table->X, &table->y, &table->weights, &table->groups};
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++)
        if (parts[k]->owner)
            CF_TRY(cf_matrix_resize(parts[k], CF_F64, csv->n_rows, parts[k]->cols));
    const cfi_frame frame = cfi_csv_frame(csv);
    return cfi_frame_make_schemas(&frame, run, cfi_csv_code_cells, csv, table);
}

/* The whole table, or `failed`. */
static cf_status read_pieces(stream *s, cf_run *run, cf_table *table)
{
    cfi_csv *csv = &s->csv;
    for (cf_index k = 0; k <= s->n_pieces; k++)
        s->rows_before[k] = -1;
    CF_TRY(begin_table(s, run, table));
    if (s->failed)
        return CF_OK;
    s->next = 1;
    cf_parallel_for(run, s->n_pieces - 1, 1, read_piece, s);
    CF_TRY(cf_run_check(run));
    for (cf_index j = 0; j < csv->n_columns; j++)
        /* A text in a later piece: its column was read as numbers. */
        s->failed |= csv->columns[j].found_text;
    csv->n_rows = s->rows_before[s->n_pieces] - csv->has_header;
    const cf_index most = csv->options->max_rows;
    s->failed |= most > 0 && csv->n_rows > most;
    return s->failed ? CF_OK : finish_table(csv, run, table);
}

/* True when the file read whole would end the same way. */
static bool is_final(cf_status status)
{
    return status == CF_ERR_MEMORY || status == CF_ERR_CANCELLED || status == CF_ERR_DEADLINE;
}

cf_status cfi_read_csv_stream(const char *path, const cf_read_options *options, cf_table *out,
                              bool *done)
{
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.n_threads = options->n_threads});
    stream s = {.csv = {.name = cfi_shown_name(path, options), .options = options}};
    cf_table table = {0};
    cf_status status = CF_OK;
    *done = false;
    if (!cfi_file_parts_open(&s.file, path, options->max_bytes))
        goto cleanup;
    s.n_pieces = (cf_index)((s.file.size + PIECE - 1) / PIECE);
    if (s.n_pieces < LEAST_PIECES)
        goto cleanup;
    CF_GO(CF_ALLOC(s.buffers, (cf_index)STRIDE * cf_run_threads(&run)));
    CF_GO(CF_ALLOC(s.rows_before, s.n_pieces + 1));
    CF_GO(cfi_csv_begin(&s.csv, path));
    CF_GO(read_pieces(&s, &run, &table));
    if (!s.failed) {
        *done = true;
        *out = table;
        table = (cf_table){0};
    }
cleanup:
    cf_table_clear(&table);
    cfi_csv_clear(&s.csv);
    cf_free(s.buffers);
    cf_free(s.rows_before);
    cfi_file_parts_close(&s.file);
    cfi_run_end(&run);
    /* Any other failure is found again, and told better, by reading the file whole. */
    return is_final(status) ? status : CF_OK;
}
