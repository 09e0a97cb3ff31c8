#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/cross_validate.h: cross-validation and grid searches of a toy classifier.

X and y are drawn from RandomState(seed) here and in the test. Weights reach the fit and the scores
of every fold, so the weighted case is a loop of its own.
"""
import os
import sys
import warnings

import numpy as np
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, StratifiedKFold, cross_val_predict, cross_validate

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from toy_centroid import ToyCentroid  # noqa: E402

warnings.simplefilter("ignore")
N, D = 60, 3
SCORING = ["accuracy", "f1_macro", "neg_log_loss", "roc_auc_ovr", "matthews_corrcoef"]


def problem(seed, classes, ordered=False):
    r = np.random.RandomState(seed)
    y = r.randint(0, classes, N)
    if ordered:
        y = np.sort(y)
    X = r.standard_normal((N, D)) + y[:, None]
    w = r.randint(1, 5, N).astype(float)
    g = r.randint(0, 9, N)
    return X, y, w, g


def weighted(model, X, y, w, scoring):
    out = []
    for train, test in StratifiedKFold(5).split(X, y):
        m = ToyCentroid(**model.get_params()).fit(X[train], y[train], sample_weight=w[train])
        out.append([get_scorer(s)(m, X[test], y[test], sample_weight=w[test]) for s in scoring])
    return np.array(out).T


def number(x):
    return "NAN" if np.isnan(x) else "-DBL_MAX" if x == np.finfo(float).min else repr(float(x))


def array(name, values):
    values = np.asarray(values, dtype=float)
    w(f"static const double {name}[] = {{\n")
    for i in range(0, values.size, 8):
        w("    " + ", ".join(number(v) for v in values.ravel()[i : i + 8]) + ",\n")
    w("};\n")


w = sys.stdout.write
w("/* SPDX-License-Identifier: BSD-3-Clause */\n/* Made by tests/golden/make_cross_validate.py with scikit-learn 1.9.1. */\n\n#include <float.h>\n#include <math.h>\n\n/* clang-format off */\n")
w("static const char *const cv_scoring[] = {" + ", ".join(f'"{s}"' for s in SCORING) + "};\n\n")
model = ToyCentroid(shrink=0.3)
X, y, weights, groups = problem(1, 3)
r = cross_validate(model, X, y, scoring=SCORING, return_train_score=True)
array("cv_test", [r["test_" + s] for s in SCORING])
array("cv_train", [r["train_" + s] for s in SCORING])
array("cv_weighted", weighted(model, X, y, weights, SCORING))
array("cv_groups", cross_validate(model, X, y, groups=groups, cv=GroupKFold(3))["test_score"])
r = cross_validate(ToyCentroid(refuse=True), X, y, cv=KFold(7), scoring=["accuracy", "roc_auc"], error_score=-1)
array("cv_refused", [r["test_accuracy"], r["test_roc_auc"]])
for classes in (2, 3):
    X, y, weights, groups = problem(classes, classes)
    for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        array(f"predicted_{method}_{classes}", cross_val_predict(model, X, y, method=method, cv=StratifiedKFold(4, shuffle=True, random_state=5)))
X, y, weights, groups = problem(4, 5, ordered=True)
for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
    array(f"incomplete_{method}", cross_val_predict(model, X, y, method=method, cv=KFold(4)))
array("predicted_weighted", cross_val_predict(model, X, y, params=dict(sample_weight=weights), cv=5))

X, y, weights, groups = problem(1, 3)
grid = [{"temperature": [0.5, 2.0], "shrink": [0.0, 0.4, 0.9]}, {"shrink": [0.25]}]
s = GridSearchCV(ToyCentroid(), grid, scoring="neg_log_loss", return_train_score=True).fit(X, y)
c = s.cv_results_
array("grid_shrink", c["param_shrink"].astype(float))
array("grid_temperature", np.array([p.get("temperature", np.nan) for p in c["params"]]))
array("grid_mean", c["mean_test_score"])
array("grid_std", c["std_test_score"])
array("grid_rank", c["rank_test_score"])
array("grid_train_mean", c["mean_train_score"])
array("grid_splits", [c[f"split{i}_test_score"] for i in range(5)])
array("grid_best", [s.best_index_, s.best_score_, s.best_params_["shrink"], s.score(X, y)])
array("grid_proba", s.predict_proba(X))
s = GridSearchCV(ToyCentroid(), {"shrink": [0.0, 0.5, 1.0]}, scoring=["accuracy", "f1_macro"], refit="f1_macro", cv=KFold(3)).fit(X, y)
c = s.cv_results_
array("multi_accuracy", c["mean_test_accuracy"])
array("multi_f1", c["mean_test_f1_macro"])
array("multi_rank", [*c["rank_test_accuracy"], *c["rank_test_f1_macro"], s.best_index_, s.best_score_])
s = GridSearchCV(ToyCentroid(), {"refuse": [True, False], "shrink": [0.0, 0.2]}, cv=KFold(7)).fit(X, y)
c = s.cv_results_
array("failing_mean", c["mean_test_score"])
array("failing_rank", [*c["rank_test_score"], s.best_index_])
s = GridSearchCV(ToyCentroid(), {"shrink": [0.0, 0.2, 0.6]}).fit(X, y, sample_weight=weights)
array("weighted_mean", s.cv_results_["mean_test_score"])
w("/* clang-format on */\n")
