"""Fits and predicts with a family of Python models in plain processes that know nothing of AnOps."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from families import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from families import Answers, Family, Rows

_FIT = """
import json, warnings
import joblib, numpy as np, pandas as pd

FITTING

rows = ROWS
assert len(rows) > 1 and not rows.isna().any(axis=None)
rows = rows.reset_index(drop=True)
gaps = rows.iloc[[0, *[1] * rows.shape[1], len(rows) - 1]].reset_index(drop=True)
for i, name in enumerate(rows):
    column = gaps[name].astype("float64") if gaps[name].dtype.kind in "iu" else gaps[name].copy()
    column.iloc[i + 1] = np.nan
    gaps[name] = column
joblib.dump(model, "fitted.joblib")
joblib.dump({"complete": rows, "missing": gaps}, "rows.joblib")
rows.to_csv("rows.csv", index=False)
def records(frame):
    frame = frame.astype(object).where(frame.notna(), None)
    return [{name: value.item() if hasattr(value, "item") else value for name, value in row.items()}
            for row in frame.to_dict("records")]
print(json.dumps({"complete": records(rows), "missing": records(gaps)}))
"""

_PLAIN = """
import json, sys, warnings
import joblib, numpy as np, pandas as pd
warnings.simplefilter("ignore")
model, tables = joblib.load("fitted.joblib"), joblib.load("rows.joblib")
expressions = EXPRESSIONS

def as_columns(value, index):
    if isinstance(value, dict):
        value = pd.DataFrame({name: np.asarray(each) for name, each in value.items()}, index=index)
    if not isinstance(value, pd.DataFrame):
        value = pd.DataFrame({"prediction": np.asarray(value)}, index=index)
    return value

def ask(expression, rows):
    names = {"model": model, "rows": rows, "np": np, "pd": pd}
    return as_columns(eval(expression, names), rows.index)

def answer(expression, rows):
    try:
        whole = ask(expression, rows)
        if len(whole) == len(rows):
            return whole
    except Exception:
        pass
    return ask(expression, rows.dropna()).reindex(rows.index)

def values(column):
    return [None if pd.isna(value) else value.item() if hasattr(value, "item") else value for value in column]

answers = [
    {kind: {str(name): values(column) for name, column in answer(expression, rows).items()}
     for kind, rows in tables.items()}
    for expression in expressions
]
print(json.dumps(answers))
"""


@contextmanager
def plain_python() -> Iterator[Way]:
    """Fit and predict in plain processes until the block ends."""
    command = [sys.executable, str(Path(__file__).with_name("forked_python.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def run(program: str, folder: Path) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"program": program, "folder": str(folder)}) + "\n")
            process.stdin.flush()
            ended = json.loads(process.stdout.readline())
            assert ended["code"] == 0, f"{ended['stdout']}\n{ended['stderr']}"
            return json.loads(ended["stdout"].splitlines()[-1])

        def fit(family: Family, folder: Path) -> Rows:
            rows: Rows = run(_FIT.replace("FITTING", family.fit).replace("ROWS", family.rows), folder)
            return rows

        def plain(family: Family, folder: Path) -> Answers:
            answers: Answers = run(
                _PLAIN.replace("EXPRESSIONS", repr([ask.plain.strip() for ask in family.asks])), folder
            )
            return answers

        yield Way("fitted.joblib", fit, plain)
