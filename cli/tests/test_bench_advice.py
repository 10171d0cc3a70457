"""What `ao bench` advises follows from what was measured."""

from __future__ import annotations

from typing import Any

import pytest
from anops_control.looking.advice import advice


def steps(*rates: tuple[int, float]) -> list[dict[str, Any]]:
    return [{"callers": callers, "per_second": rate, "p50_ms": 5.0, "failures": {}} for callers, rate in rates]


def told(measured: list[dict[str, Any]], *, workers: int = 1, model_share: float | None = 0.9) -> str:
    return "\n".join(
        advice(measured, workers=workers, processors=4, row_independent=True, rows=1, model_share=model_share)
    )


def test_more_callers_are_said_to_wait_where_more_were_tried() -> None:
    assert "That takes 8 callers at once; with more, each waits longer." in told(steps((1, 10), (8, 60), (32, 60)))


def test_what_lies_beyond_the_most_callers_is_not_claimed() -> None:
    text = told(steps((1, 10), (8, 60)))
    assert "with more" not in text
    assert "8 callers at once, the most that were tried; more may get more: `ao bench --callers 32`." in text


@pytest.mark.parametrize(("workers", "said"), [(1, "there is 1 worker for 4"), (2, "there are 2 workers for 4")])
def test_workers_are_counted(workers: int, said: str) -> None:
    text = told(steps((1, 10)), workers=workers)
    assert said in text
    assert "set `workers = 4`" in text
