"""Finds the data that a fitted Python object keeps: rows it was fitted on, frames of a notebook."""

from __future__ import annotations

import pickle
import sys
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_project.examination.leftovers import Leftover

from anops_worker.libraries.finding import libraries_of, library_says

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FIRST = "model"
_LEAST_ROWS = 10
"""Fewer rows than this are coefficients or levels rather than data."""
_LEAST_BYTES = 100_000
"""From this size on, an array counts even where nothing says that its rows are those of the training."""
_DEEPEST, _WIDEST, _MOST = 12, 50, 20_000
_BY_NATURE = frozenset({"_fit_X", "_y", "X_train_", "y_train_", "X_fit_", "X_", "support_vectors_", "X_thresholds_"})
"""Where scikit-learn keeps rows by the nature of a method: neighbours, Gaussian processes, kernels."""
_OUT_OF_BAG = frozenset({"oob_prediction_", "oob_decision_function_"})
"""Where scikit-learn keeps a value for each row that nothing but a look at the fit needs."""
_ARRAYS = ("numpy", "scipy")
_MAIN = "__main__"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something hangs: at a key of its owner, which is found at `where`.

    `variable` is what a function calls it that brought it along from the function around it.
    """

    owner: Any
    key: Any
    where: str
    value: Any
    captured: bool
    variable: str | None = None

    @property
    def path(self) -> str:
        if self.variable is not None:
            return f"{self.where}, variable {self.variable}"
        is_inside = isinstance(self.owner, dict | list | tuple)
        return f"{self.where}[{self.key!r}]" if is_inside else f"{self.where}.{self.key}"

    @property
    def is_of_a_library(self) -> bool:
        """Whether a library's own object has it, in which nothing should be changed by hand."""
        is_theirs = bool(libraries_of(self.owner)) or type(self.owner).__module__.startswith(_ARRAYS)
        return is_theirs and self.key not in _OUT_OF_BAG


class PythonInspection:
    """A Python model, opened; see `Inspection`."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401  any model
        self._model = model
        found = [place for place in _places(model) if _is_table(place.value)]
        rows = _training_rows(model, found)
        self._places = [place for place in found if _counts(place, rows)]
        self.leftovers: Sequence[Leftover] = [_leftover(place) for place in self._places]
        self._saves = _can_be_saved(model)
        self._remove_data = _remover(model)
        if self._remove_data is not None and self._places:
            # their arrays hang together by references; the library knows which to drop, and can't undo it
            self.leftovers = [_all_at_once(self._places)]

    def take_out(self, place: int) -> bool:
        """Take one of the leftovers out; see `Inspection.take_out`."""
        if self._remove_data is not None:
            # a model that can't be saved any more is no use
            return self._saves and self._is_removed() and _can_be_saved(self._model)
        if self._places[place].is_of_a_library or not _put(self._places[place], None):
            return False
        if self._saves and not _can_be_saved(self._model):
            self.put_back(place)
            return False
        return True

    def _is_removed(self) -> bool:
        """Let the library remove its data, and see whether it did: from a formula, it keeps the frame."""
        try:
            self._remove_data()
        except (AttributeError, RecursionError):  # it is offered for models that it was not written for
            return False
        return not any(_is_there(place) for place in self._places)

    def put_back(self, place: int) -> None:
        """Put it back; see `Inspection.put_back`."""
        if self._remove_data is None:
            _put(self._places[place], self._places[place].value)


def _places(model: Any) -> Iterator[_Place]:  # noqa: ANN401
    """Walk through an object, yielding everything that hangs in it once."""
    waiting: list[tuple[Any, str, int, bool]] = [(model, _FIRST, 0, False)]
    seen = {id(model)}
    while waiting and len(seen) < _MOST:
        owner, where, depth, captured = waiting.pop(0)
        for place in _children(owner, where, captured=captured):
            if id(place.value) in seen or isinstance(place.value, type | int | float | str | bytes | None):
                continue
            seen.add(id(place.value))
            yield place
            if depth < _DEEPEST and not _is_table(place.value):
                waiting.append((place.value, place.path, depth + 1, place.captured))


def _children(owner: Any, where: str, *, captured: bool) -> Iterator[_Place]:  # noqa: ANN401
    if isinstance(owner, MethodType):
        owner = owner.__func__
    if isinstance(owner, FunctionType):
        yield from _captured_by(owner, where)
        return
    if isinstance(owner, dict):
        pairs: list[tuple[Any, Any]] = list(owner.items())[:_WIDEST]
    elif isinstance(owner, list | tuple | set):
        pairs = list(enumerate(owner))[:_WIDEST]
    else:
        pairs = list(getattr(owner, "__dict__", {}).items()) if not isinstance(owner, type(np)) else []
    for key, value in pairs:
        yield _Place(owner, key, where, value, captured)


def _captured_by(function: FunctionType, where: str) -> Iterator[_Place]:
    """Yield the variables that a function of a notebook or script brought along; those of a package stay there."""
    code = function.__code__
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=False):
        try:
            yield _Place(cell, "cell_contents", where, cell.cell_contents, captured=True, variable=name)
        except ValueError:  # never filled
            continue
    if function.__module__ == _MAIN or function.__module__ is None:
        names = [name for name in code.co_names if name in function.__globals__]
        for name in names:
            yield _Place(function.__globals__, name, where, function.__globals__[name], captured=True)


def _is_table(value: Any) -> bool:  # noqa: ANN401
    is_array = isinstance(value, np.ndarray) and value.ndim in {1, 2} and value.dtype.kind != "V"
    return is_array or _is_of_pandas(value) or _is_sparse(value)


def _is_of_pandas(value: Any) -> bool:  # noqa: ANN401
    return _is_data_frame(value) or _is_kind(value, "Series")


def _is_data_frame(value: Any) -> bool:  # noqa: ANN401
    return _is_kind(value, "DataFrame")


def _is_kind(value: Any, name: str) -> bool:  # noqa: ANN401
    """Say whether something is of a class of pandas, which nobody has imported where nothing is."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, getattr(pandas, name))


