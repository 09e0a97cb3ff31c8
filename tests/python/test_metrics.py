# SPDX-License-Identifier: BSD-3-Clause
"""cofit.metrics against sklearn.metrics: every function, every argument, every kind of label."""

import inspect
import warnings

import cofit.metrics as ours
import numpy as np
import pytest
import sklearn.metrics as theirs
from sklearn.exceptions import UndefinedMetricWarning

ENCODINGS = {
    "int": lambda y: y,
    "float": lambda y: y.astype(float),
    "int8": lambda y: y.astype(np.int8),
    "bool": lambda y: y.astype(bool),
    "text": lambda y: np.array(["no", "yes", "zebra"])[y],
    "object": lambda y: np.array(["no", "yes", "zebra"], dtype=object)[y],
    "list": lambda y: y.tolist(),
}


def labels(seed, classes, n=60):
    r = np.random.RandomState(seed)
    return r.randint(classes, size=n), r.randint(classes, size=n), r.rand(n)


def same(name, *args, **options):
    """Both give the same value, of the same type, or both raise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = getattr(theirs, name)(*args, **options)
        found = getattr(ours, name)(*args, **options)
    kinds = [float if isinstance(v, np.float64) else type(v) for v in (found, expected)]
    assert kinds[0] is kinds[1]
    if isinstance(expected, (str, dict)):
        assert found == pytest.approx(expected) if isinstance(expected, dict) else found == expected
        return
    several = expected if isinstance(expected, tuple) else (expected,)
    for a, b in zip(found if isinstance(found, tuple) else (found,), several, strict=True):
        if b is None:
            assert a is None
            continue
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)
        assert np.asarray(a).dtype == np.asarray(b).dtype


DEPRECATED = {"y_pred"}  # of the functions that call it y_proba now


@pytest.mark.parametrize("name", [n for n in ours.__all__ if hasattr(theirs, n)])
def test_signatures(name):
    mine, other = (inspect.signature(getattr(m, name)).parameters for m in (ours, theirs))
    expected = dict(other)
    if "y_proba" in expected:
        for gone in DEPRECATED:
            expected.pop(gone, None)
    assert list(mine) == list(expected)
    for key, parameter in mine.items():
        assert parameter.kind == expected[key].kind
        a, b = parameter.default, expected[key].default
        both_nan = isinstance(a, float) and isinstance(b, float) and a != a and b != b
        assert both_nan or a == b or key == "y_proba"
    assert "Parameters\n" in inspect.getdoc(getattr(ours, name)) or name == "get_scorer_names"


@pytest.mark.parametrize("kind", ENCODINGS)
@pytest.mark.parametrize(
    "name",
    [
        "accuracy_score",
        "balanced_accuracy_score",
        "matthews_corrcoef",
        "cohen_kappa_score",
        "zero_one_loss",
        "confusion_matrix",
    ],
)
def test_labels_of_every_kind(name, kind):
    y, f, w = labels(0, 2 if kind == "bool" else 3)
    y, f = ENCODINGS[kind](y), ENCODINGS[kind](f)
    same(name, y, f)
    same(name, y, f, sample_weight=w)


def test_accuracy_counts():
    y, f, w = labels(1, 3)
    same("accuracy_score", y, f, normalize=False)
    same("accuracy_score", y, f, normalize=False, sample_weight=w)
    same("zero_one_loss", y, f, normalize=False)
    same("balanced_accuracy_score", y, f, adjusted=True)
    same("accuracy_score", np.column_stack([y, f]) % 2, np.column_stack([y, y]) % 2)


COUNTED = ["precision_score", "recall_score", "f1_score", "fbeta_score", "jaccard_score"]


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
@pytest.mark.parametrize("kind", ["int", "text"])
def test_averages(name, average, kind):
    y, f, w = labels(2, 3)
    y, f = ENCODINGS[kind](y), ENCODINGS[kind](f)
    options = {"beta": 0.5} if name == "fbeta_score" else {}
    for weight in (None, w):
        same(name, y, f, average=average, sample_weight=weight, **options)
    some = np.unique(y)[[2, 0]]
    same(name, y, f, average=average, labels=some, **options)


@pytest.mark.parametrize("name", COUNTED)
def test_binary(name):
    y, f, w = labels(3, 2)
    options = {"beta": 2.0} if name == "fbeta_score" else {}
    same(name, y, f, **options)
    same(name, y, f, pos_label=0, sample_weight=w, **options)
    same(name, ENCODINGS["text"](y), ENCODINGS["text"](f), pos_label="no", **options)
    same(name, y.astype(bool), f.astype(bool), pos_label=False, **options)
    with pytest.raises(ValueError, match="pos_label"):
        getattr(ours, name)(ENCODINGS["text"](y), ENCODINGS["text"](f), **options)
    with pytest.raises(ValueError):
        getattr(ours, name)(labels(3, 3)[0], labels(3, 3)[1], **options)


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("zero_division", [0, 1, np.nan, "warn"])
def test_zero_division(name, zero_division):
    if name == "jaccard_score" and zero_division != zero_division:
        pytest.skip("jaccard_score takes 0, 1 and warn")
    y, f = np.array([0, 0, 0, 2]), np.array([0, 1, 1, 1])
    options = {"beta": 0.5} if name == "fbeta_score" else {}
    for average in (None, "macro", "weighted", "micro"):
        same(name, y, f, average=average, zero_division=zero_division, **options)


def test_undefined_metrics_warn():
    with pytest.warns(UndefinedMetricWarning, match="ill-defined"):
        ours.precision_score([1, 1], [0, 0])
    with pytest.warns(UndefinedMetricWarning):
        ours.r2_score([1.0], [2.0])


@pytest.mark.parametrize("normalize", [None, "true", "pred", "all"])
def test_confusion_matrix(normalize):
    y, f, w = labels(4, 4)
    same("confusion_matrix", y, f, normalize=normalize)
    same("confusion_matrix", y, f, normalize=normalize, sample_weight=w, labels=[3, 1])


@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
def test_precision_recall_fscore_support(average):
    y, f, w = labels(5, 3)
    name = "precision_recall_fscore_support"
    same(name, y, f, average=average)
    same(name, y, f, average=average, sample_weight=w, beta=0.3, labels=[0, 2])
    same(name, y % 2, f % 2, average="binary", pos_label=0)


@pytest.mark.parametrize("kind", ["int", "float", "text", "object", "bool"])
def test_classification_report(kind):
    y, f, w = labels(6, 2 if kind == "bool" else 3)
    y, f = ENCODINGS[kind](y), ENCODINGS[kind](f)
    w = np.ceil(w * 64) / 64  # the text shows sums with every digit
    names = ["a", "bb", "a long name"][: len(np.unique(y))]
    for options in (
        {},
        {"digits": 4},
        {"sample_weight": w},
        {"target_names": names},
        {"labels": np.unique(y)[:2]},
    ):
        same("classification_report", y, f, **options)
        expected = theirs.classification_report(y, f, output_dict=True, **options)
        found = ours.classification_report(y, f, output_dict=True, **options)
        assert list(found) == list(expected)
        for key, row in expected.items():
            assert found[key] == pytest.approx(row)


@pytest.mark.parametrize("replace", [np.nan, 1.0, {"LR+": 5.0, "LR-": 0.5}])
def test_class_likelihood_ratios(replace):
    y, f, w = labels(7, 2)
    same("class_likelihood_ratios", y, f, replace_undefined_by=replace)
    same("class_likelihood_ratios", y, f, sample_weight=w, labels=[1, 0])
    same("class_likelihood_ratios", [0, 1, 1], [0, 1, 1], replace_undefined_by=replace)


def test_multilabel():
    import scipy.sparse as sp

    r = np.random.RandomState(18)
    y, f, s, w = r.rand(40, 4) < 0.4, r.rand(40, 4) < 0.4, r.rand(40, 4), r.rand(40)
    y[3] = f[5] = False
    p = s / s.sum(axis=1, keepdims=True)
    forms = [
        lambda a: a.astype(int),
        lambda a: a,
        lambda a: a.astype(float),
        lambda a: a.astype(int).tolist(),
        lambda a: sp.csr_matrix(a.astype(int)),
        lambda a: sp.coo_array(a.astype(np.int8)),
    ]
    for form in forms:
        same("accuracy_score", form(y), form(f), sample_weight=w)
        same("accuracy_score", form(y), form(f), normalize=False)
        same("zero_one_loss", form(y), form(f))
        same("zero_one_loss", form(y), form(f), normalize=False)
        same("f1_score", form(y), form(f), average="samples", sample_weight=w)
        same("classification_report", form(y), form(f), digits=6)
    y, f = y.astype(int), f.astype(int)
    for average in (None, "micro", "macro", "weighted", "samples"):
        for name in COUNTED:
            options = {"beta": 0.5} if name == "fbeta_score" else {}
            same(name, y, f, average=average, **options)
            same(name, y, f, average=average, labels=[3, 1], sample_weight=w, **options)
        same("precision_recall_fscore_support", y, f, average=average, zero_division=1)
        for name in ("roc_auc_score", "average_precision_score"):
            same(name, y, s, average=average)
            same(name, y[:, :2], s[:, :2], average=average, sample_weight=w)
    for name in ("log_loss", "brier_score_loss", "d2_log_loss_score", "d2_brier_score"):
        same(name, y, p, sample_weight=w)
        same(name, y[:, :2], p[:, :2] / p[:, :2].sum(axis=1, keepdims=True))
    same("log_loss", y, p, normalize=False)
    names = ["a", "b", "c", "d"]
    for options in ({"target_names": names}, {"labels": [2, 0]}):
        same("classification_report", y, f, digits=6, **options)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = theirs.classification_report(y, f, output_dict=True, **options)
            found = ours.classification_report(y, f, output_dict=True, **options)
        assert list(found) == list(expected)
        for key, row in expected.items():
            assert found[key] == pytest.approx(row)
    for name, *arguments in (
        ("roc_auc_score", sp.csr_matrix(y), s),
        ("log_loss", sp.csr_matrix(y), p),
    ):
        with pytest.raises(TypeError, match="Sparse"):
            getattr(ours, name)(*arguments)
    for options in ({}, {"average": "macro", "labels": [4]}, {"average": "some"}):
        with pytest.raises(ValueError):
            ours.f1_score(y, f, **options)
    with pytest.raises(ValueError, match="Samplewise"):
        ours.f1_score(y[:, 0], f[:, 0], average="samples")


def test_multilabel_scorers():
    from cofit.tree import DecisionTreeClassifier

    r = np.random.RandomState(19)
    X = r.randn(60, 3)
    y = (X + 0.5 * r.randn(60, 3) > 0).astype(int)
    model = DecisionTreeClassifier(max_depth=2, random_state=0).fit(X, y)
    for name in ("f1_samples", "jaccard_samples", "recall_macro", "precision_micro", "accuracy"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = theirs.get_scorer(name)(model, X, y)
            assert ours.get_scorer(name)(model, X, y) == pytest.approx(expected)


def test_kappa():
    y, f, w = labels(8, 4)
    for weights in (None, "linear", "quadratic"):
        same("cohen_kappa_score", y, f, weights=weights, sample_weight=w)
    same("cohen_kappa_score", y, f, labels=[0, 1])
    same("cohen_kappa_score", [1, 1], [1, 1], replace_undefined_by=0.0)


def probabilities(seed, k, n=60):
    p = np.random.RandomState(seed).rand(n, k) + 0.01
    return p / p.sum(axis=1, keepdims=True)


def test_probabilities():
    y, _, w = labels(9, 3)
    p = probabilities(9, 3)
    for weight in (None, w):
        same("log_loss", y, p, sample_weight=weight)
        same("brier_score_loss", y, p, sample_weight=weight)
        same("d2_log_loss_score", y, p, sample_weight=weight)
        same("d2_brier_score", y, p, sample_weight=weight)
    same("log_loss", y, p, normalize=False)
    same("log_loss", y[:1], p[:1], labels=[0, 1, 2])
    binary = y % 2
    for scale in (True, False, "auto"):
        same("brier_score_loss", binary, p[:, 0], scale_by_half=scale)
        same("brier_score_loss", y, p, scale_by_half=scale)
    same("brier_score_loss", ENCODINGS["text"](binary), p[:, 0], pos_label="no")
    same("d2_brier_score", binary, p[:, 0], pos_label=0)


def test_areas():
    y, _, w = labels(10, 3)
    p, binary = probabilities(10, 3), y % 2
    same("roc_auc_score", binary, p[:, 0], sample_weight=w)
    same("roc_auc_score", binary, p[:, 0].astype(np.float32), max_fpr=0.3)
    same("roc_auc_score", ENCODINGS["text"](binary), p[:, 0])
    for average in ("macro", "weighted", "micro", None):
        same("roc_auc_score", y, p, multi_class="ovr", average=average)
    for average in ("macro", "weighted"):
        same("roc_auc_score", y, p, multi_class="ovo", average=average)
    indicator = (y[:, None] == np.arange(3)).astype(int)
    for average in ("macro", "weighted", "micro", None):
        same("roc_auc_score", indicator, p, average=average, sample_weight=w)
        same("average_precision_score", indicator, p, average=average, sample_weight=w)
        same("average_precision_score", y, p, average=average)
    same("average_precision_score", binary, p[:, 0], pos_label=0)
    for k in (1, 2):
        same("top_k_accuracy_score", y, p, k=k, sample_weight=w)
        same("top_k_accuracy_score", y, p, k=k, normalize=False)


def test_curves():
    y, _, w = labels(11, 2)
    s = np.round(np.random.RandomState(11).rand(60), 1)
    for weight in (None, w):
        for drop in (True, False):
            for scores in (s, s.astype(np.float32)):
                for name in ("roc_curve", "precision_recall_curve"):
                    same(name, y, scores, sample_weight=weight, drop_intermediate=drop)
    same("roc_curve", ENCODINGS["text"](y), s, pos_label="yes")
    same("precision_recall_curve", y + 1, s, pos_label=1)
    same("precision_recall_curve", y, (s * 10).astype(int))
    same("auc", [0.0, 0.3, 0.9], [0.1, 0.7, 0.8])
    with pytest.raises(ValueError, match="pos_label"):
        ours.roc_curve(ENCODINGS["text"](y), s)


ERRORS = [
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_absolute_error",
    "median_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_log_error",
    "root_mean_squared_log_error",
    "r2_score",
    "explained_variance_score",
    "d2_absolute_error_score",
]


@pytest.mark.parametrize("name", ERRORS)
def test_regression(name):
    r = np.random.RandomState(12)
    y, f, w = r.rand(40, 2), r.rand(40, 2), r.rand(40)
    for weight in (None, w):
        same(name, y[:, 0], f[:, 0], sample_weight=weight)
        for multioutput in ("raw_values", "uniform_average", [0.3, 0.7]):
            same(name, y, f, sample_weight=weight, multioutput=multioutput)
    same(name, y[:, 0].tolist(), f[:, 0])
    same(name, (y[:, 0] * 10).astype(int), (f[:, 0] * 10).astype(np.int8))
    if name in ("r2_score", "explained_variance_score"):
        same(name, y, f, multioutput="variance_weighted")
        for finite in (True, False):
            same(name, np.ones(4), [1.0, 1.0, 1.0, 2.0], force_finite=finite)
            same(name, np.ones(4), np.ones(4), force_finite=finite)


def test_deviances():
    r = np.random.RandomState(13)
    y, f, w = r.rand(30) + 0.1, r.rand(30) + 0.1, r.rand(30)
    for name in ("mean_poisson_deviance", "mean_gamma_deviance"):
        same(name, y, f)
        same(name, y, f, sample_weight=w)
        with pytest.raises(ValueError):
            getattr(ours, name)(y, -f)
    same("max_error", y, f)


@pytest.mark.parametrize(
    "name",
    [
        "adjusted_rand_score",
        "rand_score",
        "mutual_info_score",
        "homogeneity_score",
        "completeness_score",
        "v_measure_score",
        "fowlkes_mallows_score",
        "normalized_mutual_info_score",
        "adjusted_mutual_info_score",
        "homogeneity_completeness_v_measure",
    ],
)
def test_clusterings(name):
    y, f, _ = labels(14, 4)
    same(name, y, f)
    same(name, ENCODINGS["text"](y % 3), f)
    if name.endswith("_mutual_info_score"):
        for how in ("arithmetic", "geometric", "min", "max"):
            same(name, y, f, average_method=how)
    if "v_measure" in name:
        same(name, y, f, beta=0.4)


def test_silhouettes():
    r = np.random.RandomState(15)
    X, y = r.rand(50, 3), r.randint(3, size=50)
    same("silhouette_samples", X, y)
    same("silhouette_score", X, ENCODINGS["text"](y))
    same("silhouette_score", X, y, sample_size=30, random_state=3)
    same("silhouette_score", theirs.pairwise_distances(X), y, metric="precomputed")


def test_wrong_input():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        ours.accuracy_score([0, 1], [0])
    with pytest.raises(ValueError):
        ours.mean_squared_error([np.nan], [1.0])
    with pytest.raises(ValueError):
        ours.f1_score([0, 1], [0, 1], average="sometimes")
    with pytest.raises(TypeError):
        ours.f1_score([0, 1], [0, 1], [0])


def test_support_of_whole_weights():
    for weights in (None, [1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0]):
        support = [
            m.precision_recall_fscore_support([0, 1, 1, 0], [0, 1, 0, 0], sample_weight=weights)[3]
            for m in (ours, theirs)
        ]
        assert support[0].dtype == support[1].dtype
        np.testing.assert_array_equal(*support)


@pytest.mark.parametrize("multioutput", ["raw_values", "uniform_average"])
def test_texts_are_no_numbers(multioutput):
    for m in (ours, theirs):
        with pytest.raises((TypeError, ValueError)):
            m.mean_absolute_error(["a", "b"], ["b", "b"], multioutput=multioutput)


def test_dictionaries_are_released():
    y = np.array(["a" * 20000, "b" * 20000])

    def pages():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])

    ours.accuracy_score(y, y)
    before = pages()
    for _ in range(1000):  # 40 kB each
        ours.accuracy_score(y, y)
    assert pages() - before < 2000  # of 4 kB


def test_scorers():
    from cofit.linear_model import LogisticRegression
    from sklearn.linear_model import LogisticRegression as Foreign

    r = np.random.RandomState(16)
    X = r.randn(80, 3)
    y = (X[:, 0] + 0.5 * r.randn(80) > 0).astype(int)
    model, foreign = LogisticRegression().fit(X, y), Foreign().fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ours.get_scorer_names():
            scorer = theirs.get_scorer(name)
            zeros = ("neg_mean_gamma_deviance", "neg_mean_poisson_deviance")  # have none
            if name in zeros or name.endswith("_samples"):
                with pytest.raises(ValueError):
                    ours.get_scorer(name)(model, X, y)
                continue
            assert ours.get_scorer(name)(foreign, X, y) == pytest.approx(scorer(foreign, X, y))
            found = ours.get_scorer(name)(model, X, y)
            assert found == pytest.approx(scorer(model, X, y), nan_ok=True), name
    with pytest.raises(ValueError, match="not a valid scoring value"):
        ours.get_scorer("accurate")


def test_make_scorer():
    from cofit.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    r = np.random.RandomState(17)
    X = r.randn(90, 3)
    y = (X[:, 0] > 0).astype(int)
    loss = ours.make_scorer(ours.log_loss, response_method="predict_proba", greater_is_better=False)
    mine = cross_val_score(LogisticRegression(), X, y, scoring=loss)
    other = cross_val_score(LogisticRegression(), X, y, scoring="neg_log_loss")
    np.testing.assert_allclose(mine, other, rtol=1e-9)
    assert "greater_is_better=False" in repr(loss)
    both = ours.check_scoring(LogisticRegression(), ["accuracy", "f1"])
    found = both(LogisticRegression().fit(X, y), X, y)
    assert set(found) == {"accuracy", "f1"}


@pytest.mark.parametrize("average", [None, "macro", "binary"])
@pytest.mark.parametrize("pos_label", [0, 1, None])
def test_a_positive_class_that_is_ignored_is_told(average, pos_label):
    if average == "binary" and pos_label is None:
        return
    y, f, _ = labels(3, 2)
    for name in ("f1_score", "jaccard_score", "precision_recall_fscore_support"):
        told = []
        for module in (ours, theirs):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                getattr(module, name)(y, f, average=average, pos_label=pos_label)
            told.append([str(w.message) for w in caught])
        assert told[0] == told[1]
