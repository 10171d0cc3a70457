"""A request over which the model hangs costs its own answer, and the others a wait of one deadline at the most."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import grpc
import numpy as np
import pytest
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame
from anops_model_interface.open_inference.requests import message_of
from anops_model_interface.requests import Request
from little_models import MODELS, write_project
from stack import running, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    from stack import Service

DEADLINE_SECONDS = 5.0
"""So long that what a loaded machine adds, such as workers that start anew, is no second one."""

MODELS["python"]["hangs"] = (
    "import time\n"
    "    if (data['b'] == 7).any(): time.sleep(3600)\n"
    "    if (data['b'] > 100).any(): time.sleep(0.4 * len(data))\n"
    "    return data['a']"
)
MODELS["r"]["hangs"] = (
    "{ if (any(newdata$b == 7)) Sys.sleep(3600); if (any(newdata$b > 100)) Sys.sleep(0.4 * nrow(newdata)); newdata$a }"
)


def ask(client: httpx.Client, a: int, b: float) -> tuple[int, float]:
    begun = time.monotonic()
    answer = client.post("/predict", json={"data": [{"a": a, "b": b}]})
    if answer.status_code == 200:
        assert answer.json()["predictions"] == [{"prediction": a}]
    else:
        assert answer.json()["code"] == "DEADLINE", answer.text
    return answer.status_code, time.monotonic() - begun


def crowd(client: httpx.Client, values: list[float]) -> list[tuple[int, float]]:
    """Ask for all at once, while something else is computed, so that most of them share a batch."""
    with ThreadPoolExecutor(len(values)) as pool:
        return list(pool.map(lambda one: ask(client, *one), enumerate(values)))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_hang_costs_its_own_request_only(tmp_path: Path, language: str, workers: int) -> None:
    project = write_project(
        tmp_path,
        language,
        "hangs",
        row_independent=True,
        service=f"workers = {workers}\ndeadline_seconds = {DEADLINE_SECONDS}",
    )
    with serving(project) as stack:
        for place in (0, 10, 20):
            values = [1.0] * 20
            values.insert(place, 7.0)
            crowd(stack.client, [1.0] * 20)
            answers = crowd(stack.client, values)
            assert [status for status, _ in answers] == [504 if value == 7 else 200 for value in values], place
            # the others wait for one deadline at the most: two would be this, however fast the machine is
            assert max(seconds for _, seconds in answers) < 2 * DEADLINE_SECONDS, place
            assert ask(stack.client, 1, 1)[1] < DEADLINE_SECONDS, place


@pytest.mark.parametrize("workers", [1, 2])
def test_a_batch_that_is_merely_slow_costs_no_answer(tmp_path: Path, language: str, workers: int) -> None:
    project = write_project(
        tmp_path,
        language,
        "hangs",
        row_independent=True,
        service=f"workers = {workers}\ndeadline_seconds = {DEADLINE_SECONDS}",
    )
    with serving(project) as stack:
        assert {status for status, _ in crowd(stack.client, [101.0] * 20)} == {200}


@pytest.fixture(scope="module")
def hanging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("hanging")
    project = write_project(folder, "python", "hangs", service=f"deadline_seconds = {DEADLINE_SECONDS}")
    with running("anops_model_service", "--project", str(project), "--port", "0") as model:
        yield model


@pytest.mark.parametrize(
    ("within", "ended"),
    [("1", 1.0), ("0.001", 1.0), ("nan", 1.0), ("inf", DEADLINE_SECONDS), ("soon", DEADLINE_SECONDS)],
)
def test_a_call_over_grpc_may_be_limited_to_a_second_at_least(hanging: Service, within: str, ended: float) -> None:
    frame = Frame(tuple(Column(name, "number", np.array([7.0])) for name in "ab"), 1)
    request = message_of(Request.of(frame, {}, model_name="hangs")).SerializeToString()
    with grpc.insecure_channel(f"127.0.0.1:{hanging.port}") as channel:
        infer = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
        begun = time.monotonic()
        with pytest.raises(grpc.RpcError, match=f"ended after {ended:g} seconds"):
            infer(request, timeout=60, metadata=(("anops-within", within),))
        assert time.monotonic() - begun >= ended  # the match says at which limit
