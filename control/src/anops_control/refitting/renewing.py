"""What becomes of the columns and options of `ao.toml`: the model's facts are renewed, a person's words stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import tomlkit
from anops_model_interface.tables import default_of

from anops_control.findings import REMOVED, Edit
from anops_control.init.schema_toml import spec_lines
from anops_control.refitting.versions import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_model_interface.schema import ColumnSpec, OptionSpec
    from anops_project.sections.project import Language


_FACTS = ("type", "levels", "values", "ordered", "seen", "timezone", "resolution")
"""What the fitted object knows better than anyone; `unit`, `description`, `min`, `max` are a person's."""
_RARELY_TOLD = ("timezone", "resolution")
"""Those of which most objects say nothing: what a person has written of the fit stays then."""
_ABILITIES = ("missing", "novel")
"""What a model can do; where it is written otherwise than the model before said, it is a person's."""
_OF_A_KIND = ({"number", "integer"}, {"string", "category"})
_NUMBERS = _OF_A_KIND[0]


@dataclass(slots=True)
class Renewal:
    """Changes of `ao.toml`.

    Attributes:
        edits: What is written where.
        step: What it means to callers.
        told: The changes, one line each.
        tried: Whether the new model was tried out, so that what it does not say of itself is known.
    """

    edits: list[Edit] = field(default_factory=list)
    step: Step = Step.SAME
    told: list[str] = field(default_factory=list)
    tried: bool = True

    def add(self, path: tuple[str, ...], value: object, *, step: Step, told: str | None = None) -> None:
        """Take in a change."""
        self.edits.append(Edit(path, value))
        self.step = min(self.step, step)
        if told is not None:
            self.told.append(told)


def renew_columns(
    renewal: Renewal, table: str, ours: Mapping[str, ColumnSpec], theirs: Mapping[str, ColumnSpec],
    keep: Callable[[str], bool], said: Callable[[str], str | None] = lambda _: None,
) -> None:  # fmt: skip
    """Bring the columns of a table to what the model says.

    Args:
        renewal: Takes in the changes.
        table: "inputs" or "outputs".
        ours: The columns as written.
        theirs: Those of the model.
        keep: Says of a column whether the project's code sees to it.
        said: The type of a column that `ao` itself took from the model before: `number` and `integer` in place of
            each other are a person's otherwise.
    """
    word = "column" if table == "inputs" else "answer"
    for name in ours:
        if name not in theirs and not keep(name):
            renewal.add(("model", table, name), REMOVED, step=Step.OTHER, told=f"{word} `{name}` goes")
    for name, spec in theirs.items():
        if name not in ours:
            if keep(name):
                continue
            step = Step.OTHER if table == "inputs" else Step.WIDER
            renewal.add(("model", table, name), _inline(name, spec), step=step, told=f"{word} `{name}` is new")
        elif not keep(name) or table == "outputs":
            _renew(renewal, table, name, ours[name], spec)
            if table == "inputs" and renewal.tried and said(name) == ours[name].type:
                _renew_kind_of_number(renewal, name, ours[name], spec)


def renew_abilities(
    renewal: Renewal, ours: Mapping[str, ColumnSpec], theirs: Mapping[str, ColumnSpec],
    base: Mapping[str, ColumnSpec], *, language: Language,
) -> None:  # fmt: skip
    """Let missing values and new levels be as the new model takes them, where `ao` wrote how the old one did.

    Args:
        renewal: Takes in the changes.
        ours: The columns as written.
        theirs: Those of the new model.
        base: Those of the model before; a column that is none of them stays as it is.
        language: What the model is written in: what is so where nothing is written.
    """
    for name in [name for name in ours if name in theirs and name in base]:
        for key in _ABILITIES:
            was, now = getattr(ours[name], key), getattr(theirs[name], key)
            if was == now or was != getattr(base[name], key):
                continue
            plain = REMOVED if now == default_of(type(theirs[name]), key) else now
            by_default = "allow" if language == "r" else "error"
            takes, took = ((value or by_default) != "error" for value in (now, was))
            what = {"missing": "missing values", "novel": "new levels"}[key]
            told = f"column `{name}`: the new model {'takes' if takes else 'refuses'} {what}"
            step = Step.SAME if takes == took else Step.WIDER if takes else Step.OTHER
            renewal.add(("model", "inputs", name, key), plain, step=step, told=told if takes != took else None)


