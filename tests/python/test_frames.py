# SPDX-License-Identifier: BSD-3-Clause
"""Data frames: names, texts, missing values, containers of results, and files shared with C."""

import os
import pathlib
import pickle
import shutil
import subprocess

import cofit
import numpy as np
import pytest
from cofit.compose import make_column_selector, make_column_transformer
from cofit.impute import SimpleImputer
from cofit.linear_model import LogisticRegression, Ridge
from cofit.pipeline import make_pipeline
from cofit.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from twins import MODULES, cf, fit_both, make, quiet, same, sk

pd = pytest.importorskip("pandas")
ROOT = pathlib.Path(__file__).resolve().parents[2]
RNG = np.random.RandomState(0)


def penguins():
    return pd.read_csv(ROOT / "datasets" / "penguins.csv")


def table(n=60):
    """Columns of every kind pandas has."""
    rng = np.random.RandomState(1)
    holes = rng.random_sample(n) < 0.2
    frame = pd.DataFrame(
        {
            "real": np.where(holes, np.nan, rng.standard_normal(n)),
            "whole": rng.randint(0, 4, n),
            "small": rng.randint(0, 4, n).astype(np.int8),
            "truth": rng.random_sample(n) < 0.5,
            "text": rng.choice(["b", "a", "ü"], n),
            "object": pd.Series(rng.choice(["x", "y"], n), dtype=object).where(~holes, np.nan),
            "kinds": pd.Categorical(
                rng.choice(["lo", "mid", "hi"], n), categories=["lo", "mid", "hi", "no"]
            ),
            "Int": pd.array(rng.randint(0, 9, n), dtype="Int64"),
            "Float": pd.array(rng.standard_normal(n), dtype="Float64"),
            "Bool": pd.array(rng.random_sample(n) < 0.5, dtype="boolean"),
        }
    )
    frame.loc[::7, ["Int", "Float", "Bool"]] = pd.NA
    return frame, rng.randint(0, 2, n)


NUMERIC = ["real", "whole", "small", "truth", "Int", "Float", "Bool"]
CODED = ["text", "object", "kinds"]


def chain(maker, encoder="OneHotEncoder", **params):
    steps = [
        (
            "columns",
            (
                "ColumnTransformer",
                {
                    "transformers": [
                        (
                            "numbers",
                            (
                                "Pipeline",
                                {
                                    "steps": [
                                        ("fill", ("SimpleImputer", {"strategy": "median"})),
                                        ("scale", ("StandardScaler", {})),
                                    ]
                                },
                            ),
                            NUMERIC,
                        ),
                        (
                            "texts",
                            (
                                "Pipeline",
                                {
                                    "steps": [
                                        ("fill", ("SimpleImputer", {"strategy": "most_frequent"})),
                                        ("code", (encoder, params)),
                                    ]
                                },
                            ),
                            CODED,
                        ),
                    ]
                },
            ),
        ),
        ("model", ("LogisticRegression", {"tol": 1e-9, "max_iter": 10000})),
    ]
    return make(("Pipeline", {"steps": steps}), maker)


@pytest.mark.parametrize(
    "encoder, params", [("OneHotEncoder", {"handle_unknown": "ignore"}), ("OrdinalEncoder", {})]
)
def test_chain_over_a_frame_of_every_kind(encoder, params):
    X, y = table()
    ours, theirs = chain(cf, encoder, **params).fit(X, y), chain(sk, encoder, **params).fit(X, y)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-3, atol=1e-4)
    same(ours.feature_names_in_, theirs.feature_names_in_, "feature_names_in_")
    same(ours[:-1].get_feature_names_out(), theirs[:-1].get_feature_names_out(), "names")
    shuffled = X.iloc[::-1, ::-1]
    np.testing.assert_array_equal(ours.predict_proba(shuffled), ours.predict_proba(X)[::-1])
    extra = X.assign(more=1.0)
    np.testing.assert_array_equal(ours.predict_proba(extra), ours.predict_proba(X))
    with pytest.raises(ValueError, match="text"):
        ours.predict(X.drop(columns="text"))


