/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts put into the sorted dictionary of a column. */
#ifndef COFIT_PREPROCESSING_DICTIONARIES_H
#define COFIT_PREPROCESSING_DICTIONARIES_H

#include "cofit/extend.h"

/* The place `text` has, or would have, among the sorted texts of column j. */
cf_index cfi_dictionary_place(const cf_schema *schema, cf_index j, const char *text, bool *found);

/* Column `to` of `out` gets the texts of column j of `in` with `text` at its place. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_dictionary_add(const cf_schema *in, cf_index j, const char *text,
                                          cf_schema *out, cf_index to);

#endif
