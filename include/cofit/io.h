/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file io.h
 * Reading and writing tables: CSV, TSV, svmlight, NumPy .npy and .npz, Matrix Market, Arrow.
 *
 * Every reader gives the same form: X and y are matrices of doubles; a column of texts holds codes
 * into a dictionary of the matrix's schema, a missing field is NaN. Files are taken as hostile:
 * memory follows the bytes that were read, and an error says file, line and column. "-" as a path
 * is standard input or output; gzip data is recognised by its content, a path that ends with ".gz"
 * is written compressed.
 */
#ifndef COFIT_IO_H
#define COFIT_IO_H

#include "estimator.h"

CF_BEGIN_DECLS

struct ArrowArrayStream; /* cofit/arrow.h */

/** Whether the first row of a table names the columns. */
typedef enum cf_header {
    CF_HEADER_AUTO, /**< told by the first rows: docs of cf_read_csv */
    CF_HEADER_YES,
    CF_HEADER_NO
} cf_header;

/** The index of the first feature in svmlight files. */
typedef enum cf_index_base {
    CF_INDEX_AUTO, /**< 0 if the file has an index 0, else 1 */
    CF_INDEX_ZERO,
    CF_INDEX_ONE
} cf_index_base;

/**
 * How to read; all zero = defaults. Columns are given as a comma-separated list of names or
 * 0-based indices (negative ones count from the end); a name that holds a comma or a quote is
 * written as a "JSON string". Grows only at the end.
 */
typedef struct cf_read_options {
    const char *target;       /**< columns that become y; NULL = none */
    const char *weights;      /**< column of sample weights; only for cf_read_table */
    const char *groups;       /**< column of groups; only for cf_read_table */
    const char *drop;         /**< columns to leave out */
    char delimiter;           /**< CSV; 0 = tab for .tsv and .tsv.gz, else comma */
    cf_header header;         /**< CSV */
    const char *missing;      /**< CSV: fields that mean missing beside the empty one: "NA,?" */
    const char *numeric;      /**< CSV, Arrow: columns that must be numbers */
    const char *categorical;  /**< CSV, Arrow: columns taken as categories whatever they hold */
    const char *text;         /**< CSV, Arrow: columns taken as text whatever they hold */
    const cf_schema *like;    /**< CSV, Arrow: columns named (or, unnamed, placed) as here get its
                                   kinds */
    cf_index n_features;      /**< svmlight: columns of X; 0 = the largest index seen */
    cf_index_base index_base; /**< svmlight */
    const char *format;       /**< "csv", "tsv", "svmlight", "npy", "npz", "mtx"; NULL = by the
                                   path's extension, and by the content for standard input */
    const char *name;         /**< name of the file in messages; NULL = its path */
    size_t max_bytes;         /**< of content; 0 = half of the machine's memory */
    cf_index max_rows;        /**< 0 = no limit */
    cf_index max_columns;     /**< 0 = 1000000 */
    int n_threads;            /**< 0 = omp_get_max_threads() of the caller */
    bool no_free_text; /**< CSV, Arrow: columns of texts are categorical whatever they hold */
} cf_read_options;

/** The options of cf_read_csv. */
typedef cf_read_options cf_csv_options;

/** What a file holds; start it as {0}, release it with cf_table_clear. */
typedef struct cf_table {
    cf_matrix X;       /**< (n, n_features) dense or CSR */
    cf_matrix y;       /**< (n, n_targets); empty without a target */
    cf_matrix weights; /**< (n, 1); empty without a weights column */
    cf_matrix groups;  /**< (n, 1): the groups column, or svmlight's qid; empty without */
} cf_table;

/** Releases what the table holds and makes it empty; NULL is allowed. */
CF_API void cf_table_clear(cf_table *table);

