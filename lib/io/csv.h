/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parts of the CSV reader. A file goes through: scan (records of every chunk), first record
 * (names, header or not), roles (which column goes where), cells (in parallel, straight into the
 * result), texts (dictionaries).
 */
#ifndef COFIT_IO_CSV_H
#define COFIT_IO_CSV_H

#include "base/file.h"
#include "base/run.h"
#include "cofit/io.h"
#include "io/columns.h"
#include "io/frame.h"

#include <string.h>

enum {
    CFI_CSV_FIELD_MOST = 1 << 20, /* bytes of a field */
#ifdef COFIT_SMALL_CHUNKS
    CFI_CSV_GRAIN = 64, /* so that short inputs of a fuzzer have many */
    CFI_CSV_SAMPLE = 32,
#else
    CFI_CSV_GRAIN = 256 << 10,  /* bytes of a chunk */
    CFI_CSV_SAMPLE = 256 << 10, /* the rows that begin in so many bytes tell header and kinds */
#endif
};

/* A field as it lies in the file, without its outer quotes. */
typedef cfi_field cfi_csv_field;

/* What can be wrong with a row. */
typedef enum cfi_csv_fault {
    CSV_FINE,
    CSV_FEW_FIELDS,
    CSV_MANY_FIELDS,
    CSV_OPEN_QUOTE,
    CSV_INNER_QUOTE,
    CSV_AFTER_QUOTE,
    CSV_LONE_RETURN,
    CSV_LONG_FIELD,
    CSV_NO_NUMBER,
    CSV_MISSING,
    CSV_INCONSISTENT
} cfi_csv_fault;

/* A fault and its place. */
typedef struct cfi_csv_error {
    cfi_csv_fault fault;
    const char *at;
    cf_index column; /* 0-based; of a ragged row the fields it has */
} cfi_csv_error;

/* A stretch of the file. */
typedef struct cfi_csv_chunk {
    cf_index rows[2]; /* records that begin here if it begins outside or inside quotes */
    cf_index first_row;
    bool odd;       /* an odd number of quotes */
    bool odd_bytes; /* bytes outside ASCII, or NUL */
    bool inside;    /* begins inside quotes */
    cfi_csv_error error;
} cfi_csv_chunk;

typedef struct cfi_csv {
    const char *name; /* for messages */
    const cf_read_options *options;
    const char *data; /* behind a byte order mark; zero padding follows */
    const char *end;
    char delimiter;
    bool stops[256];         /* ends an unquoted field: delimiter, LF, CR, NUL, and the quote */
    cfi_list missing;        /* texts that mean missing */
    double *missing_numbers; /* (n_missing_numbers) those of them that are numbers */
    cf_index n_missing_numbers;
    bool has_header;
    cf_index n_rows, n_columns; /* n_rows with the header at first */
    cfi_frame_column *columns;  /* (n_columns) */
    cfi_csv_chunk *chunks;      /* (n_chunks) */
    cf_index n_chunks;
    bool open_quote; /* the data ends inside quotes */
} cfi_csv;

/* Sets delimiter and missing texts by the options. */
CF_NODISCARD cf_status cfi_csv_begin(cfi_csv *csv, const char *path);

/* What the parts common to all tables see of a file. */
cfi_frame cfi_csv_frame(const cfi_csv *csv);

/* True when so many rows of so many columns cannot be in the data: the table is ragged. */
bool cfi_csv_is_impossible(const cfi_csv *csv);

void cfi_csv_clear(cfi_csv *csv);

/* Splits the data into chunks and adds its records to n_rows (header included). */
CF_NODISCARD cf_status cfi_csv_scan(cfi_csv *csv, cf_run *run);

/* Counts a chunk's records: a cf_chunk_fn of a cfi_csv. There is at least one byte. */
void cfi_csv_scan_chunk(void *ctx, cf_index begin, cf_index end, cf_index index, int worker);

/* The first record that begins in a chunk; at or behind the chunk's end when there is none. */
const char *cfi_csv_chunk_start(const cfi_csv *csv, cf_index chunk);

/* Reads names and column count, decides on a header, and which columns begin as texts. */
CF_NODISCARD cf_status cfi_csv_read_names(cfi_csv *csv);

/* Fills the cells of a chunk, or tells its fault: a cf_chunk_fn of a cfi_csv. */
void cfi_csv_read_chunk(void *ctx, cf_index begin, cf_index end, cf_index index, int worker);

/* Fills the cells of every column. */
CF_NODISCARD cf_status cfi_csv_read_cells(cfi_csv *csv, cf_run *run);

/* Turns the packed places of a column into codes: a cfi_code_cells_fn over a cfi_csv. */
CF_NODISCARD cf_status cfi_csv_code_cells(const void *csv, cf_index column, cfi_text_set *set);

/* The message of a fault: file, line, column and what is wrong. */
cf_status cfi_csv_fail(const cfi_csv *csv, const cfi_csv_error *error);

/* True when the field is empty or one of the missing texts. */
bool cfi_csv_is_missing(const cfi_csv *csv, const cfi_csv_field *field);

/* Splits off the field at *p, which moves to the delimiter or line end behind it. */
cfi_csv_fault cfi_csv_split(const cfi_csv *csv, const char **p, cfi_csv_field *field);

/* Behind the byte order mark at p, if there is one. */
static inline const char *cfi_csv_skip_mark(const char *p)
{
    return strncmp(p, "\xEF\xBB\xBF", 3) == 0 ? p + 3 : p;
}

/* Behind the line end at p, or NULL if there is none. */
static inline const char *cfi_csv_line_end(const char *p)
{
    if (*p == '\n')
        return p + 1;
    if (*p == '\0')
        return p;
    return *p == '\r' && p[1] == '\n' ? p + 2 : NULL;
}

/* The first byte of the record at or behind p: empty lines are skipped. */
static inline const char *cfi_csv_skip_blank(const char *p)
{
    while (*p == '\n' || (*p == '\r' && p[1] == '\n'))
        p += *p == '\n' ? 1 : 2;
    return p;
}

/* A text's place in the file, as it is kept in a cell until it has a code. */
#define CFI_CSV_NO_TEXT UINT64_MAX

/* 42 bits for the place, 21 for the length (CFI_CSV_FIELD_MOST is 2^20), 1 for doubled quotes. */
static inline uint64_t cfi_csv_pack(const cfi_csv *csv, const cfi_csv_field *field)
{
    return (uint64_t)(field->text - csv->data) << 22 | (uint64_t)field->length << 1 |
           (uint64_t)field->doubled;
}

static inline cfi_csv_field cfi_csv_unpack(const cfi_csv *csv, uint64_t place)
{
    return (cfi_csv_field){csv->data + (place >> 22), place >> 1 & ((1u << 21) - 1), place & 1};
}

#endif