@pytest.mark.parametrize("encoder", ["OneHotEncoder", "OrdinalEncoder"])
def test_categories_of_steps_have_the_dtypes_of_the_frame(encoder):
    X = pd.DataFrame(
        {
            "text": ["x", "y", "x", "z"],
            "whole": [1, 2, 1, 2],
            "small": np.array([3, 3, 4, 4], dtype=np.int8),
            "single": np.float32([0.5, 1, 1, 0.5]),
        }
    )

    def categories(m):
        chain = m.Pipeline([("no", "passthrough"), ("e", getattr(m, encoder)())])
        table = m.ColumnTransformer(
            [
                ("e", getattr(m, encoder)(), ["small", "text"]),
                ("chain", m.Pipeline([("e", getattr(m, encoder)())]), ["single"]),
            ],
            remainder=getattr(m, encoder)(),
        )
        union = m.FeatureUnion([("e", getattr(m, encoder)())])
        found = [chain.fit(X).named_steps["e"].categories_]
        fitted = table.fit(X)
        found += [fitted.named_transformers_["e"].categories_]
        found += [fitted.named_transformers_["chain"].named_steps["e"].categories_]
        found += [fitted.transformers_[-1][1].categories_]
        return [*found, union.fit(X).transformer_list[0][1].categories_]

    same(categories(cf), categories(sk), encoder)
    again = pickle.loads(pickle.dumps(cf.Pipeline([("e", getattr(cf, encoder)())]).fit(X)))
    same(again[0].categories_, getattr(sk, encoder)().fit(X).categories_, "pickled")


