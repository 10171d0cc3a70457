"""What regressors add to a forecast of statsmodels, where they do so without a say in the states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEAR = 1e-11
_STEPS = 3


def effects_of(results: Any, regressors: Sequence[str]) -> np.ndarray | None:  # noqa: ANN401  any results
    """Return the coefficients by which regressors add to a forecast; None where they do otherwise, or it is not known.

    They are looked up by name, and tried: a forecast with regressors must be one without them and their sum.

    Args:
        results: Results of a model in state space.
        regressors: Their names, in the order of the fit.
    """
    known = dict(zip(results.model.param_names, np.asarray(results.params, dtype=np.float64), strict=True))
    found = [known.get(name, known.get(f"beta.{name}")) for name in regressors]
    if any(each is None for each in found) or len(set(regressors)) < len(regressors):
        return None
    effects = np.array(found, dtype=np.float64)
    given = 1.0 + np.arange(_STEPS * len(regressors), dtype=np.float64).reshape(_STEPS, -1) ** 2
    none, some = (results.get_forecast(_STEPS, exog=each) for each in (np.zeros_like(given), given))
    means = [np.asarray(each.predicted_mean, dtype=np.float64) for each in (none, some)]
    errors = [np.asarray(each.se_mean, dtype=np.float64) for each in (none, some)]
    scale = np.max(np.abs(given) @ np.abs(effects)) + np.max(np.abs(means[0]))
    same = np.allclose(means[1], means[0] + given @ effects, rtol=0, atol=_NEAR * scale)
    return effects if same and np.allclose(errors[0], errors[1], rtol=_NEAR, atol=0) else None
