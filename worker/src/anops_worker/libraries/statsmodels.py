"""Results of statsmodels: their columns, means with intervals, models of classes, rows with gaps, offsets."""

from __future__ import annotations

import ast
import inspect
import json
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.schema import ColumnSpec

from anops_worker.families.classifiers import level_name
from anops_worker.families.family import LEVEL, SE, Family, interval_option, split, type_option
from anops_worker.families.named_columns import NamedColumns
from anops_worker.families.whole_rows import filled
from anops_worker.form import FRAME, Form
from anops_worker.libraries.formulas import formula_spec, is_read_as_fitted, terms_made_anew
from anops_worker.libraries.library import Library
from anops_worker.model_data import form_of, suited
from anops_worker.python_describe.example_data import spec_of
from anops_worker.python_describe.understanding import OFFSET_LEFT_OUT, Understanding, holds_data, numbers, public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_model_interface.schema import OptionSpec

_MOST_SHOWN = 8
_OBSERVATIONS = frozenset({"OLS", "WLS", "GLS", "GLSAR"})
"""Models whose `get_prediction` knows an interval of a new observation, not only of the mean."""
_LINK_ON_REQUEST = frozenset({"mean", "linear"})
_CLASSES = frozenset({"MNLogit", "OrderedModel"})
_OF_STATSMODELS = {
    "PHReg": "gives hazard ratios in an object of its own: "
    '`model.predict(exog=data[model.model.exog_names], transform=False, pred_type="hr").predicted_values`',
    "OrdinalGEE": "takes rows that are repeated for each level of the response",
    "NominalGEE": "takes rows that are repeated for each level of the response",
    "GLMGam": "takes the columns of its smooth terms apart from the others, `predict(exog, exog_smooth=…)`",
}
"""What is special about the predict() of some models."""


class Statsmodels(Library):
    """What is known of statsmodels."""

    names_of_formulas = "statsmodels.base.data"

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  any results
        """Return the family of fitted results; see `Library`."""
        fitted = getattr(model, "model", None)
        if fitted is None:
            return None
        return _classes(model, fitted) if type(fitted).__name__ in _CLASSES else _means(model, fitted)

    def settings_changed(self, model: Any) -> bool:  # noqa: ANN401  the same
        """Exchange the engine of formulas where the other one gives the design matrix of the fit; see `Library`."""
        return not is_read_as_fitted(getattr(model, "model", None)) and _other_engine()

    def understand(self, model: Any) -> Understanding | None:  # noqa: ANN401  the same
        """Understand fitted results, from a formula or from arrays; see `Library`."""
        return _understood(model, model.model) if hasattr(model, "model") else None

    def form(self, model: Any) -> Form | None:  # noqa: ANN401  the same
        """Return the form of rows; see `Library`: a constant column is put in."""
        return _CONSTANT if "const" in exog_names(model) else FRAME

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Say why results can't answer row by row; see `Library`."""
        return _of_statsmodels(model)

    def own_answers(self, model: Any) -> np.ndarray | None:  # noqa: ANN401  the same
        """Return the answers to the design matrix that it keeps, offset and all; see `Library`.

        Not `fittedvalues`: those of counts and classes are on the scale of the link, and lack the offset.
        """
        if not hasattr(model, "model"):
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                values = np.asarray(model.predict(), dtype=np.float64)
        except Exception:  # noqa: BLE001  one without its data, or of a kind that can't: nothing to compare with
            return None
        return values.reshape(len(values), -1) if values.ndim else None

    def why_other_answers(self, model: Any, data: pd.DataFrame) -> str | None:  # noqa: ANN401  the same
        """Name the offset that predict() leaves out, or the terms that look at a whole column; see `Library`."""
        return _reason(model, data)

    def remover(self, model: Any) -> Callable[[], object] | None:  # noqa: ANN401  the same
        """Return `remove_data`; see `Library`."""
        return getattr(model, "remove_data", None)

    def modules(self, model: Any) -> set[str]:  # noqa: ANN401  the same
        """Return the formula's parser, of which no object is saved; see `Library`."""
        return {type(formula_spec(getattr(model, "model", None))).__module__}


