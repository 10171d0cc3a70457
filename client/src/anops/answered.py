"""Answers to parts of some rows become the columns of one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd

from anops.columns import from_json_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

_PLAIN = {"number": "f", "integer": "i", "boolean": "b"}
"""NumPy's kinds of dtypes that columns of these types have."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was answered to one request.

    Attributes:
        rows: How many rows it has.
        columns: Its columns: an array of numbers or booleans none of which is missing (a number may be NaN), or values
            as JSON has them.
        warnings: What the service warned of.
        model: Which model it was.
    """

    rows: int
    columns: Mapping[str, np.ndarray | list[Any]]
    warnings: Sequence[Mapping[str, Any]]
    model: Mapping[str, Any]


def json_part(answer: httpx.Response) -> Part:
    """Read an answer in JSON."""
    told = msgspec.json.decode(answer.content)
    rows = told["predictions"]
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    return Part(len(rows), columns, told["warnings"], told["model"])


def columns_of(parts: Sequence[Part], specs: Mapping[str, Mapping[str, Any]], index: pd.Index) -> dict[str, pd.Series]:
    """Put parts below each other.

    Args:
        parts: The parts, in the order of their rows; at least one.
        specs: What the model's schema says of the columns of an answer.
        index: The labels of all rows.
    """
    names = [name for part in parts for name in part.columns]
    found: dict[str, pd.Series] = {}
    for name in dict.fromkeys(names) if names else specs:
        values, spec = [part.columns[name] for part in parts if part.rows], specs.get(name)
        arrays = [each for each in values if isinstance(each, np.ndarray)]
        if arrays and len(arrays) == len(values) and _are(arrays, spec):
            found[name] = pd.Series(np.concatenate(arrays), index=index)
        else:
            plain = [each.tolist() if isinstance(each, np.ndarray) else each for each in values]
            found[name] = from_json_values([value for each in plain for value in each], spec, index)
    return found


def _are(arrays: Sequence[np.ndarray], spec: Mapping[str, Any] | None) -> bool:
    """Say whether arrays are of the type of their column."""
    kinds = {array.dtype.kind for array in arrays}
    return len(kinds) == 1 and (spec is None or kinds == {_PLAIN.get(spec["type"], "")})
