"""The figures of a service put together for a person: how many, how fast, what fails, how the workers are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

MODEL = ("model", "version", "digest")


@dataclass(frozen=True, slots=True)
class Samples:
    """What a service said at one time.

    Attributes:
        values: Each sample: its name, its labels, its value.
    """

    values: list[tuple[str, dict[str, str], float]]

    @classmethod
    def of(cls, text: str) -> Samples:
        """Read the text form of Prometheus."""
        return cls(
            [
                (sample.name, dict(sample.labels), float(sample.value))
                for family in text_string_to_metric_families(text)
                for sample in family.samples
            ]
        )

    def total(self, name: str, **labels: str) -> float:
        """Return the sum of all samples of a name that have these labels."""
        return sum(value for known, has, value in self.values if known == name and labels.items() <= has.items())

    def by(self, name: str, label: str, **labels: str) -> dict[str, float]:
        """Return such sums by a label."""
        sums: dict[str, float] = defaultdict(float)
        for known, has, value in self.values:
            if known == name and labels.items() <= has.items() and label in has:
                sums[has[label]] += value
        return dict(sums)

    def models(self) -> list[dict[str, str]]:
        """Return the labels of each model, as the service has them."""
        return [{key: has.get(key, "") for key in MODEL} for name, has, _ in self.values if name == "anops_model_ready"]


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One model of a service.

    Attributes:
        model: Its name.
        version: Its version.
        digest: Its digest; empty where its server does not say.
        ready: Whether it can be asked.
        requests: Predictions that were asked for.
        refused: Those that were not answered as they were asked, by code.
        rows: Rows that were answered.
        per_second: Requests a second since the look before; None at the first look.
        seconds: Half, 19 of 20 and 99 of 100 predictions took at most so long, and the mean of queue and model.
        queue: Predictions in progress or waiting.
        workers: How many are ready.
        wanted: How many there are to be; None where the server does not say.
        restarted: How many were started in the place of others.
        memory_mb: What each worker holds, in MiB.
        missing: By column, the share of rows in which it was missing.
        outside: By column, the share of rows outside of what the model was fitted on.
        novel: By column, the share of rows with a level that the model was not fitted on.
    """

    model: str
    version: str
    digest: str
    ready: bool
    requests: int
    refused: dict[str, int]
    rows: int
    per_second: float | None
    seconds: dict[str, float | None]
    queue: int
    workers: int
    wanted: int | None
    restarted: int
    memory_mb: list[float]
    missing: dict[str, float] = field(default_factory=dict)
    outside: dict[str, float] = field(default_factory=dict)
    novel: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return them for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def figures_of(now: Samples, before: Samples | None = None, seconds: float = 0.0) -> list[ModelFigures]:
    """Put the figures of each model together.

    Args:
        now: What the service says.
        before: What it said at an earlier look.
        seconds: How long ago that was.
    """
    return [_of(now, before, seconds, model) for model in now.models()]


def _of(now: Samples, before: Samples | None, seconds: float, model: dict[str, str]) -> ModelFigures:
    asked = {**model, "endpoint": "predict"}
    requests, rows = now.total("anops_requests_total", **asked), now.total("anops_rows_total", **model)
    rate = None
    if before is not None and seconds > 0:
        rate = max(requests - before.total("anops_requests_total", **asked), 0.0) / seconds
    codes = now.by("anops_requests_total", "code", **asked)
    wanted = now.by("anops_workers_wanted", "model", **model)
    return ModelFigures(
        model=model["model"],
        version=model["version"],
        digest=model["digest"],
        ready=now.total("anops_model_ready", **model) > 0,
        requests=int(requests),
        refused={code: int(count) for code, count in sorted(codes.items()) if code != "OK"},
        rows=int(rows),
        per_second=None if rate is None else round(rate, 1),
        seconds={
            **{name: quantile(now, "anops_request_seconds", part, model) for name, part in _PARTS.items()},
            "queue": _mean(now, "anops_queue_seconds", model),
            "model": _mean(now, "anops_model_seconds", model),
        },
        queue=int(now.total("anops_queue_requests", **model)),
        workers=int(now.total("anops_workers_ready", **model)),
        wanted=int(sum(wanted.values())) if wanted else None,
        restarted=int(now.total("anops_workers_restarted_total", **model)),
        memory_mb=[
            round(each / 1024 / 1024, 1) for each in now.by("anops_worker_memory_bytes", "worker", **model).values()
        ],
        missing=_shares(now, "anops_column_missing_total", rows, model),
        outside=_shares(now, "anops_column_outside_total", rows, model),
        novel=_shares(now, "anops_column_novel_total", rows, model),
    )


def _shares(samples: Samples, name: str, rows: float, labels: dict[str, str]) -> dict[str, float]:
    counts = samples.by(name, "column", **labels)
    return {column: round(count / rows, 4) for column, count in counts.items() if count and rows}


_PARTS = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def quantile(samples: Samples, name: str, part: float, labels: dict[str, str]) -> float | None:
    """Estimate from the buckets of a histogram how large a part of the values is at most; None where there are none."""
    buckets = sorted((float(end), count) for end, count in samples.by(f"{name}_bucket", "le", **labels).items())
    if not buckets or not buckets[-1][1]:
        return None
    wanted, low, below = part * buckets[-1][1], 0.0, 0.0
    for end, count in buckets:
        if count >= wanted:
            if end == float("inf"):
                return low
            return round(low + (end - low) * (wanted - below) / max(count - below, 1e-9), 6)
        low, below = end, count
    return low


def _mean(samples: Samples, name: str, labels: dict[str, str]) -> float | None:
    count = samples.total(f"{name}_count", **labels)
    return round(samples.total(f"{name}_sum", **labels) / count, 6) if count else None
