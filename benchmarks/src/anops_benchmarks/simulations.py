"""Measures simulations beside their peers, as ratios in one run: Dask's own `map`, joblib, `future.apply`, memory.

Run it as `python -m anops_benchmarks.simulations`; it needs `distributed`, joblib and, for R, `future.apply`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psutil
from anops_experiments.services import DaskSimulationService, ProcessSimulationService
from anops_experiments.tasks import SimulationTask

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_experiments.services.base import BaseService

_PYTHON = """
import time
def empty(n):
    return n
def milli(n):
    end = time.perf_counter() + 0.001
    while time.perf_counter() < end:
        pass
    return n
"""
_R = """
milli <- function(n) {
  end <- as.double(Sys.time()) + 0.001
  while (as.double(Sys.time()) < end) {}
  n
}
"""
_FUTURE = """
source("bench.R"); suppressMessages(library(future.apply)); plan(multisession, workers = {workers})
invisible(future_sapply(1:20, milli))
begun <- as.double(Sys.time()); invisible(future_sapply(seq_len({count}), milli, future.seed = TRUE))
cat(as.double(Sys.time()) - begun)
"""
_MEMORY_TASKS = (10_000, 100_000)


def main() -> int:
    """Measure, and print the ratios as JSON.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000, help="how many tasks")
    parser.add_argument("--rounds", type=int, default=3, help="of how many rounds the median counts")
    parser.add_argument("--memory", action="store_true", help="measure the memory of the client as well")
    flags = parser.parse_args()
    workers = len(os.sched_getaffinity(0))
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bench.py").write_text(_PYTHON, encoding="utf-8")
        (folder / "bench.R").write_text(_R, encoding="utf-8")
        found: dict[str, object] = {"load": os.getloadavg()[0], "workers": workers, "tasks": flags.tasks}
        found |= dask_rates(folder, flags.tasks, flags.rounds, workers)
        found |= local_rates(folder, flags.tasks, flags.rounds, workers)
        if flags.memory:
            found |= memory_of_the_client(folder)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


def dask_rates(folder: Path, count: int, rounds: int, workers: int) -> dict[str, float]:
    """Return the rate of empty tasks on Dask, and that of bare `map`."""
    from distributed import Client, LocalCluster  # noqa: PLC0415  slow to import

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as cluster,  # type: ignore[no-untyped-call]
        Client(cluster) as client,  # type: ignore[no-untyped-call]
        DaskSimulationService(client, folder) as service,
    ):
        ours, bare = [], []
        size = max(1, count // (workers * 50))
        for _ in range(rounds):
            ours.append(rate(lambda: asked(service, "bench.py:empty", count), count))
            # the peer with the batch size that suits it
            bare.append(
                rate(lambda: client.gather(client.map(_same, range(count), pure=False, batch_size=size)), count)
            )
    fast, peer = statistics.median(ours), statistics.median(bare)
    return {"dask_per_second": fast, "dask_map_per_second": peer, "dask_ratio": fast / peer}


def local_rates(folder: Path, count: int, rounds: int, workers: int) -> dict[str, float]:
    """Return the rates of tasks of a millisecond in local processes, and those of their peers."""
    from joblib import Parallel, delayed  # noqa: PLC0415  slow to import

    sys.path.insert(0, str(folder))
    import bench  # type: ignore[import-not-found]  # noqa: PLC0415  it was just written

    found: dict[str, float] = {}
    best = workers / 0.001
    rates: dict[str, list[float]] = {"python": [], "r": [], "loky": [], "future_apply": []}
    with ProcessSimulationService(folder, workers=workers) as service:
        for language, function in (("python", "bench.py:milli"), ("r", "bench.R:milli")):
            if language == "python" or shutil.which("Rscript"):
                asked(service, function, 50)  # the workers are warm
                rates[language] = [rate(partial(asked, service, function, count), count) for _ in range(rounds)]
    with Parallel(n_jobs=workers) as parallel:
        parallel(delayed(bench.milli)(n) for n in range(50))
        for _ in range(rounds):
            rates["loky"].append(rate(lambda: parallel(delayed(bench.milli)(n) for n in range(count)), count))
    if shutil.which("Rscript"):
        program = _FUTURE.format(workers=workers, count=count)
        for _ in range(rounds):
            said = subprocess.run(
                [str(shutil.which("Rscript")), "-e", program], cwd=folder, capture_output=True, text=True, check=True
            ).stdout
            rates["future_apply"].append(count / float(said))
    for name, each in rates.items():
        if each:
            found[f"{name}_of_the_best"] = statistics.median(each) / best
    return found


def memory_of_the_client(folder: Path) -> dict[str, float]:
    """Return how much more memory an experiment of ten times the tasks takes, in megabytes."""
    grown = []
    for count in _MEMORY_TASKS:
        child = subprocess.Popen([sys.executable, "-c", _CONDUCT, str(folder), str(count)])
        most, process = 0, psutil.Process(child.pid)
        while child.poll() is None:
            most = max(most, process.memory_info().rss)
            time.sleep(0.05)
        grown.append(most / 1e6)
    return {f"memory_mb_{count}": each for count, each in zip(_MEMORY_TASKS, grown, strict=True)}


_CONDUCT = """
import sys; from pathlib import Path; from anops_experiments.adapter import LABORATORY
LABORATORY.run(Path(sys.argv[1]), "memory-" + sys.argv[2],
    {"function": "bench.py:empty", "parameters": {"n": 1}, "replicates": int(sys.argv[2])},
    program=sys.executable, environ={}, cluster=None, tell=lambda facts: None, stopped=lambda: False)
"""


def asked(service: BaseService, function: str, count: int) -> None:
    """Run tasks and wait for them."""
    for result in service.gather(service.submit_batch(SimulationTask(function, {"n": n}, n) for n in range(count))):
        result.require()


def rate(do: Callable[[], object], count: int) -> float:
    """Return how many tasks a second are done."""
    begun = time.perf_counter()
    do()
    return count / (time.perf_counter() - begun)


def _same(value: int) -> int:
    return value


if __name__ == "__main__":
    sys.exit(main())
