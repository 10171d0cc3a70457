"""What is made of a model of another tool: code that asks it, rows, and what else is known of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from anops_model_interface.schema import ColumnSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from anops_model_interface.schema import OptionSpec
    from anops_project.description import Description

    from anops_control.init.intake import Intake


@dataclass(frozen=True, slots=True)
class Brought:
    """A model of another tool.

    Attributes:
        intake: The files that a project is made around.
        data: Rows that were kept with it, or made up, as CSV; None where there are none.
        data_note: What a person should know of those rows, where they are used.
        files: What the code needs beside it, as paths from its folder.
        options: What a request may ask of it.
        types: Which columns it says to be of integers or texts: rows alone would tell less, or too much.
        packages: What it needs beside what is imported, with the versions that are there.
        notes: What a person should know.
    """

    intake: Intake
    data: Path | None = None
    data_note: str = ""
    files: tuple[str, ...] = ()
    options: Mapping[str, OptionSpec] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def with_own_rows(self) -> Brought:
        """Return it with what there is to say of its own rows."""
        return replace(self, notes=(*self.notes, *filter(None, (self.data_note,))))

    def added_to(self, description: Description) -> Description:
        """Return what a look at the model has shown, with what is known of it otherwise."""
        schema = description.schema
        inputs = {name: self._typed(name, spec) for name, spec in schema.inputs.items()}
        return replace(
            description,
            schema=replace(schema, inputs=inputs, options={**schema.options, **self.options}),
            packages={**self.packages, **description.packages},
            notes=(*self.notes, *description.notes),
        )

    def _typed(self, name: str, spec: ColumnSpec) -> ColumnSpec:
        match (self.types.get(name), spec.type):
            case ("integer", "number"):
                return replace(spec, type="integer", infinite="allow")
            case ("string", "category"):
                return ColumnSpec(type="string", missing=spec.missing)  # levels of an example are not all there are
        return spec


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
