"""Objects that can't answer row by row by themselves: why not, in a sentence."""

from __future__ import annotations

from typing import Any


def why_refused(model: Any) -> str | None:  # noqa: ANN401  any object
    """Say why an object can't predict the rows of a request; None where nothing is known against it.

    Args:
        model: The fitted object.
    """
    kind, home = type(model).__name__, type(model).__module__
    if home.startswith("statsmodels."):
        return _of_statsmodels(model, home)
    if hasattr(model, "predict") or hasattr(model, "transform"):
        return _unfitted(model)
    if kind == "LocalOutlierFactor":
        return "a LocalOutlierFactor judges new rows only where it was fitted with novelty=True"
    if hasattr(model, "fit_predict") or hasattr(model, "fit_transform"):
        return f"a {kind} knows only the rows it was fitted on; it has no predict() for new ones"
    return None


def _of_statsmodels(results: Any, home: str) -> str | None:  # noqa: ANN401
    model = getattr(results, "model", None)
    kind = type(model).__name__ if model is not None else type(results).__name__
    if home.startswith("statsmodels.tsa."):
        return f"{kind} is a model of a time series: it forecasts from the end of its own data, and not row by row"
    if kind == "PHReg":
        return "PHReg's predict() gives hazard ratios in an object of its own, with no formula applied to the rows"
    if kind == "GLMGam":
        return "GLMGam's predict() takes the columns of its smooth terms apart from the others (exog_smooth)"
    if kind.startswith("ZeroInflated"):
        return f"{kind}'s predict() takes the columns of the inflation apart from the others (exog_infl)"
    if model is None:
        return f"a {kind} is no fitted result; save what fit() returned"
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
