"""What a report says of what an alert watches, and whether that is beyond its limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anops_project.sections.alerts import AlertSection

FIRING, FINE, UNKNOWN = "firing", "fine", "unknown"


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure that an alert watches.

    Attributes:
        alert: The alert.
        subject: What it is of: a column, a metric, an interval; empty where there is only one.
        state: "firing", "fine", or "unknown" where nothing can be said: then no incident begins or ends.
        value: The figure.
        interval: Its interval.
        says: That in a sentence.
    """

    alert: str
    subject: str
    state: str
    value: float | None
    interval: tuple[float, float] | None
    says: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "alert": self.alert,
            "subject": self.subject,
            "state": self.state,
            "value": self.value,
            "interval": None if self.interval is None else list(self.interval),
            "says": self.says,
        }


@dataclass(frozen=True, slots=True)
class _Figure:
    subject: str
    what: str
    value: float | None
    interval: Sequence[float] | None = None
    why_not: str = ""


def measured(name: str, rule: AlertSection, report: Mapping[str, Any]) -> list[Measured]:
    """Return what a report says of what an alert watches.

    Args:
        name: The alert.
        rule: What ao.toml says of it.
        report: The report of its days.

    Raises:
        CommandError: The model has no such column.
    """
    return [_judged(name, rule, each) for each in _figures(name, rule, report)]


def _figures(name: str, rule: AlertSection, report: Mapping[str, Any]) -> Iterator[_Figure]:
    whole = report["whole"]
    if rule.watch in {"rows", "dropped"}:
        what = "rows predicted" if rule.watch == "rows" else "requests that could not be kept"
        yield _Figure("", what, float(report[rule.watch]))
    elif rule.watch == "coverage":
        if not whole["coverage"]:
            yield _Figure("", "coverage", None, why_not="no outcome of a prediction with an interval is known")
        for each in whole["coverage"]:
            promised = f"{each['kind']} {each['promised']:g}"
            yield _Figure(promised, f"coverage of `{promised}`", each["share"], each["interval"], each["skipped"] or "")
    elif rule.watch in {"performance", "estimate"}:
        yield _of_metric(rule, whole[rule.watch])
    else:
        yield from _of_columns(name, rule, whole)


def _of_metric(rule: AlertSection, found: Mapping[str, Any] | None) -> _Figure:
    metric = str(rule.metric)
    what = metric if rule.watch == "performance" else f"estimated {metric}"
    if found is None or found["skipped"] or not found["metrics"]:
        why = "there is nothing to compute it from" if found is None else found["skipped"] or "there is none"
        return _Figure(metric, what, None, why_not=why)
    for each in found["metrics"]:
        if each["metric"] == metric:
            return _Figure(metric, what, each["value"], each["interval"])
    there = ", ".join(each["metric"] for each in found["metrics"])
    return _Figure(metric, what, None, why_not=f"the report has no metric `{metric}`, only {there}")


def _of_columns(name: str, rule: AlertSection, whole: Mapping[str, Any]) -> Iterator[_Figure]:
    inputs = {each["column"] for each in whole["columns"]}
    predicted = (
        {**each, "column": f"{each['column']} (predicted)"} if each["column"] in inputs else each
        for each in whole["predictions"]
    )
    columns = [*whole["columns"], *predicted]
    if rule.column is not None:
        known = [each["column"] for each in columns]
        columns = [each for each in columns if each["column"] == rule.column]
        if not columns:
            guess = nearest(rule.column, known)
            raise CommandError(
                f"Alert `{name}`: the model has no column `{rule.column}`.",
                remedy=f"Did you mean `{guess}`?" if guess else f"It has {', '.join(known)}.",
                code=Code.COLUMN_MISSING,
            )
    for each in columns:
        found = each["distance"] if rule.watch == "drift" else each[rule.watch]
        of = f"`{each['column']}`"
        if found is None:
            if rule.watch == "drift" or rule.column is not None:
                yield _Figure(each["column"], f"{rule.watch} of {of}", None, why_not=_why_not(rule.watch, each))
        elif rule.watch == "drift":
            measure = "PSI" if found["measure"] == "psi" else "Jensen-Shannon divergence"
            yield _Figure(each["column"], f"{measure} of {of}", found["value"], found["interval"])
        else:
            yield _Figure(each["column"], f"share of {rule.watch} values of {of}", found["share"], found["interval"])


def _why_not(watch: str, column: Mapping[str, Any]) -> str:
    if column["skipped"]:
        return str(column["skipped"])
    return {"novel": "it has no levels", "outside": "ao.toml has no `seen` of it"}.get(watch, "there are no rows")


def _judged(name: str, rule: AlertSection, figure: _Figure) -> Measured:
    if figure.value is None or figure.why_not:
        return Measured(
            name, figure.subject, UNKNOWN, None, None, f"{_capital(figure.what)} is not known: {figure.why_not}."
        )
    limit = rule.above if rule.above is not None else rule.below
    interval = None if figure.interval is None else (float(figure.interval[0]), float(figure.interval[1]))
    worst = figure.value
    if rule.by == "interval" and interval is not None:
        worst = interval[0] if rule.above is not None else interval[1]
    is_beyond = limit is not None and (worst > limit if rule.above is not None else worst < limit)
    span = "" if interval is None else f" ({interval[0]:.3g} to {interval[1]:.3g})"
    side = "above" if rule.above is not None else "below"
    says = f"{_capital(figure.what)} is {figure.value:.3g}{span}, {'' if is_beyond else 'not '}{side} {limit:g}."
    return Measured(name, figure.subject, FIRING if is_beyond else FINE, figure.value, interval, says)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
