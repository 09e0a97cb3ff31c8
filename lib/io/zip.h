/* SPDX-License-Identifier: BSD-3-Clause */
/* Zip archives as .npz files are: entries stored or deflated, zip64 when large. */
#ifndef COFIT_IO_ZIP_H
#define COFIT_IO_ZIP_H

#include "base/file.h"

/* An entry of the central directory; its data lie within the archive. */
typedef struct cfi_zip_entry {
    const char *name; /* in the archive, not NUL-terminated */
    size_t name_length;
    unsigned method; /* 0 stored, 8 deflated */
    uint32_t crc;
    size_t packed, size; /* bytes in the archive, and unpacked */
    size_t offset;       /* of the packed bytes */
} cfi_zip_entry;

typedef struct cfi_zip {
    const char *name; /* for messages */
    const unsigned char *data;
    size_t size;
    cf_index count;
    cfi_zip_entry *entries;
} cfi_zip;

/* Reads the directory of an archive, which is borrowed. CF_ERR_FORMAT, CF_ERR_UNSUPPORTED. */
CF_NODISCARD cf_status cfi_zip_open(const char *name, const cfi_bytes *archive, cfi_zip *out);

/* Releases the directory. */
void cfi_zip_close(cfi_zip *zip);

/* The entry called `name` or `name`.npy, or NULL. */
const cfi_zip_entry *cfi_zip_find(const cfi_zip *zip, const char *name);

/* Unpacks an entry, at most `most` bytes, and checks its CRC. */
CF_NODISCARD cf_status cfi_zip_unpack(const cfi_zip *zip, const cfi_zip_entry *entry, size_t most,
                                      cfi_bytes *out);

/* Writing: entries one after the other, the directory at the end. */
typedef struct cfi_zip_writer {
    cfi_writer file;
    uint64_t position; /* bytes written so far */
    cf_index count, capacity;
    struct cfi_zip_written *entries; /* (capacity) for the directory */
    cf_status status;                /* the first failure */
} cfi_zip_writer;

CF_NODISCARD cf_status cfi_zip_create(cfi_zip_writer *w, const char *path);

/* Begins a stored entry of a size and CRC known beforehand; at most 65535 of them. */
void cfi_zip_begin(cfi_zip_writer *w, const char *name, uint64_t size, uint32_t crc);

/* Adds bytes of the entry begun last. */
void cfi_zip_add(cfi_zip_writer *w, const void *bytes, size_t n);

/* Writes the directory and commits the file. Releases the writer in either case. */
CF_NODISCARD cf_status cfi_zip_commit(cfi_zip_writer *w);

/* Gives up and releases the writer. */
void cfi_zip_discard(cfi_zip_writer *w);

#endif
