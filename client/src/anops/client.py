"""Asks a served model for predictions: a DataFrame in, a DataFrame out."""

from __future__ import annotations

import os
import ssl
import warnings
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import httpx
import msgspec
import numpy as np
import pandas as pd

from anops.columns import from_json_values, to_json_values
from anops.errors import AccessError, DataError, ModelError, PredictionError, PredictionWarning, UnavailableError
from anops.explaining import MOST_ROWS, table
from anops.retrying import RetryPolicy
from anops.series import forecast_frame, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    Rows = pd.DataFrame | Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]

_MOST_VALUES = 5_000_000
"""How many values go in one request; a body then stays below the service's limit."""


class Client:
    """A served model.

    A client may be used by several threads, and keeps its connections until `close()`; it is a context manager.

    Args:
        url: Where the model is served: `http://127.0.0.1:8080`.
        model: The name of the model, where the service has several; None: its default.
        version: Its version; None: the highest.
        timeout_seconds: How long to wait for an answer.
        rows_per_request: More rows than this go in several requests, where the model's rows do not depend on each
            other; a model whose rows do gets them all at once.
        retry_policy: How often and how long to ask again where the service is busy, starting, or not there yet.
        key: A key of the service, or a token of its identity provider, where it needs one; None: that of the
            environment variable ANOPS_KEY, if there is one.
        ca_file: The certificate (PEM) of the authority behind a service with HTTPS, where the system does not know it;
            None: that of the environment variable ANOPS_CA_FILE, if there is one.
        headers: What to send with every request.
        transport: How requests travel; for tests.
    """

    def __init__(
        self,
        url: str,
        *,
        model: str | None = None,
        version: str | None = None,
        timeout_seconds: float = 120.0,
        rows_per_request: int = 100_000,
        retry_policy: RetryPolicy | None = None,
        key: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if version is not None and model is None:
            raise ValueError("Can't ask for a version without a model: give `model` too, the name of the model.")
        self.url = url.rstrip("/") + _path_of(model, version)
        self._rows_per_request = rows_per_request
        self._retry_policy = retry_policy or RetryPolicy()
        local = httpx.URL(self.url).host in {"localhost", "127.0.0.1", "::1"}
        self._http = httpx.Client(
            base_url=self.url,
            timeout=timeout_seconds,
            headers=_with_key(key) | dict(headers or {}),
            verify=_trusting(ca_file),
            transport=transport,
            trust_env=not local,  # a company's proxy is no way to a model on this computer
        )
        self._card: dict[str, Any] | None = None

    @property
    def model(self) -> Mapping[str, Any]:
        """What the service says of its model: name, version, schema, an example.

        Raises:
            PredictionError: It can't be asked.
        """
        if self._card is None:
            self._card = msgspec.json.decode(self._send("GET", "/model").content)
        return self._card

    def predict(self, rows: Rows, **options: Any) -> pd.DataFrame:  # noqa: ANN401  the model's own
        """Predict rows.

        What the service warned of comes as Python warnings of class `PredictionWarning`, each once, and as the list
        `answer.attrs["warnings"]`.

        Args:
            rows: A DataFrame, a dict of columns, or a list of dicts. Columns that the model does not use are left
                out.
            options: What to ask for, such as `interval="prediction"`; `client.model["schema"]["options"]` lists it.

        Returns:
            A prediction for each row, under the rows' own index: numbers, categories with their levels, dates and
            times in their types, missing predictions as NaN, NA or NaT.

        Raises:
            AccessError: The service needs a key or token, or another one.
            DataError: Rows or options do not fit the model.
            ModelError: The model or the service failed.
            UnavailableError: The service can't be reached, or stayed busy.
        """
        data = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
        columns = self._columns(data)
        parts = [self._ask(part, options, first) for first, part in self._pieces(columns, len(data))]
        specs: Mapping[str, Any] = self.model["schema"].get("outputs") or {}
        if parts[0]["model"].get("version") != self.model.get("version"):
            self._card = None  # another version has come into service
            specs = self.model["schema"].get("outputs") or {}
        records = [record for part in parts for record in part["predictions"]]
        answer = pd.DataFrame(
            {
                name: from_json_values([record[name] for record in records], specs.get(name), data.index)
                for name in (records[0] if records else specs)
            },
            index=data.index,
        )
        answer.attrs = {"warnings": _warned(parts), "model": parts[0]["model"]}
        return answer

    def explain(self, rows: Rows, *, output: str | None = None, **options: Any) -> pd.DataFrame:  # noqa: ANN401
        """Ask what each column of some rows contributes to their predictions.

        The contributions are Shapley values: with the baseline, the mean prediction for the model's reference rows,
        they add up to the prediction. Of a prediction that is a class they tell what makes it that class: the baseline
        is then the share of it among the reference rows, and all add up to 1.

        Args:
            rows: As for `predict()`.
            output: The output that is to be explained; None: the prediction.
            options: As for `predict()`.

        Returns:
            A table with the columns `row` (of the rows' own index), `output`, `prediction`, `baseline`, `column` and
            `contribution`: a row for each row, each output that is explained, and each column of the model.

        Raises:
            PredictionError: As `predict()` does; `DataError` where it can't be explained, with the reason.
        """
        data = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
        asked = {**options, "explain": True if output is None else output}
        columns = self._columns(data)
        pieces = [
            (first, {name: values[first : first + MOST_ROWS] for name, values in columns.items()})
            for first in range(0, max(len(data), 1), MOST_ROWS)
        ]
        parts = [self._ask(part, asked, first) for first, part in pieces]
        _warned(parts)
        return table(parts, data.index)

    def forecast(
        self,
        horizon: int | None = None,
        *,
        end: object = None,
        level: float | Sequence[float] = (80, 95),
        regressors: Rows | None = None,
        simulate: int | None = None,
        seed: int | None = None,
        keys: Rows | None = None,
    ) -> pd.DataFrame:
        """Forecast with a model of a time series.

        Args:
            horizon: How many periods.
            end: Forecast until this time instead: a date, a Timestamp, or a text.
            level: The coverages of the intervals in percent; an empty list: none.
            regressors: What the future is given, where the model has regressors: a column for each, and `time`, or
                times as the index.
            simulate: How many paths to draw.
            seed: With the same seed, the same paths are drawn.
            keys: Which series of a panel are wanted.

        Returns:
            A row for each period: `time`, `step`, `prediction`, `lower_80`, `upper_80` and so on.

        Raises:
            PredictionError: As `predict()` does.
        """
        tables = {"regressors": regressors, "keys": keys}
        asked: dict[str, Any] = {"horizon": horizon, "end": None if end is None else str(end)}
        asked |= {"simulate": simulate, "seed": seed, "level": level if isinstance(level, int | float) else [*level]}
        asked |= {name: None if rows is None else records(rows) for name, rows in tables.items()}
        given = {name: value for name, value in asked.items() if value is not None}
        body = msgspec.json.encode(given, enc_hook=_plain)
        answer = msgspec.json.decode(self._send("POST", "/forecast", body).content)
        frame = forecast_frame(answer["predictions"])
        frame.attrs = {"warnings": _warned([answer]), "model": answer["model"]}
        return frame

    def observe(self, observations: Rows, *, corrections: bool = False) -> dict[str, int]:
        """Tell what was observed of a time series since its model was fitted: forecasts go on from there.

        Args:
            observations: The columns `time` (or times as the index) and `value`, the keys of the series, and the
                regressors of its model.
            corrections: Whether another value for a time that was observed already takes its place; otherwise it is
                refused.

        Returns:
            How many were `new`, the `same`, `corrected` and `late`.

        Raises:
            PredictionError: As `predict()` does.
        """
        body = msgspec.json.encode({"data": records(observations)}, enc_hook=_plain)
        path = "/observations?corrections=true" if corrections else "/observations"
        answer = msgspec.json.decode(self._send("POST", path, body).content)
        _warned([answer])
        counted: dict[str, int] = answer["observations"]
        return counted

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _columns(self, data: pd.DataFrame) -> dict[str, list[Any]]:
        """Return what goes to the service: the model's columns, or all where some of the model's are not there."""
        inputs: Mapping[str, Any] = self.model["schema"].get("inputs") or {}
        data = data.set_axis([str(name) for name in data.columns], axis="columns")
        twice = data.columns[data.columns.duplicated()]
        if len(twice):
            raise DataError(f"Can't predict: the rows have the column `{twice[0]}` twice.")
        # the service, which then sees all names, can say which was meant
        chosen = [name for name in inputs if name in data] if set(inputs) <= set(data.columns) else list(data.columns)
        return {name: _sent(data[name], inputs.get(name, {}), name) for name in chosen}

    def _pieces(self, columns: dict[str, list[Any]], rows: int) -> Iterator[tuple[int, object]]:
        """Yield what goes in one request, each with the position of its first row."""
        if not columns:
            yield 0, [{}] * rows  # a model that looks at no column still answers each row
            return
        most = max(1, min(self._rows_per_request, _MOST_VALUES // len(columns)))
        if rows <= most or not self.model.get("row_independent"):
            yield 0, columns
            return
        for start in range(0, rows, most):
            yield start, {name: values[start : start + most] for name, values in columns.items()}

    def _ask(self, data: object, options: Mapping[str, Any], first: int) -> dict[str, Any]:
        body = msgspec.json.encode({"data": data, "options": options}, enc_hook=_plain)
        answer: dict[str, Any] = msgspec.json.decode(self._send("POST", "/predict", body, first=first).content)
        answer["warnings"] = [_shifted(warning, first) for warning in answer["warnings"]]
        return answer

    def _send(self, method: str, path: str, body: bytes | None = None, *, first: int = 0) -> httpx.Response:
        headers = {"accept": "application/json"} | ({"content-type": "application/json"} if body is not None else {})
        try:
            answer = self._retry_policy.send(lambda: self._http.request(method, path, content=body, headers=headers))
        except httpx.TransportError as error:
            told = str(error)
            if "CERTIFICATE_VERIFY_FAILED" in told:
                raise UnavailableError(
                    f"The certificate of {self.url} is not trusted: {told.rpartition('failed: ')[2]}. Give the "
                    "certificate of who issued it as `ca_file`, and the address as it stands in the certificate."
                ) from error
            raise UnavailableError(f"Can't reach {self.url}: {error or type(error).__name__}.") from error
        if answer.is_success:
            return answer
        raise _problem(answer, self.url, first)


def _with_key(key: str | None) -> dict[str, str]:
    key = key or os.environ.get("ANOPS_KEY")
    return {"authorization": f"Bearer {key}"} if key else {}


def _trusting(ca_file: str | os.PathLike[str] | None) -> ssl.SSLContext | bool:
    """Return whose certificates are trusted, as httpx takes it."""
    file = ca_file or os.environ.get("ANOPS_CA_FILE")
    if not file:
        return True
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:  # those of SSL are among them
        raise ValueError(
            f"Can't use `ca_file`: {os.fspath(file)} holds no certificate in PEM form ({error})."
        ) from error


def _path_of(model: str | None, version: str | None) -> str:
    """Return the path of a model behind the address of a service."""
    path = "" if model is None else f"/models/{quote(model, safe='')}"
    return path if version is None else f"{path}/versions/{quote(version, safe='')}"


def _sent(column: pd.Series, spec: Mapping[str, Any], name: str) -> list[Any]:
    try:
        return to_json_values(column, spec)
    except TypeError as error:
        raise DataError(
            f"Can't predict: column `{name}` holds values of type {error}, which can't be sent. "
            "Convert it to numbers, text, dates or times."
        ) from error


def _warned(parts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Warn, each thing once."""
    found = [warning for part in parts for warning in part["warnings"]]
    for message in dict.fromkeys(str(warning["message"]) for warning in found):
        warnings.warn(message, PredictionWarning, stacklevel=3)
    return found


def _shifted(told: Mapping[str, Any], first: int) -> dict[str, Any]:
    """Count the rows of a warning or an error in all the rows, not in those of a request."""
    if not first:
        return dict(told)
    rows = {"rows": [row + first for row in told["rows"]]} if told.get("rows") else {}
    row = {"row": told["row"] + first} if told.get("row") else {}
    note = f" (Row 1 here is row {first + 1}.)" if rows or row else ""
    return {**told, **rows, **row, "message": f"{told.get('message', '')}{note}"}


def _problem(answer: httpx.Response, url: str, first: int) -> PredictionError:
    try:
        problem = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        problem = {}
    problem["errors"] = [_shifted(error, first) for error in problem.get("errors") or ()]
    status = answer.status_code
    detail = problem.get("detail") or f"Can't predict: {url} answered with status {status}."
    kind: type[PredictionError] = ModelError
    if status in {429, 503, 502}:
        kind = UnavailableError
    elif status in {401, 403}:
        kind = AccessError
    elif 400 <= status < 500:
        kind = DataError
    return kind(detail, status=status, problem=problem)


def _plain(value: object) -> object:
    """Return an option's value of NumPy or pandas as JSON has it."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return value.tolist()
    raise TypeError(f"an option can't be {type(value).__name__}")
