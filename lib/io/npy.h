/* SPDX-License-Identifier: BSD-3-Clause */
/* NumPy's .npy format inside the library: .npz files hold the same thing. */
#ifndef COFIT_IO_NPY_H
#define COFIT_IO_NPY_H

#include "base/file.h"
#include "cofit/io.h"

/* What an element is. */
typedef enum cfi_npy_kind {
    NPY_BOOL,
    NPY_INT,
    NPY_UINT,
    NPY_FLOAT,
    NPY_BYTES,
    NPY_UCS4
} cfi_npy_kind;

/* The header of a .npy file. */
typedef struct cfi_npy_header {
    cfi_npy_kind kind;
    size_t size;  /* bytes of an element */
    bool swapped; /* of the other byte order */
    bool fortran; /* column-major */
    int ndim;     /* 0 to 2 */
    cf_index shape[2];
    size_t offset; /* of the first element */
} cfi_npy_header;

/*
 * Reads and checks the header of `size` bytes, which must hold exactly the array it tells.
 * CF_ERR_FORMAT, CF_ERR_UNSUPPORTED (objects, structures, complex numbers, three dimensions).
 */
CF_NODISCARD cf_status cfi_npy_read_header(const char *name, const char *data, size_t size,
                                           cfi_npy_header *out);

/*
 * out = the array: a 1-D one is a column, a 0-D one a cell; float16 becomes f32, small integers and
 * bool i32, others i64 (f64 where a uint64 does not fit). Takes `bytes` over, which it may keep.
 */
CF_NODISCARD cf_status cfi_npy_read(const char *name, cfi_bytes *bytes, cf_matrix *out);

/* The text of a 0-D array of bytes or UCS-4, at most n - 1 ASCII characters of it. */
CF_NODISCARD cf_status cfi_npy_read_word(const char *name, const cfi_bytes *bytes, char *out,
                                         size_t n);

/* Writes the header of version 1.0 into `out`, padded to a multiple of 64; returns its length. */
enum { CFI_NPY_HEADER_SIZE = 128 };
size_t cfi_npy_write_header(const char *descr, const cf_index *shape, int ndim,
                            char out[CFI_NPY_HEADER_SIZE]);

/* Writes the elements of a dense matrix, row by row. */
void cfi_npy_write_values(cfi_writer *w, const cf_matrix *X);

/* The descr of a dtype: "<f8". */
const char *cfi_npy_descr(cf_dtype dtype);

#endif
