/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file cofit.h
 * Classical machine learning in C: everything a program that uses cofit includes.
 */
#ifndef COFIT_COFIT_H
#define COFIT_COFIT_H

#include "datasets.h"
#include "estimator.h"
#include "io.h"
#include "matrix.h"
#include "metrics.h"
#include "model_selection.h"
#include "status.h"
#include "value.h"

#endif
