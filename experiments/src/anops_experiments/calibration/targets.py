"""What a simulation is compared with: observed values, and how far simulated ones are from them."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_experiments.results import SimulationResult

Loss = Literal["simulated", "normal", "poisson", "squared", "absolute"]
Array = np.ndarray[Any, np.dtype[np.float64]]
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Target:
    """Observed values.

    Attributes:
        name: Its name.
        output: The output of the function that it is compared with.
        column: The column of that output, where it is a table.
        by: The columns that say which rows belong together.
        keys: What those columns hold, for each value.
        observed: The values.
        loss: How the distance is measured.
        sd: The standard deviation of the measurement.
        weight: How much it counts.
    """

    name: str
    output: str
    column: str | None
    by: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    observed: Array
    loss: Loss
    sd: float | None
    weight: float

    @classmethod
    def read(cls, name: str, told: Mapping[str, Any], folder: Path) -> Target:
        """Return a target.

        Raises:
            ExperimentError: Its file can't be used.
        """
        by = tuple([told["by"]] if isinstance(told.get("by"), str) else told.get("by", ()))
        column: str | None = told.get("column")
        if "file" in told:
            keys, values = _observed(folder / str(told["file"]), str(column or name), by)
        else:
            given = told["observed"]
            values = [float(each) for each in (given if isinstance(given, list) else [given])]
            keys = [(str(at),) for at in range(1, len(values) + 1)] if isinstance(given, list) else [()]
        is_table = "file" in told or isinstance(told.get("observed"), list)
        return cls(
            name, str(told.get("output", name)), (column or ("value" if "observed" in told else name)) if is_table
            else None, by, tuple(keys), np.array(values), told.get("loss", "simulated"), told.get("sd"),
            float(told.get("weight", 1.0)),
        )  # fmt: skip

    def simulated(self, result: SimulationResult) -> Array:
        """Return what was simulated of it.

        Raises:
            ExperimentError: The function did not return it.
        """
        if self.column is None:
            if self.output not in result.scalars:
                known = ", ".join(f"`{each}`" for each in (*result.scalars, *result.tables))
                raise ExperimentError(f"The function returned no number `{self.output}`; it returned {known}.")
            return np.array([_number(self.output, result.scalars[self.output])])
        table = result.tables.get(self.output)
        if table is None or self.column not in table.column_names:
            known = ", ".join(table.column_names if table is not None else [*result.scalars, *result.tables])
            what = "data frame" if table is None else f"column `{self.column}` in"
            raise ExperimentError(f"The function returned no {what} `{self.output}`; it has {known}.")
        cells = [_number(self.column, each) for each in table[self.column].to_pylist()]
        if not self.by:
            if len(cells) != len(self.observed):
                raise ExperimentError(
                    f"`{self.output}` must have {len(self.observed)} rows, as what was observed; it has {len(cells)}."
                )
            return np.array(cells)
        lacking = [each for each in self.by if each not in table.column_names]
        if lacking:
            raise ExperimentError(f"`{self.output}` has no column `{lacking[0]}`, by which its rows are compared.")
        rows = list(zip(*(map(_key, table[each].to_pylist()) for each in self.by), strict=True))
        found = dict(zip(rows, cells, strict=True))
        for key in self.keys:
            if key not in found:
                which = ", ".join(f"{name} = {value}" for name, value in zip(self.by, key, strict=True))
                raise ExperimentError(f"`{self.output}` has no row with {which}, which was observed.")
            if len(found) < len(rows) and rows.count(key) > 1:
                which = ", ".join(f"{name} = {value}" for name, value in zip(self.by, key, strict=True))
                raise ExperimentError(
                    f"`{self.output}` has several rows with {which}: which of them was observed?",
                    remedy="Name further columns in `by`, or let the function add them up.",
                )
        return np.array([found[key] for key in self.keys])

    def distance(self, runs: Array) -> float:
        """Return how far simulated values, a row for each replicate, are from what was observed."""
        mean, count = runs.mean(axis=0), len(runs)
        gap = self.observed - mean
        if self.loss == "absolute":
            return self.weight * float(np.abs(gap).sum())
        if self.loss == "squared":
            return self.weight * float((gap**2).sum())
        if self.loss == "poisson":
            rate = np.maximum(mean, _LEAST)
            return self.weight * float((rate - self.observed * np.log(rate)).sum())
        variance = np.full(len(mean), (self.sd or 0.0) ** 2)
        if self.loss == "simulated":
            variance = variance + runs.var(axis=0, ddof=1) * (1 + 1 / count)
        variance = np.maximum(variance, _LEAST * (1 + self.observed**2))
        return self.weight * float((np.log(variance) + gap**2 / variance).sum()) / 2


def distance(targets: Sequence[Target], simulated: Mapping[str, Array]) -> float:
    """Return how far all targets are from what was observed."""
    return sum(each.distance(simulated[each.name]) for each in targets)


def _observed(file: Path, column: str, by: tuple[str, ...]) -> tuple[list[tuple[str, ...]], list[float]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except FileNotFoundError:
        raise ExperimentError(f"There is no file {file}, which holds what was observed.") from None
    except ValueError:
        raise ExperimentError(f"{file} must be a CSV file in UTF-8 whose first line names the columns.") from None
    lacking = [each for each in (column, *by) if not rows or each not in rows[0]]
    if lacking:
        known = ", ".join(f"`{each}`" for each in (rows[0] if rows else ()))
        raise ExperimentError(f"{file} has no column `{lacking[0]}`; it has {known or 'no rows'}.")
    keys, values = [], []
    for number, row in enumerate(rows, 1):
        cell = (row[column] or "").strip()
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ExperimentError(f"Column `{column}` of {file} must have a number in row {number}, not `{cell}`.")
        keys.append(tuple(_key(row[each]) for each in by))
        values.append(value)
    twice = next((key for key in keys if by and keys.count(key) > 1), None)
    if twice is not None:
        which = ", ".join(f"{name} = {value}" for name, value in zip(by, twice, strict=True))
        raise ExperimentError(f"{file} has several rows with {which}.")
    return keys, values


def _key(cell: object) -> str:
    """Return a cell so that 7, 7.0 and "7" are the same, as are TRUE of R and True of Python."""
    if str(cell).strip().lower() in {"true", "false"}:
        return str(cell).strip().lower()
    try:
        number = float(str(cell))
    except ValueError:
        return str(cell).strip()
    return str(int(number)) if math.isfinite(number) and number.is_integer() else str(number)


def _number(name: str, value: object) -> float:
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    raise ExperimentError(f"`{name}` must be a finite number to be compared with what was observed, not {value!r}.")
