# SPDX-License-Identifier: BSD-3-Clause
"""Metrics and scorers: scikit-learn's functions, results, warnings and undefined cases.

The functions with one number as result are made from the library's list of metrics; those with
tables, curves and texts are written here.
"""

import numpy as np

from . import _classes, _cofit, _data, _random, _rows
from ._errors import UndefinedMetricWarning, warn
from ._metric_options import convert, labels, numbers
from ._scorers import check_scoring, get_scorer, get_scorer_names, make_scorer


def _read(names, truth, guess):
    """Both columns, ready: the first is labels, the second too unless it is called scores."""
    _rows.check_consistent(truth, guess)
    as_scores = names[1] in ("y_score", "y_proba")
    if as_scores or names[0] != "y_true":
        _refuse_sparse(truth, guess)
    if names[0] == "labels_true":  # of two kinds, perhaps: only who is with whom counts
        return _groups(truth), _groups(guess)
    return labels(truth), (numbers if as_scores else labels)(guess)


def _refuse_sparse(*arrays):
    if any(_data.is_sparse(values) for values in arrays):
        raise TypeError("Sparse data was passed, but dense data is required.")


def _is_indicator(values):
    """Whether the labels of a row are the columns that hold 1."""
    return np.ndim(values) == 2 and np.shape(values)[1] > 1 or _data.is_sparse(values)


def _groups(values):
    """Clusters or classes as numbers."""
    ready = labels(values)
    if type(ready) is not _cofit.Matrix:
        return ready
    return np.ascontiguousarray(ready.values()[:, 0])


def _total(sample_weight, n):
    return float(n if sample_weight is None else np.sum(sample_weight))


def _is_nan(value):
    return isinstance(value, float) and np.isnan(value)


def _by_class(name, truth, guess, options):
    """average=None of precision and its kin: the metric of each class by itself."""
    wanted = options["labels"]
    classes = _all_labels(truth, guess) if wanted is None else np.asarray(wanted)
    options = {**options, "average": "macro", "pos_label": 1}
    return np.array([_call(name, truth, guess, {**options, "labels": [c]}) for c in classes])


def _tell_ignored(options):
    """The positive class counts for average='binary' alone."""
    if options["average"] != "binary" and options["pos_label"] not in (None, 1):
        warn(
            UserWarning,
            f"Note that pos_label (set to {options['pos_label']!r}) is ignored when average != "
            f"'binary' (got {options['average']!r}). You may use labels=[pos_label] to specify a "
            "single positive class.",
        )


def _columns_of(truth, options):
    """Labels of several classes as an indicator matrix."""
    truth = np.asarray(truth)
    if truth.ndim == 2 and truth.shape[1] > 1:
        return truth
    classes = options.get("labels")
    classes = np.unique(truth) if classes is None else np.asarray(classes)
    return (truth.reshape(-1, 1) == classes).astype(np.int64)


def _by_column(name, truth, scores, options):
    """The areas of the columns of an indicator matrix."""
    truth, scores = _columns_of(truth, options), np.asarray(scores)
    plain = {k: v for k, v in options.items() if k in ("sample_weight", "max_fpr")}
    plain["average"] = "macro"
    return np.array([_call(name, truth[:, j], scores[:, j], plain) for j in range(truth.shape[1])])


def _wants_columns(name, truth, guess, options):
    if name not in ("roc_auc_score", "average_precision_score"):
        return False
    return options["average"] is None and np.ndim(guess) == 2


def _finish(name, value, truth, guess, options):
    """What scikit-learn does to the number afterwards."""
    if options.get("normalize") is False:
        return value * _total(options["sample_weight"], _rows.count(truth))
    undefined = options.get("replace_undefined_by")
    if undefined is not None and np.isnan(value):
        return float(undefined)
    half = options.get("scale_by_half", "auto")
    if half != "auto":
        two = np.ndim(guess) == 1 or np.shape(guess)[1] < 3
        value *= (0.5 if half else 1.0) / (0.5 if two else 1.0)
    return value


