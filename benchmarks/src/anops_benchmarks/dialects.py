"""How each peer wants its rows, and where its answer has the predictions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_benchmarks.workloads import Rows

_TOLERANCE = 1e-6  # some peers answer with fewer digits


@dataclass(frozen=True)
class Dialect:
    """The body and the answer of a peer, both JSON.

    Attributes:
        path: Where rows go.
        body: Makes the body of rows.
        predictions: Finds the predictions in an answer.
        columns_path: Where columns go, if elsewhere.
        columns_body: Makes the body of columns, if in another way.
        echoes: Whether the answer is the body.
    """

    path: str
    body: Callable[[Rows], object]
    predictions: Callable[[Any], list[Any]]
    columns_path: str = ""
    columns_body: Callable[[Rows], object] | None = None
    echoes: bool = False

    def path_of(self, layout: str) -> str:
        """Return the path for a layout of rows."""
        return (self.columns_path if layout == "columns" else "") or self.path

    def write(self, rows: Rows, layout: str) -> bytes:
        """Return rows as a body: compact JSON."""
        make = (self.columns_body if layout == "columns" else None) or self.body
        return json.dumps(make(rows), separators=(",", ":")).encode()

    def right(self, answer: bytes, body: bytes, expected: list[Any]) -> bool:
        """Say whether the answer to a body has the predictions of the model itself."""
        if self.echoes:
            return answer == body
        try:
            return agree(self.predictions(json.loads(answer)), expected)
        except (ValueError, KeyError, TypeError, IndexError):
            return False


def agree(received: object, expected: list[Any]) -> bool:
    """Compare predictions; numbers may differ by what their text loses."""
    if not isinstance(received, list) or len(received) != len(expected):
        return False
    return all(map(_same, received, expected))


def _same(received: object, expected: object) -> bool:
    if isinstance(received, int | float) and isinstance(expected, int | float):
        return abs(received - expected) <= _TOLERANCE * max(1.0, abs(expected))
    return received == expected


def records(rows: Rows) -> list[dict[str, float]]:
    """Return columns as records."""
    return [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)]


def matrix(rows: Rows) -> list[tuple[float, ...]]:
    """Return columns as a matrix, row by row."""
    return list(zip(*rows.values(), strict=True))


def tensor(rows: Rows) -> dict[str, object]:
    """Return columns as one tensor of the Open Inference Protocol."""
    values = [value for row in matrix(rows) for value in row]
    shape = [len(values) // len(rows), len(rows)]
    return {"inputs": [{"name": "x", "shape": shape, "datatype": "FP64", "data": values}]}


ANOPS = Dialect(
    "/predict",
    lambda rows: {"data": records(rows)},
    lambda answer: [row["prediction"] for row in answer["predictions"]],
    columns_body=lambda rows: {"data": rows},
)
HAND_WRITTEN = Dialect(
    "/predict",
    lambda rows: {"data": records(rows)},
    lambda answer: list(answer["predictions"]),
    columns_path="/predict-columns",
    columns_body=lambda rows: {"data": rows},
)
ECHO = Dialect("/", lambda rows: {"data": records(rows)}, lambda _: [], echoes=True)
RECORDS = Dialect("/predict", records, list)
RECORDS_TO_PREDICT = Dialect("/predict", records, lambda answer: list(answer["predict"]))
MATRIX = Dialect("/predict", lambda rows: {"rows": matrix(rows)}, lambda answer: list(answer["predictions"]))
BENTOML = Dialect("/predict", lambda rows: {"rows": matrix(rows)}, list)
MLFLOW = Dialect("/invocations", lambda rows: {"inputs": matrix(rows)}, lambda answer: list(answer["predictions"]))
KSERVE = Dialect(
    "/v1/models/model:predict", lambda rows: {"instances": matrix(rows)}, lambda answer: list(answer["predictions"])
)
OPEN_INFERENCE = Dialect("/v2/models/model/infer", tensor, lambda answer: list(answer["outputs"][0]["data"]))
