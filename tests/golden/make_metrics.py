#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/metrics.bin.gz: every metric of scikit-learn on a thousand random cases.

tests/test_metrics.c draws the same inputs from the same stream; only results are stored, a float64
each, 1e308 where scikit-learn raises, -1e307 where there is nothing to compare. The order of the metrics is that of the list in the test.
"""
import gzip
import sys
import warnings

import numpy as np
from sklearn import metrics as m

warnings.simplefilter("ignore")
CASES = 1000
ERROR = 1e308


def draw(seed):
    r = np.random.RandomState(seed)
    n, k, style, kind, ties, t, special = (int(r.randint(*b)) for b in ((2, 60), (1, 7), (0, 4), (0, 4), (0, 2), (1, 4), (0, 8)))
    truth = r.randint(0, k, n)
    u = r.random_sample(n)
    other = r.randint(0, k + 1, n)
    guess = np.where(u < 0.6, truth, other)
    real, whole = r.random_sample(n), r.randint(0, 4, n)
    whole[0] = 1
    w = [None, real, whole.astype(float), np.full(n, 0.5)][kind]
    p = r.random_sample((n, k))
    for i in range(n):
        s = 0.0
        for j in range(k):
            s += p[i, j]
        p[i] /= s
    score = r.standard_normal(n)
    if ties:
        score = np.round(score * 2) / 2
    unit = r.random_sample(n)
    y = r.standard_normal((n, t))
    f = y + 0.5 * r.standard_normal((n, t))
    # A constant column has variance 0 only where the weighted mean is exact.
    if special == 1 and kind != 1:
        y[:, 0] = 2.0
    if special == 2:
        f[:] = y
    if special == 3 and kind != 1:
        y[:, 0] = f[:, 0] = 1.5
    yp, fp = r.random_sample(n) + 0.125, r.random_sample(n) + 0.125
    X = r.standard_normal((n, 3))
    label = [lambda c: c, lambda c: 10 * c - 3, lambda c: 2 * c + 1, lambda c: c.astype(float)][style]
    return dict(n=n, k=k, kind=kind, style=style, w=w, a=label(truth), b=label(guess), all=label(np.arange(k)), p=p, score=score,
                unit=unit, y=y, f=f, yp=yp, fp=fp, X=X, truth=truth, guess=guess)


def weigh(x, w):
    return float(np.sum(x * (np.arange(len(x)) + 1)[:len(x)]))


def fnv(text):
    h = 2166136261
    for c in text.encode():
        h = ((h ^ c) * 16777619) & 0xFFFFFFFF
    return float(h)


SKIP = -1e307


def report(c, digits, truth=None, guess=None, **kw):
    """The hash of a report, or SKIP where rounding of sums decides a printed digit."""
    truth, guess = (c["a"], c["b"]) if truth is None else (truth, guess)
    values = m.classification_report(truth, guess, output_dict=True, **kw)
    flat = np.array([x for v in values.values() for x in (v.values() if isinstance(v, dict) else [v])]) * 10**digits
    if c["kind"] == 1 or np.any(np.abs(flat - np.floor(flat) - 0.5) < 1e-9):
        return SKIP
    return fnv(m.classification_report(truth, guess, digits=digits, **kw))


def results(c):
    n, k, w, a, b = c["n"], c["k"], c["w"], c["a"], c["b"]
    out = []

    def put(f):
        try:
            v = f()
            out.append(float(v))
        except Exception:
            out.append(ERROR)

    kw = dict(sample_weight=w)
    put(lambda: m.accuracy_score(a, b, **kw))
    put(lambda: m.balanced_accuracy_score(a, b, **kw))
    put(lambda: m.balanced_accuracy_score(a, b, adjusted=True, **kw))
    for average in ("binary", "micro", "macro", "weighted"):
        for f in (m.precision_score, m.recall_score, m.f1_score, m.jaccard_score):
            put(lambda: f(a, b, average=average, **kw))
        put(lambda: m.fbeta_score(a, b, beta=0.5, average=average, **kw))
    for z in (1.0, np.nan):
        put(lambda: m.precision_score(a, b, average="macro", zero_division=z, **kw))
        put(lambda: m.recall_score(a, b, average="weighted", zero_division=z, **kw))
        put(lambda: m.fbeta_score(a, b, beta=2, average="macro", zero_division=z, **kw))
    put(lambda: m.f1_score(a, b, average="binary", pos_label=c["all"][0], **kw))
    put(lambda: m.f1_score(a, b, average="macro", labels=c["all"][::-2], **kw))
    put(lambda: m.precision_score(a, b, average="micro", labels=c["all"][::-2], **kw))
    for e in range(4):
        put(lambda: weigh(m.precision_recall_fscore_support(a, b, beta=1.5, **kw)[e], w))
    put(lambda: m.matthews_corrcoef(a, b, **kw))
    put(lambda: m.cohen_kappa_score(a, b, **kw))
    put(lambda: m.cohen_kappa_score(a, b, weights="linear", **kw))
    put(lambda: m.cohen_kappa_score(a, b, weights="quadratic", **kw))
    put(lambda: m.cohen_kappa_score(a, b, labels=c["all"][: k // 2 + 1], **kw))
    for norm in (None, "true", "pred", "all"):
        put(lambda: weigh(m.confusion_matrix(a, b, normalize=norm, **kw).ravel(), w))
    put(lambda: weigh(m.confusion_matrix(a, b, labels=c["all"][::-1], **kw).ravel(), w))
    put(lambda: report(c, 2, **kw))
    put(lambda: report(c, 4, labels=c["all"][: k // 2 + 1], **kw))
    one = dict(replace_undefined_by=1.0, **kw)
    put(lambda: m.class_likelihood_ratios(a, b, **one)[0])
    put(lambda: m.class_likelihood_ratios(a, b, **one)[1])
    # Probabilities and scores.
    p = c["p"]
    put(lambda: m.log_loss(a, p, labels=c["all"], **kw))
    put(lambda: m.log_loss(a, p, **kw))
    put(lambda: m.brier_score_loss(a, p, labels=c["all"], **kw) if k > 1 else ERROR)
    put(lambda: m.d2_log_loss_score(a, p, labels=c["all"], **kw))
    put(lambda: m.roc_auc_score(a, p, multi_class="ovr", labels=c["all"], **kw) if k > 2 else ERROR)
    put(lambda: m.roc_auc_score(a, p, multi_class="ovr", average="weighted", labels=c["all"], **kw) if k > 2 else ERROR)
    put(lambda: m.roc_auc_score(a, p, multi_class="ovr", average="micro", labels=c["all"], **kw) if k > 2 else ERROR)
    put(lambda: m.roc_auc_score(a, p, multi_class="ovo", labels=c["all"]) if k > 2 else ERROR)
    put(lambda: m.roc_auc_score(a, p, multi_class="ovo", average="weighted", labels=c["all"])
        if k > 2 and len(np.unique(a)) > 1 else ERROR if k < 3 else np.nan)  # no pair: macro gives NaN, weighted raises
    put(lambda: m.average_precision_score(a, p, **kw) if k > 2 else ERROR)
    put(lambda: m.average_precision_score(a, p, average="weighted", **kw) if k > 2 else ERROR)
    put(lambda: m.average_precision_score(a, p, average="micro", **kw) if k > 2 else ERROR)
    put(lambda: m.top_k_accuracy_score(a, p, k=2, labels=c["all"], **kw) if k > 2 else ERROR)
    # Two classes: 0 and 1, or 1 and 2.
    z, s, q = c["truth"] % 2, c["score"], c["unit"]
    put(lambda: m.roc_auc_score(z, s, **kw))
    # With weight on one class only the whole area is NaN, the partial one an IndexError.
    put(lambda: np.nan if np.isnan(out[-1]) else m.roc_auc_score(z, s, max_fpr=0.3, **kw))
    put(lambda: m.average_precision_score(z, s, **kw))
    put(lambda: m.average_precision_score(z + 1, s, pos_label=2, **kw))
    put(lambda: m.average_precision_score(z, s, pos_label=0, **kw))
    put(lambda: m.log_loss(z, q, **kw))
    put(lambda: m.brier_score_loss(z, q, **kw))
    put(lambda: m.brier_score_loss(z + 1, q, **kw))
    put(lambda: m.brier_score_loss(z, q, pos_label=0, **kw))
    # One class: the share of it is 1, up to rounding, which decides between -inf and -1e31.
    put(lambda: m.d2_brier_score(z, q, **kw) if len(np.unique(z)) == 2 else -np.inf if n > 1 else np.nan)
    put(lambda: m.top_k_accuracy_score(z, s, k=1, **kw))
    for drop in (True, False):
        try:
            x, y, t = m.roc_curve(z, s, drop_intermediate=drop, **kw)
            out += [len(x), weigh(x, w), weigh(y, w), weigh(t[1:], w)]
        except Exception:
            out += [ERROR] * 4
        try:
            x, y, t = m.precision_recall_curve(z, s, drop_intermediate=drop, **kw)
            out += [len(x), weigh(x, w), weigh(y, w), weigh(t, w)]
        except Exception:
            out += [ERROR] * 4
    # Numbers.
    y, f, yp, fp = c["y"], c["f"], c["yp"], c["fp"]
    put(lambda: m.r2_score(y, f, **kw))
    put(lambda: m.r2_score(y, f, multioutput="variance_weighted", **kw))
    put(lambda: m.r2_score(y, f, force_finite=False, **kw))
    put(lambda: m.explained_variance_score(y, f, **kw))
    put(lambda: m.explained_variance_score(y, f, multioutput="variance_weighted", **kw))
    put(lambda: m.mean_squared_error(y, f, **kw))
    put(lambda: weigh(m.mean_squared_error(y, f, multioutput="raw_values", **kw), w))
    put(lambda: m.root_mean_squared_error(y, f, **kw))
    put(lambda: m.mean_absolute_error(y, f, **kw))
    put(lambda: m.mean_absolute_error(y, f, multioutput=np.arange(1, y.shape[1] + 1), **kw) if y.shape[1] > 1 else 0)
    put(lambda: m.median_absolute_error(y, f, **kw))
    put(lambda: m.mean_absolute_percentage_error(y, f, **kw))
    put(lambda: m.max_error(y, f))
    put(lambda: m.mean_squared_log_error(yp, fp, **kw))
    put(lambda: m.root_mean_squared_log_error(yp, fp, **kw))
    put(lambda: m.mean_poisson_deviance(yp, fp, **kw))
    put(lambda: m.mean_gamma_deviance(yp, fp, **kw))
    put(lambda: m.d2_absolute_error_score(y, f, **kw))
    # Clusters.
    for f in (m.adjusted_rand_score, m.rand_score, m.mutual_info_score, m.homogeneity_score, m.completeness_score, m.fowlkes_mallows_score):
        put(lambda: f(a, b))
    put(lambda: m.v_measure_score(a, b))
    put(lambda: m.v_measure_score(a, b, beta=0.25))
    for how in ("arithmetic", "geometric", "min", "max"):
        put(lambda: m.normalized_mutual_info_score(a, b, average_method=how))
    put(lambda: m.adjusted_mutual_info_score(a, b))
    put(lambda: m.silhouette_score(c["X"], a))
    put(lambda: weigh(m.silhouette_samples(c["X"], a), w))
    # Indicator matrices: a column a label.
    T, G = (p > 1.2 / k).astype(int), (np.roll(p, -1, axis=1) > 1.0 / k).astype(int)

    def put_many(f):
        put(lambda: f() if k > 1 else ERROR)

    for average in ("micro", "macro", "weighted", "samples"):
        for f in (m.precision_score, m.recall_score, m.f1_score, m.jaccard_score):
            put_many(lambda: f(T, G, average=average, **kw))
        put_many(lambda: m.fbeta_score(T, G, beta=0.5, average=average, **kw))
        put_many(lambda: m.roc_auc_score(T, p, average=average, **kw))
        put_many(lambda: m.average_precision_score(T, p, average=average, **kw))
    put_many(lambda: m.precision_score(T, G, average="samples", zero_division=np.nan, **kw))
    put_many(lambda: m.recall_score(T, G, average="macro", zero_division=1.0, **kw))
    put_many(lambda: m.f1_score(T, G, average="macro", labels=[k - 1, 0], **kw))
    put_many(lambda: m.f1_score(T, G, average="samples", labels=[k - 1, 0], **kw))
    put_many(lambda: m.accuracy_score(T, G, **kw))
    for e in range(4):
        put_many(lambda: weigh(m.precision_recall_fscore_support(T, G, beta=1.5, **kw)[e], w))
    put_many(lambda: m.log_loss(T, p, **kw))
    put_many(lambda: m.brier_score_loss(T, p, **kw))
    put_many(lambda: m.d2_log_loss_score(T, p, **kw))
    put_many(lambda: m.d2_brier_score(T, p, **kw))
    put_many(lambda: report(c, 2, T, G, **kw))
    put_many(lambda: report(c, 4, T, G, labels=[0, k - 1], **kw))
    return out


rows = np.array([results(draw(seed)) for seed in range(CASES)], dtype="<f8")
print(rows.shape, "errors", int((rows == ERROR).sum()), "nan", int(np.isnan(rows).sum()), file=sys.stderr)
with open(sys.argv[1], "wb") as out:
    out.write(gzip.compress(rows.tobytes(), 9, mtime=0))
