/* SPDX-License-Identifier: BSD-3-Clause */
/* The readers behind cf_read: each turns the bytes of a file into a table. */
#ifndef COFIT_IO_IO_H
#define COFIT_IO_IO_H

#include "base/file.h"
#include "cofit/io.h"

/* The name of a file in messages. */
const char *cfi_shown_name(const char *path, const cf_read_options *options);

/* True when fields are separated by tabs unless something else is said; `format` may be NULL. */
bool cfi_has_tabs(const char *path, const char *format);

/* CF_ERR_ARGUMENT for a delimiter that numbers, names or quotes need. */
CF_NODISCARD cf_status cfi_check_delimiter(char c);

/* Readers take the bytes as their own scratch; `out` is written on success only. */
CF_NODISCARD cf_status cfi_read_csv_bytes(const char *path, const cf_read_options *options,
                                          cfi_bytes *bytes, cf_table *out);

#endif
