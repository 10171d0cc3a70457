"""The figures that AnOps is to reach, as ratios within one run, and whether it reaches them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_benchmarks.peers.registry import PEERS
from anops_benchmarks.results import ITSELF

if TYPE_CHECKING:
    from anops_benchmarks.results import Results

Best = Callable[[Iterable[float]], float]

_OTHERS = tuple(
    name
    for name, peer in PEERS.items()
    if not peer.floor and name not in {"anops", "fastapi", "kserve", "rpy2", "plumber"}
)
_BATCHING = tuple(name for name, peer in PEERS.items() if peer.batches)


@dataclass(frozen=True)
class Target:
    """A figure to reach.

    Attributes:
        text: What it says.
        workload: What is asked.
        connections: By how many.
        measure: The key of the record: `rate`, `p50_ms`, `p99_ms`, `memory_mb`, `start_s`.
        against: The peers to compare with; none: the figure stands for itself.
        limit: What the ratio, or the figure, must at least be (`rate`) or at most (all else).
    """

    text: str
    workload: str
    connections: int
    measure: str
    against: tuple[str, ...]
    limit: float

    @property
    def more_is_better(self) -> bool:
        """Whether the limit is the least."""
        return self.measure == "rate"

    def value(self, results: Results) -> float | None:
        """Return the ratio to the best of the peers, or the figure itself; None where it was not measured."""
        ours = results.find(self.workload, "anops", self.connections)
        if ours is None:
            return None
        own = float(ours[self.measure])
        if not self.against:
            return own
        found = (results.find(self.workload, name, self.connections) for name in self.against)
        theirs = [float(record[self.measure]) for record in found if record is not None]
        best: Best = max if self.more_is_better else min
        return own / best(theirs) if theirs and best(theirs) else None

    def reached(self, results: Results) -> bool | None:
        """Say whether the target is reached; None where it was not measured."""
        value = self.value(results)
        if value is None:
            return None
        return value >= self.limit if self.more_is_better else value <= self.limit


TARGETS = (
    Target("iris, 1 connection, p50: bare two-hop echo", "iris", 1, "p50_ms", ("echo-two-hops",), 0.85),
    Target("iris, 1 connection, p50: MLServer in process", "iris", 1, "p50_ms", ("mlserver",), 0.75),
    Target("iris, 1 connection, p50: KServe", "iris", 1, "p50_ms", ("kserve",), 1),
    Target("iris, 1 connection, p50: tuned FastAPI", "iris", 1, "p50_ms", ("fastapi",), 1.6),
    Target("R lm, 1 connection, p50: plumber", "lm", 1, "p50_ms", ("plumber",), 0.55),
    Target("iris, 64 connections, requests/s: tuned FastAPI", "iris", 64, "rate", ("fastapi",), 3.8),
    Target("iris, 64 connections, requests/s: bare ASGI echo", "iris", 64, "rate", ("echo",), 0.65),
    Target("iris, 64 connections, requests/s: KServe", "iris", 64, "rate", ("kserve",), 4),
    Target("iris, 64 connections, requests/s: best other peer", "iris", 64, "rate", _OTHERS, 6.5),
    Target("iris, 64 connections, p99: tuned FastAPI", "iris", 64, "p99_ms", ("fastapi",), 0.25),
    Target("forest, 64 connections, requests/s: best batching peer", "forest", 64, "rate", _BATCHING, 3.3),
    Target("forest, 64 connections, requests/s: tuned FastAPI", "forest", 64, "rate", ("fastapi",), 6),
    Target("R lm, 64 connections, requests/s: plumber", "lm", 64, "rate", ("plumber",), 38),
    Target("R lm, 64 connections, requests/s: naive rpy2", "lm", 64, "rate", ("rpy2",), 10),
    Target("R glm, 64 connections, requests/s: plumber", "glm", 64, "rate", ("plumber",), 35),
    Target("R glm, 64 connections, requests/s: naive rpy2", "glm", 64, "rate", ("rpy2",), 10),
    Target("R lm with `factor()`, 1,000 rows in one body, bodies/s: plumber", "lm-rows", 1, "rate", ("plumber",), 2.4),
    Target(
        "R lm without `factor()`, 1,000 rows in one body, bodies/s: plumber",
        "lm-numeric-rows",
        1,
        "rate",
        ("plumber",),
        3,
    ),
    Target(
        "iris, 10,000 rows as columns, p50: best peer",
        "iris-columns",
        1,
        "p50_ms",
        tuple(name for name in PEERS if name != "anops"),
        0.85,
    ),
    Target("forest, 10,000 rows as records, p50: predict() itself", "forest-rows", 1, "p50_ms", (ITSELF,), 1.15),
    Target("1,000 columns, 1 row, p50: predict() and decoding the body", "wide", 1, "p50_ms", (ITSELF,), 1.5),
    Target("a category of 20,000 levels, 1 row, p50: predict() itself", "levels", 1, "p50_ms", (ITSELF,), 1.1),
    Target("iris, cold start: tuned FastAPI", "iris", 1, "start_s", ("fastapi",), 1),
    Target("iris, cold start: a process that only loads the model", "iris", 1, "start_s", (ITSELF,), 1.1),
    Target("R lm, cold start: plumber", "lm", 1, "start_s", ("plumber",), 1),
    Target("iris, two workers, memory: MLServer in process", "iris", 64, "memory_mb", ("mlserver",), 1.1),
    Target("R lm, two workers, memory: plumber", "lm", 64, "memory_mb", ("plumber",), 1.8),
)
