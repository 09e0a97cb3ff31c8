#!/usr/bin/env python3
"""Writes splits.txt: for splitters over made-up labels and groups, a hash of every train and test set.

usage: make_splits.py     (needs scikit-learn 1.9)
Line: n classes groups hash|spec. Label of row i: (i * i + 3 * i) % classes, group: (5 * i) % groups.
"""
import pathlib
import re

import numpy as np
from sklearn import model_selection as ms


def fnv(arrays):
    h = 0xCBF29CE484222325
    for a in arrays:
        for v in [len(a), *map(int, a)]:
            for k in range(8):
                h = ((h ^ (v >> (8 * k) & 0xFF)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


SPECS = ["KFold(n_splits={k})", "KFold(n_splits={k}, shuffle=true, random_state={s})",
         "StratifiedKFold(n_splits={k})", "StratifiedKFold(n_splits={k}, shuffle=true, random_state={s})",
         "GroupKFold(n_splits={k})", "GroupKFold(n_splits={k}, shuffle=true, random_state={s})",
         "ShuffleSplit(n_splits={k}, random_state={s})", "ShuffleSplit(n_splits={k}, test_size=0.3, random_state={s})",
         "ShuffleSplit(n_splits={k}, test_size=7, train_size=0.5, random_state={s})",
         "StratifiedShuffleSplit(n_splits={k}, test_size=0.25, random_state={s})",
         "StratifiedShuffleSplit(n_splits={k}, train_size=20, test_size=13, random_state={s})",
         "TimeSeriesSplit(n_splits={k})", "TimeSeriesSplit(n_splits={k}, gap=2, max_train_size=9, test_size=3)"]
lines = []
for n, classes, groups in [(40, 3, 8), (57, 4, 11), (101, 7, 13), (202, 3, 101), (205, 3, 41)]:
    i = np.arange(n)
    y, g = (i * i + 3 * i) % classes, (5 * i) % groups
    for spec in SPECS:
        for k, s in [(3, 0), (5, 42)]:
            text = spec.format(k=k, s=s)
            name, args = re.match(r"(\w+)\((.*)\)", text).groups()
            splitter = eval(f"ms.{name}({args.replace('true', 'True')})")
            try:
                folds = [part for fold in splitter.split(np.zeros((n, 1)), y, g if "Group" in name else None) for part in fold]
            except ValueError:
                continue
            lines.append(f"{n} {classes} {groups} {fnv(folds):016x}|{text}")
    for s in (0, 7):
        for stratify in (0, 1):
            train, test = ms.train_test_split(i, random_state=s, stratify=y if stratify else None)
            lines.append(f"{n} {classes} {groups} {fnv([train, test]):016x}|{'stratified' if stratify else 'plain'} {s}")
(pathlib.Path(__file__).parent / "splits.txt").write_text("\n".join(lines) + "\n")
