"""Requests counted: by what they asked, what became of them, and how long that took."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from anops_api_service.observing.histogram import Histogram

if TYPE_CHECKING:
    from anops_api_service.facts import Facts
    from anops_api_service.identity import Identity

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""The ends of buckets of times: a small prediction takes a millisecond, a large body a minute."""

MOST_WAITING = 500
"""So many requests are counted at once."""

OK = "OK"
"""The code of a request that was answered as it was asked."""

ENDPOINTS = frozenset({"predict", "model", "models", "health", "docs", "openapi.json", "metrics", "v2"})


class Times:
    """How long the predictions of one model took.

    Attributes:
        total: From the first byte of a request to the last of its answer.
        queue: Of that, waiting for the model, and on the way to it and back.
        model: Of that, the model itself.
        rows: How many rows were answered.
    """

    __slots__ = ("model", "queue", "rows", "total")

    def __init__(self) -> None:
        self.total, self.queue, self.model = Histogram(SECONDS), Histogram(SECONDS), Histogram(SECONDS)
        self.rows = 0


class _Alike:
    """Requests of one path, status, code and model that are counted at once."""

    __slots__ = ("computed", "count", "model", "queue", "rows", "total")

    def __init__(self, model: Identity | None) -> None:
        self.model = model
        self.count = self.rows = 0
        self.total: list[float] = []
        self.queue: list[float] = []
        self.computed: list[float] = []


class RequestCounts:
    """All requests of the service.

    Attributes:
        requests: How many there were, by endpoint, status, code and model.
        times: Of predictions, by model.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int, str, Identity | None]] = Counter()
        self.times: dict[Identity, Times] = {}
        self._waiting: list[tuple[str, int, str, float, Facts | None]] = []

    def add(self, path: str, status: int, code: str, seconds: float, facts: Facts | None) -> None:
        """Count a request, together with others some time later: that costs each a fraction.

        Args:
            path: What it asked.
            status: The status it was answered with; 0: its client left.
            code: The code of its problem; empty: none.
            seconds: How long it took.
            facts: What became known of it.
        """
        self._waiting.append((path, status, code, seconds, facts))
        if len(self._waiting) >= MOST_WAITING:
            self.settle()

    def settle(self) -> None:
        """Count all that wait."""
        waiting, self._waiting = self._waiting, []
        alike: dict[tuple[str, int, str, int], _Alike] = {}
        for path, status, code, seconds, facts in waiting:
            model = None if facts is None else facts.model
            # which object it is tells as much as its names, which would be compared for each request
            key = path, status, code, id(model)
            group = alike.get(key)
            if group is None:
                group = alike[key] = _Alike(model)
            group.count += 1
            if facts is not None and facts.rows is not None:
                group.rows += facts.rows
                group.total.append(seconds)
                group.queue.append(facts.queue_seconds or 0.0)
                group.computed.append(facts.model_seconds or 0.0)
        for (path, status, code, _), group in alike.items():
            self.requests[endpoint_of(path), status, code or OK, group.model] += group.count
            if group.model is not None and group.total:
                times = self.times.setdefault(group.model, Times())
                times.total.add_all(group.total)
                times.queue.add_all(group.queue)
                times.model.add_all(group.computed)
                times.rows += group.rows


def endpoint_of(path: str) -> str:
    """Return what a path asks, in a word: of those that nobody serves there may be any number."""
    if path == "/predict" or (path.endswith("/predict") and path.startswith("/models/")):
        return "predict"
    if path == "/forecast" or (path.endswith("/forecast") and path.startswith("/models/")):
        return "forecast"
    if path == "/observations" or (path.endswith("/observations") and path.startswith("/models/")):
        return "observations"
    if path.endswith("/invocations") and path.count("/") in {1, 3, 5}:
        return "invocations"
    if path == "/v2" or path.startswith("/v2/"):
        return "infer" if path.endswith("/infer") and path.count("/") in {4, 6} else "v2"
    parts = path.split("/")
    if parts[1:2] == ["models"] and len(parts) > 3:
        parts = parts[4:] if parts[3] == "versions" and len(parts) > 5 else parts[2:]
    return parts[1] if len(parts) > 1 and parts[1] in ENDPOINTS else "other"
