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

/*
 * Reads a large file of numbers without holding it; `done` stays false, and `out` as it is, when
 * cfi_read_csv_bytes has to. CF_ERR_MEMORY, CF_ERR_CANCELLED, CF_ERR_DEADLINE.
 */
CF_NODISCARD cf_status cfi_read_csv_stream(const char *path, const cf_read_options *options,
                                           cf_table *out, bool *done);

CF_NODISCARD cf_status cfi_read_npy_bytes(const char *path, const cf_read_options *options,
                                          cfi_bytes *bytes, cf_table *out);
CF_NODISCARD cf_status cfi_read_npz_bytes(const char *path, const cf_read_options *options,
                                          cfi_bytes *bytes, cf_table *out);
CF_NODISCARD cf_status cfi_read_svmlight_bytes(const char *path, const cf_read_options *options,
                                               cfi_bytes *bytes, cf_table *out);
CF_NODISCARD cf_status cfi_read_mtx_bytes(const char *path, const cf_read_options *options,
                                          cfi_bytes *bytes, cf_table *out);

/*
 * Completes a table of a file without names: columns of X that are given by index become target,
 * weights and groups; rows must agree; targets cannot be missing; integers become f64.
 */
CF_NODISCARD cf_status cfi_finish_table(const char *name, const cf_read_options *options,
                                        cf_table *table);

/* CF_ERR_TYPE for a matrix with coded columns, whose texts a format of numbers would lose. */
CF_NODISCARD cf_status cfi_check_numeric(const char *path, const cf_matrix *X);

/* CF_ERR_ARGUMENT for options outside their ranges. */
CF_NODISCARD cf_status cfi_check_options(const cf_read_options *options);

/* Writes cfi_format_real's text, whole numbers without a point; returns its length. */
size_t cfi_format_plain(double value, char *out);

/* The double with the fewest digits that is `value` as a float. */
double cfi_shortest_float(float value);

/* IEEE half precision, by its bits. */
float cfi_half_to_float(uint16_t half);

/* Writing numbers: whole ones without a point. */
void cfi_put_real(cfi_writer *w, double value);
void cfi_put_int(cfi_writer *w, int64_t value);

/* The element stored at values[at], and element (i, j). */
void cfi_put_stored(cfi_writer *w, const cf_matrix *M, cf_index at);
void cfi_put_element(cfi_writer *w, const cf_matrix *M, cf_index i, cf_index j);

/* Line and column (1-based, in characters) of a byte of a text. */
void cfi_locate(const char *text, const char *at, long long *line, long long *column);

#endif
