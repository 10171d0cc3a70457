"""Finds what is wrong with the columns in `[metrics]`: the model would not be served with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.expressions import Expression
from anops_project.project import CONFIG_NAME

from anops_control.findings import Finding, Severity
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_model_interface.schema import Schema
    from anops_project.sections.metrics import MetricSection

    from anops_control.configuration.positions import Positions


def metric_columns(metrics: Mapping[str, MetricSection], schema: Schema, positions: Positions) -> list[Finding]:
    """Report each column that neither a request nor an answer has, and texts that are counted with.

    Args:
        metrics: `[metrics]`, by name.
        schema: What the model takes and gives; where it does not say what it gives, nothing can be told.
        positions: Where keys stand in `ao.toml`.
    """
    if not schema.outputs:
        return []
    known = [*schema.inputs, *schema.outputs]
    unknown = [
        _unknown(("metrics", name, key), column, known, positions)
        for name, metric in metrics.items()
        for key, column in _columns(metric)
        if column not in known
    ]
    return unknown or [
        _finding(("metrics", name, "sum"), f"`metrics.{name}.sum` {misfit}.", None, positions)
        for name, metric in metrics.items()
        if (misfit := Expression.of(metric.sum).misfit(schema.texts))
    ]


def _columns(metric: MetricSection) -> Iterator[tuple[str, str]]:
    yield from (("sum", name) for name in sorted(Expression.of(metric.sum).names))
    if metric.by is not None:
        yield "by", metric.by


def _unknown(path: tuple[str, str, str], column: str, known: list[str], positions: Positions) -> Finding:
    meant = nearest(column, known)
    listed = ", ".join(f"`{name}`" for name in known[:10]) + (", …" if len(known) > 10 else "")
    remedy = f"Write `{meant}`, if that is meant." if meant is not None else f"Take one of {listed}."
    message = f"`{'.'.join(path)}` names the column `{column}`, which the model does not have."
    return _finding(path, message, remedy, positions)


def _finding(path: tuple[str, str, str], message: str, remedy: str | None, positions: Positions) -> Finding:
    place = positions.value(path)
    return Finding(
        rule="configuration",
        severity=Severity.ERROR,
        message=message,
        remedy=remedy,
        file=CONFIG_NAME,
        line=place.line if place is not None else None,
        column=place.column if place is not None else None,
        key=".".join(path),
    )
