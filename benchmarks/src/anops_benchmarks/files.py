"""Measures `ao predict` of a file beside a plain script that does the same, in both languages, as ratios in one run.

Run it as `python -m anops_benchmarks.files`; it needs `ao` on PATH, pandas, and R with data.table. The service of the
model is up before, as it is for whoever uses it.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import httpx

from anops_benchmarks.dialects import agree
from anops_benchmarks.models import fit
from anops_benchmarks.processes import Command, Running, cost_of, free_port, stop
from anops_benchmarks.workloads import MODELS, WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_benchmarks.processes import Cost
    from anops_benchmarks.workloads import Workload

_MODELS = {"python": "iris", "r": "lm"}
_START_SECONDS = 90.0


def main() -> int:
    """Measure, and print the ratios as JSON.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(prog="anops_benchmarks.files", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many rows there are; by default %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is done; by default %(default)s")
    parser.add_argument("--language", choices=[*_MODELS], action="append", help="only this language")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="anops-files-") as name:
        found = {
            language: _measure(WORKLOADS[_MODELS[language]], Path(name), asked.rows, asked.rounds)
            for language in asked.language or _MODELS
        }
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


def _measure(workload: Workload, place: Path, count: int, rounds: int) -> dict[str, Any]:
    project = fit(workload, place)
    rows, theirs, ours = (place / f"{workload.name}-{name}.csv" for name in ("rows", "script", "ao"))
    _write(workload, rows, count)
    script = MODELS / ("whole_file.R" if workload.language == "r" else "whole_file.py")
    program = ["Rscript", "--vanilla"] if workload.language == "r" else [sys.executable]
    plain: list[Cost] = []
    asked: list[Cost] = []
    with _served(project) as url:
        for _ in range(rounds):
            plain.append(cost_of(Command([*program, str(script), str(project), str(rows), str(theirs)], place)))
            words = ["ao", "predict", str(rows), "--url", url, "--output", str(ours)]
            asked.append(cost_of(Command(words, project)))
            if not agree(_predictions(ours), _predictions(theirs)):
                raise SystemExit(f"✖ {workload.name}: the predictions of ao are not those of the script")
    ao, bare = (statistics.median(cost.seconds for cost in costs) for costs in (asked, plain))
    memory = max(cost.memory_mb for cost in asked)
    return {"ao_s": round(ao, 2), "script_s": round(bare, 2), "ratio": round(ao / bare, 2), "ao_mb": round(memory)}


def _write(workload: Workload, path: Path, count: int) -> None:
    source = random.Random(workload.name)  # noqa: S311  data, no secret
    with path.open("w", encoding="utf-8", newline="") as file:
        target = csv.writer(file)
        target.writerow(workload.columns)
        target.writerows([column.draw(source) for column in workload.columns.values()] for _ in range(count))


@contextmanager
def _served(project: Path) -> Iterator[str]:
    url = f"http://127.0.0.1:{(port := free_port())}"
    running = Running.start([Command(["ao", "serve", "--port", str(port)], project)], project / "log")
    try:
        end = time.monotonic() + _START_SECONDS
        while not _is_ready(url):
            if running.ended() or time.monotonic() > end:
                raise SystemExit(f"✖ ao serve did not start:\n{(project / 'log').read_text(encoding='utf-8')}")
            time.sleep(0.1)
        yield url
    finally:
        stop([running])


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _predictions(path: Path) -> list[float | str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [_value(row["prediction"]) for row in csv.DictReader(file)]


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text  # a class


if __name__ == "__main__":
    sys.exit(main())