def test_file_goes_to_the_program_and_back(tmp_path):
    program = next(
        (
            p
            for p in (ROOT / "build" / "cofit", pathlib.Path(cofit.__file__).parents[2] / "cofit")
            if p.exists()
        ),
        None,
    )
    program = program or shutil.which("cofit")
    if program is None:
        pytest.skip("the program cofit is not built")
    X, y = (
        penguins().dropna(subset=["sex"]).drop(columns="target"),
        penguins().dropna(subset=["sex"])["target"],
    )
    X = X.copy()
    X.iloc[::9, 2] = np.nan
    texts, numbers = (
        [c for c in X if X[c].dtype.kind == "O" or str(X[c].dtype) == "str"],
        [c for c in X if X[c].dtype.kind in "if"],
    )
    model = make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
            (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), texts),
        ),
        LogisticRegression(),
    ).fit(X, y)
    before = model.predict(X.iloc[:, ::-1])
    assert model.score(X, y) > 0.95
    model.save(tmp_path / "model.cofit")
    X.to_csv(tmp_path / "x.csv", index=False)
    out = subprocess.run(
        [program, "predict", tmp_path / "model.cofit", "--data", tmp_path / "x.csv"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.split()[-len(X) :] == list(before)
    X.assign(target=y).to_csv(tmp_path / "xy.csv", index=False)
    table = "numeric -> SimpleImputer | StandardScaler, categorical -> OneHotEncoder"
    spec = f"ColumnTransformer({table}) | LogisticRegression"
    subprocess.run(
        [
            program,
            "fit",
            spec,
            "--data",
            tmp_path / "xy.csv",
            "--target",
            "target",
            "-o",
            tmp_path / "c.cofit",
        ],
        capture_output=True,
        check=True,
    )
    loaded = cofit.load(tmp_path / "c.cofit")
    assert list(loaded.classes_) == sorted(set(y)) and list(loaded.feature_names_in_) == list(
        X.columns
    )
    assert list(loaded.predict(X)) == list(before)
    assert loaded.score(X, y) == model.score(X, y)


FRAMES = ["pandas", "polars", "pyarrow"]


def as_frame(kind, X, names):
    if kind == "pandas":
        return pd.DataFrame(X, columns=names)
    if kind == "polars":
        return pytest.importorskip("polars").DataFrame(X, schema=names, orient="row")
    pa = pytest.importorskip("pyarrow")
    return pa.table({name: X[:, j] for j, name in enumerate(names)})


@pytest.mark.parametrize("kind", FRAMES)
def test_numeric_frames(kind):
    X = RNG.standard_normal((30, 3))
    frame = as_frame(kind, X, ["a", "b", "c"])
    y = X @ [1.0, 2.0, 3.0]
    model = Ridge().fit(frame, y)
    np.testing.assert_allclose(model.predict(frame), Ridge().fit(X, y).predict(X))
    assert list(model.feature_names_in_) == ["a", "b", "c"] and model.n_features_in_ == 3
    assert model.feature_names_in_.dtype == object


@pytest.mark.parametrize("kind", FRAMES)
def test_texts_and_missing(kind):
    columns = {"t": ["a", None, "b", "a"], "n": [1.0, None, 3.0, 4.0], "i": [1, 2, 3, 4]}
    if kind == "pandas":
        frame = pd.DataFrame(columns)
    elif kind == "polars":
        frame = pytest.importorskip("polars").DataFrame(columns)
    else:
        frame = pytest.importorskip("pyarrow").table(columns)
    encoder = OneHotEncoder(sparse_output=False).fit(frame)
    assert list(encoder.categories_[0][:2]) == ["a", "b"] and len(encoder.categories_[0]) == 3
    names = list(encoder.get_feature_names_out())
    assert names[:2] == ["t_a", "t_b"] and names[-4:] == ["i_1", "i_2", "i_3", "i_4"]
    filled = SimpleImputer(strategy="most_frequent").fit_transform(frame)
    assert filled[1, 0] == "a" and filled[1, 1] == 1.0


STRICT = [
    n
    for n in MODULES
    if hasattr(getattr(sk, n), "fit")
    and n not in ("Pipeline", "ColumnTransformer", "FeatureUnion", "GridSearchCV")
    and not n.startswith("Dummy")
]  # scikit-learn's take any X


@pytest.mark.parametrize("name", STRICT)
def test_names_are_strict_with_the_same_words(name):
    X = pd.DataFrame(np.abs(RNG.standard_normal((30, 3))), columns=["a", "b", "c"])
    y = np.arange(30) % 2
    ours, theirs = fit_both((name, {}), X, y)
    method = "predict" if hasattr(theirs, "predict") else "transform"
    wrong = [
        X[["c", "b", "a"]],
        X.rename(columns={"a": "z"}),
        X[["a", "b"]],
        X.assign(d=1.0),
        X.rename(columns=dict(zip("abc", "xyz"))),
    ]
    for Z in wrong:
        with pytest.raises(ValueError) as their:
            quiet(getattr(theirs, method), Z)
        with pytest.raises(ValueError) as our:
            quiet(getattr(ours, method), Z)
        assert str(our.value) == str(their.value)
    with pytest.warns(
        UserWarning, match=f"X does not have valid feature names, but {name} was fitted with"
    ):
        getattr(ours, method)(X.to_numpy())
    bare = quiet(make((name, {}), cf).fit, X.to_numpy(), y)
    with pytest.warns(
        UserWarning, match=f"X has feature names, but {name} was fitted without feature names"
    ):
        getattr(bare, method)(X)
    mixed = X.set_axis(["a", 1, "c"], axis=1)
    with pytest.raises(TypeError, match="only supported if all input features have string names"):
        ours.fit(mixed, y)
    numbered = quiet(make((name, {}), cf).fit, X.set_axis([0, 1, 2], axis=1), y)
    assert not hasattr(numbered, "feature_names_in_")


OUTPUTS = [
    StandardScaler(),
    MinMaxScaler(),
    SimpleImputer(),
    OneHotEncoder(sparse_output=False),
    OrdinalEncoder(),
    make_column_transformer((StandardScaler(), ["a"]), remainder="passthrough"),
    make_pipeline(StandardScaler(), MinMaxScaler()),
]


@pytest.mark.parametrize("model", OUTPUTS, ids=lambda m: type(m).__name__)
def test_set_output(model):
    from sklearn import config_context
    from sklearn.base import clone

    X = pd.DataFrame(
        np.round(RNG.standard_normal((20, 2))), columns=["a", "b"], index=np.arange(20) * 3
    )
    model = clone(model)
    plain = model.fit_transform(X)
    assert isinstance(plain, np.ndarray)
    framed = clone(model).set_output(transform="pandas").fit(X)
    for out in (framed.transform(X), framed.fit_transform(X)):
        assert isinstance(out, pd.DataFrame)
        assert list(out.columns) == list(model.get_feature_names_out()) and list(out.index) == list(
            X.index
        )
        np.testing.assert_array_equal(out.to_numpy(), plain)
    pl = pytest.importorskip("polars")
    out = clone(model).set_output(transform="polars").fit_transform(X)
    assert isinstance(out, pl.DataFrame) and out.columns == list(out.columns)
    with config_context(transform_output="pandas"):
        assert isinstance(model.transform(X), pd.DataFrame)
        assert isinstance(clone(model).set_output(transform="default").fit_transform(X), np.ndarray)
    with pytest.raises(ValueError, match="output config must be in"):
        model.set_output(transform="excel").transform(X)


def test_set_output_goes_on_to_clones_and_parts():
    from sklearn.base import clone

    X = pd.DataFrame(RNG.standard_normal((6, 2)), columns=["a", "b"])
    for m in (sk, cf):
        scaler = clone(m.StandardScaler().set_output(transform="pandas"))
        assert isinstance(scaler.fit_transform(X), pd.DataFrame)
        chain = m.Pipeline([("s", m.StandardScaler()), ("m", m.MinMaxScaler()), ("r", m.Ridge())])
        chain = clone(chain.set_output(transform="pandas")).fit(X, X["a"])
        assert list(chain[:-1].transform(X).columns) == ["a", "b"]


def test_set_output_of_a_list():
    out = StandardScaler().set_output(transform="pandas").fit_transform([[1.0, 2.0], [3.0, 5.0]])
    assert list(out.index) == [0, 1] and list(out.columns) == ["x0", "x1"]


def test_a_list_of_texts_and_numbers_keeps_the_numbers():
    X = [["Male", 1], ["Female", 3], ["Female", 2]]
    for name in ("OneHotEncoder", "OrdinalEncoder"):
        ours, theirs = (getattr(m, name)().fit(X) for m in (cf, sk))
        assert [c.tolist() for c in ours.categories_] == [c.tolist() for c in theirs.categories_]
        assert list(ours.get_feature_names_out()) == list(theirs.get_feature_names_out())
        assert (ours.inverse_transform(ours.transform(X)) == np.array(X, dtype=object)).all()


def test_sparse_output_has_no_frame():
    with pytest.raises(ValueError, match="sparse_output=False"):
        OneHotEncoder().set_output(transform="pandas").fit_transform([["a"], ["b"]])


def test_selector_of_dtypes():
    X, y = table()
    kinds = {"dtype_include": ["number"]}, {"dtype_exclude": ["number"]}, {"pattern": "^t"}
    from sklearn.compose import make_column_selector as theirs

    for kind in kinds:
        assert make_column_selector(**kind)(X) == theirs(**kind)(X)
    ours = make_column_transformer(
        (StandardScaler(), make_column_selector("real|whole")), remainder="drop"
    )
    assert list(ours.fit(X).get_feature_names_out()) == [
        "standardscaler__real",
        "standardscaler__whole",
    ]


@pytest.mark.parametrize(
    "columns",
    [
        "a",
        ["a"],
        slice("a", "b"),
        [True, False, True],
        pd.Index(["c"]),
        np.array([0, 2]),
        lambda X: ["b"],
        ("a", "c"),
        [-1],
        slice(None),
        np.array(["a", "b"]),
    ],
    ids=str,
)
def test_ways_to_name_columns(columns):
    X = pd.DataFrame(RNG.standard_normal((20, 3)), columns=list("abc"))
    if isinstance(columns, str):
        pytest.skip("a scalar hands scikit-learn's transformer a Series")
    spec = (
        "ColumnTransformer",
        {"transformers": [("m", ("MinMaxScaler", {}), columns)], "remainder": "passthrough"},
    )
    ours, theirs = fit_both(spec, X)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X))
    same(ours.get_feature_names_out(), theirs.get_feature_names_out(), "names")