def _call(name, truth, guess, options):
    """A metric of the library's list."""
    if _ARGUMENTS[name][1] != "y_pred" or ("average" not in options and name != "accuracy_score"):
        _refuse_sparse(truth, guess)
    if _wants_columns(name, truth, guess, options):
        return _by_column(name, truth, guess, options)
    if "average" in options and "zero_division" in options:
        _tell_ignored(options)
        if options["average"] is None:
            return _by_class(name, truth, guess, options)
    if options.get("contingency") is not None:
        raise ValueError("contingency is not supported: pass the labels")
    ready = _read(_ARGUMENTS[name], truth, guess)
    n_samples = ready[0].shape[0]
    if isinstance(options.get("multioutput"), str) and options["multioutput"] == "raw_values":
        rest = {k: v for k, v in options.items() if k != "multioutput"}
        return np.atleast_1d(_cofit.metric_table(name, *ready, **convert(rest, n_samples)))
    value = _cofit.metric(name, *ready, **convert(options, n_samples))
    return _finish(name, value, truth, guess, options)


# ---- the functions of the library's list ----

_ARGUMENTS = {
    name: [part.strip() for part in arguments.split(",")][:2]
    for name, arguments, _ in _cofit.metrics()
}

_EXPLAINED = {
    "y_true": "array-like : the true labels or values; several labels a row are columns of 0 and 1",
    "y_pred": "array-like : the predicted ones",
    "y_score": "array-like : scores of the greater of two classes, or a column a class",
    "y_proba": "array-like : probabilities of the greater of two classes, or a column a class",
    "y1": "array-like : labels by the first rater",
    "y2": "array-like : labels by the second rater",
    "labels_true": "array-like : the classes",
    "labels_pred": "array-like : the clusters",
    "sample_weight": "array-like of shape (n_samples,) : weights of the rows",
    "normalize": "bool : False gives the sum over the rows, not the mean",
    "labels": "array-like : the classes that count, in this order",
    "pos_label": "label : the positive class",
    "average": "str or None : how the values of the classes become one; None gives them all",
    "zero_division": "'warn', 0, 1 or nan : what 0 / 0 is",
    "multioutput": "'raw_values', 'uniform_average', 'variance_weighted' or weights : how outputs"
    " become one",
    "beta": "float : weight of recall, or of completeness",
    "adjusted": "bool : 0 is chance, 1 is perfect",
    "weights": "None, 'linear' or 'quadratic' : how far apart two ratings count",
    "max_fpr": "float or None : area up to this false positive rate, standardised",
    "multi_class": "'raise', 'ovr' or 'ovo' : what is done with more than two classes",
    "k": "int : how many of the highest scores count",
    "force_finite": "bool : a constant y_true gives 1 or 0, not NaN or -inf",
    "average_method": "'arithmetic', 'geometric', 'min' or 'max' : average of the entropies",
    "replace_undefined_by": "float : the result where it is undefined",
    "scale_by_half": "'auto' or bool : halved; 'auto' halves it for two classes",
    "contingency": "None : not supported",
}


def _doc(summary, arguments):
    lines = [f"{summary}.", "", "Parameters", "----------"]
    for part in arguments.split(","):
        name, _, default = part.strip().partition("=")
        if name != "*":
            kind, text = _EXPLAINED[name].split(" : ")
            default = f", default={default}" if default else ""
            lines += [f"{name} : {kind}{default}", f"    {text}"]
    return "\n".join([*lines, "", "Returns", "-------", "float or ndarray"])


def _make_function(name, arguments, summary):
    names = [part.strip().partition("=")[0] for part in arguments.split(",")]
    options = ", ".join(f"{n!r}: {n}" for n in names[2:] if n != "*")
    namespace = {"call": _call, "nan": np.nan, "__name__": __name__}
    call = f"call({name!r}, {names[0]}, {names[1]}, {{{options}}})"
    source = f"def {name}({arguments}):\n    return {call}"
    exec(source, namespace)
    namespace[name].__doc__ = _doc(summary, arguments)
    return namespace[name]


globals().update({row[0]: _make_function(*row) for row in _cofit.metrics()})


# ---- tables ----


def _union(y_true, y_pred):
    """The sorted labels of both."""
    return np.union1d(np.asarray(y_true), np.asarray(y_pred))


