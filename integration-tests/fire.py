"""Steady load on a service, while a test does it harm: who asked what, when, and whether the answer was right."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from little_models import write_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BAD = 2
"""The value of `b` over which a harmful model does its harm."""

HARM = {
    "python": {
        "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "ends": "import os; os._exit(7)",
        "crashes": "import ctypes; ctypes.string_at(0)",
        "hangs": "import time; time.sleep(1000)",
        "eats": "x = bytearray(1_600_000_000); x[::4096] = b'x' * len(x[::4096])",
        "sums": "pass",
    },
    "r": {
        "killed": "tools::pskill(Sys.getpid(), tools::SIGKILL)",
        "ends": 'quit("no", 7)',
        "crashes": "tools::pskill(Sys.getpid(), 11L)",
        "hangs": "Sys.sleep(1000)",
        "eats": "x <- numeric(2e8)",
        "sums": "invisible()",
    },
}
"""What a model does where a row is bad."""


def tell(text: str) -> None:
    """Write down what was measured; `pytest -s` shows it."""
    sys.stdout.write(f"\nmeasured: {text}\n")


def harmful(folder: Path, language: str, harm: str, *, service: str = "workers = 2", independent: bool = True) -> Path:
    """Write a project whose model adds two numbers, and does harm where the second is bad."""
    project = write_project(folder, language, "sum", row_independent=independent, service=service)
    done = HARM[language][harm]
    if language == "r":
        text = (
            "predict_model <- function(model, newdata, ...) {\n"
            f"  if (any(newdata$b == {BAD})) {done}\n  newdata$a + newdata$b\n}}\n"
        )
        (project / "model.R").write_text(text, encoding="utf-8")
    else:
        text = (
            "def predict_model(model, data, **options):\n"
            f"    if (data['b'] == {BAD}).any():\n        {done}\n    return data['a'] + data['b']\n"
        )
        (project / "model.py").write_text(text, encoding="utf-8")
    # what it is tried with must not do harm
    (project / "tests").mkdir()
    (project / "tests/reference.json").write_text('{"rows": {"columns": {"a": [1.0], "b": [1.0]}}}', encoding="utf-8")
    return project


async def at_once(port: int, rows: list[dict[str, float]]) -> list[tuple[int, float]]:
    """Ask for each row on a connection of its own, all of them written before any is read; return status and seconds.

    A client library takes so long for each request that hardly two of them would meet in the queue.
    """
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in rows]

    async def asked(place: int) -> tuple[int, float]:
        reader, writer = connections[place]
        body, begun = json.dumps({"data": [rows[place]]}).encode(), time.monotonic()
        head = f"POST /predict HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.read()
        writer.close()
        return int(answer.split(b" ", 2)[1]), time.monotonic() - begun

    return list(await asyncio.gather(*(asked(place) for place in range(len(rows)))))


@dataclass
class Load:
    """What came of the requests.

    Attributes:
        statuses: How many answers had which status.
        wrong: Answers that were not what the model gives.
        lost: Requests without any answer, by the error.
        seconds: How long each good answer took.
        bodies: The bodies of other answers.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[object] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    seconds: list[tuple[float, float]] = field(default_factory=list)
    others: list[tuple[httpx.Response, float]] = field(default_factory=list)
    _numbers: Any = field(default_factory=itertools.count)

    async def ask(self, client: httpx.AsyncClient) -> None:
        """Ask once, for rows that no other request has."""
        first = float(next(self._numbers))
        begun = time.monotonic()
        try:
            answer = await client.post("/predict", json={"data": [{"a": first, "b": 0.5}, {"a": -first, "b": 1}]})
        except httpx.HTTPError as error:
            self.lost[type(error).__name__] += 1
            return
        took = time.monotonic() - begun
        self.statuses[answer.status_code] += 1
        if answer.status_code != 200:
            self.others.append((answer, took))
            return
        self.seconds.append((begun, took))
        if [row["prediction"] for row in answer.json()["predictions"]] != [first + 0.5, 1 - first]:
            self.wrong.append(answer.json())

    def quantile(self, share: float, *, since: float = 0.0) -> float:
        """Return how long that share of the good answers took at the most, in seconds."""
        took = sorted(seconds for begun, seconds in self.seconds if begun >= since)
        return took[min(len(took) - 1, int(share * len(took)))]

    def told(self) -> str:
        """Return it as a line for a person."""
        return (
            f"{sum(self.statuses.values())} answers {dict(self.statuses)}, {len(self.wrong)} wrong, "
            f"lost {dict(self.lost)}, p50 {1000 * self.quantile(0.5):.0f} ms, p99 {1000 * self.quantile(0.99):.0f} ms, "
            f"longest {1000 * self.quantile(1):.0f} ms"
        )


@contextmanager
def under_load(url: str, *, connections: int = 64, per_second: float | None = None) -> Iterator[Load]:
    """Ask a service all the time: each connection again once it is answered, or so many a second come what may."""
    load, stop = Load(), threading.Event()

    async def run() -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=connections)
        async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False) as client:
            if per_second is None:
                await asyncio.gather(*(asked_on(client) for _ in range(connections)))
            else:
                await at_a_rate(client, per_second)

    async def asked_on(client: httpx.AsyncClient) -> None:
        while not stop.is_set():
            await load.ask(client)

    async def at_a_rate(client: httpx.AsyncClient, per_second: float) -> None:
        asked, begun = set[asyncio.Task[None]](), time.monotonic()
        for number in itertools.count():
            if stop.is_set():
                break
            await asyncio.sleep(max(0.0, begun + number / per_second - time.monotonic()))
            asked.add(asyncio.create_task(load.ask(client)))
        await asyncio.gather(*asked)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield load
    finally:
        stop.set()
        thread.join()