def _other_engine() -> bool:
    """Set the engine of formulas that is not set, of which no saved object keeps the name; say whether there is one."""
    if find_spec("patsy") is None or find_spec("formulaic") is None:
        return False
    from statsmodels import formula  # noqa: PLC0415  imported as the model was loaded

    options = getattr(formula, "options", None)  # there is one engine before 0.15
    if options is None:
        return False
    options.formula_engine = "patsy" if options.formula_engine == "formulaic" else "formulaic"
    return True


def _means(results: Any, model: Any) -> Family:  # noqa: ANN401
    known: dict[str, OptionSpec] = {}
    if _has_link(model):
        known["type"] = type_option(["response", "link"])
    if callable(getattr(results, "get_prediction", None)):
        kinds = ["confidence", "prediction"] if type(model).__name__ in _OBSERVATIONS else ["confidence"]
        known |= {"interval": interval_option(*kinds), "level": LEVEL, "se": SE}
    form = form_of(results)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, others = split(options, known)
        scale = {"which": "linear"} if own.get("type") == "link" else {}
        point = filled(data, lambda rows: results.predict(suited(results, rows, form), **scale, **others))
        interval = own.get("interval", "none")
        if interval == "none" and not own.get("se"):
            return point
        columns = {name: np.full(len(data), np.nan) for name in ("lower", "upper", "se")}
        where = np.flatnonzero(~np.isnan(point))
        if len(where):
            exact = results.get_prediction(suited(results, data.iloc[where], form), **scale)
            table = exact.summary_frame(alpha=1 - own["level"]).to_numpy()
            # statsmodels names these columns in three ways, always in this order: mean, se, limits of the mean,
            # limits of an observation
            first = 4 if interval == "prediction" else 2
            columns["se"][where] = table[:, 1]
            columns["lower"][where], columns["upper"][where] = table[:, first], table[:, first + 1]
        wanted = ["lower", "upper"] * (interval != "none") + ["se"] * bool(own["se"])
        return NamedColumns(["prediction", *wanted], [point, *(columns[name] for name in wanted)])

    return Family(predict, known, keeps_gaps=True)


def _has_link(model: Any) -> bool:  # noqa: ANN401
    """Say whether `predict` can be asked for the linear predictor, and that is another thing than the answer."""
    link = getattr(getattr(model, "family", None), "link", None)
    if link is not None and type(link).__name__ == "Identity":
        return False
    try:
        return "which" in inspect.signature(model.predict).parameters
    except (TypeError, ValueError):
        return False


def _classes(results: Any, model: Any) -> Family:  # noqa: ANN401
    known = {"type": type_option(["probability", "class"])}
    labels = getattr(model, "labels", None)
    if labels is None:
        codes = getattr(model, "_ynames_map", {})
        labels = [codes[code] for code in sorted(codes)]
    names = [level_name(label) for label in labels]
    form = form_of(results)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, others = split(options, known)
        shares = filled(data, lambda rows: results.predict(suited(results, rows, form), **others), width=len(names))
        if own["type"] == "probability":
            return NamedColumns.of(shares, names)
        gaps = np.isnan(shares).any(axis=1)
        best = np.where(gaps, -1, np.nan_to_num(shares).argmax(axis=1))
        return pd.Series(pd.Categorical.from_codes(best, categories=pd.Index(names)))

    return Family(predict, known, keeps_gaps=True)


def _understood(results: Any, model: Any) -> Understanding:  # noqa: ANN401
    formula = getattr(model, "formula", None)
    found = Understanding(public_name(type(model)), _summary(results, formula), notes=_notes(model))
    if formula is None:
        names = exog_names(results)
        inputs = [name for name in names if name != "const"]
        if len(inputs) < len(names):
            found.notes.append("The constant column `const` is no input: it is put in before predicting.")
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
    notes = []
    notes += [
        f"The model was fitted with an {name}{OFFSET_LEFT_OUT}"
        for name in ("offset", "exposure")
        if getattr(model, name, None) is not None
    ]
    if type(model).__name__ == "MixedLM":
        notes.append("MixedLM: predictions are of the fixed effects alone.")
    return notes


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


