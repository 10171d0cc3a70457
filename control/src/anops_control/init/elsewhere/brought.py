"""What is made of a model of another tool: code that asks it, rows, and what else is known of it."""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.schema import ColumnSpec
from anops_model_interface.words import quoted

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from anops_model_interface.schema import OptionSpec
    from anops_project.description import Description

    from anops_control.init.intake import Intake


_MOST_NAMED = 8
_MADE_UP_ROWS = 8
MADE_UP = "Its reference rows are made up: give real ones with --data FILE.csv."


@dataclass(frozen=True, slots=True)
class Brought:
    """A model of another tool.

    Attributes:
        intake: The files that a project is made around.
        data: Rows that were kept with it, or made up, as CSV; None where there are none.
        data_note: What a person should know of those rows, where they are used.
        named: The columns that it says to have, where rows are still needed to try it with.
        files: What the code needs beside it, as paths from its folder.
        options: What a request may ask of it.
        takes: The columns that rows must have for it, whichever they are called where `in_order`.
        optional: Those of them that may be absent.
        in_order: Whether it takes columns in their order, since it has no names for them.
        types: Which columns it says to be of integers or texts: rows alone would tell less, or too much.
        limits: The smallest and the largest value of columns of integers that do not take every one.
        levels: The levels of columns of texts that it knows.
        packages: What it needs beside what is imported, with the versions that are there.
        notes: What a person should know.
    """

    intake: Intake
    data: Path | None = None
    data_note: str = ""
    named: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    options: Mapping[str, OptionSpec] = field(default_factory=dict)
    takes: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    in_order: bool = False
    types: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def need_rows(self, model: str) -> None:
        """Refuse a model of which the columns are known, and no rows to try it with.

        Raises:
            CommandError: It is one.
        """
        if self.data is None and self.named:
            columns = ", ".join(f"`{name}`" for name in self.named[:_MOST_NAMED])
            more = f" and {len(self.named) - _MOST_NAMED} more" if len(self.named) > _MOST_NAMED else ""
            raise CommandError(
                f"`{model}` says that its columns are {columns}{more}, and has no example rows: "
                "texts can't be made up.",
                remedy="Give a few rows with these columns: --data example.csv",
                code=Code.MODEL_LOAD,
            )

    def left_out(self, header: Sequence[str], target: str | None, data: str) -> tuple[str, ...]:
        """Return the columns of rows that the model does not take.

        Args:
            header: The names of the columns.
            target: The one that is predicted.
            data: What the person calls the rows.

        Raises:
            CommandError: The model takes others: it would read what is there in their places.
        """
        names = [name for name in header if name != target]
        if not self.takes or (self.in_order and len(names) == len(self.takes)):
            return ()
        known, wanted = set(map(plain, names)), set(map(plain, self.takes))
        lacking = [name for name in self.takes if plain(name) not in known and name not in self.optional]
        if lacking or self.in_order:
            takes = (
                f"{len(self.takes)} columns" if self.in_order else f"the columns {quoted(self.takes, most=_MOST_NAMED)}"
            )
            there = f"has {len(names)}" if self.in_order else f"lacks {quoted(lacking, most=_MOST_NAMED)}"
            raise CommandError(
                f"The model takes {takes}; `{data}` {there}.",
                remedy="Give rows with these columns, and say by --target which is predicted, if it is there.",
                code=Code.MODEL_LOAD,
            )
        return tuple(name for name in names if plain(name) not in wanted)

    def with_own_rows(self) -> Brought:
        """Return it with what there is to say of its own rows."""
        return replace(self, notes=(*self.notes, *filter(None, (self.data_note,))))

    def added_to(self, description: Description) -> Description:
        """Return what a look at the model has shown, with what is known of it otherwise."""
        schema = description.schema
        known = {plain(name): name for name in (*self.takes, *self.types)}
        own = {name: known.get(plain(name), name) for name in schema.inputs}
        if self.in_order:
            own |= dict(zip(schema.inputs, self.takes, strict=False))
        inputs = {name: self._typed(own[name], spec) for name, spec in schema.inputs.items()}
        return replace(
            description,
            schema=replace(schema, inputs=inputs, options={**schema.options, **self.options}),
            packages={**self.packages, **description.packages},
            notes=(*self.notes, *description.notes),
        )

    def _typed(self, name: str, spec: ColumnSpec) -> ColumnSpec:
        match (self.types.get(name), spec.type):
            case ("integer", "number" | "integer"):
                low, high = self.limits.get(name, (None, None))
                return replace(spec, type="integer", infinite="allow", min=low, max=high)
            case ("string", "category" | "string") if levels := self.levels.get(name):
                return ColumnSpec(type="category", levels=levels, missing=spec.missing)
            case ("string", "category"):
                return ColumnSpec(type="string", missing=spec.missing)  # levels of an example are not all there are
        return spec


def plain(name: str) -> str:
    """Return a name as converters write it, which leave letters, digits and underscores only."""
    return re.sub(r"\W", "_", name)


def made_up_rows(kinds: Iterable[str]) -> list[list[object]]:
    """Make up a few rows, the same each time.

    Args:
        kinds: What each column is: `number`, `integer`, `boolean` or `datetime`.
    """
    chance = random.Random(1)  # noqa: S311  rows, not secrets
    kinds = list(kinds)
    return [[_made_up(kind, chance) for kind in kinds] for _ in range(_MADE_UP_ROWS)]


def _made_up(kind: str, chance: random.Random) -> object:
    if kind == "number":
        return round(chance.gauss(0.0, 2.0), 3)
    if kind == "datetime":
        return f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T{chance.randrange(24):02}:00:00Z"
    return chance.random() < 0.5 if kind == "boolean" else chance.randrange(4)


def write_rows(path: Path, names: Sequence[str], rows: Iterable[Sequence[object]], fractions: frozenset[str]) -> None:
    """Write rows as CSV; a column of fractions has points, also where all its values are whole."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in rows:
            writer.writerow([_cell(value, name in fractions) for name, value in zip(names, row, strict=True)])


def _cell(value: object, fraction: bool) -> object:  # noqa: FBT001  whether it is one is all that is asked
    if isinstance(value, bool):
        return str(value).lower()
    return float(value) if fraction and isinstance(value, int | float) else value
