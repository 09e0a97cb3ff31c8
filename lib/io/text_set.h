/* SPDX-License-Identifier: BSD-3-Clause */
/* The distinct texts of a column, found by hashing, in order of appearance. */
#ifndef COFIT_IO_TEXT_SET_H
#define COFIT_IO_TEXT_SET_H

#include "base/status.h"

enum { CFI_TEXT_BATCH = 32 };

/* One text as it lies where it was read. */
typedef struct cfi_field {
    const char *text; /* NULL = missing */
    size_t length;
    bool doubled; /* every quote in it stands for two */
} cfi_field;

/* Copies a field without its doubled quotes; returns its length. `out` has room for all of it. */
size_t cfi_field_unquote(const cfi_field *field, char *out);

/* Its length without doubled quotes. */
size_t cfi_field_length(const cfi_field *field);

/* The field as a finite or non-finite number; false if it is none (or too large for a double). */
bool cfi_field_number(const cfi_field *field, double *out);

/*
 * A distinct text as it was read, doubled quotes and all: equal fields have equal bytes there, and
 * doubling quotes keeps the order, so texts are undoubled last.
 */
typedef struct cfi_distinct {
    const char *text;
    uint32_t length;
    uint32_t hash;
    uint32_t code;
    bool doubled;
} cfi_distinct;

/* Open addressing over `items`; zero-initialised = empty. */
typedef struct cfi_text_set {
    cfi_distinct *items; /* in order of appearance */
    struct cfi_slot *slots;
    cf_index count, capacity, n_slots;
    cf_index present;            /* fields so far that were not missing */
    struct cfi_text_block *kept; /* copies of texts */
} cfi_text_set;

/*
 * Adds n <= CFI_TEXT_BATCH fields: cells[i * stride] becomes the position of the text of field i
 * among the distinct ones, or NaN. The texts must outlive the set (or see cfi_text_set_keep).
 * CF_ERR_LIMIT, CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_text_set_add(cfi_text_set *set, const cfi_field *fields, cf_index n,
                                        double *cells, cf_index stride);

/* Copies the texts of the items from `first` on into memory of the set. */
CF_NODISCARD cf_status cfi_text_set_keep(cfi_text_set *set, cf_index first);

/* Releases what the set holds. */
void cfi_text_set_clear(cfi_text_set *set);

#endif
