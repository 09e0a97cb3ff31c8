/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Model files of released versions, in tests/golden/models/VERSION: NAME.cofit, and NAME.npz with
 * the X it was asked about and the answers of every slot, by the slot's name.
 */
#ifndef COFIT_TESTS_GOLDEN_MODELS_H
#define COFIT_TESTS_GOLDEN_MODELS_H

#include "cofit/cofit.h"

static const struct golden_slot {
    const char *name;
    cf_status (*call)(const cf_estimator *, const cf_matrix *, cf_matrix *);
} golden_slots[] = {
    {"predict", cf_predict},
    {"predict_proba", cf_predict_proba},
    {"decision_function", cf_decision_function},
    {"transform", cf_transform},
    {"score_samples", cf_score_samples},
};

enum { GOLDEN_SLOTS = sizeof golden_slots / sizeof golden_slots[0] };

#endif
