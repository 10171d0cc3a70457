from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from anops_series.opening import open_store
from anops_series.port import (
    DisagreementError,
    Forecast,
    Given,
    Observation,
    OtherSeriesError,
    SeriesIdentity,
    SeriesStore,
)
from anops_series.sql_store import as_key

if TYPE_CHECKING:
    from collections.abc import Iterator

AIR = SeriesIdentity("air", "MS")
SHOPS = SeriesIdentity("shops", "D", "Europe/Berlin", ("shop",))
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def month(number: int, value: float, **regressors: float) -> Observation:
    return Observation(datetime(1961, number, 1, tzinfo=UTC), value, regressors=regressors)


def sold(shop: str, day: int, value: float) -> Observation:
    return Observation(datetime(2026, 11, day, 23, tzinfo=UTC), value, as_key({"shop": shop}))


@pytest.fixture
def store(address: str) -> Iterator[SeriesStore]:
    opened = open_store(address)
    yield opened
    opened.close()


def test_observations_are_kept_in_order_of_time_however_they_come(store: SeriesStore) -> None:
    report = store.observe(AIR, [month(2, 2.5, temp=1.0), month(1, 1.5, temp=0.5)], received=NOW)
    assert (report.new, report.same, report.corrected) == (2, 0, 0)
    state = store.state(AIR)
    assert [(one.time.month, one.value, one.regressors) for one in state.observations] == [
        (1, 1.5, {"temp": 0.5}),
        (2, 2.5, {"temp": 1.0}),
    ]
    assert state.version == report.version == store.version(AIR)


def test_the_same_again_changes_nothing_not_even_the_version(store: SeriesStore) -> None:
    first = store.observe(AIR, [month(1, 1.0)], received=NOW)
    again = store.observe(AIR, [month(1, 1.0), month(1, 1.0)], received=NOW)
    assert (again.new, again.same, again.version) == (0, 2, first.version)


def test_another_value_is_refused_and_nothing_of_its_request_is_written(store: SeriesStore) -> None:
    before = store.observe(AIR, [month(1, 1.0)], received=NOW)
    with pytest.raises(DisagreementError) as refused:
        store.observe(AIR, [month(2, 2.0), month(1, 9.0), month(3, 1.0), month(3, 2.0)], received=NOW)
    assert [(one.row, one.kept, one.earlier_row) for one in refused.value.disagreements] == [
        (1, 1.0, None),
        (3, 1.0, 2),
    ]
    assert store.state(AIR).version == before.version
    assert len(store.state(AIR).observations) == 1


def test_a_correction_replaces_the_value_and_changes_the_version(store: SeriesStore) -> None:
    before = store.observe(AIR, [month(1, 1.0), month(2, 2.0)], received=NOW)
    report = store.observe(AIR, [month(1, 1.25)], received=NOW, corrections=True)
    assert (report.new, report.corrected) == (0, 1)
    assert report.version != before.version
    assert [one.value for one in store.state(AIR).observations] == [1.25, 2.0]


def test_a_late_observation_fills_its_gap(store: SeriesStore) -> None:
    store.observe(AIR, [month(1, 1.0), month(3, 3.0)], received=NOW)
    report = store.observe(AIR, [month(2, 2.0), month(4, 4.0)], received=NOW)
    assert (report.new, report.late) == (2, 1)
    assert [one.value for one in store.state(AIR).observations] == [1.0, 2.0, 3.0, 4.0]


def test_each_series_of_a_panel_has_its_own_values_and_times(store: SeriesStore) -> None:
    store.observe(SHOPS, [sold("ä 2", 1, 20.0), sold("1", 1, 10.0), sold("1", 2, 11.0)], received=NOW)
    state = store.state(SHOPS, after=datetime(2026, 11, 1, 23, tzinfo=UTC))
    assert [(dict(one.key), one.value) for one in state.observations] == [({"shop": "1"}, 11.0)]
    assert [dict(one.key)["shop"] for one in store.state(SHOPS).observations] == ["1", "1", "ä 2"]


