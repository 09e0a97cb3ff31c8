/* SPDX-License-Identifier: BSD-3-Clause */
/* An estimator as tensors and one JSON tree, by walking its tables. */
#ifndef COFIT_ESTIMATOR_MODEL_FILE_H
#define COFIT_ESTIMATOR_MODEL_FILE_H

#include "estimator/instance.h"
#include "estimator/safetensors.h"

#include <jansson.h>

/* Names of storages and column kinds in the tree. */
extern const char *const cfi_storage_names[];
extern const char *const cfi_kind_names[];

/* A tensor's name: prefix + name + suffix, in new memory of cf_free. Nesting is in the prefix:
 * "steps_.1.". */
CF_NODISCARD cf_status cfi_tensor_name(const char *prefix, const char *name, const char *suffix,
                                       char **out);

/*
 * Describes e in *tree (the caller releases it) and adds its tensors; tensors borrow from e,
 * `scratch` owns what had to be made. A failure leaves *tree alone and these two with what they
 * have got.
 */
CF_NODISCARD cf_status cfi_model_describe(const cf_estimator *e, cfi_tensors *tensors,
                                          cf_matrices *scratch, json_t **tree);

/* The estimator of a tree, every part checked; *out is untouched on failure. Its matrices and
 * arrays hold references to the buffer of `tensors`. */
CF_NODISCARD cf_status cfi_model_build(const json_t *tree, cfi_tensors *tensors,
                                       cf_estimator **out);

#endif
