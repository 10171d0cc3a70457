"""Forecasts that a service has given beside what was observed since: the whole, and by how far ahead they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_series.opening import AddressError, open_store
from anops_series.port import OtherSeriesError, SeriesIdentity, StoreAwayError

from anops_monitoring.failures import MonitoringError
from anops_monitoring.logged import Logged, LoggedRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_series.port import Forecast, Given, Observation

STEP = "step"


def read_forecasts(
    address: str, series: SeriesIdentity, *, since: float, until: float, digest: str | None = None
) -> Logged:
    """Read forecasts, each with what was observed of its period.

    Args:
        address: The store: a file, or an address.
        series: Which series.
        since: From when on they were given, in seconds since 1970.
        until: Until when, exclusive.
        digest: By which fit; None: by any.

    Raises:
        MonitoringError: The store can't be read.
    """
    try:
        store = open_store(address)
        try:
            given, observed = store.forecasts(series), store.state(series).observations
        finally:
            store.close()
    except (AddressError, OtherSeriesError, StoreAwayError) as error:
        raise MonitoringError(f"The forecasts can't be read: {error}") from error
    asked = [
        each for each in given
        if since <= each[0].made.timestamp() < until and digest in {None, each[0].digest}
    ]  # fmt: skip
    return _joined(asked, observed)


def _joined(given: Sequence[tuple[Given, Forecast]], observed: Sequence[Observation]) -> Logged:
    """Give each forecast what was observed; of one period, so many steps ahead by one fit, the last given counts.

    Else whoever asks twice would have twice the evidence.
    """
    came = {(each.key, each.time): each.value for each in observed}
    last = {
        (by.digest, one.key, one.time, one.step): (by, one) for by, one in sorted(given, key=lambda one: one[0].made)
    }
    rows = [
        LoggedRow(by.request_id, place, by.made.timestamp(), by.model_version, by.digest,
                  {STEP: one.step, **dict(one.key)}, {"prediction": one.prediction, **one.bounds}, {},
                  outcome=came.get((one.key, one.time)))
        for place, (by, one) in enumerate(last.values())
    ]  # fmt: skip
    rows.sort(key=lambda row: row.time)
    return Logged(rows=rows, requests=len({row.request_id for row in rows}))
