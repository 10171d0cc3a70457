"""What a fitted Python object says about itself, before anything is predicted."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from anops_model_interface.schema import ColumnSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd
    from anops_model_interface.schema import ColumnType


@dataclass(slots=True)
class Understanding:
    """What can be read from a fitted object.

    Attributes:
        model_class: Its public name: "sklearn.linear_model.LogisticRegression".
        summary: One line about it.
        inputs: Its columns by name; None where it does not name them.
        width: How many columns it takes, where it says that only.
        known: Of columns without names: what encoders say of them, by the stand-ins `x1`, `x2`, ….
        texts: Whether it takes one sequence of texts.
        certain: The columns whose type the object itself says; example data may correct the others.
        fixed: The columns of which a formula answers an unknown level as its first one, without a word.
        levels: The levels of its answer, for a classifier with classes of text.
        answer: The type of its answer, as far as the object says.
        data: Rows that the object keeps from its fitting.
        converted: Whether those are the floats that the fit had made of the columns, whatever they were.
        ranges: The smallest and largest values of columns, where the object keeps those alone.
        blanks: The columns whose names had blanks in the fit, perhaps: the object has `_` in place of them, and takes
            its columns by their order.
        notes: What a person should know.
        left_out: What predictions leave out of what was fitted, as far as their difference from the fitted values does
            not show it.
    """

    model_class: str
    summary: str
    inputs: dict[str, ColumnSpec] | None = None
    width: int | None = None
    known: dict[str, ColumnSpec] = field(default_factory=dict)
    texts: bool = False
    certain: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    levels: tuple[str, ...] | None = None
    answer: ColumnType = "number"
    data: pd.DataFrame | None = None
    converted: bool = False
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    blanks: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def tells_type(self, name: str) -> bool:
        """Say whether the object, or the rows that it keeps, tell the type of a column.

        Args:
            name: The column. One of which the fit has kept nothing but 0 and 1 may have held booleans.
        """
        if name in self.certain or self.data is None:
            return name in self.certain
        return not self.converted or not self.data[name].isin([0, 1]).all()

    def name_columns(self, names: list[str]) -> None:
        """Give the columns their names, where the object has none for them.

        Args:
            names: One for each column, in the order of the fitting.
        """
        self._rename(dict(zip(stand_ins(len(names)), names, strict=True)))
        self.certain = frozenset(self.known)

    def give_blanks(self, names: Collection[str]) -> bool:
        """Call columns as example rows do, where they differ in blanks that the object has lost.

        Args:
            names: The names of the example rows' columns.

        Returns:
            Whether one is called otherwise now.
        """
        own = {name.replace(" ", "_"): name for name in names if " " in name}
        lost = {name: own[name] for name in self.blanks if name in own and name not in names}
        if lost and self.inputs is not None:
            self.inputs = {lost.get(name, name): spec for name, spec in self.inputs.items()}
            self._rename({name: lost.get(name, name) for name in {*self.known, *self.ranges}})
            self.certain = frozenset(lost.get(name, name) for name in self.certain)
        return bool(lost)

    def note_unknown_levels(self, names: Sequence[str]) -> None:
        """Note that the object does not keep the levels of some categories.

        Args:
            names: The columns.
        """
        if names:
            listing = ", ".join(f"`{name}`" for name in names)
            self.notes.append(f"Categories whose levels come from example rows (--data): {listing}.")

    def _rename(self, named: Mapping[str, str]) -> None:
        self.known = {named[name]: spec for name, spec in self.known.items()}
        self.ranges = {named[name]: ends for name, ends in self.ranges.items()}
        if self.data is not None:
            self.data = self.data.rename(columns=dict(named))


def public_name(kind: type) -> str:
    """Return a class's dotted name without the private module it is defined in."""
    public = takewhile(lambda part: not part.startswith("_"), kind.__module__.split("."))
    return ".".join([*public, kind.__qualname__])


def holds_data(rows: int) -> str:
    """Say that an object has its data with it."""
    return f"The object holds the data it was fitted on ({rows} rows), and so does its file."


def stand_ins(width: int) -> list[str]:
    """Return the names of columns that have none."""
    return [f"x{i + 1}" for i in range(width)]


def numbers(names: list[str]) -> dict[str, ColumnSpec]:
    """Return columns of numbers."""
    return {name: ColumnSpec(type="number") for name in names}
