#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The program from the outside: every verb, its outputs, exit statuses and messages.

test_cli.py PROGRAM SOURCE_FOLDER; needs nothing but Python's standard library."""
import csv
import io
import json
import os
import signal
import subprocess
import sys
import tempfile

PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), sys.argv[2]
WINE, PENGUINS, DIABETES, IRIS = (os.path.join(SOURCE, "datasets", n + ".csv")
                                  for n in ("wine", "penguins", "diabetes", "iris"))
TESTS = []


def test(f):
    TESTS.append(f)
    return f


def run(*args, stdin=None, status=0, env=None):
    """Runs the program; returns its standard output and error. Data only on the one, all else on the other."""
    p = subprocess.run([PROGRAM, *args], input=stdin, capture_output=True, timeout=120,
                       env={**os.environ, **(env or {})})
    out, err = p.stdout.decode(), p.stderr.decode()
    assert p.returncode == status, "%r gave %d, wants %d\n%s\n%s" % (args, p.returncode, status, out, err)
    if status != 0:
        assert out == "", "%r failed and wrote %r" % (args, out)
        assert err.startswith("cofit: "), err
    return out, err


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def read(path):
    with open(path, newline="") as f:
        return list(csv.reader(f))


def write(path, table):
    with open(path, "w", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows(table)
    return path


def fitted(name, spec, data, target="target"):
    run("fit", spec, "--data", data, "--target", target, "-o", name)
    return name


@test
def help_and_version():
    out, _ = run("--help")
    assert out.index("examples:") < out.index("commands:")
    for verb in "fit predict transform score cv search list describe show".split():
        assert verb in out
        assert "--threads" in run(verb, "--help")[0]
    assert run("--version")[0].startswith("cofit 0.")


@test
def wrong_arguments_are_usage_errors():
    _, err = run("predct", status=2)
    assert "did you mean 'predict'" in err, err
    _, err = run("cv", "Ridge", "--data", WINE, "--target", "target", "--scorin", "r2", status=2)
    assert "--scoring" in err, err
    _, err = run("list", "--grid", "x", status=2)
    assert "grid" in err
    run("fit", status=2)
    run("fit", "SVC", "--data", WINE, "--target", "target", status=2)
    run("predict", status=2)
    run("cv", "SVC(C=10", "--data", WINE, "--target", "target", status=2)
    _, err = run("cv", "SCV", "--data", WINE, "--target", "target", status=2)
    assert "SVC" in err, err
    run("cv", "SVC", "--data", WINE, "--target", "target", "--delimiter", "ab", status=2)
    run("cv", "SVC", "--data", WINE, "--target", "target", "--header", "maybe", status=2)


@test
def a_text_target_is_predicted_as_text():
    model = fitted("wine.cofit", "StandardScaler | SVC(C=10)", WINE)
    table = rows(run("predict", model, "--data", WINE)[0])
    truth = [r[-1] for r in read(WINE)]
    assert len(table) == len(truth) and set(r[0] for r in table[1:]) == set(truth[1:])
    hits = sum(r[0] == t for r, t in zip(table[1:], truth[1:]))
    assert hits >= 175, hits
    share = json.loads(run("score", model, "--data", WINE, "--target", "target", "--format", "json")[0])
    assert abs(list(share.values())[0] - hits / 178) < 1e-12


@test
def columns_are_matched_by_name():
    model = fitted("wine.cofit", "StandardScaler | SVC(C=10)", WINE)
    table = read(WINE)
    wanted = run("predict", model, "--data", WINE)[0]
    order = list(range(len(table[0]) - 1))[::-1]
    write("reordered.csv", [[r[j] for j in order] + ["extra"] for r in table])
    assert run("predict", model, "--data", "reordered.csv")[0] == wanted
    write("short.csv", [r[1:] for r in table])
    _, err = run("predict", model, "--data", "short.csv", status=1)
    assert table[0][0] in err, err
    write("one.csv", table[:2])
    assert run("predict", model, "--data", "one.csv")[0].split("\n")[:2] == wanted.split("\n")[:2]


@test
def standard_input_and_output():
    model = fitted("wine.cofit", "StandardScaler | SVC(C=10)", WINE)
    with open(WINE, "rb") as f:
        content = f.read()
    wanted = run("predict", model, "--data", WINE)[0]
    assert run("predict", model, "--data", "-", stdin=content)[0] == wanted
    assert run("predict", model, "--data", WINE, "-o", "out.csv")[0] == ""
    with open("out.csv") as f:
        assert f.read() == wanted
    _, err = run("predict", model, "--data", "-", stdin=b"a,b\n1\n", status=1)
    assert "standard input:2:2" in err, err


@test
def mixed_columns_and_missing_values():
    spec = ("ColumnTransformer(numeric -> SimpleImputer | StandardScaler, "
            "categorical -> OneHotEncoder(handle_unknown=ignore)) | SVC")
    model = fitted("penguins.cofit", spec, PENGUINS)
    table = rows(run("predict", model, "--data", PENGUINS)[0])
    assert set(r[0] for r in table[1:]) == {"Adelie", "Chinstrap", "Gentoo"}


@test
def transform_keeps_names():
    model = fitted("scaler.cofit", "StandardScaler", DIABETES)
    table = rows(run("transform", model, "--data", DIABETES)[0])
    assert table[0] == read(DIABETES)[0][:-1]
    columns = list(zip(*[[float(v) for v in r] for r in table[1:]]))
    for c in columns:
        assert abs(sum(c)) < 1e-9 and abs(sum(v * v for v in c) / len(c) - 1) < 1e-9


@test
def cross_validation_in_three_formats():
    args = ("cv", "StandardScaler | SVC(C=10)", "--data", WINE, "--target", "target")
    result = json.loads(run(*args, "--format", "json", "--scoring", "accuracy,f1_macro")[0])
    assert set(result) == {"scores", "mean", "std", "fit_time", "score_time"}
    assert set(result["scores"]) == {"accuracy", "f1_macro"}
    scores = result["scores"]["accuracy"]
    assert len(scores) == 5 and abs(sum(scores) / 5 - result["mean"]["accuracy"]) < 1e-12
    # scikit-learn: cross_val_score(make_pipeline(StandardScaler(), SVC(C=10)), X, y)
    wanted = [1.0, 35 / 36, 35 / 36, 1.0, 1.0]
    assert all(abs(a - b) < 1e-12 for a, b in zip(scores, wanted)), scores
    assert "accuracy" in run(*args, "--scoring", "accuracy", "--format", "table")[0]
    assert len(rows(run(*args, "--format", "csv")[0])) >= 6
    three = json.loads(run(*args, "--format", "json", "--cv", "3")[0])
    assert len(three["fit_time"]) == 3
    split = json.loads(run(*args, "--format", "json", "--cv", "KFold(n_splits=4, shuffle=true, random_state=0)")[0])
    assert len(split["fit_time"]) == 4


@test
def threads_and_seeds_do_not_change_results():
    args = ("cv", "KMeans(n_clusters=3)", "--data", IRIS, "--drop", "target", "--seed", "3", "--format", "json")
    seen = [json.loads(run(*args, "--threads", n)[0])["scores"] for n in ("1", "2", "1")]
    assert seen[0] == seen[1] == seen[2]


@test
def search_finds_and_saves():
    if "GridSearchCV" not in run("list")[0]:
        return print("search_finds_and_saves: skipped, this build has no GridSearchCV")
    out, _ = run("search", "StandardScaler | SVC", "--data", WINE, "--target", "target", "--grid",
                 "svc__C=0.01,1,10; svc__kernel=linear,rbf", "--format", "json", "-o", "best.cofit")
    result = json.loads(out)
    assert "best" in json.dumps(result)
    share = json.loads(run("score", "best.cofit", "--data", WINE, "--target", "target", "--format", "json")[0])
    assert list(share.values())[0] > 0.97
    _, err = run("search", "SVC", "--data", WINE, "--target", "target", "--grid", "D=1", status=1)
    assert "'D'" in err or "D" in err


@test
def classes_are_listed_and_described():
    names = [line.split()[0] for line in run("list")[0].splitlines()]
    assert {"SVC", "StandardScaler", "Pipeline"} <= set(names)
    assert "SVC" in json.dumps(json.loads(run("list", "--format", "json")[0]))
    assert "kernel" in run("describe", "SVC")[0]
    assert "kernel" in json.dumps(json.loads(run("describe", "SVC", "--format", "json")[0]))
    _, err = run("describe", "SCV", status=1)
    assert "SVC" in err, err


@test
def models_are_shown():
    model = fitted("wine.cofit", "StandardScaler | SVC(C=10)", WINE)
    out = run("show", model)[0]
    assert "SVC(C=10" in out and "alcohol" in out, out
    shown = json.loads(run("show", model, "--format", "json")[0])
    assert "SVC(C=10" in json.dumps(shown)
    _, err = run("show", WINE, status=1)
    assert "wine.csv" in err
    _, err = run("show", "nowhere.cofit", status=1)
    assert "nowhere.cofit" in err and "No such file" in err


@test
def broken_data_are_refused_with_their_place():
    args = ("cv", "SVC", "--target", "y", "--data")
    cases = [("a,y\n1,x\n2\n", ":3:2: the row has 1 field"), ("a,y\n1,\"x\n", ":2:3: the quote"),
             ("a,y\n1,x\n2,\n", "the target in column 'y' is missing"), ("a,z\n1,2\n", "no column 'y'"),
             ("", "the file is empty")]
    for text, message in cases:
        with open("broken.csv", "w") as f:
            f.write(text)
        _, err = run(*args, "broken.csv", status=1)
        assert "broken.csv" in err and message in err, err
    _, err = run(*args, "nowhere.csv", status=1)
    assert "nowhere.csv" in err


@test
def delimiters_missing_words_and_headers():
    with open("semi.csv", "w") as f:
        f.write("".join("%d;%s;%s\n" % (i, "NA" if i % 7 == 0 else i * 2, "ab"[i % 2]) for i in range(40)))
    out, _ = run("cv", "SimpleImputer | SVC", "--data", "semi.csv", "--delimiter", ";", "--missing", "NA", "--header", "no",
                 "--target", "-1", "--format", "json")
    assert len(json.loads(out)["fit_time"]) == 5


@test
def outputs_are_whole_or_absent():
    before = sorted(os.listdir("."))
    run("fit", "SVC", "--data", "nowhere.csv", "--target", "y", "-o", "never.cofit", status=1)
    run("fit", "SVC", "--data", WINE, "--target", "target", "-o", "no/such/folder.cofit", status=1)
    assert sorted(os.listdir(".")) == before
    if os.path.exists("/dev/full"):
        model = fitted("wine.cofit", "StandardScaler | SVC", WINE)
        run("predict", model, "--data", WINE, "-o", "/dev/full", status=1)


@test
def nothing_but_data_on_standard_output():
    for env in ({}, {"NO_COLOR": "1"}, {"TERM": "xterm"}):
        out, err = run("cv", "SVC", "--data", WINE, "--target", "target", "--format", "json", env=env)
        json.loads(out)
        assert "\033" not in out + err
    _, err = run("cv", "SVC", "--data", WINE, "--target", "target", "--quiet")
    assert err == ""


@test
def an_interrupt_ends_it_with_130():
    os.mkfifo("pipe.csv")
    p = subprocess.Popen([PROGRAM, "fit", "SVC(C=1000)", "--data", "pipe.csv", "--target", "-1", "-o", "large.cofit"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open("pipe.csv", "w") as f:  # waits for the program, which by then knows the signal
        f.write("".join("%f,%f,%d\n" % ((i * 7919 % 1000) / 999, (i * 104729 % 997) / 996, i * 31 % 7 % 2)
                        for i in range(60000)))
        p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=60)
    assert p.returncode == 130, (p.returncode, err)
    assert out == b"" and not os.path.exists("large.cofit")


def main():
    failed = 0
    for f in TESTS:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                f()
            except Exception as error:  # every test is run, whatever the others do
                failed += 1
                print("FAILED %s: %s: %s" % (f.__name__, type(error).__name__, error))
            os.chdir("/")
    print("%d of %d passed" % (len(TESTS) - failed, len(TESTS)))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