def test_input_features_of_names_out():
    X = np.abs(RNG.standard_normal((10, 2)))
    for spec in (
        ("StandardScaler", {}),
        ("OneHotEncoder", {}),
        ("SimpleImputer", {}),
        ("OrdinalEncoder", {}),
    ):
        ours, theirs = fit_both(spec, np.round(X))
        same(
            ours.get_feature_names_out(["u", "v"]),
            theirs.get_feature_names_out(["u", "v"]),
            spec[0],
        )
        for wrong in (["u"], ["u", "v", "w"]):
            with pytest.raises(ValueError) as their:
                theirs.get_feature_names_out(wrong)
            with pytest.raises(ValueError) as our:
                ours.get_feature_names_out(wrong)
            assert str(our.value) == str(their.value)


def test_y_of_pandas():
    X, y = RNG.standard_normal((30, 2)), np.arange(30) % 3
    for target in (
        pd.Series(y),
        pd.Series(y, dtype="category"),
        pd.Series(y).astype("Int64"),
        pd.Series(np.array(["u", "v", "w"])[y]),
        pd.Series(pd.Categorical(np.array(["u", "v", "w"])[y])),
        pd.Series(np.array(["u", "v", "w"])[y], dtype="string"),
    ):
        ours, theirs = fit_both(("LogisticRegression", {}), X, target)
        assert list(ours.classes_) == list(theirs.classes_)
        assert list(ours.predict(X)) == list(theirs.predict(X))
    ours, theirs = fit_both(("LinearRegression", {}), X, pd.DataFrame({"y": y * 1.0}))
    same(ours.predict(X), theirs.predict(X), "predict")
    weights = pd.Series(np.arange(30.0) + 1)
    ours, theirs = fit_both(("Ridge", {}), X, pd.Series(y * 1.0), sample_weight=weights)
    np.testing.assert_allclose(ours.coef_, theirs.coef_)


