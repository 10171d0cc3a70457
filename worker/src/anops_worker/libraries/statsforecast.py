"""Panels of statsforecast, and its models by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_worker.forecasts.family import forecast_family
from anops_worker.libraries import library
from anops_worker.libraries.statsforecast_series import SingleModel, StatsForecastPanel

if TYPE_CHECKING:
    from anops_worker.families.family import Family


class StatsForecast(library.Library):
    """What is known of statsforecast."""

    follows_conventions = False

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  any object of the library
        """Return how a panel or a model is asked; see `Library`."""
        if hasattr(model, "fitted_") and hasattr(model, "uids"):
            return forecast_family(StatsForecastPanel(model))
        return forecast_family(SingleModel(model)) if hasattr(model, "model_") else None

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Say that it was not fitted; see `Library`."""
        fitted = hasattr(model, "fitted_") or hasattr(model, "model_")
        return None if fitted else "it is not fitted: call fit() before it is saved, since forecast() keeps no model"
