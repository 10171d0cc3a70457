"""What docs/explanation/promises.md promises, done for real: harm under load, in both languages."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
from fire import BAD, at_once, harmful, tell, under_load
from free_ports import free_ports
from stack import Stack, running, serving, wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long
GOOD_ROW, BAD_ROW = {"a": 1.0, "b": 0.5}, {"a": 1.0, "b": BAD}


def ask(stack: Stack, row: dict[str, float], *, seconds: float = 60) -> httpx.Response:
    return httpx.post(f"{stack.client.base_url}/predict", json={"data": [row]}, timeout=seconds, trust_env=False)


def memory_of(processes: list[psutil.Process]) -> dict[int, int]:
    return {process.pid: process.memory_info().rss for process in processes}


def test_twenty_kills_in_four_seconds_leave_nobody_waiting_or_wrong(language: str, tmp_path: Path) -> None:
    with serving(harmful(tmp_path / "m", language, "sums")) as stack, under_load(str(stack.client.base_url)) as load:
        time.sleep(1)
        for number in range(20):
            workers = stack.model.workers()
            if workers:
                workers[number % len(workers)].send_signal(signal.SIGKILL)
            time.sleep(0.2)
        wait_until(lambda: ask(stack, GOOD_ROW).status_code == 200)
    tell(f"kills {language}: {load.told()}")
    assert not load.wrong
    assert not load.lost
    # who lost its worker twice is told so
    assert set(load.statuses) <= {200, 503}
    assert all(answer.json()["code"] in {"WORKER_DIED", "NOT_READY"} for answer, _ in load.others)


@pytest.mark.parametrize("harm", ["killed", "ends", "crashes"])
def test_a_poison_request_among_forty_harms_nobody_else(language: str, harm: str, tmp_path: Path) -> None:
    with serving(harmful(tmp_path / "m", language, harm)) as stack, ThreadPoolExecutor(41) as pool:
        good = [pool.submit(ask, stack, GOOD_ROW) for _ in range(20)]
        bad = pool.submit(ask, stack, BAD_ROW)
        good += [pool.submit(ask, stack, GOOD_ROW) for _ in range(20)]
        statuses = [each.result().status_code for each in good]
        refused = bad.result()
        again = ask(stack, GOOD_ROW).status_code
    tell(f"poison {harm} {language}: {statuses.count(200)} of 40 answered, the poison {refused.status_code}")
    assert statuses == [200] * 40
    # R itself does not end where a model calls quit(): there, it has failed
    assert (refused.status_code, refused.json()["code"]) in {(503, "WORKER_DIED"), (500, "MODEL_FAILED")}
    assert refused.status_code == 503 or (language, harm) == ("r", "ends")
    assert again == 200


@pytest.mark.parametrize("fault", ["fork server killed", "stream cut"])
def test_a_fault_between_the_processes_costs_nobody_anything(language: str, fault: str, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    project = harmful(tmp_path / "m", language, "sums")
    with serving(project, "--private-stream-port", str(port)) as stack, under_load(str(stack.client.base_url)) as load:
        time.sleep(1)
        if fault == "stream cut":
            cut = ["ss", "--kill", "dst", "127.0.0.1", "dport", "=", f":{port}"]
            assert "ESTAB" in subprocess.run(cut, check=True, capture_output=True, text=True).stdout
        else:
            stack.model.fork_servers()[0].kill()
            stack.model.workers()[0].kill()
            wait_until(lambda: len(stack.model.workers()) == 2)
        time.sleep(2)
    tell(f"{fault} {language}: {load.told()}")
    assert set(load.statuses) == {200}
    assert not load.wrong
    assert not load.lost


def test_a_model_service_killed_under_load_leaves_nobody_waiting(language: str, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    flags = ("anops_model_service", "--project", str(harmful(tmp_path / "m", language, "sums")), "--port", str(port))
    with ExitStack() as services:
        model = services.enter_context(running(*flags))
        service = services.enter_context(
            running("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{port}")
        )
        client = services.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{service.port}", timeout=60))
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        with under_load(str(client.base_url)) as load:
            time.sleep(1)
            model.process.kill()
            model.process.wait()
            services.enter_context(running(*flags))
            wait_until(lambda: client.get("/health/ready").status_code == 200)
            time.sleep(1)
        assert client.post("/predict", json={"data": [GOOD_ROW]}).json()["predictions"] == [{"prediction": 1.5}]
    tell(f"model-service killed {language}: {load.told()}")
    assert set(load.statuses) <= {200, 503}
    assert {answer.json()["code"] for answer, _ in load.others} <= {"NOT_READY", "WORKER_DIED"}
    assert not load.wrong
    assert not load.lost


def test_a_hang_costs_one_worker_and_nobody_else(language: str, tmp_path: Path) -> None:
    project = harmful(tmp_path / "m", language, "hangs", service="workers = 2\ndeadline_seconds = 2")
    with serving(project) as stack, under_load(str(stack.client.base_url)) as load:
        time.sleep(1)
        refused = ask(stack, BAD_ROW)
        time.sleep(1)
    tell(f"hang {language}: {load.told()}, the hanging one {refused.status_code}")
    assert refused.status_code == 504
    assert set(load.statuses) == {200}
    assert not load.wrong
    assert not load.lost


def test_those_in_the_batch_of_a_hang_wait_for_no_deadline(language: str, tmp_path: Path) -> None:
    with serving(harmful(tmp_path / "m", language, "hangs")) as stack:
        for _ in range(8):
            asyncio.run(at_once(stack.api.port, [GOOD_ROW] * 41))
        answers = asyncio.run(at_once(stack.api.port, [*[GOOD_ROW] * 20, BAD_ROW, *[GOOD_ROW] * 20]))
    refused, _ = answers.pop(20)
    longest = max(seconds for _, seconds in answers)
    tell(f"batch of a hang {language}: the others waited {longest:.1f} s at the most, the hanging one got {refused}")
    assert refused == 504
    assert {status for status, _ in answers} == {200}
    assert longest < 30  # the deadline


def test_a_model_that_eats_memory_costs_one_worker_and_nobody_else(language: str, tmp_path: Path) -> None:
    project = harmful(tmp_path / "m", language, "eats")
    with serving(project, "--worker-max-memory-mb", "600") as stack:
        with under_load(str(stack.client.base_url)) as load:
            time.sleep(1)
            ate = ask(stack, BAD_ROW)
            time.sleep(1)
        wait_until(lambda: all(memory < 600 << 20 for memory in memory_of(stack.model.workers()).values()))
    tell(f"eats {language}: {load.told()}, the hungry one {ate.status_code}")
    assert ate.status_code == 200
    assert set(load.statuses) == {200}
    assert not load.wrong
    assert not load.lost


@pytest.mark.parametrize("independent", [True, False], ids=["in batches", "one by one"])
def test_three_times_too_many_requests_leave_the_answered_ones_fast(
    language: str, independent: bool, tmp_path: Path
) -> None:
    project = harmful(tmp_path / "m", language, "sums", independent=independent)
    path = project / ("model.R" if language == "r" else "model.py")
    line = "  Sys.sleep(0.1 * nrow(newdata))\n" if language == "r" else "    import time; time.sleep(0.1 * len(data))\n"
    head, _, rest = path.read_text().partition("\n")
    path.write_text(f"{head}\n{line}{rest}")
    capacity = 2 / 0.2  # two workers, two rows of 100 ms in each request
    with (
        running("anops_model_service", "--project", str(project), "--port", "0") as model,
        running(
            "anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{model.port}", "--max-queue", "8"
        ) as api,
        httpx.Client(base_url=f"http://127.0.0.1:{api.port}", timeout=60) as client,
    ):
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        before = memory_of([psutil.Process(api.process.pid)])
        with under_load(str(client.base_url), per_second=3 * capacity) as load:
            time.sleep(8)
        after = memory_of([psutil.Process(api.process.pid)])
        time.sleep(1)
        with under_load(str(client.base_url), connections=1) as calm:
            time.sleep(2)
    refused = sorted(took for _, took in load.others)
    tell(
        f"overload {language} {independent}: {load.told()}; the refused ones waited "
        f"{1000 * refused[int(0.99 * len(refused))]:.0f} ms (p99); afterwards p99 {1000 * calm.quantile(0.99):.0f} ms"
    )
    assert set(load.statuses) == {200, 429}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer, _ in load.others)
    assert not load.wrong
    assert not load.lost
    assert load.quantile(0.99) < 30  # the deadline
    assert set(calm.statuses) == {200}
    assert all(after[pid] < 1.5 * memory for pid, memory in before.items())


def test_a_million_predictions_leave_memory_flat(language: str, tmp_path: Path) -> None:
    rows = {"data": {"a": [float(i) for i in range(1000)], "b": [0.5] * 1000}}
    with serving(harmful(tmp_path / "m", language, "sums")) as stack:

        def processes() -> list[psutil.Process]:
            services = [psutil.Process(stack.model.process.pid), psutil.Process(stack.api.process.pid)]
            return [*services, *stack.model.workers(), *stack.model.fork_servers()]

        def ask_for(requests: int) -> None:
            for _ in range(requests):
                assert stack.client.post("/predict", json=rows).status_code == 200

        with ThreadPoolExecutor(8) as pool:  # so that each worker has its share
            list(pool.map(ask_for, [25] * 8))
        first = memory_of(processes())
        ask_for(800)
        last = memory_of(processes())
    mb = {pid: f"{first.get(pid, 0) >> 20} → {memory >> 20} MiB" for pid, memory in last.items()}
    tell(f"soak {language}: 1,000,000 predictions, {mb}")
    assert first.keys() == last.keys()
    assert all(last[pid] < 1.1 * memory + (4 << 20) for pid, memory in first.items())
