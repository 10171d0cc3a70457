"""Results of statsmodels: means with intervals, models of classes, rows with gaps."""

from __future__ import annotations

import inspect
import json
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from anops_worker.families.classifiers import level_name
from anops_worker.families.family import LEVEL, SE, Family, interval_option, split, type_option
from anops_worker.families.named_columns import NamedColumns
from anops_worker.families.whole_rows import filled
from anops_worker.forecasts.family import forecast_family
from anops_worker.form import FRAME, Form
from anops_worker.libraries.formulas import formula_spec, is_read_as_fitted
from anops_worker.libraries.library import Library
from anops_worker.libraries.statsmodels_columns import exog_names, understood
from anops_worker.libraries.statsmodels_forecasts import statsmodels_forecaster
from anops_worker.libraries.statsmodels_reasons import why_failed, why_other_answers, why_refused
from anops_worker.model_data import form_of, suited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_model_interface.schema import OptionSpec

    from anops_worker.python_describe.understanding import Understanding

_OBSERVATIONS = frozenset({"OLS", "WLS", "GLS", "GLSAR"})
"""Models whose `get_prediction` knows an interval of a new observation, not only of the mean."""
_CLASSES = frozenset({"MNLogit", "OrderedModel"})


class Statsmodels(Library):
    """What is known of statsmodels."""

    names_of_formulas = "statsmodels.base.data"

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  any results
        """Return the family of fitted results; see `Library`."""
        fitted = getattr(model, "model", None)
        if fitted is None:
            return None
        forecaster = statsmodels_forecaster(model)
        if forecaster is not None:
            return forecast_family(forecaster)
        return _classes(model, fitted) if type(fitted).__name__ in _CLASSES else _means(model, fitted)

    def settings_changed(self, model: Any) -> bool:  # noqa: ANN401  the same
        """Exchange the engine of formulas where the other one gives the design matrix of the fit; see `Library`."""
        return not is_read_as_fitted(getattr(model, "model", None)) and _other_engine()

    def understand(self, model: Any) -> Understanding | None:  # noqa: ANN401  the same
        """Understand fitted results, from a formula or from arrays; see `Library`."""
        return understood(model, model.model) if hasattr(model, "model") else None

    def form(self, model: Any) -> Form | None:  # noqa: ANN401  the same
        """Return the form of rows; see `Library`: a constant column is put in."""
        if statsmodels_forecaster(model) is not None:
            return FRAME
        return _CONSTANT if "const" in exog_names(model) else FRAME

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Say why results can't answer row by row; see `Library`."""
        return None if statsmodels_forecaster(model) is not None else why_refused(model)

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
        return why_other_answers(model, data)

    def why_failed(self, model: Any, error: BaseException) -> str | None:  # noqa: ANN401  the same
        """Name the term that can be computed of all rows of the fit and not of some; see `Library`."""
        return why_failed(model, error)

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


def _with_constant(results: Any, data: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401
    return data.assign(const=1.0)[exog_names(results)]


def _code(results: Any) -> str:  # noqa: ANN401
    listed = json.dumps(exog_names(results), ensure_ascii=False)
    return f"data = data.assign(const=1.0)[{listed}]  # fitted with a constant"


_CONSTANT = Form("constant", _with_constant, _code)
