"""Asks a served model without keeping others waiting: `await client.predict(rows)`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from anops import connecting
from anops.asking import Asking
from anops.client import asked_forecast
from anops.retrying import RetryPolicy
from anops.telling import problem, unreachable

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType

    import pandas as pd

    from anops.asking import Asked, Rows, Steps

T = TypeVar("T")


class AsyncClient:
    """A served model, for programs that wait for many things at once.

    It asks as `Client` does, with the same arguments, answers, warnings and exceptions; several calls may be under way
    at a time, and the parts of many rows are.

    Args:
        url: Where the model is served: `http://127.0.0.1:8080`.
        model: The name of the model, where the service has several; None: its default.
        version: Its version; None: the highest.
        timeout_seconds: How long to wait for an answer.
        rows_per_request: More rows than this go in several requests, where the model's rows do not depend on each
            other.
        requests_at_once: How many of these are under way at a time.
        retry_policy: How often and how long to ask again where the service is busy, starting, or not there yet.
        key: A key of the service, or a token of its identity provider; None: that of the environment variable
            ANOPS_KEY, if there is one.
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
        requests_at_once: int = 4,
        retry_policy: RetryPolicy | None = None,
        key: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = connecting.address(url, model, version)
        self._asking = Asking(rows_per_request)
        self._requests_at_once = requests_at_once
        self._retry_policy = retry_policy or RetryPolicy()
        settings = connecting.settings(
            self.url, timeout_seconds=timeout_seconds, key=key, ca_file=ca_file, headers=headers
        )
        self._http = httpx.AsyncClient(**settings, transport=transport)

    async def model(self) -> Mapping[str, Any]:
        """Return what the service says of its model: name, version, schema, an example.

        Raises:
            PredictionError: It can't be asked.
        """
        return await self._run(self._asking.model())

    async def predict(self, rows: Rows, **options: Any) -> pd.DataFrame:  # noqa: ANN401  the model's own
        """Predict rows; see `Client.predict()`."""
        return await self._run(self._asking.predict(rows, options))

    async def explain(self, rows: Rows, *, output: str | None = None, **options: Any) -> pd.DataFrame:  # noqa: ANN401
        """Ask what each column of some rows contributes to their predictions; see `Client.explain()`."""
        return await self._run(self._asking.explain(rows, output, options))

    async def forecast(
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
        """Forecast with a model of a time series; see `Client.forecast()`."""
        asked = asked_forecast(horizon, end, level, simulate, seed)
        return await self._run(self._asking.forecast(asked, regressors, keys))

    async def observe(self, observations: Rows, *, corrections: bool = False) -> dict[str, int]:
        """Tell what was observed of a time series since its model was fitted; see `Client.observe()`."""
        return await self._run(self._asking.observe(observations, corrections=corrections))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self, steps: Steps[T]) -> T:
        try:
            requests = next(steps)
            while True:
                requests = steps.send(await self._all(requests))
        except StopIteration as ended:
            result: T = ended.value
            return result

    async def _all(self, requests: Iterable[Asked]) -> list[Any]:
        """Send requests, some at a time, and return what was read of their answers, in order."""
        if isinstance(requests, list) and len(requests) == 1:
            return [await self._send(requests[0])]
        free, left = asyncio.Semaphore(self._requests_at_once), iter(requests)
        tasks: list[asyncio.Task[Any]] = []

        async def send(asked: Asked) -> Any:  # noqa: ANN401  whatever is read of an answer
            try:
                return await self._send(asked)
            finally:
                free.release()

        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    await free.acquire()
                    # many rows take long to write: others go on meanwhile
                    if (asked := await asyncio.to_thread(next, left, None)) is None:
                        break
                    tasks.append(group.create_task(send(asked)))
        except BaseExceptionGroup as failed:
            raise _first(failed) from None
        return [task.result() for task in tasks]

    async def _send(self, asked: Asked) -> Any:  # noqa: ANN401  whatever is read of the answer
        try:
            answer = await self._retry_policy.send_async(
                lambda: self._http.request(asked.method, asked.path, content=asked.content, headers=asked.headers),
                repeatable=asked.repeatable,
            )
        except httpx.TransportError as error:
            raise unreachable(error, self.url) from error
        if not answer.is_success:
            raise problem(answer, self.url, asked.first)
        return asked.read(answer)


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failed.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
