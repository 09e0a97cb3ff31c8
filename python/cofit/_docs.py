# SPDX-License-Identifier: BSD-3-Clause
"""Docstrings in numpydoc form from the tables of the library."""

import textwrap


def _entry(name, kind, text):
    return f"{name} : {kind}\n" + textwrap.indent(textwrap.fill(text, 90), "    ") + "\n"


def _default(parameter):
    return "" if parameter.is_required else f", default={parameter.default!r}"


def _section(title, body):
    return f"{title}\n{'-' * len(title)}\n{body}\n" if body else ""


def class_doc(spec):
    """The docstring of a class: summary, parameters, attributes, and the manual's notes."""
    parameters = ""
    for p in spec.parameters.values():
        accepts = p.row["accepts"] if p.row else "object"
        text = p.row["help"] if p.row else _EXTRA.get(p.name, "accepted, without effect")
        parameters += _entry(p.name, accepts + _default(p), text)
    attributes = "".join(
        _entry(a["name"], a["type"] + (f" {a['shape']}" if a["shape"] else ""), a["help"])
        for a in spec.attributes.values()
    )
    return (
        f"{spec.entry['summary']}.\n\n"
        + _section("Parameters", parameters)
        + _section("Attributes", attributes)
        + _section("Notes", spec.entry["doc"])
    )


_EXTRA = {
    "n_jobs": "threads the calls may use; None and -1 mean all",
    "copy": "accepted, without effect: the input is never written",
    "copy_X": "accepted, without effect: the input is never written",
    "copy_x": "accepted, without effect: the input is never written",
    "verbose": "accepted, without effect: run_options has a progress callback",
}

METHODS = {
    "fit": "Learns from X (n_samples, n_features) and y; returns self.",
    "partial_fit": "Learns more from another batch; returns self.",
    "predict": "Predictions for X (n_samples, n_features).",
    "predict_proba": "Class probabilities (n_samples, n_classes).",
    "predict_log_proba": "Natural logarithms of the class probabilities.",
    "decision_function": "Signed scores: (n_samples,) for two classes, else a column a class.",
    "transform": "X transformed.",
    "inverse_transform": "The inverse of transform.",
    "fit_transform": "fit, then transform of the same X, in one pass where the class can.",
    "fit_predict": "fit, then the labels of the same X.",
    "score_samples": "A score a sample, higher = more normal or likelier.",
    "score": "The estimator's own score: accuracy, R2, minus inertia, ...",
}