def _of_statsmodels(results: Any) -> str | None:  # noqa: ANN401
    model = getattr(results, "model", None)
    kind = type(model).__name__ if model is not None else type(results).__name__
    # some live elsewhere and are built upon those: RecursiveLS
    kinds = [*type(results).mro(), *type(getattr(results, "_results", None)).mro()]
    if any(each.__module__.startswith("statsmodels.tsa.") for each in kinds):
        return f"{kind} is a model of a time series: it forecasts from the end of its own data, and not row by row"
    if kind in _OF_STATSMODELS:
        return f"{kind}'s predict() {_OF_STATSMODELS[kind]}"
    if kind.startswith("ZeroInflated") and not getattr(model, "_no_exog_infl", False):
        return f"{kind}'s predict() takes the columns of the inflation apart from the others (exog_infl)"
    if model is None:
        return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind} is no fitted result; save what fit() returned"
    return None


def _reason(results: Any, data: pd.DataFrame) -> str:  # noqa: ANN401
    for name in ("exposure", "offset"):
        values = _argument(results, name)
        if values is None:
            continue
        column, code = _column_of(results, values, name)
        return (
            f"predict() of statsmodels leaves out the argument `{name}=` of the fit. Send it as a column: add "
            f"`{column}` to [model.inputs] of ao.toml, take [model.options] out, and give model.py a "
            "function predict_model(model, data) that "
            f"ends with `return model.predict({_design(results)}, {name}={code})`."
        )
    terms = terms_made_anew(results.model, data)
    named = ", ".join(f"`{term}`" for term in terms[:_MOST_SHOWN])
    return (
        f"{named or 'Some term'} of the formula {'are' if len(terms) > 1 else 'is'} computed anew from the rows that "
        "are sent, not from those of the fit. Compute such columns before the fit, and send them; or use center(), "
        "standardize() or bs() of the formula, of which a fit keeps what new rows need."
    )


def _argument(results: Any, name: str) -> np.ndarray | None:  # noqa: ANN401
    """Return an offset or exposure of the fit as it was given; None where there was none."""
    model = results.model
    values = getattr(model, name, None)
    if values is None or np.ndim(values) != 1 or not np.any(values):
        return None
    return np.exp(values) if name == "exposure" else np.asarray(values)  # it is kept as its logarithm


def _column_of(results: Any, values: np.ndarray, name: str) -> tuple[str, str]:  # noqa: ANN401
    """Find the column of the kept data that an offset or exposure is, or is the logarithm of."""
    frame = getattr(results.model.data, "frame", None)
    if isinstance(frame, pd.DataFrame) and len(frame) == len(values):
        numbers = frame.select_dtypes("number")
        for column in numbers.columns:
            own = numbers[column].to_numpy(dtype=np.float64)
            if np.allclose(own, values):
                return str(column), f'data["{column}"]'
            if name == "offset" and (own > 0).all() and np.allclose(np.log(own), values):
                return str(column), f'np.log(data["{column}"])'
    return name, f'data["{name}"]'


def _design(results: Any) -> str:  # noqa: ANN401
    """Return the Python that takes a fit's own columns out of those of a request."""
    names = exog_names(results)
    if not names:
        return "data"
    return f"data{'.assign(const=1.0)' if 'const' in names else ''}[{json.dumps(names, ensure_ascii=False)}]"


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


def _with_constant(results: Any, data: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401
    return data.assign(const=1.0)[exog_names(results)]


def _code(results: Any) -> str:  # noqa: ANN401
    listed = json.dumps(exog_names(results), ensure_ascii=False)
    return f"data = data.assign(const=1.0)[{listed}]  # fitted with a constant"


_CONSTANT = Form("constant", _with_constant, _code)
