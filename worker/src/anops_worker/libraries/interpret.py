"""Explainable boosting machines of interpret: the levels and ranges that they keep of their columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.libraries.library import Library
from anops_worker.python_describe.sklearn_columns import spec_of_levels

if TYPE_CHECKING:
    from anops_worker.python_describe.understanding import Understanding

_MAY_BE_NO_TEXT = re.compile(r"-?\d+(\.\d+)?|true|false", re.IGNORECASE)
"""Levels like these may have been numbers or booleans, which are kept as texts."""


class Interpret(Library):
    """What is known of interpret."""

    def learn(self, model: Any, found: Understanding) -> None:  # noqa: ANN401  any machine of interpret
        """Add the levels of categories and the ranges of numbers; see `Library`."""
        bins, bounds = getattr(model, "bins_", None), getattr(model, "feature_bounds_", None)
        names = [str(name) for name in getattr(model, "feature_names_in_", None) or ()]
        if found.inputs is None or bins is None or list(found.inputs) != names:
            return
        for place, name in enumerate(names):
            first = bins[place][0]
            if isinstance(first, dict):
                levels = sorted((str(level) for level in first), key=lambda level: first[level])
                if not any(_MAY_BE_NO_TEXT.fullmatch(level) for level in levels):
                    found.inputs[name] = spec_of_levels(levels)
                    found.certain |= {name}
            elif bounds is not None and np.isfinite(bounds[place]).all():
                found.ranges[name] = (float(bounds[place][0]), float(bounds[place][1]))
