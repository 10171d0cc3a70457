"""Tries every option that `ao.toml` offers: whether the model takes its values, and whether they change anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.errors import AnOpsError
from anops_project.examination.option_trials import OptionTrial

from anops_worker.examining.comparing import Comparison
from anops_worker.examining.model_probe import option_variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.schema import OptionSpec, Schema

    from anops_worker.examining.model_probe import Ask


def option_trials(rows: Frame, ask: Ask, schema: Schema) -> list[OptionTrial]:
    """Try each value of each option alone, and beside each choice of the others: `level` tells only of an interval.

    Args:
        rows: Rows that the model predicts.
        ask: Predicts rows with options, or raises `AnOpsError`.
        schema: The contract.

    Returns:
        The options of which something is to be told.
    """
    asked = _Answers(rows, ask)
    if not rows.rows or isinstance(asked.to({}), AnOpsError):
        return []  # the model predicts nothing: that is told elsewhere
    company = [*option_variants(schema), *_counts(schema)]
    trials = (_try(name, spec, asked, company) for name, spec in schema.options.items())
    return [trial for trial in trials if trial is not None and (trial.failing or trial.idle)]


def _counts(schema: Schema) -> Iterator[dict[str, OptionValue]]:
    """Yield the least of each count that is not asked for by default: a seed tells only of paths that are drawn."""
    for name, spec in schema.options.items():
        if spec.type == "integer" and spec.default is None and spec.min is not None and not spec.list:
            yield {name: round(spec.min)}


class _Answers:
    """The answers to some rows, each asked for once."""

    def __init__(self, rows: Frame, ask: Ask) -> None:
        self._rows, self._ask = rows, ask
        self._known: dict[str, Frame | AnOpsError] = {}

    def to(self, options: Mapping[str, OptionValue]) -> Frame | AnOpsError:
        key = repr(sorted(options.items()))
        if key not in self._known:
            try:
                self._known[key] = self._ask(self._rows, options)
            except AnOpsError as error:
                self._known[key] = error
        return self._known[key]

    def differ(self, one: Frame, other: Frame) -> bool:
        return Comparison(one).first_difference(other, np.arange(self._rows.rows)) is not None


def _try(name: str, spec: OptionSpec, asked: _Answers, company: list[dict[str, OptionValue]]) -> OptionTrial | None:
    values = list(_values(spec))
    if not values:
        return None
    failing: list[OptionValue] = []
    failure, changes = None, False
    for value in values:
        first, answered = None, False
        for others in company:
            if name in others:
                continue
            before, answer = asked.to(others), asked.to({**others, name: value})
            if isinstance(answer, AnOpsError):
                first = first or answer
                continue
            answered = True
            if isinstance(before, AnOpsError) or asked.differ(before, answer):
                changes = True
                break
        if first is not None and not answered:
            failing.append(value)
            failure = failure or str(first)
    every = len(failing) == len(values)
    return OptionTrial(name, tuple(failing), failure, every=every, idle=not changes and not every)


def _values(spec: OptionSpec) -> Iterator[OptionValue]:
    """Yield values other than the default: all of a list, both ends of a range."""
    choices: list[Any] = []
    if spec.levels:
        choices = list(spec.levels)
    elif spec.type == "boolean":
        choices = [False, True]
    elif spec.type in {"number", "integer"}:
        choices = list(_numbers(spec))
    default = spec.default[0] if isinstance(spec.default, list | tuple) and spec.default else spec.default
    for choice in dict.fromkeys(choices):
        if choice != default:
            yield [choice] if spec.list else choice


def _numbers(spec: OptionSpec) -> Iterator[float]:
    default = spec.default[0] if isinstance(spec.default, list | tuple) and spec.default else spec.default
    given = float(default) if isinstance(default, int | float) and not isinstance(default, bool) else None
    ends = [end for end in (spec.min, spec.max) if end is not None]
    if len(ends) < 2 and given is not None:
        tried = [given / 2, given * 2, given + 1]
        ends += [number for number in tried if _within(number, spec)]
    for number in ends:
        yield round(number) if spec.type == "integer" else number


def _within(number: float, spec: OptionSpec) -> bool:
    return (spec.min is None or number >= spec.min) and (spec.max is None or number <= spec.max)