def test_empty_and_duplicate_columns():
    with pytest.raises(ValueError):
        StandardScaler().fit(pd.DataFrame())
    with pytest.raises(ValueError, match="0 sample|no rows"):
        StandardScaler().fit(pd.DataFrame({"a": [], "b": []}, dtype=float))
    twice = pd.DataFrame(RNG.standard_normal((5, 2)), columns=["a", "a"])
    with pytest.raises(ValueError, match="'a'"):
        StandardScaler().fit(twice)


def test_duplicate_columns_of_nullable_numbers():
    X = pd.DataFrame([[1, 2, 3], [3, 6, 5]], columns=list("aab")).astype("Int64")
    with pytest.raises(ValueError, match="two columns of X are called 'a'"):
        StandardScaler().fit(X)
    X.columns = [0, 0, 1]
    np.testing.assert_array_equal(StandardScaler().fit(X).mean_, [2, 4, 4])


def test_a_frame_is_not_changed():
    X, y = table()
    before = X.copy(deep=True)
    chain(cf, handle_unknown="ignore").fit(X, y).predict(X)
    pd.testing.assert_frame_equal(X, before)
    assert os.path.exists(ROOT)


@pytest.mark.parametrize(
    "maker",
    [
        lambda m: m.SimpleImputer(strategy="most_frequent"),
        lambda m: m.SimpleImputer(strategy="constant", fill_value="c"),
        lambda m: m.SimpleImputer(strategy="constant", fill_value="q", add_indicator=True),
        lambda m: m.ColumnTransformer([("no", "passthrough", ["t"])]),
        lambda m: m.ColumnTransformer([("no", "drop", [])], remainder="passthrough"),
        lambda m: m.FeatureUnion(
            [("a", "passthrough"), ("b", m.SimpleImputer(strategy="most_frequent"))]
        ),
        lambda m: m.Pipeline(
            [
                ("a", m.ColumnTransformer([("no", "passthrough", ["t", "u"])])),
                ("b", m.SimpleImputer(strategy="most_frequent")),
                ("c", "passthrough"),
            ]
        ),
    ],
)
def test_texts_unknown_to_fit_are_kept(maker, tmp_path):
    known = pd.DataFrame({"t": ["b", "a", np.nan, "b"], "u": ["x", "x", "y", np.nan]}, dtype=object)
    new = pd.DataFrame({"u": ["a", "y", "x"], "t": ["q", np.nan, "Ω"]}, dtype=object)
    mine, other = (quiet(maker(m).fit, known) for m in (cf, sk))
    expected = quiet(other.transform, new[["t", "u"]])
    by_name = "ColumnTransformer" in repr(mine)
    loaded = cofit.load(mine.save(tmp_path / "m.cofit") or tmp_path / "m.cofit")
    for model in (mine, loaded):
        for columns in (["t", "u"], ["u", "t"]) if by_name else (["t", "u"],):
            same_cells(quiet(model.transform, new[columns]), expected)
    same_cells(quiet(mine.transform, known), quiet(other.transform, known))
    if getattr(mine, "add_indicator", False):
        same_cells(mine.inverse_transform(expected), new[["t", "u"]].to_numpy())


