/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file arrow.h
 * The structs of the Arrow C data and stream interfaces, for cf_read_arrow; not part of cofit.h.
 *
 * Their layout is a published ABI, which every library of data frames can export
 * (https://arrow.apache.org/docs/format/CDataInterface.html). The guards are the usual ones, so
 * this header and another that defines the same structs can be included together.
 */
#ifndef COFIT_ARROW_H
#define COFIT_ARROW_H

#include "status.h"

CF_BEGIN_DECLS

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

/** Flags of a schema. */
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

/** The type of a column, or of a table as the struct of its columns. */
struct ArrowSchema {
    const char *format; /**< "g" is float64, "u" is UTF-8, "+s" a struct, ... */
    const char *name;   /**< may be NULL */
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;        /**< type of the values when the column holds indices */
    void (*release)(struct ArrowSchema *); /**< NULL = released */
    void *private_data;
};

/** The elements of a column, or of some rows of a table. */
struct ArrowArray {
    int64_t length;
    int64_t null_count; /**< -1 = not counted */
    int64_t offset;     /**< elements to skip in every buffer */
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers; /**< the first is the bitmap of valid elements; NULL = all are */
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *); /**< NULL = released */
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

/** A source of arrays of one type, such as the batches of rows of a table. */
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *); /**< NULL = released */
    void *private_data;
};

#endif

CF_END_DECLS

#endif
