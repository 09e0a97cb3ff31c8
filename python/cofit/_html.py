# SPDX-License-Identifier: BSD-3-Clause
"""Estimators as HTML for notebooks: nested boxes that open to show their parameters."""

import html

from . import _params

_STYLE = """
.cofit{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;display:inline-block;max-width:100%;
color:#1d2733;background:#fff;padding:6px}
.cofit details{border:1px solid #9db2c8;border-radius:6px;margin:4px;background:#f2f7fc;
min-width:12em}
.cofit details.fitted{border-color:#5b9a68;background:#eff8f0}
.cofit summary{padding:3px 10px;cursor:pointer;text-align:center}
.cofit summary small{color:#66727f;margin-left:.6em}
.cofit table{border-collapse:collapse;margin:2px 10px 8px;font-size:12px}
.cofit td{padding:1px 10px 1px 0;vertical-align:top;overflow-wrap:anywhere}
.cofit td+td{max-width:36em}
.cofit tr.set td{font-weight:600}
.cofit .row{display:flex;flex-wrap:wrap;align-items:flex-start;justify-content:center}
.cofit .box{border:1px dashed #9db2c8;border-radius:8px;padding:4px;margin:4px}
.cofit .box>b{display:block;text-align:center;font-weight:600;padding:2px}
.cofit .word{border:1px dotted #9db2c8;border-radius:6px;margin:4px;padding:3px 10px}
""".replace("\n", "")


def _parameters(estimator):
    rows = []
    for name, parameter in estimator._parameters().items():
        if name == _params._steps_row(estimator._spec):
            continue  # shown as boxes
        value = getattr(estimator, name, parameter.default)
        changed = parameter.is_required or not _params.is_same(value, parameter.default)
        text = repr(value)
        text = text if len(text) <= 300 else text[:297] + "..."
        rows.append(
            f"<tr{' class=set' if changed else ''}><td>{html.escape(name)}</td>"
            f"<td>{html.escape(text)}</td></tr>"
        )
    return f"<table>{''.join(rows)}</table>"


def _leaf(estimator, label):
    if not hasattr(estimator, "_spec"):
        begin = html.escape(label + ": " if label else "")
        return f"<div class=word>{begin}{html.escape(str(estimator))}</div>"
    fitted = " class=fitted" if "_model" in estimator.__dict__ else ""
    name = html.escape(type(estimator).__name__)
    note = f"<small>{html.escape(label)}</small>" if label else ""
    return f"<details{fitted}><summary>{name}{note}</summary>{_parameters(estimator)}</details>"


def _nested(estimator):
    """(label, child, columns) of what an estimator holds."""
    row = _params._steps_row(estimator._spec)
    if row:
        steps = getattr(estimator, row)
        return [(step[0], step[1], step[2] if len(step) > 2 else None) for step in steps]
    child = getattr(estimator, "estimator", None)
    return [("estimator", child, None)] if hasattr(child, "_spec") else []


def _box(estimator, label):
    """A composite: its own parameters, then its children side by side or as a chain."""
    children = _nested(estimator) if hasattr(estimator, "_spec") else []
    if not children:
        return _leaf(estimator, label)
    parts = []
    for name, child, columns in children:
        note = name if columns is None else f"{name}: {columns!r}"
        parts.append(_box(child, note if len(note) < 120 else note[:117] + "..."))
    is_chain = "transformer" not in estimator._spec.kind
    inner = "".join(parts) if is_chain else f"<div class=row>{''.join(parts)}</div>"
    return f"<div class=box>{_leaf(estimator, label)}{inner}</div>"


def estimator_html(estimator):
    """The whole, with its style."""
    return f"<style>{_STYLE}</style><div class=cofit>{_box(estimator, '')}</div>"
