"""Predicts a million times in each language, and tells what memory each process has meanwhile.

Run it as `python -m anops_benchmarks.soak`; it needs `wrk`, scikit-learn and R. It ends with 1 where a process has
grown since the first 10,000 predictions, or a request failed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import psutil

from anops_benchmarks.loader import load
from anops_benchmarks.models import fit
from anops_benchmarks.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_benchmarks.workloads import Workload

MODELS = {"python": "iris", "r": "lm"}
WARM = 10_000
"""After so many predictions a process has what it needs."""
SECONDS = 5
"""How long each load is, between two looks at memory."""
GROWTH = 1.1
"""A process may have this much of what it had when it was warm, beside `SLACK_MB`: an allocator rounds."""
SLACK_MB = 8.0


def main() -> int:
    """Measure, and print a line of JSON for each language.

    Returns:
        0, or 1 where memory has grown or a request failed.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--predictions", type=int, default=1_000_000, help="in each language (default: a million)")
    parser.add_argument("--language", choices=tuple(MODELS), action="append", help="these alone")
    parser.add_argument("--connections", type=int, default=16)
    flags = parser.parse_args()
    failed = False
    for language in flags.language or MODELS:
        found = soak(WORKLOADS[MODELS[language]], flags.predictions, flags.connections)
        failed = failed or not found["flat"] or bool(found["failed"])
        sys.stdout.write(json.dumps({"language": language, **found}) + "\n")
        sys.stdout.flush()
    return int(failed)


def soak(workload: Workload, predictions: int, connections: int) -> dict[str, Any]:
    """Ask a model so many times, and look at the memory of its processes."""
    with TemporaryDirectory() as folder:
        project = fit(workload, Path(folder))
        bodies = Path(folder, "bodies")
        bodies.mkdir()
        for number, rows in enumerate(workload.draw()):
            data = [dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)]
            (bodies / str(number)).write_text(json.dumps({"data": data}), encoding="utf-8")
        with _served(project) as (url, roots):
            _wait_until_ready(url)
            answered = errors = 0
            warm: dict[int, float] = {}
            most: dict[int, float] = {}
            while answered < predictions:
                came = load(url, "/predict", bodies, connections=connections, seconds=SECONDS)
                answered, errors = answered + came.requests * workload.rows, errors + came.errors
                if answered >= WARM:
                    now = _memory(roots)
                    warm = warm or now
                    most = {pid: max(memory, most.get(pid, 0.0)) for pid, memory in now.items()}
            last = _memory(roots)
    names = sorted(last)
    return {
        "predictions": answered,
        "failed": errors,
        "warm_mb": [round(warm.get(pid, 0.0), 1) for pid in names],
        "most_mb": [round(most.get(pid, 0.0), 1) for pid in names],
        "last_mb": [round(last[pid], 1) for pid in names],
        "replaced": len(warm.keys() - last.keys()),
        "flat": all(last[pid] <= GROWTH * warm[pid] + SLACK_MB for pid in last.keys() & warm.keys()),
    }


def _wait_until_ready(url: str) -> None:
    end = time.monotonic() + 60
    while True:
        with suppress(OSError), urlopen(f"{url}/health/ready", timeout=5):  # noqa: S310  our own service
            return
        if time.monotonic() > end:
            raise TimeoutError("the service is not ready after a minute")
        time.sleep(0.05)


def _memory(roots: list[int]) -> dict[int, float]:
    """Return the resident memory of the services and all that they started, in MiB."""
    processes = [each for root in roots for each in (psutil.Process(root), *psutil.Process(root).children())]
    return {each.pid: each.memory_info().rss / 2**20 for each in processes}


@contextmanager
def _served(project: Path) -> Iterator[tuple[str, list[int]]]:
    with (
        _running("anops_model_service", "--project", str(project), "--port", "0") as (model, model_port),
        _running(
            *("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{model_port}", "--log-level", "warning")
        ) as (api, port),
    ):
        yield f"http://127.0.0.1:{port}", [model, api]


@contextmanager
def _running(module: str, *words: str) -> Iterator[tuple[int, int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words], stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None  # noqa: S101  it was asked for
        yield process.pid, json.loads(process.stdout.readline())["port"]
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
