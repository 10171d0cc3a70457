"""Compares the values of two versions column by column, in a memory that does not grow with them (RDS: R holds all)."""

from __future__ import annotations

import math
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anops_data.describing import plain_values
from anops_data.forms import batches
from anops_data.rds_values import is_readable, values_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from anops_control.datasets.description import Description
    from anops_model_interface.schema import ColumnSpec

_MOST_ROWS = 200_000
_MOST_VALUES = 1_000
_FLOOR = 1e-4
_NUMBERS = frozenset({"number", "integer", "date", "datetime"})


def compared(before: Path, old: Description, after: Path, new: Description) -> Sequence[Mapping[str, Any]]:
    """Compare the columns that both versions have.

    Args:
        before: The file of the one version.
        old: What is known of it.
        after: The file of the other.
        new: What is known of that.

    Returns:
        For each column what is different, and how far the distributions are apart; where one is RDS and no R is here,
        what their descriptions hold alone.
    """
    shared = [name for name in new.columns if name in old.columns]
    if "rds" in {old.form, new.form} and not is_readable():
        return [_described(name, old, new) for name in shared]
    first, second = _values(before, old, shared), _values(after, new, shared)
    return [_column(name, old, new, first[name], second[name]) for name in shared]


def _described(name: str, old: Description, new: Description) -> dict[str, Any]:
    was, now = old.columns[name], new.columns[name]
    told: dict[str, Any] = {"column": name, "type": now.type, "changed": _changed(was, now)}
    told["missing"] = [old.missing.get(name, 0.0), new.missing.get(name, 0.0)]
    told["range"] = [list(was.seen) if was.seen else None, list(now.seen) if now.seen else None]
    if was.levels is not None or now.levels is not None:
        told["levels_added"] = [level for level in now.levels or () if level not in (was.levels or ())]
        told["levels_removed"] = [level for level in was.levels or () if level not in (now.levels or ())]
    return told


def _column(name: str, old: Description, new: Description, first: _Values, second: _Values) -> dict[str, Any]:
    told = _described(name, old, new)
    if first.is_numeric != second.is_numeric:
        return told  # of other kinds: nothing to compare
    if first.is_numeric:
        x, y = first.numbers(), second.numbers()
        told["psi"] = psi_of_numbers(x, y, first.missing, second.missing)
        if len(x) and len(y):
            told["ks"] = ks(x, y)
        return told
    # of more values, the index is that of chance: it would be large for two draws of the same rows
    if len(first.counts) <= _MOST_VALUES and len(second.counts) <= _MOST_VALUES:
        told["psi"] = psi(*_aligned(first, second))
        values = [each for each, _ in (first.counts + second.counts).most_common(20)]
        told["counts"] = {value: [first.counts[value], second.counts[value]] for value in values}
    return told


def _changed(was: ColumnSpec, now: ColumnSpec) -> dict[str, list[Any]]:
    keys = ("type", "unit", "timezone", "ordered", "min", "max", "description")
    pairs = {key: [getattr(was, key), getattr(now, key)] for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


class _Values:
    """Values of one column, or those of some of its rows."""

    def __init__(self, spec: ColumnSpec) -> None:
        self.is_numeric = spec.type in _NUMBERS
        self.missing = 0
        self.counts: Counter[str] = Counter()
        self._numbers: list[npt.NDArray[np.float64]] = []

    def take(self, values: pa.Array) -> None:
        self.missing += values.null_count
        present = pc.drop_null(values)
        if self.is_numeric:
            self._numbers.append(_as_numbers(present))
            return
        texts = present if pa.types.is_boolean(present.type) else present.cast(pa.string())
        for each in pc.value_counts(texts).to_pylist():
            value = each["values"]
            self.counts[str(value).lower() if isinstance(value, bool) else value] += each["counts"]

    def numbers(self) -> npt.NDArray[np.float64]:
        joined = np.concatenate(self._numbers) if self._numbers else np.empty(0)
        return joined[~np.isnan(joined)]


def _as_numbers(values: pa.Array) -> npt.NDArray[np.float64]:
    kind = values.type
    if pa.types.is_date32(kind):
        values = values.cast(pa.int32())
    elif pa.types.is_timestamp(kind):  # whatever units a form has
        values = values.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64())
    elif pa.types.is_temporal(kind):
        values = plain_values(values)
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def _values(path: Path, description: Description, names: Sequence[str]) -> dict[str, _Values]:
    found = {name: _Values(description.columns[name]) for name in names}
    if not names:
        return found
    chosen = _drawn(description.rows or 0)
    offset = 0
    with _opened(path, description) as (schema, rows):
        places = {name: schema.get_field_index(name) for name in names}
        for batch in rows:
            end = offset + batch.num_rows
            here = None if chosen is None else pa.array(chosen[slice(*np.searchsorted(chosen, (offset, end)))] - offset)
            offset = end
            for name, place in places.items():
                values = batch.column(place)
                found[name].take(values if here is None else values.take(here))
    return found


