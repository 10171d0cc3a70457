"""The figures of a service as lines for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.looking.figures import ModelFigures
    from anops_control.verbs.status import StatusResult

_WIDTH = 12
_PARTS = (("half", "p50"), ("95 %", "p95"), ("99 %", "p99"))


def lines_of(status: StatusResult) -> list[str]:
    """Return the lines."""
    lines = [f"{status.url} (AnOps {status.api_version})"]
    if status.problem is not None:
        lines.append(f"not ready: {status.problem}")
    for model in status.models:
        lines += ["", *_of(model)]
    return lines


def _of(model: ModelFigures) -> Iterator[str]:
    digest = f" {model.digest[:19]}…" if model.digest else ""
    yield f"{model.model} {model.version}{digest} {'ready' if model.ready else 'not ready'}".strip()
    rate = "" if model.per_second is None else f", {model.per_second:g} a second"
    yield _line("requests", f"{model.requests}{rate}, {model.rows} rows, {model.queue} under way")
    if model.refused:
        yield _line("refused", ", ".join(f"{count} {code}" for code, count in model.refused.items()))
    if model.seconds["p50"] is not None:
        times = [
            f"{name} {_ms(model.seconds[part])}" for name, part in (("half", "p50"), ("95 %", "p95"), ("99 %", "p99"))
        ]
        yield _line(
            "time",
            f"{', '.join(times)}; of it {_ms(model.seconds['queue'])} queue, {_ms(model.seconds['model'])} model",
        )
    if model.wanted is not None:
        memory = ", ".join(f"{each:.0f}" for each in model.memory_mb)
        held = f", {memory} MiB" if memory else ""
        yield _line("workers", f"{model.workers} of {model.wanted}, {model.restarted} restarted{held}")
    for name, shares in (("missing", model.missing), ("outside", model.outside), ("new levels", model.novel)):
        if shares:
            largest = sorted(shares.items(), key=lambda each: -each[1])
            told = ", ".join(f"{column} {share:.1%}" for column, share in largest[:5])
            yield _line(name, told + (f" and {len(largest) - 5} more columns" if len(largest) > 5 else ""))


def _line(name: str, text: str) -> str:
    return f"  {name:<{_WIDTH}}{text}"


def _ms(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
