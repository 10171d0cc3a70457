"""Tries a family's options on real rows: what fails is no option, and what answers shows its columns."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.schema import ColumnType, OptionSpec

_TRIED_LEVEL = 0.9


def options_that_work(
    options: Mapping[str, OptionSpec], ask: Callable[[dict[str, OptionValue]], Frame]
) -> tuple[dict[str, OptionSpec], dict[str, ColumnSpec]]:
    """Ask a model for all that its family offers.

    Args:
        options: What the family offers.
        ask: Predicts a few rows with options, or raises `AnOpsError`.

    Returns:
        The options that the model answered, without the levels that failed; and the columns that they brought.
    """
    working: dict[str, OptionSpec] = {}
    brought: dict[str, _Brought] = {}
    for name, spec in options.items():
        answered: list[OptionValue] = []
        for value, asked in _questions(name, spec):
            try:
                with redirect_stderr(io.StringIO()):  # it has printed already what it prints
                    answer = ask(asked)
            except AnOpsError:
                continue
            answered.append(value)
            # a quantile's column is named after what a request asks, so that none can be declared
            for column in answer.columns if name != "quantiles" else ():
                brought.setdefault(column.name, _Brought()).add(column.type, name, value)
        kept = _narrowed(spec, answered)
        if kept is not None:
            working[name] = kept
    if "interval" not in working:
        working.pop("level", None)
    return working, {name: each.spec() for name, each in brought.items()}


@dataclass(slots=True)
class _Brought:
    """A column of the answers, and what was asked for when it came."""

    types: set[ColumnType] = field(default_factory=set)
    asked: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: ColumnType, option: str, value: OptionValue) -> None:
        self.types.add(kind)
        said = str(value).lower() if isinstance(value, bool) else str(value)
        self.asked.setdefault(option, []).append(said)

    def spec(self) -> ColumnSpec:
        kind = next(iter(self.types)) if len(self.types) == 1 else "number"
        if "type" in self.asked:
            return ColumnSpec(type=kind, description=f"With type = {' or '.join(self.asked['type'])}.")
        return ColumnSpec(type=kind, description=f"With {' or '.join(self.asked)}.")


def _questions(name: str, spec: OptionSpec) -> Iterator[tuple[OptionValue, dict[str, OptionValue]]]:
    if spec.levels is not None:
        for level in spec.levels:
            yield level, {name: level}
    elif spec.type == "boolean":
        yield True, {name: True}
    elif spec.list:
        yield [_TRIED_LEVEL], {name: [_TRIED_LEVEL]}
    else:
        yield _TRIED_LEVEL, {name: _TRIED_LEVEL}


def _narrowed(spec: OptionSpec, answered: list[OptionValue]) -> OptionSpec | None:
    if spec.levels is None:
        return spec if answered else None
    levels = tuple(level for level in spec.levels if level in answered)
    # the default alone is no choice
    return replace(spec, levels=levels) if len(levels) > 1 and spec.default in levels else None
