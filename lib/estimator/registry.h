/* SPDX-License-Identifier: BSD-3-Clause */
/* The classes of the library, in the order of meson.build; NULL ends the list. */
#ifndef COFIT_ESTIMATOR_REGISTRY_H
#define COFIT_ESTIMATOR_REGISTRY_H

#include "cofit/extend.h"

extern const cf_class *const cfi_builtin_classes[];

#endif
