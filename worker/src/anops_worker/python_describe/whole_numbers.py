"""Finds the columns of whole numbers that a model must get as integers, because it tells 2 from 2.0."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.schema import ColumnSpec

from anops_worker.estimators import inner_of, steps_of
from anops_worker.python_describe.ranges import with_ranges
from anops_worker.python_describe.readings import Readings
from anops_worker.python_describe.reference_rows import made_up
from anops_worker.python_describe.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from anops_worker.python_describe.predictor import Predictor
    from anops_worker.python_describe.understanding import Understanding

Inputs = dict[str, ColumnSpec]

_CODE = re.compile(r"-?(0|[1-9][0-9]{0,14})")
"""A whole number as text, which a double holds; 04 is none."""


def with_whole_numbers(inputs: Inputs, found: Understanding, data: pd.DataFrame | None, predictor: Predictor) -> Inputs:
    """Make integers of the whole numbers that a model answers otherwise, or not at all, where they are floats.

    A pipeline that makes text of numbers knows "2" and not "2.0". Where both readings give the same answers the
    column stays a number, so that 2.5 may be asked for.

    Args:
        inputs: The columns as they are known.
        found: What the object says; notes are added where it tells the readings apart.
        data: Example rows.
        predictor: The model.
    """
    rows, whole = _whole(inputs, found, data)
    if data is None and found.data is None:
        rows = _with_known_codes(Rows.of(rows), whole, predictor.model)
    made_up_rows = data is None and found.data is None
    kept = _told_apart(whole, Readings(rows, inputs, predictor), made_up_rows=made_up_rows) if whole else []
    if kept:
        listing = ", ".join(f"`{name}`" for name in kept)
        found.notes.append(
            f"The model tells 2 from 2.0 in {listing}: {'it is' if len(kept) == 1 else 'they are'} declared as "
            "integer, so that the model gets whole numbers. Where it was fitted on numbers with decimals, write "
            "`number` in ao.toml."
        )
    return {name: _as_integer(spec) if name in kept else spec for name, spec in inputs.items()}


def _whole(inputs: Inputs, found: Understanding, data: pd.DataFrame | None) -> tuple[pd.DataFrame | Rows, list[str]]:
    """Return rows to try, and the columns that are whole in them, as in the training rows where the object has some."""
    # a library that says which numbers a column may hold has asked the model itself
    numbers = [name for name, spec in inputs.items() if spec.type == "number" and spec.values is None]
    real = data if data is not None else found.data
    if real is None:
        rows = made_up(with_ranges(inputs, found.ranges))
        uncertain = [name for name in numbers if name not in found.certain]
        return rows, [name for name in uncertain if all(float(value).is_integer() for value in rows[name])]
    if found.data is None:
        return real, [name for name in numbers if name not in found.certain and _is_whole(real[name])]
    return real, [name for name in numbers if _is_whole(found.data[name] if name in found.data else real[name])]


def _with_known_codes(rows: Rows, whole: list[str], model: Any) -> Rows:  # noqa: ANN401  any fitted object
    """Put whole numbers into made-up rows that encoders know as texts: others are all the same to them."""
    known = {name: codes for name, codes in _codes(model) if name in whole}
    for name, codes in known.items():
        rows = rows.with_column(name, np.resize(np.asarray(codes, dtype=rows[name].dtype), len(rows)))
    return rows


def _codes(model: Any) -> Iterator[tuple[str, list[int]]]:  # noqa: ANN401  the same
    """Yield the columns of which an encoder inside a model keeps texts of whole numbers alone, with these."""
    names, categories = getattr(model, "feature_names_in_", None), getattr(model, "categories_", None)
    if names is not None and isinstance(categories, list):
        for name, known in zip(names, categories, strict=False):
            codes = [int(each) for each in known if isinstance(each, str) and _CODE.fullmatch(each)]
            if codes and len(codes) == len(known):
                yield str(name), codes
    for part in (*steps_of(model), *inner_of(model), *_by_column(model)):
        if not isinstance(part, str):
            yield from _codes(part)


def _by_column(model: Any) -> Iterator[Any]:  # noqa: ANN401  the same
    """Yield transformers that are kept by column: scikit-learn's in tuples behind their names, skrub's in a dict."""
    for name in ("transformers_", "transformer_list"):
        kept = getattr(model, name, None)
        if isinstance(kept, dict):
            yield from kept.values()
        elif isinstance(kept, list):
            yield from (each[1] for each in kept if isinstance(each, tuple) and len(each) > 1)


def _told_apart(whole: list[str], readings: Readings, *, made_up_rows: bool) -> list[str]:
    whole_specs = {name: _as_integer(readings.inputs[name]) for name in whole}
    numbers, integers = readings.answer({}), readings.answer(whole_specs)
    if integers is None or readings.same(numbers, integers, whole_specs):
        return []
    kept = [
        name
        for name in whole
        if not readings.same(
            readings.answer({each: spec for each, spec in whole_specs.items() if each != name}), integers, whole_specs
        )
    ]
    kept = kept or whole
    if made_up_rows and numbers is not None:
        # where a half more makes a difference, the model takes decimals for what they are: far from the data, rounding
        # alone may tell the readings apart
        kept = [name for name in kept if readings.same(readings.halfway(name), numbers, {})]
    return kept


def _as_integer(spec: ColumnSpec) -> ColumnSpec:
    return replace(spec, type="integer")


def _is_whole(values: pd.Series) -> bool:
    import pandas as pd  # noqa: PLC0415  there, since the values are

    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    return pd.api.types.is_integer_dtype(dtype)
