"""While `ao serve` takes in a change, every request of plain clients is answered."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
from languages import first

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODE = {
    "python": ("model.py", "def predict_model(model, data, **options):\n    return data['a'] + data['b']\n"),
    "r": ("model.R", "predict_model <- function(model, newdata, ...) newdata$a + newdata$b\n"),
}


def write(folder: Path, language: str, *, version: int, first: str = '"number"') -> None:
    name, code = CODE[language]
    (folder / name).write_text(code, encoding="utf-8")
    (folder / "ao.toml").write_text(
        f'[project]\nname = "sum"\nversion = "1.0.{version}"\nlanguage = "{language}"\n'
        f'[model]\ncode = "{name}"\nrow_independent = true\n[model.inputs]\na = {first}\nb = "number"\n'
        '[model.outputs]\nprediction = "number"\n',
        encoding="utf-8",
    )


@first("python")
def test_no_request_fails_over_a_reload(tmp_path: Path, language: str, serve: Callable[..., Any]) -> None:
    write(tmp_path, language, version=0)
    told: Counter[tuple[int, str]] = Counter()
    stop = threading.Event()

    def ask(url: str, body: str, kind: str) -> None:
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            while not stop.is_set():
                answer = client.post("/predict", content=body, headers={"Content-Type": kind, "Accept": "text/csv"})
                told[answer.status_code, answer.headers.get("AnOps-Model-Version", answer.text)] += 1
                stop.wait(0.005)

    with serve(tmp_path) as served:
        served.wait_for("ready")
        bodies = [('{"data": [{"a": 1, "b": 2}]}', "application/json"), ("a,b\n" + "1,2\n" * 3000, "text/csv")] * 3
        asking = [threading.Thread(target=ask, args=(served.url, *body)) for body in bodies]
        for each in asking:
            each.start()
        try:
            write(tmp_path, language, version=1)
            served.wait_for("reloaded")
            write(tmp_path, language, version=2, first='{ type = "number", seen = [0, 5] }')
            served.wait_for("reloaded", count=2)
            end = time.monotonic() + 60
            while (200, "1.0.2") not in told and time.monotonic() < end:
                time.sleep(0.05)
        finally:
            stop.set()
            for each in asking:
                each.join()
        assert {status for status, _ in told} == {200}, told
        assert {version for _, version in told} == {"1.0.0", "1.0.1", "1.0.2"}
