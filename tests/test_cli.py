#!/usr/bin/env python3
"""The program as a user meets it.

usage: test_cli.py PROGRAM SOURCE       exit status: 0 all passed
"""
import array
import csv
import gzip
import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
DATA = SOURCE / "datasets"
WINE, PENGUINS, DIABETES = DATA / "wine.csv", DATA / "penguins.csv", DATA / "diabetes.csv"
MIXED = ("ColumnTransformer(numeric -> SimpleImputer(strategy=median) | StandardScaler, "
         "categorical -> SimpleImputer(strategy=most_frequent) | OneHotEncoder(handle_unknown=ignore)) | SVC")


def cofit(*args, stdin=None, env=None):
    return subprocess.run([PROGRAM, *map(str, args)], input=stdin, capture_output=True, text=True, timeout=120,
                          env=dict(os.environ, **(env or {})))


class Cli(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.dir = pathlib.Path(self.folder.name)

    def ok(self, *args, **kwargs):
        p = cofit(*args, **kwargs)
        self.assertEqual(p.returncode, 0, p.stderr)
        return p.stdout

    def fails(self, code, part, *args, **kwargs):
        p = cofit(*args, **kwargs)
        self.assertEqual(p.returncode, code, p.stderr)
        self.assertIn(part, p.stderr)
        self.assertEqual(p.stdout, "")

    def fit(self, spec=MIXED, data=PENGUINS, target="target"):
        model = self.dir / "model.cofit"
        self.assertEqual(self.ok("fit", spec, "--data", data, "--target", target, "-o", model), "")
        return model

    def test_help_begins_with_examples(self):
        out = self.ok("--help")
        self.assertLess(out.index("examples"), out.index("commands"))
        for verb in "fit predict transform score cv search list describe show".split():
            self.assertIn(verb, out)
            self.assertIn("usage: cofit " + verb, self.ok(verb, "--help"))
        self.assertEqual(self.ok("help", "cv"), self.ok("cv", "--help"))
        self.fails(2, "no command 'cw'", "help", "cw")
        for verb in "cv describe show".split():  # the formats that the help names are those that are taken
            formats = self.ok(verb, "--help").split("--format FORMAT")[1].split("\n")[1].strip()
            self.fails(2, "the formats are " + formats + "\n", verb, "SVC", "--data=x" if verb == "cv" else "-q", "--format", "?")
        self.assertRegex(self.ok("--version"), r"^cofit \d+\.\d+\.\d+$")

    def test_wrong_arguments_are_usage_errors(self):
        self.fails(2, "did you mean 'fit'", "fitt")
        self.fails(2, "did you mean --scoring", "cv", "SVC", "--scorin", "x")
        self.fails(2, "wants --data", "cv", "SVC")
        self.fails(2, "wants SPEC", "cv", "--data", WINE)
        self.fails(2, "too many", "cv", "SVC", "SVC", "--data", WINE)
        self.fails(2, "wants -o", "fit", "SVC", "--data", WINE, "--target", "target")
        self.fails(2, "--data wants FILE", "cv", "SVC", "--data")
        self.fails(2, "did you mean 'SVC'", "cv", "SVX", "--data", WINE, "--target", "target")
        self.fails(2, "column 5", "cv", "SVC(C=-1)", "--data", WINE, "--target", "target")
        self.fails(2, "not understood", "cv", "SVC", "--data", WINE, "--target", "target", "--header", "maybe")
        for option, value, part in (("--threads", "abc", "from 1 to 4096"), ("--threads", "0", "from 1 to 4096"),
                                    ("--format", "xml", "table json csv"), ("--format", "markdown", "table json csv"),
                                    ("--input", "xls", "the formats are"), ("--seed", "x", "not understood"),
                                    ("--seed", "99999999999", "outside [0, 4294967295]"), ("--delimiter", ";;", "not understood"),
                                    ("--cv", "foo", "--cv, column 1: there is no class 'foo'"),
                                    ("--cv", "KFold(n_splits=0)", "n_splits = 0 is outside"), ("--cv", "Ridge", "no splitter")):
            self.fails(2, part, "cv", "SVC", "--data", WINE, "--target", "target", option, value)
        for option, value in (("--data", "FILE"), ("--target", "NAME"), ("--drop", "NAMES"), ("--scoring", "NAMES"), ("--cv", "FOLDS")):
            self.fails(2, f"{option} wants {value}, not an empty text", "cv", "SVC", "--data", WINE, "--target", "target", option, "")
        self.fails(2, "did you mean 'accuracy'?", "cv", "SVC", "--data", self.dir / "none.csv", "--scoring", "f1_macro,acuracy")
        self.fails(2, "'C' is given twice", "cv", "SVC(C=1, C=2)", "--data", WINE, "--target", "target")
        self.fails(2, "both the model and the data", "predict", "-", "--data", "-", stdin="")
        self.fails(2, "KFold cannot be fitted", "cv", "KFold", "--data", WINE, "--target", "target")
        self.fails(2, "at least 2 folds", "cv", "SVC", "--data", WINE, "--target", "target", "--cv", "1")
        self.assertEqual(cofit().returncode, 2)

    def test_data_errors_have_their_place(self):
        broken = self.dir / "broken.csv"
        broken.write_text("a,b,y\n1,2,x\n3,4\n")
        self.fails(1, f"{broken}:3:", "cv", "SVC", "--data", broken, "--target", "y")
        self.fails(1, "no column 'nope'", "cv", "SVC", "--data", WINE, "--target", "nope")
        self.fails(1, "cannot be opened", "cv", "SVC", "--data", self.dir / "none.csv", "--target", "y")
        self.fails(1, "holds text; SVC takes numbers", "fit", "SVC", "--data", PENGUINS, "--target", "target", "-o", self.dir / "m")
        broken.write_text("a,b,y\n1,2,x\n\"3,4,z\n")
        self.fails(1, f"{broken}:3:1: the quote that opens here is never closed", "cv", "SVC", "--data", broken, "--target", "y")
        broken.write_text("a,b,y\n1,2,1\n3,oops,2\n")
        self.fails(1, "column 'b' holds text; Ridge takes numbers (one text is 'oops')",
                   "fit", "Ridge", "--data", broken, "--target", "y", "-o", self.dir / "m")
        broken.write_text("a,y\n1e400,1\n3,2\n")
        self.fails(1, "one text is '1e400'", "fit", "Ridge", "--data", broken, "--target", "y", "-o", self.dir / "m")
        broken.write_text("a,y\n1,1\n3,\n")
        self.fails(1, f"{broken}:3:3: the target in column 'y' is missing", "cv", "Ridge", "--data", broken, "--target", "y")
        broken.write_text("")
        self.fails(1, "the file is empty", "cv", "Ridge", "--data", broken, "--target", "y")
        self.fails(1, "standard input: the file is empty", "cv", "Ridge", "--data", "-", "--target", "y", stdin="")
        broken.write_text("a,y\n")
        self.fails(1, "0 sample(s)", "fit", "Ridge", "--data", broken, "--target", "y", "-o", self.dir / "m")
        self.fails(1, "Is a directory", "cv", "Ridge", "--data", self.dir, "--target", "y")
        self.fails(1, "no --target was given", "fit", "Ridge", "--data", DIABETES, "-o", self.dir / "m")
        self.fails(1, "cannot be written", "fit", "Ridge", "--data", self.dir / "none.csv", "-o", self.dir / "none" / "m")
        self.fails(1, f"{broken}: ", "cv", "Ridge", "--data", broken, "--target", "y", "--input", "npz")
        if os.getuid():  # root reads everything
            broken.chmod(0)
            self.fails(1, "Permission denied", "cv", "Ridge", "--data", broken, "--target", "y")
            broken.chmod(0o600)
        broken.write_text("not a model")
        self.fails(1, "not a sound model file", "show", broken)

    def test_cross_validation_formats(self):
        args = ("cv", "StandardScaler | SVC(C=10)", "--data", WINE, "--target", "target", "--scoring", "accuracy,f1_macro")
        r = json.loads(self.ok(*args, "--format", "json"))
        self.assertEqual(set(r), {"scores", "mean", "std", "fit_time", "score_time"})
        expected = [1.0, 0.9722222222222222, 0.9722222222222222, 1.0, 1.0]  # scikit-learn 1.9's figures
        for a, b in zip(r["scores"]["accuracy"], expected):
            self.assertAlmostEqual(a, b, delta=1e-6)
        for a, b in zip(r["scores"]["f1_macro"], [1.0, 0.9717813051146384, 0.9709618874773139, 1.0, 1.0]):
            self.assertAlmostEqual(a, b, delta=1e-6)
        self.assertEqual(len(self.ok(*args, "--format", "csv").strip().split("\n")), 6)
        self.assertIn("accuracy", self.ok(*args))
        self.assertIn("+-", self.ok(*args, "--cv", "StratifiedKFold(n_splits=3, shuffle=true, random_state=0)"))

    def test_mixed_columns_with_missing_values(self):
        args = ("cv", MIXED, "--data", PENGUINS, "--target", "target", "--scoring", "accuracy", "--format", "json")
        self.assertGreater(json.loads(self.ok(*args))["mean"]["accuracy"], 0.97)

    def test_fit_predict_score_show(self):
        model = self.fit()
        lines = self.ok("predict", model, "--data", PENGUINS).strip().split("\n")
        self.assertEqual(lines[:2], ["prediction", "Adelie"])
        self.assertEqual(len(lines), 345)
        out = self.dir / "p.csv"
        self.assertEqual(self.ok("predict", model, "--data", PENGUINS, "-o", out), "")
        self.assertEqual(out.read_text().strip().split("\n"), lines)
        self.assertIn("accuracy", self.ok("score", model, "--data", PENGUINS, "--target", "target", "--scoring", "accuracy", "--report"))
        r = json.loads(self.ok("score", model, "--data", PENGUINS, "--target", "target", "--scoring", "accuracy,f1_macro", "--format", "json"))
        self.assertGreater(r["accuracy"], 0.97)
        r = json.loads(self.ok("show", model, "--format", "json"))
        self.assertEqual(r["classes"], ["Adelie", "Chinstrap", "Gentoo"])
        self.assertIn("island (categorical)", self.ok("show", model))

    def test_score_is_one_table(self):
        model = self.fit("StandardScaler | SVC", WINE, "target")
        args = ("score", model, "--data", WINE, "--target", "target")
        for names in (" ", ","):
            for command in (args, ("cv", "SVC", *args[2:]), ("search", "SVC", *args[2:], "--grid", "C=1,2")):
                self.fails(2, "names no scorer", *command, "--scoring", names, "--format", "json")
        for kind in ("json", "csv"):
            self.fails(2, "goes with --format table", *args, "--report", "--format", kind)
        self.assertIn("confusion matrix", self.ok(*args, "--report", "--format", "table"))
        # a scorer that fails behind one that does not: nothing of the object is printed
        self.fails(1, "roc_auc", *args, "--scoring", "accuracy,roc_auc", "--format", "json")

    def test_texts_are_cut_between_characters(self):
        # one byte, then characters of two: a cut after an even number of bytes is within one
        labels = ["x" + "\u00e9" * 200, "y"]
        data = self.dir / "l.csv"
        data.write_text("a,y\n" + "".join(f"{i},{labels[i % 2]}\n" for i in range(20)), encoding="utf-8")
        model = self.fit("DummyClassifier", data, "y")
        self.assertIn("confusion matrix", self.ok("score", model, "--data", data, "--target", "y", "--report"))
        self.assertEqual(self.ok("predict", model, "--data", data, "--proba").split("\n")[0], ",".join(labels))
        words = self.dir / "w.csv"
        words.write_text("a\n" + "".join(f"{'ab'[i % 2]}\n" for i in range(20)), encoding="utf-8")
        long = "\u00e9" * 200
        imputer = self.dir / "i.cofit"
        for start in ("x", "xx"):
            self.ok("fit", f"ColumnTransformer(categorical -> SimpleImputer(strategy=constant, fill_value={start}{long}))",
                    "--data", words, "-o", imputer)
            self.assertIn("\u00e9 ...", self.ok("show", imputer))

    def test_output_to_devices(self):
        self.ok("fit", "Ridge", "--data", DIABETES, "--target", "target", "-o", "/dev/null")
        self.fails(1, "it is a folder", "fit", "Ridge", "--data", self.dir / "none.csv", "-o", self.dir)
        model = self.fit("Ridge", DIABETES)
        link = self.dir / "link"
        link.symlink_to("model.cofit")
        self.ok("fit", "Ridge", "--data", DIABETES, "--target", "target", "-o", link)
        self.assertTrue(link.is_symlink())
        data = self.dir / "data.csv"
        data.write_bytes(DIABETES.read_bytes())
        self.fails(1, "the data would be lost", "fit", "Ridge", "--data", data, "--target", "target", "-o", data)
        self.fails(1, "the model would be lost", "predict", model, "--data", data, "-o", link)
        self.fails(1, "it is a folder", "predict", model, "--data", data, "-o", self.dir)
        self.ok("predict", model, "--data", data, "-o", data)
        if os.getuid():  # root writes everywhere
            elsewhere = self.dir / "closed"
            elsewhere.mkdir()
            through = elsewhere / "through"
            through.symlink_to(model)
            elsewhere.chmod(0o500)
            self.ok("fit", "Ridge", "--data", DIABETES, "--target", "target", "-o", through)
            self.fails(1, "cannot be written", "fit", "Ridge", "--data", self.dir / "none.csv", "-o", elsewhere / "m")
            elsewhere.chmod(0o700)

    def test_columns_by_name_from_standard_input(self):
        model = self.fit("StandardScaler | SVC", WINE, "target")
        rows = [line.split(",") for line in WINE.read_text().strip().split("\n")]
        turned = "\n".join(",".join(reversed(row)) for row in rows) + "\n"
        self.assertEqual(self.ok("predict", model, "--data", "-", stdin=turned), self.ok("predict", model, "--data", WINE))
        lacking = "\n".join(",".join(row[1:]) for row in rows) + "\n"
        self.fails(1, "'alcohol'", "predict", model, "--data", "-", stdin=lacking)
        packed = self.dir / "w.csv.gz"
        packed.write_bytes(gzip.compress(WINE.read_bytes()))
        self.assertEqual(self.ok("predict", model, "--data", packed), self.ok("predict", model, "--data", WINE))

    def test_probabilities_and_transform(self):
        model = self.fit("StandardScaler | SVC(probability=true, random_state=0)", WINE, "target")
        self.assertEqual(self.ok("predict", model, "--data", WINE, "--proba").split("\n")[0], "class_0,class_1,class_2")
        many = self.dir / "many.csv"  # of classes; and of targets with labels of their own
        many.write_text("a,y,z\n" + "".join(f"{i},c{i % 70:02},{i % 2}\n" for i in range(140)))
        model = self.fit("DecisionTreeClassifier", many, "y")
        self.assertEqual(self.ok("predict", model, "--data", many, "--proba").split("\n")[0], ",".join(f"c{k:02}" for k in range(70)))
        many.write_text("a,y,z\n" + "".join(f"{i},{i % 3 + 5},{i % 2}\n" for i in range(40)))
        model = self.fit("DecisionTreeClassifier", many, "y,z")
        self.assertEqual(self.ok("predict", model, "--data", many, "--proba").split("\n")[0], "0:5,0:6,0:7,1:0,1:1")
        self.assertEqual(self.ok("predict", model, "--data", many).split("\n")[0], "prediction_0,prediction_1")
        model = self.fit("StandardScaler", WINE, "target")
        self.assertTrue(self.ok("transform", model, "--data", WINE).startswith("alcohol,"))
        self.fails(1, "has no predict", "predict", model, "--data", WINE)

    def test_search(self):
        best = self.dir / "best.cofit"
        r = json.loads(self.ok("search", "StandardScaler | SVC", "--data", WINE, "--target", "target",
                               "--grid", "svc__C=0.1,1,10; svc__kernel=linear,rbf", "--format", "json", "-o", best))
        self.assertEqual(len(r["candidates"]), 6)
        self.assertAlmostEqual(r["best_score"], max(c["mean"] for c in r["candidates"]))
        self.assertIn("SVC", self.ok("show", best))
        for grid, part in (("svc__Z=1", "no parameter 'Z'"), ("svc__C=1,-1", "C = -1 is outside"), ("C", "is not name=value"),
                           (";", "is not name=value"), ("svc__C=1,(", "column"), ("svc__C=", "'svc__C' has no values"),
                           ("svc__C=1; svc__C=2", "'svc__C' is given twice")):
            self.fails(2, part, "search", "StandardScaler | SVC", "--data", WINE, "--target", "target", "--grid", grid)
        rows = self.ok("search", "SVC", "--data", WINE, "--target", "target", "--grid", "C=1,10", "--format", "csv").strip().split("\n")
        self.assertEqual(rows[0], "mean,std,params")
        self.assertEqual(len(rows), 3)
        mixed = self.dir / "mixed.csv"
        mixed.write_text("a,y\n" + "".join(f"{'ab'[i % 2]},{i % 3}\n" for i in range(30)) + ",1\n")
        rows = list(csv.reader(self.ok("search", "simpleimputer: SimpleImputer(strategy=constant) | OneHotEncoder(handle_unknown=ignore) | Ridge",
                                       "--data", mixed, "--target", "y", "--grid", 'simpleimputer__fill_value="a b",c',
                                       "--format", "csv").splitlines()))
        self.assertEqual([row[2] for row in rows], ["params", '{simpleimputer__fill_value: "a b"}', "{simpleimputer__fill_value: c}"])
        self.fails(2, "--grid", "search", "SVC", "--data", WINE, "--target", "target")

    def test_registry(self):
        names = [c["name"] for c in json.loads(self.ok("list", "--format", "json"))]
        self.assertIn("KMeans", names)
        for name in names:
            self.assertIn("Source", self.ok("describe", name))
            self.assertTrue(self.ok("describe", name, "--format", "markdown").startswith("# " + name))
            self.assertEqual(json.loads(self.ok("describe", name, "--format", "json"))["name"], name)
        self.fails(2, "did you mean 'KMeans'", "describe", "KMean")

    def test_output_in_the_format_of_its_name(self):
        model = self.fit("StandardScaler", WINE, "target")
        plain = self.dir / "t.csv"
        self.ok("transform", model, "--data", WINE, "-o", plain)
        first = plain.read_text().split("\n")[1].split(",")
        for kind in ("tsv", "npy", "npz", "svm", "mtx", "csv.gz", "tsv.gz", "npy.gz", "svm.gz", "mtx.gz"):
            path = self.dir / f"t.{kind}"
            self.ok("transform", model, "--data", WINE, "-o", path)
            content = path.read_bytes()
            if kind.endswith(".gz"):
                content = gzip.decompress(content)
            begin = {"tsv": b"alcohol\t", "npy": b"\x93NUMPY", "npz": b"PK\x03\x04", "svm": b"0 1:" + first[0].encode(),
                     "mtx": b"%%MatrixMarket matrix array real", "csv": b"alcohol,"}[kind.split(".")[0]]
            self.assertTrue(content.startswith(begin), (kind, content[:40]))
            # and what was written is what is read: the same model of the same numbers
            again, once = self.dir / "again.cofit", self.dir / "once.cofit"
            self.ok("fit", "KMeans(n_clusters=3, random_state=0)", "--data", path, "-q", "-o", again)
            self.ok("fit", "KMeans(n_clusters=3, random_state=0)", "--data", plain, "-q", "-o", once)
            for a, b in zip(self.centres(again), self.centres(once), strict=True):
                self.assertAlmostEqual(a, b, delta=1e-12)  # sparse data are summed in another order
        labels = self.fit("SVC", WINE, "target")
        self.fails(1, "only CSV can hold it", "predict", labels, "--data", WINE, "-o", self.dir / "p.npy")
        self.assertFalse((self.dir / "p.npy").exists())

    def test_labels_that_a_format_holds(self):
        labelled = self.dir / "l.svm"
        labelled.write_text("".join(f"{i % 2} 1:{i % 2 + 1} 2:{i}\n" for i in range(40)))
        r = json.loads(self.ok("cv", "SVC", "--data", labelled, "--format", "json"))
        self.assertEqual(len(r["scores"]["score"]), 5)
        model = self.dir / "m.cofit"
        self.ok("fit", "Ridge", "--data", labelled, "-o", model)
        self.ok("score", model, "--data", labelled)
        self.fails(2, "labels in front", "cv", "SVC", "--data", labelled, "--target", "0")
        few = self.dir / "few.svm"  # rows that do not use the last column
        few.write_text("0 1:5\n")
        self.assertEqual(len(self.ok("predict", model, "--data", few).split()), 2)
        few.write_text("0 3:5\n")
        self.fails(1, "few.svm", "predict", model, "--data", few)
        zero = self.dir / "zero.cofit"
        labelled.write_text("".join(f"{i % 2} 0:{i % 2 + 1} 1:{i}\n" for i in range(40)))
        self.ok("fit", "Ridge", "--data", labelled, "-o", zero)
        few.write_text("0 1:5\n")
        at_zero = self.ok("predict", zero, "--data", few, "--index-base", "0")
        self.assertNotEqual(at_zero, self.ok("predict", zero, "--data", few))  # read as the first column
        self.fails(2, "not understood", "predict", zero, "--data", few, "--index-base", "2")

    def centres(self, model):
        content = model.read_bytes()
        length = int.from_bytes(content[:8], "little")
        begin, end = json.loads(content[8:8 + length])["cluster_centers_"]["data_offsets"]
        return array.array("d", content[8 + length + begin:8 + length + end])

    def test_no_bar_where_nobody_looks(self):
        args = [PROGRAM, "cv", "SVC", "--data", str(WINE), "--target", "target", "--threads", "1"]
        for extra, bar in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
            ours, theirs = pty.openpty()
            env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
            subprocess.run(args, stdout=subprocess.DEVNULL, stderr=theirs, check=True, env=dict(env, TERM="xterm", **extra)
                           if "TERM" not in extra else dict(env, **extra))
            os.close(theirs)
            try:
                shown = os.read(ours, 65536)
            except OSError:  # nothing was written, and the other end is closed
                shown = b""
            os.close(ours)
            self.assertEqual(b"#" in shown, bar, extra)
        self.assertEqual(cofit(*args[1:]).stderr, "")

    def test_seed_and_threads_and_quiet(self):
        a, b = self.dir / "a", self.dir / "b"
        for path, threads in ((a, 1), (b, 4)):
            self.ok("fit", "KMeans(n_clusters=3)", "--data", WINE, "--drop", "target", "--seed", "3", "--threads", threads, "-q", "-o", path)
        self.assertEqual(a.read_bytes(), b.read_bytes())

    def test_interrupt(self):
        rows = "\n".join(",".join(str((i * 7919 + j * j * 104729) % 1000 / 7) for j in range(8)) + f",{i * i % 2}" for i in range(30000))
        big = self.dir / "big.csv"
        big.write_text(",".join("abcdefgh") + ",y\n" + rows + "\n")
        model = self.dir / "m.cofit"
        model.write_text("old")
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            p = subprocess.Popen([PROGRAM, "fit", "SVC(C=1000000, tol=1e-9)", "--data", str(big), "--target", "y", "-o", str(model)],
                                 stderr=subprocess.PIPE, text=True)
            time.sleep(1.5)
            p.send_signal(number)
            self.assertEqual(p.wait(timeout=60), status)
            self.assertIn("interrupted", p.stderr.read())
            p.stderr.close()
        self.assertEqual(model.read_text(), "old")

    def test_interrupt_while_data_are_awaited(self):
        p = subprocess.Popen([PROGRAM, "cv", "SVC", "--data", "-", "--target", "y"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.5)
        p.send_signal(signal.SIGINT)
        self.assertEqual(p.wait(timeout=20), 130)
        self.assertIn(b"interrupted", p.stderr.read())
        p.stdin.close()
        p.stderr.close()

    def test_full_output_is_an_error(self):
        if os.path.exists("/dev/full"):
            with open("/dev/full", "w") as full:
                p = subprocess.run([PROGRAM, "list"], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(p.returncode, 1)

    def test_manual_and_completion(self):
        manual = self.ok("--print-manual")
        self.assertIn(".SH OPTIONS", manual)
        if shutil.which("man"):
            page = self.dir / "cofit.1"
            page.write_text(manual)
            p = subprocess.run(["man", "--warnings=w", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)], capture_output=True)
            self.assertEqual((p.returncode, p.stderr), (0, b""))
        script = self.dir / "complete.bash"
        script.write_text(self.ok("--print-completion") + """
complete_at() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _cofit; echo "${COMPREPLY[*]}"; }
complete_at cofit pre
complete_at cofit search --gri
complete_at cofit list --da
""")
        out = subprocess.run(["bash", str(script)], capture_output=True, text=True, check=True).stdout
        self.assertEqual(out, "predict\n--grid\n\n")
        self.assertEqual(subprocess.run(["bash", "-n"], input=self.ok("--print-completion"), text=True).returncode, 0)


unittest.main(argv=["test_cli"], verbosity=1)
