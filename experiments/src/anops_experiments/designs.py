"""Designs: the parameter sets that an experiment is run with."""

from __future__ import annotations

import csv
import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from anops_experiments.tasks import Scalar

_MISSING = frozenset({"", "NA", "NaN", "nan", "Inf", "-Inf", "inf", "-inf"})


def points_of(
    design: str, parameters: Mapping[str, Any], points: int | None, seed: int, folder: Path, file: str | None
) -> Iterator[dict[str, Scalar]]:
    """Return parameter sets.

    Args:
        design: `grid`, `random`, `lhs`, `sobol` or `csv`.
        parameters: A value, a list of values or a range for each parameter.
        points: How many are drawn.
        seed: The seed of random numbers.
        folder: Where the CSV file is.
        file: The CSV file.

    Raises:
        ExperimentError: The design can't be made of these.
    """
    if design == "csv":
        return _rows(folder / str(file), parameters)
    if design == "grid":
        return _grid(parameters)
    return _drawn(design, parameters, points or 1, seed)


def _grid(parameters: Mapping[str, Any]) -> Iterator[dict[str, Scalar]]:
    for name, told in parameters.items():
        if isinstance(told, dict):
            raise ExperimentError(
                f"Parameter `{name}` is a range, which has no single values for a grid.",
                remedy=f'List its values, `{name} = [{told["min"]}, {told["max"]}]`, or draw it: design = "lhs".',
            )
    values = [told if isinstance(told, list) else [told] for told in parameters.values()]
    return (dict(zip(parameters, each, strict=True)) for each in itertools.product(*values))


def _drawn(design: str, parameters: Mapping[str, Any], points: int, seed: int) -> Iterator[dict[str, Scalar]]:
    from scipy.stats import qmc  # noqa: PLC0415  slow to import

    varied = [name for name, told in parameters.items() if isinstance(told, dict | list)]
    if not varied:
        raise ExperimentError(f"The design `{design}` has nothing to draw: no parameter is a range or a list.")
    # of its own beside the streams of tasks, whose keys have five numbers
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    if design == "random":
        unit = rng.random((points, len(varied)))
    elif design == "lhs":
        unit = qmc.LatinHypercube(len(varied), rng=rng).random(points)
    else:
        unit = qmc.Sobol(len(varied), rng=rng).random_base2(math.ceil(math.log2(points)))[:points]
    for row in unit:
        drawn = {name: _placed(parameters[name], float(at)) for name, at in zip(varied, row, strict=True)}
        yield {name: drawn.get(name, told) for name, told in parameters.items()}


def _placed(told: Any, at: float) -> Scalar:  # noqa: ANN401  a range or a list
    """Return the value of a parameter at a place from 0 to 1."""
    if isinstance(told, list):
        value: Scalar = told[min(int(at * len(told)), len(told) - 1)]
        return value
    low, high = told["min"], told["max"]
    if told.get("whole") and told.get("scale") == "log":
        # each whole number has the part of the scale from half below it to half above
        ends = math.log(max(low - 0.5, low / 2)), math.log(high + 0.5)
        return min(int(high), max(int(low), round(math.exp(ends[0] + at * (ends[1] - ends[0])))))
    if told.get("whole"):
        return min(int(high), int(low) + int(at * (int(high) - int(low) + 1)))
    if told.get("scale") == "log":
        return float(math.exp(math.log(low) + at * (math.log(high) - math.log(low))))
    return float(low + at * (high - low))


def _rows(file: Path, constants: Mapping[str, Any]) -> Iterator[dict[str, Scalar]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            head, *rows = [row for row in csv.reader(opened) if row]
    except FileNotFoundError:
        raise ExperimentError(f"There is no file {file}, which holds the parameter sets.") from None
    except ValueError:
        raise ExperimentError(f"{file} must be a CSV file in UTF-8 whose first line names the parameters.") from None
    if len(set(head)) != len(head) or not all(head):
        raise ExperimentError(f"The columns of {file} must have names that differ: {', '.join(head)}.")
    other = next((each for each in (";", "\t") if len(head) == 1 and each in head[0]), None)
    if other is not None:
        signs = "semicolons" if other == ";" else "tabs"
        raise ExperimentError(
            f"The columns of {file} must be separated by commas; they are by {signs}.",
            remedy="Save it as CSV with commas, and with points in numbers.",
        )
    if not rows:
        raise ExperimentError(f"{file} must have a row for each parameter set; it has its head alone.")
    columns = list(zip(*rows, strict=False))
    for number, row in enumerate(rows, 1):
        if len(row) != len(head):
            raise ExperimentError(
                f"Row {number} of {file} must have {len(head)} values, as its head; it has {len(row)}."
            )
        for name, cell in zip(head, row, strict=True):
            if cell.strip() in _MISSING:
                told = "is missing" if cell.strip() in {"", "NA"} else f"must be a finite number, not {cell}"
                raise ExperimentError(f"Column `{name}` of {file} {told} in row {number}.")
    made = [_typed(column) for column in columns]
    fixed = {name: told for name, told in constants.items() if name not in head}
    return ({**fixed, **dict(zip(head, each, strict=True))} for each in zip(*made, strict=True))


def _typed(cells: tuple[str, ...]) -> list[Any]:
    """Return a column as numbers where all of it is, as true and false where all of it says so, else as texts."""
    if {each.lower() for each in cells} <= {"true", "false"}:
        return [each.lower() == "true" for each in cells]
    for kind in (int, float):
        try:
            numbers = [kind(each) for each in cells]
        except ValueError:
            continue
        # 007 and 1_000 are texts
        if all(not each.strip().lstrip("-").startswith("0") or len(each.strip().lstrip("-")) == 1 or "." in each
               or "e" in each.lower() for each in cells) and not any("_" in each for each in cells):  # fmt: skip
            return numbers
    return list(cells)
