/* SPDX-License-Identifier: BSD-3-Clause */
/* One way in for every format: open, unpack, choose the reader, hand out the parts of the table. */
#include "io/io.h"

#include "base/memory.h"

#include <string.h>

typedef cf_status (*reader_fn)(const char *path, const cf_read_options *options, cfi_bytes *bytes,
                               cf_table *out);

typedef cf_status (*stream_fn)(const char *path, const cf_read_options *options, cf_table *out,
                               bool *done);

typedef cf_status (*writer_fn)(const char *path, const cf_write_options *options,
                               const cf_matrix *X, const cf_matrix *y);

/* A format: its name, its extension, its reader. */
typedef struct format {
    const char *name;
    const char *extension;
    const char *magic; /* what its files begin with; NULL = nothing of their own */
    reader_fn read;
    writer_fn write;
    stream_fn stream; /* tried before a file is read whole; NULL = there is none */
} format;

/* The writers in one shape, for the table below; options that a format has no use for
 * are ignored. */
static cf_status write_csv(const char *path, const cf_write_options *o, const cf_matrix *X,
                           const cf_matrix *y)
{
    return cf_write_csv(path, o, X, y);
}

static cf_status write_svmlight(const char *path, const cf_write_options *o, const cf_matrix *X,
                                const cf_matrix *y)
{
    return cf_write_svmlight(path, o, X, y, NULL);
}

/* X with y's columns behind its own. */
static cf_status write_joined(const char *path, const cf_matrix *X, const cf_matrix *y,
                              cf_status (*write)(const char *path, const cf_matrix *X))
{
    if (!y || y->cols == 0)
        return write(path, X);
    cf_matrix both = {0};
    CF_TRY(
        cf_matrix_join_columns((const cf_matrix *const[]){X, y}, 2, cf_matrix_is_sparse(X), &both));
    const cf_status status = write(path, &both);
    cf_matrix_clear(&both);
    return status;
}

static cf_status write_npy(const char *path, const cf_write_options *o, const cf_matrix *X,
                           const cf_matrix *y)
{
    (void)o;
    return write_joined(path, X, y, cf_write_npy);
}

static cf_status write_mtx(const char *path, const cf_write_options *o, const cf_matrix *X,
                           const cf_matrix *y)
{
    (void)o;
    return write_joined(path, X, y, cf_write_mtx);
}

static cf_status write_npz(const char *path, const cf_write_options *o, const cf_matrix *X,
                           const cf_matrix *y)
{
    (void)o;
    return cf_write_npz(path, (const char *const[]){"X", "y"}, (const cf_matrix *const[]){X, y},
                        y && y->cols > 0 ? 2 : 1);
}

/* A name stands once for each extension; the first row is what anything unknown is taken for. */
static const format formats[] = {
    {"csv", ".csv", NULL, cfi_read_csv_bytes, write_csv, cfi_read_csv_stream},
    {"tsv", ".tsv", NULL, cfi_read_csv_bytes, write_csv, cfi_read_csv_stream},
    {"svmlight", ".svm", NULL, cfi_read_svmlight_bytes, write_svmlight, NULL},
    {"svmlight", ".libsvm", NULL, cfi_read_svmlight_bytes, write_svmlight, NULL},
    {"svmlight", ".svmlight", NULL, cfi_read_svmlight_bytes, write_svmlight, NULL},
    {"npy", ".npy", "\x93NUMPY", cfi_read_npy_bytes, write_npy, NULL},
    {"npz", ".npz", "PK\x03\x04", cfi_read_npz_bytes, write_npz, NULL},
    {"mtx", ".mtx", "%%MatrixMarket", cfi_read_mtx_bytes, write_mtx, NULL},
};

enum { N_FORMATS = sizeof formats / sizeof formats[0] };