/**
 * Reads a CSV or TSV file (RFC 4180, UTF-8) into a dense row-major f64 matrix with a schema.
 *
 * Fields may be quoted; quoted fields may hold delimiters, line ends and doubled quotes. LF, CRLF
 * and CR end lines; empty lines are skipped; every row must have as many fields as the first. A
 * field is at most 1 MiB long.
 *
 * A column is a number if every field that is not missing is one ("nan" and "inf" are numbers,
 * blanks around them are ignored), else it holds texts: categorical, unless it has more distinct
 * texts than 50 and than 5 % of its fields, or they are longer than 64 bytes on average: then it is
 * text. A target of texts is always categorical. Categories ascend by UTF-8 bytes, texts are in
 * order of appearance.
 *
 * The first row is a header, unless options->header says otherwise, if
 * - one of its fields is asked for by name (target, weights, ..., like), or
 * - a column that goes on as numbers begins with a text, or
 * - its fields are distinct texts, none a number and none but the first empty, or
 * - its fields are 0, 1, 2, ... (8 or more), perhaps with texts behind them.
 *
 * @param path     a file, or "-" for standard input
 * @param options  NULL = defaults
 * @param X        replaced by the columns that are no target
 * @param y        replaced by the target columns (NaN-free); may be NULL without a target
 * @return CF_ERR_IO, CF_ERR_FORMAT (ragged row, open quote, NUL, no UTF-8, not a number),
 *         CF_ERR_DATA (a missing target or weight), CF_ERR_NAME (unknown column), CF_ERR_ARGUMENT,
 *         CF_ERR_LIMIT, CF_ERR_MEMORY; X and y are then empty.
 */
CF_API CF_NODISCARD cf_status cf_read_csv(const char *path, const cf_csv_options *options,
                                          cf_matrix *X, cf_matrix *y);

/** As cf_read_csv, from `size` bytes in memory (copied). */
CF_API CF_NODISCARD cf_status cf_read_csv_memory(const void *bytes, size_t size,
                                                 const cf_csv_options *options, cf_matrix *X,
                                                 cf_matrix *y);

/** Reads a file in the format its extension tells (or options->format); as cf_read_csv. */
CF_API CF_NODISCARD cf_status cf_read(const char *path, const cf_read_options *options,
                                      cf_matrix *X, cf_matrix *y);

/** As cf_read, with weights and groups. `out` is cleared first. */
CF_API CF_NODISCARD cf_status cf_read_table(const char *path, const cf_read_options *options,
                                            cf_table *out);

/**
 * Reads the tables of an Arrow C stream, as pyarrow, pandas, polars and others export them, into
 * one dense row-major f64 table; the columns are those of the stream's struct, by name.
 *
 * - Integers, floats (half ones too), booleans and the null type are numbers; null and NaN are
 *   missing. An integer beyond 2^53, which no double holds exactly, is an error.
 * - Texts (utf8, large_utf8, utf8_view) are categorical or text by the rule of cf_read_csv.
 * - A dictionary of texts is categorical, a dictionary of numbers is the numbers. Batches may have
 *   different dictionaries. Values that no row has are left out, the order is that of cf_read_csv.
 * - A column asked for as numbers has its texts read as numbers, one asked for as categories or
 *   text has its numbers written as texts: 3 for 3.0, True and False.
 * - Other types (dates, decimals, lists, binary, ...) are an error unless the column is dropped; an
 *   extension type is read as the type it is stored in.
 * - Columns without a name (NULL or empty) are called x0, x1, ... by place if others have names.
 *
 * @param stream   always released, on success or not; used by the calling thread alone
 * @param options  target, weights, groups, drop, numeric, categorical, text, like, name, max_rows,
 *                 max_columns and n_threads count; NULL = defaults
 * @param out      cleared first; rows are counted from 0 in messages
 * @return CF_ERR_IO (the stream fails: its own message), CF_ERR_TYPE (a type is not taken),
 *         CF_ERR_FORMAT (arrays that are not well formed, two columns of one name, no UTF-8, not a
 *         number), CF_ERR_DATA (a missing target, weight or group; an integer beyond 2^53),
 *         CF_ERR_NAME (unknown column), CF_ERR_ARGUMENT, CF_ERR_LIMIT, CF_ERR_MEMORY; `out` is then
 *         empty.
 */
