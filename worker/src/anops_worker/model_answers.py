"""What a model answered, in whatever form, as a frame."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.coded_texts import CodedTexts
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame

from anops_worker.families.named_columns import NamedColumns
from anops_worker.pandas_here import has_pandas, needs_pandas

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anops_model_interface.schema import ColumnType

_PLAIN_TYPES: dict[str, tuple[ColumnType, type]] = {
    "f": ("number", np.float64),
    "i": ("integer", np.int64),
    "b": ("boolean", np.bool_),
}
_FEW = 16
"""So many different texts are compared with all before each is made by itself."""


def from_answer(answer: object, names: Sequence[str], *, model: str) -> Frame:
    """Make a frame of what `predict_model` returned.

    A Series or DataFrame that has the labels of the rows in another order, as after sorting, is brought back
    into theirs; other labels mean nothing, and its values are taken as they stand.

    Args:
        answer: A 1-D array, Series or list becomes one column `prediction`; a 2-D array several; a DataFrame,
            a named Series tuple or a dict keeps its names.
        names: The schema's outputs; they name the columns of a 2-D array that has as many.
        model: The model's name, for messages.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: it is none of these.
    """
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    frame, series = _kinds_of_pandas()
    columns: dict[str, Any]
    if isinstance(answer, NamedColumns):
        columns = _named_once(answer.names, answer.values, model)
    elif isinstance(answer, frame):
        columns = _named_once(answer.columns, [answer.iloc[:, i] for i in range(answer.shape[1])], model)
    elif isinstance(answer, dict):
        columns = {str(name): _sequence(values, model) for name, values in answer.items()}
    else:
        array = answer if isinstance(answer, series) else _sequence(answer, model)
        if array.ndim == 1:
            columns = {"prediction": array}
        else:
            columns = dict(zip(_names(array.shape[1], names), array.T, strict=True))
    if not columns:
        raise AnOpsError(Code.MODEL_OUTPUT, f"Can't use the answer of model `{model}`: it has no columns.")
    read = [_readable(name, values, model) for name, values in columns.items()]
    rows = {len(column.values) for column in read}
    if len(rows) > 1:
        raise AnOpsError(
            Code.MODEL_OUTPUT, f"Can't use the answer of model `{model}`: its columns have {sorted(rows)} rows."
        )
    return Frame(tuple(read), rows.pop())


def _kinds_of_pandas() -> tuple[tuple[type[Any], ...], tuple[type[Any], ...]]:
    """Return the kinds of data frames and of series: none where nobody has imported pandas, and can have made one."""
    pandas = sys.modules.get("pandas")
    return ((), ()) if pandas is None else ((pandas.DataFrame,), (pandas.Series, pandas.api.extensions.ExtensionArray))


def _named_once(names: Iterable[object], values: Iterable[Any], model: str) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, each in zip(map(str, names), values, strict=True):
        if name in columns:
            raise AnOpsError(
                Code.MODEL_OUTPUT, f"Can't use the answer of model `{model}`: it has the column `{name}` twice."
            )
        columns[name] = each
    return columns


def _sequence(values: object, model: str) -> Any:  # noqa: ANN401
    if isinstance(values, _kinds_of_pandas()[1]):
        return values
    if isinstance(values, np.ma.MaskedArray):
        gaps, held = np.ma.getmaskarray(values), np.ma.getdata(values)
        if gaps.any():  # an array of it would have what lies below the mask
            held = held.astype(object)
            held[gaps] = None
        values = held
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise AnOpsError(
            Code.MODEL_OUTPUT, f"Can't use the answer of model `{model}`: all its rows must have the same length."
        ) from error
    if array.dtype.kind == "U" and not isinstance(values, np.ndarray):
        array = np.asarray(values, dtype=object)  # else numbers and missing values beside texts become texts
    if array.ndim in {1, 2} and (array.ndim == 1 or array.shape[1] > 1):
        return array
    if array.ndim == 2:
        return array[:, 0] if array.shape[1] == 1 else array
    raise AnOpsError(
        Code.MODEL_OUTPUT,
        f"Can't use the answer of model `{model}`: it must be an array, a Series or a DataFrame with one row for "
        f"each row of the data, not {type(values).__name__}.",
    )


def _names(width: int, names: Sequence[str]) -> Sequence[str]:
    return names if len(names) == width else [f"prediction_{i + 1}" for i in range(width)]


def _readable(name: str, values: Any, model: str) -> Column:  # noqa: ANN401  whatever a Series is made of
    plain = _plain(name, values)
    if plain is not None:
        return plain
    if not has_pandas():
        return _without_pandas(name, np.asarray(values), model)
    from anops_worker.series import column_of_series  # noqa: PLC0415  there are environments without pandas

    return column_of_series(name, values, model)


def _plain(name: str, values: object) -> Column | None:
    """Make a column of an array of numbers or text, as most models return; the way through pandas costs 20 times it."""
    if not isinstance(values, np.ndarray):
        return None
    if values.dtype.kind in _PLAIN_TYPES:
        kind, dtype = _PLAIN_TYPES[values.dtype.kind]
        return Column(name, kind, values.astype(dtype))
    if values.dtype.kind == "U" and (few := _few_texts(values)) is not None:
        return Column(name, "string", np.take(np.array(few.different, dtype=object), few.places), coded=few)
    texts = values.tolist() if values.dtype.kind in "UO" else []
    if texts and set(map(type, texts)) == {str}:
        result = np.empty(len(texts), dtype=object)
        result[:] = texts
        return Column(name, "string", result)
    return None


def _few_texts(values: np.ndarray) -> CodedTexts | None:
    """Return the texts of an array, at least one, of which there are few different ones; None where there are many."""
    places = np.zeros(len(values), dtype=np.int32)
    left = np.ones(len(values), dtype=bool)
    different: list[str] = []
    for number in range(_FEW):
        place = int(left.argmax())
        if not left[place]:
            break
        same = values == values[place]
        places[same] = number
        different.append(str(values[place]))
        left &= ~same
    return None if left.any() or not different else CodedTexts(places, tuple(different))


def _without_pandas(name: str, values: np.ndarray, model: str) -> Column:
    """Make a column of an array in which values are missing, or whose numbers have no sign."""
    if values.dtype.kind == "u" and (not len(values) or values.max() <= np.iinfo(np.int64).max):
        return Column(name, "integer", values.astype(np.int64))
    listed = values.tolist()
    missing = np.array([value is None or value != value for value in listed], dtype=bool)  # noqa: PLR0124  NaN
    kinds = {type(value) for value, gap in zip(listed, missing, strict=True) if not gap}
    if kinds <= {float, int}:
        return Column(name, "number", np.where(missing, np.nan, values).astype(np.float64))
    if kinds == {str}:
        return Column(name, "string", np.where(missing, "", values), missing)
    if kinds == {bool}:
        return Column(name, "boolean", np.where(missing, 0, values).astype(bool), missing)
    kind = type(next((value for value in listed if value is not None), None)).__name__
    raise needs_pandas(
        f"read the answer of model `{model}`", f"its column `{name}` holds {kind} values", code=Code.MODEL_OUTPUT
    )