def _all_labels(y_true, y_pred):
    """The sorted labels of both, or the columns of indicator matrices."""
    if _is_indicator(y_true):
        return np.arange(y_true.shape[1] if _data.is_sparse(y_true) else np.shape(y_true)[1])
    return _union(y_true, y_pred)


def _table(name, y_true, y_pred, options, scores=False):
    ready = _read(("y_true", "y_score" if scores else "y_pred"), y_true, y_pred)
    return _cofit.metric_table(name, *ready, **convert(options, ready[0].shape[0]))


def confusion_matrix(y_true, y_pred, *, labels=None, sample_weight=None, normalize=None):
    """Counts of true classes (rows) against predicted ones (columns).

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples,)
        True and predicted labels.
    labels : array-like, default=None
        The classes that count, in this order; None means all that occur, sorted.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.
    normalize : {'true', 'pred', 'all'}, default=None
        What the entries are divided by: sums of rows, of columns, or of all.

    Returns
    -------
    matrix : ndarray of shape (n_classes, n_classes)
    """
    options = {"labels": labels, "sample_weight": sample_weight, "normalize": normalize}
    found = np.atleast_2d(_table("confusion_matrix", y_true, y_pred, options))
    if sample_weight is not None and normalize is None:
        kind = np.asarray(sample_weight).dtype.kind
        return found.astype(np.int64) if kind in "biu" else found
    return found


def precision_recall_fscore_support(
    y_true,
    y_pred,
    *,
    beta=1.0,
    labels=None,
    pos_label=1,
    average=None,
    warn_for=("precision", "recall", "f-score"),
    sample_weight=None,
    zero_division="warn",
):
    """Precision, recall, F-beta and support of each class, or their averages.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples,), or indicator matrix
        True and predicted labels; several columns of 0 and 1, also sparse, are a label each.
    beta : float, default=1.0
        Weight of recall against precision.
    labels : array-like, default=None
        The classes that count, in this order.
    pos_label : label, default=1
        The positive class, with average='binary'.
    average : {'binary', 'micro', 'macro', 'weighted', 'samples'}, default=None
        How the classes become one; None gives an array of each.
    warn_for : tuple, default=("precision", "recall", "f-score")
        Accepted, without effect: all of them warn.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.
    zero_division : {'warn', 0, 1, nan}, default='warn'
        What 0 / 0 is.

    Returns
    -------
    precision, recall, fbeta, support : float or ndarray of shape (n_classes,)
        The support of an average is None.
    """
    options = {
        "beta": beta,
        "labels": labels,
        "pos_label": pos_label,
        "average": average,
        "sample_weight": sample_weight,
        "zero_division": zero_division,
    }
    _tell_ignored(options)
    found = np.atleast_2d(_table("precision_recall_fscore_support", y_true, y_pred, options))
    if average is not None:
        return (*(float(value) for value in found[0, :3]), None)
    columns = [np.ascontiguousarray(found[:, j]) for j in range(4)]
    if sample_weight is None:
        columns[3] = columns[3].astype(np.int64)
    return tuple(columns)


def _report_names(y_true, y_pred, wanted, target_names):
    known = _all_labels(y_true, y_pred) if wanted is None else np.asarray(wanted)
    if target_names is None:
        return [f"{label}" for label in known]
    if len(target_names) != len(known):
        raise ValueError(
            f"Number of classes, {len(known)}, does not match size of target_names, "
            f"{len(target_names)}. Try specifying the labels parameter"
        )
    return [str(name) for name in target_names]


def classification_report(
    y_true,
    y_pred,
    *,
    labels=None,
    target_names=None,
    sample_weight=None,
    digits=2,
    output_dict=False,
    zero_division="warn",
):
    """Precision, recall, F1 and support of every class and their averages, as a text.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples,), or indicator matrix
        True and predicted labels; several columns of 0 and 1, also sparse, are a label each.
    labels : array-like, default=None
        The classes that count, in this order.
    target_names : array-like of str, default=None
        Names shown instead of the labels.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.
    digits : int, default=2
        Digits after the point in the text.
    output_dict : bool, default=False
        Return a dict of dicts instead of the text.
    zero_division : {'warn', 0, 1, nan}, default='warn'
        What 0 / 0 is.

    Returns
    -------
    report : str or dict
    """
    names = _report_names(y_true, y_pred, labels, target_names)
    options = {
        "labels": labels,
        "target_names": names,
        "sample_weight": sample_weight,
        "zero_division": zero_division,
        "k": digits,
    }
    ready = _read(("y_true", "y_pred"), y_true, y_pred)
    text, rows = _cofit.report("report", *ready, **convert(options, ready[0].shape[0]))
    if not output_dict:
        return text
    headers = ("precision", "recall", "f1-score", "support")
    report = {row[0]: dict(zip(headers, row[1:])) for row in rows}
    if "accuracy" in report and rows[len(names)][0] == "accuracy":
        report["accuracy"] = report["accuracy"]["precision"]
    return report