@contextmanager
def _opened(path: Path, description: Description) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    if description.form == "rds":
        values = values_in(path, description)
        yield values.schema, iter([values])
        return
    with batches(path, description) as opened:
        yield opened


def _drawn(rows: int) -> npt.NDArray[np.int64] | None:
    """Draw one of each k rows, the same ones each time; None: all are looked at.

    Every k-th row would not do: rows come in turns, such as those of the hours of a day.
    """
    step = math.ceil(rows / _MOST_ROWS)
    if step <= 1:
        return None
    begins = np.arange(0, rows, step, dtype=np.int64)
    return begins + np.random.default_rng(rows).integers(0, np.minimum(step, rows - begins))


def _aligned(first: _Values, second: _Values) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    values = sorted({*first.counts, *second.counts})
    p = np.array([first.missing, *(first.counts[value] for value in values)], dtype=np.float64)
    q = np.array([second.missing, *(second.counts[value] for value in values)], dtype=np.float64)
    return p, q


def psi_of_numbers(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], x_missing: int = 0, y_missing: int = 0
) -> float | None:
    """Return the population stability index of numbers, in 10 bins at the deciles of `x` and one of missing values."""
    if not len(x):
        return None
    ordered = np.sort(x)
    edges = np.unique(ordered[[-(-len(x) * k // 10) - 1 for k in range(1, 10)]])  # a bin ends with its edge
    p = np.bincount(np.searchsorted(edges, x, side="left"), minlength=len(edges) + 1)
    q = np.bincount(np.searchsorted(edges, y, side="left"), minlength=len(edges) + 1)
    return psi(np.append(p, x_missing), np.append(q, y_missing))


def psi(p: npt.NDArray[Any], q: npt.NDArray[Any]) -> float | None:
    """Return the population stability index of counts in the same bins; bins that are empty in both are left out.

    A share below 0.0001 counts as 0.0001, so that an empty bin gives no infinity.
    """
    if not p.sum() or not q.sum():
        return None
    kept = (p > 0) | (q > 0)
    was = np.maximum(p[kept] / p.sum(), _FLOOR)
    now = np.maximum(q[kept] / q.sum(), _FLOOR)
    return float(np.sum((now - was) * np.log(now / was)))


def ks(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Return the two-sample Kolmogorov-Smirnov statistic, its asymptotic p-value, and how many values are tied."""
    x, y = np.sort(x), np.sort(y)
    both = np.unique(np.concatenate([x, y]))
    below = np.searchsorted(x, both, side="right") / len(x) - np.searchsorted(y, both, side="right") / len(y)
    distance = float(np.abs(below).max())
    scaled = distance * math.sqrt(len(x) * len(y) / (len(x) + len(y)))
    return {
        "d": distance,
        "p": _kolmogorov(scaled),
        "method": "asymptotic",
        "n": [len(x), len(y)],
        "tied": len(x) + len(y) - len(both),
    }


def _kolmogorov(scaled: float) -> float:
    """Return the probability that a Kolmogorov variable is greater."""
    if scaled < 0.2:  # to the precision of a double
        return 1.0
    if scaled < 1:  # the series of Jacobi converges faster here
        terms = (math.exp(-((2 * k - 1) ** 2) * math.pi**2 / (8 * scaled**2)) for k in range(1, 11))
        return float(1 - math.sqrt(2 * math.pi) / scaled * sum(terms))
    return min(1.0, 2 * math.fsum((-1.0) ** (k - 1) * math.exp(-2 * k**2 * scaled**2) for k in range(1, 101)))
