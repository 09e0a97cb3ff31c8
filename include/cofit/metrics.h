/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef COFIT_METRICS_H
#define COFIT_METRICS_H

#include "estimator.h"

CF_BEGIN_DECLS
CF_END_DECLS

#endif
