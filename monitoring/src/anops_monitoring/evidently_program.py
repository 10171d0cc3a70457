"""A program that writes Evidently's report of two tables: it alone imports Evidently, in a process of its own.

It reads JSON from its standard input: `reference` and `current` (columns), `kinds` (column to numerical, categorical,
text or datetime), `task`, `prediction` and `target` (None: nothing is judged), of two
classes the `case`, and `file`, the page that it writes.
"""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from typing import Any


def main() -> None:
    """Write the page; what goes wrong is a line on the standard error."""
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    try:
        _write(asked)
    except Exception as error:  # noqa: BLE001  Evidently is others' code
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(3 if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("evidently") else 1)


def _write(asked: dict[str, Any]) -> None:
    evidently = importlib.import_module("evidently")
    presets = importlib.import_module("evidently.presets")
    kinds = asked["kinds"]
    by_kind = {
        f"{kind}_columns": [name for name, each in kinds.items() if each == kind]
        for kind in ("numerical", "categorical", "text", "datetime")
    }
    metrics = [presets.DataDriftPreset(), presets.DataSummaryPreset()]
    if asked["task"] == "regression":
        judged = evidently.Regression(target=asked["target"], prediction=asked["prediction"])
        by_kind["regression"] = [judged]
        metrics.append(presets.RegressionPreset())
    elif asked["task"] == "classification":
        said = {"target": asked["target"], "prediction_labels": asked["prediction"]}
        if asked["case"] is None:
            judged = evidently.MulticlassClassification(**said)
        else:  # of two classes Evidently must know the case: it looks for 1 otherwise
            judged = evidently.BinaryClassification(**said, pos_label=asked["case"])
        by_kind["classification"] = [judged]
        metrics.append(presets.ClassificationPreset())
    definition = evidently.DataDefinition(**by_kind)
    tables = [
        evidently.Dataset.from_pandas(_frame(asked[part], kinds), data_definition=definition)
        for part in ("current", "reference")
    ]
    evidently.Report(metrics).run(*tables).save_html(asked["file"])


def _frame(columns: dict[str, list[Any]], kinds: dict[str, str]) -> Any:  # noqa: ANN401  pandas comes with Evidently
    pandas = importlib.import_module("pandas")
    made = {}
    for name, values in columns.items():
        if kinds[name] == "numerical":
            made[name] = pandas.Series(values, dtype="float64")
        elif kinds[name] == "datetime":
            made[name] = pandas.to_datetime(pandas.Series(values), utc=True, format="ISO8601").dt.tz_localize(None)
        else:
            made[name] = pandas.Series(values, dtype="object")
    return pandas.DataFrame(made)


if __name__ == "__main__":
    main()
