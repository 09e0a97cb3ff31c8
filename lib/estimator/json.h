/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading JSON with the manners of the library. */
#ifndef COFIT_ESTIMATOR_JSON_H
#define COFIT_ESTIMATOR_JSON_H

#include <jansson.h>

/* json_loadb that leaves errno alone. */
json_t *cfi_json_read(const char *bytes, size_t length, size_t flags, json_error_t *error);

#endif
