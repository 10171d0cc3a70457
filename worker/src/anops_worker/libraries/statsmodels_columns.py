"""What results of statsmodels say of themselves: their columns, from a formula or from arrays, and their data."""

from __future__ import annotations

import ast
from typing import Any

import pandas as pd
from anops_model_interface.schema import ColumnSpec

from anops_worker.libraries.formulas import formula_spec
from anops_worker.python_describe.example_data import spec_of
from anops_worker.python_describe.understanding import Understanding, holds_data, numbers, public_name


def exog_names(results: Any) -> list[str]:  # noqa: ANN401
    """Return the columns of a statsmodels model that was fitted on arrays: parameters that go with none come last.

    `remove_data()` takes the names too, unless something like `summary()` has asked for them before: then they are
    numbered, but for the constant, whose place is known.
    """
    model = getattr(results, "model", None)
    if getattr(model, "formula", None) is not None:
        return []
    names = [str(name) for name in getattr(model, "exog_names", None) or []]
    names = names[int(getattr(model, "k_inflate", 0)) :]  # of a zero-inflated model, the chance of a zero comes first
    exog = getattr(model, "exog", None)
    if exog is not None:
        return names[: exog.shape[1] if exog.ndim == 2 else 1]
    width = len(names or getattr(results, "params", [])) - int(getattr(model, "k_extra", 0))
    constant = getattr(getattr(model, "data", None), "const_idx", None)
    return names[:width] or ["const" if i == constant else f"x{i + 1}" for i in range(width)]


def understood(results: Any, model: Any) -> Understanding:  # noqa: ANN401
    """Return what fitted results say of their columns; of those from a formula, by its parser."""
    formula = getattr(model, "formula", None)
    found = Understanding(
        public_name(type(model)), _summary(results, formula), notes=_notes(model), left_out=_left_out(model)
    )
    if formula is None:
        names = exog_names(results)
        inputs = [name for name in names if name != "const"]
        if len(inputs) < len(names):
            found.notes.append("The constant column `const` is not an input: it is added before predicting.")
        found.inputs = numbers(inputs) if names else None
        exog = getattr(model.data, "orig_exog", None)
        if exog is not None and len(names) == (exog.shape[1] if exog.ndim == 2 else 1):
            found.data = pd.DataFrame(exog)
            found.data.columns = pd.Index(names)
            found.data = found.data[inputs].reset_index(drop=True)
            found.notes.append(holds_data(len(found.data)))
            booleans = [name for name in inputs if pd.api.types.is_bool_dtype(found.data[name])]
            found.inputs = {**numbers(inputs), **{name: ColumnSpec(type="boolean") for name in booleans}}
        return found
    frame = getattr(model.data, "frame", None)
    if not isinstance(frame, pd.DataFrame):
        return found
    found.notes.append(holds_data(len(frame)))
    spec = formula_spec(model)
    factors = _factors(spec)
    names = _raw_names(list(factors), frame, spec)
    found.inputs = {name: _spec(name, frame[name], factors) for name in names}
    found.certain = frozenset(names)
    rows = getattr(model.data, "row_labels", None)  # those without a missing value, which alone were fitted on
    fitted = frame.index.isin(rows) if rows is not None else slice(None)
    found.data = frame.loc[fitted, names]
    return found


def _summary(results: Any, formula: str | None) -> str:  # noqa: ANN401
    model = results.model
    family = getattr(model, "family", None)
    kind = type(model).__name__
    if family is not None:
        kind = f"{kind} ({type(family).__name__}, {type(family.link).__name__} link)"
    text = formula or f"{_response(model)} on {', '.join(exog_names(results))}"
    return f"{kind}: {' '.join(str(text).split())}"


def _response(model: Any) -> str:  # noqa: ANN401
    try:
        return str(model.endog_names)
    except AttributeError:  # its data are removed, and so their name
        return "the response"


def _notes(model: Any) -> list[str]:  # noqa: ANN401
    return ["MixedLM: predictions use the fixed effects only."] if type(model).__name__ == "MixedLM" else []


def _left_out(model: Any) -> list[str]:  # noqa: ANN401
    return [
        f"The model was fitted with an {name}, which predict() leaves out for new data."
        for name in ("offset", "exposure")
        if getattr(model, name, None) is not None
    ]


def _factors(spec: Any) -> dict[str, tuple[Any, ...] | None]:  # noqa: ANN401
    """Return the factors of the right-hand side as code, with the levels of those that are categorical."""
    infos = getattr(spec, "factor_infos", None)
    if infos is not None:  # patsy
        return {factor.code: getattr(info, "categories", None) for factor, info in infos.items()}
    contrasts = getattr(spec, "factor_contrasts", {})  # formulaic
    levels = {str(factor): tuple(state.levels) for factor, state in contrasts.items()}
    return {str(factor): levels.get(str(factor)) for factor in getattr(spec, "factors", levels)}


def _raw_names(codes: list[str], frame: pd.DataFrame, spec: Any) -> list[str]:  # noqa: ANN401
    """Find the columns that a formula reads; a name that is a constant or function of its own is none."""
    required = getattr(spec, "required_variables", None)
    if required is not None:
        return [str(name) for name in frame.columns if name in required]
    read: set[str] = set()
    for code in codes:
        for node in ast.walk(ast.parse(code.strip(), mode="eval")):
            if isinstance(node, ast.Name):
                read.add(node.id)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Q":
                read.update(str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))
    return [str(name) for name in frame.columns if name in read]


def _spec(name: str, values: pd.Series, factors: dict[str, tuple[Any, ...] | None]) -> ColumnSpec:
    own = {name, f"C({name})", f'Q("{name}")', f"Q('{name}')", f'C(Q("{name}"))', f"C(Q('{name}'))"}
    levels = next((factors[code] for code in factors if code in own and factors[code]), None)
    if levels is None:
        return spec_of(values)
    if all(isinstance(level, bool) for level in levels):
        return ColumnSpec(type="boolean")
    if pd.api.types.is_numeric_dtype(values):
        return ColumnSpec(type="number", values=tuple(float(level) for level in levels))
    ordered = isinstance(values.dtype, pd.CategoricalDtype) and bool(values.dtype.ordered)
    return ColumnSpec(type="category", levels=tuple(str(level) for level in levels), ordered=ordered)