def class_likelihood_ratios(
    y_true, y_pred, *, labels=None, sample_weight=None, replace_undefined_by=np.nan
):
    """Positive and negative likelihood ratios of two classes.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples,)
        True and predicted labels.
    labels : array-like, default=None
        The negative and the positive class.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.
    replace_undefined_by : nan, 1.0 or dict, default=nan
        The result where it is undefined; a dict has it under "LR+" and "LR-".

    Returns
    -------
    positive, negative : float
    """
    matrix = confusion_matrix(y_true, y_pred, labels=labels, sample_weight=sample_weight)
    if matrix.shape != (2, 2):
        raise ValueError(
            "class_likelihood_ratios only supports binary classification problems, got "
            f"{matrix.shape[0]} classes"
        )
    tn, fp, fn, tp = (float(count) for count in matrix.ravel())
    replace = replace_undefined_by
    if not isinstance(replace, dict):
        replace = {"LR+": replace, "LR-": replace}
    if tp + fn == 0:
        warn(UndefinedMetricWarning, "No samples of the positive class are present in `y_true`.")
        return float("nan"), float("nan")
    results = []
    for key, above, below in (
        ("LR+", tp * (tn + fp), fp * (tp + fn)),
        ("LR-", fn * (tn + fp), tn * (tp + fn)),
    ):
        undefined = (fp if key == "LR+" else tn) == 0
        if undefined:
            warn(UndefinedMetricWarning, f"{key} is ill-defined and set to {replace[key]}.")
        results.append(float(replace[key]) if undefined else above / below)
    return tuple(results)


def homogeneity_completeness_v_measure(labels_true, labels_pred, *, beta=1.0):
    """Homogeneity, completeness and their harmonic mean.

    Parameters
    ----------
    labels_true, labels_pred : array-like of shape (n_samples,)
        Classes and clusters.
    beta : float, default=1.0
        Weight of completeness.

    Returns
    -------
    homogeneity, completeness, v_measure : float
    """
    pair = (labels_true, labels_pred)
    return (
        _call("homogeneity_score", *pair, {}),
        _call("completeness_score", *pair, {}),
        _call("v_measure_score", *pair, {"beta": beta}),
    )


def zero_one_loss(y_true, y_pred, *, normalize=True, sample_weight=None):
    """Share, or number, of rows that are not predicted exactly.

    Parameters
    ----------
    y_true, y_pred : array-like
        True and predicted labels.
    normalize : bool, default=True
        False gives the number of rows.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    loss : float
    """
    options = {"normalize": normalize, "sample_weight": sample_weight}
    right = _call("accuracy_score", y_true, y_pred, options)
    return (1.0 if normalize else _total(sample_weight, _rows.count(y_true))) - right


# ---- curves ----


def roc_curve(y_true, y_score, *, pos_label=None, sample_weight=None, drop_intermediate=True):
    """True positive rate against false positive rate as the threshold falls.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Labels of two classes.
    y_score : array-like of shape (n_samples,)
        Scores of the positive class.
    pos_label : label, default=None
        The positive class; needed unless the labels are 0 and 1 or -1 and 1.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.
    drop_intermediate : bool, default=True
        Leave out points on a straight line.

    Returns
    -------
    fpr, tpr, thresholds : ndarray of shape (n_points,)
    """
    options = {
        "sample_weight": sample_weight,
        "drop_intermediate": drop_intermediate,
    }
    found = _curve("roc_curve", y_true, y_score, pos_label, options)
    return tuple(np.ascontiguousarray(found[:, j]) for j in range(3))


