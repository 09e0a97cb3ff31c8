/* SPDX-License-Identifier: BSD-3-Clause */
/* The classes of the library, in the order of meson.build; NULL ends the list. */
#ifndef COFIT_ESTIMATOR_REGISTRY_H
#define COFIT_ESTIMATOR_REGISTRY_H

#include "cofit/extend.h"

extern const cf_class *const cfi_builtin_classes[];

/* The class called `name`; CF_ERR_NAME suggests the nearest one. */
CF_NODISCARD cf_status cfi_class_require(const char *name, const cf_class **out);

#endif
