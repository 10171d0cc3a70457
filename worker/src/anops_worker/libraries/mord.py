"""Ordinal models of mord, which keep a coefficient for each column and neither names nor number of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from anops_worker.libraries.library import Library


class Mord(Library):
    """What is known of mord."""

    def column_names(self, model: Any) -> list[str] | None:  # noqa: ANN401  any model of mord
        """Return numbers; see `Library`."""
        weights = getattr(model, "coef_", None)
        if getattr(model, "feature_names_in_", None) is not None or not isinstance(weights, np.ndarray):
            return None
        return [str(i) for i in range(weights.shape[-1])]
