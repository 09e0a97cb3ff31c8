#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Golden trees from scikit-learn 1.9.1 on the bundled data sets: writes tests/golden/tree.h.

usage: make_tree.py       (in the source folder, with scikit-learn and pandas)

scikit-learn breaks ties between features at random. A case is kept only if ten seeds give the same
tree, so that the tree is a fact of the data.
"""
import pathlib

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, export_text

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load(name):
    frame = pd.read_csv(ROOT / "datasets" / f"{name}.csv")
    target = [c for c in frame.columns if c == "target" or c.startswith("target_")]
    y = frame[target].to_numpy()
    return frame.drop(columns=target).to_numpy(float), y[:, 0] if y.shape[1] == 1 else y


def weights(n):
    return np.array([1 + (i * 7) % 3 for i in range(n)], float)


def holes(X):
    X = X.copy()
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            if (i * 31 + j * 17) % 11 == 0:
                X[i, j] = np.nan
    return X


# data, spec of the class in cofit's language, keyword arguments, weighted, missing values
C, R = "DecisionTreeClassifier", "DecisionTreeRegressor"
CASES = [
    ("wine", C, dict(max_depth=3, min_samples_leaf=10), 1, 0),
    ("wine", C, dict(max_leaf_nodes=4, criterion="entropy"), 0, 0),
    ("wine", C, dict(max_depth=3, min_samples_leaf=12), 1, 1),
    ("breast_cancer", C, dict(max_depth=5, min_samples_leaf=15, criterion="log_loss"), 1, 0),
    ("breast_cancer", C, dict(max_leaf_nodes=7, min_samples_leaf=15), 1, 0),
    ("breast_cancer", C, dict(min_samples_leaf=25), 1, 1),
    ("breast_cancer", C, dict(min_samples_leaf=20, min_impurity_decrease=0.01), 0, 0),
    ("breast_cancer", C, dict(min_samples_leaf=20, ccp_alpha=0.005), 1, 0),
    ("digits", C, dict(min_samples_leaf=40, criterion="entropy"), 1, 0),
    ("diabetes", R, dict(max_depth=6, min_samples_leaf=7), 1, 0),
    ("diabetes", R, dict(max_leaf_nodes=12), 0, 0),
    ("diabetes", R, dict(min_samples_leaf=10), 0, 1),
    ("diabetes", R, dict(min_samples_split=0.2, min_samples_leaf=0.03), 0, 0),
    ("diabetes", R, dict(min_samples_leaf=12, criterion="absolute_error"), 0, 0),
    ("diabetes", R, dict(min_samples_leaf=12, criterion="absolute_error"), 1, 0),
    ("diabetes", R, dict(min_samples_leaf=15, criterion="absolute_error"), 0, 1),
    ("diabetes", R, dict(min_samples_leaf=12, criterion="poisson"), 1, 0),
    ("diabetes", R, dict(min_samples_leaf=8, criterion="poisson"), 0, 1),
    ("diabetes", R, dict(min_samples_leaf=10, ccp_alpha=30.0), 0, 0),
    ("diabetes", R, dict(max_depth=5, min_samples_leaf=5, monotonic_cst=[0, 0, 1, 1, 0, 0, -1, 0, 1, 0]), 0, 0),
    ("linnerud", R, dict(max_depth=3, min_samples_leaf=2), 0, 0),
    ("linnerud", R, dict(min_samples_leaf=4, criterion="absolute_error"), 1, 0),
]


def spec(cls, kw):
    def value(v):
        if isinstance(v, list):
            return "[" + ", ".join(map(str, v)) + "]"
        return str(v)
    return cls + "(" + ", ".join(f"{k}={value(v)}" for k, v in kw.items()) + ", random_state=0)"


def fit(data, cls, kw, weighted, missing, seed):
    X, y = load(data)
    X = holes(X) if missing else X
    w = weights(len(X)) if weighted else None
    model = {C: DecisionTreeClassifier, R: DecisionTreeRegressor}[cls](random_state=seed, **kw)
    return model.fit(X, y, sample_weight=w), X


def summary(model, X):
    t = model.tree_
    inner = t.children_left >= 0
    prediction = np.asarray(model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X))
    prediction = prediction.reshape(len(X), -1)
    position = np.sin(1 + np.arange(prediction.size)).reshape(prediction.shape)
    return dict(nodes=t.node_count, depth=t.max_depth, split_sum=int((t.feature[inner] + 1).sum()),
                threshold_sum=float(np.abs(t.threshold[inner][np.isfinite(t.threshold[inner])]).sum()),
                impurity=float((t.impurity * t.weighted_n_node_samples)[~inner].sum()),
                root=float(t.impurity[0]), prediction=float((prediction * position).sum()),
                importance=float((model.feature_importances_ * np.arange(1, X.shape[1] + 1)).sum()))


def main():
    lines = ["/* SPDX-License-Identifier: BSD-3-Clause */",
             "/* Made by tests/golden/make_tree.py with scikit-learn 1.9.1. */", "",
             "/* clang-format off */",
             "static const golden_tree golden_trees[] = {"]
    for case in CASES:
        data, cls, kw, weighted, missing = case
        seen = [summary(*fit(*case, seed)) for seed in range(10)]
        stable = all(s["nodes"] == seen[0]["nodes"] and s["split_sum"] == seen[0]["split_sum"]
                     and abs(s["prediction"] - seen[0]["prediction"]) < 1e-9 for s in seen)
        if not stable:
            print("ties, left out:", data, kw)
            continue
        s = seen[0]
        lines.append(f'    {{"{data}", "{spec(cls, kw)}", {weighted}, {missing}, {s["nodes"]}, {s["depth"]}, '
                     f'{s["split_sum"]}, {s["threshold_sum"]!r}, {s["impurity"]!r}, {s["root"]!r}, '
                     f'{s["prediction"]!r}, {s["importance"]!r}}},')
    lines += ["};", ""]
    for name, case in (("class", ("breast_cancer", C, dict(min_samples_leaf=15), 0, 0)),
                       ("value", ("diabetes", R, dict(min_samples_leaf=20), 0, 0))):
        paths = []
        for seed in range(10):
            model, X = fit(*case, seed)
            y = load(case[0])[1]
            paths.append(model.cost_complexity_pruning_path(X, y))
        assert all(np.allclose(p["ccp_alphas"], paths[0]["ccp_alphas"]) for p in paths), name
        p = paths[0]
        for key in ("ccp_alphas", "impurities"):
            lines.append(f"static const double {name}_{key}[] = {{" + ", ".join(map(repr, map(float, p[key]))) + "};")
    wine = fit("wine", C, dict(max_leaf_nodes=4, criterion="entropy"), 0, 0, 0)[0]
    diabetes = fit("diabetes", R, dict(max_leaf_nodes=5), 0, 0, 0)[0]
    for name, model, data, kw in (
            ("wine_report", wine, "wine", dict(decimals=4, show_weights=True)),
            ("wine_report_cut", wine, "wine", dict(max_depth=0, spacing=1, decimals=3)),
            ("diabetes_report", diabetes, "diabetes", {})):
        names = [c for c in pd.read_csv(ROOT / "datasets" / f"{data}.csv").columns if c != "target"]
        text = export_text(model, feature_names=names, **kw)
        lines.append(f"static const char {name}[] =")
        lines += ['    "' + line + '\\n"' for line in text.splitlines()]
        lines[-1] += ";"
    lines += ["/* clang-format on */", ""]
    (ROOT / "tests" / "golden" / "tree.h").write_text("\n".join(lines))


main()
