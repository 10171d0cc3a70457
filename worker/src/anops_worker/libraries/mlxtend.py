"""Models of mlxtend: its own take arrays alone, its ensembles keep their parts where no convention looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.estimators import names_in, width_of
from anops_worker.libraries.library import Library
from anops_worker.model_data import ARRAY

if TYPE_CHECKING:
    from anops_worker.form import Form


class Mlxtend(Library):
    """What is known of mlxtend."""

    def column_names(self, model: Any) -> list[str] | None:  # noqa: ANN401  any model of mlxtend
        """Return the columns of the first of its parts, or numbers; see `Library`."""
        parts = getattr(model, "clfs_", None) or getattr(model, "regr_", None)
        weights = getattr(model, "w_", None)
        if parts:
            names, width = names_in(parts[0]), width_of(parts[0])
        else:
            names, width = None, len(weights) if isinstance(weights, np.ndarray) else None
        return names or ([str(i) for i in range(width)] if width else None)

    def form(self, model: Any) -> Form | None:  # noqa: ANN401  the same
        """Return the form of rows; see `Library`."""
        own = any(each.__module__.startswith("mlxtend._base") for each in type(model).__mro__)
        return ARRAY if own else None
