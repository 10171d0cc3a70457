"""What is asked of a service and what becomes of its answers, whoever carries them: `Client` or `AsyncClient`.

Each thing that a client does is a generator: it yields requests, one or many that are independent of each other, is
sent what was read of their answers, and returns what the person gets.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import msgspec
import numpy as np
import pandas as pd

from anops.answered import Part, columns_of, json_part
from anops.columns import to_json_values
from anops.errors import DataError, PredictionWarning
from anops.explaining import MOST_ROWS, table
from anops.rows import data_frame
from anops.series import forecast_frame, records
from anops.telling import gathered

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

Rows = pd.DataFrame | Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]
T = TypeVar("T")
JSON = "application/json"

_MOST_VALUES = 5_000_000
"""How many values go in one request; a body then stays below the service's limit."""
_FEW_ROWS = 1000
"""So many rows are written as JSON before anybody notices; for more, Arrow is faster where it is installed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Attributes:
        method: GET or POST.
        path: Its path behind the address of the model, with its query.
        read: Reads a good answer.
        content: Its body; None: it has none.
        kind: The media type of its body and answer.
        first: How many rows went before it in others.
    """

    method: str
    path: str
    read: Callable[[httpx.Response], Any]
    content: bytes | None = None
    kind: str = JSON
    first: int = 0

    @property
    def repeatable(self) -> bool:
        """Whether it changes nothing in the service, so that it may be sent twice."""
        return self.method == "GET" or self.path.startswith(("/predict", "/explain", "/forecast"))

    @property
    def headers(self) -> dict[str, str]:
        """What says of which kind body and answer are."""
        accept = self.kind if self.kind == JSON else f"{self.kind}, {JSON};q=0.1"  # problems are in JSON
        return {"accept": accept} | ({} if self.content is None else {"content-type": self.kind})


Steps = Generator[Iterable[Asked], list[Any], T]