def same_cells(found, wanted):
    """Equal whatever the types: an indicator may be False or 0.0, what is missing None or NaN."""
    found, wanted = pd.DataFrame(found), pd.DataFrame(wanted)
    assert found.shape == wanted.shape
    assert ((found == wanted) | (found.isna() & wanted.isna())).all(axis=None), (found, wanted)


def test_texts_go_back_by_what_they_say():
    """inverse_transform reads texts, whatever dictionary they come with."""
    frame = pd.DataFrame({"t": ["c", "a", np.nan, "b"]}, dtype=object)
    model = SimpleImputer(strategy="constant", fill_value="ab", add_indicator=True).fit(frame)
    out = model.transform(frame)
    for rows in ([0, 1, 2, 3], [0], [2, 3]):
        same_cells(model.inverse_transform(out[rows]), frame.iloc[rows].to_numpy())


def test_unknown_texts_are_named():
    frame = pd.DataFrame({"t": ["b", "a"]})
    for name in ("OneHotEncoder", "OrdinalEncoder"):
        model = getattr(cf, name)().fit(frame)
        with pytest.raises(ValueError, match=r"unknown categories \['zed'\] in column 0 \('t'\)"):
            model.transform(pd.DataFrame({"t": ["a", "zed"]}))


@pytest.mark.parametrize(
    "maker",
    [
        lambda m: m.StandardScaler(),
        lambda m: m.SimpleImputer(missing_values=-1),
        lambda m: m.SimpleImputer(missing_values=-1, strategy="median"),
        lambda m: m.SimpleImputer(missing_values=-1, strategy="most_frequent"),
        lambda m: m.SimpleImputer(missing_values=-1, strategy="constant", fill_value=7),
        lambda m: m.FeatureUnion([("a", "passthrough")], transformer_weights={"a": 0.25}),
        lambda m: m.FeatureUnion([("a", "passthrough")], transformer_weights={"a": 1.0}),
        lambda m: m.FeatureUnion([("a", "passthrough")], transformer_weights={"a": 2}),
    ],
)
def test_integers_are_named_as_integers_while_they_are(maker):
    frame = pd.DataFrame({"n": [1, 2, 4, -1], "k": [7, 7, 5, -1]})
    names = [
        m.Pipeline([("a", maker(m)), ("b", m.OneHotEncoder())]).fit(frame).get_feature_names_out()
        for m in (cf, sk)
    ]
    assert list(names[0]) == list(names[1])


