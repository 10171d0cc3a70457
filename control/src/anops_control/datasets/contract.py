"""What a new version of a dataset must keep of the one before: columns, types, levels, limits and units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.words import article, number_text

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from anops_model_interface.schema import ColumnSpec

    from anops_control.datasets.description import Description
    from anops_control.datasets.port import Misfit

_SHOWN = 5


def breaches(before: Description | None, now: Description, misfits: Sequence[Misfit]) -> list[str]:
    """Return what a version breaks of its dataset's contract, a sentence each.

    Args:
        before: The version before; None: there is none.
        now: The new version.
        misfits: Columns that are not of the type that was said.
    """
    wrong = {each.column: each.text for each in misfits}
    found = [f"Column `{name}` {text}." for name, text in wrong.items()]
    for name, spec in before.columns.items() if before is not None else ():
        if name not in now.columns:
            found.append(f"Column `{name}` is missing.")
        elif name not in wrong:
            found += _column(name, spec, now.columns[name], now.missing.get(name, 0.0))
    # what is said of a column for the first time holds from this version on
    return found + [each for each in _against_itself(now, wrong) if each not in found]


def _against_itself(now: Description, wrong: Container[str]) -> list[str]:
    found = []
    for name, spec in now.columns.items():
        if name in wrong:
            continue
        found += _column(name, replace(spec, levels=None), spec, now.missing.get(name, 0.0))
    return found


def _column(name: str, spec: ColumnSpec, now: ColumnSpec, missing: float) -> list[str]:
    found = []
    if now.type != spec.type and not spec.assumed and not now.assumed:
        found.append(f"Column `{name}` must be {article(spec.type)}, and is {article(now.type)} now.")
    new = [level for level in now.levels or () if spec.levels is not None and level not in spec.levels]
    if new:
        shown = ", ".join(f'"{level}"' for level in new[:_SHOWN]) + (" and more" if len(new) > _SHOWN else "")
        found.append(f"Column `{name}` has new levels: {shown}.")
    if spec.unit is not None and now.unit is not None and spec.unit != now.unit:
        found.append(f"Column `{name}` is in {now.unit} now, not in {spec.unit}.")
    if spec.missing == "error" and missing > 0:
        found.append(f"Column `{name}` must have no missing values, and {100 * missing:.3g} % are.")
    if now.seen is not None and not isinstance(now.seen[0], str):
        low, high = now.seen
        if spec.min is not None and float(low) < spec.min:
            found.append(
                f"Column `{name}` must be at least {number_text(spec.min)}, and goes down to {number_text(float(low))}."
            )
        if spec.max is not None and float(high) > spec.max:
            found.append(
                f"Column `{name}` must be at most {number_text(spec.max)}, and goes up to {number_text(float(high))}."
            )
    return found


def said_of(before: Description | None, told: Mapping[str, ColumnSpec]) -> dict[str, ColumnSpec]:
    """Return what is said of columns: by the person now, else by the version before."""
    kept = {} if before is None else {name: replace(spec, seen=None) for name, spec in before.columns.items()}
    return {**kept, **told}