class Asking:
    """A served model, as its clients ask it.

    Attributes:
        card: What the service says of its model; None before it was asked, or once there is another model.

    Args:
        rows_per_request: More rows than this go in several requests.
    """

    def __init__(self, rows_per_request: int) -> None:
        self.card: Mapping[str, Any] | None = None
        self._rows_per_request = rows_per_request

    def model(self) -> Steps[Mapping[str, Any]]:
        """Ask what the model is, once."""
        if self.card is None:
            (self.card,) = yield [Asked("GET", "/model", _decoded)]
        return self.card

    def predict(self, rows: Rows, options: Mapping[str, Any]) -> Steps[pd.DataFrame]:
        """Predict rows."""
        card = yield from self.model()
        data = data_frame(rows)
        chosen = _chosen(data, card)
        pieces = self._pieces(chosen, card)
        few = len(pieces) == 1 and len(chosen) < _FEW_ROWS
        requests = (_predicting(chosen.iloc[part], options, card, part.start) for part in pieces)
        parts: list[Part] = yield [*requests] if few else requests
        if parts[0].model.get("version") != card.get("version"):
            self.card = None  # another version has come into service
            card = yield from self.model()
        warned = gathered(
            (part.start, each) for part, answer in zip(pieces, parts, strict=True) for each in answer.warnings
        )
        answer = pd.DataFrame(columns_of(parts, card["schema"].get("outputs") or {}, data.index), index=data.index)
        answer.attrs = {"warnings": _warn(warned), "model": parts[0].model}
        return answer

    def explain(self, rows: Rows, output: str | None, options: Mapping[str, Any]) -> Steps[pd.DataFrame]:
        """Ask what each column contributes to predictions."""
        card = yield from self.model()
        data = data_frame(rows)
        asked, chosen = {**options, "explain": True if output is None else output}, _chosen(data, card)
        starts = range(0, max(len(data), 1), MOST_ROWS)
        parts = yield [
            _in_json(chosen.iloc[first : first + MOST_ROWS], asked, card, first, _decoded) for first in starts
        ]
        _warn(gathered((first, each) for first, part in zip(starts, parts, strict=True) for each in part["warnings"]))
        return table(parts, data.index)

    def forecast(self, asked: Mapping[str, Any], regressors: Rows | None, keys: Rows | None) -> Steps[pd.DataFrame]:
        """Forecast with a model of a time series."""
        tables = {"regressors": regressors, "keys": keys}
        told = {**asked, **{name: None if rows is None else records(rows) for name, rows in tables.items()}}
        body = _encoded({name: value for name, value in told.items() if value is not None})
        (answer,) = yield [Asked("POST", "/forecast", _decoded, body)]
        frame = forecast_frame(answer["predictions"])
        frame.attrs = {"warnings": _warn(answer["warnings"]), "model": answer["model"]}
        return frame

    def observe(self, observations: Rows, *, corrections: bool) -> Steps[dict[str, int]]:
        """Tell what was observed of a time series."""
        path = "/observations?corrections=true" if corrections else "/observations"
        (answer,) = yield [Asked("POST", path, _decoded, _encoded({"data": records(observations)}))]
        _warn(answer["warnings"])
        counted: dict[str, int] = answer["observations"]
        return counted

    def _pieces(self, chosen: pd.DataFrame, card: Mapping[str, Any]) -> list[slice]:
        """Return which rows go in one request."""
        rows, columns = chosen.shape
        most = max(1, min(self._rows_per_request, _MOST_VALUES // max(columns, 1)))
        if not columns or rows <= most or not card.get("row_independent"):
            return [slice(0, rows)]
        return [slice(start, min(start + most, rows)) for start in range(0, rows, most)]


def posting(path: str, content: Mapping[str, Any], first: int) -> Asked:
    """Return the request that sends JSON to a path, whose answer is JSON."""
    return Asked("POST", path, _decoded, _encoded(content), first=first)


def _chosen(data: pd.DataFrame, card: Mapping[str, Any]) -> pd.DataFrame:
    """Return what goes to the service: the model's columns, or all where some of the model's are not there.

    The service, which then sees all names, can say which was meant.

    Raises:
        DataError: A column appears twice.
    """
    inputs: Mapping[str, Any] = card["schema"].get("inputs") or {}
    data = data.set_axis([str(name) for name in data.columns], axis="columns")
    twice = data.columns[data.columns.duplicated()]
    if len(twice):
        raise DataError(f"Can't predict: the rows have the column `{twice[0]}` twice.")
    return data[[name for name in inputs if name in data]] if set(inputs) <= set(data.columns) else data


def _predicting(rows: pd.DataFrame, options: Mapping[str, Any], card: Mapping[str, Any], first: int) -> Asked:
    """Ask for predictions: many rows in Arrow where it is installed, others in JSON."""
    inputs: Mapping[str, Any] = card["schema"].get("inputs") or {}
    # columns that are looked up by a key are left out of JSON alone
    is_whole = len(rows.columns) > 0 and set(inputs) <= set(rows.columns)
    arrow = _arrow() if len(rows) >= _FEW_ROWS and is_whole else None
    body = None if arrow is None else arrow.arrow_body(rows, inputs)
    if arrow is None or body is None:
        return _in_json(rows, options, card, first, json_part)
    query = urlencode([(name, _text(value)) for name, value in options.items() if value is not None])
    path = f"/predict?{query}" if query else "/predict"
    return Asked("POST", path, arrow.arrow_part, body, arrow.ARROW, first)


def _in_json(
    rows: pd.DataFrame,
    options: Mapping[str, Any],
    card: Mapping[str, Any],
    first: int,
    read: Callable[[httpx.Response], Any],
) -> Asked:
    inputs: Mapping[str, Any] = card["schema"].get("inputs") or {}
    # a model that looks at no column still answers each row
    data: object = {name: _sent(rows[name], inputs.get(name, {}), name) for name in rows.columns} or [{}] * len(rows)
    return Asked("POST", "/predict", read, _encoded({"data": data, "options": options}), first=first)


@cache
def _arrow() -> Any:  # noqa: ANN401  a module
    """Return what reads and writes Arrow; None where pyarrow is not installed."""
    try:
        return import_module("anops.arrow_frames")
    except ImportError:
        return None


def _sent(column: pd.Series, spec: Mapping[str, Any], name: str) -> list[Any]:
    try:
        return to_json_values(column, spec)
    except TypeError as error:
        raise DataError(
            f"Can't predict: column `{name}` holds values of type {error}, which can't be sent. "
            "Convert it to numbers, text, dates or times."
        ) from error


def _decoded(answer: httpx.Response) -> Any:  # noqa: ANN401  JSON
    return msgspec.json.decode(answer.content)


def _encoded(value: object) -> bytes:
    return msgspec.json.encode(value, enc_hook=_plain)


def _text(value: object) -> str:
    """Return an option's value as a query has it."""
    return value if isinstance(value, str) else _encoded(value).decode()


def _plain(value: object) -> object:
    """Return an option's value of NumPy or pandas as JSON has it."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return value.tolist()
    raise TypeError(f"an option can't be {type(value).__name__}")


def _warn(found: list[Any]) -> list[Any]:
    """Warn, each thing once."""
    for message in dict.fromkeys(str(warning["message"]) for warning in found):
        warnings.warn(message, PredictionWarning, stacklevel=5)
    return found
