"""Objects that can't answer row by row by themselves: why not, in a sentence."""

from __future__ import annotations

from typing import Any


def why_refused(model: Any) -> str | None:  # noqa: ANN401  any object
    """Say why an object can't predict the rows of a request; None where nothing is known against it.

    Args:
        model: The fitted object.
    """
    kind, home = type(model).__name__, type(model).__module__
    if isinstance(model, type):
        return f"the object is the class {model.__name__} itself, and no fitted model"
    if home.startswith("pandas."):
        return f"the object is a {kind}, and no fitted model"
    if home.startswith("statsmodels."):
        return _of_statsmodels(model)
    if hasattr(model, "predict") or hasattr(model, "transform"):
        return _unfitted(model)
    return _without_predict(model, kind)


def _without_predict(model: Any, kind: str) -> str | None:  # noqa: ANN401
    if kind == "LocalOutlierFactor":
        return "a LocalOutlierFactor judges new rows only where it was fitted with novelty=True"
    if hasattr(model, "fit_predict") or hasattr(model, "fit_transform"):
        return f"a {kind} knows only the rows it was fitted on; it has no predict() for new ones"
    return None


_OF_STATSMODELS = {
    "PHReg": "gives hazard ratios in an object of its own: "
    '`model.predict(exog=data[model.model.exog_names], transform=False, pred_type="hr").predicted_values`',
    "OrdinalGEE": "takes rows that are repeated for each level of the response",
    "NominalGEE": "takes rows that are repeated for each level of the response",
    "GLMGam": "takes the columns of its smooth terms apart from the others, `predict(exog, exog_smooth=…)`",
}
"""What is special about the predict() of some models."""


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


def _unfitted(model: Any) -> str | None:  # noqa: ANN401
    if type(model).__module__.partition(".")[0] != "sklearn":
        return None
    from sklearn.exceptions import NotFittedError  # noqa: PLC0415  there, since the model is
    from sklearn.utils.validation import check_is_fitted  # noqa: PLC0415

    try:
        check_is_fitted(model)
    except NotFittedError:
        return f"the {type(model).__name__} is not fitted"
    except TypeError:  # no estimator by its own account
        return None
    return None