def _curve(name, y_true, y_score, pos_label, options):
    """A curve of three columns; the positive class may be named by any label."""
    truth = np.asarray(y_true)
    if pos_label is not None:  # 1 too, whatever the other label is
        truth = (truth == pos_label).astype(np.int64)
    return np.atleast_2d(_table(name, truth, y_score, options, scores=True))


def precision_recall_curve(
    y_true, y_score, *, pos_label=None, sample_weight=None, drop_intermediate=False
):
    """Precision and recall as the threshold rises.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Labels of two classes.
    y_score : array-like of shape (n_samples,)
        Scores of the positive class.
    pos_label : label, default=None
        The positive class; needed unless the labels are 0 and 1 or -1 and 1.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.
    drop_intermediate : bool, default=False
        Leave out points on a straight line.

    Returns
    -------
    precision, recall : ndarray of shape (n_thresholds + 1,)
        The last points are 1 and 0.
    thresholds : ndarray of shape (n_thresholds,)
    """
    options = {
        "sample_weight": sample_weight,
        "drop_intermediate": drop_intermediate,
    }
    found = _curve("precision_recall_curve", y_true, y_score, pos_label, options)
    thresholds = found[:-1, 2].astype(np.asarray(y_score).dtype)
    return np.ascontiguousarray(found[:, 0]), np.ascontiguousarray(found[:, 1]), thresholds


def auc(x, y):
    """Area under the points (x, y) by the trapezoidal rule.

    Parameters
    ----------
    x, y : array-like of shape (n_points,)
        Coordinates; x is monotone.

    Returns
    -------
    area : float
    """
    _rows.check_consistent(x, y)
    return _cofit.auc(numbers(x), numbers(y))


# ---- silhouettes ----


def silhouette_samples(X, labels, *, metric="euclidean", **kwds):
    """How much nearer each row is to its own cluster than to the next one.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Rows, or with metric='precomputed' distances (n_samples, n_samples).
    labels : array-like of shape (n_samples,)
        Cluster of each row.
    metric : {'euclidean', 'precomputed'}, default='euclidean'
        The distance.

    Returns
    -------
    silhouette : ndarray of shape (n_samples,)
    """
    if metric not in ("euclidean", "precomputed") or kwds:
        raise ValueError(f"metric={metric!r} is not supported: use 'euclidean' or 'precomputed'")
    _rows.check_consistent(X, labels)
    codes = _data.encode_labels(np.asarray(labels))[0]
    ready = _data.prepare_X(X, "silhouette_samples")
    found = _cofit.metric_table(
        "silhouette_samples", ready, codes, precomputed=metric == "precomputed"
    )
    return np.atleast_1d(found)


def silhouette_score(X, labels, *, metric="euclidean", sample_size=None, random_state=None, **kwds):
    """The mean of silhouette_samples.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Rows, or with metric='precomputed' distances (n_samples, n_samples).
    labels : array-like of shape (n_samples,)
        Cluster of each row.
    metric : {'euclidean', 'precomputed'}, default='euclidean'
        The distance.
    sample_size : int, default=None
        Rows to draw first; None takes all.
    random_state : int, RandomState instance or None, default=None
        Of that draw.

    Returns
    -------
    score : float
    """
    if sample_size is not None:
        generator = _random.generator_of(random_state) or np.random.RandomState(random_state)
        rows = generator.permutation(_rows.count(X))[:sample_size]
        X, labels = np.asarray(X)[rows], np.asarray(labels)[rows]
        X = X.T[rows].T if metric == "precomputed" else X
    return float(np.mean(silhouette_samples(X, labels, metric=metric, **kwds)))


__all__ = [
    *_ARGUMENTS,
    "auc",
    "check_scoring",
    "class_likelihood_ratios",
    "classification_report",
    "confusion_matrix",
    "get_scorer",
    "get_scorer_names",
    "homogeneity_completeness_v_measure",
    "make_scorer",
    "precision_recall_curve",
    "precision_recall_fscore_support",
    "roc_curve",
    "silhouette_samples",
    "silhouette_score",
    "zero_one_loss",
]
__getattr__ = _classes.install(globals())
