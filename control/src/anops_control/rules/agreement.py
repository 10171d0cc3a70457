"""Compares what a fitted object says of its columns with what `ao.toml` says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.words import listing

from anops_control.findings import Edit, Severity
from anops_control.init.schema_toml import key_text, spec_lines, value_text
from anops_control.rules.rule import FindingPlace, Reporter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from anops_model_interface.schema import ColumnSpec

    from anops_control.findings import Finding

REPORT = Reporter("schema")
_KINDS = {
    "number": "numbers", "integer": "numbers", "boolean": "boolean", "date": "date", "datetime": "datetime",
    "category": "texts", "string": "texts",
}  # fmt: skip
"""Types that a model takes for each other."""
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sides, and what else decides how much a difference matters.

    Attributes:
        object: The columns as the fitted object says them.
        written: The columns of `[model.inputs]`, policies resolved.
        unsure: Columns whose type the object does not say.
        answers: Whether the model answers rows that fit `written`: its own code then makes up for differences.
        in_code: Whether the project's code names a column.
        line_of: The line of ao.toml in which a column stands.
    """

    object: Mapping[str, ColumnSpec]
    written: Mapping[str, ColumnSpec]
    unsure: frozenset[str]
    answers: bool
    in_code: Callable[[str], bool]
    line_of: Callable[[str], int | None]


def by_written_names(
    object_inputs: Mapping[str, ColumnSpec], written: Mapping[str, ColumnSpec]
) -> tuple[dict[str, ColumnSpec], Callable[[str], str]]:
    """Call the object's columns as `ao.toml` does, where that has blanks for which lightgbm keeps `_`.

    Returns:
        The columns, and a function that gives the name of each.
    """
    own = {name.replace(" ", "_"): name for name in written if " " in name and name not in object_inputs}
    names = {name: own.get(name, name) if name not in written else name for name in object_inputs}
    return {names[name]: spec for name, spec in object_inputs.items()}, lambda name: names.get(name, name)


def disagreements(sides: Sides) -> Iterator[Finding]:
    """Yield a finding for each difference between the two sides."""
    yield from _lacking(sides)
    for name in sides.written:
        if name in sides.object:
            yield from _column(name, sides)
        elif not sides.in_code(name):
            yield REPORT.warning(
                f"Column `{name}` is asked of callers, and the model does not use it.",
                remedy=f"Take `{key_text(name)}` out of [model.inputs], unless predict_model() needs it.",
                **_place(name, sides),
            )
    yield from _ranges(sides)


def other_columns(sides: Sides) -> Iterator[Finding]:
    """Yield a finding for each column that one side alone has, and for each of another type or of levels lost.

    A guess of the object's is no reason, nor a column that the project's code names.
    """
    for name in sides.object:
        if name not in sides.unsure and name not in sides.written and not sides.in_code(name):
            yield REPORT.error(f"It needs a column `{name}`, which callers are not asked for.")
    sure = not sides.unsure
    for name, ours in sides.written.items():
        theirs = sides.object.get(name)
        if sides.in_code(name) or name in sides.unsure:
            continue
        if theirs is None:
            if sure:
                yield REPORT.error(f"It does not use column `{name}`, which callers are asked for.")
        elif _KINDS[theirs.type] != _KINDS[ours.type]:
            yield REPORT.error(f"Column `{name}` is a {theirs.type} to it, and callers send a {ours.type}.")
        else:
            known, told = theirs.levels or theirs.values, ours.levels or ours.values
            lost = [level for level in told or () if known is not None and level not in known]
            if lost:
                word = "level" if theirs.levels is not None else "value"
                yield REPORT.error(f"It does not know {_the(word, lost)} of column `{name}`, which callers may send.")


def _lacking(sides: Sides) -> Iterator[Finding]:
    for name, spec in sides.object.items():
        if name in sides.written or (sides.answers and sides.in_code(name)):
            continue
        if sides.answers:
            yield REPORT.warning(
                f"The model was fitted on a column `{name}`, which [model.inputs] lacks; it answers all the same, "
                "so it finds something of that name elsewhere.",
                remedy=f"Add it to [model.inputs]: {spec_lines({name: spec})}",
                file="ao.toml",
                key="model.inputs",
            )
        else:
            yield REPORT.error(
                f"The model needs a column `{name}`, which [model.inputs] lacks.",
                remedy=f"Add it to [model.inputs]: {spec_lines({name: spec})}",
                file="ao.toml",
                key="model.inputs",
            )


