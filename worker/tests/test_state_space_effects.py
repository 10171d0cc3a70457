"""Forecasts of models in state space are the library's for any regressors, which it is asked for once where it may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from anops_worker.forecasts.state_space import StateSpace
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents

if TYPE_CHECKING:
    from collections.abc import Callable

RANDOM = np.random.default_rng(3)
MONTHS = pd.date_range("2015-01-01", periods=60, freq="MS")
GIVEN = pd.DataFrame(RANDOM.normal(size=(60, 2)), index=MONTHS, columns=["promo", "sigma2"])
SALES = pd.Series(100 + GIVEN @ [3.0, -5.0] + RANDOM.normal(size=60), name="sales")
FITS: dict[str, Callable[[], Any]] = {
    "added": lambda: SARIMAX(SALES, exog=GIVEN[["promo"]], order=(1, 1, 0)),
    "a regressor with the name of another parameter": lambda: SARIMAX(SALES, exog=GIVEN, order=(1, 0, 0)),
    "in the states": lambda: SARIMAX(SALES, exog=GIVEN[["promo"]], order=(1, 0, 0), mle_regression=False),
    "components": lambda: UnobservedComponents(SALES, "local level", exog=GIVEN[["promo"]]),
    "none": lambda: SARIMAX(SALES, order=(1, 1, 0)),
}


def futures(names: list[str]) -> list[pd.DataFrame | None]:
    if not names:
        return [None, None]
    return [pd.DataFrame(RANDOM.normal(size=(4, len(names))) * 10, columns=names) for _ in range(2)]


@pytest.mark.parametrize("kind", FITS)
@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ConvergenceWarning")
def test_forecasts_with_any_regressors_are_those_of_the_library(kind: str) -> None:
    results = FITS[kind]().fit(disp=False, maxiter=20)
    forecaster = StateSpace(results)
    seen = pd.DataFrame({"value": [105.0]}, index=[1]).assign(**dict.fromkeys(forecaster.regressors, 0.5))
    for each in (forecaster, forecaster.moved(seen)):
        own = each._results  # noqa: SLF001  what the library itself says
        for future in futures(list(forecaster.regressors)):
            found = each.forecast(4, future, (80.0,), 1)
            expected = own.get_forecast(4, **({} if future is None else {"exog": future.to_numpy()}))
            np.testing.assert_allclose(found["prediction"], expected.predicted_mean, rtol=1e-11)
            np.testing.assert_allclose(found["lower_80"], np.asarray(expected.conf_int(alpha=0.2))[:, 0], rtol=1e-11)


def test_the_library_is_asked_once_for_requests_with_other_regressors(monkeypatch: pytest.MonkeyPatch) -> None:
    results = FITS["added"]().fit(disp=False, maxiter=20)
    forecaster = StateSpace(results)
    asked: list[int] = []
    own = results.get_forecast
    monkeypatch.setattr(
        results, "get_forecast", lambda steps, **more: asked.append(steps) or own(steps, **more), raising=False
    )
    for future in [*futures(["promo"]), *futures(["promo"])]:
        forecaster.forecast(4, future, (80.0, 95.0), 1)
    assert asked.count(4) == 1