def test_texts_have_no_weight():
    frame = pd.DataFrame({"t": ["b", "a", "c"], "n": [1.0, 2.0, 3.0]})
    columns = [("texts", "passthrough", ["t"]), ("numbers", "passthrough", ["n"])]
    for weight in (2, 0.5):
        model = cf.ColumnTransformer(columns, transformer_weights={"texts": weight})
        with pytest.raises(TypeError, match="step 'texts': columns of texts cannot be multiplied"):
            model.fit_transform(frame)
    model = cf.ColumnTransformer(columns, transformer_weights={"texts": 1, "numbers": 2})
    assert model.fit_transform(frame).tolist() == [["b", 2.0], ["a", 4.0], ["c", 6.0]]


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame({"t": [True, False, True]}),
        pd.DataFrame({"t": [True, False, np.nan]}, dtype=object),
        pd.DataFrame({"t": [True, False], "s": ["b", "a"], "i": [3, 1]}),
        pd.DataFrame({0: [True, False], 1: ["b", "a"]}),
        pd.DataFrame({"t": pd.Categorical([3, 1, 3])}),
        np.array([[True], [False]]),
        [[True], [False]],
        np.array([[3], [1]], dtype=np.int8),
        np.array([[3], [1]], dtype=np.uint16),
    ],
)
def test_numbers_are_named_as_what_they_were(X):
    for wrap in (lambda m: m.OneHotEncoder(), lambda m: m.FeatureUnion([("a", m.OneHotEncoder())])):
        mine, other = (wrap(m).fit(X) for m in (cf, sk))
        assert list(mine.get_feature_names_out()) == list(other.get_feature_names_out())
        np.testing.assert_array_equal(mine.transform(X).toarray(), other.transform(X).toarray())


def test_truth_values_are_categories():
    X = pd.DataFrame({"t": [True, True, False]})
    for name, params in (("OneHotEncoder", {"sparse_output": False}), ("OrdinalEncoder", {})):
        mine, other = (
            getattr(m, name)(categories=[[False, True]], **params).fit(X) for m in (cf, sk)
        )
        np.testing.assert_array_equal(mine.transform(X), other.transform(X))
        assert mine.inverse_transform(mine.transform(X)).ravel().tolist() == [True, True, False]


def test_numbers_beside_texts_stay_numbers():
    frame = pd.DataFrame({"t": ["x", "y", "z"], "u": ["a", None, "b"], "n": [1.5, 2.0, 3.0]})
    frame["i"], frame["b"] = [3, 1, 2], [True, False, True]
    for container in ("pandas", "polars"):
        pytest.importorskip(container)
        for passed in (["t", "u"], ["t", "i", "b"], ["b", "i"], ["n"]):
            mine, other = (
                m.ColumnTransformer(
                    [("p", "passthrough", passed), ("s", m.StandardScaler(), ["n"])]
                )
                .set_output(transform=container)
                .fit_transform(frame)
                for m in (cf, sk)
            )
            assert list(mine.dtypes) == list(other.dtypes)
            assert mine.equals(other)


def test_integers_beside_texts_stay_integers():
    frame = pd.DataFrame({"t": ["x", "y"], "i": [3, 1], "b": [True, False]})
    model = cf.ColumnTransformer([("p", "passthrough", ["t", "i", "b"])]).fit(frame)
    assert repr(model.transform(frame).tolist()) == "[['x', 3, True], ['y', 1, False]]"
    real = frame.assign(i=[1.5, np.nan], b=[0.0, 2.0])  # what fit saw is no promise
    assert repr(model.transform(real).tolist()) == "[['x', 1.5, 0.0], ['y', nan, 2.0]]"
    rows = cf.OneHotEncoder(sparse_output=False).fit(frame)
    back = rows.inverse_transform(rows.transform(frame))
    assert repr(back.tolist()) == "[['x', 3, True], ['y', 1, False]]"


def test_pandas_na_means_missing():
    frame = pd.DataFrame({"t": ["b", "a", pd.NA, "b"]}, dtype=object)
    new = pd.DataFrame({"t": [pd.NA, "q"]}, dtype=object)
    for params in ({"strategy": "most_frequent"}, {"strategy": "constant", "fill_value": "c"}):
        mine, other = (m.SimpleImputer(missing_values=pd.NA, **params).fit(frame) for m in (cf, sk))
        assert mine.transform(new).tolist() == other.transform(new).tolist()
    categories = [["a", "b", pd.NA]]
    assert cf.OrdinalEncoder(categories=categories).fit_transform(frame)[3, 0] == 1


BLANK = pd.DataFrame({"t": [None] * 4, "u": ["x", "y", "x", None]}, dtype=object).fillna(np.nan)


