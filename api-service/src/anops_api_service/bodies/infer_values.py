"""The values of a tensor as JSON has them, as raw contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface import tensors
from anops_model_interface.tensors import DTYPES, integer_limits, misfit

from anops_api_service.bodies.json_values import INFINITIES, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NONE = type(None)
_MOST_DEEP = 32


def buffer_of(
    data: Sequence[Any], datatype: str, count: int, *, name: str
) -> tuple[np.ndarray | bytes, np.ndarray | None]:
    """Return the raw contents of a tensor, and where it has null (1-D, bool), or None where nowhere.

    Args:
        data: Its values, in lists of lists or in one list, row by row.
        datatype: Its datatype.
        count: How many values its shape says.
        name: Its name, for messages.

    Raises:
        AnOpsError: `TENSOR`: there are more or fewer, or one is of another kind.
    """
    values = list(_flat(data, name=name))
    if len(values) != count:
        raise misfit(name, f"{count} elements in `data`", str(len(values)))
    kinds = set(map(type, values))
    missing = np.array([value is None for value in values], dtype=bool) if _NONE in kinds else None
    if datatype == "BYTES":
        return _texts(values, kinds, name=name), missing
    if datatype not in DTYPES:
        raise misfit(name, "a datatype of the protocol, such as FP64 or BYTES", datatype or "none")
    if datatype == "BOOL":
        _allow(values, {bool, _NONE}, "true or false", name=name)
        return np.array([value or False for value in values], dtype=bool), missing
    if datatype.startswith("FP"):
        return _fractions(values, datatype, name=name), None
    return _whole(values, datatype, name=name), missing


def _texts(values: list[Any], kinds: set[type], *, name: str) -> bytes:
    if not kinds <= {str, _NONE}:
        _allow(values, {str, _NONE}, "texts", name=name)
    texts = np.empty(len(values), dtype=object)
    texts[:] = values if _NONE not in kinds else ["" if value is None else value for value in values]
    try:
        return tensors.pack(texts, "BYTES")
    except UnicodeEncodeError as error:
        raise misfit(name, "texts of Unicode", "half a character (a surrogate without the other)") from error


def _fractions(values: list[Any], datatype: str, *, name: str) -> np.ndarray:
    """Return numbers; null is NaN, as it is in the answers."""
    values = [INFINITIES.get(value, value) if type(value) is str else value for value in values]
    _allow(values, {int, float, _NONE}, "numbers", name=name)
    try:
        wide = np.array(values, dtype=np.float64)  # which reads None as NaN
    except OverflowError as error:
        raise misfit(name, "numbers that a double holds", "a larger one") from error
    with np.errstate(over="ignore"):
        numbers = wide.astype(DTYPES[datatype])
    beyond = np.isinf(numbers) & np.isfinite(wide)
    if beyond.any():
        raise misfit(name, f"numbers that {datatype} holds", f"{wide[int(beyond.argmax())]:g}")
    return numbers


def _whole(values: list[Any], datatype: str, *, name: str) -> np.ndarray:
    _allow(values, {int, float, _NONE}, "whole numbers", name=name)
    low, high = integer_limits(datatype) or (0, 0)
    filled: list[int] = []
    for place, value in enumerate(values):
        number = 0 if value is None else value
        if (isinstance(number, float) and not number.is_integer()) or not low <= number <= high:
            raise misfit(name, f"{datatype} from {low} to {high}", f"{shown(value)} as element {place + 1}")
        filled.append(int(number))
    return np.array(filled, dtype=DTYPES[datatype])


def _allow(values: list[Any], kinds: set[type], what: str, *, name: str) -> None:
    for place, value in enumerate(values):
        if type(value) not in kinds:
            raise misfit(name, f"{what} in `data`", f"{shown(value)} as element {place + 1}")


def _flat(data: Sequence[Any], *, name: str, depth: int = 0) -> Iterator[Any]:
    if depth > _MOST_DEEP:
        raise misfit(name, f"lists of at most {_MOST_DEEP} levels in `data`", "more")
    if list not in set(map(type, data)):
        yield from data
        return
    for each in data:
        if isinstance(each, list):
            yield from _flat(each, name=name, depth=depth + 1)
        else:
            yield each
