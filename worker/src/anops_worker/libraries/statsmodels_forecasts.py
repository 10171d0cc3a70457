"""Finds what a fitted model of a time series can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anops_worker.forecasts.forecaster import Forecaster

_HOLT_WINTERS = frozenset({"ExponentialSmoothing", "Holt", "SimpleExpSmoothing"})
_STATE_SPACE = frozenset({"SARIMAX", "UnobservedComponents", "ExponentialSmoothing"})


def statsmodels_forecaster(results: Any) -> Forecaster | None:  # noqa: ANN401  any results
    """Return what results of statsmodels can forecast; None where they are none of one series that we know."""
    inner = getattr(results, "_results", results)
    kinds = {each.__name__: each.__module__ for each in type(inner).__mro__}
    if not any(module.startswith("statsmodels.tsa.") for module in kinds.values()):
        return None
    model = getattr(inner, "model", None)
    names = {each.__name__ for each in type(model).__mro__ if each.__module__.startswith("statsmodels.tsa.statespace.")}
    if type(inner).__name__ == "STLForecastResults":
        from anops_worker.libraries.statsmodels_decomposed import Decomposed  # noqa: PLC0415  only who has one needs it

        # its forecasts would ask for regressors in a way that no two models share
        return (
            None if getattr(model, "exog", None) is not None else Decomposed(results, levels=bool(names & _STATE_SPACE))
        )
    if names & _STATE_SPACE and getattr(model, "k_endog", 0) == 1:
        from anops_worker.forecasts.state_space import StateSpace  # noqa: PLC0415  only who has such a model needs it

        return StateSpace(results)
    kind = type(model).__name__
    if kind == "ETSModel" or kind in _HOLT_WINTERS:
        from anops_worker.libraries.statsmodels_smoothing import Ets, HoltWinters  # noqa: PLC0415  the same

        return Ets(results) if kind == "ETSModel" else HoltWinters(results)
    return None
