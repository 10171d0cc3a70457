"""Asks a served model for predictions: a DataFrame in, a DataFrame out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from anops import connecting
from anops.asking import Asking, posting
from anops.retrying import RetryPolicy
from anops.telling import problem, unreachable

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    import pandas as pd

    from anops.asking import Asked, Rows, Steps

T = TypeVar("T")


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
        self.url = connecting.address(url, model, version)
        self._asking = Asking(rows_per_request)
        self._retry_policy = retry_policy or RetryPolicy()
        settings = connecting.settings(
            self.url, timeout_seconds=timeout_seconds, key=key, ca_file=ca_file, headers=headers
        )
        self._http = httpx.Client(**settings, transport=transport)

    @property
    def model(self) -> Mapping[str, Any]:
        """What the service says of its model: name, version, schema, an example.

        Raises:
            PredictionError: It can't be asked.
        """
        return self._run(self._asking.model())

    def predict(self, rows: Rows, **options: Any) -> pd.DataFrame:  # noqa: ANN401  the model's own
        """Predict rows.

        What the service warned of comes as Python warnings of class `PredictionWarning`, each once, and as the list
        `answer.attrs["warnings"]`.

        Args:
            rows: A DataFrame of pandas or polars, a table of pyarrow, a dict of columns, or a list of dicts. Columns
                that the model does not use are left out.
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
        return self._run(self._asking.predict(rows, options))

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
        return self._run(self._asking.explain(rows, output, options))

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
        asked = asked_forecast(horizon, end, level, simulate, seed)
        return self._run(self._asking.forecast(asked, regressors, keys))

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
        return self._run(self._asking.observe(observations, corrections=corrections))

    def post(self, path: str, content: Mapping[str, Any], *, first: int = 0) -> dict[str, Any]:
        """Send JSON to a path of the service, and return what it answers.

        Args:
            path: The path, such as "/outcomes".
            content: What is sent.
            first: The number of rows that went in requests before, to which rows of an error are counted.

        Raises:
            PredictionError: As `predict()` does.
        """
        answer: dict[str, Any] = self._send(posting(path, content, first))
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, steps: Steps[T]) -> T:
        try:
            requests = next(steps)
            while True:
                requests = steps.send([self._send(asked) for asked in requests])
        except StopIteration as ended:
            result: T = ended.value
            return result

    def _send(self, asked: Asked) -> Any:  # noqa: ANN401  whatever is read of the answer
        try:
            answer = self._retry_policy.send(
                lambda: self._http.request(asked.method, asked.path, content=asked.content, headers=asked.headers),
                repeatable=asked.repeatable,
            )
        except httpx.TransportError as error:
            raise unreachable(error, self.url) from error
        if not answer.is_success:
            raise problem(answer, self.url, asked.first)
        return asked.read(answer)


def asked_forecast(
    horizon: int | None,
    end: object,
    level: float | Sequence[float],
    simulate: int | None,
    seed: int | None,
) -> dict[str, Any]:
    """Return what is asked of a forecast, as the service has it."""
    levels = level if isinstance(level, int | float) else [*level]
    asked = {"horizon": horizon, "end": None if end is None else str(end), "level": levels}
    return {**asked, "simulate": simulate, "seed": seed}
