"""When a worker that could not start is tried again, and when that is called a loop."""

from __future__ import annotations

from anops_model_service.failed_starts import FailedStarts


def pauses(count: int, *, took: float) -> list[float]:
    failed = FailedStarts()
    found = []
    for _ in range(count):
        failed.note()
        found.append(failed.pause(took))
    return found


def test_workers_that_are_killed_while_they_start_are_back_within_a_second() -> None:
    # twenty kills in four seconds can hit ten that start
    assert pauses(10, took=0.1) == [0.1, 0.2, 0.4, 0.8, *[1.0] * 6]


def test_what_fails_on_and_on_is_tried_ever_more_rarely() -> None:
    assert pauses(12, took=0.1)[-2:] == [30.0, 30.0]


def test_a_start_that_takes_long_and_fails_is_tried_ever_more_rarely() -> None:
    assert pauses(7, took=20.0) == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4]


def test_failures_in_a_row_are_a_loop_once_they_have_lasted() -> None:
    now = 100.0
    failed = FailedStarts(lambda: now)
    for _ in range(3):
        failed.note()
        assert not failed.are_a_loop
    now += 2
    assert failed.are_a_loop
    failed.forget()
    failed.note()
    assert not failed.are_a_loop