@pytest.mark.parametrize(
    "maker",
    [
        lambda m: m.OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        lambda m: m.OneHotEncoder(
            categories=[["q", "r"], ["y", "x"]], handle_unknown="ignore", sparse_output=False
        ),
        lambda m: m.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        lambda m: m.SimpleImputer(strategy="most_frequent"),
        lambda m: m.SimpleImputer(strategy="constant", fill_value="f"),
        lambda m: m.SimpleImputer(strategy="constant", fill_value="f", keep_empty_features=True),
        lambda m: m.ColumnTransformer([("no", "passthrough", ["t", "u"])]),
        lambda m: m.ColumnTransformer(
            [("fill", m.SimpleImputer(strategy="constant", fill_value="a"), ["u", "t"])],
            remainder="passthrough",
        ),
        lambda m: m.Pipeline(
            [
                ("a", m.ColumnTransformer([("no", "passthrough", ["t", "u"])])),
                ("b", m.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)),
            ]
        ),
    ],
)
def test_texts_may_come_where_all_was_missing_in_fit(maker, tmp_path):
    new = pd.DataFrame({"t": ["q", np.nan, "r"], "u": ["y", "z", np.nan]}, dtype=object)
    mine, other = (quiet(maker(m).fit, BLANK) for m in (cf, sk))
    loaded = cofit.load(mine.save(tmp_path / "m.cofit") or tmp_path / "m.cofit")
    for model in (mine, loaded):
        for rows in (new, new[["t"]].assign(u="x"), BLANK):
            same_cells(quiet(model.transform, rows), quiet(other.transform, rows))
    assert list(mine.get_feature_names_out()) == list(other.get_feature_names_out())


def test_numbers_may_come_where_all_was_missing_in_fit():
    frame = pd.DataFrame({"n": [np.nan] * 3, "k": [1.0, 2.0, 1.0]})
    new = pd.DataFrame({"n": [1.0, np.nan], "k": [2.0, 1.0]})
    for name, params in (
        ("OneHotEncoder", {"handle_unknown": "ignore", "sparse_output": False}),
        ("SimpleImputer", {"strategy": "most_frequent"}),
        ("SimpleImputer", {"strategy": "constant"}),
        ("SimpleImputer", {"strategy": "constant", "keep_empty_features": True}),
    ):
        mine, other = (quiet(getattr(m, name)(**params).fit, frame) for m in (cf, sk))
        for rows in (frame, new):
            same_cells(quiet(mine.transform, rows), quiet(other.transform, rows))
    rows = cf.OrdinalEncoder().fit(frame)
    assert rows.inverse_transform(rows.transform(frame)).dtype == np.float64


def test_texts_among_numbers_are_refused_by_the_step():
    frame = pd.DataFrame({"t": [np.nan, 1.0], "u": [1.0, 2.0]})
    new = pd.DataFrame({"t": ["q", "r"], "u": [1.0, 2.0]})
    model = cf.Pipeline([("fill", cf.SimpleImputer()), ("scale", StandardScaler())]).fit(frame)
    with pytest.raises(TypeError, match="step 'fill': SimpleImputer: column 't' holds text"):
        model.transform(new)


def test_names_of_categories_look_like_their_column():
    """Integers without a point, bools as words: in frames of one kind or many, and in arrays."""
    frame = pd.DataFrame({"b": [True, False, True], "i": [3, 1, 2], "r": [1.0, 2.5, 1.0]})
    mixed = frame.assign(t=["x", "y", "x"])
    truths = frame[["b"]].to_numpy()
    for X in (frame, mixed, frame[["b"]], mixed[["t", "b"]], truths, frame[["i"]].to_numpy()):
        mine, other = fit_both(("OneHotEncoder", {}), X)
        expected = other.get_feature_names_out().tolist()
        assert mine.get_feature_names_out().tolist() == expected
        wrapped = ("ColumnTransformer", {"transformers": [("e", ("OneHotEncoder", {}), [0])]})
        mine, other = fit_both(wrapped, X)
        assert mine.get_feature_names_out().tolist() == other.get_feature_names_out().tolist()