def _is_sparse(value: Any) -> bool:  # noqa: ANN401
    return type(value).__module__.startswith("scipy.sparse") and hasattr(value, "nnz")


def _training_rows(model: Any, found: list[_Place]) -> set[int]:  # noqa: ANN401
    """Tell the numbers of rows that mark something as the data of the training."""
    known = {getattr(model, name, None) for name in ("nobs", "n_samples_fit_")}
    rows = {int(number) for number in known if isinstance(number, int | float | np.number)}
    for place in found:
        if _is_data_frame(place.value) or place.key in _BY_NATURE | _OUT_OF_BAG:
            rows.add(place.value.shape[0])
    return {number for number in rows if number >= _LEAST_ROWS}


def _counts(place: _Place, rows: set[int]) -> bool:
    size = int(place.value.shape[0])
    known = place.key in _BY_NATURE | _OUT_OF_BAG or _is_of_pandas(place.value)
    if place.captured or known:
        return size >= _LEAST_ROWS
    return not place.is_of_a_library and (size in rows or _bytes(place.value) >= _LEAST_BYTES)


def _leftover(place: _Place) -> Leftover:
    return Leftover(
        kind="environment" if place.captured else "data",
        name=str(place.key) if place.variable is None else place.variable,
        where=place.where,
        what=_what(place.value),
        rows=place.value.shape[0],
        bytes=_bytes(place.value),
        strip=None if place.captured or place.is_of_a_library else f"{place.path} = None",
    )


def _what(value: Any) -> str:  # noqa: ANN401
    rows = value.shape[0]
    if _is_data_frame(value):
        return f"a data frame with {rows} rows and {_columns(value)}"
    if _is_of_pandas(value) or len(value.shape) == 1:
        return f"{rows} values"
    return f"a{' sparse' if _is_sparse(value) else 'n'} array with {rows} rows and {_columns(value)}"


def _columns(value: Any) -> str:  # noqa: ANN401
    count = value.shape[1]
    return "1 column" if count == 1 else f"{count} columns"


def _bytes(value: Any) -> int:  # noqa: ANN401
    if _is_data_frame(value):
        return int(value.memory_usage(deep=True).sum())
    if _is_of_pandas(value):
        return int(value.memory_usage(deep=True))
    if _is_sparse(value):
        return int(sum(part.nbytes for part in vars(value).values() if isinstance(part, np.ndarray)))
    return int(value.nbytes)


def _put(place: _Place, value: Any) -> bool:  # noqa: ANN401
    """Hang something else there; return whether that could be done."""
    try:
        if isinstance(place.owner, dict | list):
            place.owner[place.key] = value
        else:
            setattr(place.owner, place.key, value)
    except (AttributeError, TypeError, ValueError):
        return False
    return True


def _is_there(place: _Place) -> bool:
    """Say whether something still hangs where it was found."""
    if isinstance(place.owner, dict):
        return place.owner.get(place.key) is place.value
    return getattr(place.owner, str(place.key), None) is place.value


def _can_be_saved(model: Any) -> bool:  # noqa: ANN401
    """Say whether a model can be pickled and loaded again; those with classes of a notebook often can't here."""
    try:
        pickle.loads(pickle.dumps(model, protocol=5))  # noqa: S301  pickled the moment before
    except Exception:  # noqa: BLE001  whatever a class raises
        return False
    return True


def _remover(model: Any) -> Any:  # noqa: ANN401
    return library_says(model, lambda library: library.remover(model))


def _all_at_once(places: list[_Place]) -> Leftover:
    first = max(places, key=lambda place: (_is_data_frame(place.value), *reversed(place.value.shape)))
    return Leftover(
        kind="data",
        name="data",
        where=f"{_FIRST}.model",
        what=_what(first.value),
        rows=first.value.shape[0],
        bytes=sum(_bytes(place.value) for place in places),
        strip="model.summary(); model.remove_data()",  # the first alone makes the columns keep their names
    )
