"""Formulas of patsy and formulaic: what is kept of them, and terms that look at a whole column of a request."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from anops_worker.python_describe.sklearn_columns import spec_of_levels
from anops_worker.raised import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_interface.schema import ColumnSpec

_FACTOR = re.compile(r"evaluate factor `(?P<term>.+)`")
"""How formulaic names a term that it can't compute."""
_FEW = 5
"""So many rows are looked at without the others."""


def terms_made_anew(model: Any, data: pd.DataFrame) -> list[str]:  # noqa: ANN401  any model of statsmodels
    """Name the columns of a design matrix that are other ones for some rows than for all rows of the fit.

    Args:
        model: What was fitted, from a formula.
        data: The rows of the fit.

    Returns:
        The terms as the library writes them: "x / np.max(x)"; empty where there are none, or it can't be told.
    """
    design = _design_of(model)
    if design is None or not len(data):
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            together = design(data)
            parts = [(places, design(data.iloc[places])) for places in _parts(len(data))]
    except Exception:  # noqa: BLE001  whatever a formula of a person's own does
        return []
    other = np.zeros(together.shape[1], dtype=bool)
    for places, part in parts:
        if len(part) == len(places) and len(together) == len(data):  # else some were dropped
            other |= ~_same(part, together.iloc[places]).all(axis=0)
    return [str(name) for name, each in zip(together.columns, other, strict=True) if each]


def term_that_failed(model: Any, error: BaseException) -> str | None:  # noqa: ANN401  the same
    """Name the term of a formula that failed for some rows, and does not for all rows of the fit.

    Args:
        model: What was fitted.
        error: What was raised for some rows.

    Returns:
        The term as the library writes it: "pd.cut(x, 3)"; None where it was no term, or fails for all rows, too.
    """
    design, frame = _design_of(model), getattr(getattr(model, "data", None), "frame", None)
    term = _named_in(error)
    if design is None or term is None or not isinstance(frame, pd.DataFrame):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            design(frame)
    except Exception:  # noqa: BLE001  whatever a formula of a person's own does
        return None
    return term


def _named_in(error: BaseException | None) -> str | None:
    """Return the term that an error of patsy or formulaic, or what raised it, is about."""
    while error is not None:
        origin: Any = getattr(error, "origin", None)
        if hasattr(origin, "relevant_code"):
            return str(origin.relevant_code())
        told = _FACTOR.search(text_of(error))
        if told:
            return told["term"]
        error = error.__cause__
    return None


def is_read_as_fitted(model: Any) -> bool:  # noqa: ANN401  any model of statsmodels
    """Say whether a formula, which is read again as a model is loaded, gives the design matrix of the fit.

    Args:
        model: What was fitted, from a formula or not.

    Returns:
        False only where it is seen that it does not.
    """
    design, data = _design_of(model), getattr(model, "data", None)
    fitted, frame = getattr(data, "orig_exog", None), getattr(data, "frame", None)
    if design is None or not isinstance(fitted, pd.DataFrame) or not isinstance(frame, pd.DataFrame):
        return True
    if not frame.index.is_unique or not len(fitted):
        return True
    few = fitted.index[np.unique(np.linspace(0, len(fitted) - 1, _FEW).round().astype(int))]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # a few tell it mostly, but for terms that look at a whole column
            return _is_part(design(frame.loc[few]), fitted) or _is_part(design(frame), fitted)
    except Exception:  # noqa: BLE001  whatever a formula of a person's own does
        return True


def _is_part(read: pd.DataFrame, fitted: pd.DataFrame) -> bool:
    same_columns = [str(name) for name in read.columns] == [str(name) for name in fitted.columns]
    return same_columns and bool(_same(read, fitted.loc[read.index]).all())


def _parts(rows: int) -> list[np.ndarray]:
    """Return the places of some rows: of each half, a few from everywhere, and each of these alone."""
    few = np.unique(np.linspace(0, rows - 1, _FEW).round().astype(int))
    return [np.arange(rows // 2), np.arange(rows // 2, rows), few, *few.reshape(-1, 1)]


def _same(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    numbers = one.to_numpy(dtype=np.float64), other.to_numpy(dtype=np.float64)
    result: np.ndarray = np.isclose(*numbers, rtol=1e-8, atol=1e-12, equal_nan=True)
    return result


def _design_of(model: Any) -> Callable[[pd.DataFrame], pd.DataFrame] | None:  # noqa: ANN401
    """Return what makes a design matrix of rows, by patsy or formulaic."""
    if getattr(model, "formula", None) is None:
        return None
    spec = formula_spec(model)
    if hasattr(spec, "factor_infos"):
        from patsy import build_design_matrices  # noqa: PLC0415  only where it has made the formula

        return lambda rows: build_design_matrices([spec], rows, return_type="dataframe")[0]
    if hasattr(spec, "get_model_matrix"):
        return lambda rows: pd.DataFrame(spec.get_model_matrix(rows))
    return None


def formula_spec(model: Any) -> Any:  # noqa: ANN401
    """Return what statsmodels keeps of a parsed formula; None where there is none. Before 0.15 it had another name."""
    data = getattr(model, "data", None)
    return getattr(data, "model_spec", None) or getattr(data, "design_info", None)


def variables_of_formula(spec: Any) -> list[str]:  # noqa: ANN401  what formulaic keeps
    """Return the columns that a formula reads, in its order."""
    wanted = {str(name) for name in spec.required_variables}
    read = [str(name) for each in spec.factor_variables.values() for name in each]
    return [name for name in dict.fromkeys(read) if name in wanted]


def levels_of_formula(spec: Any) -> dict[str, ColumnSpec]:  # noqa: ANN401  the same, or None
    """Return the columns whose levels a formula keeps."""
    found: dict[str, ColumnSpec] = {}
    for factor, (_, state) in (spec.encoder_state if spec is not None else {}).items():
        read = {str(name) for each, names in spec.factor_variables.items() if str(each) == factor for name in names}
        levels = state.get("categories")
        names = read & {str(name) for name in spec.required_variables}
        if levels is not None and len(names) == 1:
            found[names.pop()] = spec_of_levels(list(levels))
    return found