def renew_options(
    renewal: Renewal, ours: Mapping[str, OptionSpec], theirs: Mapping[str, OptionSpec], base: Mapping[str, OptionSpec]
) -> None:
    """Bring the options to what the model can do; those that a person took out stay out.

    Args:
        renewal: Takes in the changes.
        ours: The options as written.
        theirs: Those of the new model.
        base: Those of the model before; an option of `ours` that is none of them is a person's own.
    """
    for name, spec in ours.items():
        if name not in theirs:
            if name in base:
                renewal.add(("model", "options", name), REMOVED, step=Step.OTHER, told=f"option `{name}` goes")
        elif spec.levels is not None and theirs[name].levels is not None:
            _renew_levels(renewal, name, spec, theirs[name])
    for name, spec in theirs.items():
        if name not in ours and name not in base:
            renewal.add(
                ("model", "options", name), _inline(name, spec), step=Step.WIDER, told=f"option `{name}` is new"
            )


def _renew_levels(renewal: Renewal, name: str, ours: OptionSpec, theirs: OptionSpec) -> None:
    before, now = set(ours.levels or ()), set(theirs.levels or ())
    if before == now:
        return
    step = Step.OTHER if before - now else Step.WIDER
    path = ("model", "options", name)
    renewal.add((*path, "levels"), list(theirs.levels or ()), step=step, told=f"option `{name}` has other levels")
    if ours.default is not None and ours.default not in now:
        renewal.add((*path, "default"), theirs.default, step=Step.OTHER)


def _renew(renewal: Renewal, table: str, name: str, ours: ColumnSpec, theirs: ColumnSpec) -> None:
    path = ("model", table, name)
    facts = [key for key in _FACTS if key != "type" and getattr(ours, key) != getattr(theirs, key)]
    facts = [key for key in facts if key not in _RARELY_TOLD or getattr(theirs, key) is not None]
    if table == "outputs":
        facts = [key for key in facts if key != "seen"]
    if not _alike(ours.type, theirs.type):
        told = f"column `{name}` is a {theirs.type}, and was a {ours.type}"
        renewal.add((*path, "type"), theirs.type, step=Step.OTHER, told=told)
        renewal.edits += [
            Edit((*path, key), REMOVED)
            for key in ("min", "max", "missing", "novel", "infinite")
            if key in ours.written() and key not in theirs.written()
        ]
    if renewal.tried and ours.assumed and not theirs.assumed:  # where a person has taken it out, it stays out
        known = f"column `{name}` is known to hold numbers" if theirs.type == "number" else None
        renewal.add((*path, "assumed"), REMOVED, step=Step.SAME, told=known)
    for key in facts:
        value = getattr(theirs, key)
        step = _step_of(key, getattr(ours, key), value)
        said = None if key == "seen" else f"column `{name}` has other `{key}`"
        plain = REMOVED if value is None or value == default_of(type(theirs), key) else _listed(value)
        renewal.add((*path, key), plain, step=step, told=said)


def _renew_kind_of_number(renewal: Renewal, name: str, ours: ColumnSpec, theirs: ColumnSpec) -> None:
    """Let a model have whole numbers where it tells 2 from 2.0, and a column have decimals where it has some now."""
    if ours.type == theirs.type or not {ours.type, theirs.type} <= _NUMBERS:
        return
    alone = ours.written().keys() <= {"type"}
    path = ("model", "inputs", name) if alone else ("model", "inputs", name, "type")
    renewal.edits.append(Edit(path, theirs.type, ""))
    renewal.step = min(renewal.step, Step.OTHER if theirs.type == "integer" else Step.WIDER)
    article = {"integer": "an integer", "number": "a number"}
    renewal.told.append(f"column `{name}` is {article[theirs.type]}, and was {article[ours.type]}")


def _alike(one: str, other: str) -> bool:
    return one == other or any({one, other} <= kind for kind in _OF_A_KIND)


def _step_of(key: str, before: Any, now: Any) -> Step:  # noqa: ANN401  a field of a column
    if key == "seen":
        return Step.SAME
    if key in {"levels", "values"} and (now is None or (before is not None and set(before) <= set(now))):
        return Step.WIDER
    return Step.OTHER


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _inline(name: str, spec: ColumnSpec | OptionSpec) -> object:
    """Return a column or an option as one line of `ao.toml`."""
    specs: Any = {name: spec}
    return tomlkit.parse(spec_lines(specs) + "\n").item(name)
