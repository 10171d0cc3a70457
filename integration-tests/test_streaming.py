"""A million rows go through both services, and no process grows with them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pyarrow as pa
import pytest
from little_models import write_project
from pyarrow import ipc
from stack import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    from stack import Stack

ARROW = "application/vnd.apache.arrow.stream"
CSV = "text/csv"
ROWS = 1_000_000
FEW = 50_000
PIECE = 10_000
MOST_GROWTH = 48 << 20
"""Bytes by which a process may grow from few rows to many: far less than these many are (a frame of them, 16 MB, is
held by none, let alone their text)."""


def numbers(rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for start in range(0, rows, PIECE):
        a = np.arange(start, min(start + PIECE, rows), dtype=np.float64)
        yield a, a % 7 + 0.5


def csv(rows: int) -> Iterator[bytes]:
    yield b"a,b\n"
    for a, b in numbers(rows):
        yield "".join(f"{x},{y}\n" for x, y in zip(a.tolist(), b.tolist(), strict=True)).encode()


def arrow(rows: int) -> Iterator[bytes]:
    sink = io.BytesIO()
    schema = pa.schema([("b", pa.float64()), ("a", pa.float64())])
    with ipc.new_stream(sink, schema) as writer:
        for a, b in numbers(rows):
            writer.write_batch(pa.record_batch([b, a], schema=schema))
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


def ask(client: httpx.Client, media: str, body: Iterator[bytes]) -> np.ndarray:
    answer = client.post("/predict", content=body, headers={"content-type": media, "accept": media}, timeout=300)
    assert answer.status_code == 200, answer.text
    if media == ARROW:
        predictions: np.ndarray = ipc.open_stream(answer.content).read_all()["prediction"].to_numpy()
        return predictions
    lines = answer.content.split()
    assert lines[0] == b"prediction"
    return np.array(lines[1:], dtype=np.float64)


def peaks(stack: Stack) -> dict[int, int]:
    """Return the most memory that each process has had, in bytes, by its id."""
    processes = [psutil.Process(service.process.pid) for service in (stack.model, stack.api)]
    everyone = [each for process in processes for each in (process, *process.children(recursive=True))]
    peak = {}
    for process in everyone:
        with open(f"/proc/{process.pid}/status", encoding="ascii") as status:  # noqa: PTH123  no file of a folder
            [line] = [line for line in status if line.startswith("VmHWM")]
        peak[process.pid] = int(line.split()[1]) << 10
    return peak


def project(folder: Path, language: str, kind: str = "sum", **sections: str) -> Path:
    return write_project(folder, language, kind, row_independent=True, service="workers = 2", **sections)


@pytest.mark.parametrize("media", [CSV, ARROW])
def test_a_million_rows_take_no_more_memory_than_few(tmp_path: Path, language: str, media: str) -> None:
    body = csv if media == CSV else arrow
    with serving(project(tmp_path, language)) as stack:
        ask(stack.client, media, body(FEW))
        before = peaks(stack)
        predictions = ask(stack.client, media, body(ROWS))
        after = peaks(stack)
    expected = np.concatenate([a + b for a, b in numbers(ROWS)])
    np.testing.assert_allclose(predictions, expected, rtol=1e-12)
    assert len(before) >= 4
    assert before.keys() == after.keys()
    growth = {pid: (after[pid] - before[pid]) >> 20 for pid in before}
    assert max(growth.values()) < MOST_GROWTH >> 20, growth


@pytest.mark.parametrize("media", [CSV, ARROW])
def test_a_fault_near_the_end_of_a_long_body_is_a_problem_with_its_row(
    tmp_path: Path, language: str, media: str
) -> None:
    rows, wrong = 100_000, 90_001
    inputs = 'a = { type = "number", max = 90000 }\nb = "number"'
    body = csv if media == CSV else arrow
    with serving(project(tmp_path, language, inputs=inputs)) as stack:
        answer = stack.client.post(
            "/predict", content=body(rows), headers={"content-type": media, "accept": media}, timeout=120
        )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["row"] == wrong + 1
    assert f"row {wrong + 1} is {wrong}" in answer.json()["detail"]


def fails_late() -> Iterator[bytes]:
    yield from csv(50_000)
    yield b"0,2\n"


def test_a_failure_of_the_model_in_a_late_row_is_the_answer(tmp_path: Path, language: str) -> None:
    with serving(project(tmp_path, language, "fails")) as stack:
        answer = stack.client.post("/predict", content=fails_late(), headers={"content-type": CSV}, timeout=120)
    assert (answer.status_code, answer.json()["code"]) == (500, "MODEL_FAILED")
    assert "no such gear" in answer.json()["detail"]
