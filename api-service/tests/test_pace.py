"""What is learned from the calls of a model, and what follows for batches and for rows that may hang."""

from __future__ import annotations

import pytest
from anops_api_service.queue.pace import Pace


def pace(*calls: tuple[int, float]) -> Pace:
    made = Pace()
    for rows, seconds in calls:
        made.note(rows, seconds, at_once=True)
    return made


def test_rows_that_may_hang_have_a_moment_where_the_model_is_fast() -> None:
    assert pace(*[(1, 0.01)] * 10).suspect_seconds(1) == 1.5


def test_rows_that_may_hang_have_several_times_as_long_as_others_take() -> None:
    assert pace(*[(1, 2.0)] * 10).suspect_seconds(1) == 8.0


def test_one_slow_call_among_many_does_not_count() -> None:
    assert pace(*[(1, 0.01)] * 19, (1, 30.0)).suspect_seconds(1) == 1.5


def test_more_rows_have_more_time() -> None:
    assert pace(*[(1, 0.5)] * 10).suspect_seconds(16) == 32.0


def test_what_batches_take_says_nothing_where_single_rows_are_known() -> None:
    assert pace((1, 0.01), (100, 10.0)).suspect_seconds(1) == 1.5
    assert pace((100, 10.0)).suspect_seconds(1) == 40.0


def test_where_nothing_is_known_the_deadline_holds() -> None:
    assert Pace().suspect_seconds(1) is None


def test_a_call_that_waited_for_a_worker_is_no_measure() -> None:
    made = pace((1, 0.01))
    for _ in range(10):
        made.note(1, 30.0, at_once=False)
    assert made.suspect_seconds(1) == 1.5


def test_a_batch_is_computed_for_many_times_as_long_as_most_calls_take() -> None:
    assert pace(*[(1, 0.01)] * 8).patient_seconds(1, b"") == 2.0
    assert pace(*[(1, 0.5)] * 8).patient_seconds(2, b"") == 8.0


def test_a_batch_has_the_whole_deadline_where_too_few_calls_with_its_options_are_known() -> None:
    made = pace(*[(1, 0.01)] * 7)
    assert made.patient_seconds(1, b"") is None
    made.note(1, 0.01, at_once=True, key=b"others")
    assert made.patient_seconds(1, b"") is None
    assert made.patient_seconds(1, b"others") is None


def test_of_many_kinds_of_options_the_last_are_remembered() -> None:
    made = Pace()
    for number in range(33):
        for _ in range(8):
            made.note(1, 0.01, at_once=True, key=b"%d" % number)
    assert made.patient_seconds(1, b"0") is None
    assert made.patient_seconds(1, b"32") == 2.0


@pytest.mark.parametrize(
    ("call", "rows"), [((1, 0.5), 4), ((1, 20.0), 1), ((1000, 0.001), 8192), ((0, 0.0), 8192)], ids=str
)
def test_a_batch_takes_about_a_second_where_the_rows_are_slow(call: tuple[int, float], rows: int) -> None:
    assert pace(call).batch_rows(8192) == rows