CF_API CF_NODISCARD cf_status cf_read_arrow(struct ArrowArrayStream *stream,
                                            const cf_read_options *options, cf_table *out);

/** How to write; all zero = defaults. Grows only at the end. */
typedef struct cf_write_options {
    char delimiter;     /**< CSV; 0 = tab for .tsv and .tsv.gz, else comma */
    cf_header header;   /**< CSV; AUTO = if the columns have names */
    const char *format; /**< as in cf_read_options; NULL = by the path, CSV if it does not tell */
    cf_index_base index_base; /**< svmlight: index of the first feature; AUTO = 1 */
} cf_write_options;

/**
 * Writes X, and y's columns after it (y may be NULL), as CSV: codes as their texts, NaN as an empty
 * field, numbers in the shortest form that reads back. The file is replaced whole or not at all.
 * CF_ERR_IO, CF_ERR_SHAPE (rows differ), CF_ERR_DATA (a code without a text), CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_write_csv(const char *path, const cf_write_options *options,
                                           const cf_matrix *X, const cf_matrix *y);

/** Writes a dense matrix as .npy, version 1.0; one column becomes a 1-D array. */
CF_API CF_NODISCARD cf_status cf_write_npy(const char *path, const cf_matrix *X);

/**
 * Reads one array of a .npz archive in its own dtype: floats as f32 or f64, integers as i32 or i64
 * (a uint64 that does not fit makes f64), a 1-D array as a column, the members of
 * scipy.sparse.save_npz as CSR. `name` is the array's; a sparse matrix has none in the file and is
 * "X" where no array is. NULL = the sparse matrix, "X", "x", "data", "arr_0" or the only one.
 * CF_ERR_IO, CF_ERR_NAME, CF_ERR_FORMAT, CF_ERR_UNSUPPORTED, CF_ERR_LIMIT, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_read_npz(const char *path, const char *name, cf_matrix *out);

/**
 * Writes `n` named arrays as .npz. One of them may be sparse: it is written as
 * scipy.sparse.save_npz does, without its name; cf_read_npz gives it for NULL and for "X".
 * CF_ERR_ARGUMENT (a name given twice, longer than 250 bytes, or beside a sparse matrix that of one
 * of its members: "data", "indices", "indptr", "shape", "format"), CF_ERR_UNSUPPORTED (two sparse
 * ones), CF_ERR_TYPE (coded columns), CF_ERR_LIMIT (more than 65535 arrays), CF_ERR_IO,
 * CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_write_npz(const char *path, const char *const *names,
                                           const cf_matrix *const *arrays, cf_index n);

/**
 * Writes a dense or sparse X in svmlight form, zeros left out; y (n, 1) are the labels (NULL: 0),
 * qid (n, 1) the groups, whole numbers from 0 on (NULL: none). CF_ERR_SHAPE, CF_ERR_TYPE,
 * CF_ERR_DATA (a qid), CF_ERR_IO, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_write_svmlight(const char *path, const cf_write_options *options,
                                                const cf_matrix *X, const cf_matrix *y,
                                                const cf_matrix *qid);

/** Writes X in Matrix Market form: coordinate when sparse, else array. CF_ERR_TYPE, CF_ERR_IO. */
CF_API CF_NODISCARD cf_status cf_write_mtx(const char *path, const cf_matrix *X);

/**
 * Writes in the format the path's extension tells (or options->format). y (may be NULL) goes behind
 * X's columns in CSV and .npy, is the array "y" of a .npz, and the labels in svmlight form.
 */
CF_API CF_NODISCARD cf_status cf_write(const char *path, const cf_write_options *options,
                                       const cf_matrix *X, const cf_matrix *y);

CF_END_DECLS

#endif
