"""Measures forecasts and observations of time series beside the bare library, plumber and a FastAPI by hand.

Run it as `python -m anops_benchmarks.forecasts`; it needs `wrk`, R with forecast and plumber, and beside AnOps
statsmodels, fastapi, uvicorn and orjson. All take turns in one run, the others frozen; what is printed are ratios.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import httpx
import numpy as np

from anops_benchmarks.loader import load
from anops_benchmarks.peers.peer import SERVERS, WORKERS
from anops_benchmarks.processes import Command, Running, free_port, run, stop

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MODELS = Path(__file__).parents[2] / "models"
_BODIES = 4096
_READY_SECONDS = 120
_FIRST_AHEAD = {"r": 1961, "python": 2022}
_TIMED = {
    "r": ("Rscript", "--vanilla", str(_MODELS / "series_timed.R")),
    "python": (sys.executable, str(_MODELS / "series_timed.py")),
}


def main() -> int:
    """Measure, and print the ratios as JSON.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(prog="anops_benchmarks.forecasts", description=__doc__)
    parser.add_argument("--only", choices=("load", "panel", "update"), action="append")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    flags = parser.parse_args()
    chosen = flags.only or ["load", "panel", "update"]
    told: dict[str, object] = {}
    with TemporaryDirectory(prefix="anops-forecasts-") as name:
        folder = Path(name)
        run(Command(["Rscript", "--vanilla", str(_MODELS / "series.R"), name], folder))
        run(Command([sys.executable, str(_MODELS / "series.py"), name], folder))
        if "load" in chosen:
            told["r"] = _loaded(folder, "r", flags)
            told["python"] = _loaded(folder, "python", flags)
        if "panel" in chosen:
            told["panel of 1,000 ets"] = _panel(folder, flags.rounds)
        if "update" in chosen:
            told["observation, r"] = _updates(folder, "r", "plain.rds", flags.rounds)
            told["observation, python"] = _updates(folder, "python", "plain.joblib", flags.rounds)
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return 0


def _loaded(folder: Path, language: str, flags: argparse.Namespace) -> dict[str, object]:
    """Return the rates of AnOps, of its peer, and of one bare call after the other on every core."""
    model = folder / {"r": "arima.rds", "python": "sarimax.joblib"}[language]
    bodies = folder / f"bodies-{language}"
    bodies.mkdir()
    for number, body in enumerate(_different(_FIRST_AHEAD[language])):
        (bodies / str(number)).write_text(json.dumps(body), encoding="utf-8")
    rates: dict[str, list[float]] = {"anops": [], "peer": [], "bare": []}
    with _anops(folder, model) as (own, url), _peer(folder, model, language) as (other, other_url):
        _same_answers(url, other_url, bodies)
        other.freeze()
        for number in range(flags.rounds + 1):
            for name in sorted(rates, reverse=bool(number % 2)):
                if name == "bare":
                    own.freeze()
                    rate = _bare(language, model, flags.seconds)
                    own.thaw()
                else:
                    at, it = (url, own) if name == "anops" else (other_url, other)
                    (other if it is own else own).freeze()
                    it.thaw()
                    rate = load(at, "/forecast", bodies, connections=flags.connections, seconds=flags.seconds).rate
                    own.thaw()
                    other.freeze()
                if number:  # the first round warms all
                    rates[name].append(rate)
    return {
        "requests_per_second": {name: round(statistics.median(each), 1) for name, each in rates.items()},
        "of_bare_calls": _ratio(rates["anops"], rates["bare"]),
        f"of_{'plumber' if language == 'r' else 'fastapi'}": _ratio(rates["anops"], rates["peer"]),
    }


def _panel(folder: Path, rounds: int) -> dict[str, object]:
    own, bare = [], []
    with _anops(folder, folder / "panel.rds") as (running, url), httpx.Client(base_url=url, timeout=120) as client:
        for number in range(rounds + 1):
            begun = time.perf_counter()
            answer = client.post("/forecast", json={"horizon": 12})
            took = time.perf_counter() - begun
            answer.raise_for_status()
            running.freeze()
            library = _time("r", "panel", folder / "panel.rds", 0)
            running.thaw()
            if number:
                own.append(took)
                bare.append(library)
    return {"seconds": round(statistics.median(own), 3), "of_library": _ratio(own, bare)}


