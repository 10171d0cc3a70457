"""Measures what something in the api-service costs: the same load with and without it, in turn, in one run."""

from __future__ import annotations

import json
import math
import signal
import statistics
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psutil

from anops_benchmarks.loader import load
from anops_benchmarks.models import fit
from anops_benchmarks.workloads import WORKLOADS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

WITH, WITHOUT = "with", "without"


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add how long and how often is measured."""
    parser.add_argument("--pairs", type=int, default=21, help="how often both are started anew")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is loaded before it is started anew")
    parser.add_argument("--seconds", type=int, default=1, help="how long a load lasts")
    parser.add_argument("--connections", type=int, default=64)


def compared(flags: argparse.Namespace, given: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Return the rates, the processor time of the api-service for a request, and the ratios of both.

    Two processes of the same program with the same flags differ by up to a tenth as long as they run, by where the
    system put their memory. So both are started anew for each pair, and the ratio is that of all pairs together.

    Args:
        flags: How long and how often is measured.
        given: The flags of the api-service, WITH and WITHOUT what is measured.
    """
    rates: dict[str, list[float]] = {WITH: [], WITHOUT: []}
    costs: dict[str, list[float]] = {WITH: [], WITHOUT: []}
    with TemporaryDirectory() as folder:
        workload = WORKLOADS["iris"]
        project = fit(workload, Path(folder))
        bodies = Path(folder, "bodies")
        bodies.mkdir()
        for number, rows in enumerate(workload.draw()):
            data = [dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)]
            (bodies / str(number)).write_text(json.dumps({"data": data}), encoding="utf-8")
        for pair in range(flags.pairs):
            names = sorted(given, reverse=bool(pair % 2))  # who starts first is in no one's favour
            for name, (rate, cost) in _pair(flags, project, bodies, {name: given[name] for name in names}).items():
                rates[name].append(rate)
                costs[name].append(cost)
    return {
        "requests_per_second": {name: round(statistics.median(each)) for name, each in rates.items()},
        "throughput_ratio": _ratio(rates[WITH], rates[WITHOUT]),
        "processor_us_per_request": {name: round(statistics.median(each), 1) for name, each in costs.items()},
        "processor_ratio": _ratio(costs[WITHOUT], costs[WITH]),
    }


def _ratio(ones: Sequence[float], others: Sequence[float]) -> dict[str, float]:
    """Return the geometric mean of the ratios of all pairs, and its ends two standard errors away."""
    logs = [math.log(one / other) for one, other in zip(ones, others, strict=True)]
    mean = statistics.mean(logs)
    error = statistics.stdev(logs) / math.sqrt(len(logs)) if len(logs) > 1 else math.inf
    return {
        "ratio": round(math.exp(mean), 3),
        "lower": round(math.exp(mean - 2 * error), 3),
        "upper": round(math.exp(mean + 2 * error), 3),
    }


def _pair(
    flags: argparse.Namespace, project: Path, bodies: Path, given: Mapping[str, Sequence[str]]
) -> dict[str, tuple[float, float]]:
    """Return the median rate of each of two services, and of its processor time for a request in microseconds."""
    rates: dict[str, list[float]] = {name: [] for name in given}
    costs: dict[str, list[float]] = {name: [] for name in given}
    with ExitStack() as running:
        services = {name: running.enter_context(_served(project, words)) for name, words in given.items()}
        for _, processes in services.values():
            _all(processes, signal.SIGSTOP)
            running.callback(_all, processes, signal.SIGCONT)  # what is stopped can't end
        for number in range(flags.rounds + 1):
            for name in sorted(services, reverse=bool(number % 2)):
                url, processes = services[name]
                _all(processes, signal.SIGCONT)
                before = _processor_seconds(processes)
                came = load(url, "/predict", bodies, connections=flags.connections, seconds=flags.seconds)
                spent = _processor_seconds(processes) - before
                _all(processes, signal.SIGSTOP)
                if number:  # the first round warms both
                    rates[name].append(came.rate)
                    costs[name].append(spent / came.requests * 1e6)
    return {name: (statistics.median(rates[name]), statistics.median(costs[name])) for name in given}


@contextmanager
def _served(project: Path, given: Sequence[str]) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """Serve the model by two processes of its own: a worker is lent to one api-service alone."""
    words = ["anops_model_service", "--project", str(project), "--port", "0"]
    with _running(*words) as (model, model_port):
        words = ["anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{model_port}", "--log-level", "warning"]
        with _running(*words, *given) as (api, port):
            yield f"http://127.0.0.1:{port}", [model, api]


@contextmanager
def _running(module: str, *words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words], stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None  # noqa: S101  it was asked for
        yield process, json.loads(process.stdout.readline())["port"]
    finally:
        process.terminate()
        process.wait()


def _processor_seconds(processes: list[subprocess.Popen[str]]) -> float:
    """Return what the service itself has used; other programs on the machine hardly change it."""
    times = [psutil.Process(process.pid).cpu_times() for process in processes[1:]]
    return sum(each.user + each.system for each in times)


def _all(processes: list[subprocess.Popen[str]], number: signal.Signals) -> None:
    for process in processes:
        process.send_signal(number)
