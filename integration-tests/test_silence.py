"""A model-service that is there and says nothing is noticed, and told to who asks; it need not be started again."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest
from little_models import write_project
from stack import Stack, serving, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    import httpx


DEADLINE_SECONDS = 60
"""For so long an api-service that notices nothing waits for an answer; silence is noticed after 3 seconds."""
RETURN_SECONDS = 3
"""For so long it waits for one that has just gone."""


def ask(stack: Stack) -> tuple[float, httpx.Response]:
    begun = time.monotonic()
    answer = stack.client.post("/predict", json={"data": [{"a": 1, "b": 2}]})
    return time.monotonic() - begun, answer


@pytest.mark.parametrize(("row_independent", "lent"), [(True, False), (False, False), (True, True)])
def test_a_stopped_supervisor_is_told_at_once_and_answers_when_it_goes_on(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch, *, row_independent: bool, lent: bool
) -> None:
    monkeypatch.setenv("ANOPS_WORKER_LEND", str(lent))
    with serving(write_project(tmp_path, language, "sum", row_independent=row_independent)) as stack:
        assert ask(stack)[1].status_code == 200
        supervisor = psutil.Process(stack.model.process.pid)
        supervisor.suspend()
        try:
            with ThreadPoolExecutor(8) as pool:
                under_way = [pool.submit(ask, stack) for _ in range(8)]
                wait_until(lambda: stack.client.get("/health/ready").status_code == 503)
                assert "does not answer" in stack.client.get("/health/ready").json()["detail"]
                answers = [one.result() for one in under_way]
                if lent:  # its workers go on
                    assert [answer.status_code for _, answer in answers] == [200] * 8
                for seconds, answer in [*([] if lent else answers), ask(stack)]:
                    assert answer.status_code == 503
                    assert answer.json()["code"] == "NOT_READY"
                    assert "does not answer" in answer.json()["detail"]
                    assert seconds < DEADLINE_SECONDS / 2
            # of several the quickest, as the machine may have other work meanwhile
            assert min(ask(stack)[0] for _ in range(5)) < RETURN_SECONDS, "nobody waits for one known to be silent"
        finally:
            supervisor.resume()
        wait_until(lambda: stack.client.get("/health/ready").status_code == 200)
        for _ in range(20):
            assert ask(stack)[1].json()["predictions"] == [{"prediction": 3}]