def _updates(folder: Path, language: str, file: str, rounds: int) -> dict[str, object]:
    """Return what an observation costs: its request, and by how much the next forecast takes longer."""
    taking, after, settled, bare = [], [], [], []
    first = _FIRST_AHEAD[language]
    with _anops(folder, folder / file) as (running, url), httpx.Client(base_url=url, timeout=60) as client:
        column = httpx.get(f"{url}/model").json()["series"]["value"]
        for number in range(rounds * 5 + 1):
            body = {"data": [{"time": f"{first + number // 12}-{number % 12 + 1:02}-01", column: 400.0 + number}]}
            asked = {"horizon": 12}
            took = [_asked(client, "/observations", body), *(_asked(client, "/forecast", asked) for _ in range(3))]
            if number:
                taking.append(took[0])
                after.append(took[1])
                settled.append(min(took[2:]))
            if number % 5 == 0:
                running.freeze()
                bare += [_time(language, "update", folder / file, 1)] * (5 if number else 0)
                running.thaw()
    cost = [one + more - usual for one, more, usual in zip(taking, after, settled, strict=True)]
    return {
        "ms": {"request": _ms(taking), "forecast_after": _ms(after), "forecast": _ms(settled), "library": _ms(bare)},
        "of_library": round(statistics.median(cost) / statistics.median(bare), 2),
    }


def _different(year: int) -> Iterator[dict[str, object]]:
    """Make bodies, no two alike: 12 steps with regressors of their own."""
    random = np.random.default_rng(7)
    for _ in range(_BODIES):
        rows = [
            {"time": f"{year}-{month:02}-01", "promo": round(promo, 4), "price": round(price, 4)}
            for month, (promo, price) in enumerate(random.normal(size=(12, 2)).tolist(), start=1)
        ]
        yield {"horizon": 12, "level": [80, 95], "regressors": rows}


@contextmanager
def _anops(folder: Path, model: Path) -> Iterator[tuple[Running, str]]:
    """Serve a model by both services, with a store."""
    project = folder / f"project-{model.name}"
    run(Command(["ao", "init", str(project), "--model", str(model)], folder))
    far, port = free_port(), free_port()
    served = ["--project", str(project), "--port", str(far), "--workers", str(WORKERS)]
    asked = ["--port", str(port), "--model-url", f"127.0.0.1:{far}", "--series-store", str(project / "series.db")]
    commands = [
        Command([sys.executable, "-m", "anops_model_service", *served], folder),
        Command([sys.executable, "-m", "anops_api_service", *asked], folder),
    ]
    with _running(commands, folder / f"{model.name}.log", port) as running:
        yield running, f"http://127.0.0.1:{port}"


@contextmanager
def _peer(folder: Path, model: Path, language: str) -> Iterator[tuple[Running, str]]:
    port = free_port()
    words = ["Rscript", "--vanilla", "plumber_forecast.R", str(model), str(port)]
    if language == "python":
        words = [sys.executable, "-m", "uvicorn", "fastapi_sarimax:app", "--port", str(port), "--workers", str(WORKERS)]
        words += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    with _running([Command(words, SERVERS, {"MODEL": str(model)})], folder / f"peer-{language}.log", port) as running:
        yield running, f"http://127.0.0.1:{port}"


@contextmanager
def _running(commands: list[Command], log: Path, port: int) -> Iterator[Running]:
    running = Running.start(commands, log)
    try:
        end = time.monotonic() + _READY_SECONDS
        while True:
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=10)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code in {200, 404}:  # a peer has no such path
                break
            if running.ended() or time.monotonic() > end:
                raise OSError(log.read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.1)
        yield running
    finally:
        stop([running])


def _same_answers(url: str, other: str, bodies: Path) -> None:
    """Hold the answers of both to each other: a peer that answers otherwise measures nothing."""
    for number in range(16):
        body = json.loads((bodies / str(number)).read_text(encoding="utf-8"))
        one, two = (httpx.post(f"{each}/forecast", json=body, timeout=60).json() for each in (url, other))
        rows = two["predictions"] if isinstance(two, dict) else two
        for name in ("prediction", "lower_80", "upper_95"):
            np.testing.assert_allclose(
                [row[name] for row in one["predictions"]], [row[name] for row in rows], rtol=1e-8
            )


def _bare(language: str, model: Path, seconds: int) -> float:
    """Return how many calls a second all cores make, a process on each."""
    words = [*_TIMED[language], "call", str(model), str(seconds)]
    started = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)]
    return sum(1 / float(process.communicate()[0].split()[0]) for process in started)


def _time(language: str, kind: str, model: Path, seconds: int) -> float:
    words = [*_TIMED[language], kind, str(model), str(seconds)]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[1])


def _asked(client: httpx.Client, path: str, body: Mapping[str, object]) -> float:
    begun = time.perf_counter()
    answer = client.post(path, json=body)
    took = time.perf_counter() - begun
    answer.raise_for_status()
    return took


def _ms(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 2)


def _ratio(ones: list[float], others: list[float]) -> float:
    """Return the median of the ratios of each round: what else the machine does is about the same for both."""
    return round(statistics.median(one / other for one, other in zip(ones, others, strict=True)), 3)


if __name__ == "__main__":
    sys.exit(main())