const char *cfi_shown_name(const char *path, const cf_read_options *options)
{
    if (options->name)
        return options->name;
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

void cfi_locate(const char *text, const char *at, long long *line, long long *column)
{
    *line = 1;
    const char *start = text;
    for (const char *p = start; (p = memchr(p, '\n', (size_t)(at - p))) != NULL; start = p) {
        ++*line;
        p++;
    }
    *column = 1;
    for (const char *p = start; p < at; p++)
        *column += ((unsigned char)*p & 0xC0) != 0x80;
}

/* The format called `name`; CSV when there is none. */
static const format *find_format(const char *name)
{
    for (int i = 0; i < N_FORMATS; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return &formats[0];
}

/* find_format answers CSV for what it does not know, hence the comparison. */
static bool is_format(const char *name)
{
    return strcmp(find_format(name)->name, name) == 0;
}

/* The format a path tells, or NULL. */
static const format *format_of_path(const char *path)
{
    for (int i = 0; i < N_FORMATS; i++)
        if (cfi_path_has_type(path, formats[i].extension))
            return &formats[i];
    return NULL;
}

/* The format a path tells; without one, what the content begins with, and CSV at last. */
static const format *guess_format(const char *path, const char *data, size_t size)
{
    const format *told = format_of_path(path);
    if (told)
        return told;
    for (int i = 0; i < N_FORMATS; i++)
        if (formats[i].magic && size >= strlen(formats[i].magic) &&
            memcmp(data, formats[i].magic, strlen(formats[i].magic)) == 0)
            return &formats[i];
    return &formats[0];
}

static cf_status fail_format(const char *name)
{
    return cf_fail(CF_ERR_ARGUMENT,
                   "unknown format '%s'; the formats are csv, tsv, svmlight, npy, npz and mtx",
                   name);
}

cf_status cfi_check_options(const cf_read_options *o)
{
    if (o->format && !is_format(o->format))
        return fail_format(o->format);
    if (o->max_rows < 0 || o->max_columns < 0 || o->n_features < 0)
        return cf_fail(CF_ERR_ARGUMENT, "max_rows, max_columns and n_features cannot be negative");
    if ((int)o->header < CF_HEADER_AUTO || o->header > CF_HEADER_NO)
        return cf_fail(CF_ERR_ARGUMENT, "header = %d is none of its values", (int)o->header);
    return CF_OK;
}

/* Reads the bytes, which may be packed, in the format that `wanted`, or path and content tell. */
static cf_status read_bytes(const char *path, const cf_read_options *options, const char *wanted,
                            cfi_bytes *bytes, cf_table *out)
{
    const char *name = cfi_shown_name(path, options);
    CF_TRY(cfi_bytes_gunzip(name, options->max_bytes, bytes));
    const format *f = wanted ? find_format(wanted) : guess_format(path, bytes->data, bytes->size);
    return f->read(path, options, bytes, out);
}

/* Large CSV files are first tried in pieces, if that they are CSV is told by option or path: the
 * content alone would have to be read to guess. Standard input cannot be read twice. */
static cf_status read_path(const char *path, const cf_read_options *options, const char *wanted,
                           cf_table *out)
{
    cfi_bytes bytes = {0};
    cf_status status;
    bool done = false;
    CF_GO(cfi_check_options(options));
    const char *named = wanted ? wanted : options->format;
    const format *f = named ? find_format(named) : format_of_path(path);
    if (f && f->stream && strcmp(path, "-") != 0)
        CF_GO(f->stream(path, options, out, &done));
    if (done)
        goto cleanup;
    CF_GO(cfi_file_read(path, options->max_bytes, &bytes));
    CF_GO(read_bytes(path, options, named, &bytes, out));
cleanup:
    cfi_bytes_clear(&bytes);
    return status;
}

cf_status cf_read_table(const char *path, const cf_read_options *options, cf_table *out)
{
    static const cf_read_options defaults = {0};
    cf_table_clear(out);
    return read_path(path, options ? options : &defaults, NULL, out);
}

/* X and y alone: nothing may be asked for that they cannot hold. */
static cf_status check_outputs(const cf_read_options *o, const cf_matrix *y)
{
    if (o->target && !y)
        return cf_fail(CF_ERR_ARGUMENT, "a target is given, but no y to receive it");
    if (o->weights || o->groups)
        return cf_fail(CF_ERR_ARGUMENT, "weights and groups are read by cf_read_table");
    return CF_OK;
}

/* Moves X and y out; weights and groups that a file brings by itself (svmlight's qid)
 * are dropped. */
static void hand_out(cf_table *table, cf_matrix *X, cf_matrix *y)
{
    *X = table->X;
    table->X = (cf_matrix){0};
    if (y) {
        *y = table->y;
        table->y = (cf_matrix){0};
    }
    cf_table_clear(table);
}

/* X and y are empty unless everything succeeds. */
static cf_status read_parts(const char *path, const cf_read_options *options, const char *wanted,
                            cf_matrix *X, cf_matrix *y)
{
    static const cf_read_options defaults = {0};
    const cf_read_options *o = options ? options : &defaults;
    cf_table table = {0};
    cf_matrix_clear(X);
    cf_matrix_clear(y);
    CF_TRY(check_outputs(o, y));
    CF_TRY(read_path(path, o, wanted, &table));
    hand_out(&table, X, y);
    return CF_OK;
}

cf_status cf_read(const char *path, const cf_read_options *options, cf_matrix *X, cf_matrix *y)
{
    return read_parts(path, options, NULL, X, y);
}

cf_status cf_read_csv(const char *path, const cf_csv_options *options, cf_matrix *X, cf_matrix *y)
{
    return read_parts(path, options, "csv", X, y);
}

cf_status cf_read_csv_memory(const void *bytes, size_t size, const cf_csv_options *options,
                             cf_matrix *X, cf_matrix *y)
{
    static const cf_read_options defaults = {0};
    const cf_read_options *o = options ? options : &defaults;
    cf_table table = {0};
    cfi_bytes copy = {0};
    cf_status status;
    cf_matrix_clear(X);
    cf_matrix_clear(y);
    CF_GO(cfi_check_options(o));
    CF_GO(check_outputs(o, y));
    /* A copy, since readers change the bytes and need zeros behind them. */
    CF_GO(size < PTRDIFF_MAX / 2 ? CF_ALLOC(copy.data, (cf_index)size + CFI_FILE_PADDING)
                                 : cf_out_of_memory());
    copy.size = size;
    if (size > 0)
        memcpy(copy.data, bytes, size);
    memset(copy.data + size, 0, CFI_FILE_PADDING);
    CF_GO(read_bytes(o->name ? o->name : "memory", o, "csv", &copy, &table));
    hand_out(&table, X, y);
cleanup:
    cfi_bytes_clear(&copy);
    return status;
}

cf_status cf_write(const char *path, const cf_write_options *options, const cf_matrix *X,
                   const cf_matrix *y)
{
    static const cf_write_options defaults = {0};
    const cf_write_options *o = options ? options : &defaults;
    if (o->format && !is_format(o->format))
        return fail_format(o->format);
    const format *f = o->format ? find_format(o->format) : guess_format(path, "", 0);
    return f->write(path, o, X, y);
}
