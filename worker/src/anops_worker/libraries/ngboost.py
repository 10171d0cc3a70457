"""Models of ngboost, which predict a distribution: intervals and quantiles; they keep no names of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.families.distributions import quantile_family
from anops_worker.libraries.library import Library

if TYPE_CHECKING:
    import pandas as pd

    from anops_worker.families.family import Family


class NGBoost(Library):
    """What is known of ngboost."""

    def column_names(self, model: Any) -> list[str] | None:  # noqa: ANN401  any model of ngboost
        """Return numbers: it makes an array of what it is given; see `Library`."""
        width = getattr(model, "n_features", None)
        return [str(i) for i in range(width)] if isinstance(width, int) else None

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  the same
        """Return the family of a regressor: the mean, with quantiles of its distribution; see `Library`."""
        if hasattr(model, "predict_proba") or not hasattr(model, "pred_dist"):
            return None

        def ask(data: pd.DataFrame, quantiles: list[float] | None = None) -> np.ndarray:
            rows = np.asarray(data)
            if quantiles is None:
                return np.asarray(model.predict(rows))
            told = model.pred_dist(rows)
            return np.column_stack([np.asarray(told.ppf(share)) for share in quantiles])

        return quantile_family(ask)
