"""Clients are waited for as long as bytes move fast enough."""

from __future__ import annotations

from itertools import accumulate

import pytest
from anops_http.connections.transfer import LeastPace, Pace, Transfer

LEAST = LeastPace(seconds=10, bytes_per_second=100)


def looked_at(bytes_each_second: list[int], least: LeastPace = LEAST) -> list[Pace]:
    transfer = Transfer(0)
    return [transfer.look(moved, 1, least) for moved in accumulate(bytes_each_second)]


@pytest.mark.parametrize("each_second", [[100] * 60, [0, 0, 0, 0, 5000] * 12, [0] * 9 + [2000] + [0] * 9 + [2000]])
def test_what_moves_fast_enough_on_average_may_go_on(each_second: list[int]) -> None:
    assert set(looked_at(each_second)) == {Pace.FINE}


def test_what_does_not_move_has_stalled() -> None:
    assert looked_at([5000] + [0] * 11)[-2:] == [Pace.FINE, Pace.STALLED]


@pytest.mark.parametrize("before", [[], [1_000_000], [1_000_000] * 30])
def test_what_drips_is_too_slow_however_much_has_come_before(before: list[int]) -> None:
    looks = looked_at(before + [1] * 22)
    assert Pace.SLOW in looks
    assert Pace.STALLED not in looks


def test_without_a_least_pace_it_may_drip() -> None:
    assert set(looked_at([1] * 60, LeastPace(seconds=10, bytes_per_second=0))) == {Pace.FINE}


def test_time_in_which_nobody_waits_counts_for_nothing() -> None:
    transfer = Transfer(0)
    assert {transfer.look(0, 0, LEAST) for _ in range(100)} == {Pace.FINE}