def _column(name: str, sides: Sides) -> Iterator[Finding]:
    theirs, ours = sides.object[name], sides.written[name]
    place = _place(name, sides)
    if name not in sides.unsure and _KINDS[theirs.type] != _KINDS[ours.type]:
        severity = Severity.WARNING if sides.answers else Severity.ERROR
        yield REPORT.finding(
            severity,
            f"Column `{name}` is a {theirs.type} to the model, and a {ours.type} in ao.toml.",
            remedy=f"Write: {spec_lines({name: theirs})}",
            **place,
        )
        return
    yield from _levels(name, sides)
    if theirs.timezone != ours.timezone and theirs.timezone is not None:
        yield REPORT.warning(
            f"Times in `{name}` were fitted in {theirs.timezone}; ao.toml has them read in {ours.timezone or 'UTC'}.",
            remedy=f'Write timezone = "{theirs.timezone}" for `{name}`.',
            **place,
        )
    if ours.missing == "allow" and theirs.missing == "error":
        yield REPORT.warning(
            f"A missing `{name}` is allowed, and the model fails on it.",
            remedy=f'Write missing = "error" for `{name}`, or a value to put in.',
            **place,
        )


def _levels(name: str, sides: Sides) -> Iterator[Finding]:
    theirs, ours = sides.object[name], sides.written[name]
    place = _place(name, sides)
    word = "level" if theirs.levels is not None else "value"
    known, told = theirs.levels or theirs.values, ours.levels or ours.values
    if known is None or name in sides.unsure:
        return
    if told is None:
        yield REPORT.warning(
            f"Column `{name}` may be anything in ao.toml; the model knows {len(known)} {word}s: {_shown(known)}.",
            remedy=f"Write: {spec_lines({name: theirs})}",
            **place,
        )
        return
    unknown = [level for level in told if level not in known]
    if unknown:
        severity = Severity.WARNING if sides.answers and sides.in_code(name) else Severity.ERROR
        yield REPORT.finding(
            severity,
            f"The model does not know {_the(word, unknown)} of `{name}`; it was fitted on {_shown(known)}.",
            remedy=f"Take {'it' if len(unknown) == 1 else 'them'} out of `{name}`, or fit the model with such rows.",
            **place,
        )
    left_out = [level for level in known if level not in told]
    if left_out:
        yield REPORT.warning(
            f"The model knows {_the(word, left_out)} of `{name}`, which ao.toml refuses.",
            remedy=f"Add {'it' if len(left_out) == 1 else 'them'} to `{name}`, if callers may send "
            f"{'it' if len(left_out) == 1 else 'them'}.",
            **place,
        )
    if theirs.ordered and not unknown and not left_out and (told != known or not ours.ordered):
        yield REPORT.error(
            f"The levels of `{name}` have an order in the model: {' < '.join(map(str, known))}; ao.toml has "
            f"{'another one' if ours.ordered else 'none'}.",
            remedy=f"Write: {spec_lines({name: theirs})}",
            **place,
        )


def _ranges(sides: Sides) -> Iterator[Finding]:
    """Yield one note for all columns whose range in training is another than the one written."""
    names = [
        name
        for name, theirs in sides.object.items()
        if theirs.seen is not None and name in sides.written and sides.written[name].seen != theirs.seen
    ]
    if not names:
        return
    shown = ", ".join(f"`{name}` {value_text(list(sides.object[name].seen or ()))}" for name in names[:_MOST_SHOWN])
    more = len(names) - _MOST_SHOWN
    lacks = all(sides.written[name].seen is None for name in names)
    yield REPORT.note(
        f"The model was fitted on {'the ranges' if lacks else 'other ranges than ao.toml has as `seen`:'} {shown}"
        f"{f' and {more} more' if more > 0 else ''}"
        + ("; ao.toml has no `seen`, so nobody is told of extrapolation." if lacks else "."),
        remedy="Run: ao check --fix",
        file="ao.toml",
        key="model.inputs",
        edits=tuple(Edit(("model", "inputs", name, "seen"), list(sides.object[name].seen or ())) for name in names),
    )


def _place(name: str, sides: Sides) -> FindingPlace:
    return FindingPlace(file="ao.toml", line=sides.line_of(name), key=f"model.inputs.{key_text(name)}")


def _the(word: str, values: Sequence[object]) -> str:
    return f"{word}{'' if len(values) == 1 else 's'} {_shown(values)}"


def _shown(values: Sequence[object]) -> str:
    return listing(map(value_text, values), most=_MOST_SHOWN)