def test_a_model_of_another_frequency_or_other_keys_is_refused(store: SeriesStore) -> None:
    store.observe(AIR, [month(1, 1.0)], received=NOW)
    with pytest.raises(OtherSeriesError, match="frequency MS, and the model has QS"):
        store.observe(SeriesIdentity("air", "QS"), [month(4, 1.0)], received=NOW)
    with pytest.raises(OtherSeriesError, match="keys none, and the model has shop"):
        store.state(SeriesIdentity("air", "MS", keys=("shop",)))


def test_what_was_kept_is_there_after_a_restart(address: str) -> None:
    first = open_store(address)
    report = first.observe(AIR, [month(1, 0.1 + 0.2)], received=NOW)
    first.close()
    second = open_store(address)
    assert second.state(AIR).version == report.version
    assert second.state(AIR).observations[0].value == 0.1 + 0.2
    second.close()


def test_two_stores_never_have_the_same_version(address: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    one, other = open_store(address), open_store(str(tmp_path_factory.mktemp("other") / "series.db"))
    versions = [each.observe(AIR, [month(1, 1.0)], received=NOW).version for each in (one, other)]
    assert versions[0] != versions[1]
    for each in (one, other):
        each.close()


REPLICA = """
import sys
from datetime import UTC, datetime
from anops_series.opening import open_store
from anops_series.port import Observation, SeriesIdentity
address, shop = sys.argv[1:]
shops = SeriesIdentity("shops", "D", "Europe/Berlin", ("shop",))
store = open_store(address)
for day in range(1, 29):
    row = Observation(datetime(2026, 11, day, 23, tzinfo=UTC), float(day), (("shop", shop),))
    store.observe(shops, [row], received=datetime(2026, 11, 30, 12, tzinfo=UTC))
store.close()
"""


def test_replicas_write_at_once_and_lose_nothing(address: str) -> None:
    replicas = [subprocess.Popen([sys.executable, "-c", REPLICA, address, shop]) for shop in ("a", "b")]
    assert [each.wait() for each in replicas] == [0, 0]
    store = open_store(address)
    assert len(store.state(SHOPS).observations) == 56
    assert store.version(SHOPS).endswith("-56")
    store.close()


def test_many_observations_go_in_one_call(store: SeriesStore) -> None:
    rows = [sold(f"{shop:03}", day, shop + day / 10) for shop in range(300) for day in range(1, 29)]
    assert store.observe(SHOPS, rows, received=NOW).new == len(rows)
    assert store.observe(SHOPS, rows, received=NOW).same == len(rows)
    assert len(store.state(SHOPS).observations) == len(rows)


def test_forecasts_that_were_given_are_kept_with_what_they_were_made_of(store: SeriesStore) -> None:
    version = store.observe(AIR, [month(1, 1.0)], received=NOW).version
    steps = [Forecast(datetime(1961, 1 + step, 1, tzinfo=UTC), step, step / 3, {"lower_80": 0.1}) for step in (1, 2)]
    store.keep([(AIR, Given("request-1", NOW, "1.0.0", "abc", version), steps)])
    assert store.forecasts(AIR) == [(Given("request-1", NOW, "1.0.0", "abc", version), each) for each in steps]
    assert len(store.forecasts(AIR, after=steps[0].time)) == 1


def test_what_was_observed_stands_beside_the_bounds_forecast_last(store: SeriesStore) -> None:
    fit = Given("early", NOW, "1.0.0", "abc")
    late = Given("late", datetime(2026, 11, 30, 13, tzinfo=UTC), "1.0.0", "abc")
    other = Given("other", datetime(2026, 11, 30, 14, tzinfo=UTC), "1.0.0", "another fit")
    for given, bound in ((fit, 1.0), (late, 2.0), (other, 3.0)):
        steps = [Forecast(datetime(1961, each, 1, tzinfo=UTC), each, 5.0, {"lower_80": bound}) for each in (1, 2, 3)]
        store.keep([(AIR, given, steps)])
    assert store.judged(AIR, digest="abc", most=10) == []
    store.observe(AIR, [month(1, 1.5), month(2, 2.5)], received=NOW)
    assert store.judged(AIR, digest="abc", most=10) == [(2.5, {"lower_80": 2.0}), (1.5, {"lower_80": 2.0})]
    assert store.judged(AIR, digest="abc", most=1) == [(2.5, {"lower_80": 2.0})]
