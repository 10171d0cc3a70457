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
    Target("iris, 64 connections, requests/s: tuned FastAPI", "iris", 64, "rate", ("fastapi",), 2),
    Target("iris, 64 connections, requests/s: KServe", "iris", 64, "rate", ("kserve",), 4),
    Target("iris, 64 connections, requests/s: best other peer", "iris", 64, "rate", _OTHERS, 6.5),
    Target("forest, 64 connections, requests/s: tuned FastAPI", "forest", 64, "rate", ("fastapi",), 6),
    Target("forest, 64 connections, requests/s: best batching peer", "forest", 64, "rate", _BATCHING, 2.8),
    Target("R lm, 64 connections, requests/s: plumber", "lm", 64, "rate", ("plumber",), 20),
    Target("R lm, 64 connections, requests/s: naive rpy2", "lm", 64, "rate", ("rpy2",), 10),
    Target("R glm, 64 connections, requests/s: plumber", "glm", 64, "rate", ("plumber",), 20),
    Target("R glm, 64 connections, requests/s: naive rpy2", "glm", 64, "rate", ("rpy2",), 10),
    Target("R lm, 1,000 rows in one body, bodies/s: plumber", "lm-rows", 1, "rate", ("plumber",), 3),
    Target("iris, 1 connection, p50: bare two-hop echo", "iris", 1, "p50_ms", ("echo-two-hops",), 1.4),
    Target("iris, 1 connection, p50: MLServer with workers", "iris", 1, "p50_ms", ("mlserver-workers",), 1),
    Target("iris, 1 connection, p50: BentoML", "iris", 1, "p50_ms", ("bentoml",), 1),
    Target("iris, 1 connection, p50: LitServe", "iris", 1, "p50_ms", ("litserve",), 1),
    Target("R lm, 1 connection, p50: plumber", "lm", 1, "p50_ms", ("plumber",), 1),
    Target("iris, 64 connections, p99: tuned FastAPI", "iris", 64, "p99_ms", ("fastapi",), 1),
    Target("iris, two workers, memory: tuned FastAPI", "iris", 64, "memory_mb", ("fastapi",), 1),
    Target("forest, 10,000 rows as records, p50: predict() itself", "forest-rows", 1, "p50_ms", (ITSELF,), 1.15),
    Target(
        "iris, 10,000 rows as columns, p50: best peer",
        "iris-columns",
        1,
        "p50_ms",
        tuple(name for name in PEERS if name != "anops"),
        1,
    ),
    Target("iris, cold start in seconds", "iris", 1, "start_s", (), 1.0),
    Target("R lm, cold start in seconds", "lm", 1, "start_s", (), 1.5),
)
