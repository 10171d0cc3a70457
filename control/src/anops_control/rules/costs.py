"""How much memory a worker takes, and how long a prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.examination import begin_examination, examined
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("costs")


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    found = examined(configuration, "costs")
    costs, service = found.costs, configuration.project.service
    if costs is None:
        yield _REPORT.note(f"Time and memory could not be measured: {found.failures.get('costs', 'no reason given')}")
        return
    workers = f"{service.workers} workers" if service.workers > 1 else "1 worker"
    yield _REPORT.note(
        f"About {size(costs.memory_bytes)} of memory for a worker ({workers}: "
        f"{size(costs.memory_bytes * service.workers)} at most); it loads in {costs.load_seconds:.2g} s."
    )
    yield _REPORT.note(
        f"About {_ms(costs.single_ms)} for one row, and {_ms(costs.row_ms * costs.batch_rows)} for a batch of "
        f"{costs.batch_rows}, {_ms(costs.row_ms)} a row."
    )
    slowest = costs.row_ms * costs.batch_rows / 1000
    if slowest > service.deadline_seconds:
        yield _REPORT.warning(
            f"A batch of {costs.batch_rows} rows takes {slowest:.0f} s, and a worker is replaced after "
            f"{service.deadline_seconds:g} s.",
            remedy="Lower `max_batch_rows`, or raise `deadline_seconds`, under [service] in ao.toml.",
            file="ao.toml",
            key="service.max_batch_rows",
        )


def size(count: float) -> str:
    """Write a number of bytes for a person."""
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= one:
            amount = count / one
            return f"{amount:.0f} {unit}" if amount >= 10 else f"{amount:.1f} {unit}"
    return f"{count:.0f} bytes"


def _ms(milliseconds: float) -> str:
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.2g} s"
    return f"{milliseconds:.2g} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"


RULE = Rule(
    name="costs",
    passed="A worker's memory and time are measured.",
    doing="Measuring memory and time",
    inspect=_inspect,
    after=("r", "structure"),
    ahead=begin_examination,
)
